"""Pages of buyers and suppliers outside a network, and their places."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jejaring.domain.mapping import places
from jejaring.domain.mapping.actions import places as place_actions
from jejaring.domain.parties import registry
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.actions import counterparties as actions
from jejaring.domain.parties.models import Network
from jejaring.domain.parties.profile import read_position
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.registry.cooperatives import picked
from jejaring.interfaces.web.registry.forms import CounterpartyForm, SiteForm

_FIELDS = ("name", "kind", "npwp", "note")


@gates.of_network(Ability.MANAGE_NETWORK)
def counterparty_new(request: Request, network: Network) -> HttpResponse:
    """Note a buyer or supplier."""
    form = CounterpartyForm(request.POST or None)
    made: list[int] = []

    def register() -> None:
        said = {name: form.said(name) for name in _FIELDS}
        made.append(actions.register_counterparty(network, **said, by=request.user).pk)

    if request.method == "POST" and form.accepts(register):
        messages.success(request, "Saved. Add the place where goods are handed over.")
        return redirect("counterparty", network.pk, made[0])
    return render(
        request, "registry/counterparty.html", {"network": network, "form": form}, status=form.answer_status
    )


@gates.of_network(Ability.MANAGE_NETWORK)
def counterparty(request: Request, network: Network, counterparty_id: int) -> HttpResponse:
    """Change what is kept of a buyer or supplier; show its places."""
    found = places.counterparty_of(network, counterparty_id)
    form = CounterpartyForm(request.POST or None, initial={name: getattr(found, name) for name in _FIELDS})

    def change() -> None:
        said = {name: form.said(name) for name in _FIELDS}
        actions.change_counterparty(found, **said, by=request.user)

    if request.method == "POST" and form.accepts(change):
        messages.success(request, "Saved.")
        return redirect("counterparty", network.pk, found.pk)
    facts = {"network": network, "form": form, "counterparty": found}
    return render(request, "registry/counterparty.html", facts, status=form.answer_status)


@gates.of_network(Ability.MANAGE_NETWORK)
def site_new(request: Request, network: Network, counterparty_id: int) -> HttpResponse:
    """Add a place of a buyer or supplier."""
    found = places.counterparty_of(network, counterparty_id)
    form = SiteForm(request.POST or None, initial={"origin": "typed"})

    def add() -> None:
        written = form.said("coordinates")
        at = read_position(written, form.said("origin") or "typed") if written.strip() else None
        village = form.said("village_code")
        place_actions.add_site(found, name=form.said("name"), village=village, at=at, by=request.user)

    if request.method == "POST" and form.accepts(add):
        messages.success(request, "Saved.")
        return redirect("counterparty", network.pk, found.pk)
    facts: dict[str, Any] = {"network": network, "form": form, "counterparty": found}
    facts["dots"] = registry.dots_of(network)
    facts["picked"] = picked(form["village_code"].value())
    return render(request, "registry/site.html", facts, status=form.answer_status)


@gates.of_network(Ability.MANAGE_NETWORK)
@require_POST
def site(request: Request, network: Network, counterparty_id: int, site_id: int) -> HttpResponse:
    """Take a place off the list."""
    found = places.site_of(places.counterparty_of(network, counterparty_id), site_id)
    if "remove" in request.POST:
        place_actions.remove_site(found, by=request.user)
    return redirect("counterparty", network.pk, counterparty_id)
