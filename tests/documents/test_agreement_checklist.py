"""The checklist: whatever lacks or favours one side is told once, and is gone when it is mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jejaring.documents import agreements
from jejaring.documents.agreements.content import (
    Account,
    Agreement,
    Authority,
    Clause,
    Identifiers,
    PriceReference,
    Quality,
    Settlement,
    Sources,
    Stamp,
    Verification,
)
from jejaring.documents.language import language
from jejaring.engines.measures import Rupiah
from tests.documents.agreement_examples import ON, PRODUCTS, agreement

ID = language("id")
Change = Callable[[Agreement], Agreement]


def whole(kind: Any = "pks", **more: Any) -> Agreement:
    """Return an agreement in which nothing lacks: the signatories have names, the stamp a number."""
    made = agreement(kind, **more)
    parties = tuple(
        replace(each, signatory=replace(each.signatory, name="Nama Contoh")) for each in made.parties
    )
    return replace(made, parties=parties, stamps=(Stamp(0, "CONTOH001"),))


def fields(**changes: Any) -> Change:
    return lambda made: replace(made, **changes)


def terms(**changes: Any) -> Change:
    return lambda made: replace(made, terms=replace(made.terms, **changes))


def party(**changes: Any) -> Change:
    return lambda made: replace(made, parties=(made.parties[0], replace(made.parties[1], **changes)))


def identifiers(**changes: str) -> Change:
    return lambda made: party(identifiers=replace(made.parties[1].identifiers, **changes))(made)


def signatory(**changes: Any) -> Change:
    return lambda made: party(signatory=replace(made.parties[1].signatory, **changes))(made)


def first_line(**changes: Any) -> Change:
    return lambda made: replace(
        made, commitments=(replace(made.commitments[0], **changes), *made.commitments[1:])
    )


def clauses(change: Callable[[tuple[Clause, ...]], tuple[Clause, ...]]) -> Change:
    return lambda made: replace(made, clauses=change(made.clauses))


def without(code: str) -> Change:
    return clauses(lambda there: tuple(each for each in there if each.code != code))


def written(code: str, text: str) -> Change:
    return clauses(lambda there: agreements.edited(there, code, text, kind="mou"))


MISSING: list[tuple[str, Change]] = [
    ("head.number", fields(number="")),
    ("head.on", fields(on=None)),
    ("head.place", fields(place="")),
    ("duration.until", fields(valid_until=None)),
    ("duration.ends_first", fields(valid_until=ON)),
    ("duration.deliveries", fields(valid_until=date(2027, 11, 30))),
    ("party.identifiers", identifiers(npwp="")),
    ("party.npwp", identifiers(npwp="12")),
    ("party.nib", identifiers(nib="123456789012")),
    ("party.coop_nik", identifiers(coop_nik="123")),
    ("party.coop_nik", identifiers(coop_nik="3203014107800001")),
    ("party.legal_entity_number", identifiers(legal_entity_number="x y z §")),
    ("party.address", party(address="", village="")),
    ("party.notices", party(notices="")),
    ("party.account", party(account=None)),
    ("signatory.office", signatory(office="")),
    ("signatory.term_over", signatory(term_until=date(2026, 11, 22))),
    ("signatory.term_ahead", signatory(term_from=date(2026, 11, 24))),
    ("authority.members", signatory(authority=Authority("board", "1", ON))),
    ("authority.members", signatory(authority=Authority())),
    ("authority.decision", signatory(authority=Authority("members", "", ON))),
    ("authority.decision", signatory(authority=Authority("members", "1", None))),
    ("authority.after", signatory(authority=Authority("members", "1", date(2026, 11, 24)))),
    ("annex.empty", fields(commitments=(), total_idr=None, quality=())),
    ("annex.total", fields(total_idr=Rupiah(1))),
    ("annex.tolerance", first_line(tolerance_percent=None)),
    ("annex.price", first_line(price_idr_per_kg=None)),
    ("annex.place", first_line(place="")),
    ("annex.value", first_line(price_idr_per_kg=Decimal(6_501))),
    ("terms.floor", terms(floor=None)),
    ("terms.floor_talk_days", terms(floor="renegotiate", floor_talk_days=None)),
    ("terms.quality", fields(quality=())),
    ("terms.volume_notice_days", terms(volume_notice_days=None)),
    ("terms.payment_days", terms(payment_days=None)),
    ("terms.advance", terms(advance_percent=Decimal(101))),
    ("terms.lorry", terms(lorry=None)),
    ("terms.risk", terms(risk=None)),
    ("terms.title", terms(title=None)),
    ("terms.penalty", terms(penalty_permille_per_day=None)),
    ("terms.penalty_most", terms(penalty_most_percent=None)),
    ("terms.end_notice_days", terms(end_notice_days=None)),
    ("terms.force_majeure_days", terms(force_majeure_days=None)),
    ("terms.deliberation_days", terms(deliberation_days=None)),
    ("terms.forum", terms(forum=None)),
    ("terms.forum", terms(forum_name="")),
    ("terms.review_months", terms(review_months=None)),
    ("paper.stamp", fields(stamps=())),
]
ONE_SIDED: list[tuple[str, Change]] = [
    ("terms.floor_kept", terms(floor="keep")),
    ("terms.payment_long", terms(payment_days=46)),
    ("terms.title_passes", terms(title="taker")),
    ("terms.penalty_side", terms(penalty_side="giver")),
    ("terms.ends", terms(ends="taker")),
]
LOOK: list[tuple[str, Change]] = [
    ("head.follows", fields(follows="")),
    ("duration.unusual", fields(valid_until=date(2029, 12, 31))),
    ("party.account_holder", party(account=Account("Bank", "1", "Orang lain"))),
    ("signatory.name", signatory(name="")),
    ("signatory.term", signatory(term_until=None)),
    ("terms.deduction", fields(quality=tuple(Quality(name, "bersih") for name, _, _ in PRODUCTS))),
    ("annex.grade", first_line(grade="")),
    ("paper.verification", fields(verification=Verification("", "A"))),
    ("paper.serial", fields(stamps=(Stamp(0), Stamp(1, "CONTOH002")))),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["mou", "pks"])
def test_nothing_is_said_of_an_agreement_in_which_nothing_lacks(kind: Any) -> None:
    assert agreements.missing(whole(kind)) == ()
    assert agreements.missing(whole(kind, parties=6)) == ()


@pytest.mark.parametrize(
    ("severity", "code", "change"),
    [
        *(("missing", *each) for each in MISSING),
        *(("one-sided", *each) for each in ONE_SIDED),
        *(("look", *each) for each in LOOK),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_lacks_is_found(severity: str, code: str, change: Change) -> None:
    """The whole agreement has no finding, so each of these is provoked here and gone without the change."""
    changed = agreements.worded(change(whole()), ID)
    found = {finding.code: finding for finding in agreements.missing(changed)}
    assert code in found
    assert found[code].severity == severity
    said = ID.sentence(found[code].sentence)
    assert said != str(found[code].sentence) or code.startswith("party.")
    together = {"duration.ends_first": {"duration.deliveries"}}
    assert set(found) == {code, *together.get(code, ())}


@pytest.mark.parametrize("code", ["price", "payment", "delivery", "breach", "force_majeure", "disputes"])
@pytest.mark.parametrize("kind", ["mou", "pks"])
def test_an_article_that_everybody_needs_is_missed(kind: Any, code: str) -> None:
    found = agreements.missing(without(code)(whole(kind)))
    assert [(each.code, each.clause) for each in found if each.code == "clause.absent"] == [
        ("clause.absent", code)
    ]


def test_an_article_that_no_longer_says_what_the_form_says_is_found() -> None:
    stale = terms(payment_days=30)(whole())
    assert [(each.code, each.clause) for each in agreements.missing(stale)] == [("clause.stale", "payment")]
    assert agreements.missing(agreements.worded(stale, ID)) == ()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Dibayar tunai.", {"clause.edited"}),
        ("Dibayar dalam […] hari.", {"clause.edited", "clause.blank"}),
        ("Lihat [[nowhere]].", {"clause.edited", "clause.reference"}),
    ],
)
def test_a_changed_article_is_to_be_read(text: str, codes: set[str]) -> None:
    assert {each.code for each in agreements.missing(written("payment", text)(whole()))} == codes


def test_a_duty_of_money_needs_the_members_an_intention_the_board() -> None:
    mou, pks = whole("mou"), whole("pks")
    assert agreements.approving_body(mou, 1) == "board"
    assert agreements.approving_body(pks, 1) == "members"
    assert agreements.approving_body(terms(advance_percent=Decimal(10))(mou), 1) == "members"
    pays = fields(settlements=(Settlement(1, Rupiah(-1), "equal"),))(mou)
    assert (agreements.approving_body(pays, 0), agreements.approving_body(pays, 1)) == ("board", "members")
    by_board = signatory(authority=Authority("board", "1", ON))
    assert agreements.missing(by_board(mou)) == ()
    assert {each.code for each in agreements.missing(by_board(pks))} == {"authority.members"}
    unsaid = signatory(authority=Authority())(mou)
    assert {each.code for each in agreements.missing(unsaid)} == {"authority.body"}


def test_a_firm_is_asked_for_its_tax_and_business_numbers_only() -> None:
    firm = party(kind="Perseroan terbatas", identifiers=Identifiers(npwp="0" * 16, nib="9" * 13))(whole())
    assert agreements.missing(firm) == ()


@pytest.mark.parametrize(
    ("price", "kg", "value", "fits"),
    [
        ("6500", 4_000, 26_000_000, True),
        ("6500", 4_000, 26_000_002, False),
        ("6500.25", 4_000, 26_001_000, True),
        ("6500.3333", 3, 19_501, True),
        ("6500.3333", 40_000, 260_013_334, False),
    ],
)
def test_the_value_is_kilograms_times_the_price_to_the_rupiah(
    price: str, kg: int, value: int, fits: bool
) -> None:
    """6,500.3333 × 3 is 19,500.9999; × 40,000 it is 260,013,332: two more are too many."""
    changed = first_line(price_idr_per_kg=Decimal(price), kg=kg, value_idr=value)(whole())
    changed = agreements.worded(replace(changed, total_idr=None), ID)
    assert {each.code for each in agreements.missing(changed)} == (set() if fits else {"annex.value"})


def test_the_gravest_comes_first() -> None:
    worst = agreements.worded(terms(floor="keep", lorry=None)(signatory(name="")(whole())), ID)
    assert [each.severity for each in agreements.missing(worst)] == ["missing", "one-sided", "look"]


@pytest.mark.parametrize(
    ("until", "usual"),
    [
        (date(2027, 11, 21), False),
        (date(2027, 11, 22), True),
        (date(2027, 11, 23), True),
        (date(2029, 11, 23), True),
        (date(2029, 11, 24), False),
    ],
)
def test_one_to_three_years_are_usual(until: date, usual: bool) -> None:
    made = agreements.worded(replace(whole(), valid_until=until), ID)
    assert ("duration.unusual" in {each.code for each in agreements.missing(made)}) is not usual


def test_sources_are_no_duty() -> None:
    bare = replace(whole(), sources=Sources("Jejaring", "", (PriceReference("HPP", "6500"),)))
    assert agreements.missing(agreements.worded(bare, ID)) == ()
