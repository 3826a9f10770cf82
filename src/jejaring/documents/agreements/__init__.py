"""Agreements between co-ops: memorandum and contract as values, their clauses, checklist and paper.

`drafts` makes those that a plan asks for. `worded` fills in the standard clauses, `missing` tells what
lacks, `paper` typesets, `differences` compares two versions, `to_json` keeps one. Whoever stores them
has the tables; nothing here does.
"""

from jejaring.documents.agreements.annex import (
    Annex,
    AnnexRow,
    Goods,
    annex_heads,
    annex_rows,
    goods_of,
    party_values,
    priced_goods,
    schedules,
)
from jejaring.documents.agreements.canonical import from_json, sha256, to_json
from jejaring.documents.agreements.checklist import Finding, approving_body, missing
from jejaring.documents.agreements.clauses import (
    Article,
    articles,
    edited,
    standard_clauses,
    text_of,
    with_own,
    worded,
)
from jejaring.documents.agreements.content import Agreement
from jejaring.documents.agreements.differences import Differences, differences
from jejaring.documents.agreements.from_plan import Draft, drafts
from jejaring.documents.agreements.pages import Block, Marks, Paper, Signed, marks, paper
from jejaring.documents.agreements.price_formula import PriceFormula, price_by
from jejaring.documents.agreements.telling import Change, Told, told

__all__ = [
    "Agreement",
    "Annex",
    "AnnexRow",
    "Article",
    "Block",
    "Change",
    "Differences",
    "Draft",
    "Finding",
    "Goods",
    "Marks",
    "Paper",
    "PriceFormula",
    "Signed",
    "Told",
    "annex_heads",
    "annex_rows",
    "approving_body",
    "articles",
    "differences",
    "drafts",
    "edited",
    "from_json",
    "goods_of",
    "marks",
    "missing",
    "paper",
    "party_values",
    "price_by",
    "priced_goods",
    "schedules",
    "sha256",
    "standard_clauses",
    "text_of",
    "to_json",
    "told",
    "with_own",
    "worded",
]
