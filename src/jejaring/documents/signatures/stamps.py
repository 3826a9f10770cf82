"""What is seen in the place of a signature: a few lines, typeset as the document is."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils.content import AnnotAppearances
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStampStyle
from pyhanko.stamp.base import BaseStamp

from jejaring.documents import typesetting
from jejaring.documents.typesetting import shown


def drawn(lines: Sequence[str], width_pt: float, height_pt: float) -> bytes:
    """Return one page of this size with these lines, the first one bold."""
    data = {"lines": [shown(line) for line in lines], "width_pt": width_pt, "height_pt": height_pt}
    return typesetting.untagged_pdf(
        "signature", "stamp.typ", json.dumps(data, ensure_ascii=False, sort_keys=True)
    )


def style(lines: Sequence[str], size_pt: tuple[float, float]) -> BaseStampStyle:
    """Return how pyHanko draws these lines; nothing to draw leaves the place empty."""
    width_pt, height_pt = size_pt
    if not lines or not width_pt or not height_pt:
        return _Lines()
    return _Lines(page=drawn(lines, width_pt, height_pt))


@dataclass(frozen=True)
class _Lines(BaseStampStyle):
    """A page of ours as the appearance of a signature."""

    page: bytes | None = None

    def create_stamp(
        self,
        writer: BasePdfFileWriter,
        box: BoxConstraints,
        text_params: dict[str, Any],  # noqa: ARG002
    ) -> BaseStamp | None:
        return None if self.page is None else _Drawn(writer, self, box, self.page)


class _Drawn(BaseStamp):
    def __init__(
        self, writer: BasePdfFileWriter, style: BaseStampStyle, box: BoxConstraints, page: bytes
    ) -> None:
        super().__init__(writer, style, box)
        self._page = page

    def apply_appearance(self, annot_dict: DictionaryObject) -> None:
        """Put the page into the annotation of the place."""
        reader = PdfFileReader(io.BytesIO(self._page))
        drawing = self._ensure_writer.import_page_as_xobject(reader)
        annot_dict["/AP"] = AnnotAppearances(drawing).as_pdf_object()
