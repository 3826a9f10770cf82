"""Where the co-ops of a benchmark stand: real villages where a list of them is beside the project."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

VILLAGES = Path(__file__).resolve().parents[2] / "shared" / "data" / "regions" / "villages.csv.gz"
CIANJUR = "32.03."
WEST_JAVA = "32."
END_OF_JAVA = "37."

Points = list[tuple[float, float]]


def of_villages(coops: int) -> tuple[Points | None, str]:
    """Return positions for `coops` co-ops and words for them; None where they have to be drawn.

    Up to 360: villages of Cianjur. More: villages of Java in the order of their codes, from West
    Java's first on.
    """
    if not VILLAGES.is_file():
        return None, "random positions"
    with gzip.open(VILLAGES, "rt", encoding="utf-8") as file:
        rows = sorted((row["code"], float(row["lat"]), float(row["lon"])) for row in csv.DictReader(file))
    cianjur = [(lat, lon) for code, lat, lon in rows if code.startswith(CIANJUR)]
    if coops <= len(cianjur):
        return _spread(cianjur, coops), f"{coops} villages of Cianjur"
    java = [(lat, lon) for code, lat, lon in rows if WEST_JAVA <= code < END_OF_JAVA]
    if coops <= len(java):
        return java[:coops], f"{coops:,} villages of Java, from West Java on"
    return None, "random positions"


def _spread(points: Points, count: int) -> Points:
    """Return `count` of the points, evenly over the list."""
    return [points[k * len(points) // count] for k in range(count)]
