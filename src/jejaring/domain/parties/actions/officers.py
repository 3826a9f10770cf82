"""Writes to a co-op's officers and their terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db import transaction

from jejaring.domain.parties import audit, personal
from jejaring.domain.parties.duplicates import refuse_coops_number
from jejaring.domain.parties.models import Cooperative, Officer, User
from jejaring.domain.parties.wrong_fields import Fields, one_wrong, optional, required
from jejaring.engines.errors import Refusal, Sentence


@dataclass(frozen=True)
class Office:
    """An office and who holds it, as written."""

    organ: str
    office: str
    name: str
    phone: str = ""
    nik: str = ""
    term_from: date | None = None
    term_until: date | None = None


def appoint_officer(cooperative: Cooperative, *, office: Office, by: User | None) -> Officer:
    """Put somebody into an office. Raises WrongFields."""
    with transaction.atomic():
        officer = Officer.objects.create(cooperative=cooperative, **_columns(office))
        audit.record(
            "cooperative.appoint_officer",
            officer,
            by=by,
            cooperative_id=cooperative.pk,
            facts={"organ": officer.organ},
        )
    return officer


def change_officer(officer: Officer, *, office: Office, by: User | None) -> Officer:
    """Correct what stands of an officer. Raises WrongFields."""
    columns = _columns(office)
    differ = [column for column, value in columns.items() if getattr(officer, column) != value]
    if not differ:
        return officer
    with transaction.atomic():
        for column in differ:
            setattr(officer, column, columns[column])
        officer.save(update_fields=differ)
        audit.record(
            "cooperative.change_officer",
            officer,
            by=by,
            cooperative_id=officer.cooperative_id,
            facts={"fields": differ},
        )
    return officer


def end_term(officer: Officer, *, on: date, by: User | None) -> Officer:
    """End an officer's term on a day, which is its last. Raises WrongFields for a day before it began."""
    if officer.term_from is not None and on < officer.term_from:
        raise one_wrong("term_until", _ends_before_it_begins())
    with transaction.atomic():
        officer.term_until = on
        officer.save(update_fields=["term_until"])
        audit.record(
            "cooperative.end_term",
            officer,
            by=by,
            cooperative_id=officer.cooperative_id,
            facts={"on": on.isoformat()},
        )
    return officer


def _columns(office: Office) -> dict[str, object]:
    fields = Fields()
    name = fields.text("name", partial(required, most=120), office.name)
    title = fields.text("office", partial(required, most=80), office.office)
    phone = fields.text("phone", personal.phone, office.phone)
    nik = fields.text("nik", citizens_number, office.nik)
    if office.organ not in Officer.Organ.values:
        fields.tell("organ", Sentence("officer.organ_unknown", "Please choose the organ."))
    if office.term_from and office.term_until and office.term_until < office.term_from:
        fields.tell("term_until", _ends_before_it_begins())
    fields.done()
    return {
        "organ": office.organ,
        "office": title,
        "name": name,
        "phone": phone,
        "phone_hash": personal.lookup_hash("phone", phone),
        "nik": nik,
        "nik_hash": personal.lookup_hash("nik", nik),
        "term_from": office.term_from,
        "term_until": office.term_until,
    }


def citizens_number(written: str) -> str:
    """Return a citizen's NIK; a co-op's is told apart. Raises Refusal."""
    try:
        return personal.citizen_nik(optional(written, most=40))
    except Refusal:
        refuse_coops_number(written)
        raise


def _ends_before_it_begins() -> Sentence:
    return Sentence("officer.term_backwards", "A term can't end before it begins.")
