"""Files that were read and wait for a person's yes, and which submissions of a survey are kept already."""

from __future__ import annotations

from django.db import models

from jejaring.domain.mapping.models.answers import SaidBy, Stage
from jejaring.domain.mapping.models.reference import Product
from jejaring.domain.parties.models import Cooperative, Network, User


class ImportDraft(models.Model):
    """What a file says of a co-op, compared with what was kept when it came; nothing of it is kept yet."""

    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="+")
    network = models.ForeignKey(Network, on_delete=models.CASCADE, null=True, related_name="+")
    """The network whose facilitator brought it; none: the co-op itself did."""
    way = models.CharField(max_length=8, choices=SaidBy.Way.choices)
    file_name = models.CharField(max_length=200)
    rows = models.JSONField(default=list)
    """What differs: rows as `exchange.rows` writes them, each with what was kept."""
    same = models.PositiveIntegerField(default=0)
    """How many rows said what is kept already."""
    submissions = models.JSONField(default=list)
    """Instance ids of the survey's submissions that it was made from."""
    made_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)
    """When something of it was accepted."""

    class Meta:
        ordering = ("cooperative__name", "id")

    def __str__(self) -> str:
        return self.file_name


class DraftPhoto(models.Model):
    """A photo that came with submissions, without what a camera adds; it goes with its draft.

    It lies in the database, so that nothing is left of it where the draft is thrown away.
    """

    draft = models.ForeignKey(ImportDraft, on_delete=models.CASCADE, related_name="photos")
    stage = models.CharField(max_length=12, choices=Stage.choices)
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.note or self.sha256[:12]

    @property
    def choice(self) -> str:
        """What a form calls it."""
        return f"photo-{self.pk}"


class Submission(models.Model):
    """A submission of the survey that was accepted: it isn't offered a second time."""

    instance = models.CharField(max_length=120, unique=True)
    """The id that the phone gave it: uuid:…"""
    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="+")
    kept_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.instance
