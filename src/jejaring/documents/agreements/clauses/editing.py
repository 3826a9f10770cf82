"""Changing the articles of an agreement within limits, and reading them with their numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jejaring.documents.agreements.clauses.standard import carries_figures, is_required
from jejaring.documents.agreements.content import Clause, Kind
from jejaring.documents.agreements.words import words
from jejaring.documents.language import Language
from jejaring.engines.errors import Refusal

REFERENCE = re.compile(r"\[\[([a-z0-9_]+)\]\]")
_OWN = "own_"
_LONGEST = 8_000


@dataclass(frozen=True)
class Article:
    """An article as it is read: numbered without gaps, references resolved."""

    number: int
    code: str
    title: str
    paragraphs: tuple[str, ...]


def articles(clauses: Sequence[Clause], language: Language) -> tuple[Article, ...]:
    """Return the articles with their numbers; a reference to one that isn't there becomes […]."""
    pasal = words(language)["paper"]["article"]
    numbers = {clause.code: f"{pasal} {at}" for at, clause in enumerate(clauses, start=1)}
    return tuple(
        Article(
            at,
            clause.code,
            clause.title,
            tuple(_resolved(paragraph, numbers) for paragraph in clause.paragraphs),
        )
        for at, clause in enumerate(clauses, start=1)
    )


def edited(clauses: Sequence[Clause], code: str, text: str, *, kind: Kind) -> tuple[Clause, ...]:
    """Return the articles with `text` as the text of article `code`, its paragraphs apart by an empty line.

    An empty text takes an article out. Raises Refusal where the agreement can't do without it, or
    where its figures come from the form.
    """
    clause = next((each for each in clauses if each.code == code), None)
    if clause is None:
        raise Refusal("agreement.clause_unknown", "The agreement has no clause “{clause}”.", clause=code)
    if carries_figures(code):
        raise Refusal(
            "agreement.clause_figures",
            "The clause “{clause}” carries figures and days from the form: change them there.",
            clause=clause.title,
        )
    if len(text) > _LONGEST:
        raise Refusal(
            "agreement.clause_long",
            "The clause “{clause}” is longer than {most} letters.",
            clause=clause.title,
            most=_LONGEST,
        )
    paragraphs = paragraphs_of(text)
    if not paragraphs and is_required(code, kind):
        raise Refusal(
            "agreement.clause_required",
            "The clause “{clause}” can't be empty in an agreement of this kind.",
            clause=clause.title,
        )
    if paragraphs == clause.paragraphs:
        return tuple(clauses)
    changed = replace(clause, paragraphs=paragraphs, edited=True)
    return tuple(changed if each is clause else each for each in clauses if paragraphs or each is not clause)


def with_own(clauses: Sequence[Clause], title: str, text: str) -> tuple[Clause, ...]:
    """Return the articles with one of the parties' own before the closing one. Raises Refusal."""
    paragraphs = paragraphs_of(text)
    if not paragraphs or not title.strip():
        raise Refusal("agreement.clause_own", "A clause of your own needs a title and a text.")
    taken = {clause.code for clause in clauses}
    code = next(f"{_OWN}{at}" for at in range(1, len(taken) + 2) if f"{_OWN}{at}" not in taken)
    own = Clause(code, " ".join(title.split()), paragraphs, edited=True)
    return (*clauses[:-1], own, *clauses[-1:])


def text_of(clause: Clause) -> str:
    """Return the article's text as `edited` takes it."""
    return "\n\n".join(clause.paragraphs)


def paragraphs_of(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text: apart by empty lines, items on lines of their own."""
    parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    return tuple(lines for lines in (_tidy(part) for part in parts) if lines)


def _tidy(part: str) -> str:
    """Return one paragraph: its lines joined but where an item begins."""
    lines: list[str] = []
    for line in part.split("\n"):
        bare = " ".join(line.split())
        if bare.startswith("- ") or not lines:
            lines.append(bare)
        elif bare:
            lines[-1] = f"{lines[-1]} {bare}".strip()
    return "\n".join(line for line in lines if line)


def _resolved(paragraph: str, numbers: Mapping[str, str]) -> str:
    return REFERENCE.sub(lambda found: numbers.get(found[1], "[…]").replace(" ", "\xa0"), paragraph)
