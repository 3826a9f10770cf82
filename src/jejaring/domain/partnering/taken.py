"""Answers -> rows of a network file, each with whose answer it is.

What a co-op didn't say isn't invented. Two figures have an answer of its own to fall back on: the least that
members are paid (what the local trader or today's buyer pays, else the floor price), and what a need is
worth (what the local trader or today's supplier asks). Whatever still lacks one is left out, and told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from jejaring.domain.mapping.models import (
    Channel,
    Facility,
    LocalTrade,
    Need,
    Potential,
    PriceRule,
    SaidBy,
    Today,
)
from jejaring.domain.mapping.overview import STALE_AFTER
from jejaring.domain.partnering.ground import Ground, plain
from jejaring.engines.errors import Sentence
from jejaring.engines.planning.plan_file import Json

_QUESTIONS = {
    "supplies": Sentence("asked.supplies", "what members can deliver"),
    "needs": Sentence("asked.needs", "what is needed"),
    "processes": Sentence("asked.processes", "processing"),
    "storages": Sentence("asked.storages", "storage"),
    "outlets": Sentence("asked.outlets", "buyers"),
    "sources": Sentence("asked.sources", "suppliers"),
    "local_trade": Sentence("asked.local_trade", "the local trader"),
    "today": Sentence("asked.today", "what is sold and bought today"),
    "lanes": Sentence("asked.lanes", "ways between places"),
    "sites": Sentence("asked.sites", "places"),
    "parties": Sentence("asked.parties", "the co-op's profile"),
    "vehicles": Sentence("asked.vehicles", "vehicles"),
    "products": Sentence("asked.products", "products"),
    "references": Sentence("asked.references", "reference figures"),
}


@dataclass(frozen=True)
class Answer:
    """Which answer somebody gave: enough for a page to lead back to it."""

    cooperative_id: int
    table: str
    product: str = ""
    """The code of the product that was asked about, its grade aside."""
    row_id: int = 0
    """The number of a facility, buyer or supplier, which has a page of its own."""


@dataclass(frozen=True)
class Origin:
    """Whose answer a row is, about which good, and in which month (empty: none, or every one)."""

    cooperative: str = ""
    good: str = ""
    period: str = ""
    name: str = ""
    """The partner's."""
    answer: Answer | None = None


@dataclass
class Taken:
    """The rows by table, the origin of each, and what was noticed on the way."""

    ground: Ground
    months: tuple[date, ...]
    at: datetime
    tables: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    origins: dict[str, list[Origin]] = field(default_factory=lambda: defaultdict(list))
    assumed: Counter[str] = field(default_factory=Counter)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    oldest: dict[tuple[str, str], date] = field(default_factory=dict)

    def add(self, table: str, row: Json, said: SaidBy, origin: Origin) -> None:
        """Add a row that somebody said."""
        self.tables[table].append(row)
        self.origins[table].append(origin)
        if said.said_at < self.at - STALE_AFTER:
            key, on = (origin.cooperative, table), timezone.localtime(said.said_at).date()
            self.oldest[key] = min(on, self.oldest.get(key, on))

    def name(self, cooperative_id: int) -> str:
        """Return what a co-op is called."""
        return self.ground.cooperatives[cooperative_id].name

    def of(self, model: type[Any]) -> QuerySet[Any]:
        """Return the network's rows of a table, in the order in which they were said."""
        return model.objects.filter(cooperative__in=list(self.ground.cooperatives)).order_by("pk")


def question(table: str) -> Sentence:
    """Return what was asked where the answers stand in this table."""
    return _QUESTIONS.get(table, _QUESTIONS["parties"])


def take(taken: Taken) -> None:
    """Put all answers of a network into `taken`."""
    in_time = {"month__in": taken.months}
    goods = ("product", "grade")
    answers = {
        model: list(taken.of(model).filter(**in_time).select_related(*goods))
        for model in (Potential, Need, Today)
    }
    local = [
        each
        for each in taken.of(LocalTrade).select_related(*goods)
        if each.month is None or each.month in taken.months
    ]
    channels = list(taken.of(Channel).select_related(*goods).prefetch_related("months", "steps"))
    for each in (*answers[Potential], *answers[Need], *answers[Today], *local, *channels):
        taken.ground.good(each.product, each.grade)
    known = _Known(taken, local, answers[Today])
    _take_supplies(taken, answers[Potential], known)
    _take_needs(taken, answers[Need], known)
    _take_facilities(taken)
    _take_channels(taken, channels)
    _take_local_trade(taken, local)
    _take_today(taken, answers[Today])
    _count_grades_as_their_product(taken, answers[Potential])


