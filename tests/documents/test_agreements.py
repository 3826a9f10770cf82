"""What an agreement says: one spelling, exact sums, the same articles in both languages."""

from __future__ import annotations

import json
import re
import string
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejaring.documents import agreements
from jejaring.documents.agreements.clauses import standard
from jejaring.documents.agreements.content import (
    BLANK,
    Agreement,
    Clause,
    Commitment,
    Settlement,
    Stamp,
    Terms,
)
from jejaring.documents.language import Code, language
from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Kilograms, Rupiah
from tests.documents.agreement_examples import agreement, coop

ID, EN = language("id"), language("en")
CODES = (
    "definitions", "purpose", "scope", "commodities", "price", "payment", "delivery", "duties", "term",
    "review", "confidentiality", "breach", "force_majeure", "disputes", "closing",
)  # fmt: skip


def texts(name: str, code: str) -> dict[str, Any]:
    file = resources.files("jejaring.documents.agreements") / "texts" / f"{name}.{code}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


# --- one spelling -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["mou", "pks"])
def test_an_agreement_is_read_back_as_it_was_written(kind: Any) -> None:
    made = agreement(kind)
    written = agreements.to_json(made)
    assert agreements.from_json(written) == made
    assert agreements.to_json(agreements.from_json(written)) == written


def test_needless_noughts_and_the_order_of_keys_leave_the_fingerprint_alone() -> None:
    made = agreement()
    longer = replace(made, terms=replace(made.terms, penalty_permille_per_day=Decimal("1.000")))
    assert agreements.to_json(longer) == agreements.to_json(made)
    content = json.loads(agreements.to_json(made))
    shuffled = dict(reversed(content["agreement"].items()))
    other = json.dumps({"agreement": shuffled, "format": content["format"]}, indent=2).encode()
    assert agreements.sha256(agreements.from_json(other)) == agreements.sha256(made)


def test_every_change_changes_the_fingerprint() -> None:
    made = agreement()
    first = made.commitments[0]
    others = (
        replace(made, version=3),
        replace(made, commitments=(replace(first, kg=Kilograms(first.kg + 1)), *made.commitments[1:])),
        replace(made, clauses=made.clauses[1:]),
        replace(made, terms=replace(made.terms, payment_days=None)),
    )
    assert len({agreements.sha256(each) for each in (made, *others)}) == 5


def test_large_and_small_decimals_survive() -> None:
    made = agreement()
    for price in ("0.000001", "123456789012345.6789", "1E+3", "0"):
        line = replace(made.commitments[0], price_idr_per_kg=Decimal(price))
        priced = replace(made, commitments=(line,))
        assert agreements.from_json(agreements.to_json(priced)) == priced
        assert b"E+" not in agreements.to_json(priced)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content.update(format="jejaring-agreement/2"),
        lambda content: content.update(more=1),
        lambda content: content["agreement"].update(surprise=1),
        lambda content: content["agreement"].pop("title"),
        lambda content: content["agreement"].update(kind="loan"),
        lambda content: content["agreement"].update(title="\ud83c"),
        lambda content: content["agreement"].update(version="2"),
        lambda content: content["agreement"].update(version=True),
        lambda content: content["agreement"].update(on="23-11-2026"),
        lambda content: content["agreement"].update(parties={}),
        lambda content: content["agreement"]["parties"].pop(),
        lambda content: content["agreement"]["commitments"][0].update(kg=0),
        lambda content: content["agreement"]["commitments"][0].update(kg=1.5),
        lambda content: content["agreement"]["commitments"][0].update(giver=2),
        lambda content: content["agreement"]["commitments"][0].update(giver=0),
        lambda content: content["agreement"]["commitments"][0].update(price_idr_per_kg="NaN"),
        lambda content: content["agreement"]["commitments"][0].update(price_idr_per_kg=6500),
    ],
)
def test_what_is_no_agreement_is_refused(spoil: Callable[[dict[str, Any]], object]) -> None:
    content = json.loads(agreements.to_json(agreement()))
    spoil(content)
    with pytest.raises(Refusal):
        agreements.from_json(json.dumps(content).encode())


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b"null", b"[" * 100_000])
def test_bytes_of_anything_else_are_refused(content: bytes) -> None:
    with pytest.raises(Refusal):
        agreements.from_json(content)


