"""Papers of a version, which organs approved it, and who signed it at which level."""

from __future__ import annotations

from django.db import models

from jejaring.domain.agreements.models.agreements import Agreement, AgreementParty
from jejaring.domain.agreements.models.versions import Version
from jejaring.domain.parties.models import User


class Paper(models.Model):
    """The PDF of an offered version: as it was made, then once more after each signature in it."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="papers")
    number = models.PositiveSmallIntegerField()
    """0 is the paper as it was offered; each later one only adds to the one before."""
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64, db_index=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("version", "number")
        constraints = (models.UniqueConstraint(fields=("version", "number"), name="paper_number_once"),)

    def __str__(self) -> str:
        return f"{self.version_id}.{self.number}"


class Approval(models.Model):
    """An organ of a party that must approve has done so."""

    class Body(models.TextChoices):
        """The organ."""

        BOARD = "board", "board meeting"
        MEMBERS = "members", "members' meeting"

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="approvals")
    party = models.ForeignKey(AgreementParty, on_delete=models.CASCADE, related_name="approvals")
    body = models.CharField(max_length=8, choices=Body.choices)
    decision_number = models.CharField(max_length=80)
    decided_on = models.DateField()
    recorded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("party", "-decided_on", "-id")
        constraints = (
            models.UniqueConstraint(fields=("party", "body", "decision_number"), name="approval_once"),
        )

    def __str__(self) -> str:
        return f"{self.body} {self.decision_number}"


class Signature(models.Model):
    """A party signed a version: by whom, in which office, at which level, over which bytes."""

    class Level(models.TextChoices):
        """How much a signature is worth, told as it is."""

        INK = "ink", "signed in ink, scan uploaded"
        TAPPED = "tapped", "consent tapped after a strong sign-in, sealed by the platform"
        DIGITAL = "digital", "digital signature, certificate unknown here (PAdES)"
        CERTIFICATE = "certificate", "certified signature: a certificate of an authority trusted here (PAdES)"

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="signatures")
    party = models.ForeignKey(AgreementParty, on_delete=models.PROTECT, related_name="signatures")
    level = models.CharField(max_length=11, choices=Level.choices)
    office = models.CharField(max_length=80)
    """The signatory's office at the party; the public page shows this and no name."""
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    """Who signed, or for a scan who uploaded it."""
    at = models.DateTimeField()
    paper_sha256 = models.CharField(max_length=64)
    """Of the paper that was signed."""
    scan = models.BinaryField(null=True, blank=True)
    scan_type = models.CharField(max_length=20, blank=True)
    scan_sha256 = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    """What the level leaves as proof: the strong sign-in's kind, or the certificate's subject, issuer,
    serial number and validity, the timestamp. Nobody's name, phone or NIK."""
    request_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        ordering = ("version", "at", "id")
        constraints = (models.UniqueConstraint(fields=("version", "party"), name="signature_once"),)

    def __str__(self) -> str:
        return f"{self.office} {self.level}"
