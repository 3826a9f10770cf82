"""Matching rounds: what was planned at once, proposed to pairs of co-ops, and what they answered."""

from __future__ import annotations

from django.db import models

from jejaring.domain.agreements.models import Agreement, Commitment
from jejaring.domain.fields import KilogramField, RupiahField, RupiahPerKilogramField
from jejaring.domain.mapping.models import Product, Site
from jejaring.domain.parties.models import Cooperative, Network, User
from jejaring.domain.partnering.models.plans import PlanRun


class Round(models.Model):
    """One matching of a network: its answers as they were at one moment, planned as often as is needed."""

    class State(models.TextChoices):
        """Where it stands."""

        PLANNING = "planning", "being planned; nobody but the facilitator sees it"
        OPEN = "open", "proposals can be answered"
        CLOSED = "closed", "nothing can be answered any more"
        CANCELLED = "cancelled", "given up"

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="rounds")
    title = models.CharField(max_length=160)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNING)
    rule = models.CharField(max_length=12)
    """The sharing rule that proposals rest on."""
    first_month = models.DateField()
    months = models.PositiveSmallIntegerField()
    opened_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField()
    """The moment at which the answers were taken: they are frozen in the problem of the first plan."""
    published_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    request_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        ordering = ("-opened_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("network",),
                condition=models.Q(state__in=("planning", "open")),
                name="round_one_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def has_ended(self) -> bool:
        """Whether it is closed or given up."""
        return self.state in (self.State.CLOSED, self.State.CANCELLED)


class RoundPlan(models.Model):
    """One planning of a round. The first has the frozen answers, the others what was agreed since."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="plans")
    number = models.PositiveSmallIntegerField()
    run = models.OneToOneField(PlanRun, on_delete=models.CASCADE, related_name="round_plan")
    kept_at = models.DateTimeField(null=True, blank=True)
    """When its proposals were written; none: not yet."""
    differences = models.JSONField(default=dict, blank=True)
    """What became different from the plan before: kilograms by pair, product and month; prices by pair and
    product; what of the agreed couldn't be kept."""

    class Meta:
        ordering = ("round", "number")
        constraints = (models.UniqueConstraint(fields=("round", "number"), name="round_plan_number_once"),)

    def __str__(self) -> str:
        return f"{self.round} {self.number}"


class Standing(models.Model):
    """What a plan of a round means for one co-op, under the round's rule; whole rupiah, may be below zero."""

    plan = models.ForeignKey(RoundPlan, on_delete=models.CASCADE, related_name="standings")
    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="+")
    is_hub = models.BooleanField(default=False)
    alone_idr = models.BigIntegerField()
    today_idr = models.BigIntegerField(null=True, blank=True)
    payoff_idr = models.BigIntegerField()
    """What it has under the rule; for what it agreed to before, as it was agreed."""
    settlement_idr = models.BigIntegerField()
    """What it gets (or gives, below zero) beside the prices."""

    class Meta:
        ordering = ("plan", "cooperative")
        constraints = (models.UniqueConstraint(fields=("plan", "cooperative"), name="standing_once"),)

    def __str__(self) -> str:
        return f"{self.cooperative}: {self.payoff_idr}"

    @property
    def gain_idr(self) -> int:
        """What it has more than alone, rupiah."""
        return self.payoff_idr - self.alone_idr


