"""A folder of CSV files says what a workbook says, and whatever is wrong with it is told with its place."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jejaring.engines import planning
from jejaring.engines.errors import Faults, Refusal
from jejaring.engines.planning import tables
from jejaring.engines.planning.assembly import assemble
from jejaring.engines.planning.csv_folder import read_folder
from jejaring.engines.planning.csv_folder.values import value_of, written
from jejaring.engines.planning.csv_folder.writing import folder_files
from jejaring.engines.planning.interchange import read_rows as read_json_rows
from jejaring.engines.planning.json_writing import network_json
from jejaring.engines.planning.network_file import write_network
from jejaring.engines.planning.reading import read_rows
from jejaring.engines.planning.rows import Rows
from jejaring.engines.planning.workbook import headings, read_workbook
from jejaring.engines.planning.workbook.cells import Codes, Unit
from jejaring.engines.planning.workbook.writing import workbook
from tests.engines.small_networks import EXAMPLE, example
from tests.engines.test_workbook_writing import networks
from tests.engines.workbooks import comparable, content, rows_of

CIANJUR = Path(__file__).resolve().parents[2] / "examples" / "cianjur-beras.xlsx"
Files = dict[str, bytes]


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    return filled(tmp_path / "jejaring", folder_files(rows_of(EXAMPLE)))


def filled(folder: Path, files: Mapping[str, bytes]) -> Path:
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Replace what stands in a file, which must hold it."""
    path = folder / file
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new).encode())


def told(folder: Path) -> list[tuple[str, str, str]]:
    """Return the place, the wrong and the right of every fault; none where the folder is sound."""
    try:
        planning.read(folder)
    except Faults as faults:
        return [(str(each.place), str(each.wrong), str(each.right or "")) for each in faults.faults]
    return []


def value(folder: Path, table: str, field: str) -> object:
    """Return what the first row of a table has in a field; no fault may be told."""
    rows = read_folder(folder)
    assert rows.faults == []
    return rows.tables[table][0].values[field]


# --- there and back ------------------------------------------------------------------------------


def test_a_json_network_survives_a_folder(tmp_path: Path) -> None:
    network = example(
        note="Angka ilustrasi.\nDua baris.",
        lane_rule={"detour": 1.3, "farthest_km": None, "idr_per_kg": 45, "idr_per_kg_km": 1.125},
        supplies=[{"site": "a1", "product": "gkp", "period": "*", "available_kg": None, "source": 'a,"b";c'}],
    )
    back = read_folder(filled(tmp_path / "n", folder_files(rows_of(network))))
    assert back.faults == []
    assert content(back) == content(rows_of(network))
    assert comparable(assemble(back)) == comparable(assemble(rows_of(network)))


@settings(max_examples=25)
@given(networks())
def test_any_network_comes_back_from_a_folder_and_from_json_unchanged(
    tmp_path_factory: pytest.TempPathFactory, rows: Rows
) -> None:
    folder = filled(tmp_path_factory.mktemp("n"), folder_files(rows))
    back = read_folder(folder)
    assert back.faults == []
    assert content(back) == content(rows)
    again = read_json_rows(network_json(rows), "n.json")
    assert again.faults == []
    assert content(again) == content(rows)


def test_the_cianjur_example_is_the_same_network_in_all_three_forms(tmp_path: Path) -> None:
    rows = read_rows(CIANJUR)
    folder = filled(tmp_path / "csv", folder_files(rows))
    path = tmp_path / "n.json"
    path.write_bytes(network_json(read_rows(folder)))
    again = read_workbook(workbook(read_rows(path)), "x.xlsx")
    wanted = write_network(assemble(rows))
    assert write_network(planning.read(folder)) == wanted
    assert write_network(planning.read(path)) == wanted
    assert write_network(assemble(again)) == wanted


def test_files_are_plain_rfc_4180_in_utf_8_with_a_header_for_every_table() -> None:
    files = folder_files(rows_of(example(note="padi, jagung")))
    assert set(files) == {
        f"{name}.csv" for name in (*(t.name for t in tables.TABLES), "network", "lane_rule")
    }
    assert files["network.csv"] == (b'format,name,note\r\njejaring-network/2,Contoh,"padi, jagung"\r\n')
    header, first = files["processes.csv"].decode().split("\r\n")[:2]
    assert header.startswith("code,owner,site,input,outputs,period,")
    assert "beras=0.532; dedak=0.07" in first
    assert "20000=12300; 30000=12400.5" in files["outlets.csv"].decode()
    assert "gkp; beras" in files["storages.csv"].decode()
    assert files["lane_rule.csv"].startswith(b"detour,farthest_km,idr_per_kg,idr_per_kg_km,")


