"""Answers of which no plan can be made: people are told whose answer it is, and which, in their own words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from jejaring.documents.language import language
from jejaring.domain.mapping.actions import answers, channels, season
from jejaring.domain.mapping.actions.answers import LocalTradeAnswer, NeedAnswer, PotentialAnswer
from jejaring.domain.mapping.actions.channels import ChannelAnswer
from jejaring.domain.mapping.models import Channel, Need, Product, Site
from jejaring.domain.parties.models import Cooperative
from jejaring.domain.partnering.actions.asking import ask_for_plan
from jejaring.domain.partnering.models import PlanRun
from jejaring.domain.partnering.taken import Answer
from jejaring.domain.partnering.wording import AnswerFault
from jejaring.engines.errors import Faults
from tests.cast import Cast, make_cast
from tests.domain.exchange_story import make_products

AT = datetime(2027, 1, 15, 3, 0, tzinfo=UTC)
MARCH, APRIL = date(2027, 3, 1), date(2027, 4, 1)
SAID: dict[str, Any] = {"by": None, "at": AT, "sure": True}
GKP = "Gabah kering panen (GKP)"
COOP, HUB = "Koperasi Desa Merah Putih Babakankaret", "Koperasi hub Cianjur"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def products(cast: Cast) -> dict[str, Product]:
    """Return the products; the co-op harvests paddy in March and April, the hub has a buyer of it."""
    made = make_products()
    for month in (MARCH, APRIL):
        said = PotentialAnswer(product=made["gkp"], month=month, kg=9_000, cost_idr_per_kg=Decimal(6_500))
        answers.declare_potentials(cast.babakankaret, [said], **SAID)
    sell(cast.hub, made["gkp"], "Pasar induk", 7_000, most_kg=20_000)
    return made


def sell(coop: Cooperative, product: Product, partner: str, price: int, **more: Any) -> Channel:
    answer = ChannelAnswer(
        direction="sell", product=product, partner=partner, idr_per_kg=Decimal(price), **more
    )
    return channels.declare_channel(coop, answer, **SAID)


def buy(coop: Cooperative, product: Product, partner: str, price: int) -> Channel:
    answer = ChannelAnswer(direction="buy", product=product, partner=partner, idr_per_kg=Decimal(price))
    return channels.declare_channel(coop, answer, **SAID)


def told(cast: Cast, **options: Any) -> tuple[list[str], list[tuple[Answer, ...]]]:
    """Ask for a plan; return in Indonesian why there is none, and where that can be mended."""
    with pytest.raises(Faults) as refused:
        ask_for_plan(cast.cianjur, first_month=MARCH, months=2, by=None, at=AT, **options)
    assert not PlanRun.objects.exists()
    faults = refused.value.faults
    speaks = language("id")
    lines = [" ".join(speaks.sentence(part) for part in (each.wrong, each.right) if part) for each in faults]
    for line in lines:
        assert not re.search(r"\w+\[\d+\]|“(gkp|beras|urea|[a-z]\d+)”|\b2027-\d\d\b|[Bb]aris", line), line
    assert all(isinstance(each, AnswerFault) for each in faults)
    return lines, [each.answers for each in faults if isinstance(each, AnswerFault)]


def test_a_must_without_a_trader_names_the_months_and_leads_to_need_and_trader(
    cast: Cast, products: dict[str, Product]
) -> None:
    urea, coop = products["urea"], cast.babakankaret
    for month in (MARCH, APRIL):
        answers.declare_needs(coop, [NeedAnswer(product=urea, month=month, kg=50, is_must=True)], **SAID)
    [line], _ = told(cast)
    assert "untuk Maret 2027, April 2027." in line, "one fault, though it is two answers"
    in_march = LocalTradeAnswer(product=urea, month=MARCH, buy_idr_per_kg=Decimal(3_000))
    answers.declare_local_trade(coop, [in_march], **SAID)
    [line], [where] = told(cast)
    assert line == (
        f"{COOP}, yang dibutuhkan, Urea: Kebutuhan ini harus terpenuhi berapa pun harganya, "
        "tetapi belum ada yang menyebut harga dari pedagang setempat, tanpa batas jumlah, untuk April 2027. "
        "Isi harga dari pedagang setempat, atau harga tertinggi untuk satu kilogram."
    )
    assert where == (Answer(coop.pk, "needs", "urea"), Answer(coop.pk, "local_trade", "urea"))
    season.declare_price(coop, Need, urea, idr_per_kg=Decimal(3_000), is_must=False, since=MARCH, **SAID)
    run = ask_for_plan(cast.cianjur, first_month=MARCH, months=2, by=None, at=AT)
    assert run.status == PlanRun.Status.QUEUED, "then it is mended"


def test_selling_above_the_price_of_buying_names_both_answers_but_no_figure(
    cast: Cast, products: dict[str, Product]
) -> None:
    shop = buy(cast.babakankaret, products["gkp"], "Gapoktan", 6_400)
    trade = LocalTradeAnswer(product=products["gkp"], sell_idr_per_kg=Decimal(6_700))
    answers.declare_local_trade(cast.babakankaret, [trade], **SAID)
    [line], [where] = told(cast)
    assert line.startswith(f"{COOP}, pedagang setempat, {GKP}: Harga jual di sini lebih tinggi")
    assert "(pemasok, Gapoktan)" in line
    assert not re.search(r"6[.,]?[47]00", line)
    coop = cast.babakankaret.pk
    assert where == (Answer(coop, "local_trade", "gkp"), Answer(coop, "sources", "gkp", shop.pk))


def test_a_trader_who_pays_more_than_he_asks_is_told_as_one_answer(
    cast: Cast, products: dict[str, Product]
) -> None:
    trader = LocalTradeAnswer(
        product=products["gkp"], sell_idr_per_kg=Decimal(6_700), buy_idr_per_kg=Decimal(6_400)
    )
    answers.declare_local_trade(cast.babakankaret, [trader], **SAID)
    [line], [where] = told(cast)
    assert line == (
        f"{COOP}, pedagang setempat, {GKP}: Menurut jawaban ini, pedagang membeli lebih mahal daripada ia "
        "menjual. Periksa kedua harga."
    )
    assert where == (Answer(cast.babakankaret.pk, "local_trade", "gkp"),)


def test_an_answer_of_the_main_place_by_its_name_and_without_leads_to_the_workbook(
    cast: Cast, products: dict[str, Product]
) -> None:
    main = Site.objects.create(cooperative=cast.babakankaret, name="Lantai jemur", is_main=True)
    named = PotentialAnswer(product=products["gkp"], month=APRIL, kg=70, site=main)
    answers.declare_potentials(cast.babakankaret, [named], **SAID)
    [line], [where] = told(cast)
    assert line.startswith(f"{COOP}, yang dapat disetor anggota, {GKP}, April 2027: Ini dijawab dua kali")
    assert where == (Answer(cast.babakankaret.pk, "workbook"),)


def test_a_price_above_its_own_steps_names_the_buyer(cast: Cast, products: dict[str, Product]) -> None:
    steps = [(5_000, Decimal(7_200))]
    made = sell(cast.hub, products["gkp"], "Bulog", 7_100, most_kg=9_000, steps=steps)
    # Kept from before such answers were refused.
    Channel.objects.filter(pk=made.pk).update(idr_per_kg=7_400)
    [line], [where] = told(cast)
    assert line.startswith(f"{HUB}, pembeli, Bulog · {GKP}: Harga untuk jumlah besar lebih rendah")
    assert where == (Answer(cast.hub.pk, "outlets", "gkp", made.pk),)


def test_a_place_of_its_own_is_named(cast: Cast, products: dict[str, Product]) -> None:
    store = Site.objects.create(cooperative=cast.babakankaret, name="Gudang lama")
    need = NeedAnswer(product=products["urea"], month=MARCH, kg=5, is_must=True, site=store)
    answers.declare_needs(cast.babakankaret, [need], **SAID)
    Site.objects.create(cooperative=cast.babakankaret, name="Kantor", is_main=True)
    [line], _ = told(cast)
    assert line.startswith(f"{COOP} (Gudang lama), yang dibutuhkan, Urea: Kebutuhan")


def test_what_a_scenario_makes_impossible_is_told_alike(cast: Cast, products: dict[str, Product]) -> None:
    market = sell(cast.hub, products["gkp"], "Pasar pagi", 6_500)
    shop = buy(cast.hub, products["gkp"], "Gapoktan", 6_600)
    change = {"table": "outlets", "field": "price_idr_per_kg", "product": "gkp", "factor": "1.1"}
    lines, where = told(cast, scenario={"changes": [change]})
    assert len(lines) == 1, "once, though a scenario's rows are told month by month"
    assert lines[0].startswith(f"{HUB}, pembeli, Pasar pagi · {GKP}: Harga jual di sini")
    hub = cast.hub.pk
    assert where == [(Answer(hub, "outlets", "gkp", market.pk), Answer(hub, "sources", "gkp", shop.pk))]
