"""A network's answers at one moment -> the `Problem` that is planned, or everything that it lacks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from typing import Any

from jejaring.domain.mapping.models import Lane, LaneRule, Reference, Vehicle
from jejaring.domain.mapping.overview import months_from
from jejaring.domain.parties.models import Network
from jejaring.domain.partnering.ground import Ground, ground_of, plain, unique
from jejaring.domain.partnering.taken import Answer, Origin, Taken, question, take
from jejaring.domain.partnering.wording import Wording, wording_of
from jejaring.engines.errors import Fault, Faults, Place, Sentence
from jejaring.engines.planning import interchange, tables
from jejaring.engines.planning.plan_file import Json, json_bytes, sentence_document
from jejaring.engines.planning.problem import Problem

MOST_MONTHS = 24


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What is planned. `cooperatives` leads from codes to co-ops' numbers."""

    problem: Problem
    cooperatives: dict[str, int]
    old: tuple[tuple[str, str, date], ...]
    """(co-op, table, day): the oldest answer of each kind that is older than 90 days."""
    noticed: tuple[Sentence, ...]
    """What was filled in from other answers, left out, or taken from reference data."""
    wording: Wording
    """Tells faults that a scenario makes."""

    @property
    def notes(self) -> Json:
        """What is kept of it beside the problem."""
        return {
            "cooperatives": self.cooperatives,
            "old": [
                {
                    "cooperative": cooperative,
                    "question": sentence_document(question(table)),
                    "on": on.isoformat(),
                }
                for cooperative, table, on in self.old
            ],
            "noticed": [sentence_document(each) for each in self.noticed],
        }


def take_snapshot(network: Network, *, first_month: date, months: int, at: datetime) -> Snapshot:
    """Return what a network's co-ops have said, as a problem for these months.

    Raises Faults with everything that is missing or contradicts, each with its co-op and question.
    """
    ground = ground_of(network)
    taken = Taken(ground, months_from(first_month, months), at)
    take(taken)
    missing = tuple(_missing(taken))
    if missing:
        raise Faults(missing)
    rule, noticed = _lane_rule(taken)
    document = _document(taken, rule)
    wording = wording_of(taken, document)
    try:
        problem = interchange.read_json(json_bytes(document), network.name)
    except Faults as found:
        raise wording.told(found, document) from found
    return Snapshot(
        problem=problem,
        cooperatives={ground.code[pk]: pk for pk in ground.cooperatives},
        old=tuple((name, table, on) for (name, table), on in sorted(taken.oldest.items())),
        noticed=(*noticed, *_noticed(taken), *_nowhere(taken, document)),
        wording=wording,
    )


def _document(taken: Taken, rule: Json | None) -> Json:
    ground = taken.ground
    vehicles = _vehicles(taken)
    lanes = _lanes(taken, vehicles)
    # What was agreed in a round came later: whoever maps says nothing of it.
    spoken = {table.name: taken.tables.get(table.name, []) for table in tables.TABLES if table.since <= 2}
    if rule and rule.get("vehicle"):
        rule["vehicle"] = vehicles[rule["vehicle"]]
    return {
        "format": tables.FORMAT,
        "name": ground.network.name,
        "note": ground.network.note,
        **spoken,
        "periods": [{"code": f"{month:%Y-%m}"} for month in taken.months],
        "products": ground.product_rows(),
        "parties": ground.party_rows(),
        "sites": ground.site_rows(),
        "lanes": lanes,
        "lane_rule": rule,
        "references": [*_references(ground), *taken.tables.get("references", [])],
    }


# --- ways, vehicles, references ----------------------------------------------------------------


