"""Typst, as every paper of ours uses it: our font and no other, no text pasted into a program."""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from functools import cache
from importlib import resources
from typing import Any

import typst

_FONT_PACKAGE = "fontpkg_source_sans_3"
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_UNSHOWN = re.compile(r"[^ -~\xa0-\xac\xae-ſ‐-„†-•…‰′″‹›€™−→]")


class _Typesetters(threading.local):
    """Those of one thread: a typesetter refuses a second text while it is at one."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, str], typst.Compiler] = {}


_TYPESETTERS = _Typesetters()


def typesetter(folder: str, template: str) -> typst.Compiler:
    """Return this thread's typesetter: it sees our templates in `folder`, our font and nothing else."""
    made = _TYPESETTERS.made
    if (folder, template) not in made:
        root = resources.files("jejaring.documents") / "templates" / folder
        made[folder, template] = typst.Compiler(
            input=str(root / template), root=str(root), font_paths=_fonts(), ignore_system_fonts=True
        )
    return made[folder, template]


def pdf(folder: str, template: str, data: str) -> bytes:
    """Return `data` (JSON) typeset as tagged PDF (PDF/UA-1); the same data give the same bytes.

    A warning of the typesetter stops it: a missing font would otherwise pass unseen.
    """
    made, warnings = typesetter(folder, template).compile_with_warnings(
        format="pdf", sys_inputs={"data": data}, pdf_standards=["ua-1"], timestamp=0
    )
    assert not warnings, [warning.diagnostic for warning in warnings]
    assert isinstance(made, bytes)
    return made


def placed_pdf(folder: str, template: str, data: str, *, label: str) -> tuple[bytes, Any]:
    """Return what `pdf` returns, and the value that the template labels `label`: where things stand."""
    root = resources.files("jejaring.documents") / "templates" / folder
    compiler = typst.Compiler(
        input=str(root / template),
        root=str(root),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": data},
    )
    made, warnings = compiler.compile_with_warnings(format="pdf", pdf_standards=["ua-1"], timestamp=0)
    assert not warnings, [warning.diagnostic for warning in warnings]
    assert isinstance(made, bytes)
    return made, json.loads(compiler.query(f"<{label}>", field="value", one=True))


def untagged_pdf(folder: str, template: str, data: str) -> bytes:
    """Return `data` (JSON) typeset as a PDF to be drawn inside another one, which has tags of its own."""
    made, warnings = typesetter(folder, template).compile_with_warnings(
        format="pdf", sys_inputs={"data": data}, timestamp=0, pdf_tags=False
    )
    assert not warnings, [warning.diagnostic for warning in warnings]
    assert isinstance(made, bytes)
    return made


def png(folder: str, template: str, data: str, *, ppi: float) -> list[bytes]:
    """Return one image for each page that `data` (JSON) makes."""
    made, warnings = typesetter(folder, template).compile_with_warnings(
        format="png", sys_inputs={"data": data}, ppi=ppi, timestamp=0
    )
    assert not warnings, [warning.diagnostic for warning in warnings]
    pages = [made] if isinstance(made, bytes) else made
    assert pages is not None
    return list(pages)


def shown(text: str) -> str:
    """Return text as the font can show it, on one line.

    Marks without width that change nothing for a reader are left out. A character that the font
    lacks or that turns the direction of writing is written by its number, as [U+1F33E]: a paper
    may neither hide a letter nor drop one silently.
    """
    plain = " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())
    return _numbered(plain)


def drawn(svg: str) -> str:
    """Return a picture as the typesetter draws it rightly.

    Of a font with many weights it takes the thinnest where 400 is asked for, so 500 is; letters
    that the font lacks are written as `shown` writes them.
    """
    heavier = svg.replace(' font-weight="400"', "").replace("<svg ", '<svg font-weight="500" ', 1)
    return "\n".join(_numbered(_INVISIBLE.sub("", line)) for line in heavier.split("\n"))


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(resources.files(_FONT_PACKAGE) / "files")],
    )


def _numbered(text: str) -> str:
    return _UNSHOWN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
