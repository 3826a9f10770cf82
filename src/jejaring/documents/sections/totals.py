"""What everybody may know of a plan: totals behind which enough parties stand that none can be read off.

Every edition shows the same ones, so that two editions side by side tell no more than one. Sums of
money are said in three digits. Of kilograms there is one family only, what members deliver: the
difference of two families would be what few parties do.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from jejaring.documents.editions import tells_of_one
from jejaring.documents.language import Language
from jejaring.documents.names import Names, plan_span
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem


@dataclass(frozen=True)
class TonnesRow:
    """What members deliver of a product, by period; "" where it is nothing, or of too few to be shown."""

    product: str
    tonnes: tuple[str, ...]
    total: str


@dataclass(frozen=True)
class Totals:
    """Sums over all parties. Money is "" where it would tell of one; `hidden` says that something is."""

    span: str
    parties: int
    trading: int
    partnerships: int
    gain: str
    together: str
    alone: str
    tonnes: tuple[TonnesRow, ...]
    hidden: bool


def totals(
    problem: Problem, plan: Plan, shares: tuple[Share, ...], names: Names, language: Language
) -> Totals:
    """Return the totals of a plan that everybody may know."""
    alone, gain = sum(plan.alone_idr), plan.value_idr - sum(plan.alone_idr)
    divided = [
        [got - own for got, own in zip(share.payoff_idr, plan.alone_idr, strict=True)] for share in shares
    ]
    trading = [float(outcome.trades) for outcome in plan.outcomes]
    # Without a rule, all that is known of the parts is how many there are.
    gain_told = not any(tells_of_one(parts) for parts in divided or [trading])
    # Together less the gain is what all have alone: it is shown where that may be.
    alone_told = gain_told and not tells_of_one(plan.alone_idr)
    rows, complete = _tonnes(problem, plan, names, language)
    return Totals(
        span=plan_span(problem, names, language),
        parties=len(problem.parties),
        trading=sum(outcome.trades for outcome in plan.outcomes),
        partnerships=len(plan.partnerships),
        gain=language.rupiah_short(gain) if gain_told else "",
        together=language.rupiah_short(plan.value_idr) if alone_told else "",
        alone=language.rupiah_short(alone) if alone_told else "",
        tonnes=rows,
        hidden=not (alone_told and complete),
    )


def _tonnes(
    problem: Problem, plan: Plan, names: Names, language: Language
) -> tuple[tuple[TonnesRow, ...], bool]:
    """Return what members deliver, and whether nothing of it is kept back.

    A total stands only where every period does: else it would tell what is kept back.
    """
    flow, supplies = plan.flows.supplies, problem.supplies
    parts: dict[tuple[int, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    party = problem.sites.party[supplies.site]
    columns = (supplies.product[flow.row], flow.period, party[flow.row], flow.kg)
    for product, period, owner, kg in zip(*(column.tolist() for column in columns), strict=True):
        parts[product, period][owner] += kg
    rows, complete = [], True
    for product in sorted({product for product, _ in parts}):
        months = [list(parts.get((product, period), {}).values()) for period in range(len(names.periods))]
        shown = tuple("" if tells_of_one(each) else language.tonnes(sum(each)) for each in months)
        total = language.tonnes(sum(map(sum, months))) if all(shown) else ""
        complete &= all(bool(words) for words, each in zip(shown, months, strict=True) if each)
        if any(shown):
            rows.append(TonnesRow(names.products[product], shown, total))
    return tuple(rows), complete
