"""A whole network from a workbook or JSON file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from jejaring.domain.mapping.actions.loading_files import load_network_file
from jejaring.domain.mapping.listed import commodities
from jejaring.domain.parties import registry
from jejaring.domain.parties.access import Ability, NotAllowed, NotThere
from jejaring.engines.errors import Faults, Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.registry.forms import NetworkFileForm
from jejaring.interfaces.web.speaking import code, speaks


@gates.anywhere(Ability.CREATE_IN_REGION)
def network_file(request: Request) -> HttpResponse:
    """Make a network of a file; what is wrong with the file is told all at once."""
    choices = registry.regions_of(request.user)
    goods = [(each.code, (code() == "en" and each.name_en) or each.name_id) for each in commodities()]
    form = NetworkFileForm(request.POST or None, request.FILES or None, regions=choices, commodities=goods)
    facts: dict[str, Any] = {"form": form, "has_region": bool(choices)}
    if request.method == "POST" and choices and form.is_valid():
        try:
            loaded = load_network_file(**form.asked(), by=request.user, at=timezone.now())
        except (NotThere, NotAllowed):
            raise
        except Refusal as refusal:
            facts |= {"refusal": refusal, "faults": refusal.faults if isinstance(refusal, Faults) else ()}
        else:
            said = "{name}: {created} co-ops are new, {matched} were known."
            counts = {"created": loaded.created, "matched": loaded.matched}
            messages.success(request, speaks().text(said, name=loaded.network.name, **counts))
            if loaded.left_aside:
                left = ", ".join(loaded.left_aside)
                messages.warning(request, speaks().text("Not kept in the database: {tables}.", tables=left))
            return redirect("network", loaded.network.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "registry/network_file.html", facts, status=status)
