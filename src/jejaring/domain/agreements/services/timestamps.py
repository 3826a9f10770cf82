"""A timestamp service (RFC 3161) over HTTP: says when a digest was there, and sees nothing but the digest."""

from __future__ import annotations

import asyncio

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper

from jejaring.domain.agreements.services.reaching import Unreachable, asked, basic


class Timestamps(TimeStamper):
    """The service at an address. What fails is raised as OSError."""

    def __init__(self, address: str, user: str = "", password: str = "") -> None:
        super().__init__()
        self._address = address
        self._headers = {"Content-Type": "application/timestamp-query", **basic(user, password)}

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        answer = asked(self._address, req.dump(), self._headers)
        try:
            found = tsp.TimeStampResp.load(answer, strict=True)
            found["status"]["status"].native  # noqa: B018  # asn1crypto reads when it is asked
        except (ValueError, TypeError, KeyError) as error:
            raise Unreachable("the answer is no timestamp") from error
        return found


def ready(service: TimeStamper | None) -> TimeStamper | None:
    """Return the service if it answers; None where it doesn't, or there is none."""
    if service is None:
        return None
    try:
        asyncio.run(service.async_dummy_response("sha256"))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return service
