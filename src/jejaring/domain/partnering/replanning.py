"""A round planned again: what its people said -> what the engine keeps, bars and tries.

It rests on the newest plan that was kept: that one has all that was agreed before. Who has left the network
since is barred from all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from jejaring.domain.parties.models import NetworkRole
from jejaring.domain.partnering.accepted import Accepted, accepted_in
from jejaring.domain.partnering.actions import rounds as matchings
from jejaring.domain.partnering.models import (
    CounterLine,
    PlanRun,
    Proposal,
    ProposalLine,
    Round,
    RoundPlan,
)
from jejaring.domain.partnering.said import counter_of, said_in
from jejaring.engines.planning import interchange, rounds, solver
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.plan_reading import read_plan
from jejaring.engines.planning.problem import NOBODY, Problem


@dataclass(frozen=True, eq=False)
class Standing:
    """Where a round stands before it is planned again: its newest problem and plan, and what was said."""

    problem: Problem
    plan: Plan
    agreed: rounds.Agreed
    accepted: Accepted

    def planned(self, limits: solver.Limits) -> tuple[Problem, Plan, Plan]:
        """Return the problem planned again, its plan, and the same plan as pages show it: what was accepted
        at the prices at which it was, and as the reason that it was.
        """
        before = self.accepted.before(self.plan)
        again = rounds.replanned(self.problem, before, self.agreed, limits)
        return again.problem, again.plan, self.accepted.shown(again.as_agreed)


def standing_of(run: PlanRun) -> Standing | None:
    """Return what a plan of a round is made from, None for a round's first plan, and for any other plan."""
    made = RoundPlan.objects.select_related("round").filter(run=run).first()
    if made is None:
        return None
    before = made.round.plans.filter(number__lt=made.number).exclude(kept_at=None).order_by("-number").first()
    if before is None:
        return None
    last = PlanRun.objects.get(pk=before.run_id)
    problem = interchange.read_json(last.problem.encode(), "network.json")
    plan, _ = read_plan(problem, last.plan.encode())
    codes: dict[str, int] = last.notes["cooperatives"]
    party = {codes[code]: at for at, code in enumerate(problem.parties.codes)}
    accepted = accepted_in(problem, said_in(made.round).values(), party)
    return Standing(problem, plan, _Said(made.round, problem, party).agreed(), accepted)


class _Said:
    """What the people of a round said, in positions of its problem."""

    def __init__(self, matching: Round, problem: Problem, party: dict[int, int]) -> None:
        self._matching, self._party = matching, party
        self._product = {code: at for at, code in enumerate(problem.products)}
        self._period = {code: at for at, code in enumerate(problem.periods)}
        self._site = {code: at for at, code in enumerate(problem.sites.codes)}
        self._owner: list[int] = problem.sites.party.tolist()

    def agreed(self) -> rounds.Agreed:
        kept: list[rounds.Pair] = []
        barred: list[rounds.Pair] = []
        countered: list[rounds.Counter] = []
        rows = matchings.current(self._matching).prefetch_related("lines", "answers__lines__line")
        for row in rows.order_by("pk"):
            pair = rounds.Pair(self._party[row.first_id], self._party[row.second_id])
            if row.state == Proposal.State.DECLINED:
                barred.append(pair)
            elif row.plan_id is None:
                kept.append(pair)
                countered += self._by_hand(row)
            elif row.state == Proposal.State.COUNTERED:
                kept.append(pair)
                countered += self._counters(row)
            elif row.first_accepted_at or row.second_accepted_at:
                kept.append(pair)
        barred += self._with_who_left({each.parties for each in kept})
        return rounds.Agreed(tuple(kept), tuple(barred), tuple(countered))

    def _with_who_left(self, kept: set[tuple[int, int]]) -> Iterator[rounds.Pair]:
        """Yield all pairs of who has left the network, but for what it agreed on before."""
        members = NetworkRole.objects.filter(network=self._matching.network_id)
        gone = [
            self._party[pk] for pk in self._party.keys() - set(members.values_list("cooperative", flat=True))
        ]
        for party in sorted(gone):
            for other in self._party.values():
                pair = rounds.Pair(party, other)
                if other != party and pair.parties not in kept:
                    yield pair

    def _counters(self, row: Proposal) -> Iterator[rounds.Counter]:
        """Yield what the counter that stands changes in kilograms or place; prices aren't planned."""
        counter = counter_of(row)
        asked: Iterable[CounterLine] = counter.lines.all() if counter else ()
        for each in asked:
            if each.kg is not None or each.place:
                kg = each.line.kg if each.kg is None else each.kg
                yield self._counter(row, each.line, kg, each.place)

    def _by_hand(self, row: Proposal) -> Iterator[rounds.Counter]:
        """Yield the lines of a proposal by hand; what it takes the place of and doesn't name is dropped.

        One by hand may take the place of others by hand: what was planned stands before all of them.
        """
        named = {self._key(line) for line in row.lines.all()}
        for line in row.lines.all():
            yield self._counter(row, line, line.kg, line.place)
        before = row.replaces
        while before is not None and before.plan_id is None:
            before = before.replaces
        for line in before.lines.all() if before else ():
            if line.kind in {"sale", "pooled_buying"} and self._key(line) not in named:
                yield self._counter(row, line, 0, "")

    @staticmethod
    def _key(line: ProposalLine) -> tuple[bool, str, date]:
        return line.first_gives, line.good, line.month

    def _counter(self, row: Proposal, line: ProposalLine, kg: int, place: str) -> rounds.Counter:
        first, second = self._party[row.first_id], self._party[row.second_id]
        giver, taker = (first, second) if line.first_gives else (second, first)
        site = self._site[place] if place else NOBODY
        leaves = site != NOBODY and self._owner[site] == giver
        return rounds.Counter(
            giver=giver,
            taker=taker,
            product=self._product[line.good],
            period=self._period[f"{line.month:%Y-%m}"],
            kg=kg,
            start=site if leaves else NOBODY,
            end=NOBODY if leaves else site,
        )
