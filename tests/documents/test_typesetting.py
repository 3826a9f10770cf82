"""Papers are typeset by many people at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from jejaring.documents import typesetting


def test_papers_are_typeset_by_many_threads_at_once() -> None:
    def made(name: str) -> bytes:
        data = json.dumps({"height_pt": 70.0, "width_pt": 200.0, "lines": ["Ketua", name]})
        return typesetting.untagged_pdf("signature", "stamp.typ", data)

    names = [f"Koperasi {number}" for number in range(8)] * 4
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(made, names))
    assert together == [made(name) for name in names]
    assert len(set(together)) == 8
