"""What is read of rounds: how far they are, and what each co-op has been proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Max, Q, QuerySet, Sum, prefetch_related_objects

from jejaring.documents.editions import tells_of_one
from jejaring.domain.parties import access
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import AuditLine, Cooperative, Network, NetworkRole, User
from jejaring.domain.partnering import queries
from jejaring.domain.partnering.accepted import because_of
from jejaring.domain.partnering.actions import rounds
from jejaring.domain.partnering.models import (
    Answer,
    PlanEdition,
    PlanRun,
    Proposal,
    Round,
    RoundPlan,
    Standing,
)
from jejaring.engines.errors import Sentence
from jejaring.engines.planning.plan import RULES, Rule
from jejaring.engines.planning.sharing.game import MOST_PARTIES_OF_NUCLEOLUS

_Row = tuple[int, int, str, int, datetime | None, datetime | None]
"""first, second, state, value_idr, and when each said yes."""


_KEPT = (Proposal.State.OPEN, Proposal.State.AGREED)


class Voice(StrEnum):
    """How far a co-op is with what is proposed to it."""

    NOTHING = "nothing"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    AGREED = "agreed"
    COUNTERED = "countered"
    DECLINED = "declined"


@dataclass(frozen=True)
class Side:
    """One proposal as one of its co-ops sees it."""

    proposal: Proposal
    cooperative: Cooperative
    other: Cooperative
    is_first: bool
    accepted: bool
    other_accepted: bool
    last: Answer | None
    """The last answer of either side, None before there is one."""
    may_answer: bool = False
    """Whether the person who looks may answer for it."""

    @property
    def waits_for_me(self) -> bool:
        """Whether this side still has to answer. What one side wants otherwise waits for the next plan."""
        return self.proposal.state == Proposal.State.OPEN and not self.accepted

    @property
    def asked_for_it(self) -> bool:
        """Whether the proposal is what this side asked for: who asked said yes before it was made."""
        row = self.proposal
        said_yes_at = row.first_accepted_at if self.is_first else row.second_accepted_at
        return (
            row.origin == Proposal.Origin.COUNTER and said_yes_at is not None and said_yes_at <= row.made_at
        )

    @property
    def kept_because(self) -> Sentence | None:
        """Why the newest plan keeps it, where it does: it had been accepted before. None where it is new."""
        row = self.proposal
        kept_at = row.plan.kept_at if row.plan else None
        if kept_at is None or row.made_at >= kept_at or row.state not in _KEPT:
            return None
        said_yes = [at for at in (row.first_accepted_at, row.second_accepted_at) if at and at < kept_at]
        return because_of(row) if said_yes else None

    @property
    def settlement_idr(self) -> int | None:
        """What this side gets (or gives, below zero) beside the prices."""
        idr = self.proposal.settlement_idr
        return idr if idr is None or not self.is_first else -idr


@dataclass(frozen=True)
class Package:
    """All that is proposed to one co-op, with what the newest plan means for it."""

    matching: Round
    cooperative: Cooperative
    sides: tuple[Side, ...]
    standing: Standing | None
    newest: RoundPlan | None
    """The newest plan that was kept: its edition says why, who could object, what cash is needed."""
    gone: tuple[Side, ...] = ()
    """What was proposed before and has no room in the plan any more, with nothing in its place."""

    @property
    def waiting(self) -> tuple[Side, ...]:
        """The proposals that wait for this co-op's answer."""
        return tuple(side for side in self.sides if side.waits_for_me)

    @property
    def voice(self) -> Voice:
        """How far this co-op is."""
        return _voice([(side.proposal.state, side.accepted) for side in self.sides])


@dataclass(frozen=True)
class Member:
    """One co-op of a round, for the facilitator's screen."""

    cooperative: Cooperative
    is_hub: bool
    voice: Voice
    agreed_idr: int
    """The value of its proposals that are agreed."""
    proposed_idr: int
    gain_idr: int | None
    """None for a reader whose business it isn't."""


@dataclass(frozen=True)
class Live:
    """How far a round is. Values in rupiah; each proposal counts once, though it has two sides."""

    matching: Round
    newest: RoundPlan | None
    members: tuple[Member, ...]
    proposals: int
    answered: int
    agreed: int
    proposed_idr: int
    agreed_idr: int
    gain_idr: int | None
    """What all co-ops together have more than alone, by the newest plan; None where that would tell a reader
    too much of one of them."""
    is_run_by_reader: bool = True
    own: frozenset[int] = frozenset()
    """The reader's own co-ops, where they don't run it."""

    @property
    def voices(self) -> dict[Voice, int]:
        """How many co-ops are how far."""
        return {voice: sum(each.voice == voice for each in self.members) for voice in Voice}


