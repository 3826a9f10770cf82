"""Agreements are drafted and worded: versions, clauses, terms. Nothing here is signed yet."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal
from uuid import UUID

from django.db import transaction

from jejaring.documents.agreements import Agreement as Content
from jejaring.documents.agreements import PriceFormula, edited, from_json, sha256, to_json, with_own, worded
from jejaring.documents.agreements import content as said
from jejaring.documents.agreements.annex import fitting_price
from jejaring.documents.language import Code, language
from jejaring.domain.agreements import office_list
from jejaring.domain.agreements.actions.life import locked, written
from jejaring.domain.agreements.actions.versions import (
    Formulas,
    keep_wording,
    new_version,
    price_rule,
    priced,
)
from jejaring.domain.agreements.models import Agreement, AgreementParty, Commitment, Event, Version
from jejaring.domain.agreements.seen import TERMS, clause_part, party_part, refuse_stale
from jejaring.domain.agreements.states import Verb, after
from jejaring.domain.mapping.models import Product, Site
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import Cooperative, Counterparty, Network, Officer, User
from jejaring.domain.parties.requests import known_elsewhere
from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Kilograms, Rupiah
from jejaring.engines.planning.plan import PartnershipKind

_ROLES: dict[bool, Literal["hub", "member"]] = {True: "hub", False: "member"}


@dataclass(frozen=True)
class DraftParty:
    """A party of a new agreement: a co-op, or a counterparty outside."""

    cooperative: Cooperative | None = None
    counterparty: Counterparty | None = None
    is_hub: bool = False


@dataclass(frozen=True)
class DraftLine:
    """One commitment of a new agreement; giver and taker are places among its parties."""

    kind: PartnershipKind
    giver: int
    taker: int
    good: str
    month: date
    kg: int
    value_idr: int
    price_idr_per_kg: Decimal | None
    place: str
    product: Product | None = None
    site: Site | None = None
    origin: str = ""
    formula: PriceFormula | None = None


@dataclass(frozen=True)
class Frame:
    """What a new agreement says beside who and what: the same for all agreements of an occasion."""

    place: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    terms: said.Terms = field(default_factory=said.Terms)
    tolerance_percent: Decimal | None = None
    renewal: said.Renewal = field(default_factory=said.Renewal)
    witnesses: tuple[str, ...] = ()
    quality: tuple[said.Quality, ...] = ()
    sources: said.Sources = field(default_factory=said.Sources)
    language: Code = "id"


@dataclass(frozen=True)
class Draft:
    """A new agreement: of which kind, between whom, about what, and what it comes from."""

    kind: said.Kind
    title: str
    parties: Sequence[DraftParty]
    lines: Sequence[DraftLine]
    frame: Frame
    settlements: Sequence[said.Settlement] = ()
    occasion: str = ""
    occasion_key: str = ""
    follows: Agreement | None = None
    amends: Agreement | None = None


@transaction.atomic
def draft(
    network: Network, new: Draft, *, by: User | None, at: datetime, request_key: UUID | None = None
) -> Agreement:
    """Return a new agreement with its first version, in the standard words of its kind.

    The same `request_key` returns the same agreement again. Raises a Refusal where it can't be one: fewer
    than two parties, a line from a party to itself.
    """
    before = _made_before(request_key, network, new.kind, new.follows, new.amends)
    if before is not None:
        return before
    content = _content(new)
    made = Agreement.objects.create(
        network=network,
        kind=new.kind,
        title=new.title[:200],
        code=secrets.token_hex(12),
        language=new.frame.language,
        occasion=new.occasion[:160],
        occasion_key=new.occasion_key,
        follows=new.follows,
        amends=new.amends,
        valid_from=new.frame.valid_from,
        valid_until=new.frame.valid_until,
        made_by=by,
        made_at=at,
        request_key=request_key,
    )
    rows = AgreementParty.objects.bulk_create(
        AgreementParty(
            agreement=made,
            position=position,
            cooperative=each.cooperative,
            counterparty=each.counterparty,
            is_hub=each.is_hub,
        )
        for position, each in enumerate(new.parties)
    )
    version = new_version(made, content, 1, by, at, "")
    _write_lines(version, rows, new.lines, new.frame)
    facts = {"kind": new.kind, "parties": len(rows), "value_idr": content.value_idr}
    audit.record("agreement.draft", made, by=by, network_id=network.pk, facts=facts)
    return made


@transaction.atomic
def word_clause(
    agreement: Agreement, *, code: str, text: str, by: User | None, at: datetime, seen: str | None = None
) -> Version:
    """Give an article another text; an empty one takes it out. Raises a Refusal where that can't be done.

    `seen` is what the page carried (`seen_of`): Stale is raised where somebody changed the same meanwhile.
    Whoever words without a page gives none.
    """
    held, version, content = _to_word(agreement, clause_part(code), seen, by)
    changed = replace(content, clauses=edited(content.clauses, code, text, kind=content.kind))
    return keep_wording(held, version, changed, f"clause:{code}", by, at)


@transaction.atomic
def add_clause(agreement: Agreement, *, title: str, text: str, by: User | None, at: datetime) -> Version:
    """Add an article of the parties' own before the closing one."""
    held, version, content = _to_word(agreement)
    changed = replace(content, clauses=with_own(content.clauses, title, text))
    return keep_wording(held, version, changed, "clause:own", by, at)


