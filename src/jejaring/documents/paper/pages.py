"""The paper as PDF: what its template is given, all of it ready to be shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass

from jejaring.documents.charts.svg import Picture
from jejaring.documents.language import Language
from jejaring.documents.paper.blocks import Chapter, Drawings
from jejaring.documents.paper.chapters import paper
from jejaring.documents.report import Run
from jejaring.documents.typesetting import drawn, pdf, shown
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers


def report_pdf(
    problem: Problem,
    plan: Plan,
    shares: Sequence[Share],
    run: Run,
    language: Language,
    answers: Answers | None = None,
) -> bytes:
    """Return the facilitator's edition as a paper for a meeting: A4, tagged PDF; repeatable."""
    made = paper(problem, plan, shares, language, answers)
    head, say = made.head, language.text
    foot = [
        say("Made by Jejaring {version}, a planner for networks of co-ops.", version=run.version),
        say("Worked out on {on}.", on=run.on) if run.on else "",
        say("A plan is a proposal: the co-ops decide."),
    ]
    content = {
        "lang": language.code,
        "title": say("{network}: joint plan", network=made.network),
        "mark": say("Facilitator's edition: holds the data of all parties"),
        "page": say("Page {number} of {all}", number="#", all="##"),
        "network": made.network,
        "span": head.span,
        "claim": head.claim,
        "gain": " ".join(filter(None, (head.gain, f"({head.gain_share})" if head.gain_share else ""))),
        "bars": [
            {"words": say("Each by itself"), "amount": head.alone, "width": head.alone_width, "extra": 0},
            {
                "words": say("Together"),
                "amount": head.together,
                "width": head.together_width,
                "extra": head.extra_width,
            },
        ],
        "meaning": head.meaning,
        "warning": head.warning,
        "illustrative": head.illustrative,
        "counts": [{"figure": each.figure, "words": each.words} for each in head.counts],
        "chapters": [_chapter(each) for each in made.chapters],
        "foot": " ".join(filter(None, foot)),
    }
    return pdf("paper", "paper.typ", json.dumps(_shown(content), ensure_ascii=False, sort_keys=True))


def _chapter(chapter: Chapter) -> dict[str, object]:
    return {
        "title": chapter.title,
        "fresh": chapter.fresh,
        "blocks": [{"kind": type(block).__name__.lower(), **_plain(block)} for block in chapter.blocks],
    }


def _plain(value: object) -> dict[str, object]:
    """Return the fields of a block; pictures become what is drawn and what is said of it."""
    assert is_dataclass(value)
    found: dict[str, object] = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Drawings):
        found["pictures"] = [_picture(each) for each in value.pictures]
    return found


def _picture(picture: Picture) -> dict[str, object]:
    return {"svg": _Svg(drawn(str(picture.wide))), "title": picture.title, "words": picture.summary}


class _Svg(str):
    """A picture, whose letters were made fit for the font already."""


def _shown(value: object) -> object:
    """Return a value for JSON whose texts are such as the font can show."""
    if isinstance(value, _Svg):
        return str(value)
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dict):
        return {name: _shown(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_shown(each) for each in value]
    if is_dataclass(value):
        return _shown(_plain(value))
    return value