def round_for(user: User, pk: int, ability: Ability) -> Round:
    """Return a round for somebody who may do this with its network. Raises NotThere, NotAllowed."""
    found = Round.objects.select_related("network").filter(pk=pk).first()
    if found is None:
        raise access.NotThere
    access.network_for(user, found.network_id, ability)
    return found


def rounds_of(network: Network, user: User) -> list[Round]:
    """Return a network's rounds, the newest first; what isn't published only for who may watch it."""
    found = Round.objects.filter(network=network)
    if not access.networks_for(user, Ability.WATCH_ROUND).filter(pk=network.pk).exists():
        found = found.exclude(published_at=None)
    return list(found)


def own_in(network: Network, user: User) -> list[Cooperative]:
    """Return the co-ops of a network whose proposals are somebody's own to read or to answer."""
    answering = access.answers_for(user, network, Ability.ANSWER_PROPOSALS).values("pk")
    at_it = access.roles_of(user, Ability.SEE_PROPOSALS).exclude(cooperative=None).values("cooperative")
    members = NetworkRole.objects.filter(network=network).values("cooperative")
    reach = Q(pk__in=answering) | Q(pk__in=at_it)
    return list(Cooperative.objects.filter(reach, pk__in=members).order_by("name"))


def rules_offered(network: Network) -> list[Rule]:
    """Return the sharing rules that can be worked out for so many co-ops."""
    many = NetworkRole.objects.filter(network=network).values("cooperative").distinct().count()
    return [rule for rule in RULES if rule != "nucleolus" or many <= MOST_PARTIES_OF_NUCLEOLUS]


def newest_round(network: Network, user: User) -> Round | None:
    """Return the newest round of a network that somebody may know of, None where there is none."""
    return next(iter(rounds_of(network, user)), None)


def newest_line_of(matching: Round, seen: int) -> int | None:
    """Return the newest line of the trail if something of the round's network was written since `seen`."""
    newest = AuditLine.objects.aggregate(newest=Max("id"))["newest"] or 0
    if newest <= seen:
        return None
    lines = AuditLine.objects.filter(network_id=matching.network_id, id__gt=seen, id__lte=newest)
    return newest if lines.exists() or not seen else None


def package(matching: Round, cooperative: Cooperative) -> Package:
    """Return what is proposed to a co-op, the largest first; nothing before the round is published.

    Lines are read later (`with_lines`): a hub has hundreds of proposals.
    """
    newest = newest_plan(matching) if matching.published_at else None
    mine = Q(first=cooperative) | Q(second=cooperative)
    shown = rounds.current(matching).filter(mine, plan__isnull=False).order_by("-value_idr", "pk")
    joined = shown.select_related("first", "second", "plan", "agreement")
    rows = list(joined.prefetch_related("answers")) if newest else []
    standing = Standing.objects.filter(plan=newest, cooperative=cooperative).first() if newest else None
    sides = tuple(_side(row, cooperative) for row in rows)
    return Package(
        matching=matching,
        cooperative=cooperative,
        sides=sides,
        standing=standing,
        newest=newest,
        gone=_gone(matching, cooperative, mine, {side.other.pk for side in sides}) if newest else (),
    )


def _gone(matching: Round, cooperative: Cooperative, mine: Q, instead: set[int]) -> tuple[Side, ...]:
    rows = Proposal.objects.filter(mine, round=matching, plan__isnull=False, state=Proposal.State.WITHDRAWN)
    found = rows.select_related("first", "second").prefetch_related("answers").order_by("version", "pk")
    last = {side.other.pk: side for side in (_side(row, cooperative) for row in found)}
    return tuple(side for pk, side in last.items() if pk not in instead)


def with_lines(sides: Sequence[Side]) -> Sequence[Side]:
    """Return the same sides, their lines read: a page shows those of some, not of all."""
    prefetch_related_objects([side.proposal for side in sides], "lines__product")
    return sides


def member_for(user: User, round_id: int, cooperative_id: int, ability: Ability) -> tuple[Round, Cooperative]:
    """Return a published round and one of its co-ops for somebody who may see what is proposed to it, or
    answer for it. Raises NotThere, NotAllowed.
    """
    found = Round.objects.select_related("network").filter(pk=round_id).first()
    if found is None or found.published_at is None:
        raise access.NotThere
    if answers_for(user, found, cooperative_id):
        return found, Cooperative.objects.get(pk=cooperative_id)
    seen = _read_by(user, found.network).filter(network_roles__network=found.network)
    cooperative = seen.filter(pk=cooperative_id).first()
    if cooperative is None:
        raise access.NotThere
    if ability == Ability.ANSWER_PROPOSALS:
        raise access.NotAllowed(ability)
    return found, cooperative


