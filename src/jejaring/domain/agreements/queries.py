"""What is read of agreements: by whom, one by one, in lists, and what they come to in rupiah."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from jejaring.documents.agreements import Agreement as Content
from jejaring.documents.agreements import Annex, annex_rows
from jejaring.domain.agreements.actions.drafting import content_of
from jejaring.domain.agreements.actions.offering import as_recorded
from jejaring.domain.agreements.models import (
    Agreement,
    AgreementParty,
    Approval,
    Commitment,
    Event,
    Signature,
    Version,
)
from jejaring.domain.parties import access
from jejaring.domain.parties.access import Ability, NotAllowed, NotThere
from jejaring.domain.parties.models import Cooperative, Network, Role, User

PAGE = 50
_S = Agreement.State
SIGNED = (_S.IN_FORCE, _S.SUSPENDED, _S.EXPIRED)
"""What all have signed and nobody ended early: the figure that is told of an occasion."""
OPEN = (_S.DRAFT, _S.SIGNING)


class Right(StrEnum):
    """What somebody may want to do with an agreement."""

    SEE = "see it"
    WORD = "change its words, record approvals, tell disputes"
    OFFER = "put it up for signing, take it back, give it up"
    SIGN = "sign it for a party, suspend or end it with the others"


_ABILITIES = {
    Right.SEE: Ability.SEE_AGREEMENTS,
    Right.WORD: Ability.WORD_AGREEMENTS,
    Right.OFFER: Ability.WORD_AGREEMENTS,
    Right.SIGN: Ability.SIGN_AGREEMENTS,
}


@dataclass(frozen=True)
class Rights:
    """What somebody may do with one agreement. `signs` are the parties for whom they may sign; `brings` those
    outside whose scan they may bring.
    """

    guides: bool
    signs: tuple[AgreementParty, ...]
    brings: tuple[AgreementParty, ...]
    tends: frozenset[int]
    """Places of the parties whose particulars they may give: `own_party_of`."""

    @property
    def words(self) -> bool:
        return self.guides or bool(self.signs)

    def has(self, right: Right) -> bool:
        """Return whether this may be done."""
        allowed = {
            Right.SEE: True,
            Right.WORD: self.words,
            Right.OFFER: self.guides,
            Right.SIGN: bool(self.signs or self.brings),
        }
        return allowed[right]


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty: to nothing."""

    state: str = ""
    occasion: str = ""
    search: str = ""


@dataclass(frozen=True)
class Amount:
    """So many agreements, and what they come to."""

    count: int = 0
    value_idr: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.count + other.count, self.value_idr + other.value_idr)


@dataclass(frozen=True)
class Totals:
    """What the agreements of an occasion or network come to.

    `signed` is the figure that is told: what all have signed. What a later agreement carries on (a contract
    its memorandum, an amendment what it changes) counts once, with the later one; `carried_on` says how many.
    """

    signed: Amount
    open: Amount
    by_state: tuple[tuple[Agreement.State, Amount], ...]
    by_cooperative: tuple[tuple[str, Amount], ...]
    carried_on: int


@dataclass(frozen=True)
class Occasion:
    """An event or round whose agreements are added up."""

    key: str
    name: str
    signed: Amount
    open: Amount


# --- who may ------------------------------------------------------------------------------------


def visible(user: User) -> QuerySet[Agreement]:
    """Return the agreements that a person sees: their co-ops', a network's for its facilitator, and those of
    its hubs for its hub manager.
    """
    own = access.roles_of(user, Ability.SEE_AGREEMENTS).exclude(cooperative=None).values("cooperative")
    reach: Any = Q(pk__in=AgreementParty.objects.filter(cooperative__in=own).values("agreement"))
    return Agreement.objects.filter(reach | _guided(user))


def agreement_for(user: User, pk: int, right: Right) -> Agreement:
    """Return an agreement for somebody who may do this with it. Raises NotThere, NotAllowed."""
    found = visible(user).select_related("network", "follows", "amends").filter(pk=pk).first()
    if found is None:
        raise NotThere
    if right != Right.SEE and not rights_of(user, found).has(right):
        raise NotAllowed(_ABILITIES[right])
    return found