@transaction.atomic
def set_terms(
    agreement: Agreement,
    *,
    frame: Frame,
    formulas: Formulas | None = None,
    by: User | None,
    at: datetime,
    seen: str | None = None,
) -> Version:
    """Change what fills the standard articles; articles that nobody edited are written anew.

    `formulas` gives goods a price formula, or with None their fixed price again; goods that it doesn't
    name keep what they have. Sources and language of the frame aren't looked at: they stay. `seen` as in
    `word_clause`.
    """
    held, version, content = _to_word(agreement, TERMS, seen, by)
    since, until = frame.valid_from, frame.valid_until
    if since and until and until < since:
        raise Refusal("agreement.ends_first", "It would end before it begins. Change one of the two days.")
    lines = priced(content, formulas)
    changed = replace(
        content,
        terms=frame.terms,
        place=frame.place.strip(),
        valid_from=since,
        valid_until=until,
        renewal=frame.renewal,
        witnesses=frame.witnesses,
        quality=frame.quality,
        commitments=tuple(replace(each, tolerance_percent=frame.tolerance_percent) for each in lines),
    )
    held.valid_from, held.valid_until = since, until
    held.save(update_fields=["valid_from", "valid_until"])
    return keep_wording(held, version, worded(changed, language(changed.language)), "terms", by, at)


@transaction.atomic
def name_signatory(
    agreement: Agreement,
    *,
    party: AgreementParty,
    signatory: said.Signatory,
    notices: str,
    account: said.Account | None,
    address: str = "",
    nib: str = "",
    by: User | None,
    at: datetime,
    seen: str | None = None,
) -> Version:
    """Say who signs for a party, in which office and by whose decision, where notices and money to it go.

    `address` and `nib` are those of a party outside; a co-op's come from the registry. `seen` as in
    `word_clause`.
    """
    held, version, content = _to_word(agreement, party_part(party.position), seen, by)
    assert party.agreement_id == held.pk
    if signatory.office:
        signatory = replace(signatory, office=office_list.checked(signatory.office))
    named = replace(
        content.parties[party.position], signatory=signatory, notices=notices.strip(), account=account
    )
    if party.counterparty_id:
        numbers = replace(named.identifiers, nib=nib.strip())
        named = replace(named, address=address.strip(), identifiers=numbers)
    parties = tuple(
        named if position == party.position else each for position, each in enumerate(content.parties)
    )
    return keep_wording(held, version, replace(content, parties=parties), "signatory", by, at)


@transaction.atomic
def refresh_parties(agreement: Agreement, *, by: User | None, at: datetime) -> Version:
    """Take the parties' names and numbers from the registry once more; what was said here stays."""
    held, version, content = _to_word(agreement)
    rows = held.parties.select_related("cooperative", "counterparty").order_by("position")
    parties = tuple(
        _told_before(_party(DraftParty(row.cooperative, row.counterparty, row.is_hub)), before)
        for row, before in zip(rows, content.parties, strict=True)
    )
    return keep_wording(held, version, replace(content, parties=parties), "parties", by, at)


