"""Figures of a network file as columns hold them, exactly; what doesn't fit is noted as a fault."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from jejaring.domain.fields import MOST
from jejaring.domain.mapping.models import SaidBy, Site
from jejaring.domain.parties import regions
from jejaring.domain.parties.models import Cooperative, Network, NetworkRole, User
from jejaring.domain.parties.profile import search_text
from jejaring.engines.errors import Fault, Place, Sentence
from jejaring.engines.planning.plan_file import Json

_LARGEST_SMALL = 32_767
"""What a column for days, months or counts holds in every database."""
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_WEEK = re.compile(r"\d{4}-W\d{2}")
_EVIDENCE = {
    "document": SaidBy.EvidenceKind.DOCUMENT,
    "dokumen": SaidBy.EvidenceKind.DOCUMENT,
    "weighed": SaidBy.EvidenceKind.WEIGHED,
    "ditimbang": SaidBy.EvidenceKind.WEIGHED,
    "measured": SaidBy.EvidenceKind.MEASURED,
    "diukur": SaidBy.EvidenceKind.MEASURED,
}
_KINDS = (
    (re.compile(r"\b(kkmp|kelurahan)\b", re.IGNORECASE), Cooperative.Kind.KKMP),
    (re.compile(r"\b(kdmp|kopdes|desa|merah putih)\b", re.IGNORECASE), Cooperative.Kind.KDMP),
    (re.compile(r"\b(sekunder|secondary)\b", re.IGNORECASE), Cooperative.Kind.SECONDARY),
)
Usual = tuple[Json, list[Json], bool]
"""The row of ordinary months, the rows that differ from it, and whether ordinary months count at all."""


class Keeping:
    """Reads the rows of one file for the tables and gathers what they can't hold."""

    def __init__(self, file: Json, by: User | None, at: datetime) -> None:
        self.file, self.by, self.at = file, by, at
        self.faults: list[Fault] = []
        self.month: dict[str, date] = {}

    def codes(self, table: str) -> list[str]:
        """Return the codes of a table."""
        return list(dict.fromkeys(row["code"] for row in self.file.get(table, [])))

    def tell(self, place: str, wrong: Sentence, right: Sentence | None) -> None:
        """Note a fault."""
        self.faults.append(Fault(Place(path=place), wrong, right))

    def check(self, row: models.Model, *names: str) -> None:
        """Note every text that is longer than its column, and every count that is larger."""
        for column in type(row)._meta.concrete_fields:  # noqa: SLF001  Django's documented way to its columns
            most = getattr(column, "max_length", None)
            value = getattr(row, column.attname)
            if most and isinstance(value, str) and len(value) > most and (not names or column.name in names):
                self.tell(
                    f"{value[:40]}…",
                    Sentence(
                        "load.long",
                        "This text is longer than the {most} signs that are kept.",
                        {"most": most},
                    ),
                    Sentence("load.long.right", "Shorten it."),
                )
            if isinstance(column, models.PositiveSmallIntegerField) and (value or 0) > _LARGEST_SMALL:
                self._fits(value, f"{row} · {column.name}", 0, Decimal(_LARGEST_SMALL))

    def months(self) -> None:
        """Note it where a period isn't a month."""
        self.month = months_of(self.codes("periods"))
        weeks = [code for code in self.codes("periods") if _WEEK.fullmatch(code)]
        if weeks:
            self.tell(
                f"periods · {weeks[0]} … {weeks[-1]}",
                Sentence(
                    "load.weeks",
                    "This network is planned by week, and what co-ops say is kept by month. So it can't be "
                    "kept here.",
                ),
                Sentence(
                    "load.weeks.right",
                    "Write it by month, like 2027-03, or plan it from its file on the command line.",
                ),
            )
        for code in self.codes("periods"):
            if code not in self.month and code not in weeks:
                self.tell(
                    f"periods · {code}",
                    Sentence("load.period", "Answers are kept by month, and this isn't one."),
                    Sentence("load.period.right", "Write months like 2027-03."),
                )

    # --- figures -------------------------------------------------------------------------------

    def kg(self, value: Any, place: str) -> int | None:
        """Return whole kilograms, None for none."""
        return None if value is None else int(self._fits(value, place, 0, Decimal(MOST)))

    def rupiah(self, value: Any, place: str) -> int:
        """Return whole rupiah."""
        return int(self._fits(value, place, 0, Decimal(MOST)))

    def price(self, value: Any, place: str) -> Decimal | None:
        """Return rupiah for a kilogram, None for none."""
        return None if value is None else self._fits(value, place, 3, Decimal(10**12 - 1))

    def factor(self, value: Any, place: str) -> Decimal:
        """Return a factor or a share."""
        return self._fits(value, place, 6, Decimal(10**6 - 1))

    def _fits(self, value: Any, place: str, places: int, most: Decimal) -> Decimal:
        exact = Decimal(str(value))
        kept = exact.quantize(Decimal(1).scaleb(-places)) if exact <= most else most
        if kept != exact:
            self.tell(
                place,
                Sentence(
                    "load.number",
                    "{written} can't be kept exactly: at most {places} decimals, and not above {most}.",
                    {"written": str(value), "places": places, "most": str(most)},
                ),
                Sentence("load.number.right", "Round it in the file."),
            )
        return kept

    def figures(self, table: str, row: Json) -> dict[str, Any]:
        """Return the figures of an answer at a place by column."""
        place = f"{table} · {row['site']} · {row['product']} · {row['period']}"
        if table == "supplies":
            if row["available_kg"] is None:
                self.tell(
                    place,
                    Sentence("load.no_limit", "A supply without limit can't be kept."),
                    Sentence("load.no_limit.right", "Write how many kilograms there are."),
                )
            return {
                "kg": self.kg(row["available_kg"] or 0, place),
                "cost_idr_per_kg": self.price(row["cost_idr_per_kg"], place),
            }
        if table == "needs":
            worth = row["worth_idr_per_kg"]
            return {
                "kg": self.kg(row["kg"], place),
                "worth_idr_per_kg": self.price(worth, place),
                "is_must": worth is None,
            }
        found: dict[str, Any] = {"partner": row.get("partner", "")} if table == "today" else {}
        for name, value in row.items():
            if name.endswith("idr_per_kg"):
                found[name] = self.price(value, place)
            elif name.endswith("_kg"):
                found[name] = self.kg(value, place)
        return found

    def channel_figures(self, table: str, row: Json) -> dict[str, Any]:
        """Return limits and price of a channel, or of a month of it."""
        place = f"{table} · {row['code']} · {row['period']}"
        return {
            "most_kg": self.kg(row["most_kg"], place),
            "least_kg": self.kg(row.get("least_kg", 0), place),
            "idr_per_kg": self.price(row["price_idr_per_kg"], place),
        }

    def step(self, table: str, row: Json, step: Json) -> dict[str, Any]:
        """Return one price step."""
        place = f"{table} · {row['code']}"
        return {
            "from_kg": self.kg(step["from_kg"], place),
            "idr_per_kg": self.price(step["price_idr_per_kg"], place),
        }

    def vehicle_figures(self, row: Json) -> dict[str, Any]:
        """Return the figures of a vehicle."""
        place = f"vehicles · {row['code']}"
        return {
            "capacity_kg": self.kg(row["capacity_kg"], place),
            "idr_per_km": self.price(row["idr_per_km"], place),
            "idr_per_trip": self.rupiah(row["idr_per_trip"], place),
        }

    def lane_figures(self, row: Json) -> dict[str, Any]:
        """Return the figures of a lane."""
        place = f"lanes · {row['from']} → {row['to']}"
        km = row.get("km")
        return {
            "cost_idr_per_kg": self.price(row["cost_idr_per_kg"], place),
            "capacity_kg": self.kg(row["capacity_kg"], place),
            "fixed_cost_idr": self.rupiah(row["fixed_cost_idr"], place),
            "loss": self.factor(row.get("loss", 0), place),
            "km": None if km is None else self.factor(km, place),
        }

    def rule_figures(self, rule: Json) -> dict[str, Any]:
        """Return the figures of the lane rule."""
        farthest = rule["farthest_km"]
        return {
            "detour": self.factor(rule["detour"], "lane_rule"),
            "farthest_km": None if farthest is None else self.factor(farthest, "lane_rule"),
            "idr_per_kg": self.price(rule["idr_per_kg"], "lane_rule"),
            "idr_per_kg_km": self.factor(rule["idr_per_kg_km"], "lane_rule"),
            "fixed_cost_idr": self.rupiah(rule.get("fixed_cost_idr", 0), "lane_rule"),
            "nearest": rule.get("nearest"),
            "detours": {terrain: str(each) for terrain, each in rule.get("detours", {}).items()},
        }

    def said(self, row: Json) -> dict[str, Any]:
        """Return who said a figure, and how it is known."""
        text = row.get("evidence", "")
        word = re.split(r"[\s,;:]", text.strip().casefold(), maxsplit=1)[0]
        return {
            "said_by": self.by,
            "said_at": self.at,
            "way": SaidBy.Way.FILE,
            "evidence": _EVIDENCE.get(word, SaidBy.EvidenceKind.SAID),
            "source": text,
        }

    # --- who and where -------------------------------------------------------------------------

    def cooperative(self, row: Json) -> Cooperative:
        """Return a new co-op; its position is that of its first place."""
        name, village = row["name"] or row["code"], row["village"]
        at: Json = next((site for site in self.file["sites"] if site["party"] == row["code"]), {})
        kind = next(
            (kind for found, kind in _KINDS if found.search(row["kind"])), Cooperative.Kind.ESTABLISHED
        )
        cash = row.get("cash_idr")
        return Cooperative(
            name=name,
            kind=kind,
            village_code=village,
            regency_code=regions.regency_of(village),
            search_text=search_text(name, village),
            lat=at.get("lat"),
            lon=at.get("lon"),
            position_origin="" if at.get("lat") is None else "file",
            terrain=at.get("terrain", ""),
            cash_idr=None if cash is None else self.rupiah(cash, f"parties · {row['code']}"),
            pays_members_after_days=row.get("pays_members_after_days", 0),
            pays_partners_after_days=row.get("pays_partners_after_days", 0),
            code=row["code"],
        )

    def site(self, row: Json, owner: int | None, network: Network | None, *, is_main: bool) -> Site:
        """Return a new place of a co-op or of the network."""
        return Site(
            cooperative_id=owner,
            network=network,
            name=row["name"] or row["code"],
            code=row["code"],
            village_code=row["village"],
            lat=row["lat"],
            lon=row["lon"],
            position_origin="" if row["lat"] is None else "file",
            terrain=row.get("terrain", ""),
            is_main=is_main,
        )

    def roles(self) -> Iterator[tuple[str, NetworkRole.Kind]]:
        """Yield (party, role): what the file says, and what its rows tell of who delivers or processes."""
        owner = {site["code"]: site["party"] for site in self.file["sites"]}
        found: dict[str, set[NetworkRole.Kind]] = defaultdict(set)
        for row in self.file["supplies"]:
            found[owner[row["site"]]].add(NetworkRole.Kind.SUPPLIER)
        for row in self.file["processes"]:
            found[row["owner"]].add(NetworkRole.Kind.PROCESSOR)
        for row in self.file["outlets"]:
            found[row["owner"]].add(NetworkRole.Kind.MARKETER)
        for row in self.file["parties"]:
            kinds = found[row["code"]] | (
                {NetworkRole.Kind.HUB} if row.get("role", "").strip().lower() == "hub" else set()
            )
            for kind in sorted(kinds or {NetworkRole.Kind.SUPPLIER}):
                yield row["code"], kind

    # --- rows of all months put together -------------------------------------------------------

    def every_month_once(self, table: str) -> Iterator[tuple[Json, date | None]]:
        """Yield rows with their month; those that are the same in every month once, without one."""
        alike: dict[str, list[Json]] = defaultdict(list)
        for row in self.file[table]:
            alike[_mark(row, without={"period"})].append(row)
        about = Counter((row["site"], row["product"]) for row in self.file[table])
        for rows in alike.values():
            whole = len(rows) == len(self.month) == about[rows[0]["site"], rows[0]["product"]]
            for row in rows[:1] if whole else rows:
                yield row, None if whole else self.month[row["period"]]

    def channels(self, table: str) -> Iterator[Usual]:
        """Yield the channels of a table."""
        differs = {"most_kg", "least_kg", "price_idr_per_kg"}
        return self._usual(table, differs)

    def processes(self) -> Iterator[Usual]:
        """Yield the processes."""
        return self._usual("processes", {"capacity_kg", "cost_idr_per_kg"})

    def _usual(self, table: str, differs: set[str]) -> Iterator[Usual]:
        """Yield, for rows of one code that agree in all but `differs`, what is usual and what isn't.

        A row that isn't there in every month, or is otherwise in some, becomes one for each way it has,
        each in its own months only.
        """
        ways: dict[str, dict[str, list[Json]]] = defaultdict(lambda: defaultdict(list))
        for row in self.file[table]:
            ways[row["code"]][_mark(row, without={"period", *differs})].append(row)
        for found in ways.values():
            for rows in found.values():
                if len(found) > 1 or len(rows) < len(self.month):
                    yield rows[0], rows, False
                    continue
                times = Counter(_mark(row, without={"period"}) for row in rows)
                usual = times.most_common(1)[0][0]
                others = [row for row in rows if _mark(row, without={"period"}) != usual]
                [first, *_] = [row for row in rows if _mark(row, without={"period"}) == usual]
                if first.get("capacity_kg") == 0:
                    # A process that usually takes nothing is one of its own months only.
                    yield first, rows, False
                else:
                    yield first, others, True


def months_of(codes: Iterable[str]) -> dict[str, date]:
    """Return the first day of each period that is a month, by its code."""
    found = {code: _MONTH.fullmatch(code) for code in codes}
    return {code: date(int(match[1]), int(match[2]), 1) for code, match in found.items() if match}


def _mark(row: Json, *, without: set[str]) -> str:
    kept = {name: value for name, value in row.items() if name not in without}
    return json.dumps(kept, sort_keys=True, default=str)
