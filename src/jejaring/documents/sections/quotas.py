"""Who plants what when: a planting calendar for each co-op, beside what the plan takes from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from jejaring.documents.editions import FACILITATOR, View
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.engines.planning.calendar import week_of
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.quotas import Demand, Field, Quota, quotas

MOST_CALENDARS = 60
"""With more co-ops than this only the sums are shown; plan.json has every planting."""
M2_PER_HA = 10_000


@dataclass(frozen=True)
class CropRow:
    """One crop of a co-op over all weeks. `short` says that it needs more land than is verified."""

    product: str
    plantings: int
    each_area: str
    span: str
    harvest_kg: int
    planned_kg: int
    needed: str
    verified: str
    short: bool


@dataclass(frozen=True)
class PlantingWeek:
    """What is planted in one week: (area, expected harvest, short name of when) by crop, None for nothing."""

    week: str
    cells: tuple[tuple[str, str, str] | None, ...]


@dataclass(frozen=True)
class CoopQuotas:
    """All quotas of one site; `weeks` are empty where no dates are known or there are too many co-ops."""

    party: int
    site: str
    crops: tuple[CropRow, ...]
    weeks: tuple[PlantingWeek, ...]
    harvest_kg: int
    planned_kg: int


@dataclass(frozen=True)
class QuotaSection:
    """All co-ops that plant, as the network lists them, and what couldn't be kept."""

    coops: tuple[CoopQuotas, ...]
    notes: tuple[str, ...]


def quota_section(
    problem: Problem, plan: Plan, names: Names, language: Language, view: View = FACILITATOR
) -> QuotaSection | None:
    """Return the planting calendars of what `view` owns; None where no crops or growers are told."""
    found = quotas(problem, plan)
    of: dict[int, list[Quota]] = defaultdict(list)
    for quota in found.quotas:
        if view.owns(int(problem.sites.party[quota.site])):
            of[quota.site].append(quota)
    if not of:
        return None
    fields = {(field.site, field.product): field for field in found.fields}
    few = len(of) <= MOST_CALENDARS
    coops = []
    for site, own in sorted(of.items()):
        products = list(dict.fromkeys(quota.product for quota in own))
        crops = [
            _crop([q for q in own if q.product == product], fields[site, product], names, language)
            for product in products
        ]
        coops.append(
            CoopQuotas(
                party=int(problem.sites.party[site]),
                site=names.sites[site],
                crops=tuple(crops),
                weeks=_weeks(own, products, names, language) if few else (),
                harvest_kg=sum(quota.harvest_kg for quota in own),
                planned_kg=sum(quota.planned_kg for quota in own),
            )
        )
    notes = _notes(found.demands, names, language) if view.sees_all else ()
    return QuotaSection(tuple(coops), tuple(notes))


def _crop(own: Sequence[Quota], field: Field, names: Names, language: Language) -> CropRow:
    area = sum((quota.area_ha for quota in own), Fraction(0))
    days = [quota.plants_on for quota in own if quota.plants_on is not None]
    span = ""
    if days:
        first, last = week_of(min(days).toordinal()), week_of(max(days).toordinal())
        span = language.period(first) if first == last else language.span(first, last)
    return CropRow(
        product=names.products[own[0].product],
        plantings=len(own),
        each_area=area_words(area / len(own), language),
        span=span,
        harvest_kg=sum(quota.harvest_kg for quota in own),
        planned_kg=sum(quota.planned_kg for quota in own),
        needed=area_words(field.needed_ha, language),
        verified=area_words(field.area_ha, language),
        short=field.needed_ha > field.area_ha,
    )


def _weeks(
    own: Sequence[Quota], products: Sequence[int], names: Names, language: Language
) -> tuple[PlantingWeek, ...]:
    """Return the calendar, one row for each week in which something is planted."""
    weeks: dict[str, dict[int, list[Quota]]] = defaultdict(lambda: defaultdict(list))
    for quota in own:
        if quota.plants_on is not None:
            weeks[week_of(quota.plants_on.toordinal())][quota.product].append(quota)
    return tuple(
        PlantingWeek(
            language.period(week),
            tuple(_cell(weeks[week].get(product, []), names, language) for product in products),
        )
        for week in sorted(weeks)
    )


def _cell(planted: Sequence[Quota], names: Names, language: Language) -> tuple[str, str, str] | None:
    if not planted:
        return None
    area = sum((quota.area_ha for quota in planted), Fraction(0))
    kg = sum(quota.harvest_kg for quota in planted)
    when = ", ".join(names.short_periods[quota.period] for quota in planted)
    return area_words(area, language), language.kg(kg), when


def area_words(area_ha: Fraction, language: Language) -> str:
    """Return land as a farmer measures it: square metres below one hectare."""
    if area_ha >= 1:
        return f"{language.number(area_ha, places=2)} ha"
    square_metres = area_ha * M2_PER_HA
    step = 10 if square_metres >= 100 else 1
    return f"{language.number(round(square_metres / step) * step)} m²"


def _notes(demands: Sequence[Demand], names: Names, language: Language) -> list[str]:
    """Return what couldn't be kept: caps that leave something unplanted, floors that had to be cut."""
    capped: dict[int, list[int]] = defaultdict(list)
    cut: dict[int, int] = defaultdict(int)
    for demand in demands:
        if demand.given_kg < demand.harvest_kg:
            capped[demand.product].append(demand.harvest_kg - demand.given_kg)
        if not demand.floors_kept:
            cut[demand.product] += 1
    notes = [
        language.plural(
            "{product}: in {count} {month_or_week} everybody is at the cap; {left_kg} are left unplanted.",
            "{product}: in {count} {months_or_weeks} everybody is at the cap; {left_kg} are left unplanted.",
            len(left),
            product=names.products[product],
            left_kg=sum(left),
        )
        for product, left in sorted(capped.items())
    ]
    notes += [
        language.plural(
            "{product}: in {count} {month_or_week} the floors add up to more than is needed; "
            "they were cut in proportion.",
            "{product}: in {count} {months_or_weeks} the floors add up to more than is needed; "
            "they were cut in proportion.",
            count,
            product=names.products[product],
        )
        for product, count in sorted(cut.items())
    ]
    return notes
