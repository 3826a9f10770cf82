"""Signing in: by phone or e-mail, told alike, slowed down, with a second step; sessions and redirects."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from jejaring.domain.parties import personal
from jejaring.domain.parties.actions import password_links, people
from jejaring.domain.parties.actions.tokens import make_token
from jejaring.domain.parties.models import AuditLine, User
from jejaring.domain.parties.tokens import tokens_of
from tests.cast import Cast, make_cast
from tests.interfaces.web.story_rows import address_parts
from tests.interfaces.web.test_gates import ours
from tests.interfaces.web.who_may import WHO

PASSWORD = "padi menguning lagi"
PHONE = "+6281234567890"
LOGIN = "/masuk/login/"


ARGON = settings.PASSWORD_HASHERS


@pytest.fixture
def cast(db: None, settings: Settings) -> Cast:
    # Hashes are meant to be slow; only the tests about them wait for that.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    made = make_cast()
    for who, number in (("chair", PHONE), ("chair_garut", "+6281300000000")):
        person = made.people[who]
        person.phone, person.phone_hash = number, personal.lookup_hash("phone", number)
        person.email = f"{who}@example.com"
        person.set_password(PASSWORD)
        person.save()
    return made


def sign_in(client: Client, login: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"login": login, "password": password, **more})


def who_is(client: Client) -> int | None:
    number = client.session.get("_auth_user_id")
    return int(number) if number else None


def told(answer: Any) -> list[str]:
    return re.findall(r'<div class="notice refused".*?</div>', answer.content.decode(), re.DOTALL)


@pytest.mark.parametrize(
    "written",
    ["081234567890", "0812-3456-7890", "+62 812 3456 7890", " 6281234567890 ", "Chair@Example.COM"],
)
def test_each_way_of_writing_signs_in_the_same_person(cast: Cast, client: Client, written: str) -> None:
    assert sign_in(client, written).status_code == 302
    assert who_is(client) == cast.chair.pk


def test_a_wrong_password_and_an_unknown_person_are_told_alike(cast: Cast, client: Client) -> None:
    answers = [
        sign_in(client, PHONE, "wrong"),
        sign_in(client, "0813 5555 5555"),
        sign_in(client, "nobody@example.com"),
        sign_in(client, "neither one nor the other"),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({tuple(told(answer)) for answer in answers}) == 1
    assert "tidak cocok" in told(answers[0])[0]


def test_guessing_is_slowed_however_the_number_is_written(cast: Cast, client: Client) -> None:
    for written in ("081234567890", "0812-3456-7890", PHONE, "6281234567890", "Chair@example.com"):
        sign_in(client, written, "wrong")
    assert sign_in(client, PHONE).status_code == 200
    assert sign_in(client, "chair@example.com").status_code == 200
    assert who_is(client) is None
    # Somebody else's failures lock nobody out: a workshop shares one address.
    assert sign_in(client, "+6281300000000").status_code == 302


def test_sign_ins_from_one_address_are_limited(cast: Cast, client: Client) -> None:
    statuses = [client.post(LOGIN, {"login": f"nobody{n}@example.com"}).status_code for n in range(121)]
    assert statuses[-1] == 429
    assert "tunggu lima menit" in client.post(LOGIN, {}).content.decode().lower()


def test_an_erased_person_is_out_at_once_and_cant_come_back(cast: Cast, client: Client) -> None:
    sign_in(client, PHONE)
    people.erase_person(cast.chair, by=cast.chair, at=timezone.now())
    assert client.get("/akun/").status_code == 302
    assert sign_in(Client(), PHONE).status_code == 200
    assert sign_in(Client(), "chair@example.com").status_code == 200


def test_session_cookies_arent_for_scripts_or_other_sites(cast: Cast, client: Client) -> None:
    sign_in(client, PHONE)
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"], "without “stay signed in” the session ends with the browser"


def test_signing_in_makes_a_new_session_and_signing_out_ends_it(cast: Cast, client: Client) -> None:
    client.get(f"/undangan/{'x' * 32}/")
    before = client.session.session_key
    sign_in(client, PHONE)
    key = client.session.session_key
    assert key != before
    client.post("/masuk/logout/")
    stolen = Client()
    stolen.cookies["sessionid"] = str(key)
    assert stolen.get("/akun/").status_code == 302


def test_behind_https_cookies_are_secure_and_browsers_told_to_stay() -> None:
    asked = (
        "SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_SSL_REDIRECT SECURE_HSTS_SECONDS SESSION_COOKIE_NAME"
    )
    script = f"from django.conf import settings as s; print([getattr(s, n) for n in '{asked}'.split()])"
    environment = os.environ | {
        "JEJARING_HTTPS": "yes",
        "DJANGO_SETTINGS_MODULE": "jejaring.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, env=environment, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[True, True, True, 15552000, '__Host-sessionid']"


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil"]
)
def test_nobody_is_sent_to_another_site(cast: Cast, client: Client, evil: str) -> None:
    for answer in (
        sign_in(client, PHONE, next=evil),
        client.post("/bahasa/", {"code": "en", "back": evil}),
        client.post("/masuk/logout/", {"next": evil}),
    ):
        assert answer.status_code == 302
        assert "evil" not in answer.headers["Location"]
        assert answer.headers["Location"].startswith("/")
        assert not answer.headers["Location"].startswith(("//", "/\\"))


def test_signing_in_goes_on_where_one_wanted_to_go(cast: Cast, client: Client) -> None:
    assert sign_in(client, PHONE, next="/akun/").headers["Location"] == "/akun/"


def test_no_form_is_taken_from_another_site(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.chair)
    parts = address_parts(cast)
    addresses = [LOGIN, "/masuk/logout/", "/masuk/password/change/", "/akun/keamanan/totp/activate/"]
    for each in ours():
        if ("POST", each.name) in WHO or each.name in {"invitation", "erase_me", "details", "new_password"}:
            named = {key: parts[key] for key in each.pattern.converters}
            addresses.append(reverse(str(each.name), kwargs=named))
    before = AuditLine.objects.count()
    for who in (client, Client(enforce_csrf_checks=True)):
        assert {who.post(address).status_code for address in addresses} == {403}
    assert AuditLine.objects.count() == before


@pytest.mark.parametrize(
    "address",
    ["signup/", "email/", "confirm-email/", "confirm-email/abc/", "phone/change/", "phone/verify/"],
)
def test_pages_of_the_library_that_nobody_needs_are_closed(cast: Cast, client: Client, address: str) -> None:
    assert client.get(f"/masuk/{address}").status_code == 404
    assert client.post(f"/masuk/{address}", {"email": "a@example.com"}).status_code == 404
    client.force_login(cast.chair)
    assert client.post(f"/masuk/{address}", {"phone": "+628111"}).status_code == 404
    assert User.objects.get(pk=cast.chair.pk).phone == PHONE


def test_changing_the_password_ends_other_sessions(cast: Cast, client: Client) -> None:
    other = Client()
    sign_in(client, PHONE)
    sign_in(other, PHONE)
    new = "jagung rebus manis"
    answer = client.post(
        "/masuk/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.status_code == 302
    assert client.get("/akun/").status_code == 200
    assert other.get("/akun/").status_code == 302
    assert AuditLine.objects.get().action == "people.change_password"


def test_a_forgotten_password_without_email_says_whom_to_ask(cast: Cast, client: Client) -> None:
    for answer in (
        client.get("/masuk/password/reset/"),
        client.post("/masuk/password/reset/", {"email": "chair@example.com"}),
    ):
        assert "Mintalah tautan kata sandi baru kepada fasilitator" in answer.content.decode()


def test_a_forgotten_password_by_email(cast: Cast, client: Client, settings: Settings) -> None:
    settings.SENDS_EMAIL = True
    known = client.post("/masuk/password/reset/", {"email": "Chair@example.com"})
    unknown = client.post("/masuk/password/reset/", {"email": "nobody@example.com"})
    assert known.headers["Location"] == unknown.headers["Location"]
    [letter] = mail.outbox
    assert letter.to == ["chair@example.com"]
    assert PHONE not in letter.body
    [address] = re.findall(r"http://testserver(\S+)", str(letter.body))
    page = client.get(address, follow=True)
    new = "jagung rebus manis"
    make_token(cast.chair, name="scales", reads_only=True, days=30, by=cast.chair, at=timezone.now())
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert not tokens_of(cast.chair, at=timezone.now()).exists(), "keys end with a forgotten password"
    assert sign_in(Client(), PHONE).status_code == 200
    assert sign_in(Client(), PHONE, new).status_code == 302
    assert client.get(address, follow=True).context["token_fail"]


def reauthenticate(client: Client) -> None:
    client.post("/masuk/reauthenticate/", {"password": PASSWORD})


def code_for(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def with_totp(client: Client) -> str:
    sign_in(client, PHONE)
    reauthenticate(client)
    page = client.get("/akun/keamanan/totp/activate/")
    secret: str = page.context["form"].secret
    assert client.post("/akun/keamanan/totp/activate/", {"code": code_for(secret)}).status_code == 302
    return secret


def test_a_second_step_is_asked_for_and_its_secret_is_encrypted(cast: Cast, client: Client) -> None:
    secret = with_totp(client)
    kept = Authenticator.objects.get(user=cast.chair, type="totp")
    assert secret not in str(kept.data)
    fresh = Client()
    assert sign_in(fresh, PHONE).headers["Location"] == "/akun/keamanan/authenticate/"
    assert who_is(fresh) is None
    assert fresh.get("/akun/").status_code == 302
    fresh.post("/akun/keamanan/authenticate/", {"code": "000000"})
    assert who_is(fresh) is None
    cache.clear()
    fresh.post("/akun/keamanan/authenticate/", {"code": code_for(secret)})
    assert who_is(fresh) == cast.chair.pk


def test_guessing_codes_is_slowed(cast: Cast, client: Client) -> None:
    secret = with_totp(client)
    cache.clear()
    fresh = Client()
    sign_in(fresh, PHONE)
    for _ in range(5):
        fresh.post("/akun/keamanan/authenticate/", {"code": "000000"})
    fresh.post("/akun/keamanan/authenticate/", {"code": code_for(secret)})
    assert who_is(fresh) is None


def test_a_change_of_the_second_step_stands_in_the_trail(
    cast: Cast, client: Client, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        with_totp(client)
    client.post("/akun/keamanan/totp/deactivate/")
    noted = AuditLine.objects.filter(action="people.note_second_step").order_by("id")
    changes = [line.facts["what"] for line in noted]
    assert (changes[0], changes[-1]) == ("totp_activated", "totp_deactivated")


def test_a_code_works_once(cast: Cast, client: Client) -> None:
    secret = with_totp(client)
    # The step in which the code was set up counts too: wait until none of it is remembered.
    cache.clear()
    code = code_for(secret)
    first, second = Client(), Client()
    for each in (first, second):
        sign_in(each, PHONE)
        each.post("/akun/keamanan/authenticate/", {"code": code})
    assert who_is(first) == cast.chair.pk
    assert who_is(second) is None


def test_a_recovery_code_stands_in_once(cast: Cast, client: Client) -> None:
    with_totp(client)
    page = client.get("/akun/keamanan/recovery-codes/")
    code = page.context["unused_codes"][0]
    for expected in (cast.chair.pk, None):
        fresh = Client()
        sign_in(fresh, PHONE)
        fresh.post("/akun/keamanan/authenticate/", {"code": code})
        assert who_is(fresh) == expected


def test_a_link_to_a_new_password_leaves_the_second_step(cast: Cast, client: Client) -> None:
    with_totp(client)
    made = password_links.make_password_link(cast.chair.roles.get(), by=cast.assistant, at=timezone.now())
    fresh = Client()
    answer = fresh.post(f"/sandi-baru/{made.token}/", {"password": "jagung rebus manis"})
    assert answer.headers["Location"] == LOGIN
    assert who_is(fresh) is None
    assert sign_in(fresh, PHONE, "jagung rebus manis").headers["Location"] == "/akun/keamanan/authenticate/"


def test_second_steps_are_gone_with_the_person(cast: Cast, client: Client) -> None:
    with_totp(client)
    people.erase_person(cast.chair, by=cast.chair, at=timezone.now())
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("address", ["/akun/ubah/", "/akun/data/", "/akun/hapus/"])
def test_what_matters_asks_for_the_password_again(cast: Cast, client: Client, address: str) -> None:
    sign_in(client, PHONE)
    assert client.get(address).headers["Location"].startswith("/masuk/reauthenticate/")
    reauthenticate(client)
    assert client.get(address).status_code == 200


ENGLISH = re.compile(r"\b(the|your|you|password|please|code|security|sign|address|name)\b", re.IGNORECASE)


def test_pages_of_the_library_are_ours_and_in_indonesian(cast: Cast, client: Client) -> None:
    pages: list[Any] = [client.get(LOGIN), sign_in(client, PHONE, "wrong")]
    secret = with_totp(client)
    half = Client()
    sign_in(half, PHONE)
    pages.append(half.get("/akun/keamanan/authenticate/"))
    pages += [
        client.get(address)
        for address in (
            "/masuk/logout/",
            "/masuk/reauthenticate/",
            "/masuk/password/change/",
            "/akun/keamanan/",
            "/akun/keamanan/totp/deactivate/",
            "/akun/keamanan/recovery-codes/",
            "/akun/keamanan/recovery-codes/generate/",
            "/akun/keamanan/webauthn/",
            "/akun/keamanan/webauthn/add/",
        )
    ]
    assert secret
    for page in pages:
        assert page.status_code == 200
        text = page.content.decode()
        assert "jejaring/jejaring.css" in text
        main = text[text.index("<main") : text.index("</main>")]
        words = re.sub(r"<script.*?</script>|<[^>]+>", " ", main, flags=re.DOTALL)
        words = words.replace("passkey", "").replace("Passkey", "")
        assert ENGLISH.findall(words) == [], page.request["PATH_INFO"]


def test_every_answer_forbids_foreign_scripts_and_keeps_private_pages_out_of_caches(
    cast: Cast, client: Client
) -> None:
    page = client.get(LOGIN)
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    sign_in(client, PHONE)
    assert "no-store" in client.get("/akun/").headers["Cache-Control"]


def test_passwords_are_kept_as_argon2(cast: Cast, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ARGON
    people.change_password(cast.chair, password=PASSWORD, by=cast.chair)
    assert cast.chair.password.startswith("argon2$argon2id$")


def test_weak_passwords_are_refused(cast: Cast, client: Client) -> None:
    sign_in(client, PHONE)
    assert len("eleven sign") == 11
    for weak in ("eleven sign", "password1234", "1234567890123", "long " * 26):
        answer = client.post(
            "/masuk/password/change/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
        )
        assert answer.status_code == 200


def test_an_unknown_person_takes_as_long_as_a_wrong_password(
    cast: Cast, client: Client, settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = ARGON
    people.change_password(cast.chair, password=PASSWORD, by=cast.chair)

    def seconds(login: str) -> float:
        begun = time.perf_counter()
        sign_in(client, login, "wrong")
        return time.perf_counter() - begun

    seconds(PHONE)
    known = min(seconds(PHONE) for _ in range(2))
    unknown = min(seconds("0813 5555 5555") for _ in range(2))
    # Without a hash for unknown people the second would be a fifth of the first.
    assert unknown > known / 2


def test_every_page_of_the_second_step_is_ours_and_indonesian(cast: Cast, client: Client) -> None:
    with_totp(client)
    key = Authenticator.objects.create(
        user=cast.chair, type="webauthn", data={"name": "HP lama", "passwordless": False, "credential": {}}
    )
    said = {
        "": "Langkah kedua dan passkey",
        "totp/deactivate/": "Tanpa langkah kedua lain",
        "recovery-codes/": "Tersisa 10 dari 10",
        "recovery-codes/generate/": "Kode di daftar lama tidak berlaku lagi",
        "webauthn/": "HP lama",
        f"webauthn/keys/{key.pk}/edit/": "Apa sebutannya?",
        f"webauthn/keys/{key.pk}/remove/": "“HP lama” tidak bisa dipakai lagi",
        "reauthenticate/": "orang lain tidak bisa mengubah akun Anda",
    }
    for address, text in said.items():
        answer = client.get(f"/akun/keamanan/{address}")
        assert text in answer.content.decode(), address
        assert "jejaring/interfaces/web/templates" in answer.templates[0].origin.name.replace("\\", "/")
    again = client.get("/akun/keamanan/reauthenticate/").content.decode()
    assert "Dengan passkey atau kunci" in again
    key.delete()
    assert "Tambah passkey atau kunci" in client.get("/akun/keamanan/webauthn/add/").content.decode()
    wrong = client.post("/akun/keamanan/reauthenticate/", {"code": "000000"})
    assert "Kode ini tidak benar" in wrong.content.decode()
