"""Registering co-ops: numbers that aren't confused, duplicates that are caught, and who may."""

from __future__ import annotations

import threading
from collections.abc import Callable
from copy import copy
from dataclasses import replace

import pytest
from django.db import connection

from jejaring.domain.parties import audit, duplicates, identifiers, personal
from jejaring.domain.parties.access import NotAllowed, NotThere
from jejaring.domain.parties.actions import cooperatives as actions
from jejaring.domain.parties.models import AuditLine, Cooperative
from jejaring.domain.parties.profile import Position, Profile, position, profile_of, read_position
from jejaring.domain.parties.wrong_fields import WrongFields
from jejaring.engines.errors import Refusal
from tests.cast import Cast, make_cast

CITIZEN = "3203014101850001"
"""A number of a citizen's form: 3203.01, a woman born on 1 January 1985."""
COOP_NIK = "3203010010001"
VILLAGE = "32.03.01.2005"
KARET = Profile("Koperasi Desa Merah Putih Mekarsari", "kdmp", VILLAGE)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def codes(refused: pytest.ExceptionInfo[WrongFields]) -> dict[str, str]:
    return {fault.place.path: fault.wrong.code for fault in refused.value.faults}


@pytest.mark.parametrize(
    ("check", "written", "kept"),
    [
        (identifiers.coop_nik, "32 03 01 001 0001", "320301001" + "0001"),
        (identifiers.coop_nik, "", ""),
        (identifiers.npwp, "01.234.567.8-901.000", "012345678901000"),
        (identifiers.nib, "1234567890123", "1234567890123"),
        (
            identifiers.legal_entity_number,
            "ahu-0001234.ah.01.26.tahun 2025",
            "AHU-0001234.AH.01.26.TAHUN2025",
        ),
        (identifiers.legal_entity_number, "219/BH/KWK.10/VI/1997", "219/BH/KWK.10/VI/1997"),
        (personal.citizen_nik, "32.03.01.410185.0001", CITIZEN),
        (personal.phone, "0812-3456-7890", "+6281234567890"),
    ],
)
def test_numbers_are_kept_in_one_spelling(check: Callable[[str], str], written: str, kept: str) -> None:
    assert check(written) == kept


@pytest.mark.parametrize(
    ("check", "written", "code"),
    [
        (identifiers.coop_nik, CITIZEN, "coop.nik_is_a_citizens"),
        (identifiers.coop_nik, "123456789", "coop.nik_length"),
        (identifiers.coop_nik, "3203A10010001", "coop.digits_expected"),
        (identifiers.npwp, "0123", "coop.npwp_impossible"),
        (identifiers.nib, "123456789012", "coop.nib_length"),
        (identifiers.legal_entity_number, "?", "coop.legal_entity_number_unreadable"),
        (personal.citizen_nik, COOP_NIK, "person.nik_looks_like_a_coops"),
        (personal.citizen_nik, "3203019901850001", "person.nik_impossible"),
        (personal.phone, "12", "person.phone_unreadable"),
    ],
)
def test_wrong_and_confused_numbers_are_refused(check: Callable[[str], str], written: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        check(written)
    assert refused.value.sentence.code == code


def test_what_is_told_of_a_persons_number_hides_it() -> None:
    with pytest.raises(Refusal) as refused:
        personal.citizen_nik("3203019901850001")
    assert "1985" not in str(refused.value)


def test_the_facilitator_registers_a_coop_with_all_that_lists_need(cast: Cast) -> None:
    made = actions.register_cooperative(
        replace(KARET, coop_nik="3203 0100 10002"),
        at=Position(-6.82, 107.14, "gps"),
        network=cast.cianjur,
        roles=["hub", "supplier"],
        by=cast.facilitator,
    )
    made.refresh_from_db()
    assert (made.regency_code, made.coop_nik, made.position_origin) == ("32.03", "3203010010002", "gps")
    assert made.search_text.startswith("koperasi desa merah putih mekarsari")
    assert "kec. cianjur" in made.search_text
    assert "kabupaten cianjur" in made.search_text
    assert sorted(made.network_roles.values_list("kind", flat=True)) == ["hub", "supplier"]
    assert [line.action for line in AuditLine.objects.all()] == [
        "cooperative.register",
        "network.add_cooperatives",
    ]
    assert list(audit.faults()) == []


def test_everything_wrong_is_told_at_once_and_nothing_is_written(cast: Cast) -> None:
    before = Cooperative.objects.count()
    wrong = Profile(" ", "bank", "32.99.99.9999", coop_nik=CITIZEN, npwp="1", nib="2")
    with pytest.raises(WrongFields) as refused:
        actions.register_cooperative(wrong, by=None)
    assert codes(refused) == {
        "name": "field.empty",
        "kind": "coop.kind_unknown",
        "village_code": "region.village_unknown",
        "coop_nik": "coop.nik_is_a_citizens",
        "npwp": "coop.npwp_impossible",
        "nib": "coop.nib_length",
    }
    assert Cooperative.objects.count() == before
    assert not AuditLine.objects.exists()


@pytest.mark.parametrize("field", ["coop_nik", "legal_entity_number", "npwp", "nib"])
def test_a_number_that_another_coop_has_is_refused_and_names_it_only_to_who_may_see_it(
    cast: Cast, field: str
) -> None:
    number = {"nib": "1234567890123", "npwp": "012345678901000"}.get(field, COOP_NIK)
    Cooperative.objects.filter(pk=cast.garut_coop.pk).update(**{field: number})
    with pytest.raises(WrongFields) as refused:
        actions.register_cooperative(replace(KARET, **{field: number}), by=cast.facilitator)
    assert codes(refused) == {field: "coop.identifier_taken_elsewhere"}
    assert "Garut" not in str(refused.value.faults[0])
    with pytest.raises(WrongFields) as refused:
        actions.register_cooperative(replace(KARET, **{field: number}), by=None)
    assert "Garut" in str(refused.value.faults[0])


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Koperasi Desa Merah Putih Babakankaret", "babakankaret"),
        ("KDMP Babakankaret", "babakankaret"),
        ("Kopdes MP Babakankaret", "babakankaret"),
        ("KOPDES MERAH PUTIH  Babakankaret", "babakankaret"),
        ("Koperasi Desa/Kelurahan Merah Putih Babakankaret", "babakankaret"),
        ("KDKMP Desa Babakankaret", "babakankaret"),
        ("Koperasi Kelurahan Merah Putih Pamoyanan", "pamoyanan"),
        ("KKMP Pamoyanan", "pamoyanan"),
        ("Koperasi Tani Al-Ittifaq", "tani al ittifaq"),
    ],
)
def test_spellings_of_one_name_come_to_the_same(name: str, bare: str) -> None:
    assert duplicates.bare_name(name) == bare


