"""The parties on the checklist: their numbers, who signs for them, and by whose decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from jejaring.documents import identifiers
from jejaring.documents.agreements.checklist.finding import Finding
from jejaring.documents.agreements.content import Agreement, Party
from jejaring.engines.errors import Refusal, Sentence

_COOPERATIVES = {"", "kdmp", "kkmp", "established", "secondary"}
_NUMBERS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("legal_entity_number", "No. AHU", identifiers.legal_entity_number),
    ("coop_nik", "NIK Koperasi", identifiers.coop_nik),
    ("npwp", "NPWP", identifiers.npwp),
    ("nib", "NIB", identifiers.nib),
)


def approving_body(agreement: Agreement, party: int) -> Literal["board", "members"]:
    """Return which meeting of a co-op must approve before it signs.

    An intention is the board's business. Where money is owed, by a contract, an advance or a
    contribution, the members' meeting approves (Juklak Menkop 1/2025; the articles may ask for more).
    """
    pays = any(each.party == party and each.idr < 0 for each in agreement.settlements)
    binding = agreement.kind == "pks" and any(
        party in {each.giver, each.taker} for each in agreement.commitments
    )
    return "members" if binding or pays or agreement.terms.advance_percent else "board"


def findings(agreement: Agreement) -> Iterator[Finding]:
    """Yield what is to be said of each party, in the parties' order."""
    for at, party in enumerate(agreement.parties):
        for severity_sentence in (
            *_identifiers(party),
            *_reached(agreement, at, party),
            *_signatory(agreement, party),
            *_authority(agreement, at, party),
        ):
            yield Finding(*severity_sentence, party=at)


_Found = Iterator[tuple[Literal["missing", "one-sided", "look"], Sentence]]


def _identifiers(party: Party) -> _Found:
    asked = _NUMBERS if party.kind in _COOPERATIVES else _NUMBERS[2:]
    lacking = tuple(label for name, label, _ in asked if not getattr(party.identifiers, name))
    if lacking:
        yield (
            "missing",
            Sentence(
                "party.identifiers",
                "{party} lacks: {identifiers}.",
                {"party": party.name, "identifiers": lacking},
            ),
        )
    for name, label, read in _NUMBERS:
        try:
            read(getattr(party.identifiers, name))
        except Refusal as refusal:
            yield (
                "missing",
                Sentence(
                    f"party.{name}",
                    "{party}, {identifier}: {reason}",
                    {"party": party.name, "identifier": label, "reason": refusal.sentence},
                ),
            )


def _reached(agreement: Agreement, at: int, party: Party) -> _Found:
    if not party.address and not party.village:
        yield "missing", Sentence("party.address", "{party} has no address.", {"party": party.name})
    if not party.notices:
        yield (
            "missing",
            Sentence(
                "party.notices",
                "Nobody knows where notices to {party} go: give an office's e-mail, telephone or address.",
                {"party": party.name},
            ),
        )
    paid = any(at in {each.giver, each.taker} for each in agreement.commitments)
    if agreement.kind == "pks" and paid and party.account is None:
        yield (
            "missing",
            Sentence(
                "party.account",
                "The contract doesn't say to which account {party} is paid.",
                {"party": party.name},
            ),
        )
    if party.account and party.account.holder.strip().casefold() != party.name.strip().casefold():
        yield (
            "look",
            Sentence(
                "party.account_holder",
                "The account of {party} is in the name of {holder}. Is it the co-op's own?",
                {"party": party.name, "holder": party.account.holder},
            ),
        )


def _signatory(agreement: Agreement, party: Party) -> _Found:
    signatory, on = party.signatory, agreement.on
    facts: dict[str, object] = {"party": party.name, "office": signatory.office}
    if not signatory.office:
        yield (
            "missing",
            Sentence("signatory.office", "It isn't said in which office {party}'s signatory signs.", facts),
        )
    if not signatory.name:
        yield (
            "look",
            Sentence("signatory.name", "The name of {party}'s signatory is left to be filled in.", facts),
        )
    if signatory.term_until is None:
        yield (
            "look",
            Sentence("signatory.term", "Until when {party}'s signatory holds office isn't known.", facts),
        )
    elif on and signatory.term_until < on:
        yield (
            "missing",
            Sentence(
                "signatory.term_over",
                "{party}'s signatory was in office only until {until}, before the day of signing.",
                {**facts, "until": signatory.term_until},
            ),
        )
    if on and signatory.term_from and signatory.term_from > on:
        yield (
            "missing",
            Sentence(
                "signatory.term_ahead",
                "{party}'s signatory takes office on {since}, after the day of signing.",
                {**facts, "since": signatory.term_from},
            ),
        )


def _authority(agreement: Agreement, at: int, party: Party) -> _Found:
    authority = party.signatory.authority
    needed = approving_body(agreement, at) if party.kind in _COOPERATIVES else "other"
    facts: dict[str, object] = {"party": party.name}
    if needed == "members" and authority.body != "members":
        yield (
            "missing",
            Sentence(
                "authority.members",
                "{party} takes on a duty of money: its members' meeting must approve before it signs.",
                facts,
            ),
        )
    elif not authority.body:
        yield (
            "missing",
            Sentence(
                "authority.body",
                "No decision says that {party} may sign: name the meeting of its board or members.",
                facts,
            ),
        )
    elif not authority.number or authority.on is None:
        yield (
            "missing",
            Sentence(
                "authority.decision", "The decision by which {party} signs lacks its number or day.", facts
            ),
        )
    if authority.on and agreement.on and authority.on > agreement.on:
        yield (
            "missing",
            Sentence(
                "authority.after",
                "{party} decided on {decided}, after the day of signing.",
                {**facts, "decided": authority.on},
            ),
        )
