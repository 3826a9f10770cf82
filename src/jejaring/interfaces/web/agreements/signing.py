"""The page on which a party signs: what, which version, in which office, and how."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from jejaring.documents import signatures
from jejaring.documents.agreements.words import in_words, words
from jejaring.domain.agreements import queries, services
from jejaring.domain.agreements.actions import signing as actions
from jejaring.domain.agreements.models import Agreement, Signature
from jejaring.domain.agreements.offices import office_of
from jejaring.domain.agreements.queries import PartyStanding, Right, Rights
from jejaring.domain.agreements.services import Consent
from jejaring.domain.agreements.states import Verb, after
from jejaring.domain.parties.access import Ability, NotAllowed, NotThere
from jejaring.engines.errors import Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.agreements import files
from jejaring.interfaces.web.agreements.desk import desk
from jejaring.interfaces.web.agreements.forms import OfficeForm, SignForm, office_choices
from jejaring.interfaces.web.agreements.pages import deals_in
from jejaring.interfaces.web.agreements.strength import FRESH_MINUTES, second_step, strength
from jejaring.interfaces.web.agreements.words import LEVEL_TEXTS, state_facts
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.speaking import speaks

SCAN_BYTES_MAX = 10_000_000
P12_BYTES_MAX = 100_000
PDF_BYTES_MAX = 15_000_000


@gates.of_agreement(Right.SIGN)
def agreement_sign(request: Request, agreement: Agreement) -> HttpResponse:
    """Show what is signed, and sign it for a party."""
    form = SignForm(request.POST or None)
    if request.method != "POST":
        after(agreement, Verb.SIGN)
        return _page(request, agreement, form)
    if not form.is_valid():
        return _page(request, agreement, form)
    try:
        _sign(request, agreement, form)
    except (NotThere, NotAllowed):
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(request, agreement, form)
    messages.success(request, "Signed. Thank you.")
    return redirect("agreement", agreement.pk)


def _sign(request: Request, agreement: Agreement, form: SignForm) -> Signature:
    found, way = form.cleaned_data, form.cleaned_data["way"]
    party = queries.party_of(agreement, found["party"])
    rights = queries.rights_of(request.user, agreement)
    own = party.pk in {each.pk for each in rights.signs}
    brought = party.pk in {each.pk for each in rights.brings} and way in {"ink", "signed"}
    if not (own or brought):
        raise NotAllowed(Ability.SIGN_AGREEMENTS)
    signing = actions.Signing(
        version=queries.version_of(agreement, found["version"]),
        party=party,
        office=found["office"],
        by=request.user,
        at=timezone.now(),
        request_key=found["request_key"],
    )
    request.session.pop("sign_after", None)
    if way == "tap":
        return actions.tap(signing, strength=strength(request), desk=desk())
    if way == "ink":
        return actions.upload_scan(signing, scan=files.uploaded(request, "scan", SCAN_BYTES_MAX), desk=desk())
    if way == "certificate":
        p12 = files.uploaded(request, "p12", P12_BYTES_MAX)
        return actions.sign_with_certificate(signing, p12=p12, passphrase=found["passphrase"], desk=desk())
    if way == "remote":
        return actions.sign_remotely(signing, remote=_remote(found), desk=desk())
    return actions.take_signed(signing, pdf=files.uploaded(request, "pdf", PDF_BYTES_MAX), desk=desk())


def _remote(found: dict[str, Any]) -> signatures.RemoteSigner:
    """Return the signatory's key at the provider. Raises a Refusal where there is none."""
    service = services.signing_service()
    if service is None or not found["provider_user"]:
        raise Refusal("remote.user", "Write the name that the provider knows you by.")
    return service.credential(Consent(found["provider_user"], found["pin"], found["code"]))


def _page(request: Request, agreement: Agreement, form: SignForm) -> HttpResponse:
    agreement.refresh_from_db()
    deed = queries.deed_of(agreement)
    rights = queries.rights_of(request.user, agreement)
    theirs = {each.pk for each in (*rights.signs, *rights.brings)}
    mine = [each for each in deed.parties if each.signature is None and each.row.pk in theirs]
    chosen = _row_number(form.data.get("party") if form.is_bound else request.GET.get("pihak"))
    standing = next((each for each in mine if each.row.position == chosen), mine[0] if mine else None)
    asked_by = second_step(request)
    if not asked_by:
        # Whoever sets up a second step for this finds the way back on its pages.
        request.session["sign_after"] = f"{request.path}?pihak={standing.row.position}" if standing else ""
    facts: dict[str, Any] = {
        "agreement": agreement,
        "deed": deed,
        "form": form,
        "mine": mine,
        "standing": standing,
        "others": [each for each in deed.parties if standing is None or each.row.pk != standing.row.pk],
        "own": standing is not None and standing.row in rights.signs,
        "office": _office(request, form, standing, rights),
        "offices": office_choices(),
        "way": form.data.get("way", "") if form.is_bound else "",
        "value_words": in_words(deed.content.value_idr),
        "schedules": deals_in(deed),
        "strength": strength(request),
        "asked_by": asked_by,
        "minutes": FRESH_MINUTES,
        "provider": (settings.SIGNING_NAME or settings.SIGNING_SERVICE["URL"])
        if settings.SIGNING_SERVICE
        else "",
        "request_key": uuid4(),
        "levels": {level.value: words(speaks())["paper"][text] for level, text in LEVEL_TEXTS.items()},
        **state_facts(agreement),
    }
    return render(request, "agreements/sign.html", facts, status=form.answer_status)


def _office(
    request: Request, form: SignForm, standing: PartyStanding | None, rights: Rights
) -> dict[str, Any]:
    """Return the office for the fields: as typed, else as far as it is known of who signs."""
    if form.is_bound:
        return {name: form.data.get(name, "") for name in ("office", "office_other", "office_checked")}
    if standing is None:
        return OfficeForm.values_of("")
    signatory = standing.said.signatory
    own = standing.row in rights.signs
    return OfficeForm.values_of(office_of(request.user, standing.row, signatory) if own else signatory.office)


def _row_number(typed: Any) -> int | None:
    written = str(typed or "")
    return int(written) if written.isdecimal() and len(written) < 6 else None
