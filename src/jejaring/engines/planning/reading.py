"""A file or folder -> Problem, whichever kind it is."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from jejaring.engines.errors import Refusal
from jejaring.engines.planning import csv_folder, interchange, workbook
from jejaring.engines.planning.assembly import assemble
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.rows import Rows
from jejaring.engines.planning.workbook.spreadsheet import LIMITS, Limits


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
    return _rows(data, file.name)


def read_bytes(data: bytes, name: str, limits: Limits = LIMITS) -> Problem:
    """Return the network in the bytes of a workbook or JSON file called `name`. Raises as `read`, and a
    Refusal for a workbook beyond `limits`.
    """
    return assemble(_rows(data, name, limits))


def _rows(data: bytes, name: str, limits: Limits = LIMITS) -> Rows:
    if name.lower().endswith(".json") or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return interchange.read_rows(data, name)
    rows = workbook.read_workbook(data, name, limits)
    rows.sha256 = sha256(data).hexdigest()
    return rows