@pytest.mark.parametrize(
    "name", ["KDMP Babakankaret", "Kopdes MP Babakan Karet", "Koperasi Merah Putih", "KDMP Babakankarets"]
)
def test_a_like_name_in_the_same_village_is_asked_about(cast: Cast, name: str) -> None:
    again = Profile(name, "kdmp", cast.babakankaret.village_code)
    with pytest.raises(duplicates.SimilarName) as refused:
        actions.register_cooperative(again, by=cast.facilitator)
    assert refused.value.others == (cast.babakankaret.name,)
    made = actions.register_cooperative(again, is_another=True, by=cast.facilitator)
    assert made.pk != cast.babakankaret.pk


def test_a_like_name_elsewhere_and_another_name_here_are_no_duplicates(cast: Cast) -> None:
    actions.register_cooperative(Profile("KDMP Babakankaret", "kdmp", VILLAGE), by=cast.facilitator)
    for name in ("Koperasi Tani Jaya", "Koperasi Tani Makmur Babakankaret"):
        tani = Profile(name, "established", cast.babakankaret.village_code)
        actions.register_cooperative(tani, by=cast.facilitator)


def test_only_a_facilitator_of_the_region_registers(cast: Cast) -> None:
    with pytest.raises(WrongFields) as refused:
        actions.register_cooperative(KARET, by=cast.facilitator_garut)
    assert codes(refused) == {"village_code": "coop.outside_your_region"}
    with pytest.raises(NotAllowed):
        actions.register_cooperative(KARET, by=cast.chair)
    with pytest.raises(NotThere):
        actions.register_cooperative(KARET, network=cast.cianjur, roles=["hub"], by=cast.facilitator_garut)
    with pytest.raises(WrongFields):
        actions.register_cooperative(KARET, by=cast.network_facilitator)
    made = actions.register_cooperative(
        KARET, network=cast.cianjur, roles=["supplier"], by=cast.network_facilitator
    )
    assert made.network_roles.get().network == cast.cianjur


def test_a_network_without_a_role_registers_nothing(cast: Cast) -> None:
    with pytest.raises(WrongFields):
        actions.register_cooperative(KARET, network=cast.cianjur, roles=[], by=cast.facilitator)
    assert not Cooperative.objects.filter(name=KARET.name).exists()
    assert not AuditLine.objects.exists()


