"""What changed between two versions of an agreement: words of clauses, commitments, days, parties."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from difflib import SequenceMatcher
from typing import Literal

from jejaring.documents.agreements.clauses.editing import REFERENCE
from jejaring.documents.agreements.content import BLANK, Agreement, Clause, Commitment, Party
from jejaring.engines.measures import Rupiah
from jejaring.engines.planning.plan import PartnershipKind

_WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Piece:
    """Some words of a text: as before, taken out, or put in. Joined they are the whole text."""

    how: Literal["same", "out", "in"]
    text: str


@dataclass(frozen=True)
class ClauseChange:
    """A clause that came, went or changed; `title` is the newer one."""

    code: str
    title: str
    how: Literal["added", "removed", "changed"]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class CommitmentChange:
    """One period's commitment between two parties, before and after; None where it wasn't or isn't there."""

    kind: PartnershipKind
    giver: str
    taker: str
    product: str
    grade: str
    period: str
    before: Commitment | None
    after: Commitment | None


@dataclass(frozen=True)
class FactChange:
    """A fact outside clauses and commitments: where it stands (terms.payment_days), before and after.

    Values are as the content holds them (days, decimals, whole numbers, text, None).
    """

    path: str
    party: str
    before: object
    after: object


@dataclass(frozen=True)
class Differences:
    """All that changed from one version to the next. Empty where nothing did."""

    clauses: tuple[ClauseChange, ...]
    commitments: tuple[CommitmentChange, ...]
    parties_added: tuple[str, ...]
    parties_removed: tuple[str, ...]
    facts: tuple[FactChange, ...]
    value_before_idr: Rupiah
    value_after_idr: Rupiah

    def __bool__(self) -> bool:
        return bool(
            self.clauses
            or self.commitments
            or self.parties_added
            or self.parties_removed
            or self.facts
            or self.value_before_idr != self.value_after_idr
        )


def differences(old: Agreement, new: Agreement) -> Differences:
    """Return what a reader of `old` must know about `new`. The version number itself is no difference."""
    before, after = _named(old), _named(new)
    return Differences(
        clauses=_clauses(old, new),
        commitments=_commitments(old, new),
        parties_added=tuple(name for name in after if name not in before),
        parties_removed=tuple(name for name in before if name not in after),
        facts=(
            *_facts(old, new, ""),
            *(
                change
                for name in before
                if name in after
                for change in _of_party(name, before[name], after[name])
            ),
        ),
        value_before_idr=old.value_idr,
        value_after_idr=new.value_idr,
    )


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Return how `new` came from `old`, word by word; changes with only a blank between are one."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    found: list[Piece] = []
    out, put = "", ""
    for how, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        same = "".join(before[a1:a2]) if how == "equal" else ""
        if how == "equal" and (same.strip() or "\n" in same or not (out or put) or a2 == len(before)):
            found += _replaced(out, put)
            found.append(Piece("same", same))
            out, put = "", ""
            continue
        out += "".join(before[a1:a2])
        put += "".join(after[b1:b2])
    return (*found, *_replaced(out, put))


def _replaced(out: str, put: str) -> list[Piece]:
    return [piece for piece in (Piece("out", out), Piece("in", put)) if piece.text]


def _clauses(old: Agreement, new: Agreement) -> tuple[ClauseChange, ...]:
    """Return changed clauses in the newer one's order, then those that went."""
    found = []
    for clause in new.clauses:
        was = old.clause(clause.code)
        if was is None:
            how = pieces("", _text(clause, new))
            found.append(ClauseChange(clause.code, clause.title, "added", how))
        elif (was.title, was.paragraphs) != (clause.title, clause.paragraphs):
            named = was.title != clause.title
            how = pieces(_text(was, old, named=named), _text(clause, new, named=named))
            found.append(ClauseChange(clause.code, clause.title, "changed", how))
    found += [
        ClauseChange(clause.code, clause.title, "removed", pieces(_text(clause, old), ""))
        for clause in old.clauses
        if new.clause(clause.code) is None
    ]
    before, after = _lines(old.premises), _lines(new.premises)
    if before != after:
        found.insert(0, ClauseChange("premises", "", "changed", pieces(before, after)))
    return tuple(found)


def _text(clause: Clause, agreement: Agreement, *, named: bool = False) -> str:
    """Return a clause's text, references by title, since numbers move; its own title first if `named`."""
    titles = {each.code: f"“{each.title}”" for each in agreement.clauses}
    whole = _lines((clause.title, *clause.paragraphs) if named else clause.paragraphs)
    return REFERENCE.sub(lambda found: titles.get(found[1], BLANK), whole)


def _lines(parts: Sequence[str]) -> str:
    return "\n\n".join(parts)


_Key = tuple[PartnershipKind, str, str, str, str, str, str, int]


def _commitments(old: Agreement, new: Agreement) -> tuple[CommitmentChange, ...]:
    """Return commitments that came, went or changed; the delivery point tells two of a month apart."""
    before, after = _keyed(old), _keyed(new)
    found = []
    for key in dict.fromkeys([*after, *before]):
        was, now = before.get(key), after.get(key)
        if was is None or now is None or _said(was) != _said(now):
            found.append((key, CommitmentChange(*key[:6], was, now)))
    found.sort(key=lambda each: each[0])
    return tuple(change for _, change in found)


def _keyed(agreement: Agreement) -> dict[_Key, Commitment]:
    keyed: dict[_Key, Commitment] = {}
    names = [party.name for party in agreement.parties]
    for each in agreement.commitments:
        same = (
            each.kind,
            names[each.giver],
            names[each.taker],
            each.product,
            each.grade,
            each.period,
            each.place,
        )
        at = next(at for at in range(len(agreement.commitments)) if (*same, at) not in keyed)
        keyed[(*same, at)] = each
    return keyed


def _said(each: Commitment) -> tuple[object, ...]:
    return (each.kg, each.price_idr_per_kg, each.formula, each.tolerance_percent, each.value_idr)


_APART = {"version", "premises", "clauses", "commitments", "parties", "verification"}
"""Fields of an agreement that are told by themselves, or are no difference: where a version is checked is
its own, as its number is.
"""


def _named(agreement: Agreement) -> dict[str, Party]:
    return {party.name: party for party in agreement.parties}


def _of_party(name: str, old: Party, new: Party) -> list[FactChange]:
    return _facts(old, new, "", party=name)


def _facts(old: object, new: object, path: str, *, party: str = "") -> list[FactChange]:
    """Return the differing fields of two values of one kind, records within taken apart."""
    assert is_dataclass(old)
    found: list[FactChange] = []
    for field in fields(old):
        if not path and not party and field.name in _APART:
            continue
        was, now = getattr(old, field.name), getattr(new, field.name)
        if was == now:
            continue
        where = f"{path}.{field.name}" if path else field.name
        if is_dataclass(was) and is_dataclass(now):
            found += _facts(was, now, where, party=party)
        else:
            found.append(FactChange(where, party, was, now))
    return found
