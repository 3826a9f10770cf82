"""What co-ops said: potential and needs along production, processing, distribution, marketing."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models.functions import Coalesce

from jejaring.domain.fields import FactorField, KilogramField, RupiahPerKilogramField
from jejaring.domain.mapping.models.places import Site
from jejaring.domain.mapping.models.reference import Grade, Product
from jejaring.domain.parties.models import Cooperative, User


def _once(name: str) -> models.UniqueConstraint:
    """Return the rule that a co-op says one figure of a good at a place in a month.

    SQLite can't call two nulls the same, so a row without site, grade or month counts as of none of them.
    """
    return models.UniqueConstraint(
        "cooperative",
        "product",
        Coalesce("site", 0),
        Coalesce("grade", 0),
        Coalesce("month", date(1, 1, 1)),
        name=name,
    )


class Stage(models.TextChoices):
    """The four stages of the chain, in the order in which they are asked."""

    PRODUCTION = "production", "production"
    PROCESSING = "processing", "processing"
    DISTRIBUTION = "distribution", "distribution"
    MARKETING = "marketing", "marketing"


class SaidBy(models.Model):
    """Who said a figure, when, through which way in, and how it is known."""

    class EvidenceKind(models.TextChoices):
        """How a figure is known, the weakest first."""

        SAID = "said", "said"
        DOCUMENT = "document", "document"
        WEIGHED = "weighed", "weighed"
        MEASURED = "measured", "measured"

    class Way(models.TextChoices):
        """The way in."""

        WEB = "web", "web"
        EXCEL = "excel", "Excel"
        SURVEY = "survey", "survey"
        API = "api", "API"
        FILE = "file", "network file"

    said_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    said_at = models.DateTimeField()
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.WEB)
    evidence = models.CharField(max_length=10, choices=EvidenceKind.choices, default=EvidenceKind.SAID)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True


class Potential(SaidBy):
    """What a co-op's members can deliver of one product in one month."""

    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="potentials")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="potentials")
    grade = models.ForeignKey(Grade, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    month = models.DateField()
    """The first day of the month."""
    kg = KilogramField()
    cost_idr_per_kg = RupiahPerKilogramField(null=True, blank=True)
    """What members must be paid at least; none: not said."""
    least_lot_kg = KilogramField(null=True, blank=True)
    as_typed = models.CharField(max_length=40, blank=True)
    """How the amount was written: 1,5 ton."""

    class Meta:
        ordering = ("cooperative", "product", "month")
        indexes = (models.Index(fields=("product", "month", "cooperative", "kg"), name="potential_balance"),)
        constraints = (
            _once("potential_once"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="potential_month_is_its_first_day"),
        )

    def __str__(self) -> str:
        return f"{self.product} {self.month:%Y-%m}: {self.kg} kg"


class Need(SaidBy):
    """What a co-op needs of one product in one month."""

    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="needs")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="needs")
    grade = models.ForeignKey(Grade, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    month = models.DateField()
    kg = KilogramField()
    worth_idr_per_kg = RupiahPerKilogramField(null=True, blank=True)
    """The most it would pay; none: not said."""
    is_must = models.BooleanField(default=False)
    """It must be met whatever it costs."""
    as_typed = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("cooperative", "product", "month")
        indexes = (models.Index(fields=("product", "month", "cooperative", "kg"), name="need_balance"),)
        constraints = (
            _once("need_once"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="need_month_is_its_first_day"),
        )

    def __str__(self) -> str:
        return f"{self.product} {self.month:%Y-%m}: {self.kg} kg"


class Facility(SaidBy):
    """A dryer, a mill, a sorting line, a store. What isn't built yet has a cost of building."""

    class Kind(models.TextChoices):
        """What it does with goods."""

        PROCESS = "process", "makes one product into others"
        STORAGE = "storage", "keeps goods"

    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="facilities")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=60, blank=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """What goes into a process."""
    stored = models.ManyToManyField(Product, related_name="+", blank=True)
    """What a store keeps."""
    capacity_kg = KilogramField(null=True, blank=True)
    """In a month (process: of what goes in) or at once (storage); none: no limit."""
    cost_idr_per_kg = RupiahPerKilogramField(default=0)
    opening_cost_idr = models.PositiveBigIntegerField(default=0)
    """Paid in each month in which it runs at all."""
    loss = FactorField(default=0)
    """Share that a store loses in a month."""
    build_cost_idr = models.PositiveBigIntegerField(default=0)
    build_share = FactorField(default=1)
    request_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        ordering = ("cooperative", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind="process", product__isnull=False)
                | models.Q(kind="storage", product__isnull=True),
                name="facility_process_has_an_input",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def file_code(self) -> str:
        """What files call it."""
        return self.code or f"f{self.pk}"


