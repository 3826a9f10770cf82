"""An agreement on paper: what its template is given, the PDF, and where the signatures go.

The wording stands in texts/, the look in templates/agreements. The template receives text that is
ready to be shown; what stands where is asked of the typesetter, so that a signature lands in its block.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal

import segno

from jejaring.documents import typesetting
from jejaring.documents.agreements.canonical import sha256
from jejaring.documents.agreements.checklist import missing
from jejaring.documents.agreements.clauses import articles
from jejaring.documents.agreements.content import BLANK, Agreement, Party
from jejaring.documents.agreements.printed_annex import annexes
from jejaring.documents.agreements.words import Words, words
from jejaring.documents.language import language
from jejaring.documents.typesetting import shown

Level = Literal["ink", "consent", "certificate"]

_SHA_SHOWN = 12
_COMPACT_FROM = 4
_KEYWORD = "jejaring-agreement"
_MARKS = re.compile(
    rf"{_KEYWORD}\b.*?\bcode:(?P<code>[^\s,]*).*?\bversion:(?P<version>\d+).*?\bsha256:(?P<sha256>[0-9a-f]{{64}})"
)


@dataclass(frozen=True)
class Block:
    """A rectangle on the paper that belongs to a party: page from 1, PDF points from the lower left."""

    party: int
    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class Signed:
    """A signature that the paper is to show: at which level, on which day."""

    party: int
    level: Level
    on: date


@dataclass(frozen=True)
class Paper:
    """An agreement as tagged PDF (PDF/UA-1, A4). `blocks` are where each party signs, in the parties'
    order; `stamps` where e-meterai go.
    """

    pdf: bytes
    blocks: tuple[Block, ...]
    stamps: tuple[Block, ...]
    pages: int


@dataclass(frozen=True)
class Marks:
    """What a paper of ours says about itself in its keywords, also after somebody has re-saved it."""

    code: str
    version: int
    sha256: str


def paper(
    agreement: Agreement, *, draft: bool = False, checklist: bool = False, signed: Iterable[Signed] = ()
) -> Paper:
    """Return the agreement on paper in its own language; the same values give the same bytes.

    `draft` marks every page as not binding, `checklist` adds a last page with what lacks. `signed` is for
    levels whose signature is no part of the file itself; a signature by certificate is put into its block
    by whoever signs.
    """
    fingerprint = sha256(agreement)
    said = words(language(agreement.language))
    content = _content(agreement, said, fingerprint, draft, tuple(signed))
    content["checklist"] = _checklist(agreement, said) if checklist else []
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    pdf, places = typesetting.placed_pdf("agreements", "agreement.typ", text, label="places")
    blocks = [(place["what"], _block(place, places["height"])) for place in places["places"]]
    return Paper(
        pdf=pdf,
        blocks=tuple(block for what, block in blocks if what == "signature"),
        stamps=tuple(block for what, block in blocks if what == "stamp"),
        pages=places["pages"],
    )


def marks(keywords: str) -> Marks | None:
    """Return what the keywords of a PDF say of the agreement printed in it, None where it isn't ours."""
    found = _MARKS.search(keywords)
    return Marks(found["code"], int(found["version"]), found["sha256"]) if found else None


def _block(place: Mapping[str, float], height: float) -> Block:
    """Return a place as PDF counts: points from the lower left."""
    return Block(
        party=int(place["party"]),
        page=int(place["page"]),
        x0=round(place["x"], 2),
        y0=round(height - place["y"] - place["height"], 2),
        x1=round(place["x"] + place["width"], 2),
        y1=round(height - place["y"], 2),
    )


# --- what the template is given ------------------------------------------------------------------


def _content(
    agreement: Agreement, said: Words, fingerprint: str, draft: bool, signed: Sequence[Signed]
) -> dict[str, object]:
    """Return everything the template shows, numbers already written out."""
    labels = said["paper"]
    document = said["documents"][agreement.kind]
    number = agreement.number or BLANK
    return {
        "lang": said.language.code,
        "labels": labels,
        "draft": labels["draft"] if draft else "",
        "heading": said["headings"][agreement.kind],
        "document_title": _document_title(agreement, said),
        "number": shown(number),
        "title": shown(agreement.title),
        "between": _between(agreement, said),
        "foot": [
            shown(agreement.number or document),
            labels["version"].format(version=agreement.version),
            labels["fingerprint"].format(sha=fingerprint[:_SHA_SHOWN]),
        ],
        "check": labels["check"].format(code=shown(agreement.verification.code))
        if agreement.verification.code
        else "",
        "keywords": [
            f"jejaring:{''.join(agreement.verification.code.split())}:{agreement.version}",
            _KEYWORD,
            f"code:{''.join(agreement.verification.code.split())}",
            f"version:{agreement.version}",
            f"sha256:{fingerprint}",
        ],
        "opening": shown(said.opening(agreement)),
        "compact": len(agreement.parties) >= _COMPACT_FROM,
        "parties": [_party(at, party, said) for at, party in enumerate(agreement.parties)],
        "premises": [shown(each) for each in agreement.premises],
        "agree": labels["agree"].format(document=document),
        "articles": [
            {
                "number": str(article.number),
                "title": shown(article.title),
                "paragraphs": [_paragraph(each) for each in article.paragraphs],
            }
            for article in articles(agreement.clauses, said.language)
        ],
        "checklist_lead": labels["checklist_lead"].format(document=document),
        "signed": labels["signed"].format(document=document),
        "signatures": _signatures(agreement, said, signed),
        "witnesses": [shown(each) for each in agreement.witnesses],
        "qr": _qr(agreement.verification.address),
        "qr_alt": labels["qr_alt"].format(address=shown(agreement.verification.address)),
        "address": shown(agreement.verification.address),
        "code": shown(agreement.verification.code),
        "annexes": annexes(agreement, said),
    }