class _Known:
    """What is paid and asked elsewhere in the answers, for figures that weren't said."""

    def __init__(self, taken: Taken, local: list[LocalTrade], today: list[Today]) -> None:
        self._taken = taken
        self._local = {(*_key(taken, each), each.month): each for each in local}
        self._today = {(*_key(taken, each), each.month): each for each in today}
        self._floors: list[PriceRule] = list(
            PriceRule.objects.filter(kind=PriceRule.Kind.FLOOR).order_by("valid_from", "pk")
        )

    def cost(self, said: Potential) -> Decimal | None:
        """Return what members must be paid at least, None where nothing tells."""
        found = self._first(
            said,
            said.cost_idr_per_kg,
            lambda local: local.sell_idr_per_kg,
            lambda today: today.sells_idr_per_kg if today.sells_kg else None,
        )
        return self._floor(said) if found is None else found

    def worth(self, said: Need) -> Decimal | None:
        """Return what a need is worth, None where nothing tells."""
        return self._first(
            said,
            said.worth_idr_per_kg,
            lambda local: local.buy_idr_per_kg,
            lambda today: today.buys_idr_per_kg if today.buys_kg else None,
        )

    def _first(
        self,
        said: Potential | Need,
        own: Decimal | None,
        of_local: Callable[[LocalTrade], Decimal | None],
        of_today: Callable[[Today], Decimal | None],
    ) -> Decimal | None:
        if own is not None:
            return own
        key = _key(self._taken, said)
        local = self._local.get((*key, said.month)) or self._local.get((*key, None))
        today = self._today.get((*key, said.month))
        for why, found in (
            ("local", of_local(local) if local else None),
            ("today", of_today(today) if today else None),
        ):
            if found is not None:
                kind = "cost" if isinstance(said, Potential) else "worth"
                self._taken.assumed[f"{kind}.{why}"] += 1
                return found
        return None

    def _floor(self, said: Potential) -> Decimal | None:
        village = self._taken.ground.cooperatives[said.cooperative_id].village_code
        found = None
        for rule in self._floors:
            if (
                rule.product_id == said.product_id
                and rule.grade_id in {None, said.grade_id}
                and rule.valid_from <= said.month
                and (rule.valid_until is None or said.month <= rule.valid_until)
                and (rule.region_code == "ID" or village.startswith(rule.region_code))
            ):
                found = rule.idr_per_kg
        if found is not None:
            self._taken.assumed["cost.floor"] += 1
        return found


def _key(taken: Taken, said: Potential | Need | LocalTrade | Today) -> tuple[str | None, int, int | None]:
    return taken.ground.place(said.cooperative_id, said.site_id), said.product_id, said.grade_id


def _take_supplies(taken: Taken, said: Iterable[Potential], known: _Known) -> None:
    for each in said:
        cost = known.cost(each)
        if cost is None:
            taken.left_out[taken.name(each.cooperative_id), "cost"] += 1
            continue
        figures = {"available_kg": each.kg, "cost_idr_per_kg": plain(cost)}
        _add_placed(taken, "supplies", each, each.month, figures)


def _take_needs(taken: Taken, said: Iterable[Need], known: _Known) -> None:
    for each in said:
        worth = None if each.is_must else known.worth(each)
        if worth is None and not each.is_must:
            taken.left_out[taken.name(each.cooperative_id), "worth"] += 1
            continue
        _add_placed(taken, "needs", each, each.month, {"kg": each.kg, "worth_idr_per_kg": plain(worth)})


