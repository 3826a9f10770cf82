"""Plans: asked for, worked out once whatever happens, the same as from the command line."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from jejaring.domain.mapping.actions.loading import load_network
from jejaring.domain.mapping.models import Channel, Facility, Grade, LocalTrade, Need, Potential, Site
from jejaring.domain.parties.models import AuditLine, Cooperative, Network, NetworkRole
from jejaring.domain.partnering.actions import working_out
from jejaring.domain.partnering.actions.asking import PATIENCE, QUIET, ask_again, ask_for_plan
from jejaring.domain.partnering.models import PlanEdition, PlanRun
from jejaring.domain.partnering.snapshot import take_snapshot
from jejaring.engines import planning
from jejaring.engines.errors import Faults, Refusal
from jejaring.interfaces.cli.main import main
from tests.cast import make_cast
from tests.engines.small_networks import example, read

AT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
MARCH = date(2026, 3, 1)


@pytest.fixture
def network(db: None) -> Network:
    return load_network(read(example()), name="Contoh", region_code="32.03", by=None, at=AT).network


def asked(network: Network, **options: Any) -> PlanRun:
    usual: dict[str, Any] = {"first_month": MARCH, "months": 2, "by": None, "at": AT}
    return ask_for_plan(network, **(usual | options))


def worked_out(run: PlanRun, at: datetime = AT) -> PlanRun:
    working_out.work_out(run.pk, now=lambda: at)
    run.refresh_from_db()
    return run


def test_a_count_that_no_column_holds_is_told_not_cut(db: None) -> None:
    document = example() | {"format": "jejaring-network/2"}
    document["products"][0]["shelf_life_periods"] = 40_000
    problem = read(document)
    with pytest.raises(Faults) as refused:
        load_network(problem, name="Contoh", region_code="32.03", by=None, at=AT)
    assert [fault.wrong.code for fault in refused.value.faults] == ["load.number"]
    assert not Network.objects.exists()


def test_a_plan_is_worked_out_with_an_edition_for_each_reader_in_both_languages(network: Network) -> None:
    run = worked_out(asked(network))
    assert (run.status, run.said) == (PlanRun.Status.DONE, [])
    plan = json.loads(run.plan)
    assert run.summary["value_idr"] == round(plan["value_idr"])
    assert run.summary["hubs"] == ["B"]
    made = set(PlanEdition.objects.filter(run=run).values_list("audience", "language"))
    readers = {"facilitator", "public", "party:A", "party:B"}
    assert made == {(who, language) for who in readers for language in ("id", "en")}
    assert AuditLine.objects.filter(action__in=("plan.ask", "plan.done")).count() == 2


@pytest.mark.parametrize("thorough", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_command_line_makes_the_same_plan_of_the_same_file(
    network: Network, tmp_path: Path, thorough: bool
) -> None:
    run = worked_out(asked(network, thorough=thorough))
    file, out = tmp_path / "network.json", tmp_path / "out"
    file.write_text(run.problem, encoding="utf-8")
    quick = [] if thorough else ["--quick"]
    assert main(["plan", str(file), "--out", str(out), *quick]) == 0
    assert (out / "plan.json").read_bytes() == run.plan.encode()


def test_the_gain_in_a_list_is_rounded_as_in_the_report(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    solve = planning.solve

    def solved(*args: Any, **more: Any) -> Any:
        made = solve(*args, **more)
        return replace(made, value_idr=sum(made.alone_idr) + 999.7)

    monkeypatch.setattr(planning, "solve", solved)
    run = worked_out(asked(network, rules=("equal",)))
    front = PlanEdition.objects.get(run=run, audience="facilitator", language="id").front
    assert f"{run.summary['gain_idr']:,}".replace(",", ".") in front["head"]["gain"]
    assert run.summary["gain_idr"] == 1000


def test_the_answers_of_the_moment_are_planned(network: Network) -> None:
    run = asked(network)
    Potential.objects.update(kg=0)
    assert json.loads(worked_out(run).problem)["supplies"][0]["available_kg"] == 120_000


def test_the_same_request_is_one_plan(network: Network) -> None:
    key = uuid4()
    assert asked(network, request_key=key).pk == asked(network, request_key=key).pk
    assert PlanRun.objects.count() == 1


@pytest.mark.skipif(connection.vendor == "sqlite", reason="threads share no database in memory")
@pytest.mark.django_db(transaction=True)
def test_taps_in_the_same_moment_are_one_plan() -> None:
    network = load_network(read(example()), name="Contoh", region_code="32.03", by=None, at=AT).network
    key, together = uuid4(), Barrier(4)

    def tap(_: int) -> int:
        together.wait()
        try:
            return asked(network, request_key=key).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(tap, range(4)))) == 1
    assert PlanRun.objects.count() == 1


def test_a_key_that_another_network_has_used_hides_no_plan(network: Network) -> None:
    other = load_network(read(example()), name="Lain", region_code="32.05", by=None, at=AT).network
    key = uuid4()
    runs = [asked(each, request_key=key) for each in (network, other)]
    assert [run.network_id for run in runs] == [network.pk, other.pk]


@pytest.mark.parametrize("month", [date(9999, 12, 1), date(1, 1, 1)])
def test_a_month_that_can_only_be_a_slip_is_refused(network: Network, month: date) -> None:
    with pytest.raises(Refusal) as refused:
        asked(network, first_month=month)
    assert refused.value.sentence.code == "mapping.month_far"


def test_a_scenario_changes_what_is_planned(network: Network) -> None:
    change = {"table": "outlets", "field": "price_idr_per_kg", "product": "beras", "factor": "0.9"}
    run = asked(network, scenario={"changes": [change]})
    [first, *_] = json.loads(run.problem)["outlets"]
    assert first["price_idr_per_kg"] == 10_800
    assert first["steps"][0]["price_idr_per_kg"] == 11_070


@pytest.mark.parametrize(
    "change",
    [
        {"table": "parties", "field": "cash_idr", "factor": "2"},
        {"table": "outlets", "field": "price_idr_per_kg", "product": "emas", "factor": "2"},
        {"table": "outlets", "field": "most_kg", "row": "nobody", "factor": "0"},
        {"table": "outlets", "field": "most_kg", "factor": "-1"},
    ],
)
def test_a_change_that_cannot_be_made_is_refused(network: Network, change: dict[str, str]) -> None:
    with pytest.raises(Refusal):
        asked(network, scenario={"changes": [change]})
    assert not PlanRun.objects.exists()


def test_at_most_three_plans_wait(network: Network) -> None:
    for _ in range(3):
        asked(network)
    with pytest.raises(Refusal, match="still being worked out"):
        asked(network)


# --- what is missing ---------------------------------------------------------------------------


def test_a_network_that_nobody_has_answered_is_told_so(db: None) -> None:
    cast = make_cast()
    with pytest.raises(Faults) as refused:
        asked(cast.cianjur)
    assert [fault.wrong.code for fault in refused.value.faults] == ["snapshot.nothing_said"]


def test_a_network_of_one_is_refused(network: Network) -> None:
    network.roles.filter(cooperative__code="A").delete()
    with pytest.raises(Faults) as refused:
        asked(network)
    assert [fault.wrong.code for fault in refused.value.faults] == ["snapshot.nobody"]


def test_a_missing_buyer_is_told(network: Network) -> None:
    Channel.objects.filter(direction="sell").delete()
    LocalTrade.objects.update(sell_idr_per_kg=None)
    with pytest.raises(Faults) as refused:
        asked(network)
    assert "snapshot.no_buyer" in [fault.wrong.code for fault in refused.value.faults]


def test_what_the_engine_finds_wrong_names_the_co_op_and_the_question(network: Network) -> None:
    Channel.objects.filter(direction="buy").update(idr_per_kg=1)
    Need.objects.update(is_must=True, worth_idr_per_kg=None)
    LocalTrade.objects.filter(buy_idr_per_kg__isnull=False).update(buy_idr_per_kg=None)
    with pytest.raises(Faults) as refused:
        asked(network)
    told = [str(fault.wrong) for fault in refused.value.faults]
    assert any(
        line.startswith("Koperasi A, what is needed, urea:") and "in 2026-04." in line for line in told
    )
    assert not any("[" in line for line in told)


def test_a_figure_that_was_not_said_is_taken_from_other_answers_or_left_out(network: Network) -> None:
    Potential.objects.update(cost_idr_per_kg=None)
    Need.objects.update(worth_idr_per_kg=None)
    snapshot = take_snapshot(network, first_month=MARCH, months=2, at=AT)
    assert snapshot.problem.supplies.cost_idr_per_kg.floats(0).tolist() == [6000]
    assert snapshot.problem.needs.worth_idr_per_kg.floats(0).tolist() == [3000]
    assert {each.code for each in snapshot.noticed} == {"snapshot.cost.local", "snapshot.worth.local"}
    LocalTrade.objects.all().delete()
    snapshot = take_snapshot(network, first_month=MARCH, months=2, at=AT)
    assert len(snapshot.problem.supplies.site) == len(snapshot.problem.needs.site) == 0
    assert {each.code for each in snapshot.noticed} == {"snapshot.left.cost", "snapshot.left.worth"}


def test_old_answers_are_listed(network: Network) -> None:
    later = AT + timedelta(days=100)
    snapshot = take_snapshot(network, first_month=MARCH, months=2, at=later)
    assert ("Koperasi A", "supplies", AT.date()) in snapshot.old
    assert take_snapshot(network, first_month=MARCH, months=2, at=AT).old == ()


def test_the_day_of_an_answer_is_that_of_people_here_not_of_greenwich(network: Network) -> None:
    early = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)  # three in the morning of the fifth
    Potential.objects.update(said_at=early, way="web", evidence="weighed")
    snapshot = take_snapshot(network, first_month=MARCH, months=2, at=early + timedelta(days=100))
    assert ("Koperasi A", "supplies", date(2026, 3, 5)) in snapshot.old
    assert snapshot.problem.supplies.evidence[0] == "weighed, 2026-03-05"


def test_a_network_without_ways_gets_the_dated_rule_and_says_so(network: Network) -> None:
    network.lanes.all().delete()
    snapshot = take_snapshot(network, first_month=MARCH, months=2, at=AT)
    assert snapshot.problem.lane_rule is not None
    assert [each.code for each in snapshot.noticed] == ["snapshot.lane_rule"]
    assert "jejaring.lane_rule" in [each.code for each in snapshot.problem.references]


def test_a_co_op_that_is_nowhere_is_told(network: Network) -> None:
    network.lanes.all().delete()
    Site.objects.filter(cooperative__code="A").update(lat=None, lon=None)
    Cooperative.objects.filter(code="A").update(lat=None, lon=None)
    snapshot = take_snapshot(network, first_month=MARCH, months=2, at=AT)
    [said] = [each for each in snapshot.noticed if each.code == "snapshot.nowhere"]
    assert said.facts["cooperatives"] == ("Koperasi A",)


def test_a_place_without_position_is_where_the_co_op_is(network: Network) -> None:
    Site.objects.filter(cooperative__code="A").update(lat=None, lon=None)
    Cooperative.objects.filter(code="A").update(lat=-6.9, lon=107.0)
    sites = take_snapshot(network, first_month=MARCH, months=2, at=AT).problem.sites
    assert (sites.lat[0], sites.lon[0]) == (-6.9, 107.0)


def test_a_co_op_without_a_site_is_a_place_itself(network: Network) -> None:
    added = Cooperative.objects.create(name="Koperasi C", kind="kdmp", lat=-6.9, lon=107.0)
    NetworkRole.objects.create(network=network, cooperative=added, kind="hub")
    problem = take_snapshot(network, first_month=MARCH, months=2, at=AT).problem
    assert problem.sites.codes[-1] == problem.parties.codes[-1] == f"k{added.pk}"
    assert problem.parties.roles == ("", "hub", "hub")


def test_a_grade_is_a_good_of_its_own_that_passes_for_its_product(network: Network) -> None:
    said = Potential.objects.get()
    said.grade = Grade.objects.create(product=said.product, code="kering", name_id="kering")
    said.save()
    problem = take_snapshot(network, first_month=MARCH, months=2, at=AT).problem
    assert problem.products[problem.supplies.product[0]] == "gkp.kering"
    assert planning.solve(problem).value_idr == planning.solve(read(example())).value_idr > 0


def test_two_co_ops_with_the_same_codes_stay_apart(network: Network) -> None:
    Cooperative.objects.update(code="sama")
    Facility.objects.update(code="gudang", cooperative=Cooperative.objects.first())
    problem = take_snapshot(network, first_month=MARCH, months=2, at=AT).problem
    assert len(set(problem.parties.codes)) == 2


def test_answers_are_read_in_as_many_queries_however_many_there_are(
    network: Network, django_assert_max_num_queries: Any
) -> None:
    said = Potential.objects.get()
    for month in range(1, 13):
        Potential.objects.create(
            cooperative=said.cooperative, product=said.product, month=date(2027, month, 1), kg=1,
            cost_idr_per_kg=1, said_at=AT,
        )  # fmt: skip
    with django_assert_max_num_queries(24):
        take_snapshot(network, first_month=date(2027, 1, 1), months=12, at=AT)
    with django_assert_max_num_queries(24):
        take_snapshot(network, first_month=MARCH, months=1, at=AT)


# --- workers that die, come back, or meet ------------------------------------------------------


def test_a_plan_that_is_finished_is_not_worked_out_again(network: Network) -> None:
    run = worked_out(asked(network))
    finished = run.finished_at
    assert worked_out(run, AT + timedelta(days=1)).finished_at == finished
    assert PlanEdition.objects.filter(run=run).count() == 8


def test_a_plan_in_good_hands_is_left_alone(network: Network) -> None:
    run = asked(network)
    PlanRun.objects.update(status=PlanRun.Status.RUNNING, claim=uuid4(), heard_at=AT)
    assert worked_out(run, AT + QUIET).status == PlanRun.Status.RUNNING


def test_a_plan_whose_worker_died_is_taken_again_after_a_while(network: Network) -> None:
    run = asked(network)
    PlanRun.objects.update(status=PlanRun.Status.RUNNING, claim=uuid4(), heard_at=AT)
    run = worked_out(run, AT + QUIET + timedelta(minutes=1))
    assert run.status == PlanRun.Status.DONE
    assert PlanEdition.objects.filter(run=run).count() == 8


def test_a_worker_that_comes_back_writes_nothing(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    run = asked(network)
    editions = working_out._editions

    def taken_over_meanwhile(*given: Any) -> Any:
        PlanRun.objects.filter(pk=run.pk).update(claim=uuid4())
        return editions(*given)

    monkeypatch.setattr(working_out, "_editions", taken_over_meanwhile)
    run = worked_out(run)
    assert (run.status, run.plan) == (PlanRun.Status.RUNNING, "")
    assert not PlanEdition.objects.exists()


def test_a_plan_that_kills_its_worker_each_time_fails_in_the_end(network: Network) -> None:
    run = asked(network)
    PlanRun.objects.update(status=PlanRun.Status.RUNNING, heard_at=AT, progress={"tries": 3})
    run = worked_out(run, AT + QUIET + timedelta(minutes=1))
    assert run.status == PlanRun.Status.FAILED
    assert run.said[0]["code"] == "plan.failed"


def test_a_fault_of_the_program_is_told_and_can_be_tried_again(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = asked(network)
    with monkeypatch.context() as broken:
        broken.setattr(working_out, "_worked_out", lambda *given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            worked_out(run)
    run.refresh_from_db()
    assert (run.status, run.said[0]["code"]) == (PlanRun.Status.FAILED, "plan.failed")
    assert worked_out(ask_again(run, by=None, at=AT)).status == PlanRun.Status.DONE


def test_only_a_plan_that_is_stuck_starts_again(network: Network) -> None:
    run = asked(network)
    assert ask_again(run, by=None, at=AT + PATIENCE).heard_at is None
    assert not AuditLine.objects.filter(action="plan.ask_again").exists()
    ask_again(run, by=None, at=AT + PATIENCE + timedelta(seconds=1))
    assert AuditLine.objects.filter(action="plan.ask_again").exists()


def test_what_the_solver_refuses_is_told(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    run = asked(network)

    def refuses(*given: Any) -> None:
        raise Refusal("solve.none", "There is no plan.")

    monkeypatch.setattr(working_out, "_worked_out", refuses)
    run = worked_out(run)
    assert (run.status, run.said[0]["text"]) == (PlanRun.Status.REFUSED, "There is no plan.")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_worker_of_the_queue_works_it_out() -> None:
    made = load_network(read(example()), name="Contoh", region_code="32.03", by=None, at=AT)
    run = asked(made.network, at=datetime.now(UTC))
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    run.refresh_from_db()
    assert run.status == PlanRun.Status.DONE
