"""What is asked before a plan is made."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from jejaring.documents.sharing_rules import rule_meaning, rule_name
from jejaring.domain.mapping.overview import months_from
from jejaring.domain.partnering.queries import Choices
from jejaring.domain.partnering.snapshot import MOST_MONTHS
from jejaring.engines.errors import Sentence
from jejaring.engines.planning.plan import RULES
from jejaring.engines.planning.questions.ask import MOST_PARTIES_ASKED
from jejaring.engines.planning.sharing.game import MOST_PARTIES_OF_NUCLEOLUS
from jejaring.interfaces.web.speaking import say_later, speaks

_CHANGES = {
    "harvest": ("supplies", "available_kg"),
    "price": ("outlets", "price_idr_per_kg"),
    "yield": ("processes", "outputs"),
    "capacity": ("processes", "capacity_kg"),
    "buyer": ("outlets", "most_kg"),
}
_SAID = {
    "harvest": Sentence("scenario.harvest", "Harvest of {what}: {change}"),
    "price": Sentence("scenario.price", "What buyers pay for {what}: {change}"),
    "yield": Sentence("scenario.yield", "Yield from {what}: {change}"),
    "capacity": Sentence("scenario.capacity", "Capacity for {what}: {change}"),
    "buyer": Sentence("scenario.buyer", "Without the buyer {what}"),
}
_EVERYTHING = Sentence("scenario.everything", "everything")
_PERCENTS = (-50, -30, -20, -10, 10, 20, 30)


class PlanForm(forms.Form):
    """First month, how many, and what shall be otherwise than was said."""

    first_month = forms.ChoiceField(label=say_later("First month"))
    months = forms.TypedChoiceField(
        label=say_later("How many months"), coerce=int, choices=[(each, each) for each in range(1, 25)]
    )
    what = forms.ChoiceField(
        label=say_later("What shall be otherwise?"),
        widget=forms.RadioSelect,
        initial="",
        required=False,
        choices=[
            ("", say_later("Nothing: as was said")),
            ("harvest", say_later("The harvest")),
            ("price", say_later("What buyers pay")),
            ("yield", say_later("The yield of processing")),
            ("capacity", say_later("The capacity of dryers and mills")),
            ("buyer", say_later("A buyer drops out")),
        ],
    )
    product = forms.ChoiceField(label=say_later("Of which product"), required=False)
    percent = forms.TypedChoiceField(
        label=say_later("By how much"),
        coerce=int,
        required=False,
        initial=-10,
        choices=[(each, f"{'+' if each > 0 else '−'}{abs(each)}%") for each in _PERCENTS],
    )
    buyer = forms.ChoiceField(label=say_later("Which buyer"), required=False)
    rules = forms.MultipleChoiceField(
        label=say_later("How shall the gain be divided?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    thorough = forms.BooleanField(
        label=say_later("Also ask: why not, what would change it, what if"), required=False
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, choices: Choices, at: datetime) -> None:
        super().__init__(data)
        self._choices = choices
        coming = months_from(timezone.localtime(at).date().replace(day=1), 12)
        months = sorted({*choices.months, *coming})
        fields: Any = self.fields
        fields["first_month"].choices = [
            (f"{month:%Y-%m}", speaks().period(f"{month:%Y-%m}")) for month in months
        ]
        fields["product"].choices = [("", speaks().text("All products")), *choices.products]
        fields["buyer"].choices = [("", "–"), *choices.buyers]
        first = choices.months[0] if choices.months else coming[0]
        fields["first_month"].initial = f"{first:%Y-%m}"
        fields["months"].initial = min(max(len(choices.months), 1), 12, MOST_MONTHS)
        fields["request_key"].initial = uuid4()
        self.is_large = choices.parties > MOST_PARTIES_ASKED
        self.is_too_large_for_nucleolus = choices.parties > MOST_PARTIES_OF_NUCLEOLUS
        left_out = {"nucleolus"} if self.is_too_large_for_nucleolus else set()
        self._rules = tuple(rule for rule in RULES if rule not in left_out)
        fields["rules"].choices = [(rule, rule_name(rule, speaks())) for rule in self._rules]
        fields["thorough"].disabled = self.is_large

    def rules_explained(self) -> list[tuple[Any, str]]:
        """Return each rule's box with what the rule does."""
        means = [rule_meaning(rule, speaks()) for rule in self._rules]
        return list(zip(self["rules"], means, strict=True))

    def all_errors(self) -> list[tuple[str, str]]:
        """Return everything that is wrong with what was filled in: (field in words, what)."""
        told = [("", str(error)) for error in self.non_field_errors()]
        for name, errors in self.errors.items():
            if name != "__all__":
                label = "" if name == "request_key" else str(self.fields[name].label)
                told += [(label, str(error)) for error in errors]
        return told

    def clean(self) -> dict[str, Any]:
        """Refuse a buyer that drops out without a name."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("what") == "buyer" and not found.get("buyer"):
            self.add_error("buyer", speaks().text("Choose which buyer drops out."))
        return found

    def asked(self) -> dict[str, Any]:
        """Return what `ask_for_plan` is given."""
        found = self.cleaned_data
        return {
            "first_month": date.fromisoformat(f"{found['first_month']}-01"),
            "months": found["months"],
            "scenario": self._scenario(),
            "rules": tuple(found["rules"]) or None,
            "thorough": found["thorough"],
            "request_key": found["request_key"],
        }

    def _scenario(self) -> dict[str, Any]:
        found = self.cleaned_data
        what = found["what"]
        if not what:
            return {}
        table, field = _CHANGES[what]
        change: dict[str, Any] = {"table": table, "field": field}
        if what == "buyer":
            change |= {"row": found["buyer"], "factor": "0"}
            named = dict(self._choices.buyers)[found["buyer"]]
        else:
            percent = found["percent"] or -10
            change |= {"product": found["product"], "factor": str(1 + Decimal(percent) / 100)}
            named = dict(self._choices.products).get(found["product"], "")
        return {"what": what, "named": named, "percent": found["percent"] or 0, "changes": [change]}


def scenario_said(scenario: dict[str, Any]) -> Sentence | None:
    """Return in a sentence what is otherwise in a plan; None where nothing is."""
    said = _SAID.get(scenario.get("what", ""))
    if said is None:
        return None
    percent = scenario["percent"]
    change = f"{'+' if percent > 0 else '−'}{abs(percent)}%"
    return Sentence(said.code, said.text, {"what": scenario["named"] or _EVERYTHING, "change": change})
