"""V(S) by a second optimisation model, solved with scipy's milp.

The network is first cut down to what the group may use (`groups.cut`), then
written as `equations`. Where the format sets no limit, a yes/no choice needs a
safe one ("roof"). It is derived, never guessed:

1. Drop all yes/no choices at their best prices: the loose program, linear.
2. Solve with trial roofs; whatever comes out is a plan with a real surplus L.
3. A plan better than L also earns at least L in the loose program, so the most
   kg that the loose program can put through a choice while earning L is a roof.
4. Where there is no such most (a ring that costs nothing), the choice is tried
   both ways, without any roof.

A solver may leave a yes/no variable slightly off 0 or 1 and let goods slip
through; every answer is therefore solved again with its choices fixed, and
branched by hand where the two disagree.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, hstack, vstack

from . import groups
from .equations import Equations, Name, Node, ages, write
from .reading import Network
from .rules import FIELDS

Fixed = dict[int, int]
BRANCHES_MOST = 4096
CASH_UNIT_IDR = 1000.0  # rows of cash are near those of kilograms in size


class Unbounded(ValueError):
    """The network earns without limit, which its format calls a fault."""


class Undecided(RuntimeError):
    """The solver stopped without a proven optimum."""


class Impossible(Undecided):
    """No plan keeps the rules: what was agreed can't all be kept."""


@dataclass(frozen=True)
class Best:
    """A best plan: rupiah, kg by (family, *key), and the choices made by number."""

    value_idr: float
    kg: dict[Name, float]
    made: Fixed


def best_surplus(
    network: Network, group: Collection[str] | None = None, integer_flows: bool = False
) -> float:
    """Return V(group) in rupiah, for all parties where group is None.

    Kilograms may be fractional unless integer_flows. Raises Unbounded where
    there is no best, Undecided where the solver proves none.
    """
    return best_plan(network, group, integer_flows).value_idr


def best_plan(
    network: Network, group: Collection[str] | None = None, integer_flows: bool = False, gap: float = 0.0
) -> Best:
    """Return a plan that reaches V(group), with its flows and choices.

    gap: the share of the value by which it may fall short; whole kilograms of
    large networks cannot be proved to the last rupiah in reasonable time.
    """
    cut = network if group is None else groups.cut(network, group)
    best = Task(write(cut), integer_flows, gap).best()
    best.kg.update(_must_kg(cut))
    return best


def _must_kg(network: Network) -> dict[Name, float]:
    """Return the kg of needs that must be met, which the equations hold fixed."""
    musts = {node: need for node, need in network.needs.items() if need["worth_idr_per_kg"] is None}
    return {("needs", *node): float(need["kg"]) for node, need in musts.items()}


def refuse_unbounded(network: Network) -> None:
    """Raise Unbounded where the surplus of all parties together has no limit."""
    Task(write(network)).loose_value()


def whole_plan(network: Network, made: Fixed) -> dict[Name, float] | None:
    """Return whole kilograms near the best plan with these choices; None where too tight.

    Every heap that is used keeps as much to spare as rounding down can take from
    what comes in; then every flow is rounded down, and no limit or balance breaks.
    """
    task = Task(write(network))
    _, kg, _ = task._fixed_program(made)
    used = kg > 1e-7
    coming = task.matrix[: len(task.nodes)].maximum(0) @ used.astype(float)
    spare = np.zeros(len(task.low))
    spare[: len(task.nodes)] = np.where(coming > 0, coming, 0.0)
    most, floor_rows, floors, _ = task._fixed_rows(made)
    roomy = milp(
        -task.gain,
        bounds=Bounds(0, np.where(used, most, 0.0)),
        constraints=[
            LinearConstraint(task.matrix, task.low + spare, task.high),
            LinearConstraint(floor_rows, np.ceil(floors) + 1e-6, math.inf),
        ],
    )
    if roomy.status != 0:
        return None
    found = task._named(0.0, np.floor(roomy.x + 1e-9), made).kg
    return found | _must_kg(network)


def site_prices(network: Network, made: Fixed) -> dict[Node, float]:
    """Return dual prices in rupiah per kg of every balance, with the choices fixed as made."""
    return Task(write(network)).prices(made)


