"""A room that fills in together, and who has finished which stage."""

from __future__ import annotations

from django.db import models

from jejaring.domain.mapping.models.answers import Stage
from jejaring.domain.parties.models import Cooperative, Network, Role, User


class Workshop(models.Model):
    """A session that a facilitator opened; the room joins by its link."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="workshops")
    title = models.CharField(max_length=160)
    token = models.CharField(max_length=40, unique=True)
    """What the QR code carries. It lets people join while the session is open, and nothing else."""
    opened_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-opened_at",)

    def __str__(self) -> str:
        return self.title


class Attendee(models.Model):
    """Somebody who joined a session for a co-op."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="attendees")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="+")
    joined_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)
    """None: waits for the facilitator, because others already answer for the co-op."""
    role = models.ForeignKey(Role, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """The role that joining gave; none where the person had one before."""
    request_key = models.UUIDField(null=True, blank=True, unique=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("joined_at",)
        constraints = (
            models.UniqueConstraint(fields=("workshop", "user", "cooperative"), name="attendee_once"),
        )

    def __str__(self) -> str:
        return f"{self.user}"


class StageDone(models.Model):
    """A co-op said that it has nothing more to tell of a stage; saying "nothing" is an answer too."""

    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="stages_done")
    stage = models.CharField(max_length=12, choices=Stage.choices)
    done_at = models.DateTimeField()
    done_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("cooperative", "stage")
        constraints = (models.UniqueConstraint(fields=("cooperative", "stage"), name="stage_done_once"),)

    def __str__(self) -> str:
        return self.stage