def _take_local_trade(taken: Taken, said: Iterable[LocalTrade]) -> None:
    for each in said:
        figures = {
            "sell_idr_per_kg": plain(each.sell_idr_per_kg),
            "buy_idr_per_kg": plain(each.buy_idr_per_kg),
            "most_sell_kg": each.most_sell_kg,
            "most_buy_kg": each.most_buy_kg,
        }
        _add_placed(taken, "local_trade", each, each.month, figures)


def _take_today(taken: Taken, said: Iterable[Today]) -> None:
    for each in said:
        figures = {
            "sells_kg": each.sells_kg,
            "sells_idr_per_kg": plain(each.sells_idr_per_kg),
            "cost_idr_per_kg": plain(each.cost_idr_per_kg),
            "buys_kg": each.buys_kg,
            "buys_idr_per_kg": plain(each.buys_idr_per_kg),
            "partner": each.partner,
        }
        _add_placed(taken, "today", each, each.month, figures)


def _add_placed(
    taken: Taken, table: str, said: Potential | Need | LocalTrade | Today, month: date | None, figures: Json
) -> None:
    site = taken.ground.place(said.cooperative_id, said.site_id)
    if site is None:
        taken.left_out[taken.name(said.cooperative_id), "place"] += 1
        return
    row = {
        "site": site,
        "product": taken.ground.good(said.product, said.grade),
        "period": period(month),
        **figures,
        "evidence": evidence(said),
    }
    taken.add(table, row, said, _origin(taken, table, said, month))


def _origin(taken: Taken, table: str, said: Any, month: date | None = None) -> Origin:
    """Return whose answer a row of a table is, called as the pages call it."""
    ground = taken.ground
    elsewhere = said.site_id and ground.site_code[said.site_id] != ground.home[said.cooperative_id]
    place = f" ({ground.sites[said.site_id].name})" if elsewhere else ""
    # Pages show facilities by their name, and buyers and suppliers by their partner.
    has_page = isinstance(said, (Facility, Channel))
    name = said.name if isinstance(said, Facility) else getattr(said, "partner", "") if has_page else ""
    good = said.product.name_id if said.product else ""
    return Origin(
        cooperative=f"{taken.name(said.cooperative_id)}{place}",
        good=" · ".join(filter(None, (name, good))),
        period=period(month) if month else "",
        name=name,
        answer=Answer(
            said.cooperative_id,
            table,
            said.product.code if said.product else "",
            said.pk if has_page else 0,
        ),
    )


def _take_channels(taken: Taken, channels: list[Channel]) -> None:
    for direction, table in ((Channel.Direction.SELL, "outlets"), (Channel.Direction.BUY, "sources")):
        mine = [each for each in channels if each.direction == direction]
        code = _codes(taken, mine)
        for each in mine:
            site = taken.ground.place(each.cooperative_id, each.site_id)
            if site is None:
                taken.left_out[taken.name(each.cooperative_id), "place"] += 1
                continue
            _add_channel(taken, table, each, code[each.pk], site)


def _add_channel(taken: Taken, table: str, channel: Channel, code: str, site: str) -> None:
    sells = table == "outlets"
    common = {
        "code": code,
        "owner": taken.ground.code[channel.cooperative_id],
        "site": site,
        "product": taken.ground.good(channel.product, channel.grade),
        "steps": [
            {"from_kg": step.from_kg, "price_idr_per_kg": plain(step.idr_per_kg)}
            for step in channel.steps.all()
        ],
        "buyer" if sells else "supplier": channel.partner,
        "pays_after_days" if sells else "due_after_days": channel.days_to_pay,
        "evidence": evidence(channel),
    }
    spoken: list[Any] = [each for each in channel.months.all() if each.month in taken.months]
    for each in [channel, *spoken] if channel.every_month else spoken:
        month = None if each is channel else each.month
        row = {
            **common,
            "period": period(month),
            "most_kg": each.most_kg,
            "price_idr_per_kg": plain(each.idr_per_kg),
        }
        if sells:
            row["least_kg"] = each.least_kg
        taken.add(table, row, channel, _origin(taken, table, channel, month))