def proved_idr(network: Network, prices: Mapping[Node, Fraction], tolerance: float = 1e-3) -> float:
    """Return the bound that prices of balances prove for a network without yes/no choices, in rupiah.

    Balances are given up for their prices; all other limits stay. Of goods whose age matters the prices
    are by age, and the balance from which they are used stays too. What has no limit and gains less than
    the tolerance per kg gains nothing: prices are rounded. Infinite where they prove nothing.
    """
    task = Task(write(network))
    price = np.zeros(len(task.nodes))
    kept = np.zeros(len(task.low), dtype=bool)
    kept[len(task.nodes) :] = True
    for line, node in enumerate(task.nodes):
        kept[line] = len(node) == 3 and bool(ages(network, node[1]))
        price[line] = 0.0 if kept[line] else float(prices.get(node, 0))
    gain = task.gain + task.matrix[: len(task.nodes)].T @ price
    gain[np.isinf(task.most) & (gain > 0) & (gain < tolerance)] = 0.0
    solved = milp(
        -gain,
        constraints=LinearConstraint(task.matrix[kept], task.low[kept], task.high[kept]),
        bounds=Bounds(0, task.most),
    )
    paid = float(price @ task.low[: len(task.nodes)])
    return float(-solved.fun) - paid if solved.status == 0 else math.inf