def answers_for(user: User, matching: Round, cooperative_id: int) -> bool:
    """Return whether somebody may say yes or no for a co-op in a round."""
    mine = access.answers_for(user, matching.network, Ability.ANSWER_PROPOSALS)
    return mine.filter(pk=cooperative_id).exists()


def side_for(user: User, proposal_id: int, ability: Ability, cooperative_id: int | None = None) -> Side:
    """Return a proposal as the side sees it for which a person may answer, or which they may read.

    A person may stand for both sides (a hub manager who is also the chair of a supplier): then the one that
    is asked for, else the one that still has to answer. Raises NotThere, NotAllowed.
    """
    rows = Proposal.objects.select_related("first", "second", "round__network", "plan", "agreement")
    row = rows.prefetch_related("answers", "lines__product").filter(pk=proposal_id).first()
    if row is None or row.plan_id is None or row.round.published_at is None:
        raise access.NotThere
    ends = [row.first_id, row.second_id]
    answering = access.answers_for(user, row.round.network, Ability.ANSWER_PROPOSALS).filter(pk__in=ends)
    mine = list(answering.order_by("pk"))
    if mine:
        sides = [_side(row, each, may_answer=True) for each in mine]
        return min(sides, key=lambda side: (side.cooperative.pk != cooperative_id, side.accepted))
    seen = list(_read_by(user, row.round.network).filter(pk__in=ends))
    if not seen:
        raise access.NotThere
    if ability == Ability.ANSWER_PROPOSALS:
        raise access.NotAllowed(ability)
    return min((_side(row, each) for each in seen), key=lambda side: side.cooperative.pk != cooperative_id)


def _read_by(user: User, network: Network) -> QuerySet[Cooperative]:
    """Return the co-ops whose proposals in a network a person may read: their own, all for who guides it.

    A co-op may be in two networks: who guides one doesn't read the other's prices and gains.
    """
    if _runs(user, network):
        return Cooperative.objects.all()
    own = access.roles_of(user, Ability.SEE_PROPOSALS).exclude(cooperative=None).values("cooperative")
    return Cooperative.objects.filter(pk__in=own)


def _runs(user: User, network: Network) -> bool:
    return access.networks_for(user, Ability.RUN_ROUND).filter(pk=network.pk).exists()


def waiting_for(user: User) -> list[tuple[Round, Cooperative, int]]:
    """Return in which open rounds how many proposals wait for somebody's answer, by co-op they answer for."""
    own = access.roles_of(user, Ability.ANSWER_PROPOSALS).exclude(cooperative=None).values("cooperative")
    led = access.roles_of(user, Ability.ANSWER_FOR_HUB).values("network")
    hubs = NetworkRole.objects.filter(network__in=led, kind=NetworkRole.Kind.HUB)
    open_now = Proposal.objects.filter(
        round__state=Round.State.OPEN, state=Proposal.State.OPEN, plan__isnull=False
    )
    counts: dict[tuple[int, int], int] = {}
    for side in ("first", "second"):
        as_hub = Q(round__network__in=led) & Q(**{f"{side}__in": hubs.values("cooperative")})
        mine = open_now.filter(Q(**{f"{side}__in": own}) | as_hub, **{f"{side}_accepted_at": None})
        for matching, cooperative, count in (
            mine.order_by().values_list("round", side).annotate(count=Count("pk"))
        ):
            counts[matching, cooperative] = counts.get((matching, cooperative), 0) + count
    rows = Round.objects.in_bulk({matching for matching, _ in counts}) if counts else {}
    who = Cooperative.objects.in_bulk({pk for _, pk in counts}) if counts else {}
    return [(rows[matching], who[pk], count) for (matching, pk), count in sorted(counts.items())]


def front_of(found: Package, language: str) -> dict[str, object]:
    """Return the front of the newest plan for a co-op: why, who could object, cash; empty where none is."""
    if found.newest is None:
        return {}
    run = found.newest.run
    codes: dict[str, int] = run.notes.get("cooperatives", {})
    code = next((code for code, pk in codes.items() if pk == found.cooperative.pk), None)
    made = PlanEdition.objects.filter(run=run, audience=f"party:{code}", language=language)
    front: dict[str, object] | None = made.values_list("front", flat=True).first()
    return front or {}


def newest_plan(matching: Round) -> RoundPlan | None:
    """Return the newest plan of a round whose proposals are kept."""
    return (
        matching.plans.exclude(kept_at=None)
        .select_related("run")
        .defer("run__problem", "run__plan")
        .order_by("-number")
        .first()
    )


