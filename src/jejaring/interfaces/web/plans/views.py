"""Pages of plans: the list, a new one, how far it is, what came of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Network
from jejaring.domain.partnering import matching as reading
from jejaring.domain.partnering import queries
from jejaring.domain.partnering.actions import asking
from jejaring.domain.partnering.models import PlanRun
from jejaring.engines.errors import Faults, Refusal
from jejaring.interfaces.web import gates, speaking
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.plans import mending
from jejaring.interfaces.web.plans.forms import PlanForm, scenario_said


@gates.of_network(Ability.SEE_NETWORK)
@require_safe
def plans(request: Request, network: Network) -> HttpResponse:
    """List the plans of a network; figures only for who sees the whole of them."""
    facts = {
        "network": network,
        "runs": [(run, scenario_said(run.scenario)) for run in queries.plans_of(network, request.user)],
        "may_plan": queries.may(request.user, network, Ability.RUN_PLAN),
        "sees_figures": queries.may(request.user, network, Ability.SEE_WHOLE_PLAN),
    }
    return render(request, "plans/list.html", facts)


@gates.of_network(Ability.RUN_PLAN)
def plan_new(request: Request, network: Network) -> HttpResponse:
    """Ask for a plan; what the answers lack is told beside the form."""
    now = timezone.now()
    form = PlanForm(request.POST or None, choices=queries.choices_of(network, now), at=now)
    facts: dict[str, Any] = {"network": network, "form": form, "old": queries.old_answers(network, now)}
    facts["sees_figures"] = queries.may(request.user, network, Ability.SEE_WHOLE_PLAN)
    if request.method == "POST" and form.is_valid():
        try:
            run = asking.ask_for_plan(network, **form.asked(), by=request.user, at=now)
        except Refusal as refusal:
            faults = refusal.faults if isinstance(refusal, Faults) else ()
            facts |= {"refusal": refusal.sentence, "faults": mending.with_links(faults, request.user)}
        else:
            return redirect("plan_run", run.pk)
    return render(request, "plans/new.html", facts, status=422 if request.method == "POST" else 200)


@gates.of_plan_run(Ability.SEE_NETWORK)
@require_safe
def plan_run(request: Request, run: PlanRun) -> HttpResponse:
    """Show what came of a plan, as this person may have it; before that, how far it is."""
    if run.status != PlanRun.Status.DONE:
        return render(request, "plans/progress.html", progress_of(request, run))
    wanted = request.GET.get("untuk", "")
    reader, edition = queries.edition_for(request.user, run, wanted, speaking.code())
    facts = {
        "run": run,
        "scenario": scenario_said(run.scenario),
        "reader": reader,
        "readers": queries.readers_for(request.user, run),
        "front": edition.front,
        "matching": reading.round_of(run, request.user),
        "noticed": queries.noticed_of(run) if reader.key == queries.EVERYTHING else None,
    }
    return render(request, "plans/result.html", facts)


@gates.of_plan_run(Ability.SEE_NETWORK)
@require_safe
def plan_progress(request: Request, run: PlanRun) -> HttpResponse:
    """Show how far a plan is, as a part of its page; once it is finished, the page is loaded anew."""
    if run.status not in {PlanRun.Status.QUEUED, PlanRun.Status.RUNNING}:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "plans/_progress.html", progress_of(request, run))


@gates.of_plan_run(Ability.RUN_PLAN)
@require_POST
def plan_again(request: Request, run: PlanRun) -> HttpResponse:
    """Start a plan again that failed or got stuck."""
    asking.ask_again(run, by=request.user, at=timezone.now())
    return redirect("plan_run", run.pk)


def progress_of(request: Request, run: PlanRun) -> dict[str, Any]:
    """Return what shows how far a plan is."""
    now = timezone.now()
    minutes, seconds = divmod(max(0, int((now - run.asked_at).total_seconds())), 60)
    stuck = asking.is_stuck(run, now)
    return {
        "run": run,
        "scenario": scenario_said(run.scenario),
        "doing": queries.doing_of(run),
        "share": round(100 * run.progress.get("share", 0)),
        "minutes": minutes,
        "seconds": seconds,
        "said": queries.said_of(run),
        "stuck": stuck,
        "may_again": (stuck or run.status == PlanRun.Status.FAILED)
        and queries.may(request.user, run.network, Ability.RUN_PLAN),
        "may_plan": queries.may(request.user, run.network, Ability.RUN_PLAN),
    }
