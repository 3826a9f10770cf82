"""The order of the questions, and what somebody has chosen but not yet answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from jejaring.domain.mapping.models import Need, Potential, Product
from jejaring.domain.mapping.models.answers import Stage
from jejaring.domain.mapping.plausible import Doubtful
from jejaring.domain.parties.access import NotThere
from jejaring.domain.parties.models import Cooperative
from jejaring.engines.errors import Refusal
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.mapping.typed import Misread


@dataclass(frozen=True)
class Side:
    """One side of production: what members harvest, or what the co-op needs."""

    slug: str
    table: type[Potential] | type[Need]

    @property
    def needed(self) -> bool:
        """Return whether it is about needs."""
        return self.table is Need


SIDES = {"hasil": Side("hasil", Potential), "kebutuhan": Side("kebutuhan", Need)}

SHARES = {"hasil": (1, 15), "kebutuhan": (15, 23)}
"""From which to which per cent of all questions a side reaches."""

FIRST_PAGE = {
    Stage.PRODUCTION: ("mapping_products", {"side": "hasil"}),
    Stage.PROCESSING: ("mapping_facilities", {}),
    Stage.DISTRIBUTION: ("mapping_vehicles", {}),
    Stage.MARKETING: ("mapping_market", {}),
}
"""Where the questions of each stage begin."""

QUESTIONS_OF_A_PRODUCT = ("mapping_months", "mapping_amounts", "mapping_price", "mapping_known")


def today() -> date:
    """Return the day on which somebody answers."""
    return timezone.localdate()


def this_month() -> date:
    """Return the first day of this month."""
    return today().replace(day=1)


def side_of(slug: str) -> Side:
    """Return the side that an address names. Raises NotThere."""
    if slug not in SIDES:
        raise NotThere
    return SIDES[slug]


def product_of(code: str) -> Product:
    """Return the product that an address names. Raises NotThere."""
    found = Product.objects.filter(code=code).first()
    if found is None:
        raise NotThere
    return found


class Chosen:
    """The products and months that a person has ticked for a co-op; kept with their session.

    Amounts are kept in the database at once. A tick without an amount says nothing yet, so it stays here.
    """

    def __init__(self, request: Request, cooperative: Cooperative) -> None:
        self._session = request.session
        kept: dict[str, Any] = request.session.get("mapping", {})
        self._all = kept
        self._here: dict[str, Any] = kept.setdefault(str(cooperative.pk), {})

    def products(self, side: Side) -> list[str]:
        """Return the codes of the products ticked on one side, in the order in which they are asked."""
        return list(self._here.get(side.slug, []))

    def months(self, side: Side, product: Product) -> list[date]:
        """Return the months ticked for a product."""
        return [date.fromisoformat(each) for each in self._here.get(f"{side.slug}:{product.code}", [])]

    def keep_products(self, side: Side, codes: list[str]) -> None:
        """Remember the ticked products."""
        self._keep(side.slug, codes)

    def keep_months(self, side: Side, product: Product, months: list[date]) -> None:
        """Remember the ticked months of a product."""
        self._keep(f"{side.slug}:{product.code}", [month.isoformat() for month in months])

    def _keep(self, key: str, values: list[str]) -> None:
        self._here[key] = values
        self._session["mapping"] = self._all

    def share_done(self, side: Side, product: Product, question: str) -> int:
        """Return how many per cent of all questions come before this one."""
        codes = self.products(side) or [product.code]
        before = codes.index(product.code) if product.code in codes else 0
        steps = len(QUESTIONS_OF_A_PRODUCT)
        share = (1 + before * steps + QUESTIONS_OF_A_PRODUCT.index(question)) / (1 + len(codes) * steps)
        first, last = SHARES[side.slug]
        return round(first + (last - first) * share)


def after_product(request: Request, cooperative: Cooperative, side: Side, product: Product) -> HttpResponse:
    """Go on to the next ticked product, then to what comes after this side."""
    codes = Chosen(request, cooperative).products(side)
    later = codes[codes.index(product.code) + 1 :] if product.code in codes else []
    if later:
        return redirect("mapping_months", cooperative.pk, side.slug, later[0])
    return after_side(cooperative, side)


def after_side(cooperative: Cooperative, side: Side) -> HttpResponse:
    """Go on to the needs after what is harvested, and after the needs to the end of the stage."""
    if side.needed:
        return redirect("mapping_finish", cooperative.pk, Stage.PRODUCTION)
    return redirect("mapping_products", cooperative.pk, "kebutuhan")


def refused(refusal: Refusal | None) -> dict[str, Any]:
    """Return what a page of questions says of a refusal: doubts, a fault beside its field, or one for all."""
    if refusal is None:
        return {}
    if isinstance(refusal, Doubtful):
        return {"doubts": refusal.doubts}
    if isinstance(refusal, Misread):
        return {"misread": refusal}
    return {"fault": refusal.sentence}


def first_address(stage: str, cooperative: Cooperative) -> str:
    """Return the address at which the questions of a stage begin."""
    name, rest = FIRST_PAGE[Stage(stage)]
    return reverse(name, kwargs={"cooperative_id": cooperative.pk, **rest})


def next_stage(stage: str) -> str | None:
    """Return the stage after this one; None after the last."""
    order = list(Stage.values)
    at = order.index(stage) + 1
    return order[at] if at < len(order) else None
