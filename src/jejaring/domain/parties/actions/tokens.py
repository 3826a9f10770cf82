"""Writes to keys for programs: made, revoked, used."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from jejaring.domain.parties import audit, tokens
from jejaring.domain.parties.models import ApiToken, User
from jejaring.domain.parties.wrong_fields import required
from jejaring.engines.errors import Refusal

DAYS = (30, 90, 365)
_MOST = 20


@dataclass(frozen=True)
class NewToken:
    """A key just made, with its secret: it can't be read again."""

    token: ApiToken
    secret: str


@transaction.atomic
def make_token(person: User, *, name: str, reads_only: bool, days: int, by: User, at: datetime) -> NewToken:
    """Make a key by which a program may do what the person may, for so many days. Raises Refusal."""
    assert by.pk == person.pk
    kept_name = required(name, most=80)
    if days not in DAYS:
        raise Refusal("token.days", "Choose how long the key shall hold.")
    User.objects.select_for_update().get(pk=person.pk)
    if tokens.tokens_of(person, at=at).count() >= _MOST:
        raise Refusal("token.many", "You have {count} keys. Revoke one first.", count=_MOST)
    # What it begins with is known, so that programs which look for lost secrets can find it.
    secret = f"jejaring_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user=person,
        name=kept_name,
        token_hash=tokens.hash_of(secret),
        reads_only=reads_only,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    audit.record("people.make_token", token, by=by, facts={"reads_only": reads_only, "days": days})
    return NewToken(token, secret)


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User, at: datetime) -> None:
    """Make a key useless; a second time changes nothing."""
    assert by.pk == token.user_id
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        audit.record("people.revoke_token", token, by=by)


def note_use(token: ApiToken, *, on: date) -> None:
    """Keep the day on which a key was last used: one write a day, and no line in the trail for it."""
    if token.last_used_on != on:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=on)
        token.last_used_on = on
