"""The standard text of an agreement's premises and articles, its holes filled from the content.

The texts stand in texts/clauses.*.toml, one for each language with the same articles in the same
order. Which paragraphs apply is decided by `_marks`, what fills their holes by `_holes`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any, TypeVar

from jejaring.documents.agreements.content import BLANK, CHAIN, ENTRUSTED, GOODS, Agreement, Clause, Kind
from jejaring.documents.agreements.words import Words, words
from jejaring.documents.language import Code, Language

_T = TypeVar("_T")


@dataclass(frozen=True)
class Paragraph:
    """A text with holes, and what must and must not hold for it to stand."""

    text: str
    when: frozenset[str]
    unless: frozenset[str]

    def stands(self, marks: frozenset[str]) -> bool:
        return self.when <= marks and not self.unless & marks


@dataclass(frozen=True)
class Template:
    """One standard article. `figures`: its numbers come from the form, so its text isn't edited."""

    code: str
    title: str
    required: frozenset[str]
    figures: bool
    paragraphs: tuple[Paragraph, ...]


def standard_clauses(agreement: Agreement, language: Language) -> tuple[Clause, ...]:
    """Return the standard articles for what `agreement` says; […] where it doesn't say."""
    said = words(language)
    marks, holes = _marks(agreement), _holes(agreement, said)
    return tuple(
        Clause(
            template.code,
            template.title,
            tuple(each.text.format_map(holes) for each in template.paragraphs if each.stands(marks)),
        )
        for template in templates(language.code)
    )


def standard_premises(agreement: Agreement, language: Language) -> tuple[str, ...]:
    """Return why the parties agree, one sentence each."""
    said = words(language)
    marks, holes = _marks(agreement), _holes(agreement, said)
    made = [each.text.format_map(holes) for each in _premises(language.code) if each.stands(marks)]
    return (*(f"{each} {said['paper']['and']}" if each is made[-2] else each for each in made[:-1]), made[-1])


def worded(agreement: Agreement, language: Language) -> Agreement:
    """Return `agreement` with the standard text in `language`, keeping what people have changed.

    Articles they took out stay out, their own stay where they were put: before the closing one.
    """
    standard = standard_clauses(agreement, language)
    if agreement.clauses:
        kept = {clause.code: clause for clause in agreement.clauses}
        own = tuple(clause for clause in agreement.clauses if clause.code.startswith("own_"))
        standard = tuple(
            kept[clause.code] if kept[clause.code].edited else clause
            for clause in standard
            if clause.code in kept
        )
        standard = (*standard[:-1], *own, *standard[-1:])
    return replace(
        agreement,
        language=language.code,
        premises=standard_premises(agreement, language),
        clauses=standard,
    )


def is_required(code: str, kind: Kind) -> bool:
    """Return whether an agreement of this kind can't do without the article `code`."""
    return any(each.code == code and kind in each.required for each in templates("id"))


def carries_figures(code: str) -> bool:
    """Return whether the article's numbers come from the form, so that its text isn't edited."""
    return any(each.code == code and each.figures for each in templates("id"))


@cache
def templates(code: Code) -> tuple[Template, ...]:
    """Return the standard articles in the language `code`, in their order."""
    return tuple(
        Template(
            each["code"],
            each["title"],
            frozenset(each["required"]),
            each.get("figures", False),
            _paragraphs(each["paragraph"]),
        )
        for each in _texts(code)["clause"]
    )


@cache
def _premises(code: Code) -> tuple[Paragraph, ...]:
    return _paragraphs(_texts(code)["premise"])


def _paragraphs(rows: Sequence[Mapping[str, Any]]) -> tuple[Paragraph, ...]:
    return tuple(
        Paragraph(row["text"].strip(), frozenset(row.get("when", ())), frozenset(row.get("unless", ())))
        for row in rows
    )


def _texts(code: Code) -> dict[str, Any]:
    file = resources.files("jejaring.documents.agreements") / "texts" / f"clauses.{code}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


# --- what applies, and what fills the holes ------------------------------------------------------


