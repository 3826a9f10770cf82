"""Every address tried as the outsider, the neighbour and each role; the table is in `who_may`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import Cast, make_cast
from tests.interfaces.web.story_rows import address_parts
from tests.interfaces.web.who_may import EVERYBODY, LIBRARIES, SIGNED_IN, WHO


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            if each.app_name == "ninja":  # The API has a table of its own: tests/interfaces/api.
                continue
            yield from patterns(each)
        else:
            yield each


def ours() -> list[URLPattern]:
    return [each for each in patterns() if not (each.name or "").startswith(LIBRARIES)]


def test_every_address_stands_in_the_table_and_goes_through_a_gate() -> None:
    names = {each.name for each in ours()}
    assert {name for _, name in WHO} == names
    assert [each.name for each in ours() if not hasattr(each.callback, "gate")] == []


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.mark.parametrize(("method", "name"), sorted(WHO), ids=str)
def test_only_those_named_come_in(cast: Cast, method: str, name: str) -> None:
    [pattern] = [each for each in ours() if each.name == name]
    parts = address_parts(cast)
    address = reverse(name, kwargs={key: parts[key] for key in pattern.pattern.converters})
    may = WHO[method, name]
    wrong = []
    for who in ["outsider", *cast.people]:
        client = Client()
        if who != "outsider":
            client.force_login(cast.people[who])
        answer = client.generic(method, address)
        let_in = not (
            answer.status_code in {401, 403, 404}
            or (answer.status_code == 302 and answer.headers["Location"].startswith("/masuk/login/"))
        )
        should = may == EVERYBODY or (may == SIGNED_IN and who != "outsider") or who in may
        assert answer.status_code < 500
        if let_in != should:
            wrong.append(f"{who}: {answer.status_code}, should be {'let in' if should else 'refused'}")
    assert wrong == []
