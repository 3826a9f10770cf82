"""How much of a good there can be at all in a round: nobody can hand over more at once."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from jejaring.engines.errors import Refusal
from jejaring.engines.planning.problem import Problem


def most_there_kg(problem: Problem, good: str, month: str) -> int | None:
    """Return how much of a good all together can have by a month: what members deliver, what is bought and
    what is in store. None where that has no such limit, because it is made or planted as the plan needs it.
    """
    product, last = problem.products.index(good), problem.periods.index(month)
    grown = product in set(problem.growers.product.tolist())
    if grown or product in set(problem.processes.output_product.tolist()):
        return None
    sums = Fraction(0)
    for rows, column in (
        (problem.supplies, problem.supplies.available_kg),
        (problem.sources, problem.sources.most_kg),
    ):
        unlimited = column.none
        for at in range(len(rows.product)):
            if rows.product[at] == product and rows.period[at] <= last:
                if unlimited[at]:
                    return None
                sums += column.fraction(at)
    stored = problem.storages
    unknown = stored.opening_kg.none
    for at in range(len(stored.product)):
        if stored.product[at] == product and not unknown[at]:
            sums += stored.opening_kg.fraction(at)
    return int(sums)


def refuse_more_than_there_is(problem: Problem, good: str, asked: Iterable[tuple[str, int]]) -> None:
    """Refuse kilograms of a month that all together don't have: a plan could only send goods in circles."""
    for month, kg in asked:
        most = most_there_kg(problem, good, month)
        if most is not None and kg > most:
            raise Refusal(
                "round.more_than_there_is",
                "{asked_kg} of {product} in a month is too much: by then all co-ops together have {most_kg}.",
                asked_kg=kg,
                product=problem.product_names[problem.products.index(good)] or good,
                most_kg=most,
            )
