"""From answers in the database to signed agreements in force, and one total in rupiah at every place.

Of the villages most accept. One wants to give less (a counter-proposal), one declines for the price and is
asked again by hand with a better one. One village signs in ink, one with a certificate; the others tap.
"""

from __future__ import annotations

import csv
import io
import os
import random
import re
import shutil
import subprocess
import warnings
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import openpyxl
import pypdf
import pytest
from django.conf import LazySettings
from django.db.models import Sum
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from jejaring.documents.agreements import annex_rows
from jejaring.documents.agreements.annex import value_fits
from jejaring.documents.agreements.content import Terms
from jejaring.documents.agreements.words import in_words
from jejaring.documents.language import language
from jejaring.documents.signatures.signing import asn1, certificate_of
from jejaring.domain.agreements import checking, queries
from jejaring.domain.agreements.actions import drafting, offering, signing
from jejaring.domain.agreements.actions.drafting import Frame, content_of, newest_version
from jejaring.domain.agreements.actions.offering import Desk
from jejaring.domain.agreements.actions.signing import Signing
from jejaring.domain.agreements.annex_files import annex_csv, annex_workbook
from jejaring.domain.agreements.models import (
    Agreement,
    AgreementParty,
    Approval,
    Commitment,
    Paper,
    Signature,
    Version,
)
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import Cooperative
from jejaring.domain.partnering import matching
from jejaring.domain.partnering.actions import agreeing, answering, by_hand, rounds
from jejaring.domain.partnering.actions.agreeing import Shape
from jejaring.domain.partnering.actions.answering import Otherwise
from jejaring.domain.partnering.models import Proposal
from jejaring.engines.errors import Refusal
from tests.documents import signing_world
from tests.domain.round_story import proposed_by_hand
from tests.pictures import white_png
from tests.scenarios.signing_day_pages import (
    Reader,
    public_says,
    rupiah_in,
    short_on_pages,
    totals_on_pages,
)
from tests.scenarios.villages import (
    AT,
    FIRST,
    ON,
    SECOND,
    Day,
    harvest_kg,
    installation_key,
    published,
    taken_kg,
)

ID = language("id")
LATER = AT + timedelta(days=1)
ADDRESS = "https://contoh.invalid/verifikasi/{code}/{version}/"
COUNTERS, DECLINES = 1, 2
"""Which villages don't simply accept."""
LESS_KG = 1_000
BY_HAND_PRICE = Decimal(6_111)
BY_INK, BY_CERTIFICATE, BY_PAGE = 0, 3, 4

Held = tuple[str, int | None, tuple[tuple[object, ...], ...]]


@pytest.fixture
def desk(tmp_path: Path, settings: LazySettings) -> Desk:
    """Seal with a key that is older than the story."""
    key = installation_key()
    settings.SEAL_FILE = tmp_path / "seal.pem"
    settings.SEAL_FILE.write_bytes(key.private_pem + key.certificate_pem)
    return Desk(key, ADDRESS)


DAYS = [
    pytest.param(5, "pairs", 1, id="5-villages"),
    pytest.param(5, "hubs", 1, id="5-villages-together", marks=pytest.mark.slow),
    pytest.param(23, "pairs", 12, id="23-villages", marks=pytest.mark.slow),
    pytest.param(23, "hubs", 3, id="23-villages-together", marks=pytest.mark.slow),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("count", "shape", "bytes_changed"), DAYS)
def test_a_signing_day(count: int, shape: Shape, bytes_changed: int, desk: Desk, tmp_path: Path) -> None:
    day = published(count)
    agreed_idr = talk(day)
    made = sign_everything(day, shape, desk)
    assert len(made) == (count if shape == "pairs" else 1)
    numbered_without_gaps(day, made)
    same_total_everywhere(day, made, agreed_idr)
    pages_say_the_same(day, made, agreed_idr)
    papers_are_intact(made, tmp_path)
    one_byte_is_seen(made[-1], bytes_changed, tmp_path)
    assert list(audit.faults()) == []


