"""The second example: vegetables by week, 23 village co-ops of three regencies and a hub, in 2026.

`network()` returns it as jejaring-network/2; `python examples/ciwidey_sayur.py` writes it as
examples/ciwidey-sayur.xlsx. Villages, their codes and the dated public figures are real; who grows
how much, capacities, channels, volumes and the hub are illustrative and named by role. The rules
that made them are rows of `references`, so that whoever reads the workbook finds them.

What a reader of the workbook sees is Indonesian; names and comments here are English.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

Row = dict[str, Any]

WORKBOOK = Path(__file__).with_name("ciwidey-sayur.xlsx")
EARTH_RADIUS_KM = 6371.0088

# Rows stand as rows from here on, close together.
# fmt: off

YEAR = 2026
WEEKS = tuple(range(27, 40))
PERIODS = {week: f"{YEAR}-W{week:02d}" for week in WEEKS}
EVERY = "*"

# --- Public figures, each with its date and source in `references`.

DIESEL_IDR_PER_LITRE = 6_800
TOLL_SHARE = 0.2
CHILI_LOSS, CHILI_LOSS_KM = 0.236, 126
# Chili in West Java's retail markets: July, August, September 2025.
RETAIL_RED_CHILI = (45_437, 43_394, 56_397)
RETAIL_BIRD_CHILI = (57_487, 42_652, 41_548)
LAST_WEEK_OF_MONTH = (31, 35, 39)
KITCHENS, PORTIONS = 10, 3_000
HUB_LAND_HA = 14
LOAN_A_WEEK = 0.06 / 52

# --- Illustrative figures: whoever plans in earnest puts their own in their place.

MEMBERS_SHARE = 0.9
FARM_SHARE_OF_RETAIL = 0.6
THROUGH_COOP = 0.85
TODAY_KG, TODAY_PRICE = 0.9, 0.96
GRAMS_A_PORTION, SCHOOL_DAYS = 100, 5
REST_WEEKS = 2
DETOURS = {"datar": 1.3, "bukit": 1.45, "gunung": 1.6}
SORTED_APART = (
    "kubis", "sawi-putih", "wortel", "kentang", "tomat", "cabai-merah", "cabai-rawit", "buncis",
    "bawang-daun",
)
MIXED = "sortiran-campur"
SAID, WRITTEN = "lisan, Mei 2026 (ilustratif)", "dokumen, Mei 2026 (ilustratif)"
WEIGHED, MEASURED = "ditimbang, Juni 2026 (ilustratif)", "diukur, Mei 2026 (ilustratif)"
PRICE = "price_idr_per_kg"


class Vegetable(NamedTuple):
    """A vegetable: Rp/kg paid to farmers, kind, shares of grade A and B, weeks it keeps, days to
    harvest, kg/ha, weight in a shop's basket, and where the price comes from.
    """

    code: str
    name: str
    price: int
    kind: str
    first: float
    second: float
    keeps: int
    days: int
    kg_per_ha: int
    basket: int
    source: str


class Village(NamedTuple):
    """A village co-op: official code, short code, name, position to 0.01°, area in km², height in m,
    and what its members grow for it.
    """

    village: str
    code: str
    name: str
    lat: float
    lon: float
    area_km2: float
    height_m: int
    grows: tuple[str, ...]

    @property
    def terrain(self) -> str:
        return "gunung" if self.height_m >= 1_400 else "bukit" if self.height_m >= 1_000 else "datar"


class Place(NamedTuple):
    """A place that is no village co-op, at an illustrative point."""

    code: str
    name: str
    terrain: str
    lat: float
    lon: float


class Shop(NamedTuple):
    """An outlet for grade A: kg in a week over all vegetables, times the farm price, days until it
    pays, and the kinds that it doesn't take.
    """

    place: Place
    kg: int
    times: float
    days: int
    without: tuple[str, ...] = ()


MAY, MARCH = "Petani Lampung Barat, Mei 2025", "Petani Lampung Barat, Maret 2024"
PANGALENGAN = "Petani Pangalengan 2016–2018 (2020)"
RETAIL = "60 % harga eceran Jawa Barat (PIHPS, Jul–Sep 2025); ilustratif: aturan.harga"
ILLUSTRATIVE = "ilustratif: aturan.harga"
VEGETABLES = tuple(Vegetable(*each) for each in (
    ("kubis", "Kubis", 3_000, "krop", 0.72, 0.18, 1, 85, 24_000, 8, MAY),
    ("sawi-putih", "Sawi putih", 3_000, "krop", 0.68, 0.20, 0, 50, 20_000, 6, MAY),
    ("wortel", "Wortel", 3_000, "akar", 0.70, 0.22, 2, 100, 18_000, 10, MARCH),
    ("kentang", "Kentang", 7_600, "akar", 0.75, 0.20, 8, 105, 17_270, 14, PANGALENGAN),
    ("tomat", "Tomat", 6_000, "buah", 0.66, 0.24, 1, 90, 25_000, 12, MAY),
    ("cabai-merah", "Cabai merah", 0, "cabai", 0.74, 0.18, 1, 110, 12_330, 3, RETAIL),
    ("cabai-rawit", "Cabai rawit", 0, "cabai", 0.76, 0.16, 1, 120, 8_000, 2, RETAIL),
    ("paprika", "Paprika", 25_000, "buah", 0.78, 0.14, 1, 90, 40_000, 2, ILLUSTRATIVE),
    ("buncis", "Buncis", 7_500, "polong", 0.70, 0.20, 0, 55, 11_000, 6, MAY),
    ("baby-buncis", "Baby buncis", 12_000, "polong", 0.72, 0.16, 0, 50, 8_000, 2, ILLUSTRATIVE),
    ("bawang-daun", "Bawang daun", 8_000, "daun", 0.72, 0.18, 0, 75, 15_000, 4, MAY),
    ("seledri", "Seledri", 20_000, "daun", 0.70, 0.16, 0, 90, 10_000, 1, MAY),
    ("lobak", "Lobak", 2_500, "akar", 0.72, 0.18, 2, 60, 18_000, 2, ILLUSTRATIVE),
    ("labu-siam", "Labu siam", 2_000, "buah", 0.78, 0.14, 2, 120, 30_000, 4, MAY),
    ("terung", "Terung", 5_000, "buah", 0.74, 0.16, 0, 75, 18_000, 3, MAY),
    ("brokoli", "Brokoli", 9_000, "krop", 0.68, 0.18, 0, 75, 12_000, 4, ILLUSTRATIVE),
    ("kembang-kol", "Kembang kol", 7_000, "krop", 0.68, 0.18, 1, 70, 13_000, 4, ILLUSTRATIVE),
    ("pakcoy", "Pakcoy", 3_500, "daun", 0.74, 0.12, 0, 40, 12_000, 4, ILLUSTRATIVE),
    ("selada", "Selada keriting", 6_000, "daun", 0.72, 0.10, 0, 45, 11_000, 3, ILLUSTRATIVE),
    ("caisim", "Caisim", 2_500, "daun", 0.76, 0.12, 0, 35, 12_000, 3, ILLUSTRATIVE),
    ("mentimun", "Mentimun", 3_000, "buah", 0.74, 0.16, 0, 45, 20_000, 5, ILLUSTRATIVE),
    ("kabocha", "Kabocha", 6_500, "akar", 0.80, 0.12, 6, 95, 15_000, 2, ILLUSTRATIVE),
    ("kapri", "Kacang kapri", 18_000, "polong", 0.70, 0.16, 0, 65, 5_000, 1, ILLUSTRATIVE),
    ("bit", "Bit", 7_000, "akar", 0.74, 0.16, 2, 75, 14_000, 1, ILLUSTRATIVE),
    ("jagung-manis", "Jagung manis", 3_500, "polong", 0.78, 0.14, 0, 75, 12_000, 5, ILLUSTRATIVE),
    ("zukini", "Zukini", 6_000, "buah", 0.74, 0.16, 0, 50, 16_000, 1, ILLUSTRATIVE),
))
BY_CODE = {each.code: each for each in VEGETABLES}
# Lost on 100 km of road, and how much of an average field a crop of this kind takes.
LOSS_PER_100_KM = {
    "krop": 0.03, "akar": 0.01, "buah": 0.04, "polong": 0.03, "daun": 0.06,
    "cabai": round(CHILI_LOSS / CHILI_LOSS_KM * 100, 3),
}
MAIN = ("kubis", "sawi-putih", "wortel", "kentang", "tomat", "labu-siam")
FIELD = {"krop": 0.4, "akar": 0.4, "buah": 0.4, "polong": 0.4, "daun": 0.25, "cabai": 0.4}

# A district stands behind a name that several of the regency's villages have.
VILLAGES = (
    Village("32.04.40.2005", "alamendah", "Alamendah", -7.14, 107.41, 17.2, 1543,
            ("kentang", "wortel", "bawang-daun", "seledri", "selada")),
    Village("32.04.40.2001", "patengan", "Patengan", -7.14, 107.37, 35.3, 1745,
            ("kubis", "kentang", "brokoli", "kapri")),
    Village("32.04.39.2001", "lebakmuncang", "Lebakmuncang", -7.10, 107.42, 21.2, 1502,
            ("tomat", "sawi-putih", "buncis", "pakcoy")),
    Village("32.04.39.2004", "panundaan", "Panundaan", -7.11, 107.44, 3.4, 1303,
            ("selada", "pakcoy", "caisim", "seledri")),
    Village("32.04.38.2005", "cisondari", "Cisondari", -7.12, 107.49, 12.4, 1158,
            ("tomat", "mentimun", "terung", "jagung-manis")),
    Village("32.04.38.2010", "tenjolaya-pasirjambu", "Tenjolaya (Pasirjambu)", -7.19, 107.48, 48.8, 1751,
            ("kentang", "kubis", "wortel", "bit")),
    Village("32.04.15.2006", "margamukti", "Margamukti", -7.18, 107.62, 23.9, 1557,
            ("kentang", "kubis", "wortel", "tomat", "cabai-merah")),
    Village("32.04.15.2011", "pulosari", "Pulosari", -7.17, 107.54, 19.0, 1343,
            ("sawi-putih", "labu-siam", "buncis", "paprika")),
    Village("32.04.31.2002", "cibeureum", "Cibeureum", -7.19, 107.67, 12.5, 1605,
            ("kentang", "wortel", "bawang-daun", "kembang-kol")),
    Village("32.03.10.2007", "cipendawa", "Cipendawa", -6.76, 107.03, 7.8, 1303,
            ("wortel", "bawang-daun", "pakcoy", "caisim", "brokoli")),
    Village("32.03.10.2013", "sukatani", "Sukatani", -6.75, 107.02, 3.8, 1301,
            ("brokoli", "selada", "kembang-kol", "zukini")),
    Village("32.03.10.2010", "ciputri", "Ciputri", -6.77, 107.04, 8.7, 1231,
            ("wortel", "lobak", "sawi-putih", "kabocha")),
    Village("32.03.28.2007", "sindangjaya-cipanas", "Sindangjaya (Cipanas)", -6.75, 107.00, 11.0, 1482,
            ("kubis", "wortel", "tomat", "baby-buncis")),
    Village("32.03.28.2003", "ciloto", "Ciloto", -6.71, 107.00, 7.5, 1261,
            ("bawang-daun", "lobak", "seledri", "bit")),
    Village("32.03.11.2016", "galudra", "Galudra", -6.78, 107.03, 5.3, 1436,
            ("sawi-putih", "wortel", "kembang-kol")),
    Village("32.03.13.2010", "pakuon", "Pakuon", -6.75, 107.08, 10.0, 950,
            ("mentimun", "terung", "cabai-rawit", "jagung-manis")),
    Village("32.05.22.2002", "simpang-cikajang", "Simpang (Cikajang)", -7.38, 107.79, 14.8, 1384,
            ("kentang", "kubis", "tomat", "cabai-merah", "wortel")),
    Village("32.05.22.2005", "giriawas", "Giriawas", -7.36, 107.84, 5.8, 1335,
            ("kubis", "sawi-putih", "cabai-rawit", "buncis")),
    Village("32.05.18.2002", "barusuda", "Barusuda", -7.35, 107.83, 9.0, 1408,
            ("tomat", "cabai-merah", "cabai-rawit")),
    Village("32.05.18.2005", "cintanagara", "Cintanagara", -7.30, 107.82, 5.8, 1353,
            ("kubis", "wortel", "labu-siam")),
    Village("32.05.08.2005", "padawaas", "Padawaas", -7.20, 107.74, 15.8, 1646,
            ("kentang", "kubis", "bawang-daun")),
    Village("32.05.20.2008", "sirnajaya-cisurupan", "Sirnajaya (Cisurupan)", -7.30, 107.76, 16.2, 1523,
            ("kentang", "tomat", "cabai-merah", "kapri")),
    Village("32.05.07.2005", "sukakarya-samarang", "Sukakarya (Samarang)", -7.17, 107.81, 14.1, 1418,
            ("tomat", "labu-siam", "buncis", "kabocha")),
)
SORTERS = ("margamukti", "pulosari", "cipendawa", "simpang-cikajang")
"""Who has a sorting shed of its own; others of the regency may bring what it grows too."""
REGENCIES = {"32.03": "Cianjur", "32.04": "Bandung", "32.05": "Garut"}
HUB = Place("hub", "Hub sayur (peran: koperasi eksisting, kapasitas ilustratif)", "bukit", -7.12, 107.43)
HUB_GROWS = {"paprika": 0.5, "selada": 1, "brokoli": 2, "baby-buncis": 1}
SHOPS = (
    Shop(Place("ritel-bandung", "Jaringan swalayan di Bandung (peran)", "datar", -6.95, 107.60),
         16_000, 1.65, 21),
    Shop(Place("ritel-jakarta", "Jaringan swalayan di Jakarta (peran)", "datar", -6.28, 107.10),
         15_000, 1.8, 30, ("daun",)),
    Shop(Place("hipermarket", "Hipermarket di BSD (peran)", "datar", -6.30, 106.65),
         5_000, 2.0, 30, ("daun", "cabai")),
    Shop(Place("toko-hub", "Toko milik hub (peran)", "bukit", -7.10, 107.45), 2_500, 1.75, 0),
    Shop(Place("dapur", "Sepuluh dapur makan bergizi di Soreang (peran)", "datar", -7.03, 107.52),
         KITCHENS * PORTIONS * GRAMS_A_PORTION * SCHOOL_DAYS // 1_000, 1.7, 14, ("cabai",)),
)
LEAST_WANTED = ("kentang", "tomat")
CARINGIN = Place("pasar-caringin", "Pasar induk di Bandung (peran)", "datar", -6.94, 107.57)
KRAMAT_JATI = Place("pasar-kramat-jati", "Pasar induk di Jakarta (peran)", "datar", -6.29, 106.87)
GARUT_MARKET = Place("pasar-garut", "Pasar grosir di Garut (peran)", "datar", -7.21, 107.90)
MARKETS = (CARINGIN, KRAMAT_JATI, GARUT_MARKET)
_PLACES: tuple[Village | Place, ...] = (HUB, *VILLAGES, *(shop.place for shop in SHOPS), *MARKETS)
PLACES = {place.code: place for place in _PLACES}
# Load in kg, km per litre, km per hour, Rp per hour of vehicle and crew.
VEHICLES = {
    "pikap": ("Pikap sewa", None, 1_000, 10, 30, 60_000, None),
    "cde": ("Truk CDE sewa", None, 2_200, 6, 25, 75_000, None),
    "cdd-hub": ("Truk CDD milik hub (dua unit)", "hub", 4_500, 5, 30, 75_000, 10),
}

NOTE = "\n".join((
    ("CONTOH. Kode dan nama desa nyata; letaknya titik tengah desa, dibulatkan ke 0,01°. Nama koperasi "
     "dibentuk menurut aturan penamaan, bukan dari daftar koperasi; ini bukan daftar 23 koperasi peserta "
     "kegiatan Ciwidey. Hub dan pembeli disebut menurut perannya: kapasitas, kontrak, dan titiknya "
     "ilustratif, bukan milik siapa pun."),
    ("Siapa menanam apa, berapa luasnya, dan berapa yang dibeli tiap gerai dibuat menurut aturan yang "
     "tertulis di lembar Acuan (aturan.…), agar cara kerjanya terlihat. Setiap baris menyebut sumber dan "
     "tahunnya, atau “ilustratif” dengan aturannya. Bukti (lisan, dokumen, ditimbang, diukur) juga "
     "ilustratif: dibagikan bergiliran menurut nomor kebun; tidak ada yang sungguh ditimbang atau "
     "diperlihatkan."),
    ("Masa rencana: minggu 27 sampai 39 tahun 2026. Harga adalah angka umum terakhir yang ditemukan, dibawa "
     "tetap; harga sayur dapat menjadi separuhnya dalam beberapa minggu, lihat lembar Skenario."),
    ("Sayur ditulis dua kali: “panen” adalah hasil kebun sebelum disortir; tanpa kata itu, mutu A dari "
     "rumah kemas. Yang tidak lolos menjadi sortiran untuk pasar induk, selebihnya terbuang. Hasil rencana "
     "dihitung sesudah anggota menerima paling sedikit 90 % dari harga petani."),
))


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
        "supplies": list(_harvests()),
        "outlets": [*_shop_outlets(), *_market_outlets()],
        "sources": [],
        "needs": [],
        "processes": list(_grading()),
        "storages": list(_storages()),
        "lanes": list(_lanes()),
        "lane_rule": {"detour": 1.45, "detours": DETOURS, "farthest_km": 3, "nearest": 1, "idr_per_kg": 20,
                      "vehicle": "pikap", "source": "ilustratif: aturan.angkut"},
        "local_trade": list(_traders()),
        "vehicles": list(_vehicles()),
        "today": list(_today()),
        "scenarios": list(_scenarios()),
        "ranges": list(_ranges()),
        "crops": list(_crops()),
        "growers": list(_growers()),
        "references": list(_references()),
    }


# --- Who, where and what


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


def raw(code: str) -> str:
    """Return the product that is harvested, before sorting."""
    return f"{code}-panen"


def second(code: str) -> str:
    """Return the product that what isn't grade A is sold as."""
    return f"{code}-sortiran" if code in SORTED_APART else MIXED


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