class Task:
    """One set of equations in matrix form, with the ways of solving it."""

    def __init__(self, equations: Equations, whole: bool = False, gap: float = 0.0) -> None:
        self.equations, self.whole, self.gap = equations, whole, gap
        self.names = list(equations.columns)
        place = {name: number for number, name in enumerate(self.names)}
        self.members = [[place[name] for name in choice.columns] for choice in equations.choices]
        self.gain = np.array([column.gain for column in equations.columns.values()])
        self.most = np.array(
            [math.inf if column.most is None else column.most for column in equations.columns.values()]
        )
        self.nodes = sorted(
            {node for column in equations.columns.values() for node in column.into}
            | {node for node, kg in equations.required.items() if kg > 0}
        )
        self._write_rows(place)

    def _write_rows(self, place: dict[Name, int]) -> None:
        """Write balances (in less out, at least what is required) and joint limits."""
        line = {node: number for number, node in enumerate(self.nodes)}
        entries = [
            (line[node], place[name], share)
            for name, column in self.equations.columns.items()
            for node, share in column.into.items()
        ]
        low = [self.equations.required.get(node, 0.0) for node in self.nodes]
        high = [math.inf] * len(self.nodes)
        for names, kg in self.equations.joint:
            entries += [(len(low), place[name], 1.0) for name in names]
            low.append(-math.inf)
            high.append(kg)
        for names, kg in self.equations.least:
            entries += [(len(low), place[name], 1.0) for name in names]
            low.append(kg)
            high.append(math.inf)
        paid: list[tuple[int, int, float]] = []
        for flows, chosen, idr in self.equations.cash:
            entries += [(len(low), place[name], cost / CASH_UNIT_IDR) for name, cost in flows.items()]
            paid += [(len(low), number, cost / CASH_UNIT_IDR) for number, cost in chosen.items()]
            low.append(-math.inf)
            high.append(idr / CASH_UNIT_IDR)
        self.paid = _matrix(paid, len(low), len(self.equations.choices))
        self.matrix = _matrix(entries, len(low), len(self.names))
        self.low, self.high = np.array(low), np.array(high)

    def best(self) -> Best:
        """Return the best plan; see the head of this module for how roofs are found."""
        if not self.names and not any(self.low > 0) and not any(self.high < 0):
            return Best(0.0, {}, {})
        if not self.equations.choices and not self.whole:
            return self._named(*self._fixed_program({}))
        self.loose_value()
        roofs = [choice.roof for choice in self.equations.choices]
        open_ended = [number for number, roof in enumerate(roofs) if roof is None]
        if not open_ended:
            return self._named(*self._settle(roofs, {}))
        trial = self._trial_roof()
        tried = self._settle([trial if roof is None else roof for roof in roofs], {})
        safe = {number: self._roof(number, tried[0]) for number in open_ended}
        if all(roof is not None and roof <= trial for roof in safe.values()):
            return self._named(*tried)
        roofs = [safe.get(number, roof) for number, roof in enumerate(roofs)]
        return self._named(*self._branch_roofless(roofs, {}))

    def loose_value(self) -> float:
        """Return the value without any yes/no choice: never below V. Raises Unbounded."""
        if not self.names:
            return 0.0
        solved = milp(-self.gain, constraints=self._rows(), bounds=Bounds(0, self.most))
        if solved.status == 0:
            return float(-solved.fun)
        if solved.status == 2 and self.equations.least:
            raise Impossible("no plan keeps what was agreed")
        # A ray: scale any plan up along it for ever. Its limits are those of nothing.
        ray = milp(
            -self.gain,
            constraints=LinearConstraint(
                self.matrix,
                np.where(np.isinf(self.low), -math.inf, 0),
                np.where(np.isinf(self.high), math.inf, 0),
            ),
            bounds=Bounds(0, np.where(np.isinf(self.most), 1.0, 0.0)),
        )
        if ray.status == 0 and -ray.fun > 1e-6:
            raise Unbounded("the network earns without limit")
        raise Undecided(f"the loose program was not solved: {solved.message}")

    def _rows(self) -> LinearConstraint:
        return LinearConstraint(self.matrix, self.low, self.high)

    def _trial_roof(self) -> float:
        """Return kg that are ample for most networks: all finite limits and stocks together."""
        finite = float(self.most[np.isfinite(self.most)].sum())
        return 2.0 * (finite + sum(abs(kg) for kg in self.equations.required.values())) + 1000.0

    def _roof(self, number: int, reached_idr: float) -> float | None:
        """Return the most kg through a choice in plans that earn at least what was reached."""
        through = np.zeros(len(self.names))
        through[self.members[number]] = 1.0
        earning = LinearConstraint(self.gain, reached_idr - max(1.0, 1e-7 * abs(reached_idr)), math.inf)
        solved = milp(-through, constraints=[self._rows(), earning], bounds=Bounds(0, self.most))
        return float(-solved.fun) * 1.000001 + 1.0 if solved.status == 0 else None

    def _branch_roofless(self, roofs: list[float | None], fixed: Fixed) -> tuple[float, np.ndarray, Fixed]:
        """Try every choice without a roof both ways and return the best."""
        bare = [number for number, roof in enumerate(roofs) if roof is None and number not in fixed]
        if not bare:
            return self._settle(roofs, fixed)
        if 2 ** len(bare) > BRANCHES_MOST:
            raise Undecided(f"{len(bare)} choices have no limit of any kind")
        tries = [self._branch_roofless(roofs, {**fixed, bare[0]: side}) for side in (0, 1)]
        return max(tries, key=lambda found: found[0])

    def _settle(self, roofs: list[float | None], fixed: Fixed) -> tuple[float, np.ndarray, Fixed]:
        """Return the best value, kg and choices, given some choices; -inf where there is none."""
        solved = self._choice_program(roofs, fixed)
        if solved is None:
            return -math.inf, np.zeros(len(self.names)), fixed
        value, _kg, leaning = solved
        made = {number: round(lean) for number, lean in enumerate(leaning)}
        again = self._fixed_program(made)
        slip = [abs(lean - round(lean)) for lean in leaning]
        free = [number for number in made if number not in fixed and slip[number] > 0]
        if value - again[0] <= 0.5 + (self.gap + 1e-9) * abs(value) or not free:
            return again
        loosest = max(free, key=lambda number: (slip[number], self.equations.choices[number].cost))
        tries = [self._settle(roofs, {**fixed, loosest: side}) for side in (0, 1)]
        return max(tries, key=lambda found: found[0])

    def _choice_program(
        self, roofs: list[float | None], fixed: Fixed
    ) -> tuple[float, np.ndarray, list[float]] | None:
        """Solve flows and choices together; None where the fixed choices allow no plan."""
        flows, count = len(self.names), len(self.equations.choices)
        entries: list[tuple[int, int, float]] = []
        low: list[float] = []
        high: list[float] = []
        rivals: dict[Name, list[int]] = {}
        for number, choice in enumerate(self.equations.choices):
            switch, roof, floor = flows + number, roofs[number], choice.floor
            if roof is not None or fixed.get(number) == 0:
                entries += [(len(low), member, 1.0) for member in self.members[number]]
                entries.append((len(low), switch, -(roof or 0.0)))
                low.append(-math.inf)
                high.append(0.0)
            if floor > 0:
                entries += [(len(low), member, 1.0) for member in self.members[number]]
                entries.append((len(low), switch, -floor))
                low.append(0.0)
                high.append(math.inf)
            if choice.rivalry is not None:
                rivals.setdefault(choice.rivalry, []).append(switch)
        for switches in rivals.values():
            entries += [(len(low), switch, 1.0) for switch in switches]
            low.append(-math.inf)
            high.append(1.0)
        wide = hstack([self.matrix, self.paid], format="csr")
        sides = [(fixed.get(number, 0), fixed.get(number, 1)) for number in range(count)]
        solved = milp(
            np.concatenate([-self.gain, [choice.cost for choice in self.equations.choices]]),
            integrality=np.concatenate([np.full(flows, int(self.whole)), np.ones(count)]),
            bounds=Bounds(
                np.concatenate([np.zeros(flows), [side for side, _ in sides]]),
                np.concatenate([self.most, [side for _, side in sides]]),
            ),
            constraints=[
                LinearConstraint(wide, self.low, self.high),
                LinearConstraint(_matrix(entries, len(low), flows + count), low, high),
            ],
            options={"mip_rel_gap": self.gap},
        )
        if solved.status == 2:
            return None
        if solved.status != 0:
            raise Undecided(f"the program of choices was not solved: {solved.message}")
        return float(-solved.fun), solved.x[:flows], list(solved.x[flows:])

    def _fixed_rows(self, made: Fixed) -> tuple[np.ndarray, csr_array, np.ndarray, float]:
        """Return limits, rows and kg of the floors, and the cost that the choices made leave."""
        most, floors, cost = self.most.copy(), [], 0.0
        for number, choice in enumerate(self.equations.choices):
            if not made.get(number):
                most[self.members[number]] = 0.0
                continue
            cost += choice.cost
            if choice.floor > 0:
                floors.append((self.members[number], choice.floor))
        entries = [(line, member, 1.0) for line, (members, _) in enumerate(floors) for member in members]
        matrix = _matrix(entries, len(floors), len(self.names))
        return most, matrix, np.array([floor for _, floor in floors]), cost

    def _fixed_program(self, made: Fixed) -> tuple[float, np.ndarray, Fixed]:
        """Solve the flows with every choice fixed; -inf where they allow no plan."""
        most, floor_rows, floors, cost = self._fixed_rows(made)
        chosen = np.array([float(made.get(number, 0)) for number in range(len(self.equations.choices))])
        left = self.high - self.paid @ chosen
        solved = milp(
            -self.gain,
            integrality=np.full(len(self.names), int(self.whole)),
            bounds=Bounds(0, most),
            constraints=[
                LinearConstraint(self.matrix, self.low, left),
                LinearConstraint(floor_rows, floors, math.inf),
            ],
            options={"mip_rel_gap": self.gap},
        )
        if solved.status == 2:
            return -math.inf, np.zeros(len(self.names)), made
        if solved.status != 0:
            self.loose_value()
            raise Undecided(f"the program with fixed choices was not solved: {solved.message}")
        return float(-solved.fun) - cost, solved.x, made

    def prices(self, made: Fixed) -> dict[Node, float]:
        """Return the dual price of each balance in rupiah per kg, with the choices fixed."""
        most, floor_rows, floors, _ = self._fixed_rows(made)
        bounded, wanted = np.isfinite(self.high), np.isfinite(self.low)
        solved = linprog(  # type: ignore[call-overload]  # the stubs know no sparse rows
            -self.gain,
            A_ub=_stack(-self.matrix[wanted], self.matrix[bounded], -floor_rows),
            b_ub=np.concatenate([-self.low[wanted], self.high[bounded], -floors]),
            bounds=np.column_stack([np.zeros(len(most)), most]),
        )
        if solved.status != 0:
            raise Undecided(f"no prices: {solved.message}")
        marginals = -solved.ineqlin.marginals[: len(self.nodes)]
        return {node: max(0.0, float(price)) for node, price in zip(self.nodes, marginals, strict=True)}

    def _named(self, value: float, kg: np.ndarray, made: Fixed) -> Best:
        """Return the solution by flow, the tiers of one outlet or source added up."""
        if value == -math.inf:
            raise Impossible("no plan keeps the rules")
        found: dict[Name, float] = {}
        for name, amount in zip(self.names, kg, strict=True):
            short = name[:3] if name[0] in ("outlets", "sources") else name
            found[short] = found.get(short, 0.0) + float(amount)
        found = {name: amount for name, amount in found.items() if name[0] != "aging"}
        return Best(value + 0.0, found, made)  # no -0.0


def flow_rows(kg: Mapping[Name, float], whole: bool = True) -> dict[str, list[dict[str, object]]]:
    """Return kilograms by (family, *key) as the `flows` object of a plan, zeros left out.

    A last part of the key beyond the family's own fields is the goods' age.
    """
    flows: dict[str, list[dict[str, object]]] = {family: [] for family in FIELDS}
    for (family, *key), amount in sorted(kg.items()):
        rounded = round(amount) if whole else amount
        if rounded:
            fields = FIELDS[family]
            row: dict[str, object] = {**dict(zip(fields, key, strict=False)), "kg": rounded}
            flows[family].append(row | ({"age_periods": int(key[-1])} if len(key) > len(fields) else {}))
    return flows


def _matrix(entries: list[tuple[int, int, float]], rows: int, columns: int) -> csr_array:
    """Return a sparse matrix of (row, column, value) entries; repeated places add up."""
    if not entries:
        return csr_array((rows, columns))
    lines, places, values = zip(*entries, strict=True)
    return csr_array((values, (lines, places)), (rows, columns))


def _stack(*blocks: csr_array) -> csr_array:
    return vstack(blocks, format="csr")
