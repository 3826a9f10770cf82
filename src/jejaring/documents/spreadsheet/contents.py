"""The sheets of the plan's spreadsheet, in the reader's language; the facilitator's, with all there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from jejaring.documents.charts.value import value_lines
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.documents.sections.scarcity import limit_words, limits_told
from jejaring.documents.sections.sharing import sharing_order
from jejaring.documents.sharing_rules import rule_name
from jejaring.documents.spreadsheet.asked import asked_sheets
from jejaring.documents.spreadsheet.deals import deal_columns, deal_words
from jejaring.documents.spreadsheet.flows import flow_lines
from jejaring.documents.spreadsheet.tables import FIRST_ROW, Column, Formula, Table, Value, letter, sum_of
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers
from jejaring.engines.planning.questions.today import today_idr


def sheets(
    problem: Problem,
    plan: Plan,
    shares: Sequence[Share],
    names: Names,
    language: Language,
    answers: Answers | None = None,
) -> tuple[Table, ...]:
    """Return every sheet, the summary first."""
    return (
        _summary(problem, plan, language),
        _partnerships(plan, names, language),
        _hand_overs(plan, names, language),
        _flows(problem, plan, names, language),
        _gains(problem, plan, sharing_order(shares), names, language),
        *asked_sheets(problem, plan, answers or Answers(), names, language),
        _scarce(problem, plan, names, language),
        _prices(plan, names, language),
        _outcomes(plan, names, language),
    )


def _summary(problem: Problem, plan: Plan, language: Language) -> Table:
    say = language.text
    parts = [
        (line.words, line.idr) for line in value_lines(plan, language) if not line.total and not line.part
    ]
    below = FIRST_ROW + len(parts)
    surplus = Formula(f"SUM(B{FIRST_ROW}:B{below - 1})" if parts else "0", sum(idr for _, idr in parts))
    alone = sum(plan.alone_idr)
    gain = Formula(f"B{below + 1}-B{below + 2}", plan.value_idr - alone)
    return Table.of(
        name=say("Summary"),
        meaning=say(
            "{network}. Facilitator's edition: holds the data of all parties. Not for passing on as it is.",
            network=problem.name or say("Network of co-ops"),
        ),
        columns=(Column(say("What"), "long"), Column("Rp", "idr")),
        lines=(
            *parts,
            (say("Together, in whole kilograms"), surplus),
            (say("Together, before rounding to whole kilograms"), plan.value_idr),
            (say("Each alone, added up"), alone),
            (say("Gain of working together"), gain),
        ),
    )


def _partnerships(plan: Plan, names: Names, language: Language) -> Table:
    """Return a line for each partnership and product: kilograms by period, average price, value."""
    say, periods = language.text, len(names.periods)
    lines: list[tuple[Value, ...]] = []
    for each in plan.partnerships:
        kg: dict[int, list[int]] = defaultdict(lambda: [0] * periods)
        idr: dict[int, float] = defaultdict(float)
        for handed in each.hand_overs:
            kg[handed.product][handed.period] += handed.kg
            idr[handed.product] += handed.value_idr
        for product, by_period in sorted(kg.items()):
            total = sum_of(4, by_period)
            price = idr[product] / total.value if total.value else 0.0
            lines.append(
                (
                    *deal_words(each, product, names, language),
                    *(amount or None for amount in by_period),
                    total,
                    price,
                    Formula(
                        f"{letter(4 + periods)}{{row}}*{letter(5 + periods)}{{row}}", total.value * price
                    ),
                )
            )
    return Table.of(
        name=say("Partnerships"),
        meaning=say("Who hands what to whom, in kilograms by period; the price or fee is the average."),
        columns=(
            *deal_columns(language),
            *(Column(period, "kg", added_up=True) for period in names.periods),
            Column(say("kg in all"), "kg", added_up=True),
            Column(say("Rp/kg"), "price"),
            Column(say("Value, Rp"), "idr", added_up=True),
        ),
        lines=lines,
        frozen=2,
    )


def _hand_overs(plan: Plan, names: Names, language: Language) -> Table:
    say = language.text
    lines: list[tuple[Value, ...]] = [
        (
            *deal_words(each, handed.product, names, language),
            names.sites[handed.site],
            names.periods[handed.period],
            handed.kg,
            handed.price_idr_per_kg,
            Formula("G{row}*H{row}", handed.value_idr),
        )
        for each in plan.partnerships
        for handed in each.hand_overs
        if handed.kg
    ]
    return Table.of(
        name=say("Hand-overs"),
        meaning=say("Each hand-over with its place, period and price or fee: to filter and to count with."),
        columns=(
            *deal_columns(language),
            Column(say("Place"), "text"),
            Column(say("Period"), "text"),
            Column("kg", "kg", added_up=True),
            Column(say("Rp/kg"), "price"),
            Column(say("Value, Rp"), "idr", added_up=True),
        ),
        lines=lines,
        frozen=2,
    )


def _flows(problem: Problem, plan: Plan, names: Names, language: Language) -> Table:
    say = language.text
    lines: list[tuple[Value, ...]] = [
        (*words, *(kg or None for kg in by_period), sum_of(4, by_period))
        for words, by_period in flow_lines(problem, plan, names, language)
    ]
    return Table.of(
        name=say("Flows"),
        meaning=say("Everything that moves, is worked on, kept, bought or sold, in kilograms by period."),
        columns=(
            Column(say("Kind"), "text"),
            Column(say("Place"), "text"),
            Column(say("Through or to"), "text"),
            Column(say("Product"), "text"),
            *(Column(period, "kg") for period in names.periods),
            Column(say("kg in all"), "kg"),
        ),
        lines=lines,
        frozen=4,
    )


def _gains(problem: Problem, plan: Plan, shares: Sequence[Share], names: Names, language: Language) -> Table:
    """Return what each has alone and by each rule; what it makes today stands last, where anybody told."""
    say, made = language.text, today_idr(problem)
    columns = [Column(say("Co-op"), "text"), Column(say("Alone"), "idr", added_up=True)]
    for share in shares:
        rule = rule_name(share.rule, language)
        columns += [
            Column(say("{rule}: together", rule=rule), "idr", added_up=True),
            Column(say("{rule}: gain", rule=rule), "idr", added_up=True),
            Column(say("{rule}: settled beside the prices", rule=rule), "idr", added_up=True),
        ]
    any_told = any(each is not None for each in made)
    if any_told:
        columns.append(Column(say("Today"), "idr", added_up=True))
    lines: list[tuple[Value, ...]] = []
    for party, alone in enumerate(plan.alone_idr):
        line: list[Value] = [names.parties[party], alone]
        for share in shares:
            together = letter(len(line))
            got = share.payoff_idr[party]
            line += [got, Formula(f"{together}{{row}}-B{{row}}", got - alone), share.settlement_idr[party]]
        today = made[party]
        told = [] if not any_told else [None if today is None else round(today)]
        lines.append((*line, *told))
    return Table.of(
        name=say("Gains"),
        meaning=say("What each co-op has alone and together by each rule; the gain is the difference."),
        columns=columns,
        lines=lines,
    )


def _scarce(problem: Problem, plan: Plan, names: Names, language: Language) -> Table:
    say = language.text
    found = limits_told(problem, plan)
    lines: list[tuple[Value, ...]] = [
        (
            limit_words(problem, each, names, language),
            names.parties[each.owner] if each.owner >= 0 else "",
            names.products[each.product] if each.product >= 0 else "",
            names.periods[each.period] if each.period >= 0 else "",
            each.limit_kg,
            each.worth_idr_per_kg,
        )
        for each in sorted(found, key=lambda each: -each.worth_idr_per_kg)
    ]
    return Table.of(
        name=say("Scarce"),
        meaning=say("What holds the plan back, and what one more kilogram of it would be worth."),
        columns=(
            Column(say("What"), "text"),
            Column(say("Whose"), "text"),
            Column(say("Product"), "text"),
            Column(say("Period"), "text"),
            Column(say("Limit, kg"), "kg"),
            Column(say("Worth, Rp/kg"), "price"),
        ),
        lines=lines,
    )


def _prices(plan: Plan, names: Names, language: Language) -> Table:
    say = language.text
    by_place: dict[tuple[int, int], list[Value]] = defaultdict(lambda: [None] * len(names.periods))
    columns: Iterable[list[float]] = (
        column.tolist()
        for column in (plan.prices.site, plan.prices.product, plan.prices.period, plan.prices.idr_per_kg)
    )
    for site, product, period, price in zip(*columns, strict=True):
        by_place[int(site), int(product)][int(period)] = price
    lines = [
        (names.sites[site], names.products[product], *prices)
        for (site, product), prices in sorted(by_place.items())
    ]
    return Table.of(
        name=say("Prices"),
        meaning=say("What one more kilogram is worth at each place in each period, Rp/kg."),
        columns=(
            Column(say("Place"), "text"),
            Column(say("Product"), "text"),
            *(Column(period, "price") for period in names.periods),
        ),
        lines=lines,
        frozen=2,
    )


def _outcomes(plan: Plan, names: Names, language: Language) -> Table:
    say = language.text
    lines = tuple(
        (
            names.parties[outcome.party],
            say("yes") if outcome.trades else say("no"),
            " ".join(names.said(reason, language) for reason in outcome.reasons),
        )
        for outcome in plan.outcomes
    )
    return Table.of(
        name=say("Each co-op"),
        meaning=say("What the plan says about each co-op, with its reasons."),
        columns=(
            Column(say("Co-op"), "text"),
            Column(say("Works with others"), "text"),
            Column(say("Why"), "long"),
        ),
        lines=lines,
    )
