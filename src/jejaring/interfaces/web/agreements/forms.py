"""What people fill in about agreements. Forms only parse; the actions decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from jejaring.documents.agreements import Agreement as Content
from jejaring.documents.agreements import content as said
from jejaring.domain.agreements import office_list
from jejaring.domain.agreements.actions.drafting import Frame
from jejaring.domain.agreements.models import Agreement, AgreementParty, Approval
from jejaring.domain.agreements.seen import Stale
from jejaring.engines.errors import Refusal
from jejaring.engines.quantities import read_number
from jejaring.interfaces.web.registry.forms import Form
from jejaring.interfaces.web.speaking import say_later, speaks

_UNSAID = ("", say_later("Not agreed yet"))


class NumberField(forms.CharField):
    """A number as people write it; empty is none. A number with two readings is refused."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(required=False, widget=widget, **kwargs)
        self._most = most

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            number = read_number(text)
        except Refusal as refusal:
            raise forms.ValidationError(speaks().sentence(refusal.sentence)) from refusal
        if not 0 <= number <= self._most:
            raise forms.ValidationError(speaks().text("Write a number from 0 to {most}.", most=self._most))
        return number

    def prepare_value(self, value: Any) -> Any:
        return speaks().number(value) if isinstance(value, int | Decimal) else value


class WholeField(NumberField):
    """A whole number; empty is none."""

    def to_python(self, value: Any) -> Any:
        number = super().to_python(value)
        if number is None:
            return None
        if number != int(number):
            raise forms.ValidationError(speaks().text("Write a whole number."))
        return int(number)


class DayField(forms.DateField):
    """A day, picked; empty is none."""

    def __init__(self, *, label: Any, required: bool = False) -> None:
        widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        super().__init__(label=label, required=required, widget=widget, input_formats=["%Y-%m-%d"])


