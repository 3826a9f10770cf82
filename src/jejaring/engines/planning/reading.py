"""A file or folder -> Problem, whichever kind it is."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from jejaring.engines.errors import Refusal
from jejaring.engines.planning import csv_folder, interchange, workbook
from jejaring.engines.planning.assembly import assemble
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.rows import Rows


def read(path: Path | str) -> Problem:
    """Return the network in a workbook (.xlsx), a JSON file (jejaring-network/1), or a folder of CSV files.

    Raises Faults with everything that is wrong with the network, or a Refusal where it can't be read
    as one.
    """
    return assemble(read_rows(path))


def read_rows(path: Path | str) -> Rows:
    """Return the rows of a network, with what was wrong with them, for `assemble`. Raises as `read`."""
    file = Path(path)
    if file.is_dir():
        return csv_folder.read_folder(file)
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise Refusal("input.missing", "There is no file {file}.", file=str(file)) from None
    except OSError as error:
        raise Refusal(
            "input.unreadable", "{file} can't be opened ({why}).", file=str(file), why=error.strerror or "?"
        ) from None
    if file.suffix.lower() == ".json" or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return interchange.read_rows(data, file.name)
    rows = workbook.read_workbook(data, file.name)
    rows.sha256 = sha256(data).hexdigest()
    return rows
