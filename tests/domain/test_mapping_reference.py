"""Reference data: the set that comes along, and figures that hold from a day on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jejaring.domain.mapping.actions import reference
from jejaring.domain.mapping.models import Commodity, Conversion, Grade, PriceRule, Product
from jejaring.domain.mapping.usual import usual
from jejaring.engines.errors import Refusal
from tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_the_set_is_loaded_once_and_leaves_alone_what_was_changed(cast: Cast) -> None:
    assert reference.load_reference(by=cast.facilitator) > 100
    Product.objects.filter(code="urea").update(name_id="Urea di kios kami")
    assert reference.load_reference() == 0
    assert Product.objects.get(code="urea").name_id == "Urea di kios kami"
    assert Commodity.objects.count() == 3


def test_rice_stands_in_it_with_the_published_figures(db: None) -> None:
    reference.load_reference()
    to_rice = Conversion.objects.get(from_product__code="gkg", to_product__code="beras")
    assert (to_rice.factor, to_rice.source) == (Decimal("0.6402"), "SKGB 2018, BPS")
    floors = PriceRule.objects.filter(kind="floor", product__code="gkp")
    assert sorted(int(rule.idr_per_kg) for rule in floors) == [6500, 6700]
    ceiling = PriceRule.objects.get(kind="ceiling", product__code="beras-premium", region_code="32")
    assert (ceiling.idr_per_kg, ceiling.valid_from) == (Decimal(14_900), date(2025, 8, 22))
    out_of_paddy = Conversion.objects.filter(from_product__code="gkg").values_list("factor", flat=True)
    assert sum(out_of_paddy) <= 1
    assert Grade.objects.filter(product__code="kubis").count() == 2
    assert {each.code for each in Product.objects.filter(is_input=True)} == {"urea", "npk", "benih-padi"}
    assert all(each.source for each in usual().values())


def test_a_new_price_ends_the_one_before_and_needs_a_source(cast: Cast) -> None:
    reference.load_reference()
    gkp = Product.objects.get(code="gkp")
    new = reference.set_price(
        gkp, kind="floor", idr_per_kg=Decimal(7000), valid_from=date(2027, 1, 1), source="Keputusan baru",
        condition="di petani", by=cast.facilitator,
    )  # fmt: skip
    old = PriceRule.objects.get(product=gkp, condition="di petani", valid_from=date(2025, 1, 15))
    assert (old.valid_until, new.valid_until) == (date(2026, 12, 31), None)
    between = reference.set_price(
        gkp, kind="floor", idr_per_kg=Decimal(6800), valid_from=date(2026, 6, 1), source="Keputusan sela",
        condition="di petani", by=cast.facilitator,
    )  # fmt: skip
    old.refresh_from_db()
    assert (old.valid_until, between.valid_until) == (date(2026, 5, 31), date(2026, 12, 31))
    with pytest.raises(Refusal):
        reference.set_price(
            gkp,
            kind="floor",
            idr_per_kg=Decimal(1),
            valid_from=date(2027, 1, 1),
            source=" ",
            by=cast.facilitator,
        )


def test_a_conversion_is_dated_and_a_product_is_not_its_own(cast: Cast) -> None:
    reference.load_reference()
    gkp, gkg = Product.objects.get(code="gkp"), Product.objects.get(code="gkg")
    said: dict[str, Any] = {
        "factor": Decimal("0.84"),
        "valid_from": date(2027, 1, 1),
        "source": "timbang",
        "by": cast.facilitator,
    }
    for _ in range(2):
        reference.set_conversion(gkp, gkg, **said)
    assert Conversion.objects.filter(from_product=gkp).count() == 2
    with pytest.raises(Refusal):
        reference.set_conversion(gkp, gkp, **said)


def test_new_products_and_grades_get_codes_of_their_own(cast: Cast) -> None:
    reference.load_reference()
    rice = Commodity.objects.get(code="beras")
    made = [
        reference.save_product(None, commodity=rice, name_id="Beras merah", by=cast.facilitator)
        for _ in range(2)
    ]
    assert [each.code for each in made] == ["beras-merah", "beras-merah-2"]
    again = reference.save_product(made[0], commodity=rice, name_id="Beras hitam", by=cast.facilitator)
    assert (again.pk, again.code, again.name_id) == (made[0].pk, "beras-merah", "Beras hitam")
    reference.save_grade(again, name_id="Mutu A", by=cast.facilitator)
    assert again.grades.get().code == "mutu-a"
    with pytest.raises(Refusal):
        reference.save_product(None, commodity=rice, name_id=" ", by=cast.facilitator)
    for months in (-1, 40_000):
        with pytest.raises(Refusal, match="can't keep"):
            reference.save_product(
                None, commodity=rice, name_id="Menir", shelf_life_periods=months, by=cast.facilitator
            )
