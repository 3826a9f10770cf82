"""What was accepted in a round, as partnerships of its plan: at the prices that were agreed on.

Where the ways of a plan are fixed by what was agreed, its own prices say only what one more kilogram would be
worth: nothing, often. Pages show what was agreed instead, and that it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import cast

from django.utils import timezone

from jejaring.domain.partnering.models import Proposal
from jejaring.domain.partnering.said import Key, Said
from jejaring.engines.errors import Sentence
from jejaring.engines.planning.plan import HandOver, Outcome, Partnership, PartnershipKind, Plan
from jejaring.engines.planning.problem import Problem

_MOST_NAMED = 3
_BECAUSE = frozenset({"why.accepted", "why.memorandum"})
Passing = tuple[str, int, int, int, int, int]
"""What passes: kind, giver, taker, site, product, period, in positions of the problem."""


@dataclass(frozen=True, eq=False)
class Accepted:
    """What was said in a round, in positions of its problem. `partnerships`: what somebody said yes to, and
    nobody wants otherwise; `price`: Rp/kg that were accepted or asked for, of what passes.
    """

    partnerships: tuple[Partnership, ...]
    price: Mapping[Passing, float]

    def before(self, plan: Plan) -> Plan:
        """Return `plan` with what was accepted in place of what it has between the same two."""
        pairs = {frozenset((each.giver, each.taker)) for each in self.partnerships}
        others = [each for each in plan.partnerships if frozenset((each.giver, each.taker)) not in pairs]
        return replace(plan, partnerships=(*others, *self.partnerships))

    def shown(self, plan: Plan) -> Plan:
        """Return `plan` with its partnerships at the prices that were accepted or asked for, and with what
        was agreed among what it says of each party.
        """
        made = tuple(self._priced(each) for each in plan.partnerships)
        return replace(
            plan,
            partnerships=made,
            outcomes=tuple(replace(each, reasons=_with_agreed(each, made)) for each in plan.outcomes),
        )

    def _priced(self, made: Partnership) -> Partnership:
        handed = tuple(
            replace(each, price_idr_per_kg=self.price.get(_passing(made, each), each.price_idr_per_kg))
            for each in made.hand_overs
        )
        return made if handed == made.hand_overs else replace(made, hand_overs=handed)


def accepted_in(problem: Problem, found: Iterable[Said], party: Mapping[int, int]) -> Accepted:
    """Return what was said in a round of `problem`; `party` is the position of each co-op."""
    at = _Positions(problem, party)
    partnerships: list[Partnership] = []
    price: dict[Passing, float] = {}
    for said in found:
        if said.stands:
            partnerships += at.partnerships(said)
        price |= at.prices(said)
    return Accepted(tuple(partnerships), price)


class _Positions:
    """Turns codes and months into positions of a problem."""

    def __init__(self, problem: Problem, party: Mapping[int, int]) -> None:
        self._party = party
        self._product = {code: at for at, code in enumerate(problem.products)}
        self._period = {code: at for at, code in enumerate(problem.periods)}
        self._site = {code: at for at, code in enumerate(problem.sites.codes)}

    def partnerships(self, said: Said) -> list[Partnership]:
        """Return what was accepted, by kind and direction, each with when it was."""
        together: dict[tuple[str, bool], list[HandOver]] = {}
        for key, line in said.lines.items():
            # The whole rupiah that were agreed on, to the last one.
            price = float(Fraction(line.value_idr, line.kg))
            handed = HandOver(*self._where(key), kg=line.kg, price_idr_per_kg=price)
            together.setdefault(key[:2], []).append(handed)
        return [
            Partnership(
                *self._ends(said.row, first_gives=first_gives),
                cast("PartnershipKind", kind),
                tuple(sorted(handed, key=lambda each: (each.site, each.product, each.period))),
                because_of(said.row),
            )
            for (kind, first_gives), handed in together.items()
        ]

    def prices(self, said: Said) -> dict[Passing, float]:
        """Return the prices that were accepted or asked for."""
        found: dict[Passing, float] = {}
        for key, price in said.prices().items():
            line = said.lines.get(key)
            exact = Fraction(line.value_idr, line.kg) if line and line.price_idr_per_kg == price else price
            ends = self._ends(said.row, first_gives=key[1])
            found[(key[0], *ends, *self._where(key))] = float(exact)
        return found

    def _ends(self, row: Proposal, *, first_gives: bool) -> tuple[int, int]:
        first, second = self._party[row.first_id], self._party[row.second_id]
        return (first, second) if first_gives else (second, first)

    def _where(self, key: Key) -> tuple[int, int, int]:
        return self._site[key[3]], self._product[key[2]], self._period[f"{key[4]:%Y-%m}"]


def _with_agreed(outcome: Outcome, made: Sequence[Partnership]) -> tuple[Sentence, ...]:
    """Return what a plan says of a party, what it agreed on first; only how often where that is long."""
    kept: dict[frozenset[int], Sentence] = {}
    for each in made:
        if each.reason and each.reason.code in _BECAUSE and outcome.party in (each.giver, each.taker):
            kept[frozenset((each.giver, each.taker))] = each.reason
    if len(kept) <= _MOST_NAMED:
        return (*kept.values(), *outcome.reasons)
    many = Sentence(
        "out.agreed",
        "What was accepted with {count} partners is kept as it was accepted, prices too.",
        {"count": len(kept)},
    )
    return (many, *outcome.reasons)


def _passing(made: Partnership, each: HandOver) -> Passing:
    return made.kind, made.giver, made.taker, each.site, each.product, each.period


def because_of(row: Proposal) -> Sentence:
    """Return why a proposal that was accepted stays in a plan: who said yes to it, when, its number."""
    first, second, number = row.first.name, row.second.name, str(row.pk)
    if row.state == Proposal.State.AGREED and row.agreement is not None and row.agreement.reference:
        return Sentence(
            "why.memorandum",
            "{first} and {second} have agreed on it (No. {number}), so the plan keeps it.",
            {"first": first, "second": second, "number": row.agreement.reference},
        )
    if row.first_accepted_at and row.second_accepted_at:
        return Sentence(
            "why.accepted",
            "{first} and {second} agreed on it on {on} (proposal {number}), so the plan keeps it.",
            {
                "first": first,
                "second": second,
                "on": _day(max(row.first_accepted_at, row.second_accepted_at)),
                "number": number,
            },
        )
    yes_at = row.first_accepted_at or row.second_accepted_at
    assert yes_at is not None, "somebody has said yes to what is kept"
    return Sentence(
        "why.accepted",
        "{who} said yes to it on {on} (proposal {number}), so the plan keeps it.",
        {"who": first if row.first_accepted_at else second, "on": _day(yes_at), "number": number},
    )


def _day(at: datetime) -> object:
    return timezone.localdate(at)
