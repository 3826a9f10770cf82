"""Reference data with date and source: what is traded, how it converts, what prices the state sets."""

from __future__ import annotations

from django.db import models

from jejaring.domain.fields import FactorField, RupiahPerKilogramField
from jejaring.domain.parties.models import Network


class Commodity(models.Model):
    """What a network forms around: rice, vegetables."""

    code = models.SlugField(max_length=40, unique=True)
    name_id = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name_id


class Product(models.Model):
    """One good of a commodity, as it is weighed and sold: harvest-dry paddy, rice, bran."""

    commodity = models.ForeignKey(Commodity, on_delete=models.PROTECT, related_name="products")
    code = models.SlugField(max_length=60, unique=True)
    name_id = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    is_input = models.BooleanField(default=False)
    """Something co-ops buy (fertiliser, seed, packaging) rather than sell."""
    is_harvest = models.BooleanField(default=False)
    """Something members grow; asked for first."""
    shelf_life_periods = models.PositiveSmallIntegerField(null=True, blank=True)
    loss_per_100_km = FactorField(default=0)

    class Meta:
        ordering = ("commodity", "id")

    def __str__(self) -> str:
        return self.name_id


class Grade(models.Model):
    """A quality of a product; kilograms of different grades are different goods."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="grades")
    code = models.SlugField(max_length=40)
    name_id = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    rule = models.CharField(max_length=300, blank=True)
    """What makes it this grade: moisture, broken grains, size."""

    class Meta:
        ordering = ("product", "id")
        constraints = (models.UniqueConstraint(fields=("product", "code"), name="grade_once"),)

    def __str__(self) -> str:
        return f"{self.product} {self.name_id}"


class Dated(models.Model):
    """A figure that holds from a day on, with who says so."""

    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300)

    class Meta:
        abstract = True


class Conversion(Dated):
    """How many kilograms of one product come from one kilogram of another."""

    from_product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="becomes")
    to_product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="comes_from")
    factor = FactorField()

    class Meta:
        ordering = ("from_product", "to_product", "-valid_from")
        constraints = (
            models.UniqueConstraint(
                fields=("from_product", "to_product", "valid_from"), name="conversion_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_product} → {self.to_product}"


class PriceRule(Dated):
    """A price that somebody sets: a floor, a ceiling, or what is taken off for quality."""

    class Kind(models.TextChoices):
        """What the rule does to a price."""

        FLOOR = "floor", "floor"
        CEILING = "ceiling", "ceiling"
        DEDUCTION = "deduction", "deduction"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="price_rules")
    grade = models.ForeignKey(Grade, on_delete=models.CASCADE, null=True, blank=True)
    region_code = models.CharField(max_length=5, default="ID")
    idr_per_kg = RupiahPerKilogramField()
    condition = models.CharField(max_length=120, blank=True)
    """When a deduction is due: moisture 26–30 %, …"""

    class Meta:
        ordering = ("product", "kind", "-valid_from")

    def __str__(self) -> str:
        return f"{self.kind} {self.product}"


class Reference(models.Model):
    """A figure that rows of a network were made from, as a network file lists it."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="references")
    code = models.CharField(max_length=80)
    item = models.CharField(max_length=300)
    value = models.TextField()
    unit = models.CharField(max_length=60, blank=True)
    valid_from = models.CharField(max_length=20, blank=True)
    source = models.TextField()
    confidence = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("network", "code", "valid_from"), name="reference_once"),
        )

    def __str__(self) -> str:
        return self.code