def _vehicles(taken: Taken) -> dict[int, str]:
    """Put vehicles into `taken` and return their codes."""
    ground = taken.ground
    own = Vehicle.objects.filter(cooperative__in=list(ground.cooperatives))
    found = list((own | Vehicle.objects.filter(network=ground.network)).order_by("pk"))
    code = unique((each.pk, each.code or f"v{each.pk}", f"v{each.pk}") for each in found)
    for each in found:
        taken.tables["vehicles"].append(
            {
                "code": code[each.pk],
                "name": each.name,
                "owner": ground.code[each.cooperative_id] if each.cooperative_id else None,
                "capacity_kg": each.capacity_kg,
                "idr_per_km": plain(each.idr_per_km),
                "idr_per_trip": each.idr_per_trip,
                "most_trips": each.most_trips,
            }
        )
        owner = each.cooperative_id
        answer = Answer(owner, "vehicles") if owner else None
        taken.origins["vehicles"].append(Origin(taken.name(owner) if owner else "", each.name, answer=answer))
    return code


def _lanes(taken: Taken, vehicles: dict[int, str]) -> list[Json]:
    ground = taken.ground
    rows = []
    found = Lane.objects.filter(network=ground.network).order_by("pk").prefetch_related("products")
    for each in found:
        ends = ground.sites.get(each.from_site_id), ground.sites.get(each.to_site_id)
        if ends[0] is None or ends[1] is None:
            continue
        listed = sorted(each.products.all(), key=lambda product: product.pk)
        rows.append(
            {
                "from": ground.site_code[each.from_site_id],
                "to": ground.site_code[each.to_site_id],
                "products": [code for product in listed for code in ground.every_grade(product)],
                "cost_idr_per_kg": plain(each.cost_idr_per_kg),
                "capacity_kg": each.capacity_kg,
                "fixed_cost_idr": each.fixed_cost_idr,
                "loss": plain(each.loss),
                "km": plain(each.km),
                "vehicle": vehicles.get(each.vehicle_id) if each.vehicle_id else None,
            }
        )
        taken.origins["lanes"].append(Origin(f"{ends[0].name} → {ends[1].name}"))
    return rows


def _lane_rule(taken: Taken) -> tuple[Json | None, tuple[Sentence, ...]]:
    """Return the network's lane rule; where it has told nothing of its ways, that of our data."""
    network = taken.ground.network
    own = LaneRule.objects.filter(network=network).first()
    if own is not None:
        return _rule_row(own), ()
    if Lane.objects.filter(network=network).exists():
        return None, ()
    figures = default_lane_rule()
    said = Sentence(
        "snapshot.lane_rule",
        "Nobody has said what ways cost. They were reckoned from distances with these figures: {source} "
        "Valid from {on}.",
        {"source": figures["source"], "on": figures["valid_from"]},
    )
    taken.tables["references"].append(
        {
            "code": "jejaring.lane_rule",
            "item": "Aturan jarak dan ongkos angkut",
            "value": f"{figures['idr_per_kg']} + {figures['idr_per_kg_km']} × km",
            "unit": "Rp/kg",
            "valid_from": figures["valid_from"],
            "source": figures["source"],
        }
    )
    rule = {
        "detour": plain(figures["detour"]),
        "detours": {terrain: plain(factor) for terrain, factor in figures["detours"].items()},
        **{name: plain(figures[name]) for name in ("farthest_km", "idr_per_kg", "idr_per_kg_km")},
    }
    return rule, (said,)


def _rule_row(rule: LaneRule) -> Json:
    return {
        "detour": plain(rule.detour),
        "detours": {terrain: plain(factor) for terrain, factor in rule.detours.items()},
        "farthest_km": plain(rule.farthest_km),
        "idr_per_kg": plain(rule.idr_per_kg),
        "idr_per_kg_km": plain(rule.idr_per_kg_km),
        "fixed_cost_idr": rule.fixed_cost_idr,
        "nearest": rule.nearest,
        "vehicle": rule.vehicle_id,
    }


def default_lane_rule() -> dict[str, Any]:
    """Return the dated figures that stand in where a network has told nothing of its ways."""
    file = resources.files("jejaring.domain.partnering") / "data" / "lane_rule.json"
    figures: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return figures


def _references(ground: Ground) -> list[Json]:
    names = ("code", "item", "value", "unit", "valid_from", "source", "confidence")
    found = Reference.objects.filter(network=ground.network).order_by("pk")
    return [{name: getattr(each, name) for name in names} for each in found]


# --- what is missing, and what is told ---------------------------------------------------------


