"""People: who signs in and as what, members of co-ops, invitations, consent."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.functions import Lower

from jejaring.domain.fields import EncryptedTextField
from jejaring.domain.parties.models.cooperatives import Cooperative
from jejaring.domain.parties.models.networks import Network


class User(AbstractBaseUser):
    """Somebody who signs in, by phone or e-mail. What they may do follows from their roles."""

    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    phone = EncryptedTextField(blank=True)
    phone_hash = models.CharField(max_length=64, blank=True)
    phone_verified = models.BooleanField(default=False)
    language = models.CharField(max_length=2, default="id")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "id"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = (
            models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="user_one_email"),
            models.UniqueConstraint(
                fields=("phone_hash",), condition=~models.Q(phone_hash=""), name="user_one_phone"
            ),
        )

    def __str__(self) -> str:
        return self.name

    # Django's own code asks for these; nobody here has such rights.
    is_staff = False
    is_superuser = False

    def has_perm(self, _perm: str, _obj: Any = None) -> bool:
        return False

    def has_module_perms(self, _app: str) -> bool:
        return False


class Role(models.Model):
    """What a person is to a co-op, a network or a region. One person may have many roles."""

    class Kind(models.TextChoices):
        """The roles. What each may do stands in `access.ABILITIES`."""

        CHAIR = "chair", "chair"
        MANAGER = "manager", "manager"
        TREASURER = "treasurer", "treasurer"
        CLERK = "clerk", "clerk"
        SUPERVISOR = "supervisor", "supervisor"
        ASSISTANT = "assistant", "business assistant"
        HUB_MANAGER = "hub_manager", "hub manager"
        TRAINER = "trainer", "trainer"
        FACILITATOR = "facilitator", "facilitator"
        MINISTRY = "ministry", "ministry reader"

    OF_COOPERATIVE = (Kind.CHAIR, Kind.MANAGER, Kind.TREASURER, Kind.CLERK, Kind.SUPERVISOR, Kind.ASSISTANT)
    OF_NETWORK = (Kind.HUB_MANAGER, Kind.TRAINER, Kind.FACILITATOR)
    OF_REGION = (Kind.FACILITATOR, Kind.MINISTRY)

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    cooperative = models.ForeignKey(
        Cooperative, on_delete=models.CASCADE, related_name="people", null=True, blank=True
    )
    network = models.ForeignKey(
        Network, on_delete=models.CASCADE, related_name="people", null=True, blank=True
    )
    region_code = models.CharField(max_length=5, blank=True)
    """A province (32) or regency (32.03); "ID" is the whole country."""
    valid_until = models.DateTimeField(null=True, blank=True)
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=("chair", "manager", "treasurer", "clerk", "supervisor", "assistant"),
                    cooperative__isnull=False,
                    network__isnull=True,
                    region_code="",
                )
                | models.Q(
                    kind__in=("hub_manager", "trainer", "facilitator"),
                    network__isnull=False,
                    cooperative__isnull=True,
                    region_code="",
                )
                | (
                    models.Q(
                        kind__in=("facilitator", "ministry"), cooperative__isnull=True, network__isnull=True
                    )
                    & ~models.Q(region_code="")
                ),
                name="role_fits_its_scope",
            ),
            # Three, because SQLite takes two empty columns for different.
            models.UniqueConstraint(
                fields=("user", "kind", "cooperative"),
                condition=models.Q(cooperative__isnull=False),
                name="role_once_at_a_cooperative",
            ),
            models.UniqueConstraint(
                fields=("user", "kind", "network"),
                condition=models.Q(network__isnull=False),
                name="role_once_in_a_network",
            ),
            models.UniqueConstraint(
                fields=("user", "kind", "region_code"),
                condition=~models.Q(region_code=""),
                name="role_once_in_a_region",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"


class Invitation(models.Model):
    """A link that gives whoever opens it a role. Only a hash of its secret is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=12, choices=Role.Kind.choices)
    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, null=True, blank=True)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, null=True, blank=True)
    region_code = models.CharField(max_length=5, blank=True)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="invitations")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="accepted"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d}"


class PasswordLink(models.Model):
    """A link by which one person sets a new password, once. Only a hash of its secret is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="password_links")
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="links_made")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d}"


class SecondStepReset(models.Model):
    """That somebody's lost second step was taken off, and by whom: their own page tells them."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="second_step_resets")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="second_steps_reset")
    """None: from the command line, or by somebody who was erased since."""
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d}"


class Member(models.Model):
    """A member of a co-op: a person. Hubs and ministries only ever see counts of them."""

    class Status(models.TextChoices):
        """Where the membership stands."""

        REQUESTED = "requested", "requested"
        APPROVED = "approved", "approved"
        LEFT = "left", "left"

    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="members")
    name = models.CharField(max_length=120)
    nik = EncryptedTextField(blank=True)
    nik_hash = models.CharField(max_length=64, blank=True)
    phone = EncryptedTextField(blank=True)
    phone_hash = models.CharField(max_length=64, blank=True, db_index=True)
    village_code = models.CharField(max_length=13, blank=True)
    sex = models.CharField(max_length=1, blank=True, choices=(("L", "male"), ("P", "female")))
    occupation = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.APPROVED)
    joined_on = models.DateField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("cooperative", "nik_hash"),
                condition=~models.Q(nik_hash=""),
                name="member_once_in_a_cooperative",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Consent(models.Model):
    """What a person agreed to, for which purpose, and until when."""

    class Purpose(models.TextChoices):
        """What the data may be used for."""

        ACCOUNT = "account", "signing in and being asked"
        CONTACT = "contact", "being contacted by the network"
        PHOTO = "photo", "photos as evidence"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents", null=True, blank=True)
    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="consents", null=True, blank=True
    )
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    wording = models.CharField(max_length=300)
    """The sentence that was agreed to, as it was shown."""
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("given_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, member__isnull=True)
                | models.Q(user__isnull=True, member__isnull=False),
                name="consent_is_of_one_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.purpose} {self.given_at:%Y-%m-%d}"
