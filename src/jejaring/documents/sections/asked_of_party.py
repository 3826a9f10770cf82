"""What the answers say about each party by itself: what would bring it in, its money, its promises."""

from __future__ import annotations

from dataclasses import dataclass

from jejaring.documents.editions import FACILITATOR, View
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.documents.sections.cash import party_sentence
from jejaring.documents.sections.why_not import brought_in, why_not_words
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.ahead import Commitments
from jejaring.engines.planning.questions.answers import Answers

_MOST_SUBJECTS = 2


@dataclass(frozen=True)
class PartyAnswers:
    """Sentences about one party; empty where it wasn't asked or there is nothing to say."""

    brings_in: tuple[str, ...]
    at_hand: str
    promised: str


def party_answers(
    problem: Problem, asked: Answers | None, names: Names, language: Language, view: View = FACILITATOR
) -> dict[int, PartyAnswers]:
    """Return by party that `view` owns what the answers say about it."""
    answers = asked or Answers()
    brings: dict[int, list[str]] = {}
    left = why_not_words(problem, answers, names, language, view)
    for row in left.rows if left else ():
        mine = brings.setdefault(row.party, [])
        if row.changes and len(mine) < _MOST_SUBJECTS:
            mine.append(brought_in(row.words[:1].upper() + row.words[1:], row.changes[0], language))
    return {
        party: PartyAnswers(
            tuple(brings.get(party, ())),
            party_sentence(answers.cash, party, names, language) if answers.cash else "",
            _promised(answers.commitments, party, language) if answers.commitments else "",
        )
        for party in range(len(problem.parties))
        if view.owns(party)
    }


def _promised(found: Commitments, party: int, language: Language) -> str:
    planned = sum(each.planned_kg for each in found.promises if each.giver == party)
    kg = sum(each.kg for each in found.promises if each.giver == party)
    if not planned:
        return ""
    return language.text(
        "Of the {planned} that it hands to others by the plan, it can promise {promised} ({kept_share}).",
        planned=language.tonnes(planned),
        promised=language.tonnes(kg),
        kept_share=kg / planned,
    )
