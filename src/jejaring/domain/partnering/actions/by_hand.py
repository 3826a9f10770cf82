"""A proposal that people make by hand: written down as they say it, and tried in the next plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from jejaring.documents.language import language
from jejaring.documents.names import hubs, names
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import Cooperative, User
from jejaring.domain.partnering.actions import rounds
from jejaring.domain.partnering.models import PlanRun, Proposal, ProposalLine, Round
from jejaring.domain.partnering.proposing import place_called
from jejaring.domain.partnering.there import refuse_more_than_there_is
from jejaring.engines.errors import Fault, Faults, Place, Refusal, Sentence
from jejaring.engines.planning import interchange
from jejaring.engines.planning.problem import Problem


@dataclass(frozen=True)
class ByHand:
    """What one co-op sells another: codes of good and place as in the round's plan, kilograms by month."""

    good: str
    place: str
    kg: Mapping[date, int]
    price_idr_per_kg: Decimal


class Replaces(Refusal):
    """What is proposed by hand would take the place of `before`: whoever proposes is asked first."""

    def __init__(self, before: Proposal) -> None:
        self.before = before
        super().__init__(
            "by_hand.replaces",
            "Something is proposed to {first} and {second} already, worth {value_idr}. The new one would "
            "take the place of all of it, also of other products. Look at it, then say that you want that.",
            first=before.first.name,
            second=before.second.name,
            value_idr=before.value_idr,
        )


@transaction.atomic
def propose_by_hand(
    matching: Round,
    *,
    giver: Cooperative,
    taker: Cooperative,
    said: ByHand,
    by: User | None,
    at: datetime,
    replacing: int | None = None,
) -> Proposal:
    """Return a proposal of a sale that the next plan tries; until then nobody else sees it.

    It is held against the same limits as the plan: what is plain at once is told at once (Faults), the rest
    by the next plan. What was proposed to the two before gives way only where `replacing` names it, else
    Replaces is raised; both are told, where they had seen it.
    """
    held = rounds.locked(matching)
    if held.state in {Round.State.CLOSED, Round.State.CANCELLED}:
        raise rounds.ended(held)
    problem, position = first_problem(held)
    _refuse_faults(problem, position, giver, taker, said)
    before = _given_way(held, giver, taker, replacing, at)
    first, second = (before.first, before.second) if before else _ends(problem, position, giver, taker)
    lines = [(month, kg, _value(kg, said.price_idr_per_kg)) for month, kg in sorted(said.kg.items()) if kg]
    made = Proposal.objects.create(
        round=held,
        first=first,
        second=second,
        version=rounds.next_version(held, first, second),
        replaces=before,
        origin=Proposal.Origin.HAND,
        kg=sum(kg for _, kg, _ in lines),
        value_idr=sum(value for _, _, value in lines),
        settlement_idr=before.settlement_idr if before else None,
        made_at=at,
    )
    _write_lines(made, problem, said, lines, first_gives=giver.pk == first.pk)
    facts = {"kg": made.kg, "value_idr": made.value_idr}
    audit.record("proposal.by_hand", made, by=by, network_id=held.network_id, facts=facts)
    return made


def first_problem(matching: Round) -> tuple[Problem, dict[int, int]]:
    """Return the problem of a round's first plan, and which party in it a co-op is."""
    run = matching.plans.order_by("number").first()
    assert run is not None, "a round is opened with a plan"
    base = PlanRun.objects.get(pk=run.run_id)
    problem = interchange.read_json(base.problem.encode(), "network.json")
    codes: dict[str, int] = base.notes["cooperatives"]
    return problem, {codes[code]: party for party, code in enumerate(problem.parties.codes) if code in codes}


def _given_way(
    matching: Round, giver: Cooperative, taker: Cooperative, replacing: int | None, at: datetime
) -> Proposal | None:
    """Return what was proposed to the two before, which gives way; both are told where they had seen it."""
    between = rounds.current(matching).filter(first__in=(giver, taker), second__in=(giver, taker))
    before = between.select_related("first", "second").first()
    if before is None:
        return None
    if before.state == Proposal.State.AGREED:
        raise Refusal("by_hand.agreed", "The two have agreed on something already. Change that instead.")
    if before.pk != replacing:
        raise Replaces(before)
    Proposal.objects.filter(pk=before.pk).update(state=Proposal.State.REPLACED)
    if matching.state == Round.State.OPEN and before.plan_id is not None:
        rounds.tell_sides(matching, [before], _GAVE_WAY, at)
    return before


_GAVE_WAY = Sentence(
    "by_hand.notice.replaced",
    "One proposal to {cooperative} gave way to another one, made by hand. You see it after the next plan.",
)


def _write_lines(
    proposal: Proposal,
    problem: Problem,
    said: ByHand,
    lines: list[tuple[date, int, int]],
    *,
    first_gives: bool,
) -> None:
    """Write down what is sold: month, kilograms and value of each line."""
    good, place = problem.products.index(said.good), problem.sites.codes.index(said.place)
    ProposalLine.objects.bulk_create(
        ProposalLine(
            proposal=proposal,
            position=number,
            kind="sale",
            first_gives=first_gives,
            good=said.good,
            good_name=problem.product_names[good] or said.good,
            place=said.place,
            place_name=place_called(problem, names(problem, language("id")), place),
            month=month,
            kg=kg,
            price_idr_per_kg=said.price_idr_per_kg,
            value_idr=value,
        )
        for number, (month, kg, value) in enumerate(lines)
    )


def _ends(
    problem: Problem, position: Mapping[int, int], giver: Cooperative, taker: Cooperative
) -> tuple[Cooperative, Cooperative]:
    """Return the two in the order of proposals: a hub first, then who was registered first."""
    leading = hubs(problem)
    ends = sorted((giver, taker), key=lambda each: (position[each.pk] not in leading, position[each.pk]))
    return ends[0], ends[1]


def _refuse_faults(
    problem: Problem, position: Mapping[int, int], giver: Cooperative, taker: Cooperative, said: ByHand
) -> None:
    wrong = []
    if giver.pk == taker.pk:
        wrong.append(Sentence("by_hand.same", "Choose two different co-ops."))
    strangers = tuple(each.name for each in (giver, taker) if each.pk not in position)
    if strangers:
        wrong.append(Sentence("by_hand.stranger", "Not in this round's plan: {names}.", {"names": strangers}))
    if said.good not in problem.products:
        wrong.append(Sentence("by_hand.good", "Choose a product of this round."))
    months = {date.fromisoformat(f"{code}-01") for code in problem.periods}
    if not any(said.kg.values()):
        wrong.append(Sentence("by_hand.kg", "Say in at least one month how many kilograms."))
    if said.price_idr_per_kg <= 0:
        wrong.append(Sentence("by_hand.price", "Say what a kilogram costs: more than nothing."))
    if set(said.kg) - months:
        wrong.append(Sentence("by_hand.month", "Only the months of this round can be chosen."))
    at = problem.sites.codes.index(said.place) if said.place in problem.sites.codes else -1
    owners = {position.get(giver.pk), position.get(taker.pk)}
    if at < 0 or int(problem.sites.party[at]) not in owners:
        wrong.append(Sentence("by_hand.place", "Choose a place of one of the two for the delivery."))
    if wrong:
        raise Faults(tuple(Fault(Place(), each) for each in wrong))
    refuse_more_than_there_is(problem, said.good, ((f"{on:%Y-%m}", kg) for on, kg in said.kg.items() if kg))


def _value(kg: int, price: Decimal) -> int:
    # Halves up, as people round money.
    return int(kg * price + Decimal("0.5"))
