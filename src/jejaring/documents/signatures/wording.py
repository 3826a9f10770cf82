"""The words of a PDF, whatever program wrote the file: what is left to compare after it was saved again.

Reads what pages show through each font's own table from codes to letters (ToUnicode), as every searching
or copying reader does. Layout, spaces and hidden hyphens are left out. Pictures are not words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

from jejaring.documents.signatures.reading import READING_FAILED

PAGES_MAX = 500
DEPTH_MAX = 8
CONTENT_BYTES_MAX = 24_000_000
"""What is read of all pages together; a document of ours has some hundred thousand."""

_TOKEN = re.compile(
    rb"(?P<open>\()"
    rb"|<(?P<hex>[0-9A-Fa-f\s]*)>(?!>)"
    rb"|/(?P<name>[^\s()<>\[\]{}/%]*)"
    rb"|(?P<word>[A-Za-z'\"*]+)"
    rb"|%[^\r\n]*"
)
_STRING_MARK = re.compile(rb"[()]|\\.", re.DOTALL)
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPES = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
    b"\n": b"",
    b"\r": b"",
    b"\r\n": b"",
}
_BEGINS = re.compile(rb"begin(bfchar|bfrange|codespacerange)")
_CELL = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")
_SHOWS = {b"Tj", b"TJ", b"'", b'"'}
_LINK, _WIDGET = "/Link", "/Widget"


@dataclass
class _Font:
    """How codes of a font become letters."""

    bytes_each: int = 1
    letters: dict[int, str] = field(default_factory=dict)

    def read(self, codes: bytes) -> str:
        size = self.bytes_each
        numbers = (int.from_bytes(codes[at : at + size], "big") for at in range(0, len(codes), size))
        return "".join(self.letters.get(number, chr(number) if size == 1 else "") for number in numbers)


@dataclass
class _Budget:
    """What may still be read; a hostile file can show one drawing a million times."""

    content_bytes: int = CONTENT_BYTES_MAX

    def spend(self, size: int) -> None:
        self.content_bytes -= size
        if self.content_bytes < 0:
            raise ValueError("too much to read")


def wording(reader: PdfFileReader) -> str | None:
    """Return all letters of all pages in the order they are drawn, None where they can't be read.

    Notes that somebody put onto a page are named, so that a page with one differs from the same without.
    """
    budget = _Budget()
    try:
        parts = [part for page in _pages(reader) for part in _on_page(page, budget)]
    except READING_FAILED:
        return None
    whole = unicodedata.normalize("NFKC", "".join(parts))
    return "".join(
        letter for letter in whole if not letter.isspace() and unicodedata.category(letter) != "Cf"
    )


def _pages(reader: PdfFileReader) -> Iterator[tuple[Any, Any]]:
    """Yield each page with the resources it may have from above."""
    waiting: list[tuple[Any, Any, int]] = [(reader.root.raw_get("/Pages"), {}, 0)]
    seen = 0
    while waiting:
        reference, inherited, depth = waiting.pop()
        node = reference.get_object()
        seen += 1
        if seen > 2 * PAGES_MAX or depth > 4 * DEPTH_MAX:
            raise ValueError("too many pages")
        resources = _got(node, "/Resources") or inherited
        kids = _got(node, "/Kids")
        if kids is None:
            yield node, resources
        else:
            waiting.extend((kids.raw_get(at), resources, depth + 1) for at in reversed(range(len(kids))))


def _got(node: Any, key: str) -> Any:
    """Return what stands under this key, wherever in the file it is; None where there is nothing."""
    found = node.get(key)
    return found.get_object() if hasattr(found, "get_object") else found


def _on_page(page: tuple[Any, Any], budget: _Budget) -> Iterator[str]:
    node, resources = page
    content = _got(node, "/Contents")
    streams = content if isinstance(content, list) else [content] if content is not None else []
    data = b"\n".join(stream.get_object().data for stream in streams)
    yield from _drawn(data, resources, budget, 0)
    for note in _got(node, "/Annots") or ():
        kind = str(_got(note.get_object(), "/Subtype"))
        if kind not in {_LINK, _WIDGET}:
            yield f"[{kind}]"


def _drawn(content: bytes, resources: Any, budget: _Budget, depth: int) -> Iterator[str]:
    """Yield what a content shows, drawings inside it too."""
    budget.spend(len(content) + 1000)
    fonts: dict[str, _Font] = {}
    font, names, strings = _Font(), [], []
    for kind, word in _tokens(content):
        if kind == "text":
            strings.append(_unescaped(word))
        elif kind == "hex":
            strings.append(_unhexed(word))
        elif kind == "name":
            names.append("/" + word.decode("latin-1"))
        else:
            if word == b"Tf" and names:
                name = names[-1]
                if name not in fonts:
                    fonts[name] = _font(resources["/Font"][name], budget)
                font = fonts[name]
            elif word in _SHOWS:
                yield from map(font.read, strings)
            elif word == b"Do" and names:
                yield from _inside(resources["/XObject"][names[-1]], resources, budget, depth)
            names, strings = [], []


def _tokens(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield strings, names and operators, with their kind; every byte is looked at once or twice."""
    at = 0
    while token := _TOKEN.search(content, at):
        at = token.end()
        if token.lastgroup == "open":
            end = _string_end(content, at)
            yield "text", content[at : end - 1]
            at = end
        elif token.lastgroup:
            yield token.lastgroup, token[token.lastgroup]


