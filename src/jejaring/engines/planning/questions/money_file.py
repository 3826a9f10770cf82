"""Cash, trips and candidates -> their keys in plan.json."""

from __future__ import annotations

from jejaring.engines.planning.outlook_file import number_document
from jejaring.engines.planning.plan_file import Json, by_code, plain, sentence_document
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Candidate
from jejaring.engines.planning.questions.cash import Advance, Cash, PartyCash
from jejaring.engines.planning.questions.trips import Trips


def cash_json(problem: Problem, answer: Cash) -> Json:
    """Return the key `cash`: by party and period, with one more period for what comes after the last."""
    parties = problem.parties.codes
    interest = answer.interest_idr
    return {
        "yearly_rate": None if answer.yearly_rate is None else number_document(answer.yearly_rate),
        "interest_idr": None if interest is None else by_code(parties, interest),
        "parties": [_party_cash(problem, each) for each in answer.parties],
        "advances": [_advance(problem, each) for each in answer.advances],
    }


def _party_cash(problem: Problem, each: PartyCash) -> Json:
    inside = range(len(problem.periods))
    return {
        "party": problem.parties.codes[each.party],
        "received_idr": list(each.received_idr),
        "paid_idr": list(each.paid_idr),
        "balance_idr": list(each.balance_idr),
        "need_idr": each.need_idr,
        "need_period": problem.periods[each.need_period] if each.need_period in inside else None,
        "rupiah_days": each.rupiah_days,
        "limit_idr": each.limit_idr,
        "short_idr": each.short_idr,
    }


def _advance(problem: Problem, each: Advance) -> Json:
    return {
        "party": problem.parties.codes[each.party],
        "share": float(each.share),
        "days": each.days,
        "advanced_idr": each.advanced_idr,
        "more_idr": each.more_idr,
        "rupiah_days": each.rupiah_days,
        "cost_idr": each.cost_idr,
    }


def trips_json(problem: Problem, answer: Trips) -> Json:
    """Return the key `trips`: by lane and period, and by vehicle and period."""
    lanes, sites, vehicles = problem.lanes, problem.sites.codes, problem.vehicles.codes
    return {
        "lanes": [
            {
                "from": sites[lanes.start[each.lane]],
                "to": sites[lanes.end[each.lane]],
                "vehicle": vehicles[each.vehicle],
                "period": problem.periods[each.period],
                "kg": each.kg,
                "trips": each.trips,
                "km": plain(each.km),
                "full_loads_idr": plain(each.full_loads_idr),
                "whole_trips_idr": plain(each.whole_trips_idr),
            }
            for each in answer.lanes
        ],
        "vehicles": [
            {
                "vehicle": vehicles[each.vehicle],
                "period": problem.periods[each.period],
                "kg": each.kg,
                "trips": each.trips,
                "most_trips": None if each.most_trips is None else float(each.most_trips),
                "km": plain(each.km),
                "full_loads_idr": plain(each.full_loads_idr),
                "whole_trips_idr": plain(each.whole_trips_idr),
            }
            for each in answer.vehicles
        ],
    }


def candidates_json(problem: Problem, answer: tuple[Candidate, ...]) -> list[Json]:
    """Return the key `candidates`: what building each facility that isn't there yet would bring."""
    return [
        {
            "table": each.table,
            "code": getattr(problem, each.table).codes[each.entry],
            "owner": problem.parties.codes[each.owner],
            "site": problem.sites.codes[each.site],
            "built": each.built,
            "build_cost_idr": plain(float(each.build_cost_idr)),
            "borne_idr": plain(float(each.borne_idr)),
            "gain_idr": plain(each.gain_idr),
            "gains_idr": by_code(problem.parties.codes, each.gains_idr),
            "months": plain(each.months),
            "payback_months": None if each.payback_months is None else plain(each.payback_months),
            "life_months": None if each.life_months is None else plain(each.life_months),
            "used_share": None if each.used_share is None else plain(each.used_share),
            "break_even_idr": each.break_even_idr,
            "confirmed": each.confirmed,
            "verdict": sentence_document(each.verdict),
        }
        for each in answer
    ]


_TEXT: Json = {"type": "string"}
_WHOLE: Json = {"type": "integer"}
_NUMBER: Json = {"type": "number"}
_MAY_BE_NUMBER: Json = {"type": ["number", "null"]}
_FLAG: Json = {"type": "boolean"}
_MAY_BE_TEXT: Json = {"type": ["string", "null"]}


def schemas() -> dict[str, Json]:
    """Return the schemas of the keys `cash`, `trips` and `candidates`."""
    by_period = {"type": "array", "items": _WHOLE}
    party = {
        "party": _TEXT,
        **dict.fromkeys(("received_idr", "paid_idr", "balance_idr"), by_period),
        **dict.fromkeys(("need_idr", "rupiah_days", "short_idr"), _WHOLE),
        "need_period": _MAY_BE_TEXT,
        "limit_idr": {"type": ["integer", "null"]},
    }
    advance = {
        "party": _TEXT,
        "share": _NUMBER,
        **dict.fromkeys(("days", "advanced_idr", "more_idr", "rupiah_days"), _WHOLE),
        "cost_idr": {"type": ["integer", "null"]},
    }
    driven = {
        "vehicle": _TEXT,
        "period": _TEXT,
        **dict.fromkeys(("kg", "trips"), _WHOLE),
        **dict.fromkeys(("km", "full_loads_idr", "whole_trips_idr"), _NUMBER),
    }
    candidate = {
        "table": {"enum": ["processes", "storages"]},
        **dict.fromkeys(("code", "owner", "site"), _TEXT),
        "built": _FLAG,
        "confirmed": _FLAG,
        **dict.fromkeys(("build_cost_idr", "borne_idr", "gain_idr", "months"), _NUMBER),
        **dict.fromkeys(("payback_months", "life_months", "used_share", "break_even_idr"), _MAY_BE_NUMBER),
        "gains_idr": {"type": "object", "additionalProperties": _NUMBER},
        "verdict": {"type": "object"},
    }
    by_party = {"type": ["object", "null"], "additionalProperties": _WHOLE}
    return {
        "cash": _object(
            {
                "yearly_rate": _MAY_BE_NUMBER,
                "interest_idr": by_party,
                "parties": _list_of(party),
                "advances": _list_of(advance),
            }
        ),
        "trips": _object(
            {
                "lanes": _list_of({"from": _TEXT, "to": _TEXT, **driven}),
                "vehicles": _list_of({**driven, "most_trips": _MAY_BE_NUMBER}),
            }
        ),
        "candidates": _list_of(candidate),
    }


def _list_of(fields: Json) -> Json:
    return {"type": "array", "items": _object(fields)}


def _object(fields: Json) -> Json:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
