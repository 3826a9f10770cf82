"""Agreements on paper: every figure stands there, signatures know their place, changes can be read."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pypdf
import pytest

from jejaring.documents import agreements
from jejaring.documents.agreements.content import (
    Agreement,
    Identifiers,
    Settlement,
    Signatory,
    Stamp,
    Terms,
    Verification,
)
from jejaring.documents.agreements.price_formula import PriceFormula
from jejaring.documents.language import Code, language
from jejaring.engines.measures import Kilograms, Rupiah
from tests.documents.agreement_examples import agreement

ID = language("id")
A4 = (595.28, 841.89)
HOSTILE = 'KDMP #panic("x") $x^2$ @ref <label> *tebal* [kurung] {kurawal} \\ // 🌾 [[price]]'


def reader(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def read(pdf: bytes) -> str:
    """Return all text of a PDF without blanks, since lines break anywhere."""
    return tight("".join(page.extract_text() for page in reader(pdf).pages))


def body(pdf: bytes) -> str:
    """Return the same without heads and feet of pages, so that text runs on."""
    return tight("".join(text for page in reader(pdf).pages for _, y, text in texts(page) if 65 < y < 785))


def texts(page: pypdf.PageObject) -> list[tuple[float, float, str]]:
    """Return the texts of a page with the points where they begin."""
    found: list[tuple[float, float, str]] = []

    def visit(text: str, outer: list[float], matrix: list[float], _font: object, _size: object) -> None:
        x = matrix[4] * outer[0] + matrix[5] * outer[2] + outer[4]
        y = matrix[4] * outer[1] + matrix[5] * outer[3] + outer[5]
        found.append((x, y, text))

    page.extract_text(visitor_text=visit)
    return found


def tight(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("mou", "id"),
        pytest.param("pks", "id", marks=pytest.mark.slow),
        pytest.param("mou", "en", marks=pytest.mark.slow),
        pytest.param("pks", "en", marks=pytest.mark.slow),
    ],
)
def test_every_figure_and_every_article_stands_on_the_paper(kind: Any, code: Code) -> None:
    made, speech = agreement(kind, code=code), language(code)
    text = body(agreements.paper(made).pdf)
    for line in made.commitments:
        price = speech.number(line.price_idr_per_kg or 0)
        row = (speech.period(line.period), speech.number(line.kg), price, speech.number(line.value_idr))
        assert tight("".join(row)) in text
    for table in agreements.schedules(made):
        assert tight(f"{speech.number(table.kg)}{speech.number(table.value_idr)}") in text
    assert tight(speech.number(made.kg) + speech.number(made.value_idr)) in text
    assert text.count("empatratustujuhpuluhenamjutalimaratuslimapuluhriburupiah") == 2
    for article in agreements.articles(made.clauses, speech):
        word = "Pasal" if code == "id" else "Article"
        assert tight(f"{word} {article.number} {article.title}") in text
        for paragraph in article.paragraphs:
            for part in paragraph.split("\n"):
                assert tight(part.removeprefix("- ")) in text
    for party in made.parties:
        for said in (*vars(party.identifiers).values(), party.address, party.notices):
            assert tight(said) in text
    assert made.number in text
    assert made.verification.code in text


def test_the_same_agreement_gives_the_same_bytes_and_no_moment() -> None:
    first = agreements.paper(agreement())
    assert agreements.paper(agreement()) == first
    assert b"CreationDate" not in first.pdf


def test_the_file_is_tagged_and_says_what_it_is_also_when_saved_again() -> None:
    made = agreement()
    paper = agreements.paper(made)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in paper.pdf
    writer = pypdf.PdfWriter(clone_from=reader(paper.pdf))
    again = io.BytesIO()
    writer.write(again)
    assert again.getvalue() != paper.pdf
    for pdf in (paper.pdf, again.getvalue()):
        metadata = reader(pdf).metadata
        assert metadata is not None
        assert agreements.marks(str(metadata["/Keywords"])) == agreements.Marks(
            "K7QM-2X9P-4TRD", 2, agreements.sha256(made)
        )
    assert agreements.marks("rice, paddy") is None
    assert paper.pages == len(reader(paper.pdf).pages)


def test_each_page_names_number_version_page_and_fingerprint() -> None:
    made = short(agreement())
    paper = agreements.paper(made)
    for at, page in enumerate(reader(paper.pdf).pages, start=1):
        text = " ".join(page.extract_text().split())
        assert f"{made.number} · versi 2" in text
        assert f"halaman {at} dari {paper.pages}" in text
        assert agreements.sha256(made)[:12] in text


def inside(block: agreements.Block) -> bool:
    return 0 < block.x0 < block.x1 < A4[0] and 0 < block.y0 < block.y1 < A4[1]


@pytest.mark.parametrize("parties", [2, 3, 7, 24])
def test_every_party_has_its_block_and_no_two_overlap(parties: int) -> None:
    made = replace(agreement(parties=parties), stamps=(Stamp(0), Stamp(1, "CONTOH002")))
    paper = agreements.paper(made)
    assert [block.party for block in paper.blocks] == list(range(parties))
    assert [block.party for block in paper.stamps] == [0, 1]
    places = [*paper.blocks, *paper.stamps]
    assert all(inside(block) and block.page <= paper.pages for block in places)
    for at, one in enumerate(places):
        assert one.x1 - one.x0 > 45
        assert one.y1 - one.y0 > 40
        for other in places[at + 1 :]:
            apart = one.x1 <= other.x0 or other.x1 <= one.x0 or one.y1 <= other.y0 or other.y1 <= one.y0
            assert one.page != other.page or apart


def test_a_block_lies_where_its_frame_is_drawn_below_its_partys_name() -> None:
    made = agreement(parties=3)
    paper = agreements.paper(made)
    for block in paper.blocks:
        page = reader(paper.pdf).pages[block.page - 1]
        inner = list(words_within(page, block))
        assert tight("".join(inner)) == "tandatangan"
        above = replace(block, y0=block.y1, y1=block.y1 + 30)
        assert tight(made.parties[block.party].name) in tight("".join(words_within(page, above, left=100)))


def words_within(page: pypdf.PageObject, block: agreements.Block, *, left: float = 0) -> Iterator[str]:
    """Yield the texts that begin within a block (and `left` points left of it)."""
    for x, y, text in texts(page):
        if block.x0 - left <= x <= block.x1 and block.y0 <= y <= block.y1:
            yield text


@pytest.mark.slow
def test_signatures_never_stand_without_the_article_that_they_close() -> None:
    for parties, code in ((2, "id"), (2, "en"), (3, "id"), (24, "id")):
        made = agreement("pks", code=code, parties=parties)  # type: ignore[arg-type]
        paper = agreements.paper(made)
        text = tight(reader(paper.pdf).pages[paper.blocks[0].page - 1].extract_text())
        assert tight(made.clauses[-1].paragraphs[-1]) in text


def test_the_level_of_a_signature_is_said_and_none_is_claimed_without_one() -> None:
    made = short(agreement())
    bare = read(agreements.paper(made).pdf)
    level = tight("tingkat 2: persetujuan di bawah akun terverifikasi, disegel platform, 24 November 2026")
    assert level not in bare
    assert tight("naskah tanpa keterangan tingkat belum ditandatangani secara elektronik") in bare
    told = agreements.paper(made, signed=[agreements.Signed(1, "consent", date(2026, 11, 24))])
    assert level in read(told.pdf)


def test_a_draft_says_so_on_every_page() -> None:
    for page in reader(agreements.paper(short(agreement()), draft=True).pdf).pages:
        assert "belum mengikat" in page.extract_text()
    assert "belummengikat" not in read(agreements.paper(short(agreement())).pdf)


def short(made: Agreement) -> Agreement:
    """Return an agreement of few pages: two months of one product, two articles."""
    return replace(made, commitments=made.commitments[:2], clauses=made.clauses[-2:])


def bare(made: Agreement) -> Agreement:
    """Return an agreement of which next to nothing is known, its names as hostile as people make them."""
    parties = tuple(
        replace(each, name=f"{HOSTILE} {at}", identifiers=Identifiers(), signatory=Signatory(), account=None)
        for at, each in enumerate(made.parties)
    )
    empty = replace(made, parties=parties, terms=Terms(), number="", on=None, valid_until=None)
    return agreements.worded(replace(empty, verification=Verification(), clauses=()), ID)


@pytest.mark.parametrize("commitments", [pytest.param(True, marks=pytest.mark.slow), False])
def test_an_agreement_of_blanks_and_hostile_names_is_typeset(commitments: bool) -> None:
    made = bare(agreement())
    if not commitments:
        made = agreements.worded(replace(made, commitments=(), quality=(), settlements=(), witnesses=()), ID)
    text = read(agreements.paper(made, draft=True).pdf)
    assert tight(HOSTILE.replace("🌾", "[U+1F33E]")) in text
    assert "[…]" not in text


RULES = (
    PriceFormula("het", item="zona I"),
    PriceFormula(
        "hpp",
        item="GKP di penggilingan",
        source="Keputusan 2/2025",
        plus_idr=150,
        lowest_idr=Rupiah(6_500),
        highest_idr=Rupiah(7_200),
        read_on="handover",
        example_idr=Rupiah(6_700),
    ),
)
FIRST = "HET zona I; dibaca ; paling rendah ; paling tinggi "
"""What isn't agreed is a line for a pen."""
SECOND = (
    "HPP GKP di penggilingan (Keputusan 2/2025) + Rp150/kg; dibaca pada hari penyerahan; "
    "paling rendah Rp6.500/kg; paling tinggi Rp7.200/kg; contoh: acuan Rp6.700/kg, harganya Rp6.850/kg"
)


