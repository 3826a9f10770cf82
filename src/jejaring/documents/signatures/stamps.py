"""What is seen in the place of a signature: a few lines, typeset as the document is."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStampStyle

from jejaring.documents import typesetting
from jejaring.documents.typesetting import shown


def drawn(lines: Sequence[str], width_pt: float, height_pt: float) -> bytes:
    """Return one page of this size with these lines, the first one bold."""
    data = {"lines": [shown(line) for line in lines], "width_pt": width_pt, "height_pt": height_pt}
    return typesetting.untagged_pdf("signature", "stamp.typ", json.dumps(data, ensure_ascii=False, sort_keys=True))


def style(lines: Sequence[str], size_pt: tuple[float, float]) -> BaseStampStyle | None:
    """Return how pyHanko draws these lines; nothing to draw leaves the place empty."""
    width_pt, height_pt = size_pt
    if not lines or not width_pt or not height_pt:
        return _Lines(None)
    return _Lines(drawn(lines, width_pt, height_pt))


class _Lines(BaseStampStyle):  # type: ignore[misc]  # pyHanko has no types.
    """A page of ours as the appearance of a signature."""

    def __init__(self, page: bytes | None) -> None:
        object.__setattr__(self, "page", page)

    def create_stamp(self, writer: BasePdfFileWriter, box: Any, text_params: Any) -> _Drawn | None:  # noqa: ARG002
        page: bytes | None = self.__dict__["page"]
        return None if page is None else _Drawn(writer, page)


class _Drawn:
    def __init__(self, writer: BasePdfFileWriter, page: bytes) -> None:
        self._writer, self._page = writer, page

    def apply_appearance(self, annotation: Any) -> None:
        """Put the page into the annotation of the place."""
        reader = PdfFileReader(io.BytesIO(self._page))
        annotation["/AP"] = _appearances(self._writer.import_page_as_xobject(reader))


def _appearances(normal: Any) -> Any:
    from pyhanko.pdf_utils.content import AnnotAppearances

    return AnnotAppearances(normal).as_pdf_object()
