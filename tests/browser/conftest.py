"""A real browser at a real server: Chromium as a phone, `jejaring serve` with a small network loaded."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.scenarios.running import Installation

PHONE: ViewportSize = {"width": 360, "height": 740}
SLOW = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""400 kbit/s and 300 ms: a village at noon."""
PLACES = {
    "Sengon": ("33.10.01.2001", -7.7482, 110.5239),
    "Kotesan": ("33.10.01.2003", -7.7381, 110.5297),
    "Taji": ("33.10.01.2007", -7.7646, 110.5051),
    "Cucukan": ("33.10.01.2002", -7.7420, 110.5180),
    "Tonggalan": ("33.10.25.1004", -7.7056, 110.6064),
}
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def months() -> tuple[str, str]:
    """Return the next two months, as files call them."""
    today = timezone.localdate()
    first = today.year * 12 + today.month
    return tuple(f"{at // 12}-{at % 12 + 1:02}" for at in (first, first + 1))  # type: ignore[return-value]


def small_network(
    told: Sequence[str] = ("Sengon", "Kotesan", "Taji"), *, market_kg: int = 20_000
) -> dict[str, Any]:
    """Return four villages and a hub; villages that have `told` what they have have 9 tons a month."""
    hub = "Tonggalan"
    return {
        "format": "jejaring-network/2",
        "name": "Padi Klaten",
        "periods": [{"code": month} for month in months()],
        "products": [{"code": "gkp", "name": "Gabah kering panen"}],
        "parties": [
            {"code": name.lower(), "name": f"KDMP {name}", "village": village, "kind": "KDMP"}
            | ({"role": "hub"} if name == hub else {})
            for name, (village, _, _) in PLACES.items()
        ],
        "sites": [
            {"code": name.lower(), "party": name.lower(), "lat": lat, "lon": lon}
            for name, (_, lat, lon) in PLACES.items()
        ],
        "supplies": [
            {"site": name.lower(), "product": "gkp", "period": month, "available_kg": 9_000,
             "cost_idr_per_kg": 6_500}
            for name in told for month in months()
        ],
        "local_trade": [
            {"site": name.lower(), "product": "gkp", "period": "*", "sell_idr_per_kg": 6_550} for name in told
        ],
        "outlets": [
            {"code": "pasar", "owner": hub.lower(), "site": hub.lower(), "product": "gkp", "period": "*",
             "price_idr_per_kg": 7_000, "most_kg": market_kg, "buyer": "Pasar gabah"}
        ],
        "lane_rule": {"detour": 1.45, "farthest_km": 60, "idr_per_kg": 53, "idr_per_kg_km": 1.7},
    }  # fmt: skip


@dataclass(frozen=True)
class World:
    """A served installation and what was loaded into it."""

    installation: Installation
    address: str
    password: str
    network: int
    cooperatives: dict[str, int]

    @property
    def of_chair(self) -> int:
        """The sample chair's co-op: the first by name that is no hub."""
        return self.cooperatives[min(name for name in self.cooperatives if "Tonggalan" not in name)]

    def run_worker(self) -> None:
        """Let a worker do what waits, then stop."""
        self.installation.run("work", "--once")


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with served(tmp_path_factory.mktemp("browser"), small_network()) as made:
        yield made


@contextmanager
def served(folder: Path, network: dict[str, Any]) -> Iterator[World]:
    """Yield an installation with this network and its sample accounts, served while it is looked at."""
    installation = Installation(folder / "home")
    installation.run("set-up")
    (folder / "network.json").write_text(json.dumps(network))
    said = installation.run("load", str(folder / "network.json"), "--region", "33.10", "--accounts")
    [password] = re.findall(r"([\w-]{16})\s*$", next(line for line in said.splitlines() if "sandi" in line))
    found = json.loads(
        installation.python(
            "import json; from jejaring.domain.parties.models import *;"
            "found = dict(Cooperative.objects.values_list('name', 'pk'));"
            "print(json.dumps([Network.objects.get().pk, found]))"
        )
    )
    with installation.serving() as address:
        # Passkeys belong to a name, not to an address of numbers.
        yield World(installation, address.replace("127.0.0.1", "localhost"), password, found[0], found[1])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Not for the whole session: while it runs, Django takes this thread for an asynchronous one and
    # refuses its database to tests that come later.
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip(
            "Chromium isn't installed here: nothing was tried in a browser. (apt-get install chromium)"
        )
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@dataclass
class Phones:
    """Phones in the room. What their browsers complain of is kept."""

    browser: Browser
    world: World
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def new(self, *, slow: bool = False, size: ViewportSize | None = None) -> Page:
        """Return a page on a new phone, where nobody is signed in."""
        context = self.browser.new_context(
            base_url=self.world.address, locale="id-ID", timezone_id="Asia/Jakarta",
            viewport=size or PHONE, has_touch=True, is_mobile=size is None,
        )  # fmt: skip
        context.set_default_timeout(30_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        if slow:
            wire = context.new_cdp_session(page)
            wire.send("Network.enable")
            wire.send("Network.emulateNetworkConditions", SLOW)
        return page

    def signed_in(self, role: str, **how: Any) -> Page:
        """Return a page on a new phone, signed in with the sample account of a role."""
        page = self.new(**how)
        sign_in(page, self.world, role)
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        # An answer of 422 is a question, not a fault; browsers write it down all the same.
        if message.type in {"error", "warning"} and "422" not in message.text:
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url')})")


@pytest.fixture
def phones(browser: Browser, world: World) -> Iterator[Phones]:
    phones = Phones(browser, world)
    yield phones
    for context in phones.contexts:
        context.close()
    assert phones.complaints == []


def sign_in(page: Page, world: World, role: str) -> None:
    """Sign in with the sample account of a role."""
    page.goto("/masuk/login/")
    page.get_by_label("Nomor telepon atau alamat email").fill(f"{role}@contoh.invalid")
    page.get_by_label("Kata sandi", exact=True).fill(world.password)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url(re.compile(r"//[^/]+/$"))


def with_passkeys(phone: Page) -> None:
    """Let the phone keep passkeys, and say yes to each question about them."""
    wire = phone.context.new_cdp_session(phone)
    wire.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": key})


@contextmanager
def weighed(page: Page) -> Iterator[list[int]]:
    """Yield a list to which every answer's bytes over the wire are added, heads included."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    found: list[int] = []
    wire.on("Network.loadingFinished", lambda told: found.append(int(told["encodedDataLength"])))
    yield found
    wire.detach()


LOOKS = (Path(__file__).parent / "looks.js").read_text(encoding="utf-8")