SAID: dict[tables.Kind, str] = {
    "code": "a1", "text": "teks, biasa", "kg": "1250.5", "price": "6500", "rupiah": "100000",
    "share": "0.125",
    "rate": "1.1250", "km": "40", "latitude": "-6.1250", "longitude": "107.14", "codes": "gkp; urea",
    "yields": "beras=0.532; dedak=0.07", "kilograms": "beras=1000", "count": "7",
    "factors": "bukit=1.6", "steps": "20000=12300; 30000=12400.5",
}  # fmt: skip


@pytest.mark.parametrize("kind", get_args(tables.Kind))
def test_every_kind_of_field_is_written_as_it_is_read(kind: tables.Kind) -> None:
    field = tables.Field("x", kind, "X")
    codes = Codes((), ("gkp", "urea", "beras"))
    assert written(value_of(SAID[kind], field, codes, Unit()), field, codes.products) == SAID[kind]


def test_a_text_that_a_spreadsheet_would_calculate_gets_an_apostrophe_and_loses_it_again(
    tmp_path: Path,
) -> None:
    names = ["=1+1", "+62", "-x", "@y", "'=z", "''", "'plain", "\t=1"]
    parties = [{"code": f"p{at}", "name": name} for at, name in enumerate(names)]
    network = {**EXAMPLE, "parties": [*EXAMPLE["parties"], *parties]}
    files = folder_files(rows_of(network))
    lines = files["parties.csv"].decode().split("\r\n")[3:-1]
    assert [line.split(",")[1].strip('"') for line in lines] == [
        "'=1+1", "'+62", "'-x", "'@y", "''=z", "''", "'plain", "'\t=1",
    ]  # fmt: skip
    back = read_folder(filled(tmp_path / "n", files))
    assert [row.values["name"] for row in back.tables["parties"]][2:] == names


@pytest.mark.parametrize(
    "text", [" di tepi ", "a\rb", "a\r\nb", "\na", 'a "b", c', "a;b\tc", "007", "1.250", "é漢"]
)
def test_a_text_is_kept_as_it_stands(tmp_path: Path, text: str) -> None:
    rows = rows_of(example(note=text))
    assert read_folder(filled(tmp_path / "n", folder_files(rows))).note == text


def test_what_a_cell_cant_hold_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        folder_files(rows_of(example(note="a" * 131_072)))
    assert refused.value.sentence.code == "csv.long_text"
    references = [{"code": "r", "item": "", "value": "1", "source": "x"}]
    with pytest.raises(Refusal) as refused:
        folder_files(rows_of(example(references=references)))
    assert refused.value.sentence.code == "csv.empty_text"


def test_the_hash_is_of_names_lengths_and_bytes_in_order_of_name(folder: Path) -> None:
    (folder / "catatan.txt").write_text("not a table")
    digest = sha256()
    for path in sorted(folder.glob("*.csv"), key=lambda path: path.name):
        data = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + str(len(data)).encode() + b"\0" + data)
    assert planning.read(folder).sha256 == digest.hexdigest()


# --- what people's programs write ----------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_delimiters_line_ends_and_byte_order_marks_are_found_out(
    folder: Path, delimiter: str, line_end: str, mark: bytes
) -> None:
    rows = [
        ["site", "product", "period", "available_kg", "cost_idr_per_kg"],
        ["a1", "gkp", "2026-03", '"120.000,5"', '"6.500,25"'],
    ]
    text = "".join(delimiter.join(row) + line_end for row in rows)
    (folder / "supplies.csv").write_bytes(mark + text.encode())
    [row] = read_folder(folder).tables["supplies"]
    assert [str(row.values[name]) for name in ("site", "available_kg", "cost_idr_per_kg")] == [
        "a1", "120000.5", "6500.25",
    ]  # fmt: skip
    assert told(folder) == []


def test_the_line_in_which_excel_names_its_delimiter_is_understood(folder: Path) -> None:
    (folder / "periods.csv").write_text("sep=;\ncode;name\n2026-03;\n2026-04;Musim, gadu\n", encoding="utf-8")
    assert read_folder(folder).tables["periods"][1].values["name"] == "Musim, gadu"


@pytest.mark.parametrize("language", ["id", "en"])
def test_headings_of_the_workbook_are_understood_in_both_languages(
    folder: Path, language: headings.Language
) -> None:
    for table in tables.TABLES:
        path = folder / f"{table.name}.csv"
        _, _, body = path.read_bytes().partition(b"\r\n")
        heads = [f'"{_heading(table.name, field, language)}"' for field in table.fields]
        path.write_bytes(",".join(heads).encode() + b"\r\n" + body)
    assert content(read_folder(folder)) == content(rows_of(EXAMPLE))
    assert told(folder) == []


