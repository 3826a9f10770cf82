"""The network as a whole: who is in it, what each makes today, and what could change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from examples.ciwidey_sayur.buyers import market_outlets, shop_outlets, traders
from examples.ciwidey_sayur.figures import DETOURS, PERIODS, PRICE, SAID, TODAY_KG, TODAY_PRICE, Row, rounded
from examples.ciwidey_sayur.harvests import (
    crops,
    growers,
    harvest_kg,
    harvests,
    planted_fields,
    price_idr_per_kg,
)
from examples.ciwidey_sayur.places import HUB, PLACES, VILLAGES, Village
from examples.ciwidey_sayur.roads import lanes, vehicles
from examples.ciwidey_sayur.sources import NOTE, references
from examples.ciwidey_sayur.vegetables import LOSS_PER_100_KM, MIXED, SORTED_APART, VEGETABLES, raw, second
from examples.ciwidey_sayur.work import grading, storages

# Rows stand as rows from here on, close together.
# fmt: off


def network() -> dict[str, Any]:
    """Return the example as jejaring-network/2, with names, villages, buyers and sources."""
    return {
        "format": "jejaring-network/2",
        "name": "Jejaring sayur Ciwidey 2026 (contoh)",
        "note": NOTE,
        "periods": [{"code": code} for code in PERIODS.values()],
        "products": list(_products()),
        "parties": list(_parties()),
        "sites": list(_sites()),
        "supplies": list(harvests()),
        "outlets": [*shop_outlets(), *market_outlets()],
        "sources": [],
        "needs": [],
        "processes": list(grading()),
        "storages": list(storages()),
        "lanes": list(lanes()),
        "lane_rule": {"detour": 1.45, "detours": DETOURS, "farthest_km": 3, "nearest": 1, "idr_per_kg": 20,
                      "vehicle": "pikap", "source": "ilustratif: aturan.angkut"},
        "local_trade": list(traders()),
        "vehicles": list(vehicles()),
        "today": list(_today()),
        "scenarios": list(_scenarios()),
        "ranges": list(_ranges()),
        "crops": list(crops()),
        "growers": list(growers()),
        "references": list(references()),
    }


def _products() -> Iterator[Row]:
    source = "Daya simpan UC Davis 2017, susut cabai 23,6 % per 126 km (2016); ilustratif: aturan.simpan"
    for each in VEGETABLES:
        keeps = {"shelf_life_periods": each.keeps, "loss_per_100_km": LOSS_PER_100_KM[each.kind],
                 "source": source}
        yield {"code": raw(each.code), "name": f"{each.name} panen"} | keeps
        yield {"code": each.code, "name": each.name} | keeps
        if each.code in SORTED_APART:
            yield {"code": second(each.code), "name": f"{each.name} sortiran"} | keeps
    yield {"code": MIXED, "name": "Sortiran campur", "shelf_life_periods": 0, "loss_per_100_km": 0.04,
           "source": "ilustratif: aturan.simpan"}


def _parties() -> Iterator[Row]:
    yield {"code": HUB.code, "name": HUB.name, "kind": "koperasi eksisting", "role": "hub",
           "pays_members_after_days": 7, "pays_partners_after_days": 7, "cash_idr": 1_000_000_000,
           "source": "ilustratif: aturan.peran, aturan.kas"}
    for village in VILLAGES:
        yield {"code": village.code, "name": f"Koperasi Desa Merah Putih {village.name}", "kind": "KDMP",
               "village": village.village, "pays_members_after_days": 7, "pays_partners_after_days": 0,
               "cash_idr": 100_000_000,
               "source": "Kode dan nama desa: Kepmendagri 300.2.2-2430/2025; nama koperasi: aturan.nama; "
                         "ilustratif: aturan.kas"}


def _sites() -> Iterator[Row]:
    for place in PLACES.values():
        row: Row = {"code": place.code, "party": None, "lat": place.lat, "lon": place.lon,
                    "name": place.name, "terrain": place.terrain}
        if isinstance(place, Village):
            row |= {"party": place.code, "name": f"Desa {place.name}", "village": place.village,
                    "source": "Titik tengah desa dibulatkan ke 0,01° (batas Kemendagri/BIG, 2026); "
                              "medan: aturan.medan"}
        else:
            row |= {"party": "hub" if place is HUB else None, "source": "ilustratif: aturan.peran"}
        yield row


def _today() -> Iterator[Row]:
    """What members sell to the village trader today; the hub and every eleventh village haven't told."""
    silent = {village.code for village in VILLAGES[10::11]} | {"hub"}
    for site, vegetable, area, number in planted_fields():
        if site in silent:
            continue
        for week, code in PERIODS.items():
            yield {"site": site, "product": raw(vegetable.code), "period": code,
                   "sells_kg": rounded(harvest_kg(area, vegetable, number, week) * TODAY_KG, 10),
                   "sells_idr_per_kg": rounded(price_idr_per_kg(vegetable, week) * TODAY_PRICE, 10),
                   "partner": "Tengkulak desa (peran)", "evidence": SAID,
                   "source": f"{vegetable.source}; ilustratif: aturan.hari_ini, aturan.bukti"}


