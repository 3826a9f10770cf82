"""What the pages show: domain values as pins, bars and rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from markupsafe import Markup

from jejaring.documents.charts.balance_months import MonthBars, balance_picture
from jejaring.documents.charts.positions import Look, Pin, Shape, marks, positions_picture
from jejaring.domain.mapping import balance, grid, overview, sums
from jejaring.domain.mapping.balance import ProductBalance
from jejaring.domain.mapping.models import Product
from jejaring.domain.mapping.overview import Answering, Standing
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.overview.reminders import reminder
from jejaring.interfaces.web.overview.subjects import Subject
from jejaring.interfaces.web.overview.words import LOOKS, ROLES
from jejaring.interfaces.web.speaking import code, speaks

_LOOKS: dict[Answering, Look] = {
    Answering.UNANSWERED: "unanswered",
    Answering.IN_PART: "in_part",
    Answering.COMPLETE: "complete",
    Answering.STALE: "stale",
}
_SIGNS: tuple[Look, ...] = ("surplus", "deficit", "even")
LISTED = 300
"""So many co-ops stand beside the map; the others are on the list of those that lack answers, by pages."""
ON_A_PAGE = 50
LAST_PAGE = 50
"""Further pages would take the database long; a smaller region shows the same co-ops."""


@dataclass(frozen=True)
class Row:
    """A co-op beside the map."""

    standing: Standing
    look: Look
    look_words: str
    role_words: str
    url: str
    kg: int | None


@dataclass(frozen=True)
class BalanceAsked:
    """What somebody asked of a balance, as it was typed."""

    first_month: str
    product_code: str
    target_code: str


def look_of(standing: Standing, product: Product | None) -> Look:
    """Return how a co-op is drawn: by its surplus of a product if that is asked for and may be seen."""
    kg = standing.difference_kg.get(product.pk) if product and standing.is_seen else None
    if kg is None or standing.state is Answering.UNANSWERED:
        return _LOOKS[standing.state]
    return "surplus" if kg > 0 else "deficit" if kg < 0 else "even"


def map_page(subject: Subject, product_code: str, at: datetime) -> dict[str, Any]:
    """Return what the page of the map shows."""
    product = product_called(product_code)
    facts: dict[str, Any] = {"subject": subject, "products": named_products(), "product": product}
    facts["many"] = grid.is_many(subject.group)
    if facts["many"]:
        facts["progress"] = sums.progress_of(subject.group, at)
        pins = [_cluster_pin(each) for each in grid.clusters(subject.group, grid.world(subject.group))]
        facts |= {"rows": [], "picture": positions_picture(pins, speaks()), "marks": _every_mark()}
        return facts
    standings = standings_of(subject, at, product)
    rows = [_row(standing, product) for standing in standings]
    facts |= {
        "progress": overview.progress_of(standings),
        "rows": rows[:LISTED],
        "unlisted": max(len(rows) - LISTED, 0),
        "without_position": sum(row.standing.cooperative.lat is None for row in rows),
        "picture": positions_picture(pins_of(standings, product), speaks(), with_marks=False),
        "marks": _every_mark(),
        "legend": _legend(),
    }
    return facts


def points(subject: Subject, product_code: str, box: str, across: str, at: datetime) -> dict[str, Any]:
    """Return the map's points as GeoJSON: co-ops, or squares of a grid with counts where they are many."""
    if grid.is_many(subject.group):
        squares = min(max(int(across), 3), 24) if re.fullmatch(r"\d{1,3}", across, re.ASCII) else grid.ACROSS
        area = grid.box(box) or grid.world(subject.group)
        some = grid.few_within(subject.group, area)
        if some:
            rows = [_row(standing, None) for standing in overview.standings(subject.group, some, at)]
            return {"type": "FeatureCollection", "features": [_feature(row) for row in rows]}
        features = [_cluster_feature(each) for each in grid.clusters(subject.group, area, squares)]
        return {"type": "FeatureCollection", "features": features}
    product = product_called(product_code)
    features = [
        _feature(row)
        for row in (_row(standing, product) for standing in standings_of(subject, at, product))
        if row.standing.cooperative.lat is not None
    ]
    return {"type": "FeatureCollection", "features": features}


def balance_page(subject: Subject, asked: BalanceAsked, today: date) -> dict[str, Any]:
    """Return what the page of the balance shows."""
    months = overview.months_from(_month(asked.first_month) or today)
    product, target = product_called(asked.product_code), product_called(asked.target_code)
    # Reckoned in one product, all that becomes it counts, whichever product was picked.
    found = sums.balance_of(subject.group, months, None if target else product)
    parts = found.products
    applied: tuple[balance.Applied, ...] = ()
    if target:
        joined, applied = balance.reckoned_in(found, target, today)
        parts = (joined,) if joined else ()
    return {
        "subject": subject,
        "products": named_products(),
        "product": product,
        "targets": [(each.code, product_name(each)) for each in balance.targets(today)],
        "target": target,
        "applied": [(product_name(way.product), way) for way in applied],
        "balance": found,
        "parts": [
            (
                product_name(part.product),
                part,
                bars(part, width=480, height=270, size=13.5),
                bars(part, width=300, height=230, size=13),
            )
            for part in parts
        ],
        "first_month": months[0],
        "fewest": balance.FEWEST,
        "pickable": _pickable(subject),
    }


