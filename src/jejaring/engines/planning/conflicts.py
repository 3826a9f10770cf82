"""Agreed terms that can't hold together: which, and by how many kilograms.

Each term is given slack, and as little of it as can be is looked for, with all else as it stands. The
terms whose slack has a price at the answer are those that conflict: without any one of them the others
could be kept with less slack (Farkas' lemma).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from jejaring.engines.errors import Refusal, Sentence
from jejaring.engines.measures import NONE, Decimals, Floats, Indices
from jejaring.engines.planning import families, headroom, solver, terms, trimming
from jejaring.engines.planning.model import TOGETHER, Model
from jejaring.engines.planning.problem import NOBODY, Problem, Terms, at_part
from jejaring.engines.planning.program import LANE, Program

IMPOSSIBLE = frozenset({"solve.failed", "solve.unbounded"})
"""What the solver says where terms can't be kept."""
_DUST_KG = 1e-4
_PRICED = 1e-6
_MOST_TOLD = 12


@dataclass(frozen=True)
class Conflicting:
    """A term that conflicts with others: its entry, whether it asks for too much (`asks`) or allows too
    little, and by how many kilograms it would have to give way (0: only if others don't).
    """

    term: int
    asks: bool
    short_kg: int


class Conflict(Refusal):
    """What was agreed can't be kept; `conflicting` are the terms that don't go together, or that fall short
    in `whole` kilograms only.
    """

    def __init__(
        self, problem: Problem, conflicting: tuple[Conflicting, ...], *, whole: bool = False
    ) -> None:
        facts = {
            "count": len(conflicting),
            "terms": [sentence(problem, each) for each in conflicting[:_MOST_TOLD]],
        }
        if whole:
            super().__init__(
                "solve.terms_whole",
                "These agreements can't be kept in whole kilograms ({count} in all): {terms}. Change or drop "
                "one of them.",
                **facts,
            )
        else:
            super().__init__(
                "solve.terms",
                "These agreements can't hold together ({count} in all): {terms}. Change or drop one of them.",
                **facts,
            )
        self.conflicting = conflicting


def best(program: Program, model: Model, limits: solver.Limits) -> solver.Answer:
    """Return the best flows of the joint model. Where what was agreed can't be kept, a Conflict."""
    try:
        return solver.best(model, limits)
    except Refusal as refusal:
        if refusal.sentence.code not in IMPOSSIBLE or not len(program.problem.terms):
            raise
        found = conflicting(program.problem, limits)
        if not found:
            raise
        raise Conflict(program.problem, found) from None


def not_whole(program: Program, short: Indices, kg: Indices) -> Conflict:
    """Return the refusal of terms that can't be kept in whole kilograms: those of the `short` columns.

    `kg` are the whole kilograms by column that come nearest.
    """
    problem, columns = program.problem, program.columns
    entries = _entry_of(problem)
    sent: dict[int, int] = {}
    lanes = np.flatnonzero(columns.family == LANE).tolist()
    for column in lanes:
        entry = entries.get((int(columns.row[column]), int(columns.period[column])), -1)
        sent[entry] = sent.get(entry, 0) + int(kg[column])
    hit = dict.fromkeys(entries[int(columns.row[each]), int(columns.period[each])] for each in short.tolist())
    least = problem.terms.least_kg
    found = [
        Conflicting(entry, asks=True, short_kg=int(least.fraction(entry)) - sent[entry]) for entry in hit
    ]
    return Conflict(problem, tuple(found), whole=True)


def conflicting(problem: Problem, limits: solver.Limits) -> tuple[Conflicting, ...]:
    """Return the terms of `problem` that can't hold together, empty where all can be kept."""
    # First with all lanes, the barred ones too, so that these may give way. Then without them: goods that
    # are nowhere could go round in a circle on them.
    open_lanes = replace(problem.terms, most_kg=_without_limit(len(problem.terms)))
    for agreed in (open_lanes, problem.terms):
        program, _ = trimming.trimmed(families.program(replace(problem, terms=agreed)))
        # Choices matter only where a purchase has price steps: whatever else there is can be opened.
        found = _least_slack(_slackened(trimming.without_choices(program), problem.terms), limits)
        if not found and program.choices.any():
            found = _least_slack(_slackened(headroom.tightened(program, limits), problem.terms), limits)
        if found:
            return found
    return ()


def _least_slack(slack: _Slackened, limits: solver.Limits) -> tuple[Conflicting, ...]:
    """Return the terms that have slack, or whose slack has a price, where as little as can be is given."""
    answer = solver.best(slack.model, limits)
    given = answer.flows[slack.first :]
    if given.sum() <= _DUST_KG:
        return ()
    priced = answer.prices[len(answer.prices) - len(given) :] > _PRICED
    return tuple(
        Conflicting(int(slack.term[row]), bool(slack.asks[row]), _whole_kg(given[row]))
        for row in np.flatnonzero((given > _DUST_KG) | priced).tolist()
    )