# --- the round ---------------------------------------------------------------------------------


def talk(day: Day) -> int:
    """Answer until everything is agreed; return what that is worth, as the proposals say."""
    wants_less, says_no, last = day.villages[COUNTERS], day.villages[DECLINES], day.villages[-1]
    for village in day.villages:
        proposal = day.proposal(village)
        accept(day, proposal, day.hub)
        if village not in (wants_less, says_no):
            accept(day, proposal, village)
    counter(day, wants_less)
    offered = decline(day, says_no)
    accepted = held_by_all(day)
    assert len(accepted) == len(day.villages) - 2
    assert sold_kg(day, last) < harvest_kg(len(day.villages) - 1, 0) - 2_000

    day.plan_again()
    # The buyer has room now, and what the last village accepted stays nevertheless.
    assert all(sum(sold_kg(day, each, month) for each in day.villages) < taken_kg(len(day.villages), at)
               for at, month in enumerate((FIRST, SECOND)))  # fmt: skip
    assert held_by_all(day) == accepted
    countered = day.proposal(wants_less)
    assert (countered.version, countered.origin) == (2, Proposal.Origin.COUNTER)
    assert countered.second_accepted_at
    assert countered.first_accepted_at is None
    assert matching.live(day.matching).agreed == len(accepted)
    accept(day, countered, day.hub)
    accepted = held_by_all(day)

    ask_by_hand(day, says_no, offered)
    day.plan_again()
    asked = day.proposal(says_no)
    assert (asked.state, asked.origin, asked.kg) == (Proposal.State.OPEN, Proposal.Origin.HAND, offered.kg)
    assert held_by_all(day) == accepted
    accept(day, asked, says_no)
    accept(day, asked, day.hub)

    current = list(rounds.current(day.matching))
    assert {each.state for each in current} == {Proposal.State.AGREED}
    assert len(current) == len(day.villages)
    return sum(each.value_idr for each in current)


def accept(day: Day, proposal: Proposal, cooperative: Cooperative) -> None:
    answering.accept(proposal, cooperative=cooperative, by=day.chairs[cooperative.pk], at=AT)


def counter(day: Day, village: Cooperative) -> None:
    """Want to give a tonne less in the first month."""
    proposal = day.proposal(village)
    line = proposal.lines.get(good="gkp", month=FIRST)
    answering.counter(
        proposal,
        cooperative=village,
        lines={line.pk: Otherwise(kg=line.kg - LESS_KG)},
        reason="Sebagian untuk benih",
        by=day.chairs[village.pk],
        at=AT,
    )


def decline(day: Day, village: Cooperative) -> Proposal:
    proposal = day.proposal(village)
    return answering.decline(
        proposal, cooperative=village, reason="Harga terlalu rendah", by=day.chairs[village.pk], at=AT
    )


def ask_by_hand(day: Day, village: Cooperative, declined: Proposal) -> None:
    """Propose the kilograms that were declined once more, at another price."""
    kg = dict(declined.lines.filter(good="gkp").values_list("month", "kg"))
    said = by_hand.ByHand("gkp", "h", kg, BY_HAND_PRICE)
    proposed_by_hand(day.matching, giver=village, taker=day.hub, said=said, by=day.facilitator, at=AT)


def held_by_all(day: Day) -> dict[int, Held]:
    """Return what all agreed proposals say, to the kilogram and rupiah."""
    columns = ("kind", "first_gives", "good", "place", "month", "kg", "price_idr_per_kg", "value_idr")
    agreed = rounds.current(day.matching).filter(state=Proposal.State.AGREED)
    return {
        each.pk: (
            each.state,
            each.settlement_idr,
            tuple(each.lines.order_by("position").values_list(*columns)),
        )
        for each in agreed
    }


