"""A co-op says that it has told everything of a stage; saying that there is nothing is an answer too."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from jejaring.domain.mapping.actions.answers import locked
from jejaring.domain.mapping.models import StageDone
from jejaring.domain.mapping.models.answers import Stage
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import Cooperative, User
from jejaring.engines.errors import Refusal


def finish_stage(cooperative: Cooperative, stage: str, *, by: User | None, at: datetime) -> StageDone:
    """Keep that nothing is missing of a stage, and return that; again: with the later day."""
    if stage not in Stage.values:
        raise Refusal("mapping.stage_unknown", "“{written}” isn't a stage of the chain.", written=stage)
    with transaction.atomic():
        kept = locked(cooperative)
        done, _ = StageDone.objects.update_or_create(
            cooperative=kept, stage=stage, defaults={"done_at": at, "done_by": by}
        )
        audit.record("mapping.finish_stage", done, by=by, cooperative_id=kept.pk, facts={"stage": stage})
    return done


def reopen_stage(cooperative: Cooperative, stage: str, *, by: User | None) -> None:
    """Take back that a stage is complete; where nobody said so, nothing changes."""
    with transaction.atomic():
        kept = locked(cooperative)
        done = StageDone.objects.filter(cooperative=kept, stage=stage).first()
        if done is None:
            return
        audit.record("mapping.reopen_stage", done, by=by, cooperative_id=kept.pk, facts={"stage": stage})
        done.delete()
