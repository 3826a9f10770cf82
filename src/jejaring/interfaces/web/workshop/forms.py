"""What is typed to open a session and to join one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from jejaring.interfaces.web.speaking import say_later, speaks


class WorkshopForm(forms.Form):
    """Title and end of a session."""

    title = forms.CharField(max_length=160, label=say_later("Title"))
    ends_on = forms.DateField(
        label=say_later("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_at = forms.TimeField(
        label=say_later("Ends at (time)"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    @property
    def closes_at(self) -> datetime:
        """When the session ends."""
        said = self.cleaned_data
        return timezone.make_aware(datetime.combine(said["ends_on"], said["ends_at"]))


class JoinForm(forms.Form):
    """Who somebody is and which co-op they answer for. Those who are signed in only say the co-op."""

    request_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    cooperative = forms.TypedChoiceField(coerce=int, label=say_later("Your co-op"))
    name = forms.CharField(
        max_length=120, label=say_later("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        max_length=30,
        required=False,
        label=say_later("Your phone number (may stay empty)"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )

    def __init__(
        self, cooperatives: list[tuple[int, str]], *args: Any, signed_in: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen_later = ("", speaks().text("– choose –"))
        self.fields["cooperative"].choices = [chosen_later, *cooperatives]  # type: ignore[attr-defined]
        if signed_in:
            del self.fields["name"], self.fields["phone"]
        for field in self.fields.values():
            field.error_messages["required"] = speaks().text("Please fill this in.")
            field.error_messages["invalid_choice"] = speaks().text("Please choose one of these.")