def sold_kg(day: Day, village: Cooperative, month: date = FIRST) -> int:
    """Return how much paddy a village gives the hub in a month, as it is proposed now."""
    found = rounds.current(day.matching).filter(second=village).exclude(state=Proposal.State.DECLINED)
    kg = found.filter(lines__good="gkp", lines__month=month).values_list("lines__kg", flat=True)
    return sum(kg)


# --- the papers --------------------------------------------------------------------------------


def sign_everything(day: Day, shape: Shape, desk: Desk) -> list[Agreement]:
    """Draft, put up and sign everything."""
    frame = Frame(
        place="Demak",
        valid_from=ON,
        valid_until=ON + timedelta(days=300),
        tolerance_percent=Decimal(5),
        terms=Terms(payment_days=7, lorry="taker", floor="follow"),
    )
    drafted = agreeing.draft_agreements(day.matching, shape=shape, frame=frame, by=day.facilitator, at=AT)
    with pytest.raises(Refusal, match="Nothing new"):
        agreeing.draft_agreements(day.matching, shape=shape, frame=frame, by=day.facilitator, at=AT)
    for agreement in drafted:
        members_approve(day, agreement)
        version = offering.offer(agreement, desk=desk, on=ON, by=day.facilitator, at=AT)
        if agreement == drafted[-1]:
            version = worded_again(day, agreement, version, desk)
        for party in agreement.parties.select_related("cooperative").order_by("position"):
            sign(day, version, party, desk)
    found = list(Agreement.objects.filter(network=day.network).order_by("number"))
    assert {each.state for each in found} == {Agreement.State.IN_FORCE}
    levels = Signature.objects.filter(version__state=Version.State.SIGNED).values_list("level", flat=True)
    hub_signs = len(found)
    assert sorted(levels) == sorted(["ink", "digital"] + ["tapped"] * (len(day.villages) - 2 + hub_signs))
    return found


def worded_again(day: Day, agreement: Agreement, old: Version, desk: Desk) -> Version:
    """Take a version back and put up a better one: nobody signs the old one any more."""
    hub = agreement.parties.get(position=0)
    sign(day, old, hub, desk)
    offering.withdraw(agreement, why="Satu pasal kurang", by=day.facilitator, at=AT)
    drafting.add_clause(
        agreement, title="Timbangan", text="Timbangan ditera setiap tahun.", by=day.facilitator, at=AT
    )
    new = offering.offer(agreement, desk=desk, on=ON, by=day.facilitator, at=AT)
    with pytest.raises(Refusal, match="replaced by a later one"):
        sign(day, old, hub, desk)
    assert checking.by_file(bytes(signing.newest_paper(old).pdf), at=LATER).state == "replaced"
    return new


def members_approve(day: Day, agreement: Agreement) -> None:
    """Record the members' meeting of each co-op that pays something beside the prices: no other is asked."""
    parties = list(agreement.parties.order_by("position"))
    contents = content_of(newest_version(agreement))
    pay = {each.party for each in contents.settlements if each.idr < 0}
    lacking = [finding for finding, stops in offering.lacks(agreement) if stops]
    assert {(each.sentence.code, each.party) for each in lacking} == {("authority.members", at) for at in pay}
    for at in pay:
        offering.approve(
            agreement,
            party=parties[at],
            body=Approval.Body.MEMBERS,
            decision_number=f"0{at}/RAT/{ON.year}",
            decided_on=ON,
            by=day.facilitator,
            at=AT,
        )


def sign(day: Day, version: Version, party: AgreementParty, desk: Desk) -> None:
    """Let a party sign as its co-op does."""
    cooperative = party.cooperative
    assert cooperative is not None
    signed = Signing(version, party, "Ketua", day.chairs[cooperative.pk], AT, uuid4())
    if cooperative == day.villages[BY_INK]:
        signing.upload_scan(signed, scan=scan(), desk=desk)
    elif cooperative == day.villages[BY_CERTIFICATE]:
        p12 = signing_world.authority().p12(
            organisation=cooperative.name, begins=AT - timedelta(days=30), ends=AT + timedelta(days=300)
        )
        signing.sign_with_certificate(signed, p12=p12, passphrase=signing_world.PASSPHRASE, desk=desk)
    elif cooperative == day.villages[BY_PAGE]:
        Reader(day.chairs[cooperative.pk]).signs(version, party)
    else:
        signing.tap(signed, strength="passkey", desk=desk)


