"""Sessions: opening one, joining it from a phone, approving, removing, closing.

Who joins gets a role at one co-op that ends a day after the session. The link alone must not open what
others answer for: where a co-op has staff of its own, or somebody was removed from it in this session, or
the person already joined for another co-op, the facilitator approves first. Two people who join for a
co-op that nobody answers for yet both come in: villages send two, and the facilitator sees them.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from jejaring.domain.mapping.models import Attendee, Workshop
from jejaring.domain.mapping.rooms import is_open
from jejaring.domain.parties import access, audit, personal
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Consent, Cooperative, Network, NetworkRole, Role, User
from jejaring.engines.errors import Refusal

LONGEST = timedelta(days=7)
ROLE_LASTS_ON = timedelta(days=1)
_REPEATS_WITHIN = timedelta(minutes=10)
MOST_PEOPLE = 500
"""In one session; a link that went round the country stops here."""
_STAFF = (Role.Kind.CHAIR, Role.Kind.MANAGER, Role.Kind.TREASURER, Role.Kind.CLERK, Role.Kind.SUPERVISOR)


@dataclass(frozen=True)
class Newcomer:
    """Somebody without an account, as they typed it; `wording` is what they agreed to."""

    name: str
    phone: str
    wording: str


def open_workshop(network: Network, *, title: str, closes_at: datetime, by: User, at: datetime) -> Workshop:
    """Open a session of a network and return it; its token is what the room joins by."""
    if not title.strip():
        raise Refusal("workshop.no_title", "Give the session a title, so that the room knows it.")
    if closes_at <= at:
        raise Refusal("workshop.ends_before_it_begins", "The session must end later than now.")
    if closes_at - at > LONGEST:
        raise Refusal("workshop.too_long", "A session lasts seven days at most. Open another one later.")
    with transaction.atomic():
        workshop = Workshop.objects.create(
            network=network,
            title=title.strip()[:160],
            token=secrets.token_urlsafe(24),
            opened_by=by,
            opened_at=at,
            closes_at=closes_at,
        )
        audit.record("open_workshop", workshop, by=by, network_id=network.pk, facts={"closes_at": closes_at})
    return workshop


def close_workshop(workshop: Workshop, *, by: User, at: datetime) -> None:
    """Close a session: nobody joins any more, and the roles that it gave end a day from now."""
    with transaction.atomic():
        kept = _locked(workshop)
        if not is_open(kept, at):
            return
        Workshop.objects.filter(pk=kept.pk).update(closed_at=at)
        given = Attendee.objects.filter(role__isnull=False, removed_at__isnull=True)
        # Who is in another session too still answers in that one.
        others = given.filter(workshop__closed_at__isnull=True, workshop__closes_at__gt=at).exclude(
            workshop=kept
        )
        ending = Role.objects.filter(pk__in=given.filter(workshop=kept).values("role"))
        ending = ending.exclude(pk__in=others.values("role"))
        ending.filter(valid_until__gt=at + ROLE_LASTS_ON).update(valid_until=at + ROLE_LASTS_ON)
        audit.record("close_workshop", kept, by=by, network_id=kept.network_id)


def join(
    workshop: Workshop,
    cooperative: Cooperative,
    *,
    who: User | Newcomer,
    request_key: UUID | None,
    at: datetime,
) -> Attendee:
    """Let somebody join a session for a co-op of its network; return where they stand.

    A repeated request returns the first one's answer. Without approval there is no role yet.
    """
    with transaction.atomic():
        kept = _locked(workshop)
        _must_be_open(kept, at)
        if not NetworkRole.objects.filter(network=kept.network_id, cooperative=cooperative).exists():
            raise Refusal("workshop.other_cooperative", "This co-op isn't in the network of this session.")
        known = _known(kept, cooperative, who, request_key, at)
        if known:
            return known
        if Attendee.objects.filter(workshop=kept).count() >= MOST_PEOPLE:
            raise Refusal("workshop.full", "This session is full. Ask the facilitator to open another one.")
        user = who if isinstance(who, User) else _account(who, at)
        approved = not _needs_approval(kept, cooperative, user)
        attendee = Attendee.objects.create(
            workshop=kept,
            user=user,
            cooperative=cooperative,
            joined_at=at,
            approved_at=at if approved else None,
            # Only an account that this very request makes: a key must never open another one's.
            request_key=None if isinstance(who, User) else request_key,
            role=_given_role(kept, cooperative, user) if approved else None,
        )
        _record("join_workshop", attendee, by=user, facts={"approved": approved})
    return attendee


def approve(attendee: Attendee, *, by: User, at: datetime) -> None:
    """Let somebody who waits answer for the co-op. Done twice, it changes nothing."""
    with transaction.atomic():
        workshop = _locked(attendee.workshop)
        _must_be_open(workshop, at)
        kept = Attendee.objects.select_related("user", "cooperative", "workshop").get(pk=attendee.pk)
        if kept.approved_at or kept.removed_at:
            return
        kept.approved_at = at
        kept.role = _given_role(workshop, kept.cooperative, kept.user)
        kept.save(update_fields=["approved_at", "role"])
        _record("approve_attendee", kept, by=by)


def remove(attendee: Attendee, *, by: User, at: datetime) -> None:
    """Take somebody out of a session: the role that joining gave ends at once, an earlier one stays."""
    with transaction.atomic():
        _locked(attendee.workshop)
        kept = Attendee.objects.select_related("workshop").get(pk=attendee.pk)
        if kept.removed_at:
            return
        kept.removed_at = at
        kept.save(update_fields=["removed_at"])
        if kept.role_id:
            Role.objects.filter(pk=kept.role_id).update(valid_until=at)
        _record("remove_attendee", kept, by=by)


def _locked(workshop: Workshop) -> Workshop:
    return Workshop.objects.select_for_update().get(pk=workshop.pk)


def _must_be_open(workshop: Workshop, at: datetime) -> None:
    if not is_open(workshop, at):
        raise Refusal("workshop.closed", "This session is over. Ask the facilitator for a new link.")


def _known(
    workshop: Workshop, cooperative: Cooperative, who: User | Newcomer, request_key: UUID | None, at: datetime
) -> Attendee | None:
    """Return the answer to an earlier request of the same person. Raises Refusal for somebody removed.

    The key of a form stands for its sender only shortly, and never for an account with a password.
    """
    rows = Attendee.objects.select_related("user", "cooperative")
    if isinstance(who, User):
        found = rows.filter(workshop=workshop, user=who, cooperative=cooperative).first()
    else:
        found = rows.filter(request_key=request_key).first() if request_key else None
        if found and (
            found.workshop_id != workshop.pk
            or at - found.joined_at > _REPEATS_WITHIN
            or found.user.has_usable_password()
        ):
            raise Refusal("workshop.sent_before", "This form was sent before. Open the link again.")
    if found and found.removed_at:
        raise Refusal(
            "workshop.removed", "The facilitator took you out of this session. Please speak with them."
        )
    return found


def _account(newcomer: Newcomer, at: datetime) -> User:
    """Return a new account without a password: only this phone is signed in to it.

    A number that has an account already isn't kept, and nobody is told that it has one.
    """
    if not newcomer.name.strip():
        raise Refusal("workshop.no_name", "Write your name, so that the facilitator knows who you are.")
    phone = personal.phone(newcomer.phone)
    phone_hash = personal.lookup_hash("phone", phone)
    if phone_hash and User.objects.filter(phone_hash=phone_hash).exists():
        phone = phone_hash = ""
    user = User(name=newcomer.name.strip()[:120], phone=phone, phone_hash=phone_hash)
    user.set_unusable_password()
    user.save()
    Consent.objects.create(user=user, purpose=Consent.Purpose.ACCOUNT, wording=newcomer.wording, given_at=at)
    return user


def _needs_approval(workshop: Workshop, cooperative: Cooperative, user: User) -> bool:
    if _may_declare(user, cooperative):
        return False
    in_session = Attendee.objects.filter(workshop=workshop)
    here = in_session.filter(cooperative=cooperative)
    if here.filter(removed_at__isnull=False).exists() or in_session.filter(user=user).exists():
        return True
    staff = access.roles_at(cooperative).filter(kind__in=_STAFF)
    return staff.exclude(user__in=here.filter(role__isnull=False).values("user")).exists()


def _may_declare(user: User, cooperative: Cooperative) -> bool:
    return access.cooperatives_for(user, Ability.DECLARE).filter(pk=cooperative.pk).exists()


def _given_role(workshop: Workshop, cooperative: Cooperative, user: User) -> Role | None:
    """Return the role that lets somebody answer; none where they have one that an earlier day gave."""
    until = workshop.closes_at + ROLE_LASTS_ON
    role = Role.objects.filter(user=user, kind=Role.Kind.CLERK, cooperative=cooperative).first()
    if not (role and _came_from_a_session(role)) and _may_declare(user, cooperative):
        return None
    if role is None:
        return Role.objects.create(
            user=user, kind=Role.Kind.CLERK, cooperative=cooperative, valid_until=until
        )
    role.valid_until = max(role.valid_until or until, until)
    role.save(update_fields=["valid_until"])
    return role


def _came_from_a_session(role: Role) -> bool:
    return Attendee.objects.filter(role=role).exists()


def _record(action: str, attendee: Attendee, *, by: User, facts: dict[str, object] | None = None) -> None:
    audit.record(
        action,
        attendee,
        by=by,
        cooperative_id=attendee.cooperative_id,
        network_id=attendee.workshop.network_id,
        facts=facts,
    )
