"""Networks of co-ops, and the roles that co-ops have in them."""

from __future__ import annotations

from django.db import models

from jejaring.domain.parties import regions
from jejaring.domain.parties.models.cooperatives import Cooperative


class Network(models.Model):
    """Co-ops that plan together."""

    name = models.CharField(max_length=160)
    region_code = models.CharField(max_length=5, db_index=True)
    """The regency (32.03) or province (32) that it belongs to; its members may lie elsewhere too."""
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")
        constraints = (models.UniqueConstraint(fields=("name", "region_code"), name="network_name_once"),)

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """Its region in words."""
        return regions.place(self.region_code)


class NetworkRole(models.Model):
    """A role that a co-op has in a network. It may have several; any of them makes it a member."""

    class Kind(models.TextChoices):
        """What the co-op is there for."""

        HUB = "hub", "hub"
        SUPPLIER = "supplier", "supplier"
        PROCESSOR = "processor", "processor"
        DISTRIBUTOR = "distributor", "distributor"
        MARKETER = "marketer", "marketer"

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="roles")
    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="network_roles")
    kind = models.CharField(max_length=12, choices=Kind.choices)

    class Meta:
        ordering = ("network", "cooperative", "kind")
        constraints = (
            models.UniqueConstraint(fields=("network", "cooperative", "kind"), name="network_role_once"),
        )

    def __str__(self) -> str:
        return f"{self.cooperative}: {self.kind}"
