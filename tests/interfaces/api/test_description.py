"""The description fits what there is, and nothing that is sent makes the server fall over."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jejaring.interfaces.api.v1 import description
from tests.cast import Cast, make_cast
from tests.interfaces.api.callers import HOME, Operation, Program, operations, parts_of

TEXT = st.text(max_size=12) | st.sampled_from(["gkp", "\x00", "\ud800", "2026-03", "2027-01", "koperasi", ""])
COMING = [f"{timezone.localdate().year + 1}-{month:02d}" for month in (1, 2, 3)]
WORD = st.sampled_from(["", "Truk"])
NUMBER = st.integers() | st.sampled_from([0, 1, 10**15, 10**16, 2**63, -(2**63), 10**400])
SCRAP = st.none() | st.booleans() | NUMBER | st.floats() | TEXT
JSON: st.SearchStrategy[Any] = st.recursive(
    SCRAP, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=8
)
WRITING = [each for each in operations() if each.method in {"PUT", "POST", "PATCH"}]
READING = [each for each in operations() if each.method == "GET" and each.gate != "none"]


def document() -> dict[str, Any]:
    answer = Client().get(f"{HOME}/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_every_operation_is_described_with_name_summary_key_and_answers(db: None) -> None:
    found = document()
    assert found["openapi"].startswith("3.1")
    named = []
    for path, methods in found["paths"].items():
        assert path.startswith(f"{HOME}/")
        for method, each in methods.items():
            named.append(each["operationId"])
            assert each["summary"]
            assert each["description"]
            assert each["security"] == [{"PersonalKey": []}]
            assert {"401", "403", "404", "422", "429"} < set(each["responses"])
            assert any(status.startswith("2") for status in each["responses"])
            in_path = {part["name"] for part in each["parameters"] if part["in"] == "path"}
            assert in_path == {part[1:-1] for part in path.split("/") if part.startswith("{")}
            assert ("requestBody" in each) == (method in {"put", "post", "patch"})
    assert sorted(named) == sorted(each.name for each in operations() if each.gate != "none")
    assert found["components"]["securitySchemes"]["PersonalKey"]["scheme"] == "bearer"


def test_every_reference_of_the_description_leads_somewhere(db: None) -> None:
    found = document()

    def references(part: Any) -> set[str]:
        if isinstance(part, dict):
            own = {part["$ref"]} if "$ref" in part else set()
            return own.union(*(references(each) for each in part.values()))
        return set().union(*(references(each) for each in part)) if isinstance(part, list) else set()

    named = {f"#/components/schemas/{name}" for name in found["components"]["schemas"]}
    assert references(found) <= named


def shaped(schema: dict[str, Any], *, scraps: bool, name: str = "") -> st.SearchStrategy[Any]:
    """Return values of this shape; with `scraps` there is something else here and there."""
    exact = _exactly(schema, scraps, name)
    return st.one_of(exact, exact, exact, JSON) if scraps else exact


def _exactly(schema: dict[str, Any], scraps: bool, name: str) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        named = schema["$ref"].rsplit("/", 1)[1]
        return st.deferred(lambda: shaped(SCHEMAS[named], scraps=scraps))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of(*(shaped(each, scraps=scraps, name=name) for each in schema["anyOf"]))
    kind = schema.get("type")
    if kind == "object":
        fields = {each: shaped(of, scraps=scraps, name=each) for each, of in schema["properties"].items()}
        needed = {each: fields.pop(each) for each in schema.get("required", ())}
        return st.fixed_dictionaries(needed, optional=fields)
    if kind == "array":
        return st.lists(shaped(schema["items"], scraps=scraps, name=name), max_size=3)
    if kind == "integer":
        least, most = schema.get("minimum", 0), schema.get("maximum", 10**6)
        return st.integers(least, most) | st.just(least) | st.just(most)
    if name == "product":
        return st.sampled_from(["gkp", "gkp", "gkp", "emas"])
    if name in {"month", "first_month"}:
        return st.sampled_from([*COMING, "1999-01"])
    if kind == "string" and "pattern" in schema:
        return st.sampled_from(["6500", "0", "0.62", "1"])
    if kind == "string" and schema.get("format") == "uuid":
        return st.uuids().map(str)
    return {"boolean": st.booleans(), "null": st.none()}.get(kind or "", TEXT if scraps else WORD)


SCHEMAS: dict[str, Any] = {}


def body_of(operation: Operation) -> dict[str, Any]:
    methods = {
        each["operationId"]: each for path in description()["paths"].values() for each in path.values()
    }
    schema: dict[str, Any] = methods[operation.name]["requestBody"]["content"]["application/json"]["schema"]
    return schema


@pytest.mark.parametrize("operation", WRITING, ids=lambda each: each.name)
def test_nothing_that_is_sent_makes_the_server_fall_over(cast: Cast, operation: Operation) -> None:
    SCHEMAS.update(description()["components"]["schemas"])
    program, address = Program(cast.facilitator), operation.address(parts_of(cast))
    body = body_of(operation)
    answered: set[int] = set()

    @settings(max_examples=80, suppress_health_check=list(HealthCheck))
    @given(sent=shaped(body, scraps=False) | shaped(body, scraps=True), sure=st.booleans())
    def calls(sent: Any, sure: bool) -> None:
        cache.clear()
        answer = program.calls(operation.method, address, sent, sure=str(sure).lower())
        answered.add(answer.status_code)
        assert answer.status_code in {200, 201, 202, 400, 409, 422}, answer.content
        if answer.status_code >= 400:
            assert {"code", "message", "facts", "faults", "doubts"} == set(answer.json())

    calls()
    # Nobody has said enough for a plan, and a shape knows nothing of what goes into a store.
    assert {422} < answered or operation.name in {"ask_for_plan", "add_facility", "change_facility"}


@pytest.mark.parametrize("operation", READING, ids=lambda each: each.name)
def test_no_question_makes_the_server_fall_over(cast: Cast, operation: Operation) -> None:
    program, address = Program(cast.facilitator), operation.address(parts_of(cast))
    asked = st.dictionaries(
        st.sampled_from(["search", "region", "kind", "network", "after", "from", "until", "on", "reader"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
        | st.sampled_from(["\x00", "9" * 30, "9" * 5000, "2026-03", "0000-01", "32.03", "ID", "1"]),
        max_size=4,
    )

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(asked)
    def calls(query: dict[str, str]) -> None:
        cache.clear()
        assert program.calls("GET", address, **query).status_code in {200, 404, 422}

    calls()


@pytest.mark.parametrize("sent", [b"", b"{", b"[" * 100_000, b"\xff", b"9" * 5000, b'{"answers": NaN}'])
def test_what_isnt_json_is_told_so(cast: Cast, sent: bytes) -> None:
    answer = Program(cast.clerk).calls("PUT", f"/cooperatives/{cast.babakankaret.pk}/needs", sent)
    assert answer.status_code in {400, 422}
    assert answer.json()["message"]


def test_too_large_a_body_is_told_so(cast: Cast) -> None:
    sent = b'{"answers": [' + b" " * 6_000_000 + b"]}"
    answer = Program(cast.clerk).calls("PUT", f"/cooperatives/{cast.babakankaret.pk}/needs", sent)
    assert (answer.status_code, answer.json()["code"]) == (413, "api.too_large")
