"""Every operation tried as the outsider, the neighbour and each role; the table is in `who_may`."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from jejaring.domain.parties.actions import people
from jejaring.domain.parties.actions import tokens as actions
from jejaring.domain.parties.models import ApiToken, AuditLine, Role
from jejaring.engines.errors import Refusal
from jejaring.interfaces.api import gates
from tests.cast import Cast, make_cast
from tests.interfaces.api.callers import HOME, Operation, Program, operations, parts_of
from tests.interfaces.api.who_may import EVERYBODY, WHO
from tests.interfaces.web.who_may import SIGNED_IN

OPERATIONS = {each.name: each for each in operations()}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_every_operation_stands_in_the_table_and_has_a_gate() -> None:
    assert set(OPERATIONS) == set(WHO) | EVERYBODY
    assert {each.name for each in OPERATIONS.values() if each.gate == "none"} == EVERYBODY
    assert len(OPERATIONS) == len(list(operations()))


@pytest.mark.parametrize("name", sorted(WHO))
def test_only_keys_of_those_named_open_an_operation(cast: Cast, name: str) -> None:
    operation, may = OPERATIONS[name], WHO[name]
    address = operation.address(parts_of(cast))
    assert Program(None).calls(operation.method, address).status_code == 401
    wrong = []
    for who, person in cast.people.items():
        with transaction.atomic():
            answer = Program(person, speaks="id").calls(operation.method, address)
            transaction.set_rollback(True)
        assert answer.status_code < 500
        let_in = answer.status_code not in {401, 403, 404}
        should = may == SIGNED_IN or who in may
        if let_in != should:
            wrong.append(f"{who}: {answer.status_code}, should be {'let in' if should else 'refused'}")
    assert wrong == []


@pytest.mark.parametrize(
    "operation",
    [each for each in OPERATIONS.values() if each.method not in gates.READING],
    ids=lambda e: e.name,
)
def test_a_key_that_only_reads_writes_nothing(cast: Cast, operation: Operation) -> None:
    lines = AuditLine.objects.count()
    program = Program(cast.facilitator, reads_only=True)
    answer = program.calls(operation.method, operation.address(parts_of(cast)))
    assert (answer.status_code, answer.json()["code"]) == (403, "token.reads_only")
    assert AuditLine.objects.count() == lines


def test_the_cookie_of_a_browser_opens_nothing(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.chair)
    assert browser.get(f"{HOME}/me").status_code == 401
    answer = browser.delete(f"{HOME}/cooperatives/{cast.babakankaret.pk}/vehicles/1")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_ends_when_it_runs_out_or_is_revoked_or_its_owner_leaves(cast: Cast) -> None:
    now = timezone.now()
    program = Program(cast.chair)
    key = ApiToken.objects.get(user=cast.chair)
    assert program.calls("GET", "/me").status_code == 200
    ApiToken.objects.filter(pk=key.pk).update(expires_at=now - timedelta(seconds=1))
    assert program.calls("GET", "/me").status_code == 401
    ApiToken.objects.filter(pk=key.pk).update(expires_at=now + timedelta(days=1))
    actions.revoke_token(key, by=cast.chair, at=now)
    assert program.calls("GET", "/me").status_code == 401
    other = Program(cast.clerk)
    people.erase_person(cast.clerk, by=cast.clerk, at=now)
    assert other.calls("GET", "/me").status_code == 401
    assert not ApiToken.objects.filter(user=cast.clerk).exists()


def test_a_key_can_do_no_more_than_its_owner_can_now(cast: Cast) -> None:
    program = Program(cast.chair)
    address = f"/cooperatives/{cast.babakankaret.pk}"
    assert program.calls("GET", address).status_code == 200
    Role.objects.filter(user=cast.chair).delete()
    assert program.calls("GET", address).status_code == 404


def test_of_a_key_only_a_hash_is_kept_and_the_day_of_its_last_use(cast: Cast) -> None:
    made = actions.make_token(
        cast.chair, name=" timbangan  digital ", reads_only=True, days=30, by=cast.chair, at=timezone.now()
    )
    assert made.token.name == "timbangan digital"
    assert made.secret not in str(list(ApiToken.objects.values()))
    answer = Client().get(f"{HOME}/me", headers={"Authorization": f"Bearer {made.secret}"})
    assert answer.json()["key"]["name"] == "timbangan digital"
    assert answer.json()["roles"][0]["cooperative_id"] == cast.babakankaret.pk
    assert "private" in answer.headers["Cache-Control"]
    made.token.refresh_from_db()
    assert made.token.last_used_on == timezone.localdate()
    [line] = AuditLine.objects.filter(action="people.make_token")
    assert line.facts == {"reads_only": True, "days": 30}


def test_nobody_has_endless_keys(cast: Cast) -> None:
    def make() -> None:
        actions.make_token(cast.chair, name="x", reads_only=True, days=30, by=cast.chair, at=timezone.now())

    for _ in range(20):
        make()
    with pytest.raises(Refusal, match="20 keys"):
        make()


def test_too_many_requests_are_told_to_wait(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "RATE", "3/m/key")
    program, other = Program(cast.chair), Program(cast.clerk)
    assert [program.calls("GET", "/me").status_code for _ in range(3)] == [200, 200, 200]
    answer = program.calls("GET", "/me")
    assert (answer.status_code, answer.json()["code"]) == (429, "api.too_many")
    assert int(answer.headers["Retry-After"]) > 0
    assert other.calls("GET", "/me").status_code == 200


def test_a_page_makes_a_key_shows_it_once_and_revokes_it(cast: Cast, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cast.chair.email = "chair@example.com"
    cast.chair.set_password("padi menguning lagi")
    cast.chair.save()
    browser = Client()
    browser.force_login(cast.chair)
    browser.post("/masuk/reauthenticate/", {"password": "padi menguning lagi"})
    sent = {"name": "timbangan", "reads_only": "yes", "days": "30"}
    shown = browser.post("/akun/kunci/", sent)
    assert shown.status_code == 200
    key = ApiToken.objects.get(user=cast.chair)
    assert key.reads_only
    assert b"jejaring_" in shown.content
    assert b"jejaring_" not in browser.get("/akun/kunci/").content
    neighbour = Client()
    neighbour.force_login(cast.chair_garut)
    assert neighbour.post(f"/akun/kunci/{key.pk}/cabut/").status_code == 404
    assert browser.post(f"/akun/kunci/{key.pk}/cabut/").status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert browser.post("/akun/kunci/", {**sent, "days": "9999"}).status_code == 422


def test_a_key_is_asked_for_after_the_password(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.chair)
    assert browser.get("/akun/kunci/").headers["Location"].startswith("/masuk/reauthenticate/")


def test_what_isnt_there_isnt_taken_or_breaks_is_told_in_the_form_of_refusals(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    form = {"code", "message", "facts", "faults", "doubts"}
    for address in ("/nothing", "/cooperatives/x", "/cooperatives/1/nothing/2"):
        answer = Program(cast.chair, speaks="id").calls("GET", address)
        assert (answer.status_code, answer.json()["code"]) == (404, "api.no_address")
        assert answer.json().keys() == form
        assert answer.json()["message"].startswith("Tidak ada alamat")
    answer = Program(cast.chair).calls("POST", "/me", {})
    assert (answer.status_code, answer.json()["code"]) == (405, "api.method")
    assert answer.json()["facts"] == {"method": "POST", "allowed": answer.headers["Allow"]}
    assert "GET" in answer.headers["Allow"]

    def broken(*_args: object, **_named: object) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr("jejaring.domain.parties.registry.networks_page", broken)
    program = Program(cast.chair)
    program._client.raise_request_exception = False
    answer = program.calls("GET", "/networks")
    assert (answer.status_code, answer.json()["code"]) == (500, "api.broken")
    assert answer.json().keys() == form
    assert "secret" not in answer.content.decode()
    assert answer.headers["Content-Type"] == "application/json"
    # Pages keep theirs.
    assert Client().get("/nothing/").headers["Content-Type"].startswith("text/html")
