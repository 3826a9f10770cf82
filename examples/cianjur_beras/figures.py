"""Public figures, each with its date and source in `sources`, and illustrative ones."""

from __future__ import annotations

import math
from typing import Any

Row = dict[str, Any]

# Rows stand as rows from here on, close together.
# fmt: off

# --- Public figures, each with its date and source in `sources`.

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


def rounded(value: float, step: int) -> int:
    """Return the multiple of `step` next to `value`, halves up."""
    return math.floor(value / step + 0.5) * step
