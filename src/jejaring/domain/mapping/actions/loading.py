"""A network file -> co-ops, places and answers in the tables: all of it, or nothing.

What the tables can't hold exactly (a half kilogram, a week) is told, not rounded. Planting quotas, ranges
and scenarios have no table; `Loaded.left_aside` names those that the file has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from jejaring.domain.mapping.actions.loading_rows import Keeping, months_of
from jejaring.domain.mapping.models import (
    Commodity,
    Facility,
    Lane,
    LaneRule,
    LocalTrade,
    Need,
    Potential,
    Product,
    Reference,
    Site,
    Today,
    Vehicle,
)
from jejaring.domain.mapping.models.answers import (
    Channel,
    ChannelMonth,
    FacilityMonth,
    FacilityOutput,
    OpeningStock,
    PriceStep,
)
from jejaring.domain.parties import access, audit, regions
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.actions.cooperatives import may_register
from jejaring.domain.parties.models import Cooperative, Network, NetworkRole, User
from jejaring.engines.errors import Faults, Refusal, Sentence
from jejaring.engines.planning.network_file import network_document
from jejaring.engines.planning.plan_file import Json
from jejaring.engines.planning.problem import Problem

_BATCH = 500
_LEFT_ASIDE = ("scenarios", "ranges", "crops", "growers", "terms")


@dataclass(frozen=True)
class Loaded:
    """What came of a file. `matched` co-ops were known before; `left_aside`: tables that aren't kept."""

    network: Network
    cooperatives: dict[str, int]
    created: int
    matched: int
    left_aside: tuple[str, ...]


@transaction.atomic
def load_network(
    problem: Problem,
    *,
    name: str,
    region_code: str,
    by: User | None,
    at: datetime,
    commodity: str = "lain",
    replaces: bool = True,
) -> Loaded:
    """Put a network into the tables under `name`, and return what came of it.

    Co-ops that are registered already, by village and name or by code and name, are taken, not doubled: what
    they said of the same goods and months is replaced; unless `replaces`, they are refused. Raises Faults
    with all that can't be kept.
    """
    document = network_document(problem)
    region = regions.region(region_code)
    if Network.objects.filter(name=name.strip(), region_code=region).exists():
        raise Refusal("network.exists", "There is a network “{name}” in this region already.", name=name)
    keeping = Keeping(document, by, at)
    network = Network(name=name.strip(), region_code=region, note=document["note"])
    keeping.check(network, "name")
    network.save()
    loading = _Loading(keeping, network, by, at)
    loading.load(commodity)
    if keeping.faults:
        raise Faults(tuple(keeping.faults))
    if loading.matched and not replaces:
        raise Refusal(
            "load.known",
            "{count} of the co-ops in this file are registered already. What they said of the same goods and "
            "months would be replaced. If that is right, tick it below and choose the file again.",
            count=loading.matched,
        )
    audit.record(
        "network.load",
        network,
        by=by,
        network_id=network.pk,
        facts={
            "sha256": problem.sha256,
            "rows": loading.counts,
            "cooperatives": list(loading.party.values()),
        },
    )
    return Loaded(
        network=network,
        cooperatives=loading.party,
        created=len(loading.party) - loading.matched,
        matched=loading.matched,
        left_aside=tuple(table for table in _LEFT_ASIDE if document.get(table)),
    )


