"""What two co-ops have said to what is proposed to them: accepted, asked for otherwise, made by hand.

`said_in` reads it of a round. Lines are compared by what they are about (`Key`): two plans' lines with one
key differ in kilograms and price only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jejaring.domain.partnering.actions import rounds
from jejaring.domain.partnering.models import Answer, CounterLine, Proposal, ProposalLine, Round
from jejaring.domain.partnering.proposing import Line, Pair

Key = tuple[str, bool, str, str, date]


@dataclass(frozen=True)
class Said:
    """The proposal that two co-ops have now, with its lines and what its last counter asks."""

    row: Proposal
    lines: Mapping[Key, ProposalLine]
    counter: Answer | None
    asked: Mapping[int, CounterLine]

    @property
    def accepted(self) -> bool:
        """Whether somebody has said yes to it."""
        return bool(self.row.first_accepted_at or self.row.second_accepted_at)

    @property
    def is_untried(self) -> bool:
        """Whether it was made by hand and no plan has tried it yet."""
        return self.row.plan_id is None

    @property
    def stands(self) -> bool:
        """Whether a plan is to keep it as it is: somebody said yes to it, and nobody wants it otherwise."""
        return self.accepted and self.row.state in (Proposal.State.OPEN, Proposal.State.AGREED)

    def is_same(self, lines: Sequence[Line], pair: Pair) -> bool:
        """Return whether a plan's lines are these, at other prices only where somebody said yes to these."""
        if {key: line.kg for key, line in self.lines.items()} != {line.key: line.kg for line in lines}:
            return False
        worth = {key: line.value_idr for key, line in self.lines.items()}
        same_prices = worth == {line.key: line.value_idr for line in lines}
        return self.accepted or (same_prices and self.row.settlement_idr == pair.settlement_idr)

    def wanted_kg(self) -> dict[Key, int]:
        """Return the kilograms that were accepted or asked for."""
        wanted: dict[Key, int] = {}
        for key, line in self.lines.items():
            asked = self.asked.get(line.pk)
            kg = asked.kg if asked and asked.kg is not None else line.kg
            if kg:
                at = self._place(key, line)
                wanted[at] = wanted.get(at, 0) + kg
        return wanted

    def prices(self) -> dict[Key, Decimal]:
        """Return the prices that were accepted or asked for; none where nobody has said anything.

        What wasn't asked for otherwise stays as it was proposed: where kilograms are fixed, a plan's price
        says only what one more would be worth.
        """
        if not (self.counter or self.is_untried or self.accepted):
            return {}
        found: dict[Key, Decimal] = {}
        for key, line in self.lines.items():
            asked = self.asked.get(line.pk)
            other_price = asked.price_idr_per_kg if asked else None
            found[self._place(key, line)] = line.price_idr_per_kg if other_price is None else other_price
        return found

    def _place(self, key: Key, line: ProposalLine) -> Key:
        asked = self.asked.get(line.pk)
        return (key[0], key[1], key[2], asked.place if asked and asked.place else line.place, key[4])


def said_in(matching: Round) -> dict[tuple[int, int], Said]:
    """Return the current proposals of a round with what was said to them, by their two co-ops."""
    found = {}
    rows = rounds.current(matching).select_related("first", "second", "agreement")
    for row in rows.prefetch_related("lines", "answers__lines"):
        last = counter_of(row)
        found[row.first_id, row.second_id] = Said(
            row=row,
            lines={key_of(line): line for line in row.lines.all()},
            counter=last,
            asked={each.line_id: each for each in last.lines.all()} if last else {},
        )
    return found


def counter_of(row: Proposal) -> Answer | None:
    """Return how a proposal is wanted otherwise now: the last counter that stands; None where none does.

    What a side said last counts: who said yes after a counter has taken it back.
    """
    if row.state != Proposal.State.COUNTERED:
        return None
    said = {each.cooperative_id: each for each in row.answers.all()}
    counters = [each for each in said.values() if each.kind == Answer.Kind.COUNTER]
    return max(counters, key=lambda each: (each.at, each.pk)) if counters else None


def key_of(line: ProposalLine) -> Key:
    """Return what a line is about."""
    return line.kind, line.first_gives, line.good, line.place, line.month
