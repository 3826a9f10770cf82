"""Who comes in: each operation names exactly one of these gates, and tests hold them to that.

Programs sign in with a personal key alone; the cookie of a browser opens nothing here, so no page elsewhere
can make somebody's browser write. A gate is asked before anything that was sent is read.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

# The public name of this doesn't count what only reads.
from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from ninja import Router, Status
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from jejaring.domain.parties import access, tokens
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.actions.tokens import note_use
from jejaring.domain.parties.models import ApiToken, User
from jejaring.domain.partnering import queries as plans
from jejaring.interfaces.api.figures import Error

READING = ("GET", "HEAD", "OPTIONS")
RATE = "600/m/key"
_PARTS = {
    "cooperative": ("cooperative_id", int),
    "network": ("network_id", int),
    "run": ("run_id", int),
    "region": ("region_code", str),
}
"""What a view is handed -> the part of the address that names it, and what that is."""
_REFUSALS = (401, 403, 404, 422, 429)


class Request(HttpRequest):
    """A request of a program with a key: what a view behind a gate is given."""

    user: User
    token: ApiToken
    row: Any
    """The co-op, network or plan that the address names, where it names one."""


class PersonalKey(HttpBearer):
    """A gate that a key opens; `admit` returns the row that the view is handed as `hands`."""

    def __init__(
        self, gate: str, *, hands: str = "", admit: Callable[[User, dict[str, Any]], Any] | None = None
    ) -> None:
        super().__init__()
        self.gate = gate
        self.hands = hands
        self._admit = admit

    def authenticate(self, request: Any, token: str) -> ApiToken | None:
        """Return the key with this secret; None: nobody is signed in. Raises a Refusal for whom it isn't."""
        now = timezone.now()
        found = tokens.token_of(token, at=now)
        if found is None:
            return None
        request.user, request.token = found.user, found
        note_use(found, on=timezone.localtime(now).date())
        if found.reads_only and request.method not in READING:
            raise tokens.ReadsOnly
        request.row = self._admit(found.user, request.resolver_match.kwargs) if self._admit else None
        return found


def signed_in() -> PersonalKey:
    """Open to every key; the view shows its owner's own things, or what everybody may know."""
    return PersonalKey("signed_in")


def of_cooperative(ability: Ability) -> PersonalKey:
    """Open to people who may do this with the co-op `cooperative_id`; the view gets `cooperative`."""
    return PersonalKey(
        f"cooperative:{ability.name}",
        hands="cooperative",
        admit=lambda user, parts: access.cooperative_for(user, parts["cooperative_id"], ability),
    )


def of_network(ability: Ability) -> PersonalKey:
    """Open to people who may do this with the network `network_id`; the view gets `network`."""
    return PersonalKey(
        f"network:{ability.name}",
        hands="network",
        admit=lambda user, parts: access.network_for(user, parts["network_id"], ability),
    )


def of_region(ability: Ability) -> PersonalKey:
    """Open to people who may do this in all of the region `region_code`; the view gets `region`, its code."""
    return PersonalKey(
        f"region:{ability.name}",
        hands="region",
        admit=lambda user, parts: access.region_for(user, parts["region_code"], ability),
    )


def of_plan_run(ability: Ability) -> PersonalKey:
    """Open to people who may do this with the network of the plan `run_id`; the view gets `run`."""
    return PersonalKey(
        f"plan_run:{ability.name}",
        hands="run",
        admit=lambda user, parts: plans.plan_run_for(user, parts["run_id"], ability),
    )


class KeyThrottle(BaseThrottle):
    """So many requests with one key in a minute, whichever server process they reach."""

    def allow_request(self, request: Any) -> bool:
        """Return whether one more is within the limit, and count it."""
        counted = ratelimit.consume(
            request,
            app="jejaring.api",
            action="request",
            config={"request": RATE},
            key=str(request.token.pk),
            limit_get=True,
        )
        return counted is not None

    def wait(self) -> float:
        """Return after how many seconds it may be tried again, at the latest."""
        return 60


class Subject:
    """The operations of one subject, each with its gate."""

    def __init__(self, name: str) -> None:
        self.router = Router(tags=[name])

    def opens(
        self,
        method: str,
        path: str,
        gate: PersonalKey,
        *,
        summary: str,
        answer: Any,
        status: int = HTTPStatus.OK,
        asks_again: bool = False,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Put an operation behind a gate. `asks_again`: it may answer 409 with doubts."""
        responses: dict[int, Any] = {int(status): answer}
        responses |= dict.fromkeys((*_REFUSALS, *((409,) if asks_again else ())), Error)

        def add(view: Callable[..., Any]) -> Callable[..., Any]:
            self.router.add_api_operation(
                path,
                [method],
                _handed(view, gate.hands, int(status)),
                auth=gate,
                throttle=KeyThrottle(),
                response=responses,
                operation_id=view.__name__,
                summary=summary,
            )
            return view

        return add


def _handed(view: Callable[..., Any], handed: str, status: int) -> Callable[..., Any]:
    """Return the view as the library wants it: with the part of the address instead of the row."""
    shown = inspect.signature(view, eval_str=True)

    @wraps(view)
    def called(request: Any, **sent: Any) -> Any:
        if handed:
            sent.pop(_PARTS[handed][0])
            sent[handed] = request.row
        answer = view(request, **sent)
        return answer if isinstance(answer, HttpResponseBase) else Status(status, answer)

    request, *rest = shown.parameters.values()
    parameters = [
        request.replace(name="request"),
        *(
            each.replace(name=_PARTS[handed][0], annotation=_PARTS[handed][1])
            if each.name == handed
            else each
            for each in rest
        ),
    ]
    called.__signature__ = shown.replace(parameters=parameters)  # type: ignore[attr-defined]
    return called
