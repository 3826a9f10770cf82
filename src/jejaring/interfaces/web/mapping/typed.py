"""What people type into fields: exact whole kilograms, prices, shares, or a Refusal in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jejaring.domain.mapping.plausible import PRICE_LEAST
from jejaring.engines.errors import Refusal, Sentence
from jejaring.engines.quantities import read_kg, read_number, read_rupiah

UNITS = ("kg", "kuintal", "ton")


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
        if self.fault is None or self.fault.code != "quantity.ambiguous":
            return ()
        return (str(self.fault.facts["large"]), str(self.fault.facts["small"]))


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
