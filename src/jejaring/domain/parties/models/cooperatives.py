"""Co-ops and those they deal with outside."""

from __future__ import annotations

from django.db import models

from jejaring.domain.fields import DegreesField, EncryptedTextField
from jejaring.domain.parties import regions


class PositionOrigin(models.TextChoices):
    """How a position is known."""

    GPS = "gps", "measured by a phone there"
    MAP = "map", "pointed out on a map"
    TYPED = "typed", "typed"
    VILLAGE = "village", "the middle of the village"
    FILE = "file", "from a file"


class Cooperative(models.Model):
    """A co-op. Being a hub is a role in a network, not a kind."""

    class Kind(models.TextChoices):
        """What sort of co-op it is."""

        KDMP = "kdmp", "village Red-White co-op"
        KKMP = "kkmp", "ward Red-White co-op"
        ESTABLISHED = "established", "established co-op"
        SECONDARY = "secondary", "secondary co-op"

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    village_code = models.CharField(max_length=13, blank=True, db_index=True)
    """Official code of the village: 32.03.01.2001. Its first five signs are the regency."""
    regency_code = models.CharField(max_length=5, blank=True, db_index=True, editable=False)
    search_text = models.TextField(blank=True, editable=False)
    """Name and place in lower case, kept by the actions so that lists can be searched."""
    address = models.CharField(max_length=300, blank=True)
    coop_nik = models.CharField(max_length=16, blank=True)
    """The co-op's registration number at the ministry; never a citizen's NIK."""
    legal_entity_number = models.CharField(max_length=60, blank=True)
    npwp = models.CharField(max_length=16, blank=True)
    nib = models.CharField(max_length=13, blank=True)
    lat = DegreesField(null=True, blank=True)
    lon = DegreesField(null=True, blank=True)
    position_origin = models.CharField(max_length=10, choices=PositionOrigin.choices, blank=True)
    terrain = models.CharField(max_length=30, blank=True)
    cash_idr = models.PositiveBigIntegerField(null=True, blank=True)
    """What it can lay out before it is paid; none: not said."""
    pays_members_after_days = models.PositiveSmallIntegerField(default=0)
    pays_partners_after_days = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=60, blank=True)
    """What files call it; empty: its number here."""
    source = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("name", "id")
        indexes = (
            models.Index(fields=("regency_code", "name", "id"), name="cooperative_by_regency"),
            models.Index(fields=("name", "id"), name="cooperative_by_name"),
        )
        constraints = (
            *(
                models.UniqueConstraint(
                    fields=(field,), condition=~models.Q(**{field: ""}), name=f"cooperative_one_{field}"
                )
                for field in ("coop_nik", "legal_entity_number", "npwp", "nib")
            ),
            models.CheckConstraint(
                condition=models.Q(lat__isnull=True, lon__isnull=True)
                | models.Q(lat__range=(-90, 90), lon__range=(-180, 180)),
                name="cooperative_position_whole",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """Village, district and regency in words; empty where no village is known."""
        return regions.place(self.village_code)

    @property
    def file_code(self) -> str:
        """What files call it."""
        return self.code or f"k{self.pk}"


class Unit(models.Model):
    """A business unit of a co-op: a shop, a store, a mill."""

    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="units")
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=120, blank=True)
    is_running = models.BooleanField(default=True)

    class Meta:
        ordering = ("kind", "id")

    def __str__(self) -> str:
        return self.name or self.kind


class Officer(models.Model):
    """Somebody who holds an office of a co-op for a term."""

    class Organ(models.TextChoices):
        """The organ that the office belongs to."""

        BOARD = "board", "board"
        SUPERVISORS = "supervisors", "supervisors"
        MANAGERS = "managers", "managers"

    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="officers")
    organ = models.CharField(max_length=12, choices=Organ.choices)
    office = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    phone = EncryptedTextField(blank=True)
    phone_hash = models.CharField(max_length=64, blank=True, db_index=True)
    nik = EncryptedTextField(blank=True)
    nik_hash = models.CharField(max_length=64, blank=True, db_index=True)
    term_from = models.DateField(null=True, blank=True)
    term_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("organ", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(term_from__isnull=True)
                | models.Q(term_until__isnull=True)
                | models.Q(term_until__gte=models.F("term_from")),
                name="officer_term_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return f"{self.office}: {self.name}"


class Counterparty(models.Model):
    """A buyer or supplier outside the network: Bulog, a kitchen, a market, a fertiliser dealer."""

    class Kind(models.TextChoices):
        """What sort of party it is."""

        BULOG = "bulog", "Bulog"
        KITCHEN = "kitchen", "meal kitchen"
        MARKET = "market", "market"
        RETAIL = "retail", "shop or retail chain"
        INDUSTRY = "industry", "industry or mill"
        SUPPLIER = "supplier", "supplier of inputs"
        OTHER = "other", "other"

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.OTHER)
    npwp = models.CharField(max_length=16, blank=True)
    note = models.CharField(max_length=300, blank=True)
    network = models.ForeignKey(
        "parties.Network", on_delete=models.CASCADE, related_name="counterparties", null=True, blank=True
    )
    """The network that knows it; others don't see it."""

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name