def round_of(run: PlanRun, reader: User) -> Round | None:
    """Return the round that a plan was made for; None where it was made for none, or the reader may not
    watch it.
    """
    found = Round.objects.filter(plans__run=run).select_related("network").first()
    return found if found and queries.may(reader, found.network, Ability.WATCH_ROUND) else None


def working_plan(matching: Round) -> RoundPlan | None:
    """Return the plan of a round that is being worked out, or that failed after the newest one."""
    last = matching.plans.select_related("run").defer("run__problem", "run__plan").order_by("-number").first()
    return last if last is not None and last.kept_at is None else None


def live(matching: Round, reader: User | None = None) -> Live:
    """Return how far a round is, as a reader may know it: what a co-op gains is its own and the
    facilitator's who runs the round; who watches reads what all gain together. Without a reader: everything.
    """
    every = reader is None or _runs(reader, matching.network)
    mine = own_in(matching.network, reader) if reader and not every else ()
    own = frozenset(each.pk for each in mine)
    newest = newest_plan(matching)
    rows = list(
        rounds.current(matching)
        .filter(plan__isnull=False)
        .values_list("first", "second", "state", "value_idr", "first_accepted_at", "second_accepted_at")
    )
    standings = (
        list(newest.standings.select_related("cooperative").order_by("cooperative__name")) if newest else []
    )
    by_member: dict[int, list[_Row]] = {}
    for row in rows:
        for end in row[:2]:
            by_member.setdefault(end, []).append(row)
    agreed = [row for row in rows if row[2] == Proposal.State.AGREED]
    hidden = not every and tells_of_one([each.gain_idr for each in standings])
    return Live(
        matching=matching,
        newest=newest,
        members=tuple(
            _member(each, by_member.get(each.cooperative_id, []), every or each.cooperative_id in own)
            for each in standings
        ),
        proposals=len(rows),
        answered=sum(row[2] != Proposal.State.OPEN or bool(row[4] or row[5]) for row in rows),
        agreed=len(agreed),
        proposed_idr=sum(row[3] for row in rows),
        agreed_idr=sum(row[3] for row in agreed),
        gain_idr=None if hidden else sum(each.gain_idr for each in standings),
        is_run_by_reader=every,
        own=own,
    )


def untried(matching: Round) -> list[Proposal]:
    """Return the proposals made by hand that the next plan tries; nobody else sees them before."""
    found = rounds.current(matching).filter(plan=None).select_related("first", "second")
    return list(found.order_by("pk"))


def agreed_totals(matching: Round) -> tuple[int, int]:
    """Return how many proposals are agreed and their value in rupiah: the figure that the news report."""
    found = rounds.current(matching).filter(state=Proposal.State.AGREED)
    sums = found.aggregate(count=Count("pk"), idr=Sum("value_idr"))
    return int(sums["count"]), int(sums["idr"] or 0)


def _side(row: Proposal, cooperative: Cooperative, *, may_answer: bool = False) -> Side:
    is_first = row.first_id == cooperative.pk
    yes = (row.first_accepted_at, row.second_accepted_at)
    answers = list(row.answers.all())
    return Side(
        proposal=row,
        cooperative=cooperative,
        other=row.second if is_first else row.first,
        is_first=is_first,
        accepted=bool(yes[0] if is_first else yes[1]),
        other_accepted=bool(yes[1] if is_first else yes[0]),
        last=answers[-1] if answers else None,
        may_answer=may_answer,
    )


def _member(standing: Standing, mine: Sequence[_Row], shows_gain: bool) -> Member:
    pk = standing.cooperative_id
    said = [(row[2], bool(row[4] if row[0] == pk else row[5])) for row in mine]
    return Member(
        cooperative=standing.cooperative,
        is_hub=standing.is_hub,
        voice=_voice(said),
        agreed_idr=sum(row[3] for row in mine if row[2] == Proposal.State.AGREED),
        proposed_idr=sum(row[3] for row in mine),
        gain_idr=standing.gain_idr if shows_gain else None,
    )


def _voice(said: Sequence[tuple[str, bool]]) -> Voice:
    """Return how far a co-op is, from the state of its proposals and whether it said yes to each."""
    states = {state for state, _ in said}
    if not said:
        return Voice.NOTHING
    if Proposal.State.COUNTERED in states:
        return Voice.COUNTERED
    if any(state == Proposal.State.OPEN and not accepted for state, accepted in said):
        return Voice.WAITING
    if states == {Proposal.State.DECLINED}:
        return Voice.DECLINED
    return Voice.AGREED if Proposal.State.OPEN not in states else Voice.ACCEPTED