def _marks(agreement: Agreement) -> frozenset[str]:
    """Return all that is true of `agreement` and that a paragraph can ask for."""
    terms, commitments = agreement.terms, agreement.commitments
    kinds = {each.kind for each in commitments}
    asked = {
        "commitments": bool(commitments),
        "goods": bool(kinds & set(GOODS)) or not commitments,
        "entrusted": bool(kinds & set(ENTRUSTED)),
        "fixed": any(each.kind in GOODS and each.formula is None for each in commitments) or not commitments,
        "priced": any(each.price_idr_per_kg is not None and each.formula is None for each in commitments),
        "formula": any(each.formula for each in commitments),
        "tolerance": len({each.tolerance_percent for each in commitments}) == 1,
        "quality": bool(agreement.quality),
        "deduction": any(each.deduction for each in agreement.quality),
        "settlement": bool(agreement.settlements),
        "advance": bool(terms.advance_percent),
        "penalty": terms.penalty_permille_per_day is not None,
        "contract_by": terms.contract_by is not None,
        "from": agreement.valid_from is not None,
        "hub": any(party.role == "hub" for party in agreement.parties),
        "network": bool(agreement.sources.network),
        "planned": bool(commitments and agreement.sources.plan_sha256),
        "follows": bool(agreement.follows),
        "amends": bool(agreement.amends),
    }
    chosen = {
        "lorry": terms.lorry,
        "risk": terms.risk,
        "title": terms.title,
        "floor": terms.floor,
        "side": terms.penalty_side,
        "ends": terms.ends,
        "forum": terms.forum,
        "renewal": agreement.renewal.how,
    }
    return frozenset(
        {
            agreement.kind,
            *(name for name, holds in asked.items() if holds),
            *(f"{name}:{choice or 'none'}" for name, choice in chosen.items()),
        }
    )


def _holes(agreement: Agreement, said: Words) -> dict[str, str]:
    """Return what fills each hole; what isn't known is a blank."""
    terms, commitments = agreement.terms, agreement.commitments
    tolerances = {each.tolerance_percent for each in commitments}
    kinds = [kind for kind in CHAIN if any(each.kind == kind for each in commitments)]
    day = said.language.date
    hubs = [said.party(at) for at, party in enumerate(agreement.parties) if party.role == "hub"]
    return {
        "document": said["documents"][agreement.kind],
        "network": agreement.sources.network,
        "hubs": said.listed(hubs),
        "follows": agreement.follows,
        "amends": agreement.amends,
        "deals": said.listed([said["deals"][kind] for kind in kinds]),
        "entrusted": said.listed([said["deals"][kind] for kind in kinds if kind in ENTRUSTED]),
        "products": said.listed(list(dict.fromkeys(each.product for each in commitments))),
        "scope": "\n".join(_scope(agreement, said)),
        "span": said.span([each.period for each in commitments]),
        "total": said.rupiah(agreement.value_idr),
        "copies": said.count(len(agreement.parties)),
        "tolerance": _or_blank(next(iter(tolerances), None), said.percent),
        "volume_notice_days": _or_blank(terms.volume_notice_days, said.days),
        "floor_talk_days": _or_blank(terms.floor_talk_days, said.days),
        "payment_days": _or_blank(terms.payment_days, said.days),
        "advance": _or_blank(terms.advance_percent, said.percent),
        "until": _or_blank(agreement.valid_until, day),
        "from": _or_blank(agreement.valid_from, day),
        "renewal_months": said.months(agreement.renewal.months),
        "renewal_notice_days": said.days(agreement.renewal.notice_days),
        "contract_by": _or_blank(terms.contract_by, day),
        "end_notice_days": _or_blank(terms.end_notice_days, said.days),
        "review_months": _or_blank(terms.review_months, said.months),
        "penalty": _or_blank(terms.penalty_permille_per_day, said.permille),
        "penalty_most": _or_blank(terms.penalty_most_percent, said.percent),
        "force_majeure_days": _or_blank(terms.force_majeure_days, said.days),
        "deliberation_days": _or_blank(terms.deliberation_days, said.days),
        "forum_name": terms.forum_name or BLANK,
    }


def _scope(agreement: Agreement, said: Words) -> list[str]:
    """Return one item for each kind, with its products and kilograms."""
    ordered = sorted(agreement.commitments, key=lambda each: CHAIN.index(each.kind))
    made = []
    for kind, group in groupby(ordered, key=lambda each: each.kind):
        same = list(group)
        products = said.listed(list(dict.fromkeys(each.product for each in same)))
        kg = said.language.kg(sum(each.kg for each in same))
        made.append(f"- {said['scope'][kind].format(products=products, kg=kg)}")
    end = {0: ".", 1: f"; {said['paper']['and']}"}
    return [f"{line}{end.get(len(made) - 1 - at, ';')}" for at, line in enumerate(made)]


def _or_blank(value: _T | None, shown: Callable[[_T], str]) -> str:
    return BLANK if value is None else shown(value)