def rights_of(user: User, agreement: Agreement) -> Rights:
    """Return what a person may do with an agreement that they see."""
    parties = list(agreement.parties.select_related("cooperative", "counterparty"))
    guides = Agreement.objects.filter(_guided(user), pk=agreement.pk).exists()
    own = access.answers_for(user, agreement.network, Ability.SIGN_AGREEMENTS)
    mine = set(own.filter(pk__in=[each.cooperative_id for each in parties]).values_list("pk", flat=True))
    facilitates = guides and access.networks_for(user, Ability.RUN_ROUND).filter(pk=agreement.network_id)
    everybodys = bool(facilitates and facilitates.exists())
    return Rights(
        guides=guides,
        tends=frozenset(each.position for each in parties if everybodys or each.cooperative_id in mine),
        signs=tuple(each for each in parties if each.cooperative_id in mine),
        brings=tuple(each for each in parties if guides and each.counterparty_id),
    )


def _guided(user: User) -> Any:
    """Return the condition for agreements that somebody words and puts up for signing."""
    roles = list(access.roles_of(user, Ability.WORD_AGREEMENTS))
    hubs = [role.network_id for role in roles if role.kind == Role.Kind.HUB_MANAGER]
    with_hub = AgreementParty.objects.filter(is_hub=True, agreement__network__in=hubs).values("agreement")
    reach: Any = Q(pk__in=with_hub)
    others = [role for role in roles if role.kind != Role.Kind.HUB_MANAGER]
    if others:
        reach |= Q(network__in=access.networks_for(user, Ability.RUN_ROUND))
    return reach


# --- lists --------------------------------------------------------------------------------------


def agreements_of(user: User, network: Network, filters: Filters) -> QuerySet[Agreement]:
    """Return the agreements of a network that a person sees, the newest first, ready to be listed."""
    return _listed(_filtered(visible(user).filter(network=network), filters))


def agreements_of_cooperative(user: User, cooperative: Cooperative, filters: Filters) -> QuerySet[Agreement]:
    """Return the agreements that a co-op is party to and a person sees, the newest first, ready to be listed.

    Who guides one network of a co-op doesn't read what it agreed on in another.
    """
    return _listed(_filtered(visible(user).filter(parties__cooperative=cooperative), filters))


def current_of(listed: Agreement) -> Version:
    """Return the version that counts of an agreement from a list, with how many have `signed` it."""
    current: list[Version] = listed.current  # type: ignore[attr-defined]
    return current[0]


def guided_count(user: User, network: Network) -> int:
    """Return how many agreements of a network a person words and puts up for signing."""
    return Agreement.objects.filter(_guided(user), network=network).count()


def drafts_of(user: User, network: Network, occasion_key: str) -> list[Agreement]:
    """Return the drafts of an occasion that a person may put up for signing."""
    found = Agreement.objects.filter(_guided(user), network=network, state=_S.DRAFT)
    return list(found.filter(occasion_key=occasion_key).order_by("pk"))


def _filtered(found: QuerySet[Agreement], filters: Filters) -> QuerySet[Agreement]:
    if filters.state in _S.values:
        found = found.filter(state=filters.state)
    if filters.occasion:
        found = found.filter(occasion_key=filters.occasion)
    if search := filters.search.strip():
        named = AgreementParty.objects.filter(
            Q(cooperative__name__icontains=search) | Q(counterparty__name__icontains=search)
        )
        found = found.filter(Q(reference__icontains=search) | Q(pk__in=named.values("agreement")))
    return found


def _listed(found: QuerySet[Agreement]) -> QuerySet[Agreement]:
    parties = AgreementParty.objects.select_related("cooperative", "counterparty")
    current = Version.objects.exclude(state=Version.State.REPLACED).annotate(
        signed=Count("signatures", distinct=True)
    )
    return (
        found.select_related("network")
        .prefetch_related(Prefetch("parties", parties), Prefetch("versions", current, to_attr="current"))
        .annotate(
            value_idr=Sum(
                "versions__commitments__value_idr",
                filter=~Q(versions__state=Version.State.REPLACED),
                default=0,
            )
        )
        .order_by("-made_at", "-pk")
    )


# --- totals -------------------------------------------------------------------------------------


