"""A file -> Problem, whichever kind of file it is."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from jejaring.engines.errors import Refusal
from jejaring.engines.planning import interchange, workbook
from jejaring.engines.planning.assembly import assemble
from jejaring.engines.planning.problem import Problem


def read(path: Path | str) -> Problem:
    """Return the network in a workbook (.xlsx) or a JSON file (jejaring-network/1).

    Raises Faults with everything that is wrong with the network, or a Refusal where the file can't
    be read as one.
    """
    file = Path(path)
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise Refusal("input.missing", "There is no file {file}.", file=str(file)) from None
    except IsADirectoryError:
        raise Refusal(
            "input.folder", "{file} is a folder. Name a workbook or a JSON file.", file=str(file)
        ) from None
    except OSError as error:
        raise Refusal(
            "input.unreadable", "{file} can't be opened ({why}).", file=str(file), why=error.strerror or "?"
        ) from None
    if file.suffix.lower() == ".json" or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return interchange.read_json(data, file.name)
    rows = workbook.read_workbook(data, file.name)
    rows.sha256 = sha256(data).hexdigest()
    return assemble(rows)
