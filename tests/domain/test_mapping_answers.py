"""What a co-op says is kept once, exactly, for the right month, and asked again where it may be a slip."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from jejaring.domain.mapping.actions import answers, channels, facilities, season, stages, vehicles
from jejaring.domain.mapping.actions.answers import (
    LocalTradeAnswer,
    NeedAnswer,
    PotentialAnswer,
    TodayAnswer,
    declare_needs,
    declare_potential,
    declare_potentials,
)
from jejaring.domain.mapping.actions.channels import ChannelAnswer
from jejaring.domain.mapping.actions.facilities import FacilityAnswer
from jejaring.domain.mapping.models import (
    Channel,
    Commodity,
    Facility,
    Grade,
    LocalTrade,
    Need,
    Potential,
    PriceRule,
    Product,
    Site,
    StageDone,
    Today,
    Vehicle,
)
from jejaring.domain.mapping.plausible import Doubtful
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import AuditLine
from jejaring.engines.errors import Refusal
from tests.cast import Cast, make_cast

AT = datetime(2027, 1, 15, 3, 0, tzinfo=UTC)
MARCH = date(2027, 3, 1)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def paddy(db: None) -> Product:
    rice = Commodity.objects.create(code="beras", name_id="Beras")
    product = Product.objects.create(
        commodity=rice, code="gkp", name_id="Gabah kering panen", is_harvest=True
    )
    PriceRule.objects.create(
        kind="floor", product=product, idr_per_kg=6500, valid_from=date(2025, 1, 15), source="uji"
    )
    return product


def say(cast: Cast, product: Product, kg: int | None, month: date = MARCH, **rest: Any) -> None:
    declare_potential(cast.babakankaret, product=product, month=month, kg=kg, by=cast.clerk, at=AT, **rest)


def test_an_answer_is_kept_with_who_said_it_when_and_how_it_is_known(cast: Cast, paddy: Product) -> None:
    say(
        cast,
        paddy,
        1500,
        cost_idr_per_kg=Decimal(6200),
        evidence="weighed",
        source="Nota",
        as_typed="1,5 ton",
    )
    [row] = Potential.objects.all()
    assert (row.cooperative, row.product, row.month, row.kg) == (cast.babakankaret, paddy, MARCH, 1500)
    assert (row.cost_idr_per_kg, row.evidence, row.source) == (Decimal(6200), "weighed", "Nota")
    assert (row.said_by, row.said_at, row.way, row.as_typed) == (cast.clerk, AT, "web", "1,5 ton")


def test_saying_it_again_changes_the_one_row(cast: Cast, paddy: Product) -> None:
    for kg in (1500, 1500, 1700):
        say(cast, paddy, kg)
    assert list(Potential.objects.values_list("kg", flat=True)) == [1700]
    say(cast, paddy, None)
    say(cast, paddy, None)
    assert not Potential.objects.exists()


def test_grades_places_and_months_are_answers_of_their_own(cast: Cast, paddy: Product) -> None:
    grade = Grade.objects.create(product=paddy, code="a", name_id="Mutu A")
    site = Site.objects.create(cooperative=cast.babakankaret, name="Gudang")
    for _ in range(2):
        say(cast, paddy, 1)
        say(cast, paddy, 2, grade=grade)
        say(cast, paddy, 3, site=site)
        say(cast, paddy, 4, month=date(2027, 4, 30))
    assert sorted(Potential.objects.values_list("kg", flat=True)) == [1, 2, 3, 4]
    assert Potential.objects.get(kg=4).month == date(2027, 4, 1)


def test_a_season_is_kept_whole_or_not_at_all_with_one_line_in_the_chain(cast: Cast, paddy: Product) -> None:
    season = [
        PotentialAnswer(product=paddy, month=date(2027, month, 1), kg=100 * month) for month in (3, 4, 7)
    ]
    declare_potentials(cast.babakankaret, season, by=cast.clerk, at=AT)
    assert Potential.objects.count() == 3
    [line] = AuditLine.objects.all()
    assert (line.action, line.facts["rows"]) == ("mapping.declare_potential", 3)
    wrong = [
        PotentialAnswer(product=paddy, month=MARCH, kg=9),
        PotentialAnswer(product=paddy, month=MARCH, kg=-1),
    ]
    with pytest.raises(Refusal):
        declare_potentials(cast.babakankaret, wrong, by=cast.clerk, at=AT)
    assert Potential.objects.get(month=MARCH).kg == 300
    assert list(audit.faults()) == []


def test_of_two_answers_about_the_same_month_the_later_holds(cast: Cast, paddy: Product) -> None:
    twice = [PotentialAnswer(product=paddy, month=MARCH, kg=kg) for kg in (5, 6)]
    declare_potentials(cast.babakankaret, twice, by=cast.clerk, at=AT)
    assert Potential.objects.get().kg == 6


@pytest.mark.parametrize(
    ("kg", "month", "cost", "code"),
    [
        (-1, MARCH, None, "mapping.weight_impossible"),
        (10**16, MARCH, None, "mapping.weight_impossible"),
        (1, date(2031, 1, 1), None, "mapping.month_far"),
        (1, date(2020, 1, 1), None, "mapping.month_far"),
        (1, MARCH, Decimal(-1), "mapping.price_impossible"),
        (1, MARCH, Decimal("NaN"), "mapping.price_impossible"),
    ],
)
def test_what_cant_be_is_refused(
    cast: Cast, paddy: Product, kg: int, month: date, cost: Decimal | None, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        say(cast, paddy, kg, month, cost_idr_per_kg=cost, sure=True)
    assert refused.value.sentence.code == code
    assert not Potential.objects.exists()


def test_a_price_without_its_thousands_is_asked_again_and_kept_when_confirmed(
    cast: Cast, paddy: Product
) -> None:
    with pytest.raises(Doubtful) as asked:
        say(cast, paddy, 100, cost_idr_per_kg=Decimal(65))
    [doubt] = asked.value.doubts
    assert doubt.facts["known_idr_per_kg"] == 6500
    assert not Potential.objects.exists()
    say(cast, paddy, 100, cost_idr_per_kg=Decimal(65), sure=True)
    assert Potential.objects.get().cost_idr_per_kg == 65


@pytest.mark.parametrize(("kg", "asks"), [(9999, False), (10_000, True)])
def test_ten_times_last_year_is_asked_again(cast: Cast, paddy: Product, kg: int, *, asks: bool) -> None:
    say(cast, paddy, 1000, date(2026, 3, 1))
    if asks:
        with pytest.raises(Doubtful):
            say(cast, paddy, kg)
    else:
        say(cast, paddy, kg)
    assert Potential.objects.filter(month=MARCH).exists() != asks


def test_needs_trade_of_today_and_local_prices_are_kept_alike(cast: Cast, paddy: Product) -> None:
    coop = cast.babakankaret
    said: dict[str, Any] = {"by": cast.clerk, "at": AT}
    for _ in range(2):
        declare_needs(coop, [NeedAnswer(product=paddy, month=MARCH, kg=5, is_must=True)], **said)
        today = TodayAnswer(
            product=paddy, month=MARCH, sells_kg=10, sells_idr_per_kg=Decimal(6400), partner="T"
        )
        answers.declare_today(coop, [today], **said)
        local = LocalTradeAnswer(product=paddy, sell_idr_per_kg=Decimal(6000))
        answers.declare_local_trade(coop, [local], **said)
    assert Need.objects.get().is_must
    assert Today.objects.get().sells_idr_per_kg == 6400
    assert LocalTrade.objects.get().month is None
    answers.declare_today(coop, [TodayAnswer(product=paddy, month=MARCH)], **said)
    answers.declare_local_trade(coop, [LocalTradeAnswer(product=paddy)], **said)
    assert not Today.objects.exists()
    assert not LocalTrade.objects.exists()


def test_a_neighbours_place_and_another_products_grade_are_refused(cast: Cast, paddy: Product) -> None:
    husk = Product.objects.create(commodity=paddy.commodity, code="sekam", name_id="Sekam")
    with pytest.raises(Refusal):
        say(cast, paddy, 1, site=Site.objects.create(cooperative=cast.garut_coop, name="Gudang"))
    with pytest.raises(Refusal):
        say(cast, paddy, 1, grade=Grade.objects.create(product=husk, code="a", name_id="A"))


KEY = UUID(int=7)


def mill(paddy: Product, factor: str = "0.64", **rest: Any) -> FacilityAnswer:
    rice, _ = Product.objects.get_or_create(
        code="beras-medium", defaults={"commodity": paddy.commodity, "name_id": "Beras"}
    )
    return FacilityAnswer(
        kind="process", name="Giling", product=paddy, outputs=[(rice, Decimal(factor))], **rest
    )


def test_a_mill_posted_twice_is_one_mill(cast: Cast, paddy: Product) -> None:
    said: dict[str, Any] = {"by": cast.chair, "at": AT, "request_key": KEY}
    made = [facilities.declare_facility(cast.babakankaret, mill(paddy), **said) for _ in range(2)]
    assert made[0] == made[1]
    assert Facility.objects.count() == 1
    assert AuditLine.objects.count() == 1
    facilities.change_facility(made[0], mill(paddy, "0.6", capacity_kg=900), by=cast.chair, at=AT)
    assert [output.factor for output in made[0].outputs.all()] == [Decimal("0.6")]
    assert Facility.objects.get().capacity_kg == 900
    for _ in range(2):
        facilities.remove_facility(made[0], by=cast.chair)
    assert not Facility.objects.exists()


def test_a_key_that_a_neighbour_used_makes_a_mill_of_ones_own(cast: Cast, paddy: Product) -> None:
    said: dict[str, Any] = {"by": cast.chair, "at": AT, "request_key": KEY}
    made = [facilities.declare_facility(each, mill(paddy), **said) for each in (cast.garut_coop, cast.hub)]
    assert [row.cooperative for row in made] == [cast.garut_coop, cast.hub]


def test_months_of_years_ago_stay_when_the_rest_is_described_anew(cast: Cast, paddy: Product) -> None:
    buyer = ChannelAnswer(direction="sell", product=paddy, idr_per_kg=Decimal(6600))
    said: dict[str, Any] = {"by": cast.chair, "at": AT}
    channel = channels.declare_channel(cast.babakankaret, buyer, **said)
    facility = facilities.declare_facility(cast.babakankaret, mill(paddy, "0.6"), **said)
    long_ago = date(2020, 3, 1)
    with pytest.raises(Refusal):
        channels.change_channel(channel, replace(buyer, months=[(long_ago, 500, 0, Decimal(6500))]), **said)
    channel.months.create(month=long_ago, idr_per_kg=6500)
    facility.months.create(month=long_ago, capacity_kg=5)
    channels.change_channel(channel, replace(buyer, months=[(long_ago, 500, 0, Decimal(6500))]), **said)
    facilities.change_facility(
        facility, replace(mill(paddy, "0.6"), months=[(long_ago, 9, Decimal(0))]), **said
    )
    assert (channel.months.get().most_kg, facility.months.get().capacity_kg) == (500, 9)


def test_one_price_of_the_trader_leaves_the_other_and_how_much_he_takes(cast: Cast, paddy: Product) -> None:
    coop = cast.babakankaret
    said: dict[str, Any] = {"by": cast.chair, "at": AT}
    full = LocalTradeAnswer(
        product=paddy, sell_idr_per_kg=Decimal(6000), most_sell_kg=5000, evidence="weighed"
    )
    answers.declare_local_trade(coop, [full], **said)
    both: dict[str, Any] = {"sell_idr_per_kg": None, "buy_idr_per_kg": Decimal(7000)}
    season.declare_trader_prices(coop, paddy, **both, **said)
    row = LocalTrade.objects.get()
    assert (row.sell_idr_per_kg, row.buy_idr_per_kg, row.most_sell_kg) == (Decimal(6000), Decimal(7000), 5000)
    assert (row.evidence, row.way) == ("weighed", "web")
    with pytest.raises(Doubtful):
        season.declare_trader_prices(coop, paddy, **both | {"sell_idr_per_kg": Decimal(60)}, **said)
    none: dict[str, Any] = dict.fromkeys(both)
    season.declare_trader_prices(coop, paddy, **none, **said)
    assert not LocalTrade.objects.exists()


def test_more_rice_than_paddy_is_asked_again(cast: Cast, paddy: Product) -> None:
    with pytest.raises(Doubtful):
        facilities.declare_facility(cast.babakankaret, mill(paddy, "1.06"), by=cast.chair, at=AT)
    facilities.declare_facility(cast.babakankaret, mill(paddy, "1.05"), by=cast.chair, at=AT)
    facilities.declare_facility(cast.babakankaret, mill(paddy, "1.06"), by=cast.chair, at=AT, sure=True)
    assert Facility.objects.count() == 2


def test_a_store_keeps_products_and_stock(cast: Cast, paddy: Product) -> None:
    store = FacilityAnswer(
        kind="storage", name="Gudang", stored=[paddy], opening=[(paddy, 40)], loss=Decimal("0.01")
    )
    row = facilities.declare_facility(cast.babakankaret, store, by=cast.chair, at=AT)
    assert list(row.stored.all()) == [paddy]
    assert row.opening.get().kg == 40
    with pytest.raises(Refusal):
        facilities.declare_facility(
            cast.babakankaret, FacilityAnswer(kind="process", name="Giling"), by=cast.chair, at=AT
        )


def test_a_buyer_has_price_steps_months_and_days_to_pay(cast: Cast, paddy: Product) -> None:
    buyer = ChannelAnswer(
        direction="sell", product=paddy, idr_per_kg=Decimal(6600), partner="Penggilingan", days_to_pay=7,
        steps=[(1000, Decimal(6700))], months=[(MARCH, 500, 0, Decimal(6500))],
    )  # fmt: skip
    said: dict[str, Any] = {"by": cast.chair, "at": AT, "request_key": KEY}
    made = [channels.declare_channel(cast.babakankaret, buyer, **said) for _ in range(2)]
    assert made[0] == made[1] == Channel.objects.get()
    assert [(step.from_kg, step.idr_per_kg) for step in made[0].steps.all()] == [(1000, Decimal(6700))]
    assert made[0].months.get().most_kg == 500
    with pytest.raises(Refusal):
        channels.declare_channel(
            cast.babakankaret,
            ChannelAnswer(direction="sell", product=paddy, idr_per_kg=Decimal(1), days_to_pay=-1),
            by=cast.chair,
            at=AT,
        )
    channels.remove_channel(made[0], by=cast.chair)
    assert not Channel.objects.exists()


def test_a_lorry_is_found_again_by_its_name(cast: Cast) -> None:
    for capacity in (1000, 1200):
        vehicles.declare_vehicle(cast.babakankaret, name=" Pikap ", capacity_kg=capacity, by=cast.chair)
    assert Vehicle.objects.get().capacity_kg == 1200
    for capacity in (0, 10**6):
        with pytest.raises(Refusal):
            vehicles.declare_vehicle(cast.babakankaret, name="Pikap", capacity_kg=capacity, by=cast.chair)


def test_what_a_file_calls_a_lorry_stays_when_it_is_described_anew(cast: Cast) -> None:
    Vehicle.objects.create(cooperative=cast.babakankaret, name="Pikap", code="v-a", capacity_kg=900)
    vehicles.declare_vehicle(cast.babakankaret, name="Pikap", capacity_kg=1000, by=cast.chair)
    assert list(Vehicle.objects.values_list("code", "capacity_kg")) == [("v-a", 1000)]


def test_a_stage_is_done_once_and_can_be_opened_again(cast: Cast) -> None:
    later = AT + timedelta(days=2)
    for at in (AT, later):
        stages.finish_stage(cast.babakankaret, "production", by=cast.chair, at=at)
    assert StageDone.objects.get().done_at == later
    for _ in range(2):
        stages.reopen_stage(cast.babakankaret, "production", by=cast.chair)
    assert not StageDone.objects.exists()
    with pytest.raises(Refusal):
        stages.finish_stage(cast.babakankaret, "harvest", by=cast.chair, at=AT)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="threads share no database in memory")
@pytest.mark.django_db(transaction=True)
def test_phones_that_answer_at_the_same_moment_leave_one_row_a_month_and_a_whole_chain() -> None:
    cast = make_cast()
    commodity = Commodity.objects.create(code="beras", name_id="Beras")
    product = Product.objects.create(commodity=commodity, code="gkp", name_id="Gabah")
    together = Barrier(8)

    def phone(number: int) -> None:
        together.wait()
        try:
            for month in (3, 4, 5):
                say(cast, product, 100 * number, date(2027, month, 1))
        finally:
            connection.close()

    threads = [Thread(target=phone, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(row.month.month for row in Potential.objects.all()) == [3, 4, 5]
    assert AuditLine.objects.count() == 24
    assert list(audit.faults()) == []