# --- What could change


def _scenarios() -> Iterator[Row]:
    half = "Turun separuh dalam beberapa minggu (Ciamis, Oktober 2022); ilustratif: aturan.skenario"
    for code in ("cabai-merah", "cabai-rawit"):
        for product in (code, second(code)):
            yield {"code": "cabai-separuh", "name": "Harga cabai turun separuh", "table": "outlets",
                   "field": "price_idr_per_kg", "product": product, "factor": 0.5, "source": half}
        yield {"code": "cabai-separuh", "name": "Harga cabai turun separuh", "table": "local_trade",
               "field": "sell_idr_per_kg", "product": raw(code), "factor": 0.5, "source": half}
    yield {"code": "truk-rusak", "name": "Satu dari dua truk hub rusak", "table": "vehicles",
           "field": "most_trips", "row": "cdd-hub", "factor": 0.5, "source": "ilustratif: aturan.skenario"}
    yield {"code": "ritel-hilang", "name": "Swalayan Jakarta berhenti membeli", "table": "outlets",
           "field": "most_kg", "site": "ritel-jakarta", "factor": 0, "source": "ilustratif: aturan.skenario"}
    for table, field, product, factor in (
        ("supplies", "available_kg", raw("kubis"), 1.6), ("outlets", PRICE, raw("kubis"), 0.4),
        ("outlets", PRICE, second("kubis"), 0.4),
        ("local_trade", "sell_idr_per_kg", raw("kubis"), 0.4),
    ):
        yield {"code": "kubis-melimpah", "name": "Kubis melimpah", "table": table, "field": field,
               "product": product, "factor": factor,
               "source": "Kubis 4.500 menjadi 1.000–2.000 (Ciamis, Okt 2022); ilustratif: aturan.skenario"}


def _ranges() -> Iterator[Row]:
    for code, name, table, field, product, lowest, highest, apart in (
        ("harga-cabai-merah", "Harga cabai merah", "outlets", PRICE, "cabai-merah", 0.5, 1.6, "period"),
        ("harga-cabai-rawit", "Harga cabai rawit", "outlets", PRICE, "cabai-rawit", 0.5, 1.6, "period"),
        ("harga-tomat", "Harga tomat", "outlets", PRICE, "tomat", 0.7, 1.3, "period"),
        ("panen", "Hasil panen", "supplies", "available_kg", None, 0.75, 1.15, "site; product"),
        ("pesanan", "Pesanan gerai", "outlets", "most_kg", None, 0.8, 1.1, "site"),
    ):
        yield {"code": code, "name": name, "table": table, "field": field, "product": product,
               "lowest": lowest, "highest": highest, "apart": apart, "source": "ilustratif: aturan.kisaran"}
