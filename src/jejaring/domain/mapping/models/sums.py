"""Sums by regency, so that a province or the country can be shown while somebody waits.

Everything here follows from other tables and can be made again from them (`actions.sums`). Regencies and
networks are added up from what was said itself; only larger regions read these rows.
"""

from __future__ import annotations

from django.db import models

from jejaring.domain.fields import DegreesField
from jejaring.domain.mapping.models.reference import Product
from jejaring.domain.parties.models import Cooperative


class AnswersSum(models.Model):
    """How far one co-op is. A co-op that never answered has no row."""

    cooperative = models.OneToOneField(
        Cooperative, on_delete=models.CASCADE, primary_key=True, related_name="answers_sum"
    )
    regency_code = models.CharField(max_length=5)
    stages_done = models.PositiveSmallIntegerField()
    last_said_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("regency_code", "last_said_at", "stages_done"), name="answers_by_regency"),
        )

    def __str__(self) -> str:
        return f"{self.cooperative_id}: {self.stages_done}"


class RegencySum(models.Model):
    """What the co-ops of one regency say of a product in a month, added up.

    Of buyers' room the row without a month is what holds in every month, and a month's row is what
    differs in it, so kilograms and counts may be below 0 there.
    """

    regency_code = models.CharField(max_length=5)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    month = models.DateField(null=True)
    measure = models.CharField(max_length=10)
    kg = models.BigIntegerField()
    cooperatives = models.IntegerField()
    boundless = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("regency_code", "product", "measure", "month"), name="regency_sum_once"
            ),
            models.UniqueConstraint(
                fields=("regency_code", "product", "measure"),
                condition=models.Q(month__isnull=True),
                name="regency_sum_of_every_month_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.regency_code} {self.measure}: {self.kg} kg"


class RegencyPlace(models.Model):
    """The co-ops of one regency as one point of a map: the middle of those whose position is known."""

    regency_code = models.CharField(max_length=5, primary_key=True)
    cooperatives = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    lat = DegreesField()
    lon = DegreesField()

    def __str__(self) -> str:
        return f"{self.regency_code}: {self.cooperatives}"


class RegencyDue(models.Model):
    """A regency in which something was said since it was added up."""

    regency_code = models.CharField(max_length=5, primary_key=True)

    def __str__(self) -> str:
        return self.regency_code


class SumsHead(models.Model):
    """One row: up to which audit line it was looked for regencies in which something was said."""

    audit_line = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="sums_have_one_head"),)

    def __str__(self) -> str:
        return f"{self.audit_line}"
