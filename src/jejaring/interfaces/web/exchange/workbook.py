"""A co-op's workbook: downloaded, uploaded, compared, accepted."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from jejaring.domain.mapping.exchange.accepting import draft_differences, open_draft
from jejaring.domain.mapping.exchange.uploading import compare_workbook
from jejaring.domain.mapping.exchange.workbook_reading import MOST_BYTES
from jejaring.domain.mapping.exchange.workbook_writing import cooperative_workbook
from jejaring.domain.parties.access import Ability, NotThere
from jejaring.domain.parties.models import Cooperative
from jejaring.engines.errors import Faults, Refusal
from jejaring.interfaces.web import gates, speaking
from jejaring.interfaces.web.exchange import files
from jejaring.interfaces.web.exchange.showing import groups
from jejaring.interfaces.web.gates import Request


@gates.of_cooperative(Ability.DECLARE)
def page(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Offer the co-op's workbook, and take it back: compare it, or say everything that is wrong with it."""
    facts: dict[str, object] = {"cooperative": cooperative}
    if request.method != "POST":
        return render(request, "exchange/workbook.html", facts)
    try:
        [(name, data), *_] = files.uploaded(request, MOST_BYTES)
        draft = compare_workbook(cooperative, data, file_name=name, by=request.user, at=timezone.now())
    except Refusal as refusal:
        faults = refusal.faults if isinstance(refusal, Faults) else ()
        facts |= {"refusal": refusal, "faults": faults}
        return render(request, "exchange/workbook.html", facts, status=422)
    return redirect("exchange_compare", cooperative.pk, draft.pk)


@gates.of_cooperative(Ability.DECLARE)
def download(_request: Request, cooperative: Cooperative) -> HttpResponse:
    """Hand out the co-op's workbook with all that is kept of it."""
    today = timezone.localdate()
    data = cooperative_workbook(cooperative, on=today, language=speaking.code())
    return files.spreadsheet(data, cooperative.name, f"{today:%Y-%m-%d}")


@gates.of_cooperative(Ability.DECLARE)
def compare(request: Request, cooperative: Cooperative, draft_id: int) -> HttpResponse:
    """Show what a file would change, row by row; keep what the person chooses, or nothing."""
    draft = open_draft(draft_id, cooperative=cooperative, at=timezone.now())
    if draft is None:
        raise NotThere
    if request.method == "POST":
        if files.answered(request, draft):
            return redirect("exchange_workbook", cooperative.pk)
        return redirect("exchange_compare", cooperative.pk, draft.pk)
    found = draft_differences(draft, timezone.now())
    facts = {"cooperative": cooperative, "draft": draft, "groups": groups(found, cooperative)}
    facts |= {"count": len(found), "doubtful": sum(bool(each.doubts) for each in found)}
    return render(request, "exchange/compare.html", facts)
