"""Trust in declarations: who would gain by a wrong figure under which rule, and how figures are known."""

from __future__ import annotations

from dataclasses import dataclass

from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.engines.planning.plan import Rule
from jejaring.engines.planning.questions.answers import (
    STATES,
    Answers,
    Declarations,
    Evidence,
    State,
    Swing,
)


@dataclass(frozen=True)
class DeclaredRow:
    """One party: what it could gain most by a wrong figure under each rule (0: nothing), with which one, and
    how well its figures are known.
    """

    party: int
    gains_idr: tuple[int, ...]
    with_what: tuple[str, ...]
    evidence: str


@dataclass(frozen=True)
class DeclaredWords:
    """The section. `by_rule`: the sentence that each rule must carry; `rows` those who gain most first.
    `nobody`: says that no co-op told how its figures are known, empty where one did.
    """

    rules: tuple[Rule, ...]
    rows: tuple[DeclaredRow, ...]
    states: tuple[str, ...]
    nobody: str


def by_rule(
    answers: Answers | None, rules: tuple[Rule, ...], names: Names, language: Language
) -> dict[Rule, str]:
    """Return for each rule what the largest gain by a wrong figure is, or that it wasn't worked out."""
    answer = answers.declarations if answers else None
    return {rule: _rule(answer, rule, names, language) for rule in rules}


def _rule(answer: Declarations | None, rule: Rule, names: Names, language: Language) -> str:
    if answer is None or rule not in answer.rules:
        return language.text(
            "Who would gain under this rule by declaring a figure too high or too low was not worked out."
        )
    place = answer.largest[answer.rules.index(rule)]
    if place < 0:
        return language.text("Nobody would gain by declaring a figure a tenth too high or too low.")
    swing = answer.swings[place]
    return language.text(
        "Trust: {party} would gain most by a wrong figure: {gain} by declaring {figure}.",
        party=names.short_parties[swing.party],
        gain=language.rupiah_short(swing.gain_idr[answer.rules.index(rule)]),
        figure=_figure(swing, language),
    )


def declared_words(answers: Answers | None, language: Language) -> DeclaredWords | None:
    """Return the section, None where it wasn't asked."""
    answer = answers.declarations if answers else None
    if answer is None:
        return None
    known = {each.party: each for each in answer.evidence}
    parties = sorted({each.party for each in answer.swings} | set(known))
    rows = [_row(answer, party, known.get(party), language) for party in parties]
    rows.sort(key=lambda row: (-max(row.gains_idr, default=0), row.party))
    states = tuple(_state(state, language) for state in STATES)
    return DeclaredWords(answer.rules, tuple(rows), states, _nobody(answer, len(rows), language))


def _nobody(answer: Declarations, parties: int, language: Language) -> str:
    untold = STATES.index("none")
    if any(kg for each in answer.evidence for place, kg in enumerate(each.kg) if place != untold):
        return ""
    return language.text(
        "No evidence has been named for the figures of any co-op yet ({count} of {count}).", count=parties
    )


def _row(answer: Declarations, party: int, known: Evidence | None, language: Language) -> DeclaredRow:
    gains, figures = [], []
    for rule in range(len(answer.rules)):
        mine = [each for each in answer.swings if each.party == party]
        best = max(mine, key=lambda each: each.gain_idr[rule], default=None)
        gain = best.gain_idr[rule] if best else 0
        gains.append(max(0, gain))
        figures.append(_figure(best, language) if best and gain > 0 else "")
    return DeclaredRow(party, tuple(gains), tuple(figures), _known(known, language))


def _known(known: Evidence | None, language: Language) -> str:
    """Return the shares of a party's declared kilograms by how they are known, the best first."""
    total = sum(known.kg) if known else 0
    if known is None or not total:
        return ""
    parts = [
        f"{_state(state, language)} {language.percent(kg / total, places=0)}"
        for state, kg in zip(STATES, known.kg, strict=True)
        if kg
    ]
    return ", ".join(parts)


def _state(state: State, language: Language) -> str:
    return {
        "measured": language.text("measured"),
        "weighed": language.text("weighed"),
        "document": language.text("from documents"),
        "said": language.text("said"),
        "other": language.text("known otherwise"),
        "none": language.text("evidence not told"),
    }[state]


def _figure(swing: Swing, language: Language) -> str:
    """Return what would be declared wrongly, in words."""
    high = swing.factor > 1
    return {
        ("price", True): language.text("its least prices a tenth too high"),
        ("price", False): language.text("its least prices a tenth too low"),
        ("quantity", True): language.text("a tenth more goods than there are"),
        ("quantity", False): language.text("a tenth less goods than there are"),
        ("capacity", True): language.text("a tenth more capacity than there is"),
        ("capacity", False): language.text("a tenth less capacity than there is"),
    }[swing.kind, high]
