"""Judges a whole plan: `faults_of_plan` runs every check that can be made from outside.

The form is checked in `plan_form`, the flows in `rules`, the optimum in `model`,
groups and fair points in `games`, trade in `paths`, market rents in `rents`.
Faults are sentences; an empty list is a right plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from . import cash, equations, games, model, paths, rents, rules
from .plan_form import Plan, form_faults, own_sum_faults, payoff_sum_faults
from .reading import Network, exact

RULES = ("equal", "volume", "market", "even_core")
LINES = {"outlets": "outlet_sales_idr", "needs": "needs_met_idr", "fixed": "lanes_fixed_idr"}
GROUPS_MOST = 10
TRADERS_MOST = 30
EVEN_CORE_MOST = 7
NUCLEOLUS_MOST = 6


@dataclass(frozen=True)
class Case:
    """A network and a plan of the right form, with what is worked out once for all checks."""

    network: Network
    plan: Plan
    known_game: games.Game | None = field(default=None)

    @cached_property
    def game(self) -> games.Game:
        """Return V of every group; only for a network of few parties."""
        return self.known_game if self.known_game is not None else games.game_of(self.network)

    @property
    def everyone(self) -> frozenset[str]:
        """Return the group of all parties."""
        return frozenset(self.network.parties)

    def number(self, key: str) -> float:
        """Return a number of the plan."""
        return float(exact(self.plan[key]))

    @property
    def alone(self) -> dict[str, float]:
        """Return the plan's alone values in rupiah."""
        return {party: float(exact(self.plan["alone_idr"][party])) for party in self.network.parties}

    @property
    def gain(self) -> float:
        """Return the plan's value less all its alone values, in rupiah."""
        return self.number("value_idr") - sum(self.alone.values())

    def payoff(self, rule: str) -> dict[str, int]:
        """Return the payoffs of one sharing rule in rupiah."""
        return {party: int(exact(idr)) for party, idr in self.plan["sharing"][rule]["payoff_idr"].items()}


def near_idr(*amounts_idr: float) -> float:
    """Return how far two solvers may differ on amounts of this size, in rupiah."""
    return max(1.0, 1e-7 * max(abs(idr) for idr in amounts_idr))


def faults_of_plan(
    network_bytes: bytes,
    plan: Plan,
    *,
    optimum: bool = True,
    asked_gap: float = 1e-3,
    required_rules: tuple[str, ...] = RULES,
    game: games.Game | None = None,
) -> list[str]:
    """Return everything found wrong with a plan for the network of these bytes.

    optimum: also solve the network again (alone values, the best value, groups).
    asked_gap: the gap within which a plan may call itself optimal. game: V of
    every group where the caller has it already.
    """
    network = rules.read(network_bytes)
    faults = form_faults(network, network_bytes, plan)
    if faults:
        return faults
    case = Case(network, plan, game)
    faults += [f"sharing has no {rule}" for rule in required_rules if rule not in plan["sharing"]]
    faults += own_sum_faults(plan, asked_gap)
    faults += flow_faults(case)
    faults += line_faults(case)
    faults += payoff_sum_faults(plan)
    faults += price_faults(case)
    faults += equal_faults(case)
    faults += volume_faults(case)
    faults += market_faults(case)
    if optimum:
        faults += optimum_faults(case, asked_gap)
        faults += worst_group_faults(case)
        faults += fair_point_faults(case)
    return faults


def flow_faults(case: Case) -> list[str]:
    """Return the rules that the flows break, and a surplus that is not theirs or above the value."""
    broken = rules.broken_rules(case.network, case.plan["flows"])
    if rules.amounts(case.network, case.plan["flows"])[1]:
        return broken
    broken += cash.cash_faults(case.network, case.plan["flows"])
    added = rules.surplus(case.network, case.plan["flows"])
    close = max(Fraction(1), abs(added) / 10**9)
    if abs(exact(case.plan["surplus_idr"]) - added) > close:
        broken.append(f"surplus_idr is {case.plan['surplus_idr']}, the flows add up to {float(added)}")
    if added > exact(case.plan["value_idr"]) + close:
        broken.append(f"the flows earn {float(added)}, more than value_idr {case.plan['value_idr']}")
    return broken


def optimum_faults(case: Case, asked_gap: float) -> list[str]:
    """Return where value, bound or alone values disagree with the referee's own optima."""
    best = _value_of(case, case.everyone)
    value, bound = case.number("value_idr"), case.number("bound_idr")
    near = near_idr(best)
    faults = []
    if value > best + near:
        faults.append(f"value_idr {value} is above the best there is, {best}")
    if bound < best - near:
        faults.append(f"bound_idr {bound} is below the best there is, {best}")
    if case.plan["status"] == "optimal" and value < best - asked_gap * max(1.0, abs(bound)) - near:
        faults.append(f"status is optimal but value_idr {value} is far below the best, {best}")
    for party, told in case.alone.items():
        alone = _value_of(case, frozenset([party]))
        if abs(told - alone) > near_idr(alone):
            faults.append(f"alone_idr of {party!r} is {told}, not {alone}")
    return faults


