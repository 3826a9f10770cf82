"""A plan's own files: whole editions as they were made, network.json, plan.json."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from jejaring.domain.parties.access import Ability, NotThere
from jejaring.domain.partnering import queries
from jejaring.domain.partnering.models import PlanRun
from jejaring.interfaces.web import gates, speaking
from jejaring.interfaces.web.gates import Request

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@gates.of_plan_run(Ability.SEE_NETWORK)
@require_safe
def plan_edition(request: Request, run: PlanRun, reader: str) -> HttpResponse:
    """Show a whole edition, to whom it is for."""
    _, edition = queries.edition_for(request.user, run, reader, speaking.code())
    return _page(edition.page)


@gates.of_plan_run(Ability.SEE_WHOLE_PLAN)
@require_safe
def plan_report(request: Request, run: PlanRun) -> HttpResponse:
    """Hand out the facilitator's report as a file."""
    _, edition = queries.edition_for(request.user, run, queries.EVERYTHING, speaking.code())
    response = _page(edition.page)
    response.headers["Content-Disposition"] = 'attachment; filename="report.html"'
    return response


@gates.of_plan_run(Ability.SEE_WHOLE_PLAN)
@require_safe
def plan_network(_request: Request, run: PlanRun) -> HttpResponse:
    """Hand out what was planned: `jejaring plan` makes the same plan of it."""
    return _file(queries.network_file_of(run), "network.json")


@gates.of_plan_run(Ability.SEE_WHOLE_PLAN)
@require_safe
def plan_file(_request: Request, run: PlanRun) -> HttpResponse:
    """Hand out the plan for programs."""
    return _file(queries.plan_file_of(run), "plan.json")


def policy_of(page: str) -> str:
    """Return the content security policy of a page that stands by itself: its own scripts run, by their
    hashes, and nothing is loaded from anywhere.
    """
    marks = [b64encode(sha256(script.encode()).digest()).decode() for script in _SCRIPT.findall(page)]
    scripts = " ".join(f"'sha256-{mark}'" for mark in marks) or "'none'"
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {scripts}; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _page(page: str) -> HttpResponse:
    return HttpResponse(page, headers={"Content-Security-Policy": policy_of(page)})


def _file(text: str, name: str) -> HttpResponse:
    if not text:
        raise NotThere
    return HttpResponse(
        text,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
