"""What people fill in about co-ops, people and networks. Forms only parse; the actions decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms

from jejaring.domain.parties.access import NotAllowed, NotThere
from jejaring.domain.parties.actions.members import Person
from jejaring.domain.parties.actions.officers import Office
from jejaring.domain.parties.duplicates import SimilarName
from jejaring.domain.parties.models import Cooperative, Counterparty, Member, Network, NetworkRole, Officer
from jejaring.domain.parties.profile import Profile
from jejaring.engines.errors import Faults, Refusal
from jejaring.interfaces.web.speaking import say_later, speaks

_FIELDS_OF_PROFILE = tuple(Profile.__dataclass_fields__)


def choices_of(kinds: Iterable[tuple[Any, Any]], empty: str = "") -> list[tuple[str, Any]]:
    """Return choices whose labels are said in the reader's language, with an empty one where asked for."""
    said = [(str(value), say_later(str(label))) for value, label in kinds]
    return [("", say_later(empty)), *said] if empty else said


class Form(forms.Form):
    """A form that shows beside its fields what an action refuses, and keeps what was typed."""

    error_css_class = "wrong"

    def accepts(self, action: Callable[[], object]) -> bool:
        """Run an action with what was filled in; return whether it was done."""
        if not self.is_valid():
            return False
        try:
            action()
        except (NotThere, NotAllowed):
            raise
        except Refusal as refusal:
            self.refuse(refusal)
            return False
        return True

    def refuse(self, refusal: Refusal) -> None:
        """Put what the rules refuse beside the fields that it is about."""
        if not isinstance(refusal, Faults):
            self.add_error(None, speaks().sentence(refusal.sentence))
            return
        for fault in refusal.faults:
            field = fault.place.path if fault.place.path in self.fields else None
            self.add_error(field, speaks().sentence(fault.wrong))

    @property
    def answer_status(self) -> int:
        """The answer's status when the form is shown: 422 where what was filled in was refused."""
        return 422 if self.is_bound else 200

    def said(self, name: str) -> str:
        """Return what was filled in; empty for nothing."""
        return self.cleaned_data.get(name) or ""


