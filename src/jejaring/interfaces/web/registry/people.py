"""Pages of a co-op's officers and members."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from jejaring.domain.parties import access, registry
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.actions import members as member_actions
from jejaring.domain.parties.actions import officers as officer_actions
from jejaring.domain.parties.models import Cooperative
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.registry.cooperatives import number_in, picked, search_in
from jejaring.interfaces.web.registry.forms import DayForm, MemberForm, OfficerForm

OFFICES = (
    "Ketua", "Wakil ketua bidang usaha", "Wakil ketua bidang anggota", "Sekretaris", "Bendahara",
    "Ketua pengawas", "Anggota pengawas", "Manajer",
)  # fmt: skip
_OFFICER = ("organ", "office", "name", "phone", "nik", "term_from", "term_until")


@gates.of_cooperative(Ability.EDIT_COOPERATIVE)
def officer_new(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Put somebody into an office."""
    form = OfficerForm(request.POST or None)

    def appoint() -> None:
        officer_actions.appoint_officer(cooperative, office=form.held(), by=request.user)

    if request.method == "POST" and form.accepts(appoint):
        messages.success(request, "Saved.")
        return redirect("cooperative", cooperative.pk)
    facts = {"cooperative": cooperative, "form": form, "offices": OFFICES}
    return render(request, "registry/officer.html", facts, status=form.answer_status)


@gates.of_cooperative(Ability.EDIT_COOPERATIVE)
def officer(request: Request, cooperative: Cooperative, officer_id: int) -> HttpResponse:
    """Correct what stands of an officer."""
    found = registry.officer_of(cooperative, officer_id)
    form = OfficerForm(request.POST or None, initial={name: getattr(found, name) for name in _OFFICER})

    def change() -> None:
        officer_actions.change_officer(found, office=form.held(), by=request.user)

    if request.method == "POST" and form.accepts(change):
        messages.success(request, "Saved.")
        return redirect("cooperative", cooperative.pk)
    facts = {"cooperative": cooperative, "form": form, "offices": OFFICES, "officer": found}
    facts["ending"] = DayForm(initial={"on": timezone.localdate()})
    return render(request, "registry/officer.html", facts, status=form.answer_status)


@gates.of_cooperative(Ability.EDIT_COOPERATIVE)
@require_POST
def officer_end(request: Request, cooperative: Cooperative, officer_id: int) -> HttpResponse:
    """End an officer's term."""
    found = registry.officer_of(cooperative, officer_id)
    form = DayForm(request.POST)
    on = form.cleaned_data["on"] if form.is_valid() else None
    officer_actions.end_term(found, on=on or timezone.localdate(), by=request.user)
    messages.success(request, "The term has ended. The name stays in the list of former officers.")
    return redirect("cooperative", cooperative.pk)


@gates.of_cooperative(Ability.SEE_MEMBERS)
def members(request: Request, cooperative: Cooperative) -> HttpResponse:
    """List members by name; a search for a whole number is posted, so that no address keeps it."""
    asked = request.POST if request.method == "POST" else request.GET
    search, after = search_in(asked), number_in(request.GET.get("after", ""))
    page = registry.members_page(cooperative, search=search, after=after)
    may_edit = access.cooperatives_for(request.user, Ability.EDIT_MEMBERS).filter(pk=cooperative.pk).exists()
    facts = {"cooperative": cooperative, "page": page, "search": search, "may_edit": may_edit}
    return render(request, "registry/members.html", facts)


@gates.of_cooperative(Ability.EDIT_MEMBERS)
def member_new(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Add a member."""
    first = {"village_code": cooperative.village_code, "status": "approved"}
    form = MemberForm(request.POST or None, initial=first)

    def add() -> None:
        member_actions.add_member(cooperative, person=form.person(), by=request.user)

    if request.method == "POST" and form.accepts(add):
        messages.success(request, "The member is added.")
        return redirect("members", cooperative.pk)
    facts = {"cooperative": cooperative, "form": form, "picked": picked(form["village_code"].value())}
    return render(request, "registry/member.html", facts, status=form.answer_status)


@gates.of_cooperative(Ability.EDIT_MEMBERS)
def member(request: Request, cooperative: Cooperative, member_id: int) -> HttpResponse:
    """Change what is kept of a member."""
    found = registry.member_of(cooperative, member_id)
    form = MemberForm(
        request.POST or None, initial={name: getattr(found, name) for name in MemberForm.base_fields}
    )

    def change() -> None:
        member_actions.change_member(found, person=form.person(), by=request.user)

    if request.method == "POST" and form.accepts(change):
        messages.success(request, "Saved.")
        return redirect("members", cooperative.pk)
    facts = {"cooperative": cooperative, "form": form, "member": found}
    facts["picked"] = picked(form["village_code"].value())
    return render(request, "registry/member.html", facts, status=form.answer_status)


@gates.of_cooperative(Ability.EDIT_MEMBERS)
@require_POST
def member_left(request: Request, cooperative: Cooperative, member_id: int) -> HttpResponse:
    """Note that a member has left."""
    member_actions.remove_member(registry.member_of(cooperative, member_id), by=request.user)
    messages.success(request, "Noted: this member has left.")
    return redirect("members", cooperative.pk)
