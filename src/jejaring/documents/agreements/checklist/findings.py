"""The whole checklist of an agreement: its head, parties, annex, rules of the trade, articles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from jejaring.documents.agreements.annex import value_fits
from jejaring.documents.agreements.checklist import parties, prices, terms
from jejaring.documents.agreements.checklist.finding import Finding, Severity
from jejaring.documents.agreements.checklist.parties import approving_body
from jejaring.documents.agreements.clauses import is_required, standard_clauses
from jejaring.documents.agreements.clauses.editing import REFERENCE
from jejaring.documents.agreements.content import BLANK, Agreement
from jejaring.documents.language import language
from jejaring.engines.errors import Sentence

__all__ = ["Finding", "Severity", "approving_body", "missing"]

_TOPICS = ("price", "payment", "delivery", "breach", "force_majeure", "disputes")
"""Articles that every agreement should have, also where its kind can do without."""
_ORDER: tuple[Severity, ...] = ("missing", "one-sided", "look")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def missing(agreement: Agreement) -> tuple[Finding, ...]:
    """Return what lacks, what favours one side and what deserves a look, the gravest first."""
    found = (
        *_head(agreement),
        *_duration(agreement),
        *parties.findings(agreement),
        *_annex(agreement),
        *prices.findings(agreement),
        *terms.findings(agreement),
        *_articles(agreement),
        *_paper(agreement),
    )
    return tuple(sorted(found, key=lambda each: _ORDER.index(each.severity)))


def _head(agreement: Agreement) -> Iterator[Finding]:
    if not agreement.number:
        yield Finding("missing", Sentence("head.number", "The agreement has no number."))
    if agreement.on is None:
        yield Finding("missing", Sentence("head.on", "The day of signing is open."))
    if not agreement.place:
        yield Finding("missing", Sentence("head.place", "The place of signing is open."))
    if agreement.kind == "pks" and not agreement.follows:
        yield Finding(
            "look", Sentence("head.follows", "The contract doesn't name the memorandum that it carries out.")
        )


def _duration(agreement: Agreement) -> Iterator[Finding]:
    until = agreement.valid_until
    since = agreement.valid_from or agreement.on
    if until is None:
        yield Finding(
            "missing", Sentence("duration.until", "Until when the agreement is valid isn't said."), "term"
        )
        return
    if since and until <= since:
        yield Finding(
            "missing", Sentence("duration.ends_first", "The agreement ends before it begins."), "term"
        )
    elif since and not _years_later(since, 1) <= until.toordinal() + 1 <= _years_later(since, 3) + 1:
        yield Finding(
            "look",
            Sentence(
                "duration.unusual",
                "It is valid from {since} until {until}; one to three years are usual.",
                {"since": since, "until": until},
            ),
            "term",
        )
    last = max((each.period for each in agreement.commitments if _MONTH.fullmatch(each.period)), default="")
    if last and last > f"{until:%Y-%m}":
        yield Finding(
            "missing",
            Sentence(
                "duration.deliveries",
                "The last hand-over is in {last_period}, after the end of the agreement.",
                {"last_period": last},
            ),
            "term",
        )


def _years_later(since: date, years: int) -> int:
    """Return the day number some years on; 29 February becomes 28 February."""
    day = 28 if (since.month, since.day) == (2, 29) else since.day
    return date(since.year + years, since.month, day).toordinal()


def _annex(agreement: Agreement) -> Iterator[Finding]:
    commitments = agreement.commitments
    if not commitments:
        severity: Severity = "missing" if agreement.kind == "pks" else "look"
        yield Finding(severity, Sentence("annex.empty", "The annex has no commitments."))
        return
    stated = agreement.total_idr
    if stated is not None and stated != agreement.value_idr:
        yield Finding(
            "missing",
            Sentence(
                "annex.total",
                "The annex adds up to {sum_idr}, but {stated_idr} are stated.",
                {"sum_idr": agreement.value_idr, "stated_idr": stated},
            ),
        )
    lacks = (
        ("annex.tolerance", [each for each in commitments if each.tolerance_percent is None]),
        ("annex.price", [each for each in commitments if each.price_idr_per_kg is None and not each.formula]),
        ("annex.place", [each for each in commitments if not each.place]),
        ("annex.grade", [each for each in commitments if not each.grade]),
        ("annex.value", [each for each in commitments if not value_fits(each)]),
    )
    told = {
        "annex.tolerance": "No tolerance is agreed for: {products}.",
        "annex.price": "Neither price nor formula is agreed for: {products}.",
        "annex.place": "No place of hand-over is agreed for: {products}.",
        "annex.grade": "No grade is named for: {products}.",
        "annex.value": "Kilograms times price isn't the value for: {products}.",
    }
    for code, rows in lacks:
        if rows:
            products = tuple(dict.fromkeys(each.product for each in rows))
            severity = "look" if code == "annex.grade" else "missing"
            yield Finding(severity, Sentence(code, told[code], {"products": products}), "commodities")


def _articles(agreement: Agreement) -> Iterator[Finding]:
    """Yield articles that lack, still have blanks, were changed, or no longer say what the form says."""
    standard = {each.code: each for each in standard_clauses(agreement, language(agreement.language))}
    there = {clause.code for clause in agreement.clauses}
    for code, clause in standard.items():
        if code not in there and (code in _TOPICS or is_required(code, agreement.kind)):
            yield _of_clause(
                "missing", "clause.absent", "The clause “{clause}” isn't there.", clause.title, code
            )
    for clause in agreement.clauses:
        text = "\n".join(clause.paragraphs)
        if not set(REFERENCE.findall(text)) <= there:
            yield _of_clause(
                "missing",
                "clause.reference",
                "The clause “{clause}” points to one that isn't there.",
                clause.title,
                clause.code,
            )
        if clause.edited and BLANK in text:
            yield _of_clause(
                "missing",
                "clause.blank",
                "The clause “{clause}” still has something to fill in.",
                clause.title,
                clause.code,
            )
        if clause.edited:
            yield _of_clause(
                "look",
                "clause.edited",
                "The clause “{clause}” isn't the standard text: read it.",
                clause.title,
                clause.code,
            )
        elif clause.code not in standard or clause.paragraphs != standard[clause.code].paragraphs:
            yield _of_clause(
                "missing",
                "clause.stale",
                "The clause “{clause}” doesn't say what the form says: write it anew.",
                clause.title,
                clause.code,
            )


def _of_clause(severity: Severity, code: str, text: str, title: str, clause: str) -> Finding:
    return Finding(severity, Sentence(code, text, {"clause": title}), clause)


def _paper(agreement: Agreement) -> Iterator[Finding]:
    if not agreement.verification.code or not agreement.verification.address:
        yield Finding(
            "look",
            Sentence("paper.verification", "The paper has no code by which anybody could check it."),
        )
    if not agreement.stamps:
        yield Finding("missing", Sentence("paper.stamp", "No place is kept for a duty stamp."))
    elif not all(stamp.serial for stamp in agreement.stamps):
        yield Finding(
            "look",
            Sentence("paper.serial", "The e-meterai's serial number isn't recorded yet."),
        )