# --- What members bring


def area_ha(village: Village, code: str) -> float:
    """Return the land on which a village's members grow a vegetable for it, by aturan.lahan, in ha."""
    field = 1.0 if code in MAIN else FIELD[BY_CODE[code].kind]
    return rounded(min(2.0, max(0.6, village.area_km2 / 9)) * field * 100, 5) / 100


def mean_kg(area: float, vegetable: Vegetable) -> float:
    """Return what a field gives in a week when it is planted little by little, by aturan.lahan, in kg."""
    return area * vegetable.kg_per_ha / (vegetable.days / 7 + REST_WEEKS)


def _fields() -> Iterator[tuple[str, Vegetable, float, int]]:
    """Yield who grows what on how much land, with a number that tells the fields apart."""
    for number, village in enumerate(VILLAGES):
        for place, code in enumerate(village.grows):
            yield village.code, BY_CODE[code], area_ha(village, code), 3 * number + 5 * place
    for place, (code, area) in enumerate(HUB_GROWS.items()):
        yield "hub", BY_CODE[code], area, 70 + place


def harvest_kg(area: float, vegetable: Vegetable, number: int, week: int) -> int:
    """Return a field's harvest of one week, by aturan.panen, in kg."""
    wave = 1 + 0.25 * math.sin(2 * math.pi * (week - WEEKS[0] + number) / 8)
    return rounded(mean_kg(area, vegetable) * THROUGH_COOP * wave, 10)


