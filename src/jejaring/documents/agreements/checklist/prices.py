"""Prices by formula on the checklist: what of a formula isn't agreed, and where its example is far off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from jejaring.documents.agreements.annex import Goods, goods_of, priced_goods
from jejaring.documents.agreements.checklist.finding import Finding
from jejaring.documents.agreements.content import Agreement
from jejaring.documents.agreements.price_formula import PriceFormula, price_by
from jejaring.engines.errors import Sentence

_FAR = Decimal("0.1")
"""By so much of itself an illustration may differ from what the formula gives at its example."""


def findings(agreement: Agreement) -> Iterator[Finding]:
    """Yield what price formulas leave open, by what is lacking."""
    formulas = [(goods, formula) for goods, formula in priced_goods(agreement).items() if formula]
    for code, text, lacks in _OPEN:
        products = [goods.product for goods, formula in formulas if lacks(formula)]
        if products:
            facts = {"products": tuple(dict.fromkeys(products))}
            yield Finding("missing", Sentence(code, text, facts), "price")
    for goods, formula in formulas:
        if formula.follows != "market" and not formula.source.strip():
            yield _look(
                "formula.decision", "The price formula for {product} doesn't name the decision.", goods
            )
        if formula.example_idr is not None and _is_far(agreement, goods, formula, formula.example_idr):
            yield _look(
                "formula.far",
                "For {product} the price in the annex is far from what its formula gives today: more than a "
                "tenth. The values of the annex say little then.",
                goods,
            )


def _look(code: str, text: str, goods: Goods) -> Finding:
    return Finding("look", Sentence(code, text, {"product": goods.product}), "price")


def _is_far(agreement: Agreement, goods: Goods, formula: PriceFormula, reference_idr: int) -> bool:
    price = price_by(formula, reference_idr)
    told = [each.price_idr_per_kg for each in agreement.commitments if goods_of(each) == goods]
    return any(each is not None and abs(each - price) > _FAR * each for each in told)


_OPEN: tuple[tuple[str, str, Callable[[PriceFormula], bool]], ...] = (
    (
        "formula.reference",
        "What the price formula follows isn't named for: {products}.",
        lambda formula: not formula.item.strip(),
    ),
    (
        "formula.source",
        "Who publishes the market price of the formula isn't named for: {products}.",
        lambda formula: formula.follows == "market" and not formula.source.strip(),
    ),
    (
        "formula.read_on",
        "On which day the reference of the price formula is read isn't said for: {products}.",
        lambda formula: not formula.read_on,
    ),
    (
        "formula.lowest",
        "The price formula has no lowest price for: {products}.",
        lambda formula: formula.lowest_idr is None,
    ),
    (
        "formula.highest",
        "The price formula has no highest price for: {products}.",
        lambda formula: formula.highest_idr is None,
    ),
)
