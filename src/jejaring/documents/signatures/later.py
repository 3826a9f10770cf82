"""What was added to a file after a signature: looked at step by step, with an end to the work.

pyHanko compares every later revision with the signed one; for 24 parties that takes a quarter of a minute.
Here each revision is compared with the one before it, once for all signatures: what every step allows, all
of them together allow, and a place that a step filled is one that the next may not touch.
"""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import (
    DiffPolicy,
    DiffResult,
    ModificationLevel,
    SuspiciousModification,
)
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm

from jejaring.documents.signatures.meterai import ADDITIONS

OBJECTS_MAX = 400_000
"""Looked up in one file, repeated ones too. A memorandum of ours with 24 signatures takes a third of it."""

_CERTIFIED = MDPPerm.FILL_FORMS
"""What the opening seal allows. Each step is held against it, whichever signature asks first: one that
certifies nothing asks for less, and its answer would do for the seal too."""


class LimitedReader(PdfFileReader):
    """A reader that stops after so many objects: a small file can name one object along millions of paths."""

    looked_up = 0

    def count(self) -> None:
        """Count one object more, and stop where there are too many."""
        self.looked_up += 1
        if self.looked_up > OBJECTS_MAX:
            raise PdfReadError("too many objects to look at")

    def get_object(self, *args: Any, **named: Any) -> Any:
        self.count()
        return super().get_object(*args, **named)  # type: ignore[no-untyped-call]

    def get_historical_resolver(self, revision: int) -> HistoricalResolver:
        cache = self._historical_resolver_cache
        if revision not in cache:
            cache[revision] = _LimitedResolver(self, revision)
        return cache[revision]


class _LimitedResolver(HistoricalResolver):
    reader: LimitedReader

    def get_object(self, *args: Any, **named: Any) -> Any:
        self.reader.count()
        return super().get_object(*args, **named)


class StepByStep(DiffPolicy):
    """pyHanko's rules for what may be added to a signed file, from each revision to the next."""

    def __init__(self) -> None:
        self._steps: dict[int, DiffResult | SuspiciousModification] = {}

    def apply(
        self,
        old: HistoricalResolver,
        new: HistoricalResolver,
        field_mdp_spec: FieldMDPSpec | None = None,
        doc_mdp: MDPPerm | None = None,
    ) -> DiffResult:
        return ADDITIONS.apply(old, new, field_mdp_spec, doc_mdp)

    def review_file(
        self,
        reader: PdfFileReader,
        base_revision: int | HistoricalResolver,
        field_mdp_spec: FieldMDPSpec | None = None,
        doc_mdp: MDPPerm | None = None,
    ) -> DiffResult | SuspiciousModification:
        """Return what the steps after a revision add up to, or the first that isn't allowed."""
        if field_mdp_spec is not None:
            # A signature that locks fields of a form is none of ours; it is compared by itself.
            return ADDITIONS.review_file(reader, base_revision, field_mdp_spec, doc_mdp or _CERTIFIED)
        base = base_revision if isinstance(base_revision, int) else base_revision.revision
        level, changed = ModificationLevel.NONE, set()
        for revision in range(base + 1, reader.total_revisions):
            step = self._step(reader, revision)
            if isinstance(step, SuspiciousModification):
                return step
            level = max(level, step.modification_level)
            changed |= step.changed_form_fields
        return DiffResult(level, changed)

    def _step(self, reader: PdfFileReader, revision: int) -> DiffResult | SuspiciousModification:
        if revision not in self._steps:
            before, after = (reader.get_historical_resolver(each) for each in (revision - 1, revision))
            try:
                self._steps[revision] = self.apply(before, after, None, _CERTIFIED)
            except SuspiciousModification as found:
                self._steps[revision] = found
        return self._steps[revision]
