"""What the engine finds wrong with a snapshot -> whose answer it is, in plain words, and where to mend it.

Figures of an answer aren't told: who may ask for a plan needn't be one who may see them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from jejaring.domain.partnering.taken import Answer, Origin, Taken, question
from jejaring.engines.errors import Fault, Faults, Place, Sentence
from jejaring.engines.planning import tables
from jejaring.engines.planning.plan_file import Json

_PATH = re.compile(r"(\w+)\[(\d+)\]")
_KEYS = {table.name: table.key for table in tables.TABLES}
_MUST = "input.need_unbuyable"
_PLACED = {"supplies", "needs", "local_trade", "today"}
"""Tables in which an answer is found again by its place, product and month."""
_PLACES, _ROWS = ("site", "start", "end"), ("first", "where")
"""Facts that hold a site's code, and those that hold where in a file something stands."""


@dataclass(frozen=True)
class AnswerFault(Fault):
    """One thing wrong with what was said; `answers` are where it can be mended."""

    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, eq=False)
class Wording:
    """Knows whose answer each row of a network's document is, and what its codes are called."""

    network: str
    document: Json
    origins: Mapping[str, Sequence[Origin]]
    places: Mapping[str, str]
    goods: Mapping[str, str]

    def told(self, found: Faults, document: Json) -> Faults:
        """Return the faults of a document as people are told.

        A scenario's document has the same rows, month by month.
        """
        return Faults(tuple(self._told(fault, document) for fault in self._months_as_one(found, document)))

    def _months_as_one(self, found: Faults, document: Json) -> Iterable[Fault]:
        """Return the faults; a must that lacks a trader in many months is one, with all of them."""
        one: dict[object, Fault] = {}
        for number, fault in enumerate(found.faults):
            key: object = number
            if fault.wrong.code == _MUST:
                key = replace(self._origin(fault.place.path, document)[1], period="")
            one[key] = _joined(one[key], fault) if key in one else fault
        return one.values()

    def _told(self, fault: Fault, document: Json) -> AnswerFault:
        table, origin = self._origin(fault.place.path, document)
        other_table, other = self._origin(str(fault.wrong.facts.get("where", "")), document)
        if fault.wrong.code == _MUST:
            origin = replace(origin, period="")  # its sentence says which months
        about = _About(table, origin, other_table, other)
        own = _OWN.get(fault.wrong.code)
        wrong, right, answers = own(fault, about) if own else self._as_found(fault, about)
        return AnswerFault(Place(), self._of(about, wrong), right, answers)

    def _of(self, about: _About, wrong: Sentence) -> Sentence:
        """Return a sentence with whose answer it is about, and which."""
        origin = about.origin
        facts = {
            "cooperative": origin.cooperative or self.network,
            "question": question(about.table),
            "good": origin.good,
            "answered_period": origin.period,
            "wrong": wrong,
        }
        if origin.good and origin.period:
            return Sentence(
                "snapshot.of_good_in_month",
                "{cooperative}, {question}, {good}, {answered_period}: {wrong}",
                facts,
            )
        if origin.good:
            return Sentence("snapshot.of_good", "{cooperative}, {question}, {good}: {wrong}", facts)
        return Sentence("snapshot.of", "{cooperative}, {question}: {wrong}", facts)

    def _origin(self, path: str, document: Json) -> tuple[str, Origin]:
        """Return the table that a path in a document leads to, and whose answer stands there."""
        found = _PATH.match(path)
        if found is None:
            return path, Origin()
        table, at = found[1], int(found[2])
        if document is not self.document:
            at = self._same_row(table, document[table][at])
        rows = self.origins.get(table, ())
        return table, rows[at] if 0 <= at < len(rows) else Origin()

    def _same_row(self, table: str, row: Json) -> int:
        """Return which row of the network's own document this one was made of; -1 where none is."""
        names = _KEYS.get(table, ())
        wanted = [row.get(name) for name in names]
        every = [tables.EVERY_PERIOD if name == "period" else row.get(name) for name in names]
        keys = [[each.get(name) for name in names] for each in self.document[table]]
        return next((keys.index(key) for key in (wanted, every) if key in keys), -1)

    def _as_found(self, fault: Fault, about: _About) -> _Told:
        """Return what the engine said with names in place of codes, and without advice for files."""
        facts = dict(fault.wrong.facts)
        for name in _PLACES:
            facts |= {name: self.places.get(str(facts[name]), facts[name])} if name in facts else {}
        for name in _ROWS:
            facts |= {name: question(str(facts[name]).partition("[")[0])} if name in facts else {}
        if "product" in facts:
            facts["product"] = self.goods.get(str(facts["product"]), facts["product"])
        right = fault.right if fault.wrong.code in _SAID_TO_ALL else _MEND
        return Sentence(fault.wrong.code, fault.wrong.text, facts), right, about.answers


@dataclass(frozen=True)
class _About:
    """The answer that a fault is about, and the other one where it is about two."""

    table: str
    origin: Origin
    other_table: str
    other: Origin

    @property
    def answers(self) -> tuple[Answer, ...]:
        found = [each.answer for each in (self.origin, self.other) if each.answer]
        return tuple(dict.fromkeys(found))


