"""Pages of who runs a round, and the room's: the list, a new one, how far it is, its steps."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jejaring.domain.agreements.queries import promising
from jejaring.domain.mapping import overview
from jejaring.domain.mapping.overview import Answering
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Network
from jejaring.domain.partnering import history, queries
from jejaring.domain.partnering import matching as reading
from jejaring.domain.partnering.actions import rounds as actions
from jejaring.domain.partnering.drafted import drafts_left, occasion_of
from jejaring.domain.partnering.models import PlanRun, Round
from jejaring.domain.partnering.round_choices import Known
from jejaring.engines.errors import Faults, Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.answering import is_fragment
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.plans import mending
from jejaring.interfaces.web.plans.views import progress_of
from jejaring.interfaces.web.rounds import sent, shown
from jejaring.interfaces.web.rounds.forms import RoundForm
from jejaring.interfaces.web.rounds.words import ROUND
from jejaring.interfaces.web.speaking import speaks
from jejaring.interfaces.web.workshop.screen import short_names

MEMBERS = 40
"""So many co-ops stand on a page."""
NAMED = 60
"""So many are named on the projector; the others are counted."""


@gates.of_network(Ability.SEE_NETWORK)
@require_safe
def rounds(request: Request, network: Network) -> HttpResponse:
    """List the rounds of a network, with what is proposed to one's own co-ops in them."""
    found = reading.rounds_of(network, request.user)
    may_run = queries.may(request.user, network, Ability.RUN_ROUND)
    facts = {
        "network": network,
        "rounds": [(each, ROUND[each.state]) for each in found],
        "own": reading.own_in(network, request.user),
        "may_watch": queries.may(request.user, network, Ability.WATCH_ROUND),
        "may_open": may_run and all(each.has_ended for each in found),
    }
    return render(request, "rounds/list.html", facts)