class Proposal(models.Model):
    """What is proposed to two co-ops: they both accept the same lines, or it isn't agreed.

    `first` is the hub where one of them is; between two others, the one registered earlier.
    """

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", "waits for answers"
        AGREED = "agreed", "both accepted"
        DECLINED = "declined", "one declined"
        COUNTERED = "countered", "one wants it otherwise"
        REPLACED = "replaced", "a later one took its place"
        WITHDRAWN = "withdrawn", "the plan has no room for it any more"

    class Origin(models.TextChoices):
        """Where it comes from."""

        PLAN = "plan", "from the plan"
        COUNTER = "counter", "from a counter-proposal"
        HAND = "hand", "made by hand"

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="proposals")
    plan = models.ForeignKey(
        RoundPlan, on_delete=models.CASCADE, null=True, blank=True, related_name="proposals"
    )
    """The plan that it stands in now; none: made by hand and not planned yet."""
    first = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replaced_by"
    )
    origin = models.CharField(max_length=7, choices=Origin.choices, default=Origin.PLAN)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    first_accepted_at = models.DateTimeField(null=True, blank=True)
    second_accepted_at = models.DateTimeField(null=True, blank=True)
    kg = KilogramField(default=0)
    value_idr = RupiahField(default=0)
    """The sum of its lines, rupiah."""
    settlement_idr = models.BigIntegerField(null=True, blank=True)
    """What `second` gets from `first` (or gives it, below zero) beside the prices; none: it stands in the
    co-op's proposal with another hub."""
    why = models.JSONField(default=dict, blank=True)
    """Why these two, as a sentence: {"code": …, "text": …, "facts": {…}}."""
    agreement = models.ForeignKey(
        Agreement, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposals"
    )
    """The memorandum that it went into; several of one hub may share one."""
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("round", "first", "second", "version")
        indexes = (models.Index(fields=("round", "state"), name="proposal_by_state"),)
        constraints = (
            models.UniqueConstraint(
                fields=("round", "first", "second", "version"), name="proposal_version_once"
            ),
            models.UniqueConstraint(
                fields=("round", "first", "second"),
                condition=~models.Q(state__in=("replaced", "withdrawn")),
                name="proposal_one_current",
            ),
            models.CheckConstraint(
                condition=~models.Q(first=models.F("second")), name="proposal_between_two"
            ),
        )

    def __str__(self) -> str:
        return f"{self.first} – {self.second}"


NOT_DRAFTED = models.Q(agreement=None) | models.Q(agreement__state=Agreement.State.CANCELLED)
"""Proposals that stand in no memorandum, or only in one that was given up."""


class ProposalLine(models.Model):
    """What passes in one month, at one place, for one price."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=14, choices=Commitment.Kind.choices)
    first_gives = models.BooleanField()
    """Whether `first` hands over; otherwise `second` does."""
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="+")
    good = models.CharField(max_length=80)
    """Code of the good in the plan: a product, or a product in a grade."""
    good_name = models.CharField(max_length=160)
    site = models.ForeignKey(Site, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    place = models.CharField(max_length=80)
    """Code of the place in the plan."""
    place_name = models.CharField(max_length=200)
    month = models.DateField()
    kg = KilogramField()
    price_idr_per_kg = RupiahPerKilogramField()
    value_idr = RupiahField()
    """Kilograms times price; lines are rounded so that they add up to the partnership."""

    class Meta:
        ordering = ("proposal", "position")
        constraints = (
            models.UniqueConstraint(fields=("proposal", "position"), name="proposal_line_position_once"),
            models.CheckConstraint(condition=models.Q(kg__gt=0), name="proposal_line_has_kilograms"),
        )

    def __str__(self) -> str:
        return f"{self.good_name} {self.month:%Y-%m}: {self.kg} kg"


class Answer(models.Model):
    """What one side said to a proposal. Never changed; a new one takes its place."""

    class Kind(models.TextChoices):
        """What was said."""

        ACCEPT = "accept", "accepts"
        DECLINE = "decline", "declines"
        COUNTER = "counter", "wants it otherwise"

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="answers")
    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    request_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        ordering = ("proposal", "at", "id")

    def __str__(self) -> str:
        return f"{self.cooperative}: {self.kind}"


class CounterLine(models.Model):
    """How one line of a proposal should be instead; what is empty stays as proposed."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(ProposalLine, on_delete=models.CASCADE, related_name="counters")
    kg = KilogramField(null=True, blank=True)
    """0: not in this month."""
    price_idr_per_kg = RupiahPerKilogramField(null=True, blank=True)
    place = models.CharField(max_length=80, blank=True)
    """Code of another delivery point in the plan."""

    class Meta:
        ordering = ("answer", "line")
        constraints = (models.UniqueConstraint(fields=("answer", "line"), name="counter_line_once"),)

    def __str__(self) -> str:
        return f"{self.line}"
