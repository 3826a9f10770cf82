"""Versions of an agreement: kept while one person words them, followed by a new one when another does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from jejaring.documents.agreements import Agreement as Content
from jejaring.documents.agreements import PriceFormula, sha256, to_json
from jejaring.documents.agreements.words import words
from jejaring.documents.language import Code, language
from jejaring.domain.agreements.models import Agreement, Commitment, Version
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import User


def keep_wording(
    agreement: Agreement, version: Version, content: Content, what: str, by: User | None, at: datetime
) -> Version:
    """Keep a changed wording: in the same version while one person words it, in a new one when another does,
    so that everybody sees what the other changed.
    """
    if sha256(content) == version.sha256:
        return version
    if version.made_by_id == (by.pk if by else None):
        version.content, version.sha256 = json.loads(to_json(content)), sha256(content)
        version.made_at = at
        version.save(update_fields=["content", "sha256", "made_at"])
        kept = version
    else:
        kept = next_version(agreement, version, content, by, at, "")
    tolerance = content.commitments[0].tolerance_percent if content.commitments else None
    kept.commitments.update(tolerance=(tolerance or Decimal(0)) / 100)
    _write_formulas(kept, content)
    audit.record(
        "agreement.word", agreement, by=by, network_id=agreement.network_id, facts={"what": what[:60]}
    )
    return kept


def price_rule(formula: PriceFormula | None, code: Code) -> str:
    """Return what a row of commitments says of its price formula; the version's content has its parts."""
    return words(language(code)).formula(formula)[:300] if formula else ""


def _write_formulas(version: Version, content: Content) -> None:
    """Write into a version's rows what its content says of price formulas."""
    positions: dict[str, list[int]] = {}
    for position, each in enumerate(content.commitments):
        positions.setdefault(price_rule(each.formula, content.language), []).append(position)
    for rule, at in positions.items():
        rows = version.commitments.exclude(price_rule=rule)
        (rows if len(positions) == 1 else rows.filter(position__in=at)).update(price_rule=rule)


def next_version(
    agreement: Agreement, version: Version, content: Content, by: User | None, at: datetime, why: str
) -> Version:
    """Return a new version of an agreement in place of another, with its commitments."""
    Version.objects.filter(pk=version.pk).update(state=Version.State.REPLACED)
    number = version.number + 1
    made = new_version(agreement, replace(content, version=number), number, by, at, why)
    rows = list(version.commitments.all())
    for row in rows:
        row.pk, row.version = None, made
    Commitment.objects.bulk_create(rows)
    return made


def new_version(
    agreement: Agreement, content: Content, number: int, by: User | None, at: datetime, why: str
) -> Version:
    """Return a version of an agreement with this content, being worded."""
    return Version.objects.create(
        agreement=agreement,
        number=number,
        content=json.loads(to_json(content)),
        sha256=sha256(content),
        why=why[:300],
        made_by=by,
        made_at=at,
    )