def _string_end(content: bytes, at: int) -> int:
    """Return where a string that began before `at` is over: its brackets are closed."""
    depth = 1
    for mark in _STRING_MARK.finditer(content, at):
        depth += {b"(": 1, b")": -1}.get(mark[0], 0)
        if depth == 0:
            return mark.end()
    return len(content) + 1


def _inside(drawing: Any, resources: Any, budget: _Budget, depth: int) -> Iterator[str]:
    if _got(drawing, "/Subtype") == "/Form":
        if depth >= DEPTH_MAX:
            raise ValueError("drawings in drawings")
        yield from _drawn(drawing.data, _got(drawing, "/Resources") or resources, budget, depth + 1)


def _font(font: Any, budget: _Budget) -> _Font:
    size = 2 if _got(font, "/Subtype") == "/Type0" else 1
    table = _got(font, "/ToUnicode")
    if not hasattr(table, "data"):
        return _Font(size)
    data = table.data
    budget.spend(10 * len(data))
    made = _Font(size)
    for begins in _BEGINS.finditer(data):
        ends = data.find(b"end" + begins[1], begins.end())
        if ends < 0:
            break
        found = _CELL.finditer(data, begins.end(), ends)
        cells = [(_unhexed(cell[1] or b""), bool(cell[2]), bool(cell[3])) for cell in found]
        if begins[1] == b"codespacerange" and cells and cells[0][0]:
            made.bytes_each = len(cells[0][0])
        elif begins[1] == b"bfchar":
            for (code, *_), (letters, *_) in zip(cells[::2], cells[1::2], strict=False):
                made.letters[int.from_bytes(code, "big")] = _letters(letters)
        elif begins[1] == b"bfrange":
            _ranges(cells, made.letters, budget)
    return made


def _ranges(cells: list[tuple[bytes, bool, bool]], letters: dict[int, str], budget: _Budget) -> None:
    """Add what ranges of codes mean: counted up from one letter, or listed in brackets."""
    at = 0
    while at + 2 < len(cells):
        first, last = (int.from_bytes(cells[at + step][0], "big") for step in (0, 1))
        count = min(max(last - first, 0), 0xFFFF) + 1
        budget.spend(count)
        start, opens, _ = cells[at + 2]
        at += 3
        if not opens:
            begins = _letters(start)
            for step in range(count):
                if begins and ord(begins[-1]) + step < 0x110000:
                    letters[first + step] = begins[:-1] + chr(ord(begins[-1]) + step)
            continue
        for step in range(len(cells) - at):
            told, _, closes = cells[at]
            at += 1
            if closes:
                break
            letters[first + step] = _letters(told)


def _letters(code: bytes) -> str:
    return code.decode("utf-16-be", "replace") if len(code) > 1 else code.decode("latin-1")


def _unhexed(digits: bytes) -> bytes:
    plain = b"".join(digits.split())
    return bytes.fromhex((plain + b"0" * (len(plain) % 2)).decode("ascii"))


def _unescaped(text: bytes) -> bytes:
    def plain(found: re.Match[bytes]) -> bytes:
        told = found[1]
        if told[:1].isdigit():
            return bytes([int(told, 8) & 0xFF])
        return _ESCAPES.get(told, told)

    return _ESCAPED.sub(plain, text)
