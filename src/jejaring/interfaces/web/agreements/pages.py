"""One agreement: where it stands, what it says, what changed, its paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jejaring.documents.agreements import Finding, articles, differences, paper, schedules, told
from jejaring.documents.agreements.clauses import carries_figures
from jejaring.documents.agreements.words import in_words, words
from jejaring.documents.language import language
from jejaring.domain.agreements import queries, services, states
from jejaring.domain.agreements.actions.drafting import content_of
from jejaring.domain.agreements.actions.offering import as_recorded, lacks
from jejaring.domain.agreements.actions.signing import newest_paper
from jejaring.domain.agreements.models import Agreement, Event, Version
from jejaring.domain.agreements.open_motions import open_motions
from jejaring.domain.agreements.queries import Right
from jejaring.domain.agreements.states import Verb
from jejaring.engines.errors import Faults, Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.agreements import files
from jejaring.interfaces.web.agreements.desk import address_of
from jejaring.interfaces.web.agreements.forms import ApprovalForm, party_choices
from jejaring.interfaces.web.agreements.words import EVENTS, motion_words, next_step, state_facts, worth_of
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.speaking import speaks


@gates.of_agreement(Right.SEE)
@require_safe
def agreement(request: Request, agreement: Agreement) -> HttpResponse:
    """Show an agreement, and what this reader should do next with it."""
    return shown(request, agreement)


@gates.of_agreement(Right.SEE)
@require_safe
def agreement_changes(request: Request, agreement: Agreement, number: int) -> HttpResponse:
    """Show what a version changed, word by word."""
    version = queries.version_of(agreement, number)
    before = agreement.versions.filter(number__lt=number).order_by("-number").first()
    changed = differences(content_of(before), content_of(version)) if before else None
    facts = {
        "agreement": agreement,
        "version": version,
        "before": before,
        "changed": changed,
        "told": told(changed, speaks()) if changed is not None else None,
    }
    return render(request, "agreements/changes.html", facts)


@gates.of_agreement(Right.SEE)
@require_safe
def agreement_paper(_request: Request, agreement: Agreement, number: int) -> HttpResponse:
    """Hand out the newest paper of a version; of a draft one that says on every page that it doesn't bind."""
    version = queries.version_of(agreement, number)
    if version.offered_at is None:
        content = as_recorded(agreement, content_of(version))
        made = paper(content, draft=True)
        return files.download(made.pdf, files.PDF, files.name_of("draft", version.number, "pdf"))
    kept = newest_paper(version)
    name = files.name_of(agreement.reference, version.number, "pdf")
    return files.download(bytes(kept.pdf), files.PDF, name)


def shown(request: Request, agreement: Agreement, refusal: Refusal | None = None) -> HttpResponse:
    """Return an agreement's page, with what was refused where something was."""
    agreement.refresh_from_db()
    deed = queries.deed_of(agreement)
    rights = queries.rights_of(request.user, agreement)
    is_draft = deed.version.state == Version.State.DRAFT
    findings = lacks(agreement) if is_draft else ()
    stopping = sum(stops for _, stops in findings)
    facts: dict[str, Any] = {
        "agreement": agreement,
        "deed": deed,
        "rights": rights,
        "is_draft": is_draft,
        "findings": [(each, stops, _place(deed, each)) for each, stops in findings],
        "stopping": stopping,
        "looking": len(findings) - stopping,
        "next": next_step(deed, rights, stopping, len(findings) - stopping),
        "siblings": _siblings(request, agreement) if is_draft and rights.guides else 0,
        "days_left": deed.days_left(timezone.localdate()),
        "value_words": in_words(deed.content.value_idr),
        "schedules": deals_in(deed),
        "by_formula": any(each.formula for each in deed.content.commitments),
        "articles": _articles(deed),
        "events": [(each, EVENTS[each.kind]) for each in reversed(deed.events)],
        "may": {verb.name.lower(): states.may(agreement, verb) for verb in Verb},
        "to_sign": [each for each in deed.parties if _may_sign(each, rights)],
        "parties": [(each, _worth(each)) for each in deed.parties],
        "is_signed": deed.version.state == Version.State.SIGNED,
        "dated": next((each for each in deed.events if each.kind == Event.Kind.DATED), None),
        "has_time_service": services.timestamps() is not None,
        "party_choices": party_choices(rights.signs or [each.row for each in deed.parties]),
        "approval": ApprovalForm(auto_id=False),
        "stamps": [each for each in deed.events if each.kind == Event.Kind.STAMPED],
        "check": address_of(agreement.code, deed.version.number) if deed.version.offered_at else "",
        "motions": [(each, motion_words(each)) for each in open_motions(agreement)],
        "refusal": refusal.sentence if refusal else None,
        "faults": refusal.faults if isinstance(refusal, Faults) else (),
        **state_facts(agreement),
    }
    return render(request, "agreements/agreement.html", facts, status=422 if refusal else 200)