def test_formulas_are_written_out_once_and_named_in_their_lines() -> None:
    made = agreement()
    lines = tuple(
        replace(line, formula=RULES[at % 2], price_idr_per_kg=None)
        for at, line in enumerate(made.commitments)
    )
    text = read(agreements.paper(replace(made, commitments=lines, clauses=())).pdf)
    assert text.count(tight(f"rumus 1: {FIRST} · rumus 2: {SECOND}")) == 3
    assert tight("Januari 2027 4.000 rumus 1 26.000.000") in text
    assert tight("Harga bertanda “rumus” adalah harga gambaran") in text


def test_a_price_that_illustrates_stands_beside_the_mark_of_its_formula() -> None:
    made = agreement()
    lines = tuple(replace(line, formula=RULES[1]) for line in made.commitments)
    text = read(agreements.paper(replace(made, commitments=lines, clauses=())).pdf)
    assert text.count(tight(f"rumus: {SECOND}")) == 3
    assert tight("Januari 2027 4.000 6.500 rumus 26.000.000") in text


def test_bonus_and_contribution_are_written_with_their_rule() -> None:
    both = (Settlement(0, Rupiah(-1_250_000), "volume"), Settlement(1, Rupiah(1_250_000), "volume"))
    text = read(agreements.paper(replace(short(agreement()), settlements=both)).pdf)
    words = "Rp1.250.000 (satu juta dua ratus lima puluh ribu rupiah)"
    assert tight(f"membayar iuran {words}") in text
    assert tight(f"menerima bonus {words}") in text


