"""Who comes in: each view is opened by exactly one of these, and tests hold them to that.

A view below `of_cooperative` is handed the co-op that its address names, for a person who may do this
with it. Nobody else's reaches the view.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from jejaring.domain.agreements import queries as deeds
from jejaring.domain.parties import access
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import User
from jejaring.domain.partnering import matching as rounds
from jejaring.domain.partnering import queries as plans

View = Callable[..., HttpResponseBase]


class Request(HttpRequest):
    """A request of somebody who has signed in: what a view behind a gate is given."""

    user: User
    htmx: HtmxDetails


def public(view: View) -> View:
    """Open to everybody, signed in or not."""
    return _marked(view, "public")


def signed_in(view: View) -> View:
    """Open to everybody who has signed in; the view shows them their own things only."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs) if request.user.is_authenticated else _to_sign_in(request)

    return _marked(gate, "signed_in")


def anywhere(ability: Ability) -> Callable[[View], View]:
    """Open to people who may do this with something; the view asks `access` with what."""

    def opened(view: View) -> View:
        @wraps(view)
        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if not access.may_somewhere(request.user, ability):
                raise access.NotAllowed(ability)
            return view(request, *args, **kwargs)

        return _marked(gate, f"anywhere:{ability.name}")

    return opened


def of_cooperative(ability: Ability) -> Callable[[View], View]:
    """Open to people who may do this with the co-op `cooperative_id`; the view gets `cooperative`."""

    def opened(view: View) -> View:
        @wraps(view)
        def gate(request: HttpRequest, cooperative_id: int, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            found = access.cooperative_for(request.user, cooperative_id, ability)
            return view(request, cooperative=found, **kwargs)

        return _marked(gate, f"cooperative:{ability.name}")

    return opened


def of_network(ability: Ability) -> Callable[[View], View]:
    """Open to people who may do this with the network `network_id`; the view gets `network`."""

    def opened(view: View) -> View:
        @wraps(view)
        def gate(request: HttpRequest, network_id: int, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            found = access.network_for(request.user, network_id, ability)
            return view(request, network=found, **kwargs)

        return _marked(gate, f"network:{ability.name}")

    return opened


def of_plan_run(ability: Ability) -> Callable[[View], View]:
    """Open to people who may do this with the network of the plan `run_id`; the view gets `run`."""

    def opened(view: View) -> View:
        @wraps(view)
        def gate(request: HttpRequest, run_id: int, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            found = plans.plan_run_for(request.user, run_id, ability)
            return view(request, run=found, **kwargs)

        return _marked(gate, f"plan_run:{ability.name}")

    return opened


def of_round(ability: Ability) -> Callable[[View], View]:
    """Open to people who may do this with the network of the round `round_id`; the view gets `matching`."""

    def opened(view: View) -> View:
        @wraps(view)
        def gate(request: HttpRequest, round_id: int, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            found = rounds.round_for(request.user, round_id, ability)
            return view(request, matching=found, **kwargs)

        return _marked(gate, f"round:{ability.name}")

    return opened


def of_round_member(ability: Ability) -> Callable[[View], View]:
    """Open to people who may see what a published round proposes to a co-op, or answer it; the view gets
    `matching` and `cooperative`.
    """

    def opened(view: View) -> View:
        @wraps(view)
        def gate(request: HttpRequest, round_id: int, cooperative_id: int, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            matching, cooperative = rounds.member_for(request.user, round_id, cooperative_id, ability)
            return view(request, matching=matching, cooperative=cooperative, **kwargs)

        return _marked(gate, f"round_member:{ability.name}")

    return opened


def of_proposal(ability: Ability) -> Callable[[View], View]:
    """Open to people who may read the proposal `proposal_id`, or answer it; the view gets `side`: that of the
    co-op that is asked for, where somebody stands for both.
    """

    def opened(view: View) -> View:
        @wraps(view)
        def gate(request: HttpRequest, proposal_id: int, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            asked = request.POST.get("cooperative") or request.GET.get("untuk", "")
            cooperative = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else None
            return view(
                request, side=rounds.side_for(request.user, proposal_id, ability, cooperative), **kwargs
            )

        return _marked(gate, f"proposal:{ability.name}")

    return opened


def of_agreement(right: deeds.Right) -> Callable[[View], View]:
    """Open to people who may do this with the agreement `agreement_id`; the view gets `agreement`."""

    def opened(view: View) -> View:
        @wraps(view)
        def gate(request: HttpRequest, agreement_id: int, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            found = deeds.agreement_for(request.user, agreement_id, right)
            return view(request, agreement=found, **kwargs)

        return _marked(gate, f"agreement:{right.name}")

    return opened


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if getattr(request, "htmx", False):
        # A fragment can't show the sign-in page: the whole page goes there.
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    return redirect_to_login(request.get_full_path())


def _marked(view: View, gate: str) -> View:
    view.gate = gate  # type: ignore[attr-defined]
    return view
