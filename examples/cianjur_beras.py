"""The example network: 30 village co-ops of Kabupaten Cianjur, a rice hub and its buyers, in 2027.

`network()` returns it as jejaring-network/2; `python examples/cianjur_beras.py` writes it as
examples/cianjur-beras.xlsx. Villages, their codes and the dated public figures are real;
capacities, channels, buyers and the hub are illustrative and named by role. The rules that made
them are rows of `references`, so that whoever reads the workbook finds them; README.md sums up.

What a reader of the workbook sees is Indonesian; names and comments here are English.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

Row = dict[str, Any]

WORKBOOK = Path(__file__).with_name("cianjur-beras.xlsx")
EARTH_RADIUS_KM = 6371.0088

# Rows stand as rows from here on, close together.
# fmt: off

# --- Public figures, each with its date and source in `references`.

REGENCY_HARVEST_T_GKG = 630_848
REGENCY_VILLAGES = 360
REGENCY_PEOPLE = 2_638_825
# West Java 2022: January, March and December as reported, the other months modelled.
HARVEST_SHARES = (
    0.0445, 0.0833, 0.1590, 0.1083, 0.0855, 0.0804, 0.0842, 0.0890, 0.0885, 0.0775, 0.0584, 0.0415,
)
GKP_TO_GKG = 0.8312
GKG_TO_RICE = 0.6402
GKG_TO_RICE_SMALL_MILL = 0.6274
YIELD_T_GKG_PER_HA = 5.7
FLOOR_GKP = 6_500
FLOOR_GKG_AT_MILL = 8_000
FLOOR_GKG_AT_WAREHOUSE = 8_200
FLOOR_RICE = 12_000
CEILING_MEDIUM_RICE = 13_500
LEAN_GKP = 6_900  # the middle of what was reported, 6,800 to 7,000
LEAN_GKP_TRADER = 6_800
HARVEST_GKP_TRADER = 5_400  # the top of what was reported, 5,200 to 5,400
# Rice in West Java's retail markets: January and February 2026, March to December 2025.
RETAIL_RICE = (
    14_828, 14_858, 14_600, 14_600, 14_600, 14_685, 14_790, 14_834, 14_877, 14_885, 14_820, 14_800,
)
KITCHEN_KG_A_DAY = 200
RICE_KG_A_HEAD_AND_MONTH = 7.13
BRAN, BRAN_IN_THE_VILLAGE = 1_700, 1_500
DIESEL_IDR_PER_LITRE = 6_800
SMALL_MILL_KG_A_MONTH = 64_000
LOAN_A_MONTH = 0.06 / 12
PANDANWANGI_HA, PANDANWANGI_T_GKP_PER_HA, PANDANWANGI_DISTRICTS = 59, 7, 7
PANDANWANGI_TO_ORDINARY_PADDY = 2_900 / 2_000
PANDANWANGI_RETAIL = 30_000
COMMISSION = 45
PAYS_PARTNERS_DAYS, KITCHENS_PAY_DAYS, AGENCY_PAYS_DAYS, RETAIL_PAYS_DAYS = 7, 14, 7, 30
UREA_KIOSK, UREA_IN_BULK = 8_000, 7_000

# --- Illustrative figures: whoever plans in earnest puts their own in their place.

YEAR = 2027
SHARE_THROUGH_COOP = 0.06
LAND_WEIGHT = {"datar": 1.0, "bukit": 0.8, "gunung": 0.5}
DETOUR = {"datar": 1.3, "bukit": 1.45, "gunung": 1.6}
FARTHEST_KM = 100
FARTHEST_WET_PADDY_KM = 30
FARTHEST_STALL_KM = 40
WET_MONTHS = (1, 2, 3, 4, 11, 12)
LEAN_MONTHS = tuple(month for month, share in enumerate(HARVEST_SHARES, 1) if share < 0.08)
# Mondays to Fridays of 2027, ten fewer in July and December for the school holidays.
KITCHEN_DAYS = (21, 20, 23, 22, 21, 22, 12, 22, 22, 21, 22, 13)
PANDANWANGI_MONTHS = (4, 9)
UREA_MONTHS = (1, 4, 7, 10)
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)
PERIODS = {month: f"{YEAR}-{month:02d}" for month in range(1, 13)}
EVERY = "*"
# A row for every month, replaced in the lean ones: period, and whether it is lean.
SEASONS = ((EVERY, False), *((PERIODS[month], True) for month in LEAN_MONTHS))


class Village(NamedTuple):
    """A village co-op: official code, short code, name, terrain, position to 0.01°, area in km²."""

    village: str
    code: str
    name: str
    terrain: str
    lat: float
    lon: float
    area_km2: float


class Place(NamedTuple):
    """A place that is no village co-op, at an illustrative point."""

    code: str
    name: str
    terrain: str
    lat: float
    lon: float


class Dryer(NamedTuple):
    """A mechanical dryer: kg of wet paddy a month, Rp/kg, and Rp in each month in which it runs."""

    owner: str
    capacity_kg: int
    cost_idr_per_kg: int
    opening_cost_idr: int


class Mill(NamedTuple):
    """A rice mill: kg of dry paddy a month, kg of rice from each, Rp/kg."""

    owner: str
    capacity_kg: int
    rice: float
    cost_idr_per_kg: int


# A district stands behind a name that several of Cianjur's villages have.
VILLAGES = (
    Village("32.03.07.2002", "bojong", "Bojong", "datar", -6.80, 107.17, 3.5),
    Village("32.03.07.2013", "langensari", "Langensari", "datar", -6.84, 107.19, 3.5),
    Village("32.03.07.2009", "babakancaringin", "Babakancaringin", "datar", -6.81, 107.21, 4.1),
    Village(
        "32.03.07.2016", "sukamulya-karangtengah", "Sukamulya (Karangtengah)", "datar", -6.79, 107.18, 2.6
    ),
    Village("32.03.05.2001", "ciranjang", "Ciranjang", "datar", -6.82, 107.25, 3.7),
    Village("32.03.05.2007", "nanggalamekar", "Nanggalamekar", "datar", -6.84, 107.25, 5.4),
    Village("32.03.05.2009", "sindangsari-ciranjang", "Sindangsari (Ciranjang)", "datar", -6.79, 107.26, 4.1),
    Village("32.03.09.2001", "selajambe", "Selajambe", "datar", -6.81, 107.22, 3.1),
    Village("32.03.09.2004", "tanjungsari", "Tanjungsari", "datar", -6.82, 107.21, 4.8),
    Village("32.03.09.2002", "sukamulya-sukaluyu", "Sukamulya (Sukaluyu)", "datar", -6.84, 107.23, 7.4),
    Village("32.03.08.2002", "bobojong", "Bobojong", "datar", -6.76, 107.24, 8.4),
    Village("32.03.08.2003", "jamali", "Jamali", "datar", -6.75, 107.20, 9.0),
    Village("32.03.06.2008", "jati", "Jati", "datar", -6.86, 107.24, 4.9),
    Village("32.03.06.2004", "cibarengkok", "Cibarengkok", "datar", -6.87, 107.25, 4.0),
    Village("32.03.31.2003", "ramasari", "Ramasari", "datar", -6.83, 107.30, 2.7),
    Village("32.03.12.2002", "gudang", "Gudang", "datar", -6.72, 107.24, 5.0),
    Village("32.03.04.2006", "rahong", "Rahong", "datar", -6.85, 107.17, 5.7),
    Village("32.03.04.2008", "sindangsari-cilaku", "Sindangsari (Cilaku)", "datar", -6.89, 107.17, 5.7),
    Village("32.03.04.2009", "ciharashas", "Ciharashas", "datar", -6.86, 107.16, 5.0),
    Village("32.03.03.2002", "cihaur", "Cihaur", "bukit", -6.94, 107.14, 1.3),
    Village("32.03.03.2004", "cibaregbeg", "Cibaregbeg", "datar", -6.91, 107.18, 5.8),
    Village("32.03.03.2007", "mayak", "Mayak", "bukit", -6.92, 107.12, 4.2),
    Village("32.03.02.2002", "jambudipa", "Jambudipa", "bukit", -6.87, 107.09, 1.9),
    Village("32.03.02.2007", "cikaroya", "Cikaroya", "bukit", -6.88, 107.10, 2.1),
    Village("32.03.27.2002", "songgom", "Songgom", "bukit", -6.87, 107.06, 2.7),
    Village("32.03.11.2002", "gasol", "Gasol", "bukit", -6.81, 107.10, 2.3),
    Village("32.03.18.2001", "pagelaran", "Pagelaran", "gunung", -7.21, 107.15, 6.2),
    Village("32.03.17.2021", "kadupandak", "Kadupandak", "gunung", -7.26, 107.05, 2.4),
    Village("32.03.22.2016", "karangsari", "Karangsari", "gunung", -7.39, 106.95, 7.0),
    Village("32.03.23.2001", "cidamar", "Cidamar", "gunung", -7.48, 107.37, 13.1),
)
HUB = Place("hub", "Hub beras (peran: koperasi niaga, kapasitas ilustratif)", "datar", -6.83, 107.15)
MARKET = Place("pasar-induk", "Pasar Induk Cianjur (peran: pasar grosir)", "datar", -6.84, 107.14)
AGENCY = Place("gudang-logistik", "Gudang badan logistik (peran)", "datar", -6.82, 107.16)
RETAIL = Place("ritel-modern", "Titik serah ritel modern (peran)", "datar", -6.82, 107.14)
FEED = Place("pakan", "Pedagang pakan (peran)", "datar", -6.83, 107.20)
FERTILISER = Place("penyalur-pupuk", "Penyalur pupuk nonsubsidi (peran)", "datar", -6.81, 107.15)
# Kitchens, with the party that has the contract.
KITCHENS = {
    Place(f"dapur-{name.lower()}", f"Dapur makan bergizi (peran), Kec. {name}", terrain, lat, lon): owner
    for name, terrain, lat, lon, owner in (
        ("Cianjur", "datar", -6.82, 107.14, "hub"),
        ("Karangtengah", "datar", -6.81, 107.18, "hub"),
        ("Ciranjang", "datar", -6.81, 107.26, "hub"),
        ("Cibeber", "bukit", -6.93, 107.14, "hub"),
        ("Warungkondang", "bukit", -6.87, 107.08, "hub"),
        ("Cilaku", "datar", -6.87, 107.15, "rahong"),
        ("Sukaluyu", "datar", -6.83, 107.22, "selajambe"),
        ("Kadupandak", "gunung", -7.23, 107.03, "kadupandak"),
    )
}
_PLACES: tuple[Village | Place, ...] = (HUB, *VILLAGES, MARKET, AGENCY, RETAIL, FEED, FERTILISER, *KITCHENS)
PLACES = {place.code: place for place in _PLACES}

DRYERS = (
    Dryer("hub", 120_000, 150, 0),
    Dryer("jati", 60_000, 120, 3_000_000),  # a candidate: rented in the months in which it pays
    Dryer("selajambe", 40_000, 150, 0),
    Dryer("rahong", 40_000, 150, 0),
    Dryer("bobojong", 40_000, 150, 0),
)
MILLS = (
    Mill("hub", 200_000, GKG_TO_RICE, 260),
    Mill("selajambe", SMALL_MILL_KG_A_MONTH, GKG_TO_RICE_SMALL_MILL, 300),
    Mill("rahong", SMALL_MILL_KG_A_MONTH, GKG_TO_RICE_SMALL_MILL, 300),
    Mill("nanggalamekar", SMALL_MILL_KG_A_MONTH, GKG_TO_RICE_SMALL_MILL, 300),
    Mill("jambudipa", SMALL_MILL_KG_A_MONTH, GKG_TO_RICE_SMALL_MILL, 300),
    Mill("kadupandak", SMALL_MILL_KG_A_MONTH // 2, GKG_TO_RICE_SMALL_MILL, 300),
)
PANDANWANGI_MILLS = (
    Mill("hub", 12_000, GKG_TO_RICE, 500),
    Mill("jambudipa", 12_000, GKG_TO_RICE_SMALL_MILL, 500),
)
MILL_SITES = tuple(mill.owner for mill in MILLS)
PANDANWANGI_COOPS = ("mayak", "jambudipa", "songgom", "gasol")

PRODUCTS = {
    "gkp": "Gabah kering panen (GKP)",
    "gkg": "Gabah kering giling (GKG)",
    "beras": "Beras medium",
    "gkp-pandanwangi": "GKP Pandanwangi",
    "gkg-pandanwangi": "GKG Pandanwangi",
    "beras-pandanwangi": "Beras Pandanwangi",
    "dedak": "Dedak",
    "menir": "Menir",
    "urea": "Urea nonsubsidi",
}

NOTE = "\n".join((
    ("CONTOH. Kode dan nama desa nyata; letaknya titik tengah desa, dibulatkan ke 0,01°. Nama koperasi "
     "dibentuk menurut aturan penamaan, bukan dari daftar koperasi. Hub dan pembeli disebut menurut "
     "perannya: kapasitas, kontrak, dan titiknya ilustratif, bukan milik siapa pun."),
    ("Tahun rencana 2027, karena contoh ini disusun pada akhir 2026. Harga adalah angka umum terakhir "
     "yang ditemukan, dengan tanggalnya di lembar Acuan, dibawa tetap ke 2027; periksa dulu ketetapan "
     "baru sebelum dipakai."),
    ("Setiap baris menyebut sumber dan tahunnya, atau “ilustratif” dengan aturannya (aturan.… di "
     "lembar Acuan). Ilustratif: bagian panen yang lewat koperasi (6 %), lantai jemur, pengering, "
     "penggilingan, gudang, saluran dan volumenya, ongkos angkut, ongkos olah, kebutuhan pupuk."),
    ("Anggota dibayar paling sedikit HPP GKP Rp6.500/kg (Rp6.900 di bulan sepi), bukan harga tengkulak "
     "(Rp5.200–5.400, April 2025). Hasil rencana karena itu dihitung sesudah anggota menerima HPP; "
     "kenaikan dari harga tengkulak ke HPP tidak termasuk di dalamnya."),
    ("Sisa gabah yang tidak masuk rencana tetap di tangan anggota. Sekam tidak dihitung. Lini "
     "Pandanwangi punya jemuran dan giling sendiri; kapasitasnya tidak berbagi dengan beras medium."),
))


def network() -> dict[str, Any]:
    """Return the example as jejaring-network/2, with names, villages, buyers and sources."""
    return {
        "format": "jejaring-network/2",
        "name": "Jejaring beras Cianjur 2027 (contoh)",
        "note": NOTE,
        "periods": [{"code": code, "name": f"{MONTHS[month - 1]} {YEAR}"} for month, code in PERIODS.items()],
        "products": [{"code": code, "name": name} for code, name in PRODUCTS.items()],
        "parties": list(_parties()),
        "sites": list(_sites()),
        "supplies": [*_paddy(), *_pandanwangi_paddy()],
        "outlets": [*_kitchen_outlets(), *_hub_outlets(), *_pandanwangi_outlets()],
        "sources": list(_fertiliser_sources()),
        "needs": list(_needs()),
        "processes": [*_drying(), *_milling()],
        "storages": list(_storages()),
        "lanes": list(_lanes()),
        "lane_rule": None,
        "local_trade": [*_village_trade(), *_pandanwangi_trade(), *_hub_trade()],
        "today": list(_today()),
        "references": list(_references()),
    }


# --- Who and where


def _parties() -> Iterator[Row]:
    yield {"code": HUB.code, "name": HUB.name, "kind": "koperasi eksisting", "role": "hub",
           "pays_partners_after_days": PAYS_PARTNERS_DAYS, "source": "ilustratif: aturan.peran, aturan.tempo"}
    for village in VILLAGES:
        yield {"code": village.code, "name": f"Koperasi Desa Merah Putih {village.name}", "kind": "KDMP",
               "village": village.village,
               "source": "Kode dan nama desa: Kepmendagri 300.2.2-2430/2025; nama koperasi: aturan.nama"}


def _sites() -> Iterator[Row]:
    for place in PLACES.values():
        row: Row = {"code": place.code, "party": None, "lat": place.lat, "lon": place.lon, "name": place.name}
        if isinstance(place, Village):
            row |= {"party": place.code, "name": f"Desa {place.name}", "village": place.village,
                    "source": "Titik tengah desa dibulatkan ke 0,01° (batas Kemendagri/BIG, 2026)"}
        else:
            row |= {"party": "hub" if place is HUB else None, "source": "ilustratif: aturan.peran"}
        yield row


# --- What members bring


def _paddy() -> Iterator[Row]:
    source = "BPS Jawa Barat 2024 (630.848 t GKG) dan kalender 2022; ilustratif: aturan.pasokan; harga: "
    for village in VILLAGES:
        for month, code in PERIODS.items():
            lean = month in LEAN_MONTHS
            yield {"site": village.code, "product": "gkp", "period": code,
                   "available_kg": rounded(paddy_kg_a_year(village) * HARVEST_SHARES[month - 1], 100),
                   "cost_idr_per_kg": LEAN_GKP if lean else FLOOR_GKP,
                   "source": source + ("laporan Tasikmalaya Okt 2025" if lean else "HPP 2025")}


def paddy_kg_a_year(village: Village) -> float:
    """Return the wet paddy that members deliver through the co-op in a year, by aturan.pasokan, in kg."""
    share = REGENCY_HARVEST_T_GKG * 1000 / REGENCY_VILLAGES * SHARE_THROUGH_COOP / GKP_TO_GKG
    return share * min(1.5, max(0.5, village.area_km2 / 4)) * LAND_WEIGHT[village.terrain]


def _pandanwangi_paddy() -> Iterator[Row]:
    hectares = PANDANWANGI_HA / PANDANWANGI_DISTRICTS
    for coop in PANDANWANGI_COOPS:
        for month in PANDANWANGI_MONTHS:
            yield {"site": coop, "product": "gkp-pandanwangi", "period": PERIODS[month],
                   "available_kg": rounded(hectares * PANDANWANGI_T_GKP_PER_HA * 1000 / 4, 100),
                   "cost_idr_per_kg": rounded(FLOOR_GKP * PANDANWANGI_TO_ORDINARY_PADDY, 100),
                   "source": "59 ha (2023), 7 t/ha (2022); ilustratif: aturan.pandanwangi"}


def _needs() -> Iterator[Row]:
    """Urea for the harvests three to five months later."""
    for village in VILLAGES:
        for month in UREA_MONTHS:
            harvest = sum(HARVEST_SHARES[(month + later - 1) % 12] for later in (3, 4, 5))
            hectares = paddy_kg_a_year(village) * GKP_TO_GKG / 1000 / YIELD_T_GKG_PER_HA * harvest
            yield {"site": village.code, "product": "urea", "period": PERIODS[month],
                   "kg": rounded(hectares * 100, 10), "worth_idr_per_kg": UREA_KIOSK,
                   "source": "Harga kios 2025 (7.000–9.000); ilustratif: aturan.pupuk"}


# --- Buyers and suppliers


def _kitchen_outlets() -> Iterator[Row]:
    for kitchen, owner in KITCHENS.items():
        for month, code in PERIODS.items():
            most = KITCHEN_KG_A_DAY * KITCHEN_DAYS[month - 1]
            yield {"code": kitchen.code, "owner": owner, "site": kitchen.code, "product": "beras",
                   "period": code, "most_kg": most,
                   "price_idr_per_kg": CEILING_MEDIUM_RICE, "buyer": kitchen.name,
                   "pays_after_days": KITCHENS_PAY_DAYS,
                   "source": "200 kg/hari (BGN, Agu 2025), HET medium (Agu 2025); ilustratif: aturan.dapur"}


def _hub_outlets() -> Iterator[Row]:
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


def _pandanwangi_outlets() -> Iterator[Row]:
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


def _fertiliser_sources() -> Iterator[Row]:
    for month in UREA_MONTHS:
        yield {"code": "urea", "owner": "hub", "site": FERTILISER.code, "product": "urea",
               "period": PERIODS[month], "most_kg": 30_000, "price_idr_per_kg": UREA_IN_BULK + 400,
               "steps": [{"from_kg": 10_000, "price_idr_per_kg": UREA_IN_BULK}], "supplier": FERTILISER.name,
               "source": "Harga kios 2025 (7.000–9.000); ilustratif: aturan.pupuk"}


# --- Drying, milling, storing


def _drying() -> Iterator[Row]:
    yields = {"gkg": GKP_TO_GKG}
    for village in VILLAGES:
        # A row for every month, replaced in the wet ones.
        for code, capacity_kg in ((EVERY, 12_000), *((PERIODS[month], 4_000) for month in WET_MONTHS)):
            yield {"code": f"jemur-{village.code}", "owner": village.code, "site": village.code,
                   "input": "gkp", "outputs": yields, "period": code, "capacity_kg": capacity_kg,
                   "cost_idr_per_kg": 100, "name": f"Lantai jemur {village.name}",
                   "source": "Konversi GKP–GKG 83,12 % (BPS 2012); ilustratif: aturan.jemur"}
    for dryer in DRYERS:
        yield {"code": f"pengering-{dryer.owner}", "owner": dryer.owner, "site": dryer.owner, "input": "gkp",
               "outputs": yields, "period": EVERY, "capacity_kg": dryer.capacity_kg,
               "cost_idr_per_kg": dryer.cost_idr_per_kg, "opening_cost_idr": dryer.opening_cost_idr,
               "name": f"Mesin pengering {place_name(dryer.owner)}",
               "source": "Konversi GKP–GKG 83,12 % (BPS 2012); ilustratif: aturan.pengering"}
    for coop in PANDANWANGI_COOPS:
        for month in PANDANWANGI_MONTHS:
            yield {"code": f"jemur-pandanwangi-{coop}", "owner": coop, "site": coop,
                   "input": "gkp-pandanwangi", "outputs": {"gkg-pandanwangi": GKP_TO_GKG},
                   "period": PERIODS[month], "capacity_kg": 15_000, "cost_idr_per_kg": 150,
                   "name": f"Jemuran malai Pandanwangi {place_name(coop)}",
                   "source": "Konversi GKP–GKG 83,12 % (BPS 2012); ilustratif: aturan.pandanwangi"}


def _milling() -> Iterator[Row]:
    for mill in MILLS:
        yield _mill(mill, f"giling-{mill.owner}", "gkg", "beras", f"Penggilingan {place_name(mill.owner)}")
    for mill in PANDANWANGI_MILLS:
        yield _mill(mill, f"giling-pandanwangi-{mill.owner}", "gkg-pandanwangi", "beras-pandanwangi",
                    f"Lini giling Pandanwangi {place_name(mill.owner)}")


def _mill(mill: Mill, code: str, paddy: str, rice: str, name: str) -> Row:
    survey = "64,02 % (SKGB 2018)" if mill.rice == GKG_TO_RICE else "62,74 % (BPS 2005–07)"
    return {"code": code, "owner": mill.owner, "site": mill.owner, "input": paddy,
            "outputs": {rice: mill.rice, "dedak": 0.09, "menir": 0.02}, "period": EVERY,
            "capacity_kg": mill.capacity_kg, "cost_idr_per_kg": mill.cost_idr_per_kg, "name": name,
            "source": f"Rendemen {survey}; ilustratif: aturan.giling"}


def _storages() -> Iterator[Row]:
    yield _storage("gudang-gkg-hub", "hub", ("gkg",), 200_000, 8_000)
    yield _storage("gudang-beras-hub", "hub", ("beras",), 100_000, 13_000) | {"opening_kg": {"beras": 2_000}}
    yield _storage("gudang-pandanwangi-hub", "hub", ("gkg-pandanwangi", "beras-pandanwangi"), 50_000, 16_000)
    yield _storage("gudang-pandanwangi-jambudipa", "jambudipa", ("gkg-pandanwangi",), 12_000, 16_000)
    for site in MILL_SITES:
        if site != "hub":
            yield _storage(f"gudang-{site}", site, ("gkg",), 30_000, 8_000)


def _storage(
    code: str, owner: str, products: tuple[str, ...], capacity_kg: int, value_idr_per_kg: int
) -> Row:
    goods = "Pandanwangi" if "gkg-pandanwangi" in products else "beras" if "beras" in products else "GKG"
    return {"code": code, "owner": owner, "site": owner, "products": list(products),
            "capacity_kg": capacity_kg, "loss": 0.003, "name": f"Gudang {goods} {place_name(owner)}",
            "cost_idr_per_kg": rounded(30 + LOAN_A_MONTH * value_idr_per_kg, 5),
            "source": "Bunga 6 % (PMK 49/2025), susut 1,7 % (survei 1986/87); ilustratif: aturan.simpan"}


# --- Lorries


def _lanes() -> Iterator[Row]:
    goods: dict[tuple[str, str], list[str]] = {}
    for start, end, products, farthest_km in _ways():
        if start != end and road_km(start, end) <= farthest_km:
            carried = goods.setdefault((start, end), [])
            carried.extend(product for product in products if product not in carried)
    for (start, end), carried in goods.items():
        yield {"from": start, "to": end, "products": carried,
               "cost_idr_per_kg": haulage_idr_per_kg(start, end),
               "source": f"ilustratif: aturan.angkut ({road_km(start, end):.0f} km jalan)"}


def _ways() -> Iterator[tuple[str, str, tuple[str, ...], float]]:
    """Yield from, to, what is carried, and how far at most in road kilometres."""
    for village in VILLAGES:
        for dryer in nearest(village.code, (dryer.owner for dryer in DRYERS), 3):
            yield village.code, dryer, ("gkp",), FARTHEST_WET_PADDY_KM
        for mill in {**dict.fromkeys(nearest(village.code, MILL_SITES, 3)), "hub": None}:
            yield village.code, mill, ("gkg",), FARTHEST_KM
        for mill in {**dict.fromkeys(nearest(village.code, MILL_SITES, 2)), "hub": None}:
            yield mill, village.code, ("beras",), FARTHEST_STALL_KM
        yield "hub", village.code, ("urea",), FARTHEST_KM
    for mill in MILL_SITES:
        yield mill, "hub", ("gkg", "beras"), FARTHEST_KM
        yield mill, MARKET.code, ("beras",), FARTHEST_KM
        yield mill, AGENCY.code, ("beras",), FARTHEST_KM
        yield mill, FEED.code, ("dedak", "menir"), FARTHEST_KM
        for kitchen in KITCHENS:
            yield mill, kitchen.code, ("beras",), FARTHEST_KM
    for coop in PANDANWANGI_COOPS:
        yield coop, "jambudipa", ("gkg-pandanwangi",), FARTHEST_KM
        yield coop, "hub", ("gkg-pandanwangi",), FARTHEST_KM
    yield "jambudipa", "hub", ("beras-pandanwangi",), FARTHEST_KM
    yield "hub", "jambudipa", ("beras-pandanwangi",), FARTHEST_KM
    yield "hub", RETAIL.code, ("beras-pandanwangi",), FARTHEST_KM
    yield FERTILISER.code, "hub", ("urea",), FARTHEST_KM


def nearest(start: str, sites: Iterable[str], count: int) -> list[str]:
    return sorted((site for site in sites if site != start), key=lambda site: road_km(start, site))[:count]


def road_km(start: str, end: str) -> float:
    """Return the great circle times the detour of the rougher end's terrain, in km."""
    a, b = PLACES[start], PLACES[end]
    north, south = math.radians(a.lat), math.radians(b.lat)
    h = math.sin((north - south) / 2) ** 2
    h += math.cos(north) * math.cos(south) * math.sin(math.radians(a.lon - b.lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(h)) * max(DETOUR[a.terrain], DETOUR[b.terrain])


def haulage_idr_per_kg(start: str, end: str) -> int:
    """Return what a full lorry's round trip costs by aturan.angkut, in Rp/kg."""
    mountain = "gunung" in (PLACES[start].terrain, PLACES[end].terrain)
    load_kg, km_per_litre, km_per_hour = (2_200, 6, 25) if mountain else (4_500, 5, 30)
    km = 2 * road_km(start, end)
    trip_idr = km / km_per_litre * DIESEL_IDR_PER_LITRE + (km / km_per_hour + 2) * 75_000
    return rounded(trip_idr / load_kg + 20, 5)


# --- What each can do alone


def _village_trade() -> Iterator[Row]:
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


def _pandanwangi_trade() -> Iterator[Row]:
    members = rounded(FLOOR_GKP * PANDANWANGI_TO_ORDINARY_PADDY, 100)
    for coop in PANDANWANGI_COOPS:
        for month in PANDANWANGI_MONTHS:
            yield {"site": coop, "product": "gkp-pandanwangi", "period": PERIODS[month],
                   "sell_idr_per_kg": members + 200, "source": "ilustratif: aturan.pandanwangi"}


def _hub_trade() -> Iterator[Row]:
    for code, lean in SEASONS:
        yield {"site": "hub", "product": "gkg", "period": code, "most_buy_kg": 40_000,
               "buy_idr_per_kg": FLOOR_GKG_AT_WAREHOUSE + 150 + 300 * lean,
               "source": "HPP GKG di gudang (2025); ilustratif: aturan.setempat"}


def _today() -> Iterator[Row]:
    """Today members' paddy goes to the village trader, by aturan.kini: the co-op earns its commission."""
    for village in VILLAGES:
        for month, code in PERIODS.items():
            price = LEAN_GKP_TRADER if month in LEAN_MONTHS else HARVEST_GKP_TRADER
            yield {"site": village.code, "product": "gkp", "period": code,
                   "sells_kg": rounded(paddy_kg_a_year(village) * HARVEST_SHARES[month - 1], 100),
                   "sells_idr_per_kg": price, "cost_idr_per_kg": price - COMMISSION,
                   "partner": "pedagang pengumpul (peran)", "source": "ilustratif: aturan.kini"}


# --- Where the figures come from


def _references() -> Iterator[Row]:
    fields = ("code", "item", "value", "unit", "valid_from", "source", "confidence")
    for line in REFERENCES:
        yield dict(zip(fields, line, strict=True))
    for code, item, rule in RULES:
        yield {"code": f"aturan.{code}", "item": item, "value": rule, "unit": "aturan",
               "valid_from": f"{YEAR}-01", "source": "ilustratif, disusun untuk contoh ini",
               "confidence": "ilustratif"}


def rounded(value: float, step: int) -> int:
    """Return the multiple of `step` next to `value`, halves up."""
    return math.floor(value / step + 0.5) * step


def place_name(code: str) -> str:
    """Return what a process or store at `code` is named after."""
    return "hub" if code == "hub" else PLACES[code].name


REFERENCES: tuple[tuple[str, ...], ...] = (
    ("panen.cianjur", "Produksi padi Kabupaten Cianjur", "630848", "t GKG", "2024",
     "BPS Jawa Barat, Kabupaten Cianjur 2024", "tinggi"),
    ("panen.kalender", "Bagian panen per bulan, Jawa Barat",
     "4,45; 8,33; 15,90; 10,83; 8,55; 8,04; 8,42; 8,90; 8,85; 7,75; 5,84; 4,15", "% Jan–Des", "2022",
     ("BPS Jawa Barat 2022: Januari, Maret, Desember seperti dilaporkan; bulan lain dimodelkan di bawah "
      "jumlah empat bulan yang dilaporkan"),
     "sedang"),
    ("panen.puncak", "Puncak panen Cianjur (pembanding; kalender di atas lebih datar pada Juli–Agustus)",
     "Maret; Juli–Agustus", "", "2026", "Jabar Ekspres, 6 November 2025", "sedang"),
    ("hasil.padi", "Hasil padi sawah Cianjur", "5,7", "t GKG/ha", "2025", "Jabar Ekspres, 6 November 2025",
     "tinggi"),
    ("desa.jumlah", "Desa dan kelurahan Kabupaten Cianjur", "360", "desa", "2025",
     "Kepmendagri 300.2.2-2430/2025 (354 desa, 6 kelurahan)", "tinggi"),
    ("penduduk", "Penduduk Kabupaten Cianjur", "2638825", "orang", "2024-12", "Dukcapil, semester II 2024",
     "tinggi"),
    ("konversi.gkp_gkg", "GKP menjadi GKG", "0,8312", "kg/kg", "2012", "BPS, survei konversi 2012",
     "sedang"),
    ("konversi.gkg_beras", "GKG menjadi beras (penggilingan hub)", "0,6402", "kg/kg", "2018",
     "BPS, SKGB 2018; Kontan, 24 Oktober 2018", "tinggi"),
    ("konversi.gkg_beras_kecil", "GKG menjadi beras (penggilingan kecil)", "0,6274", "kg/kg", "2007",
     "BPS, survei 2005–07", "sedang"),
    ("hpp.gkp", "HPP GKP di petani", "6500", "Rp/kg", "2025-01-15",
     "Kepbadan Bapanas 2/2025; masih dipakai Bulog Cianjur 8 Februari 2026 (Cianjur Ekspres)", "tinggi"),
    ("hpp.gkg_penggilingan", "HPP GKG di penggilingan", "8000", "Rp/kg", "2025-01-15",
     "Kepbadan Bapanas 2/2025", "tinggi"),
    ("hpp.gkg_gudang", "HPP GKG di gudang Bulog", "8200", "Rp/kg", "2025-01-15", "Kepbadan Bapanas 2/2025",
     "tinggi"),
    ("hpp.beras", "HPP beras di gudang Bulog", "12000", "Rp/kg", "2025-01-15", "Kepbadan Bapanas 2/2025",
     "tinggi"),
    ("het.medium", "HET beras medium zona I", "13500", "Rp/kg", "2025-08-22", "Kepbadan Bapanas 299/2025",
     "tinggi"),
    ("harga.tengkulak", "GKP di tengkulak Cianjur, musim panen", "5200–5400 (dipakai 5400)", "Rp/kg",
     "2025-04-12", "Cianjur Update, 12 April 2025", "rendah"),
    ("harga.gkp_sepi", "GKP dibayar di Tasikmalaya (pembanding bulan sepi)",
     "6800–7000 (anggota 6900, pedagang 6800)", "Rp/kg", "2025-10-15",
     "Media Indonesia melalui beritagratis.com, 15 Oktober 2025", "rendah"),
    ("harga.gkp_nasional", "GKP rata-rata nasional di petani (pembanding)", "6790", "Rp/kg", "2026-02-02",
     "Panel Harga Bapanas; Bloomberg Technoz, Februari 2026", "tinggi"),
    ("harga.beras_eceran", "Beras eceran Jawa Barat per bulan, Januari–Desember",
     "14828; 14858; 14600; 14600; 14600; 14685; 14790; 14834; 14877; 14885; 14820; 14800", "Rp/kg",
     "2025-03", "PIHPS Bank Indonesia, Maret 2025–Februari 2026 (Februari sampai tanggal 12)", "sedang"),
    ("harga.dedak", "Dedak di penggilingan", "1500–2000 (dipakai 1700; di desa 1500)", "Rp/kg", "2025",
     "Radar Lebong (Bengkulu), 2025", "rendah"),
    ("harga.pandanwangi_gabah", "Gabah Pandanwangi dibanding gabah biasa", "2900/2000 = 1,45", "kali",
     "2007-06", "Agrina, 13 Juni 2007", "rendah"),
    ("harga.pandanwangi_eceran", "Beras Pandanwangi asli, eceran", "30000", "Rp/kg", "tanpa tanggal",
     "infocianjur.com, dibaca November 2026", "rendah"),
    ("luas.pandanwangi", "Luas tanam Pandanwangi di tujuh kecamatan", "59", "ha", "2023",
     "BBPPMBTPH, Kementerian Pertanian", "sedang"),
    ("hasil.pandanwangi", "Hasil padi Pandanwangi", "7", "t GKP/ha", "2022-03",
     "Nubandung, Maret 2022; Agrina, Juni 2007", "rendah"),
    ("dapur.beras", "Beras per dapur makan bergizi", "200", "kg/hari", "2025-08-24",
     "BGN; Bisnis Indonesia, 24 Agustus 2025", "sedang"),
    ("konsumsi.beras", "Beras per orang di perdesaan", "7,13", "kg/bulan", "2024-03",
     "Susenas Maret 2024, BPS", "tinggi"),
    ("harga.urea", "Urea nonsubsidi di kios", "7000–9000 (dipakai 8000)", "Rp/kg", "2025",
     "reformatus82.com, 2025", "rendah"),
    ("ongkos.pengeringan", "Ongkos pengeringan (kemarau–hujan)", "100–200", "Rp/kg GKP", "2017",
     "Dakta, 2017", "rendah"),
    ("upah.giling", "Upah giling natura (pembanding)", "10", "% beras", "2025", "Sumatera Ekspres, 2025",
     "rendah"),
    ("giling.kecil", "Gabah yang digiling penggilingan kecil", "64", "t GKG/bulan", "2011",
     "Studi Sumbang, Jawa Tengah, 2011", "rendah"),
    ("susut.simpan", "Susut penyimpanan", "1,70", "%", "1987", "Survei susut MT 1986/87", "rendah"),
    ("bunga", "Bunga pinjaman koperasi desa", "6", "%/tahun", "2025-07-21", "PMK 49/2025", "tinggi"),
    ("loan.rate", "Bunga setahun, untuk menghitung biaya menalangi", "0,06", "per tahun", "2025-07-21",
     "PMK 49/2025", "tinggi"),
    ("komisi", "Komisi pengumpul gabah (susunan ongkos lama)", "45", "Rp/kg", "tanpa tanggal",
     "Skripsi tentang rantai gabah (123dok.com, tanpa tahun), dibaca November 2026", "rendah"),
    ("tempo.ritel", "Ritel modern membayar sesudah faktur", "14–30 (dipakai 30), ada yang 45", "hari",
     "tanpa tanggal", "Praktik pemasok ritel, belum diperiksa ke kontrak; dicatat November 2026", "rendah"),
    ("solar", "Solar bersubsidi", "6800", "Rp/l", "2022-09-03", "Pemerintah, September 2022", "tinggi"),
    ("transaksi.okt2025", "Transaksi beras yang dilaporkan dari kegiatan 30 koperasi (pembanding besaran)",
     "26,4", "miliar Rp", "2025-10", "Detak Publik; iNews Cianjur, Oktober 2025", "sedang"),
)

RULES: tuple[tuple[str, str, str], ...] = (
    ("nama", "Nama koperasi",
     ("Koperasi Desa Merah Putih + nama desa; kecamatan ditambahkan bila nama itu dipakai lebih dari "
      "satu desa di Cianjur. Nama resmi dapat berbeda.")),
    ("peran", "Hub, pembeli, pemasok",
     ("Disebut menurut peran, bukan menurut badan yang ada; titik, kapasitas, dan volumenya dikarang. "
      "Kontrak hub: lima dapur, pasar induk, badan logistik, ritel modern, pakan, pupuk; tiga koperasi "
      "memegang satu dapur, satu koperasi satu toko.")),
    ("pasokan", "GKP lewat koperasi",
     ("630.848 t GKG ÷ 360 desa × bobot luas (luas desa ÷ 4 km², 0,5 sampai 1,5) × bobot lahan (datar "
      "1, bukit 0,8, gunung 0,5) × 6 % ÷ 0,8312 × bagian bulan; dibulatkan ke 100 kg. 6 % dipilih agar "
      "penjualan beras seorde dengan Rp26,4 miliar yang dilaporkan Oktober 2025. Harga anggota: HPP; "
      "Rp6.900 di bulan dengan bagian di bawah 8 %.")),
    ("jemur", "Lantai jemur",
     ("Setiap desa 200 m² × 10 kg/m² per jemuran; 6 jemuran sebulan Mei–Oktober, 2 di bulan hujan; "
      "Rp100/kg (ujung bawah 100–200).")),
    ("pengering", "Mesin pengering",
     ("Rp150/kg GKP (tengah 100–200). Jati calon mesin sewa: Rp120/kg, ditambah biaya buka per bulan "
      "dipakai Rp30 × kapasitas dan sewa Rp1,2 juta.")),
    ("giling", "Penggilingan",
     ("Kapasitas kecil 64 t GKG/bulan (Kadupandak separuh), hub 200 t; ongkos sendiri Rp300/kg GKG, hub "
      "Rp260, Pandanwangi Rp500. Hasil samping per kg GKG: dedak 9 %, menir 2 %.")),
    ("hasil_samping", "Dedak dan menir",
     ("Dedak Rp1.700 lewat hub, Rp1.500 di desa; menir separuh HPP beras lewat hub, Rp500 lebih rendah "
      "di desa.")),
    ("simpan", "Gudang",
     ("Rp30/kg/bulan + bunga 0,5 % dari harga (GKG 8.000, beras 13.000, Pandanwangi 16.000); susut 1,7 "
      "% dibagi enam bulan = 0,3 % per bulan. Kapasitas dan stok awal dikarang.")),
    ("angkut", "Ongkos angkut",
     ("Jarak lingkaran besar × 1,3 (datar), 1,45 (bukit), 1,6 (gunung), menurut ujung yang terberat. "
      "Truk 4,5 t, 5 km/l, 30 km/jam; bila ada ujung gunung 2,2 t, 6 km/l, 25 km/jam. (2 × km ÷ km/l × "
      "Rp6.800 + (2 × km ÷ km/jam + 2 jam) × Rp75.000) ÷ muatan + Rp20 bongkar muat, dibulatkan ke Rp5. "
      "Paling jauh 100 km jalan; GKP 30 km; beras ke gerai 40 km. Ke tiga pengering, tiga penggilingan "
      "terdekat, dan hub.")),
    ("dapur", "Dapur makan bergizi",
     ("200 kg × hari kerja Senin–Jumat 2027 (Juli dan Desember dikurangi 10 hari libur sekolah; hari "
      "besar tidak dikurangi); harga HET medium, diantar.")),
    ("pasar", "Pasar induk",
     "90 % harga eceran Jawa Barat bulan yang sama, dibulatkan ke Rp10; paling banyak 160 t sebulan."),
    ("gerai", "Gerai desa",
     "Penduduk per desa × 7,13 kg × 2 % = 1.000 kg sebulan; Rp100 di bawah HET medium."),
    ("setempat", "GKG di tempat",
     ("Desa menjual GKG seharga HPP di penggilingan (bulan sepi +300, gunung –300). Hub membeli dari "
      "pedagang Rp150 di atas HPP gudang (bulan sepi +300), paling banyak 40 t sebulan.")),
    ("pupuk", "Urea nonsubsidi",
     ("100 kg/ha tambahan untuk panen tiga sampai lima bulan kemudian, dibulatkan ke 10 kg; nilainya "
      "harga kios Rp8.000. Koperasi sendiri membeli Rp7.700; hub Rp7.400, mulai 10 t Rp7.000. Pupuk "
      "bersubsidi tidak dihitung: harganya tetap.")),
    ("tempo", "Tempo pembayaran",
     ("Ritel modern 30 hari, dapur 14 hari, badan logistik 7 hari, pembeli lain saat barang diterima; hub "
      "membayar koperasi 7 hari sesudah barang diterima. Anggota dibayar saat itu juga.")),
    ("kini", "Keadaan sekarang",
     ("Semua GKP yang dapat dikumpulkan koperasi dijual kepada pedagang pengumpul dengan harga setempat; "
      "koperasi mendapat komisi Rp45/kg, sisanya diteruskan kepada anggota.")),
    ("pandanwangi", "Pandanwangi",
     ("59 ha ÷ 7 kecamatan × 7 t/ha × 25 % per panen per koperasi, panen April dan September. Anggota: "
      "1,45 × HPP GKP; pedagang setempat +200. Jemuran malai 15 t, Rp150/kg. Ritel modern 70 % dari "
      "eceran (mulai 5 t +500), 2–8 t sebulan; toko oleh-oleh 75 %, 300 kg.")),
)


def main() -> None:
    """Write the workbook beside this script."""
    from jejaring.engines.planning import interchange
    from jejaring.engines.planning.workbook import writing

    rows = interchange.read_rows(json.dumps(network()).encode(), Path(__file__).name)
    writing.write_workbook(rows, WORKBOOK)


if __name__ == "__main__":
    main()