def _missing(taken: Taken) -> Iterable[Fault]:
    rows = taken.tables
    if len(taken.ground.cooperatives) < 2:
        yield _lacking(
            Sentence("snapshot.nobody", "Fewer than two co-ops have a role in this network."),
            Sentence("snapshot.nobody.right", "Give at least two co-ops a role."),
        )
        return
    if not rows["supplies"] and not rows["needs"] and not any(row["opening_kg"] for row in rows["storages"]):
        yield _lacking(
            Sentence(
                "snapshot.nothing_said",
                "Nobody has said what members can deliver, or what is needed, in these months.",
            ),
            Sentence("snapshot.nothing_said.right", "Ask the co-ops, or choose other months."),
        )
    if rows["supplies"] and not rows["outlets"] and not any(_sells(row) for row in rows["local_trade"]):
        yield _lacking(
            Sentence("snapshot.no_buyer", "Nobody has named a buyer, not even a local trader."),
            Sentence("snapshot.no_buyer.right", "Add at least one buyer with a price."),
        )
    if rows["needs"] and not (rows["sources"] or rows["supplies"] or any(map(_buys, rows["local_trade"]))):
        yield _lacking(
            Sentence("snapshot.no_supplier", "There are needs, but nobody has named a supplier."),
            Sentence("snapshot.no_supplier.right", "Add at least one supplier with a price."),
        )


def _sells(row: Json) -> bool:
    return row["sell_idr_per_kg"] is not None


def _buys(row: Json) -> bool:
    return row["buy_idr_per_kg"] is not None


def _lacking(wrong: Sentence, right: Sentence) -> Fault:
    return Fault(Place(), wrong, right)


def _nowhere(taken: Taken, document: Json) -> Iterable[Sentence]:
    """Yield the co-ops to which no way can be reckoned, because nobody knows where they are."""
    placed = {row["party"] for row in document["sites"] if row["lat"] is not None}
    owner = {row["code"]: row["party"] for row in document["sites"]}
    placed |= {owner[row[end]] for row in document["lanes"] for end in ("from", "to")}
    ground = taken.ground
    names = tuple(each.name for pk, each in ground.cooperatives.items() if ground.code[pk] not in placed)
    if names:
        yield Sentence(
            "snapshot.nowhere",
            "No position is known of: {cooperatives}. So no way leads there: they can't work with others.",
            {"cooperatives": names},
        )


_ASSUMED = {
    "cost.local": Sentence(
        "snapshot.cost.local",
        "{count} answers don't say what members must be paid. The price of the local trader was taken.",
    ),
    "cost.today": Sentence(
        "snapshot.cost.today",
        "{count} answers don't say what members must be paid. The price that is paid today was taken.",
    ),
    "cost.floor": Sentence(
        "snapshot.cost.floor",
        "{count} answers don't say what members must be paid. The floor price set by the state was taken.",
    ),
    "worth.local": Sentence(
        "snapshot.worth.local",
        "{count} needs don't say what they are worth. The price of the local trader was taken.",
    ),
    "worth.today": Sentence(
        "snapshot.worth.today",
        "{count} needs don't say what they are worth. The price that is paid today was taken.",
    ),
}
_LEFT_OUT = {
    "cost": Sentence(
        "snapshot.left.cost",
        "{cooperative}: {count} answers were left out, because nobody says what members must be paid.",
    ),
    "worth": Sentence(
        "snapshot.left.worth",
        "{cooperative}: {count} needs were left out, because nobody says what they are worth.",
    ),
    "place": Sentence(
        "snapshot.left.place",
        "{cooperative}: {count} answers were left out, because their place isn't one of this network.",
    ),
}


def _noticed(taken: Taken) -> Iterable[Sentence]:
    for why, said in _ASSUMED.items():
        if taken.assumed[why]:
            yield Sentence(said.code, said.text, {"count": taken.assumed[why]})
    for (name, why), count in sorted(taken.left_out.items()):
        said = _LEFT_OUT[why]
        yield Sentence(said.code, said.text, {"cooperative": name, "count": count})
