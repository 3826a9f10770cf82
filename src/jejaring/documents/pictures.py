"""Every picture of a plan by itself: as SVG, which any program opens and prints, and as PNG for a chat.

`plan_pictures` draws them for whoever shows them; a picture that is added there is in the folder of
pictures at once.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jejaring.documents.charts import palette
from jejaring.documents.charts.flows import flow_picture
from jejaring.documents.charts.map import map_picture
from jejaring.documents.charts.months import months_picture, product_months
from jejaring.documents.charts.svg import Drawing, Picture, lines, number
from jejaring.documents.charts.value import value_picture
from jejaring.documents.language import Language
from jejaring.documents.names import Names, names
from jejaring.documents.sections.ahead import ahead
from jejaring.documents.sections.building import building
from jejaring.documents.sections.cash import cash_words
from jejaring.documents.sections.sharing import sharing
from jejaring.documents.typesetting import drawn, png
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.answers import Answers

_MARGIN = 20
_PPI = 144
_VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


@dataclass(frozen=True)
class Named:
    """A picture with the name of its file, without ending; `key` explains marks that it doesn't itself."""

    name: str
    picture: Picture
    key: str = ""


def plan_pictures(
    problem: Problem,
    plan: Plan,
    shares: Sequence[Share],
    called: Names,
    language: Language,
    answers: Answers | None = None,
) -> tuple[Named, ...]:
    """Return every picture of a plan that there is something to draw for."""
    language = language.of_periods(problem.periods)
    ground = map_picture(problem, plan, called, language)
    flows = flow_picture(problem, plan, called, language)
    divided = sharing(plan, shares, called, language)
    found = [
        Named("map", ground) if ground else None,
        Named("flows", flows.picture) if flows else None,
        Named("value", value_picture(plan, language).picture),
        Named("gains", divided.picture) if divided and divided.rows else None,
    ]
    found += [
        Named(
            f"months-{each.product + 1:02}-{_word(problem.products[each.product])}".rstrip("-"),
            months_picture(each, called, language),
            months_key(language),
        )
        for each in product_months(problem, plan)
    ]
    found += _asked(problem, plan, answers or Answers(), called, language)
    return tuple(each for each in found if each)


def _asked(
    problem: Problem, plan: Plan, answers: Answers, called: Names, language: Language
) -> Iterator[Named]:
    """Yield the pictures of what was asked."""
    coming = ahead(plan, answers, called, language)
    build = building(answers.candidates, called, language)
    for name, part in (
        ("scenarios", coming.scenarios),
        ("seasons", coming.seasons),
        ("promises", coming.promises),
        ("building", build),
    ):
        if part and part.picture:
            yield Named(name, part.picture)
    if answers.cash:
        pictures = cash_words(problem, answers.cash, called, language).pictures
        for number, picture in enumerate(pictures, 1):
            yield Named("cash" if len(pictures) == 1 else f"cash-{number}", picture)


def months_key(language: Language) -> str:
    """Return what the marks of a picture of months mean."""
    return language.text(
        "Pale: there. Full: used or sold. White: to local traders. Line: wanted. Dots: in store at "
        "the end of the {month_or_week}."
    )


def picture_files(
    problem: Problem,
    plan: Plan,
    shares: Sequence[Share],
    language: Language,
    answers: Answers | None = None,
) -> dict[str, bytes]:
    """Return the pictures by file name, each as .svg and as .png (twice as fine as a screen)."""
    found = plan_pictures(problem, plan, shares, names(problem, language), language, answers)
    alone = {each.name: standalone(each) for each in found}
    data = json.dumps(
        [{"svg": drawn(svg), "width": _size(svg)[0], "height": _size(svg)[1]} for svg in alone.values()],
        ensure_ascii=False,
    )
    pages = png("picture", "picture.typ", data, ppi=_PPI)
    files: dict[str, bytes] = {}
    for (name, svg), page in zip(alone.items(), pages, strict=True):
        files[f"{name}.svg"] = svg.encode()
        files[f"{name}.png"] = page
    return files


def standalone(named: Named) -> str:
    """Return the wide picture as a file of its own: title above, words below, on white, with its size."""
    svg = str(named.picture.wide)
    width, height = _size(svg)
    size = 14.0 if width > 500 else 11.0
    frame = Drawing(width)
    top = _MARGIN + size * 2.4
    frame.text(0, -size * 1.4, named.picture.title, size * 1.4, font_weight=600)
    foot = height + size
    for words in filter(None, (named.picture.summary, named.key)):
        for line in lines(words, width, size):
            foot += size * 1.35
            frame.text(0, foot, line, size, fill=palette.SOFT)
    wide, high = width + 2 * _MARGIN, top + foot + _MARGIN
    paper = (
        f'<rect x="-{_MARGIN}" y="-{number(top)}" width="{number(wide)}" height="{number(high)}" '
        f'fill="{palette.CARD}"/>'
    )
    head = (
        f'width="{number(wide)}" height="{number(high)}" '
        f'viewBox="-{_MARGIN} -{number(top)} {number(wide)} {number(high)}"'
    )
    framed = _VIEW.sub(head, svg, count=1)
    # The name and the description come first: what follows them is drawn in this order.
    before, end, after = framed.partition("</desc>")
    assert end
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{before}{end}{paper}{"".join(frame.parts)}{after}\n'


def _size(svg: str) -> tuple[float, float]:
    if found := re.search(r'<svg[^>]* width="([\d.]+)" height="([\d.]+)"', svg):
        return float(found[1]), float(found[2])
    view = _VIEW.search(svg)
    assert view
    return float(view[1]), float(view[2])


def _word(code: str) -> str:
    plain = unicodedata.normalize("NFKD", code).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
