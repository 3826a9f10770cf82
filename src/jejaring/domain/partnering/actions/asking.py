"""Ask for a plan: the answers are taken at that moment, and worked out in the background."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jejaring.domain.mapping import plausible
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import Network, User
from jejaring.domain.partnering import tasks
from jejaring.domain.partnering.models import PlanRun
from jejaring.domain.partnering.snapshot import MOST_MONTHS, take_snapshot
from jejaring.domain.partnering.wording import Wording
from jejaring.engines.errors import Faults, Refusal
from jejaring.engines.planning import interchange
from jejaring.engines.planning.network_file import write_network
from jejaring.engines.planning.plan_file import Json
from jejaring.engines.planning.problem import Problem, Selector
from jejaring.engines.planning.questions.changes import Change, changed, selected

QUIET = timedelta(hours=1)
"""A run of which nothing was heard for so long is taken up again by itself: its worker is gone."""
PATIENCE = timedelta(minutes=5)
"""After so long people may start it again themselves. One search of a large network may take minutes."""
_MOST_WAITING = 3
_FARTHEST_MONTHS = 1200
"""A network file may be of long ago; beyond a century a month is a slip."""
_UNFINISHED = (PlanRun.Status.QUEUED, PlanRun.Status.RUNNING)
_FIELDS = {
    ("supplies", "available_kg"),
    ("outlets", "price_idr_per_kg"),
    ("outlets", "most_kg"),
    ("processes", "outputs"),
    ("processes", "capacity_kg"),
}


@transaction.atomic
def ask_for_plan(
    network: Network,
    *,
    first_month: date,
    months: int,
    by: User | None,
    at: datetime,
    title: str = "",
    scenario: Json | None = None,
    rules: tuple[str, ...] | None = None,
    thorough: bool = False,
    request_key: UUID | None = None,
) -> PlanRun:
    """Return a plan that waits to be worked out. The same `request_key` returns the same plan again.

    `scenario` tells what differs from what was said: {"changes": [{table, field, row, product, factor}]}.
    Raises Faults with everything that the answers lack, a Refusal where too many plans wait already.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise Refusal("plan.months", "Choose from 1 to {most} months.", most=MOST_MONTHS)
    today = timezone.localtime(at).date()
    first_month = plausible.first_of_month(first_month, today, farthest_months=_FARTHEST_MONTHS)
    # One after the other: two taps at once are one plan, and a fourth one waits for nobody's count.
    Network.objects.select_for_update().get(pk=network.pk)
    before = PlanRun.objects.filter(request_key=request_key).first() if request_key else None
    if before is not None and before.network_id == network.pk:
        return before
    _refuse_crowd(network)
    taken = take_snapshot(network, first_month=first_month, months=months, at=at)
    problem = with_changes(taken.problem, (scenario or {}).get("changes", ()))
    network_file = write_network(problem)
    _refuse_faults(network_file, taken.wording)
    run = PlanRun.objects.create(
        network=network,
        title=title[:160],
        first_month=first_month,
        months=months,
        scenario=scenario or {},
        options={"rules": list(rules) if rules else None, "thorough": thorough},
        notes=taken.notes,
        problem=network_file.decode(),
        asked_by=by,
        asked_at=at,
        # A key that another network has used says nothing about this one's plan.
        request_key=None if before else request_key,
    )
    _enqueue(run, at)
    facts = {"first_month": first_month, "months": months, "parties": len(problem.parties)}
    audit.record("plan.ask", run, by=by, network_id=network.pk, facts=facts)
    return run


@transaction.atomic
def ask_for_same(run: PlanRun, *, by: User | None, at: datetime, request_key: UUID | None = None) -> PlanRun:
    """Return a plan that waits, of the same problem and options as another: nothing is taken anew."""
    _refuse_crowd(run.network)
    again = PlanRun.objects.create(
        network=run.network,
        title=run.title,
        first_month=run.first_month,
        months=run.months,
        scenario=run.scenario,
        options=run.options,
        notes=run.notes,
        problem=run.problem,
        asked_by=by,
        asked_at=at,
        request_key=request_key,
    )
    _enqueue(again, at)
    facts = {"first_month": run.first_month, "months": run.months}
    audit.record("plan.ask", again, by=by, network_id=run.network_id, facts=facts)
    return again


@transaction.atomic
def ask_again(run: PlanRun, *, by: User | None, at: datetime) -> PlanRun:
    """Return a plan that failed, or whose worker is gone, waiting again; any other stays as it is."""
    again = PlanRun.objects.select_for_update().get(pk=run.pk)
    if again.status == PlanRun.Status.FAILED or is_stuck(again, at):
        again.status = PlanRun.Status.QUEUED
        again.claim, again.heard_at, again.progress, again.said = None, None, {}, []
        again.save(update_fields=["status", "claim", "heard_at", "progress", "said"])
        _enqueue(again, at)
        audit.record("plan.ask_again", again, by=by, network_id=again.network_id)
    return again


def is_stuck(run: PlanRun, at: datetime) -> bool:
    """Return whether nothing was heard of an unfinished plan for too long."""
    return run.status in _UNFINISHED and (run.heard_at or run.asked_at) < at - PATIENCE


def with_changes(problem: Problem, changes: Iterable[Json]) -> Problem:
    """Return the problem of a scenario. Raises a Refusal for a change that isn't one."""
    for said in changes:
        made = list(_change(problem, said))
        if not any(selected(problem, selector).any() for selector, _ in made):
            raise Refusal(
                "plan.scenario_empty", "Nobody has said a figure that this would change in these months."
            )
        problem = changed(problem, made)
    return problem


def _change(problem: Problem, said: Json) -> Iterator[Change]:
    """Yield what changes: one selector for each grade of the product."""
    try:
        factor = Decimal(str(said["factor"]))
        table, field = said["table"], said["field"]
    except (KeyError, InvalidOperation):
        factor, table, field = Decimal(-1), "", ""
    if (table, field) not in _FIELDS or not 0 <= factor <= 10:
        raise Refusal("plan.scenario", "This change can't be made. Choose another one.")
    product, row = said.get("product") or "", said.get("row") or ""
    if not product:
        yield Selector(table, field, row=row), factor
    for position, code in enumerate(problem.products):
        if product and (code == product or code.startswith(f"{product}.")):
            yield Selector(table, field, row=row, product=position), factor


def _refuse_faults(network_file: bytes, wording: Wording) -> None:
    """Refuse what became impossible by a scenario, as whoever answered understands it."""
    try:
        interchange.read_json(network_file)
    except Faults as found:
        raise wording.told(found, json.loads(network_file)) from found


def _refuse_crowd(network: Network) -> None:
    waiting = PlanRun.objects.filter(network=network, status__in=_UNFINISHED).count()
    if waiting >= _MOST_WAITING:
        raise Refusal(
            "plan.waiting",
            "{count} plans of this network are still being worked out. Wait until one is finished.",
            count=waiting,
        )


def _enqueue(run: PlanRun, at: datetime) -> None:
    task: Any = tasks.plan_in_background
    task.enqueue(run.pk)
    task.using(run_after=at + QUIET + timedelta(minutes=1)).enqueue(run.pk)
