"""What somebody sees who opens a link: an invitation, or a new password."""

from __future__ import annotations

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from jejaring.domain.parties import regions, rosters
from jejaring.domain.parties.actions import password_links, people
from jejaring.domain.parties.models import Invitation, User
from jejaring.engines.errors import Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.accounts.forms import JoinForm, PasswordForm
from jejaring.interfaces.web.speaking import speaks


@gates.public
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show who invites to what; take somebody in who has signed in, or let them make an account."""
    if too_many := ratelimit.consume_or_429(request, action="signup"):
        return too_many
    found = rosters.invitation_of(token, at=timezone.now())
    if request.method == "POST" and isinstance(request.user, User):
        people.accept_invitation(token, by=request.user, at=timezone.now())
        messages.success(request, speaks().text("Welcome to {place}.", place=_place(found)))
        return redirect("home")
    form = JoinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            person = people.join_by_invitation(token, details=form.person(), at=timezone.now())
        except Refusal as refusal:
            form.add_error(None, speaks().sentence(refusal.sentence))
        else:
            messages.success(request, speaks().text("Welcome to {place}.", place=_place(found)))
            return perform_login(request, person)
    facts = {"invitation": found, "place": _place(found), "form": form, "token": token}
    return render(request, "accounts/invitation.html", facts, status=422 if form.errors else 200)


@gates.public
@never_cache
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """Let somebody who has a link set a new password; then they sign in with it as always."""
    if too_many := ratelimit.consume_or_429(request, action="signup"):
        return too_many
    found = rosters.password_link_of(token, at=timezone.now())
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"]
        try:
            password_links.use_password_link(token, password=password, at=timezone.now())
        except Refusal as refusal:
            form.add_error("password", speaks().sentence(refusal.sentence))
        else:
            messages.success(request, speaks().text("Your password is set. Sign in with it now."))
            return redirect("account_login")
    facts = {"person": found.user, "form": form}
    return render(request, "accounts/new_password.html", facts, status=422 if form.errors else 200)


def _place(found: Invitation) -> str:
    return str(found.cooperative or found.network or regions.place(found.region_code))
