"""The words of a draft are changed: articles, terms, who signs; and what follows from an agreement."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from jejaring.documents.agreements import text_of
from jejaring.domain.agreements import queries
from jejaring.domain.agreements.actions import drafting, offering
from jejaring.domain.agreements.actions.drafting import content_of, newest_version
from jejaring.domain.agreements.models import Agreement
from jejaring.domain.agreements.queries import Right
from jejaring.domain.agreements.seen import TERMS, clause_part, party_part, seen_of
from jejaring.domain.agreements.states import Verb, after
from jejaring.domain.parties.access import NotThere
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.agreements.forms import (
    ApprovalForm,
    ClauseForm,
    FollowForm,
    OwnClauseForm,
    SignatoryForm,
    TermsForm,
    WordingForm,
)
from jejaring.interfaces.web.agreements.price_forms import DraftTermsForm
from jejaring.interfaces.web.gates import Request


@gates.of_agreement(Right.WORD)
def agreement_clause(request: Request, agreement: Agreement, clause: str) -> HttpResponse:
    """Give an article another text."""
    after(agreement, Verb.WORD)
    found = content_of(newest_version(agreement)).clause(clause)
    if found is None:
        raise NotThere
    form = ClauseForm(request.POST or None, initial={"text": text_of(found)})

    def change() -> None:
        text, now, seen = form.said("text"), timezone.now(), _seen(request)
        drafting.word_clause(agreement, code=clause, text=text, by=request.user, at=now, seen=seen)

    if request.method == "POST" and form.accepts(change):
        return _saved(request, agreement)
    facts = {"agreement": agreement, "clause": found, "form": form}
    facts |= _shown_part(request, agreement, form, clause_part(clause))
    return render(request, "agreements/clause.html", facts, status=form.answer_status)


@gates.of_agreement(Right.WORD)
def agreement_clause_new(request: Request, agreement: Agreement) -> HttpResponse:
    """Add an article of the parties' own."""
    after(agreement, Verb.WORD)
    form = OwnClauseForm(request.POST or None)

    def add() -> None:
        title, text = form.said("title"), form.said("text")
        drafting.add_clause(agreement, title=title, text=text, by=request.user, at=timezone.now())

    if request.method == "POST" and form.accepts(add):
        return _saved(request, agreement)
    facts = {"agreement": agreement, "clause": None, "form": form}
    return render(request, "agreements/clause.html", facts, status=form.answer_status)


@gates.of_agreement(Right.WORD)
def agreement_terms(request: Request, agreement: Agreement) -> HttpResponse:
    """Fill in what the standard articles leave open."""
    after(agreement, Verb.WORD)
    content = content_of(newest_version(agreement))
    form = DraftTermsForm(request.POST or None, content=content)

    def change() -> None:
        told: dict[str, Any] = {"frame": form.frame(), "formulas": form.formulas(), "seen": _seen(request)}
        drafting.set_terms(agreement, **told, by=request.user, at=timezone.now())

    if request.method == "POST" and form.accepts(change):
        return _saved(request, agreement)
    facts = {"agreement": agreement, "content": content, "form": form}
    facts |= _shown_part(request, agreement, form, TERMS)
    return render(request, "agreements/terms.html", facts, status=form.answer_status)


@gates.of_agreement(Right.WORD)
def agreement_party(request: Request, agreement: Agreement, position: int) -> HttpResponse:
    """Say who signs for a party, and by whose decision."""
    party = queries.own_party_of(request.user, agreement, position)
    after(agreement, Verb.WORD)
    said = content_of(newest_version(agreement)).parties[position]
    outside = party.counterparty_id is not None
    form = SignatoryForm(request.POST or None, initial=SignatoryForm.values(said), outside=outside)

    def name() -> None:
        told = form.named() | {"by": request.user, "at": timezone.now(), "seen": _seen(request)}
        drafting.name_signatory(agreement, party=party, **told)

    if request.method == "POST" and form.accepts(name):
        return _saved(request, agreement)
    facts = {"agreement": agreement, "party": party, "said": said, "form": form}
    facts |= _shown_part(request, agreement, form, party_part(position))
    return render(request, "agreements/party.html", facts, status=form.answer_status)


def _seen(request: Request) -> str:
    """Return what the page carried of what it showed; empty, which fits nothing, for a page without it."""
    return request.POST.get("seen", "")


def _saved(request: Request, agreement: Agreement) -> HttpResponse:
    messages.success(request, "Saved. Everybody sees what you changed.")
    return redirect("agreement", agreement.pk)


def _shown_part(request: Request, agreement: Agreement, form: WordingForm, part: str) -> dict[str, Any]:
    """Return what a page carries of what it shows, and after a stale save what stands there now."""
    if request.method == "POST" and not form.is_stale:
        return {"seen": _seen(request), "stale": ()}
    seen = seen_of(newest_version(agreement), part)
    return {"seen": seen, "stale": form.standing_now() if form.is_stale else ()}


@gates.of_agreement(Right.WORD)
@require_POST
def agreement_refresh(request: Request, agreement: Agreement) -> HttpResponse:
    """Take names and numbers of the parties from the registry once more."""
    drafting.refresh_parties(agreement, by=request.user, at=timezone.now())
    messages.success(request, "The parties are as the registry has them now.")
    return redirect("agreement", agreement.pk)


@gates.of_agreement(Right.WORD)
def agreement_approve(request: Request, agreement: Agreement, position: int) -> HttpResponse:
    """Write down that an organ of a party has approved."""
    party = queries.own_party_of(request.user, agreement, position)
    after(agreement, Verb.APPROVE)
    form = ApprovalForm(request.POST or None)

    def approve() -> None:
        offering.approve(agreement, party=party, **form.cleaned_data, by=request.user, at=timezone.now())

    if request.method == "POST" and form.accepts(approve):
        messages.success(request, "The approval is written down.")
        return redirect("agreement", agreement.pk)
    facts = {"agreement": agreement, "party": party, "form": form}
    return render(request, "agreements/approve.html", facts, status=form.answer_status)


@gates.of_agreement(Right.OFFER)
def agreement_follow(request: Request, agreement: Agreement) -> HttpResponse:
    """Make a contract from a memorandum, an amendment or a renewal: a draft with the same annex."""
    after(agreement, Verb.FOLLOW)
    content = content_of(newest_version(agreement))
    form = FollowForm(request.POST or None, initial=TermsForm.values(content), agreement=agreement)
    made: list[Agreement] = []

    def follow() -> None:
        made.append(
            drafting.follow(
                agreement,
                how=form.cleaned_data["how"],
                frame=form.frame(),
                by=request.user,
                at=timezone.now(),
                request_key=form.cleaned_data["request_key"],
            )
        )

    if request.method == "POST" and form.accepts(follow):
        messages.success(request, "The draft is there. Read it and fill in what is missing.")
        return redirect("agreement", made[0].pk)
    facts = {"agreement": agreement, "content": content, "form": form}
    return render(request, "agreements/follow.html", facts, status=form.answer_status)
