"""Keys by which programs sign in for a person: made, shown once, revoked."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jejaring.domain.parties import tokens
from jejaring.domain.parties.actions import tokens as actions
from jejaring.engines.errors import Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.accounts.forms import KeyForm
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.speaking import speaks


@gates.signed_in
@reauthentication_required
@never_cache
def keys(request: Request) -> HttpResponse:
    """List a person's keys; make a new one, after saying the password once more, and show it once."""
    now = timezone.now()
    form = KeyForm(request.POST if request.method == "POST" else None)
    facts: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_token(request.user, **form.cleaned_data, by=request.user, at=now)
        except Refusal as refusal:
            form.add_error(None, speaks().sentence(refusal.sentence))
        else:
            facts |= {"made": made, "form": KeyForm()}
    facts["keys"] = tokens.tokens_of(request.user, at=now)
    return render(request, "accounts/keys.html", facts, status=422 if form.errors else 200)


@gates.signed_in
@require_POST
def revoke(request: Request, key_id: int) -> HttpResponse:
    """Make a key useless."""
    actions.revoke_token(tokens.own_token(request.user, key_id), by=request.user, at=timezone.now())
    messages.success(request, speaks().text("The key was revoked."))
    return redirect("keys")
