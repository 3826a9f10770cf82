"""Who buys and sells: kitchens, the market, retailers, fertiliser, and traders in the villages."""

from __future__ import annotations

from collections.abc import Iterator

from examples.cianjur_beras.figures import (
    AGENCY_PAYS_DAYS,
    BRAN,
    BRAN_IN_THE_VILLAGE,
    CEILING_MEDIUM_RICE,
    EVERY,
    FLOOR_GKG_AT_MILL,
    FLOOR_GKG_AT_WAREHOUSE,
    FLOOR_GKP,
    FLOOR_RICE,
    GKP_TO_GKG,
    HARVEST_GKP_TRADER,
    HARVEST_SHARES,
    KITCHEN_DAYS,
    KITCHEN_KG_A_DAY,
    KITCHENS_PAY_DAYS,
    LEAN_GKP_TRADER,
    PANDANWANGI_MONTHS,
    PANDANWANGI_RETAIL,
    PANDANWANGI_TO_ORDINARY_PADDY,
    PERIODS,
    REGENCY_PEOPLE,
    REGENCY_VILLAGES,
    RETAIL_PAYS_DAYS,
    RETAIL_RICE,
    RICE_KG_A_HEAD_AND_MONTH,
    SEASONS,
    UREA_IN_BULK,
    UREA_KIOSK,
    UREA_MONTHS,
    YIELD_T_GKG_PER_HA,
    Row,
    rounded,
)
from examples.cianjur_beras.harvests import paddy_kg_a_year
from examples.cianjur_beras.places import (
    AGENCY,
    FEED,
    FERTILISER,
    KITCHENS,
    MARKET,
    MILL_SITES,
    PANDANWANGI_COOPS,
    RETAIL,
    VILLAGES,
)

# Rows stand as rows from here on, close together.
# fmt: off


def needs() -> Iterator[Row]:
    """Urea for the harvests three to five months later."""
    for village in VILLAGES:
        for month in UREA_MONTHS:
            harvest = sum(HARVEST_SHARES[(month + later - 1) % 12] for later in (3, 4, 5))
            hectares = paddy_kg_a_year(village) * GKP_TO_GKG / 1000 / YIELD_T_GKG_PER_HA * harvest
            yield {"site": village.code, "product": "urea", "period": PERIODS[month],
                   "kg": rounded(hectares * 100, 10), "worth_idr_per_kg": UREA_KIOSK,
                   "source": "Harga kios 2025 (7.000–9.000); ilustratif: aturan.pupuk"}


# --- Buyers and suppliers


def kitchen_outlets() -> Iterator[Row]:
    for kitchen, owner in KITCHENS.items():
        for month, code in PERIODS.items():
            most = KITCHEN_KG_A_DAY * KITCHEN_DAYS[month - 1]
            yield {"code": kitchen.code, "owner": owner, "site": kitchen.code, "product": "beras",
                   "period": code, "most_kg": most,
                   "price_idr_per_kg": CEILING_MEDIUM_RICE, "buyer": kitchen.name,
                   "pays_after_days": KITCHENS_PAY_DAYS,
                   "source": "200 kg/hari (BGN, Agu 2025), HET medium (Agu 2025); ilustratif: aturan.dapur"}


def hub_outlets() -> Iterator[Row]:
    for month, code in PERIODS.items():
        yield {"code": "pasar-induk", "owner": "hub", "site": MARKET.code, "product": "beras", "period": code,
               "most_kg": 160_000, "price_idr_per_kg": rounded(RETAIL_RICE[month - 1] * 0.9, 10),
               "buyer": MARKET.name,
               "source": "Harga eceran Jawa Barat (PIHPS, Mar 2025–Feb 2026); ilustratif: aturan.pasar"}
    yield {"code": "logistik-beras", "owner": "hub", "site": AGENCY.code, "product": "beras", "period": EVERY,
           "most_kg": 200_000, "price_idr_per_kg": FLOOR_RICE, "buyer": "Badan logistik (peran)",
           "pays_after_days": AGENCY_PAYS_DAYS,
           "source": "HPP beras (Kepbadan Bapanas 2/2025); volume ilustratif: aturan.peran"}
    yield {"code": "dedak", "owner": "hub", "site": FEED.code, "product": "dedak", "period": EVERY,
           "price_idr_per_kg": BRAN, "buyer": FEED.name,
           "source": "Laporan 1.500–2.000 (Bengkulu 2025); ilustratif: aturan.hasil_samping"}
    yield {"code": "menir", "owner": "hub", "site": FEED.code, "product": "menir", "period": EVERY,
           "price_idr_per_kg": FLOOR_RICE // 2, "buyer": FEED.name,
           "source": "ilustratif: aturan.hasil_samping"}