def price_idr_per_kg(vegetable: Vegetable, week: int) -> int:
    """Return what farmers are paid for a vegetable in a week, by aturan.harga."""
    if vegetable.kind != "cabai":
        return vegetable.price
    retail = RETAIL_RED_CHILI if vegetable.code == "cabai-merah" else RETAIL_BIRD_CHILI
    month = next(month for month, last in enumerate(LAST_WEEK_OF_MONTH) if week <= last)
    return rounded(retail[month] * FARM_SHARE_OF_RETAIL, 100)


def _harvests() -> Iterator[Row]:
    evidence = (SAID, WRITTEN, WEIGHED)
    for site, vegetable, area, number in _fields():
        for week, code in PERIODS.items():
            yield {"site": site, "product": raw(vegetable.code), "period": code,
                   "available_kg": harvest_kg(area, vegetable, number, week),
                   "cost_idr_per_kg": rounded(price_idr_per_kg(vegetable, week) * MEMBERS_SHARE, 50),
                   "evidence": evidence[number % 3],
                   "source": f"{vegetable.source}; ilustratif: aturan.panen, aturan.bukti"}


def _crops() -> Iterator[Row]:
    for each in VEGETABLES:
        yield {"product": raw(each.code), "days_to_harvest": each.days,
               "sorting_loss": 0.05 if each.kind in {"daun", "krop"} else 0.03, "safety": 0.1,
               "source": "ilustratif: aturan.tanam"}


