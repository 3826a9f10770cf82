"""Which figures a network calls illustrative: made for an example, known of nobody."""

from __future__ import annotations

from jejaring.documents.language import Language
from jejaring.documents.names import listed
from jejaring.engines.planning.problem import Problem

_MARK = "lustrati"
"""Stands in “ilustratif” and in “illustrative”: the words by which a network marks such figures."""
MOST_NAMED = 4
"""So many are named on the first page; the list of sources names them all."""


def illustrative_words(problem: Problem, language: Language, *, most: int = 0) -> str:
    """Return which reference figures are illustrative, at most `most` by name (0: all); "" where none is."""
    items = [each.item for each in problem.references if _marked(f"{each.confidence} {each.source}")]
    if not items:
        return ""
    return language.text(
        "{count} of {all} reference figures are illustrative, made by a rule and measured by nobody: "
        "{items}.",
        items=listed([_quoted(item) for item in items], language, most=most),
        count=len(items),
        all=len(problem.references),
    )


def illustrative_count(problem: Problem, language: Language) -> str:
    """Return how many reference figures are illustrative, for readers who don't get the list; "" for none."""
    count = sum(_marked(f"{each.confidence} {each.source}") for each in problem.references)
    if not count:
        return ""
    return language.text(
        "{count} of {all} reference figures are illustrative, made by a rule and measured by nobody.",
        count=count,
        all=len(problem.references),
    )


def illustrative_evidence(problem: Problem, language: Language) -> str:
    """Return a sentence where the network calls its evidence illustrative, else ""."""
    tables = (problem.supplies, problem.needs, problem.processes, problem.outlets)
    told = [text for table in tables for text in table.evidence if text]
    if not any(_marked(text) for text in told):
        return ""
    return language.text(
        "How figures are known is illustrative in this network: nobody weighed or signed anything for it."
    )


def _marked(text: str) -> bool:
    return _MARK in text.casefold()


def _quoted(item: str) -> str:
    return f"“{item}”"
