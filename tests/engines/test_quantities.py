"""Numbers as Indonesians write them: exact, or a sentence that says why not."""

from __future__ import annotations

from decimal import Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejaring.engines.errors import Refusal
from jejaring.engines.quantities import LARGEST, read_kg, read_number, read_rupiah


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", "0"),
        ("750", "750"),
        ("007", "7"),
        ("1250", "1250"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("0,532", "0.532"),
        ("0.532", "0.532"),
        ("1250,500", "1250.500"),
        ("1,25", "1.25"),
        ("1,2345", "1.2345"),
        ("1.250.000", "1250000"),
        ("1,250,000", "1250000"),
        ("1.250,5", "1250.5"),
        ("1,250.5", "1250.5"),
        ("1.250,500", "1250.500"),
        ("12.345.678,9", "12345678.9"),
        ("\u00a0 42 \n", "42"),
        ("1000000000000000", "1000000000000000"),
    ],
)
def test_a_clear_number_is_read_exactly(text: str, number: str) -> None:
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "large", "small"),
    [
        ("1.250", "1250", "1,25"),
        ("1,250", "1250", "1,25"),
        ("12.345", "12345", "12,3450"),
        ("999.999", "999999", "999,9990"),
        ("1.000", "1000", "1,0"),
        ("1.200", "1200", "1,2"),
    ],
)
def test_an_ambiguous_number_is_refused_with_both_readings(text: str, large: str, small: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_number(text)
    assert refused.value.sentence.code == "quantity.ambiguous"
    assert str(refused.value) == (
        f"“{text}” can mean two numbers. Write {large} for the large one, {small} for the small one."
    )
    assert read_number(large) == read_number(small) * 1000


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "A number is missing. Write 0 if there is nothing."),
        (" \u00a0\u200b ", "A number is missing. Write 0 if there is nothing."),
        ("-5", "“-5” has a sign before it. Write one number, 0 or more, without a sign."),
        ("−5", "“−5” has a sign before it. Write one number, 0 or more, without a sign."),
        ("+5", "“+5” has a sign before it. Write one number, 0 or more, without a sign."),
        ("± 100", "“± 100” has a sign before it. Write one number, 0 or more, without a sign."),
        ("1 250", "“1 250” has a blank inside the number. Write the digits together."),
        ("1\u00a0250", "“1\u00a0250” has a blank inside the number. Write the digits together."),
        ("12,", "The full stops and commas of “12,” don't make one number. Write it as 1250 or 1250,5."),
        (",5", "The full stops and commas of “,5” don't make one number. Write it as 1250 or 1250,5."),
        (
            "1.25.000",
            "The full stops and commas of “1.25.000” don't make one number. Write it as 1250 or 1250,5.",
        ),
        (
            "1.250.00",
            "The full stops and commas of “1.250.00” don't make one number. Write it as 1250 or 1250,5.",
        ),
        (
            "1,250.5.5",
            "The full stops and commas of “1,250.5.5” don't make one number. Write it as 1250 or 1250,5.",
        ),
        (
            "12.50,5",
            "The full stops and commas of “12.50,5” don't make one number. Write it as 1250 or 1250,5.",
        ),
        (
            "0.250,5",
            "The full stops and commas of “0.250,5” don't make one number. Write it as 1250 or 1250,5.",
        ),
        (
            "1.250,",
            "The full stops and commas of “1.250,” don't make one number. Write it as 1250 or 1250,5.",
        ),
        ("seribu", "“seribu” isn't a number. Write digits, with a comma before decimals: 1250 or 1250,5."),
        ("2 juta", "“2 juta” isn't a number. Write digits, with a comma before decimals: 1250 or 1250,5."),
        ("nan", "“nan” isn't a number. Write digits, with a comma before decimals: 1250 or 1250,5."),
        ("inf", "“inf” isn't a number. Write digits, with a comma before decimals: 1250 or 1250,5."),
        ("∞", "“∞” isn't a number. Write digits, with a comma before decimals: 1250 or 1250,5."),
        ("1e5", "“1e5” isn't a number. Write digits, with a comma before decimals: 1250 or 1250,5."),
        ("Rp 6500", "“Rp 6500” isn't a number. Write digits, with a comma before decimals: 1250 or 1250,5."),
        ("٣٥", "“٣٥” isn't a number. Write digits, with a comma before decimals: 1250 or 1250,5."),
        ("½", "“½” isn't a number. Write digits, with a comma before decimals: 1250 or 1250,5."),
        ("1000000000000001", "“1000000000000001” is too large to be true. Check the unit."),
        ("9" * 500, f"“{'9' * 39}…” is too large to be true. Check the unit."),
        ("0," + "1" * 31, f"“0,{'1' * 31}” has more than 30 decimals."),
    ],
)
def test_what_is_no_number_is_refused_in_words(text: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_number(text)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("text", "kg"),
    [
        ("1.250,5 kuintal", "125050"),
        ("2 ton", "2000"),
        ("1,5 t", "1500"),
        ("750", "750"),
        ("750 kg", "750"),
        ("750kg.", "750"),
        ("3 KW", "300"),
        ("0,5 Kwintal", "50"),
        ("12,5\u00a0ton", "12500"),
    ],
)
def test_a_weight_is_read_in_its_own_unit(text: str, kg: str) -> None:
    assert read_kg(text) == Decimal(kg)