_Told = tuple[Sentence, Sentence | None, tuple[Answer, ...]]

_MEND = Sentence("snapshot.mend", "Correct this answer.")
_SAID_TO_ALL = {
    "input.number", "input.negative", "input.share", "input.whole", "input.too_large", "input.decimals",
    "input.latitude", "input.longitude", "input.half_position", "input.lane_km",
}  # fmt: skip
"""What is right is said of these as somebody at a page understands it."""


def _joined(fault: Fault, other: Fault) -> Fault:
    """Return the first of two faults, with the months of both."""
    periods = (*_periods(fault), *_periods(other))
    return replace(fault, wrong=replace(fault.wrong, facts={**fault.wrong.facts, "periods": periods}))


def _periods(fault: Fault) -> tuple[str, ...]:
    periods = fault.wrong.facts["periods"]
    assert isinstance(periods, tuple)
    return periods


def _must(fault: Fault, about: _About) -> _Told:
    wrong = Sentence(
        "snapshot.must",
        "It must be met whatever it costs, but nobody has said what the local trader asks for it, in any "
        "amount, in {lacking_period}.",
        {"lacking_period": _periods(fault)},
    )
    right = Sentence(
        "snapshot.must.right", "Say what the local trader asks, or what one kilogram may cost at most."
    )
    need = about.origin.answer
    trader = (Answer(need.cooperative_id, "local_trade", need.product),) if need else ()
    return wrong, right, (*about.answers, *trader)


def _money_from_nothing(_: Fault, about: _About) -> _Told:
    if about.other == about.origin:
        wrong = Sentence(
            "snapshot.trader_pays_more", "The trader would pay more for it than the trader asks."
        )
        return wrong, Sentence("snapshot.trader_pays_more.right", "Check both prices."), about.answers
    wrong = Sentence(
        "snapshot.money_from_nothing",
        "It is sold here for more than it costs there ({other}). Neither has a limit, so that would earn "
        "without end.",
        {"other": _named(about.other_table, about.other)},
    )
    right = Sentence(
        "snapshot.money_from_nothing.right", "Check both prices, or say how much at most in a month."
    )
    return wrong, right, about.answers


def _named(table: str, origin: Origin) -> Sentence:
    """Return an answer by its question, and by its partner where it has one."""
    if not origin.name:
        return question(table)
    return Sentence(
        "snapshot.named", "{question}, {name}", {"question": question(table), "name": origin.name}
    )


def _twice(fault: Fault, about: _About) -> _Told:
    if about.table not in _PLACED:
        return _same_code(fault, about)
    wrong = Sentence(
        "snapshot.twice",
        "This was answered twice: once for the co-op's main place by its name, once without.",
    )
    right = Sentence(
        "snapshot.twice.right",
        "Keep one: download the Excel file and take away the one that names the place.",
    )
    answer = about.origin.answer
    return wrong, right, (Answer(answer.cooperative_id, "workbook"),) if answer else ()


def _same_code(_: Fault, about: _About) -> _Told:
    wrong = Sentence(
        "snapshot.same_code", "Another answer of this co-op has the same code and differs from it."
    )
    right = Sentence("snapshot.same_code.right", "Remove one of the two and give it again.")
    return wrong, right, about.answers


def _steps(fault: Fault, about: _About) -> _Told:
    wrong = (
        Sentence("snapshot.step_falls", "The price for large amounts is below the price for small ones.")
        if fault.wrong.code == "input.step_falls"
        else Sentence("snapshot.step_rises", "The price for large amounts is above the price for small ones.")
    )
    right = Sentence(
        "snapshot.step.right", "Correct the price, or remove this answer and give it again with one price."
    )
    return wrong, right, about.answers


def _ways(_: Fault, about: _About) -> _Told:
    wrong = Sentence("snapshot.lane_twice", "There are two ways between these places for the same product.")
    return wrong, None, about.answers


_OWN: dict[str, Callable[[Fault, _About], _Told]] = {
    _MUST: _must,
    "input.money_from_nothing": _money_from_nothing,
    "input.repeat": _twice,
    "input.disagree": _same_code,
    "input.building_differs": _same_code,
    "input.step_falls": _steps,
    "input.step_rises": _steps,
    "input.lane_repeat": _ways,
}


def wording_of(taken: Taken, document: Json) -> Wording:
    """Return the wording of what was taken of a network, with the document that was made of it."""
    ground = taken.ground
    owner = {code: pk for pk, code in ground.code.items()}
    sites = [
        Origin(row["name"], answer=Answer(owner[row["party"]], "sites") if row["party"] else None)
        for row in document["sites"]
    ]
    parties = [Origin(each.name, answer=Answer(pk, "parties")) for pk, each in ground.cooperatives.items()]
    return Wording(
        network=ground.network.name,
        document=document,
        origins={**taken.origins, "sites": sites, "parties": parties},
        places={row["code"]: row["name"] for row in document["sites"]},
        goods={good.code: good.name for good in ground.goods.values()},
    )