def _siblings(request: Request, agreement: Agreement) -> int:
    """Return how many drafts of the same occasion this reader may put up at once, this one among them."""
    if not agreement.occasion_key:
        return 0
    return len(queries.drafts_of(request.user, agreement.network, agreement.occasion_key))


def _worth(standing: queries.PartyStanding) -> tuple[Any, ...]:
    return worth_of(standing.signature) if standing.signature else ()


def _may_sign(standing: queries.PartyStanding, rights: queries.Rights) -> bool:
    mine = {each.pk for each in (*rights.signs, *rights.brings)}
    return standing.signature is None and standing.row.pk in mine


def deals_in(deed: queries.Deed) -> list[dict[str, Any]]:
    """Return who gives whom what by an agreement: each good once, with its months."""
    said = words(speaks())
    names = [party.name for party in deed.content.parties]
    return [
        {
            "deal": said["deal_titles"][each.kind],
            "direction": said["directions"][each.kind].format(
                giver=names[each.giver], taker=names[each.taker]
            ),
            "product": each.product,
            "grade": each.grade,
            "place": each.place,
            "kg": each.kg,
            "value_idr": each.value_idr,
            "lines": [(_month(line.period), line) for line in each.lines],
            "formulas": list(dict.fromkeys(said.priced(line.formula) for line in each.lines if line.formula)),
        }
        for each in schedules(deed.content)
    ]


def _month(period: str) -> str:
    """Return a month in few letters, so that figures have room beside it on a phone: Mar 2027."""
    short = speaks().period(period, short=True)
    return f"{short} {period[:4]}" if len(period) == 7 else speaks().period(period)


def _articles(deed: queries.Deed) -> list[dict[str, Any]]:
    kept = {clause.code: clause for clause in deed.content.clauses}
    return [
        {
            "article": each,
            "paragraphs": [_paragraph(text) for text in each.paragraphs],
            "figures": carries_figures(each.code),
            "edited": kept[each.code].edited,
        }
        for each in articles(deed.content.clauses, language(deed.content.language))
    ]


def _paragraph(text: str) -> tuple[str, list[str]]:
    """Return a paragraph's first line and its items."""
    lead, *items = text.split("\n")
    if lead.startswith("- "):
        lead, items = "", [lead, *items]
    return lead, [item.removeprefix("- ") for item in items]


def _place(deed: queries.Deed, finding: Finding) -> tuple[str, str | int]:
    """Return where a finding is mended: a page of this agreement and what it is about."""
    if finding.party is not None:
        cooperative = deed.parties[finding.party].row.cooperative_id
        if cooperative and finding.code in {"party.identifiers", "party.address", "party.seat"}:
            return "cooperative_profile", cooperative
        if finding.code.startswith("authority."):
            return "agreement_approve", finding.party
        return "agreement_party", finding.party
    if finding.clause and not carries_figures(finding.clause) and finding.code.startswith("clause."):
        return "agreement_clause", finding.clause
    return "agreement_terms", ""
