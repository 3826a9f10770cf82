"""Numbers as Indonesians write them, and no sentence without its translation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from jejaring.documents.language import language
from jejaring.engines.errors import Sentence
from tests.documents.messages import PACKAGE, holes, messages

ID = language("id")
EN = language("en")
CATALOGS = sorted((PACKAGE / "locale" / "id" / "LC_MESSAGES").glob("*.po"))


@pytest.mark.parametrize(
    ("value", "indonesian", "english"),
    [
        (1_250_000, "Rp1.250.000", "Rp1,250,000"),
        (-1_250_000.4, "−Rp1.250.000", "−Rp1,250,000"),
        (Fraction(-1, 3), "Rp0", "Rp0"),
        (Decimal("0.5"), "Rp0", "Rp0"),
        (1_000_000_000_000, "Rp1.000.000.000.000", "Rp1,000,000,000,000"),
    ],
)
def test_rupiah_are_whole_and_grouped(value: int, indonesian: str, english: str) -> None:
    assert ID.rupiah(value) == indonesian
    assert EN.rupiah(value) == english


@pytest.mark.parametrize(
    ("value", "indonesian", "english"),
    [
        (7_577_000_000, "Rp7,58 miliar", "Rp7.58 billion"),
        (329_400_000, "Rp329 juta", "Rp329 million"),
        (12_500_000, "Rp12,5 juta", "Rp12.5 million"),
        (999_960_000, "Rp1 miliar", "Rp1 billion"),
        (-2_000_000, "−Rp2 juta", "−Rp2 million"),
        (950_000, "Rp950.000", "Rp950,000"),
        (1_340_000_000_000, "Rp1,34 triliun", "Rp1.34 trillion"),
    ],
)
def test_large_rupiah_are_short_enough_to_say(value: int, indonesian: str, english: str) -> None:
    assert ID.rupiah_short(value) == indonesian
    assert EN.rupiah_short(value) == english


def test_weights_keep_their_decimals_and_no_more() -> None:
    assert ID.kg(1250) == "1.250 kg"
    assert ID.kg(Decimal("0.50")) == "0,5 kg"
    assert ID.tonnes(12_500) == "12,5 ton"
    assert ID.tonnes(1_234_567) == "1.235 ton"
    assert EN.tonnes(350) == "0.35 t"
    assert ID.number(1250.5) == "1.250,5"
    assert ID.number(12, signed=True) == "+12"


def test_shares_are_said_as_per_cent() -> None:
    assert ID.percent(0.125) == "12,5%"
    assert EN.percent(Fraction(1, 3), signed=True) == "+33.3%"
    assert ID.percent(0.0) == "0%"


def test_periods_are_named_as_people_name_them() -> None:
    assert ID.period("2027-03") == "Maret 2027"
    assert ID.period("2027-03", short=True) == "Mar"
    assert ID.period("2027-W07") == "minggu ke-7 2027 (15–21 Feb)"
    assert EN.period("2026-W27") == "week 27 2026 (29 Jun–5 Jul)"
    assert ID.period("2026-W60") == "minggu ke-60 2026"
    assert ID.span("2026-W27", "2026-W39") == "minggu ke-27 sampai ke-39 2026 (29 Jun–27 Sep)"
    assert EN.span("2026-W52", "2027-W02") == "week 52 2026 to week 2 2027 (21 Dec–17 Jan)"
    assert ID.span("2026-06", "2026-09") == ""
    assert EN.period("2027-W07", short=True) == "W7"
    assert ID.period("m1", "Musim rendeng") == "Musim rendeng"
    assert ID.period("m1") == "m1"
    assert EN.period("2027-03", "Maret 2027") == "March 2027"
    assert EN.period("2027-03", "Panen raya") == "Panen raya"
    assert ID.period("2027-13") == "2027-13"
    assert ID.date(date(2027, 5, 7)) == "7 Mei 2027"


def test_facts_are_written_by_the_unit_in_their_name() -> None:
    inner = Sentence("x", "{kg} at {price_idr_per_kg}", {"kg": 1200, "price_idr_per_kg": Decimal(6500)})
    outer = Sentence(
        "y",
        "{names}: {inner}; {gain_idr}, {part_share}, {far_km}, {due_period}, {period}, {count}",
        {
            "names": ("Ayu", "Budi"),
            "inner": inner,
            "gain_idr": 5_000_000,
            "part_share": 0.25,
            "far_km": 12.34,
            "due_period": "2027-03",
            "period": "2027-03",
            "count": 1200,
        },
    )
    said = ID.sentence(outer)
    assert said == (
        "Ayu, Budi: 1.200 kg at Rp6.500/kg; Rp5.000.000, 25%, 12,3 km, Maret 2027, 2027-03, 1.200"
    )


def test_a_fact_with_braces_is_not_a_hole() -> None:
    assert ID.text("{name} is known.", name="{name}").startswith("{name}")


def test_every_sentence_of_the_program_is_said_in_indonesian() -> None:
    untold = {
        message: where
        for message, where in messages().items()
        if message not in ID.sentences and message not in ID.plurals
    }
    assert untold == {}


def test_translations_have_the_same_holes_as_their_source() -> None:
    for source, told in ID.sentences.items():
        assert holes(source) == holes(told), source
    for (one, many), told in ID.plurals.items():
        assert holes(told) <= holes(one) | holes(many), many


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.name)
def test_a_catalog_has_no_doubtful_and_no_empty_entry(path: Path) -> None:
    with path.open("rb") as stream:
        catalog = read_po(stream, locale="id", abort_invalid=True)
    for message in catalog:
        if message.id:
            assert message.string, message.id
            assert not message.fuzzy, message.id


def test_two_catalogs_never_translate_one_sentence_differently() -> None:
    told: dict[object, object] = {}
    for path in CATALOGS:
        with path.open("rb") as stream:
            for message in read_po(stream, locale="id"):
                if message.id and isinstance(message.id, str):
                    assert told.setdefault(message.id, message.string) == message.string, message.id