def _choice(label: Any, choices: Iterable[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[_UNSAID, *choices], required=False)


class WordingForm(Form):
    """A part of a wording. Its initial values are what stands there now."""

    is_stale = False
    """Whether somebody changed the same part after the page was opened."""

    def refuse(self, refusal: Refusal) -> None:
        """Keep in mind that somebody else was quicker."""
        self.is_stale = isinstance(refusal, Stale)
        super().refuse(refusal)

    def standing_now(self) -> list[tuple[str, str]]:
        """Return what stands there now of the fields that were filled in otherwise, by their labels."""
        rows = []
        for name in self.changed_data:
            field = self.fields[name]
            rows.append((str(self[name].label), _told(field, self.get_initial_for_field(field, name))))
        return rows


def _told(field: forms.Field, value: Any) -> str:
    if value in (None, ""):
        return speaks().text("nothing")
    if isinstance(value, bool):
        return speaks().text("yes") if value else speaks().text("no")
    if isinstance(value, date):
        return speaks().date(value)
    if isinstance(value, int | Decimal):
        return speaks().number(value)
    choices = {str(code): str(name) for code, name in getattr(field, "choices", ())}
    return choices.get(str(value), str(value))


class TermsForm(WordingForm):
    """What fills the standard articles."""

    place = forms.CharField(label=say_later("Place of signing"), required=False, max_length=80)
    valid_from = DayField(label=say_later("Holds from"))
    valid_until = DayField(label=say_later("Holds until (last day)"))
    contract_by = DayField(label=say_later("A contract is to be made by"))
    payment_days = WholeField(label=say_later("Paid within how many days"), most=365)
    advance_percent = NumberField(label=say_later("Advance, per cent of the value"), most=100)
    tolerance_percent = NumberField(label=say_later("How much a delivery may differ, per cent"), most=100)
    volume_notice_days = WholeField(label=say_later("Days ahead that a change of volume is told"), most=365)
    lorry = _choice(
        say_later("Who pays the lorry?"),
        [
            ("giver", say_later("who hands over")),
            ("taker", say_later("who takes over")),
            ("shared", say_later("both, half each")),
        ],
    )
    risk = _choice(
        say_later("From when is the risk the taker's?"),
        [("loaded", say_later("once it is loaded")), ("received", say_later("once it is received"))],
    )
    title = _choice(
        say_later("Who owns goods that are milled, stored or sold for another?"),
        [("giver", say_later("who hands over")), ("taker", say_later("who takes over"))],
    )
    floor = _choice(
        say_later("When the state's price changes"),
        [
            ("follow", say_later("the price follows it")),
            ("renegotiate", say_later("the parties talk anew")),
            ("keep", say_later("the price stays")),
        ],
    )
    floor_talk_days = WholeField(label=say_later("Days for talking anew"), most=365)
    penalty_permille_per_day = NumberField(label=say_later("Fine for being late, per mille a day"), most=100)
    penalty_most_percent = NumberField(label=say_later("Fine at most, per cent"), most=100)
    penalty_side = forms.ChoiceField(
        label=say_later("Who pays a fine"),
        choices=[
            ("both", say_later("whoever is late")),
            ("giver", say_later("only who hands over")),
            ("taker", say_later("only who takes over")),
        ],
    )
    ends = forms.ChoiceField(
        label=say_later("Who may end it early"),
        choices=[
            ("both", say_later("both sides")),
            ("giver", say_later("only who hands over")),
            ("taker", say_later("only who takes over")),
        ],
    )
    end_notice_days = WholeField(label=say_later("Days of notice to end it early"), most=730)
    review_months = WholeField(label=say_later("Looked at together every so many months"), most=36)
    force_majeure_days = WholeField(label=say_later("Force majeure is told within days"), most=90)
    deliberation_days = WholeField(label=say_later("Days to settle a dispute by talking"), most=365)
    forum = _choice(
        say_later("Where a dispute goes then"),
        [("court", say_later("to a court")), ("arbitration", say_later("to arbitration"))],
    )
    forum_name = forms.CharField(label=say_later("Which court or board"), required=False, max_length=120)
    renewal = forms.ChoiceField(
        label=say_later("At its end"),
        choices=[
            ("agreement", say_later("renewed in writing")),
            ("automatic", say_later("goes on by itself")),
            ("none", say_later("it simply ends")),
        ],
    )
    renewal_months = WholeField(label=say_later("Renewed for months"), most=120)
    renewal_notice_days = WholeField(label=say_later("Talked about days before"), most=365)
    witnesses = forms.CharField(
        label=say_later("Witnesses: offices, one a line, no names"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, products: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._products = products
        for at, product in enumerate(products):
            self.fields[f"specification_{at}"] = forms.CharField(
                label=speaks().text("Quality of {product}", product=product), required=False, max_length=300
            )
            self.fields[f"deduction_{at}"] = forms.CharField(
                label=speaks().text("What worse quality of {product} costs (rafaksi)", product=product),
                required=False,
                max_length=300,
            )

    def of_quality(self) -> list[forms.BoundField]:
        """Return the fields about the quality of each product."""
        names = ("specification", "deduction")
        return [self[f"{name}_{at}"] for at in range(len(self._products)) for name in names]

    @classmethod
    def values(cls, content: Content) -> dict[str, Any]:
        """Return what an agreement says, for the fields."""
        told = {each.product: each for each in content.quality}
        quality = {}
        for at, product in enumerate(products_of(content)):
            if product in told:
                quality[f"specification_{at}"] = told[product].specification
                quality[f"deduction_{at}"] = told[product].deduction
        found = {name: getattr(content.terms, name) for name in _TERMS}
        tolerances = [each.tolerance_percent for each in content.commitments]
        return (
            found
            | quality
            | {
                "place": content.place,
                "valid_from": content.valid_from,
                "valid_until": content.valid_until,
                "tolerance_percent": tolerances[0] if tolerances else None,
                "renewal": content.renewal.how,
                "renewal_months": content.renewal.months,
                "renewal_notice_days": content.renewal.notice_days,
                "witnesses": "\n".join(content.witnesses),
            }
        )

    def _quality(self) -> tuple[said.Quality, ...]:
        """Return what is asked of each product of which something is."""
        found = self.cleaned_data
        rows = [
            said.Quality(product, found[f"specification_{at}"].strip(), found[f"deduction_{at}"].strip())
            for at, product in enumerate(self._products)
        ]
        return tuple(row for row in rows if row.specification or row.deduction)

    def frame(self) -> Frame:
        """Return what an agreement says beside who and what."""
        found = self.cleaned_data
        chosen = {name: found[name] for name in _TERMS}
        for name in ("lorry", "risk", "title", "floor", "forum"):
            chosen[name] = chosen[name] or None
        standard = said.Renewal()
        return Frame(
            terms=said.Terms(**chosen),
            place=found["place"],
            valid_from=found["valid_from"],
            valid_until=found["valid_until"],
            tolerance_percent=found["tolerance_percent"],
            renewal=said.Renewal(
                found["renewal"],
                found["renewal_months"] or standard.months,
                found["renewal_notice_days"] or standard.notice_days,
            ),
            witnesses=tuple(line.strip() for line in found["witnesses"].splitlines() if line.strip()),
            quality=self._quality(),
        )


def products_of(content: Content) -> tuple[str, ...]:
    """Return the products of an agreement, each once."""
    return tuple(dict.fromkeys(each.product for each in content.commitments))


_TERMS = tuple(said.Terms.__dataclass_fields__)


class FollowForm(TermsForm):
    """What follows from an agreement, and with which terms."""

    how = forms.ChoiceField(label=say_later("What is made"), widget=forms.RadioSelect)
    request_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways: list[tuple[str, Any]] = [
            ("amendment", say_later("An amendment: the same agreement, changed")),
            ("renewal", say_later("A renewal: the same agreement once more")),
        ]
        if agreement.kind == Agreement.Kind.MOU:
            ways.insert(0, ("contract", say_later("A contract that carries out this memorandum")))
        field: Any = self.fields["how"]
        field.choices = ways
        field.initial = ways[0][0]
        self.fields["request_key"].initial = uuid4()


class ClauseForm(WordingForm):
    """The text of an article."""

    text = forms.CharField(
        label=say_later("Text"),
        required=False,
        widget=forms.Textarea({"rows": 14}),
        help_text=say_later("An empty line begins a new paragraph. An empty text takes the article out."),
    )


class OwnClauseForm(Form):
    """An article of the parties' own."""

    title = forms.CharField(label=say_later("Title"), required=False, max_length=120)
    text = forms.CharField(
        label=say_later("Text"),
        required=False,
        widget=forms.Textarea({"rows": 8}),
        help_text=say_later("An empty line begins a new paragraph."),
    )


_BODIES = [
    ("board", say_later("board meeting")),
    ("members", say_later("members' meeting")),
    ("other", say_later("another body that may decide")),
]


class OfficeForm(Form):
    """An office from the list, or another one that is nobody's name."""

    office: forms.Field = forms.CharField(required=False, max_length=80)
    office_other = forms.CharField(
        label=say_later("Another office, if it isn't on the list"), required=False, max_length=60
    )
    office_checked = forms.BooleanField(label=say_later("This is an office, nobody's name"), required=False)

    def clean(self) -> dict[str, Any]:
        """Put together which office is meant. An office of one's own needs the tick."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        office = (found.get("office") or "").strip()
        if office == office_list.OTHER:
            found["office"] = (found.get("office_other") or "").strip()
            if not found.get("office_checked"):
                self.add_error(
                    "office_checked", speaks().text("Tick that it is an office and nobody's name.")
                )
        elif office and not office_list.known(office):
            self.add_error("office", speaks().text("Choose an office from the list, or “another office”."))
        return found

    @staticmethod
    def values_of(office: str) -> dict[str, Any]:
        """Return an office for the fields."""
        if not office or office_list.known(office):
            return {"office": office_list.known(office)}
        return {"office": office_list.OTHER, "office_other": office}


def office_choices() -> list[tuple[str, Any]]:
    """Return the offices that can be chosen, the last one being another."""
    named = [(each, each) for each in office_list.OFFICES]
    return [("", say_later("Please choose")), *named, (office_list.OTHER, say_later("another office"))]


class SignatoryForm(OfficeForm, WordingForm):
    """Who signs for a party."""

    office = forms.ChoiceField(label=say_later("Office"), required=False, choices=office_choices)
    field_order = ("office", "office_other", "office_checked")
    name = forms.CharField(label=say_later("Name as it is printed"), required=False, max_length=120)
    term_from = DayField(label=say_later("In office from"))
    term_until = DayField(label=say_later("In office until"))
    body = _choice(say_later("Who decided that they may sign?"), _BODIES)
    number = forms.CharField(label=say_later("Number of the decision"), required=False, max_length=80)
    on = DayField(label=say_later("Decided on"))
    notices = forms.CharField(
        label=say_later("Where notices go"),
        required=False,
        max_length=160,
        help_text=say_later("An office's address, e-mail or telephone, nobody's own."),
    )
    bank = forms.CharField(label=say_later("Paid into: bank"), required=False, max_length=60)
    account = forms.CharField(label=say_later("Account number"), required=False, max_length=40)
    holder = forms.CharField(
        label=say_later("In the name of (the party itself, not a person)"), required=False, max_length=160
    )
    address = forms.CharField(label=say_later("Address"), required=False, max_length=300)
    nib = forms.CharField(label="NIB", required=False, max_length=20)

    def __init__(self, *args: Any, outside: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not outside:
            # A co-op's are the registry's.
            del self.fields["address"], self.fields["nib"]

    @classmethod
    def values(cls, party: said.Party) -> dict[str, Any]:
        """Return what is said of a party's signatory, for the fields."""
        who = party.signatory
        return {
            **OfficeForm.values_of(who.office),
            "name": who.name,
            "term_from": who.term_from,
            "term_until": who.term_until,
            "body": who.authority.body,
            "number": who.authority.number,
            "on": who.authority.on,
            "notices": party.notices,
            "bank": party.account.bank if party.account else "",
            "account": party.account.number if party.account else "",
            "holder": party.account.holder if party.account else party.name,
            "address": party.address,
            "nib": party.identifiers.nib,
        }

    def clean(self) -> dict[str, Any]:
        """Refuse half an account."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(found.get("bank")) != bool(found.get("account")):
            self.add_error("account", speaks().text("Write both the bank and the account's number."))
        return found

    def named(self) -> dict[str, Any]:
        """Return what `name_signatory` is given."""
        found = self.cleaned_data
        account = said.Account(found["bank"], found["account"], found["holder"]) if found["bank"] else None
        return {
            "signatory": self.signatory(),
            "notices": found["notices"],
            "account": account,
            "address": found.get("address", ""),
            "nib": found.get("nib", ""),
        }

    def signatory(self) -> said.Signatory:
        """Return who signs."""
        found = self.cleaned_data
        authority = said.Authority(found["body"] or "", found["number"].strip(), found["on"])
        office, name = found["office"].strip(), found["name"].strip()
        return said.Signatory(office, name, found["term_from"], found["term_until"], authority)


class ApprovalForm(Form):
    """An organ of a party has approved."""

    body = forms.ChoiceField(label=say_later("Which organ"), choices=_BODIES[: len(Approval.Body.choices)])
    decision_number = forms.CharField(label=say_later("Number of the decision"), max_length=80)
    decided_on = DayField(label=say_later("Decided on"), required=True)


class ReasonForm(Form):
    """Why something is done."""

    why = forms.CharField(required=False, max_length=4000)
    party = forms.IntegerField(required=False)
    settles = forms.BooleanField(required=False)


class DecideForm(Form):
    """What shall become of a signed agreement, or what a party says to that."""

    ASKS = ("suspend", "resume", "end", "notice")
    ANSWERS = ("agree", "decline", "withdraw")

    do = forms.ChoiceField(choices=[(each, each) for each in (*ASKS, *ANSWERS)])
    party = forms.IntegerField()
    why = forms.CharField(required=False, max_length=4000)
    letter = forms.CharField(required=False, max_length=160)


class StampForm(Form):
    """The serial number of an e-meterai."""

    party = forms.IntegerField()
    serial = forms.CharField(required=False, max_length=80)


class SignForm(OfficeForm):
    """Who signs, which version they saw, and how."""

    WAYS = ("tap", "ink", "certificate", "remote", "signed")

    way = forms.ChoiceField(choices=[(way, way) for way in WAYS])
    party = forms.IntegerField()
    version = forms.IntegerField()
    consent = forms.BooleanField(required=False)
    passphrase = forms.CharField(required=False, max_length=200, strip=False)
    provider_user = forms.CharField(required=False, max_length=200)
    pin = forms.CharField(required=False, max_length=60)
    code = forms.CharField(required=False, max_length=20)
    request_key = forms.UUIDField(required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a tap without the sentence that says it."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("way") == "tap" and not found.get("consent"):
            self.add_error(None, speaks().text("Tick the sentence by which you agree, then sign."))
        return found


def party_choices(parties: Iterable[AgreementParty]) -> list[tuple[int, str]]:
    """Return parties as choices, by their place."""
    return [(each.position, str(each)) for each in parties]
