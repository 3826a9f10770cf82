"""plan.json (jejaring-plan/1) -> Plan and Shares, the way back from `plan_file`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn

import numpy as np

from jejaring.engines.errors import Refusal, Sentence
from jejaring.engines.measures import Indices
from jejaring.engines.planning.plan import (
    OBJECTION_KINDS,
    RULES,
    Certificate,
    Choice,
    Flows,
    FlowTable,
    HandOver,
    Objection,
    Outcome,
    Partnership,
    Plan,
    Prices,
    Scarce,
    Share,
    SurplusLines,
)
from jejaring.engines.planning.plan_file import FORMAT, SCARCE_TABLES, Json
from jejaring.engines.planning.problem import NOBODY, Channels, Problem, Processes

Key = tuple[int, ...]


def read_plan(problem: Problem, data: bytes, file: str = "plan.json") -> tuple[Plan, tuple[Share, ...]]:
    """Return the plan and the shares that `data` holds for `problem`.

    Raises a Refusal where `data` isn't a plan, isn't complete, or names what `problem` doesn't have.
    """
    try:
        document = json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Refusal("plan.syntax", "“{file}” isn't complete JSON. Plan again.", file=file) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Refusal(
            "plan.format", "“{file}” isn't a plan of the format {format}.", file=file, format=FORMAT
        )
    try:
        reading = _Reading(problem)
        return reading.plan(document), reading.shares(document)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise Refusal(
            "plan.damaged",
            "“{file}” is damaged, or is the plan of another network ({what}). Plan again.",
            file=file,
            what=str(error)[:100],
        ) from error


def read_sentence(document: Json) -> Sentence:
    """Return the sentence that `plan_file.sentence_document` wrote."""
    facts = {name: _fact(value) for name, value in document["facts"].items()}
    return Sentence(document["code"], document["text"], facts)


def _fact(value: Any) -> object:
    if isinstance(value, list):
        return tuple(_fact(part) for part in value)
    if isinstance(value, dict):
        if "decimal" in value:
            return Decimal(value["decimal"])
        if "fraction" in value:
            return Fraction(value["fraction"])
        return read_sentence(value)
    return value


class _Reading:
    """Turns codes into positions of `problem`."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.parties = _positions(problem.parties.codes)
        self.sites = _positions(problem.sites.codes)
        self.products = _positions(problem.products)
        self.periods = _positions(problem.periods)

    def plan(self, document: Json) -> Plan:
        """Return the plan."""
        alone = document["alone_idr"]
        return Plan(
            status=_one_of(document["status"], ("optimal", "gap")),
            value_idr=float(document["value_idr"]),
            bound_idr=float(document["bound_idr"]),
            gap=float(document["gap"]),
            surplus_idr=float(document["surplus_idr"]),
            lines=SurplusLines(**{name: float(idr) for name, idr in document["surplus_lines"].items()}),
            alone_idr=tuple(float(alone[code]) for code in self.problem.parties.codes),
            flows=self._flows(document["flows"]),
            prices=self._prices(document["prices"]),
            scarce=tuple(self._scarce(each) for each in document["scarce"]),
            partnerships=tuple(self._partnership(each) for each in document["partnerships"]),
            outcomes=tuple(
                Outcome(
                    party=self.parties[each["party"]],
                    alone_idr=float(each["alone_idr"]),
                    trades=bool(each["trades"]),
                    reasons=tuple(read_sentence(reason) for reason in each["reasons"]),
                )
                for each in document["outcomes"]
            ),
            certificate=_certificate(document["certificate"]),
            choices=tuple(
                Choice(
                    table=str(each["table"]),
                    row=int(each["row"]),
                    period=_position_or_nobody(self.periods, each["period"]),
                    piece=int(each["piece"]),
                )
                for each in document["choices"]
            ),
            cash_worth=tuple(float(each) for each in document.get("cash_worth", ())),
        )

    def shares(self, document: Json) -> tuple[Share, ...]:
        """Return the shares, in the order in which they stand."""
        parties = self.problem.parties.codes
        needed = document.get("needed_idr")
        needed_idr = () if needed is None else tuple(float(needed[code]) for code in parties)
        return tuple(
            Share(
                rule=_one_of(rule, RULES),
                payoff_idr=tuple(int(each["payoff_idr"][code]) for code in parties),
                settlement_idr=tuple(int(each["settlement_idr"][code]) for code in parties),
                worst_group=tuple(self.parties[code] for code in each["worst_group"]),
                worst_group_gain_idr=float(each["worst_group_gain_idr"]),
                proved=_one_of(each["worst_group_proved"], ("exact", "bound")),
                stable=bool(each["stable"]),
                epsilon_idr=float(each["epsilon_idr"]),
                settled=bool(each["settled"]),
                objections=tuple(
                    Objection(
                        _one_of(one["kind"], OBJECTION_KINDS),
                        tuple(self.parties[code] for code in one["parties"]),
                        float(one["idr"]),
                    )
                    # Plans written before objections were kept have none.
                    for one in each.get("objections", [])
                ),
                needed_idr=needed_idr,
            )
            for rule, each in document["sharing"].items()
        )

    def _flows(self, document: Json) -> Flows:
        problem = self.problem
        local = problem.local_trade
        local_rows = _rows(local.site, local.product, local.period)
        supplies = _rows(problem.supplies.site, problem.supplies.product, problem.supplies.period)
        needs = _rows(problem.needs.site, problem.needs.product, problem.needs.period)
        return Flows(
            supplies=self._at_sites(document["supplies"], supplies),
            outlets=self._of_codes(document["outlets"], problem.outlets),
            sources=self._of_codes(document["sources"], problem.sources),
            needs=self._at_sites(document["needs"], needs),
            local_sales=self._at_sites(document["local_sales"], local_rows),
            local_purchases=self._at_sites(document["local_purchases"], local_rows),
            processes=self._of_codes(document["processes"], problem.processes),
            storages=self._in_storages(document["storages"]),
            lanes=self._on_lanes(document["lanes"]),
        )

    def _table(self, rows: list[int], document: list[Json]) -> FlowTable:
        return FlowTable(
            row=np.array(rows, dtype=np.int64),
            period=np.array([self.periods[each["period"]] for each in document], dtype=np.int64),
            kg=np.array([each["kg"] for each in document], dtype=np.int64),
            age=_ages(document),
        )

    def _at_sites(self, document: list[Json], rows: Mapping[Key, int]) -> FlowTable:
        keys = (
            (self.sites[each["site"]], self.products[each["product"]], self.periods[each["period"]])
            for each in document
        )
        return self._table([rows[key] for key in keys], document)

    def _of_codes(self, document: list[Json], table: Channels | Processes) -> FlowTable:
        codes = _positions(table.codes)
        rows = _rows(table.code, table.period)
        return self._table(
            [rows[codes[each["code"]], self.periods[each["period"]]] for each in document], document
        )

    def _in_storages(self, document: list[Json]) -> FlowTable:
        storages = self.problem.storages
        codes = _positions(storages.codes)
        storage = np.repeat(np.arange(len(storages.codes)), np.diff(storages.product_spans.start))
        rows = _rows(storage, storages.product)
        return self._table(
            [rows[codes[each["code"]], self.products[each["product"]]] for each in document], document
        )

    def _on_lanes(self, document: list[Json]) -> FlowTable:
        lanes = self.problem.lanes
        lane = np.repeat(np.arange(len(lanes.start)), np.diff(lanes.product_spans.start))
        rows = _rows(lanes.start[lane], lanes.end[lane], lanes.product)
        keys = (
            (self.sites[each["from"]], self.sites[each["to"]], self.products[each["product"]])
            for each in document
        )
        return self._table([rows[key] for key in keys], document)

    def _prices(self, document: list[Json]) -> Prices:
        return Prices(
            site=np.array([self.sites[each["site"]] for each in document], dtype=np.int64),
            product=np.array([self.products[each["product"]] for each in document], dtype=np.int64),
            period=np.array([self.periods[each["period"]] for each in document], dtype=np.int64),
            idr_per_kg=np.array([each["idr_per_kg"] for each in document], dtype=np.float64),
            age=_ages(document),
        )

    def _scarce(self, each: Json) -> Scarce:
        return Scarce(
            table=_one_of(each["table"], SCARCE_TABLES),
            row=int(each["row"]),
            owner=_position_or_nobody(self.parties, each["owner"]),
            site=_position_or_nobody(self.sites, each["site"]),
            product=_position_or_nobody(self.products, each["product"]),
            period=_position_or_nobody(self.periods, each["period"]),
            limit_kg=int(each["limit_kg"]),
            worth_idr_per_kg=float(each["worth_idr_per_kg"]),
        )

    def _partnership(self, each: Json) -> Partnership:
        return Partnership(
            giver=self.parties[each["giver"]],
            taker=self.parties[each["taker"]],
            kind=_one_of(each["kind"], ("sale", "toll", "storage", "marketing", "pooled_buying")),
            hand_overs=tuple(
                HandOver(
                    site=self.sites[hand_over["site"]],
                    product=self.products[hand_over["product"]],
                    period=self.periods[hand_over["period"]],
                    kg=int(hand_over["kg"]),
                    price_idr_per_kg=float(hand_over["price_idr_per_kg"]),
                )
                for hand_over in each["hand_overs"]
            ),
            reason=None if each["reason"] is None else read_sentence(each["reason"]),
        )