class ProfileForm(Form):
    """A co-op's profile."""

    name = forms.CharField(label=say_later("Name"), required=False)
    kind = forms.ChoiceField(
        label=say_later("What sort of co-op?"),
        choices=choices_of(Cooperative.Kind.choices, "Please choose"),
        required=False,
    )
    village_code = forms.CharField(label=say_later("Village or ward"), required=False)
    address = forms.CharField(label=say_later("Address (if known)"), required=False)
    coop_nik = forms.CharField(
        label=say_later("The co-op's NIK (if there is one)"),
        help_text=say_later("From the ministry's registration. Never anybody's own NIK."),
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    legal_entity_number = forms.CharField(
        label=say_later("Legal entity number (if there is one)"),
        help_text=say_later("AHU-…, from the deed's registration."),
        required=False,
    )
    npwp = forms.CharField(label=say_later("NPWP (if there is one)"), required=False)
    nib = forms.CharField(label=say_later("NIB (if there is one)"), required=False)
    is_another = forms.BooleanField(label=say_later("Yes, this is another co-op"), required=False)

    is_similar = False
    """Whether to ask if it is another co-op than one of a like name."""

    def profile(self) -> Profile:
        """Return the profile as written."""
        return Profile(**{name: self.said(name) for name in _FIELDS_OF_PROFILE})

    def refuse(self, refusal: Refusal) -> None:
        """Ask, where a like name stands in the way."""
        self.is_similar = isinstance(refusal, SimilarName)
        super().refuse(refusal)


class NewCooperativeForm(ProfileForm):
    """A new co-op, and the network that it joins at once."""

    network = forms.TypedChoiceField(
        label=say_later("Add to a network"), coerce=int, empty_value=None, required=False
    )
    roles = forms.MultipleChoiceField(
        label=say_later("Role in the network"),
        choices=choices_of(NetworkRole.Kind.choices),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=["supplier"],
    )

    def __init__(self, *args: Any, networks: Iterable[Network], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.networks = {network.pk: network for network in networks}
        self.fields["network"].choices = [  # type: ignore[attr-defined]
            ("", say_later("No network yet")),
            *((pk, network.name) for pk, network in self.networks.items()),
        ]

    def network_chosen(self) -> Network | None:
        """Return the network, where one was chosen."""
        return self.networks.get(self.cleaned_data.get("network") or 0)


class PositionForm(Form):
    """Where something is: typed, or filled in by the phone or the map."""

    coordinates = forms.CharField(
        label=say_later("Latitude and longitude"),
        help_text=say_later("In degrees, like this: -6.8168, 107.1425."),
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    origin = forms.ChoiceField(
        choices=[(each, each) for each in ("typed", "gps", "map")], required=False, widget=forms.HiddenInput
    )


class UnitForm(Form):
    """A business unit."""

    kind = forms.CharField(
        label=say_later("What sort of unit?"), required=False, widget=forms.TextInput({"list": "unit-kinds"})
    )
    name = forms.CharField(label=say_later("Name (if it has one)"), required=False)


class OfficerForm(Form):
    """An office and who holds it."""

    organ = forms.ChoiceField(
        label=say_later("Organ"), choices=choices_of(Officer.Organ.choices, "Please choose"), required=False
    )
    office = forms.CharField(
        label=say_later("Office"), required=False, widget=forms.TextInput({"list": "offices"})
    )
    name = forms.CharField(label=say_later("Name"), required=False)
    phone = forms.CharField(
        label=say_later("Phone (if known)"), required=False, widget=forms.TextInput({"inputmode": "tel"})
    )
    nik = forms.CharField(
        label=say_later("Person's NIK (if known)"),
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    term_from = forms.DateField(
        label=say_later("In office from"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    term_until = forms.DateField(
        label=say_later("In office until"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )

    def held(self) -> Office:
        """Return the office as written."""
        texts = {name: self.said(name) for name in ("organ", "office", "name", "phone", "nik")}
        return Office(
            **texts, term_from=self.cleaned_data["term_from"], term_until=self.cleaned_data["term_until"]
        )


class DayForm(Form):
    """A day."""

    on = forms.DateField(
        label=say_later("Last day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )


class MemberForm(Form):
    """A member of a co-op."""

    name = forms.CharField(label=say_later("Name"), required=False)
    nik = forms.CharField(
        label=say_later("Person's NIK (if known)"),
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=say_later("Phone (if known)"), required=False, widget=forms.TextInput({"inputmode": "tel"})
    )
    sex = forms.ChoiceField(
        label=say_later("Sex"),
        choices=[("", "–"), ("L", say_later("male")), ("P", say_later("female"))],
        required=False,
    )
    occupation = forms.CharField(label=say_later("Occupation"), required=False)
    village_code = forms.CharField(label=say_later("Village or ward"), required=False)
    status = forms.ChoiceField(
        label=say_later("Membership"), choices=choices_of(Member.Status.choices), required=False
    )
    joined_on = forms.DateField(
        label=say_later("Member since"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def person(self) -> Person:
        """Return the person as written."""
        texts = {name: self.said(name) for name in self.fields if name not in {"joined_on", "status"}}
        return Person(
            **texts,
            status=self.said("status") or Member.Status.APPROVED,
            joined_on=self.cleaned_data["joined_on"],
        )


class NetworkForm(Form):
    """A network's name, region and note."""

    name = forms.CharField(label=say_later("Name of the network"), required=False)
    region_code = forms.ChoiceField(label=say_later("Region"), required=False)
    note = forms.CharField(
        label=say_later("Note (if any)"), required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, regions: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = list(regions)
        self.fields["region_code"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["region_code"]


class NetworkFileForm(Form):
    """A file with a whole network, and where it belongs."""

    file = forms.FileField(
        label=say_later("Network file (.xlsx or .json)"),
        widget=forms.FileInput({"accept": ".xlsx,.json,application/json"}),
    )
    name = forms.CharField(
        label=say_later("Name of the network"),
        help_text=say_later("Left empty: as in the file."),
        required=False,
        max_length=160,
    )
    region_code = forms.ChoiceField(label=say_later("Region"))
    commodity = forms.ChoiceField(
        label=say_later("Commodity"),
        help_text=say_later("For goods in the file that aren't known here yet."),
    )
    replaces = forms.BooleanField(
        label=say_later("Replace what co-ops that are registered already said of the same goods and months"),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        regions: Iterable[tuple[str, str]],
        commodities: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["region_code"].choices = list(regions)
        goods = [*commodities, ("lain", speaks().text("Other"))]
        fields["commodity"].choices = list(dict(reversed(goods)).items())[::-1]

    def asked(self) -> dict[str, Any]:
        """Return what `load_network_file` is given."""
        found = self.cleaned_data
        sent = found["file"]
        chosen = {name: found[name] for name in ("name", "region_code", "commodity", "replaces")}
        return {"data": sent.read(), "file": sent.name, **chosen}


class RolesForm(Form):
    """Roles of a co-op in a network."""

    roles = forms.MultipleChoiceField(
        label=say_later("Role in the network"),
        choices=choices_of(NetworkRole.Kind.choices),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class AddingForm(RolesForm):
    """Co-ops that are added to a network."""

    cooperatives = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = self.data.getlist("cooperatives") if hasattr(self.data, "getlist") else []
        numbers = [each for each in sent if each.isascii() and each.isdigit() and len(each) < 19]
        # Whether the person may add them is the query's to say; here they are numbers.
        self.fields["cooperatives"].choices = [(each, each) for each in numbers]  # type: ignore[attr-defined]


class CounterpartyForm(Form):
    """A buyer or supplier."""

    name = forms.CharField(label=say_later("Name"), required=False)
    kind = forms.ChoiceField(
        label=say_later("What sort of party?"),
        choices=choices_of(Counterparty.Kind.choices, "Please choose"),
        required=False,
    )
    npwp = forms.CharField(label=say_later("NPWP (if there is one)"), required=False)
    note = forms.CharField(label=say_later("Note (if any)"), required=False)


class SiteForm(PositionForm):
    """A place of a buyer or supplier."""

    name = forms.CharField(label=say_later("Name of the place"), required=False)
    village_code = forms.CharField(label=say_later("Village or ward"), required=False)


class FileForm(RolesForm):
    """A CSV file."""

    file = forms.FileField(label=say_later("CSV file"), widget=forms.FileInput({"accept": ".csv,text/csv"}))