class FacilityOutput(models.Model):
    """What comes out of a process for one kilogram of what goes in."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="outputs")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    factor = FactorField()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("facility", "product"), name="output_once"),)

    def __str__(self) -> str:
        return f"{self.product} {self.factor}"


class FacilityMonth(models.Model):
    """A month in which a process has another capacity or cost than usual."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="months")
    month = models.DateField()
    capacity_kg = KilogramField(null=True, blank=True)
    cost_idr_per_kg = RupiahPerKilogramField(default=0)

    class Meta:
        ordering = ("month",)
        constraints = (models.UniqueConstraint(fields=("facility", "month"), name="facility_month_once"),)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class OpeningStock(models.Model):
    """What lies in a store before the first planned month."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="opening")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    kg = KilogramField()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("facility", "product"), name="opening_once"),)

    def __str__(self) -> str:
        return f"{self.product} {self.kg} kg"


class Channel(SaidBy):
    """A buyer or supplier whom a co-op can reach, in every month unless a month says otherwise."""

    class Direction(models.TextChoices):
        """Which way the goods go."""

        SELL = "sell", "sells to"
        BUY = "buy", "buys from"

    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="channels")
    direction = models.CharField(max_length=4, choices=Direction.choices)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    """Where goods are handed over; none: at the co-op's own place."""
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="channels")
    grade = models.ForeignKey(Grade, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    partner = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=60, blank=True)
    every_month = models.BooleanField(default=True)
    """Whether it stands in months that no row of its own names."""
    most_kg = KilogramField(null=True, blank=True)
    least_kg = KilogramField(default=0)
    idr_per_kg = RupiahPerKilogramField()
    days_to_pay = models.PositiveSmallIntegerField(default=0)
    request_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        ordering = ("cooperative", "id")

    def __str__(self) -> str:
        return f"{self.partner} · {self.product}"

    @property
    def file_code(self) -> str:
        """What files call it."""
        return self.code or f"c{self.pk}"


class ChannelMonth(models.Model):
    """A month in which a channel has other limits or another price."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="months")
    month = models.DateField()
    most_kg = KilogramField(null=True, blank=True)
    least_kg = KilogramField(default=0)
    idr_per_kg = RupiahPerKilogramField()

    class Meta:
        ordering = ("month",)
        constraints = (models.UniqueConstraint(fields=("channel", "month"), name="channel_month_once"),)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class PriceStep(models.Model):
    """From so many kilograms in a month another price holds for the whole quantity."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="steps")
    from_kg = KilogramField()
    idr_per_kg = RupiahPerKilogramField()

    class Meta:
        ordering = ("from_kg",)
        constraints = (models.UniqueConstraint(fields=("channel", "from_kg"), name="step_once"),)

    def __str__(self) -> str:
        return f"≥ {self.from_kg} kg"


class LocalTrade(SaidBy):
    """What the local trader pays and asks: what a co-op could do by itself."""

    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="local_trade")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    grade = models.ForeignKey(Grade, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    month = models.DateField(null=True, blank=True)
    """None: in every month that has no row of its own."""
    sell_idr_per_kg = RupiahPerKilogramField(null=True, blank=True)
    buy_idr_per_kg = RupiahPerKilogramField(null=True, blank=True)
    most_sell_kg = KilogramField(null=True, blank=True)
    most_buy_kg = KilogramField(null=True, blank=True)

    class Meta:
        ordering = ("cooperative", "product", "month")
        constraints = (_once("local_trade_once"),)

    def __str__(self) -> str:
        return f"{self.product}"


class Today(SaidBy):
    """What a co-op sells and buys now, in a month, before there is a network."""

    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="today")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    grade = models.ForeignKey(Grade, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    month = models.DateField()
    sells_kg = KilogramField(default=0)
    sells_idr_per_kg = RupiahPerKilogramField(default=0)
    buys_kg = KilogramField(default=0)
    buys_idr_per_kg = RupiahPerKilogramField(default=0)
    cost_idr_per_kg = RupiahPerKilogramField(null=True, blank=True)
    partner = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("cooperative", "product", "month")
        constraints = (_once("today_once"),)

    def __str__(self) -> str:
        return f"{self.product} {self.month:%Y-%m}"


class Evidence(models.Model):
    """A photo, document or weigh ticket behind what a co-op said of a product or facility."""

    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="evidence_files")
    stage = models.CharField(max_length=12, choices=Stage.choices)
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    facility = models.ForeignKey(Facility, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    file = models.FileField(upload_to="evidence/%Y/%m")
    content_type = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    note = models.CharField(max_length=200, blank=True)
    added_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("-added_at",)
        constraints = (
            models.UniqueConstraint(fields=("cooperative", "sha256", "stage"), name="evidence_once"),
        )

    def __str__(self) -> str:
        return self.note or self.content_type
