"""Where a co-op's answering begins and ends: the four stages, the end of each, the summary, all answers."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from jejaring.documents.photos import ENDINGS
from jejaring.domain.mapping import queries
from jejaring.domain.mapping.actions import evidence as evidence_actions
from jejaring.domain.mapping.actions import stages
from jejaring.domain.mapping.models import Evidence
from jejaring.domain.mapping.models.answers import Stage
from jejaring.domain.parties import access
from jejaring.domain.parties.access import Ability, NotThere
from jejaring.domain.parties.models import Cooperative
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.mapping import steps


@gates.of_cooperative(Ability.DECLARE)
def start(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Show the four stages, what is done, open or old, and where to go on."""
    states = queries.stages_of(cooperative, steps.today())
    rows = [(state, steps.first_address(state.stage, cooperative)) for state in states]
    facts = {
        "cooperative": cooperative,
        "rows": rows,
        "next": next((address for state, address in rows if state.state != "done"), ""),
        "begun": any(state.state != "open" for state in states),
        "done": sum(state.state == "done" for state in states),
    }
    return render(request, "mapping/start.html", facts)


@gates.of_cooperative(Ability.DECLARE)
def finish(request: Request, cooperative: Cooperative, stage: str) -> HttpResponse:
    """Ask whether a stage is complete; keep that, and go on to the next."""
    if stage not in Stage.values:
        raise NotThere
    if request.method == "POST":
        stages.finish_stage(cooperative, stage, by=request.user, at=timezone.now())
        following = steps.next_stage(stage)
        if following:
            return redirect(steps.first_address(following, cooperative))
        return redirect("mapping_summary", cooperative.pk)
    said = queries.answers_of(cooperative, steps.today(), since=steps.this_month())
    facts = {"cooperative": cooperative, "stage": stage, "said": said}
    facts |= {
        "share": 25 * (Stage.values.index(stage) + 1) - 2,
        "again": steps.first_address(stage, cooperative),
    }
    return render(request, "mapping/finish.html", facts)


@gates.of_cooperative(Ability.DECLARE)
def summary(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Show everything in plain words with links to correct it; keep that all of it is complete."""
    if request.method == "POST":
        for stage in Stage.values:
            stages.finish_stage(cooperative, stage, by=request.user, at=timezone.now())
        return redirect("mapping_start", cooperative.pk)
    said = queries.answers_of(cooperative, steps.today(), since=steps.this_month())
    return render(request, "mapping/summary.html", {"cooperative": cooperative, "said": said})


@gates.of_cooperative(Ability.SEE_COOPERATIVE)
def answers(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Show all answers as tables: who said what when, and how it is known."""
    on = steps.today()
    facts = {
        "cooperative": cooperative,
        "said": queries.answers_of(cooperative, on),
        "today": on,
        "may_declare": access.cooperatives_for(request.user, Ability.DECLARE)
        .filter(pk=cooperative.pk)
        .exists(),
    }
    return render(request, "mapping/answers.html", facts)


@gates.of_cooperative(Ability.SEE_COOPERATIVE)
def evidence_file(_request: Request, cooperative: Cooperative, evidence_id: int) -> HttpResponse:
    """Hand out a photo or document, always as a download."""
    kept = _evidence(cooperative, evidence_id)
    name = f"bukti-{kept.pk}.{ENDINGS.get(kept.content_type, 'bin')}"
    with kept.file.open("rb") as stream:
        response = HttpResponse(stream.read(), content_type=kept.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@gates.of_cooperative(Ability.DECLARE)
@require_POST
def evidence_remove(request: Request, cooperative: Cooperative, evidence_id: int) -> HttpResponse:
    """Take a photo or document away; a second tap changes nothing."""
    found = Evidence.objects.filter(cooperative=cooperative, pk=evidence_id).first()
    if found is not None:
        evidence_actions.remove_evidence(found, by=request.user)
    return redirect("mapping_answers", cooperative.pk)


def _evidence(cooperative: Cooperative, pk: int) -> Evidence:
    found = Evidence.objects.filter(cooperative=cooperative, pk=pk).first()
    if found is None:
        raise NotThere
    return found
