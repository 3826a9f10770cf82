"""What one version of an agreement says, as values: parties, clauses, commitments, terms.

A memorandum (`mou`, nota kesepahaman) states an intention, a contract (`pks`, perjanjian kerja sama)
binds. Both are the same value, so that one can follow from the other and versions can be compared.
Nothing personal stands here but the names of those who sign. `canonical` writes it as bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from jejaring.documents.agreements.price_formula import PriceFormula
from jejaring.documents.language import Code
from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Kilograms, Rupiah
from jejaring.engines.planning.plan import PartnershipKind, Rule

Kind = Literal["mou", "pks"]
Body = Literal["", "board", "members", "other"]
"""Which meeting decided: of the board (rapat pengurus), of the members (rapat anggota), or a firm's own."""
Side = Literal["both", "giver", "taker"]

BLANK = "[…]"
"""What stands in a text where something is still to be filled in."""

CHAIN: tuple[PartnershipKind, ...] = ("pooled_buying", "toll", "storage", "sale", "marketing")
"""The order in which kinds are listed: production, processing, distribution, marketing."""
GOODS: tuple[PartnershipKind, ...] = ("sale", "pooled_buying")
"""Commitments whose value is that of the goods; of the others it is the fee."""
ENTRUSTED: tuple[PartnershipKind, ...] = ("toll", "storage", "marketing")
"""Commitments in which goods lie with somebody who need not own them."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Identifiers:
    """A co-op's numbers, empty where they aren't known. `coop_nik` is never a citizen's NIK."""

    legal_entity_number: str = ""
    coop_nik: str = ""
    npwp: str = ""
    nib: str = ""


@dataclass(frozen=True)
class Account:
    """Where a party is paid; it must be the party's own, never a person's."""

    bank: str
    number: str
    holder: str


@dataclass(frozen=True)
class Authority:
    """The decision by which somebody may sign."""

    body: Body = ""
    number: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Signatory:
    """Who signs for a party; an empty name is a line to be filled in by hand."""

    office: str = ""
    name: str = ""
    term_from: date | None = None
    term_until: date | None = None
    authority: Authority = Authority()


@dataclass(frozen=True)
class Party:
    """One side. `kind` is kdmp, kkmp, established, secondary, or words of one's own for a firm.

    `village` is the official code; `notices` is where notices go (an office's e-mail or telephone).
    """

    name: str
    kind: str = ""
    role: Literal["hub", "member", "buyer", "supplier", ""] = ""
    identifiers: Identifiers = Identifiers()
    address: str = ""
    village: str = ""
    notices: str = ""
    account: Account | None = None
    signatory: Signatory = Signatory()


@dataclass(frozen=True)
class Clause:
    """One article. A paragraph's further lines that begin with "- " are its items.

    [[code]] in a text refers to another article and becomes its number. `edited` says that people
    have changed the standard text.
    """

    code: str
    title: str
    paragraphs: tuple[str, ...]
    edited: bool = False


@dataclass(frozen=True)
class Commitment:
    """What `giver` and `taker` (places among the parties) do in one period.

    Of a sale and of pooled buying the giver is who hands over; of toll, storage and marketing the giver
    owns the goods and the taker works with them. Where a `formula` says the price, `price_idr_per_kg` is
    only the illustration by which the value is counted; `tolerance_percent` is None where nobody has said
    how much may be lacking.
    """

    kind: PartnershipKind
    giver: int
    taker: int
    product: str
    period: str
    kg: Kilograms
    value_idr: Rupiah
    grade: str = ""
    price_idr_per_kg: Decimal | None = None
    formula: PriceFormula | None = None
    tolerance_percent: Decimal | None = None
    place: str = ""


@dataclass(frozen=True)
class Settlement:
    """What a party gets (or gives, below zero) beside the prices, under the rule of sharing."""

    party: int
    idr: Rupiah
    rule: Rule


@dataclass(frozen=True)
class Quality:
    """What is asked of a product, and what a worse one costs (rafaksi)."""

    product: str
    specification: str
    deduction: str = ""


@dataclass(frozen=True)
class Renewal:
    """What happens at the end: nothing, a new agreement in writing, or it goes on by itself."""

    how: Literal["none", "agreement", "automatic"] = "agreement"
    months: int = 12
    notice_days: int = 30


