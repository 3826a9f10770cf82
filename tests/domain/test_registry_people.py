"""Officers with terms, and members whose numbers are hidden and found again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from jejaring.domain.parties import personal, registry
from jejaring.domain.parties.access import NotThere
from jejaring.domain.parties.actions import members, officers
from jejaring.domain.parties.actions.members import Person
from jejaring.domain.parties.actions.officers import Office
from jejaring.domain.parties.models import AuditLine, Cooperative, Member, Officer
from jejaring.domain.parties.wrong_fields import WrongFields
from tests.cast import Cast, make_cast

NIK, PHONE = "3203014101850001", "+6281234567890"
KETUA = Office("board", "Ketua", "nama ketua", "0812 3456 7890", NIK, date(2025, 5, 1), date(2030, 4, 30))
PETANI = Person("nama petani", NIK, "0812 3456 7890", "32.03.01.2001", "P", "petani")


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def codes(refused: pytest.ExceptionInfo[WrongFields]) -> dict[str, str]:
    return {fault.place.path: fault.wrong.code for fault in refused.value.faults}


def raw(table: str, column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        return str(cursor.fetchone()[0])


def test_an_officer_has_a_term_that_ends(cast: Cast) -> None:
    officer = officers.appoint_officer(cast.babakankaret, office=KETUA, by=cast.chair)
    assert officer.phone == PHONE
    page = registry.cooperative_page(cast.chair, cast.babakankaret, on=date(2027, 1, 1))
    assert [each.pk for each in page.officers] == [officer.pk]
    with pytest.raises(WrongFields):
        officers.end_term(officer, on=date(2025, 4, 30), by=cast.chair)
    officers.end_term(officer, on=date(2026, 12, 31), by=cast.chair)
    page = registry.cooperative_page(cast.chair, cast.babakankaret, on=date(2027, 1, 1))
    assert (page.officers, [each.pk for each in page.former_officers]) == ((), [officer.pk])


def test_an_office_that_cant_be_is_refused_with_all_that_is_wrong(cast: Cast) -> None:
    wrong = Office("crew", "", "", "12", "123", date(2026, 1, 1), date(2025, 1, 1))
    with pytest.raises(WrongFields) as refused:
        officers.appoint_officer(cast.babakankaret, office=wrong, by=cast.chair)
    assert set(codes(refused)) == {"organ", "office", "name", "phone", "nik", "term_until"}
    assert not Officer.objects.exists()
    officer = officers.appoint_officer(cast.babakankaret, office=KETUA, by=cast.chair)
    with pytest.raises(WrongFields):
        officers.change_officer(officer, office=wrong, by=cast.chair)
    officers.change_officer(officer, office=replace(KETUA, office="Sekretaris"), by=cast.chair)
    assert AuditLine.objects.last().facts == {"fields": ["office"]}  # type: ignore[union-attr]


def test_a_coops_number_isnt_taken_for_a_persons(cast: Cast) -> None:
    Cooperative.objects.filter(pk=cast.hub.pk).update(coop_nik="3203999999999999")
    for nik, code in (
        ("3203999999999999", "person.nik_is_a_coops"),
        ("3203010010001", "person.nik_looks_like_a_coops"),
    ):
        with pytest.raises(WrongFields) as refused:
            members.add_member(cast.babakankaret, person=replace(PETANI, nik=nik), by=cast.clerk)
        assert codes(refused) == {"nik": code}
        with pytest.raises(WrongFields) as refused:
            officers.appoint_officer(cast.babakankaret, office=replace(KETUA, nik=nik), by=cast.chair)
        assert codes(refused) == {"nik": code}


def test_numbers_are_encrypted_in_the_database_and_absent_from_the_trail(cast: Cast) -> None:
    member = members.add_member(cast.babakankaret, person=PETANI, by=cast.clerk)
    officers.appoint_officer(cast.babakankaret, office=KETUA, by=cast.chair)
    member = members.change_member(member, person=replace(PETANI, name="nama lain"), by=cast.clerk)
    members.remove_member(member, by=cast.clerk)
    for table in ("parties_member", "parties_officer"):
        assert NIK not in raw(table, "nik")
        assert "81234567890" not in raw(table, "phone")
    said = repr(list(AuditLine.objects.values()))
    for secret in (NIK, "81234567890", "nama", personal.lookup_hash("nik", NIK)):
        assert secret not in said


def test_a_member_is_found_by_a_whole_number_and_by_part_of_the_name(cast: Cast) -> None:
    member = members.add_member(cast.babakankaret, person=PETANI, by=cast.clerk)
    members.add_member(cast.babakankaret, person=Person("orang lain"), by=cast.clerk)

    def found(search: str) -> list[int]:
        return [each.pk for each in registry.members_page(cast.babakankaret, search=search).rows]

    for search in (NIK, "3203 0141 0185 0001", "0812-3456-7890", "6281234567890", "PETANI"):
        assert found(search) == [member.pk], search
    assert found("3203014101850002") == []
    assert found("08123456789") == []
    assert len(found("")) == 2


def test_nobody_is_a_member_of_one_coop_twice_but_may_be_of_two(cast: Cast) -> None:
    members.add_member(cast.babakankaret, person=PETANI, by=cast.clerk)
    with pytest.raises(WrongFields) as refused:
        members.add_member(cast.babakankaret, person=replace(PETANI, name="x"), by=cast.clerk)
    assert codes(refused) == {"nik": "member.twice"}
    other = members.add_member(cast.babakankaret, person=Person("tanpa NIK"), by=cast.clerk)
    with pytest.raises(WrongFields):
        members.change_member(other, person=PETANI, by=cast.clerk)
    members.add_member(cast.garut_coop, person=PETANI, by=cast.clerk_garut)
    assert Member.objects.count() == 3


def test_a_member_that_cant_be_is_refused_with_all_that_is_wrong(cast: Cast) -> None:
    wrong = Person("", "1", "1", "32.99.99.9999", "X", "o" * 81, "guest")
    with pytest.raises(WrongFields) as refused:
        members.add_member(cast.babakankaret, person=wrong, by=cast.clerk)
    assert set(codes(refused)) == {"name", "nik", "phone", "village_code", "occupation", "sex", "status"}
    assert not Member.objects.exists()


def test_who_has_left_stays_in_the_list_but_isnt_counted(cast: Cast) -> None:
    member = members.add_member(cast.babakankaret, person=PETANI, by=cast.clerk)
    members.add_member(cast.babakankaret, person=Person("laki-laki", sex="L"), by=cast.clerk)
    members.add_member(cast.babakankaret, person=Person("baru", status="requested"), by=cast.clerk)
    members.remove_member(member, by=cast.clerk)
    counts = registry.member_counts(cast.babakankaret)
    assert counts == {"members": 1, "women": 0, "men": 1, "requested": 1, "left": 1}


def test_a_member_is_reached_only_through_its_own_coop(cast: Cast) -> None:
    member = members.add_member(cast.garut_coop, person=PETANI, by=cast.clerk_garut)
    with pytest.raises(NotThere):
        registry.member_of(cast.babakankaret, member.pk)
