"""Prices by formula on pages: set on the terms of a draft, shown to all, carried on, exported."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from jejaring.documents.agreements import Goods, PriceFormula
from jejaring.domain.agreements.actions import drafting
from jejaring.domain.agreements.models import Agreement
from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Rupiah
from tests.cast import Cast, make_cast
from tests.domain.agreement_story import AT, FRAME, drafted, in_force
from tests.interfaces.web.agreement_browser import TERMS, as_, page, save

PRICE = {
    "price_0_follows": "hpp",
    "price_0_item": "GKP di penggilingan",
    "price_0_source": "Keputusan 2/2025",
    "price_0_change": "plus_idr",
    "price_0_amount": "150",
    "price_0_read_on": "handover",
    "price_0_lowest": "6.500",
    "price_0_highest": "Rp7.200",
    "price_0_example": "6700",
}
FORMULA = PriceFormula(
    follows="hpp",
    item="GKP di penggilingan",
    source="Keputusan 2/2025",
    plus_idr=150,
    lowest_idr=Rupiah(6_500),
    highest_idr=Rupiah(7_200),
    read_on="handover",
    example_idr=Rupiah(6_700),
)
TOLD = (
    "HPP GKP di penggilingan (Keputusan 2/2025) + Rp150/kg; dibaca pada hari penyerahan; "
    "paling rendah Rp6.500/kg; paling tinggi Rp7.200/kg"
)
EXAMPLE = "contoh: acuan Rp6.700/kg, harganya Rp6.850/kg"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def formulas(agreement: Agreement) -> list[PriceFormula | None]:
    content = drafting.content_of(drafting.newest_version(agreement))
    return [each.formula for each in content.commitments]


def priced(cast: Cast, agreement: Agreement | None = None) -> Agreement:
    """Return a draft whose paddy has the formula, set on its page."""
    made = agreement or drafted(cast)
    address = reverse("agreement_terms", args=[made.pk])
    assert save(as_(cast.facilitator), address, TERMS | PRICE).status_code == 302
    return made


def test_a_formula_is_set_on_the_terms_and_shown_to_all(cast: Cast) -> None:
    agreement = priced(cast)
    assert formulas(agreement) == [FORMULA]
    version = drafting.newest_version(agreement)
    assert [row.price_rule for row in version.commitments.all()] == [TOLD]
    assert version.commitments.get().value_idr == 80_400_000, "the value is the illustration's"
    shown = page(as_(cast.chair), "agreement", agreement.pk)
    assert f"{TOLD}; {EXAMPLE}" in shown
    assert "harga rencana sebagai gambaran" in shown
    terms = page(as_(cast.chair), "agreement_terms", agreement.pk)
    assert 'value="6.500"' in terms
    assert '<option value="plus_idr" selected>' in terms


def test_what_a_page_shows_can_be_saved_as_it_stands(cast: Cast) -> None:
    agreement = priced(cast)
    again = PRICE | {"price_0_highest": "7.200", "price_0_example": "6.700"}
    assert (
        save(
            as_(cast.facilitator), reverse("agreement_terms", args=[agreement.pk]), TERMS | again
        ).status_code
        == 302
    )
    assert formulas(agreement) == [FORMULA]
    assert agreement.versions.count() == 1


def test_a_fixed_price_again_takes_the_formula_out(cast: Cast) -> None:
    agreement = priced(cast)
    assert (
        save(
            as_(cast.facilitator),
            reverse("agreement_terms", args=[agreement.pk]),
            TERMS | PRICE | {"price_0_follows": ""},
        ).status_code
        == 302
    )
    assert formulas(agreement) == [None]
    assert drafting.newest_version(agreement).commitments.get().price_rule == ""


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"price_0_amount": ""}, "Isi keduanya"),
        ({"price_0_change": ""}, "Isi keduanya"),
        ({"price_0_amount": "150,5"}, "rupiah bulat"),
        ({"price_0_change": "plus_percent"}, "0 sampai 100"),
        ({"price_0_lowest": "7.300"}, "lebih tinggi daripada harga paling tinggi"),
        ({"price_0_follows": "bulan"}, "price_0_follows_error"),
    ],
)
def test_what_is_no_formula_is_refused_and_kept_on_the_page(
    cast: Cast, wrong: dict[str, str], told: str
) -> None:
    agreement = drafted(cast)
    address = reverse("agreement_terms", args=[agreement.pk])
    answer = save(as_(cast.facilitator), address, TERMS | PRICE | wrong)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert told in shown
    assert 'value="Keputusan 2/2025"' in shown
    assert formulas(agreement) == [None]


def test_per_cent_may_have_decimals(cast: Cast) -> None:
    agreement = drafted(cast)
    less = {"price_0_change": "minus_percent", "price_0_amount": "2,25"}
    address = reverse("agreement_terms", args=[agreement.pk])
    assert save(as_(cast.facilitator), address, TERMS | PRICE | less).status_code == 302
    (formula,) = formulas(agreement)
    assert formula is not None
    assert (formula.plus_idr, str(formula.plus_percent)) == (0, "-2.25")
    assert 'value="2,25"' in page(as_(cast.facilitator), "agreement_terms", agreement.pk)


def test_a_page_from_before_the_formula_overwrites_nothing(cast: Cast) -> None:
    agreement = drafted(cast)
    hub = as_(cast.chair_of_hub)
    address = reverse("agreement_terms", args=[agreement.pk])
    before = hub.get(address).content.decode().split('name="seen" value="')[1].split('"')[0]
    priced(cast, agreement)
    answer = hub.post(address, TERMS | {"seen": before, "price_0_follows": "market"})
    assert answer.status_code == 422
    assert "<dd>Harga Pembelian Pemerintah (HPP)</dd>" in answer.content.decode()
    assert formulas(agreement) == [FORMULA]


def test_what_changed_tells_the_formula(cast: Cast) -> None:
    agreement = drafted(cast)
    address = reverse("agreement_terms", args=[agreement.pk])
    assert save(as_(cast.chair), address, TERMS | PRICE).status_code == 302
    assert TOLD in page(as_(cast.facilitator), "agreement_changes", agreement.pk, 2)


def test_other_changes_and_new_versions_keep_the_formula(cast: Cast) -> None:
    agreement = priced(cast)
    drafting.add_clause(agreement, title="Arsip", text="Disimpan.", by=cast.chair, at=AT)
    drafting.set_terms(agreement, frame=FRAME, by=cast.chair, at=AT)
    assert formulas(agreement) == [FORMULA]
    assert drafting.newest_version(agreement).commitments.get().price_rule == TOLD


def test_a_contract_carries_the_formula_of_its_memorandum(cast: Cast) -> None:
    memorandum = in_force(cast, priced(cast))
    made = drafting.follow(memorandum, how="contract", frame=FRAME, by=cast.facilitator, at=AT)
    assert formulas(made) == [FORMULA]
    assert made.versions.get().commitments.get().price_rule == TOLD


def test_workbook_and_csv_have_the_formula_beside_the_illustration(cast: Cast) -> None:
    in_force(cast, priced(cast))
    facilitator = as_(cast.facilitator)
    xlsx = facilitator.get(reverse("agreements_xlsx", args=[cast.cianjur.pk])).content
    book: list[Any] = list(openpyxl.load_workbook(io.BytesIO(xlsx)).worksheets[0].values)
    text = facilitator.get(reverse("agreements_csv", args=[cast.cianjur.pk])).content.decode("utf-8-sig")
    for rows in (book, list(csv.reader(io.StringIO(text), delimiter=";"))):
        at = next(at for at, head in enumerate(rows[0]) if head and head.startswith("Rumus harga"))
        assert rows[1][at] == f"{TOLD}; {EXAMPLE}"
        assert str(rows[1][at - 1]) == "6700"


def test_only_goods_of_the_agreement_can_have_a_formula(cast: Cast) -> None:
    agreement = drafted(cast)
    for goods in (Goods("sale", "Beras"), Goods("toll", "Gabah kering panen")):
        with pytest.raises(Refusal):
            drafting.set_terms(agreement, frame=FRAME, formulas={goods: FORMULA}, by=cast.chair, at=AT)


def test_the_neighbour_sets_no_price(cast: Cast) -> None:
    agreement = drafted(cast)
    for who in (cast.chair_garut, cast.facilitator_garut, cast.stranger):
        answer = as_(who).post(reverse("agreement_terms", args=[agreement.pk]), TERMS | PRICE)
        assert answer.status_code in {403, 404}
    assert formulas(agreement) == [None]
