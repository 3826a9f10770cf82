"""Sets of co-ops as somebody sees them: who is in, who has answered and how fresh, where they are.

What they have and lack together is in `balance`, large regions are added up in `sums`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from django.db.models import Max, QuerySet, Sum
from django.utils import timezone

from jejaring.domain.mapping import plausible
from jejaring.domain.mapping.models import (
    AnswersSum,
    Channel,
    Facility,
    LocalTrade,
    Need,
    Potential,
    Product,
    StageDone,
    Today,
)
from jejaring.domain.mapping.models.answers import Stage
from jejaring.domain.parties import access, regions, rosters
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative, Network, NetworkRole, User
from jejaring.engines.errors import Refusal

MONTHS, MONTHS_MOST = 12, 36
STALE_AFTER = timedelta(days=90)
STAGES = tuple(Stage.values)
_SAYING = (Potential, Need, Facility, Channel, LocalTrade, Today)
"""Tables whose rows are answers, each with who said it when."""
DrawnRole = Literal["hub", "processor", "distributor", "marketer", "supplier"]
DRAWN_ROLES: tuple[DrawnRole, ...] = ("hub", "processor", "distributor", "marketer", "supplier")
"""The role by which a co-op with several is drawn, the rarest first."""


class Answering(StrEnum):
    """How far a co-op is with its answers."""

    UNANSWERED = "unanswered"
    IN_PART = "in_part"
    COMPLETE = "complete"
    STALE = "stale"


@dataclass(frozen=True)
class Group:
    """A set of co-ops. `whole`: the reader may see what each of them said, not only sums.

    `large`: a province or the country, whose figures come from sums that were made before.
    """

    cooperatives: QuerySet[Cooperative]
    whole: bool
    seen: QuerySet[Cooperative]
    """Those of them whose own answers the reader may see."""
    pickable: QuerySet[Cooperative]
    """Those of which the reader may pick some."""
    network: Network | None = None
    region_code: str = ""

    @property
    def large(self) -> bool:
        """Whether it may be too many to add up while somebody waits."""
        return is_large(self.region_code)


@dataclass(frozen=True)
class Standing:
    """Where one co-op stands; `difference_kg` is its surplus (or deficit, below 0) by product.

    It is empty where it wasn't asked for, and for readers who may not see the co-op's answers.
    """

    cooperative: Cooperative
    state: Answering
    stages: frozenset[str] = frozenset()
    last_said_at: datetime | None = None
    roles: tuple[str, ...] = ()
    is_seen: bool = False
    difference_kg: Mapping[int, int] = field(default_factory=dict)

    @property
    def role(self) -> DrawnRole:
        """The role by which it is drawn; a supplier where it has none."""
        return next((role for role in DRAWN_ROLES if role in self.roles), "supplier")

    def days_silent(self, at: datetime) -> int | None:
        """Return how many days ago it last said something; none where it never did."""
        return None if self.last_said_at is None else max((at - self.last_said_at).days, 0)


@dataclass(frozen=True)
class Progress:
    """How many co-ops of a set are in which state, and how many have finished each stage."""

    cooperatives: int
    by_state: Mapping[Answering, int]
    by_stage: Mapping[str, int] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        """Those that have said something, however long ago."""
        return self.cooperatives - self.by_state.get(Answering.UNANSWERED, 0)


def is_large(region_code: str) -> bool:
    """Return whether a region is larger than a regency."""
    return 0 < len(region_code) < 5


def network_group(network: Network, user: User, chosen: Iterable[int] = ()) -> Group:
    """Return the co-ops of a network; of `chosen` ones only those that the reader may see.

    Sums of sets that somebody picks could be subtracted from each other until one co-op is left. So
    only who may see the co-ops themselves picks.
    """
    ids = NetworkRole.objects.filter(network=network).values("cooperative")
    return _group(Cooperative.objects.filter(pk__in=ids), user, chosen, network=network)


def region_group(code: str, user: User, chosen: Iterable[int] = ()) -> Group:
    """Return the co-ops of a region."""
    if len(code) == 5:
        rows = Cooperative.objects.filter(regency_code=code)
    elif code == regions.NATION:
        rows = Cooperative.objects.all()
    else:
        # As a range, so that every database goes through the index.
        rows = Cooperative.objects.filter(regency_code__gte=f"{code}.", regency_code__lt=f"{code}/")
    return _group(rows, user, chosen, region_code=code)


def _group(rows: QuerySet[Cooperative], user: User, chosen: Iterable[int], **more: Any) -> Group:
    wanted = frozenset(chosen)
    if _reaches_all(user, more.get("network"), more.get("region_code", "")):
        kept = rows.filter(pk__in=wanted) if wanted else rows
        return Group(kept, whole=True, seen=kept, pickable=rows, **_unless_chosen(more, wanted))
    visible = access.cooperatives_for(user, Ability.SEE_COOPERATIVE)
    seen = rows.filter(pk__in=visible.values("pk"))
    if wanted:
        kept = seen.filter(pk__in=wanted)
        return Group(kept, whole=True, seen=kept, pickable=seen, **_unless_chosen(more, wanted))
    whole = not more.get("region_code") and rows.count() == seen.count()
    return Group(rows, whole=whole, seen=seen, pickable=seen, **more)


def _unless_chosen(more: dict[str, Any], wanted: frozenset[int]) -> dict[str, Any]:
    """Return what a group is of; a chosen part of a region is none, so that it is added up itself."""
    return {name: value for name, value in more.items() if not (wanted and name == "region_code")}


def _reaches_all(user: User, network: Network | None, region_code: str) -> bool:
    """Return whether one role of a person lets them see every co-op of a network or region."""
    if network is not None:
        return access.roles_of(user, Ability.SEE_COOPERATIVE).filter(network=network).exists()
    try:
        access.region_for(user, region_code, Ability.SEE_COOPERATIVE)
    except access.NotThere:
        return False
    return True


def standings(
    group: Group, cooperatives: Sequence[Cooperative], at: datetime, product: Product | None = None
) -> list[Standing]:
    """Return where these co-ops of the set stand, in their order; with their surplus of `product`.

    As many queries for a hundred co-ops as for one.
    """
    ids = [each.pk for each in cooperatives]
    said = _last_said_of_sum(ids) if group.large else last_said(ids)
    stages: dict[int, set[str]] = defaultdict(set)
    for pk, stage in StageDone.objects.filter(cooperative__in=ids).values_list("cooperative", "stage"):
        stages[pk].add(stage)
    roles: dict[int, list[str]] = defaultdict(list)
    told = NetworkRole.objects.filter(cooperative__in=ids)
    if group.network:
        told = told.filter(network=group.network)
    for pk, kind in told.order_by().values_list("cooperative", "kind").distinct():
        roles[pk].append(kind)
    seen = set(ids) if group.whole else set(group.seen.filter(pk__in=ids).values_list("pk", flat=True))
    differences = _differences(seen, product, at) if product else {}
    return [
        Standing(
            each,
            state_of(said.get(each.pk), len(stages[each.pk]), at),
            frozenset(stages[each.pk]),
            said.get(each.pk),
            tuple(sorted(roles[each.pk])),
            each.pk in seen,
            differences.get(each.pk, {}),
        )
        for each in cooperatives
    ]


def state_of(last_said_at: datetime | None, stages_done: int, at: datetime) -> Answering:
    """Return how far a co-op is. Ninety days after its last answer even a complete one is stale."""
    if last_said_at is None:
        return Answering.UNANSWERED
    if at - last_said_at > STALE_AFTER:
        return Answering.STALE
    return Answering.COMPLETE if stages_done == len(STAGES) else Answering.IN_PART


def last_said(ids: Sequence[int]) -> dict[int, datetime]:
    """Return when each of these co-ops last answered anything; those that never did are left out."""
    if not ids:
        return {}
    parts: list[QuerySet[Any, Any]] = [
        table.objects.filter(cooperative__in=ids)
        .order_by()
        .values_list("cooperative")
        .annotate(last=Max("said_at"))
        for table in _SAYING
    ]
    done = StageDone.objects.filter(cooperative__in=ids).order_by().values_list("cooperative")
    parts.append(done.annotate(last=Max("done_at")))
    found: dict[int, datetime] = {}
    for pk, last in parts[0].union(*parts[1:], all=True):
        found[pk] = max(last, found.get(pk, last))
    return found


def progress_of(standing: Iterable[Standing]) -> Progress:
    """Return the counts of a set whose standings are known."""
    every = list(standing)
    states = {state: sum(each.state is state for each in every) for state in Answering}
    stages = {stage: sum(stage in each.stages for each in every) for stage in STAGES}
    return Progress(len(every), states, stages)


def months_from(first: date, count: int = MONTHS) -> tuple[date, ...]:
    """Return the first days of `count` months, beginning with that of `first`."""
    start = first.year * 12 + first.month - 1
    return tuple(date(at // 12, at % 12 + 1, 1) for at in range(start, start + count))


def months_asked(first: date | None, last: date | None, *, today: date) -> tuple[date, ...]:
    """Return the months from `first` (none: this one) to `last` (none: for a year). Raises Refusal."""
    start = plausible.first_of_month(first or today.replace(day=1), today)
    if last is None:
        return months_from(start)
    count = (last.year - start.year) * 12 + last.month - start.month + 1
    if not 1 <= count <= MONTHS_MOST:
        raise Refusal(
            "balance.months", "Ask for 1 to {most} months, the last not before the first.", most=MONTHS_MOST
        )
    return months_from(start, count)


def products() -> list[Product]:
    """Return the products that co-ops can be asked about, those that members grow first."""
    return list(Product.objects.order_by("-is_harvest", "is_input", "commodity", "id"))


def phones(standing: Iterable[Standing], user: User) -> dict[int, str]:
    """Return a number of an officer of each of these co-ops, for those whose officers the reader keeps."""
    ids = [each.cooperative.pk for each in standing if each.is_seen]
    return rosters.phones_for(user, ids) if ids else {}


def _last_said_of_sum(ids: Sequence[int]) -> dict[int, datetime]:
    return dict(AnswersSum.objects.filter(pk__in=ids).values_list("pk", "last_said_at"))


def _differences(ids: set[int], product: Product, at: datetime) -> dict[int, dict[int, int]]:
    """Return potential less need by co-op, over the months that a balance shows."""
    months = months_from(timezone.localtime(at).date())
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for table, sign in ((Potential, 1), (Need, -1)):
        rows = (
            table.objects.filter(cooperative__in=ids, product=product, month__range=(months[0], months[-1]))
            .order_by()
            .values_list("cooperative")
            .annotate(total=Sum("kg"))
        )
        for cooperative, kg in rows:
            found[cooperative][product.pk] = found[cooperative].get(product.pk, 0) + sign * kg
    return found