def _heading(table: str, field: tables.Field, language: headings.Language) -> str:
    known = {"outputs": headings.OUTPUT, "opening_kg": headings.STOCK, "steps": headings.SHEETS["steps"]}
    words = known.get(field.name) or headings.of_field(table, field)
    return (
        f"{words.name(language)}\n({field.unit})"
        if field.unit and field.unit != "kg"
        else words.name(language)
    )


def test_columns_may_stand_in_any_order_and_remarks_beside_them(folder: Path) -> None:
    (folder / "sites.csv").write_text(
        "Keterangan,Koperasi,Kode\ndi ujung,A,a1\n,B,b1\n,,m1\n,,m2\n", encoding="utf-8"
    )
    assert [row.values["party"] for row in read_folder(folder).tables["sites"]] == ["A", "B", None, None]
    assert told(folder) == []


def test_files_may_be_named_like_sheets(folder: Path) -> None:
    (folder / "supplies.csv").rename(folder / "Pasokan.CSV")
    (folder / "outlets.csv").rename(folder / "Saluran jual.csv")
    assert content(read_folder(folder)) == content(rows_of(EXAMPLE))


def test_quantities_may_be_in_another_unit(folder: Path) -> None:
    edit(folder, "supplies.csv", "site,product,period,available_kg", "site,product,period,Tersedia (ton)")
    edit(folder, "supplies.csv", ",120000,", ",120,")
    assert str(value(folder, "supplies", "available_kg")) == "120000"
    (folder / "needs.csv").write_text(
        "site,product,period,kg,Satuan\na1,urea,2026-04,8,kuintal\na1,urea,2026-03,5,\n", encoding="utf-8"
    )
    assert [str(row.values["kg"]) for row in read_folder(folder).tables["needs"]] == ["800", "5"]


def test_lists_are_read_as_people_write_them(folder: Path) -> None:
    edit(folder, "processes.csv", "beras=0.532; dedak=0.07", "beras = 53,2 % ;dedak=0,07;")
    assert value(folder, "processes", "outputs") == {"beras": Decimal("0.532"), "dedak": Decimal("0.07")}
    edit(folder, "outlets.csv", "20000=12300; 30000=12400.5", "20 ton=Rp12.300; 30000=12400.5")
    steps = value(folder, "outlets", "steps")
    assert steps == ((20000, 12300), (30000, Decimal("12400.5")))


def test_empty_rows_and_cells_beyond_the_headings_do_no_harm(folder: Path) -> None:
    edit(folder, "periods.csv", "2026-03,\r\n", "\r\n,\r\n2026-03,,,,\r\n\r\n")
    edit(folder, "lanes.csv", "source\r\n", "source,,,\r\n")
    assert told(folder) == []


def test_a_missing_column_means_what_an_empty_cell_means(folder: Path) -> None:
    (folder / "lanes.csv").write_text(
        "from,to,products\na1,b1,gkp\nb1,m1,beras\nb1,a1,urea\n", encoding="utf-8"
    )
    rows = read_folder(folder).tables["lanes"]
    assert [(row.values["capacity_kg"], str(row.values["cost_idr_per_kg"])) for row in rows] == [
        (None, "0")
    ] * 3


# --- what is wrong is told with its place --------------------------------------------------------


def lines(*rows: str) -> bytes:
    return "".join(f"{row}\n" for row in rows).encode()