def _document_title(agreement: Agreement, said: Words) -> str:
    """Return what a reader's window calls the file: many papers of a round differ by their parties only."""
    head = f"{said['headings'][agreement.kind]} {agreement.number} {agreement.title}"
    return f"{shown(head)} – {', '.join(_between(agreement, said))}"


def _between(agreement: Agreement, said: Words) -> list[str]:
    names = [shown(party.name) for party in agreement.parties]
    if len(names) < _COMPACT_FROM:
        return names
    return [names[0], said["paper"]["others"].format(count=said.count(len(names) - 1))]


def _paragraph(text: str) -> dict[str, object]:
    lead, *items = text.split("\n")
    if lead.startswith("- "):
        lead, items = "", [lead, *items]
    return {"lead": shown(lead), "items": [shown(item.removeprefix("- ")) for item in items]}


def _party(at: int, party: Party, said: Words) -> dict[str, object]:
    """Return a party as the opening names it; what isn't known is a blank."""
    labels = said["paper"]
    account = party.account
    rows = [
        ("legal_kind", said.kind(party.kind)),
        ("seat", said.seat(party.village)),
        ("address", party.address or BLANK),
        *((name, getattr(party.identifiers, name) or BLANK) for name in _numbers_of(party)),
        ("notices", party.notices),
        (
            "account",
            f"{account.bank} {account.number}, {labels['account_holder'].format(holder=account.holder)}"
            if account
            else "",
        ),
        ("represented", party.signatory.name or BLANK),
        ("office", party.signatory.office or BLANK),
        ("term", _term(party, said)),
        ("authority", _authority(party, said)),
    ]
    return {
        "name": shown(party.name),
        "who": said.party(at),
        "rows": [[labels[name], shown(value)] for name, value in rows if value],
    }


def _numbers_of(party: Party) -> tuple[str, ...]:
    """Return which numbers a party is named by; a firm has no co-op's number."""
    is_firm = party.kind not in {"", "kdmp", "kkmp", "established", "secondary"}
    return ("npwp", "nib") if is_firm else ("coop_nik", "legal_entity_number", "npwp", "nib")


def _term(party: Party, said: Words) -> str:
    since, until = party.signatory.term_from, party.signatory.term_until
    day = said.language.date
    if until is None:
        return ""
    if since is None:
        return said["paper"]["term_until"].format(until=day(until))
    return said["measures"]["from_to"].format(first=day(since), last=day(until))


def _authority(party: Party, said: Words) -> str:
    authority = party.signatory.authority
    if not authority.body:
        return BLANK
    return said["paper"]["authority_of"].format(
        body=said["bodies"][authority.body],
        number=authority.number or BLANK,
        on=said.language.date(authority.on) if authority.on else BLANK,
    )


def _signatures(agreement: Agreement, said: Words, signed: Sequence[Signed]) -> list[dict[str, object]]:
    levels = {each.party: each for each in signed}
    serials = {stamp.party: stamp.serial for stamp in agreement.stamps}
    made: list[dict[str, object]] = []
    for at, party in enumerate(agreement.parties):
        level = levels.get(at)
        made.append(
            {
                "party": at,
                "who": said.party(at),
                "name": shown(party.name),
                "signatory": shown(party.signatory.name or BLANK),
                "office": shown(party.signatory.office or BLANK),
                "level": said["paper"]["signed_on"].format(
                    level=said["levels"][level.level], on=said.language.date(level.on)
                )
                if level
                else "",
                "stamp": at in serials,
                "serial": shown(serials.get(at) or BLANK),
            }
        )
    return made


def _checklist(agreement: Agreement, said: Words) -> list[dict[str, object]]:
    """Return what lacks, the gravest first: a table for each severity, each row with its article."""
    numbers = {article.code: article.number for article in articles(agreement.clauses, said.language)}
    pasal = said["paper"]["article"]
    return [
        {
            "head": said["severities"][severity],
            "rows": [
                [
                    shown(said.language.sentence(each.sentence)),
                    f"{pasal} {numbers[each.clause]}" if each.clause in numbers else "",
                ]
                for each in found
            ],
        }
        for severity, found in groupby(missing(agreement), key=lambda each: each.severity)
    ]


def _qr(address: str) -> str:
    """Return the address as a QR code in SVG, "" where there is no address."""
    if not address:
        return ""
    code = segno.make(address, error="m", micro=False)
    return str(code.svg_inline(border=0, omitsize=True, light="#ffffff"))