def _growers() -> Iterator[Row]:
    for site, vegetable, area, number in _fields():
        week_kg = mean_kg(area, vegetable)
        yield {"site": site, "product": raw(vegetable.code), "area_ha": area,
               "kg_per_ha": vegetable.kg_per_ha, "fulfilment": (70 + 5 * (number % 6)) / 100,
               "least_kg": rounded(week_kg * 0.25, 10), "most_kg": rounded(week_kg * 1.5, 10),
               "evidence": MEASURED if number % 2 else SAID,
               "source": f"{_yield_source(vegetable)}; ilustratif: aturan.lahan, aturan.kuota, aturan.bukti"}


def _yield_source(vegetable: Vegetable) -> str:
    return {
        "kentang": "17,27 t/ha (Pangalengan 2016–2018)",
        "cabai-merah": "12,33 t/ha (Jawa Barat 2011)",
    }.get(vegetable.code, "ilustratif: aturan.hasil")


# --- Buyers


def _shop_outlets() -> Iterator[Row]:
    for shop in SHOPS:
        wanted = [each for each in VEGETABLES if each.kind not in shop.without]
        weights = sum(each.basket for each in wanted)
        for each in wanted:
            most = rounded(shop.kg * each.basket / weights, 10)
            row = {"code": f"{shop.place.code}-{each.code}", "owner": "hub", "site": shop.place.code,
                   "product": each.code, "most_kg": most, "buyer": shop.place.name,
                   "pays_after_days": shop.days, "evidence": SAID,
                   "source": f"{each.source}; ilustratif: aturan.gerai, aturan.bukti"}
            if shop is SHOPS[0] and each.code in LEAST_WANTED:
                row |= {"least_kg": rounded(most * 0.6, 10)}
            yield from _by_week(row, each, shop.times)


def _by_week(row: Row, vegetable: Vegetable, times: float) -> Iterator[Row]:
    """Yield an outlet for every week: one row where its price stays, one for each week where it doesn't."""
    if vegetable.kind != "cabai":
        yield row | {"period": EVERY, "price_idr_per_kg": rounded(vegetable.price * times, 50)}
        return
    for week, code in PERIODS.items():
        price = price_idr_per_kg(vegetable, week) * times
        yield row | {"period": code, "price_idr_per_kg": rounded(price, 50)}


