"""The report's colours: paddy, clay, terrace green on warm paper.

Tests hold them to this: text reaches a contrast of 4.5 on paper, marks 3, and the colours of
products stay apart for red- and green-blind readers too.
"""

from __future__ import annotations

PAPER = "#fbfaf5"
CARD = "#ffffff"
INK = "#1c2b28"
SOFT = "#52605b"
LINE = "#dcdacd"
FAINT = "#efede2"
TERRACE = "#0d6152"
CLAY = "#a9482a"
PADDY = "#b7791a"
MIST = "#cfe0d8"

PRODUCTS = (
    "#b7791a",
    "#7a3518",
    "#0d6152",
    "#5b8fbf",
    "#7d4a8c",
    "#5c9966",
    "#27318f",
    "#8a8478",
    "#b8527a",
    "#2f8f96",
)
"""By order of the products in the network; where there are more see `colours`."""

OTHERS = "#a5a294"

RULES = {
    "even_core": TERRACE,
    "equal": "#4f86b8",
    "volume": PADDY,
    "market": "#7d4a8c",
    "nucleolus": "#b8527a",
}


def product(position: int) -> str:
    """Return the colour of the product at `position`."""
    return PRODUCTS[position % len(PRODUCTS)]