def sentence(problem: Problem, each: Conflicting) -> Sentence:
    """Return one of the terms in words, with what it is short of."""
    lanes, agreed = problem.lanes, problem.terms
    lane = int(terms.lanes_of(problem)[each.term])
    product = int(lanes.product[agreed.listing[each.term]])
    kilograms = agreed.least_kg if each.asks else agreed.most_kg
    facts = {
        "product": problem.product_names[product] or problem.products[product],
        "start": _site(problem, int(lanes.start[lane])),
        "end": _site(problem, int(lanes.end[lane])),
        "in_period": problem.periods[int(agreed.period[each.term])],
        "agreed_kg": kilograms.fraction(each.term),
        "short_kg": each.short_kg,
    }
    if each.asks and each.short_kg:
        return Sentence(
            "term.asks_short",
            "at least {agreed_kg} of {product} from {start} to {end} in {in_period} ({short_kg} missing)",
            facts,
        )
    if each.asks:
        return Sentence(
            "term.asks", "at least {agreed_kg} of {product} from {start} to {end} in {in_period}", facts
        )
    if each.short_kg:
        return Sentence(
            "term.allows_short",
            "at most {agreed_kg} of {product} from {start} to {end} in {in_period} ({short_kg} more needed)",
            facts,
        )
    return Sentence(
        "term.allows", "at most {agreed_kg} of {product} from {start} to {end} in {in_period}", facts
    )


def _site(problem: Problem, site: int) -> str:
    """Return what a site is called; a part of a place is called after who stands there too."""
    sites, parties = problem.sites, problem.parties
    name = sites.names[site] or sites.codes[site]
    if sites.part_of[site] == NOBODY:
        return name
    party = at_part(problem, site)
    return f"{parties.names[party] or parties.codes[party]} ({name})" if party != NOBODY else name


def _entry_of(problem: Problem) -> dict[tuple[int, int], int]:
    """Return the entry of the term of a listing and period."""
    places = zip(problem.terms.listing.tolist(), problem.terms.period.tolist(), strict=True)
    return {place: entry for entry, place in enumerate(places)}


def _whole_kg(kg: float) -> int:
    return int(np.ceil(kg - _DUST_KG)) if kg > _DUST_KG else 0


def _without_limit(count: int) -> Decimals:
    return Decimals(np.full(count, NONE, dtype=np.int64), 0)


@dataclass(frozen=True, eq=False)
class _Slackened:
    """A model whose last rows and columns are terms and their slack: of which term, and whether it asks."""

    model: Model
    first: int
    term: Indices
    asks: Indices


def _slackened(program: Program, agreed: Terms) -> _Slackened:
    """Return the model of `program` in which every one of `agreed` has slack, and only slack costs."""
    free = program.without_least()
    model = Model.of(free)
    columns = free.columns
    of = {
        (int(row), int(period)): entry
        for entry, (row, period) in enumerate(
            zip(agreed.listing.tolist(), agreed.period.tolist(), strict=True)
        )
    }
    members: dict[int, list[int]] = {}
    for column in np.flatnonzero(columns.family == LANE).tolist():
        entry = of.get((int(columns.row[column]), int(columns.period[column])))
        if entry is not None:
            members.setdefault(entry, []).append(column)
    rows: list[tuple[int, bool, float]] = []
    entries: list[tuple[int, int, float]] = []
    for entry in range(len(agreed)):
        least, most = agreed.least_kg.fraction(entry), agreed.most_kg
        limits = [(True, least)] if least > 0 else []
        if not most.none[entry]:
            limits.append((False, most.fraction(entry)))
        for asks, limit in limits:
            sign = -1.0 if asks else 1.0
            entries += [(len(rows), column, sign) for column in members.get(entry, ())]
            rows.append((entry, asks, sign * float(limit)))
    return _with_rows(model, rows, entries)


def _with_rows(
    model: Model, rows: list[tuple[int, bool, float]], entries: list[tuple[int, int, float]]
) -> _Slackened:
    """Return `model` with these rows (term, whether it asks, limit), each with a column of slack."""
    n, count = len(model.cost), len(rows)
    before = sparse.csc_array((model.value, model.index, model.start), shape=(len(model.limit), n))
    line, column, value = ([each[part] for each in entries] for part in range(3))
    slack = np.arange(count)
    below = sparse.coo_array(
        (
            np.concatenate([np.array(value, dtype=float), -np.ones(count)]),
            (
                np.concatenate([np.array(line, dtype=np.int64), slack]),
                np.concatenate([np.array(column, dtype=np.int64), n + slack]),
            ),
        ),
        shape=(count, n + count),
    )
    beside = sparse.csc_array((len(model.limit), count))
    whole = sparse.vstack([sparse.hstack([before, beside]), below], format="csc")
    wide = replace(
        model,
        cost=np.concatenate([np.zeros(n), -np.ones(count)]),
        lower=_followed(model.lower, 0.0, count),
        upper=_followed(model.upper, np.inf, count),
        limit=np.concatenate([model.limit, [limit for _, _, limit in rows]]),
        start=whole.indptr.astype(np.int32),
        index=whole.indices.astype(np.int32),
        value=whole.data,
        choice=np.concatenate([model.choice, np.zeros(count, dtype=bool)]),
        period=np.concatenate([model.period, np.full(count, TOGETHER)]),
    )
    terms_of = np.array([term for term, _, _ in rows], dtype=np.int64)
    return _Slackened(wide, n, terms_of, np.array([asks for _, asks, _ in rows], dtype=np.int64))


def _followed(column: Floats, value: float, count: int) -> Floats:
    return np.concatenate([column, np.full(count, value)])
