"""A plan that waits -> solved, shared, told: the worker's part.

Solving happens outside any transaction. A try claims the run with one conditional UPDATE and writes its
result only while the claim is still its own, so that nothing is written twice, whoever comes back.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from jejaring.documents.edition_pages import edition_pages
from jejaring.documents.editions import editions
from jejaring.documents.fronts import PUBLIC, fronts, party_audience
from jejaring.documents.language import Code, language
from jejaring.documents.names import hubs
from jejaring.documents.report import Run, report_html
from jejaring.domain.parties import audit
from jejaring.domain.partnering import replanning, tasks
from jejaring.domain.partnering.actions import keeping
from jejaring.domain.partnering.actions.asking import QUIET
from jejaring.domain.partnering.models import PlanEdition, PlanRun, RoundPlan
from jejaring.engines import planning
from jejaring.engines.errors import Fault, Faults, Refusal, Sentence
from jejaring.engines.planning import interchange
from jejaring.engines.planning.network_file import write_network
from jejaring.engines.planning.plan import RULES, Plan, Share
from jejaring.engines.planning.plan_file import Json, sentence_document, write_plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers
from jejaring.engines.planning.questions.answers_file import answers_document
from jejaring.engines.planning.questions.ask import QUESTIONS, QUICK, seasons_asked, takes_long
from jejaring.engines.planning.questions.cash import cash

LANGUAGES: tuple[Code, ...] = ("id", "en")
_MOST_TRIES = 3
_FAILED = Sentence(
    "plan.failed",
    "The plan couldn't be worked out because of a fault in the program. Start it again; if that doesn't "
    "help, tell whoever keeps this installation.",
)

_STAGES: dict[str, tuple[Sentence, float]] = {
    "read": (Sentence("stage.read", "Reading the network"), 0.02),
    "build": (Sentence("stage.build", "Writing it as equations"), 0.05),
    "solve": (Sentence("stage.solve", "Searching for the best plan"), 0.1),
    "whole": (Sentence("stage.whole", "Making whole kilograms"), 0.25),
    "prove": (Sentence("stage.prove", "Proving that there is no better one"), 0.3),
    "alone": (Sentence("stage.alone", "What each party makes alone"), 0.35),
    "explain": (Sentence("stage.explain", "Prices, partnerships, reasons"), 0.4),
    "sharing": (Sentence("stage.sharing", "Dividing the gain, and who could object"), 0.45),
    "asking": (Sentence("stage.asking", "Asking why, why not, and what if"), 0.7),
    "report": (Sentence("stage.report", "Writing the report for each co-op"), 0.9),
}
_QUESTION_STAGES = {"rivals", *QUESTIONS}


@dataclass(frozen=True, eq=False)
class _Worked:
    """A plan with everything that was asked of it. `shown` is the plan as pages show it: that of a round
    planned again with what was accepted at the prices at which it was.
    """

    problem: Problem
    plan: Plan
    shown: Plan
    shares: tuple[Share, ...]
    answers: Answers

    @property
    def shown_answers(self) -> Answers:
        """What was asked, as pages show it: what is paid at the prices that were agreed on."""
        if self.shown is self.plan or self.answers.cash is None:
            return self.answers
        return replace(self.answers, cash=cash(self.problem, self.shown))


class _TakenOver(Exception):
    """Another worker has claimed the run since."""


def work_out(run_id: int, *, now: Callable[[], datetime]) -> None:
    """Work out the plan with this number, unless it is finished or another worker is at it."""
    trial = _Trial(run_id, uuid4(), now)
    if not trial.claimed():
        return
    try:
        run = PlanRun.objects.get(pk=run_id)
        worked = _worked_out(run, trial.tell)
        trial.tell("report")
        made = _editions(run, worked, now())
        trial.finish(worked, made)
    except _TakenOver:
        return
    except Refusal as refusal:
        trial.close(PlanRun.Status.REFUSED, _said(refusal))
    except Exception:
        trial.close(PlanRun.Status.FAILED, [{"place": "", **sentence_document(_FAILED)}])
        raise


class _Trial:
    """One try at a run, known by its claim."""

    def __init__(self, run_id: int, claim: UUID, now: Callable[[], datetime]) -> None:
        self.run_id, self.claim, self.now = run_id, claim, now
        self._mine = PlanRun.objects.filter(pk=run_id, claim=claim, status=PlanRun.Status.RUNNING)

    def claimed(self) -> bool:
        """Return whether the run is ours now: it waited, or its worker was silent for too long."""
        at = self.now()
        silent = Q(status=PlanRun.Status.RUNNING, heard_at__lt=at - QUIET)
        free = PlanRun.objects.filter(Q(status=PlanRun.Status.QUEUED) | silent, pk=self.run_id)
        found = free.values_list("progress", flat=True).first()
        if found is None:
            self._look_again_later(at)
            return False
        tries = found.get("tries", 0) + 1
        if tries > _MOST_TRIES:
            free.update(
                status=PlanRun.Status.FAILED,
                finished_at=at,
                said=[{"place": "", **sentence_document(_FAILED)}],
            )
            return False
        self._tries = tries
        progress = self._progress("read")
        return bool(
            free.update(
                status=PlanRun.Status.RUNNING, claim=self.claim, started_at=at, heard_at=at, progress=progress
            )
        )

    def _look_again_later(self, at: datetime) -> None:
        """Leave a note for the next worker while another one is still at it."""
        if PlanRun.objects.filter(pk=self.run_id, status=PlanRun.Status.RUNNING).exists():
            later: Any = tasks.plan_in_background
            later.using(run_after=at + QUIET + timedelta(minutes=1)).enqueue(self.run_id)

    def tell(self, stage: str) -> None:
        """Keep what is being done, so that whoever waits can read it."""
        if not self._mine.update(progress=self._progress(stage), heard_at=self.now()):
            raise _TakenOver

    def _progress(self, stage: str) -> Json:
        if stage in RULES:
            stage = "sharing"
        elif stage in _QUESTION_STAGES:
            stage = "asking"
        sentence, share = _STAGES[stage]
        return {**sentence_document(sentence), "share": share, "tries": self._tries}

    def close(self, status: PlanRun.Status, said: list[Json]) -> None:
        """Keep why there is no plan."""
        self._mine.update(status=status, said=said, finished_at=self.now())

    def finish(self, worked: _Worked, made: list[PlanEdition]) -> None:
        """Keep the plan with its editions, all or nothing, if the run is still ours."""
        at = self.now()
        plan = write_plan(
            worked.problem, worked.plan, worked.shares, answers_document(worked.problem, worked.answers)
        )
        with transaction.atomic():
            kept = self._mine.update(
                status=PlanRun.Status.DONE,
                # That of a round planned again has what was agreed as terms.
                problem=write_network(worked.problem).decode(),
                plan=plan.decode(),
                summary=_summary(worked),
                finished_at=at,
            )
            if not kept:
                raise _TakenOver
            PlanEdition.objects.filter(run_id=self.run_id).delete()
            PlanEdition.objects.bulk_create(made, batch_size=20)
            run = PlanRun.objects.get(pk=self.run_id)
            _keep_proposals(run, worked, at)
            audit.record(
                "plan.done", run, by=None, network_id=run.network_id, facts={"status": worked.plan.status}
            )


def _planned(
    run: PlanRun, limits: planning.Limits, tell: Callable[[str], None]
) -> tuple[Problem, Plan, Plan]:
    """Return what is planned, its plan, and the plan as pages show it: that of a round planned again with all
    that was agreed in it.
    """
    standing = replanning.standing_of(run)
    if standing is None:
        problem = interchange.read_json(run.problem.encode(), "network.json")
        plan = planning.solve(problem, limits, tell=tell)
        return problem, plan, plan
    tell("solve")
    return standing.planned(limits)


def _keep_proposals(run: PlanRun, worked: _Worked, at: datetime) -> None:
    """Write the proposals of a round's plan. Raises a Refusal where its rule couldn't be worked out."""
    made = RoundPlan.objects.select_related("round", "run").filter(run=run).first()
    if made is None:
        return
    share = next((each for each in worked.shares if each.rule == made.round.rule), None)
    if share is None:
        raise Refusal("round.no_share", "The gain can't be shared by the rule of this round. Choose another.")
    keeping.keep(made, worked.problem, worked.plan, share, at=at)


def _worked_out(run: PlanRun, tell: Callable[[str], None]) -> _Worked:
    """Solve, share, ask: what `jejaring plan network.json` does with the same file."""
    limits = planning.Limits()
    problem, plan, shown = _planned(run, limits, tell)
    shares = planning.share(problem, plan, run.options.get("rules"), limits, tell=tell)
    thorough = run.options.get("thorough") and not takes_long(problem)
    answers = planning.ask(
        problem,
        plan,
        shares,
        limits,
        tell=tell,
        only=tuple(QUESTIONS) if thorough else QUICK,
        seasons=seasons_asked(problem) if thorough else 0,
    )
    return _Worked(problem, plan, shown, tuple(shares), answers)


def _editions(run: PlanRun, worked: _Worked, at: datetime) -> list[PlanEdition]:
    """Return every edition in both languages."""
    problem, plan, shares, answers = worked.problem, worked.shown, worked.shares, worked.shown_answers
    made = Run(on=timezone.localtime(at).date(), file=run.network.name)
    audience = {
        name: PUBLIC if view.reader == "public" else party_audience(problem.parties.codes[view.party])
        for name, view in editions(problem, plan)
    }
    found = []
    for code in LANGUAGES:
        speaks = language(code)
        front = fronts(problem, plan, shares, speaks, answers)
        pages = {
            audience[name.removesuffix(".html")]: page
            for name, page in edition_pages(problem, plan, shares, made, speaks, answers).items()
        }
        pages["facilitator"] = report_html(problem, plan, shares, made, speaks, answers)
        found += [
            PlanEdition(run=run, audience=name, language=code, page=page, front=front[name])
            for name, page in pages.items()
        ]
    return found


def _summary(worked: _Worked) -> Json:
    """Return the key figures, in whole rupiah as reports round them."""
    problem, plan = worked.problem, worked.plan
    return {
        "surplus_idr": round(plan.surplus_idr),
        "value_idr": round(plan.value_idr),
        "bound_idr": round(plan.bound_idr) if math.isfinite(plan.bound_idr) else None,
        "gap": plan.gap if math.isfinite(plan.gap) else None,
        "status": plan.status,
        "alone_idr": round(sum(plan.alone_idr)),
        "gain_idr": round(plan.value_idr - sum(plan.alone_idr)),
        "parties": len(problem.parties),
        "trading": sum(outcome.trades for outcome in plan.outcomes),
        "partnerships": len(plan.partnerships),
        "hubs": [problem.parties.codes[party] for party in hubs(problem)],
    }


def _said(refusal: Refusal) -> list[Json]:
    faults: tuple[Fault, ...] = refusal.faults if isinstance(refusal, Faults) else ()
    if not faults:
        return [{"place": "", **sentence_document(refusal.sentence)}]
    return [{"place": str(fault.place), **sentence_document(fault.wrong)} for fault in faults]
