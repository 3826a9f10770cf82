"""The first page, the choice of language, and whether the installation is well."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from jejaring.domain.agreements.papers import papers_for
from jejaring.domain.mapping.desk import desk_for
from jejaring.domain.partnering.matching import waiting_for
from jejaring.interfaces.web import gates, speaking


@gates.public
def home(request: HttpRequest) -> HttpResponse:
    """Show what there is to do for whoever is here."""
    if not request.user.is_authenticated:
        return render(request, "web/welcome.html")
    facts = {
        "desk": desk_for(request.user, timezone.localdate()),
        "waiting": waiting_for(request.user),
        "papers": papers_for(request.user),
    }
    return render(request, "web/home.html", facts)


@gates.public
def health(_request: HttpRequest) -> JsonResponse:
    """Say whether pages and database are there: for a monitor, without telling anything else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "well"})


@gates.public
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the chosen language and go back."""
    code = request.POST.get("code", "")
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = redirect(back)
    if code in dict(settings.LANGUAGES):
        response.set_cookie(
            speaking.COOKIE, code, max_age=60 * 60 * 24 * 365, samesite="Lax", secure=settings.HTTPS
        )
    return response
