"""Places, and ways between them."""

from __future__ import annotations

from django.db import models

from jejaring.domain.fields import DegreesField, FactorField, KilogramField, RupiahPerKilogramField
from jejaring.domain.mapping.models.reference import Product
from jejaring.domain.parties.models import Cooperative, Counterparty, Network
from jejaring.domain.parties.models.cooperatives import PositionOrigin


class Site(models.Model):
    """A place where goods are: a co-op's, a counterparty's, or nobody's.

    Where a co-op has no site of its own, its position is the one of its profile.
    """

    cooperative = models.ForeignKey(
        Cooperative, on_delete=models.CASCADE, related_name="sites", null=True, blank=True
    )
    counterparty = models.ForeignKey(
        Counterparty, on_delete=models.CASCADE, related_name="sites", null=True, blank=True
    )
    network = models.ForeignKey(
        Network, on_delete=models.CASCADE, related_name="sites", null=True, blank=True
    )
    """Set for sites that aren't a co-op's: the network that knows them."""
    name = models.CharField(max_length=160)
    code = models.CharField(max_length=60, blank=True)
    village_code = models.CharField(max_length=13, blank=True)
    lat = DegreesField(null=True, blank=True)
    lon = DegreesField(null=True, blank=True)
    position_origin = models.CharField(max_length=10, choices=PositionOrigin.choices, blank=True)
    terrain = models.CharField(max_length=30, blank=True)
    is_main = models.BooleanField(default=False)
    """The one that a co-op's answers are about where they don't name another."""

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("cooperative",), condition=models.Q(is_main=True), name="site_one_main"
            ),
            models.CheckConstraint(
                condition=models.Q(lat__isnull=True, lon__isnull=True)
                | models.Q(lat__range=(-90, 90), lon__range=(-180, 180)),
                name="site_position_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(cooperative__isnull=False, network__isnull=True)
                | models.Q(cooperative__isnull=True, network__isnull=False),
                name="site_of_a_cooperative_or_a_network",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def file_code(self) -> str:
        """What files call it."""
        return self.code or f"s{self.pk}"


class Vehicle(models.Model):
    """A class of lorries: a co-op's, or for hire in a network."""

    cooperative = models.ForeignKey(
        Cooperative, on_delete=models.CASCADE, related_name="vehicles", null=True, blank=True
    )
    network = models.ForeignKey(
        Network, on_delete=models.CASCADE, related_name="vehicles", null=True, blank=True
    )
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=60, blank=True)
    capacity_kg = KilogramField()
    idr_per_km = RupiahPerKilogramField(default=0)
    idr_per_trip = models.PositiveBigIntegerField(default=0)
    most_trips = models.PositiveIntegerField(null=True, blank=True)
    """In a month; only of a co-op's own."""

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(capacity_kg__gt=0), name="vehicle_carries_something"),
            models.CheckConstraint(
                condition=models.Q(cooperative__isnull=False, network__isnull=True)
                | models.Q(cooperative__isnull=True, network__isnull=False, most_trips__isnull=True),
                name="vehicle_of_a_cooperative_or_a_network",
            ),
        )

    def __str__(self) -> str:
        return self.name


class LaneRule(models.Model):
    """How a network's lanes follow from positions."""

    network = models.OneToOneField(Network, on_delete=models.CASCADE, related_name="lane_rule")
    detour = FactorField(default="1.4")
    farthest_km = FactorField(null=True, blank=True)
    idr_per_kg = RupiahPerKilogramField(default=0)
    idr_per_kg_km = FactorField(default=0)
    fixed_cost_idr = models.PositiveBigIntegerField(default=0)
    nearest = models.PositiveSmallIntegerField(null=True, blank=True)
    detours = models.JSONField(default=dict, blank=True)
    """Factor by terrain, as text: {"bukit": "1.6"}."""
    vehicle = models.ForeignKey(Vehicle, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """One that anybody can hire."""
    source = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"× {self.detour}"


class Lane(models.Model):
    """A way from one site to another that the rule doesn't describe, in one direction."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="lanes")
    from_site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="lanes_out")
    to_site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="lanes_in")
    products = models.ManyToManyField(Product, related_name="+")
    cost_idr_per_kg = RupiahPerKilogramField(default=0)
    fixed_cost_idr = models.PositiveBigIntegerField(default=0)
    capacity_kg = KilogramField(null=True, blank=True)
    loss = FactorField(default=0)
    km = FactorField(null=True, blank=True)
    vehicle = models.ForeignKey(Vehicle, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(from_site=models.F("to_site")), name="lane_leads_elsewhere"
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_site} → {self.to_site}"
