"""Services outside this installation: time, evidence, signing. Never asked within a database transaction.

Which there are is said in the settings; without any, papers are signed and sealed all the same.
"""

from __future__ import annotations

from django.conf import settings

from jejaring.domain.agreements.services.remote_signing import CloudService, Consent, RemoteCredential
from jejaring.domain.agreements.services.timestamps import Timestamps

__all__ = ["CloudService", "Consent", "RemoteCredential", "Timestamps", "signing_service", "timestamps"]


def timestamps() -> Timestamps | None:
    """Return the timestamp service, None where none is set."""
    told = settings.TIMESTAMP_SERVICE
    return Timestamps(told["URL"], told["USER"], told["PASSWORD"]) if told else None


def signing_service() -> CloudService | None:
    """Return the service that keeps people's keys, None where none is set."""
    told = settings.SIGNING_SERVICE
    return CloudService(told["URL"], told["USER"], told["PASSWORD"]) if told else None