def totals(found: QuerySet[Agreement]) -> Totals:
    """Return what agreements come to, by state and by co-op, each commitment counted at both its sides."""
    chosen = Agreement.objects.filter(pk__in=found.order_by().values("pk"))
    carried = _carried_on()
    states = dict(chosen.order_by().values_list("pk", "state"))
    counted = {pk: state for pk, state in states.items() if pk not in carried}
    lines = (
        Commitment.objects.filter(version__agreement__in=chosen)
        .exclude(version__state=Version.State.REPLACED)
        .order_by()
        .values_list("version__agreement", "giver", "taker")
        .annotate(value=Sum("value_idr"))
    )
    values: dict[int, int] = {}
    sides: dict[int, int] = {}
    for pk, giver, taker, value in lines:
        values[pk] = values.get(pk, 0) + value
        for side in (giver, taker):
            sides[side] = sides.get(side, 0) + value
    by_state: dict[str, Amount] = {}
    for pk, state in counted.items():
        by_state[state] = by_state.get(state, Amount()) + Amount(1, values.get(pk, 0))
    return Totals(
        signed=sum((by_state.get(state, Amount()) for state in SIGNED), Amount()),
        open=sum((by_state.get(state, Amount()) for state in OPEN), Amount()),
        by_state=tuple((state, by_state[state]) for state in _S if state in by_state),
        by_cooperative=_by_cooperative([pk for pk, state in counted.items() if state in SIGNED], sides),
        carried_on=len(states) - len(counted),
    )


def occasions(found: QuerySet[Agreement]) -> list[Occasion]:
    """Return the occasions of agreements, the newest first, with their totals."""
    named: dict[str, str] = {}
    for key, name in found.order_by("-made_at", "-pk").values_list("occasion_key", "occasion"):
        named.setdefault(key, name)
    made = []
    for key, name in named.items():
        of = totals(found.filter(occasion_key=key))
        made.append(Occasion(key, name, of.signed, of.open))
    return made


def annex_of(found: QuerySet[Agreement]) -> Annex:
    """Return every commitment of these agreements as a row, fit for a spreadsheet: what `totals` counts, so
    nothing that was given up or ended early, and nothing twice that a later one carries on.
    """
    return annex_rows(content for content, _ in _counted(found))


def annex_states(found: QuerySet[Agreement]) -> tuple[str, ...]:
    """Return the state of the agreement of each row of `annex_of`."""
    return tuple(state for content, state in _counted(found) for _ in content.commitments)


def _counted(found: QuerySet[Agreement]) -> list[tuple[Content, str]]:
    chosen = found.filter(state__in=(*SIGNED, *OPEN)).exclude(pk__in=_carried_on())
    current = Version.objects.exclude(state=Version.State.REPLACED).filter(
        agreement__in=chosen.order_by().values("pk")
    )
    versions = current.select_related("agreement").order_by("agreement_id")
    return [(content_of(version), version.agreement.state) for version in versions]


def promising(network: Network, on: date) -> int:
    """Return how many agreements of a network promise goods from a day on: signed, or on the way to it."""
    states = (*OPEN, _S.IN_FORCE, _S.SUSPENDED)
    return Agreement.objects.filter(network=network, state__in=states, valid_until__gte=on).count()


def _carried_on() -> set[int]:
    """Return the agreements that a later, signed one carries on: they aren't counted beside it."""
    later = Agreement.objects.filter(state__in=SIGNED)
    contracts = later.exclude(follows=None).filter(kind="pks", follows__kind="mou")
    amendments = later.exclude(amends=None)
    carried = {*contracts.values_list("follows", flat=True), *amendments.values_list("amends", flat=True)}
    return {pk for pk in carried if pk is not None}


def _by_cooperative(signed: Sequence[int], sides: dict[int, int]) -> tuple[tuple[str, Amount], ...]:
    parties = AgreementParty.objects.filter(agreement__in=signed).select_related(
        "cooperative", "counterparty"
    )
    found: dict[str, Amount] = {}
    for party in parties:
        name = str(party)
        found[name] = found.get(name, Amount()) + Amount(1, sides.get(party.pk, 0))
    return tuple(sorted(found.items(), key=lambda each: (-each[1].value_idr, each[0])))


# --- one agreement ------------------------------------------------------------------------------


