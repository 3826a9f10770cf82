"""Prices on the page of a draft's terms: fixed, or by a formula. It only parses; the action decides."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from jejaring.documents.agreements import Agreement as Content
from jejaring.documents.agreements import Goods, PriceFormula, goods_of, priced_goods
from jejaring.documents.agreements.words import words
from jejaring.engines.errors import Refusal
from jejaring.engines.quantities import read_number
from jejaring.interfaces.web.agreements.forms import TermsForm, products_of
from jejaring.interfaces.web.mapping.typed import selling_price
from jejaring.interfaces.web.speaking import say_later, speaks

_MOST_IDR = 10_000_000
_FOLLOWS = [
    ("", say_later("nothing: the price is fixed")),
    ("hpp", say_later("the state's floor price (HPP)")),
    ("het", say_later("the state's retail ceiling (HET)")),
    ("market", say_later("a market price that somebody publishes")),
]
_CHANGES = [
    ("", say_later("as it is")),
    ("plus_idr", say_later("plus rupiah per kg")),
    ("minus_idr", say_later("minus rupiah per kg")),
    ("plus_percent", say_later("plus per cent")),
    ("minus_percent", say_later("minus per cent")),
]
_READ_ON = [
    ("", say_later("Not agreed yet")),
    ("handover", say_later("on the day of hand-over")),
    ("order", say_later("on the day of the order")),
    ("period", say_later("on the first day of the month of delivery")),
]
_LABELS = {
    "follows": say_later("The price follows"),
    "item": say_later("For which goods and where"),
    "source": say_later("By which decision, or who publishes it"),
    "change": say_later("What is added or taken off"),
    "amount": say_later("How much"),
    "read_on": say_later("When it is read"),
    "lowest": say_later("Never below (Rp/kg)"),
    "highest": say_later("Never above (Rp/kg)"),
    "example": say_later("What it stands at today (Rp/kg), as an example"),
}


class RupiahField(forms.CharField):
    """Whole rupiah for a kilogram, as people write them; empty is none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False, widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}), **kwargs
        )

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        return _whole_rupiah(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        return speaks().number(value) if isinstance(value, int) else value


@dataclass(frozen=True)
class GoodsPrice:
    """The part of the page about the price of one good."""

    title: str
    fixed: str
    formula: str
    """As it stands in words, empty for a fixed price."""
    fields: tuple[forms.BoundField, ...]
    is_open: bool


class DraftTermsForm(TermsForm):
    """What fills the standard articles of a draft, and how its prices are found."""

    def __init__(self, *args: Any, content: Content, **kwargs: Any) -> None:
        initial = self.values(content)
        super().__init__(*args, initial=initial, products=products_of(content), **kwargs)
        self._goods = priced_goods(content)
        self._lines = content.commitments
        for at, goods in enumerate(self._goods):
            about = f" – {_title(goods)}" if len(self._goods) > 1 else ""
            for name, field in _fields().items():
                field.label = f"{_LABELS[name]}{about}"
                self.fields[_named(at, name)] = field

    @classmethod
    def values(cls, content: Content) -> dict[str, Any]:
        """Return what an agreement says, for the fields."""
        found = super().values(content)
        for at, formula in enumerate(priced_goods(content).values()):
            told = _values(formula) if formula else {}
            found |= {_named(at, name): value for name, value in told.items()}
        return found

    def of_prices(self) -> list[GoodsPrice]:
        """Return the parts of the page about prices, one for each good that is sold."""
        said = words(speaks())
        made = []
        for at, (goods, formula) in enumerate(self._goods.items()):
            fields = tuple(self[_named(at, name)] for name in _LABELS)
            prices = {each.price_idr_per_kg for each in self._lines if goods_of(each) == goods}
            told = said.priced(formula) if formula else ""
            is_open = bool(fields[0].value()) or any(field.errors for field in fields)
            made.append(GoodsPrice(_title(goods), _span(prices), told, fields, is_open))
        return made

    def clean(self) -> dict[str, Any]:
        """Put a change and its size together; either alone is refused."""
        found = super().clean() or self.cleaned_data
        for at in range(len(self._goods)):
            if found.get(_named(at, "follows")):
                self._read_change(at, found)
        return found

    def _read_change(self, at: int, found: dict[str, Any]) -> None:
        change, amount = found.get(_named(at, "change"), ""), found.get(_named(at, "amount"), "").strip()
        if bool(change) != bool(amount):
            both = speaks().text("Say both: whether it is added or taken off, and how much.")
            self.add_error(_named(at, "amount"), both)
        elif change:
            try:
                size = _whole_rupiah(amount) if change.endswith("_idr") else _percent(amount)
            except forms.ValidationError as error:
                self.add_error(_named(at, "amount"), error)
                return
            found[_named(at, "size")] = -size if change.startswith("minus") else size

    def formulas(self) -> dict[Goods, PriceFormula | None]:
        """Return the price formula of each good that is sold, None for a fixed price. Raises Refusal."""
        return {goods: self._formula(at) for at, goods in enumerate(self._goods)}

    def _formula(self, at: int) -> PriceFormula | None:
        found = {name: self.cleaned_data[_named(at, name)] for name in _LABELS}
        if not found["follows"]:
            return None
        size = self.cleaned_data.get(_named(at, "size"), 0)
        in_rupiah = found["change"].endswith("_idr")
        return PriceFormula(
            follows=found["follows"],
            item=found["item"].strip(),
            source=found["source"].strip(),
            plus_idr=size if in_rupiah else 0,
            plus_percent=Decimal(0) if in_rupiah else Decimal(size),
            lowest_idr=found["lowest"],
            highest_idr=found["highest"],
            read_on=found["read_on"],
            example_idr=found["example"],
        )


def _fields() -> dict[str, forms.Field]:
    return {
        "follows": forms.ChoiceField(choices=_FOLLOWS, required=False),
        "item": forms.CharField(required=False, max_length=80),
        "source": forms.CharField(required=False, max_length=80),
        "change": forms.ChoiceField(choices=_CHANGES, required=False),
        "amount": forms.CharField(
            required=False, widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
        ),
        "read_on": forms.ChoiceField(choices=_READ_ON, required=False),
        "lowest": RupiahField(),
        "highest": RupiahField(),
        "example": RupiahField(),
    }


def _values(formula: PriceFormula) -> dict[str, Any]:
    size: Decimal = Decimal(formula.plus_idr) or formula.plus_percent
    unit = "idr" if formula.plus_idr else "percent"
    return {
        "follows": formula.follows,
        "item": formula.item,
        "source": formula.source,
        "change": f"{'plus' if size > 0 else 'minus'}_{unit}" if size else "",
        "amount": speaks().number(abs(size), places=12) if size else "",
        "read_on": formula.read_on,
        "lowest": formula.lowest_idr,
        "highest": formula.highest_idr,
        "example": formula.example_idr,
    }


def _named(at: int, name: str) -> str:
    return f"price_{at}_{name}"


def _title(goods: Goods) -> str:
    deal = words(speaks())["deal_titles"][goods.kind]
    return f"{goods.product} {goods.grade}".strip() + f" ({deal})"


def _span(prices: set[Decimal | None]) -> str:
    """Return the fixed prices of a good: one, or from the lowest to the highest."""
    known = sorted(price for price in prices if price is not None)
    if not known:
        return ""
    ends = [speaks().price(known[0]), speaks().price(known[-1])]
    return speaks().text("fixed: {prices}", prices=" – ".join(dict.fromkeys(ends)))


def _whole_rupiah(text: str) -> int:
    try:
        amount = selling_price(text)
    except Refusal as refusal:
        raise forms.ValidationError(speaks().sentence(refusal.sentence)) from refusal
    if amount is None or not 0 <= amount <= _MOST_IDR:
        raise forms.ValidationError(speaks().text("Write a number from 0 to {most}.", most=_MOST_IDR))
    if amount != int(amount):
        raise forms.ValidationError(speaks().text("Write whole rupiah, without decimals."))
    return int(amount)


def _percent(text: str) -> Decimal:
    try:
        number = read_number(text.removesuffix("%").strip())
    except Refusal as refusal:
        raise forms.ValidationError(speaks().sentence(refusal.sentence)) from refusal
    if not 0 <= number <= 100:
        raise forms.ValidationError(speaks().text("Write a number from 0 to {most}.", most=100))
    return Decimal(number)
