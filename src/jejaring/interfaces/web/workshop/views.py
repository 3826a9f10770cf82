"""Pages of who runs a session, and the projector's."""

from __future__ import annotations

from datetime import timedelta

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from jejaring.domain.mapping import rooms
from jejaring.domain.mapping.actions import workshops
from jejaring.domain.mapping.models import Workshop
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Network
from jejaring.engines.errors import Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.answering import is_fragment
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.speaking import speaks
from jejaring.interfaces.web.workshop import screen
from jejaring.interfaces.web.workshop.forms import WorkshopForm


@gates.of_network(Ability.RUN_WORKSHOP)
def workshop_new(request: Request, network: Network) -> HttpResponse:
    """Open a session of a network."""
    at = timezone.now()
    end = timezone.localtime(at + timedelta(hours=8))
    form = WorkshopForm(request.POST or None, initial={"ends_on": end.date(), "ends_at": end.time()})
    facts = {"network": network, "form": form, "sessions": rooms.sessions(network)}
    if request.method == "POST" and form.is_valid():
        title, closes_at = form.cleaned_data["title"], form.closes_at
        try:
            opened = workshops.open_workshop(
                network, title=title, closes_at=closes_at, by=request.user, at=at
            )
        except Refusal as refusal:
            return render(request, "workshop/new.html", facts | {"refusal": refusal.sentence}, status=422)
        return redirect("workshop", network_id=network.pk, workshop_id=opened.pk)
    return render(request, "workshop/new.html", facts)


@gates.of_network(Ability.RUN_WORKSHOP)
def workshop(request: Request, network: Network, workshop_id: int) -> HttpResponse:
    """Show who runs a session its link and code, and who has joined; the list keeps itself up to date."""
    found, at = rooms.workshop_of(network, workshop_id), timezone.now()
    news = _news(request, found, is_open=rooms.is_open(found, at))
    if news is None:
        return HttpResponse(status=204)
    link = _link(request, found)
    facts = {
        "workshop": found,
        "network": network,
        "is_open": rooms.is_open(found, at),
        "attendees": rooms.attendees(found),
        "newest": news,
        "link": link,
    }
    if is_fragment(request):
        return render(request, "workshop/attendees.html", facts)
    return render(request, "workshop/workshop.html", facts | {"code": code(link)})


@gates.of_network(Ability.RUN_WORKSHOP)
def workshop_projector(request: Request, network: Network, workshop_id: int) -> HttpResponse:
    """Show the room how far it is: co-ops, stages, map and balance; nobody's name."""
    found, at = rooms.workshop_of(network, workshop_id), timezone.now()
    is_open = rooms.is_open(found, at)
    if _news(request, found, is_open=is_open) is None:
        return HttpResponse(status=204)
    if "kode" in request.GET and is_open:
        link = _link(request, found)
        return render(
            request,
            "workshop/code.html",
            {"workshop": found, "network": network, "link": link, "code": code(link)},
        )
    room = rooms.room(found, request.user, at)
    facts = screen.facts(room) | {"workshop": found, "network": network, "is_open": is_open}
    if is_fragment(request):
        return render(request, "workshop/projector_live.html", facts)
    link = _link(request, found)
    return render(request, "workshop/projector.html", facts | {"link": link, "code": code(link)})


@gates.of_network(Ability.RUN_WORKSHOP)
def workshop_close(request: Request, network: Network, workshop_id: int) -> HttpResponse:
    """Close a session."""
    found = rooms.workshop_of(network, workshop_id)
    if request.method == "POST":
        workshops.close_workshop(found, by=request.user, at=timezone.now())
        messages.success(request, speaks().text("The session is closed. Nobody can join any more."))
    return redirect("workshop", network_id=network.pk, workshop_id=found.pk)


@gates.of_network(Ability.RUN_WORKSHOP)
def workshop_approve(request: Request, network: Network, workshop_id: int, attendee_id: int) -> HttpResponse:
    """Let somebody who waits answer for the co-op."""
    found = rooms.workshop_of(network, workshop_id)
    if request.method == "POST":
        attendee = rooms.attendee_of(found, attendee_id)
        workshops.approve(attendee, by=request.user, at=timezone.now())
    return redirect("workshop", network_id=network.pk, workshop_id=found.pk)


@gates.of_network(Ability.RUN_WORKSHOP)
def workshop_remove(request: Request, network: Network, workshop_id: int, attendee_id: int) -> HttpResponse:
    """Take somebody out of a session."""
    found = rooms.workshop_of(network, workshop_id)
    if request.method == "POST":
        attendee = rooms.attendee_of(found, attendee_id)
        workshops.remove(attendee, by=request.user, at=timezone.now())
    return redirect("workshop", network_id=network.pk, workshop_id=found.pk)


def code(link: str) -> SafeString:
    """Return the link as a QR code."""
    drawn = segno.make(link, error="m", micro=False).svg_inline(border=4, omitsize=True, light="#ffffff")
    return mark_safe(drawn)  # noqa: S308  made of squares alone


def _link(request: HttpRequest, found: Workshop) -> str:
    return request.build_absolute_uri(reverse("workshop_join", args=[found.token]))


def _news(request: Request, found: Workshop, *, is_open: bool) -> int | None:
    """Return up to which audit line a page is told; none where what it shows is still so."""
    seen = request.GET.get("dilihat", "")
    told = is_fragment(request) and seen.isascii() and seen.isdigit() and len(seen) < 18
    if told and (request.GET.get("buka") == "1") == is_open:
        return rooms.news(found, int(seen))
    return rooms.newest_line()