# --- what changed -------------------------------------------------------------------------------


def next_version(made: Agreement) -> Agreement:
    """Return version 3: April 5,000 kg, one month less, three weeks to pay, one article changed."""
    lines = list(made.commitments)
    lines[3] = replace(lines[3], kg=Kilograms(5_000), value_idr=Rupiah(5_000 * 6_525))
    del lines[20]
    changed = replace(
        made,
        version=3,
        commitments=tuple(lines),
        terms=replace(made.terms, payment_days=21),
        parties=(made.parties[0], replace(made.parties[1], address="Jalan Baru Nomor 7")),
    )
    changed = agreements.worded(changed, ID)
    clause = changed.clause("force_majeure")
    assert clause is not None
    text = agreements.text_of(clause).replace("wabah", "wabah penyakit")
    return replace(changed, clauses=agreements.edited(changed.clauses, "force_majeure", text, kind="mou"))


def test_two_equal_versions_have_no_differences() -> None:
    made = agreement()
    elsewhere = replace(made.verification, address="https://contoh.invalid/verifikasi/lain/3/")
    assert not agreements.differences(made, replace(made, version=3, verification=elsewhere))


def test_all_that_changed_is_told() -> None:
    old = agreement()
    new = next_version(old)
    found = agreements.differences(old, new)
    gone, moved = sorted(found.commitments, key=lambda each: each.after is not None)
    assert (gone.product, gone.period, gone.after) == ("Beras medium", "2027-09", None)
    assert moved.before is not None
    assert moved.after is not None
    assert (moved.period, moved.before.kg, moved.after.kg) == ("2027-04", 4_750, 5_000)
    assert [(each.path, each.party, each.before, each.after) for each in found.facts] == [
        ("terms.payment_days", "", 14, 21),
        ("address", "KDMP Contoh 2", "Jalan Contoh Nomor 2", "Jalan Baru Nomor 7"),
    ]
    assert [(each.code, each.how) for each in found.clauses] == [
        ("scope", "changed"),
        ("commodities", "changed"),
        ("payment", "changed"),
        ("force_majeure", "changed"),
    ]
    put = {each.code: [piece.text for piece in each.pieces if piece.how == "in"] for each in found.clauses}
    assert put["payment"] == ["21 (dua puluh satu)"]
    assert put["force_majeure"] == ["wabah penyakit,"]
    assert found.value_after_idr - found.value_before_idr == 250 * 6_525 - 6_000 * 350


