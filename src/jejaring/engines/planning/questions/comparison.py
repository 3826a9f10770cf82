"""Two plans side by side: what the co-ops together and each by itself gain or lose, and what was changed.

Parties, partnerships and rows are matched by their codes, never by their order. Sentences say the most
important; `comparison_file` writes it all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from jejaring.engines.errors import Refusal, Sentence
from jejaring.engines.planning import tables
from jejaring.engines.planning.network_file import network_document
from jejaring.engines.planning.plan import PartnershipKind, Plan, Rule, Share
from jejaring.engines.planning.problem import Problem

MOST_CHANGES = 300
"""Changed values that are listed; the others are only counted."""

MOST_NAMED = 8
"""More parties than this are counted, not named, in a sentence."""

Presence = Literal["both", "new", "ended"]
"""Whether something is in both plans, only in the new one, or only in the earlier one."""


@dataclass(frozen=True)
class Amounts:
    """An amount in the earlier and in the new plan; None where there was or is none."""

    old: float | None
    new: float | None

    @property
    def change(self) -> float:
        """Return by how much it is more now; what isn't there counts as nothing."""
        return (self.new or 0) - (self.old or 0)


@dataclass(frozen=True)
class RuleChange:
    """What a party gets by one sharing rule of both plans, and what of it is gain over working alone."""

    rule: Rule
    payoff_idr: Amounts
    gain_idr: Amounts


@dataclass(frozen=True)
class PartyChange:
    """One party in both plans. `traded`, `trades`: with another party, before and now."""

    code: str
    name: str
    presence: Presence
    alone_idr: Amounts
    rules: tuple[RuleChange, ...]
    traded: bool
    trades: bool


@dataclass(frozen=True)
class DealChange:
    """What passes between two parties of one product, in one kind of partnership."""

    giver: str
    taker: str
    kind: PartnershipKind
    product: str
    presence: Presence
    kg: Amounts
    value_idr: Amounts


@dataclass(frozen=True)
class InputChange:
    """A row of the network that came or went (`field` is empty), or one field of it that was changed.

    `key` are the fields that name the row, each with its value; values are as in network.json.
    """

    table: str
    key: tuple[tuple[str, str], ...]
    field: str
    presence: Presence
    old: Any = None
    new: Any = None


@dataclass(frozen=True)
class ChangeCount:
    """How many rows of a table came and went, or how many of its fields were changed."""

    table: str
    field: str
    presence: Presence
    count: int


@dataclass(frozen=True)
class Comparison:
    """An earlier plan and a new one.

    `rules` are those that both have. `changes` are the first `MOST_CHANGES` of `change_count`;
    `counts` has them all. `deals` begin with the largest change of value.
    """

    old_sha256: str
    new_sha256: str
    value_idr: Amounts
    surplus_idr: Amounts
    alone_idr: Amounts
    rules: tuple[Rule, ...]
    parties: tuple[PartyChange, ...]
    deals: tuple[DealChange, ...]
    changes: tuple[InputChange, ...]
    change_count: int
    counts: tuple[ChangeCount, ...]
    sentences: tuple[Sentence, ...]


def compare(
    old_problem: Problem,
    old_plan: Plan,
    new_problem: Problem,
    new_plan: Plan,
    *,
    old_shares: Sequence[Share] = (),
    new_shares: Sequence[Share] = (),
) -> Comparison:
    """Return what is otherwise in the new plan than in the old one. Raises as `refuse_unrelated`."""
    refuse_unrelated(old_problem, new_problem)
    changes = list(_changes(old_problem, new_problem))
    counts = Counter((each.table, each.field, each.presence) for each in changes)
    old_rules = {share.rule for share in old_shares}
    rules = tuple(share.rule for share in new_shares if share.rule in old_rules)
    value = Amounts(old_plan.value_idr, new_plan.value_idr)
    alone = Amounts(sum(old_plan.alone_idr), sum(new_plan.alone_idr))
    parties = _parties((old_problem, old_plan, old_shares), (new_problem, new_plan, new_shares), rules)
    deals = _deals(old_problem, old_plan, new_problem, new_plan)
    return Comparison(
        old_sha256=old_problem.sha256,
        new_sha256=new_problem.sha256,
        value_idr=value,
        surplus_idr=Amounts(old_plan.surplus_idr, new_plan.surplus_idr),
        alone_idr=alone,
        rules=rules,
        parties=parties,
        deals=deals,
        changes=tuple(changes[:MOST_CHANGES]),
        change_count=len(changes),
        counts=tuple(ChangeCount(*about, count) for about, count in counts.items()),
        sentences=(
            *_about_money(value, alone),
            *_about_membership(parties),
            *_about_shares(parties, rules),
            *_about_deals(old_plan, old_problem, new_plan, new_problem),
            *_about_inputs(len(changes), old_problem, new_problem),
        ),
    )


def refuse_unrelated(old: Problem, new: Problem) -> None:
    """Refuse two networks that have no party in common: there is nothing to compare."""
    if not set(old.parties.codes) & set(new.parties.codes):
        raise Refusal(
            "comparison.unrelated",
            "The earlier plan has no co-op in common with this network: there is nothing to compare.",
        )


