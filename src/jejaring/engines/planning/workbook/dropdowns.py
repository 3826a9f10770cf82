"""Drop-downs, and checks of what is typed into a cell."""

from __future__ import annotations

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from jejaring.engines.planning import tables
from jejaring.engines.planning.outlook import CHANGEABLE
from jejaring.engines.planning.workbook import headings, selectors
from jejaring.engines.planning.workbook.headings import Language
from jejaring.engines.planning.workbook.layout import UNIT

FIRST_LISTED = 3
"""The column of the hidden sheet of lists from which on each sheet's changeable numbers stand."""


def validation(
    field: tables.Field, name: str, language: Language, first_sheet_cell: str = ""
) -> DataValidation | None:
    """Return the drop-down or the check of one column, called `name` among those of its sheet.

    `first_sheet_cell` is the cell beside the column's first one that says which sheet changes.
    """
    words = _words(language, name)
    if words:
        return _drop_down(f'"{",".join(words)}"', strict=name in {UNIT, "channel"})
    if name == "field":
        return _drop_down(_column_words_beside(first_sheet_cell, language), strict=False)
    if field.refers_to == "periods":
        return _drop_down("jejaring_periods_or_star")
    if field.kind == "codes":
        return _drop_down("jejaring_product_lists", strict=False)
    if field.refers_to:
        sheet = headings.SHEETS[field.refers_to].name(language)
        drop_down = _drop_down(f"jejaring_{field.refers_to}")
        drop_down.errorTitle, drop_down.error = _code_message(language, sheet)
        return drop_down
    return _number_check(field.kind, language)


def _number_check(kind: tables.Kind, language: Language) -> DataValidation | None:
    if kind in {"kg", "price", "rupiah", "rate", "km"}:
        return _at_least_0(language)
    if kind == "count":
        return _at_least_0(language, whole=True)
    if kind == "share":
        return _between(0, 1, language)
    if kind == "latitude":
        return _between(-90, 90, language)
    return _between(-180, 180, language) if kind == "longitude" else None


def listed_columns(language: Language) -> list[list[str]]:
    """Return for each sheet whose numbers can change its name and their headings, for the hidden sheet."""
    return [
        [
            selectors.sheet_word(table, language),
            *(selectors.column_word(table, each, language) for each in names),
        ]
        for table, names in CHANGEABLE.items()
    ]


def _column_words_beside(cell: str, language: Language) -> str:
    """Return the formula of the headings of the sheet that `cell` names."""
    lists = quote_sheetname(headings.SHEETS["lists"].name(language))
    first, last = (get_column_letter(FIRST_LISTED + at) for at in (0, len(CHANGEABLE) - 1))
    longest = 1 + max(len(names) for names in CHANGEABLE.values())
    at = f"MATCH({cell},{lists}!${first}$1:${last}$1,0)-1"
    count = f"COUNTA(OFFSET({lists}!${first}$2:${first}${longest},0,{at}))"
    return f"OFFSET({lists}!${first}$2,0,{at},{count},1)"


def _words(language: Language, name: str) -> tuple[str, ...]:
    if name == "table":
        return tuple(selectors.sheet_word(table, language) for table in CHANGEABLE)
    if name == "apart":
        return selectors.apart_words(language)
    return _WORD_LISTS.get((language, name), ())


_WORD_LISTS: dict[tuple[Language, str], tuple[str, ...]] = {
    ("id", UNIT): ("kg", "kuintal", "ton"),
    ("en", UNIT): ("kg", "kuintal", "ton"),
    ("id", "channel"): (headings.OUTLET_WORDS.indonesian, headings.SOURCE_WORDS.indonesian),
    ("en", "channel"): (headings.OUTLET_WORDS.english, headings.SOURCE_WORDS.english),
    ("id", "kind"): ("KDMP", "KKMP", "eksisting", "sekunder"),
    ("en", "kind"): ("KDMP", "KKMP", "existing", "secondary"),
    ("id", "role"): ("hub",),
    ("en", "role"): ("hub",),
    ("id", "confidence"): ("tinggi", "sedang", "rendah", "ilustrasi"),
    ("en", "confidence"): ("high", "medium", "low", "illustrative"),
    ("id", "evidence"): ("lisan", "dokumen", "ditimbang", "diukur"),
    ("en", "evidence"): ("said", "document", "weighed", "measured"),
}


def _code_message(language: Language, sheet: str) -> tuple[str, str]:
    if language == "id":
        return "Kode belum ada", f"Pilih kode dari daftar, atau tambahkan dulu di lembar {sheet}."
    return "No such code", f"Choose a code from the list, or add it to the sheet {sheet} first."


def _number_message(language: Language, least: int, most: int | None) -> tuple[str, str]:
    if language == "id":
        reach = f"{least} atau lebih" if most is None else f"dari {least} sampai {most}"
        return "Angkanya tidak cocok", f"Tulis angka saja, {reach}. Satuan ditulis di kolomnya sendiri."
    reach = f"{least} or more" if most is None else f"from {least} to {most}"
    return "Not a number that fits", f"Write a number alone, {reach}. Units have a column of their own."


def _drop_down(formula: str, *, strict: bool = True) -> DataValidation:
    return DataValidation(
        type="list", formula1=formula, allow_blank=True, showErrorMessage=strict, showDropDown=False
    )


def _at_least_0(language: Language, *, whole: bool = False) -> DataValidation:
    title, message = _number_message(language, 0, None)
    return DataValidation(
        type="whole" if whole else "decimal",
        operator="greaterThanOrEqual",
        formula1="0",
        allow_blank=True,
        showErrorMessage=True,
        errorTitle=title,
        error=message,
    )


def _between(least: int, most: int, language: Language) -> DataValidation:
    title, message = _number_message(language, least, most)
    return DataValidation(
        type="decimal",
        operator="between",
        formula1=str(least),
        formula2=str(most),
        allow_blank=True,
        showErrorMessage=True,
        errorTitle=title,
        error=message,
    )
