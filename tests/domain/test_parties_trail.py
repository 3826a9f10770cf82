"""The audit trail: every action writes one line, and no line can be touched unnoticed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

import jejaring
from jejaring.domain.parties import audit
from jejaring.domain.parties.actions import people
from jejaring.domain.parties.models import AuditHead, AuditLine, Role
from jejaring.domain.parties.trail import PAGE_LINES, trail_of
from tests.cast import Cast, make_cast

DOMAIN = Path(jejaring.__file__).parent / "domain"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def trail(cast: Cast) -> list[AuditLine]:
    for kind in (Role.Kind.CLERK, Role.Kind.MANAGER, Role.Kind.TREASURER, Role.Kind.SUPERVISOR):
        people.invite(cast.babakankaret, kind=kind, by=cast.chair, at=timezone.now())
    assert list(audit.faults()) == []
    return list(AuditLine.objects.order_by("id"))


def test_an_untouched_chain_has_no_fault(trail: list[AuditLine]) -> None:
    assert len(trail) == 4
    assert AuditHead.objects.get().lines == 4


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", timezone.now() + timedelta(days=1)),
        ("by_id", 999),
        ("action", "people.nothing"),
        ("subject", "parties.invitation:999"),
        ("cooperative_id", None),
        ("network_id", 1),
        ("facts", {"kind": "chair"}),
    ],
)
def test_a_changed_line_is_found(trail: list[AuditLine], column: str, value: object) -> None:
    AuditLine.objects.filter(pk=trail[1].pk).update(**{column: value})
    assert [each.code for each in audit.faults()] == ["trail.changed"]


def test_a_line_with_a_hash_made_without_the_key_is_found(trail: list[AuditLine]) -> None:
    AuditLine.objects.filter(pk=trail[3].pk).update(facts={}, hash="1" * 64)
    assert "trail.changed" in [each.code for each in audit.faults()]


def test_a_deleted_line_is_found(trail: list[AuditLine]) -> None:
    trail[1].delete()
    assert [str(each) for each in audit.faults()] == [
        f"Line {trail[2].pk} doesn't follow the one before it.",
        "4 lines were written, 3 are there.",
    ]


@pytest.mark.parametrize("gone", [1, 4])
def test_lines_deleted_at_the_end_are_found(trail: list[AuditLine], gone: int) -> None:
    AuditLine.objects.filter(pk__in=[line.pk for line in trail[-gone:]]).delete()
    assert [str(each) for each in audit.faults()] == [f"4 lines were written, {4 - gone} are there."]


def test_a_line_put_in_is_found(trail: list[AuditLine]) -> None:
    copied = AuditLine.objects.get(pk=trail[3].pk)
    copied.pk, copied.hash = None, "2" * 64
    copied.save(force_insert=True)
    assert len(list(audit.faults())) == 3


def test_lines_in_another_order_are_found(trail: list[AuditLine]) -> None:
    second, third = trail[1], trail[2]
    AuditLine.objects.filter(pk__in=[second.pk, third.pk]).delete()
    second.pk, third.pk = third.pk, second.pk
    AuditLine.objects.bulk_create([second, third])
    assert len(list(audit.faults())) == 3


def test_a_forged_head_is_found(trail: list[AuditLine]) -> None:
    AuditLine.objects.filter(pk=trail[3].pk).delete()
    AuditHead.objects.update(lines=3)
    assert [each.code for each in audit.faults()] == ["trail.end"]


def test_a_refused_action_leaves_no_line(cast: Cast) -> None:
    with pytest.raises(Exception, match="role doesn't allow"):
        people.invite(cast.babakankaret, kind=Role.Kind.CHAIR, by=cast.clerk, at=timezone.now())
    assert not AuditLine.objects.exists()


def actions() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield every action with its place: a public function, among the actions, that is told who acts."""
    for path in sorted(DOMAIN.glob("*/actions/*.py")) + sorted(DOMAIN.glob("*/actions.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            if any(each.arg == "by" for each in node.args.kwonlyargs):
                yield f"{path.relative_to(DOMAIN)}: {node.name}", node


def _functions() -> dict[str, ast.FunctionDef]:
    """Return every function of the domain by its name: what an action may hand its work to."""
    return {
        node.name: node
        for path in sorted(DOMAIN.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }


FUNCTIONS = _functions()


def _reaches(node: ast.FunctionDef, holds: Callable[[ast.FunctionDef], bool]) -> bool:
    """Return whether a function, or one that it hands its work to, holds what is asked for."""
    seen: set[str] = set()
    left = [node]
    while left:
        here = left.pop()
        if holds(here):
            return True
        called = {
            ast.unparse(each.func).split(".")[-1] for each in ast.walk(here) if isinstance(each, ast.Call)
        }
        left += [FUNCTIONS[name] for name in sorted(called - seen) if name in FUNCTIONS]
        seen |= called
    return False


def _records(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(each, ast.Call) and ast.unparse(each.func) == "audit.record" for each in ast.walk(node)
    )


def _is_atomic(node: ast.FunctionDef) -> bool:
    decorated = any(ast.unparse(each).startswith("transaction.atomic") for each in node.decorator_list)
    managed = any(
        ast.unparse(item.context_expr).startswith("transaction.atomic")
        for each in ast.walk(node)
        if isinstance(each, ast.With)
        for item in each.items
    )
    return decorated or managed


ACTIONS = dict(actions())


@pytest.mark.parametrize("place", ACTIONS)
def test_an_action_writes_its_line_in_a_transaction(place: str) -> None:
    assert _reaches(ACTIONS[place], _records)
    assert _reaches(ACTIONS[place], _is_atomic)


@pytest.mark.parametrize("place", ACTIONS)
def test_an_action_is_told_by_keyword_who_acts_and_when(place: str) -> None:
    arguments = ACTIONS[place].args
    assert not {"by", "at", "on", "way"} & {each.arg for each in arguments.posonlyargs + arguments.args}
    assert all(each.annotation is not None for each in arguments.args + arguments.kwonlyargs)


def test_some_actions_were_looked_at() -> None:
    assert len(ACTIONS) > 10


def test_a_page_of_the_trail_asks_two_questions(
    cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    for _ in range(PAGE_LINES + 1):
        people.invite(cast.babakankaret, kind=Role.Kind.CLERK, by=cast.chair, at=timezone.now())
    people.invite(cast.garut_coop, kind=Role.Kind.CLERK, by=cast.chair_garut, at=timezone.now())
    with django_assert_num_queries(2):  # type: ignore[operator]
        page = trail_of(cast.babakankaret)
    assert len(page.lines) == PAGE_LINES
    assert {each.name for each in page.lines} == {"chair"}
    rest = trail_of(cast.babakankaret, before=page.next_before)
    assert (len(rest.lines), rest.next_before) == (1, None)


def dump() -> str:
    """Return everything that lies in the database, as text."""
    tables = connection.introspection.table_names()
    kept = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            kept.append(str(cursor.fetchall()))
    return "\n".join(kept)


def test_neither_phone_nor_nik_lies_in_the_database_in_clear(cast: Cast) -> None:
    from jejaring.domain.parties.models import Member

    link = people.invite(cast.babakankaret, kind=Role.Kind.CLERK, by=cast.chair, at=timezone.now())
    details = people.NewPerson("new clerk", "0812 3456 7890", "", "padi menguning lagi", "Yes.")
    person = people.join_by_invitation(link.token, details=details, at=timezone.now())
    people.change_own_details(
        person, name="new clerk", phone="0813 9876 5432", email="", language="id", by=person
    )
    Member.objects.create(
        cooperative=cast.babakankaret, name="member", nik="3203012501900001", phone="+6281211112222"
    )
    text = dump()
    assert "new clerk" in text
    for number in ("81234567890", "81398765432", "3203012501900001", "81211112222", link.token):
        assert number not in text
    assert Member.objects.get().nik == "3203012501900001"
