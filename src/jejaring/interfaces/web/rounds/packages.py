"""What a round proposes to one co-op: everything on one page, answered with a thumb."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative
from jejaring.domain.partnering import matching as reading
from jejaring.domain.partnering.actions import answering
from jejaring.domain.partnering.matching import Package, Side
from jejaring.domain.partnering.models import Proposal, Round
from jejaring.interfaces.web import gates, speaking
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.rounds import sent, shown
from jejaring.interfaces.web.rounds.words import ROUND
from jejaring.interfaces.web.speaking import speaks

CARDS = 12
"""So many proposals stand on a page."""
FILTERS: dict[str, Callable[[Side], bool]] = {
    "menunggu": lambda side: side.waits_for_me,
    "sudah-setuju": lambda side: side.waits_for_me and side.other_accepted,
    "lain": lambda side: side.proposal.state == Proposal.State.COUNTERED,
    "selesai": lambda side: side.proposal.state == Proposal.State.AGREED,
}
"""What a page can show alone, by what its address calls it."""


@gates.of_round_member(Ability.SEE_PROPOSALS)
@require_safe
def proposals(request: Request, matching: Round, cooperative: Cooperative) -> HttpResponse:
    """Show what is proposed to a co-op: what it gains, and each partner with yes, otherwise, no."""
    package = reading.package(matching, cooperative)
    wanted = request.GET.get("lihat", "")
    page = shown.page_of(_chosen(package, wanted), request.GET, CARDS)
    facts: dict[str, Any] = {
        "matching": matching,
        "cooperative": cooperative,
        "state": ROUND[matching.state],
        "package": package,
        "front": reading.front_of(package, speaking.code()),
        "rule": shown.rule_of(matching),
        "widths": _widths(package),
        "page": page,
        "cards": shown.cards(reading.with_lines(list(page.object_list))),
        "wanted": wanted if wanted in FILTERS else "",
        "counts": {name: len(_chosen(package, name)) for name in FILTERS},
        "losses": shown.losses(package.standing),
        "already_accepted": len(_chosen(package, "sudah-setuju")),
        "may_answer": reading.answers_for(request.user, matching, cooperative.pk),
    }
    return render(request, "rounds/package.html", facts)


@gates.of_round_member(Ability.ANSWER_PROPOSALS)
@require_POST
def proposals_accept(request: Request, matching: Round, cooperative: Cooperative) -> HttpResponse:
    """Say yes to everything that waits, or to what the other side has said yes to already."""
    count = answering.accept_all(
        matching,
        cooperative=cooperative,
        seen_plan=sent.number(request.POST, "seen_plan"),
        only_where_other_accepted="theirs" in request.POST,
        by=request.user,
        at=timezone.now(),
    )
    said = speaks().plural("You said yes to {count} proposal.", "You said yes to {count} proposals.", count)
    messages.success(request, said)
    return redirect("proposals", matching.pk, cooperative.pk)


def _chosen(package: Package, wanted: str) -> Sequence[Side]:
    """Return the proposals that are asked for, those first that want something."""
    kept = FILTERS.get(wanted, bool)
    return sorted(filter(kept, package.sides), key=_urgency)


def _urgency(side: Side) -> int:
    if side.proposal.state == Proposal.State.COUNTERED:
        return 0
    if side.waits_for_me:
        return 1 if side.other_accepted else 2
    return 4 if side.proposal.state in (Proposal.State.AGREED, Proposal.State.DECLINED) else 3


def _widths(package: Package) -> list[int]:
    """Return how long the bars of today, alone and together are, in per cent of the longest."""
    if package.standing is None:
        return [0, 0, 0]
    each = package.standing
    amounts = [max(idr or 0, 0) for idr in (each.today_idr, each.alone_idr, each.payoff_idr)]
    return [round(100 * idr / max(1, *amounts)) for idr in amounts]
