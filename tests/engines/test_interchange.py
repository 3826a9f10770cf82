"""A network in JSON: read exactly, written back the same, or refused in sentences."""

from __future__ import annotations

import copy
import dataclasses
import json
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jejaring.documents.language import language
from jejaring.engines.errors import Faults, Refusal
from jejaring.engines.measures import Decimals
from jejaring.engines.planning.interchange import read_json
from jejaring.engines.planning.network_file import network_document, write_network
from jejaring.engines.planning.schema import network_schema
from tests.engines.small_networks import EXAMPLE, Network, example, faults, read

DESIGN_EXAMPLE = """
{"format": "jejaring-network/1", "name": "Example",
 "periods":  [{"code": "2026-03"}, {"code": "2026-04"}],
 "products": [{"code": "gkp"}, {"code": "beras"}, {"code": "dedak"}],
 "parties":  [{"code": "A", "name": "Koperasi A", "kind": "primary"}],
 "sites":    [{"code": "a1", "party": "A", "lat": -6.82, "lon": 107.14}, {"code": "m1", "party": null}],
 "supplies": [{"site": "a1", "product": "gkp", "period": "2026-03", "available_kg": 120000,
               "cost_idr_per_kg": 6500}],
 "outlets":  [{"code": "o1", "owner": "A", "site": "m1", "product": "beras", "period": "*",
               "most_kg": 40000, "least_kg": 0,
               "price_idr_per_kg": 12000, "steps": [{"from_kg": 20000, "price_idr_per_kg": 12300}]}],
 "sources":  [{"code": "u1", "owner": "A", "site": "m1", "product": "urea", "period": "*", "most_kg": 9000,
               "price_idr_per_kg": 2400, "steps": [{"from_kg": 5000, "price_idr_per_kg": 2250}]}],
 "needs":    [{"site": "a1", "product": "urea", "period": "2026-04", "kg": 800, "worth_idr_per_kg": 2800}],
 "processes":[{"code": "p1", "owner": "A", "site": "a1", "input": "gkp",
               "outputs": {"beras": 0.532, "dedak": 0.07},
               "period": "*", "capacity_kg": 60000, "cost_idr_per_kg": 350, "opening_cost_idr": 0}],
 "storages": [{"code": "g1", "owner": "A", "site": "a1", "products": ["beras"], "capacity_kg": 50000,
               "cost_idr_per_kg": 40, "loss": 0.005, "opening_kg": {"beras": 1000}}],
 "lanes":    [{"from": "a1", "to": "m1", "products": ["beras"], "cost_idr_per_kg": 180,
               "capacity_kg": null, "fixed_cost_idr": 0}],
 "lane_rule": null,
 "local_trade": [{"site": "a1", "product": "gkp", "period": "*", "sell_idr_per_kg": 6000,
                  "buy_idr_per_kg": null, "most_sell_kg": null, "most_buy_kg": null}]}
"""
ID = language("id")
VALIDATOR = jsonschema.Draft202012Validator(network_schema())


def assert_same(one: object, other: object, path: str = "problem") -> None:
    """Compare two values field by field, numbers by what they mean; `sha256` aside."""
    if isinstance(one, Decimals):
        assert isinstance(other, Decimals)
        assert one.fractions() == other.fractions(), path
    elif isinstance(one, np.ndarray):
        assert isinstance(other, np.ndarray)
        assert np.array_equal(one, other, equal_nan=one.dtype == np.float64), path
    elif dataclasses.is_dataclass(one):
        for field in dataclasses.fields(one):
            if field.name != "sha256":
                assert_same(getattr(one, field.name), getattr(other, field.name), f"{path}.{field.name}")
    else:
        assert one == other, path


def refusal(data: bytes | str) -> str:
    """Return the sentence of the Refusal that `data` meets."""
    with pytest.raises(Refusal) as refused:
        read(data)
    assert not isinstance(refused.value, Faults)
    return str(refused.value)


