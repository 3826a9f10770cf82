"""The example network: 30 village co-ops of Kabupaten Cianjur, a rice hub and its buyers, in 2027.

`network()` returns it as jejaring-network/2; `python -m examples.cianjur_beras` writes it as
examples/cianjur-beras.xlsx. Villages, their codes and the dated public figures are real;
capacities, channels, buyers and the hub are illustrative and named by role. The rules that made
them are rows of `references`, so that whoever reads the workbook finds them; README.md sums up.

What a reader of the workbook sees is Indonesian; names and comments here are English.
"""

from __future__ import annotations

from pathlib import Path

from examples.cianjur_beras.tables import network

__all__ = ["WORKBOOK", "network"]

WORKBOOK = Path(__file__).parent.with_name("cianjur-beras.xlsx")
