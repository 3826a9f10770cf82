"""Programs that call: a key for each of the cast, and every operation with a real address."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from jejaring.domain.parties import tokens
from jejaring.domain.parties.models import ApiToken, User
from jejaring.interfaces.api.v1 import api
from tests.cast import CIANJUR, Cast
from tests.interfaces.web.mapping_rows import mapping_rows
from tests.interfaces.web.story_rows import finished_plan

HOME = "/api/v1"


@dataclass(frozen=True)
class Operation:
    """One operation: what it is called, how, and who opens it."""

    name: str
    method: str
    path: str
    gate: str

    def address(self, parts: dict[str, object]) -> str:
        return HOME + re.sub(r"\{(?:int|str):(\w+)\}", lambda part: str(parts[part[1]]), self.path)


def operations() -> Iterator[Operation]:
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for each in view.operations:
                gates = [getattr(gate, "gate", "?") for gate in each.auth_callbacks]
                assert len(gates) <= 1
                name = each.operation_id or each.view_func.__name__
                yield Operation(name, each.methods[0], path, gates[0] if gates else "none")


def parts_of(cast: Cast) -> dict[str, object]:
    """Return a value for each part of an address, all of them Cianjur's."""
    return {
        "cooperative_id": cast.babakankaret.pk,
        "network_id": cast.cianjur.pk,
        "region_code": CIANJUR,
        "run_id": finished_plan(cast).pk,
        **mapping_rows(cast),
    }


def secret_of(person: User, *, reads_only: bool = False) -> str:
    """Return the secret of a key of this person; it is made where there is none."""
    secret = f"{person.pk}-{reads_only}"
    now = timezone.now()
    ApiToken.objects.get_or_create(
        user=person,
        token_hash=tokens.hash_of(secret),
        defaults={
            "name": "timbangan",
            "reads_only": reads_only,
            "created_at": now,
            "expires_at": now + timedelta(days=1),
        },
    )
    return secret


class Program:
    """A program with somebody's key; without a person, one that has none."""

    def __init__(self, person: User | None, *, reads_only: bool = False, speaks: str = "en") -> None:
        self._client = Client()
        self._headers = {"Accept-Language": speaks}
        if person is not None:
            self._headers["Authorization"] = f"Bearer {secret_of(person, reads_only=reads_only)}"

    def calls(self, method: str, path: str, sent: Any = None, **query: str) -> Any:
        return self._client.generic(
            method,
            path if path.startswith(HOME) else HOME + path,
            b"" if sent is None else sent if isinstance(sent, bytes) else _json(sent),
            content_type="application/json",
            headers=self._headers,
            query_params=query or None,
        )


def _json(sent: Any) -> bytes:
    return json.dumps(sent).encode()
