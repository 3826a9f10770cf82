"""Agreements of the cast for tests: drafted, put up for signing, signed, in every state."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from jejaring.domain.agreements.actions import drafting, life, motions, offering, signing
from jejaring.domain.agreements.actions.drafting import Draft, DraftLine, DraftParty, Frame
from jejaring.domain.agreements.keyring import platform_key
from jejaring.domain.agreements.models import Agreement, Motion, Signature, Version
from tests.cast import Cast

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ON = date(2026, 11, 22)
FRAME = Frame(
    place="Cianjur",
    valid_from=date(2026, 12, 1),
    valid_until=date(2027, 11, 30),
    tolerance_percent=Decimal(10),
)
_S = Agreement.State


def desk() -> offering.Desk:
    """Return the desk of the test run."""
    return offering.Desk(platform_key(), "https://contoh.invalid/verifikasi/{code}/{version}/")


def drafted(
    cast: Cast,
    *,
    kg: int = 12_000,
    value_idr: int = 80_400_000,
    price: str = "6700",
    occasion: str = "Lokakarya",
) -> Agreement:
    """Return a memorandum between the hub and Babakankaret: paddy in March 2027."""
    line = DraftLine(
        kind="sale",
        giver=1,
        taker=0,
        good="Gabah kering panen",
        month=date(2027, 3, 1),
        kg=kg,
        value_idr=value_idr,
        price_idr_per_kg=Decimal(price),
        place="Gudang hub",
    )
    parties = [DraftParty(cast.hub, is_hub=True), DraftParty(cast.babakankaret)]
    new = Draft(
        "mou", "Kerja sama gabah", parties, [line], FRAME, occasion=occasion, occasion_key=occasion.lower()
    )
    return drafting.draft(cast.cianjur, new, by=cast.facilitator, at=AT)


def offered(cast: Cast, agreement: Agreement | None = None) -> Version:
    """Return a version that is up for signing, with a real paper."""
    return offering.offer(agreement or drafted(cast), desk=desk(), on=ON, by=cast.facilitator, at=AT)


def tapped(version: Version, position: int, by: object, at: datetime = AT) -> Signature:
    """Sign for a party by a tap."""
    party = version.agreement.parties.get(position=position)
    made = signing.Signing(version, party, "Ketua", by, at)  # type: ignore[arg-type]
    return signing.tap(made, strength="totp", desk=desk())


def in_force(cast: Cast, agreement: Agreement | None = None) -> Agreement:
    """Return an agreement that both have signed."""
    version = offered(cast, agreement)
    tapped(version, 0, cast.chair_of_hub)
    tapped(version, 1, cast.chair)
    return Agreement.objects.get(pk=version.agreement_id)


def voice(
    agreement: Agreement, position: int, by: object, *, at: datetime = AT, strength: str = "totp"
) -> motions.Voice:
    """Return somebody who speaks for a party after a strong sign-in."""
    return motions.Voice(agreement.parties.get(position=position), by, at, strength)  # type: ignore[arg-type]


def proposed(
    cast: Cast, agreement: Agreement, what: Motion.What = Motion.What.SUSPEND, *, at: datetime = AT
) -> Motion:
    """Return what Babakankaret proposed about an agreement."""
    return motions.propose(agreement, what=what, why="Banjir", voice=voice(agreement, 1, cast.chair, at=at))


def carried(cast: Cast, agreement: Agreement, what: Motion.What, *, at: datetime = AT) -> Agreement:
    """Return an agreement after Babakankaret proposed something and the hub said yes."""
    motions.agree(proposed(cast, agreement, what, at=at), voice=voice(agreement, 0, cast.chair_of_hub, at=at))
    return Agreement.objects.get(pk=agreement.pk)


def in_state(cast: Cast, state: Agreement.State) -> Agreement:
    """Return an agreement in this state, brought there by the actions."""
    if state == _S.DRAFT:
        return drafted(cast)
    if state == _S.SIGNING:
        return offered(cast).agreement
    if state == _S.CANCELLED:
        return life.cancel(drafted(cast), why="Salah", by=cast.facilitator, at=AT)
    made = in_force(cast)
    if state == _S.SUSPENDED:
        carried(cast, made, Motion.What.SUSPEND)
    if state == _S.TERMINATED:
        carried(cast, made, Motion.What.END)
    if state == _S.EXPIRED:
        life.expire_due(on=date(2027, 12, 1), at=AT)
    return Agreement.objects.get(pk=made.pk)
