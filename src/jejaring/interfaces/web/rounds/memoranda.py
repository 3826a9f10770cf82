"""What was agreed goes into memoranda: asked once what they all say, then listed."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from jejaring.domain.agreements.actions.drafting import Frame
from jejaring.domain.parties.access import Ability
from jejaring.domain.partnering.actions.agreeing import Shape, draft_agreements
from jejaring.domain.partnering.drafted import drafted, drafts_left, occasion_of, span_of
from jejaring.domain.partnering.models import Round
from jejaring.engines.errors import Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.rounds import shown
from jejaring.interfaces.web.rounds.forms import FrameForm
from jejaring.interfaces.web.rounds.words import ROUND

PAPERS = 40
"""So many memoranda stand on a page."""


@gates.of_round(Ability.RUN_ROUND)
def round_memoranda(request: Request, matching: Round) -> HttpResponse:
    """Ask what the memoranda say, draft them, list those that are drafted."""
    drafts = drafted(matching)
    form = FrameForm(request.POST or None, initial=_usual(matching))
    facts: dict[str, Any] = {
        "matching": matching,
        "state": ROUND[matching.state],
        "drafts": drafts,
        "drafts_left": drafts_left(matching),
        "occasion": occasion_of(matching),
        "page": shown.page_of(drafts.papers, request.GET, PAPERS),
        "form": form,
    }
    if request.method == "POST" and form.is_valid():
        try:
            frame: Frame = form.frame()
            shape = cast("Shape", form.cleaned_data["shape"])
            draft_agreements(matching, shape=shape, frame=frame, by=request.user, at=timezone.now())
        except Refusal as refusal:
            facts["refusal"] = refusal.sentence
        else:
            return redirect("round_memoranda", matching.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "rounds/memoranda.html", facts, status=status)


def _usual(matching: Round) -> dict[str, Any]:
    first, last = span_of(matching)
    return {"valid_from": first, "valid_until": last}
