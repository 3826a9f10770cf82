"""Many people open one link in the same moment; the chain of the trail stays one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from jejaring.domain.parties import audit, rosters
from jejaring.domain.parties.actions import people
from jejaring.domain.parties.models import Role, User
from tests.cast import make_cast


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_twelve_at_once_one_gets_in_and_the_trail_holds() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's tests run in memory, where connections don't wait for one another")
    cast = make_cast()
    link = people.invite(cast.babakankaret, kind=Role.Kind.CLERK, by=cast.chair, at=timezone.now())
    crowd = [User.objects.create(name=f"guest {n}") for n in range(12)]

    def try_it(guest: User) -> bool:
        try:
            people.accept_invitation(link.token, by=guest, at=timezone.now())
        except rosters.LinkUsed:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(12) as threads:
        got_in = list(threads.map(try_it, crowd))
    assert sum(got_in) == 1
    assert Role.objects.filter(user__in=crowd).count() == 1
    assert list(audit.faults()) == []
