"""Trust in declarations: who would gain by saying a figure ten per cent too high or too low, by which rule.

A plan is made from what the co-ops declare. For each party and each of its least prices, quantities and
capacities, the plan is made again with the figure moved, the gain is divided again, and then the truth is
put back: what the party would really have, less what it has by telling the truth (docs/planning.md, “Trust
in declarations”).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np

from jejaring.engines.measures import Flags, Floats, Indices
from jejaring.engines.planning import families, prices, solver, trimming
from jejaring.engines.planning.financing import Purse
from jejaring.engines.planning.plan import Plan, Rule
from jejaring.engines.planning.problem import Problem, Selector
from jejaring.engines.planning.program import OUTLET, PROCESS, SELL, STORE, SUPPLY, Program
from jejaring.engines.planning.questions import rents, resolving
from jejaring.engines.planning.questions.answers import Declarations, DeclaredKind, Swing
from jejaring.engines.planning.questions.changes import changed
from jejaring.engines.planning.questions.evidence import evidence
from jejaring.engines.planning.questions.resolving import Outcome, Standing, linear_model
from jejaring.engines.planning.questions.small_games import MOST_PARTIES, SmallGame

KINDS: tuple[DeclaredKind, ...] = ("price", "quantity", "capacity")
FACTORS = (Decimal("0.9"), Decimal("1.1"))
_SOLVED_IN_FULL_BY_RULE = 2
_FIELDS: dict[DeclaredKind, tuple[tuple[str, str], ...]] = {
    "price": (("supplies", "cost_idr_per_kg"),),
    "quantity": (("supplies", "available_kg"),),
    "capacity": (("processes", "capacity_kg"), ("storages", "capacity_kg")),
}


def declarations(
    problem: Problem,
    plan: Plan,
    limits: solver.Limits | None = None,
    tell: Callable[[str], None] | None = None,
) -> Declarations:
    """Return who would gain by declaring its figures ten per cent higher or lower."""
    if tell:
        tell("declarations")
    room = _Room(problem, plan, limits or solver.Limits())
    swings = [
        room.swing(party, kind, factor)
        for party in range(len(problem.parties))
        for kind in KINDS
        if _declares(problem, party, kind)
        for factor in FACTORS
    ]
    for place in _leading(swings, len(room.rules)):
        each = swings[place]
        swings[place] = room.swing(each.party, each.kind, each.factor, free=True)
    largest = tuple(_largest(swings, rule) for rule in range(len(room.rules)))
    return Declarations(room.rules, room.missing, tuple(swings), largest, evidence(problem))


def _declares(problem: Problem, party: int, kind: DeclaredKind) -> bool:
    for table, field in _FIELDS[kind]:
        rows = getattr(problem, table)
        mine = rows.owner == party if table != "supplies" else problem.sites.party[rows.site] == party
        if (getattr(rows, field).numerators[mine] > 0).any():
            return True
    return False


def _leading(swings: list[Swing], rules: int) -> list[int]:
    """Return the places of the swings that gain most under each rule, where choices were kept."""
    found: dict[int, None] = {}
    for rule in range(rules):
        order = sorted(range(len(swings)), key=lambda place: (-swings[place].gain_idr[rule], place))
        for place in order[:_SOLVED_IN_FULL_BY_RULE]:
            if swings[place].gain_idr[rule] > 0 and swings[place].proof == "choices_kept":
                found[place] = None
    return list(found)


def _largest(swings: list[Swing], rule: int) -> int:
    best = max(range(len(swings)), key=lambda place: (swings[place].gain_idr[rule], -place), default=-1)
    return best if best >= 0 and swings[best].gain_idr[rule] > 0 else -1


@dataclass(frozen=True, eq=False)
class _Made:
    """A plan that was made from declared figures: `flows` and `price` by column and balance."""

    program: Program
    value_idr: float
    flows: Floats
    price: Floats
    chosen: Flags
    alone_idr: float
    cash_worth: tuple[Fraction, ...] = ()


class _Room:
    """The room in which figures are declared: the plan as it is, and as it would be."""

    def __init__(self, problem: Problem, plan: Plan, limits: solver.Limits) -> None:
        self.problem, self.plan = problem, plan
        self.standing = Standing(problem, plan, limits)
        few = len(problem.parties) <= MOST_PARTIES
        self.rules: tuple[Rule, ...] = (
            ("equal", "volume", "market", "even_core") if few else ("equal", "volume", "market")
        )
        self.missing: tuple[Rule, ...] = () if few else ("even_core",)
        self.game = SmallGame(self.standing.program, self.standing.limits) if few else None
        now = self.standing.now
        self.alone_idr = np.array(plan.alone_idr)
        self.truth = self._made_from(self.standing.program, now, 0)
        self._without: dict[int, float] = {}
        self._payoffs_now: dict[int, tuple[float, ...]] = {}

    def swing(self, party: int, kind: DeclaredKind, factor: Decimal, free: bool = False) -> Swing:
        """Return what a party's declaration changes; with `free`, all yes/no choices are made anew."""
        declared = changed(
            self.problem,
            [(Selector(table, field, party=party), factor) for table, field in _FIELDS[kind]],
        )
        made = self._free(declared, party) if free else self._kept(declared, party)
        if party not in self._payoffs_now:
            truth = replace(self.truth, alone_idr=float(self.alone_idr[party]))
            self._payoffs_now[party] = self._payoffs(truth, party)
        before = self._payoffs_now[party]
        after = self._payoffs(made, party)
        really = self._really_idr(made, party, kind, factor)
        exact = free or not self.standing.program.choices.any()
        return Swing(
            party=party,
            kind=kind,
            factor=factor,
            value_idr=round(made.value_idr - self.truth.value_idr),
            alone_idr=round(made.alone_idr - float(self.alone_idr[party])),
            payoff_idr=tuple(round(b - a) for a, b in zip(before, after, strict=True)),
            gain_idr=tuple(round(b + really - a) for a, b in zip(before, after, strict=True)),
            proof="exact" if exact else "choices_kept",
        )

    # --- plans made from declared figures

    def _kept(self, declared: Problem, party: int) -> _Made:
        program = families.program(declared)
        patch = self.standing.patch_to(program)
        outcome = None if patch is None else self.standing.linear(patch)
        if outcome is None:
            return self._free(declared, party)
        return self._made_from(program, outcome, party)

    def _free(self, declared: Problem, party: int) -> _Made:
        standing = self.standing
        program = families.program(declared)
        made = resolving.ready_program(program, standing.limits)
        standing.searches += 1
        found = resolving.searched(made, standing.limits)
        assert found is not None, "without what it declares less of, everything can still be bought"
        chosen = np.zeros(len(program.columns), dtype=bool)
        chosen[made.place[found.chosen]] = True
        purse = Purse.of(program) if found.cash_worth else None
        model, paid = linear_model(program, chosen, purse)
        again = solver.best(model, standing.limits)
        flows = np.zeros(len(program.columns))
        flows[~program.choices] = again.flows
        worth = purse.worths(again.prices) if purse else ()
        outcome = Outcome(again.value + paid, again.bound + paid, flows, again.prices, chosen, worth)
        return self._made_from(program, outcome, party)

    def _made_from(self, program: Program, outcome: Outcome, party: int) -> _Made:
        group = np.zeros(len(self.problem.parties), dtype=bool)
        group[party] = True
        own = trimming.part(program, np.flatnonzero(program.usable(group)))
        mine = resolving.ready_program(own, self.standing.limits, group)
        found = resolving.searched(mine, self.standing.limits) if len(mine.program.columns) else None
        alone = found.value_idr if found else 0.0
        weighed = rents.weighed(program, outcome.cash_worth)
        price = prices.lowest(weighed, outcome.flows, outcome.prices)
        return _Made(
            program, outcome.value_idr, outcome.flows, price, outcome.chosen, alone, outcome.cash_worth
        )

    # --- what the rules give

    def _payoffs(self, made: _Made, party: int) -> tuple[float, ...]:
        alone = self.alone_idr.copy()
        alone[party] = made.alone_idr
        gain = made.value_idr - float(alone.sum())
        found: dict[Rule, float] = {
            "equal": made.alone_idr + self._equal_part(made, party, gain),
            "volume": made.alone_idr + gain * self._volume_share(made, party),
            "market": self._market(made, party),
        }
        if self.game:
            found["even_core"] = self.game.even_payoff(made.program, made.value_idr, alone, party)
        return tuple(found[rule] for rule in self.rules)

    def _equal_part(self, made: _Made, party: int, gain: float) -> float:
        """Who trades is as in the plan; the party itself does if the network earns more with it."""
        trading = [outcome.trades for outcome in self.plan.outcomes]
        by_worth = self._adds(self.truth.value_idr, float(self.alone_idr[party]), party)
        if by_worth == trading[party]:
            trading[party] = self._adds(made.value_idr, made.alone_idr, party)
        return gain / sum(trading) if trading[party] else 0.0

    def _adds(self, value_idr: float, alone_idr: float, party: int) -> bool:
        if party not in self._without:
            group = np.ones(len(self.problem.parties), dtype=bool)
            group[party] = False
            kept = self.standing.linear_of(self.problem, group)
            self._without[party] = kept[1].value_idr if kept else self._searched(group)
        return value_idr > self._without[party] + alone_idr + self.standing.tolerance_idr

    def _searched(self, group: Flags) -> float:
        """Return what a group makes that can't keep the plan's choices by itself; minus infinity where it
        can't meet what it must.
        """
        made = self.standing.ready(self.problem)
        found = self.standing.searched(made, -np.inf, group)
        return -np.inf if found is None else found

    def _volume_share(self, made: _Made, party: int) -> float:
        problem, columns = self.problem, made.program.columns
        kg = np.zeros(len(problem.parties))
        for family, owner in (
            (SUPPLY, problem.sites.party[problem.supplies.site]),
            (PROCESS, problem.processes.owner),
            (OUTLET, problem.outlets.owner),
        ):
            mine = columns.family == family
            np.add.at(kg, owner[columns.row[mine]], made.flows[mine])
        return float(kg[party] / kg.sum()) if kg.any() else 0.0

    def _market(self, made: _Made, party: int) -> float:
        worth = rents.by_party(
            rents.weighed(made.program, made.cash_worth), made.price, made.chosen, made.cash_worth
        )
        return float(worth[party])

    # --- the truth

    def _really_idr(self, made: _Made, party: int, kind: DeclaredKind, factor: Decimal) -> float:
        """Return what the truth adds to a payoff that was worked out from a declared figure."""
        if kind == "price":
            return self._price_truth(made, party, factor)
        if kind == "quantity":
            return self._quantity_truth(made, party, factor)
        return self._capacity_truth(made, party)

    def _price_truth(self, made: _Made, party: int, factor: Decimal) -> float:
        """Members were counted at the declared price and are content with the true one. What a price that
        was too high kept out of the plan goes to the local trader where that still pays.
        """
        columns = self._columns(made.program, SUPPLY, party)
        true = -self.standing.program.gains[self._true_columns(SUPPLY, party)]
        truth = float(((float(factor) - 1) * true) @ made.flows[columns])
        if factor > 1:
            left = np.maximum(made.program.uppers[columns] - made.flows[columns], 0.0)
            truth += self._all_sold_locally(made, columns, np.where(np.isfinite(left), left, 0.0), true)
        return truth

    def _quantity_truth(self, made: _Made, party: int, factor: Decimal) -> float:
        """What isn't there must be bought at the price of the place; what was hidden goes to the trader."""
        columns = self._columns(made.program, SUPPLY, party)
        program, known = self.standing.program, self._true_columns(SUPPLY, party)
        true, cost = program.uppers[known], -program.gains[known]
        if factor > 1:
            at = np.array([made.program.arrives_at(int(each)) for each in columns], dtype=np.int64)
            missing = np.maximum(made.flows[columns] - true, 0.0)
            return -float(missing @ np.maximum(made.price[at] - cost, 0.0))
        hidden = np.where(np.isfinite(true), true * (1 - float(factor)), 0.0)
        return self._all_sold_locally(made, columns, hidden, cost)

    def _all_sold_locally(self, made: _Made, columns: Indices, kilograms: Floats, costs: Floats) -> float:
        return sum(
            self._sold_locally(made, int(column), float(kg), float(paid))
            for column, kg, paid in zip(columns, kilograms, costs, strict=True)
            if kg > 0
        )

    def _sold_locally(self, made: _Made, column: int, kg: float, cost: float) -> float:
        columns = made.program.columns
        node = made.program.arrives_at(column)
        sells = np.flatnonzero((columns.family == SELL) & (columns.leaves == node))
        for each in sells.tolist():
            room = float(made.program.uppers[each] - made.flows[each])
            return min(kg, max(room, 0.0)) * max(float(made.program.gains[each]) - cost, 0.0)
        return 0.0

    def _capacity_truth(self, made: _Made, party: int) -> float:
        """What the true capacity can't do is worth its rent at the plan's prices; hidden room stays idle."""
        lost = 0.0
        worth = prices.worths(made.program, made.price)
        for family in (PROCESS, STORE):
            columns = self._columns(made.program, family, party)
            true = self.standing.program.uppers[self._true_columns(family, party)]
            over = np.maximum(made.flows[columns] - true, 0.0)
            over[over < 1e-6] = 0.0
            leaves = made.program.columns.leaves[columns]
            rent = np.maximum(worth[columns] - made.price[leaves], 0.0)
            lost += float(over @ rent)
        return -lost

    def _true_columns(self, family: int, party: int) -> Indices:
        """Return the same columns in the network as it is, in the same order."""
        return self._columns(self.standing.program, family, party)

    @staticmethod
    def _columns(program: Program, family: int, party: int) -> Indices:
        columns = program.columns
        mine = (columns.family == family) & (columns.parties[:, 0] == party)
        return np.flatnonzero(mine).astype(np.int64)
