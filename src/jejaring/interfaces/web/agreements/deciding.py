"""The page on which parties decide what becomes of a signed agreement: proposed by one, agreed to by each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from jejaring.domain.agreements import queries, states
from jejaring.domain.agreements.actions import motions
from jejaring.domain.agreements.actions.motions import Voice
from jejaring.domain.agreements.models import Agreement, AgreementParty, Motion
from jejaring.domain.agreements.open_motions import OpenMotion, motion_of, open_motions
from jejaring.domain.agreements.queries import Right
from jejaring.domain.agreements.states import Verb
from jejaring.domain.parties.access import Ability, NotAllowed, NotThere
from jejaring.engines.errors import Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.agreements.forms import DecideForm
from jejaring.interfaces.web.agreements.strength import FRESH_MINUTES, has_second_step, strength
from jejaring.interfaces.web.agreements.words import motion_words, state_facts
from jejaring.interfaces.web.gates import Request


@gates.of_agreement(Right.SIGN)
def agreement_decide(request: Request, agreement: Agreement) -> HttpResponse:
    """Show what waits for the parties, and propose something to them."""
    form = DecideForm(request.POST or None)

    def ask() -> None:
        what, why = form.said("do"), form.said("why")
        voice = _voice(request, agreement, form)
        if what == "notice":
            motions.give_notice(agreement, why=why, voice=voice)
        else:
            motions.propose(agreement, what=Motion.What(what), why=why, voice=voice)

    return _decided(request, agreement, form, ask, DecideForm.ASKS)


@gates.of_agreement(Right.SIGN)
@require_POST
def agreement_motion(request: Request, agreement: Agreement, motion_id: int) -> HttpResponse:
    """Say yes or no to what another party proposed, or take back one's own."""
    motion = motion_of(agreement, motion_id)
    form = DecideForm(request.POST)

    def answer() -> None:
        voice = _voice(request, agreement, form)
        if form.said("do") == "agree":
            motions.agree(motion, voice=voice)
        elif form.said("do") == "decline":
            motions.decline(motion, why=form.said("why"), voice=voice)
        else:
            motions.withdraw(motion, voice=voice)

    return _decided(request, agreement, form, answer, DecideForm.ANSWERS)


def _decided(
    request: Request, agreement: Agreement, form: DecideForm, action: Any, known: tuple[str, ...]
) -> HttpResponse:
    """Do it and go back to the agreement; what is refused is told on the page of decisions."""
    if form.is_bound and form.is_valid() and form.said("do") not in known:
        raise NotThere
    if form.is_bound and form.accepts(action):
        messages.success(request, "It is written down, and all parties were told.")
        return redirect("agreement", agreement.pk)
    return _page(request, agreement, form)


def _voice(request: Request, agreement: Agreement, form: DecideForm) -> Voice:
    """Return who speaks, for which party: their own, or one outside whose letter they hold."""
    mine = _speaks_for(queries.rights_of(request.user, agreement))
    party = next((each for each in mine if each.position == form.cleaned_data["party"]), None)
    if party is None:
        raise NotAllowed(Ability.SIGN_AGREEMENTS)
    return Voice(party, request.user, timezone.now(), strength(request), form.said("letter"))


def _speaks_for(rights: queries.Rights) -> list[AgreementParty]:
    return list({each.pk: each for each in (*rights.signs, *rights.brings)}.values())


def _page(request: Request, agreement: Agreement, form: DecideForm) -> HttpResponse:
    agreement.refresh_from_db()
    mine = _speaks_for(queries.rights_of(request.user, agreement))
    waiting = open_motions(agreement)
    can = has_second_step(request)
    if not can:
        # Whoever sets up a second step for this finds the way back on its pages.
        request.session["sign_after"] = request.path
    facts: dict[str, Any] = {
        "agreement": agreement,
        "form": form,
        "mine": mine,
        "outside": any(each.counterparty_id for each in mine),
        "motions": [(each, motion_words(each), _answers(each, mine)) for each in waiting],
        "asks": [] if any(not each.motion.is_notice for each in waiting) else _asks(agreement),
        "notice": None if any(each.motion.is_notice for each in waiting) else _notice(agreement, mine),
        "why": form.data.get("why", "") if form.is_bound else "",
        "done": form.data.get("do", "") if form.is_bound else "",
        "strength": strength(request),
        "has_second_step": can,
        "minutes": FRESH_MINUTES,
        **state_facts(agreement),
    }
    return render(request, "agreements/decide.html", facts, status=form.answer_status)


_VERBS = {"suspend": Verb.SUSPEND, "resume": Verb.RESUME, "end": Verb.TERMINATE}


def _asks(agreement: Agreement) -> list[str]:
    return [what for what, verb in _VERBS.items() if states.may(agreement, verb)]


def _notice(agreement: Agreement, mine: list[AgreementParty]) -> dict[str, Any] | None:
    """Return who of mine may end it by notice and after how many days, or why nobody may."""
    if not states.may(agreement, Verb.TERMINATE):
        return None
    found: list[tuple[AgreementParty, int]] = []
    why = None
    for each in mine:
        try:
            found.append((each, motions.notice_days(agreement, each)))
        except Refusal as refusal:
            why = refusal.sentence
    return {"parties": found, "days": found[0][1] if found else 0, "why": None if found else why}


def _answers(each: OpenMotion, mine: list[AgreementParty]) -> dict[str, list[AgreementParty]]:
    """Return for whom of mine something can be said to a motion."""
    lacking = {party.pk for party in each.waits_for}
    return {
        "asked": [party for party in mine if party.pk in lacking],
        "own": [party for party in mine if party.pk == each.motion.party_id],
    }