@transaction.atomic
def follow(
    agreement: Agreement,
    *,
    how: Literal["contract", "amendment", "renewal"],
    frame: Frame,
    by: User | None,
    at: datetime,
    request_key: UUID | None = None,
) -> Agreement:
    """Return a draft that follows from an agreement: the contract that carries out a memorandum, an
    amendment, or a renewal, with the same parties and commitments.
    """
    held = locked(agreement)
    kind: said.Kind = "pks" if how == "contract" or held.kind == Agreement.Kind.PKS else "mou"
    follows, amends = (None, held) if how == "amendment" else (held, None)
    before = _made_before(request_key, held.network, kind, follows, amends)
    if before is not None:
        return before
    after(held, Verb.FOLLOW)
    if how == "contract" and held.kind != Agreement.Kind.MOU:
        raise Refusal("agreement.not_a_memorandum", "Only from a memorandum can a contract follow.")
    version = held.versions.filter(state=Version.State.SIGNED).order_by("-number").first()
    assert version is not None, "what is in force was signed"
    content = content_of(version)
    rows = list(held.parties.select_related("cooperative", "counterparty").order_by("position"))
    new = Draft(
        kind=kind,
        title=held.title,
        parties=[DraftParty(row.cooperative, row.counterparty, row.is_hub) for row in rows],
        lines=[
            _line_again(each, content.commitments[each.position])
            for each in version.commitments.select_related("giver", "taker")
        ],
        frame=replace(frame, language=content.language, sources=content.sources),
        settlements=content.settlements,
        occasion=held.occasion,
        occasion_key=held.occasion_key,
        follows=follows,
        amends=amends,
    )
    made = draft(held.network, new, by=by, at=at, request_key=request_key)
    _inherit(made, content)
    kinds = {"amendment": Event.Kind.AMENDED, "renewal": Event.Kind.RENEWED}
    if how in kinds:
        written(held, kinds[how], "", None, by, at)
    return made


def _made_before(
    request_key: UUID | None,
    network: Network,
    kind: said.Kind,
    follows: Agreement | None,
    amends: Agreement | None,
) -> Agreement | None:
    """Return the agreement that this request has made. Raises a Refusal where its key made another one."""
    made = Agreement.objects.filter(request_key=request_key).first() if request_key else None
    asked = (network.pk, kind, follows.pk if follows else None, amends.pk if amends else None)
    if made is not None and asked != (made.network_id, made.kind, made.follows_id, made.amends_id):
        raise known_elsewhere()
    return made


def _inherit(made: Agreement, before: Content) -> None:
    """Take over what people said in the agreement before: who signs, accounts, quality, and in the same kind
    of agreement the articles that they changed. Decisions of organs have to be taken anew.
    """
    version = made.versions.get()
    content = content_of(version)
    parties = []
    for new, old in zip(content.parties, before.parties, strict=True):
        told = _told_before(new, old)
        parties.append(replace(told, signatory=replace(told.signatory, authority=said.Authority())))
    clauses = before.clauses if before.kind == content.kind else content.clauses
    content = worded(
        replace(content, parties=tuple(parties), quality=before.quality, clauses=clauses),
        language(content.language),
    )
    version.content, version.sha256 = json.loads(to_json(content)), sha256(content)
    version.save(update_fields=["content", "sha256"])


def _told_before(party: said.Party, before: said.Party) -> said.Party:
    """Return a party as the registry has it, with what was said of it in an agreement."""
    told = replace(party, signatory=before.signatory, notices=before.notices, account=before.account)
    if party.role:
        return told
    numbers = replace(party.identifiers, nib=before.identifiers.nib)
    return replace(told, address=before.address, identifiers=numbers)


def content_of(version: Version) -> Content:
    """Return what a version says."""
    return from_json(json.dumps(version.content).encode())


def newest_version(agreement: Agreement) -> Version:
    """Return the version that counts: the open one, else the signed one, else the last."""
    found = agreement.versions.order_by("-number").first()
    assert found is not None, "an agreement is drafted with a version"
    return found


# --- versions ----------------------------------------------------------------------------------


def _to_word(
    agreement: Agreement, part: str = "", seen: str | None = None, by: User | None = None
) -> tuple[Agreement, Version, Content]:
    held = locked(agreement)
    after(held, Verb.WORD)
    version = held.versions.get(state=Version.State.DRAFT)
    if seen is not None:
        refuse_stale(held, version, part, seen, by)
    return held, version, content_of(version)


