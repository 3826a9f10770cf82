"""How large a change must be to bring something in: searched in steps, then shown by solving again.

A change of k steps brings a subject in if the changed network earns more with the subject's goods than the
same changed network does without them (docs/planning.md, “Why not me”). Both sides are
solved, never estimated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from jejaring.engines.measures import Floats
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.program import Program
from jejaring.engines.planning.questions.answers import Proof
from jejaring.engines.planning.questions.resolving import Ready, Standing
from jejaring.engines.planning.questions.subjects import RESIDUE_KG, Subject, columns_asked, group_without
from jejaring.engines.planning.questions.ways import Candidate
from jejaring.engines.planning.solver import Patch

_SEARCHES_A_THRESHOLD = 6
_SEARCHES_WITHOUT_LINEAR = 9
_SHY_IDR_PER_KG = 0.01


@dataclass(frozen=True, eq=False)
class Found:
    """The smallest number of steps that brings the subject in. `program` and `flows` are those of a plan
    with it. "exact": with all choices free, and one step less doesn't; "choices_kept": with the yes/no
    choices as they are in the plan.
    """

    steps: int
    proof: Proof
    program: Program
    flows: Floats


@dataclass(frozen=True, eq=False)
class _Tried:
    """The best plan of a changed network, and what it would earn without the subject's goods."""

    value_idr: float
    without_idr: float
    flows: Floats


