"""What happened to a proposal and in a round, for people to read: versions, answers, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jejaring.domain.parties.models import Cooperative
from jejaring.domain.partnering.actions import rounds
from jejaring.domain.partnering.models import Answer, CounterLine, Proposal, ProposalLine, Round, RoundPlan
from jejaring.engines.planning.plan_file import Json

SHOWN = 40
"""So many co-op pairs are listed of what changed; the others are counted."""


@dataclass(frozen=True)
class Wish:
    """How one line should be instead. `kg` 0: not in this month; None: as proposed."""

    line: ProposalLine
    kg: int | None
    price_idr_per_kg: Decimal | None
    place_name: str


@dataclass(frozen=True)
class Said:
    """One answer, with what it wants otherwise."""

    answer: Answer
    wishes: tuple[Wish, ...]


@dataclass(frozen=True)
class Version:
    """A proposal as it was once, with what was said to it."""

    proposal: Proposal
    said: tuple[Said, ...]


@dataclass(frozen=True)
class Moved:
    """Kilograms of one good between two co-ops in one month, before and after a plan."""

    giver: str
    taker: str
    good: str
    kind: str
    month: date
    before_kg: int
    after_kg: int

    @property
    def more_kg(self) -> int:
        """How much more it is now, kg; below zero: less."""
        return self.after_kg - self.before_kg


@dataclass(frozen=True)
class Pair:
    """What a plan changed between two co-ops."""

    giver: str
    taker: str
    moved: tuple[Moved, ...]

    @property
    def is_new(self) -> bool:
        """Whether nothing of it was there before."""
        return not any(each.before_kg for each in self.moved)

    @property
    def is_gone(self) -> bool:
        """Whether nothing of it is left."""
        return not any(each.after_kg for each in self.moved)


@dataclass(frozen=True)
class Repriced:
    """What a kilogram of one good costs between two co-ops, before and after a plan; for work the fee."""

    giver: str
    taker: str
    good: str
    kind: str
    before_idr_per_kg: int
    after_idr_per_kg: int

    @property
    def is_dearer(self) -> bool:
        """Whether it costs more than before."""
        return self.after_idr_per_kg > self.before_idr_per_kg


@dataclass(frozen=True)
class Differences:
    """What the newest plan changed: kilograms of `pairs`, and `prices`, those first that changed most.
    `more` and `more_prices` aren't listed. `not_kept`: pairs that agreed on what it has no room for.
    """

    pairs: tuple[Pair, ...]
    more: int
    prices: tuple[Repriced, ...]
    more_prices: int
    not_kept: tuple[tuple[str, str], ...]


def versions_of(proposal: Proposal, places: dict[str, str]) -> tuple[Version, ...]:
    """Return all versions of what is proposed to these two in this round, the newest first."""
    rows = Proposal.objects.filter(
        round=proposal.round_id, first=proposal.first_id, second=proposal.second_id, plan__isnull=False
    )
    found = rows.order_by("-version").prefetch_related(
        "lines", "answers__cooperative", "answers__lines__line"
    )
    return tuple(Version(row, tuple(_said(each, places) for each in row.answers.all())) for row in found)


def wanted_otherwise(versions: Sequence[Version]) -> bool:
    """Return whether a side of one of these wanted it otherwise, and never said anything else to it."""
    last = [{said.answer.cooperative_id: said.answer.kind for said in version.said} for version in versions]
    return any(Answer.Kind.COUNTER in said.values() for said in last)


def counters_in(matching: Round, places: dict[str, str]) -> tuple[tuple[Proposal, Said], ...]:
    """Return what co-ops want otherwise now, the newest first."""
    rows = rounds.current(matching).filter(state=Proposal.State.COUNTERED)
    found = rows.select_related("first", "second").prefetch_related(
        "answers__cooperative", "answers__lines__line"
    )
    counters = [
        (row, answer)
        for row in found
        for answer in {each.cooperative_id: each for each in row.answers.all()}.values()
        if answer.kind == Answer.Kind.COUNTER
    ]
    counters.sort(key=lambda each: each[1].at, reverse=True)
    return tuple((row, _said(answer, places)) for row, answer in counters)


def declined_in(matching: Round) -> list[Answer]:
    """Return what was declined, with the reasons, the newest first."""
    rows = Answer.objects.filter(
        proposal__in=rounds.current(matching).filter(state=Proposal.State.DECLINED),
        kind=Answer.Kind.DECLINE,
    )
    return list(
        rows.select_related("cooperative", "proposal__first", "proposal__second").order_by("-at")[:SHOWN]
    )


def differences_of(made: RoundPlan) -> Differences:
    """Return what a plan changed against the one before, those with most kilograms first."""
    kept = made.differences
    rows, prices = kept.get("rows", []), kept.get("prices", [])
    ids = {row[end] for row in (*rows, *prices) for end in ("first", "second")}
    ids |= {pk for pair in kept.get("not_kept", []) for pk in pair}
    name = dict(Cooperative.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    pairs: dict[tuple[str, str], list[Moved]] = {}
    for row in rows:
        giver, taker = _ends(row, name)
        month = date.fromisoformat(row["month"])
        moved = Moved(giver, taker, row["good"], row["kind"], month, row["before_kg"], row["after_kg"])
        pairs.setdefault((giver, taker), []).append(moved)
    found = sorted(
        (Pair(giver, taker, tuple(moved)) for (giver, taker), moved in pairs.items()), key=_least_moved
    )
    lost = tuple((name.get(first, ""), name.get(second, "")) for first, second in kept.get("not_kept", []))
    costs = sorted((_repriced(row, name) for row in prices), key=_least_repriced)
    return Differences(
        pairs=tuple(found[:SHOWN]),
        more=max(len(found) - SHOWN, 0),
        prices=tuple(costs[:SHOWN]),
        more_prices=max(len(costs) - SHOWN, 0),
        not_kept=lost,
    )


def _ends(row: Json, name: Mapping[int, str]) -> tuple[str, str]:
    """Return who gives and who takes."""
    ends = (row["first"], row["second"]) if row["first_gives"] else (row["second"], row["first"])
    return name.get(ends[0], ""), name.get(ends[1], "")


def _repriced(row: Json, name: Mapping[int, str]) -> Repriced:
    prices = row["before_idr_per_kg"], row["after_idr_per_kg"]
    return Repriced(*_ends(row, name), row["good"], row["kind"], *prices)


def _least_repriced(each: Repriced) -> tuple[int, str, str, str]:
    return -abs(each.after_idr_per_kg - each.before_idr_per_kg), each.giver, each.taker, each.good


def _least_moved(pair: Pair) -> int:
    return -sum(abs(each.more_kg) for each in pair.moved)


def _said(answer: Answer, places: dict[str, str]) -> Said:
    return Said(answer, tuple(_wishes(answer.lines.all(), places)))


def _wishes(rows: Iterable[CounterLine], places: dict[str, str]) -> Sequence[Wish]:
    """Return what differs from the proposal: a form sends a line's other figures along as they were."""
    return [
        Wish(
            row.line,
            None if row.kg == row.line.kg else row.kg,
            None if row.price_idr_per_kg == row.line.price_idr_per_kg else row.price_idr_per_kg,
            "" if row.place == row.line.place else places.get(row.place, row.place),
        )
        for row in rows
    ]
