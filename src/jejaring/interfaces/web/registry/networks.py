"""Pages of networks: the list, one network, who belongs to it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from jejaring.domain.agreements.queries import guided_count
from jejaring.domain.mapping import desk, places
from jejaring.domain.parties import registry
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.actions import networks as actions
from jejaring.domain.parties.models import Network
from jejaring.domain.partnering.actions import leaving
from jejaring.domain.partnering.matching import newest_round
from jejaring.domain.partnering.queries import plan_count
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.registry.cooperatives import filters_of, number_in, search_in
from jejaring.interfaces.web.registry.forms import AddingForm, NetworkForm, RolesForm
from jejaring.interfaces.web.rounds.words import ROUND


@gates.anywhere(Ability.SEE_NETWORK)
def networks(request: Request) -> HttpResponse:
    """List the networks that somebody sees."""
    found, may_create = registry.networks_page(request.user)
    return render(request, "registry/networks.html", {"networks": found, "may_create": may_create})


@gates.anywhere(Ability.CREATE_IN_REGION)
def network_new(request: Request) -> HttpResponse:
    """Make a network."""
    choices = registry.regions_of(request.user)
    form = NetworkForm(request.POST or None, regions=choices)
    made: list[Network] = []

    def create() -> None:
        note, region = form.said("note"), form.said("region_code")
        made.append(actions.create_network(form.said("name"), region_code=region, note=note, by=request.user))

    if request.method == "POST" and choices and form.accepts(create):
        messages.success(request, "The network is there. Add its co-ops now.")
        return redirect("network", made[0].pk)
    facts = {"form": form, "has_region": bool(choices)}
    return render(request, "registry/network_new.html", facts, status=form.answer_status)


@gates.of_network(Ability.SEE_NETWORK)
def network(request: Request, network: Network) -> HttpResponse:
    """Show a network."""
    search, after = search_in(request.GET), number_in(request.GET.get("after", ""))
    page = registry.network_page(request.user, network, search=search, after=after)
    counterparties = places.counterparties_of(network)
    facts = {"network": network, "page": page, "search": search, "counterparties": counterparties}
    whole, heard = desk.answered([network])[network.pk]
    facts |= {"whole": whole, "answered": heard, "missing": whole - heard, "plans": plan_count(network)}
    newest = newest_round(network, request.user)
    facts |= {"newest_round": newest, "round_state": ROUND[newest.state] if newest else ""}
    facts["agreements"] = guided_count(request.user, network)
    return render(request, "registry/network.html", facts)


@gates.of_network(Ability.MANAGE_NETWORK)
def network_edit(request: Request, network: Network) -> HttpResponse:
    """Give a network another name."""
    form = NetworkForm(request.POST or None, initial={"name": network.name, "note": network.note})

    def rename() -> None:
        actions.rename_network(network, name=form.said("name"), note=form.said("note"), by=request.user)

    if request.method == "POST" and form.accepts(rename):
        messages.success(request, "Saved.")
        return redirect("network", network.pk)
    facts = {"network": network, "form": form}
    return render(request, "registry/network_edit.html", facts, status=form.answer_status)


@gates.of_network(Ability.MANAGE_NETWORK)
def network_add(request: Request, network: Network) -> HttpResponse:
    """Search co-ops and add several to a network."""
    form = AddingForm(request.POST or None, initial={"roles": ["supplier"]})

    def add() -> None:
        chosen = registry.chosen(request.user, form.cleaned_data["cooperatives"])
        roles = form.cleaned_data["roles"]
        actions.add_cooperatives_to_network(network, cooperatives=chosen, roles=roles, by=request.user)

    if request.method == "POST" and form.accepts(add):
        messages.success(request, "Added.")
        return redirect("network", network.pk)
    filters = filters_of(request)
    found, next_after = registry.to_add(request.user, network, filters)
    facts = {"network": network, "form": form, "found": found, "next_after": next_after, "filters": filters}
    facts["regions"] = registry.regions_of(request.user)
    return render(request, "registry/network_add.html", facts, status=form.answer_status)


@gates.of_network(Ability.MANAGE_NETWORK)
def network_member(request: Request, network: Network, cooperative_id: int) -> HttpResponse:
    """Change the roles of a co-op in a network, or take it out."""
    cooperative, roles = registry.member_of_network(network, cooperative_id)
    form = RolesForm(request.POST or None, initial={"roles": list(roles)})

    def change() -> None:
        if "remove" in request.POST:
            leaving.remove_from_network(network, cooperative=cooperative, by=request.user, at=timezone.now())
        else:
            kinds = form.cleaned_data["roles"]
            actions.set_network_roles(network, cooperative=cooperative, roles=kinds, by=request.user)

    if request.method == "POST" and form.accepts(change):
        messages.success(request, "Saved.")
        return redirect("network", network.pk)
    facts = {"network": network, "cooperative": cooperative, "form": form}
    return render(request, "registry/network_member.html", facts, status=form.answer_status)