def test_the_example_becomes_columns_spread_over_the_periods() -> None:
    problem = read(EXAMPLE)
    assert problem.name == "Contoh"
    assert problem.periods == ("2026-03", "2026-04")
    assert problem.sites.party.tolist() == [0, 1, -1, -1]
    assert problem.supplies.available_kg.fractions() == [120000]
    outlets = problem.outlets
    assert (outlets.code.tolist(), outlets.period.tolist()) == ([0, 0], [0, 1])
    assert outlets.counterparties == ("Pasar induk",)
    assert outlets.step_spans.start.tolist() == [0, 2, 4]
    assert outlets.step_price_idr_per_kg.fractions() == [12300, Fraction(24801, 2)] * 2
    assert problem.processes.output_product.tolist() == [1, 2, 1, 2]
    assert problem.processes.output_yield.fraction(0) == Fraction(532, 1000)
    assert problem.storages.opening_kg.fractions() == [0, 1000]
    assert problem.storages.loss.fraction(0) == Fraction(5, 1000)
    assert problem.lanes.capacity_kg.fractions() == [30000, None, None]
    assert problem.lanes.cost_idr_per_kg.fraction(0) == Fraction(111, 2)
    assert problem.local_trade.buy_idr_per_kg.fractions() == [None, None, 3000, 3000]
    assert problem.references[0].value == "6500"


def test_the_hash_is_of_the_bytes_as_read(tmp_path: Path) -> None:
    data = json.dumps(EXAMPLE, indent=3).encode()
    path = tmp_path / "jejaring.json"
    path.write_bytes(data)
    assert read_json(path).sha256 == read_json(str(path)).sha256 == sha256(data).hexdigest()


def test_faults_call_a_file_by_its_own_name_only(tmp_path: Path) -> None:
    path = tmp_path / "jejaring.json"
    path.write_text(json.dumps(example(sites=[])))
    with pytest.raises(Faults) as refused:
        read_json(path)
    assert {fault.place.file for fault in refused.value.faults} == {"jejaring.json"}


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        read_json(tmp_path / "tidak-ada.json")
    assert str(refused.value) == "“tidak-ada.json” can't be opened: No such file or directory."


def test_numbers_mean_their_decimal_text() -> None:
    text = json.dumps(EXAMPLE).replace('"kg": 800', '"kg": 0.12345678901234567890123456789')
    problem = read(text)
    assert problem.needs.kg.fraction(0) == Fraction("0.12345678901234567890123456789")
    assert read(write_network(problem)).needs.kg.fraction(0) == problem.needs.kg.fraction(0)


def test_exponents_are_numbers_of_json() -> None:
    problem = read(json.dumps(EXAMPLE).replace('"kg": 800', '"kg": 1.25E+3'))
    assert problem.needs.kg.fraction(0) == 1250


def test_a_missing_worth_means_must_be_met() -> None:
    row = {"site": "a1", "product": "urea", "period": "2026-04", "kg": 800}
    assert read(example(needs=[row])).needs.worth_idr_per_kg.fractions() == [None]


def test_missing_and_null_values_mean_the_same_where_they_may_be_missing() -> None:
    full = example()
    spare: Network = copy.deepcopy(full)
    for rows in spare.values():
        for row in rows if isinstance(rows, list) else ():
            for name in [name for name, value in row.items() if value is None and name != "party"]:
                del row[name]
    del spare["lane_rule"]
    assert_same(read(full), read(spare))
    assert_same(read(full), read(full | {"note": None}))


def test_a_byte_order_mark_is_no_fault() -> None:
    assert_same(read(b"\xef\xbb\xbf" + json.dumps(EXAMPLE).encode()), read(EXAMPLE))


