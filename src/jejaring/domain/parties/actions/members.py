"""Writes to a co-op's members. What they are called and their numbers never reach the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db import IntegrityError, transaction

from jejaring.domain.parties import audit, personal
from jejaring.domain.parties.actions.officers import citizens_number
from jejaring.domain.parties.models import Cooperative, Member, User
from jejaring.domain.parties.profile import village_code
from jejaring.domain.parties.wrong_fields import Fields, one_wrong, optional, required
from jejaring.engines.errors import Sentence

SEXES = ("L", "P")


@dataclass(frozen=True)
class Person:
    """A member as written."""

    name: str
    nik: str = ""
    phone: str = ""
    village_code: str = ""
    sex: str = ""
    occupation: str = ""
    status: str = Member.Status.APPROVED
    joined_on: date | None = None


def add_member(cooperative: Cooperative, *, person: Person, by: User | None) -> Member:
    """Add a member. Raises WrongFields; nobody is a member of one co-op twice."""
    columns = columns_of(person)
    with transaction.atomic():
        member = Member(cooperative=cooperative, **columns)
        _save(member, force_insert=True)
        audit.record(
            "member.add", member, by=by, cooperative_id=cooperative.pk, facts={"status": member.status}
        )
    return member


def change_member(member: Member, *, person: Person, by: User | None) -> Member:
    """Change what is kept of a member; nothing is written where nothing differs. Raises WrongFields."""
    columns = columns_of(person)
    differ = [column for column, value in columns.items() if getattr(member, column) != value]
    if not differ:
        return member
    with transaction.atomic():
        for column in differ:
            setattr(member, column, columns[column])
        _save(member, update_fields=differ)
        audit.record(
            "member.change", member, by=by, cooperative_id=member.cooperative_id, facts={"fields": differ}
        )
    return member


def remove_member(member: Member, *, by: User | None) -> Member:
    """Note that a member has left; the row stays, so that earlier books can name it."""
    with transaction.atomic():
        member.status = Member.Status.LEFT
        member.save(update_fields=["status"])
        audit.record("member.remove", member, by=by, cooperative_id=member.cooperative_id)
    return member


def columns_of(person: Person) -> dict[str, object]:
    """Return the columns of Member that hold this person, checked. Raises WrongFields."""
    fields = Fields()
    name = fields.text("name", partial(required, most=120), person.name)
    nik = fields.text("nik", citizens_number, person.nik)
    phone = fields.text("phone", personal.phone, person.phone)
    village = fields.text("village_code", village_code, person.village_code)
    occupation = fields.text("occupation", partial(optional, most=80), person.occupation)
    if person.sex and person.sex not in SEXES:
        fields.tell("sex", Sentence("member.sex_unknown", "Please write L (male) or P (female)."))
    if person.status not in Member.Status.values:
        fields.tell("status", Sentence("member.status_unknown", "Please choose where the membership stands."))
    fields.done()
    return {
        "name": name,
        "nik": nik,
        "nik_hash": personal.lookup_hash("nik", nik),
        "phone": phone,
        "phone_hash": personal.lookup_hash("phone", phone),
        "village_code": village,
        "sex": person.sex,
        "occupation": occupation,
        "status": person.status,
        "joined_on": person.joined_on,
    }


def _save(member: Member, **how: object) -> None:
    try:
        with transaction.atomic():
            member.save(**how)  # type: ignore[arg-type]
    except IntegrityError as error:
        raise one_wrong(
            "nik",
            Sentence(
                "member.twice",
                "Somebody with this NIK is in this co-op's list already, perhaps as one who has left.",
            ),
        ) from error
