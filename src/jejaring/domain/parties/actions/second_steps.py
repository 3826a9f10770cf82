"""Taking off a second step whose owner lost the phone and the spare codes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from jejaring.domain.parties import audit, personal, second_steps
from jejaring.domain.parties.models import Role, SecondStepReset, User
from jejaring.engines.errors import Refusal


@transaction.atomic
def reset_second_step(role: Role, *, by: User, at: datetime) -> None:
    """Take off every code, passkey and spare code of whoever has this role; their own page tells them.

    The password stays. Raises NotAllowed, or a Refusal that says why not.
    """
    second_steps.refuse_reset(role, by=by, at=at)
    _taken_off(role.user, by=by, at=at, cooperative_id=role.cooperative_id, network_id=role.network_id)


@transaction.atomic
def reset_second_step_of(written: str, *, at: datetime) -> User:
    """Do the same from the command line, for whoever signs in by this phone number or e-mail address.

    Returns that person. For facilitators of a region, whom nobody reaches from the pages. Raises Refusal.
    """
    if "@" in written:
        found = User.objects.filter(email__iexact=written.strip(), is_active=True).first()
    else:
        sought = personal.lookup_hash("phone", personal.phone(written))
        found = User.objects.filter(phone_hash=sought, is_active=True).exclude(phone_hash="").first()
    if found is None:
        raise Refusal("second_step.nobody", "Nobody signs in with this phone number or e-mail address.")
    _taken_off(found, by=None, at=at)
    return found


def _taken_off(person: User, *, by: User | None, at: datetime, **place: int | None) -> None:
    taken, _ = second_steps.rows_of([person]).delete()
    if not taken:
        raise Refusal("second_step.none", "{name} has no second step.", name=person.name)
    made = SecondStepReset.objects.create(user=person, by=by, at=at)
    facts = {"person": person.pk, "taken_off": taken}
    audit.record("people.reset_second_step", made, by=by, facts=facts, **place)