def _value_of(case: Case, group: frozenset[str]) -> float:
    """Return V of a group, out of the whole game where that is known or small."""
    if case.known_game is not None or len(case.everyone) <= GROUPS_MOST:
        return case.game[group]
    return model.best_surplus(case.network, group)


def worst_group_faults(case: Case) -> list[str]:
    """Return the claims about worst groups that are not true.

    Over GROUPS_MOST parties only the group named is valued again.
    """
    if len(case.everyone) < 2:
        return []
    faults = []
    for rule, entry in case.plan["sharing"].items():
        payoff, named = case.payoff(rule), frozenset(entry["worst_group"])
        told = float(exact(entry["worst_group_gain_idr"]))
        of_named = _value_of(case, named) - sum(payoff[party] for party in named)
        near = near_idr(_value_of(case, named), _value_of(case, case.everyone))
        exactly = entry["worst_group_proved"] == "exact"
        if told < of_named - near or (exactly and told > of_named + near):
            faults.append(f"sharing {rule}: {sorted(named)} would gain {of_named}, not {told}")
        if len(case.everyone) > GROUPS_MOST:
            continue
        worst, gain = games.worst_group(case.game, payoff)
        if told < gain - near or (exactly and told > gain + near):
            faults.append(f"sharing {rule}: the worst group {sorted(worst)} gains {gain}, not {told}")
    return faults


def _far(case: Case, rule: str, right: Mapping[str, float], near: float) -> list[str]:
    """Return the payoffs further from the right ones than whole rupiah explain."""
    return [
        f"sharing {rule}: the payoff of {party!r} is {told}, not {right[party]:.2f}"
        for party, told in case.payoff(rule).items()
        if abs(told - right[party]) > 1.0 + near
    ]


def equal_faults(case: Case) -> list[str]:
    """Return what is wrong with `equal`, for whichever parties may be said to trade.

    Those who must be trading (however paths are drawn) have a part; those who
    share no path with anybody have none; between, the plan may go either way,
    but all parts are equal.
    """
    if "equal" not in case.plan["sharing"]:
        return []
    few = len(case.everyone) <= TRADERS_MOST
    must = paths.inseparable_parties(case.network, case.plan["flows"]) if few else set()
    may = paths.trading_parties(case.network, case.plan["flows"]) | must
    payoff, alone = case.payoff("equal"), case.alone
    near = 0.1 + 1e-9 * max(abs(case.number("value_idr")), 1.0)
    best: list[str] | None = None
    for count in range(max(1, len(must)), len(may) + 1):
        part = case.gain / count
        order = sorted(may - must, key=lambda party: abs(payoff[party] - alone[party] - part))
        with_part = must | set(order[: count - len(must)])
        right = {party: alone[party] + (part if party in with_part else 0.0) for party in payoff}
        faults = _far(case, "equal", right, near)
        if best is None or len(faults) < len(best):
            best = faults
    # Nobody trades: then there is no gain to divide but what rounding leaves.
    return _far(case, "equal", alone, near + abs(case.gain)) if best is None else best


def volume_kg(network: Network, flows: Mapping[str, Any]) -> dict[str, Fraction]:
    """Return the kg of each party's supplies, process inputs and outlets in the flows."""
    found, _ = rules.amounts(network, flows)
    carried = dict.fromkeys(network.parties, Fraction(0))
    for (site, _, _), kg in found["supplies"].items():
        carried[str(network.party_of_site[site])] += kg
    for family in ("processes", "outlets"):
        for key, kg in found[family].items():
            carried[getattr(network, family)[key]["owner"]] += kg
    return carried


def volume_faults(case: Case) -> list[str]:
    """Return what is wrong with `volume`; where nothing is carried, no division is right."""
    if "volume" not in case.plan["sharing"]:
        return []
    carried = volume_kg(case.network, case.plan["flows"])
    total = sum(carried.values())
    if not total:
        return []
    right = {party: alone + case.gain * float(carried[party] / total) for party, alone in case.alone.items()}
    return _far(case, "volume", right, 0.1 + 1e-9 * abs(case.number("value_idr")))


def _rents(case: Case) -> rents.Rents:
    """Return the rents at the plan's prices."""
    prices = {
        (row["site"], row["product"], row["period"]): exact(row["idr_per_kg"])
        for row in case.plan["prices"]
        if not row.get("age_periods")
    }
    return rents.rents(case.network, prices, case.plan["flows"])


