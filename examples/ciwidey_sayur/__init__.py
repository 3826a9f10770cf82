"""The second example: vegetables by week, 23 village co-ops of three regencies and a hub, in 2026.

`network()` returns it as jejaring-network/2; `python -m examples.ciwidey_sayur` writes it as
examples/ciwidey-sayur.xlsx. Villages, their codes and the dated public figures are real; who grows
how much, capacities, channels, volumes and the hub are illustrative and named by role. The rules
that made them are rows of `references`, so that whoever reads the workbook finds them.

What a reader of the workbook sees is Indonesian; names and comments here are English.
"""

from __future__ import annotations

from pathlib import Path

from examples.ciwidey_sayur.tables import network

__all__ = ["WORKBOOK", "network"]

WORKBOOK = Path(__file__).parent.with_name("ciwidey-sayur.xlsx")