def _market_outlets() -> Iterator[Row]:
    """Wholesale: sortings at the hub's stalls, and unsorted goods through three co-ops' own and the hub's."""
    for market, times in ((CARINGIN, 0.75), (KRAMAT_JATI, 0.85)):
        for code in SORTED_APART:
            row = {"code": f"{market.code}-{second(code)}", "owner": "hub", "site": market.code,
                   "product": second(code), "buyer": market.name, "pays_after_days": 0,
                   "source": f"{BY_CODE[code].source}; ilustratif: aturan.pasar"}
            yield from _by_week(row, BY_CODE[code], times)
        yield {"code": f"{market.code}-{MIXED}", "owner": "hub", "site": market.code, "product": MIXED,
               "period": EVERY, "price_idr_per_kg": 1_200, "buyer": market.name, "pays_after_days": 0,
               "source": "ilustratif: aturan.pasar"}
    for market, owner, times in _WHOLESALERS:
        for code in MAIN:
            yield {"code": f"{market.code}-{raw(code)}-{owner}", "owner": owner, "site": market.code,
                   "product": raw(code), "period": EVERY, "most_kg": 6_000,
                   "price_idr_per_kg": rounded(BY_CODE[code].price * times, 50), "buyer": market.name,
                   "pays_after_days": 0, "source": f"{BY_CODE[code].source}; ilustratif: aturan.pasar"}


_WHOLESALERS = (
    (CARINGIN, "hub", 1.15), (CARINGIN, "margamukti", 1.12), (KRAMAT_JATI, "cipendawa", 1.2),
    (GARUT_MARKET, "simpang-cikajang", 1.08),
)


# --- Grading, packing, keeping


def _grading() -> Iterator[Row]:
    for each in VEGETABLES:
        yield {"code": f"kemas-{each.code}", "owner": "hub", "site": "hub", "input": raw(each.code),
               "outputs": {each.code: each.first, second(each.code): each.second}, "period": EVERY,
               "capacity_kg": 12_000 if each.code in MAIN else 4_000,
               "cost_idr_per_kg": 600 if each.kind == "daun" else 400,
               "name": f"Rumah kemas hub, {each.name.lower()}", "source": "ilustratif: aturan.sortir"}
    for village in VILLAGES:
        if village.code in SORTERS:
            for code in village.grows:
                each = BY_CODE[code]
                yield {"code": f"sortir-{village.code}-{code}", "owner": village.code, "site": village.code,
                       "input": raw(code),
                       "outputs": {code: round(each.first - 0.04, 2), second(code): each.second + 0.04},
                       "period": EVERY, "capacity_kg": 4_000 if code in MAIN else 1_500,
                       "cost_idr_per_kg": 350, "name": f"Tempat sortir {village.name}, {each.name.lower()}",
                       "source": "ilustratif: aturan.sortir"}
    yield {"code": "cuci-wortel-ciputri", "owner": "ciputri", "site": "ciputri", "input": raw("wortel"),
           "outputs": {"wortel": 0.74, second("wortel"): 0.2}, "period": EVERY, "capacity_kg": 6_000,
           "cost_idr_per_kg": 250, "build_cost_idr": 150_000_000, "build_share": 0.025,
           "name": "Calon lini cuci wortel Ciputri", "source": "ilustratif: aturan.calon"}


def _storages() -> Iterator[Row]:
    kept = [each for each in VEGETABLES if each.keeps]
    yield {"code": "ruang-dingin-hub", "owner": "hub", "site": "hub",
           "products": [each.code for each in kept], "capacity_kg": 15_000, "cost_idr_per_kg": 150,
           "loss": 0.02, "name": "Ruang dingin hub", "source": "ilustratif: aturan.dingin"}
    yield {"code": "gudang-kentang-hub", "owner": "hub", "site": "hub",
           "products": ["kentang", "kentang-panen"], "capacity_kg": 20_000,
           "cost_idr_per_kg": rounded(40 + 7_600 * LOAN_A_WEEK, 5), "loss": 0.01,
           "name": "Gudang kentang hub", "source": "Bunga 6 % (PMK 49/2025); ilustratif: aturan.dingin"}
    grown = [code for code in _grown("simpang-cikajang") if BY_CODE[code].keeps]
    yield {"code": "ruang-dingin-simpang", "owner": "simpang-cikajang", "site": "simpang-cikajang",
           "products": grown, "capacity_kg": 10_000, "cost_idr_per_kg": 100, "loss": 0.02,
           "build_cost_idr": 400_000_000, "build_share": 0.025, "name": "Calon ruang dingin Simpang",
           "source": "ilustratif: aturan.calon"}


# --- Lorries


def _vehicles() -> Iterator[Row]:
    for code, (name, owner, load_kg, km_per_litre, km_per_hour, idr_per_hour, trips) in VEHICLES.items():
        yield {"code": code, "name": name, "owner": owner, "capacity_kg": load_kg,
               "idr_per_km": rounded(DIESEL_IDR_PER_LITRE / km_per_litre + idr_per_hour / km_per_hour, 10),
               "idr_per_trip": 2 * idr_per_hour, "most_trips": trips,
               "source": "Solar Rp6.800/l (2022); ilustratif: aturan.angkut"}


