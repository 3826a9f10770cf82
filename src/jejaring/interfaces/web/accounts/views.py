"""Pages of accounts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jejaring.interfaces.web import gates


@gates.signed_in
def account(request: HttpRequest) -> HttpResponse:
    """Show a person's own page."""
    return render(request, "accounts/account.html")
