"""Plans of a network: asked for, watched, read in the edition that is somebody's."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.utils import timezone
from pydantic import Field, Strict

from jejaring.domain.parties.access import Ability, NotThere
from jejaring.domain.parties.models import Network
from jejaring.domain.partnering import queries
from jejaring.domain.partnering.actions import asking
from jejaring.domain.partnering.models import PlanRun
from jejaring.domain.partnering.snapshot import MOST_MONTHS
from jejaring.engines.planning.plan import Rule
from jejaring.interfaces.api import gates
from jejaring.interfaces.api.figures import (
    Code,
    FactorSent,
    Month,
    MonthSent,
    RequestKey,
    Sent,
    Shown,
    Title,
    Yes,
)
from jejaring.interfaces.api.gates import Request, Subject
from jejaring.interfaces.api.refusing import told, wanted_language

subject = Subject("plans")
_OF_NETWORK = "/networks/{int:network_id}/plans"
_ONE = "/plans/{int:run_id}"


class SentenceShown(Shown):
    """One sentence: the code is for programs, the message for people."""

    code: str
    message: str
    facts: dict[str, Any]


class PlanShown(Shown):
    """A plan and where it stands; `summary` only for who sees the whole of it."""

    id: int
    network_id: int
    title: str
    first_month: Month
    months: int
    status: str
    share: float
    """How much of the work is done, from 0 to 1."""
    doing: SentenceShown | None
    refused: list[SentenceShown]
    scenario: dict[str, Any]
    summary: dict[str, Any] | None
    asked_at: datetime
    finished_at: datetime | None


class PlansShown(Shown):
    """The newest plans of a network."""

    plans: list[PlanShown]


class ReaderShown(Shown):
    """An edition that may be read; `key` is what it is asked for with."""

    key: str
    name: str


class EditionShown(Shown):
    """The figures of an edition's first page."""

    reader: str
    readers: list[ReaderShown]
    front: dict[str, Any]


class ChangeSent(Sent):
    """What differs from what was said: figures of a kind times a factor."""

    table: Literal["supplies", "outlets", "processes"]
    field: Literal["available_kg", "price_idr_per_kg", "most_kg", "outputs", "capacity_kg"]
    factor: FactorSent
    product: Code = ""
    row: Code = ""


class PlanSent(Sent):
    """From which month, for how many; which rules of sharing (null: all that fit)."""

    first_month: MonthSent
    months: Annotated[int, Strict(), Field(ge=1, le=MOST_MONTHS)]
    title: Title = ""
    changes: list[ChangeSent] = Field([], max_length=20)
    rules: list[Rule] | None = Field(None, max_length=10)
    thorough: Yes = False
    request_key: RequestKey


@subject.opens(
    "GET", _OF_NETWORK, gates.of_network(Ability.SEE_NETWORK), summary="Plans of a network", answer=PlansShown
)
def plans(request: Request, network: Network) -> PlansShown:
    """The newest first."""
    whole = queries.may(request.user, network, Ability.SEE_WHOLE_PLAN)
    return PlansShown(
        plans=[_shown(request, run, whole=whole) for run in queries.plans_of(network, request.user)]
    )


@subject.opens(
    "POST", _OF_NETWORK, gates.of_network(Ability.RUN_PLAN), summary="Ask for a plan", answer=PlanShown,
    status=202,
)  # fmt: skip
def ask_for_plan(request: Request, network: Network, sent: PlanSent) -> PlanShown:
    """It is worked out in the background. The same `request_key` again returns the same plan."""
    changes = [{**each.model_dump(), "factor": str(each.factor)} for each in sent.changes]
    run = asking.ask_for_plan(
        network,
        first_month=sent.first_month,
        months=sent.months,
        title=sent.title,
        scenario={"changes": changes} if changes else {},
        rules=tuple(dict.fromkeys(sent.rules)) if sent.rules else None,
        thorough=sent.thorough,
        request_key=sent.request_key,
        by=request.user,
        at=timezone.now(),
    )
    return _shown(request, run, whole=queries.may(request.user, network, Ability.SEE_WHOLE_PLAN))


@subject.opens(
    "GET", _ONE, gates.of_plan_run(Ability.SEE_NETWORK), summary="How far a plan is", answer=PlanShown
)
def plan(request: Request, run: PlanRun) -> PlanShown:
    """Status queued, running, done, refused or failed."""
    whole = queries.may(request.user, run.network, Ability.SEE_WHOLE_PLAN)
    return _shown(request, run, whole=whole)


@subject.opens(
    "GET", f"{_ONE}/edition", gates.of_plan_run(Ability.SEE_NETWORK), summary="What came of a plan, for me",
    answer=EditionShown,
)  # fmt: skip
def plan_edition(request: Request, run: PlanRun, reader: Code = "") -> EditionShown:
    """The edition with the key `reader`; without one, the one that is most the asker's own."""
    code = wanted_language(request).code
    chosen, edition = queries.edition_for(request.user, run, reader, code)
    readers = queries.readers_for(request.user, run)
    return EditionShown(
        reader=chosen.key,
        readers=[ReaderShown(key=each.key, name=each.name) for each in readers],
        front=edition.front,
    )


@subject.opens(
    "GET", f"{_ONE}/network.json", gates.of_plan_run(Ability.SEE_WHOLE_PLAN), summary="What was planned",
    answer=dict[str, Any],
)  # fmt: skip
def plan_network(_request: Request, run: PlanRun) -> HttpResponse:
    """The network file, byte for byte: `jejaring plan` makes the same plan of it."""
    return _file(queries.network_file_of(run))


@subject.opens(
    "GET", f"{_ONE}/plan.json", gates.of_plan_run(Ability.SEE_WHOLE_PLAN), summary="The whole plan",
    answer=dict[str, Any],
)  # fmt: skip
def plan_file(_request: Request, run: PlanRun) -> HttpResponse:
    """The plan file, byte for byte, as `jejaring plan` writes it."""
    return _file(queries.plan_file_of(run))


def _file(text: str) -> HttpResponse:
    if not text:
        raise NotThere
    return HttpResponse(text, content_type="application/json")


def _shown(request: Request, run: PlanRun, *, whole: bool) -> PlanShown:
    speaks = wanted_language(request)
    doing = queries.doing_of(run)
    return PlanShown(
        id=run.pk,
        network_id=run.network_id,
        title=run.title,
        first_month=run.first_month,
        months=run.months,
        status=run.status,
        share=run.progress.get("share", 0),
        doing=SentenceShown(**told(speaks, doing)) if doing else None,
        refused=[SentenceShown(**told(speaks, each)) for each in queries.said_of(run)],
        scenario=run.scenario,
        summary=run.summary if whole else None,
        asked_at=run.asked_at,
        finished_at=run.finished_at,
    )
