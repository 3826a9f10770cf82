"""What the paper says: the values of the report's sections, as much of them as a meeting needs.

What each partnership delivers in which month is in plan.xlsx; here each co-op has one line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from jejaring.documents.charts import palette
from jejaring.documents.charts.colours import product_colours
from jejaring.documents.charts.flows import flow_picture
from jejaring.documents.charts.map import map_picture
from jejaring.documents.charts.months import months_picture, most_moved, product_months
from jejaring.documents.charts.value import value_picture
from jejaring.documents.language import Language
from jejaring.documents.names import Names, listed, names
from jejaring.documents.paper.asked import asked_chapters
from jejaring.documents.paper.blocks import (
    Block,
    Box,
    Boxes,
    Bullets,
    Chapter,
    Drawings,
    Facts,
    Table,
    Words,
)
from jejaring.documents.paper.moved import sent_chapter
from jejaring.documents.pictures import months_key
from jejaring.documents.sections.apart import apart
from jejaring.documents.sections.deals import Deals, deals
from jejaring.documents.sections.headline import Headline, headline
from jejaring.documents.sections.illustrative import illustrative_words
from jejaring.documents.sections.proof import proof
from jejaring.documents.sections.references import references
from jejaring.documents.sections.scarcity import Scarcity, scarcity
from jejaring.documents.sections.sharing import Sharing, sharing
from jejaring.documents.sections.told_once import told_reasons
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers

MOST_ROWS = 60
"""Of more co-ops than this a table shows the first; plan.xlsx has them all."""
_SCARCE_ROWS = 8
_PARTNERS = 3


@dataclass(frozen=True)
class Paper:
    """The first page's words, then the chapters."""

    network: str
    head: Headline
    chapters: tuple[Chapter, ...]


def paper(
    problem: Problem,
    plan: Plan,
    shares: Sequence[Share],
    language: Language,
    answers: Answers | None = None,
) -> Paper:
    """Return what the paper says. A chapter is added by one more line here."""
    language = language.of_periods(problem.periods)
    called = names(problem, language)
    divided = sharing(plan, shares, called, language)
    scarce = scarcity(problem, plan, called, language)
    found = deals(problem, plan, called, language)
    head = headline(problem, plan, called, language, sharing=divided, scarcity=scarce, asked=answers)
    rules = [words.rule for words in divided.rules] if divided else []
    chapters = (
        _answers(head, language),
        _map(problem, plan, called, language),
        _value(plan, language),
        _flows(problem, plan, called, language),
        _months(problem, plan, called, language),
        *_sharing(divided, called, language),
        _partners(found, plan, called, language),
        _prices(found, called, language),
        sent_chapter(problem, plan, called, language),
        _left_out(problem, plan, found, answers, called, language),
        *asked_chapters(problem, plan, rules, answers or Answers(), called, language),
        _scarce(scarce, language),
        _proof(problem, plan, language),
        _sources(problem, language),
    )
    network = problem.name or language.text("Network of co-ops")
    return Paper(network, head, tuple(chapter for chapter in chapters if chapter.blocks))


def _answers(head: Headline, language: Language) -> Chapter:
    boxes = tuple(Box(each.question, each.answer) for each in head.answers)
    return Chapter(language.text("In short"), (Boxes(boxes),))


def _map(problem: Problem, plan: Plan, called: Names, language: Language) -> Chapter:
    picture = map_picture(problem, plan, called, language)
    title = language.text("Who is where")
    if picture is None:
        return Chapter(title, ())
    lead = language.text(
        "Each line is a way on which goods are hauled; the wider, the more. Arrows show the direction."
    )
    return Chapter(title, (Words(lead, "lead"), Drawings((picture,))), fresh=True)


def _flows(problem: Problem, plan: Plan, called: Names, language: Language) -> Chapter:
    flows = flow_picture(problem, plan, called, language)
    title = language.text("From the farm to the buyer")
    if flows is None:
        return Chapter(title, (Words(language.text("Nothing is moved or sold in this plan.")),))
    lead = language.text(
        "Read it from left to right: who delivers, where it is worked on, through whom it is sold, "
        "and who buys."
    )
    return Chapter(title, (Words(lead, "lead"), Drawings((flows.picture,))))


def _value(plan: Plan, language: Language) -> Chapter:
    picture = value_picture(plan, language).picture
    return Chapter(language.text("Where the money comes from and goes to"), (Drawings((picture,), part=0.9),))