def test_remarks_may_stand_anywhere() -> None:
    network = example(note="Contoh untuk uji.", source="Uji")
    for rows in network.values():
        for row in rows if isinstance(rows, list) else ():
            row["note"] = ["anything"]
            row["source"] = "a table"
    network["outlets"][0]["steps"][0]["note"] = "first"
    assert read(network).note == "Contoh untuk uji."
    VALIDATOR.validate(network)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "“n.json” isn't complete JSON: something is wrong at line 1, column 1."),
        (b"[]", "“n.json” must hold one JSON object, in braces, and doesn't."),
        (b"12", "“n.json” must hold one JSON object, in braces, and doesn't."),
        (b"NaN", "“n.json” must hold one JSON object, in braces, and doesn't."),
        (b'{"format": "jejaring-network/1",\n "periods": [',
         "“n.json” isn't complete JSON: something is wrong at line 2, column 14."),
        (b'{"name": "Beras \xe9"}',
         "“n.json” isn't text in UTF-8: byte 17 makes no letter. Save it as UTF-8."),
        ('{"name": "x"}'.encode("utf-16"),
         "“n.json” isn't text in UTF-8: byte 1 makes no letter. Save it as UTF-8."),
        (b'{"a":' * 100_000, "In “n.json” lists stand too deep in each other."),
        (b"[" * 100_000, "In “n.json” lists stand too deep in each other."),
        (b'{"format": "jejaring-plan/1"}',
         "“n.json” says that its format is “jejaring-plan/1”; a network's is “jejaring-network/3”."),
        (b'{"format": "jejaring-network/4"}',
         "“n.json” says that its format is “jejaring-network/4”; a network's is “jejaring-network/3”."),
    ],
)  # fmt: skip
def test_what_is_no_network_at_all_is_refused_in_one_sentence(data: bytes, sentence: str) -> None:
    assert refusal(data) == sentence


def test_a_file_without_a_format_is_a_fault() -> None:
    network = example()
    del network["format"]
    assert faults(network) == [
        ("format", "The file doesn't say its format.", 'Write "format": "jejaring-network/3".')
    ]


def test_keys_that_stand_twice_are_told_wherever_they_are() -> None:
    text = json.dumps(EXAMPLE)
    text = text.replace('"name": "Contoh"', '"name": "Contoh", "name": "Lain"')
    text = text.replace('"beras": 0.532', '"beras": 0.5, "beras": 0.532')
    assert faults(text) == [
        ("name", "“name” stands here twice.", "Keep one of them."),
        ("processes[0].outputs.beras", "“beras” stands here twice.", "Keep one of them."),
    ]


NUMBER = "Write a number in digits, as 1250 or 12.5."
FIELDS: list[tuple[str, str, Any, str, str, str]] = [
    ("supplies", "site", None, "", "“site” is missing.", "Write it here; nothing is assumed in its place."),
    ("lanes", "products", None, "", "“products” is missing.",
     "Write it here; nothing is assumed in its place."),
    ("supplies", "available_kg", True, "", "This must be a number.", NUMBER),
    ("supplies", "available_kg", [1], "", "This must be a number.", NUMBER),
    ("supplies", "available_kg", "1.250", "", "This must be a number.",
     "Write it without quotation marks, as 1250 or 12.5."),
    ("supplies", "available_kg", -1, "", "-1 is below zero.", "Write 0 or more."),
    ("supplies", "cost_idr_per_kg", -0.5, "", "-0.5 is below zero.", "Write 0 or more."),
    ("supplies", "available_kg", 10**15 + 1, "", "The number here is too large to be true.",
     "Check the unit, and write at most 1000000000000000."),
    ("supplies", "available_kg", float("nan"), "", "NaN isn't a number.", NUMBER),
    ("supplies", "available_kg", float("-inf"), "", "-Infinity isn't a number.", NUMBER),
    ("storages", "loss", 1.5, "", "1.5 is not a share between 0 and 1.",
     "Divide a percentage by 100: half a percent is 0.005."),
    ("sites", "lat", 91, "", "91 is not a latitude.", "Write degrees from −90 (south) to 90 (north)."),
    ("sites", "lon", -181, "", "-181 is not a longitude.", "Write degrees from −180 (west) to 180 (east)."),
    ("supplies", "site", 7, "", "This must be text.", "Write it between quotation marks."),
    ("supplies", "site", "", "", "“” isn't a code.",
     "Write a short text in one line, without blanks at its ends."),
    ("supplies", "site", " a1", "", "“ a1” isn't a code.",
     "Write a short text in one line, without blanks at its ends."),
    ("supplies", "site", "a\n1", "", "“a�1” isn't a code.",
     "Write a short text in one line, without blanks at its ends."),
    ("parties", "name", "\ud800", "", "This text holds a character that can't be shown.",
     "Type the text anew."),
    ("parties", "name", "a\x00", "", "This text holds a character that can't be shown.",
     "Type the text anew."),
    ("parties", "kind", 5, "", "This must be text.", "Write it between quotation marks."),
    ("lanes", "products", "gkp", "", "This must be a list of codes.", 'Write ["beras", "dedak"].'),
    ("lanes", "products", ["gkp", 5], "[1]", "This must be text.", "Write it between quotation marks."),
    ("processes", "outputs", ["beras"], "", "This must give a number for each product.",
     'Write {"beras": 0.53}.'),
    ("processes", "outputs", {"beras": "0,5"}, ".beras", "This must be a number.",
     "Write it without quotation marks, as 1250 or 12.5."),
    ("processes", "outputs", {"beras": -1}, ".beras", "-1 is below zero.", "Write 0 or more."),
    ("storages", "opening_kg", {"gkp": None}, ".gkp", "This must be a number.", NUMBER),
    ("outlets", "steps", {"from_kg": 1}, "", "This must be price steps, each with a quantity and a price.",
     'Write [{"from_kg": 20000, "price_idr_per_kg": 12300}].'),
    ("outlets", "steps", [{"from_kg": 1}], "[0]",
     "This must be price steps, each with a quantity and a price.",
     'Write [{"from_kg": 20000, "price_idr_per_kg": 12300}].'),
    ("outlets", "steps", [{"from_kg": -1, "price_idr_per_kg": 12300}], "[0]", "-1 is below zero.",
     "Write 0 or more."),
    ("outlets", "steps", [{"from_kg": "1", "price_idr_per_kg": 12300}], "[0].from_kg",
     "This must be a number.", "Write it without quotation marks, as 1250 or 12.5."),
    ("outlets", "moust_kg", 5, "", "“moust_kg” is a name that this format doesn't know.",
     "Did you mean “most_kg”?"),
    ("outlets", "warna", 5, "", "“warna” is a name that this format doesn't know.",
     "Take it away; remarks go under “note” or “source”."),
]  # fmt: skip


