"""Numbers that can be read in two ways: settled beside their field, and shown back as they were taken."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from jejaring.domain.mapping.actions import reference
from jejaring.domain.mapping.models import Channel, Facility, LocalTrade, Today, Vehicle
from jejaring.domain.mapping.queries import months_ahead
from tests.cast import make_cast
from tests.interfaces.web.test_mapping import PADDY, Phone, text, ticked, typed


@pytest.fixture
def phone(db: None) -> Phone:
    cast = make_cast()
    reference.load_reference()
    return Phone(cast, cast.clerk)


@pytest.fixture
def months() -> list[date]:
    return months_ahead(timezone.localdate())


MILL = {"name": "Penggilingan", "input": "gkg", "output": "beras", "percent": "62", "cost": "500"}
LORRY = {"name": "Truk", "kg-capacity": "4", "unit-capacity": "ton"}
BUYER = {"direction": "sell", "product": "beras", "partner": "Dapur", "price": "13000"}
NOW = {"direction": "sell", "product": "gkp", "kg-most": "8", "unit-most": "ton", "price": "6300"}


@pytest.mark.parametrize(
    ("page", "form", "field", "button", "written", "large", "small"),
    [
        ("mapping_facility_new", MILL, "cost", "cost", "1.250", "1250", "1,25"),
        ("mapping_facility_new", MILL, "percent", "percent.0", "62,500", "62500", "62,5"),
        ("mapping_facility_new", MILL, "kg-capacity", "capacity", "1.250", "1250", "1,25"),
        ("mapping_vehicles", LORRY, "idr_per_trip", "idr_per_trip", "250.000", "250000", "250,0"),
        ("mapping_vehicles", LORRY, "idr_per_km", "idr_per_km", "2.500", "2500", "2,5"),
        ("mapping_vehicles", LORRY, "most_trips", "most_trips", "1.000", "1000", "1,0"),
        ("mapping_vehicles", LORRY, "kg-capacity", "capacity", "4,500", "4500", "4,5"),
        ("mapping_channel_new", BUYER, "price", "price", "125.000", "125000", "125,0"),
        ("mapping_channel_new", BUYER, "kg-most", "most", "1.250", "1250", "1,25"),
        ("mapping_trade_now", NOW, "kg-most", "most", "1.250", "1250", "1,25"),
        ("mapping_trader", {"product": "gkp"}, "sell", "sell", "125.000", "125000", "125,0"),
    ],
)
def test_a_number_with_two_readings_is_settled_with_one_tap_beside_its_field(
    phone: Phone,
    page: str,
    form: dict[str, str],
    field: str,
    button: str,
    written: str,
    large: str,
    small: str,
) -> None:
    rest = {"sort": "penggilingan"} if page == "mapping_facility_new" else {}
    sent = form | {field: written}
    asked = phone.send(page, sent, **rest)
    shown = asked.content.decode()
    assert asked.status_code == 422
    assert 'role="alert"' not in shown, "it is told beside the field"
    assert "bisa berarti dua angka" in shown
    assert shown.count("autofocus") == shown.count('aria-invalid="true"') == 1
    tables = (Facility, Vehicle, Channel, Today, LocalTrade)
    for reading in (large, small):
        assert f'name="take" value="{button}={reading}"' in shown
        taken = phone.send(page, sent | {"take": f"{button}={reading}"}, **rest)
        filled = taken.content.decode()
        assert taken.status_code == 200
        assert f'value="{reading}"' in filled
        assert filled.count("autofocus") == 1, "the page opens where it was filled in"
        assert all(
            f'value="{value}"' in filled for name, value in form.items() if name in {"name", "partner"}
        )
        assert not any(table.objects.exists() for table in tables), (
            "nothing is kept before somebody has seen it"
        )
    assert phone.send(page, form | {field: large}, **rest).status_code in {302, 422}


def test_a_price_with_thousands_is_read_as_it_is_meant_and_shown_back(
    phone: Phone, months: list[date]
) -> None:
    ticked(phone, months[1])
    phone.send("mapping_amounts", typed(months[1], "700"), **PADDY)
    phone.send("mapping_price", {"price": "6.500"}, **PADDY)
    assert "Tersimpan: Rp6.500/kg" in text(phone.read("mapping_known", **PADDY))
    phone.send("mapping_trader", {"product": "gkp", "sell": "6.600"})
    phone.send("mapping_trade_now", NOW | {"price": "6.300"})
    phone.send("mapping_channel_new", BUYER | {"price": "13.000"})
    market = text(phone.read("mapping_market"))
    assert all(f"Rp{price}/kg" in market for price in ("6.600", "6.300", "13.000"))
    phone.send("mapping_facility_new", MILL | {"cost": "1250"}, sort="penggilingan")
    assert "Rp1.250/kg" in text(phone.read("mapping_facilities"))
    asked = phone.send("mapping_price", {"price": "125.000"}, **PADDY).content.decode()
    assert 'name="take" value="price=125000"' in asked, "Rp125 and Rp125,000 both are prices"
