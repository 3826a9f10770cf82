"""The trail of every write."""

from __future__ import annotations

from django.db import models


class AuditLine(models.Model):
    """One write: who, when, what, of which row. Each line's hash covers the one before it.

    Nobody's name, phone or NIK stands here: a line points at rows, so that a person can be erased
    without breaking the chain.
    """

    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    """The user's number; none: the program itself, from the command line."""
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    """Table and number of the row: parties.cooperative:17."""
    cooperative_id = models.BigIntegerField(null=True, db_index=True)
    network_id = models.BigIntegerField(null=True, db_index=True)
    facts = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"


class AuditHead(models.Model):
    """One row: how long the chain is and its last hash. Writers lock it, so that lines stand in one row."""

    lines = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="audit_has_one_head"),)

    def __str__(self) -> str:
        return f"{self.lines} lines"
