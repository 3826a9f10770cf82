"""Pages of co-ops: the list, one co-op, its profile, position and units."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from jejaring.domain.mapping.queries import stages_of
from jejaring.domain.parties import access, regions, registry
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.actions import cooperatives as actions
from jejaring.domain.parties.models import Cooperative
from jejaring.domain.parties.profile import Position, profile_of, read_position
from jejaring.domain.parties.registry import Filters
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.registry.forms import (
    NewCooperativeForm,
    PositionForm,
    ProfileForm,
    UnitForm,
    choices_of,
)

UNIT_KINDS = (
    "Kantor", "Gerai sembako", "Simpan pinjam", "Klinik", "Apotek", "Gudang", "Gudang dingin", "Logistik",
    "Penggilingan", "Pengering", "Pangkalan LPG", "Kios pupuk", "Agen bank",
)  # fmt: skip


@gates.anywhere(Ability.SEE_COOPERATIVE)
def cooperatives(request: Request) -> HttpResponse:
    """List the co-ops that somebody sees."""
    filters = filters_of(request)
    page = registry.cooperatives_page(request.user, filters)
    kinds = choices_of(Cooperative.Kind.choices)
    query = request.GET.copy()
    query.pop("after", None)
    facts = {"page": page, "filters": filters, "kinds": kinds, "query": query.urlencode()}
    return render(request, "registry/cooperatives.html", facts)


@gates.anywhere(Ability.CREATE_IN_REGION)
def cooperative_new(request: Request) -> HttpResponse:
    """Register a co-op."""
    networks = access.networks_for(request.user, Ability.MANAGE_NETWORK)[:200]
    form = NewCooperativeForm(
        request.POST or None, networks=networks, initial={"network": request.GET.get("network")}
    )
    made: list[Cooperative] = []

    def register() -> None:
        network = form.network_chosen()
        roles = form.cleaned_data["roles"]
        profile, another = form.profile(), form.cleaned_data["is_another"]
        made.append(
            actions.register_cooperative(
                profile, network=network, roles=roles, is_another=another, by=request.user
            )
        )

    if request.method == "POST" and form.accepts(register):
        messages.success(request, "The co-op is registered. Say now where it is.")
        return redirect("cooperative_position", made[0].pk)
    facts = {"form": form, "picked": picked(form["village_code"].value())}
    return render(request, "registry/cooperative_new.html", facts, status=form.answer_status)


@gates.of_cooperative(Ability.SEE_COOPERATIVE)
def cooperative(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Show a co-op."""
    page = registry.cooperative_page(request.user, cooperative, on=timezone.localdate())
    stages = stages_of(cooperative, timezone.localdate())
    facts = {"cooperative": cooperative, "page": page, "answers": sum(stage.answers for stage in stages)}
    facts["done"] = sum(stage.state == "done" for stage in stages)
    return render(request, "registry/cooperative.html", facts)


@gates.of_cooperative(Ability.EDIT_COOPERATIVE)
def cooperative_profile(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Change a co-op's profile."""
    form = ProfileForm(request.POST or None, initial=vars(profile_of(cooperative)))

    def change() -> None:
        is_another = form.cleaned_data["is_another"]
        actions.change_profile(cooperative, profile=form.profile(), is_another=is_another, by=request.user)

    if request.method == "POST" and form.accepts(change):
        messages.success(request, "Saved.")
        return redirect("cooperative", cooperative.pk)
    facts = {"cooperative": cooperative, "form": form, "picked": picked(form["village_code"].value())}
    return render(request, "registry/cooperative_profile.html", facts, status=form.answer_status)


@gates.of_cooperative(Ability.EDIT_COOPERATIVE)
def cooperative_position(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Say where a co-op is."""
    here = "" if cooperative.lat is None else f"{cooperative.lat}, {cooperative.lon}"
    form = PositionForm(request.POST or None, initial={"coordinates": here, "origin": "typed"})
    middle = registry.village_middle(cooperative.village_code)

    def put() -> None:
        if middle and "village" in request.POST:
            at = Position(*middle, "village")
        else:
            at = read_position(form.said("coordinates"), form.said("origin") or "typed")
        actions.set_position(cooperative, at=at, by=request.user)

    if request.method == "POST" and form.accepts(put):
        messages.success(request, "Saved.")
        return redirect("cooperative", cooperative.pk)
    facts: dict[str, Any] = {"cooperative": cooperative, "form": form, "middle": middle}
    facts["dots"] = registry.dots_near(request.user, cooperative)
    return render(request, "registry/cooperative_position.html", facts, status=form.answer_status)


@gates.of_cooperative(Ability.EDIT_COOPERATIVE)
def cooperative_units(request: Request, cooperative: Cooperative) -> HttpResponse:
    """List a co-op's units and add to them."""
    form = UnitForm(request.POST or None)

    def add() -> None:
        actions.add_unit(cooperative, kind=form.said("kind"), name=form.said("name"), by=request.user)

    if request.method == "POST" and form.accepts(add):
        messages.success(request, "Saved.")
        return redirect("cooperative_units", cooperative.pk)
    facts = {
        "cooperative": cooperative,
        "units": cooperative.units.all(),
        "form": form,
        "unit_kinds": UNIT_KINDS,
    }
    return render(request, "registry/cooperative_units.html", facts, status=form.answer_status)


@gates.of_cooperative(Ability.EDIT_COOPERATIVE)
@require_POST
def unit(request: Request, cooperative: Cooperative, unit_id: int) -> HttpResponse:
    """Say whether a unit runs, or take it off the list."""
    found = registry.unit_of(cooperative, unit_id)
    if "remove" in request.POST:
        actions.remove_unit(found, by=request.user)
    else:
        actions.set_unit_running(found, is_running="runs" in request.POST, by=request.user)
    return redirect("cooperative_units", cooperative.pk)


def filters_of(request: Request) -> Filters:
    """Return what an address narrows a list to; what it can't mean is left out."""
    asked = request.GET
    return Filters(
        search=search_in(asked),
        region=asked.get("region", "")[:5].replace("\0", ""),
        kind=asked.get("kind", "")[:20],
        network_id=number_in(asked.get("network", "")),
        after=number_in(asked.get("after", "")),
    )


def search_in(asked: QueryDict) -> str:
    """Return what somebody looks for; without the sign that PostgreSQL can't take."""
    return asked.get("q", "").replace("\0", "")[:80]


def number_in(text: str) -> int | None:
    """Return a row's number that an address gives; none for what isn't one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def picked(code: str | None) -> str:
    """Return the place of a village that was chosen before; empty for none."""
    return regions.place(code) if code else ""
