"""Agreements to try things on. Illustrative: names, numbers and prices are made up by the rules below.

Kilograms grow by 250 a month from 4,000; prices are the product's, plus Rp25 every second month.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from jejaring.documents.agreements.clauses import worded
from jejaring.documents.agreements.content import (
    Account,
    Agreement,
    Authority,
    Commitment,
    Identifiers,
    Kind,
    Party,
    PriceReference,
    Quality,
    Renewal,
    Settlement,
    Signatory,
    Sources,
    Stamp,
    Terms,
    Verification,
)
from jejaring.documents.language import Code, language
from jejaring.engines.measures import Kilograms, Rupiah

ON = date(2026, 11, 23)
MONTHS = tuple(f"2027-{month:02}" for month in range(1, 13))
PRODUCTS = (("Gabah kering panen", "sale", 6_500), ("Beras medium", "marketing", 350), ("Gabah", "toll", 500))

TERMS = Terms(
    payment_days=14,
    lorry="giver",
    risk="received",
    title="giver",
    floor="follow",
    volume_notice_days=7,
    penalty_permille_per_day=Decimal(1),
    penalty_most_percent=Decimal(5),
    end_notice_days=30,
    review_months=3,
    force_majeure_days=7,
    deliberation_days=30,
    forum="court",
    forum_name="Pengadilan Negeri Cianjur",
    contract_by=date(2026, 12, 31),
)


def coop(at: int, *, role: str = "member", name: str = "") -> Party:
    """Return an illustrative co-op: its numbers are counted up, its signatory has no name."""
    called = name or f"KDMP Contoh {at}"
    return Party(
        name=called,
        kind="established" if role == "hub" else "kdmp",
        role="hub" if role == "hub" else "member",
        identifiers=Identifiers(
            f"AHU-{at:07}.AH.01.29.TAHUN 2025", f"320301{at:06}", f"{at:016}", f"{9_120_000_000_000 + at}"
        ),
        address=f"Jalan Contoh Nomor {at}",
        village="32.03.01.2001",
        notices=f"kantor{at}@contoh.example",
        account=Account("Bank Contoh", f"00{at:08}", called),
        signatory=Signatory(
            office="Ketua",
            name="",
            term_from=date(2025, 6, 1),
            term_until=date(2030, 5, 31),
            authority=Authority("members", f"{at:02}/RA/XI/2026", date(2026, 11, 10)),
        ),
    )


def lines(giver: int, taker: int, *, products: int = 3) -> tuple[Commitment, ...]:
    made = []
    for product, kind, price in PRODUCTS[:products]:
        for at, month in enumerate(MONTHS):
            kg, idr = 4_000 + 250 * at, price + 25 * (at % 2)
            made.append(
                Commitment(
                    kind=kind,  # type: ignore[arg-type]
                    giver=giver,
                    taker=taker,
                    product=product,
                    period=month,
                    kg=Kilograms(kg),
                    value_idr=Rupiah(kg * idr),
                    grade="medium",
                    price_idr_per_kg=Decimal(idr),
                    tolerance_percent=Decimal(10),
                    place="Gudang hub, Cianjur",
                )
            )
    return tuple(made)


def agreement(kind: Kind = "mou", *, code: Code = "id", parties: int = 2) -> Agreement:
    """Return an agreement between a hub and its members that the checklist only asks a look at."""
    members = [coop(at) for at in range(2, parties + 1)]
    made = Agreement(
        kind=kind,
        title="Kerja Sama Pengadaan, Pengolahan, dan Pemasaran Beras dalam Jejaring Koperasi",
        language=code,
        version=2,
        parties=(coop(1, role="hub", name="Koperasi Contoh Niaga"), *members),
        number=f"012/{'NK' if kind == 'mou' else 'PKS'}-JEJARING/XI/2026",
        on=ON,
        place="Cianjur",
        commitments=tuple(
            line for at in range(1, parties) for line in lines(at, 0, products=3 if parties == 2 else 1)
        ),
        settlements=tuple(
            Settlement(at, Rupiah(1_250_000 - 1_000 * at), "even_core") for at in range(1, parties)
        ),
        quality=tuple(
            Quality(
                product,
                "kadar air paling tinggi 25%, butir hampa paling tinggi 10%",
                "kadar air 26–30%: Rp425/kg",
            )
            for product, _, _ in PRODUCTS[: 3 if parties == 2 else 1]
        ),
        terms=TERMS,
        valid_from=ON,
        valid_until=date(2027, 12, 31),
        renewal=Renewal("agreement", 12, 30),
        follows="012/NK-JEJARING/XI/2026" if kind == "pks" else "",
        sources=Sources(
            "Jejaring contoh Cianjur",
            "5f" * 32,
            (PriceReference("HPP GKP di petani", "6500", "Rp/kg", "2025-01-15", "Keputusan Bapanas 2/2025"),),
        ),
        stamps=(Stamp(0),),
        witnesses=("Dinas Koperasi Kabupaten Cianjur",),
        verification=Verification("https://jejaring.example/periksa/K7QM-2X9P-4TRD", "K7QM-2X9P-4TRD"),
    )
    made = replace(made, total_idr=made.value_idr)
    return worded(made, language(code))
