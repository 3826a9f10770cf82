"""Which sheet of a workbook holds what, by name, in Indonesian or English."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from jejaring.engines.errors import Place, Sentence
from jejaring.engines.planning import tables
from jejaring.engines.planning.workbook import headings
from jejaring.engines.planning.workbook.headings import Language, plain
from jejaring.engines.planning.workbook.heads import Tell
from jejaring.engines.planning.workbook.spreadsheet import Sheet


@dataclass
class Found:
    """The sheets of a workbook by what they hold, and the language in which most are named."""

    by_name: dict[str, Sheet] = field(default_factory=dict)
    language: Language = "id"


def match(sheets: Sequence[Sheet], file: str, tell: Tell) -> Found:
    """Return which sheet holds what; tell those that are missing, there twice, or nearly named so.

    Other sheets are people's own and aren't read.
    """
    known = {plain(name): key for key, words in headings.SHEETS.items() for name in words.understood}
    found = Found()
    others: list[Sheet] = []
    for sheet in sheets:
        name = known.get(plain(sheet.name))
        if name is None:
            others.append(sheet)
        elif name in found.by_name:
            tell(
                Place(file, sheet.name),
                Sentence(
                    "sheet.twice",
                    "The sheets “{first}” and “{second}” hold the same thing.",
                    {"first": found.by_name[name].name, "second": sheet.name},
                ),
                Sentence("sheet.twice.right", "Put all rows on one of them, and take the other away."),
            )
        else:
            found.by_name[name] = sheet
    found.language = _language(found)
    for sheet in others:
        _tell_near(sheet, found, file, tell)
    for table in tables.TABLES:
        if not table.may_be_empty and table.name not in found.by_name:
            name = headings.SHEETS[table.name].name(found.language)
            tell(
                Place(file, name),
                Sentence("sheet.missing", "The sheet “{sheet}” is missing.", {"sheet": name}),
                Sentence("sheet.missing.right", "Add it, or start from the template, which has all sheets."),
            )
    return found


def _language(found: Found) -> Language:
    english = sum(
        plain(sheet.name) == plain(headings.SHEETS[name].english) for name, sheet in found.by_name.items()
    )
    return "en" if 2 * english > len(found.by_name) else "id"


def _tell_near(sheet: Sheet, found: Found, file: str, tell: Tell) -> None:
    name = _near(sheet.name)
    if not name:
        return
    there = found.by_name.get(name)
    right = headings.SHEETS[name].name(found.language)
    tell(
        Place(file, sheet.name),
        Sentence("sheet.unread", "The sheet “{sheet}” would not be read.", {"sheet": sheet.name}),
        Sentence(
            "sheet.unread.there",
            "Put its rows on the sheet “{right}”; if it is your own, give it quite another name.",
            {"right": there.name},
        )
        if there
        else Sentence(
            "sheet.unread.right",
            "Name it “{right}”; if it is your own, give it quite another name.",
            {"right": right},
        ),
    )


def _near(name: str) -> str:
    """Return what a sheet's name seems to mean: it holds a known name as words, or looks like one."""
    words = _words(name)
    known = {known: key for key, each in headings.SHEETS.items() for known in each.understood}
    for each, key in known.items():
        part = _words(each)
        if any(words[at : at + len(part)] == part for at in range(len(words))) and key not in {
            "lists",
            "instructions",
        }:
            return key
    close = difflib.get_close_matches(
        name.casefold()[:60], [each.casefold() for each in known], n=1, cutoff=0.8
    )
    return next((key for each, key in known.items() if close and each.casefold() == close[0]), "")


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name.casefold())
