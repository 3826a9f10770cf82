"""The page behind the QR code: people in the room say which co-op they answer for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from jejaring.domain.mapping import rooms
from jejaring.domain.mapping.actions import workshops
from jejaring.domain.mapping.models import Attendee, Workshop
from jejaring.domain.parties.models import Cooperative, User
from jejaring.engines.errors import Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.overview.reminders import mapping_url
from jejaring.interfaces.web.speaking import say_later
from jejaring.interfaces.web.workshop import limits
from jejaring.interfaces.web.workshop.forms import JoinForm
from jejaring.interfaces.web.workshop.screen import short_names

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WORDING = say_later(
    "I agree that my name and number are kept, so that I can answer for my co-op and be asked about it."
)
"""What people agree to who join without an account; kept with the consent as they saw it."""


@gates.public
def workshop_join(request: HttpRequest, token: str) -> HttpResponse:
    """Let somebody join a session by its link; closed and expired ones say so."""
    workshop, at = rooms.workshop_by(token), timezone.now()
    if not rooms.is_open(workshop, at):
        return render(request, "workshop/closed.html", {"workshop": workshop}, status=410)
    known = rooms.attendance(workshop, request.user) if isinstance(request.user, User) else None
    if request.method == "POST":
        return _joined(request, workshop, at)
    if known and "lagi" not in request.GET:
        return render(request, "workshop/joined.html", _standing_facts(workshop, known))
    form = _form(request, workshop, initial={"request_key": uuid4()})
    return render(request, "workshop/join.html", _facts(request, workshop, form))


def _joined(request: HttpRequest, workshop: Workshop, at: datetime) -> HttpResponse:
    form = _form(request, workshop, data=request.POST)
    try:
        limits.count_try(request)
        if not form.is_valid():
            return render(request, "workshop/join.html", _facts(request, workshop, form), status=422)
        attendee = _join(request, workshop, form.cleaned_data, at)
    except Refusal as refusal:
        facts = _facts(request, workshop, form) | {"refusal": refusal.sentence}
        status = 429 if refusal.sentence.code == "workshop.too_many_joins" else 422
        return render(request, "workshop/join.html", facts, status=status)
    if not request.user.is_authenticated:
        login(request, attendee.user, backend=_BACKEND)
        request.session.set_expiry(workshop.closes_at + workshops.ROLE_LASTS_ON)
    if attendee.approved_at:
        return redirect(mapping_url(attendee.cooperative_id))
    return redirect("workshop_join", token=workshop.token)


def _join(request: HttpRequest, workshop: Workshop, said: dict[str, Any], at: datetime) -> Attendee:
    cooperative = Cooperative.objects.get(pk=said["cooperative"])
    who = (
        request.user
        if isinstance(request.user, User)
        else workshops.Newcomer(said["name"], said["phone"], str(WORDING))
    )
    return workshops.join(workshop, cooperative, who=who, request_key=said["request_key"], at=at)


def _form(request: HttpRequest, workshop: Workshop, **more: Any) -> JoinForm:
    rows = list(rooms.cooperatives(workshop).values_list("pk", "name"))
    names = short_names([name for _, name in rows])
    choices = sorted(
        ((pk, name) for (pk, _), name in zip(rows, names, strict=True)), key=lambda choice: choice[1]
    )
    return JoinForm(choices, signed_in=request.user.is_authenticated, **more)


def _facts(request: HttpRequest, workshop: Workshop, form: JoinForm) -> dict[str, Any]:
    own = rooms.own_cooperatives(workshop, request.user) if isinstance(request.user, User) else []
    return {"workshop": workshop, "form": form, "own": own, "wording": str(WORDING)}


def _standing_facts(workshop: Workshop, attendee: Attendee) -> dict[str, Any]:
    return {
        "workshop": workshop,
        "attendee": attendee,
        "answering_url": mapping_url(attendee.cooperative_id),
    }
