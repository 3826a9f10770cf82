"""Tables: what people were told, and the links that lead them there."""

from __future__ import annotations

from django.db import models

from jejaring.domain.parties.models import Cooperative, Network, User


class Notice(models.Model):
    """One thing that one person is told. It stays in their inbox whether or not it was also sent."""

    class Mail(models.TextChoices):
        """What became of the e-mail."""

        NONE = "none", "no address, or none was asked for"
        WAITING = "waiting", "waits to be sent"
        SENT = "sent", "handed to the mail server"
        FAILED = "failed", "given up after several tries"

    GOES_WITH = "user"
    """It is kept for this person alone: who is erased takes it along."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    network = models.ForeignKey(Network, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    cooperative = models.ForeignKey(
        Cooperative, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    """The co-op for which the person is told; none: for themselves."""
    sentence = models.JSONField()
    """What is told, in the reader's language when it is read: {"code": …, "text": …, "facts": {…}}.

    Never anything of a person; figures only such as the reader may see.
    """
    page = models.CharField(max_length=60, blank=True)
    """The page that it leads to, by name; pages know their addresses."""
    page_parts = models.JSONField(default=dict, blank=True)
    once = models.CharField(max_length=120, blank=True)
    """What must be told only once: "agreement:7:expires:30"; empty: as often as it happens."""
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=8, choices=Mail.choices, default=Mail.NONE)
    mailed_at = models.DateTimeField(null=True, blank=True)
    """When the mail server was last asked to take it."""
    mail_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("-at", "-id")
        indexes = (
            models.Index(fields=("user", "read_at", "-at"), name="notice_inbox"),
            models.Index(fields=("user", "-at", "-id"), name="notice_newest"),
            models.Index(fields=("user",), condition=models.Q(mail="waiting"), name="notice_to_be_mailed"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("user", "once"), condition=~models.Q(once=""), name="notice_told_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d}"


class NoticeLink(models.Model):
    """A short link to a page, for texts that go by WhatsApp or e-mail. It signs nobody in, and it expires."""

    token = models.CharField(max_length=40, unique=True)
    """Random; it opens nothing by itself: who follows it must sign in and may see the page."""
    page = models.CharField(max_length=60)
    page_parts = models.JSONField(default=dict, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ("-made_at", "-id")
        indexes = (models.Index(fields=("made_by", "-made_at"), name="notice_link_by_maker"),)

    def __str__(self) -> str:
        return f"{self.page} {self.made_at:%Y-%m-%d}"
