"""How accounts work here, for the library that signs people in: by phone or e-mail, on invitation only."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm, ResetPasswordKeyForm
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from jejaring.domain.fields import EncryptedTextField
from jejaring.domain.parties import personal
from jejaring.domain.parties.actions import password_links, people
from jejaring.domain.parties.models import User
from jejaring.engines.errors import Refusal
from jejaring.interfaces.web.speaking import COOKIE, say_later, speaks

_log = logging.getLogger("jejaring.signing_in")
_ENCRYPTED = EncryptedTextField()
_WRONG = say_later("The phone number, e-mail address or password isn't right.")

_WAYS = {
    "reauthenticate": say_later("With my password"),
    "mfa_reauthenticate": say_later("With a code from the app, or a spare code"),
    "mfa_reauthenticate:webauthn": say_later("With a passkey or key"),
}
"""How somebody may show once more that it is they -> what that is called."""


class SignInForm(LoginForm):
    """Phone number or e-mail address, and password. Each way of writing a number is the same number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = say_later("Phone number or e-mail address")
        self.fields["login"].widget.attrs = {"autocomplete": "username", "autocapitalize": "none"}
        self.fields["password"].label = say_later("Password")
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = ""
        self.fields["remember"].label = say_later("Stay signed in on this device (not on a shared phone)")

    def clean_login(self) -> str:
        """Return the number as it is kept, or the address in lower case; what is neither stays as it is."""
        written = super().clean_login()
        if "@" in written:
            return str(written).lower()
        try:
            return personal.phone(written)
        except Refusal:
            return str(written)


class NewPasswordForm(ResetPasswordKeyForm):
    """Somebody who forgot the password came by a link in an e-mail."""

    def save(self) -> None:
        person, typed = self.user, self.cleaned_data["password1"]
        password_links.replace_forgotten_password(person, password=typed, by=person, at=timezone.now())


class Adapter(DefaultAccountAdapter):
    """Finds people by the keyed hash of their phone number; nobody signs up uninvited."""

    # A wrong password, an unknown number and text that is no number are told alike.
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _WRONG,
        "phone_password_mismatch": _WRONG,
        "username_password_mismatch": _WRONG,
        "invalid_login": _WRONG,
        "too_many_login_attempts": say_later("Too many tries went wrong. Wait five minutes and try again."),
        "rate_limited": say_later("Too many tries. Wait five minutes and try again."),
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def clean_phone(self, phone: str) -> str:
        try:
            return personal.phone(phone)
        except Refusal as refusal:
            raise forms.ValidationError(speaks().sentence(refusal.sentence)) from refusal

    def get_user_by_phone(self, phone: str) -> User | None:
        try:
            kept = personal.phone(phone)
        except Refusal:
            return None
        return User.objects.filter(phone_hash=personal.lookup_hash("phone", kept)).first() if kept else None

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def clean_password(self, password: str, user: User | None = None) -> str:
        try:
            personal.refuse_weak_password(password, user or User())
        except Refusal as refusal:
            raise forms.ValidationError(speaks().sentence(refusal.sentence)) from refusal
        return password

    def set_password(self, user: User, password: str) -> None:
        people.change_password(user, password=password, by=user)

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        _log.info("signed in: user %s from %s", user.pk, self.get_client_ip(request))

    def post_login(self, request: HttpRequest, user: User, **facts: Any) -> HttpResponse:
        return remember_language(super().post_login(request, user, **facts), user.language)

    def authentication_failed(self, request: HttpRequest, **_credentials: Any) -> None:
        _log.warning("sign-in refused, from %s", self.get_client_ip(request))

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        # The library calls this at each change of a second step; passwords have their own action.
        if template_prefix.startswith("mfa/"):
            people.note_second_step(user, what=template_prefix.rpartition("/")[2], by=user)
        super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        ways = super().get_reauthentication_methods(user)
        return [way | {"description": _WAYS[way["id"]]} for way in ways]

    def _get_login_attempts_cache_key(self, _request: HttpRequest, **credentials: Any) -> str:
        # The library counts failures by e-mail only: all who sign in by phone would share one count,
        # and five wrong passwords of one of them would lock out a whole workshop.
        # One person's failures are one count, whether by phone or by e-mail.
        phone, email = str(credentials.get("phone") or ""), str(credentials.get("email") or "").lower()
        person = self.get_user_by_phone(phone) if phone else User.objects.filter(email=email or None).first()
        who = f"user {person.pk}" if person else phone or email or str(credentials.get("username"))
        return personal.lookup_hash("attempts", who)


class SecondStepAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second steps encrypted, and says in our words what went wrong."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": say_later("This second step can't be turned off."),
        "cannot_generate_recovery_codes": say_later("Turn on a second step first; spare codes belong to it."),
        "incorrect_code": say_later("This code isn't right. The app shows a new one twice a minute."),
    }

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002 – the library's name
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return speaks().text("My key {number}", number=number)

    def encrypt(self, text: str) -> str:
        return str(_ENCRYPTED.get_prep_value(text))

    def decrypt(self, encrypted_text: str) -> str:
        return _ENCRYPTED.from_db_value(encrypted_text, None, None) or ""


def remember_language(response: HttpResponse, code: str) -> HttpResponse:
    """Return the answer with the person's language in it, for this and the next pages."""
    response.set_cookie(COOKIE, code, max_age=60 * 60 * 24 * 365, samesite="Lax", secure=settings.HTTPS)
    return response
