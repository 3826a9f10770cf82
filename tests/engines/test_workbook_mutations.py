"""Whatever is done to a workbook, what comes out is a network or a refusal in words."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jejaring.engines.errors import Faults
from jejaring.engines.planning.assembly import assemble
from jejaring.engines.planning.workbook import read_workbook
from tests.engines.workbooks import lean, shared, with_parts


def judge(data: bytes) -> None:
    """Read a workbook; its faults must be sayable and have a place in the file."""
    try:
        assemble(read_workbook(data, "x.xlsx"))
    except Faults as faults:
        for fault in faults.faults:
            assert fault.place.file == "x.xlsx"
            assert str(fault).startswith("x.xlsx")


@cache
def parts(data: bytes) -> dict[str, str]:
    """Return the XML of the parts that are read."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        names = [name for name in book.namelist() if name.endswith((".xml", ".rels"))]
        return {name: book.read(name).decode() for name in names if "theme" not in name}


def sheets() -> list[str]:
    return sorted(name for name in parts(lean()) if "worksheets/sheet" in name)


WORDS = [
    "", "0", "-1", "1e400", "nan", "1E-400", "99999999999999999999", "TRUE", "#REF!", "*", "-", ";", '"',
    "=1+1", "1.250", "1,5 ton", "12 sak", "Rp", "%", "semua", "2026-03", "2026-13", "46082", "x" * 40_000,
    "_x0000_", "∞", "١٢", "\u200b", "a1", "gkp", "beras; ; ", "jual",
]  # fmt: skip
LETTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
JUNK = st.sampled_from(WORDS) | st.text(LETTERS, max_size=20)
KINDS = st.sampled_from(["n", "s", "str", "inlineStr", "b", "e", "d", "x"])


def cell_xml(kind: str, junk: str, style: int, formula: bool) -> str:
    text = junk.replace("&", "&amp;").replace("<", "&lt;")
    inner = f"<is><t>{text}</t></is>" if kind == "inlineStr" else f"<v>{text}</v>"
    return f' s="{style}" t="{kind}">{"<f>A1</f>" if formula else ""}{inner}</c>'


def constant(text: str) -> Callable[[bytes], bytes]:
    return lambda _: text.encode()


@settings(max_examples=150)
@given(st.data())
def test_any_junk_in_any_cells_is_refused_in_words_or_read(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sheets()))
    xml = parts(lean())[name]
    cells = list(re.finditer(r'(<c r="[A-Z]+[0-9]+")[^>]*?(?:/>|>.*?</c>)', xml))
    chosen = data.draw(
        st.lists(st.sampled_from(cells), min_size=1, max_size=4, unique_by=lambda match: match.start())
    )
    for match in sorted(chosen, key=lambda match: -match.start()):
        new = cell_xml(
            data.draw(KINDS), data.draw(JUNK), data.draw(st.integers(0, 40)), data.draw(st.booleans())
        )
        xml = xml[: match.start()] + match[1] + new + xml[match.end() :]
    judge(with_parts({name: lambda _: xml.encode()}, lean()))


@settings(max_examples=60)
@given(st.data())
def test_rows_and_sheets_may_go_and_come_twice(data: st.DataObject) -> None:
    xml = dict(parts(lean()))
    for name in data.draw(st.lists(st.sampled_from(sheets()), min_size=1, max_size=5, unique=True)):
        rows = re.findall(r"<row .*?</row>", xml[name])
        row = data.draw(st.sampled_from(rows))
        xml[name] = xml[name].replace(row, data.draw(st.sampled_from(["", row + row])))
    gone = data.draw(
        st.lists(st.sampled_from(re.findall(r"<sheet [^>]*/>", xml["xl/workbook.xml"])), max_size=2)
    )
    for sheet in gone:
        xml["xl/workbook.xml"] = xml["xl/workbook.xml"].replace(sheet, "")
    judge(with_parts({name: constant(text) for name, text in xml.items()}, lean()))


@settings(max_examples=150)
@given(st.data())
def test_broken_xml_anywhere_is_refused_in_words_or_read(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(parts(shared()))))
    xml = parts(shared())[name]
    start = data.draw(st.integers(0, len(xml)))
    end = min(len(xml), start + data.draw(st.integers(0, 60)))
    junk = data.draw(
        st.sampled_from(
            ["", "<", ">", "&", '"', "<!--", "<![CDATA[", "]]>", "<x>", "</row>", "9" * 30, "\x00", "é"]
        )
    )
    judge(with_parts({name: lambda _: (xml[:start] + junk + xml[end:]).encode()}, shared()))


@settings(max_examples=200)
@given(st.data())
def test_broken_bytes_anywhere_are_refused_in_words_or_read(data: st.DataObject) -> None:
    book = bytearray(shared())
    # The directory at the end is where a zip breaks most; half of the changes go there.
    first = data.draw(st.sampled_from([0, len(book) - 3000]))
    for _ in range(data.draw(st.integers(1, 4))):
        book[data.draw(st.integers(first, len(book) - 1))] = data.draw(st.integers(0, 255))
    judge(bytes(book[: data.draw(st.integers(0, len(book)))]) if data.draw(st.booleans()) else bytes(book))


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
)
def test_any_bytes_at_all_are_refused_in_words(data: bytes, start: bytes) -> None:
    with pytest.raises(Faults):
        read_workbook(start + data, "x.xlsx")
