"""Versions of an agreement: kept while one person words them, followed by a new one when another does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from jejaring.documents.agreements import Agreement as Content
from jejaring.documents.agreements import Goods, PriceFormula, goods_of, priced_goods, sha256, to_json
from jejaring.documents.agreements import content as said
from jejaring.documents.agreements.words import words
from jejaring.documents.language import Code, language
from jejaring.domain.agreements.models import Agreement, Commitment, Version
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import User
from jejaring.engines.errors import Refusal

Formulas = Mapping[Goods, PriceFormula | None]


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


def priced(content: Content, formulas: Formulas | None) -> list[said.Commitment]:
    """Return an agreement's commitments with new price formulas of their goods; the others keep theirs."""
    new = formulas or {}
    if not set(new) <= set(priced_goods(content)):
        raise Refusal("formula.goods", "Only goods that are sold here can have a price formula.")
    return [replace(each, formula=new.get(goods_of(each), each.formula)) for each in content.commitments]


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