def test_a_number_registered_at_the_same_moment_is_refused_like_an_earlier_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other registration lands between our look and our write: the constraint speaks."""
    Cooperative.objects.filter(pk=cast.hub.pk).update(coop_nik=COOP_NIK)
    monkeypatch.setattr(duplicates, "refuse_taken_numbers", lambda *_, **__: None)
    with pytest.raises(WrongFields) as refused:
        actions.register_cooperative(replace(KARET, coop_nik=COOP_NIK), by=cast.facilitator)
    assert codes(refused) == {"coop_nik": "coop.identifier_taken_elsewhere"}
    assert not AuditLine.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite in memory has one writer and no waiting")
def test_of_two_registrations_at_once_with_one_number_one_is_refused() -> None:
    told: list[str] = []
    together = threading.Barrier(2)

    def register(name: str) -> None:
        together.wait()
        try:
            actions.register_cooperative(
                Profile(name, "kdmp", VILLAGE, coop_nik=COOP_NIK), is_another=True, by=None
            )
            told.append("registered")
        except WrongFields as refusal:
            told.append(refusal.faults[0].place.path)
        finally:
            connection.close()

    threads = [threading.Thread(target=register, args=(name,)) for name in ("KDMP Satu", "KDMP Dua")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["coop_nik", "registered"]
    assert Cooperative.objects.count() == 1
    assert list(audit.faults()) == []


def test_a_changed_profile_says_which_fields_and_no_change_says_nothing(cast: Cast) -> None:
    coop = cast.babakankaret
    kept = profile_of(coop)
    actions.change_profile(coop, profile=kept, by=cast.chair)
    assert not AuditLine.objects.exists()
    changed = actions.change_profile(
        coop, profile=replace(kept, address="Jl. Raya 1", village_code=VILLAGE), by=cast.chair
    )
    assert AuditLine.objects.get().facts == {"fields": ["village_code", "address"]}
    assert "mekarsari" not in changed.name.lower()
    assert VILLAGE in changed.search_text


def test_of_two_who_change_different_fields_neither_undoes_the_other(cast: Cast) -> None:
    seen_before = Cooperative.objects.get(pk=cast.babakankaret.pk)
    actions.change_some_of_profile(cast.babakankaret, said={"address": "Jl. Raya 1"}, by=cast.chair)
    actions.change_some_of_profile(seen_before, said={"nib": "1234567890123"}, by=cast.facilitator)
    kept = profile_of(Cooperative.objects.get(pk=cast.babakankaret.pk))
    assert (kept.address, kept.nib) == ("Jl. Raya 1", "1234567890123")
    assert [line.facts for line in AuditLine.objects.order_by("id")] == [
        {"fields": ["address"]},
        {"fields": ["nib"]},
    ]


def test_a_profile_takes_neither_anothers_number_nor_anothers_name(cast: Cast) -> None:
    Cooperative.objects.filter(pk=cast.hub.pk).update(npwp="012345678901000")
    kept = profile_of(cast.babakankaret)
    with pytest.raises(WrongFields):
        actions.change_profile(
            cast.babakankaret, profile=replace(kept, npwp="01.234.567.8-901.000"), by=cast.chair
        )
    with pytest.raises(duplicates.SimilarName) as refused:
        actions.change_profile(
            cast.babakankaret,
            profile=replace(kept, name="Koperasi hub Cianjur", village_code=cast.hub.village_code),
            by=cast.chair,
        )
    assert refused.value.others == ()
    cast.babakankaret.refresh_from_db()
    assert cast.babakankaret.npwp == ""


@pytest.mark.parametrize(
    ("written", "lat", "lon"),
    [
        ("-6.8168, 107.1425", -6.8168, 107.1425),
        ("-6,8168; 107,1425", -6.8168, 107.1425),
        ("-6.8168 107.1425", -6.8168, 107.1425),
        ("6,8168° LS, 107,1425° BT", -6.8168, 107.1425),
        ("3.5952 LU 98.6722 BT", 3.5952, 98.6722),
    ],
)
def test_positions_are_read_as_people_write_them(written: str, lat: float, lon: float) -> None:
    assert read_position(written, "typed") == Position(lat, lon, "typed")


@pytest.mark.parametrize(
    ("lat", "lon", "origin", "code"),
    [
        (107.14, -6.82, "gps", "position.swapped"),
        (52.5, 13.4, "gps", "position.elsewhere"),
        (float("nan"), 107.0, "gps", "position.elsewhere"),
        (-6.82, 107.14, "guessed", "position.origin_unknown"),
    ],
)
def test_a_position_that_cant_be_is_refused(
    cast: Cast, lat: float, lon: float, origin: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        actions.set_position(cast.babakankaret, at=Position(lat, lon, origin), by=cast.chair)
    assert refused.value.sentence.code == code
    with pytest.raises(Refusal):
        read_position("di sebelah masjid", "typed")


def test_a_position_keeps_its_origin(cast: Cast) -> None:
    for origin in ("gps", "map", "typed", "village"):
        kept = actions.set_position(cast.babakankaret, at=position(-6.8, 107.1, origin), by=cast.chair)
        assert kept.position_origin == origin
    assert AuditLine.objects.count() == 4


def test_units_come_and_go(cast: Cast) -> None:
    unit = actions.add_unit(cast.babakankaret, kind=" Gudang ", by=cast.chair)
    assert unit.kind == "Gudang"
    with pytest.raises(WrongFields):
        actions.add_unit(cast.babakankaret, kind="gudang", by=cast.chair)
    with pytest.raises(WrongFields):
        actions.add_unit(cast.babakankaret, kind="", by=cast.chair)
    actions.set_unit_running(unit, is_running=False, by=cast.chair)
    unit.refresh_from_db()
    assert not unit.is_running
    for seen_before in (copy(unit), unit):
        actions.remove_unit(seen_before, by=cast.chair)
    assert not cast.babakankaret.units.exists()
    assert [line.action.split(".")[1] for line in AuditLine.objects.all()] == [
        "add_unit",
        "set_unit_running",
        "remove_unit",
    ]
