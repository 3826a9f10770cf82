"""Pages of accounts."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request


@gates.signed_in
def account(request: Request) -> HttpResponse:
    """Show a person's own page."""
    return render(request, "accounts/account.html")
