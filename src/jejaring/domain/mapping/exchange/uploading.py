"""A co-op's workbook arrives: read, compared, and put before the person who brought it."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from jejaring.domain.mapping.exchange.accepting import faults_of, keep_draft
from jejaring.domain.mapping.exchange.comparing import differences
from jejaring.domain.mapping.exchange.workbook_reading import read_cooperative_workbook
from jejaring.domain.mapping.models import ImportDraft
from jejaring.domain.parties.models import Cooperative, User
from jejaring.engines.errors import Faults


def compare_workbook(
    cooperative: Cooperative, data: bytes, *, file_name: str, by: User, at: datetime
) -> ImportDraft:
    """Return the comparison of a co-op's workbook with what is kept of it.

    Raises Faults with everything that must be mended first; then nothing at all is kept.
    """
    on = timezone.localtime(at).date()
    found = differences(cooperative, read_cooperative_workbook(cooperative, data, file_name, on=on), on=on)
    faults = faults_of(cooperative, found, by=by, at=at, way="excel")
    if faults:
        raise Faults(faults)
    return keep_draft(cooperative, found, by=by, at=at, way="excel", file_name=file_name)
