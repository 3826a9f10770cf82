"""What people type about themselves and about whom they invite."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from jejaring.domain.parties import personal
from jejaring.domain.parties.actions import tokens
from jejaring.domain.parties.actions.people import NewPerson
from jejaring.domain.parties.models import Consent, Role, User
from jejaring.interfaces.web.speaking import code, say_later, speaks

CONSENT_SENTENCES = {
    Consent.Purpose.ACCOUNT: say_later(
        "Jejaring may keep my name and phone number or e-mail address so that I can sign in and be asked "
        "about my co-op. I can take this back and have them erased at any time."
    ),
    Consent.Purpose.CONTACT: say_later(
        "People of my network may contact me by the phone number or e-mail address that I gave."
    ),
}
"""Purpose -> the sentence that is agreed to. It is kept as it was shown."""

_NAME_MAX, _EMAIL_MAX, _PHONE_MAX = 120, 254, 30


def _name() -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "name"})
    return forms.CharField(label=say_later("Your name"), max_length=_NAME_MAX, widget=widget)


def _phone() -> forms.CharField:
    return forms.CharField(
        label=say_later("Phone number"),
        help_text=say_later("Like 0812 3456 7890. A phone number or an e-mail address is enough."),
        required=False,
        max_length=_PHONE_MAX,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


def _email() -> forms.CharField:
    return forms.CharField(
        label=say_later("E-mail address"),
        required=False,
        max_length=_EMAIL_MAX,
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "email"}),
    )


def _new_password() -> forms.CharField:
    return forms.CharField(
        label=say_later("New password"),
        help_text=say_later("At least twelve signs. Several words in a row are easy to remember."),
        max_length=personal.PASSWORD_LENGTH_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class JoinForm(forms.Form):
    """Somebody new says who they are."""

    name = _name()
    phone = _phone()
    email = _email()
    password = _new_password()
    consent = forms.BooleanField(label=CONSENT_SENTENCES[Consent.Purpose.ACCOUNT], required=False)

    def person(self) -> NewPerson:
        """Return what was typed; the consent's wording only where it was ticked."""
        typed = self.cleaned_data
        wording = str(CONSENT_SENTENCES[Consent.Purpose.ACCOUNT]) if typed["consent"] else ""
        return NewPerson(
            name=typed["name"],
            phone=typed["phone"],
            email=typed["email"],
            password=typed["password"],
            consent_wording=wording,
            language=code(),
        )


class DetailsForm(forms.Form):
    """Somebody changes their own details."""

    name = _name()
    phone = _phone()
    email = _email()
    language = forms.ChoiceField(label=say_later("Language"), choices=settings.LANGUAGES)

    @classmethod
    def of(cls, person: User) -> DetailsForm:
        """Return the form with what is kept of a person."""
        kept = {"name": person.name, "phone": person.phone, "email": person.email}
        return cls(initial=kept | {"language": person.language})


class PasswordForm(forms.Form):
    """Somebody who has a link sets a new password."""

    password = _new_password()


class InviteForm(forms.Form):
    """Which role a link gives."""

    kind = forms.ChoiceField(label=say_later("Role"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, may_give: tuple[Role.Kind, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.value, speaks().text(str(kind.label))) for kind in may_give]
        self.fields["kind"] = forms.ChoiceField(
            label=say_later("Role"), choices=choices, widget=forms.RadioSelect
        )


class KeyForm(forms.Form):
    """What a key for a program may do, and how long."""

    name = forms.CharField(
        label=say_later("Which program is it for?"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reads_only = forms.TypedChoiceField(
        label=say_later("What may it do?"),
        coerce=lambda written: written == "yes",
        choices=[("yes", say_later("Only read")), ("no", say_later("Read and write, as I may"))],
        initial="yes",
        widget=forms.RadioSelect,
    )
    days = forms.TypedChoiceField(
        label=say_later("How long shall it hold?"), coerce=int, initial=tokens.DAYS[1]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["days"]
        choices.choices = [(days, speaks().text("{count} days", count=days)) for days in tokens.DAYS]