SUPPLIES = "site,product,period,available_kg"
PROCESSES = "code,owner,site,input,outputs,period"
WRONG = [
    ("supplies.csv", lines(SUPPLIES, "a1,gkp,*,1.250"), "D2 · available_kg",
     "“1.250” can mean two numbers. Write 1250 for the large one, 1,25 for the small one."),
    ("supplies.csv", lines(SUPPLIES, "", "a1,gkp,*,-5"), "D3 · available_kg",
     "“-5” has a sign before it. Write one number, 0 or more, without a sign."),
    ("supplies.csv", lines(SUPPLIES, "a1,gkp,,5"), "C2 · period",
     "“period” is empty, but this row needs it."),
    ("supplies.csv", lines(SUPPLIES, "a1,gpk,*,5"), "B2 · product", "No product has the code “gpk”."),
    ("supplies.csv", lines(SUPPLIES, "a1,gkp,*"), "2",
     "This row has only 3 cells, but there are 4 headings."),
    ("supplies.csv", lines(SUPPLIES, "a1,gkp,*,1,5"), "2",
     "This row has 5 cells, but there are 4 headings."),
    ("supplies.csv", lines(f"{SUPPLIES},harga", "a1,gkp,*,1,2"), "E1 · harga",
     "supplies.csv has no column “harga”."),
    ("supplies.csv", lines("site,product,period,2026-03", "a1,gkp,*,1"), "D1 · 2026-03",
     "supplies.csv has no column “2026-03”."),
    ("supplies.csv", lines("site,product", "a1,gkp"), "1", "The column “period” is missing."),
    ("supplies.csv", lines(f"{SUPPLIES},Tersedia", "a1,gkp,*,1,2"), "E1 · Tersedia",
     "“Tersedia” stands above two columns: D and E."),
    ("supplies.csv", lines(f"{SUPPLIES},", "a1,gkp,*,1,2"), "E2",
     "Something stands here, but this column has no heading."),
    ("supplies.csv", lines(SUPPLIES, 'a1,"gkp"x,*,1'), "2",
     "After a closing quotation mark something else stands in the same cell."),
    ("supplies.csv", lines(SUPPLIES, "a1,gkp,*,1", 'a1,"gkp,*,1'), "3",
     "A quotation mark opens in this row and never closes."),
    ("supplies.csv", lines(SUPPLIES, "a1,gk\0p,*,1"), "2",
     "This row holds a byte that is no letter (zero)."),
    ("supplies.csv",
     lines(f"{SUPPLIES},source", 'a1,gkp,*,1,"a', 'b"', "b1,gkp,*,1,x").replace(b"x", b"\xe9"), "3",
     "A letter in this row isn't in UTF-8: the file seems to be in an older Windows encoding."),
    ("supplies.csv", lines(SUPPLIES, "a1,gkp,*,1").decode().encode("utf-16"), "",
     "This file is in UTF-16 (“Unicode text”), not in UTF-8."),
    ("supplies.csv", b"", "", "This file is empty; not even headings stand in it."),
    ("supplies.csv", lines(SUPPLIES, "a1,gkp,*," + "1" * 200_000), "2",
     "A cell of this row is too long to be true."),
    ("supplies.csv", lines(f"{SUPPLIES},source", "a1,gkp,*,1,\x07"), "E2 · source",
     "This text holds a character that can't be shown."),
    ("processes.csv", lines(PROCESSES, "p1,B,b1,gkp,beras 0.5,*"), "E2 · outputs",
     "“beras 0.5” isn't a list of pairs."),
    ("processes.csv", lines(PROCESSES, "p1,B,b1,gkp,beras=0.5;beras=1,*"), "E2 · outputs",
     "“beras” stands in this row twice."),
    ("processes.csv", lines(PROCESSES, "p1,B,b1,gkp,bers=0.5,*"), "E2 · outputs",
     "No product has the code “bers”."),
    ("lane_rule.csv", lines("detour", "1.3", "1.4"), "3",
     "Only one row can stand below the headings of this file."),
    ("network.csv", lines("format,name", "jejaring-network/9,x"), "A2 · format",
     "This folder says that it is made for “jejaring-network/9”."),
    ("suplies.csv", lines(SUPPLIES), "", "The file suplies.csv would not be read."),
    ("outlets.xlsx", b"x", "", "The file outlets.xlsx would not be read."),
    ("Pasokan.csv", lines(SUPPLIES), "", "The files Pasokan.csv and supplies.csv hold the same table."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "data", "cell", "wrong"), WRONG)
def test_each_fault_is_told_once_in_its_place(
    folder: Path, file: str, data: bytes, cell: str, wrong: str
) -> None:
    (folder / file).write_bytes(data)
    place = {"Pasokan.csv": "supplies.csv"}.get(file, file)
    assert [(where, what) for where, what, _ in told(folder)] == [
        (f"jejaring/{place}" + (f" · {cell}" if cell else ""), wrong)
    ]
    assert all(right for _, _, right in told(folder)) or "sign" in wrong or "two numbers" in wrong


def test_all_faults_are_told_at_once_in_reading_order(folder: Path) -> None:
    edit(folder, "supplies.csv", "120000", "1.250")
    edit(folder, "needs.csv", "a1,", "a9,")
    edit(folder, "lanes.csv", ",55.5,", ",lima,")
    (folder / "products.csv").unlink()
    assert [place for place, _, _ in told(folder)] == [
        "jejaring/lanes.csv · D2 · cost_idr_per_kg",
        "jejaring/needs.csv · A2 · site",
        "jejaring/products.csv",
        "jejaring/supplies.csv · D2 · available_kg",
    ]