@pytest.mark.parametrize(("table", "name", "value", "within", "wrong", "right"), FIELDS)
def test_a_wrong_value_is_told_with_its_path_and_what_is_right(
    table: str, name: str, value: Any, within: str, wrong: str, right: str
) -> None:
    network = example()
    network[table][0][name] = value
    assert faults(network) == [(f"{table}[0].{name}{within}", wrong, right)]


# What JSON Schema, or Python's idea of JSON and of patterns, can't say.
UNSAYABLE = ("NaN isn't", "-Infinity isn't", "This text holds", "“a�1”")


@pytest.mark.parametrize(
    ("table", "name", "value"), [field[:3] for field in FIELDS if not field[4].startswith(UNSAYABLE)]
)
def test_the_schema_refuses_the_same_values(table: str, name: str, value: Any) -> None:
    network = example()
    network[table][0][name] = value
    assert [".".join(map(str, error.path)) for error in VALIDATOR.iter_errors(network)]


@pytest.mark.parametrize(
    ("number", "wrong"),
    [
        ("1" * 200, "The number here is too long to be true."),
        ("1" + "0" * 16, "The number here is too large to be true."),
        ("1e999999999", "The number here is too large to be true."),
        ("1e99999999999999999999999", "The number here is too long to be true."),
        ("1e-31", "The number here has too many decimals."),
        ("0." + "1" * 31, "The number here has too many decimals."),
        ("-1e-999999999", "-1E-999999999 is below zero."),
        ("-1e999999", "-1E+999999 is below zero."),
    ],
)
def test_absurd_numbers_are_told_without_being_worked_out(number: str, wrong: str) -> None:
    text = json.dumps(EXAMPLE).replace('"kg": 800', f'"kg": {number}')
    assert [(path, told) for path, told, _ in faults(text)] == [("needs[0].kg", wrong)]


