"""Memoranda that a plan asks for: every partnership with the hub once, to the rupiah."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pypdf
import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from jejaring.documents import agreements, typesetting
from jejaring.documents.agreements.annex import fitting_price
from jejaring.documents.agreements.content import CHAIN, Settlement
from jejaring.documents.language import Language, language
from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Rupiah
from jejaring.engines.planning.plan import HandOver, Partnership, PartnershipKind, Plan, Share
from jejaring.engines.planning.problem import Problem, Reference
from tests.documents.networks import GKP, RICE, UREA, Draft, small_plan, solved

ID = language("id")
EN = language("en")
ALONE = 987_654_321
HOSTILE = (
    'Koperasi #panic("x") $x^2$ @ref <label> *tebal* _miring_ `kode` \\ \\u{1F600} // bukan komentar',
    "Koperasi \"Maju\" 'Jaya' ~ [kurung] {kurawal} = - + / & % ^ | ;",
    "Ko\u00adperasi Tani 🌾 米 \u202eterbalik\u202c Dé Žü",
    "Koperasi " + "Panjang " * 24,
    "x" * 200,
)


MONTHS = tuple(f"2027-{month:02d}" for month in range(1, 13))


def world(
    partnerships: Sequence[Partnership],
    *,
    names: Sequence[str] = ("Koperasi Niaga", "Koperasi Sukamaju", "Koperasi Cibeber"),
    roles: Sequence[str] = ("hub", "", ""),
    periods: Sequence[str] = MONTHS,
    references: Sequence[Reference] = (),
    settlement: Sequence[int] = (-300, 1_250_000, -2_500_000),
) -> tuple[Problem, Plan, list[Share]]:
    """Return a network of named parties, one site each, with a plan that has these partnerships."""
    draft = Draft("Jejaring beras", months=1)
    for at, (name, role) in enumerate(zip(names, roles, strict=True)):
        draft.parties.append((f"K{at}", name, "KDMP", role))
        draft.sites.append((f"s{at}", f"Gudang K{at}", at, -6.8, 107.1 + at / 100))
    problem = replace(
        draft.problem(references=references), periods=tuple(periods), period_names=("",) * len(periods)
    )
    count = len(names)
    plan = replace(small_plan(), partnerships=tuple(partnerships), alone_idr=(float(ALONE),) * count)
    paid = tuple((*settlement, *[0] * count)[:count])
    share = Share("even_core", (0,) * count, paid, (0, 1), 55_555_555.0, "exact", stable=False)
    return problem, plan, [share]


def deal(
    giver: int,
    taker: int,
    kind: PartnershipKind = "sale",
    *,
    product: int = GKP,
    months: int = 12,
    price: float = 6_512.37,
    site: int = 0,
) -> Partnership:
    """Return a partnership with another weight each month, so that each can be looked for."""
    handed = tuple(HandOver(site, product, at, 10_001 + 13 * at, price + at) for at in range(months))
    return Partnership(giver, taker, kind, handed)


def on_paper(draft: agreements.Draft) -> bytes:
    """Return a draft as the command writes it."""
    return agreements.paper(draft.agreement, draft=True, checklist=True).pdf


def read(made: bytes) -> str:
    """Return all text of a PDF, blanks and line ends as single spaces."""
    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    return " ".join("\n".join(page.extract_text() for page in pages).split())


def tight(text: str) -> str:
    return re.sub(r"\s+", "", text)


def only(partnerships: Sequence[Partnership], speech: Language = ID, **more: object) -> str:
    """Return the text of the one draft of a world."""
    (draft,) = agreements.drafts(*world(partnerships, **more), speech)  # type: ignore[arg-type]
    return read(on_paper(draft))


# --- which drafts, and what they add up to ------------------------------------------------------


@pytest.mark.parametrize("hubs", [1, 2, 3])
@pytest.mark.parametrize("seed", range(8))
def test_each_partnership_with_a_hub_is_in_one_draft_to_the_rupiah(seed: int, hubs: int) -> None:
    draw = random.Random(seed)
    everything = [
        Partnership(giver, taker, kind, tuple(
            HandOver(draw.randrange(6), draw.randrange(5), draw.randrange(12), draw.randrange(90_000),
                     draw.choice((6500.0, draw.uniform(0, 9000), draw.uniform(-5, 5))))
            for _ in range(draw.randrange(1, 9))))
        for giver in range(6) for taker in range(6) if giver != taker
        for kind in CHAIN if draw.random() < 0.4
    ]  # fmt: skip
    roles = ["hub" if at < hubs else "" for at in range(6)]
    drafts = agreements.drafts(*world(everything, names=[f"N{at}" for at in range(6)], roles=roles), ID)
    pairs = [frozenset((draft.hub, draft.party)) for draft in drafts]
    assert len(pairs) == len(set(pairs))
    for pair, draft in zip(pairs, drafts, strict=True):
        made = draft.agreement
        mine = [each for each in everything if {each.giver, each.taker} == pair and each.kg]
        assert made.kg == sum(each.kg for each in mine)
        assert made.total_idr == made.value_idr == sum(round(each.value_idr) for each in mine)
        for kind in CHAIN:
            of_kind = sum(each.value_idr for each in made.commitments if each.kind == kind)
            assert of_kind == sum(round(each.value_idr) for each in mine if each.kind == kind)
    wanted = [each for each in everything if each.kg and (each.giver < hubs or each.taker < hubs)]
    assert sum(draft.agreement.kg for draft in drafts) == sum(each.kg for each in wanted)
    assert sum(draft.agreement.value_idr for draft in drafts) == sum(round(each.value_idr) for each in wanted)


def test_parties_that_only_work_with_each_other_get_no_draft() -> None:
    assert agreements.drafts(*world([deal(1, 2)]), ID) == []
    assert agreements.drafts(*world([]), ID) == []
    assert agreements.drafts(*world([], roles=("", "", "")), ID) == []


def test_without_a_declared_hub_the_busiest_party_is_taken_and_said_to_be() -> None:
    deals = [deal(1, 2), deal(1, 0, "toll")]
    drafts = agreements.drafts(*world(deals, roles=("", "", "")), ID)
    assert {(draft.hub, draft.hub_declared) for draft in drafts} == {(1, False)}
    assert "hub" not in {party.role for draft in drafts for party in draft.agreement.parties}
    assert "berperan sebagai koperasi penghubung" not in read(on_paper(drafts[0]))
    assert "PIHAK KESATU berperan sebagai koperasi penghubung (hub)" in only([deal(1, 0, months=1)])


def test_a_settlement_stands_in_one_draft_only() -> None:
    small, large = deal(2, 0, months=1), deal(2, 1)
    drafts = agreements.drafts(*world([small, large, deal(0, 1, months=2)], roles=("hub", "hub", "")), ID)
    told = {(draft.hub, draft.party): draft.agreement.settlements for draft in drafts}
    assert told == {(1, 2): (Settlement(1, Rupiah(-2_500_000), "even_core"),), (0, 2): (), (0, 1): ()}
    texts = [read(on_paper(draft)) for draft in drafts]
    assert sum("2.500.000" in text for text in texts) == 1


def test_a_rule_without_a_share_is_refused_in_words() -> None:
    with pytest.raises(Refusal) as refused:
        agreements.drafts(*world([deal(1, 0)]), ID, rule="volume")
    said = ID.sentence(refused.value.sentence)
    assert said == "Rencana ini belum dibagi menurut aturan volume; yang ada: even_core."


@pytest.mark.parametrize(
    "codes",
    [("../../etc/passwd", "A/B", "A B"), ("hub", "a", "A"), ("", "ü", "u"), ("x" * 300, "x" * 299, "CON")],
)
def test_file_names_are_safe_stable_and_different(codes: tuple[str, str, str]) -> None:
    problem, plan, shares = world([deal(1, 0), deal(2, 0)])
    problem = replace(problem, parties=replace(problem.parties, codes=codes))
    names = [draft.file_name for draft in agreements.drafts(problem, plan, shares, ID)]
    assert len({name.casefold() for name in names}) == 2
    assert all(re.fullmatch(r"nota-kesepahaman-[A-Za-z0-9-]{1,110}\.pdf", name) for name in names)
    assert names == [draft.file_name for draft in agreements.drafts(problem, plan, shares, ID)]


# --- what stands on the pages -------------------------------------------------------------------


@pytest.mark.parametrize("speech", [ID, EN], ids=lambda speech: speech.code)
def test_both_parties_and_every_month_stand_in_the_pdf(speech: Language) -> None:
    (draft,) = agreements.drafts(
        *world([deal(1, 0), deal(0, 1, "pooled_buying", product=UREA, months=3)]), speech
    )
    text = read(on_paper(draft))
    assert "Koperasi Niaga" in text
    assert "Koperasi Sukamaju" in text
    for schedule in agreements.schedules(draft.agreement):
        for line in schedule.lines:
            row = f"{speech.period(line.period)} {speech.number(line.kg)} "
            assert row in text
            assert speech.number(line.value_idr) in text
        assert speech.number(schedule.kg) in text
    assert speech.rupiah(draft.agreement.value_idr) in text
    assert speech.rupiah(1_250_000) in text
    assert "satu juta dua ratus lima puluh ribu rupiah" in text


@pytest.mark.parametrize("kind", CHAIN)
@pytest.mark.parametrize("giver", [0, 1])
def test_every_kind_and_direction_is_said_in_both_languages(kind: PartnershipKind, giver: int) -> None:
    first, second = ("KESATU", "KEDUA") if giver == 0 else ("KEDUA", "KESATU")
    verbs = {
        "pooled_buying": f"dari PIHAK {first} kepada PIHAK {second}",
        "toll": f"milik PIHAK {first}, diolah oleh PIHAK {second}",
        "storage": f"milik PIHAK {first}, disimpan oleh PIHAK {second}",
        "sale": f"dari PIHAK {first} kepada PIHAK {second}",
        "marketing": f"milik PIHAK {first}, dipasarkan oleh PIHAK {second}",
    }
    assert verbs[kind] in only([deal(giver, 1 - giver, kind, months=1)])
    assert "FIRST PARTY" in only([deal(giver, 1 - giver, kind, months=1)], EN)


@pytest.mark.parametrize(
    ("periods", "first", "last"),
    [
        (["2027-03"], "Maret 2027", "Maret 2027"),
        (MONTHS, "Januari 2027", "Desember 2027"),
        (
            [f"2027-W{week}" for week in range(1, 53)],
            "minggu ke-1 2027 (4–10 Jan)",
            "minggu ke-52 2027 (27 Des–2 Jan)",
        ),
        (["rendeng", "gadu"], "rendeng", "gadu"),
    ],
)
def test_annexes_of_a_month_a_year_and_52_weeks_are_in_order(
    periods: Sequence[str], first: str, last: str
) -> None:
    text = only([deal(1, 0, months=len(periods))], periods=periods)
    weights = [f" {ID.number(10_001 + 13 * at)} " for at in range(len(periods))]
    annex = text[text.index("A.1 Jual beli") :]
    assert [annex.index(kg) for kg in weights] == sorted(annex.index(kg) for kg in weights)
    assert f"{first}{weights[0]}" in annex
    assert f"{last}{weights[-1]}" in annex
    assert f"({first if first == last else f'{first} sampai dengan {last}'})" in text


def test_a_period_that_only_its_network_knows_is_called_by_its_name() -> None:
    problem, plan, shares = world([deal(1, 0, months=2)], periods=("p1", "p2"))
    named = replace(problem, period_names=("Musim rendeng", ""))
    (draft,) = agreements.drafts(named, plan, shares, ID)
    assert [line.period for line in draft.agreement.commitments] == ["Musim rendeng", "p2"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_survive(name: str) -> None:
    text = only([deal(1, 0, months=1)], names=("Koperasi Niaga", name, name + " B"))
    shown = name.replace("\u00ad", "")
    for letter in "🌾米\u202e\u202c":
        shown = shown.replace(letter, f"[U+{ord(letter):04X}]")
    assert tight(text).count(tight(shown)) >= 4


def test_a_word_longer_than_a_line_is_broken_inside_the_page() -> None:
    (draft,) = agreements.drafts(*world([deal(1, 0, months=1)], names=("H", "W" * 200, "C")), ID)
    for page in pypdf.PdfReader(io.BytesIO(on_paper(draft))).pages:
        assert all(len(word) < 80 for word in page.extract_text().split())


def test_neither_party_reads_what_is_the_other_s_own_business() -> None:
    text = only([deal(1, 0)])
    for secret in (ALONE, 55_555_555):
        assert ID.number(secret) not in text
    assert "Koperasi Cibeber" not in text


def test_the_draft_says_that_it_binds_nobody_and_what_must_be_filled_in() -> None:
    text = only([deal(1, 0, months=1)])
    pages = int(re.findall(r"halaman 1 dari (\d+)", text)[0])
    assert f"halaman {pages} dari {pages}" in text
    assert text.count("RANCANGAN – belum mengikat") == text.count("paraf") == pages
    assert "pernyataan niat" in text
    assert text.count("tempat e-meterai") == 2
    assert "distributor resmi" in text
    assert "Mengetahui: Nama, jabatan Nama, jabatan" in text
    checklist = text[text.index("DAFTAR PERIKSA SEBELUM PENANDATANGANAN") :]
    for said in (
        "Belum ada",
        "☐ Koperasi Sukamaju belum lengkap: No. AHU, NIK Koperasi, NPWP, NIB.",
        "☐ Belum disebutkan dalam berapa hari pembayaran dilakukan. Pasal 6",
        "Perlu dibaca sekali lagi",
    ):
        assert said in checklist


def test_without_a_checklist_nothing_of_it_is_there() -> None:
    (draft,) = agreements.drafts(*world([deal(1, 0, months=1)]), ID)
    assert "DAFTAR PERIKSA" not in read(agreements.paper(draft.agreement, draft=True).pdf)


def test_a_known_village_becomes_the_seat_and_an_unknown_one_is_on_the_checklist() -> None:
    problem, plan, shares = world([deal(1, 0, months=1)])
    problem = replace(problem, parties=replace(problem.parties, villages=("99.99", "32.03.01.1006", "")))
    (draft,) = agreements.drafts(problem, plan, shares, ID)
    text = read(on_paper(draft))
    assert "Kelurahan Pamoyanan, Kecamatan Cianjur, Kabupaten Cianjur, Provinsi Jawa Barat" in text
    assert "Alamat Koperasi Niaga belum ada." in text
    assert "Alamat Koperasi Sukamaju belum ada." not in text


def test_floor_and_ceiling_prices_are_cited_with_date_and_source_where_they_concern_the_goods() -> None:
    references = (
        Reference("hpp.gkp", "HPP gabah kering panen", "6500", "Rp/kg", "2025-01-15", "Kepbadan 2/2025", ""),
        Reference("het.beras", "HET beras medium", "13500", "Rp/kg", "2025-08-22", "Kepbadan 299/2025", ""),
        Reference("yield", "Rendemen gabah", "0.64", "", "2018", "BPS", ""),
    )
    paddy = only([deal(1, 0, months=1)], references=references)
    rice = only([deal(1, 0, months=1, product=RICE)], references=references)
    urea = only([deal(0, 1, "pooled_buying", months=1, product=UREA)], references=references)
    assert "HPP gabah kering panen 6.500 Rp/kg 15 Januari 2025 Kepbadan 2/2025" in paddy
    assert "HET beras medium" not in paddy
    assert "Rendemen" not in paddy
    assert "HET beras medium 13.500 Rp/kg 22 Agustus 2025 Kepbadan 299/2025" in rice
    assert "Kepbadan" not in urea


def test_the_annex_names_the_plan_by_its_fingerprint() -> None:
    problem, plan, shares = world([deal(1, 0, months=1)])
    (draft,) = agreements.drafts(problem, plan, shares, ID, plan_sha256="5f" * 32)
    text = tight(read(on_paper(draft)))
    assert "Jejaringberas" in text
    assert "5f" * 32 in text
    assert "rencanabersamajejaringmenunjukkanpeluangjualbeli" in text


# --- the file -----------------------------------------------------------------------------------


def test_the_same_draft_gives_the_same_bytes() -> None:
    (draft,) = agreements.drafts(*world([deal(1, 0)]), ID)
    (again,) = agreements.drafts(*world([deal(1, 0)]), ID)
    first = on_paper(draft)
    assert on_paper(again) == first
    assert b"CreationDate" not in first


@pytest.mark.parametrize("speech", [ID, EN], ids=lambda speech: speech.code)
def test_the_file_is_tagged_a4_in_its_language_with_our_font_only(speech: Language) -> None:
    (draft,) = agreements.drafts(*world([deal(1, 0, months=1)]), speech)
    made = on_paper(draft)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    reader = pypdf.PdfReader(io.BytesIO(made))
    assert reader.root_object.raw_get("/MarkInfo")["/Marked"]
    assert str(reader.root_object["/Lang"]).split("-")[0] == speech.code
    assert reader.metadata is not None
    assert "Koperasi Sukamaju" in (reader.metadata.title or "")
    for page in reader.pages:
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
        embedded, loose = page._get_fonts()
        assert not loose
        assert all("SourceSans3" in font for font in embedded)


def test_a_warning_of_the_typesetter_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    (draft,) = agreements.drafts(*world([deal(1, 0, months=1)]), ID)
    nothing = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    monkeypatch.setattr(typesetting, "_fonts", lambda: nothing)
    with pytest.raises(AssertionError, match="unknown font"):
        on_paper(draft)


# --- as an agreement ----------------------------------------------------------------------------


def test_what_a_plan_doesnt_know_is_left_open_and_the_rest_fits() -> None:
    problem, plan, shares = solved(0)
    made = [draft.agreement for draft in agreements.drafts(problem, plan, shares, ID, plan_sha256="0" * 64)]
    assert made
    for each in made:
        found = {finding.code for finding in agreements.missing(each)}
        assert not found & {"annex.value", "annex.total", "annex.price", "annex.place", "clause.stale"}
        assert {"annex.tolerance", "terms.payment_days", "terms.lorry", "signatory.office"} <= found
        assert agreements.from_json(agreements.to_json(each)) == each
    assert agreements.annex_rows(made).value_idr == sum(each.value_idr for each in made)


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
