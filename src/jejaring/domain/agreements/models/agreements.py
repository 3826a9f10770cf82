"""Agreements, who is party to them, their numbers, and what happened to them."""

from __future__ import annotations

from django.db import models

from jejaring.domain.parties.models import Cooperative, Counterparty, Network, User


class Agreement(models.Model):
    """A memorandum (intent) or a contract (binding) between two or more parties.

    What it says stands in its versions. `state` moves only as `states.NEXT` allows.
    """

    class Kind(models.TextChoices):
        """What sort of agreement it is."""

        MOU = "mou", "memorandum of understanding"
        PKS = "pks", "cooperation contract"

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", "being worded"
        SIGNING = "signing", "being signed"
        IN_FORCE = "in_force", "in force"
        SUSPENDED = "suspended", "suspended"
        EXPIRED = "expired", "expired"
        TERMINATED = "terminated", "ended early"
        CANCELLED = "cancelled", "given up before it was signed"

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="agreements")
    kind = models.CharField(max_length=3, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    title = models.CharField(max_length=200)
    code = models.CharField(max_length=32, unique=True)
    """What QR codes and the public page call it; random."""
    language = models.CharField(max_length=2, default="id")
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    """Counted within network, kind and year without gaps; given when it is first put up for signing."""
    reference = models.CharField(max_length=60, blank=True)
    """Its number as papers write it: 012/NK/J7/XI/2026."""
    occasion = models.CharField(max_length=160, blank=True)
    """The event or round that it came from, as people call it: totals are made for it."""
    occasion_key = models.CharField(max_length=40, blank=True)
    """What the occasion is to programs: "round:12"."""
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followers"
    )
    """The memorandum that a contract follows from, or the agreement that this one renews."""
    amends = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="amendments"
    )
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    """The last day on which it holds."""
    ended_on = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    request_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        ordering = ("-made_at", "-id")
        indexes = (models.Index(fields=("network", "state", "-made_at"), name="agreement_by_network"),)
        constraints = (
            models.UniqueConstraint(
                fields=("network", "kind", "year", "number"),
                condition=models.Q(number__isnull=False),
                name="agreement_number_once",
            ),
            models.CheckConstraint(
                condition=models.Q(year__isnull=True, number__isnull=True)
                | models.Q(year__isnull=False, number__isnull=False),
                name="agreement_number_has_a_year",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="agreement_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return self.title


class AgreementParty(models.Model):
    """One party: a co-op, or a counterparty outside."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    position = models.PositiveSmallIntegerField()
    """0 is the first party. Content and commitments name parties by it."""
    cooperative = models.ForeignKey(
        Cooperative, on_delete=models.PROTECT, null=True, blank=True, related_name="agreement_parties"
    )
    counterparty = models.ForeignKey(
        Counterparty, on_delete=models.PROTECT, null=True, blank=True, related_name="agreement_parties"
    )
    is_hub = models.BooleanField(default=False)

    class Meta:
        ordering = ("agreement", "position")
        constraints = (
            models.UniqueConstraint(fields=("agreement", "position"), name="agreement_party_position_once"),
            models.UniqueConstraint(
                fields=("agreement", "cooperative"),
                condition=models.Q(cooperative__isnull=False),
                name="agreement_party_once",
            ),
            models.CheckConstraint(
                condition=models.Q(cooperative__isnull=False, counterparty__isnull=True)
                | models.Q(cooperative__isnull=True, counterparty__isnull=False),
                name="agreement_party_is_one",
            ),
        )

    def __str__(self) -> str:
        return str(self.cooperative or self.counterparty)


class NumberSeries(models.Model):
    """The last number given of a network, kind and year; locked while one is given: none is left out."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=3, choices=Agreement.Kind.choices)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("network", "kind", "year"), name="number_series_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class Event(models.Model):
    """Something that happened to an agreement since it was made; never changed, never taken out."""

    class Kind(models.TextChoices):
        """What happened."""

        OFFERED = "offered", "put up for signing"
        WITHDRAWN = "withdrawn", "taken back to be worded again"
        IN_FORCE = "in_force", "came into force"
        SUSPENDED = "suspended", "suspended"
        RESUMED = "resumed", "resumed"
        EXPIRED = "expired", "expired"
        TERMINATED = "terminated", "ended early"
        CANCELLED = "cancelled", "given up"
        AMENDED = "amended", "amended"
        RENEWED = "renewed", "renewed"
        DISPUTE = "dispute", "dispute told"
        DISPUTE_NOTE = "dispute_note", "said in a dispute"
        DISPUTE_SETTLED = "dispute_settled", "dispute settled"
        STAMPED = "stamped", "duty stamp recorded"
        DATED = "dated", "time of a timestamp service put on its paper"
        ASKED_SUSPEND = "asked_suspend", "suspension proposed"
        ASKED_RESUME = "asked_resume", "resumption proposed"
        ASKED_END = "asked_end", "early end proposed"
        NOTICE = "notice", "notice of termination given"
        ASSENTED = "assented", "agreed to what was proposed"
        DISSENTED = "dissented", "didn't agree to what was proposed"
        TAKEN_BACK = "taken_back", "what was proposed was taken back"

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    text = models.TextField(blank=True)
    party = models.ForeignKey(
        AgreementParty, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    dispute = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="answers"
    )
    """The line that began the dispute which this one belongs to."""
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.kind}"
