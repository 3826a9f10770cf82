"""Ways of bending a right plan of `worlds.chain`, each with words of the fault to be told."""

from collections.abc import Callable
from typing import Any

Object = dict[str, Any]
Bend = Callable[[Object], None]


def move(family: str, kg: int, place: int = 0) -> Bend:
    """Return a bend that adds kg to one flow."""

    def bend(plan: Object) -> None:
        plan["flows"][family][place]["kg"] += kg

    return bend


def put(*way: Any, to: Any) -> Bend:
    """Return a bend that sets one place of the plan, found by keys."""

    def bend(plan: Object) -> None:
        for key in way[:-1]:
            plan = plan[key]
        plan[way[-1]] = to

    return bend


def add(family: str, **row: Any) -> Bend:
    """Return a bend that adds a flow."""
    return lambda plan: plan["flows"][family].append(row)


def pay(rule: str, **more: int) -> Bend:
    """Return a bend that moves rupiah between payoffs."""

    def bend(plan: Object) -> None:
        for party, idr in more.items():
            plan["sharing"][rule]["payoff_idr"][party] += idr

    return bend


def _free(plan: Object) -> None:
    for row in plan["prices"]:
        row["idr_per_kg"] = 0


BENDS: dict[str, tuple[Bend, str]] = {
    "one kg more supplied": (move("supplies", 1), "above available_kg"),
    "one kg more sold": (move("outlets", 1), "more goes out than comes in"),
    "one kg less sent": (move("lanes", -1), "more goes out than comes in"),
    "half a kg": (put("flows", "supplies", 0, "kg", to=9.5), "not whole"),
    "a negative flow": (put("flows", "lanes", 1, "kg", to=-2), "negative"),
    "a lane that is not there": (
        add("lanes", **{"from": "a", "to": "c", "product": "beras", "period": "t1", "kg": 1}),
        "no such row",
    ),
    "an outlet that is not there": (add("outlets", code="x", period="t1", kg=0), "no such row"),
    "a period that is not there": (
        add("supplies", site="a", product="beras", period="t9", kg=0),
        "no such row",
    ),
    "a flow given twice": (
        lambda plan: plan["flows"]["lanes"].append(plan["flows"]["lanes"][0]),
        "given twice",
    ),
    "a flow without kg": (add("needs", site="a", product="beras", period="t1"), "kg is not a number"),
    "a family of another name": (put("flows", "gifts", to=[]), "no family"),
    "a family missing": (lambda plan: plan["flows"].pop("needs"), "flows has no needs"),
    "a surplus two rupiah up": (put("surplus_idr", to=82), "add up to 80"),
    "a value too high": (put("value_idr", to=83), "above the best"),
    "a bound too low": (put("bound_idr", to=77), "below the best"),
    "a gap of its own": (put("gap", to=0.5), "gap 0.5"),
    "another network": (put("network_sha256", to="0" * 64), "network_sha256"),
    "a status of its own": (put("status", to="fine"), "status"),
    "an alone value off": (put("alone_idr", "B", to=25), "alone_idr of 'B'"),
    "a price that a lane could live on": (put("prices", 0, "idr_per_kg", to=0.5), "without limit"),
    "prices of nothing": (_free, "the prices prove 135.0, not bound_idr"),
    "a price nowhere": (put("prices", 0, "site", to="z"), "no such balance"),
    "a payoff too many": (pay("equal", A=1), "add up to 81"),
    "equal parts unequal": (pay("equal", A=3, B=-3), "sharing equal: the payoff"),
    "a part for who does not trade": (
        put("sharing", "equal", "payoff_idr", to={"A": 17, "B": 36, "C": 27}),
        "sharing equal: the payoff of 'C'",
    ),
    "volume off": (pay("volume", A=3, B=-3), "sharing volume: the payoff"),
    "market off": (pay("market", A=3, B=-3), "sharing market: the payoff"),
    "a less even point of the core": (pay("even_core", A=4, B=-4), "sharing even_core: the payoff"),
    "the nucleolus off": (pay("nucleolus", A=4, B=-4), "sharing nucleolus: the payoff"),
    "a worst group's gain off": (put("sharing", "equal", "worst_group_gain_idr", to=-9), "not -9"),
    "a group of all": (put("sharing", "equal", "worst_group", to=["A", "B", "C"]), "proper"),
    "a payoff not whole": (pay("equal", A=0.5), "not whole rupiah"),  # type: ignore[arg-type]
    "a rule missing": (lambda plan: plan["sharing"].pop("market"), "no market"),
}