class Asking:
    """One subject, asked of a standing plan: with its goods held where they are, or let in."""

    def __init__(self, standing: Standing, subject: Subject) -> None:
        self.standing, self.subject = standing, subject
        self.held_kg = self._held_kg()
        self._others = group_without(standing, subject.party)

    def _held_kg(self) -> float:
        """Return how much of the subject's goods some best plan uses: the plan's, or the linear program's
        where whole kilograms or a tie between plans hide it.
        """
        standing, subject = self.standing, self.subject
        if subject.kind != "supply":
            return 0.0
        used = standing.plan.flows.supplies
        kg = float(used.kg[used.row == subject.row].sum())
        columns = columns_asked(standing, subject)
        for most in (kg, kg + RESIDUE_KG):
            held = standing.linear(Patch(uppers=dict.fromkeys(columns, most)), line="held")
            if held is not None and held.value_idr >= standing.now.value_idr - standing.tolerance_idr / 2:
                return most
        return float(standing.now.flows[columns].sum())

    def smallest_linear(self, candidate: Candidate) -> Found | None:
        """Return the smallest change with the yes/no choices as they are, None where there is none."""
        assert candidate.patch is not None

        def brings(k: int) -> bool:
            found = self._linear(candidate, k)
            return found is not None and found.value_idr > found.without_idr + self.standing.tolerance_idr

        k = smallest(brings, candidate.most)
        if k is None:
            return None
        proof: Proof = "choices_kept" if self.standing.program.choices.any() else "exact"
        return Found(k, proof, self.standing.program, self._shy_flows(candidate, k))

    def _shy_flows(self, candidate: Candidate, k: int) -> Floats:
        """Return the flows of a best plan with a change of k steps: of several as good, one that takes the
        least of the subject's goods, so that not more is promised than must come.
        """
        assert candidate.patch is not None
        standing, patch = self.standing, candidate.patch(k)
        costs = dict(patch.costs)
        for column in columns_asked(standing, self.subject):
            costs[column] = costs.get(column, float(standing.program.gains[column])) - _SHY_IDR_PER_KG
        shy = Patch(costs=costs, uppers=patch.uppers, entries=patch.entries, limits=patch.limits)
        outcome = standing.linear(shy)
        assert outcome is not None
        return outcome.flows

    def confirmed(self, candidate: Candidate, found: Found) -> Found:
        """Return `found` with all yes/no choices free: shown to be right, or made smaller, or as it was
        where the searches allowed don't settle it.
        """
        if found.proof == "exact" or candidate.patch is None:
            return found
        at = self._linear(candidate, found.steps)
        assert at is not None
        if not self._nothing_better_without(candidate, found.steps, at):
            return found
        low, high = 0, found.steps
        step = found.steps - 1
        for _ in range(_SEARCHES_A_THRESHOLD):
            if high - low <= 1:
                return Found(high, "exact", found.program, found.flows)
            brings = self._brings_free(candidate, step)
            if brings is None:
                break
            low, high = (low, step) if brings else (step, high)
            step = (low + high) // 2
        if high - low <= 1:
            return Found(high, "exact", found.program, found.flows)
        return Found(high, "choices_kept", found.program, found.flows)

    def smallest_free(self, candidate: Candidate) -> Found | None:
        """Return the smallest change by full searches alone, for what the choices of the plan shut out."""
        standing = self.standing
        searches = 0

        def brings(k: int) -> bool:
            nonlocal searches
            searches += 1
            return searches <= _SEARCHES_WITHOUT_LINEAR and bool(self._brings_free(candidate, k))

        if not brings(candidate.most):
            return None
        low, high = 0, candidate.most
        while high - low > 1 and searches < _SEARCHES_WITHOUT_LINEAR:
            middle = (low + high) // 2
            low, high = (low, middle) if brings(middle) else (middle, high)
        made = standing.ready(candidate.edited(high))
        flows = standing.flows_of(made)
        return Found(high, "exact" if high - low <= 1 else "choices_kept", made.program, flows)

    # --- the two sides of a comparison

    def _linear(self, candidate: Candidate, k: int) -> _Tried | None:
        assert candidate.patch is not None
        standing, patch = self.standing, candidate.patch(k)
        best = standing.linear(patch)
        if best is None:
            return None
        without = self._linear_without(patch)
        return None if without is None else _Tried(best.value_idr, without, best.flows)

    def _linear_without(self, patch: Patch) -> float | None:
        standing, subject = self.standing, self.subject
        if subject.kind == "party":
            parts = [standing.linear(patch, group, line="group") for group in (self._others, ~self._others)]
            if any(part is None for part in parts):
                return None
            return sum(part.value_idr for part in parts if part is not None)
        caps = dict.fromkeys(columns_asked(standing, subject), self.held_kg)
        uppers = {**patch.uppers, **{each: min(kg, patch.uppers.get(each, kg)) for each, kg in caps.items()}}
        held = standing.linear(
            Patch(costs=patch.costs, uppers=uppers, entries=patch.entries, limits=patch.limits), line="held"
        )
        return None if held is None else held.value_idr

    def _nothing_better_without(self, candidate: Candidate, k: int, at: _Tried) -> bool:
        """Whether, with all choices free, the changed network earns less without the subject's goods."""
        standing, subject = self.standing, self.subject
        if subject.kind == "supply" and candidate.table == "supplies":
            # At a lower price its held kilograms gain k each, and everything else is as before.
            return at.value_idr > standing.certain_idr + k * self.held_kg
        made = standing.ready(candidate.edited(k))
        return self._without(made, at.value_idr - standing.tolerance_idr / 2) == -np.inf

    def _brings_free(self, candidate: Candidate, k: int) -> bool | None:
        """Whether a change of k steps brings the subject in, with all choices free; None: not settled.

        What the network earns without the goods is first taken from the linear program: if all choices
        together don't earn more than that, the question is settled by one search.
        """
        if candidate.patch is None:
            return self.brings(candidate.edited(k))
        standing, subject = self.standing, self.subject
        least = self._linear_without(candidate.patch(k))
        if least is None:
            return self.brings(candidate.edited(k))
        made = standing.ready(candidate.edited(k))
        best = standing.searched(made, least + standing.tolerance_idr)
        if best is None or best == -np.inf:
            return None if best is None else False
        if subject.kind == "supply" and candidate.table == "supplies":
            return True
        without = self._without(made, best - standing.tolerance_idr)
        return None if without is None else without == -np.inf

    def brings(self, changed: Problem) -> bool | None:
        """Whether the subject's goods are worth taking in a changed network; None: not settled in time."""
        standing = self.standing
        made = standing.ready(changed)
        without = self._without(made, -np.inf)
        if without is None:
            return None
        best = standing.searched(made, without + standing.tolerance_idr)
        return None if best is None else best > without + standing.tolerance_idr

    def _without(self, made: Ready, above_idr: float) -> float | None:
        """Return what the network earns without the subject's goods, minus infinity if not above."""
        standing, subject = self.standing, self.subject
        if subject.kind == "party":
            alone = standing.searched(made, -np.inf, ~self._others)
            if alone is None:
                return None
            others = standing.searched(made, above_idr - alone, self._others)
            return None if others is None else others + alone
        columns = columns_asked(standing, subject, made.program)
        return standing.searched(made, above_idr, caps=dict.fromkeys(columns, self.held_kg))


def smallest(brings: Callable[[int], bool], most: int) -> int | None:
    """Return the smallest k from 1 to `most` for which `brings`, by doubling and halving; None: none.

    Where a change helps only within a span, the first doubling that meets it counts.
    """
    low, high = 0, 1
    while high < most and not brings(high):
        low, high = high, min(2 * high, most)
    if most < 1 or (high == most and not brings(high)):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if brings(middle) else (middle, high)
    return high
