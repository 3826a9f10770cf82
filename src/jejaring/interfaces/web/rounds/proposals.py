"""One proposal: what it says, what was said to it, and the answer of one side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4, uuid5

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jejaring.domain.parties import access
from jejaring.domain.parties.access import Ability
from jejaring.domain.partnering import history
from jejaring.domain.partnering import queries as plans
from jejaring.domain.partnering.actions import answering
from jejaring.domain.partnering.actions.answering import Otherwise
from jejaring.domain.partnering.matching import Side
from jejaring.domain.partnering.models import Answer, CounterLine, Proposal, ProposalLine
from jejaring.domain.partnering.round_choices import Known, floors_of
from jejaring.engines.errors import Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.mapping import typed
from jejaring.interfaces.web.rounds import shown
from jejaring.interfaces.web.rounds.sent import key
from jejaring.interfaces.web.rounds.shown import Goods
from jejaring.interfaces.web.rounds.words import ROUND
from jejaring.interfaces.web.speaking import speaks


@dataclass(frozen=True)
class MonthField:
    """A month of a good in the form of who wants it otherwise."""

    line: ProposalLine
    weight: typed.Weight
    is_struck: bool


@dataclass(frozen=True)
class GoodsFields:
    """A good in that form; `name` ends the names of its fields for price and place."""

    name: str
    goods: Goods
    months: tuple[MonthField, ...]
    price: str
    place: str


_OPENED = {"lain": "counter", "tolak": "decline"}
"""Which form an address opens."""


@gates.of_proposal(Ability.SEE_PROPOSALS)
@require_safe
def proposal(request: Request, side: Side) -> HttpResponse:
    """Show one proposal with all that was said to it."""
    return _page(request, side)


@gates.of_proposal(Ability.ANSWER_PROPOSALS)
@require_POST
def proposal_answer(request: Request, side: Side) -> HttpResponse:
    """Keep yes, no or otherwise; what can't be understood is told beside what was typed."""
    sent = typed.Sent(request.POST)
    if sent.is_filling:
        return _page(request, side, sent)
    try:
        said = _answer(request, side, sent)
    except Refusal as refusal:
        return _page(request, side, sent, refusal)
    messages.success(request, _told(side, said))
    if request.POST.get("back") == "package":
        address = reverse("proposals", args=[said.round_id, side.cooperative.pk])
        return redirect(f"{address}#usulan-{said.pk}")
    return redirect(f"{reverse('proposal', args=[said.pk])}?untuk={side.cooperative.pk}")


@gates.of_proposal(Ability.SEE_PROPOSALS)
@require_POST
def proposal_reopen(request: Request, side: Side) -> HttpResponse:
    """Open an agreed proposal once more, for who runs the round."""
    access.network_for(request.user, side.proposal.round.network_id, Ability.RUN_ROUND)
    try:
        answering.reopen(
            side.proposal, why=request.POST.get("reason", ""), by=request.user, at=timezone.now()
        )
    except Refusal as refusal:
        return _page(request, side, None, refusal)
    messages.success(request, speaks().text("It is open once more. Both were told and answer again."))
    return redirect("proposal", side.proposal.pk)


def _answer(request: Request, side: Side, sent: typed.Sent) -> Proposal:
    what, reason = request.POST.get("what", ""), request.POST.get("reason", "")
    page = key(request.POST)
    common: dict[str, Any] = {
        "cooperative": side.cooperative,
        "by": request.user,
        "at": timezone.now(),
        # Who goes back in the browser and says something else sends the same page's key.
        "request_key": uuid5(page, what) if page else None,
    }
    if what == "accept":
        return answering.accept(side.proposal, **common)
    if what == "decline":
        return answering.decline(side.proposal, reason=reason, **common)
    lines = {
        line.pk: _otherwise(request, sent, name, line) for name, goods in _named(side) for line in goods.lines
    }
    return answering.counter(side.proposal, lines=lines, reason=reason, **common)


def _otherwise(request: Request, sent: typed.Sent, name: str, line: ProposalLine) -> Otherwise:
    price = sent.read(f"price-{name}", typed.selling_price)
    place = sent.text(f"place-{name}")
    if f"strike-{line.pk}" in request.POST:
        return Otherwise(kg=0)
    kg = sent.kg(f"line-{line.pk}")
    return Otherwise(kg=kg, price_idr_per_kg=price, place="" if place == line.place else place)


