"""Plans made from what was mapped, each with the problem that it solves."""

from __future__ import annotations

from django.db import models

from jejaring.domain.parties.models import Network, User


class PlanRun(models.Model):
    """One planning of a network: asked for, worked out in the background, kept with its problem."""

    class Status(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", "queued"
        RUNNING = "running", "running"
        DONE = "done", "done"
        REFUSED = "refused", "refused"
        FAILED = "failed", "failed"

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="plan_runs")
    title = models.CharField(max_length=160, blank=True)
    first_month = models.DateField()
    months = models.PositiveSmallIntegerField()
    scenario = models.JSONField(default=dict, blank=True)
    """What differs from what was said: {"changes": [{selector …, "factor": "0.9"}]}; empty: nothing."""
    options = models.JSONField(default=dict, blank=True)
    """How it is planned: {"rules": [names of sharing rules] or null, "thorough": whether all is asked}."""
    notes = models.JSONField(default=dict, blank=True)
    """What was noticed when the answers were taken, and whose code is whose: see `snapshot.Snapshot`."""
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.QUEUED)
    progress = models.JSONField(default=dict, blank=True)
    """What the worker last said: {"code": …, "text": …, "facts": {…}, "share": 0.4}."""
    claim = models.UUIDField(null=True, blank=True)
    """The try that is working on it: only that one may write its result."""
    heard_at = models.DateTimeField(null=True, blank=True)
    """When the worker last said something."""
    said = models.JSONField(default=list, blank=True)
    """Why it was refused, as sentences: [{"place": …, "code": …, "text": …, "facts": {…}}]."""
    problem = models.TextField(blank=True)
    """network.json: what was planned, so that `jejaring plan` can make the plan again elsewhere."""
    plan = models.TextField(blank=True)
    """plan.json."""
    summary = models.JSONField(default=dict, blank=True)
    """Key figures for lists: surplus_idr, value_idr, bound_idr, gap, status, alone_idr, parties."""
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    request_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        ordering = ("-asked_at", "-id")

    def __str__(self) -> str:
        return self.title or f"{self.network} {self.first_month:%Y-%m}"


class PlanEdition(models.Model):
    """One reader's edition of a plan as a page, made when the plan was."""

    run = models.ForeignKey(PlanRun, on_delete=models.CASCADE, related_name="editions")
    audience = models.CharField(max_length=80)
    """Whose it is: "facilitator", "public", or "party:<code>"; a hub's is that of its party."""
    language = models.CharField(max_length=2)
    page = models.TextField()
    front = models.JSONField(default=dict, blank=True)
    """What the first page of a result shows of it: `documents.fronts`."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=("run", "audience", "language"), name="edition_once"),)

    def __str__(self) -> str:
        return self.audience
