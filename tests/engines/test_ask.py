"""All questions at one entry: answered, written as the schema has it, the same every time."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from jejaring.engines import planning
from jejaring.engines.errors import Refusal
from jejaring.engines.planning.plan_file import write_plan
from jejaring.engines.planning.plan_reading import read_plan
from jejaring.engines.planning.questions.answers import Answers
from jejaring.engines.planning.questions.answers_file import WRITERS, answers_document
from jejaring.engines.planning.questions.ask import QUESTIONS, seasons_asked, takes_long
from jejaring.engines.planning.questions.resolving import Standing
from jejaring.engines.planning.schema import plan_schema
from jejaring.engines.planning.solver import Limits
from tests.engines.small_networks import example, read
from tests.engines.test_why_not import drawn
from tests.referee import networks, networks_two
from tests.referee.networks import text

NETWORKS = {"example": example(), "linear": drawn(3, choices=False), "yes/no": drawn(7, choices=True)}


def written(name: str) -> bytes:
    problem = read(text(NETWORKS[name]).decode())
    plan = planning.solve(problem)
    shares = planning.share(problem, plan)
    answers = planning.ask(problem, plan, shares)
    return write_plan(problem, plan, shares, answers_document(problem, answers))


@pytest.mark.parametrize("name", NETWORKS)
def test_a_plan_with_its_questions_keeps_the_schema_and_comes_out_the_same_every_time(name: str) -> None:
    data = written(name)
    document = json.loads(data)
    jsonschema.validate(document, plan_schema())
    assert set(document["questions"]) == set(QUESTIONS)
    assert written(name) == data


def test_a_plan_with_questions_is_read_like_one_without() -> None:
    problem = read(text(NETWORKS["example"]).decode())
    plan, shares = read_plan(problem, written("example"))
    assert write_plan(problem, plan, shares) == write_plan(
        problem, planning.solve(problem), planning.share(problem, planning.solve(problem))
    )


def test_only_what_is_named_is_asked() -> None:
    problem = read(text(NETWORKS["linear"]).decode())
    stages: list[str] = []
    answers = planning.ask(problem, planning.solve(problem), only=["why_not"], tell=stages.append)
    assert answers.why_not is not None
    assert answers.declarations is None
    assert stages == ["why_not", "rivals"]
    assert set(answers_document(problem, answers)) == {"why_not"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["tiny", "yesno", "small", "coreless"])
def test_every_drawn_network_can_be_asked(kind: str) -> None:
    for seed in range(4):
        problem = read(text(getattr(networks, kind)(seed)).decode())
        plan = planning.solve(problem)
        answers = planning.ask(problem, plan, seasons=9)
        document = json.loads(write_plan(problem, plan, (), answers_document(problem, answers)))
        jsonschema.validate(document, plan_schema())
        assert set(document["questions"]) == set(QUESTIONS)


def asked_everything(kind: str, seed: int) -> bool:
    """Ask a network of format version 2 everything; return whether it could be: what isn't a plan can't."""
    problem = read(text(getattr(networks_two, kind)(seed)).decode())
    try:
        plan = planning.solve(problem)
    except Refusal:
        return False
    answers = planning.ask(problem, plan, seasons=5)
    document = json.loads(write_plan(problem, plan, (), answers_document(problem, answers)))
    jsonschema.validate(document, plan_schema())
    assert set(document["questions"]) == set(QUESTIONS)
    return True


@pytest.mark.parametrize(("kind", "seed"), [("linear", 0), ("yesno", 1)])
def test_networks_of_version_two_can_be_asked(kind: str, seed: int) -> None:
    assert asked_everything(kind, seed)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "seeds"),
    [("tiny", 12), ("yesno", 5), ("linear", 3), ("perishable", 3), ("stating", 3), ("small", 1)],
)
def test_every_drawn_network_of_version_two_can_be_asked(kind: str, seeds: int) -> None:
    asked = [asked_everything(kind, seed) for seed in range(seeds)]
    # Some cannot be planned: drawn cash or needs that nobody can meet.
    assert sum(asked) >= len(asked) / 2


@pytest.mark.slow
def test_why_not_keeps_within_the_cash_of_all() -> None:
    for seed in range(10):
        problem = read(text(networks_two.stating(seed)).decode())
        plan = planning.solve(problem)
        standing = Standing(problem, plan, Limits())
        # With the plan's choices and cash, as much as the plan and no more.
        assert standing.now.value_idr == pytest.approx(plan.value_idr, rel=1e-6, abs=1.0)


def test_both_examples_are_asked_everything() -> None:
    for name in ("cianjur-beras", "ciwidey-sayur"):
        problem = planning.read(Path(__file__).parents[2] / "examples" / f"{name}.xlsx")
        assert not takes_long(problem)
        assert seasons_asked(problem) >= 9


def test_every_question_has_a_field_and_a_writer() -> None:
    assert set(QUESTIONS) == set(WRITERS) == set(Answers.__dataclass_fields__)