def _page(
    request: Request, side: Side, sent: typed.Sent | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    row = side.proposal
    known = Known(row.round)
    versions = history.versions_of(row, known.place_names)
    card = shown.card(side, floors_of(row.lines.all()), shown.buyer_prices([side]))
    what = sent.text("what") if sent else _OPENED.get(request.GET.get("buka", ""), "")
    facts: dict[str, Any] = {
        "side": side,
        "card": card,
        "matching": row.round,
        "may_reopen": row.state == Proposal.State.AGREED
        and not row.round.has_ended
        and plans.may(request.user, row.round.network, Ability.RUN_ROUND),
        "state": ROUND[row.round.state],
        "is_open": row.round.state == row.round.State.OPEN,
        "can_answer": _can_answer(side),
        "versions": versions,
        "had_no_room": row.origin == Proposal.Origin.PLAN and history.wanted_otherwise(versions[1:2]),
        "fields": _fields(side, sent, refusal),
        "places": known.places_of((row.first_id, row.second_id)),
        "units": typed.UNITS,
        "reason": sent.text("reason") if sent else "",
        "what": what,
        "refusal": refusal.sentence if refusal and not isinstance(refusal, typed.Misread) else None,
        "refused_in": what if sent and _can_answer(side) and what in _OPENED.values() else "",
        "misread": refusal if isinstance(refusal, typed.Misread) else None,
        "request_key": sent.text("request_key") if sent else uuid4(),
    }
    return render(request, "rounds/proposal.html", facts, status=422 if refusal else 200)


def _can_answer(side: Side) -> bool:
    answerable = (Proposal.State.OPEN, Proposal.State.COUNTERED, Proposal.State.DECLINED)
    return (
        side.may_answer
        and side.proposal.round.state == side.proposal.round.State.OPEN
        and side.proposal.state in answerable
    )


def _named(side: Side) -> list[tuple[str, Goods]]:
    """Return what passes with a short name for the fields of each."""
    found = shown.card(side, {}, {}).goods
    return [(str(goods.first.pk), goods) for goods in found]


def _fields(side: Side, sent: typed.Sent | None, refusal: Refusal | None) -> list[GoodsFields]:
    asked = {} if sent else _asked_before(side)
    return [
        GoodsFields(
            name,
            goods,
            tuple(_month(line, sent, refusal, asked.get(line.pk)) for line in goods.lines),
            price=sent.text(f"price-{name}") if sent else _asked_price(goods, asked),
            place=sent.text(f"place-{name}") if sent else _asked_place(goods, asked),
        )
        for name, goods in _named(side)
    ]


def _asked_before(side: Side) -> dict[int, CounterLine]:
    """Return what this side wants otherwise so far, by line: whoever mends one figure keeps the others."""
    last = side.last
    counters = (
        last is not None and last.kind == Answer.Kind.COUNTER and last.cooperative_id == side.cooperative.pk
    )
    return {each.line_id: each for each in last.lines.all()} if last and counters else {}


def _asked_price(goods: Goods, asked: Mapping[int, CounterLine]) -> str:
    prices = [each.price_idr_per_kg for each in _of(goods, asked) if each.price_idr_per_kg is not None]
    return speaks().number(prices[0], places=3) if prices else ""


def _asked_place(goods: Goods, asked: Mapping[int, CounterLine]) -> str:
    return next((each.place for each in _of(goods, asked) if each.place), "")


def _of(goods: Goods, asked: Mapping[int, CounterLine]) -> list[CounterLine]:
    return [asked[line.pk] for line in goods.lines if line.pk in asked]


def _month(
    line: ProposalLine, sent: typed.Sent | None, refusal: Refusal | None, asked: CounterLine | None
) -> MonthField:
    name = f"line-{line.pk}"
    if sent is None:
        kg = line.kg if asked is None or asked.kg is None else asked.kg
        return MonthField(line, typed.weight_field(name, kg or line.kg), is_struck=kg == 0)
    weight = sent.weight(name, refusal)
    return MonthField(line, weight, is_struck=bool(sent.text(f"strike-{line.pk}")))


def _told(side: Side, said: Proposal) -> str:
    other = side.other.name
    if said.state == Proposal.State.AGREED:
        return speaks().text("Both said yes: you and {other} have agreed.", other=other)
    if said.state == Proposal.State.DECLINED:
        return speaks().text("You declined. {other} and the facilitator see why.", other=other)
    if said.state == Proposal.State.COUNTERED:
        return speaks().text("Kept. What you want otherwise takes part in the next plan.")
    return speaks().text("You said yes. Now it waits for {other}.", other=other)
