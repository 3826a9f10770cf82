"""What people type into fields: exact whole kilograms, prices, shares, or a Refusal in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.http import QueryDict

from jejaring.domain.mapping.plausible import PRICE_LEAST
from jejaring.engines.errors import Refusal, Sentence
from jejaring.engines.quantities import read_kg, read_number, read_rupiah

T = TypeVar("T")
UNITS = ("kg", "kuintal", "ton")


def readings_of(fault: Sentence | None) -> tuple[str, ...]:
    """Return both numbers that an ambiguous text may mean, else nothing."""
    if fault is None or fault.code != "quantity.ambiguous":
        return ()
    return (str(fault.facts["large"]), str(fault.facts["small"]))


@dataclass(frozen=True)
class Weight:
    """A field for a weight: what stands in it, in which unit, and what is wrong with that."""

    name: str
    text: str = ""
    unit: str = "kg"
    fault: Sentence | None = None

    @property
    def readings(self) -> tuple[str, ...]:
        """Both numbers that an ambiguous text may mean, else nothing."""
        return readings_of(self.fault)


class Misread(Refusal):
    """What stands in one field isn't understood; it is told beside that field."""

    def __init__(self, field: str, fault: Sentence) -> None:
        super().__init__(fault.code, fault.text, **fault.facts)
        self.field = field

    @property
    def readings(self) -> tuple[str, ...]:
        """Both numbers that an ambiguous text may mean, else nothing."""
        return readings_of(self.sentence)


class Sent:
    """The fields of a form as they came, one of them filled in with the reading that was tapped.

    Fields of one name are told apart by their place: percent.0, percent.1.
    """

    def __init__(self, data: QueryDict) -> None:
        self._data = data
        self._field, _, self._reading = data.get("take", "").partition("=")

    @property
    def is_filling(self) -> bool:
        """Return whether a button asked to fill in a field, not to keep the answer."""
        return "take" in self._data

    def text(self, name: str) -> str:
        """Return what stands in a field."""
        return self._reading if name == self._field else self._data.get(name, "")

    def texts(self, name: str) -> list[str]:
        """Return what stands in all fields of this name."""
        found = enumerate(self._data.getlist(name))
        return [self._reading if f"{name}.{at}" == self._field else text for at, text in found]

    def read(self, name: str, reader: Callable[[str], T]) -> T:
        """Return what a field says. Raises Misread."""
        return self.reading(name, self.text(name), reader)

    @staticmethod
    def reading(name: str, text: str, reader: Callable[[str], T]) -> T:
        """Return what a text says that stands in a field. Raises Misread."""
        try:
            return reader(text)
        except Refusal as refusal:
            raise Misread(name, refusal.sentence) from refusal

    def kg(self, name: str) -> int | None:
        """Return the whole kilograms that a field says together with its unit. Raises Misread."""
        unit = self._data.get(f"unit-{name}", "kg")
        return self.reading(name, self.weight(name).text, lambda text: whole_kg(text, unit))

    def weight(self, name: str, refusal: Refusal | None = None) -> Weight:
        """Return the field of a weight as it was sent, with what is wrong with it."""
        text = self._reading if name == self._field else self._data.get(f"kg-{name}", "")
        fault = refusal.sentence if isinstance(refusal, Misread) and refusal.field == name else None
        return Weight(name, text, self._data.get(f"unit-{name}", "kg"), fault)


def whole_kg(text: str, unit: str = "kg") -> int | None:
    """Return whole kilograms; None for an empty text. Raises Refusal."""
    if not text.strip():
        return None
    kg = read_kg(text, unit if unit in UNITS else "kg")
    if kg != kg.to_integral_value():
        raise Refusal(
            "typed.part_of_a_kilogram",
            "“{written}” is {exact_kg}. Write whole kilograms.",
            written=text.strip()[:40],
            exact_kg=kg,
        )
    return int(kg)


def price(text: str) -> Decimal | None:
    """Return rupiah for a kilogram; None for an empty text. Raises Refusal."""
    return read_rupiah(text) if text.strip() else None


def selling_price(text: str) -> Decimal | None:
    """Return what a kilogram is sold or bought for; None for an empty text. Raises Refusal.

    “6.500” is how pages and people here write six thousand five hundred. Rp6,5 for a kilogram is nobody's
    price, so it isn't asked which is meant, unless both could be.
    """
    try:
        return price(text)
    except Refusal as refusal:
        if refusal.sentence.code != "quantity.ambiguous":
            raise
        small = read_rupiah(str(refusal.sentence.facts["small"]))
        if small >= PRICE_LEAST:
            raise
        return read_rupiah(str(refusal.sentence.facts["large"]))


def whole_rupiah(text: str) -> int:
    """Return whole rupiah, 0 for an empty text. Raises Refusal."""
    amount = read_rupiah(text) if text.strip() else Decimal(0)
    if amount != amount.to_integral_value():
        raise Refusal("typed.part_of_a_rupiah", "Write whole rupiah, without decimals.")
    return int(amount)


def building_cost(text: str) -> int:
    """Return what building costs, whole rupiah; “500.000” is half a million. Raises Refusal for nothing."""
    try:
        amount = whole_rupiah(text)
    except Refusal as refusal:
        if refusal.sentence.code != "quantity.ambiguous":
            raise
        amount = whole_rupiah(str(refusal.sentence.facts["large"]))
    if not amount:
        raise Refusal("typed.building_cost", "Write what building it would cost, in rupiah.")
    return amount


def whole_number(text: str) -> int | None:
    """Return a whole number; None for an empty text. Raises Refusal."""
    if not text.strip():
        return None
    number = read_number(text)
    if number != number.to_integral_value():
        raise Refusal("typed.part_of_one", "Write a whole number.")
    return int(number)


def per_cent(text: str) -> Decimal:
    """Return the share that so many per cent are; 0 for an empty text. Raises Refusal."""
    return read_number(text.replace("%", " ").strip()) / 100 if text.strip() else Decimal(0)


def as_typed(text: str, unit: str) -> str:
    """Return text and unit as one: 1,5 ton. The unit isn't repeated where the text names one."""
    bare = " ".join(text.split())
    return bare if not bare or bare[-1].isalpha() else f"{bare} {unit if unit in UNITS else 'kg'}"


def weight_field(name: str, kg: int | None, typed: str = "") -> Weight:
    """Return the field of a weight that is kept, as it was typed if that is known."""
    number, _, unit = typed.rpartition(" ")
    if unit in UNITS and number:
        return Weight(name, number, unit)
    return Weight(name, typed or ("" if kg is None else str(kg)))