def _lanes() -> Iterator[Row]:
    for village in VILLAGES:
        yield _lane(village.code, "hub", [raw(code) for code in village.grows], "cde")
        for sorter in SORTERS:
            shared = [code for code in village.grows if code in _grown(sorter)]
            if village.code != sorter and village.village[:5] == _village(sorter).village[:5] and shared:
                yield _lane(village.code, sorter, [raw(code) for code in shared], "cde")
        wortel = village.village.startswith("32.03") and "wortel" in village.grows
        if wortel and village.code != "ciputri":
            yield _lane(village.code, "ciputri", [raw("wortel")], "pikap")
        for market, owner, _ in _WHOLESALERS:
            goods = [raw(code) for code in village.grows if code in MAIN]
            if goods and owner != "hub" and village.village[:5] == _village(owner).village[:5]:
                yield _lane(village.code, market.code, goods, "cde")
    for sorter in (*SORTERS, "ciputri"):
        grades = [*_grown(sorter)] if sorter in SORTERS else ["wortel"]
        rest = [*dict.fromkeys(second(code) for code in grades)]
        yield _lane(sorter, "hub", [*grades, *rest], "cde")
        yield _lane(sorter, CARINGIN.code, rest, "cde")
        if sorter == "cipendawa":
            yield _lane(sorter, KRAMAT_JATI.code, rest, "cde")
        for shop in SHOPS[:3]:
            goods = [code for code in grades if BY_CODE[code].kind not in shop.without]
            yield _lane(sorter, shop.place.code, goods, "cde")
    for shop in SHOPS:
        goods = [each.code for each in VEGETABLES if each.kind not in shop.without]
        local = shop.place.code in {"toko-hub", "dapur"}
        yield _lane("hub", shop.place.code, goods, "pikap" if local else "cdd-hub")
    rest = [*(second(code) for code in SORTED_APART), MIXED]
    yield _lane("hub", CARINGIN.code, [*rest, *(raw(code) for code in MAIN)], "cde")
    yield _lane("hub", KRAMAT_JATI.code, rest, "cdd-hub")


def _lane(start: str, end: str, products: list[str], vehicle: str) -> Row:
    km = road_km(start, end)
    toll = 0.0
    if end in {"ritel-jakarta", "hipermarket", KRAMAT_JATI.code}:
        _, _, load_kg, km_per_litre, km_per_hour, idr_per_hour, _ = VEHICLES[vehicle]
        trip_idr = 2 * km * (DIESEL_IDR_PER_LITRE / km_per_litre + idr_per_hour / km_per_hour)
        toll = trip_idr / load_kg * TOLL_SHARE
    return {"from": start, "to": end, "products": products, "cost_idr_per_kg": rounded(20 + toll, 5),
            "vehicle": vehicle, "source": f"ilustratif: aturan.angkut ({km:.0f} km jalan)"}


