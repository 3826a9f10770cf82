"""Balances that can be checked on paper, states, and what is hidden from whom."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from jejaring.domain.mapping import balance, grid, overview, sums
from jejaring.domain.mapping.actions import sums as summing
from jejaring.domain.mapping.models import Conversion, Potential
from jejaring.domain.mapping.overview import Answering
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import Cooperative
from tests.cast import CIANJUR, Cast, make_cast
from tests.domain.mapped import (
    APRIL,
    AT,
    MARCH,
    cooperative,
    finished,
    has,
    needs,
    products,
    sells,
)

TWO = (MARCH, APRIL)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def network_balance(cast: Cast, who: str = "facilitator", chosen: tuple[int, ...] = ()) -> balance.Balance:
    group = overview.network_group(cast.cianjur, cast.people[who], chosen)
    return sums.balance_of(group, TWO)


def test_months_run_over_the_end_of_a_year() -> None:
    assert overview.months_from(date(2026, 11, 17), 3) == (
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
    )


def test_a_balance_adds_what_co_ops_have_need_and_could_sell(cast: Cast) -> None:
    paddy, _ = products()
    has(cast.babakankaret, paddy, MARCH, 1_000)
    has(cast.hub, paddy, MARCH, 500)
    needs(cast.hub, paddy, MARCH, 1_800)
    needs(cast.hub, paddy, APRIL, 40)
    has(cast.babakankaret, paddy, APRIL, 100)
    sells(cast.hub, paddy, 700, m4=0)
    sells(cast.babakankaret, paddy, None, m4=30)
    has(cast.garut_coop, paddy, MARCH, 9_999)
    has(cast.hub, paddy, date(2028, 4, 1), 9_999)

    [part] = network_balance(cast).products
    march, april = part.cells
    assert part.product == paddy
    assert (march.potential_kg, march.need_kg, march.room_kg) == (1_500, 1_800, 700)
    assert march.is_boundless
    assert (march.surplus_kg, march.deficit_kg, march.difference_kg) == (0, 300, -300)
    assert (april.potential_kg, april.need_kg, april.room_kg, april.is_boundless) == (100, 40, 30, False)
    assert (part.total.potential_kg, part.total.need_kg, part.total.room_kg) == (1_600, 1_840, 730)
    assert not part.total.leaves_out


def test_sums_of_fewer_than_three_co_ops_are_hidden_from_those_who_may_not_see_them(cast: Cast) -> None:
    paddy, _ = products()
    third = cooperative(cast.cianjur, "Third")
    for coop, kg in ((cast.babakankaret, 100), (cast.hub, 200), (third, 400)):
        has(coop, paddy, MARCH, kg)
    has(cast.hub, paddy, APRIL, 50)
    has(third, paddy, APRIL, 60)

    for who in ("ministry", "hub_manager", "trainer", "chair"):
        found = network_balance(cast, who)
        march, april = found.products[0].cells
        assert (march.potential_kg, march.need_kg) == (700, 0)
        assert april.potential_kg is None
        assert april.surplus_kg is None
        # Else April would be the total less March.
        assert found.products[0].total.potential_kg == 700
        assert (found.hides, found.hidden) == (True, True)
    for who in ("facilitator", "network_facilitator"):
        found = network_balance(cast, who)
        assert found.products[0].cells[1].potential_kg == 110
        assert (found.hides, found.hidden) == (False, False)


def test_who_sees_only_some_co_ops_picks_only_those(cast: Cast) -> None:
    paddy, _ = products()
    has(cast.babakankaret, paddy, MARCH, 100)
    has(cast.hub, paddy, MARCH, 200)

    both = (cast.babakankaret.pk, cast.hub.pk)
    assert network_balance(cast, "chair", both).products[0].cells[0].potential_kg == 100
    assert network_balance(cast, "ministry", both).products == ()
    assert network_balance(cast, "facilitator", (cast.hub.pk,)).products[0].cells[0].potential_kg == 200
    assert network_balance(cast, "facilitator", (cast.garut_coop.pk,)).products == ()


def test_paddy_counts_as_rice_only_by_a_conversion_of_the_day(cast: Cast) -> None:
    paddy, rice = products()
    has(cast.hub, paddy, MARCH, 1_001)
    has(cast.hub, rice, MARCH, 10)
    needs(cast.hub, rice, MARCH, 600)
    found = network_balance(cast)

    joined, [applied] = balance.reckoned_in(found, rice, date(2027, 3, 10))
    assert joined is not None
    # 1,001 × 0.5 = 500.5, halves to even: 500; and 10 of rice itself.
    assert (joined.cells[0].potential_kg, joined.cells[0].need_kg) == (510, 600)
    assert (applied.factor, applied.steps[0].source) == (Decimal("0.5"), "A survey")

    before, nothing = balance.reckoned_in(found, rice, date(2025, 12, 31))
    assert before is not None
    assert (before.cells[0].potential_kg, nothing) == (10, ())


def test_the_newest_conversion_holds_and_steps_are_multiplied(cast: Cast) -> None:
    paddy, rice = products()
    bran = rice.commodity.products.create(code="dedak", name_id="Dedak")
    for factor, start in (("0.6", date(2027, 1, 1)), ("0.9", date(2027, 12, 1))):
        Conversion.objects.create(
            from_product=paddy, to_product=rice, factor=factor, valid_from=start, source="Later"
        )
    Conversion.objects.create(
        from_product=rice, to_product=bran, factor="0.1", valid_from=date(2026, 1, 1), source="Mill"
    )
    has(cast.hub, paddy, MARCH, 1_000)

    joined, [applied] = balance.reckoned_in(network_balance(cast), bran, date(2027, 3, 10))
    assert joined is not None
    assert joined.cells[0].potential_kg == 60
    assert [step.source for step in applied.steps] == ["Later", "Mill"]


@pytest.mark.parametrize(
    ("days_ago", "stages", "state"),
    [
        (None, 0, Answering.UNANSWERED),
        (1, 0, Answering.IN_PART),
        (90, 3, Answering.IN_PART),
        (1, 4, Answering.COMPLETE),
        (90, 4, Answering.COMPLETE),
        (91, 4, Answering.STALE),
        (91, 1, Answering.STALE),
    ],
)
def test_states(days_ago: int | None, stages: int, state: Answering) -> None:
    last = None if days_ago is None else AT - timedelta(days=days_ago)
    assert overview.state_of(last, stages, AT) is state


def test_standings_tell_surplus_only_to_those_who_may_see_the_co_op(cast: Cast) -> None:
    paddy, _ = products()
    has(cast.babakankaret, paddy, MARCH, 100)
    needs(cast.hub, paddy, MARCH, 70)
    finished(cast.hub)

    def seen_by(who: str) -> dict[str, dict[int, int]]:
        group = overview.network_group(cast.cianjur, cast.people[who])
        every = overview.standings(group, list(group.cooperatives), AT, paddy)
        assert {each.state for each in every} == {Answering.IN_PART, Answering.COMPLETE}
        return {each.role: dict(each.difference_kg) for each in every}

    assert seen_by("facilitator") == {"supplier": {paddy.pk: 100}, "hub": {paddy.pk: -70}}
    assert seen_by("chair") == {"supplier": {paddy.pk: 100}, "hub": {}}
    assert seen_by("ministry") == {"supplier": {}, "hub": {}}


def test_a_month_begins_when_it_does_here_not_in_greenwich(cast: Cast) -> None:
    paddy, _ = products()
    has(cast.babakankaret, paddy, MARCH, 100)
    first_night = datetime(2026, 3, 31, 20, 0, tzinfo=UTC)  # three in the morning of the first of April
    group = overview.network_group(cast.cianjur, cast.facilitator)
    every = overview.standings(group, list(group.cooperatives), first_night, paddy)
    assert [dict(each.difference_kg) for each in every if each.difference_kg] == [{paddy.pk: 100}]
    year_later = first_night.replace(year=2027)
    every = overview.standings(group, list(group.cooperatives), year_later, paddy)
    assert not any(each.difference_kg for each in every)


def test_saying_nothing_of_a_stage_is_an_answer_too(cast: Cast) -> None:
    finished(cast.hub, ("production",))
    group = overview.network_group(cast.cianjur, cast.facilitator)
    found = sums.progress_of(group, AT)
    assert found.by_state[Answering.IN_PART] == 1
    assert found.by_stage["production"] == 1
    assert found.answered == 1


def test_standings_cost_the_same_for_many_co_ops(cast: Cast, django_assert_num_queries) -> None:
    paddy, _ = products()
    for number in range(25):
        has(cooperative(cast.cianjur, f"Coop {number}"), paddy, MARCH, 10)
    group = overview.network_group(cast.cianjur, cast.network_facilitator)
    every = list(group.cooperatives)
    with django_assert_num_queries(5):
        assert len(overview.standings(group, every, AT, paddy)) == 27
    with django_assert_num_queries(5):
        overview.standings(group, every[:1], AT, paddy)
    with django_assert_num_queries(5):
        sums.balance_of(group, TWO)


def test_sums_of_a_province_are_those_of_its_co_ops(cast: Cast) -> None:
    paddy, rice = products()
    for coop, kg in ((cast.babakankaret, 100), (cast.hub, 200), (cast.garut_coop, 400)):
        has(coop, paddy, MARCH, kg)
        sells(coop, paddy, 1_000, m4=kg)
    sells(cast.hub, rice, None, m4=0)
    elsewhere = cooperative(cast.garut, "Elsewhere", "33.01.01.2001")
    has(elsewhere, paddy, MARCH, 9_999)
    summing.make_all_anew()

    province = overview.region_group("32", cast.ministry)
    found = sums.balance_of(province, TWO)
    by_code = {part.product.code: part for part in found.products}
    assert [cell.potential_kg for cell in by_code["gkp"].cells] == [700, 0]
    assert [cell.room_kg for cell in by_code["gkp"].cells] == [3_000, 700]
    assert [cell.room_kg for cell in by_code["beras"].cells] == [None, 0]
    nation = sums.balance_of(overview.region_group("ID", cast.ministry), TWO, paddy)
    assert nation.products[0].cells[0].potential_kg == 10_699
    direct = balance.tallies(province.cooperatives, TWO)
    assert direct == {key: tally for key, tally in sums._tallies("32", TWO, None).items() if key in direct}


def test_a_co_op_whose_village_is_not_known_counts_in_the_country_and_in_no_region(cast: Cast) -> None:
    paddy, _ = products()
    somewhere = [cooperative(cast.cianjur, f"Somewhere {at}", "") for at in range(3)]
    for coop in somewhere:
        has(coop, paddy, MARCH, 700)
    summing.make_all_anew()
    nation, province = (overview.region_group(code, cast.ministry) for code in ("ID", "32"))
    assert sums.progress_of(nation, AT).answered == 3
    assert {each.state for each in overview.standings(nation, somewhere, AT)} == {Answering.IN_PART}
    assert sums.balance_of(nation, TWO, paddy).products[0].cells[0].potential_kg == 2_100
    assert sums.progress_of(province, AT).answered == 0


def test_sums_follow_a_loaded_file_whose_one_line_stands_for_all_its_coops(cast: Cast) -> None:
    paddy, _ = products()
    assert summing.catch_up() == 0
    has(cast.babakankaret, paddy, MARCH, 100)
    with transaction.atomic():
        audit.record("network.load", cast.cianjur, by=None, network_id=cast.cianjur.pk)
    assert summing.catch_up() == 0
    assert sums.progress_of(overview.region_group("32", cast.ministry), AT).answered == 1


def test_sums_follow_what_is_said_and_only_where_it_was_said(cast: Cast, django_assert_num_queries) -> None:
    paddy, _ = products()
    for coop in (cast.babakankaret, cast.hub, cast.garut_coop):
        has(coop, paddy, MARCH, 100)
        written(cast, coop)
    province = overview.region_group("32", cast.ministry)
    assert summing.catch_up(most=1) == 1
    assert summing.catch_up(most=1) == 0
    assert sums.balance_of(province, TWO).products[0].cells[0].potential_kg == 300
    assert sums.progress_of(province, AT).by_state[Answering.IN_PART] == 3
    with django_assert_num_queries(3):
        assert summing.catch_up() == 0

    Potential.objects.filter(cooperative=cast.hub).update(kg=150)
    Potential.objects.filter(cooperative=cast.garut_coop).update(kg=1)
    written(cast, cast.hub)
    assert summing.catch_up() == 0
    # Garut's change left no line: its sum stays until one comes.
    assert sums.balance_of(province, TWO).products[0].cells[0].potential_kg == 350


def test_a_co_op_whose_village_is_put_right_leaves_its_old_regency(cast: Cast) -> None:
    paddy, _ = products()
    for coop in (cast.babakankaret, cast.hub, cast.garut_coop):
        has(coop, paddy, MARCH, 100)
    summing.make_all_anew()
    Cooperative.objects.filter(pk=cast.hub.pk).update(village_code="33.01.01.2001", regency_code="33.01")
    written(cast, cast.hub)
    summing.catch_up(most=2)
    assert sums._tallies("32", TWO, None)[paddy.pk, MARCH, balance.Measure.POTENTIAL].kg == 200
    assert sums._tallies("33", TWO, None)[paddy.pk, MARCH, balance.Measure.POTENTIAL].kg == 100


def test_an_erased_co_op_leaves_the_sums_of_its_regency(cast: Cast) -> None:
    paddy, _ = products()
    for coop, kg in ((cast.babakankaret, 100), (cast.hub, 200), (cast.garut_coop, 400)):
        has(coop, paddy, MARCH, kg)
    summing.make_all_anew()
    province = overview.region_group("32", cast.ministry)
    before = sums._tallies("32", TWO, None)[paddy.pk, MARCH, balance.Measure.POTENTIAL]
    assert (before.kg, before.cooperatives) == (700, 3)
    with transaction.atomic():
        audit.record("cooperative.erase", cast.hub, by=None, cooperative_id=cast.hub.pk)
        cast.hub.delete()
    while summing.catch_up():
        pass
    after = sums._tallies("32", TWO, None)[paddy.pk, MARCH, balance.Measure.POTENTIAL]
    assert (after.kg, after.cooperatives) == (500, 2)
    assert sums.progress_of(province, AT).answered == 2
    assert summing.catch_up() == 0


def test_those_that_lack_answers_are_listed_page_by_page_alike_from_sums(cast: Cast) -> None:
    paddy, _ = products()
    names = {}
    for number, (days, stages) in enumerate([(None, 0), (5, 0), (120, 4), (2, 4), (None, 0), (200, 1)]):
        coop = cooperative(cast.cianjur, f"Coop {number}", f"32.03.02.20{number:02}")
        names[coop.pk] = number
        if days is not None:
            has(coop, paddy, MARCH, 10, days_ago=days)
        if stages:
            finished(coop, ("production", "processing", "distribution", "marketing")[:stages])
            coop.stages_done.update(done_at=AT - timedelta(days=days or 0))
    for coop in (cast.babakankaret, cast.hub, cast.garut_coop):
        finished(coop)
    summing.make_all_anew()

    def listed(code: str, size: int) -> list[int]:
        group, found, page = overview.region_group(code, cast.ministry), [], 1
        while True:
            some = sums.lacking(group, AT, page, size)
            found += [names[each.cooperative.pk] for each in some.standings]
            if not some.more:
                return found
            page += 1

    for code in (CIANJUR, "32"):
        for size in (1, 2, 4, 100):
            assert listed(code, size) == [0, 4, 5, 2, 1]


def test_many_co_ops_are_gathered_in_squares(cast: Cast, monkeypatch) -> None:
    paddy, _ = products()
    cooperative(cast.cianjur, "Near the hub")
    has(cast.hub, paddy, MARCH, 1)
    summing.make_all_anew()
    monkeypatch.setattr(grid, "MANY", 2)
    group = overview.region_group("32", cast.ministry)
    assert grid.is_many(group)
    found = grid.clusters(group, grid.Box(-9, 105, -5, 109))
    assert sorted((each.cooperatives, each.answered) for each in found) == [(1, 0), (3, 1)]
    assert grid.clusters(group, grid.Box(-1, 105, 0, 109)) == []
    fine = grid.clusters(group, grid.Box(-6.9, 107.0, -6.7, 107.2))
    assert sorted((each.cooperatives, each.answered) for each in fine) == [(1, 0), (2, 1)]


def test_where_few_are_looked_at_they_are_shown_one_by_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = overview.region_group("32", cast.ministry)
    near = grid.Box(-7.0, 107.0, -6.7, 107.3)
    assert grid.few_within(group, near) == [cast.babakankaret, cast.hub]
    assert grid.few_within(group, grid.Box(-9, 105, -5, 109)) == []
    monkeypatch.setattr(grid, "FEW", 1)
    assert grid.few_within(group, near) == []


@pytest.mark.parametrize("written", ["", "1,2,3", "a,b,c,d", "5,0,1,9", "nan,0,1,1", "-91,0,1,1"])
def test_a_box_that_isnt_one_is_none(written: str) -> None:
    assert grid.box(written) is None


def written(cast: Cast, coop: Cooperative) -> None:
    """Leave the line that an action would."""
    with transaction.atomic():
        audit.record("declare_potential", coop, by=None, cooperative_id=coop.pk)