def _write_lines(
    version: Version,
    parties: Sequence[AgreementParty],
    lines: Sequence[DraftLine],
    frame: Frame,
) -> None:
    Commitment.objects.bulk_create(
        Commitment(
            version=version,
            position=position,
            kind=line.kind,
            giver=parties[line.giver],
            taker=parties[line.taker],
            product=line.product,
            good=line.good[:160],
            month=line.month,
            kg=line.kg,
            price_idr_per_kg=line.price_idr_per_kg,
            value_idr=line.value_idr,
            tolerance=(frame.tolerance_percent or Decimal(0)) / 100,
            price_rule=price_rule(line.formula, frame.language),
            site=line.site,
            place=line.place[:200],
            origin=line.origin,
        )
        for position, line in enumerate(lines)
    )


def _content(new: Draft) -> Content:
    """Return what a new agreement says, in the standard words of its kind."""
    frame = new.frame
    return worded(
        Content(
            kind=new.kind,
            title=new.title,
            language=frame.language,
            version=1,
            parties=tuple(_party(each) for each in new.parties),
            place=frame.place,
            commitments=tuple(_said_line(line, frame.tolerance_percent) for line in new.lines),
            settlements=tuple(new.settlements),
            quality=frame.quality,
            terms=frame.terms,
            valid_from=frame.valid_from,
            valid_until=frame.valid_until,
            renewal=frame.renewal,
            total_idr=Rupiah(sum(line.value_idr for line in new.lines)),
            follows=new.follows.reference if new.follows else "",
            amends=new.amends.reference if new.amends else "",
            sources=frame.sources,
            witnesses=frame.witnesses,
        ),
        language(frame.language),
    )


def _said_line(line: DraftLine, tolerance_percent: Decimal | None) -> said.Commitment:
    price = line.price_idr_per_kg
    if price is not None and abs(price * line.kg - line.value_idr) > 1:
        # A column keeps thousandths of a rupiah; the paper's price must multiply to its value.
        price = fitting_price(Fraction(line.value_idr, line.kg), line.kg, line.value_idr)
    return said.Commitment(
        kind=line.kind,
        giver=line.giver,
        taker=line.taker,
        product=line.good,
        period=f"{line.month:%Y-%m}",
        kg=Kilograms(line.kg),
        value_idr=Rupiah(line.value_idr),
        price_idr_per_kg=price,
        formula=line.formula,
        tolerance_percent=tolerance_percent,
        place=line.place,
    )


def _line_again(row: Commitment, line: said.Commitment) -> DraftLine:
    kind: PartnershipKind = row.kind  # type: ignore[assignment]
    return DraftLine(
        kind=kind,
        giver=row.giver.position,
        taker=row.taker.position,
        good=row.good,
        month=row.month,
        kg=row.kg,
        value_idr=row.value_idr,
        price_idr_per_kg=row.price_idr_per_kg,
        place=row.place,
        product=row.product,
        site=row.site,
        origin=row.origin,
        formula=line.formula,
    )


def _party(party: DraftParty) -> said.Party:
    if party.cooperative is None:
        outside = party.counterparty
        assert outside is not None, "a party is a co-op or a counterparty"
        numbers = said.Identifiers(npwp=outside.npwp)
        return said.Party(name=outside.name, kind=outside.get_kind_display(), identifiers=numbers)
    own = party.cooperative
    return said.Party(
        name=own.name,
        kind=own.kind,
        role=_ROLES[party.is_hub],
        identifiers=said.Identifiers(
            legal_entity_number=own.legal_entity_number, coop_nik=own.coop_nik, npwp=own.npwp, nib=own.nib
        ),
        address=own.address,
        village=own.village_code,
        signatory=_chair(own),
    )


def _chair(cooperative: Cooperative) -> said.Signatory:
    """Return who signs for a co-op by its articles: its chair; without one only the office."""
    board = Officer.objects.filter(cooperative=cooperative, organ=Officer.Organ.BOARD)
    chair = board.filter(office__istartswith="ketua").order_by("-term_until", "-pk").first()
    if chair is None:
        return said.Signatory(office="Ketua")
    office = office_list.known(chair.office) or "Ketua"
    return said.Signatory(office, chair.name, chair.term_from, chair.term_until)