def price_faults(case: Case) -> list[str]:
    """Return why the prices do not prove the bound; only a linear network can tell.

    At any prices the rents together are at least the best value. At those of a
    proof they are no more than the bound that they prove.
    """
    if not rents.is_linear(case.network) or case.plan["bound_proof"] != "duals":
        return []
    if not rents.is_plain(case.network):
        return _proof_faults(case)
    found = _rents(case)
    near = near_idr(case.number("bound_idr"))
    faults = [f"prices: {sentence}" for sentence in found.unproved]
    if float(found.total_idr()) > case.number("bound_idr") + near:
        faults.append(
            f"the prices prove {float(found.total_idr())}, not bound_idr {case.number('bound_idr')}"
        )
    return faults


def _proof_faults(case: Case) -> list[str]:
    """Return why prices by age, beside limits that parties share, do not prove the bound."""
    prices = {
        equations.fresh(case.network, (row["site"], row["product"], row["period"]))
        if not row.get("age_periods")
        else (row["site"], row["product"], row["period"], str(row["age_periods"])): exact(row["idr_per_kg"])
        for row in case.plan["prices"]
    }
    proved, bound = model.proved_idr(case.network, prices), case.number("bound_idr")
    return [f"the prices prove {proved}, not bound_idr {bound}"] if proved > bound + near_idr(bound) else []


def line_faults(case: Case) -> list[str]:
    """Return the lines of the surplus that are not those of the flows; only where the plan tells them."""
    told = case.plan.get("surplus_lines")
    if not isinstance(told, dict) or rules.amounts(case.network, case.plan["flows"])[1]:
        return []
    right = rules.surplus_lines(case.network, case.plan["flows"])
    names = {LINES.get(line, f"{line}_idr"): idr for line, idr in right.items()}
    return [
        f"surplus_lines: {name} is {told.get(name)}, not {float(abs(names.get(name, 0)))}"
        for name in sorted({*names, *told})
        if abs(exact(told.get(name, 0)) - abs(names.get(name, Fraction(0))))
        > max(Fraction(1), abs(names.get(name, Fraction(0))) / 10**9)
    ]


def market_faults(case: Case) -> list[str]:
    """Return what is wrong with `market`: each party's payoff is the rent of what it owns.

    With yes/no choices the flows must show which were made; where the rents do not
    add up to the value they do not (rounding can close what was just open), and
    nothing is said.
    """
    if "market" not in case.plan["sharing"]:
        return []
    if not rents.is_plain(case.network):
        return core_faults(case)
    found = _rents(case)
    value = case.number("value_idr")
    near = near_idr(value)
    total = float(found.total_idr())
    if abs(total - value) > near or found.unproved:
        linear = (
            rents.is_linear(case.network) and case.plan["status"] == "optimal" and case.plan["gap"] <= 1e-9
        )
        return (
            [f"sharing market: the rents at the prices are {total}, not {value}", *found.unproved]
            if linear
            else []
        )
    right = {party: float(found.idr[party]) for party in case.network.parties}
    return _far(case, "market", right, near)


def core_faults(case: Case) -> list[str]:
    """Return the groups that gain by leaving `market`; in a linear network there are none (Owen).

    Limits of cash are not of the kind that this holds for: a group's is the sum of its members',
    but a group of which one does not state it has none. Nor are agreed terms that ask for something:
    who leaves is free of them.
    """
    if any(least for least, _ in case.network.terms.values()):
        return []
    few = len(case.everyone) <= GROUPS_MOST or case.known_game is not None
    best = case.number("bound_idr") - case.number("value_idr") <= 1.0
    if not few or not best or not rents.is_linear(case.network) or cash.limit_idr(case.network) is not None:
        return []
    worst, gain = games.worst_group(case.game, case.payoff("market")) if len(case.everyone) > 1 else ((), 0)
    if gain <= len(case.everyone) + near_idr(case.number("value_idr")):
        return []
    return [f"sharing market: {sorted(worst)} gain {gain} by leaving a linear network"]


def fair_point_faults(case: Case) -> list[str]:
    """Return what is wrong with `even_core` and `nucleolus`, for few parties."""
    faults: list[str] = []
    shared = case.plan["sharing"]
    count = len(case.everyone)
    # The plan divides its own value, which may be a gap away from the best.
    game = {**case.game, case.everyone: case.number("value_idr")} if count <= GROUPS_MOST else {}
    near = 1.0 + 1e-6 * abs(case.gain)
    if "even_core" in shared and count <= EVEN_CORE_MOST:
        right, epsilon = games.even_core(game, case.everyone)
        faults += _far(case, "even_core", right, near)
        told = [exact(idr) for key, idr in shared["even_core"].items() if "epsilon" in key]
        if not told:
            faults.append("sharing even_core: it does not report epsilon")
        elif abs(float(told[0]) - epsilon) > near:
            faults.append(f"sharing even_core: epsilon is {epsilon}, not {float(told[0])}")
    if "nucleolus" in shared and count <= NUCLEOLUS_MOST:
        faults += _far(case, "nucleolus", games.nucleolus(game, case.everyone), near)
    return faults
