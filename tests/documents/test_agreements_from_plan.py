"""A plan's draft becomes an agreement: the same kilograms and rupiah, and prices that people can check."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from jejaring.documents import agreements, mou
from jejaring.documents.agreements.annex import fitting_price
from jejaring.documents.agreements.content import Agreement
from jejaring.documents.language import language
from tests.documents.networks import solved

ID = language("id")


def from_small_plan() -> list[tuple[mou.Draft, Agreement]]:
    problem, plan, shares = solved(0)
    drafts = mou.drafts(problem, plan, shares, ID)
    sha = "0" * 64
    return [
        (each, agreements.from_draft(each, ID, title="Kerja Sama Beras", plan_sha256=sha)) for each in drafts
    ]


def test_an_agreement_of_a_plan_has_its_kilograms_and_rupiah() -> None:
    pairs = from_small_plan()
    assert pairs
    for draft, made in pairs:
        assert (made.kg, made.value_idr, made.total_idr) == (draft.kg, draft.value_idr, draft.value_idr)
        assert [party.name for party in made.parties] == [draft.hub.name, draft.party.name]
        found = {each.code for each in agreements.missing(made)}
        assert not found & {"annex.value", "annex.total", "annex.price", "annex.place", "clause.stale"}
        assert {"annex.tolerance", "terms.payment_days", "terms.lorry", "signatory.office"} <= found
        assert agreements.from_json(agreements.to_json(made)) == made
    total = agreements.annex_rows(made for _, made in pairs)
    assert total.value_idr == sum(draft.value_idr for draft, _ in pairs)


@given(st.fractions(min_value=-9_000, max_value=90_000, max_denominator=10**9), st.integers(1, 10**7))
def test_a_price_multiplies_to_its_value_with_as_few_decimals_as_will_do(price: Fraction, kg: int) -> None:
    value = round(price * kg)
    shown = fitting_price(price, kg, value)
    assert abs(Fraction(shown) * kg - value) <= 1
    exponent = shown.as_tuple().exponent
    assert isinstance(exponent, int)
    if exponent < 0:
        coarser = Fraction(round(price * 10 ** (-exponent - 1)), 10 ** (-exponent - 1))
        assert abs(coarser * kg - value) > 1


def test_a_round_price_stays_round() -> None:
    assert str(fitting_price(Fraction(6_499_999_999_999, 10**9), 4_000, 26_000_000)) == "6500"
