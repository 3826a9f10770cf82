"""Photos and documents behind an answer: added, taken away. Files lie outside what the web serves."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.core.files.base import ContentFile
from django.db import transaction

from jejaring.documents import photos
from jejaring.domain.mapping.actions.answers import locked
from jejaring.domain.mapping.models import Evidence, Facility, Product
from jejaring.domain.mapping.models.answers import Stage
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import Cooperative, User
from jejaring.engines.errors import Refusal

MOST_BYTES = 5 * 1024 * 1024
MOST_FILES = 200
"""Of one co-op."""


def add_evidence(
    cooperative: Cooperative,
    *,
    stage: str,
    content: bytes,
    product: Product | None = None,
    facility: Facility | None = None,
    note: str = "",
    by: User | None,
    at: datetime,
) -> Evidence:
    """Keep a photo or PDF and return it; the same file for the same stage again: the one that is kept.

    Photos lose position, time and camera. Raises Refusal for other kinds of files and too large ones.
    """
    assert stage in Stage.values
    if facility is not None and facility.cooperative_id != cooperative.pk:
        raise Refusal("mapping.facility_of_another", "This belongs to another co-op.")
    kind, bare = fit_to_keep(content)
    digest = sha256(bare).hexdigest()
    with transaction.atomic():
        kept = locked(cooperative)
        found = Evidence.objects.filter(cooperative=kept, stage=stage, sha256=digest).first()
        if found:
            return found
        if Evidence.objects.filter(cooperative=kept).count() >= MOST_FILES:
            raise Refusal(
                "mapping.evidence_many",
                "A co-op can keep {most} photos and documents. Remove one that is no longer needed.",
                most=MOST_FILES,
            )
        evidence = Evidence(
            cooperative=kept,
            stage=stage,
            product=product,
            facility=facility,
            content_type=kind,
            sha256=digest,
            size_bytes=len(bare),
            note=note.strip()[:200],
            added_by=by,
            added_at=at,
        )
        evidence.file.save(f"{digest[:24]}.{photos.ENDINGS[kind]}", ContentFile(bare), save=False)
        evidence.save(force_insert=True)
        audit.record(
            "mapping.add_evidence",
            evidence,
            by=by,
            cooperative_id=kept.pk,
            facts={"stage": stage, "sha256": digest, "bytes": len(bare)},
        )
    return evidence


def remove_evidence(evidence: Evidence, *, by: User | None) -> None:
    """Take a photo or document away, its file too; a second time changes nothing."""
    with transaction.atomic():
        kept = locked(evidence.cooperative)
        found = Evidence.objects.filter(pk=evidence.pk).first()
        if found is None:
            return
        audit.record(
            "mapping.remove_evidence",
            found,
            by=by,
            cooperative_id=kept.pk,
            facts={"stage": found.stage, "sha256": found.sha256},
        )
        storage, name = found.file.storage, found.file.name
        found.delete()
        transaction.on_commit(lambda: storage.delete(str(name)))


def fit_to_keep(content: bytes) -> tuple[str, bytes]:
    """Return the kind of a file and what may be kept of it. Raises Refusal for one that can't be evidence."""
    if len(content) > MOST_BYTES:
        raise Refusal(
            "mapping.evidence_large",
            "This file is larger than {most} MB. Take the photo with a lower quality, or send fewer pages.",
            most=MOST_BYTES // 1024 // 1024,
        )
    kind = photos.sniffed(content)
    if not kind:
        raise Refusal(
            "mapping.evidence_kind",
            "This is neither a photo (JPEG, PNG) nor a PDF. Take a photo of it with your phone.",
        )
    try:
        return kind, photos.without_traces(content)
    except ValueError as broken:
        raise Refusal("mapping.evidence_broken", "This photo is damaged. Take it again, please.") from broken
