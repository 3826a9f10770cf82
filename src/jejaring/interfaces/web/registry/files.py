"""CSV files in and out: a co-op's profile and members, and many co-ops of a network."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jejaring.domain.parties import imports
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.actions import imports as actions
from jejaring.domain.parties.imports import Preview
from jejaring.domain.parties.models import Cooperative, Network
from jejaring.domain.parties.simkopdes import members, profiles
from jejaring.domain.parties.simkopdes.tables import MEMBERS, PROFILE, Table
from jejaring.domain.parties.simkopdes.writing import file_of
from jejaring.engines.errors import Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.registry.forms import FileForm


@dataclass(frozen=True)
class Upload:
    """A file on its way: fresh, or one whose preview was seen and accepted."""

    data: bytes
    name: str
    seen: str = ""

    @property
    def carried(self) -> str:
        """The file as text, which the page of the preview holds until it is accepted."""
        return b64encode(self.data).decode()


@gates.of_cooperative(Ability.SEE_COOPERATIVE)
def profile_csv(_request: Request, cooperative: Cooperative) -> HttpResponse:
    """Give a co-op's profile as a file."""
    return _download(file_of(PROFILE, [profiles.cells_of(cooperative)]), PROFILE, cooperative)


@gates.of_cooperative(Ability.SEE_MEMBERS)
def members_csv(_request: Request, cooperative: Cooperative) -> HttpResponse:
    """Give a co-op's members as a file, their numbers masked."""
    rows = cooperative.members.filter(erased_at=None)
    return _download(
        file_of(MEMBERS, [members.cells_of(each, is_full=False) for each in rows]), MEMBERS, cooperative
    )


@gates.of_cooperative(Ability.EDIT_MEMBERS)
@require_POST
def members_csv_full(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Give a co-op's members as a file with whole numbers; that it was taken is kept in the trail."""
    rows = [members.cells_of(each, is_full=True) for each in cooperative.members.filter(erased_at=None)]
    actions.note_full_export(cooperative, members=len(rows), by=request.user)
    return _download(file_of(MEMBERS, rows), MEMBERS, cooperative)


@gates.of_cooperative(Ability.EDIT_COOPERATIVE)
def profile_import(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Read a co-op's profile from a file."""

    def preview(file: Upload) -> Preview:
        return imports.preview_profile(cooperative, file.data, file.name, by=request.user)

    def accept(file: Upload) -> object:
        return actions.import_profile(
            cooperative, data=file.data, file=file.name, seen=file.seen, by=request.user
        )

    facts = {"cooperative": cooperative, "table": PROFILE, "back": ("cooperative", cooperative.pk)}
    return _import(request, "registry/import_profile.html", facts, preview, accept)


@gates.of_cooperative(Ability.EDIT_MEMBERS)
def members_import(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Read members from a file."""

    def preview(file: Upload) -> Preview:
        return imports.preview_members(cooperative, file.data, file.name)

    def accept(file: Upload) -> object:
        return actions.import_members(
            cooperative, data=file.data, file=file.name, seen=file.seen, by=request.user
        )

    facts = {"cooperative": cooperative, "table": MEMBERS, "back": ("members", cooperative.pk)}
    return _import(request, "registry/import_members.html", facts, preview, accept)


@gates.of_network(Ability.MANAGE_NETWORK)
def network_import(request: Request, network: Network) -> HttpResponse:
    """Register many co-ops from a file and add them to a network."""
    roles = request.POST.getlist("roles") or ["supplier"]

    def preview(file: Upload) -> Preview:
        return imports.preview_cooperatives(network, file.data, file.name, by=request.user)

    def accept(file: Upload) -> object:
        return actions.import_cooperatives(
            network, data=file.data, file=file.name, roles=roles, seen=file.seen, by=request.user
        )

    facts = {"network": network, "table": PROFILE, "roles": roles, "back": ("network", network.pk)}
    return _import(request, "registry/import_cooperatives.html", facts, preview, accept)


def _import(
    request: Request,
    template: str,
    facts: dict[str, Any],
    preview: Callable[[Upload], Preview],
    accept: Callable[[Upload], object],
) -> HttpResponse:
    """Show the form, then what a file would change, then do it: nothing is kept between."""
    form = FileForm(request.POST or None, request.FILES or None, initial={"roles": ["supplier"]})
    facts |= {"form": form}
    file = _upload(request)
    if file is None:
        return render(request, template, facts, status=422 if request.method == "POST" else 200)
    try:
        if file.seen:
            accept(file)
            messages.success(request, "Everything in the file is taken over.")
            name, pk = facts["back"]
            return redirect(name, pk)
        facts |= {"preview": preview(file), "file": file}
    except Refusal as refusal:
        facts |= {"refusal": refusal, "faults": getattr(refusal, "faults", ())}
        return render(request, template, facts, status=422)
    return render(request, template, facts)


def _upload(request: Request) -> Upload | None:
    sent = request.FILES.get("file")
    if sent is not None and sent.name:
        return Upload(sent.read(), sent.name)
    seen, carried = request.POST.get("seen", ""), request.POST.get("carried", "")
    if not seen:
        return None
    try:
        return Upload(b64decode(carried, validate=True), request.POST.get("file_name", ""), seen)
    except ValueError:
        return None


def _download(data: bytes, table: Table, cooperative: Cooperative) -> HttpResponse:
    name = f"{table.name}-{cooperative.file_code}.csv".replace('"', "")
    return HttpResponse(
        data,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