def _months(problem: Problem, plan: Plan, called: Names, language: Language) -> Chapter:
    title = language.text("Supply and demand, {month_or_week} by {month_or_week}")
    every, colours = product_months(problem, plan), product_colours(problem, plan)
    shown = most_moved(every)
    pictures = tuple(
        months_picture(each, called, language, colours.of[each.product])
        for each in every
        if each.product in shown
    )
    if not pictures:
        return Chapter(title, (Words(language.text("Nothing is offered or asked for.")),))
    blocks: list[Block] = [
        Words(months_key(language), "lead"),
        Drawings(pictures, columns=3, titled=True),
    ]
    if len(every) > len(pictures):
        said = language.plural(
            "{count} product of which less moves is in report.html.",
            "{count} products of which less moves are in report.html.",
            len(every) - len(pictures),
        )
        blocks.append(Words(said, "soft"))
    return Chapter(title, tuple(blocks))


def _sharing(divided: Sharing | None, called: Names, language: Language) -> tuple[Chapter, ...]:
    title = language.text("Who gains what, and who could object")
    if divided is None:
        return (Chapter(title, (Words(language.text("The gain has not been divided yet.")),)),)
    lead = language.text(
        "The gain can be divided by different rules. The co-ops choose; here each rule shows what it gives "
        "and whether somebody would do better by leaving."
    )
    boxes = tuple(
        Box(
            rule.name, rule.meaning, " ".join((_capital(rule.verdict), *rule.notes)), palette.RULES[rule.rule]
        )
        for rule in divided.rules
    )
    heads = (language.text("Co-op"), language.text("Alone"), *(rule.name for rule in divided.rules))
    numbers = (False, *[True] * (len(heads) - 1))
    shown = divided.rows[:MOST_ROWS]
    said = language.text("Gain over working alone, in rupiah. What a co-op has in all: alone + gain.")
    gained: list[Block] = [
        Words(said, "soft"),
        Table(
            heads,
            tuple(
                (
                    called.short_parties[row.party],
                    language.number(row.alone_idr),
                    *(language.number(share.gain_idr, signed=True) for share in row.shares),
                )
                for row in shown
            ),
            numbers,
            (
                language.text("All {count} co-ops", count=len(divided.rows)),
                language.number(divided.alone_idr),
                *(language.number(total.gain_idr, signed=True) for total in divided.totals),
            ),
            small=True,
        ),
        *_more(len(divided.rows) - len(shown), language),
        Drawings((divided.picture,), part=0.94),
        Words(
            language.text(
                "Goods change hands at the prices of the place. To arrive at the chosen rule, one payment "
                "for each co-op is settled beside them; the amounts are in plan.xlsx."
            )
        ),
    ]
    return (
        Chapter(title, (Words(lead, "lead"), Boxes(boxes))),
        Chapter(language.text("Gain of each co-op by rule"), tuple(gained)),
    )


def _partners(found: Deals, plan: Plan, called: Names, language: Language) -> Chapter:
    """Return one line for each co-op: to whom it gives and from whom it gets most, kilograms and value."""
    title = language.text("Partnerships")
    if not found.deals:
        said = language.text("This plan needs no partnerships: no co-op hands anything to another.")
        return Chapter(title, (Words(said),))
    kinds = tuple(
        (
            kind.name,
            language.number(kind.count),
            language.tonnes(kind.kg),
            language.rupiah_short(kind.value_idr),
        )
        for kind in found.kinds
    )
    gives: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    gets: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    count: dict[int, int] = defaultdict(int)
    value: dict[int, int] = defaultdict(int)
    for deal in found.deals:
        gives[deal.giver][deal.taker] += deal.kg
        gets[deal.taker][deal.giver] += deal.kg
        for party in (deal.giver, deal.taker):
            count[party] += 1
            value[party] += deal.value_idr
    order = sorted((o.party for o in plan.outcomes if o.trades), key=lambda party: (-value[party], party))
    rows = tuple(
        (
            called.short_parties[party],
            language.number(count[party]),
            _largest(gives[party], called, language),
            _largest(gets[party], called, language),
            language.rupiah_short(value[party]),
        )
        for party in order[:MOST_ROWS]
    )
    say = language.text
    return Chapter(
        title,
        (
            Table(
                (say("Kind"), say("How many"), say("Weight"), say("Value")), kinds, (False, True, True, True),
                small=True,
            ),
            Words(
                say(
                    "Each co-op with its largest partners. Every partnership, {month_or_week} by "
                    "{month_or_week}, is in plan.xlsx."
                ),
                "lead",
            ),
            Table(
                (say("Co-op"), say("How many"), say("Gives to"), say("Gets from"), say("Value")),
                rows, (False, True, False, False, True), small=True, widths=(5, 1, 8, 8, 1),
            ),
            *_more(len(order) - len(rows), language),
        ),
    )  # fmt: skip