def scan() -> bytes:
    """Return a picture as a scanner makes it."""
    return white_png(210, 297)


def numbered_without_gaps(day: Day, made: list[Agreement]) -> None:
    assert [each.number for each in made] == list(range(1, len(made) + 1))
    assert re.fullmatch(rf"001/NK/J{day.network.pk}/[IVX]+/{ON.year}", made[0].reference)
    assert len({each.code for each in made}) == len(made)


def same_total_everywhere(day: Day, made: list[Agreement], agreed_idr: int) -> None:
    """Look the one total up wherever somebody may read it."""
    contents = [content_of(newest_version(each)) for each in made]
    everything = Agreement.objects.filter(network=day.network)
    annex = queries.annex_of(everything)
    totals = queries.totals(everything)
    workbook = openpyxl.load_workbook(io.BytesIO(annex_workbook(annex, ID)), read_only=True)
    [*rows, last] = [int(str(row[15])) for row in list(workbook.worksheets[0].values)[1:]]
    lines = list(csv.reader(io.StringIO(annex_csv(annex, ID).decode("utf-8-sig")), delimiter=";"))[1:]
    live = matching.live(day.matching)
    hub = next(each for each in live.members if each.cooperative == day.hub)
    commitments = Commitment.objects.filter(version__state=Version.State.SIGNED)
    said = {
        "live": live.agreed_idr,
        "live, all proposed": live.proposed_idr,
        "live, of the hub": hub.agreed_idr,
        "live, of the villages": sum(each.agreed_idr for each in live.members) - hub.agreed_idr,
        "packages": sum(
            side.proposal.value_idr
            for each in day.villages
            for side in matching.package(day.matching, each).sides
        ),
        "agreed_totals": matching.agreed_totals(day.matching)[1],
        "commitments": commitments.aggregate(idr=Sum("value_idr"))["idr"],
        "contents": sum(each.value_idr for each in contents),
        "contents, as told": sum(each.total_idr or 0 for each in contents),
        "annex": annex_rows(contents).value_idr,
        "annex of all": annex.value_idr,
        "annex by agreement": sum(annex.by_agreement.values()),
        "annex of the hub": annex.by_party[day.hub.name],
        "annex of the villages": sum(annex.by_party[each.name] for each in day.villages),
        "totals": totals.signed.value_idr,
        "totals of the hub": dict(totals.by_cooperative)[day.hub.name].value_idr,
        "occasion": queries.occasions(everything)[0].signed.value_idr,
        "workbook": last,
        "workbook, its rows": sum(rows),
        "csv": sum(int(row[15]) for row in lines),
        "papers": sum(printed_idr(paper_of(each)) for each in made),
    }
    assert said == dict.fromkeys(said, agreed_idr)
    assert totals.open.count == 0
    assert all(value_fits(line) for each in contents for line in each.commitments)


def pages_say_the_same(day: Day, made: list[Agreement], agreed_idr: int) -> None:
    on_pages = totals_on_pages(day, made)
    assert on_pages == dict.fromkeys(on_pages, agreed_idr)
    assert short_on_pages(day) == {"round": True, "round_projector": True}
    for agreement in made:
        version = newest_version(agreement)
        told = public_says(agreement, version)
        assert agreement.reference in told
        assert all(str(party) in told for party in agreement.parties.all())
        assert not rupiah_in(told)


