"""What the worker does with agreements: puts many up for signing, one after the other."""

from __future__ import annotations

import logging

from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from jejaring.domain.agreements.models import Agreement, Version
from jejaring.domain.parties.models import User
from jejaring.engines.errors import Refusal

_log = logging.getLogger("jejaring.agreements")


@task()
def offer_in_background(agreement_id: int, user_id: int, address: str) -> None:
    """Put a draft up for signing. Called twice, it does so once."""
    # Only the worker loads the typesetter.
    from jejaring.domain.agreements.actions.offering import Desk, offer
    from jejaring.domain.agreements.keyring import platform_key

    agreement = Agreement.objects.get(pk=agreement_id)
    person = User.objects.filter(pk=user_id).first()
    now = timezone.now()
    try:
        offer(agreement, desk=Desk(platform_key(), address), on=timezone.localdate(now), by=person, at=now)
    except Refusal as refusal:
        # It stays a draft, and its page tells what it lacks.
        _log.info("agreement %s not put up: %s", agreement_id, refusal.sentence.code)


@task()
def date_in_background(version_id: int) -> None:
    """Put the time of the timestamp service over a signed paper. Called twice, it does so once."""
    from jejaring.domain.agreements.actions.dating import date_paper
    from jejaring.domain.agreements.actions.offering import Desk
    from jejaring.domain.agreements.keyring import platform_key
    from jejaring.domain.agreements.services import timestamps

    version = Version.objects.select_related("agreement").get(pk=version_id)
    try:
        date_paper(version, desk=Desk(platform_key(), "", timestamps()), by=None, at=timezone.now())
    except Refusal as refusal:
        # It holds without; its page says so, and tomorrow it is tried again.
        _log.warning("paper of version %s has no timestamp: %s", version_id, refusal.sentence.code)


def date_undated() -> int:
    """Ask the worker for the timestamps that are still missing; return for how many papers."""
    from jejaring.domain.agreements.actions.dating import undated
    from jejaring.domain.agreements.services import timestamps

    if timestamps() is None:
        return 0
    found = undated()
    for version in found:
        date_in_background.enqueue(version.pk)
    return len(found)


def ask_to_offer(agreements: list[Agreement], *, by: User, address: str) -> int:
    """Ask the worker to put these drafts up for signing; return how many weren't asked for before."""
    waiting = waiting_offers()
    new = [each for each in agreements if each.pk not in waiting]
    for each in new:
        offer_in_background.enqueue(each.pk, by.pk, address)
    return len(new)


def waiting_offers() -> set[int]:
    """Return the agreements that the worker has still to put up for signing."""
    path = f"{offer_in_background.func.__module__}.{offer_in_background.func.__qualname__}"
    rows = DBTaskResult.objects.filter(task_path=path, status__in=("READY", "RUNNING"))
    return {args["args"][0] for args in rows.values_list("args_kwargs", flat=True)}
