"""Which numbers a scenario or range is about: the words of a workbook's own sheets and headings <-> codes."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache

from jejaring.engines.errors import Sentence
from jejaring.engines.planning import tables
from jejaring.engines.planning.outlook import APART, CHANGEABLE
from jejaring.engines.planning.rows import Value
from jejaring.engines.planning.workbook import headings
from jejaring.engines.planning.workbook.cells import Wrong, code_of, shown, text_of
from jejaring.engines.planning.workbook.headings import Language, Words, plain
from jejaring.engines.planning.workbook.stored import Cell

SHEETS = frozenset({"scenarios", "ranges"})
"""The tables whose rows choose numbers."""

_APART_WORDS: dict[str, Words] = {
    "party": Words("koperasi", "party", ("co-op", "pihak")),
    "site": Words("lokasi", "site", ("tempat",)),
    "product": Words("produk", "product"),
    "period": Words("periode", "period", ("bulan", "month")),
}


def value_of(name: str, cell: Cell, table: Cell | None, language: Language) -> str | None:
    """Return the value of one text of a scenario or range; `table` is what its row says of the sheet.

    None for a column whose sheet isn't known. Raises Wrong.
    """
    if name == "table":
        return _table_of(cell, language)
    if name == "field":
        return _field_of(cell, table, language)
    return _apart_of(cell, language) if name == "apart" else text_of(cell)


def written(values: Mapping[str, Value], language: Language) -> dict[str, Value]:
    """Return the values of a scenario or range in the words of a workbook in `language`."""
    found = dict(values)
    table, field, apart = values.get("table"), values.get("field"), values.get("apart")
    if isinstance(table, str) and table in CHANGEABLE:
        found["table"] = sheet_word(table, language)
        if isinstance(field, str) and field in CHANGEABLE[table]:
            found["field"] = column_word(table, field, language)
    if isinstance(apart, str):
        words = [each.strip() for each in apart.split(";")]
        if all(word in APART for word in words):
            found["apart"] = "; ".join(_APART_WORDS[word].name(language) for word in words)
    return found


def sheet_word(table: str, language: Language) -> str:
    """Return what a workbook calls a table."""
    return headings.SHEETS[table].name(language)


def column_word(table: str, field: str, language: Language) -> str:
    """Return what a workbook calls a number of a table."""
    return _words_of(table, field).name(language)


def apart_words(language: Language) -> tuple[str, ...]:
    """Return the words for what a range may be drawn apart for."""
    return tuple(_APART_WORDS[word].name(language) for word in APART)


def _words_of(table: str, field: str) -> Words:
    if field == "outputs":
        return headings.YIELD
    if field == "opening_kg":
        return headings.STOCK
    return headings.of_field(table, tables.table(table).field(field))


@cache
def _tables() -> dict[str, str]:
    return {plain(word): name for name in CHANGEABLE for word in (name, *headings.SHEETS[name].understood)}


@cache
def _fields(table: str) -> dict[str, str]:
    """Return the numbers of a table by all that they are called, headings first."""
    found: dict[str, str] = {}
    for also in (False, True):
        for name in CHANGEABLE[table]:
            words = _words_of(table, name)
            for word in words.also if also else (name, words.indonesian, words.english):
                found.setdefault(plain(word), name)
    return found


def _table_of(cell: Cell, language: Language) -> str:
    text = code_of(cell)
    known = _tables()
    name = known.get(plain(text))
    if name is not None:
        return name
    near = difflib.get_close_matches(plain(text)[:60], known, n=1, cutoff=0.6)
    raise Wrong(
        Sentence("selector.table", "No numbers of a sheet “{text}” can change.", {"text": shown(text)}),
        _nearest(sheet_word(known[near[0]], language))
        if near
        else Sentence(
            "selector.table.right",
            "Write the name of one of these sheets: {sheets}.",
            {"sheets": [sheet_word(each, language) for each in CHANGEABLE]},
        ),
    )


def _field_of(cell: Cell, table: Cell | None, language: Language) -> str | None:
    text = code_of(cell)
    try:
        name = _table_of(table, language) if table is not None else ""
    except Wrong:
        name = ""
    if not name:
        # What the column of sheets lacks is told there.
        return None
    known = _fields(name)
    # A heading may have its unit in parentheses after it.
    field = known.get(plain(text)) or known.get(plain(text.partition("(")[0]))
    if field is not None:
        return field
    raise Wrong(
        Sentence(
            "selector.field",
            "The sheet “{sheet}” has no column “{text}” whose numbers can change.",
            {"sheet": sheet_word(name, language), "text": shown(text)},
        ),
        Sentence(
            "selector.field.right",
            "Write one of these headings: {headings}.",
            {"headings": [column_word(name, each, language) for each in CHANGEABLE[name]]},
        ),
    )


def _apart_of(cell: Cell, language: Language) -> str:
    known = {plain(each): word for word, words in _APART_WORDS.items() for each in words.understood}
    found: list[str] = []
    for text in code_of(cell).replace(",", ";").replace("\n", ";").split(";"):
        if not text.strip():
            continue
        word = known.get(plain(text))
        if word is None:
            raise Wrong(
                Sentence("selector.apart", "Nothing can be drawn for each “{text}”.", {"text": shown(text)}),
                Sentence(
                    "selector.apart.right",
                    "Write {words}; several with semicolons between them.",
                    {"words": list(apart_words(language))},
                ),
            )
        found.append(word)
    return "; ".join(found)


def _nearest(word: str) -> Sentence:
    return Sentence("heading.unknown.nearest", "Did you mean “{nearest}”?", {"nearest": word})