@dataclass(frozen=True)
class PartyStanding:
    """A party, what it says of itself, and whether it has signed the version that counts."""

    row: AgreementParty
    said: Any
    signature: Signature | None
    approvals: tuple[Approval, ...]
    value_idr: int


@dataclass(frozen=True)
class Dispute:
    """A dispute with all that was said in it."""

    begun: Event
    answers: tuple[Event, ...]

    @property
    def is_settled(self) -> bool:
        return any(each.kind == Event.Kind.DISPUTE_SETTLED for each in self.answers)


@dataclass(frozen=True)
class Deed:
    """An agreement with everything around it. `version` is the one that counts: the newest."""

    agreement: Agreement
    version: Version
    content: Content
    versions: tuple[Version, ...]
    parties: tuple[PartyStanding, ...]
    events: tuple[Event, ...]
    disputes: tuple[Dispute, ...]
    later: tuple[Agreement, ...]

    @property
    def signed(self) -> int:
        """How many parties have signed."""
        return sum(each.signature is not None for each in self.parties)

    def days_left(self, on: date) -> int | None:
        """Return how many days it holds after this one; None where no end is said."""
        until = self.agreement.valid_until
        return None if until is None else (until - on).days


def deed_of(agreement: Agreement) -> Deed:
    """Return an agreement with its versions, parties, signatures, log and disputes."""
    versions = tuple(agreement.versions.order_by("-number").prefetch_related("signatures__party"))
    version = versions[0]
    content = content_of(version)
    if version.state == Version.State.DRAFT:
        content = as_recorded(agreement, content)
    signatures = {each.party_id: each for each in version.signatures.all()}
    approvals: dict[int, list[Approval]] = {}
    for approval in agreement.approvals.order_by("decided_on", "pk"):
        approvals.setdefault(approval.party_id, []).append(approval)
    rows = agreement.parties.select_related("cooperative", "counterparty")
    events = tuple(agreement.events.select_related("party__cooperative", "party__counterparty"))
    return Deed(
        agreement=agreement,
        version=version,
        content=content,
        versions=versions,
        parties=tuple(
            PartyStanding(
                row,
                content.parties[row.position],
                signatures.get(row.pk),
                tuple(approvals.get(row.pk, ())),
                sum(
                    each.value_idr for each in content.commitments if row.position in {each.giver, each.taker}
                ),
            )
            for row in rows
        ),
        events=events,
        disputes=_disputes(events),
        later=tuple((agreement.followers.all() | agreement.amendments.all()).order_by("pk")),
    )


def version_of(agreement: Agreement, number: int) -> Version:
    """Return a version of an agreement by its number. Raises NotThere."""
    found = agreement.versions.filter(number=number).first()
    if found is None:
        raise NotThere
    return found


def party_of(agreement: Agreement, position: int) -> AgreementParty:
    """Return a party of an agreement by its place. Raises NotThere."""
    rows = agreement.parties.select_related("cooperative", "counterparty")
    found = rows.filter(position=position).first()
    if found is None:
        raise NotThere
    return found


def own_party_of(user: User, agreement: Agreement, position: int) -> AgreementParty:
    """Return a party whose particulars a person may give: their own, or as the network's facilitator any.

    What a party says of its account, its signatory and its decisions is nobody else's to change. Raises
    NotThere, NotAllowed.
    """
    party = party_of(agreement, position)
    own = access.answers_for(user, agreement.network, Ability.SIGN_AGREEMENTS)
    if party.cooperative_id and own.filter(pk=party.cooperative_id).exists():
        return party
    access.network_for(user, agreement.network_id, Ability.RUN_ROUND)
    return party


def dispute_of(agreement: Agreement, pk: int) -> Event:
    """Return the beginning of a dispute about an agreement. Raises NotThere."""
    found = agreement.events.filter(pk=pk, kind=Event.Kind.DISPUTE).first()
    if found is None:
        raise NotThere
    return found


def _disputes(events: Sequence[Event]) -> tuple[Dispute, ...]:
    begun = [each for each in events if each.kind == Event.Kind.DISPUTE]
    return tuple(
        Dispute(each, tuple(answer for answer in events if answer.dispute_id == each.pk)) for each in begun
    )
