"""What is read of keys for programs: whose a secret is, and which ones a person has."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from jejaring.domain.parties import personal
from jejaring.domain.parties.access import NotThere
from jejaring.domain.parties.models import ApiToken, User
from jejaring.engines.errors import Refusal


class ReadsOnly(Refusal):
    """The key may only read."""

    def __init__(self) -> None:
        super().__init__("token.reads_only", "This key may only read. Make one that may also write.")


def hash_of(secret: str) -> str:
    """Return the keyed hash by which a secret is found again."""
    return personal.lookup_hash("api_token", secret)


def token_of(secret: str, *, at: datetime) -> ApiToken | None:
    """Return the key with this secret while it holds and its owner is active; else None."""
    return (
        ApiToken.objects.select_related("user")
        .filter(token_hash=hash_of(secret), revoked_at=None, expires_at__gt=at, user__is_active=True)
        .first()
    )


def tokens_of(person: User, *, at: datetime) -> QuerySet[ApiToken]:
    """Return the keys of a person that hold, the newest first."""
    return person.api_tokens.filter(revoked_at=None, expires_at__gt=at)


def own_token(person: User, pk: int) -> ApiToken:
    """Return a key of this person. Raises NotThere."""
    found = person.api_tokens.filter(pk=pk).first()
    if found is None:
        raise NotThere
    return found
