"""What takes long (typesetting, sealing, signing) is made before a transaction and checked within it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction

Made = TypeVar("Made")
TRIES = 3


class Outdated(Exception):
    """What was made beforehand doesn't fit what stands there now: it has to be made again."""


def made_beforehand(attempt: Callable[[], Made], *, hold: Callable[[], object]) -> Made:
    """Return what an attempt makes, which raises Outdated where somebody else was quicker.

    After some tries it is made while `hold` keeps everybody else waiting, so that it comes to an end.
    """
    for _ in range(TRIES):
        try:
            return attempt()
        except Outdated:
            continue
    with transaction.atomic():
        hold()
        return attempt()
