"""The articles: their standard text, changing them within limits, reading them with their numbers."""

from jejaring.documents.agreements.clauses.editing import (
    Article,
    articles,
    edited,
    paragraphs_of,
    text_of,
    with_own,
)
from jejaring.documents.agreements.clauses.standard import (
    carries_figures,
    is_required,
    standard_clauses,
    standard_premises,
    worded,
)

__all__ = [
    "Article",
    "articles",
    "carries_figures",
    "edited",
    "is_required",
    "paragraphs_of",
    "standard_clauses",
    "standard_premises",
    "text_of",
    "with_own",
    "worded",
]
