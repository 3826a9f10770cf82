"""Who and what a network's answers are about: codes of co-ops, sites and goods, as files call them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jejaring.domain.mapping.models import Grade, Product, Site
from jejaring.domain.parties.models import Cooperative, Network, NetworkRole
from jejaring.engines.planning.plan_file import Json

_KINDS = {
    "kdmp": "KDMP",
    "kkmp": "KKMP",
    "established": "koperasi eksisting",
    "secondary": "koperasi sekunder",
}


@dataclass(frozen=True)
class Good:
    """A product in one grade: to a plan a good of its own."""

    product: Product
    grade: Grade | None = None

    @property
    def code(self) -> str:
        """What files call it. Codes of products have no point in them."""
        return f"{self.product.code}.{self.grade.code}" if self.grade else self.product.code

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.product.name_id} {self.grade.name_id}" if self.grade else self.product.name_id

    @property
    def order(self) -> tuple[int, int]:
        """Sorts goods as they were first known."""
        return self.product.pk, self.grade.pk if self.grade else 0


@dataclass
class Ground:
    """The co-ops of a network and their places; remembers which goods were named."""

    network: Network
    cooperatives: dict[int, Cooperative]
    hubs: frozenset[int]
    code: dict[int, str]
    sites: dict[int, Site]
    site_code: dict[int, str]
    home: dict[int, str]
    """By co-op the code of the place that its answers are about where they name none."""
    goods: dict[tuple[int, int], Good] = field(default_factory=dict)
    graded: dict[int, set[Good]] = field(default_factory=dict)

    def good(self, product: Product, grade: Grade | None = None) -> str:
        """Return the code of a good, which from now on is one of the network's."""
        found = Good(product, grade)
        self.goods.setdefault(found.order, found)
        if grade:
            self.graded.setdefault(product.pk, set()).add(found)
        return found.code

    def every_grade(self, product: Product) -> list[str]:
        """Return the codes of a product without grade and in each grade that somebody named."""
        graded = sorted(self.graded.get(product.pk, ()), key=lambda good: good.order)
        return [self.good(product), *(good.code for good in graded)]

    def place(self, cooperative_id: int, site_id: int | None) -> str | None:
        """Return the code of an answer's place; None for a place that isn't this network's."""
        return self.home[cooperative_id] if site_id is None else self.site_code.get(site_id)

    def party_rows(self) -> list[Json]:
        """Return the rows of parties, in the order in which they were registered."""
        return [
            {
                "code": self.code[pk],
                "name": each.name,
                "kind": _KINDS[each.kind],
                "role": "hub" if pk in self.hubs else "",
                "village": each.village_code,
                "pays_members_after_days": each.pays_members_after_days,
                "pays_partners_after_days": each.pays_partners_after_days,
                "cash_idr": each.cash_idr,
            }
            for pk, each in self.cooperatives.items()
        ]

    def site_rows(self) -> list[Json]:
        """Return the rows of sites; a co-op without one has its own position as a place."""
        rows = [self._site_row(each) for each in self.sites.values()]
        with_site = {each.cooperative_id for each in self.sites.values()}
        return rows + [
            {
                "code": self.home[pk],
                "party": self.code[pk],
                "name": each.name,
                "village": each.village_code,
                "lat": each.lat,
                "lon": each.lon,
                "terrain": each.terrain,
            }
            for pk, each in self.cooperatives.items()
            if pk not in with_site
        ]

    def _site_row(self, site: Site) -> Json:
        owner = self.cooperatives.get(site.cooperative_id) if site.cooperative_id else None
        falls_back = owner is not None and site.lat is None and self.home[owner.pk] == self.site_code[site.pk]
        at = owner if owner is not None and falls_back else site
        return {
            "code": self.site_code[site.pk],
            "party": self.code[owner.pk] if owner else None,
            "name": site.name,
            "village": site.village_code or (owner.village_code if owner and falls_back else ""),
            "lat": at.lat,
            "lon": at.lon,
            "terrain": site.terrain or (owner.terrain if owner and falls_back else ""),
        }

    def product_rows(self) -> list[Json]:
        """Return the rows of the goods that were named."""
        return [
            {
                "code": good.code,
                "name": good.name,
                "shelf_life_periods": good.product.shelf_life_periods,
                "loss_per_100_km": plain(good.product.loss_per_100_km),
            }
            for _, good in sorted(self.goods.items())
        ]


def ground_of(network: Network) -> Ground:
    """Return the co-ops that have a role in a network, and the places of it and of them."""
    roles = list(NetworkRole.objects.filter(network=network).values_list("cooperative_id", "kind"))
    found = Cooperative.objects.filter(pk__in={pk for pk, _ in roles}).order_by("pk")
    cooperatives = {each.pk: each for each in found}
    own = Site.objects.filter(cooperative__in=list(cooperatives))
    sites = {each.pk: each for each in (own | Site.objects.filter(network=network)).order_by("pk")}
    code = unique((pk, each.file_code, f"k{pk}") for pk, each in cooperatives.items())
    site_code = unique((pk, each.file_code, f"s{pk}") for pk, each in sites.items())
    home: dict[int, str] = {}
    taken = set(site_code.values())
    for site in sorted(sites.values(), key=lambda each: (not each.is_main, each.pk)):
        if site.cooperative_id:
            home.setdefault(site.cooperative_id, site_code[site.pk])
    for pk in cooperatives:
        home.setdefault(pk, code[pk] if code[pk] not in taken else f"{code[pk]}-k{pk}")
    hubs = frozenset(pk for pk, kind in roles if kind == NetworkRole.Kind.HUB)
    return Ground(network, cooperatives, hubs, code, sites, site_code, home)


def unique(called: Iterable[tuple[int, str, str]]) -> dict[int, str]:
    """Return a code of its own for each row: its code, with a mark of its own where two have the same."""
    rows = list(called)
    times = Counter(code for _, code, _ in rows)
    return {pk: code if times[code] == 1 else f"{code}-{mark}" for pk, code, mark in rows}


def plain(value: Decimal | int | str | None) -> Any:
    """Return a number as JSON says it exactly: 6500.000 is 6500, 0.5320 is 0.532."""
    if value is None or isinstance(value, int):
        return value
    exact = Decimal(value)
    if exact == exact.to_integral_value():
        return int(exact)
    text = f"{exact.normalize():f}"
    return float(text) if repr(float(text)) == text else Decimal(text)