def _certificate(document: Json) -> Certificate:
    return Certificate(
        solver=str(document["solver"]),
        solver_version=str(document["solver_version"]),
        solver_status=str(document["solver_status"]),
        seed=int(document["seed"]),
        gap_asked=float(document["gap_asked"]),
        yes_no_choices=int(document["yes_no_choices"]),
        bound_proof=_one_of(document["bound_proof"], ("duals", "solver")),
        linear_bound_idr=float(document["linear_bound_idr"]),
        checks=tuple(read_sentence(check) for check in document["checks"]),
    )


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(word)


def _positions(codes: tuple[str, ...]) -> dict[str, int]:
    return {code: position for position, code in enumerate(codes)}


def _ages(document: list[Json]) -> Indices:
    return np.array([each.get("age_periods", 0) for each in document], dtype=np.int64)


def _rows(*columns: Indices) -> dict[Key, int]:
    """Return the row of each key made of `columns`."""
    return {key: row for row, key in enumerate(zip(*(column.tolist() for column in columns), strict=True))}


def _position_or_nobody(positions: Mapping[str, int], code: str | None) -> int:
    return NOBODY if code is None else positions[code]


def _one_of(word: Any, words: tuple[Any, ...]) -> Any:
    if word not in words:
        raise ValueError(word)
    return word