def test_an_agreement_that_cant_be_one_is_refused() -> None:
    made = agreement()
    for wrong in (
        lambda: replace(made, parties=made.parties[:1], commitments=(), settlements=()),
        lambda: replace(made, version=0),
        lambda: replace(made, settlements=(Settlement(2, Rupiah(1), "equal"),)),
        lambda: replace(made, stamps=(Stamp(-1),)),
        lambda: replace(made, clauses=(made.clauses[0], made.clauses[0])),
        lambda: replace(made, sources=replace(made.sources, plan_sha256="abc")),
    ):
        with pytest.raises(Refusal):
            wrong()


# --- sums ---------------------------------------------------------------------------------------


def line(
    giver: int, taker: int, kg: int, value: int, *, month: int = 1, product: str = "Gabah"
) -> Commitment:
    return Commitment("sale", giver, taker, product, f"2027-{month:02}", Kilograms(kg), Rupiah(value))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.integers(0, 3),
            st.integers(1, 10**6),
            st.integers(-(10**12), 10**12),
            st.integers(1, 12),
            st.sampled_from(("Gabah", "Beras")),
        ).filter(lambda each: each[0] != each[1]),
        max_size=30,
    )
)
def test_tables_parties_and_lists_add_up_to_the_rupiah(
    rows: list[tuple[int, int, int, int, int, str]],
) -> None:
    parties = tuple(coop(at) for at in range(1, 5))
    commitments = tuple(line(*row[:4], month=row[4], product=row[5]) for row in rows)
    made = Agreement("mou", "Uji", "id", 1, parties, commitments=commitments)
    total = sum(row[3] for row in rows)
    assert made.value_idr == total
    tables = agreements.schedules(made)
    assert sorted((each for table in tables for each in table.lines), key=repr) == sorted(
        commitments, key=repr
    )
    assert sum(table.value_idr for table in tables) == total
    assert sum(agreements.party_values(made)) == 2 * total
    both = agreements.annex_rows([made, made])
    assert both.value_idr == 2 * total == sum(row.value_idr for row in both.rows)
    assert both.kg == 2 * sum(row[2] for row in rows)
    assert list(both.by_agreement.values()) == [total, total]
    assert sum(both.by_party.values()) == 4 * total


def test_a_table_holds_one_direction_one_product_and_one_place_in_the_order_of_months() -> None:
    made = agreement()
    tables = agreements.schedules(made)
    assert [(table.kind, table.product) for table in tables] == [
        ("toll", "Gabah"),
        ("sale", "Gabah kering panen"),
        ("marketing", "Beras medium"),
    ]
    for table in tables:
        months = [each.period for each in table.lines]
        assert months == sorted(months)
        assert len(months) == 12


def test_rows_of_a_list_name_both_parties_and_the_agreement() -> None:
    (row,) = agreements.annex_rows([replace(agreement(), commitments=(line(1, 0, 100, 650_000),))]).rows
    assert (row.number, row.version, row.kind) == ("012/NK-JEJARING/XI/2026", 2, "mou")
    assert (row.giver, row.taker) == ("KDMP Contoh 2", "Koperasi Contoh Niaga")
    assert (row.kg, row.value_idr) == (100, 650_000)
    heads = agreements.annex_heads(ID)
    assert len(heads) == len(set(heads)) == len(vars(row))
    assert heads[list(vars(row)).index("value_idr")] == "Nilai (Rp)"


# --- the articles -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["clauses", "words"])
def test_both_languages_have_the_same_texts_with_the_same_holes(name: str) -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shape(part) for key, part in value.items() if key not in {"title", "text"}}
        return [shape(part) for part in value] if isinstance(value, list) else type(value)

    def holes(value: Any, path: str = "") -> Iterator[tuple[str, set[str]]]:
        if isinstance(value, str):
            found = {hole for _, hole, _, _ in string.Formatter().parse(value) if hole}
            yield path, found | set(re.findall(r"\[\[\w+\]\]", value))
        parts = (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        )
        for key, part in parts:
            yield from holes(part, f"{path}.{key}")

    indonesian, english = texts(name, "id"), texts(name, "en")
    assert shape(indonesian) == shape(english)
    for (path, one), (_, other) in zip(holes(indonesian), holes(english), strict=True):
        # Indonesian opens with days in words, English with figures.
        if path != ".paper.opening":
            assert one == other, path