def _largest(kg: dict[int, int], called: Names, language: Language) -> str:
    largest = sorted(kg, key=lambda party: (-kg[party], party))
    words = [f"{called.short_parties[party]} {language.tonnes(kg[party])}" for party in largest]
    return listed(words, language, most=_PARTNERS) if words else "–"


def _prices(found: Deals, called: Names, language: Language) -> Chapter:
    title = language.text("What co-ops pay each other, Rp/kg")
    if not found.prices or len(called.short_periods) > 12:
        return Chapter(title, ())
    rows = tuple(
        (row.product, *("–" if price is None else language.number(price) for price in row.idr_per_kg))
        for row in found.prices
    )
    heads = (language.text("Product"), *called.short_periods)
    return Chapter(title, (Table(heads, rows, (False, *[True] * len(called.short_periods)), small=True),))


def _scarce(scarce: Scarcity, language: Language) -> Chapter:
    title = language.text("What is scarce, and what one more tonne is worth")
    if not scarce.groups:
        said = language.text("Nothing holds the plan back: no capacity is full when it would be worth more.")
        return Chapter(title, (Words(said),))
    lead = language.text(
        "The figures hold for small additions: the more is added, the less each further tonne is worth. What "
        "the addition itself costs is not taken off."
    )
    blocks: list[Block] = [Words(lead, "lead"), Bullets(scarce.sentences)]
    for group in scarce.groups:
        heads = (
            language.text("What"),
            language.text("Times full"),
            language.text("One tonne more in each such {month_or_week}, Rp"),
        )
        rows = tuple(
            (
                _capital(row.words),
                language.number(sum(1 for idr in row.idr_per_t if idr)),
                language.number(row.year_idr_per_t),
            )
            for row in group.rows[:_SCARCE_ROWS]
        )
        blocks += [
            Words(group.title, "head"),
            Words(group.meaning, "soft"),
            Table(heads, rows, (False, True, True), small=True),
        ]
    return Chapter(title, tuple(blocks))


def _left_out(
    problem: Problem, plan: Plan, found: Deals, answers: Answers | None, called: Names, language: Language
) -> Chapter:
    out = [outcome for outcome in plan.outcomes if not outcome.trades]
    title = language.text("Who has no partner yet, and what would change it")
    told = told_reasons(problem, plan, answers, called, language)
    others = apart(problem, plan, found, called, language)
    between = tuple(
        f"{called.short_parties[row.party]}: {' '.join((row.words, *row.reasons))}" for row in others.rows
    )
    beside: tuple[Block, ...] = ()
    if between:
        beside = (
            Words(language.text("Not with the hub itself"), "head"),
            Bullets((*between, others.more) if others.more else between),
        )
    if not out:
        said = language.text("Every co-op works with at least one other.")
        return Chapter(title, (Words(said), *beside))
    sentences = tuple(
        f"{called.short_parties[outcome.party]}: "
        + " ".join(told.get(outcome.party) or (called.said(reason, language) for reason in outcome.reasons))
        for outcome in out[:MOST_ROWS]
    )
    return Chapter(title, (Bullets(sentences), *_more(len(out) - len(sentences), language), *beside))


def _proof(problem: Problem, plan: Plan, language: Language) -> Chapter:
    proved = proof(problem, plan, language)
    warning = language.text(
        "The plan is only as good as the figures that the co-ops declared. Prices, yields and harvests will "
        "differ; plan again when they do."
    )
    return Chapter(
        language.text("How sure this is"),
        (
            *(Words(sentence) for sentence in proved.sentences),
            Words(language.text("What was checked"), "head"),
            Bullets(proved.checks),
            Facts(proved.figures),
            Words(warning, "soft"),
        ),
    )


def _sources(problem: Problem, language: Language) -> Chapter:
    title = language.text("Where the figures come from")
    invented = illustrative_words(problem, language)
    note = tuple(Words(line) for line in (*problem.note.splitlines(), invented) if line.strip())
    if not problem.references:
        return Chapter(title, (*note, Words(language.text("The network names no reference figures."))))
    heads = ("Figure", "Value", "Valid from", "Source", "How sure")
    rows = tuple(
        (each.item, f"{each.value} {each.unit}".strip(), each.valid_from, each.source, each.confidence)
        for each in references(problem, language)
    )
    told = tuple(language.text(head) for head in heads)
    return Chapter(
        title, (*note, Table(told, rows, (False,) * len(heads), small=True, widths=(4, 10, 2, 5, 2)))
    )


def _more(count: int, language: Language) -> tuple[Words, ...]:
    if count <= 0:
        return ()
    return (
        Words(
            language.plural("{count} more is in plan.xlsx.", "{count} more are in plan.xlsx.", count), "soft"
        ),
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
