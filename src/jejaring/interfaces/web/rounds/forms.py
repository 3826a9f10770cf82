"""What is asked to open a round, and before what was agreed is drafted."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from jejaring.documents.agreements.content import Terms
from jejaring.domain.agreements.actions.drafting import Frame
from jejaring.domain.mapping.overview import months_from
from jejaring.domain.partnering.queries import Choices
from jejaring.domain.partnering.snapshot import MOST_MONTHS
from jejaring.engines.errors import Refusal
from jejaring.engines.planning.plan import Rule
from jejaring.engines.quantities import read_number
from jejaring.interfaces.web.rounds import shown
from jejaring.interfaces.web.speaking import say_later, speaks

_OPEN_QUESTION = ("", say_later("Leave it open"))


class RoundForm(forms.Form):
    """Title, months, and by which rule the gain is shared."""

    title = forms.CharField(max_length=160, label=say_later("What the round is called"))
    first_month = forms.ChoiceField(label=say_later("First month"))
    months = forms.TypedChoiceField(
        label=say_later("How many months"),
        coerce=int,
        choices=[(each, each) for each in range(1, MOST_MONTHS + 1)],
    )
    rule = forms.ChoiceField(label=say_later("How the gain is shared"), widget=forms.RadioSelect)
    request_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, choices: Choices, rules: list[Rule], at: datetime) -> None:
        super().__init__(data)
        coming = months_from(timezone.localtime(at).date().replace(day=1), 12)
        months = sorted({*choices.months, *coming})
        fields: Any = self.fields
        fields["first_month"].choices = [
            (f"{month:%Y-%m}", speaks().period(f"{month:%Y-%m}")) for month in months
        ]
        first = choices.months[0] if choices.months else coming[0]
        fields["first_month"].initial = f"{first:%Y-%m}"
        fields["months"].initial = min(max(len(choices.months), 1), 12)
        self.rules = shown.rules(rules)
        fields["rule"].choices = [(each.code, each.name) for each in self.rules]
        fields["rule"].initial = "market"
        fields["request_key"].initial = uuid4()
        _say_what_is_missing(self)

    def asked(self) -> dict[str, Any]:
        """Return what `open_round` is given."""
        found = self.cleaned_data
        return {
            "title": found["title"],
            "first_month": date.fromisoformat(f"{found['first_month']}-01"),
            "months": found["months"],
            "rule": found["rule"],
            "request_key": found["request_key"],
        }


class FrameForm(forms.Form):
    """What all memoranda of a round say in the same way; what is left open, their checklist names."""

    shape = forms.ChoiceField(
        label=say_later("How many papers"),
        widget=forms.RadioSelect,
        initial="pairs",
        choices=[
            ("pairs", say_later("One for each two co-ops")),
            ("hubs", say_later("One for each hub with all its partners")),
        ],
    )
    place = forms.CharField(max_length=80, required=False, label=say_later("Place of signing"))
    valid_from = forms.DateField(
        label=say_later("Holds from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    valid_until = forms.DateField(
        label=say_later("until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    tolerance = forms.CharField(
        label=say_later("How much may be lacking, per cent"),
        required=False,
        initial="10",
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    payment_days = forms.IntegerField(
        label=say_later("Paid within how many days"), required=False, min_value=0, max_value=365, initial=7
    )
    lorry = forms.ChoiceField(
        label=say_later("Who pays the lorry"),
        required=False,
        choices=[
            _OPEN_QUESTION,
            ("giver", say_later("Who hands over")),
            ("taker", say_later("Who receives")),
            ("shared", say_later("Both, half each")),
        ],
    )
    floor = forms.ChoiceField(
        label=say_later("When the state changes the floor price"),
        required=False,
        choices=[
            _OPEN_QUESTION,
            ("follow", say_later("The price follows it")),
            ("renegotiate", say_later("The two talk about it anew")),
            ("keep", say_later("The price stays as agreed")),
        ],
    )
    title = forms.ChoiceField(
        label=say_later("Who owns goods that lie with the other"),
        required=False,
        choices=[
            _OPEN_QUESTION,
            ("giver", say_later("Who handed them over, until they are sold")),
            ("taker", say_later("Who received them")),
        ],
    )
    risk = forms.ChoiceField(
        label=say_later("From when the receiver bears what is lost or spoilt"),
        required=False,
        choices=[
            _OPEN_QUESTION,
            ("loaded", say_later("Once loaded on the lorry")),
            ("received", say_later("Once weighed and received")),
        ],
    )
    forum = forms.ChoiceField(
        label=say_later("Where a dispute goes that talking doesn't settle"),
        required=False,
        choices=[
            _OPEN_QUESTION,
            ("court", say_later("To the district court")),
            ("arbitration", say_later("To arbitration")),
        ],
    )
    forum_name = forms.CharField(
        max_length=120, required=False, label=say_later("Name of that court or arbitration body")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_what_is_missing(self)

    def clean_tolerance(self) -> Decimal | None:
        """Return a number from 0 to 100, None where it is left open."""
        text: str = self.cleaned_data["tolerance"].replace("%", " ").strip()
        if not text:
            return None
        try:
            found = read_number(text)
        except Refusal as refusal:
            raise forms.ValidationError(speaks().sentence(refusal.sentence)) from refusal
        if not 0 <= found <= 100:
            raise forms.ValidationError(speaks().text("Write a number from 0 to 100."))
        return found

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = found.get("valid_from"), found.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", speaks().text("It would end before it begins."))
        return found

    def frame(self) -> Frame:
        """Return what every memorandum says."""
        found = self.cleaned_data
        terms = Terms(
            payment_days=found["payment_days"],
            lorry=found["lorry"] or None,
            risk=found["risk"] or None,
            title=found["title"] or None,
            floor=found["floor"] or None,
            forum=found["forum"] or None,
            forum_name=found["forum_name"].strip(),
        )
        return Frame(
            place=found["place"].strip(),
            valid_from=found["valid_from"],
            valid_until=found["valid_until"],
            terms=terms,
            tolerance_percent=found["tolerance"],
        )


def _say_what_is_missing(form: forms.Form) -> None:
    for field in form.fields.values():
        field.error_messages["required"] = speaks().text("Please fill this in.")
        field.error_messages["invalid_choice"] = speaks().text("Please choose one of these.")
        field.error_messages["invalid"] = speaks().text("This can't be read. Write it another way.")