@pytest.mark.parametrize("kind", ["mou", "pks"])
@pytest.mark.parametrize("code", ["id", "en"])
@pytest.mark.parametrize("parties", [2, 5])
def test_the_standard_articles_are_fifteen_and_leave_nothing_open(
    kind: Any, code: Code, parties: int
) -> None:
    made = agreement(kind, code=code, parties=parties)
    assert tuple(clause.code for clause in made.clauses) == CODES
    everything = "\n".join("\n".join(clause.paragraphs) for clause in made.clauses)
    assert BLANK not in everything
    assert not re.search(r"[{}]", everything)
    assert all(clause.paragraphs for clause in made.clauses)


@pytest.mark.parametrize("kind", ["mou", "pks"])
def test_what_nobody_has_said_is_a_blank_in_its_article(kind: Any) -> None:
    bare = replace(agreement(kind), terms=Terms(), valid_until=None, clauses=())
    blanks = {
        clause.code
        for clause in agreements.standard_clauses(bare, ID)
        if any(BLANK in paragraph for paragraph in clause.paragraphs)
    }
    asked = {"commodities", "price", "payment", "delivery", "term", "review", "force_majeure", "disputes"}
    assert blanks == asked | ({"breach"} if kind == "pks" else set())


def test_every_paragraph_stands_in_some_agreement() -> None:
    """No choice of the form is without its sentence, and no sentence waits for a choice nobody has."""
    known = {
        *(f"lorry:{each}" for each in ("giver", "taker", "shared", "none")),
        *(f"risk:{each}" for each in ("loaded", "received", "none")),
        *(f"title:{each}" for each in ("giver", "taker", "none")),
        *(f"floor:{each}" for each in ("follow", "renegotiate", "keep", "none")),
        *(f"ends:{each}" for each in ("both", "giver", "taker")),
        *(f"side:{each}" for each in ("both", "giver", "taker")),
        *(f"forum:{each}" for each in ("court", "arbitration", "none")),
        *(f"renewal:{each}" for each in ("none", "agreement", "automatic")),
    }
    asked = {
        mark
        for template in standard.templates("id")
        for paragraph in template.paragraphs
        for mark in paragraph.when | paragraph.unless
        if ":" in mark
    }
    assert asked == known


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (
            {"lorry": "taker"},
            "delivery",
            "Biaya angkut dan bongkar muat dari tempat PENYERAH ditanggung oleh PENERIMA.",
        ),
        ({"title": "giver"}, "delivery", "tetap milik PENYERAH"),
        (
            {"floor": "renegotiate"},
            "price",
            "merundingkan harga baru paling lambat 14 (empat belas) hari kalender",
        ),
        ({"payment_days": 21}, "payment", "paling lambat 21 (dua puluh satu) hari kalender"),
        ({"advance_percent": Decimal("2.5")}, "payment", "Uang muka sebesar 2,5% (dua koma lima persen)"),
        ({"forum": "arbitration", "forum_name": "BANI"}, "disputes", "arbitrase di BANI"),
        ({"penalty_side": "giver"}, "breach", "PENYERAH yang terlambat menyerahkan"),
    ],
)
def test_the_form_decides_what_the_articles_say(change: dict[str, Any], code: str, said: str) -> None:
    made = agreement("pks")
    changed = agreements.worded(replace(made, terms=replace(made.terms, **change)), ID)
    clause = changed.clause(code)
    assert clause is not None
    assert said in "\n".join(clause.paragraphs)


