"""Agreements from draft to force: numbered without gaps, signed at three levels, closed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from uuid import uuid4

import pytest

from jejaring.documents import signatures
from jejaring.documents.signatures import found
from jejaring.domain.agreements.actions import drafting, offering, signing
from jejaring.domain.agreements.actions.drafting import Draft, DraftLine, DraftParty, Frame
from jejaring.domain.agreements.models import Agreement, Signature, Version
from jejaring.engines.errors import Refusal
from tests.cast import Cast, make_cast

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ON = date(2026, 11, 22)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@cache
def platform() -> signatures.PlatformKey:
    return signatures.new_platform_key("Instalasi Uji", ON)


@pytest.fixture
def desk() -> offering.Desk:
    # Not the installation's own: that one is younger than this story.
    return offering.Desk(platform(), "https://contoh.invalid/verifikasi/{code}/{version}/")


def drafted(cast: Cast, *, kg: int = 12_000, price: str = "6700") -> Agreement:
    line = DraftLine(
        kind="sale",
        giver=1,
        taker=0,
        good="Gabah kering panen",
        month=date(2027, 3, 1),
        kg=kg,
        value_idr=int(kg * Decimal(price)),
        price_idr_per_kg=Decimal(price),
        place="Gudang hub",
    )
    frame = Frame(
        place="Cianjur",
        valid_from=date(2026, 12, 1),
        valid_until=date(2027, 11, 30),
        tolerance_percent=Decimal(10),
    )
    parties = [DraftParty(cast.hub, is_hub=True), DraftParty(cast.babakankaret)]
    new = Draft("mou", "Kerja sama gabah", parties, [line], frame)
    return drafting.draft(cast.cianjur, new, by=cast.facilitator, at=AT)


def test_two_co_ops_sign_and_the_paper_is_closed(cast: Cast, desk: offering.Desk) -> None:
    agreement = drafted(cast)
    version = offering.offer(agreement, desk=desk, on=ON, by=cast.facilitator, at=AT)
    hub, coop = agreement.parties.order_by("position")
    signing.tap(
        signing.Signing(version, hub, "Ketua", cast.chair_of_hub, AT, uuid4()), strength="totp", desk=desk
    )
    signing.tap(signing.Signing(version, coop, "Ketua", cast.chair, AT), strength="passkey", desk=desk)
    agreement.refresh_from_db()
    assert agreement.state == Agreement.State.IN_FORCE
    assert agreement.reference == f"001/NK/J{cast.cianjur.pk}/XI/2026"
    paper = signing.newest_paper(version)
    assert paper.number == 1
    first = signatures.Original(
        signatures.Code(agreement.code, version.number), bytes(version.papers.get(number=0).pdf)
    )
    trusted = found.Trusted(platform=(desk.key.certificate_pem,))
    verdict = signatures.verdict(bytes(paper.pdf), at=AT, trusted=trusted, originals=(first,))
    assert verdict.state == "intact"
    # One that opens, one in the box of each who tapped, one that closes.
    assert [(each.kind, each.field) for each in verdict.signatures] == [
        ("seal", "jejaring-seal"),
        ("seal", "party-1"),
        ("seal", "party-2"),
        ("seal", "jejaring-closing-seal"),
    ]


def test_a_replaced_version_cant_be_signed(cast: Cast, desk: offering.Desk) -> None:
    agreement = drafted(cast)
    old = offering.offer(agreement, desk=desk, on=ON, by=cast.facilitator, at=AT)
    offering.withdraw(agreement, why="Harga salah", by=cast.facilitator, at=AT)
    new = offering.offer(agreement, desk=desk, on=ON, by=cast.facilitator, at=AT)
    assert (old.number, new.number) == (1, 2)
    party = agreement.parties.get(position=1)
    with pytest.raises(Refusal, match="replaced by a later one"):
        signing.tap(signing.Signing(old, party, "Ketua", cast.chair, AT), strength="totp", desk=desk)
    assert not Signature.objects.exists()
    assert Version.objects.get(pk=old.pk).state == Version.State.REPLACED
    agreement.refresh_from_db()
    assert agreement.number == 1
