"""Who has which role at a co-op or in a network: listed, invited, helped, taken leave of. The audit trail."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from jejaring.domain.parties import access, granting, rosters, second_steps
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.actions import password_links
from jejaring.domain.parties.actions import people as actions
from jejaring.domain.parties.actions.second_steps import reset_second_step
from jejaring.domain.parties.models import Cooperative, Invitation, Network, Role
from jejaring.domain.parties.trail import trail_of
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.accounts.forms import InviteForm
from jejaring.interfaces.web.accounts.trail_words import in_words
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.notices.ready import ready_text
from jejaring.interfaces.web.speaking import speaks

Place = Cooperative | Network


@gates.of_cooperative(Ability.SEE_COOPERATIVE)
def of_cooperative(request: Request, cooperative: Cooperative) -> HttpResponse:
    """List the people of a co-op."""
    return _listed(request, cooperative)


@gates.of_network(Ability.SEE_NETWORK)
def of_network(request: Request, network: Network) -> HttpResponse:
    """List the people who guide a network."""
    return _listed(request, network)


@gates.of_cooperative(Ability.INVITE_TO_COOPERATIVE)
@require_POST
def invite(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Make a link that gives a role at a co-op, and show it."""
    return _invited(request, cooperative)


@gates.of_network(Ability.MANAGE_NETWORK)
@require_POST
def invite_to_network(request: Request, network: Network) -> HttpResponse:
    """Make a link that gives a role in a network, and show it."""
    return _invited(request, network)


@gates.of_cooperative(Ability.INVITE_TO_COOPERATIVE)
@require_POST
def revoke(request: Request, cooperative: Cooperative, invitation_id: int) -> HttpResponse:
    """Make a link to a co-op useless."""
    return _revoked(request, cooperative, rosters.invitation_at(cooperative, invitation_id))


@gates.of_network(Ability.MANAGE_NETWORK)
@require_POST
def revoke_in_network(request: Request, network: Network, network_invitation_id: int) -> HttpResponse:
    """Make a link to a network useless."""
    return _revoked(request, network, rosters.invitation_at(network, network_invitation_id))


@gates.of_cooperative(Ability.INVITE_TO_COOPERATIVE)
def withdraw(request: Request, cooperative: Cooperative, role_id: int) -> HttpResponse:
    """Ask whether a role at a co-op is to be taken back, then take it."""
    return _withdrawn(request, cooperative, rosters.role_at(cooperative, role_id))


@gates.of_network(Ability.MANAGE_NETWORK)
def withdraw_in_network(request: Request, network: Network, guide_role_id: int) -> HttpResponse:
    """Ask whether a role in a network is to be taken back, then take it."""
    return _withdrawn(request, network, rosters.role_at(network, guide_role_id))


@gates.of_cooperative(Ability.INVITE_TO_COOPERATIVE)
@require_POST
def password_link(request: Request, cooperative: Cooperative, role_id: int) -> HttpResponse:
    """Make a link to a new password for somebody of a co-op, and show it."""
    return _password_link(request, cooperative, rosters.role_at(cooperative, role_id))


@gates.of_network(Ability.MANAGE_NETWORK)
@require_POST
def password_link_in_network(request: Request, network: Network, guide_role_id: int) -> HttpResponse:
    """Make a link to a new password for somebody who guides a network, and show it."""
    return _password_link(request, network, rosters.role_at(network, guide_role_id))


@gates.of_cooperative(Ability.RESET_SECOND_STEP)
def second_step(request: Request, cooperative: Cooperative, role_id: int) -> HttpResponse:
    """Ask whether a lost second step of somebody of a co-op is to be taken off, then take it."""
    return _second_step(request, cooperative, rosters.role_at(cooperative, role_id))


@gates.of_network(Ability.MANAGE_NETWORK)
def second_step_in_network(request: Request, network: Network, guide_role_id: int) -> HttpResponse:
    """Ask whether a lost second step of somebody who guides a network is to be taken off, then take it."""
    return _second_step(request, network, rosters.role_at(network, guide_role_id))


