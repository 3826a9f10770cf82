"""The differences of two versions in words, to be read before signing."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal

from jejaring.documents.agreements.content import Commitment, Settlement, Stamp
from jejaring.documents.agreements.differences import CommitmentChange, Differences, FactChange
from jejaring.documents.agreements.words import Words, words
from jejaring.documents.language import Language


@dataclass(frozen=True)
class Change:
    """One change in words: of what, before, and after."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Told:
    """All changes but those of the clauses' text, in the reader's words."""

    value: Change | None
    facts: tuple[Change, ...]
    commitments: tuple[Change, ...]


def told(changed: Differences, language: Language) -> Told:
    """Return the differences in words; the clauses' pieces are for the page to mark."""
    said = words(language)
    labels, nothing = said["changes"], said["changes"]["nothing"]
    before, after = changed.value_before_idr, changed.value_after_idr
    return Told(
        value=Change(labels["value"], language.rupiah(before), language.rupiah(after))
        if before != after
        else None,
        facts=(
            *(Change(labels["party_added"], nothing, name) for name in changed.parties_added),
            *(Change(labels["party_removed"], name, nothing) for name in changed.parties_removed),
            *(_fact(each, said) for each in changed.facts),
        ),
        commitments=tuple(_commitment(each, said) for each in changed.commitments),
    )


def _fact(change: FactChange, said: Words) -> Change:
    what = said["fields"].get(change.path, change.path)
    if change.party:
        what = said["changes"]["of_party"].format(what=what, party=change.party)
    name = change.path.rsplit(".", maxsplit=1)[-1]
    return Change(what, _value(name, change.before, said), _value(name, change.after, said))


def _value(name: str, value: object, said: Words) -> str:
    """Return a value of the content as a reader sees it; `name` tells the unit."""
    if value is None or value in ("", ()):
        return said["changes"]["nothing"]
    if isinstance(value, tuple):
        return "; ".join(_value(name, part, said) for part in value)
    if isinstance(value, Settlement):
        return f"{said.party(value.party)}: {said.language.rupiah(value.idr)}"
    if isinstance(value, Stamp):
        return f"{said.party(value.party)}: {value.serial or said['changes']['nothing']}"
    if is_dataclass(value):
        parts = [_value(field.name, getattr(value, field.name), said) for field in fields(value)]
        return " · ".join(part for part in parts if part != said["changes"]["nothing"])
    if name in {"number", "name", "title", "place"} and isinstance(value, str):
        return said["choices"].get(value, value) if value in {"giver", "taker"} else value
    if isinstance(value, str):
        return said["choices"].get(value, value)
    assert isinstance(value, (int, Decimal, date))
    return said.language.shown(name, value)


def _commitment(change: CommitmentChange, said: Words) -> Change:
    goods = f"{change.product} {change.grade}".strip()
    what = said["changes"]["line"].format(
        deal=said["deal_titles"][change.kind],
        product=goods,
        period=said.language.period(change.period),
        giver=change.giver,
        taker=change.taker,
    )
    return Change(what, _line(change.before, said), _line(change.after, said))


def _line(line: Commitment | None, said: Words) -> str:
    """Return a commitment in short: 4.000 kg × Rp6.500/kg = Rp26.000.000."""
    if line is None:
        return said["changes"]["nothing"]
    language = said.language
    price = "" if line.price_idr_per_kg is None else f" × {_price(line.price_idr_per_kg, language)}"
    extra = [said.formula(line.formula)] if line.formula else []
    if line.tolerance_percent is not None:
        extra.append(f"±{language.number(line.tolerance_percent)}%")
    asides = f" ({', '.join(extra)})" if extra else ""
    return f"{language.kg(line.kg)}{price} = {language.rupiah(line.value_idr)}{asides}"


def _price(price: Decimal, language: Language) -> str:
    """Return a price with all of its decimals: two that differ must not look alike."""
    exponent = price.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return f"Rp{language.number(price, places=max(0, -exponent))}/kg"
