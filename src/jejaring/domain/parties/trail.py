"""What is read of the audit trail: who changed what at a co-op, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from jejaring.domain.parties import rosters
from jejaring.domain.parties.models import AuditLine, Cooperative

PAGE_LINES = 50


@dataclass(frozen=True)
class TrailLine:
    """A line with the name of whoever wrote it; empty: erased, or the program itself (`by_program`)."""

    line: AuditLine
    name: str

    @property
    def by_program(self) -> bool:
        """Whether nobody signed in did this."""
        return self.line.by_id is None


@dataclass(frozen=True)
class TrailPage:
    """Some lines, and the number before which the next page begins; none: no more lines."""

    lines: tuple[TrailLine, ...]
    next_before: int | None


def trail_of(cooperative: Cooperative, *, before: int | None = None) -> TrailPage:
    """Return the newest lines of a co-op, or those before the line with a number."""
    found = AuditLine.objects.filter(cooperative_id=cooperative.pk).order_by("-id")
    if before is not None:
        found = found.filter(pk__lt=before)
    lines = list(found[: PAGE_LINES + 1])
    shown = lines[:PAGE_LINES]
    names = rosters.names_of(line.by_id for line in shown if line.by_id is not None)
    return TrailPage(
        lines=tuple(TrailLine(line, names.get(line.by_id or 0, "")) for line in shown),
        next_before=shown[-1].pk if len(lines) > PAGE_LINES else None,
    )
