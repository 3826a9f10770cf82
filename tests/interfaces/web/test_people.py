"""Invitations, people of a place and one's own account, as pages: for those who may, not the neighbour."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from jejaring.domain.parties import personal
from jejaring.domain.parties.actions import password_links, people
from jejaring.domain.parties.models import Cooperative, Invitation, Role, User
from tests.cast import Cast, make_cast

PASSWORD = "padi menguning lagi"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def invite(cast: Cast, kind: str = "clerk") -> Any:
    return as_(cast.chair).post(f"/koperasi/{cast.babakankaret.pk}/orang/undang/", {"kind": kind})


def address_in(answer: Any) -> str:
    [address] = re.findall(r'id="address" readonly value="http://testserver([^"]+)"', text_of(answer))
    return str(address)


JOINING = {"name": "Petugas baru", "phone": "0812-3456-7890", "password": PASSWORD, "consent": "on"}


def test_a_chair_makes_a_link_and_somebody_new_joins_by_it(cast: Cast, client: Client) -> None:
    page = invite(cast)
    assert "<svg" in text_of(page)
    [whatsapp] = re.findall(r'href="(https://wa\.me/[^"]+)"', text_of(page))
    assert f"http://testserver{address_in(page)}" in unquote(whatsapp)
    address = address_in(page)
    welcome = text_of(client.get(address))
    assert "Koperasi Desa Merah Putih Babakankaret" in welcome
    assert "petugas administrasi" in welcome
    joined = client.post(address, JOINING)
    assert joined.headers["Location"] == "/"
    person = User.objects.get(phone_hash=personal.lookup_hash("phone", "+6281234567890"))
    assert person.roles.get().kind == "clerk"
    assert person.consents.get().wording.startswith("Jejaring boleh menyimpan nama")
    assert "Koperasi Desa Merah Putih Babakankaret" in text_of(client.get("/"))
    again = Client().post(address, JOINING | {"phone": "081311112222"})
    assert again.status_code == 422
    assert "sudah dipakai" in text_of(again)


def test_somebody_with_an_account_accepts_with_one_tap(cast: Cast) -> None:
    address = address_in(invite(cast))
    client = as_(cast.stranger)
    assert "Anda masuk sebagai stranger" in text_of(client.get(address))
    assert client.post(address).headers["Location"] == "/"
    assert cast.stranger.roles.get().cooperative == cast.babakankaret


def test_a_link_that_ran_out_or_was_withdrawn_says_so(cast: Cast, client: Client) -> None:
    address = address_in(invite(cast))
    open_one = Invitation.objects.get()
    base = f"/koperasi/{cast.babakankaret.pk}/orang/undangan/{open_one.pk}/tarik/"
    assert as_(cast.chair_garut).post(base).status_code == 404
    assert client.get(address).status_code == 200
    assert as_(cast.chair).post(base).status_code == 302
    assert "sudah ditarik" in text_of(client.post(address, JOINING))
    second = address_in(invite(cast))
    Invitation.objects.filter(revoked_at=None).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "sudah habis" in text_of(client.post(second, JOINING))
    assert "tidak dikenal" in text_of(client.get("/undangan/apa-saja/"))
    assert not User.objects.filter(name="Petugas baru").exists()


def test_what_was_typed_wrong_stays_on_the_page(cast: Cast, client: Client) -> None:
    address = address_in(invite(cast))
    answer = client.post(address, JOINING | {"phone": "123"})
    assert answer.status_code == 422
    assert "bukan nomor telepon Indonesia" in text_of(answer)
    assert 'value="Petugas baru"' in text_of(answer)
    assert PASSWORD not in text_of(answer)
    without = {key: typed for key, typed in JOINING.items() if key != "consent"}
    assert "perlu persetujuan" in text_of(client.post(address, without))


def test_a_chair_cant_invite_to_a_role_beyond_the_table(cast: Cast) -> None:
    for kind in ("chair", "assistant", "facilitator", "ministry", "nonsense", ""):
        assert invite(cast, kind).status_code == 302
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("kind", ["treasurer", "clerk"])
def test_a_facilitator_sets_up_the_first_people_of_a_co_op(cast: Cast, client: Client, kind: str) -> None:
    Role.objects.filter(cooperative=cast.babakankaret).delete()
    page = f"/koperasi/{cast.babakankaret.pk}/orang/"
    facilitator = as_(cast.facilitator)
    assert f'value="{kind}"' in text_of(facilitator.get(page))
    assert 'value="supervisor"' not in text_of(facilitator.get(page))
    made = facilitator.post(f"{page}undang/", {"kind": kind})
    assert client.post(address_in(made), JOINING).status_code == 302
    assert Role.objects.get(cooperative=cast.babakankaret).kind == kind
    assert as_(cast.facilitator_garut).post(f"{page}undang/", {"kind": kind}).status_code == 404


def test_roles_and_invitations_of_one_place_arent_reached_through_another(cast: Cast) -> None:
    garut_role = cast.clerk_garut.roles.get()
    through = f"/koperasi/{cast.babakankaret.pk}/orang/{garut_role.pk}"
    assert as_(cast.chair).get(f"{through}/cabut/").status_code == 404
    assert as_(cast.chair).post(f"{through}/sandi/").status_code == 404
    assert as_(cast.chair).post(f"/akun/peran/{garut_role.pk}/lepas/").status_code == 404
    assert Role.objects.filter(pk=garut_role.pk).exists()


def test_a_role_is_taken_back_after_asking(cast: Cast) -> None:
    address = f"/koperasi/{cast.babakankaret.pk}/orang/{cast.clerk.roles.get().pk}/cabut/"
    chair = as_(cast.chair)
    assert "Cabut peran" in text_of(chair.get(address))
    assert cast.clerk.roles.exists()
    assert as_(cast.chair_garut).post(address).status_code == 404
    assert as_(cast.facilitator_garut).post(address).status_code == 404
    assert as_(cast.treasurer).post(address).status_code == 403
    chair.post(address)
    assert not cast.clerk.roles.exists()
    assert as_(cast.clerk).get(f"/koperasi/{cast.babakankaret.pk}/").status_code == 404


def test_a_chair_helps_somebody_who_lost_the_password(cast: Cast, client: Client) -> None:
    page = as_(cast.chair).post(f"/koperasi/{cast.babakankaret.pk}/orang/{cast.clerk.roles.get().pk}/sandi/")
    address = address_in(page)
    assert "clerk" in text_of(client.get(address))
    assert "no-store" in client.get(address).headers["Cache-Control"]
    assert client.post(address, {"password": "x"}).status_code == 422
    assert client.post(address, {"password": PASSWORD}).headers["Location"] == "/masuk/login/"
    cast.clerk.refresh_from_db()
    assert cast.clerk.check_password(PASSWORD)
    assert client.get(address).status_code == 422


def test_a_new_password_by_a_link_ends_sessions(cast: Cast, client: Client) -> None:
    elsewhere = as_(cast.clerk)
    assert elsewhere.get("/akun/").status_code == 200
    made = password_links.make_password_link(cast.clerk.roles.get(), by=cast.chair, at=timezone.now())
    client.post(f"/sandi-baru/{made.token}/", {"password": PASSWORD})
    assert elsewhere.get("/akun/").status_code == 302


def test_a_guide_takes_off_a_lost_second_step_and_its_owner_is_told(cast: Cast) -> None:
    Authenticator.objects.create(user=cast.clerk, type="totp", data={})
    listed = f"/koperasi/{cast.babakankaret.pk}/orang/"
    address = f"{listed}{cast.clerk.roles.get().pk}/langkah-kedua/"
    assert address not in text_of(as_(cast.chair).get(listed))
    guide = as_(cast.facilitator)
    page = text_of(guide.get(listed))
    assert page.count("langkah-kedua") == 1
    assert address in page
    assert "Pastikan bahwa ini benar-benar clerk" in text_of(guide.get(address))
    assert Authenticator.objects.exists(), "asking takes nothing off"
    assert "Langkah kedua clerk sudah dilepas" in text_of(guide.post(address, follow=True))
    assert not Authenticator.objects.exists()
    assert "facilitator melepas langkah kedua Anda" in text_of(as_(cast.clerk).get("/akun/"))
    assert "melepas langkah kedua" not in text_of(as_(cast.treasurer).get("/akun/"))


def test_the_owner_of_a_new_password_link_isnt_told_to_strangers(cast: Cast, client: Client) -> None:
    made = password_links.make_password_link(cast.clerk.roles.get(), by=cast.chair, at=timezone.now())
    people.erase_person(cast.clerk, by=None, at=timezone.now())
    assert client.get(f"/sandi-baru/{made.token}/").status_code == 422


def test_a_link_that_still_works_never_gets_into_the_log(
    cast: Cast, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    made = password_links.make_password_link(cast.clerk.roles.get(), by=cast.chair, at=timezone.now())
    with caplog.at_level("WARNING"):
        answer = client.post(f"/sandi-baru/{made.token}/", {"password": "short"})
        stale = Client(enforce_csrf_checks=True).post(f"/sandi-baru/{made.token}/", {"password": PASSWORD})
    assert (answer.status_code, stale.status_code) == (422, 403)
    assert made.token not in caplog.text
    assert client.post(f"/sandi-baru/{made.token}/", {"password": PASSWORD}).status_code == 302


def test_the_people_of_a_place_are_listed_with_what_the_reader_may_do(cast: Cast) -> None:
    address = f"/koperasi/{cast.babakankaret.pk}/orang/"
    chair, clerk = text_of(as_(cast.chair).get(address)), text_of(as_(cast.clerk).get(address))
    for page in (chair, clerk):
        assert "treasurer" in page
        assert "treasurer_garut" not in page
    assert "/cabut/" in chair
    assert "/cabut/" not in clerk
    assert "orang/undang/" not in clerk
    guides = text_of(as_(cast.chair).get(f"/jaringan/{cast.cianjur.pk}/orang/"))
    assert "hub_manager" in guides
    assert "orang/undang/" not in guides
    assert "orang/undang/" in text_of(as_(cast.facilitator).get(f"/jaringan/{cast.cianjur.pk}/orang/"))


def test_the_list_of_people_asks_as_often_for_many_as_for_few(
    cast: Cast, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    client, address = as_(cast.chair), f"/koperasi/{cast.babakankaret.pk}/orang/"
    for n in range(30):
        person = User.objects.create(name=f"clerk {n}")
        Role.objects.create(user=person, kind="clerk", cooperative=cast.babakankaret)
        people.invite(cast.babakankaret, kind="clerk", by=cast.chair, at=timezone.now())
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert text_of(client.get(address)).count("clerk ") >= 30


def test_the_trail_says_who_did_what(cast: Cast) -> None:
    address = address_in(invite(cast))
    token = address.split("/")[2]
    people.accept_invitation(token, by=cast.stranger, at=timezone.now())
    people.erase_person(cast.stranger, by=cast.stranger, at=timezone.now())
    page = text_of(as_(cast.supervisor).get(f"/koperasi/{cast.babakankaret.pk}/jejak/"))
    assert "membuat tautan untuk peran baru: petugas administrasi" in page
    assert "menerima peran" in page
    assert "stranger" not in page
    assert as_(cast.supervisor).get(f"/koperasi/{cast.babakankaret.pk}/jejak/?before=x").status_code == 200


def signed_in_for_real(person: User) -> Client:
    person.set_password(PASSWORD)
    person.phone = "+6281234567890"
    person.phone_hash = personal.lookup_hash("phone", person.phone)
    person.save()
    client = Client()
    client.post("/masuk/login/", {"login": person.phone, "password": PASSWORD})
    client.post("/masuk/reauthenticate/", {"password": PASSWORD})
    return client


def test_ones_own_number_is_masked_until_asked_for(cast: Cast) -> None:
    client = signed_in_for_real(cast.chair)
    assert "81234567890" not in text_of(client.get("/akun/"))
    assert "+6281234567890" in text_of(client.get("/akun/?tampil=telepon"))


def test_details_are_changed_and_faults_told(cast: Cast) -> None:
    client = signed_in_for_real(cast.chair)
    typed = {"name": "Ibu ketua", "phone": "0813 1111 2222", "email": "", "language": "en"}
    changed = client.post("/akun/ubah/", typed)
    assert changed.headers["Location"] == "/akun/"
    assert changed.cookies["language"].value == "en"
    cast.chair.refresh_from_db()
    assert (cast.chair.name, cast.chair.phone) == ("Ibu ketua", "+6281311112222")
    answer = client.post("/akun/ubah/", typed | {"phone": ""})
    assert answer.status_code == 422
    assert "Write a phone number or an e-mail address." in text_of(answer)


def test_a_name_with_braces_breaks_no_page(cast: Cast) -> None:
    client = signed_in_for_real(cast.chair)
    typed = {"name": "{braces} <b>", "phone": "081311112222", "language": "id"}
    assert client.post("/akun/ubah/", typed, follow=True).status_code == 200
    assert "&lt;b&gt;" in text_of(client.get("/akun/"))
    fresh = Client()
    fresh.post("/masuk/login/", {"login": "081311112222", "password": PASSWORD})
    assert fresh.get("/akun/").status_code == 200


def test_my_data_is_a_file_with_everything_of_mine(cast: Cast) -> None:
    client = signed_in_for_real(cast.chair)
    answer = client.get("/akun/data/")
    assert "attachment" in answer.headers["Content-Disposition"]
    kept = json.loads(answer.content)
    assert kept["person"]["phone"] == "+6281234567890"
    assert kept["parties.role.user"][0]["cooperative"] == cast.babakankaret.pk
    assert cast.chair.password not in text_of(answer)


def test_erasing_asks_first_and_signs_out(cast: Cast) -> None:
    client = signed_in_for_real(cast.chair)
    client.post("/akun/hapus/")
    assert User.objects.get(pk=cast.chair.pk).is_active
    assert client.post("/akun/hapus/", {"sure": "yes"}).headers["Location"] == "/"
    assert not User.objects.get(pk=cast.chair.pk).is_active
    assert client.get("/akun/").status_code == 302
    assert Cooperative.objects.filter(pk=cast.babakankaret.pk).exists()


def test_consents_are_given_and_taken_back_by_their_owner(cast: Cast) -> None:
    chair = as_(cast.chair)
    assert chair.post("/akun/persetujuan/", {"purpose": "photo"}).status_code == 422
    chair.post("/akun/persetujuan/", {"purpose": "contact"})
    consent = cast.chair.consents.get()
    assert consent.wording.startswith("Orang di jejaring saya boleh menghubungi")
    assert as_(cast.manager).post(f"/akun/persetujuan/{consent.pk}/cabut/").status_code == 404
    chair.post(f"/akun/persetujuan/{consent.pk}/cabut/")
    consent.refresh_from_db()
    assert consent.withdrawn_at is not None