def test_the_value_stands_in_figures_and_in_words() -> None:
    clause = agreement().clause("commodities")
    assert clause is not None
    # 12 months of 4,000 + 250 kg more each: 64,500 kg at each product's price, Rp25 more every second.
    every_second = 25 * sum(4_000 + 250 * at for at in range(1, 12, 2))
    total = 64_500 * (6_500 + 350 + 500) + 3 * every_second
    assert f"sebesar {ID.rupiah(total)} (empat ratus tujuh puluh enam juta" in clause.paragraphs[0]


def test_premises_are_one_sentence_with_an_and_before_the_last() -> None:
    premises = agreement("pks").premises
    assert premises[-2].endswith("; dan")
    assert premises[-1].endswith(".")
    assert "012/NK-JEJARING/XI/2026" in premises[-2]
    assert all(premise.endswith(";") for premise in premises[:-2])


# --- editing ------------------------------------------------------------------------------------


def test_an_edit_is_kept_when_the_form_changes_and_the_rest_follows() -> None:
    made = agreement("pks")
    changed = agreements.edited(made.clauses, "payment", "Dibayar tunai.", kind="pks")
    again = agreements.worded(replace(made, clauses=changed, terms=replace(made.terms, lorry="shared")), ID)
    payment, delivery = again.clause("payment"), again.clause("delivery")
    assert payment == Clause("payment", "Pembayaran", ("Dibayar tunai.",), edited=True)
    assert delivery is not None
    assert "masing-masing setengahnya" in "\n".join(delivery.paragraphs)


def test_a_required_article_cant_be_emptied_a_free_one_leaves_no_gap() -> None:
    made = agreement()
    for kind, code in (("mou", "disputes"), ("pks", "price"), ("pks", "force_majeure")):
        with pytest.raises(Refusal):
            agreements.edited(made.clauses, code, " \n \n", kind=kind)  # type: ignore[arg-type]
    shorter = agreements.edited(made.clauses, "force_majeure", "", kind="mou")
    assert [article.number for article in agreements.articles(shorter, ID)] == list(range(1, 15))
    kept = agreements.worded(replace(made, clauses=shorter), ID)
    assert kept.clause("force_majeure") is None


@pytest.mark.parametrize("code", ["commodities", "term", "unknown"])
def test_articles_with_figures_are_changed_by_the_form_only(code: str) -> None:
    with pytest.raises(Refusal):
        agreements.edited(agreement().clauses, code, "Volume seribu ton.", kind="mou")


def test_the_same_text_is_no_edit() -> None:
    made = agreement()
    for clause in made.clauses:
        if clause.code not in {"commodities", "term"}:
            text = agreements.text_of(clause).replace("\n", "\r\n")
            assert agreements.edited(made.clauses, clause.code, text, kind="mou") == made.clauses


def test_references_follow_the_numbers() -> None:
    made = agreement("pks")
    breach = next(each for each in agreements.articles(made.clauses, ID) if each.code == "breach")
    assert "menurut Pasal\xa09." in breach.paragraphs[-1]
    shorter = agreements.edited(made.clauses, "definitions", "", kind="pks")
    breach = next(each for each in agreements.articles(shorter, ID) if each.code == "breach")
    assert "menurut Pasal\xa08." in breach.paragraphs[-1]


def test_an_article_of_ones_own_stands_before_the_closing_one() -> None:
    made = agreement()
    more = agreements.with_own(made.clauses, "Pendampingan", "Dinas mendampingi:\n- satu;\n- dua.\n\nGratis.")
    more = agreements.with_own(more, "Pelatihan", "Bersama.")
    assert [clause.code for clause in more[-3:]] == ["own_1", "own_2", "closing"]
    assert more[-3].paragraphs == ("Dinas mendampingi:\n- satu;\n- dua.", "Gratis.")
    assert agreements.worded(replace(made, clauses=more), ID).clauses == more
    with pytest.raises(Refusal):
        agreements.with_own(made.clauses, "", "Tanpa judul.")


def test_an_indonesian_agreement_can_be_read_in_english() -> None:
    translated = agreements.worded(replace(agreement("pks"), clauses=()), EN)
    assert translated.language == "en"
    assert translated.clauses[0].title == "Terms"
    assert translated.on == date(2026, 11, 23)