def presence(old: object, new: object) -> Presence:
    """Return in which of the plans something is that is None where it isn't."""
    return "new" if old is None else "ended" if new is None else "both"


# --- parties -------------------------------------------------------------------------------------

_Side = tuple[Problem, Plan, Sequence[Share]]


def _parties(old: _Side, new: _Side, rules: tuple[Rule, ...]) -> tuple[PartyChange, ...]:
    """Return the parties of the new plan in its order, then those that are gone."""
    before, after = _party_amounts(old, rules), _party_amounts(new, rules)
    names = dict(zip(old[0].parties.codes, old[0].parties.names, strict=True))
    names |= dict(zip(new[0].parties.codes, new[0].parties.names, strict=True))
    traded, trades = _trading(old), _trading(new)
    found = []
    for code in dict.fromkeys((*after, *before)):
        mine_old, mine_new = before.get(code), after.get(code)
        amounts = [
            Amounts(mine_old[at] if mine_old else None, mine_new[at] if mine_new else None)
            for at in range(1 + len(rules))
        ]
        alone, payoffs = amounts[0], amounts[1:]
        by_rule = (
            RuleChange(rule, payoff, Amounts(_less(payoff.old, alone.old), _less(payoff.new, alone.new)))
            for rule, payoff in zip(rules, payoffs, strict=True)
        )
        found.append(
            PartyChange(
                code=code,
                name=names[code],
                presence=presence(mine_old, mine_new),
                alone_idr=alone,
                rules=tuple(by_rule),
                traded=code in traded,
                trades=code in trades,
            )
        )
    return tuple(found)


def _trading(side: _Side) -> set[str]:
    """Return the codes of the parties that trade with another."""
    problem, plan, _ = side
    return {problem.parties.codes[each.party] for each in plan.outcomes if each.trades}


def _party_amounts(side: _Side, rules: tuple[Rule, ...]) -> dict[str, list[float]]:
    """Return by code what each party makes alone, and then its payoff by each rule."""
    problem, plan, shares = side
    by_rule = {share.rule: share.payoff_idr for share in shares}
    return {
        code: [plan.alone_idr[party], *(float(by_rule[rule][party]) for rule in rules)]
        for party, code in enumerate(problem.parties.codes)
    }


def _less(whole: float | None, part: float | None) -> float | None:
    return None if whole is None or part is None else whole - part


# --- partnerships --------------------------------------------------------------------------------

_Deal = tuple[str, str, PartnershipKind, str]


def _deals(
    old_problem: Problem, old_plan: Plan, new_problem: Problem, new_plan: Plan
) -> tuple[DealChange, ...]:
    before, after = _deal_amounts(old_problem, old_plan), _deal_amounts(new_problem, new_plan)
    found = []
    for deal in dict.fromkeys((*after, *before)):
        old, new = before.get(deal), after.get(deal)
        kg, value = (Amounts(old[at] if old else None, new[at] if new else None) for at in (0, 1))
        found.append(DealChange(*deal, presence(old, new), kg, value))
    return tuple(sorted(found, key=lambda each: -abs(each.value_idr.change)))


def _deal_amounts(problem: Problem, plan: Plan) -> dict[_Deal, tuple[float, float]]:
    """Return kilograms and value of what passes between two parties, by kind and product."""
    found: dict[_Deal, tuple[float, float]] = {}
    for each in plan.partnerships:
        giver, taker = problem.parties.codes[each.giver], problem.parties.codes[each.taker]
        for hand_over in each.hand_overs:
            deal = (giver, taker, each.kind, problem.products[hand_over.product])
            kg, value = found.get(deal, (0.0, 0.0))
            found[deal] = (kg + hand_over.kg, value + hand_over.value_idr)
    return found


def _partners(problem: Problem, plan: Plan) -> set[tuple[str, str, PartnershipKind]]:
    codes = problem.parties.codes
    return {(codes[each.giver], codes[each.taker], each.kind) for each in plan.partnerships}


# --- inputs --------------------------------------------------------------------------------------


def _changes(old: Problem, new: Problem) -> Iterable[InputChange]:
    """Yield what was changed in the network, table by table, rows in the order of the new network."""
    before, after = network_document(old), network_document(new)
    for table in tables.TABLES:
        yield from _row_changes(
            table, _keyed(table, before.get(table.name) or ()), _keyed(table, after.get(table.name) or ())
        )
    yield from _field_changes("lane_rule", (), before["lane_rule"] or {}, after["lane_rule"] or {})


_Key = tuple[tuple[str, str], ...]


def _keyed(table: tables.Table, rows: Sequence[dict[str, Any]]) -> dict[_Key, dict[str, Any]]:
    return {tuple((name, _said(row.get(name))) for name in table.key): row for row in rows}


