"""The vegetables: what they yield, how they are graded and kept, what they cost at the farm."""

from __future__ import annotations

from typing import NamedTuple

from examples.ciwidey_sayur.figures import CHILI_LOSS, CHILI_LOSS_KM

# Rows stand as rows from here on, close together.
# fmt: off

SORTED_APART = (
    "kubis", "sawi-putih", "wortel", "kentang", "tomat", "cabai-merah", "cabai-rawit", "buncis",
    "bawang-daun",
)
MIXED = "sortiran-campur"


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
LEAST_WANTED = ("kentang", "tomat")


def raw(code: str) -> str:
    """Return the product that is harvested, before sorting."""
    return f"{code}-panen"


def second(code: str) -> str:
    """Return the product that what isn't grade A is sold as."""
    return f"{code}-sortiran" if code in SORTED_APART else MIXED
