"""The chain of writes: adds a line in the transaction of the write itself, and proves the whole."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from datetime import UTC
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from jejaring.domain.parties.models import AuditHead, AuditLine, User
from jejaring.engines.errors import Sentence

_FIRST = "0" * 64


def record(
    action: str,
    subject: models.Model,
    *,
    by: User | None,
    cooperative_id: int | None = None,
    network_id: int | None = None,
    facts: dict[str, Any] | None = None,
) -> AuditLine:
    """Add a line to the chain. Call it inside the action's transaction: both are kept, or neither.

    `facts` hold numbers, codes and names of fields; never what identifies a person.
    """
    assert connection.in_atomic_block
    head = _locked_head()
    line = AuditLine(
        at=timezone.now(),
        by_id=by.pk if by else None,
        action=action,
        subject=f"{table_of(subject)}:{subject.pk}",
        cooperative_id=cooperative_id,
        network_id=network_id,
        facts=json.loads(json.dumps(facts or {}, default=str)),
        previous=head.hash or _FIRST,
    )
    line.hash = _hash(line)
    line.save(force_insert=True)
    AuditHead.objects.filter(pk=1).update(lines=head.lines + 1, hash=line.hash)
    return line


def faults() -> Iterator[Sentence]:
    """Yield what is wrong with the chain: a line changed, taken out, or put in between."""
    previous, count = _FIRST, 0
    for line in AuditLine.objects.order_by("id").iterator(chunk_size=2000):
        count += 1
        if line.previous != previous:
            yield Sentence("trail.order", "Line {line} doesn't follow the one before it.", {"line": line.pk})
        if not hmac.compare_digest(line.hash, _hash(line)):
            yield Sentence("trail.changed", "Line {line} was changed.", {"line": line.pk})
        previous = line.hash
    head = AuditHead.objects.filter(pk=1).first()
    kept = (head.lines, head.hash) if head else (0, "")
    if kept != (count, previous if count else ""):
        yield Sentence(
            "trail.end", "{kept} lines were written, {count} are there.", {"kept": kept[0], "count": count}
        )


def table_of(row: models.Model) -> str:
    """Return what a line calls the row's table: parties.cooperative."""
    return f"{type(row).__module__.split('.')[2]}.{type(row).__name__.lower()}"


def _locked_head() -> AuditHead:
    # SQLite has one writer at a time anyway; on PostgreSQL the row is what writers wait for.
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        with transaction.atomic():
            AuditHead.objects.bulk_create([AuditHead(pk=1)], ignore_conflicts=True)
        head = AuditHead.objects.select_for_update().get(pk=1)
    return head


def _hash(line: AuditLine) -> str:
    at = line.at.astimezone(UTC)
    said = [
        at.isoformat(timespec="microseconds"),
        line.by_id,
        line.action,
        line.subject,
        line.cooperative_id,
        line.network_id,
        line.facts,
        line.previous,
    ]
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.new(settings.AUDIT_KEY.encode(), text.encode(), sha256).hexdigest()
