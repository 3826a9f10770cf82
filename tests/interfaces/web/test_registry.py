"""Pages of the registry: what they show to whom, and what happens when something isn't right."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jejaring.domain.parties.actions import cooperatives as actions
from jejaring.domain.parties.actions import members
from jejaring.domain.parties.actions.members import Person
from jejaring.domain.parties.models import AuditLine, Cooperative, Member, Network, NetworkRole, Officer, User
from jejaring.domain.parties.profile import Profile
from jejaring.interfaces.web.registry import urls
from jejaring.interfaces.web.registry.forms import MemberForm, NewCooperativeForm, OfficerForm, SiteForm
from tests.cast import Cast, make_cast
from tests.interfaces.web.story_rows import address_parts

NIK, OTHER_NIK, COOP_NIK = "3203014101850001", "3203011503900002", "3203010010001"
MEKARSARI = "32.03.01.2004"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, name: str, /, *args: object) -> str:
    answer = signed_in(user).get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def sent(user: User, name: str, /, *args: object, **fields: Any) -> Any:
    return signed_in(user).post(reverse(name, args=args), fields)


def upload(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("berkas.csv", text.encode())


def many(cast: Cast, count: int) -> None:
    """Co-ops of Cianjur, in two villages in turn."""
    Cooperative.objects.bulk_create(
        Cooperative(
            **Profile(f"KDMP {number:03}", "kdmp", MEKARSARI if number % 2 else "32.03.01.2002").as_columns()
        )
        for number in range(count)
    )


def test_the_list_is_searched_narrowed_and_paged(cast: Cast) -> None:
    many(cast, 60)
    Cooperative.objects.filter(pk=cast.hub.pk).update(coop_nik=COOP_NIK)
    first = signed_in(cast.facilitator).get(reverse("cooperatives"))
    shown = first.context["page"]
    assert len(shown.rows) == 50
    rest = signed_in(cast.facilitator).get(reverse("cooperatives"), {"after": shown.next_after})
    names = [each.name for each in (*shown.rows, *rest.context["page"].rows)]
    assert names == sorted(names)
    assert len(set(names)) == 62
    assert rest.context["page"].next_after is None
    for query, count in (
        ({"q": "mekarsari 05"}, 6),
        ({"q": "MEKARSARI"}, 30),
        ({"q": "babakankaret"}, 1),
        ({"kind": "established"}, 1),
        ({"network": cast.cianjur.pk}, 2),
        ({"region": "32.05"}, 0),
        ({"q": "100%_"}, 0),
        ({"q": "3203.0100.10001"}, 1),
        ({"q": "3203010010009"}, 0),
        ({"q": "32.03.01.2001"}, 1),
    ):
        found = signed_in(cast.facilitator).get(reverse("cooperatives"), query).context["page"]
        assert len(found.rows) == count, query


@pytest.mark.parametrize(
    "odd", [{"after": "x"}, {"after": "9" * 30}, {"network": "-1"}, {"region": "'"}, {"kind": "?"}]
)
def test_odd_addresses_of_the_list_are_answered(cast: Cast, odd: dict[str, str]) -> None:
    assert signed_in(cast.facilitator).get(reverse("cooperatives"), odd).status_code == 200


def test_the_neighbours_coops_are_in_no_list_and_open_to_nobody_else(cast: Cast) -> None:
    shown = page(cast.chair, "cooperatives")
    assert "Babakankaret" in shown
    assert "Garut" not in shown
    for name in ("cooperative", "cooperative_profile", "members", "members_csv", "profile_csv"):
        assert signed_in(cast.chair_garut).get(reverse(name, args=[cast.babakankaret.pk])).status_code == 404


@pytest.mark.parametrize("count", [3, 60])
def test_lists_ask_the_database_as_often_for_many_as_for_few(cast: Cast, count: int) -> None:
    many(cast, count)
    NetworkRole.objects.bulk_create(
        NetworkRole(network=cast.cianjur, cooperative=each, kind="supplier")
        for each in Cooperative.objects.filter(name__startswith="KDMP ")
    )
    for number in range(count):
        Member.objects.create(cooperative=cast.babakankaret, name=f"{number}", nik=NIK)
        Officer.objects.create(cooperative=cast.babakankaret, organ="board", office="Ketua", name=str(number))
    facilitator, chair = signed_in(cast.facilitator), signed_in(cast.chair)
    for client, most, name, args in (
        (facilitator, 10, "cooperatives", ()),
        (facilitator, 24, "network", (cast.cianjur.pk,)),
        (facilitator, 7, "networks", ()),
        (facilitator, 8, "network_add", (cast.cianjur.pk,)),
        (chair, 9, "members", (cast.babakankaret.pk,)),
        (chair, 29, "cooperative", (cast.babakankaret.pk,)),
    ):
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse(name, args=args))
        assert len(asked) == most, name


def test_a_facilitator_registers_a_coop_and_is_asked_about_a_like_name(cast: Cast) -> None:
    said: dict[str, Any] = {"name": "KDMP Babakankaret", "kind": "kdmp", "village_code": "32.03.01.2001"}
    said |= {"network": cast.cianjur.pk, "roles": ["supplier", "hub"]}
    asked = sent(cast.facilitator, "cooperative_new", **said)
    assert asked.status_code == 422
    assert "Koperasi Desa Merah Putih Babakankaret" in asked.content.decode()
    assert 'name="is_another"' in asked.content.decode()
    done = sent(cast.facilitator, "cooperative_new", **said, is_another="on")
    made = Cooperative.objects.get(name="KDMP Babakankaret")
    assert done.headers["Location"] == reverse("cooperative_position", args=[made.pk])
    assert made.network_roles.count() == 2


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(cast: Cast) -> None:
    said = {"name": "KDMP Mekarsari", "kind": "kdmp", "village_code": MEKARSARI, "coop_nik": NIK, "nib": "12"}
    answer = sent(cast.facilitator, "cooperative_new", **said)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Ini NIK orang" in shown
    assert "NIB 13 angka; yang ini 2." in shown
    assert 'value="KDMP Mekarsari"' in shown
    assert "Mekarsari, Kec. Cianjur, Kabupaten Cianjur" in shown
    assert not Cooperative.objects.filter(name="KDMP Mekarsari").exists()


def test_a_number_of_a_coop_elsewhere_is_refused_without_its_name(cast: Cast) -> None:
    Cooperative.objects.filter(pk=cast.garut_coop.pk).update(coop_nik=COOP_NIK)
    said = {"name": "X", "kind": "kdmp", "village_code": MEKARSARI, "coop_nik": COOP_NIK}
    shown = sent(cast.facilitator, "cooperative_new", **said).content.decode()
    assert "sudah terdaftar. Tanyakan kepada pendamping Anda." in shown
    assert "Garut" not in shown


def test_a_position_comes_from_the_phone_the_map_or_the_keyboard(cast: Cast) -> None:
    pk = cast.babakankaret.pk
    for origin in ("gps", "map", "typed"):
        answer = sent(cast.chair, "cooperative_position", pk, coordinates="-6.9, 107.2", origin=origin)
        assert answer.status_code == 302
        cast.babakankaret.refresh_from_db()
        assert (cast.babakankaret.lat, cast.babakankaret.position_origin) == (-6.9, origin)
    for coordinates, origin in (("", "typed"), ("107.2, -6.9", "typed"), ("-6.9, 107.2", "file")):
        answer = sent(cast.chair, "cooperative_position", pk, coordinates=coordinates, origin=origin)
        assert answer.status_code == 422
    assert "data-dots" in page(cast.facilitator, "cooperative_position", pk)


def test_the_middle_of_a_village_is_offered_where_it_is_known(cast: Cast) -> None:
    pk = cast.babakankaret.pk
    assert 'name="village"' not in page(cast.chair, "cooperative_position", pk)
    other = actions.register_cooperative(Profile("Koperasi Tani", "established", "32.03.01.2001"), by=None)
    Cooperative.objects.filter(pk=other.pk).update(lat=-6.85, lon=107.15, position_origin="village")
    assert 'name="village"' in page(cast.chair, "cooperative_position", pk)
    sent(cast.chair, "cooperative_position", pk, village="1")
    cast.babakankaret.refresh_from_db()
    assert (cast.babakankaret.lat, cast.babakankaret.position_origin) == (-6.85, "village")


def test_members_are_counted_for_guides_and_named_only_for_the_coop(cast: Cast) -> None:
    members.add_member(
        cast.babakankaret, person=Person("nama rahasia", NIK, "081234567890", sex="P"), by=cast.clerk
    )
    for who in ("facilitator", "network_facilitator"):
        shown = page(cast.people[who], "cooperative", cast.babakankaret.pk)
        assert "perempuan" in shown
        assert "rahasia" not in shown
        assert (
            signed_in(cast.people[who]).get(reverse("members", args=[cast.babakankaret.pk])).status_code
            == 403
        )
    shown = page(cast.clerk, "members", cast.babakankaret.pk)
    assert "nama rahasia" in shown
    assert NIK not in shown
    assert "81234567890" not in shown
    found = sent(cast.clerk, "members", cast.babakankaret.pk, q=NIK).content.decode()
    assert "nama rahasia" in found
    gone = sent(cast.clerk, "members", cast.babakankaret.pk, q=OTHER_NIK).content.decode()
    assert "nama rahasia" not in gone


def test_whole_numbers_go_out_only_to_who_edits_members_and_that_is_noted(cast: Cast) -> None:
    members.add_member(cast.babakankaret, person=Person("nama", NIK), by=cast.clerk)
    masked = signed_in(cast.supervisor).get(reverse("members_csv", args=[cast.babakankaret.pk]))
    assert NIK not in masked.content.decode()
    assert sent(cast.supervisor, "members_csv_full", cast.babakankaret.pk).status_code == 403
    assert (
        signed_in(cast.clerk).get(reverse("members_csv_full", args=[cast.babakankaret.pk])).status_code == 405
    )
    full = sent(cast.clerk, "members_csv_full", cast.babakankaret.pk)
    assert NIK in full.content.decode()
    last = AuditLine.objects.last()
    assert last is not None
    assert (last.action, last.by_id, last.facts) == ("member.export_full", cast.clerk.pk, {"members": 1})


def test_a_file_of_members_is_looked_at_and_then_accepted(cast: Cast) -> None:
    pk = cast.babakankaret.pk
    wrong = sent(cast.clerk, "members_import", pk, file=upload(f"nama,nik\n,1\nX,{COOP_NIK}\n"))
    assert wrong.status_code == 422
    for told in ("A2", "B2", "B3", "Mohon diisi."):
        assert told in wrong.content.decode()
    looked = sent(cast.clerk, "members_import", pk, file=upload(f"nama,nik\nsatu,{NIK}\n"))
    assert looked.status_code == 200
    assert not Member.objects.exists()
    file = looked.context["file"]
    accepted = {"seen": looked.context["preview"].digest, "carried": file.carried, "file_name": file.name}
    assert sent(cast.clerk_garut, "members_import", pk, **accepted).status_code == 404
    assert sent(cast.clerk, "members_import", pk, **accepted | {"carried": "???"}).status_code == 422
    assert sent(cast.clerk, "members_import", pk, **accepted | {"seen": "x"}).status_code == 422
    assert not Member.objects.exists()
    assert sent(cast.clerk, "members_import", pk, **accepted).status_code == 302
    assert Member.objects.get().nik == NIK
    assert sent(cast.clerk, "members_import", pk, **accepted).status_code == 422
    assert Member.objects.count() == 1


def test_a_facilitator_makes_a_network_and_fills_it(cast: Cast) -> None:
    made = sent(cast.facilitator, "network_new", name="Sayur Cianjur", region_code="32.03")
    network = Network.objects.get(name="Sayur Cianjur")
    assert made.headers["Location"] == reverse("network", args=[network.pk])
    refused = sent(cast.facilitator, "network_new", name="Sayur Garut", region_code="32.05")
    assert refused.status_code == 422
    assert sent(cast.facilitator, "network_new", name="Sayur Cianjur", region_code="32.03").status_code == 422
    both = [cast.babakankaret.pk, cast.hub.pk]
    assert sent(cast.facilitator, "network_add", network.pk, cooperatives=both).status_code == 422
    sent(cast.facilitator, "network_add", network.pk, cooperatives=both, roles=["hub", "supplier"])
    assert network.roles.count() == 4
    stolen = sent(
        cast.facilitator, "network_add", network.pk, cooperatives=[cast.garut_coop.pk], roles=["hub"]
    )
    assert stolen.status_code == 404
    sent(cast.facilitator, "network_member", network.pk, cast.hub.pk, roles=["marketer"])
    sent(cast.facilitator, "network_member", network.pk, cast.babakankaret.pk, remove="")
    assert [(each.cooperative_id, each.kind) for each in network.roles.all()] == [(cast.hub.pk, "marketer")]
    assert sent(cast.chair, "network_member", cast.cianjur.pk, cast.hub.pk, remove="").status_code == 403


def test_a_network_facilitator_is_told_who_can_make_networks(cast: Cast) -> None:
    assert "Anda mendampingi satu jejaring" in page(cast.network_facilitator, "network_new")
    assert sent(cast.network_facilitator, "network_new", name="X", region_code="32.03").status_code == 422
    assert Network.objects.count() == 2


def test_a_list_of_coops_is_registered_from_a_file(cast: Cast) -> None:
    text = f"nama,jenis,kode_wilayah,nik_koperasi\nKDMP Mekarsari,kdmp,{MEKARSARI},{COOP_NIK}\n"
    looked = sent(cast.facilitator, "network_import", cast.cianjur.pk, file=upload(text), roles=["processor"])
    shown = looked.context
    accepted = {"seen": shown["preview"].digest, "carried": shown["file"].carried, "roles": shown["roles"]}
    assert sent(cast.facilitator, "network_import", cast.cianjur.pk, **accepted).status_code == 302
    made = Cooperative.objects.get(coop_nik=COOP_NIK)
    assert [each.kind for each in made.network_roles.all()] == ["processor"]


def test_a_buyer_gets_a_place_and_loses_it(cast: Cast) -> None:
    network = cast.cianjur
    sent(cast.facilitator, "counterparty_new", network.pk, name="Bulog", kind="bulog")
    bulog = network.counterparties.get()
    assert (
        sent(cast.facilitator, "counterparty_new", network.pk, name="bulog", kind="bulog").status_code == 422
    )
    said = {"name": "Gudang", "coordinates": "-6.85, 107.13", "origin": "map"}
    sent(cast.facilitator, "site_new", network.pk, bulog.pk, **said)
    site = bulog.sites.get()
    assert site.position_origin == "map"
    assert "Gudang" in page(cast.chair, "network", network.pk)
    elsewhere = sent(cast.facilitator_garut, "site", cast.garut.pk, bulog.pk, site.pk, remove="")
    assert elsewhere.status_code == 404
    sent(cast.facilitator, "site", network.pk, bulog.pk, site.pk, remove="")
    assert not bulog.sites.exists()


def test_officers_and_units_of_another_coop_arent_reached_through_ones_own(cast: Cast) -> None:
    officer = Officer.objects.create(cooperative=cast.garut_coop, organ="board", office="Ketua", name="x")
    unit = actions.add_unit(cast.garut_coop, kind="Gudang", by=None)
    member = members.add_member(cast.garut_coop, person=Person("x"), by=None)
    own = cast.babakankaret.pk
    assert signed_in(cast.chair).get(reverse("officer", args=[own, officer.pk])).status_code == 404
    assert sent(cast.chair, "officer_end", own, officer.pk).status_code == 404
    assert sent(cast.chair, "unit", own, unit.pk, remove="").status_code == 404
    assert sent(cast.chair, "member_left", own, member.pk).status_code == 404


def test_an_officers_phone_is_whole_only_for_who_may_change_it(cast: Cast) -> None:
    said = {"organ": "board", "office": "Ketua", "name": "nama ketua", "phone": "0812 3456 7890"}
    assert sent(cast.chair, "officer_new", cast.babakankaret.pk, **said).status_code == 302
    assert "+6281234567890" in page(cast.chair, "cooperative", cast.babakankaret.pk)
    shown = page(cast.supervisor, "cooperative", cast.babakankaret.pk)
    assert "nama ketua" in shown
    assert "81234567890" not in shown


def test_a_village_is_found_by_part_of_its_name_and_step_by_step(cast: Cast) -> None:
    client = signed_in(cast.facilitator)
    found = client.get(reverse("villages"), {"village_search": "mekars"}).content.decode()
    assert f'value="{MEKARSARI}"' in found
    assert 'value="' not in client.get(reverse("villages"), {"village_search": "me"}).content.decode()
    steps = client.get(reverse("villages"), {"region_step": "32.03.01"}).content.decode()
    assert f'value="{MEKARSARI}"' in steps
    assert 'value="32.03.01" selected' in steps
    odd = client.get(reverse("villages"), {"region_step": "<b>"}).content.decode()
    assert "<b>" not in odd


_ODD = ("\0", "9" * 30, "-1", "²", "<script>", "%", "\ud7ff", "=1+1", "x" * 5000)


@pytest.mark.slow
@pytest.mark.parametrize("odd", _ODD)
def test_no_odd_text_breaks_a_page(cast: Cast, odd: str) -> None:
    """Everything that the registry asks for, filled with what nobody should write."""
    parts = address_parts(cast)
    forms = (MemberForm, OfficerForm, NewCooperativeForm, SiteForm)
    fields = [field for form in forms for field in form.base_fields]
    filled = dict.fromkeys((*fields, "q", "cooperatives", "seen", "carried", "note", "on"), odd)
    asked = dict.fromkeys(("q", "after", "region", "network", "kind", "village_search", "region_step"), odd)
    for pattern in urls.urlpatterns:
        here = {key: parts[key] for key in pattern.pattern.converters}
        for who in ("facilitator", "chair"):
            client = signed_in(cast.people[who])
            for address in (
                reverse(pattern.name or "", kwargs=here),
                reverse(pattern.name or "", kwargs=dict.fromkeys(here, 10**30)),
            ):
                for answer in (client.get(address, asked), client.post(address, filled)):
                    assert answer.status_code < 500, address
                    assert "<script>" not in answer.content.decode().replace("<script src", "")
