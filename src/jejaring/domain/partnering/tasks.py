"""What the worker runs."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task


@task()
def plan_in_background(run_id: int) -> None:
    """Work out a plan. It may be called twice: a plan that is finished, or in good hands, is left alone."""
    # Only the worker loads the solver.
    from jejaring.domain.partnering.actions.working_out import work_out

    work_out(run_id, now=timezone.now)
