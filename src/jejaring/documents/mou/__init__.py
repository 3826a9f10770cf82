"""Memorandum drafts: one for each party that works with the hub, and its PDF.

`drafts` decides what they say, `pdf` typesets one, `summary_rows` lists them.
"""

from jejaring.documents.mou.draft import CHAIN, Draft, SummaryRow, drafts, summary_rows
from jejaring.documents.mou.pages import pdf

__all__ = ["CHAIN", "Draft", "SummaryRow", "drafts", "pdf", "summary_rows"]
