"""A co-op that has said something of everything, and ways to change its workbook as people do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from jejaring.domain.mapping.actions import answers, channels, facilities, vehicles
from jejaring.domain.mapping.actions.answers import LocalTradeAnswer, NeedAnswer, PotentialAnswer, TodayAnswer
from jejaring.domain.mapping.actions.channels import ChannelAnswer
from jejaring.domain.mapping.actions.facilities import FacilityAnswer
from jejaring.domain.mapping.models import Commodity, Grade, PriceRule, Product, Site
from jejaring.domain.parties.models import Cooperative

AT = datetime(2027, 1, 15, 3, 0, tzinfo=UTC)
ON = date(2027, 1, 15)
MARCH, APRIL, MAY = date(2027, 3, 1), date(2027, 4, 1), date(2027, 5, 1)


def make_products() -> dict[str, Product]:
    """Put paddy, rice, bran and fertiliser into the database, and return them by code."""
    rice = Commodity.objects.create(code="beras", name_id="Beras")
    names = {"gkp": "Gabah kering panen (GKP)", "beras": "Beras medium", "dedak": "Dedak", "urea": "Urea"}
    made = {
        code: Product.objects.create(
            commodity=rice, code=code, name_id=name, name_en=f"{name} (en)", is_harvest=code == "gkp"
        )
        for code, name in names.items()
    }
    Grade.objects.create(product=made["beras"], code="premium", name_id="Premium")
    PriceRule.objects.create(
        kind="floor", product=made["gkp"], idr_per_kg=6500, valid_from=date(2025, 1, 15), source="HPP"
    )
    return made


def say_everything(coop: Cooperative, made: dict[str, Product]) -> None:
    """Let a co-op say something of every kind."""
    said: dict[str, Any] = {"by": None, "at": AT, "sure": True}
    _say_by_month(coop, made, said)
    _say_facilities(coop, made, said)
    vehicles.declare_vehicle(coop, name="Pikap", capacity_kg=1000, idr_per_km=Decimal(2500), by=None)
    for partner in ("Bulog", "Pasar induk"):
        channels.declare_channel(
            coop,
            ChannelAnswer(
                direction="sell",
                product=made["gkp"],
                partner=partner,
                idr_per_kg=Decimal(6500),
                most_kg=900,
                steps=[(500, Decimal(6600))],
            ),
            **said,
        )


def _say_by_month(coop: Cooperative, made: dict[str, Product], said: dict[str, Any]) -> None:
    field = Site.objects.create(cooperative=coop, name="Gudang lama")
    answers.declare_potentials(
        coop,
        [
            PotentialAnswer(
                product=made["gkp"], month=MARCH, kg=1000, cost_idr_per_kg=Decimal("6500.125"), source="=buku"
            ),
            PotentialAnswer(product=made["gkp"], month=APRIL, kg=0, cost_idr_per_kg=Decimal("6500.125")),
            PotentialAnswer(product=made["gkp"], month=MAY, kg=500, evidence="weighed"),
            PotentialAnswer(product=made["gkp"], month=MAY, kg=70, site=field, least_lot_kg=10),
            PotentialAnswer(
                product=made["beras"], month=MAY, kg=9, grade=made["beras"].grades.get(code="premium")
            ),
            PotentialAnswer(product=made["dedak"], month=date(2028, 9, 1), kg=8),
        ],
        **said,
    )
    answers.declare_needs(
        coop,
        [
            NeedAnswer(
                product=made["urea"], month=MARCH, kg=50, worth_idr_per_kg=Decimal(3000), is_must=True
            ),
            NeedAnswer(product=made["urea"], month=APRIL, kg=50),
        ],
        **said,
    )
    answers.declare_today(
        coop,
        [
            TodayAnswer(product=made["gkp"], month=month, sells_kg=10, sells_idr_per_kg=Decimal(6400))
            for month in (MARCH, APRIL)
        ],
        **said,
    )
    answers.declare_local_trade(
        coop,
        [
            LocalTradeAnswer(product=made["gkp"], sell_idr_per_kg=Decimal(6300)),
            LocalTradeAnswer(product=made["gkp"], month=MARCH, sell_idr_per_kg=Decimal(6200), most_sell_kg=5),
        ],
        **said,
    )


def _say_facilities(coop: Cooperative, made: dict[str, Product], said: dict[str, Any]) -> None:
    facilities.declare_facility(
        coop,
        FacilityAnswer(
            kind="process",
            name="Penggilingan",
            product=made["gkp"],
            outputs=[(made["beras"], Decimal("0.532")), (made["dedak"], Decimal("0.1"))],
            capacity_kg=20_000,
            cost_idr_per_kg=Decimal(350),
            months=[(MARCH, 5, Decimal(400))],
            build_share=Decimal("0.5"),
        ),
        **said,
    )
    facilities.declare_facility(
        coop,
        FacilityAnswer(
            kind="storage",
            name="Gudang",
            stored=[made["beras"], made["dedak"]],
            loss=Decimal("0.005"),
            opening=[(made["beras"], 12)],
        ),
        **said,
    )


def edited(data: bytes, change: Callable[[Any], None]) -> bytes:
    """Return a workbook after somebody changed it in a spreadsheet program."""
    book = load_workbook(BytesIO(data))
    change(book)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def find(sheet: Any, heading: str, row: int = 4) -> Any:
    """Return the cell in a row below a heading."""
    for cell in sheet[3]:
        if str(cell.value).split(" (")[0] == heading:
            return sheet.cell(row, cell.column)
    raise KeyError(heading)