def test_a_slipped_row_still_names_what_others_refer_to(folder: Path) -> None:
    edit(folder, "parties.csv", "A,Koperasi A,primary,,,", "A,Koperasi A,primary")
    assert [place for place, _, _ in told(folder)] == ["jejaring/parties.csv · 2"]


def test_a_file_with_many_faults_says_so_and_stops(folder: Path) -> None:
    (folder / "supplies.csv").write_bytes(lines(SUPPLIES, *(f"a1,gkp,*,x{at}" for at in range(700))))
    numbers = [wrong for place, wrong, _ in told(folder) if "isn't a weight" in wrong]
    assert len(numbers) == 499
    assert "From here on this file has more faults, which aren't listed." in {
        wrong for _, wrong, _ in told(folder)
    }


def test_a_table_that_cant_be_opened_is_never_taken_for_an_empty_one(folder: Path) -> None:
    (folder / "needs.csv").unlink()
    (folder / "needs.csv").mkdir()
    (folder / "sources.csv").unlink()
    (folder / "sources.csv").symlink_to("nowhere")
    found = [(place, wrong.split(":")[0]) for place, wrong, _ in told(folder)]
    assert found == [
        ("jejaring/needs.csv", "The file can't be opened"),
        ("jejaring/sources.csv", "The file can't be opened"),
    ]


def test_what_is_no_table_by_its_name_is_left_alone(folder: Path) -> None:
    for name in ("README.md", "peta.png", ".supplies.csv", "~$supplies.csv", "network.json"):
        (folder / name).write_bytes(b"\xff\x00")
    (folder / "mou").mkdir()
    assert told(folder) == []


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        planning.read(tmp_path)
    assert refused.value.sentence.code == "input.folder"
    (tmp_path / "network.json").write_text("{}")
    with pytest.raises(Refusal) as refused:
        planning.read(tmp_path)
    assert refused.value.sentence.code == "input.plan_folder"


# --- whatever is done to a folder, what comes out is a network or a refusal in words --------------

JUNK = [
    b"", b"\0", b"\xff", b"\xef\xbb\xbf", b'"', b'""', b"\r", b"\n", b",", b";", b"\t", b"=", b"'", b"*",
    b"-",
    b"1e400", b"nan", b"-1", b"9" * 40, b"1.250", b"semua", "∞١\u200b".encode(), b"x" * 3000, b"sep=;\n",
]  # fmt: skip


def _mutated(data: st.DataObject, files: Files) -> Iterator[tuple[str, bytes]]:
    chosen = data.draw(st.lists(st.sampled_from(sorted(files)), min_size=1, max_size=3, unique=True))
    for name in chosen:
        content = files[name]
        for _ in range(data.draw(st.integers(1, 3))):
            start = data.draw(st.integers(0, len(content)))
            end = start + data.draw(st.integers(0, 25))
            junk = data.draw(st.sampled_from(JUNK) | st.binary(max_size=6))
            content = content[:start] + junk + content[end:]
        yield name, content


@settings(max_examples=100)
@given(st.data())
def test_any_junk_anywhere_is_refused_in_words_or_read(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    files = folder_files(rows_of(EXAMPLE))
    files |= dict(_mutated(data, files))
    folder = filled(tmp_path_factory.mktemp("n"), files)
    try:
        problem = planning.read(folder)
    except Faults as faults:
        for fault in faults.faults:
            assert fault.place.file.startswith(f"{folder.name}/")
            assert str(fault)
    else:
        back = filled(tmp_path_factory.mktemp("n"), folder_files(read_folder(folder)))
        assert comparable(planning.read(back)) == comparable(problem)


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_read_in_seconds(tmp_path: Path) -> None:
    text = io.StringIO()
    text.write("site,product,period,available_kg,cost_idr_per_kg,source\n")
    for at in range(50_000):
        for period in ("2026-03", "2026-04"):
            text.write(f's{at},gkp,{period},{at % 977}.5,6500,"BPS, 2024"\n')
    files = folder_files(rows_of(EXAMPLE))
    files["supplies.csv"] = text.getvalue().encode()
    files["sites.csv"] += "".join(f"s{at},A,,,,,,,\r\n" for at in range(50_000)).encode()
    problem = planning.read(filled(tmp_path / "n", files))
    assert len(problem.supplies.site) == 100_000
    assert float(problem.supplies.available_kg.fraction(99_999)) == 49_999 % 977 + 0.5
