"""SIMKOPDES-style files: all faults at once, a preview, and then all of it or nothing."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jejaring.domain.parties import imports
from jejaring.domain.parties.actions import imports as actions
from jejaring.domain.parties.actions import members
from jejaring.domain.parties.actions.members import Person
from jejaring.domain.parties.models import AuditLine, Cooperative, Member
from jejaring.domain.parties.simkopdes import members as member_rows
from jejaring.domain.parties.simkopdes import profiles as profile_rows
from jejaring.domain.parties.simkopdes.tables import MEMBERS, PROFILE
from jejaring.domain.parties.simkopdes.writing import file_of
from jejaring.engines.errors import Faults, Refusal
from tests.cast import Cast, make_cast

NIK, OTHER_NIK = "3203014101850001", "3203011503900002"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def places(refused: pytest.ExceptionInfo[Faults]) -> list[tuple[int, str, str]]:
    return [(fault.place.row, fault.place.path, fault.wrong.code) for fault in refused.value.faults]


def take_members(cast: Cast, data: bytes) -> imports.Preview:
    seen = imports.preview_members(cast.babakankaret, data, "anggota.csv").digest
    return actions.import_members(cast.babakankaret, data=data, file="anggota.csv", seen=seen, by=cast.clerk)


def take_coops(cast: Cast, data: bytes, by: str = "facilitator") -> imports.Preview:
    user = cast.people[by]
    seen = imports.preview_cooperatives(cast.cianjur, data, "a.csv", by=user).digest
    return actions.import_cooperatives(
        cast.cianjur, data=data, file="a.csv", roles=["supplier"], seen=seen, by=user
    )


def test_members_are_new_changed_or_the_same(cast: Cast) -> None:
    kept = members.add_member(cast.babakankaret, person=Person("nama satu", NIK, sex="P"), by=cast.clerk)
    members.add_member(cast.babakankaret, person=Person("nama dua", occupation="petani"), by=cast.clerk)
    data = (
        "nama;nik;kode_wilayah;jenis_kelamin;status;pekerjaan;no_hp;file_ktp\r\n"
        f"nama satu baru;{NIK};3203012001;P;Approved;petani;0812 3456 7890;ktp.jpg\r\n"
        "nama dua;;;;;petani;;\r\n"
        f"nama tiga;{OTHER_NIK};;L;Requested;;;\r\n"
    ).encode()
    seen = imports.preview_members(cast.babakankaret, data, "anggota.csv")
    assert [(row.row, str(row.state)) for row in seen.rows] == [(2, "changed"), (3, "same"), (4, "new")]
    assert [each.column for each in seen.rows[0].differences] == [
        "nama", "no_hp", "kode_wilayah", "pekerjaan",
    ]  # fmt: skip
    assert "3456" not in repr(seen.rows[0].differences)
    assert seen.ignored == ("file_ktp",)
    assert Member.objects.count() == 2
    take_members(cast, data)
    kept.refresh_from_db()
    assert (kept.name, kept.phone, kept.village_code) == ("nama satu baru", "+6281234567890", "32.03.01.2001")
    new = Member.objects.get(name="nama tiga")
    assert (new.nik, new.status) == (OTHER_NIK, "requested")
    again = imports.preview_members(cast.babakankaret, data, "anggota.csv")
    assert (again.same, again.does_nothing) == (3, True)
    last = AuditLine.objects.last()
    assert last is not None
    assert (last.action, last.facts) == ("member.import", {"new": 1, "changed": 1, "same": 1})


def test_all_faults_of_members_are_told_by_row_and_column_and_nothing_is_kept(cast: Cast) -> None:
    data = (
        "nama,nik,kode_wilayah,jenis_kelamin,status,tanggal_masuk,no_hp\n"
        f"benar,{NIK},32.03.01.2001,P,Approved,2025-10-22,\n"
        ",123,32.99.99.9999,X,Guest,kemarin,12\n"
        f"kembar,{NIK},,,,,\n"
        "samar,32••••••••••••01,,,,31/02/2025,\n"
        "bulat,3.2E+15,,,,22/10/2025,\n"
        "koperasi,3203010010001,,,,,\n"
    ).encode()
    with pytest.raises(Faults) as refused:
        imports.preview_members(cast.babakankaret, data, "anggota.csv")
    assert places(refused) == [
        (3, "nama", "field.empty"),
        (3, "nik", "person.nik_impossible"),
        (3, "kode_wilayah", "region.village_unknown"),
        (3, "jenis_kelamin", "member.sex_unknown"),
        (3, "status", "member.status_unknown"),
        (3, "tanggal_masuk", "csv.day"),
        (3, "no_hp", "person.phone_unreadable"),
        (4, "nik", "csv.row_twice"),
        (5, "nik", "csv.masked"),
        (5, "tanggal_masuk", "csv.day"),
        (6, "nik", "csv.rounded"),
        (7, "nik", "person.nik_looks_like_a_coops"),
    ]
    assert refused.value.faults[1].place.column == "B"
    with pytest.raises(Faults):
        actions.import_members(cast.babakankaret, data=data, file="a", seen="x", by=cast.clerk)
    assert not Member.objects.exists()
    assert not AuditLine.objects.exists()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "csv.nothing"),
        (b"x" * 1_600_000, "csv.too_large"),
        (b"nama\n" + b"a\n" * 5001, "csv.too_long"),
    ],
)
def test_files_that_nobody_would_look_through_are_refused(cast: Cast, data: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        imports.preview_members(cast.babakankaret, data, "a.csv")
    assert refused.value.sentence.code == code


def test_headings_that_lack_or_stand_twice_and_other_encodings_are_told(cast: Cast) -> None:
    with pytest.raises(Faults) as refused:
        imports.preview_members(cast.babakankaret, b"nik,nik,alamat\n,,\n", "a.csv")
    assert {code for _, _, code in places(refused)} == {"csv.twice", "csv.no_column"}
    with pytest.raises(Faults) as refused:
        imports.preview_members(cast.babakankaret, "nama\nJosé\n".encode("cp1252"), "a.csv")
    assert places(refused)[0][2] == "csv.encoding"


def test_what_changed_since_the_preview_is_looked_at_again(cast: Cast) -> None:
    data = f"nama,nik\nsatu,{NIK}\n".encode()
    seen = imports.preview_members(cast.babakankaret, data, "a.csv").digest
    members.add_member(cast.babakankaret, person=Person("satu", NIK), by=cast.clerk)
    with pytest.raises(Refusal) as refused:
        actions.import_members(cast.babakankaret, data=data, file="a.csv", seen=seen, by=cast.clerk)
    assert refused.value.sentence.code == "import.changed_meanwhile"
    assert Member.objects.count() == 1


def test_members_go_out_masked_or_whole_and_come_back_the_same(cast: Cast) -> None:
    person = Person("=HYPERLINK(1)", NIK, "081234567890", "32.03.01.2001", "P", "+petani")
    members.add_member(cast.babakankaret, person=person, by=cast.clerk)
    kept = list(cast.babakankaret.members.all())
    masked = file_of(MEMBERS, [member_rows.cells_of(each, is_full=False) for each in kept])
    assert NIK.encode() not in masked
    assert b"81234567" not in masked
    full = file_of(MEMBERS, [member_rows.cells_of(each, is_full=True) for each in kept])
    rows = list(csv.DictReader(io.StringIO(full.decode("utf-8-sig"))))
    assert list(rows[0]) == list(MEMBERS.columns)
    assert (rows[0]["nama"], rows[0]["pekerjaan"]) == ("'=HYPERLINK(1)", "'+petani")
    assert (rows[0]["nik"], rows[0]["no_hp"]) == (NIK, "081234567890")
    assert imports.preview_members(cast.babakankaret, full, "a.csv").same == 1


def test_a_profile_goes_out_and_comes_back_the_same(cast: Cast) -> None:
    data = file_of(PROFILE, [profile_rows.cells_of(cast.babakankaret)])
    preview = imports.preview_profile(cast.babakankaret, data, "p.csv", by=cast.chair)
    assert (preview.same, preview.rows[0].differences) == (1, ())
    changed = data.replace(b"-6.82, 107.14", b"-6.9, 107.2").replace(b",kdmp,", b",eksisting,")
    preview = imports.preview_profile(cast.babakankaret, changed, "p.csv", by=cast.chair)
    assert [each.column for each in preview.rows[0].differences] == ["jenis", "koordinat"]
    actions.import_profile(cast.babakankaret, data=changed, file="p.csv", seen=preview.digest, by=cast.chair)
    cast.babakankaret.refresh_from_db()
    assert (cast.babakankaret.kind, cast.babakankaret.lat, cast.babakankaret.position_origin) == (
        "established", -6.9, "file",
    )  # fmt: skip


def test_a_profile_with_a_number_of_another_coop_or_of_a_citizen_changes_nothing(cast: Cast) -> None:
    Cooperative.objects.filter(pk=cast.hub.pk).update(npwp="012345678901000")
    data = f"nama,kode_wilayah,nik_koperasi,npwp\nX,32.03.01.2001,,012345678901000\nY,32.03.01.2001,{NIK},\n"
    with pytest.raises(Faults) as refused:
        imports.preview_profile(cast.babakankaret, data.encode(), "p.csv", by=cast.chair)
    assert places(refused) == [
        (2, "npwp", "coop.identifier_taken_elsewhere"),
        (3, "", "csv.one_row"),
        (3, "nik_koperasi", "coop.nik_is_a_citizens"),
    ]


MANY = (
    "nama,jenis,kode_wilayah,nik_koperasi,badan_hukum,alamat,koordinat\n"
    'KDMP Bojongherang,,32.03.01.1008,3203010010005,AHU-0000005.AH.01.26.TAHUN 2025,Jl. 5,"-6,82; 107,14"\n'
    "KDMP Babakankaret,kdmp,32.03.01.2001,3203010010001,,Jl. 1,\n"
    "Koperasi Tani Babakankaret,eksisting,32.03.01.2001,,,,\n"
)


def test_a_facilitators_list_registers_what_is_new_and_fills_what_is_empty(cast: Cast) -> None:
    take_coops(cast, MANY.encode())
    assert cast.cianjur.roles.values("cooperative").distinct().count() == 4
    new = Cooperative.objects.get(coop_nik="3203010010005")
    assert (new.lat, new.regency_code, new.source) == (-6.82, "32.03", "a.csv")
    cast.babakankaret.refresh_from_db()
    assert cast.babakankaret.name == "Koperasi Desa Merah Putih Babakankaret"
    assert (cast.babakankaret.coop_nik, cast.babakankaret.address) == ("3203010010001", "Jl. 1")
    again = imports.preview_cooperatives(cast.cianjur, MANY.encode(), "a.csv", by=cast.facilitator)
    assert (again.same, again.does_nothing) == (3, True)


def test_co_ops_that_are_known_join_in_as_many_queries_for_many(cast: Cast) -> None:
    numbers = [f"32030100200{at:02}" for at in range(30)]
    Cooperative.objects.bulk_create(
        Cooperative(
            name=f"Koperasi {at}",
            kind="kdmp",
            village_code="32.03.01.1008",
            regency_code="32.03",
            coop_nik=at,
        )
        for at in numbers
    )
    head = "nama,jenis,kode_wilayah,nik_koperasi\n"
    lines = [f"Koperasi {at},kdmp,32.03.01.1008,{at}\n" for at in numbers]
    counts = []
    for some in (lines[:2], lines[2:]):
        with CaptureQueriesContext(connection) as queries:
            take_coops(cast, (head + "".join(some)).encode())
        counts.append(len(queries))
    assert cast.cianjur.roles.filter(cooperative__coop_nik__in=numbers).count() == 30
    assert counts[1] <= counts[0]


def test_one_faulty_row_keeps_a_whole_list_out(cast: Cast) -> None:
    Cooperative.objects.filter(pk=cast.garut_coop.pk).update(
        coop_nik="3203010019999", village_code="32.05.01.1007", name="KKMP Ciwalen"
    )
    before = Cooperative.objects.count()
    data = MANY + (
        "KDMP Garut Lain,,32.05.01.1001,,,,\n"
        f"KDMP Salah,bank,32.03.01.2003,{NIK},,,di sana\n"
        "Kopdes MP Bojongherang,,32.03.01.1008,,,,\n"
        "KDMP Jauh,,32.05.01.1011,3203010019999,,,\n"
        "KKMP Ciwalen,,32.05.01.1007,,,,\n"
        "KDMP Babakan Kareta,,32.03.01.2001,,,,\n"
    )
    with pytest.raises(Faults) as refused:
        imports.preview_cooperatives(cast.cianjur, data.encode(), "a.csv", by=cast.facilitator)
    assert places(refused) == [
        (5, "kode_wilayah", "coop.outside_your_region"),
        (6, "jenis", "csv.kind_unknown"),
        (6, "nik_koperasi", "coop.nik_is_a_citizens"),
        (6, "koordinat", "position.unreadable"),
        (7, "nama", "csv.row_twice"),
        (8, "nik_koperasi", "coop.identifier_taken_elsewhere"),
        (9, "nama", "coop.similar_name_elsewhere"),
        (10, "nama", "csv.similar_name"),
    ]
    with pytest.raises(Faults):
        actions.import_cooperatives(
            cast.cianjur, data=data.encode(), file="a", roles=["hub"], seen="", by=cast.facilitator
        )
    assert Cooperative.objects.count() == before
    assert not AuditLine.objects.exists()
