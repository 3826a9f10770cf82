"""Pages of a person's own account."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.account.views import password_reset as library_password_reset
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from jejaring.domain.parties import rosters, second_steps
from jejaring.domain.parties.access import NotThere
from jejaring.domain.parties.actions import people
from jejaring.domain.parties.models import Consent
from jejaring.engines.errors import Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.accounts.forms import CONSENT_SENTENCES, DetailsForm
from jejaring.interfaces.web.accounts.signing_in import remember_language
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.speaking import speaks


@gates.signed_in
def account(request: Request) -> HttpResponse:
    """Show a person's own page."""
    consents = list(request.user.consents.all())
    given = {consent.purpose for consent in consents if consent.withdrawn_at is None}
    facts = {
        "roles": rosters.own_roles(request.user),
        "consents": consents,
        "not_given": [each for each in CONSENT_SENTENCES.items() if each[0] not in given],
        "reset": second_steps.told(request.user, at=timezone.now()),
        "show_phone": request.GET.get("tampil") == "telepon",
        "language_name": dict(settings.LANGUAGES)[request.user.language],
    }
    return render(request, "accounts/account.html", facts)


@gates.signed_in
@reauthentication_required
def details(request: Request) -> HttpResponse:
    """Let a person change name, phone, e-mail and language, after saying the password once more."""
    form = DetailsForm(request.POST) if request.method == "POST" else DetailsForm.of(request.user)
    if request.method == "POST" and form.is_valid():
        try:
            people.change_own_details(request.user, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(None, speaks().sentence(refusal.sentence))
        else:
            messages.success(request, speaks().text("Your details were changed."))
            return remember_language(redirect("account"), form.cleaned_data["language"])
    status = 422 if form.errors else 200
    return render(request, "accounts/details.html", {"form": form}, status=status)


@gates.signed_in
@reauthentication_required
def my_data(request: Request) -> JsonResponse:
    """Hand somebody a file with everything that is kept of them."""
    response = JsonResponse(
        rosters.kept_of(request.user), json_dumps_params={"indent": 1, "ensure_ascii": False}
    )
    response.headers["Content-Disposition"] = 'attachment; filename="jejaring-data-saya.json"'
    return response


@gates.signed_in
@reauthentication_required
def erase_me(request: Request) -> HttpResponse:
    """Ask whether somebody means it, then erase them."""
    if request.method != "POST" or not request.POST.get("sure"):
        return render(request, "accounts/erase.html", {"unsure": request.method == "POST"})
    people.erase_person(request.user, by=request.user, at=timezone.now())
    logout(request)
    messages.success(request, speaks().text("Your name and numbers were erased. Thank you for taking part."))
    return redirect("home")


@gates.signed_in
@require_POST
def give_consent(request: Request) -> HttpResponse:
    """Keep that a person agrees to a sentence."""
    purpose = request.POST.get("purpose", "")
    if purpose not in CONSENT_SENTENCES:
        raise Refusal("consent.unknown", "There is no such sentence to agree to.")
    people.give_consent(
        request.user,
        purpose=purpose,
        wording=str(CONSENT_SENTENCES[Consent.Purpose(purpose)]),
        by=request.user,
        at=timezone.now(),
    )
    return redirect("account")


@gates.signed_in
@require_POST
def withdraw_consent(request: Request, consent_id: int) -> HttpResponse:
    """Keep that a person no longer agrees."""
    consent = rosters.own_consent(request.user, consent_id)
    people.withdraw_consent(consent, by=request.user, at=timezone.now())
    return redirect("account")


@gates.signed_in
@require_POST
def give_up_role(request: Request, own_role_id: int) -> HttpResponse:
    """Take a role from the person who has it and no longer wants it."""
    people.withdraw_role(rosters.own_role(request.user, own_role_id), by=request.user)
    messages.success(request, speaks().text("You gave the role back."))
    return redirect("account")


@gates.public
def password_reset(request: HttpRequest) -> HttpResponseBase:
    """Send a link by e-mail where that is set up; else say whom to ask."""
    if not settings.SENDS_EMAIL:
        return render(request, "accounts/no_email.html")
    return library_password_reset(request)


@gates.public
def closed(_request: HttpRequest, **_parts: str) -> HttpResponse:
    """Answer for pages of the library that aren't used here."""
    raise NotThere
