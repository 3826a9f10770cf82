"""Sixty people fill in at once, with bad lines and impatient thumbs: nothing is lost, nothing doubled.

Two people answer for each of thirty co-ops at the same moment, one about paddy, the other about maize and
a dryer and a buyer. Everything that they send is sent twice at once, as by a double tap. A real server
answers, with SQLite and with PostgreSQL.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from tests.scenarios.person import Form, Page, PersonOutside
from tests.scenarios.running import Installation, new_postgresql

pytestmark = pytest.mark.slow

COOPS, PEOPLE = 30, 60

ROOM = """
from datetime import timedelta
from django.utils import timezone
from jejaring.domain.mapping.actions.workshops import open_workshop
from jejaring.domain.parties import regions
from jejaring.domain.parties.actions import cooperatives, networks, people
from jejaring.domain.parties.models import User
from jejaring.domain.parties.profile import Profile
at = timezone.now()
network = networks.create_network("Ramai", region_code="33.10", by=None)
link = people.invite("33.10", kind="facilitator", by=None, at=at)
who = people.NewPerson("fasilitator", "0812 3456 7801", "", "padi menguning di sawah", "ya")
facilitator = people.join_by_invitation(link.token, details=who, at=at)
villages = [v for d in regions.children("33.10")[:4] for v in regions.children(d.code)][:%d]
for village in villages:
    cooperatives.register_cooperative(
        Profile(f"KDMP {village.name}", "kdmp", village.code), network=network, roles=["supplier"],
        is_another=True, by=facilitator,
    )
end = at + timedelta(hours=8)
print(open_workshop(network, title="Ramai", closes_at=end, by=facilitator, at=at).token)
"""

KEPT = """
import json
from jejaring.domain.mapping.models import *
from jejaring.domain.parties.models import AuditLine
def rows(table, *names):
    return sorted([str(each) for each in row] for row in table.objects.values_list(*names))
print(json.dumps({
    "potential": rows(Potential, "cooperative__name", "product__code", "month", "kg", "cost_idr_per_kg"),
    "facilities": rows(Facility, "cooperative__name", "name", "capacity_kg"),
    "channels": rows(Channel, "cooperative__name", "partner", "idr_per_kg", "most_kg"),
    "vehicles": rows(Vehicle, "cooperative__name", "name", "capacity_kg"),
    "attendees": rows(Attendee, "cooperative__name", "user__name"),
    "done": rows(StageDone, "cooperative__name", "stage"),
}))
"""


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    if request.param == "SQLite":
        yield Installation(tmp_path / "home")
        return
    with new_postgresql() as address:
        if address is None:
            pytest.skip(
                "PostgreSQL isn't installed here: no crowd on it (Debian: apt-get install postgresql)"
            )
        yield Installation(tmp_path / "home", address)


def test_sixty_people_at_once_lose_and_double_nothing(installation: Installation) -> None:
    installation.run("set-up")
    token = installation.python(ROOM % COOPS)
    with installation.serving() as server:
        coops = coops_of(PersonOutside(server).open(f"/gabung/{token}/"))
        assert len(coops) == COOPS
        start = Barrier(PEOPLE)
        crowd = [Hasty(server, number, coops[number // 2], start) for number in range(PEOPLE)]
        with ThreadPoolExecutor(PEOPLE) as room:
            for done in [room.submit(each.answer, f"/gabung/{token}/") for each in crowd]:
                done.result()
    statuses = {status for each in crowd for status in each.statuses}
    assert statuses <= {200, 302}, statuses
    kept = json.loads(installation.python(KEPT))
    assert kept == {name: sorted(row for each in crowd for row in each.said[name]) for name in kept}
    assert "utuh" in installation.run("check-trail")


def coops_of(page: Page) -> list[tuple[str, str]]:
    """Return number and full name of the co-ops that people can join for."""
    rows = re.findall(r'<option value="(\d+)">([^<]+)</option>', page.text)
    return [(number, f"KDMP {name.strip().removeprefix('KDMP ')}") for number, name in rows]


class Hasty(PersonOutside):
    """Somebody who taps twice: each form arrives two times at the same moment."""

    def __init__(self, server: str, number: int, coop: tuple[str, str], start: Barrier) -> None:
        super().__init__(server)
        self._number, self._start = number, start
        self._coop, self._name = coop
        self.said: dict[str, list[list[str]]] = {
            name: [] for name in ("potential", "facilities", "channels", "vehicles", "attendees", "done")
        }

    def answer(self, link: str) -> None:
        """Join and answer, with everybody else."""
        self.open(link)
        self._start.wait(timeout=120)
        self.twice({"cooperative": self._coop, "name": f"orang {self._number}"})
        if self.page.address == link:
            # The second tap came after the first had signed in: it is told that this tap counted for nothing.
            assert "ketukan ini tidak dihitung" in self.page.words
            self.open(f"/koperasi/{self._coop}/potensi/")
        came = self.page
        assert came.address == f"/koperasi/{self._coop}/potensi/", came.words
        self.said["attendees"].append([self._name, f"orang {self._number}"])
        here = f"/koperasi/{self._coop}/potensi"
        if self._number % 2:
            self._harvest(here, "gkp", "6500")
            self._finish(here, "production")
            self._drive(here)
        else:
            self._harvest(here, "kubis", "3000")
            self._process(here)
            self._sell(here)

    def _harvest(self, here: str, product: str, price: str) -> None:
        self.open(f"{here}/produksi/hasil/{product}/bulan/")
        months = self.page.form("month").choices["month"][1:4]
        self.send({"month": months})
        kg = {month: 1_000 + 10 * self._number + at for at, month in enumerate(months)}
        self.twice({f"kg-{month[:7]}": str(each) for month, each in kg.items()})
        self.twice({"price": price})
        self.twice({"evidence": "said"})
        self.said["potential"] += [
            [self._name, product, month, str(each), f"{price}.000"] for month, each in kg.items()
        ]

    def _drive(self, here: str) -> None:
        self.open(f"{here}/angkutan/")
        self.twice({"name": f"pikap {self._number}", "kg-capacity": "1000"})
        self.said["vehicles"].append([self._name, f"pikap {self._number}", "1000"])
        self._finish(here, "distribution")

    def _process(self, here: str) -> None:
        self.open(f"{here}/pengolahan/baru/pengering/")
        self.twice({"name": f"pengering {self._number}", "kg-capacity": "5000"})
        self.said["facilities"].append([self._name, f"pengering {self._number}", "5000"])
        self._finish(here, "processing")

    def _sell(self, here: str) -> None:
        self.open(f"{here}/pemasaran/baru/")
        buyer = {"partner": f"pasar {self._number}", "product": "kubis", "price": "4000"}
        self.twice(buyer | {"kg-most": "3000"})
        self.said["channels"].append([self._name, f"pasar {self._number}", "4000.000", "3000"])
        self._finish(here, "marketing")

    def _finish(self, here: str, stage: str) -> None:
        self.open(f"{here}/selesai/{stage}/")
        self.twice({})
        self.said["done"].append([self._name, stage])

    def twice(self, said: dict[str, str]) -> None:
        """Send the form of this page two times at once."""
        form: Form = self.page.form(*said)
        sent, address = form.filled(said), self.page.address
        with ThreadPoolExecutor(2) as thumbs:
            pages = [each.result() for each in [thumbs.submit(self._post, address, sent, {}) for _ in "12"]]
        for page in pages:
            self._came(page, 200)
