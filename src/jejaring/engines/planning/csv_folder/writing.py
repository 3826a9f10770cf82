"""Rows -> a folder of CSV files that `read_folder` reads back without loss; and an empty one to fill in.

UTF-8 without byte order mark, commas, a decimal point, lines that end as RFC 4180 says (CR LF). The same
rows give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from jejaring.engines.planning import tables
from jejaring.engines.planning.csv_folder.heads import LANE_RULE, NETWORK, Form, forms
from jejaring.engines.planning.csv_folder.values import written
from jejaring.engines.planning.rows import Rows, Value

_LINE_END = "\r\n"
_MUST_QUOTE = re.compile(r'[,;"\t\r\n]|^\s|\s\Z')


def folder_files(rows: Rows) -> dict[str, bytes]:
    """Return the files of a folder by name: one for each table, with its headings where it has no row."""
    codes = (row.values.get("code") for row in rows.tables.get("products", []))
    products = [code for code in codes if isinstance(code, str)]
    top: dict[str, Value] = {
        "format": tables.format_of(rows.tables),
        **{name: getattr(rows, name) for name in tables.TOP_TEXTS},
    }
    lines: dict[str, Iterable[Mapping[str, Value]]] = {
        NETWORK: [top],
        LANE_RULE: [rows.lane_rule.values] if rows.lane_rule else [],
    }
    for table in tables.TABLES:
        lines[table.name] = (row.values for row in rows.tables.get(table.name, []))
    return {form.file: _file(form, lines[name], products) for name, form in forms().items()}


def _file(form: Form, lines: Iterable[Mapping[str, Value]], products: Sequence[str]) -> bytes:
    written_lines = [",".join(field.name for field in form.fields)]
    for values in lines:
        cells = (written(values.get(field.name), field, products) for field in form.fields)
        written_lines.append(",".join(_quoted(cell) for cell in cells))
    return (_LINE_END.join(written_lines) + _LINE_END).encode()


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _MUST_QUOTE.search(cell) else cell
