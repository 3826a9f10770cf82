"""What parties want to become of a signed agreement, and who of them has said yes."""

from __future__ import annotations

from django.db import models

from jejaring.domain.agreements.models.agreements import Agreement, AgreementParty
from jejaring.domain.parties.models import User


class Motion(models.Model):
    """A party wants a signed agreement suspended, resumed or ended.

    It is carried once every party has said yes; a notice of termination is carried on its day without that.
    `state` moves only as `actions.motions.NEXT` allows.
    """

    class What(models.TextChoices):
        """What shall become of the agreement."""

        SUSPEND = "suspend", "suspend it"
        RESUME = "resume", "resume it"
        END = "end", "end it early"

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", "waits"
        CARRIED = "carried", "carried out"
        DECLINED = "declined", "not agreed to"
        WITHDRAWN = "withdrawn", "taken back"
        LAPSED = "lapsed", "overtaken by the agreement's end"

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="motions")
    what = models.CharField(max_length=7, choices=What.choices)
    is_notice = models.BooleanField(default=False)
    """A notice of termination by one party, which needs nobody's yes."""
    party = models.ForeignKey(AgreementParty, on_delete=models.PROTECT, related_name="+")
    """Who wants it."""
    why = models.TextField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    takes_effect_on = models.DateField(null=True, blank=True)
    """Of a notice: the day on which the agreement ends."""
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("agreement", "made_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("agreement", "is_notice"), condition=models.Q(state="open"), name="motion_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(is_notice=False, takes_effect_on__isnull=True)
                | models.Q(is_notice=True, takes_effect_on__isnull=False, what="end"),
                name="motion_notice_has_a_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.what} {self.state}"


class Assent(models.Model):
    """A party said yes to a motion; whoever made it has said so by that."""

    motion = models.ForeignKey(Motion, on_delete=models.CASCADE, related_name="assents")
    party = models.ForeignKey(AgreementParty, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    strength = models.CharField(max_length=10)
    """The second step of the sign-in: "totp" or "passkey"."""
    letter = models.CharField(max_length=160, blank=True)
    """By which letter a party outside said so; whoever guides the agreement has written it down."""

    class Meta:
        ordering = ("motion", "at", "id")
        constraints = (models.UniqueConstraint(fields=("motion", "party"), name="assent_once"),)

    def __str__(self) -> str:
        return f"{self.motion_id} {self.party_id}"
