"""A network in JSON (jejaring-network/1) -> rows -> Problem, or all its faults.

Values by their kind are `json_values`' business; the way back is `network_file`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from jejaring.engines.errors import Fault, Place, Refusal, Sentence
from jejaring.engines.planning import json_values, tables
from jejaring.engines.planning.assembly import assemble
from jejaring.engines.planning.columns import nearest
from jejaring.engines.planning.json_values import REMARKS, WrongValue
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.rows import Row, Rows, Value

_DEEPEST = 10


def read_json(given: Path | str | bytes, file: str = "") -> Problem:
    """Return the network that a JSON file, or the bytes of one, describes.

    `file` is what faults call the file, its own name where it is empty. Raises Faults with
    everything wrong with the network, or a Refusal where it isn't a JSON network at all.
    """
    if isinstance(given, bytes):
        return assemble(read_rows(given, file or "network.json"))
    path = Path(given)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refusal(
            "input.unreadable",
            "“{file}” can't be opened: {reason}.",
            file=file or path.name,
            reason=error.strerror or type(error).__name__,
        ) from error
    return assemble(read_rows(data, file or path.name))


def read_rows(data: bytes, file: str) -> Rows:
    """Return the rows of a JSON network with the faults found on the way. Raises a Refusal."""
    top, repeats = json_values.parsed(data, file)
    _check_format(top, file)
    version = 1 + tables.FORMATS.index(top["format"]) if top.get("format") in tables.FORMATS else 0
    reader = _Reader(Rows(file=file, sha256=sha256(data).hexdigest()), version or len(tables.FORMATS))
    if repeats:
        reader.tell_repeats(top, "")
    reader.read(top)
    return reader.rows


def _check_format(top: dict[str, Any], file: str) -> None:
    found = top.get("format")
    if isinstance(found, str) and found not in tables.FORMATS:
        raise Refusal(
            "json.format",
            "“{file}” says that its format is “{found}”; a network's is “{right}”.",
            file=file,
            found=json_values.shown(found),
            right=tables.FORMAT,
        )


class _Part(NamedTuple):
    """How one field of a row is read. `missing` is its value where it may be missing."""

    name: str
    read: Callable[[object], Value]
    needed: bool
    missing: Value


class _Form(NamedTuple):
    """How a row is read; `names` may stand in it, `later` may in a later version of the format."""

    parts: tuple[_Part, ...]
    names: frozenset[str]
    later: frozenset[str]


class _Reader:
    """Fills rows from a parsed network, noting faults with their paths."""

    def __init__(self, rows: Rows, version: int) -> None:
        self.rows = rows
        self._version = version

    def read(self, top: dict[str, Any]) -> None:
        """Read everything that stands at the top."""
        if top.get("format") not in tables.FORMATS:
            self._fault(
                "format",
                Sentence("json.no_format", "The file doesn't say its format."),
                Sentence(
                    "json.no_format.right", "Write {example}.", {"example": f'"format": "{tables.FORMAT}"'}
                ),
            )
        known = [table for table in tables.TABLES if table.since <= self._version]
        self._tell_unknown(
            top,
            {"format", "lane_rule", *tables.TOP_TEXTS, *(table.name for table in known)},
            {table.name for table in tables.TABLES},
            "",
        )
        self.rows.name = self._top_text(top, "name")
        self.rows.note = self._top_text(top, "note")
        for table in known:
            self._read_table(table, top.get(table.name))
        if top.get("lane_rule") is not None:
            form = _form(tables.LANE_RULE, self._version)
            self.rows.lane_rule = self._read_row(top["lane_rule"], form, "lane_rule")

    def tell_repeats(self, found: object, path: str, depth: int = 0) -> None:
        """Note every key that stands twice in one object, as deep as a network goes."""
        if depth > _DEEPEST:
            return
        if isinstance(found, json_values.Repeating):
            for key in found.repeated:
                self._fault(
                    json_values.path_below(path, key),
                    Sentence(
                        "json.repeated_key", "“{key}” stands here twice.", {"key": json_values.shown(key)}
                    ),
                    Sentence("json.repeated_key.right", "Keep one of them."),
                )
        if isinstance(found, dict):
            for key, value in found.items():
                self.tell_repeats(value, json_values.path_below(path, key), depth + 1)
        elif isinstance(found, list):
            for index, value in enumerate(found):
                self.tell_repeats(value, f"{path}[{index}]", depth + 1)

    def _fault(self, path: str, wrong: Sentence, right: Sentence | None) -> None:
        self.rows.faults.append(Fault(Place(file=self.rows.file, path=path), wrong, right))

    def _top_text(self, top: dict[str, Any], name: str) -> str:
        value = top.get(name)
        try:
            text = json_values.read_value("text", "" if value is None else value)
        except WrongValue as error:
            self._tell_wrong(error, name)
            return ""
        assert isinstance(text, str)
        return text

    def _read_table(self, table: tables.Table, found: object) -> None:
        if found is None:
            return
        if not isinstance(found, list):
            self._fault(
                table.name,
                Sentence("json.not_list", "This must be a list."),
                Sentence("json.not_list.right", "Write its rows between square brackets, or leave it out."),
            )
            return
        form = _form(table.fields, self._version)
        rows = (self._read_row(each, form, f"{table.name}[{index}]") for index, each in enumerate(found))
        self.rows.tables[table.name] = [row for row in rows if row is not None]

    def _read_row(self, found: object, form: _Form, path: str) -> Row | None:
        if not isinstance(found, dict):
            self._fault(
                path,
                Sentence("json.not_row", "This must be a row, with a name before each value."),
                Sentence("json.not_row.right", "Write {example}.", {"example": '{"code": "A"}'}),
            )
            return None
        if not found.keys() <= form.names:
            self._tell_unknown(found, form.names, form.later, path)
        values: dict[str, Value] = {}
        for part in form.parts:
            value = found.get(part.name) if part.name in form.names else None
            if value is not None:
                try:
                    values[part.name] = part.read(value)
                except WrongValue as error:
                    self._tell_wrong(error, f"{path}.{part.name}")
            elif part.needed:
                self._tell_missing(part.name, path)
            else:
                values[part.name] = part.missing
        return Row(values, partial(_place, self.rows.file, path))

    def _tell_wrong(self, error: WrongValue, path: str) -> None:
        for within, wrong, right in error.faults:
            self._fault(path + within, wrong, right)

    def _tell_missing(self, name: str, path: str) -> None:
        self._fault(
            f"{path}.{name}",
            Sentence("json.missing", "“{name}” is missing.", {"name": name}),
            Sentence("json.missing.right", "Write it here; nothing is assumed in its place."),
        )

    def _tell_unknown(
        self, found: Iterable[str], known: Iterable[str], later: Collection[str], path: str
    ) -> None:
        """Tell keys that aren't `known`; `later` versions of the format may know them."""
        known = REMARKS.union(known)
        for key in found:
            if key in later and key not in known:
                self._fault(
                    json_values.path_below(path, key),
                    Sentence(
                        "json.later_key", "“{key}” came with a later version of the format.", {"key": key}
                    ),
                    Sentence(
                        "json.no_format.right",
                        "Write {example}.",
                        {"example": f'"format": "{tables.FORMAT}"'},
                    ),
                )
            elif key not in known:
                near = nearest(key, sorted(known))
                self._fault(
                    json_values.path_below(path, key),
                    Sentence(
                        "json.unknown_key",
                        "“{key}” is a name that this format doesn't know.",
                        {"key": json_values.shown(key)},
                    ),
                    Sentence("json.unknown_key.nearest", "Did you mean “{nearest}”?", {"nearest": near})
                    if near
                    else Sentence(
                        "json.unknown_key.right", "Take it away; remarks go under “note” or “source”."
                    ),
                )


def _place(file: str, path: str, name: str) -> Place:
    """Return the place of a field, or of a part of it, in the row at `path`."""
    field, _, part = name.partition(".")
    if field:
        path = f"{path}.{field}"
    if part:
        path = f"{path}[{part}]" if field in {"steps", "products"} else json_values.path_below(path, part)
    return Place(file=file, path=path)


def _form(fields: tuple[tables.Field, ...], version: int) -> _Form:
    known = tuple(field for field in fields if field.since <= version)
    parts = (
        _Part(
            name=field.name,
            read=json_values.READERS[field.kind],
            needed=field.missing == "fault",
            missing=_missing(field),
        )
        for field in fields
    )
    names = frozenset(field.name for field in known) | REMARKS
    return _Form(tuple(parts), names, frozenset(field.name for field in fields) - names)


def _missing(field: tables.Field) -> Value:
    if field.missing == "zero":
        return Decimal(0)
    if field.missing == "empty":
        empty: dict[tables.Kind, Value] = {
            "steps": (),
            "codes": (),
            "yields": {},
            "kilograms": {},
            "factors": {},
        }
        return empty.get(field.kind, "")
    return None
