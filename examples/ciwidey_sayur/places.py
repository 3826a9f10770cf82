"""Village co-ops and what each grows, the hub, its shops and markets: real villages, the rest by role."""

from __future__ import annotations

from typing import NamedTuple

from examples.ciwidey_sayur.figures import GRAMS_A_PORTION, KITCHENS, PORTIONS, SCHOOL_DAYS

# Rows stand as rows from here on, close together.
# fmt: off


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
CARINGIN = Place("pasar-caringin", "Pasar induk di Bandung (peran)", "datar", -6.94, 107.57)
KRAMAT_JATI = Place("pasar-kramat-jati", "Pasar induk di Jakarta (peran)", "datar", -6.29, 106.87)
GARUT_MARKET = Place("pasar-garut", "Pasar grosir di Garut (peran)", "datar", -7.21, 107.90)
MARKETS = (CARINGIN, KRAMAT_JATI, GARUT_MARKET)
_PLACES: tuple[Village | Place, ...] = (HUB, *VILLAGES, *(shop.place for shop in SHOPS), *MARKETS)
PLACES = {place.code: place for place in _PLACES}


def village_at(code: str) -> Village:
    place = PLACES[code]
    assert isinstance(place, Village)
    return place


def grown_at(code: str) -> tuple[str, ...]:
    return village_at(code).grows