def test_a_weight_without_a_unit_is_in_the_unit_of_its_column() -> None:
    assert read_kg("2,5", unit="ton") == 2500
    assert read_kg("2,5", unit="kuintal") == 250
    assert read_kg("2,5 kg", unit="ton") == Decimal("2.5")


@pytest.mark.parametrize("text", ["5 karung", "kg", "2 ton 3 kuintal", "5 kg/bulan", "5 m3", "5 t5"])
def test_an_unknown_unit_of_weight_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_kg(text)
    assert str(refused.value) == (
        f"“{text}” isn't a weight. Write a number alone, or with kg, kuintal or ton after it."
    )


def test_a_weight_keeps_the_sentences_of_its_number() -> None:
    for text, code in (
        ("", "quantity.empty"), ("-5 kg", "quantity.sign"), ("1.250 kg", "quantity.ambiguous"),
        ("1 250", "quantity.blank"), ("1..5 kg", "quantity.marks"),
        ("2000000000000 ton", "quantity.too_large"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            read_kg(text)
        assert refused.value.sentence.code == code, text


@pytest.mark.parametrize(
    ("text", "rupiah"),
    [
        ("6500", "6500"),
        ("Rp 6.500", "6500"),
        ("Rp6.500,-", "6500"),
        ("6.500,-", "6500"),
        ("rp. 6.500,00", "6500"),
        ("IDR 6.500.000", "6500000"),
        ("Rp\u00a012.300,50", "12300.5"),
    ],
)
def test_rupiah_may_stand_with_their_signs(text: str, rupiah: str) -> None:
    assert read_rupiah(text) == Decimal(rupiah)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("6.500", "quantity.ambiguous"),
        ("Rp 6,500", "quantity.ambiguous"),
        ("Rp", "quantity.words"),
        ("Rp 6,5 ribu", "quantity.words"),
        ("Rp -500", "quantity.words"),
        ("", "quantity.empty"),
        ("$5", "quantity.words"),
    ],
)
def test_unclear_rupiah_are_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_rupiah(text)
    assert refused.value.sentence.code == code


@given(st.integers(0, LARGEST * 100))
def test_what_is_written_the_indonesian_way_is_read_back(cents: int) -> None:
    whole, part = divmod(cents, 100)
    text = f"{whole:,}".replace(",", ".") + f",{part:02d}"
    assert read_number(text) == Decimal(cents) / 100
    assert read_rupiah(f"Rp{text}") == Decimal(cents) / 100


@given(st.one_of(st.text(), st.text("0123456789.,- Rpkgton\u00a0")))
def test_any_text_is_a_number_or_a_refusal(text: str) -> None:
    for read in (read_number, read_kg, read_rupiah):
        try:
            number = read(text)
        except Refusal:
            continue
        assert 0 <= number <= LARGEST


def test_a_weight_keeps_all_its_decimals() -> None:
    digits = "9," + 30 * "9"
    assert str(read_kg(digits)) == digits.replace(",", ".")
    assert str(read_kg(f"{digits} ton").normalize(Context(prec=60))) == "9999." + 27 * "9"
