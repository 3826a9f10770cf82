"""The annexes as their template is given them: commitments with totals, quality, where figures come from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from jejaring.documents.agreements.annex import Schedule, party_values, schedules
from jejaring.documents.agreements.content import (
    BLANK,
    GOODS,
    Agreement,
    Commitment,
    PriceReference,
    Settlement,
)
from jejaring.documents.agreements.price_formula import PriceFormula
from jejaring.documents.agreements.words import Words, in_words
from jejaring.documents.language import Language
from jejaring.documents.sharing_rules import rule_meaning, rule_name
from jejaring.documents.typesetting import shown

Content = dict[str, object]


def annexes(agreement: Agreement, said: Words) -> list[Content]:
    """Return the annexes in their order, each with its letter."""
    made: list[tuple[str, Content]] = [("annex_deals", _deals(agreement, said))]
    if agreement.quality:
        made.append(("annex_quality", _quality(agreement, said)))
    sources = agreement.sources
    if sources.network or sources.plan_sha256 or sources.references:
        made.append(("annex_sources", _sources(agreement, said)))
    labels = said["paper"]
    return [
        {
            "letter": letter,
            "head": labels["annex"].format(letter=letter),
            "title": labels[title],
            "of": labels["annex_of"].format(
                document=said["documents"][agreement.kind],
                number=shown(agreement.number or BLANK),
                version=agreement.version,
            ),
            **content,
        }
        for letter, (title, content) in zip("ABC", made, strict=False)
    ]


def _deals(agreement: Agreement, said: Words) -> Content:
    labels, number = said["paper"], said.language.number
    tables = [_schedule(at, each, agreement, said) for at, each in enumerate(schedules(agreement), start=1)]
    several = len(agreement.parties) > 2
    return {
        "kind": "deals",
        "empty": "" if tables else labels["annex_empty"],
        "schedules": tables,
        "kg": number(agreement.kg),
        "value": number(agreement.value_idr),
        "in_words": labels["in_words"].format(words=in_words(agreement.value_idr)),
        "formula_note": labels["formula_note"] if any(each.formula for each in agreement.commitments) else "",
        "per_party": [
            [said.party(at), shown(party.name), number(value)]
            for at, (party, value) in enumerate(zip(agreement.parties, party_values(agreement), strict=True))
        ]
        if several and tables
        else [],
        "settlements": [_settlement(each, agreement, said) for each in agreement.settlements],
        "rules": [
            labels["rule"].format(
                name=rule_name(rule, said.language), meaning=rule_meaning(rule, said.language)
            )
            for rule in dict.fromkeys(each.rule for each in agreement.settlements)
        ],
    }


def _schedule(at: int, schedule: Schedule, agreement: Agreement, said: Words) -> Content:
    labels, language = said["paper"], said.language
    tolerances = {line.tolerance_percent for line in schedule.lines}
    formulas = _formulas(schedule, said)
    notes = [
        f"{labels['place']}: {shown(schedule.place) or BLANK}",
        labels["grade"].format(grade=shown(schedule.grade)) if schedule.grade else "",
        labels["tolerance_of"].format(percent=_percent(next(iter(tolerances)), language))
        if len(tolerances) == 1
        else "",
        *(f"{called}: {shown(said.priced(formula))}" for formula, called in formulas.items()),
    ]
    return {
        "number": f"A.{at}",
        "deal": said["deal_titles"][schedule.kind],
        "product": shown(schedule.product),
        "direction": shown(
            said["directions"][schedule.kind].format(
                giver=_called(schedule.giver, agreement, said), taker=_called(schedule.taker, agreement, said)
            )
        ),
        "notes": [note for note in notes if note],
        "price_head": labels["price" if schedule.kind in GOODS else "fee"],
        "tolerances": len(tolerances) > 1,
        "kg": language.number(schedule.kg),
        "value": language.number(schedule.value_idr),
        "lines": [_line(line, _places(schedule), formulas, language) for line in schedule.lines],
    }


def _line(line: Commitment, places: int, formulas: Mapping[PriceFormula, str], language: Language) -> Content:
    price = line.price_idr_per_kg
    return {
        "period": shown(language.period(line.period)),
        "kg": language.number(line.kg),
        "price": "" if price is None else _price(price, places, language),
        "formula": formulas[line.formula] if line.formula else "" if price is not None else BLANK,
        "tolerance": _percent(line.tolerance_percent, language),
        "value": language.number(line.value_idr),
    }


def _formulas(schedule: Schedule, said: Words) -> dict[PriceFormula, str]:
    """Return what each formula of a table is called: by a number where there are several."""
    told = dict.fromkeys(line.formula for line in schedule.lines if line.formula)
    called = said["paper"]["formula"]
    return {
        formula: called if len(told) == 1 else f"{called} {at}" for at, formula in enumerate(told, start=1)
    }


def _called(at: int, agreement: Agreement, said: Words) -> str:
    """Return a party's place, with its name where there are more than two."""
    if len(agreement.parties) == 2:
        return said.party(at)
    return said["paper"]["at_party"].format(who=said.party(at), name=agreement.parties[at].name)


def _places(schedule: Schedule) -> int:
    """Return how many decimals the prices of a table need, so that its column lines up."""
    exponents = [
        line.price_idr_per_kg.normalize().as_tuple().exponent
        for line in schedule.lines
        if line.price_idr_per_kg is not None
    ]
    return max([0, *(-exponent for exponent in exponents if isinstance(exponent, int))])


def _price(price: Decimal, places: int, language: Language) -> str:
    written = language.number(price, places=places)
    if not places:
        return written
    mark = "," if language.code == "id" else "."
    whole, _, part = written.partition(mark)
    return f"{whole}{mark}{part.ljust(places, '0')}"


def _percent(percent: Decimal | None, language: Language) -> str:
    return BLANK if percent is None else f"{language.number(percent)}%"


def _settlement(settlement: Settlement, agreement: Agreement, said: Words) -> list[str]:
    labels, size = said["paper"], abs(settlement.idr)
    name = shown(agreement.parties[settlement.party].name)
    if not size:
        return [said.party(settlement.party), name, labels["nothing"]]
    how = labels["bonus" if settlement.idr > 0 else "contribution"]
    return [said.party(settlement.party), name, f"{how} {said.rupiah(size)}"]


def _quality(agreement: Agreement, said: Words) -> Content:
    labels = said["paper"]
    return {
        "kind": "table",
        "lead": "",
        "heads": [labels["product"], labels["specification"], labels["deduction"]],
        "rows": [
            [shown(each.product), shown(each.specification), shown(each.deduction) or "–"]
            for each in agreement.quality
        ],
        "facts": [],
    }


def _sources(agreement: Agreement, said: Words) -> Content:
    labels, sources = said["paper"], agreement.sources
    facts = [[labels["network"], shown(sources.network)], [labels["plan"], sources.plan_sha256]]
    return {
        "kind": "table",
        "lead": labels["sources_lead"] if sources.plan_sha256 else "",
        "heads": [labels[name] for name in ("reference", "reference_value", "since", "source")],
        "rows": [_reference(each, said) for each in sources.references],
        "facts": [fact for fact in facts if fact[1]],
    }


def _reference(reference: PriceReference, said: Words) -> list[str]:
    value, since = reference.value.strip(), reference.valid_from.strip()
    if re.fullmatch(r"[0-9]{4,15}", value):
        value = said.language.number(int(value))
    try:
        since = said.language.date(date.fromisoformat(since))
    except ValueError:
        since = said.language.period(since)
    return [shown(reference.item), shown(f"{value} {reference.unit}"), shown(since), shown(reference.source)]
