"""What a round's plan knows that people choose from: its goods, months and places."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from jejaring.domain.mapping.models import PriceRule
from jejaring.domain.parties.models import Cooperative
from jejaring.domain.partnering.models import PlanRun, ProposalLine, Round


@dataclass(frozen=True)
class Place:
    """A place of a co-op in the plan."""

    code: str
    name: str
    cooperative_id: int | None


class Known:
    """The problem of a round's first plan, read as far as forms need it."""

    def __init__(self, matching: Round) -> None:
        self._lines = ProposalLine.objects.filter(proposal__round=matching)
        self._runs = PlanRun.objects.filter(round_plan__round=matching).order_by("round_plan__number")

    @cached_property
    def _kept(self) -> tuple[dict[str, Any], dict[str, int]]:
        problem, notes = self._runs.values_list("problem", "notes")[:1].get()
        return json.loads(problem), notes.get("cooperatives", {})

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """All places of co-ops, called as proposals call them."""
        problem, codes = self._kept
        named = dict(self._lines.order_by().values_list("place", "place_name").distinct())
        return tuple(
            Place(
                row["code"],
                named.get(row["code"]) or row.get("name") or row["code"],
                codes.get(row.get("party") or ""),
            )
            for row in problem.get("sites", [])
            if row.get("party")
        )

    @property
    def place_names(self) -> dict[str, str]:
        """What places are called, by code."""
        return {place.code: place.name for place in self.places}

    def places_of(self, cooperatives: Iterable[int]) -> tuple[Place, ...]:
        """Return the places of these co-ops."""
        wanted = set(cooperatives)
        return tuple(place for place in self.places if place.cooperative_id in wanted)

    @property
    def goods(self) -> tuple[tuple[str, str], ...]:
        """Code and name of each good."""
        rows = self._kept[0].get("products", [])
        return tuple((row["code"], row.get("name") or row["code"]) for row in rows)

    @cached_property
    def buyer_prices(self) -> dict[tuple[int, str, str], Decimal]:
        """What a co-op's buyers pay at a place, by co-op, good and place, where that is one price."""
        problem, codes = self._kept
        found: dict[tuple[int, str, str], set[Decimal | None]] = {}
        for row in problem.get("outlets", []):
            if row.get("owner") in codes:
                given = None if row.get("steps") else row.get("price_idr_per_kg")
                price = None if given is None else Decimal(str(given))
                key = codes[row["owner"]], row.get("product", ""), row.get("site", "")
                found.setdefault(key, set()).add(price)
        return {key: price for key, prices in found.items() for price in prices if price and len(prices) == 1}

    @property
    def months(self) -> tuple[date, ...]:
        """The months that are planned."""
        return tuple(date.fromisoformat(f"{row['code']}-01") for row in self._kept[0].get("periods", []))

    @property
    def cooperatives(self) -> list[Cooperative]:
        """The co-ops that were planned, by name."""
        return list(Cooperative.objects.filter(pk__in=self._kept[1].values()).order_by("name", "pk"))


def floors_of(lines: Iterable[ProposalLine]) -> dict[int, PriceRule]:
    """Return the floor price (the lowest where there are several) that holds for each product in its first
    month here, by product; products without one are left out.
    """
    first: dict[int, date] = {}
    for line in lines:
        if line.product_id is not None:
            first[line.product_id] = min(first.get(line.product_id, line.month), line.month)
    rules = PriceRule.objects.filter(product__in=first, kind=PriceRule.Kind.FLOOR)
    found: dict[int, PriceRule] = {}
    for rule in rules.order_by("-idr_per_kg"):
        on = first[rule.product_id]
        if rule.valid_from <= on and (rule.valid_until is None or rule.valid_until >= on):
            found[rule.product_id] = rule
    return found