def test_the_pieces_make_up_both_texts() -> None:
    old = agreement()
    new = next_version(old)
    for change in agreements.differences(old, new).clauses:
        was, now = old.clause(change.code), new.clause(change.code)
        assert was is not None
        assert now is not None
        before = "".join(piece.text for piece in change.pieces if piece.how != "in")
        after = "".join(piece.text for piece in change.pieces if piece.how != "out")
        assert (before, after) == (agreements.text_of(was), agreements.text_of(now))


def test_parties_that_came_and_went_are_named() -> None:
    three, two = agreement(parties=3), agreement(parties=2)
    assert agreements.differences(two, three).parties_added == ("KDMP Contoh 3",)
    assert agreements.differences(three, two).parties_removed == ("KDMP Contoh 3",)


def test_every_field_has_a_name_in_both_languages() -> None:
    """What a fact is called on the page: each field of the content that can differ by itself."""
    content = json.loads(agreements.to_json(agreement()))["agreement"]

    def paths(value: Any, path: str = "") -> Iterator[str]:
        for name, part in value.items():
            where = f"{path}{name}"
            if isinstance(part, dict):
                yield from paths(part, f"{where}.")
            elif not path and name in {"version", "premises", "clauses", "commitments", "parties"}:
                continue
            else:
                yield where

    of_party = {path for path in paths(content["parties"][1]) if path not in {"name", "kind"}}
    for code in ("id", "en"):
        called = agreements.words.words(language(code))["fields"]
        assert {*paths(content), *of_party} <= set(called)


def test_changes_are_told_with_before_and_after() -> None:
    old = agreement()
    said = agreements.told(agreements.differences(old, next_version(old)), ID)
    assert said.value == agreements.Change("Nilai seluruhnya", "Rp476.550.000", "Rp476.081.250")
    of_goods = {(each.before, each.after) for each in said.commitments}
    april = ("4.750 kg × Rp6.525/kg = Rp30.993.750 (±10%)", "5.000 kg × Rp6.525/kg = Rp32.625.000 (±10%)")
    assert april in of_goods
    assert said.facts == (
        agreements.Change("Hari pembayaran", "14", "21"),
        agreements.Change("Alamat – KDMP Contoh 2", "Jalan Contoh Nomor 2", "Jalan Baru Nomor 7"),
    )


def test_prices_that_differ_never_look_alike() -> None:
    old = agreement()
    first = old.commitments[0]
    priced = [replace(first, price_idr_per_kg=Decimal(price)) for price in ("6500.251", "6500.252")]
    one, other = (replace(old, commitments=(each,)) for each in priced)
    (change,) = agreements.told(agreements.differences(one, other), ID).commitments
    assert ("6.500,251" in change.before, "6.500,252" in change.after) == (True, True)