def printed_idr(pdf: bytes) -> int:
    """Return the total of a paper as somebody reads it: in its articles, below its annex, and in words."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
    [stated] = re.findall(r"nilai seluruhnya sebesar Rp([\d.]+)", text)
    [(added, words)] = re.findall(r"Jumlah [\d.]+ ([\d.]+) Terbilang nilai seluruhnya: ([a-z ]+)\.", text)
    assert stated == added
    total_idr = int(added.replace(".", ""))
    assert words == in_words(total_idr)
    return total_idr


# --- what anybody can check --------------------------------------------------------------------


def papers_are_intact(made: list[Agreement], folder: Path) -> None:
    """Show every paper to the page where anybody checks, one to readers that aren't ours."""
    for agreement in made:
        version = newest_version(agreement)
        files = [bytes(paper.pdf) for paper in version.papers.order_by("number")]
        *earlier, told = [checking.by_file(file, at=LATER) for file in files]
        assert {(each.state, each.strangers) for each in (*earlier, told)} == {("intact", 0)}
        assert not any(each.is_newest for each in earlier)
        assert told.is_newest
        assert told.document
        assert told.document.waits_for == ()
        assert len(told.document.signed) == agreement.parties.count()
    as_signed = "Nothing was changed: this file is as it was signed, to the last byte."
    assert ID.text(as_signed) in Reader(None).checks(paper_of(made[0]))
    by_certificate = Paper.objects.filter(version__signatures__level="digital").order_by("-number")[0]
    pdf = bytes(by_certificate.pdf)
    # One seal opens, one stands in the box of each who tapped, one closes; ink leaves nothing in the file.
    expected = 2 + by_certificate.version.signatures.exclude(level="ink").count()
    assert vouched(pdf) == [True] * expected
    assert poppler(pdf, folder) in (None, ["Signature is Valid."] * expected)


def one_byte_is_seen(agreement: Agreement, times: int, folder: Path) -> None:
    """Change one byte of a stored paper, somewhere, so many times: all three see it."""
    pdf = paper_of(agreement)
    begin = len(bytes(newest_version(agreement).papers.get(number=0).pdf))
    draw = random.Random(5)
    for _ in range(times):
        place = draw.randrange(100, begin)
        changed = bytearray(pdf)
        changed[place] ^= 1
        assert checking.by_file(bytes(changed), at=LATER).state == "tampered", place
        assert ID.text("Changed or damaged") in Reader(None).checks(bytes(changed))
        assert not all(vouched(bytes(changed))), place
        told = poppler(bytes(changed), folder)
        assert told is None or set(told) != {"Signature is Valid."}, place


def paper_of(agreement: Agreement) -> bytes:
    return bytes(signing.newest_paper(newest_version(agreement)).pdf)


def vouched(pdf: bytes) -> list[bool]:
    """Return what pyHanko's own validator says of each signature; nothing where it can't read the file."""
    roots = [
        asn1(certificate_of(each))
        for each in (installation_key().certificate_pem, signing_world.authority().pem)
    ]
    found = []
    try:
        for each in PdfFileReader(io.BytesIO(pdf)).embedded_signatures:
            context = ValidationContext(trust_roots=roots, moment=LATER, allow_fetching=False)
            found.append(validate_pdf_signature(each, context).bottom_line)
    except Exception:  # noqa: BLE001 - whatever it stumbles over, it doesn't vouch for the file
        return [*found, False]
    return found


def poppler(pdf: bytes, folder: Path) -> list[str] | None:
    """Return what pdfsig says of each signature; None, and a warning, where it isn't installed."""
    if shutil.which("pdfsig") is None:
        warnings.warn("pdfsig (poppler-utils) isn't installed: a second opinion is missing", stacklevel=2)
        return None
    (folder / "paper.pdf").write_bytes(pdf)
    done = subprocess.run(
        ["pdfsig", "-nocert", str(folder / "paper.pdf")],
        capture_output=True,
        env={**os.environ, "HOME": str(folder), "LC_ALL": "C"},
        check=False,
    )
    mark = "- Signature Validation: "
    lines = done.stdout.decode(errors="replace").splitlines()
    return [line.partition(mark)[2] for line in lines if mark in line]