@pytest.mark.parametrize(
    ("change", "path", "wrong"),
    [
        ({"suplies": []}, "suplies", "“suplies” is a name that this format doesn't know."),
        ({"needs": {}}, "needs", "This must be a list."),
        ({"needs": [5]}, "needs[0]", "This must be a row, with a name before each value."),
        ({"name": 5}, "name", "This must be text."),
        ({"lane_rule": 5}, "lane_rule", "This must be a row, with a name before each value."),
        ({"lane_rule": {"detour": 1.3, "farthest_km": -1}}, "lane_rule.farthest_km", "-1 is below zero."),
        ({"lane_rule": {}}, "lane_rule.detour", "“detour” is missing."),
        ({"sites": 5}, "sites", "This must be a list."),
    ],
)
def test_what_is_wrong_at_the_top_is_told(change: Network, path: str, wrong: str) -> None:
    network = example(**change)
    assert [(where, told) for where, told, _ in faults(network)] == [(path, wrong)]
    assert not VALIDATOR.is_valid(network)


def test_odd_keys_are_shown_safely() -> None:
    assert faults(example(**{"\ud800 {x}": 1})) == [
        (
            '["� {x}"]',
            "“� {x}” is a name that this format doesn't know.",
            "Take it away; remarks go under “note” or “source”.",
        )
    ]


def test_the_schema_accepts_the_design_documents_example() -> None:
    jsonschema.Draft202012Validator.check_schema(network_schema())
    VALIDATOR.validate(json.loads(DESIGN_EXAMPLE))
    VALIDATOR.validate(EXAMPLE)
    # It leaves urea out of its products, which only the reader can see.
    assert [path for path, _, _ in faults(DESIGN_EXAMPLE)] == ["needs[0].product", "sources[0].product"]


def test_a_network_written_and_read_again_is_the_same() -> None:
    network = example(lane_rule={"detour": 1.3, "farthest_km": 25.5, "idr_per_kg": 0, "idr_per_kg_km": 0.7})
    network["outlets"].append({**network["outlets"][0], "period": "2026-03", "price_idr_per_kg": 0.00001})
    problem = read(network)
    data = write_network(problem)
    again = read(data)
    assert_same(problem, again)
    assert write_network(again) == data
    VALIDATOR.validate(json.loads(data))
    assert isinstance(network_document(problem)["outlets"][0]["price_idr_per_kg"], Decimal)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    | st.sampled_from(["a1", "*", "2026-03", "gkp", "A", 0, 1, -1, 10**400, 1e-320]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


def _spots(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    pairs: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    for key, inner in pairs:
        found += _spots(inner, (*path, key))
    return found


SPOTS = _spots(EXAMPLE)


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.sampled_from(SPOTS), st.sampled_from(["set", "drop", "double"]), JSON), max_size=4)
)
def test_a_network_spoiled_anywhere_is_read_or_refused(changes: list[tuple[Any, str, Any]]) -> None:
    network = example()
    for path, deed, value in changes:
        _spoil(network, path, deed, value)
    assert_read_or_refused(json.dumps(network).encode())


@given(st.integers(0, 4000), st.integers(0, 40), st.binary(max_size=10))
def test_bytes_spoiled_anywhere_are_read_or_refused(start: int, length: int, put: bytes) -> None:
    data = json.dumps(EXAMPLE).encode()
    assert_read_or_refused(data[:start] + put + data[start + length :])


@given(st.integers(0, 4000))
def test_a_file_cut_short_is_refused(length: int) -> None:
    data = json.dumps(EXAMPLE).encode()
    with pytest.raises(Refusal):
        read(data[: min(length, len(data) - 1)])


def _spoil(network: Any, path: tuple[str | int, ...], deed: str, value: object) -> None:
    for key in path[:-1]:
        try:
            network = network[key]
        except (KeyError, IndexError, TypeError):
            return
    last = path[-1]
    if isinstance(network, dict) and isinstance(last, str):
        if deed == "drop":
            network.pop(last, None)
        else:
            network[last] = value
    elif isinstance(network, list) and isinstance(last, int) and last < len(network):
        if deed == "drop":
            network.pop(last)
        elif deed == "double":
            network.append(copy.deepcopy(network[last]))
        else:
            network[last] = value


def assert_read_or_refused(data: bytes) -> None:
    try:
        problem = read(data)
    except Faults as refused:
        told = [str(fault) for fault in refused.faults]
        told += [ID.sentence(fault.wrong) for fault in refused.faults]
    except Refusal as refused:
        told = [str(refused)]
    else:
        assert_same(problem, read(write_network(problem)))
        return
    # What is told can be printed, whatever was read.
    assert all(sentence.encode() for sentence in told)