def road_km(start: str, end: str) -> float:
    """Return the great circle times the detour of the rougher end's terrain, in km."""
    a, b = PLACES[start], PLACES[end]
    north, south = math.radians(a.lat), math.radians(b.lat)
    h = math.sin((north - south) / 2) ** 2
    h += math.cos(north) * math.cos(south) * math.sin(math.radians(a.lon - b.lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(h)) * max(DETOURS[a.terrain], DETOURS[b.terrain])


def _village(code: str) -> Village:
    place = PLACES[code]
    assert isinstance(place, Village)
    return place


def _grown(code: str) -> tuple[str, ...]:
    return _village(code).grows


# --- What each can do alone, and does today


def _traders() -> Iterator[Row]:
    for site, vegetable, _, _ in _fields():
        row = {"site": site, "product": raw(vegetable.code), "evidence": SAID,
               "source": f"{vegetable.source}; ilustratif: aturan.tengkulak, aturan.bukti"}
        if vegetable.kind != "cabai":
            yield row | {"period": EVERY, "sell_idr_per_kg": vegetable.price}
            continue
        for week, code in PERIODS.items():
            yield row | {"period": code, "sell_idr_per_kg": price_idr_per_kg(vegetable, week)}
    for sorter in SORTERS:
        prices: dict[str, int] = {}
        for code in _grown(sorter):
            price = min(price_idr_per_kg(BY_CODE[code], week) for week in WEEKS)
            prices[second(code)] = min(rounded(price * 0.5, 50), prices.get(second(code), 900))
            if code in SORTED_APART:
                prices[second(code)] = rounded(price * 0.5, 50)
        for product, price in prices.items():
            yield {"site": sorter, "product": product, "period": EVERY, "sell_idr_per_kg": price,
                   "evidence": SAID, "source": "ilustratif: aturan.tengkulak, aturan.bukti"}


def _today() -> Iterator[Row]:
    """What members sell to the village trader today; the hub and every eleventh village haven't told."""
    silent = {village.code for village in VILLAGES[10::11]} | {"hub"}
    for site, vegetable, area, number in _fields():
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


# --- Where the figures come from


def _references() -> Iterator[Row]:
    fields = ("code", "item", "value", "unit", "valid_from", "source", "confidence")
    for line in REFERENCES:
        yield dict(zip(fields, line, strict=True))
    for code, item, rule in RULES:
        yield {"code": f"aturan.{code}", "item": item, "value": rule, "unit": "aturan",
               "valid_from": f"{YEAR}-06", "source": "ilustratif, disusun untuk contoh ini",
               "confidence": "ilustratif"}


def rounded(value: float, step: int) -> int:
    """Return the multiple of `step` next to `value`, halves up."""
    return math.floor(value / step + 0.5) * step


LAMPUNG = "DTPH Lampung Barat, harga di petani; Radar Lambar, 7 Mei 2025"
REFERENCES: tuple[tuple[str, ...], ...] = (
    ("kegiatan.ciwidey", "Kegiatan 23 koperasi desa tiga kabupaten; nilai MoU (pembanding besaran)",
     "7,577", "miliar Rp", "2025-09", "Berita kegiatan Ciwidey, 23–25 September 2025", "tinggi"),
    ("hub.volume", "Volume hub pembanding, mutu A ke swalayan", "3", "t/hari", "2019",
     "Kompas, 27 April 2019 (Al Ittifaq)", "sedang"),
    ("hub.permintaan", "Permintaan pasar kepada hub pembanding", "70", "t/hari", "2023",
     "Peluang News, 2023 (Al Ittifaq)", "sedang"),
    ("hub.jenis", "Jenis sayur hub pembanding", "25", "jenis", "2018", "Zona Sultra, 2018 (Al Ittifaq)",
     "sedang"),
    ("hub.lahan", "Lahan sendiri hub pembanding", "14", "ha", "2021", "alifmart.id, 2021 (Al Ittifaq)",
     "sedang"),
    ("hub.pembeli",
     ("Pembeli hub pembanding: jaringan swalayan di Bandung dan Jakarta, hipermarket di BSD, toko sendiri, "
      "dapur makan bergizi"), "sepuluh dapur", "", "2025-08",
     "Ayo Yogya, Agustus 2025 (Al Ittifaq, KADIN)", "sedang"),
    ("hub.dana", "Hub membeli seluruh panen, lalu menyortir (dana talangan bergulir)", "100", "%", "2023",
     "Peluang News, 2023 (Al Ittifaq)", "sedang"),
    ("tempo.swalayan", "Swalayan membayar setelah faktur", "14–30, sampai 45", "hari", "2025",
     "Keterangan umum, belum diperiksa", "rendah"),
    ("harga.petani_mei",
     ("Harga di petani: kubis 3.000, sawi putih 3.000, tomat 6.000, buncis 7.000–8.000 (dipakai 7.500), "
      "bawang daun 8.000, seledri 20.000–22.000 (dipakai 20.000), labu siam 2.000, terung 5.000"),
     "lihat nama", "Rp/kg", "2025-05-07", LAMPUNG, "rendah (bukan Jawa Barat)"),
    ("harga.petani_maret", "Harga di petani: wortel", "3000", "Rp/kg", "2024-03-12",
     "DTPH Lampung Barat, harga di petani; Radar Lambar, 13 Maret 2024", "rendah (bukan Jawa Barat)"),
    ("harga.cabai_merah", "Cabai merah eceran Jawa Barat, Juli–September", "45437; 43394; 56397", "Rp/kg",
     "2025-07", "PIHPS Bank Indonesia, Juli–September 2025", "sedang"),
    ("harga.cabai_rawit", "Cabai rawit eceran Jawa Barat, Juli–September", "57487; 42652; 41548", "Rp/kg",
     "2025-07", "PIHPS Bank Indonesia, Juli–September 2025", "sedang"),
    ("harga.jatuh", "Harga di petani dalam beberapa minggu: cabai keriting; kubis",
     "40000→15000; 4500→1000–2000", "Rp/kg", "2022-10-27", "Tribun Jabar, 27 Oktober 2022 (Ciamis)",
     "sedang"),
    ("hasil.kentang", "Hasil kentang Pangalengan 2016–2018 (harga rata-rata Rp7.640/kg, dipakai 7.600)",
     "17,27", "t/ha", "2018", "Rahmah dan Wulandari, 2020 (52 petani)", "sedang"),
    ("hasil.cabai", "Hasil cabai besar Jawa Barat", "12,33", "t/ha", "2011",
     "BPS Jawa Barat; Antara Jabar, 1 Agustus 2012", "sedang"),
    ("susut.cabai", "Cabai rusak setelah 126 km: dus karton (karung 35,8 %)", "23,6", "%", "2016",
     "Kajian jenis kemasan cabai, adoc.pub", "sedang"),
    ("simpan.davis",
     ("Daya simpan dingin, paling singkat: kubis 3 minggu, tomat hijau 2, cabai 2, paprika 2, wortel 4, "
      "kembang kol 3, lobak 16, waluh 12, bit 4 (selebihnya di bawah 2)"), "lihat nama", "minggu",
     "2017", "UC Davis, Properties and Recommended Conditions; foodsafetysite.com", "sedang"),
    ("simpan.kentang", "Kentang di penyimpanan yang baik", "2", "bulan", "2021", "Wahana News", "rendah"),
    ("umur.kubis", "Umur panen kubis", "75–90 (dipakai 85)", "hari", "tanpa tanggal",
     "tanamin.co, dibaca 2026", "rendah"),
    ("umur.sawi_putih", "Umur panen sawi putih", "6–8 minggu (dipakai 50 hari)", "hari", "tanpa tanggal",
     "narareba.com, dibaca 2026", "rendah"),
    ("dapur.porsi", "Porsi per dapur makan bergizi", "3000", "porsi/hari", "2025-08-24",
     "BGN; Bisnis Indonesia, 24 Agustus 2025", "sedang"),
    ("solar", "Solar bersubsidi", "6800", "Rp/l", "2022-09-03", "Pemerintah, September 2022", "tinggi"),
    ("tol", "Tol dalam ongkos truk", "20", "%", "2018", "ali.web.id, berita 2087", "rendah"),
    ("bunga", "Bunga pinjaman koperasi desa", "6", "%/tahun", "2025-07-21", "PMK 49/2025", "tinggi"),
    ("loan.rate", "Bunga setahun, untuk menghitung biaya menalangi", "0,06", "per tahun", "2025-07-21",
     "PMK 49/2025", "tinggi"),
)

RULES: tuple[tuple[str, str, str], ...] = (
    ("nama", "Nama koperasi",
     ("Koperasi Desa Merah Putih + nama desa; kecamatan ditambahkan bila nama itu dipakai lebih dari satu "
      "desa di kabupatennya. Nama resmi dapat berbeda. Desa dipilih dari kecamatan sayur tiga kabupaten, "
      "bukan dari daftar peserta.")),
    ("peran", "Hub dan pembeli",
     ("Disebut menurut peran, bukan menurut badan yang ada; titik, kapasitas, dan volumenya dikarang "
      "dengan besaran hub pembanding.")),
    ("medan", "Medan",
     "Gunung mulai 1.400 m, bukit mulai 1.000 m, selebihnya datar (tinggi rata-rata desa)."),
    ("lahan", "Lahan lewat koperasi",
     ("Luas desa ÷ 9 (dalam ha per km², 0,6 sampai 2 ha) untuk kubis, sawi putih, wortel, kentang, tomat, "
      "labu siam; 0,4 kali itu untuk sayur lain, 0,25 kali untuk sayur daun; dibulatkan ke 0,05 ha. "
      "Ditanam sedikit demi sedikit: panen rata-rata seminggu = luas × hasil ÷ (umur panen dalam minggu + "
      "2 minggu olah tanah). Siapa menanam apa dikarang. Lahan hub: 4,5 dari 14 ha.")),
    ("panen", "Panen tiap minggu",
     ("Panen rata-rata × 85 % (selebihnya untuk rumah dan bibit) × (1 + 0,25 sin(2π × (minggu ke- + nomor "
      "kebun) ÷ 8)), dibulatkan ke 10 kg. Anggota dibayar paling sedikit 90 % harga petani.")),
    ("hasil", "Hasil per hektar",
     "Angka bulat yang lazim disebut untuk sayur itu; ganti dengan ubinan sendiri."),
    ("tanam", "Umur panen dan cadangan",
     ("Hari dari tanam sampai panen: angka bulat yang lazim disebut. Tertinggal di kebun 3 % (daun dan "
      "krop 5 %), cadangan 10 %. Susut sortir di rumah kemas sudah ada di lembar Proses, tidak dihitung "
      "dua kali.")),
    ("kuota", "Pemenuhan, batas kuota",
     ("Nilai pemenuhan 70 % + 5 % × (nomor kebun mod 6); paling sedikit seperempat, paling banyak satu "
      "setengah kali panen rata-rata seminggu.")),
    ("bukti", "Bukti",
     "Lisan, dokumen, ditimbang bergiliran menurut nomor kebun; hanya untuk contoh, tidak ada buktinya."),
    ("harga", "Harga petani",
     ("Harga di petani yang dilaporkan; cabai 60 % harga eceran Jawa Barat bulan yang sama tahun lalu; "
      "sayur tanpa laporan: angka bulat yang lazim.")),
    ("tengkulak", "Tengkulak desa",
     "Membeli panen seharga harga petani; sortiran separuhnya (campur paling tinggi Rp900)."),
    ("hari_ini", "Hari ini",
     ("90 % panen dijual kepada tengkulak dengan potongan timbangan 4 %; 10 % tidak terjual. Dua desa dan "
      "hub belum memberi keterangan.")),
    ("gerai", "Gerai mutu A",
     ("Bandung 16 t seminggu, 1,65 × harga petani, dibayar 21 hari; Jakarta 15 t tanpa sayur daun, 1,8 ×, "
      "30 hari; hipermarket 5 t, 2 ×, 30 hari; toko hub 2,5 t, 1,75 ×, tunai; sepuluh dapur × 3.000 porsi × "
      "100 g × 5 hari = 15 t, 1,7 ×, 14 hari. Dibagi menurut bobot keranjang. Swalayan Bandung menerima "
      "kentang dan tomat hanya bila paling sedikit 60 % pesanan.")),
    ("pasar", "Pasar induk",
     ("Sortiran 0,75 × harga petani di Bandung, 0,85 × di Jakarta; campur Rp1.200. Panen tanpa sortir: hub "
      "1,15 ×, Margamukti 1,12 × di Bandung, Cipendawa 1,2 × di Jakarta, Simpang 1,08 × di Garut, paling "
      "banyak 6 t seminggu per jenis; tunai.")),
    ("sortir", "Rumah kemas dan tempat sortir",
     ("Bagian mutu A dan sortiran menurut sayur; sisanya terbuang. Hub Rp400/kg (daun Rp600), 12 t "
      "seminggu untuk sayur utama, 4 t untuk lainnya. Empat koperasi menyortir sendiri: Rp350/kg, mutu A 4 "
      "poin lebih rendah.")),
    ("simpan", "Daya simpan dan susut jalan",
     ("Minggu simpan: separuh daya simpan dingin yang paling singkat, dibulatkan ke bawah, wortel, lobak, "
      "bit, labu siam paling lama 2, kabocha 6, kentang 8; sayur daun dan krop muda 0. Susut per 100 km: "
      "cabai 23,6 % × 100 ÷ 126; daun 6 %, buah 4 %, krop dan polong 3 %, akar 1 %.")),
    ("dingin", "Ruang dingin",
     "Hub 15 t, Rp150/kg seminggu, susut 2 %; gudang kentang 20 t, Rp40 + bunga, susut 1 %."),
    ("calon", "Calon bangunan",
     ("Ruang dingin Simpang 10 t, Rp400 juta; lini cuci wortel Ciputri 6 t seminggu, Rp150 juta. Umur 10 "
      "tahun: 13 minggu menanggung 13 ÷ 520 = 0,025.")),
    ("angkut", "Ongkos angkut",
     ("Jarak lingkaran besar × 1,3 (datar), 1,45 (bukit), 1,6 (gunung). Pikap 1 t, 10 km/l, 30 km/jam, "
      "Rp60.000/jam; CDE 2,2 t, 6 km/l, 25 km/jam, Rp75.000/jam; CDD 4,5 t, 5 km/l, 30 km/jam, "
      "Rp75.000/jam, dua truk × lima jalan seminggu; solar Rp6.800; dua jam muat-bongkar; Rp20/kg kuli; ke "
      "Jakarta dan BSD ditambah tol 20 %. Antar desa tetangga sampai 3 km dengan pikap.")),
    ("kas", "Kas",
     "Hub Rp1 miliar, koperasi desa Rp100 juta; anggota dan mitra dibayar setelah 7 hari. Dikarang."),
    ("skenario", "Skenario", "Faktor disusun dari kejadian yang dilaporkan, dibulatkan."),
    ("kisaran", "Kisaran", "Dikarang: seberapa jauh harga, panen, dan pesanan dapat bergeser."),
)


def main() -> None:
    """Write the workbook beside this script."""
    from jejaring.engines.planning import interchange
    from jejaring.engines.planning.workbook import writing

    rows = interchange.read_rows(json.dumps(network()).encode(), Path(__file__).name)
    writing.write_workbook(rows, WORKBOOK)


if __name__ == "__main__":
    main()
