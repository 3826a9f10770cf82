"""Writes the workbook of the example beside this folder."""

from __future__ import annotations

import json

from examples.cianjur_beras import WORKBOOK, network
from jejaring.engines.planning import interchange
from jejaring.engines.planning.workbook import writing


def main() -> None:
    """Write the workbook."""
    rows = interchange.read_rows(json.dumps(network()).encode(), "cianjur_beras")
    writing.write_workbook(rows, WORKBOOK)


if __name__ == "__main__":
    main()