def missing_page(request: Request, subject: Subject, page: str, at: datetime) -> dict[str, Any]:
    """Return what the list of those without answers shows, a page of it."""
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    number = min(max(number, 1), LAST_PAGE)
    found = sums.lacking(subject.group, at, number, ON_A_PAGE)
    phones = overview.phones(found.standings, request.user)
    rows = [
        reminder(request, each, subject.name, phones.get(each.cooperative.pk, ""), at)
        for each in found.standings
    ]
    return {
        "subject": subject,
        "progress": found.progress,
        "rows": [(row, LOOKS[row.standing.state.value]) for row in rows],
        "page": number,
        "next": number + 1 if found.more and number < LAST_PAGE else None,
    }


def standings_of(subject: Subject, at: datetime, product: Product | None = None) -> list[Standing]:
    """Return where each co-op of a set stands, by name."""
    return overview.standings(subject.group, list(subject.group.cooperatives), at, product)


def pins_of(standings: Sequence[Standing], product: Product | None) -> list[Pin]:
    """Return the pins of those whose position is known."""
    return [
        Pin(
            each.cooperative.lat,
            each.cooperative.lon,
            each.role,
            look_of(each, product),
            each.cooperative.name,
        )
        for each in standings
        if each.cooperative.lat is not None and each.cooperative.lon is not None
    ]


def bars(part: ProductBalance, *, with_legend: bool = True, **size: float) -> Markup:
    """Return the picture of one product's balance."""
    months = [
        MonthBars(f"{cell.month:%Y-%m}", cell.potential_kg, cell.need_kg, cell.room_kg, cell.is_boundless)
        for cell in part.cells
        if cell.month
    ]
    return balance_picture(product_name(part.product), months, speaks(), with_legend=with_legend, **size)


def product_called(written: str) -> Product | None:
    """Return the product with this code; none for an unknown one."""
    return Product.objects.filter(code=written).first() if written else None


def product_name(product: Product) -> str:
    """Return a product's name in the reader's language."""
    return (product.name_en or product.name_id) if code() == "en" else product.name_id


def named_products() -> list[tuple[str, str]]:
    """Return code and name of each product, for a choice."""
    return [(each.code, product_name(each)) for each in overview.products()]


def _row(standing: Standing, product: Product | None) -> Row:
    look = look_of(standing, product)
    words, role = str(LOOKS[look]), str(ROLES[standing.role])
    return Row(
        standing,
        look,
        words,
        role,
        reverse("cooperative", args=[standing.cooperative.pk]) if standing.is_seen else "",
        standing.difference_kg.get(product.pk) if product and standing.is_seen else None,
    )


def _feature(row: Row) -> dict[str, Any]:
    coop = row.standing.cooperative
    said = {"name": coop.name, "role": row.role_words, "state": row.look_words, "url": row.url}
    if row.kg is not None:
        said["kg"] = speaks().kg(row.kg)
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [coop.lon, coop.lat]},
        "properties": said | {"mark": f"{row.standing.role}-{row.look}"},
    }


def _cluster_pin(cluster: grid.Cluster) -> Pin:
    return Pin(cluster.lat, cluster.lon, "many", "complete", _cluster_words(cluster), cluster.cooperatives)


def _cluster_words(cluster: grid.Cluster) -> str:
    return speaks().text(
        "{count} co-ops, {answered} have answered", count=cluster.cooperatives, answered=cluster.answered
    )


def _cluster_feature(cluster: grid.Cluster) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [cluster.lon, cluster.lat]},
        "properties": {
            "name": _cluster_words(cluster),
            "count": cluster.cooperatives,
            "label": speaks().number(cluster.cooperatives),
        },
    }


def _every_mark() -> Markup:
    shapes: list[Shape] = [*overview.DRAWN_ROLES]
    return marks([(shape, look) for shape in shapes for look in (*_LOOKS.values(), *_SIGNS)])


def _legend() -> dict[str, list[tuple[str, str]]]:
    """Return marks by their names, with words for them."""
    return {
        "roles": [(f"{role}-complete", str(ROLES[role])) for role in overview.DRAWN_ROLES],
        "looks": [(f"supplier-{look}", str(LOOKS[look])) for look in _LOOKS.values()],
        "signs": [(f"supplier-{look}", str(LOOKS[look])) for look in _SIGNS],
    }


def _pickable(subject: Subject) -> list[tuple[int, str]]:
    """Return the co-ops that the reader may pick for a balance of their own; none where they are many."""
    if grid.is_many(subject.group) or not subject.group.network:
        return []
    return list(subject.group.pickable.values_list("pk", "name"))


def _month(written: str) -> date | None:
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", written):
        return None
    return date(int(written[:4]), int(written[5:]), 1)