class _Loading:
    """One file on its way into the tables; each step leaves the rows that the next ones point at."""

    def __init__(self, keeping: Keeping, network: Network, by: User | None, at: datetime) -> None:
        self.keeping, self.network, self.by, self.at = keeping, network, by, at
        self.file = keeping.file
        self.party: dict[str, int] = {}
        self.site: dict[str, Site] = {}
        self.product: dict[str, Product] = {}
        self.vehicle: dict[str, Vehicle] = {}
        self.matched = 0
        self.counts: dict[str, int] = {}

    def load(self, commodity: str) -> None:
        """Load table after table, the ones that others point at first."""
        self.keeping.months()
        if self.keeping.faults:
            return
        self._products(commodity)
        self._cooperatives()
        self._sites()
        if self.keeping.faults:
            return
        self._forget_what_is_replaced()
        self._placed()
        self._channels("outlets", Channel.Direction.SELL)
        self._channels("sources", Channel.Direction.BUY)
        self._processes()
        self._storages()
        self._vehicles()
        self._ways()
        self._references()

    def _put(self, model: type[Any], rows: list[Any]) -> list[Any]:
        """Insert rows; after a fault nothing more is inserted, for nothing of it would be kept."""
        for row in rows:
            self.keeping.check(row)
        if self.keeping.faults:
            return rows
        self.counts[model.__name__] = self.counts.get(model.__name__, 0) + len(rows)
        made: list[Any] = model.objects.bulk_create(rows, batch_size=_BATCH)
        return made

    def _products(self, commodity: str) -> None:
        known = {each.code: each for each in Product.objects.filter(code__in=self.keeping.codes("products"))}
        of = Commodity.objects.filter(code=commodity).first()
        if of is None:
            named = {"name_id": "Lain-lain", "name_en": "Other"} if commodity == "lain" else {}
            of = Commodity.objects.create(code=commodity, **({"name_id": commodity} | named))
        harvests = {row["product"] for row in self.file["supplies"]}
        inputs = {row["product"] for table in ("sources", "needs") for row in self.file[table]}
        new = []
        for row in self.file["products"]:
            keeps = row.get("shelf_life_periods")
            loss = self.keeping.factor(row.get("loss_per_100_km", 0), f"products · {row['code']}")
            found = known.get(row["code"])
            if found is None:
                new.append(
                    Product(
                        commodity=of,
                        code=row["code"],
                        name_id=row["name"] or row["code"],
                        is_harvest=row["code"] in harvests,
                        is_input=row["code"] in inputs - harvests,
                        shelf_life_periods=keeps,
                        loss_per_100_km=loss,
                    )
                )
            elif (found.shelf_life_periods, found.loss_per_100_km) != (keeps, loss):
                self.keeping.tell(
                    f"products · {row['code']}",
                    Sentence(
                        "load.other_product",
                        "This product is known here with another shelf life or another loss on the way.",
                    ),
                    Sentence("load.other_product.right", "Give it another code in the file."),
                )
        known |= {each.code: each for each in self._put(Product, new)}
        self.product = known

    # --- co-ops and places ---------------------------------------------------------------------

    def _cooperatives(self) -> None:
        known = self._known()
        ids = {each.pk for each in known.values()}
        theirs = set(ids)
        if self.by is not None:
            reach = access.cooperatives_for(self.by, Ability.EDIT_COOPERATIVE)
            theirs = set(reach.filter(pk__in=ids).values_list("pk", flat=True))
        new, codes = [], []
        for row in self.file["parties"]:
            found = known.get((row["village"], row["name"].casefold())) if row["village"] else None
            found = found or known.get((row["code"], row["name"].casefold()))
            if found is None:
                self._refuse_elsewhere(row)
                new.append(self.keeping.cooperative(row))
                codes.append(row["code"])
                continue
            if found.pk not in theirs:
                self.keeping.tell(
                    f"parties · {row['code']}",
                    Sentence(
                        "load.not_yours",
                        "“{name}” is registered already, and isn't yours to change.",
                        {"name": row["name"]},
                    ),
                    None,
                )
            self.matched += 1
            self.party[row["code"]] = found.pk
        for code, each in zip(codes, self._put(Cooperative, new), strict=True):
            self.party[code] = each.pk
        self.party = {row["code"]: self.party[row["code"]] for row in self.file["parties"]}
        if not self.keeping.faults:
            roles = [
                NetworkRole(network=self.network, cooperative_id=self.party[code], kind=kind)
                for code, kind in self.keeping.roles()
            ]
            self._put(NetworkRole, roles)

    def _refuse_elsewhere(self, row: Json) -> None:
        """Note a new co-op in a village where this person may register none."""
        if self.by is not None and row["village"] and not may_register(self.by, row["village"], None):
            self.keeping.tell(
                f"parties · {row['code']}",
                Sentence(
                    "load.elsewhere",
                    "The village of “{name}” lies outside the region in which you may register co-ops.",
                    {"name": row["name"]},
                ),
                Sentence("load.elsewhere.right", "Ask the facilitator there to register it first."),
            )

    def _known(self) -> dict[tuple[str, str], Cooperative]:
        parties = self.file["parties"]
        villages = [row["village"] for row in parties if row["village"]]
        found = Cooperative.objects.filter(village_code__in=villages).order_by("-pk")
        known = {(each.village_code, each.name.casefold()): each for each in found}
        by_code = Cooperative.objects.filter(code__in=[row["code"] for row in parties]).order_by("-pk")
        return {(each.code, each.name.casefold()): each for each in by_code} | known

    def _sites(self) -> None:
        known = {
            (each.cooperative_id, each.file_code): each
            for each in Site.objects.filter(cooperative__in=list(self.party.values()))
        }
        with_main = {each.cooperative_id for each in known.values() if each.is_main}
        new = []
        for row in self.file["sites"]:
            owner = self.party[row["party"]] if row["party"] else None
            found = known.get((owner, row["code"])) if owner else None
            if found is None:
                is_main = owner is not None and owner not in with_main
                found = self.keeping.site(row, owner, None if owner else self.network, is_main=is_main)
                with_main |= {owner} if owner else set()
                new.append(found)
            self.site[row["code"]] = found
        self._put(Site, new)

    def _forget_what_is_replaced(self) -> None:
        """Take away what co-ops that were known before said of the same goods and months, and by name."""
        if not self.matched:
            return
        owners, months = list(self.party.values()), list(self.keeping.month.values())
        # Held until all is kept: what one of them says at this moment comes before the file or after it.
        list(Cooperative.objects.select_for_update().filter(pk__in=owners).order_by("pk"))
        for model, table in (
            (Potential, "supplies"),
            (Need, "needs"),
            (Today, "today"),
            (LocalTrade, "local_trade"),
        ):
            goods = {self.product[row["product"]].pk for row in self.file.get(table, [])}
            mine = model.objects.filter(cooperative__in=owners, product__in=goods)
            mine.filter(month__in=months).delete()
            if model is LocalTrade:
                mine.filter(month__isnull=True).delete()
        channels = [*self.keeping.codes("outlets"), *self.keeping.codes("sources")]
        Channel.objects.filter(cooperative__in=owners, code__in=channels).delete()
        facilities = [*self.keeping.codes("processes"), *self.keeping.codes("storages")]
        Facility.objects.filter(cooperative__in=owners, code__in=facilities).delete()
        Vehicle.objects.filter(cooperative__in=owners, code__in=self.keeping.codes("vehicles")).delete()

    # --- answers -------------------------------------------------------------------------------

    def _common(self, row: Json) -> dict[str, Any]:
        """Return what all answers at a place have: whose, where, of what, said by whom."""
        owner = self.site[row["site"]].cooperative_id
        return {
            "cooperative_id": owner,
            "site": self._named_place(row["site"], owner),
            "product": self.product[row["product"]],
            **self.keeping.said(row),
        }

    def _named_place(self, code: str, owner: int | None) -> Site | None:
        """Return the place that an answer names: none for its co-op's main one, just as on the pages.

        Else what somebody says on a page would stand beside what the file said, instead of replacing it.
        """
        site = self.site[code]
        return None if site.is_main and site.cooperative_id == owner else site

    def _placed(self) -> None:
        keep, month = self.keeping, self.keeping.month
        for model, table in ((Potential, "supplies"), (Need, "needs"), (Today, "today")):
            rows = [
                model(**self._common(row), month=month[row["period"]], **keep.figures(table, row))
                for row in self.file.get(table, [])
            ]
            self._put(model, rows)
        self._put(
            LocalTrade,
            [
                LocalTrade(**self._common(row), month=when, **keep.figures("local_trade", row))
                for row, when in keep.every_month_once("local_trade")
            ],
        )

    def _channels(self, table: str, direction: Channel.Direction) -> None:
        made, months, steps = [], [], []
        for usual, spoken, every in self.keeping.channels(table):
            channel = Channel(
                cooperative_id=self.party[usual["owner"]],
                direction=direction,
                site=self._named_place(usual["site"], self.party[usual["owner"]]),
                product=self.product[usual["product"]],
                partner=usual["buyer" if table == "outlets" else "supplier"],
                code=usual["code"],
                every_month=every,
                days_to_pay=int(usual.get("pays_after_days") or usual.get("due_after_days") or 0),
                **self.keeping.channel_figures(table, usual),
                **self.keeping.said(usual),
            )
            made.append(channel)
            months += [
                ChannelMonth(
                    channel=channel,
                    month=self.keeping.month[row["period"]],
                    **self.keeping.channel_figures(table, row),
                )
                for row in spoken
            ]
            steps += [
                PriceStep(channel=channel, **self.keeping.step(table, usual, step)) for step in usual["steps"]
            ]
        self._put(Channel, made)
        self._put(ChannelMonth, months)
        self._put(PriceStep, steps)

    def _processes(self) -> None:
        made, months, outputs = [], [], []
        for usual, spoken, every in self.keeping.processes():
            place = f"processes · {usual['code']}"
            facility = Facility(
                kind=Facility.Kind.PROCESS,
                product=self.product[usual["input"]],
                opening_cost_idr=self.keeping.rupiah(usual["opening_cost_idr"], place),
                **self._facility(usual, place),
            )
            if not every:
                facility.capacity_kg = 0
            made.append(facility)
            months += [
                FacilityMonth(
                    facility=facility,
                    month=self.keeping.month[row["period"]],
                    capacity_kg=self.keeping.kg(row["capacity_kg"], place),
                    cost_idr_per_kg=self.keeping.price(row["cost_idr_per_kg"], place) or 0,
                )
                for row in spoken
            ]
            outputs += [
                FacilityOutput(
                    facility=facility,
                    product=self.product[code],
                    factor=self.keeping.factor(factor, place),
                )
                for code, factor in usual["outputs"].items()
            ]
        self._put(Facility, made)
        self._put(FacilityMonth, months)
        self._put(FacilityOutput, outputs)

    def _facility(self, row: Json, place: str) -> dict[str, Any]:
        keep = self.keeping
        share = row.get("build_share")
        return {
            "cooperative_id": self.party[row["owner"]],
            "site": self._named_place(row["site"], self.party[row["owner"]]),
            "name": row["name"] or row["code"],
            "code": row["code"],
            "capacity_kg": keep.kg(row["capacity_kg"], place),
            "cost_idr_per_kg": keep.price(row["cost_idr_per_kg"], place),
            "build_cost_idr": keep.rupiah(row.get("build_cost_idr", 0), place),
            "build_share": keep.factor(1 if share is None else share, place),
            **keep.said(row),
        }

    def _storages(self) -> None:
        made, kept, opening = [], [], []
        for row in self.file["storages"]:
            place = f"storages · {row['code']}"
            store = Facility(
                kind=Facility.Kind.STORAGE,
                loss=self.keeping.factor(row["loss"], place),
                **self._facility(row, place),
            )
            made.append(store)
            kept += [(store, self.product[code]) for code in row["products"]]
            opening += [
                OpeningStock(facility=store, product=self.product[code], kg=self.keeping.kg(each, place) or 0)
                for code, each in row["opening_kg"].items()
            ]
        self._put(Facility, made)
        through = Facility.stored.through
        self._put(through, [through(facility_id=store.pk, product_id=product.pk) for store, product in kept])
        self._put(OpeningStock, opening)

    # --- ways ----------------------------------------------------------------------------------

    def _vehicles(self) -> None:
        rows = self.file.get("vehicles", [])
        made = [
            Vehicle(
                cooperative_id=self.party[row["owner"]] if row["owner"] else None,
                network=None if row["owner"] else self.network,
                name=row["name"] or row["code"],
                code=row["code"],
                most_trips=row["most_trips"],
                **self.keeping.vehicle_figures(row),
            )
            for row in rows
        ]
        self.vehicle = {each.code: each for each in self._put(Vehicle, made)}

    def _ways(self) -> None:
        made = [
            Lane(
                network=self.network,
                from_site=self.site[row["from"]],
                to_site=self.site[row["to"]],
                vehicle=self.vehicle.get(row.get("vehicle") or ""),
                **self.keeping.lane_figures(row),
            )
            for row in self.file["lanes"]
        ]
        self._put(Lane, made)
        through = Lane.products.through
        listed = [
            through(lane_id=lane.pk, product_id=self.product[code].pk)
            for lane, row in zip(made, self.file["lanes"], strict=True)
            for code in row["products"]
        ]
        self._put(through, listed)
        rule = self.file["lane_rule"]
        if rule:
            vehicle = self.vehicle.get(rule.get("vehicle") or "")
            figures = self.keeping.rule_figures(rule)
            self._put(LaneRule, [LaneRule(network=self.network, vehicle=vehicle, **figures)])

    def _references(self) -> None:
        self._put(Reference, [Reference(network=self.network, **row) for row in self.file["references"]])


def file_months(problem: Problem) -> tuple[date, ...]:
    """Return the months of a network file; empty where its periods aren't months."""
    return tuple(months_of(problem.periods).values())