@dataclass(frozen=True)
class Terms:
    """What fills the standard clauses; None is a blank that the checklist names.

    `lorry` pays haulage, `risk` says when it passes, `title` who owns entrusted goods, `floor` what
    a new floor or ceiling price does. `penalty_side` says who pays for being late, `ends` who may
    end the agreement early.
    """

    payment_days: int | None = None
    advance_percent: Decimal | None = None
    lorry: Literal["giver", "taker", "shared"] | None = None
    risk: Literal["loaded", "received"] | None = None
    title: Literal["giver", "taker"] | None = None
    floor: Literal["follow", "renegotiate", "keep"] | None = None
    floor_talk_days: int | None = 14
    volume_notice_days: int | None = None
    penalty_permille_per_day: Decimal | None = None
    penalty_most_percent: Decimal | None = None
    penalty_side: Side = "both"
    ends: Side = "both"
    end_notice_days: int | None = None
    review_months: int | None = None
    force_majeure_days: int | None = None
    deliberation_days: int | None = None
    forum: Literal["court", "arbitration"] | None = None
    forum_name: str = ""
    contract_by: date | None = None


@dataclass(frozen=True)
class PriceReference:
    """A public price (HPP, HET …) that the agreement leans on."""

    item: str
    value: str
    unit: str = ""
    valid_from: str = ""
    source: str = ""


@dataclass(frozen=True)
class Sources:
    """Where the figures come from; empty where people agreed on them without a plan."""

    network: str = ""
    plan_sha256: str = ""
    references: tuple[PriceReference, ...] = ()


@dataclass(frozen=True)
class Stamp:
    """A place for an e-meterai beside a party's signature; `serial` once it has been affixed."""

    party: int = 0
    serial: str = ""


@dataclass(frozen=True)
class Verification:
    """Where anybody can check the document: an address for the QR code, and the code itself."""

    address: str = ""
    code: str = ""


@dataclass(frozen=True)
class Agreement:
    """One version of an agreement. Raises Refusal where it can't be one at all.

    `total_idr` is the value that a list or a round states for it, None where none does; the sum of
    the commitments is `value_idr`. `follows` is the number of the memorandum that a contract carries
    out, `amends` that of the agreement that it changes. `witnesses` are offices, never names.
    """

    kind: Kind
    title: str
    language: Code
    version: int
    parties: tuple[Party, ...]
    number: str = ""
    on: date | None = None
    place: str = ""
    premises: tuple[str, ...] = ()
    clauses: tuple[Clause, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    quality: tuple[Quality, ...] = ()
    terms: Terms = Terms()
    valid_from: date | None = None
    valid_until: date | None = None
    renewal: Renewal = Renewal()
    total_idr: Rupiah | None = None
    follows: str = ""
    amends: str = ""
    sources: Sources = Sources()
    stamps: tuple[Stamp, ...] = (Stamp(),)
    witnesses: tuple[str, ...] = ()
    verification: Verification = Verification()

    def __post_init__(self) -> None:
        if len(self.parties) < 2:
            raise Refusal("agreement.parties", "An agreement has at least two parties.")
        if self.version < 1:
            raise Refusal("agreement.version", "Versions are counted from one.")
        for each in self.commitments:
            if each.giver == each.taker or not self._has(each.giver, each.taker):
                raise Refusal(
                    "agreement.sides",
                    "A commitment of {product} must lead from one party of the agreement to another.",
                    product=each.product,
                )
            if each.kg <= 0:
                raise Refusal(
                    "agreement.kg", "A commitment of {product} needs kilograms.", product=each.product
                )
        beside = [each.party for each in self.settlements] + [each.party for each in self.stamps]
        if not self._has(*beside):
            raise Refusal("agreement.beside", "A bonus or a stamp belongs to nobody who signs.")
        codes = [clause.code for clause in self.clauses]
        if len(set(codes)) < len(codes):
            raise Refusal("agreement.clauses", "A clause stands twice in the agreement.")
        if self.sources.plan_sha256 and not _SHA256.fullmatch(self.sources.plan_sha256):
            raise Refusal("agreement.fingerprint", "A plan's fingerprint has 64 signs, 0 to 9 and a to f.")

    @property
    def kg(self) -> Kilograms:
        """All kilograms; those handed over more than once count each time."""
        return Kilograms(sum(each.kg for each in self.commitments))

    @property
    def value_idr(self) -> Rupiah:
        return Rupiah(sum(each.value_idr for each in self.commitments))

    def clause(self, code: str) -> Clause | None:
        """Return the clause `code`, None where the agreement has none."""
        return next((clause for clause in self.clauses if clause.code == code), None)

    def _has(self, *parties: int) -> bool:
        return all(0 <= party < len(self.parties) for party in parties)
