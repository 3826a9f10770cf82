"""Public figures, each with its date and source in `sources`, and illustrative ones."""

from __future__ import annotations

import math
from typing import Any

Row = dict[str, Any]

# Rows stand as rows from here on, close together.
# fmt: off

YEAR = 2026
WEEKS = tuple(range(27, 40))
PERIODS = {week: f"{YEAR}-W{week:02d}" for week in WEEKS}
EVERY = "*"

# --- Public figures, each with its date and source in `sources`.

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
PRICE = "price_idr_per_kg"
SAID, WRITTEN = "lisan, Mei 2026 (ilustratif)", "dokumen, Mei 2026 (ilustratif)"
WEIGHED, MEASURED = "ditimbang, Juni 2026 (ilustratif)", "diukur, Mei 2026 (ilustratif)"


def rounded(value: float, step: int) -> int:
    """Return the multiple of `step` next to `value`, halves up."""
    return math.floor(value / step + 0.5) * step