@gates.of_cooperative(Ability.SEE_TRAIL)
def trail(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Show who changed what at a co-op, newest first."""
    before = request.GET.get("before", "")
    page = trail_of(cooperative, before=int(before) if before.isdecimal() and len(before) < 19 else None)
    lines = [(each, in_words(each.line)) for each in page.lines]
    facts = {"cooperative": cooperative, "lines": lines, "page": page}
    return render(request, "accounts/trail.html", facts)


def _listed(request: Request, place: Place) -> HttpResponse:
    roster = rosters.roster_for(request.user, place, at=timezone.now())
    is_coop = isinstance(place, Cooperative)
    facts = {
        "place": place,
        "is_coop": is_coop,
        "roster": roster,
        "resettable": second_steps.resettable(request.user, place, roster.roles),
        "form": InviteForm(may_give=roster.may_give),
        "sees_trail": is_coop
        and access.cooperatives_for(request.user, Ability.SEE_TRAIL).filter(pk=place.pk).exists(),
    }
    return render(request, "accounts/people.html", facts)


def _invited(request: Request, place: Place) -> HttpResponse:
    may_give = (
        granting.at_cooperative(request.user, place)
        if isinstance(place, Cooperative)
        else granting.in_network(request.user, place)
    )
    form = InviteForm(request.POST, may_give=may_give)
    if not form.is_valid():
        messages.error(request, speaks().text("Choose a role first."))
        return _back(place)
    made = actions.invite(place, kind=form.cleaned_data["kind"], by=request.user, at=timezone.now())
    address = request.build_absolute_uri(reverse("invitation", args=[made.token]))
    text = speaks().text(
        "You are invited to {place} on Jejaring. Open this link within {days} days: {address}",
        place=str(place),
        days=actions.INVITATION_DAYS,
        address=address,
    )
    facts = _link_facts(place, address, text) | {"invitation": made.invitation}
    return render(request, "accounts/link.html", facts)


def _revoked(request: Request, place: Place, invitation: Invitation) -> HttpResponse:
    actions.revoke_invitation(invitation, by=request.user, at=timezone.now())
    messages.success(request, speaks().text("The link doesn't work any more."))
    return _back(place)


def _withdrawn(request: Request, place: Place, role: Role) -> HttpResponse:
    if role.user_id != request.user.pk and not granting.may_give(
        request.user, role.kind, cooperative=role.cooperative, network=role.network
    ):
        raise access.NotAllowed(Ability.INVITE_TO_COOPERATIVE)
    if request.method != "POST":
        facts = {"place": place, "role": role, "back": _back(place).url}
        return render(request, "accounts/withdraw.html", facts)
    actions.withdraw_role(role, by=request.user)
    messages.success(request, speaks().text("The role was taken back."))
    return _back(place)


def _second_step(request: Request, place: Place, role: Role) -> HttpResponse:
    now = timezone.now()
    if request.method != "POST":
        second_steps.refuse_reset(role, by=request.user, at=now)
        facts = {"place": place, "role": role, "back": _back(place).url}
        return render(request, "accounts/second_step.html", facts)
    reset_second_step(role, by=request.user, at=now)
    said = speaks().text("The second step of {name} was taken off. The password stays.", name=role.user.name)
    messages.success(request, said)
    return _back(place)


def _password_link(request: Request, place: Place, role: Role) -> HttpResponse:
    made = password_links.make_password_link(role, by=request.user, at=timezone.now())
    address = request.build_absolute_uri(reverse("new_password", args=[made.token]))
    text = speaks().text(
        "Set your new password for Jejaring within one day, here: {address}", address=address
    )
    facts = _link_facts(place, address, text) | {"person": role.user}
    return render(request, "accounts/link.html", facts)


def _link_facts(place: Place, address: str, text: str) -> dict[str, object]:
    # The drawing holds squares only, nothing that somebody typed.
    drawing = segno.make(address, error="m").svg_inline(border=2, omitsize=True)
    return {
        "place": place,
        "back": _back(place).url,
        "address": address,
        "text": text,
        "whatsapp": ready_text(text).whatsapp_url,
        "drawing": mark_safe(drawing),  # noqa: S308
    }


def _back(place: Place) -> HttpResponseRedirect:
    name = "cooperative_people" if isinstance(place, Cooperative) else "network_people"
    return redirect(name, place.pk)
