"""A proposal that people agree on in the room, written down by who runs the round."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative
from jejaring.domain.partnering.actions.by_hand import ByHand, Replaces, propose_by_hand
from jejaring.domain.partnering.models import Round
from jejaring.domain.partnering.round_choices import Known
from jejaring.engines.errors import Faults, Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.mapping import typed
from jejaring.interfaces.web.rounds.words import ROUND
from jejaring.interfaces.web.speaking import speaks


@gates.of_round(Ability.RUN_ROUND)
def round_by_hand(request: Request, matching: Round) -> HttpResponse:
    """Ask who sells what to whom, where, when and for how much; the next plan tries it."""
    known = Known(matching)
    members = known.cooperatives
    if request.method != "POST":
        return _page(request, matching, known, members)
    sent = typed.Sent(request.POST)
    if sent.is_filling:
        return _page(request, matching, known, members, sent)
    try:
        giver, taker = (_chosen(members, sent.text(side)) for side in ("giver", "taker"))
        propose_by_hand(
            matching,
            giver=giver,
            taker=taker,
            said=_said(known, sent),
            by=request.user,
            at=timezone.now(),
            replacing=_replacing(sent),
        )
    except Refusal as refusal:
        return _page(request, matching, known, members, sent, refusal)
    messages.success(request, speaks().text("Kept. Plan again to try it: the co-ops see it after that."))
    return redirect("round", matching.pk)


def _said(known: Known, sent: typed.Sent) -> ByHand:
    kg = {month: sent.kg(f"{month:%Y-%m}") or 0 for month in known.months}
    price = sent.read("price", typed.selling_price) or Decimal(0)
    return ByHand(good=sent.text("good"), place=sent.text("place"), kg=kg, price_idr_per_kg=price)


def _replacing(sent: typed.Sent) -> int | None:
    """Return which open proposal shall give way; none where nobody said so."""
    written = sent.text("replacing")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 18 else None


def _chosen(members: list[Cooperative], written: str) -> Cooperative:
    found = next((each for each in members if str(each.pk) == written), None)
    if found is None:
        raise Refusal("by_hand.who", "Choose who sells and who buys.")
    return found


def _page(
    request: Request,
    matching: Round,
    known: Known,
    members: list[Cooperative],
    sent: typed.Sent | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    name = {each.pk: each.name for each in members}
    facts: dict[str, Any] = {
        "matching": matching,
        "state": ROUND[matching.state],
        "members": [(str(each.pk), each.name) for each in members],
        "goods": known.goods,
        "places": sorted(
            (name[place.cooperative_id], place.name, place.code)
            for place in known.places
            if place.cooperative_id in name
        ),
        "months": [(month, _weight(month, sent, refusal)) for month in known.months],
        "units": typed.UNITS,
        "typed": {
            field: sent.text(field) if sent else "" for field in ("giver", "taker", "good", "place", "price")
        },
        "replaces": refusal.before if isinstance(refusal, Replaces) else None,
        "misread": refusal if isinstance(refusal, typed.Misread) else None,
        "refusal": refusal.sentence if refusal and not isinstance(refusal, typed.Misread | Faults) else None,
        "faults": refusal.faults if isinstance(refusal, Faults) else (),
    }
    return render(request, "rounds/by_hand.html", facts, status=422 if refusal else 200)


def _weight(month: date, sent: typed.Sent | None, refusal: Refusal | None) -> typed.Weight:
    name = f"{month:%Y-%m}"
    return sent.weight(name, refusal) if sent else typed.weight_field(name, None)
