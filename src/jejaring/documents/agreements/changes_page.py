"""The differences of two versions in words, for a screen and for a page to be read before signing."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal

from jejaring.documents import typesetting
from jejaring.documents.agreements.content import Agreement, Commitment, Settlement, Stamp
from jejaring.documents.agreements.differences import (
    ClauseChange,
    CommitmentChange,
    Differences,
    FactChange,
    differences,
)
from jejaring.documents.agreements.words import Words, words
from jejaring.documents.language import Language, language
from jejaring.documents.typesetting import shown


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


def changes_pdf(old: Agreement, new: Agreement) -> bytes:
    """Return what changed from `old` to `new` as tagged PDF in the newer one's language; repeatable."""
    spoken = language(new.language)
    said, changed = words(spoken), differences(old, new)
    labels, rows = said["changes"], told(changed, spoken)
    content = {
        "lang": new.language,
        "labels": labels,
        "title": labels["title"],
        "between": labels["between"].format(old=old.version, new=new.version),
        "document": shown(f"{said['headings'][new.kind]} {new.number}"),
        "subject": shown(new.title),
        "none": "" if changed else labels["none"],
        "value": _rows((rows.value,) if rows.value else ()),
        "facts": _rows(rows.facts),
        "commitments": _rows(rows.commitments),
        "clauses": [
            {
                "title": shown(_headed(each, said)),
                "pieces": [{"how": piece.how, "text": _spaced(piece.text)} for piece in each.pieces],
            }
            for each in changed.clauses
        ],
    }
    return typesetting.pdf(
        "agreements", "changes.typ", json.dumps(content, ensure_ascii=False, sort_keys=True)
    )


def _rows(changes: tuple[Change, ...]) -> list[list[str]]:
    return [[shown(each.what), shown(each.before), shown(each.after)] for each in changes]


def _headed(change: ClauseChange, said: Words) -> str:
    labels = said["changes"]
    title = change.title or labels["premises"]
    return labels[change.how].format(title=title) if change.how in labels else title


def _spaced(text: str) -> str:
    """Return words with the blanks and lines around them, which tell them apart."""
    lines = [shown(line) for line in text.split("\n")]
    start = " " if text[:1] == " " else ""
    end = " " if text[-1:] == " " and text.strip() else ""
    return f"{start}{chr(10).join(lines)}{end}"


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
    extra = [line.formula] if line.formula else []
    if line.tolerance_percent is not None:
        extra.append(f"±{language.number(line.tolerance_percent)}%")
    asides = f" ({', '.join(extra)})" if extra else ""
    return f"{language.kg(line.kg)}{price} = {language.rupiah(line.value_idr)}{asides}"


def _price(price: Decimal, language: Language) -> str:
    """Return a price with all of its decimals: two that differ must not look alike."""
    exponent = price.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return f"Rp{language.number(price, places=max(0, -exponent))}/kg"
