"""What an agreement says, version by version, and what it commits its parties to."""

from __future__ import annotations

from django.db import models

from jejaring.domain.agreements.models.agreements import Agreement, AgreementParty
from jejaring.domain.fields import FactorField, KilogramField, RupiahField, RupiahPerKilogramField
from jejaring.domain.mapping.models import Product, Site
from jejaring.domain.parties.models import User


class Version(models.Model):
    """One wording of an agreement. Once put up for signing it never changes; a change is a new version."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", "being worded"
        OFFERED = "offered", "put up for signing"
        SIGNED = "signed", "signed by all"
        REPLACED = "replaced", "replaced by a later one"

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    content = models.JSONField()
    """What it says, as `documents.agreements` writes it: parties, clauses, commitments, validity."""
    sha256 = models.CharField(max_length=64)
    """Of the content in its canonical form."""
    why = models.CharField(max_length=300, blank=True)
    """What was changed from the version before, in a sentence of whoever made it."""
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("agreement", "number")
        constraints = (
            models.UniqueConstraint(fields=("agreement", "number"), name="version_number_once"),
            models.UniqueConstraint(
                fields=("agreement",),
                condition=models.Q(state__in=("draft", "offered")),
                name="version_one_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement_id} v{self.number}"


class Commitment(models.Model):
    """One line of a version's annex: who gives whom what, when, where, at which price.

    Rows are what deliveries are later held against; the content of the version repeats them in words.
    """

    class Kind(models.TextChoices):
        """What is done with the goods."""

        SALE = "sale", "sold"
        TOLL = "toll", "worked on for a fee"
        STORAGE = "storage", "kept for a fee"
        MARKETING = "marketing", "sold for the giver"
        POOLED_BUYING = "pooled_buying", "bought together"

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="commitments")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=14, choices=Kind.choices)
    giver = models.ForeignKey(AgreementParty, on_delete=models.PROTECT, related_name="gives")
    taker = models.ForeignKey(AgreementParty, on_delete=models.PROTECT, related_name="takes")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="+")
    good = models.CharField(max_length=160)
    """Product and grade as the paper calls them."""
    month = models.DateField()
    kg = KilogramField()
    price_idr_per_kg = RupiahPerKilogramField(null=True, blank=True)
    price_rule = models.CharField(max_length=300, blank=True)
    """The formula that says the price, in words: then the price above only illustrates. The version's
    content has its parts, in the line of the same position."""
    value_idr = RupiahField()
    tolerance = FactorField(default=0)
    """By which share of the kilograms a delivery may differ."""
    site = models.ForeignKey(Site, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    place = models.CharField(max_length=200)
    """The delivery point as the paper calls it."""
    origin = models.CharField(max_length=80, blank=True)
    """Where it comes from: "proposal-line:41"; empty for what was written by hand."""

    class Meta:
        ordering = ("version", "position")
        constraints = (
            models.UniqueConstraint(fields=("version", "position"), name="commitment_position_once"),
            models.CheckConstraint(condition=models.Q(kg__gt=0), name="commitment_has_kilograms"),
        )

    def __str__(self) -> str:
        return f"{self.good} {self.month:%Y-%m}: {self.kg} kg"
