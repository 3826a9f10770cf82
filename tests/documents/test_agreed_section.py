"""What was agreed before a plan was made: listed in words, and nothing said to be scarce because of it."""

from __future__ import annotations

from jejaring.documents.editions import View
from jejaring.documents.language import language
from jejaring.documents.names import names
from jejaring.documents.sections.agreed import AgreedPart, agreed_part
from jejaring.documents.sections.scarcity import limits_told
from jejaring.engines.planning import solve
from jejaring.engines.planning.problem import Problem
from tests.engines import judged
from tests.referee import agreements
from tests.referee.agreements import term
from tests.referee.worlds import Object, lane, outlet, second, supply

ID = language("id")
FULL, EASY, SHUT = ("a", "b", "beras"), ("a", "m", "beras"), ("b", "m", "beras")


def talks(*terms: Object) -> Problem:
    """Return A with 10 kg a month, which B sells at 9 or A itself at m for 8."""
    network = second(
        "t1 t2",
        supplies=[supply(10, 1)],
        outlets=[outlet(100, 9, "b", owner="B"), outlet(100, 8, "m")],
        lanes=[lane("a", "b", 1), lane("a", "m", 1), lane("b", "m", 1)],
    )
    return judged.read(agreements.third(network, list(terms)))


def part(problem: Problem, view: View | None = None) -> AgreedPart | None:
    """Return what a reader is told, the facilitator if nobody is named."""
    return agreed_part(problem, names(problem, ID), ID, view=view or View("facilitator"))


TERMS = (
    term((*FULL, "t1"), 10, 10),
    term((*FULL, "t2"), 0, 0),
    term((*EASY, "t1"), 0, 3),
    term((*EASY, "t2"), 2),
    term((*SHUT, "*"), 0, 0),
)


def test_what_was_agreed_is_listed_by_way_and_month() -> None:
    problem = talks(*TERMS)
    told = part(problem)
    assert told is not None
    assert [(way.start, way.end, way.months) for way in told.ways] == [
        ("A", "B", (("t1", "10 kg"),)),
        ("A", "m", (("t1", "paling banyak 3 kg"), ("t2", "paling sedikit 2 kg"))),
    ]
    assert told.closed == (("B", "m", "beras"),)
    assert told.more == 0


def test_least_and_most_are_both_told() -> None:
    told = part(talks(term((*FULL, "t1"), 2, 7)))
    assert told is not None
    assert told.ways[0].months == (("t1", "2 kg sampai 7 kg"),)


def test_a_co_op_reads_of_ways_at_its_own_places() -> None:
    problem = talks(*TERMS)
    of_b = part(problem, View("coop", problem.parties.codes.index("B")))
    assert of_b is not None
    assert [(way.start, way.end) for way in of_b.ways] == [("A", "B")]
    only_m = talks(term((*EASY, "t1"), 0, 3))
    assert part(only_m, View("coop", only_m.parties.codes.index("B"))) is None


def test_nothing_is_listed_where_nothing_was_agreed() -> None:
    assert part(talks()) is None


def test_what_is_agreed_is_no_room_that_could_be_added_to() -> None:
    free = talks()
    told = {(each.table, each.period) for each in limits_told(free, solve(free))}
    assert told == {("supplies", 0), ("supplies", 1)}
    fixed = talks(term((*FULL, "t1"), 10, 10))
    # In t1 one more kilogram could only go to m; prices don't tell that, so nothing is told of t1.
    assert {(each.table, each.period) for each in limits_told(fixed, solve(fixed))} == {("supplies", 1)}
