"""Why not me, and what would change it: the smallest single changes that bring in what a plan leaves aside.

For each party left out, for goods that stay with their members, for a mill, store or channel that stands
idle: how much one price, yield, capacity or way would have to change, or in which other period the goods
would be taken (docs/planning.md, “Why not me”). Nothing is promised when several things change at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import numpy as np

from jejaring.engines.planning import solver
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import NOBODY, Problem
from jejaring.engines.planning.program import SUPPLY
from jejaring.engines.planning.questions import edits, partners, shortages
from jejaring.engines.planning.questions.answers import Change, Proof, WhyNot, WhyNots
from jejaring.engines.planning.questions.resolving import Standing, columns_of
from jejaring.engines.planning.questions.subjects import (
    RESIDUE_KG,
    Subject,
    columns_asked,
    first_asked,
    subjects,
)
from jejaring.engines.planning.questions.thresholds import Asking, Found
from jejaring.engines.planning.questions.ways import Candidate, candidates

_CONFIRMED_FOR_EACH = 6
_SEARCHES = 20
"""So many full searches at most for all subjects together; after them changes hold for the plan's choices."""

_STEPS_TO_A_PARTNER = 8

_SUBJECTS = 24
"""So many subjects are asked about, parties and supplies in any case."""


def why_not(
    problem: Problem,
    plan: Plan,
    limits: solver.Limits | None = None,
    tell: Callable[[str], None] | None = None,
) -> WhyNots:
    """Return what `plan` leaves aside and what would bring it in, its partnerships' next best partners, and
    what binds each shortage.
    """
    say = tell or _silent
    standing = Standing(problem, plan, limits or solver.Limits())
    say("why_not")
    # Parties and what they bring in come first; of machines and channels that stand idle so many.
    drafts = [_Draft(standing, subject) for subject in first_asked(subjects(standing), _SUBJECTS)]
    # The cheapest of everybody before the second of anybody, while searches last.
    for place in range(_CONFIRMED_FOR_EACH):
        for draft in drafts:
            draft.confirm(place)
    asked = tuple(draft.answer() for draft in drafts)
    say("rivals")
    rivals = partners.rivals(standing)
    short = shortages.shortages(standing)
    return WhyNots(asked, rivals, short, standing.solves, standing.searches)


def _silent(stage: str) -> None:
    """Tell nobody."""


class _Draft:
    """The changes found for one subject, while they are being confirmed."""

    def __init__(self, standing: Standing, subject: Subject) -> None:
        self.standing, self.subject = standing, subject
        self.asking = Asking(standing, subject)
        self.found: list[tuple[Candidate, Found]] = []
        for candidate in candidates(standing, subject):
            steps = self._smallest(candidate)
            if steps is not None:
                self.found.append((candidate, steps))
        self._sort()

    def _smallest(self, candidate: Candidate) -> Found | None:
        if candidate.patch is not None:
            return self.asking.smallest_linear(candidate)
        return self.asking.smallest_free(candidate) if self.standing.searches < _SEARCHES else None

    def _sort(self) -> None:
        self.found.sort(key=lambda pair: (self._dearness(*pair), pair[0].kind, pair[0].row))

    def _dearness(self, candidate: Candidate, found: Found) -> float:
        """Return what a change costs for each kilogram that it brings in."""
        return _idr(candidate, found) / max(1, self._kg(found))

    def _kg(self, found: Found) -> int:
        columns = columns_asked(self.standing, self.subject, found.program)
        held = self.asking.held_kg if self.subject.kind == "supply" else 0.0
        return round(max(float(found.flows[columns].sum()) - held, 0.0))

    def confirm(self, place: int) -> None:
        """Solve the network again with the change at `place`, all choices free, while searches last."""
        if self.standing.searches >= _SEARCHES:
            return
        if place < len(self.found):
            candidate, found = self.found[place]
            self.found[place] = candidate, self.asking.confirmed(candidate, found)

    def answer(self) -> WhyNot:
        """Return what was found, the cheapest for each kilogram first."""
        subject = self.subject
        made = [self._change(candidate, found) for candidate, found in self.found]
        if subject.kind in {"party", "supply"}:
            made += _other_period(self.standing, subject)
        made.sort(key=lambda each: (each.cost_idr / max(1, each.kg), each.kind, each.table, each.row))
        return WhyNot(
            kind=subject.kind,
            party=subject.party,
            row=subject.row,
            product=subject.product,
            period=subject.period,
            left_kg=subject.left_kg,
            more=subject.more,
            changes=tuple(made),
        )

    def _change(self, candidate: Candidate, found: Found) -> Change:
        return Change(
            kind=candidate.kind,
            table=candidate.table,
            field=candidate.field,
            row=candidate.row,
            before=candidate.before,
            after=candidate.after(found.steps),
            kg=self._kg(found),
            cost_idr=round(_idr(candidate, found)),
            proof=found.proof,
            less_km=_less_km(self.standing.problem, candidate, found.steps),
            via=self._via(found),
        )

    def _via(self, found: Found) -> int:
        """Return the first other party on the way that most of what comes in takes, NOBODY without one."""
        program, own = found.program, self.subject.party
        columns = program.columns
        if self.subject.kind not in {"party", "supply"}:
            return NOBODY
        node = program.arrives_at(columns_asked(self.standing, self.subject, program)[0])
        for _ in range(_STEPS_TO_A_PARTNER):
            leaving = np.flatnonzero(columns.leaves == node)
            if not len(leaving):
                return NOBODY
            column = int(leaving[np.argmax(found.flows[leaving])])
            others = [int(each) for each in columns.parties[column] if each not in (NOBODY, own)]
            if others and found.flows[column] > RESIDUE_KG:
                return others[-1]
            _, arrivals = program.arrivals_of(np.array([column]))
            if not len(arrivals):
                return NOBODY
            node = int(program.arrival_node[arrivals[0]])
        return NOBODY


