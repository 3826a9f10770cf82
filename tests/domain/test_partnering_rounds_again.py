"""A round planned again: what stays, what is proposed anew, what is told of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from jejaring.domain.partnering import history
from jejaring.domain.partnering.actions import answering, rounds
from jejaring.domain.partnering.actions.answering import Otherwise
from jejaring.domain.partnering.models import Proposal, Standing
from jejaring.engines.errors import Refusal
from jejaring.engines.planning.problem import Problem, Selector
from jejaring.engines.planning.questions.changes import changed
from tests.domain.round_story import (
    APRIL,
    AT,
    MARCH,
    Story,
    accept,
    agreed,
    counter,
    decline,
    less_from_c,
    nothing_from_c,
    open_story,
    planned,
    worked_out,
)

LATER = AT + timedelta(hours=1)
S = Proposal.State


@pytest.fixture
def story(db: None) -> Story:
    return open_story()


# --- planning again ----------------------------------------------------------------------------


def dearer(problem: Problem) -> Problem:
    """The buyer pays 3 % more: every price moves."""
    return changed(problem, [(Selector("outlets", "price_idr_per_kg"), Decimal("1.03"))])


def test_what_was_accepted_keeps_its_price(story: Story) -> None:
    agreed(story, "A")
    accept(story, story.proposal("B"), "B")
    before = {
        code: list(story.proposal(code).lines.values_list("kg", "price_idr_per_kg", "value_idr"))
        for code in "ABCD"
    }
    settled = story.proposal("A").settlement_idr
    made = story.planned_again(dearer)
    for code in "AB":
        assert (
            list(story.proposal(code).lines.values_list("kg", "price_idr_per_kg", "value_idr"))
            == before[code]
        )
        assert (story.proposal(code).version, story.proposal(code).plan_id) == (1, made.pk)
    assert story.proposal("A").settlement_idr == settled
    assert story.proposal("A").state == S.AGREED
    assert story.proposal("C").version == 2
    _, _, share = worked_out(made, dearer)
    assert sum(each.payoff_idr for each in made.standings.all()) == sum(share.payoff_idr)
    assert sum(each.settlement_idr for each in made.standings.all()) == 0


def test_what_has_less_room_is_asked_anew_at_the_price_that_was_accepted(story: Story) -> None:
    before = story.proposal("C")
    accept(story, before, "C")
    [price] = set(before.lines.values_list("price_idr_per_kg", flat=True))
    story.planned_again(lambda problem: less_from_c(dearer(problem)))
    again = story.proposal("C")
    assert (again.version, again.second_accepted_at) == (2, None)
    assert again.kg < before.kg
    assert set(again.lines.values_list("price_idr_per_kg", flat=True)) == {price}
    # Nobody had said anything to D: it is asked at the new price.
    [new] = set(story.proposal("D").lines.values_list("price_idr_per_kg", flat=True))
    assert new > price


def test_what_was_agreed_is_neither_changed_nor_withdrawn(story: Story) -> None:
    agreed(story, "C")
    before = story.proposal("C").kg
    made = story.planned_again(less_from_c)
    assert (story.proposal("C").state, story.proposal("C").kg) == (S.AGREED, before)
    _, _, share = worked_out(made, less_from_c)
    assert sum(each.payoff_idr for each in made.standings.all()) == sum(share.payoff_idr)

    made = story.planned_again(nothing_from_c)
    assert story.proposal("C").state == S.AGREED
    assert history.differences_of(made).not_kept == (("Koperasi hub", "Koperasi C"),)


def test_what_was_declined_isnt_proposed_again(story: Story) -> None:
    decline(story, story.proposal("A"), "A")
    story.planned_again(dearer)
    assert (story.proposal("A").state, story.proposal("A").version) == (S.DECLINED, 1)
    assert Proposal.objects.filter(second=story.cooperatives["A"]).count() == 1


def test_a_countered_price_comes_back_with_the_yes_of_who_asked(story: Story) -> None:
    proposal = story.proposal("A")
    line = proposal.lines.filter(good="gkp")[0]
    price = line.price_idr_per_kg + 50
    counter(story, proposal, "A", {line.pk: Otherwise(price_idr_per_kg=price)})
    before = Standing.objects.get(plan__number=1, cooperative=story.cooperatives["A"]).payoff_idr
    made = story.planned_again()
    new = story.proposal("A")
    assert (new.version, new.origin, new.state) == (2, Proposal.Origin.COUNTER, S.OPEN)
    assert (new.first_accepted_at, new.second_accepted_at) == (None, AT)
    again = new.lines.get(good="gkp", month=line.month)
    assert (again.kg, again.price_idr_per_kg) == (line.kg, price)
    after = Standing.objects.get(plan=made, cooperative=story.cooperatives["A"]).payoff_idr
    assert after - before == again.value_idr - line.value_idr
    accept(story, new, "H")
    assert story.proposal("A").state == S.AGREED


def test_a_counter_that_the_plan_has_no_room_for_asks_both_anew(story: Story) -> None:
    proposal = story.proposal("A")
    counter(story, proposal, "A", {proposal.lines.filter(good="gkp")[0].pk: Otherwise(kg=9_999)})
    story.planned_again()
    new = story.proposal("A")
    assert (new.version, new.origin, new.second_accepted_at) == (2, Proposal.Origin.PLAN, None)


def test_who_takes_a_counter_back_isnt_asked_for_it_again(story: Story) -> None:
    proposal = story.proposal("A")
    line = proposal.lines.filter(good="gkp")[0]
    counter(story, proposal, "A", {line.pk: Otherwise(price_idr_per_kg=Decimal(7000))})
    counter(story, proposal, "H", {line.pk: Otherwise(price_idr_per_kg=Decimal(6000))})
    accept(story, proposal, "H")
    story.planned_again()
    assert story.proposal("A").lines.get(month=line.month, good="gkp").price_idr_per_kg == 7000


def test_what_was_said_while_the_plan_was_made_waits_for_the_next(story: Story) -> None:
    rounds.plan_again(story.matching, by=None, at=AT)
    proposal = story.proposal("A")
    line = proposal.lines.all()[0]
    side = story.cooperatives["A"]
    answering.counter(
        proposal, cooperative=side, lines={line.pk: Otherwise(kg=9_000)}, reason="", by=None, at=LATER
    )
    planned(story.matching, dearer)
    assert (story.proposal("A").version, story.proposal("A").state) == (1, S.COUNTERED)


def test_a_pair_that_comes_back_is_counted_on(story: Story) -> None:
    story.planned_again(nothing_from_c)
    assert rounds.current(story.matching).filter(second=story.cooperatives["C"]).count() == 0
    story.planned_again()
    assert story.proposal("C").version == 2


def test_differences_name_what_moved(story: Story) -> None:
    made = story.planned_again(less_from_c)
    [pair] = [each for each in history.differences_of(made).pairs if each.giver == "Koperasi C"]
    assert [(each.good, each.month, each.before_kg, each.after_kg) for each in pair.moved] == [
        ("Gabah", MARCH, 12_000, 6_000),
        ("Gabah", APRIL, 12_500, 6_250),
    ]


def test_differences_tell_which_prices_changed(story: Story) -> None:
    accept(story, story.proposal("A"), "A")
    made = story.planned_again(dearer)
    found = history.differences_of(made)
    assert found.pairs == ()
    # 6,400 × 1.03 less the haul of 100; A has said yes to 6,300, and the price of urea is what it was.
    assert {(each.giver, each.taker, each.good) for each in found.prices} == {
        (f"Koperasi {code}", "Koperasi hub", "Gabah") for code in "BCD"
    }
    assert {(each.before_idr_per_kg, each.after_idr_per_kg) for each in found.prices} == {(6_300, 6_492)}
    assert all(each.is_dearer for each in found.prices)


def test_a_price_is_compared_over_the_months_that_both_plans_have(story: Story) -> None:
    # Half the paddy at the same price: fewer kilograms, and no other price.
    assert history.differences_of(story.planned_again(less_from_c)).prices == ()


def test_a_plan_isnt_asked_for_twice_at_once(story: Story) -> None:
    key = uuid4()
    made = rounds.plan_again(story.matching, by=None, at=AT, request_key=key)
    assert rounds.plan_again(story.matching, by=None, at=AT, request_key=key) == made
    with pytest.raises(Refusal, match="is being worked out"):
        rounds.plan_again(story.matching, by=None, at=AT)


def test_a_plan_that_comes_after_the_end_changes_nothing(story: Story) -> None:
    rounds.plan_again(story.matching, by=None, at=AT)
    rounds.close(story.matching, by=None, at=AT)
    planned(story.matching, dearer)
    assert {each.version for each in Proposal.objects.all()} == {1}
