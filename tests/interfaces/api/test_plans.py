"""Networks and plans for programs: seen by whom, asked for once, in the edition of each."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from jejaring.domain.partnering.models import PlanRun
from tests.cast import Cast, make_cast
from tests.interfaces.api.callers import Program, parts_of
from tests.interfaces.web.story_rows import finished_plan


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_a_network_shows_its_members_and_no_figures(cast: Cast) -> None:
    program = Program(cast.ministry)
    [cianjur, _] = program.calls("GET", "/networks").json()["networks"]
    assert (cianjur["id"], cianjur["cooperatives"]) == (cast.cianjur.pk, 2)
    assert program.calls("GET", f"/networks/{cast.cianjur.pk}").json() == cianjur
    members = program.calls("GET", f"/networks/{cast.cianjur.pk}/members").json()
    assert [each["roles"] for each in members["members"]] == [["hub"], ["supplier"]]
    assert not any(each["is_visible"] for each in members["members"])
    own = Program(cast.clerk_garut).calls("GET", "/networks").json()["networks"]
    assert [each["id"] for each in own] == [cast.garut.pk]


def test_each_reads_the_edition_that_is_theirs(cast: Cast) -> None:
    run = parts_of(cast)["run_id"]
    own = Program(cast.chair, speaks="id").calls("GET", f"/plans/{run}/edition").json()
    assert own["reader"] == f"koperasi-{cast.babakankaret.pk}"
    assert [each["key"] for each in own["readers"]] == [own["reader"], "umum"]
    other = f"koperasi-{cast.hub.pk}"
    program = Program(cast.chair, speaks="id")
    assert program.calls("GET", f"/plans/{run}/edition", reader=other).status_code == 403
    assert program.calls("GET", f"/plans/{run}/edition", reader="nobody").status_code == 404
    assert Program(cast.chair).calls("GET", f"/plans/{run}").json()["summary"] is None
    assert Program(cast.facilitator).calls("GET", f"/plans/{run}").json()["summary"]["gain_idr"] == 1


def test_the_files_of_a_plan_come_as_they_are_kept(cast: Cast) -> None:
    run = finished_plan(cast).pk
    PlanRun.objects.filter(pk=run).update(problem='{"a": 1.10}')
    program = Program(cast.facilitator)
    assert program.calls("GET", f"/plans/{run}/network.json").content == b'{"a": 1.10}'
    assert program.calls("GET", f"/plans/{run}/plan.json").content == b"{}"


def test_a_plan_that_the_answers_dont_allow_is_refused_with_all_that_is_lacking(cast: Cast) -> None:
    sent = {"first_month": f"{timezone.localdate():%Y-%m}", "months": 1, "request_key": str(uuid4())}
    address = f"/networks/{cast.cianjur.pk}/plans"
    answer = Program(cast.hub_manager).calls("POST", address, sent)
    assert answer.status_code == 422
    assert answer.json()["faults"]
    assert not PlanRun.objects.exists()
    wrong = Program(cast.hub_manager).calls("POST", address, {**sent, "months": 99, "rules": ["mine"]})
    assert {each["field"] for each in wrong.json()["faults"]} == {"months", "rules[0]"}


def test_a_plan_asked_for_twice_with_one_key_is_one_plan(cast: Cast) -> None:
    run = finished_plan(cast)
    PlanRun.objects.filter(pk=run.pk).update(request_key=(key := uuid4()))
    sent = {"first_month": "2026-03", "months": 1, "request_key": str(key)}
    program = Program(cast.facilitator)
    answer = program.calls("POST", f"/networks/{cast.cianjur.pk}/plans", sent)
    assert (answer.status_code, answer.json()["id"]) == (202, run.pk)
    [shown] = program.calls("GET", f"/networks/{cast.cianjur.pk}/plans").json()["plans"]
    assert (shown["id"], shown["first_month"], shown["status"]) == (run.pk, "2026-03", "done")
