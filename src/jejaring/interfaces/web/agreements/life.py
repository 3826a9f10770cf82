"""What is done to an agreement as a whole: put up, taken back, given up, disputed, stamped.

What its parties decide together is in `deciding`.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from jejaring.domain.agreements import queries
from jejaring.domain.agreements.actions import dating, life, offering, stamping
from jejaring.domain.agreements.models import Agreement, AgreementParty
from jejaring.domain.agreements.queries import Right
from jejaring.domain.parties.access import NotAllowed, NotThere
from jejaring.engines.errors import Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.agreements import files
from jejaring.interfaces.web.agreements.desk import desk
from jejaring.interfaces.web.agreements.forms import ReasonForm, StampForm
from jejaring.interfaces.web.agreements.pages import shown
from jejaring.interfaces.web.gates import Request

PDF_BYTES_MAX = 15_000_000


@gates.of_agreement(Right.OFFER)
@require_POST
def agreement_offer(request: Request, agreement: Agreement) -> HttpResponse:
    """Put a draft up for signing."""
    now = timezone.now()

    def offer() -> None:
        on, seen = timezone.localdate(now), request.POST.get("seen", "")
        offering.offer(agreement, desk=desk(), on=on, by=request.user, at=now, seen=seen)

    return _carried_out(request, agreement, offer, "It is up for signing. The parties were told.")


@gates.of_agreement(Right.OFFER)
@require_POST
def agreement_withdraw(request: Request, agreement: Agreement) -> HttpResponse:
    """Take an agreement back to be worded again."""

    def withdraw() -> None:
        offering.withdraw(agreement, why=_why(request), by=request.user, at=timezone.now())

    return _carried_out(request, agreement, withdraw, "It was taken back. Word the new version now.")


@gates.of_agreement(Right.OFFER)
@require_POST
def agreement_cancel(request: Request, agreement: Agreement) -> HttpResponse:
    """Give up an agreement that isn't signed."""

    def cancel() -> None:
        life.cancel(agreement, why=_why(request), by=request.user, at=timezone.now())

    return _carried_out(request, agreement, cancel, "It was given up.")


@gates.of_agreement(Right.WORD)
@require_POST
def agreement_dispute(request: Request, agreement: Agreement) -> HttpResponse:
    """Tell a dispute."""

    def tell() -> None:
        party = _side(request, agreement)
        life.tell_dispute(agreement, text=_why(request), party=party, by=request.user, at=timezone.now())

    return _carried_out(request, agreement, tell, "It is written down, and the other parties were told.")


@gates.of_agreement(Right.WORD)
@require_POST
def agreement_dispute_answer(request: Request, agreement: Agreement, dispute_id: int) -> HttpResponse:
    """Say something in a dispute, or how it was settled."""
    dispute = queries.dispute_of(agreement, dispute_id)

    def answer() -> None:
        life.answer_dispute(
            dispute,
            text=_why(request),
            settles="settles" in request.POST,
            party=_side(request, agreement),
            by=request.user,
            at=timezone.now(),
        )

    return _carried_out(request, agreement, answer, "It is written down, and the other parties were told.")


@gates.of_agreement(Right.WORD)
@require_POST
def agreement_stamp(request: Request, agreement: Agreement) -> HttpResponse:
    """Write down the serial number of an e-meterai, and keep the paper that bears it where it is brought."""
    form = StampForm(request.POST)

    def record() -> None:
        if not form.is_valid():
            raise Refusal("stamp.party", "Choose on whose copy the stamp is.")
        party = queries.own_party_of(request.user, agreement, form.cleaned_data["party"])
        serial, now = form.cleaned_data["serial"], timezone.now()
        if "stamped" not in request.FILES:
            offering.record_stamp(agreement, party=party, serial=serial, by=request.user, at=now)
            return
        pdf = files.uploaded(request, "stamped", PDF_BYTES_MAX)
        stamping.take_stamped(
            agreement, party=party, pdf=pdf, serial=serial, desk=desk(), by=request.user, at=now
        )

    return _carried_out(request, agreement, record, "The serial number is written down.")


@gates.of_agreement(Right.WORD)
@require_POST
def agreement_date(request: Request, agreement: Agreement) -> HttpResponse:
    """Ask the timestamp service for the time over a signed paper that has none yet."""
    version = queries.deed_of(agreement).version

    def date() -> None:
        dating.date_paper(version, desk=desk(), by=request.user, at=timezone.now())

    return _carried_out(request, agreement, date, "The paper has its timestamp now.")


def _carried_out(
    request: Request, agreement: Agreement, action: Callable[[], object], text: str
) -> HttpResponse:
    """Do it and go back to the agreement; what is refused is told on its page."""
    try:
        action()
    except (NotThere, NotAllowed):
        raise
    except Refusal as refusal:
        return shown(request, agreement, refusal)
    messages.success(request, text)
    return redirect("agreement", agreement.pk)


def _why(request: Request) -> str:
    form = ReasonForm(request.POST)
    return form.cleaned_data["why"] if form.is_valid() else ""


def _side(request: Request, agreement: Agreement) -> AgreementParty | None:
    """Return the party in whose name somebody speaks: one that they may sign for; none for a guide."""
    mine = queries.rights_of(request.user, agreement).signs
    form = ReasonForm(request.POST)
    chosen = form.cleaned_data["party"] if form.is_valid() else None
    return next((each for each in mine if each.position == chosen), mine[0] if mine else None)