def pandanwangi_outlets() -> Iterator[Row]:
    yield {"code": "ritel-modern", "owner": "hub", "site": RETAIL.code, "product": "beras-pandanwangi",
           "period": EVERY, "most_kg": 8_000, "least_kg": 2_000,
           "price_idr_per_kg": PANDANWANGI_RETAIL * 7 // 10,
           "steps": [{"from_kg": 5_000, "price_idr_per_kg": PANDANWANGI_RETAIL * 7 // 10 + 500}],
           "buyer": "Ritel modern (peran)", "pays_after_days": RETAIL_PAYS_DAYS,
           "source": "ilustratif: aturan.pandanwangi"}
    yield {"code": "toko-jambudipa", "owner": "jambudipa", "site": "jambudipa",
           "product": "beras-pandanwangi", "period": EVERY, "most_kg": 300,
           "price_idr_per_kg": PANDANWANGI_RETAIL * 3 // 4,
           "buyer": "Toko oleh-oleh (peran)", "source": "ilustratif: aturan.pandanwangi"}


def fertiliser_sources() -> Iterator[Row]:
    for month in UREA_MONTHS:
        yield {"code": "urea", "owner": "hub", "site": FERTILISER.code, "product": "urea",
               "period": PERIODS[month], "most_kg": 30_000, "price_idr_per_kg": UREA_IN_BULK + 400,
               "steps": [{"from_kg": 10_000, "price_idr_per_kg": UREA_IN_BULK}], "supplier": FERTILISER.name,
               "source": "Harga kios 2025 (7.000–9.000); ilustratif: aturan.pupuk"}


# --- What each can do alone


def village_trade() -> Iterator[Row]:
    stall_kg = rounded(REGENCY_PEOPLE / REGENCY_VILLAGES * RICE_KG_A_HEAD_AND_MONTH * 0.02, 100)
    for village in VILLAGES:
        for code, lean in SEASONS:
            yield {"site": village.code, "product": "gkp", "period": code,
                   "sell_idr_per_kg": LEAN_GKP_TRADER if lean else HARVEST_GKP_TRADER,
                   "source": "Laporan Tasikmalaya Okt 2025 (6.800–7.000)" if lean
                   else "Laporan Cianjur 12 Apr 2025 (5.200–5.400)"}
            yield {"site": village.code, "product": "gkg", "period": code,
                   "sell_idr_per_kg": FLOOR_GKG_AT_MILL + 300 * lean - 300 * (village.terrain == "gunung"),
                   "source": "HPP GKG di penggilingan (2025); ilustratif: aturan.setempat"}
        yield {"site": village.code, "product": "beras", "period": EVERY, "most_sell_kg": stall_kg,
               "sell_idr_per_kg": CEILING_MEDIUM_RICE - 100,
               "source": "HET medium 2025, konsumsi 7,13 kg (Susenas 2024); ilustratif: aturan.gerai"}
        yield {"site": village.code, "product": "urea", "period": EVERY, "buy_idr_per_kg": UREA_KIOSK - 300,
               "source": "Harga kios 2025 (7.000–9.000); ilustratif: aturan.pupuk"}
    for site in MILL_SITES:
        if site != "hub":
            for product, price in (("dedak", BRAN_IN_THE_VILLAGE), ("menir", FLOOR_RICE // 2 - 500)):
                yield {"site": site, "product": product, "period": EVERY, "sell_idr_per_kg": price,
                       "source": "ilustratif: aturan.hasil_samping"}


def pandanwangi_trade() -> Iterator[Row]:
    members = rounded(FLOOR_GKP * PANDANWANGI_TO_ORDINARY_PADDY, 100)
    for coop in PANDANWANGI_COOPS:
        for month in PANDANWANGI_MONTHS:
            yield {"site": coop, "product": "gkp-pandanwangi", "period": PERIODS[month],
                   "sell_idr_per_kg": members + 200, "source": "ilustratif: aturan.pandanwangi"}


def hub_trade() -> Iterator[Row]:
    for code, lean in SEASONS:
        yield {"site": "hub", "product": "gkg", "period": code, "most_buy_kg": 40_000,
               "buy_idr_per_kg": FLOOR_GKG_AT_WAREHOUSE + 150 + 300 * lean,
               "source": "HPP GKG di gudang (2025); ilustratif: aturan.setempat"}
