"""The survey of a network: downloaded for phones, its submissions uploaded, compared and accepted."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from jejaring.domain.mapping.exchange.accepting import draft_differences, open_draft, open_drafts
from jejaring.domain.mapping.exchange.submissions import MOST_BYTES
from jejaring.domain.mapping.exchange.survey_form import network_survey
from jejaring.domain.mapping.exchange.survey_rows import compare_survey
from jejaring.domain.parties.access import Ability, NotThere
from jejaring.domain.parties.models import Network
from jejaring.engines.errors import Faults, Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.exchange import files
from jejaring.interfaces.web.exchange.showing import groups
from jejaring.interfaces.web.gates import Request


@gates.of_network(Ability.MANAGE_NETWORK)
def page(request: Request, network: Network) -> HttpResponse:
    """Offer the survey, take its submissions, and list the comparisons that wait for an answer."""
    facts: dict[str, object] = {"network": network}
    status = 200
    if request.method == "POST":
        try:
            sent = files.uploaded(request, MOST_BYTES)
            facts["uploaded"] = compare_survey(network, sent, by=request.user, at=timezone.now())
        except Refusal as refusal:
            faults = refusal.faults if isinstance(refusal, Faults) else ()
            facts |= {"refusal": refusal, "faults": faults}
            status = 422
    facts["drafts"] = open_drafts(network, at=timezone.now())
    return render(request, "exchange/survey.html", facts, status=status)


@gates.of_network(Ability.MANAGE_NETWORK)
def download(_request: Request, network: Network) -> HttpResponse:
    """Hand out the survey as an XLSForm, with the network's co-ops and the months ahead."""
    now = timezone.now()
    return files.spreadsheet(network_survey(network, at=now), "survei", network.name)


@gates.of_network(Ability.MANAGE_NETWORK)
def compare(request: Request, network: Network, survey_draft_id: int) -> HttpResponse:
    """Show what submissions would change at a co-op; keep what the facilitator chooses, or nothing."""
    draft = open_draft(survey_draft_id, network=network, at=timezone.now())
    if draft is None:
        raise NotThere
    if request.method == "POST":
        if files.answered(request, draft):
            return redirect("exchange_survey", network.pk)
        return redirect("exchange_survey_compare", network.pk, draft.pk)
    found = draft_differences(draft, timezone.now())
    facts: dict[str, object] = {"network": network, "cooperative": draft.cooperative, "draft": draft}
    facts |= {"groups": groups(found, draft.cooperative), "count": len(found)}
    facts["photos"] = draft.photos.defer("content").select_related("product")
    facts |= {"doubtful": sum(bool(each.doubts) for each in found)}
    return render(request, "exchange/compare.html", facts)


@gates.of_network(Ability.MANAGE_NETWORK)
def photo(_request: Request, network: Network, survey_draft_id: int, photo_id: int) -> HttpResponse:
    """Show a photo that came with submissions and waits for an answer."""
    draft = open_draft(survey_draft_id, network=network, at=timezone.now())
    found = draft.photos.filter(pk=photo_id).first() if draft else None
    if found is None:
        raise NotThere
    response = HttpResponse(bytes(found.content), content_type=found.content_type)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