def _idr(candidate: Candidate, found: Found) -> float:
    return candidate.idr(found.steps, found.program, found.flows)


def _less_km(problem: Problem, candidate: Candidate, steps: int) -> float:
    """Return how much shorter the road would be at the lane rule's rate."""
    rule = problem.lane_rule
    if candidate.kind != "lane" or rule is None or not rule.idr_per_kg_km:
        return 0.0
    return round(float(steps / rule.idr_per_kg_km), 1)


def _other_period(standing: Standing, subject: Subject) -> list[Change]:
    """What stays is worth more a period earlier or later, which a harvest may be: whether it would be taken
    there, the better first.
    """
    problem, program = standing.problem, standing.program
    supplies = problem.supplies
    kg = subject.left_kg or supplies.available_kg.floors()[subject.row]
    cost = float(supplies.cost_idr_per_kg.fraction(subject.row))
    forms = program.forms
    fresh, periods = forms.first[[subject.product]], np.arange(len(problem.periods))
    nodes = forms.node(supplies.site[[subject.row]], fresh, periods)
    at = np.searchsorted(program.nodes, nodes)
    there = (at < len(program.nodes)) & (program.nodes[np.minimum(at, len(program.nodes) - 1)] == nodes)
    worth = np.where(there, standing.price_idr_per_kg[np.minimum(at, len(program.nodes) - 1)], 0.0)
    best = sorted(
        (period for period in range(len(problem.periods)) if abs(period - subject.period) == 1),
        key=lambda period: (-worth[period], period),
    )
    if kg <= RESIDUE_KG:
        return []
    for period in [each for each in best if worth[each] > cost][:1]:
        changed = edits.with_supply_moved(problem, subject.row, period, Decimal(int(kg)))
        moved = len(supplies.site)
        answer = _moved_in(standing, subject, changed, moved)
        if answer is None:
            continue
        proof: Proof = "choices_kept" if program.choices.any() else "exact"
        if program.choices.any() and standing.searches < _SEARCHES:
            asked = replace(subject, rows=(moved,)) if subject.kind == "supply" else subject
            brings = _HeldAtNothing(standing, asked).brings(changed)
            if brings is False:
                continue
            proof = "exact" if brings else proof
        return [
            Change(
                kind="period",
                table="supplies",
                field="period",
                row=subject.row,
                before=Decimal(subject.period),
                after=Decimal(period),
                kg=round(answer),
                cost_idr=_kept_idr(problem, int(kg), period - subject.period),
                proof=proof,
            )
        ]
    return []


class _HeldAtNothing(Asking):
    """Goods that are moved to another period: without them means none of them."""

    def _held_kg(self) -> float:
        return 0.0


def _moved_in(standing: Standing, subject: Subject, changed: Problem, moved: int) -> float | None:
    """Return how many of the moved kilograms are taken with the choices as they are; None: not worth it."""
    made = standing.linear_of(changed)
    if made is None:
        return None
    program, outcome = made
    columns = columns_of(program, SUPPLY, [moved])
    least = standing.now.value_idr
    if subject.kind == "party":
        group = np.ones(len(standing.problem.parties), dtype=bool)
        group[subject.party] = False
        parts = [standing.linear_of(changed, each) for each in (group, ~group)]
        if any(part is None for part in parts):
            return None
        least = sum(part[1].value_idr for part in parts if part is not None)
    if outcome.value_idr <= least + standing.tolerance_idr:
        return None
    return float(outcome.flows[columns].sum())


def _kept_idr(problem: Problem, kg: int, later: int) -> int:
    """Return what keeping goods for so many periods costs at least; for earlier ones nothing is kept."""
    return round(kg * max(0, later) * _holding_idr_per_kg(problem))


def _holding_idr_per_kg(problem: Problem) -> float:
    """Return the lowest cost of keeping a kilogram for a period in any store of the network, 0 without."""
    costs = problem.storages.cost_idr_per_kg.floats(0.0)
    return float(costs.min()) if len(costs) else 0.0