def _take_facilities(taken: Taken) -> None:
    found = taken.of(Facility).select_related("product")
    every = list(found.prefetch_related("stored", "outputs__product", "months", "opening"))
    for kind in (Facility.Kind.PROCESS, Facility.Kind.STORAGE):
        mine = [each for each in every if each.kind == kind]
        code = _codes(taken, mine)
        for each in mine:
            site = taken.ground.place(each.cooperative_id, each.site_id)
            if site is None:
                taken.left_out[taken.name(each.cooperative_id), "place"] += 1
                continue
            common = {
                "code": code[each.pk],
                "owner": taken.ground.code[each.cooperative_id],
                "site": site,
                "name": each.name,
                "build_cost_idr": each.build_cost_idr,
                "build_share": None if each.build_share == 1 else plain(each.build_share),
                "evidence": evidence(each),
            }
            add = _add_process if kind == Facility.Kind.PROCESS else _add_storage
            add(taken, each, common)


def _add_process(taken: Taken, process: Facility, common: Json) -> None:
    assert process.product is not None
    common |= {
        "input": taken.ground.good(process.product),
        "outputs": {
            taken.ground.good(output.product): plain(output.factor) for output in process.outputs.all()
        },
        "opening_cost_idr": process.opening_cost_idr,
    }
    # One that can take nothing in an ordinary month is only there in the months that are named.
    spoken: list[Any] = [each for each in process.months.all() if each.month in taken.months]
    for each in spoken if process.capacity_kg == 0 else [process, *spoken]:
        month = None if each is process else each.month
        row = {
            **common,
            "period": period(month),
            "capacity_kg": each.capacity_kg,
            "cost_idr_per_kg": plain(each.cost_idr_per_kg),
        }
        taken.add("processes", row, process, _origin(taken, "processes", process, month))


def _add_storage(taken: Taken, store: Facility, common: Json) -> None:
    opening = {each.product_id: each for each in store.opening.all()}
    kept = sorted(store.stored.all(), key=lambda product: product.pk)
    row = {
        **common,
        "products": [code for product in kept for code in taken.ground.every_grade(product)],
        "capacity_kg": store.capacity_kg,
        "cost_idr_per_kg": plain(store.cost_idr_per_kg),
        "loss": plain(store.loss),
        "opening_kg": {
            taken.ground.good(product): opening[product.pk].kg for product in kept if product.pk in opening
        },
    }
    taken.add("storages", row, store, _origin(taken, "storages", store))


def _codes(taken: Taken, rows: list[Any]) -> dict[int, str]:
    """Return the code of each row; of two co-ops' rows with one code each gets its co-op's beside it."""
    owners = defaultdict(set)
    for each in rows:
        owners[each.file_code].add(each.cooperative_id)
    return {
        each.pk: each.file_code
        if len(owners[each.file_code]) == 1
        else f"{each.file_code}-{taken.ground.code[each.cooperative_id]}"
        for each in rows
    }


def _count_grades_as_their_product(taken: Taken, said: list[Potential]) -> None:
    """Let a graded good pass for the product itself: who names no grade takes any."""
    plain_goods = {(row["site"], row["product"]) for row in taken.tables["supplies"]}
    named = {good.product.pk for good in taken.ground.goods.values() if good.grade is None}
    done = set()
    for each in said:
        site = taken.ground.place(each.cooperative_id, each.site_id)
        if not each.grade or each.product_id not in named or site is None:
            continue
        good = taken.ground.good(each.product, each.grade)
        if (site, good) in done or (site, good) not in plain_goods:
            continue
        done.add((site, good))
        row = {
            "code": f"{good}@{site}",
            "owner": taken.ground.code[each.cooperative_id],
            "site": site,
            "input": good,
            "outputs": {taken.ground.good(each.product): 1},
            "period": "*",
            "name": f"{each.product.name_id} {each.grade.name_id}",
        }
        taken.add("processes", row, each, _origin(taken, "supplies", each))


def period(month: date | None) -> str:
    """Return what files call a month; every month: *."""
    return "*" if month is None else f"{month:%Y-%m}"


def evidence(said: SaidBy) -> str:
    """Return how a figure is known: as a file said it, else how and when it was said."""
    if said.way == SaidBy.Way.FILE:
        return said.source
    return f"{said.evidence}, {timezone.localtime(said.said_at):%Y-%m-%d}"