def _said(value: Any) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _row_changes(
    table: tables.Table, before: dict[_Key, dict[str, Any]], after: dict[_Key, dict[str, Any]]
) -> Iterable[InputChange]:
    for key in dict.fromkeys((*after, *before)):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            yield InputChange(table.name, key, "", presence(old, new))
        elif old != new:
            yield from _field_changes(table.name, key, old, new)


def _field_changes(table: str, key: _Key, old: dict[str, Any], new: dict[str, Any]) -> Iterable[InputChange]:
    for name in dict.fromkeys((*new, *old)):
        if old.get(name) != new.get(name):
            yield InputChange(table, key, name, "both", old.get(name), new.get(name))


# --- in words ------------------------------------------------------------------------------------


def _about_money(value: Amounts, alone: Amounts) -> Iterable[Sentence]:
    assert value.old is not None
    assert value.new is not None
    old, new = round(value.old), round(value.new)
    facts = {"old_idr": old, "new_idr": new, "difference_idr": abs(new - old)}
    if new > old:
        yield Sentence(
            "comparison.more",
            "Together it is now {new_idr}, {difference_idr} more than {old_idr} before.",
            facts,
        )
    elif new < old:
        yield Sentence(
            "comparison.less",
            "Together it is now {new_idr}, {difference_idr} less than {old_idr} before.",
            facts,
        )
    else:
        yield Sentence("comparison.same", "Together it is {new_idr}, as before.", facts)
    gains = [
        round((amount or 0) - (each or 0))
        for amount, each in ((value.old, alone.old), (value.new, alone.new))
    ]
    yield Sentence(
        "comparison.gain",
        "Working together brings {new_idr} more than each alone; before it was {old_idr}.",
        {"old_idr": gains[0], "new_idr": gains[1]},
    )


def _about_membership(parties: Sequence[PartyChange]) -> Iterable[Sentence]:
    stayed = [each for each in parties if each.presence == "both"]
    for chosen, named, counted in (
        (
            [each for each in parties if each.presence == "new"],
            Sentence("comparison.came", "New in the network: {parties}."),
            Sentence("comparison.many_came", "New in the network: {count} co-ops."),
        ),
        (
            [each for each in parties if each.presence == "ended"],
            Sentence("comparison.went", "No longer in the network: {parties}."),
            Sentence("comparison.many_went", "No longer in the network: {count} co-ops."),
        ),
        (
            [each for each in stayed if each.trades and not each.traded],
            Sentence("comparison.joined", "Now work with others, and didn't before: {parties}."),
            Sentence("comparison.many_joined", "Now work with others, and didn't before: {count} co-ops."),
        ),
        (
            [each for each in stayed if each.traded and not each.trades],
            Sentence("comparison.left", "Worked with others, and don't any more: {parties}."),
            Sentence("comparison.many_left", "Worked with others, and don't any more: {count} co-ops."),
        ),
    ):
        if len(chosen) > MOST_NAMED:
            yield Sentence(counted.code, counted.text, {"count": len(chosen)})
        elif chosen:
            called = tuple(each.name or each.code for each in chosen)
            yield Sentence(named.code, named.text, {"parties": called})


def _about_shares(parties: Sequence[PartyChange], rules: Sequence[Rule]) -> Iterable[Sentence]:
    """Yield who gains and who loses most, by the stable rule where both plans have it."""
    stayed = [each for each in parties if each.presence == "both"]
    if not rules or not stayed:
        return
    first = rules.index("even_core") if "even_core" in rules else 0
    for code, text, each in (
        (
            "comparison.most",
            "{party} gains most from the change: {difference_idr} more than before.",
            max(stayed, key=lambda party: party.rules[first].payoff_idr.change),
        ),
        (
            "comparison.least",
            "{party} loses most by the change: {difference_idr} less than before.",
            min(stayed, key=lambda party: party.rules[first].payoff_idr.change),
        ),
    ):
        change = round(each.rules[first].payoff_idr.change)
        if (change > 0) == (code == "comparison.most") and change:
            yield Sentence(code, text, {"party": each.name or each.code, "difference_idr": abs(change)})


def _about_deals(
    old_plan: Plan, old_problem: Problem, new_plan: Plan, new_problem: Problem
) -> Iterable[Sentence]:
    old, new = _partners(old_problem, old_plan), _partners(new_problem, new_plan)
    yield Sentence(
        "comparison.deals",
        "Partnerships that go on: {kept}; new: {new}; ended: {ended}.",
        {"kept": len(old & new), "new": len(new - old), "ended": len(old - new)},
    )


def _about_inputs(count: int, old: Problem, new: Problem) -> Iterable[Sentence]:
    if old.periods != new.periods:
        yield Sentence(
            "comparison.periods",
            "The two plans cover different times: before {old}, now {new}. So their money can't simply be "
            "compared.",
            {"old": _span(old), "new": _span(new)},
        )
    if count:
        yield Sentence("comparison.inputs", "Changes in what was planned with: {count}.", {"count": count})
    else:
        yield Sentence("comparison.no_inputs", "Nothing was changed in what was planned with.")


def _span(problem: Problem) -> str:
    first, last = problem.periods[0], problem.periods[-1]
    return first if first == last else f"{first} – {last}"