@gates.of_network(Ability.RUN_ROUND)
def round_new(request: Request, network: Network) -> HttpResponse:
    """Ask how a round shall be; open it. What the answers lack is told beside the form."""
    now = timezone.now()
    choices, offered = queries.choices_of(network, now), reading.rules_offered(network)
    form = RoundForm(request.POST or None, choices=choices, rules=offered, at=now)
    facts: dict[str, Any] = {"network": network, "form": form, **_freshness(request, network)}
    facts["promising"] = promising(network, timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        try:
            opened = actions.open_round(network, **form.asked(), by=request.user, at=now)
        except Refusal as refusal:
            faults = refusal.faults if isinstance(refusal, Faults) else ()
            facts |= {"refusal": refusal.sentence, "faults": mending.with_links(faults, request.user)}
        else:
            return redirect("round", opened.pk)
    return render(request, "rounds/new.html", facts, status=422 if request.method == "POST" else 200)


def _freshness(request: Request, network: Network) -> dict[str, int]:
    """Return how many co-ops haven't answered, and whose answers are older than 90 days."""
    group = overview.network_group(network, request.user)
    standings = overview.standings(group, list(group.cooperatives), timezone.now())
    return {
        "silent": sum(each.state is Answering.UNANSWERED for each in standings),
        "stale": sum(each.state is Answering.STALE for each in standings),
        "every": len(standings),
    }


@gates.of_round(Ability.WATCH_ROUND)
@require_safe
def round_live(request: Request, matching: Round) -> HttpResponse:
    """Show how far a round is, who said what, and what its last plan changed; it keeps itself up to date."""
    news = _news(request, matching)
    if news is None:
        return HttpResponse(status=204)
    working = reading.working_plan(matching)
    live, names = reading.live(matching, request.user), Known(matching).place_names
    wanted = shown.voice_asked(request.GET)
    may_run = live.is_run_by_reader
    facts = _screen(matching, live) | {
        "newest_line": news,
        "wanted": wanted,
        "page": shown.page_of(shown.members(live, wanted), request.GET, MEMBERS),
        "untried": reading.untried(matching),
        "counters": history.counters_in(matching, names),
        "declined": history.declined_in(matching),
        "differences": history.differences_of(live.newest) if live.newest else None,
        "may_run": may_run,
        "all_agreed": 0 < live.agreed == live.proposals and not reading.untried(matching),
        "drafts_left": drafts_left(matching) if may_run else 0,
        "occasion": occasion_of(matching),
        "own": live.own,
        "working": working,
        "request_key": uuid4(),
        "is_working": working is not None and working.run.status not in _STOPPED,
    }
    if is_fragment(request):
        return render(request, "rounds/_live.html", facts)
    told = progress_of(request, working.run) if working else {}
    return render(request, "rounds/round.html", told | facts | {"rule": shown.rule_of(matching)})


_STOPPED = {PlanRun.Status.FAILED, PlanRun.Status.REFUSED, PlanRun.Status.DONE}


@gates.of_round(Ability.WATCH_ROUND)
@require_safe
def round_projector(request: Request, matching: Round) -> HttpResponse:
    """Show the room how far the round is; nobody's gain."""
    news = _news(request, matching)
    if news is None:
        return HttpResponse(status=204)
    live = reading.live(matching)
    members = shown.members(live, "")
    names = short_names([each.cooperative.name for each, _, _ in members[:NAMED]])
    facts = _screen(matching, live, width=430, most_height=460, size=20) | {
        "newest_line": news,
        "named": [
            (name, each.voice.value, words)
            for name, (each, words, _) in zip(names, members[:NAMED], strict=True)
        ],
        "unnamed": max(len(members) - NAMED, 0),
    }
    name = "rounds/_projector.html" if is_fragment(request) else "rounds/projector.html"
    return render(request, name, facts)


@gates.of_round(Ability.RUN_ROUND)
@require_POST
def round_publish(request: Request, matching: Round) -> HttpResponse:
    """Show every co-op what is proposed to it."""
    actions.publish(matching, by=request.user, at=timezone.now())
    messages.success(request, speaks().text("Published: every co-op sees now what is proposed to it."))
    return redirect("round", matching.pk)


@gates.of_round(Ability.RUN_ROUND)
@require_POST
def round_again(request: Request, matching: Round) -> HttpResponse:
    """Plan again with what was agreed, declined and asked for."""
    key = sent.key(request.POST)
    actions.plan_again(matching, by=request.user, at=timezone.now(), request_key=key)
    return redirect("round", matching.pk)


@gates.of_round(Ability.RUN_ROUND)
@require_POST
def round_close(request: Request, matching: Round) -> HttpResponse:
    """End a round: nothing is answered any more."""
    actions.close(matching, by=request.user, at=timezone.now())
    messages.success(request, speaks().text("The round is closed. What was agreed can be drafted now."))
    return redirect("round", matching.pk)


@gates.of_round(Ability.RUN_ROUND)
@require_POST
def round_cancel(request: Request, matching: Round) -> HttpResponse:
    """Give a round up."""
    actions.cancel(matching, by=request.user, at=timezone.now())
    messages.success(request, speaks().text("The round is given up."))
    return redirect("rounds", matching.network_id)


def _screen(matching: Round, live: reading.Live, **size: float) -> dict[str, Any]:
    """Return what both screens show: figures, voices, map."""
    return {
        "matching": matching,
        "network": matching.network,
        "state": ROUND[matching.state],
        "live": live,
        "percent": 100 * live.agreed // max(live.proposals, 1),
        "voices": shown.voices(live),
        "map": shown.ground(live, **size),
        "legend": shown.legend(live),
    }


def _news(request: Request, matching: Round) -> int | None:
    """Return up to which line of the trail a page is told; none where what it shows is still so."""
    seen = request.GET.get("dilihat", "")
    told = is_fragment(request) and seen.isascii() and seen.isdigit() and len(seen) < 18
    return reading.newest_line_of(matching, int(seen) if told else 0) or (None if told else 0)
