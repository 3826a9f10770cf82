"""What may come: scenarios, sampled seasons, and what can be promised in spite of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from jejaring.documents.charts.ahead import (
    Bar,
    Part,
    promise_picture,
    scenario_picture,
    season_picture,
)
from jejaring.documents.charts.svg import Picture
from jejaring.documents.editions import FACILITATOR, View
from jejaring.documents.language import Language
from jejaring.documents.names import Names, listed
from jejaring.documents.sections.deals import kind_name
from jejaring.engines.planning.plan import PartnershipKind, Plan
from jejaring.engines.planning.problem import NOBODY, Range
from jejaring.engines.planning.questions.ahead import (
    Commitments,
    Promise,
    Scenarios,
    Seasons,
    Shift,
    Spread,
    Tried,
)
from jejaring.engines.planning.questions.answers import Answers

MOST_PROMISES = 120
"""Rows of promises on the page; plan.json has them all."""
_MOST_DRAWN = 14
_MOST_NAMED = 3
_SOME_KG = 1_000
_SOME_IDR = 1_000


@dataclass(frozen=True)
class ScenarioRow:
    """One scenario in words. `difference` is empty where there is no plan."""

    name: str
    difference: str
    worse: bool
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class ScenarioPart:
    """The scenarios; `picture` None where none has a plan."""

    standard: bool
    picture: Picture | None
    rows: tuple[ScenarioRow, ...]


@dataclass(frozen=True)
class SeasonRow:
    """One co-op: alone and in the joint plan, in a poor, a middling and a good season; rupiah."""

    party: int
    alone: Spread
    market: Spread


@dataclass(frozen=True)
class SeasonPart:
    """The seasons; `rules` say what was drawn between what."""

    standard: bool
    sentences: tuple[str, ...]
    rules: tuple[str, ...]
    picture: Picture | None
    rows: tuple[SeasonRow, ...]


@dataclass(frozen=True)
class PromiseRow:
    """One partnership and product: (short period, kg promised, kg planned)."""

    giver: int
    taker: int
    kind_name: str
    product: str
    months: tuple[tuple[str, int, int], ...]
    kg: int
    planned_kg: int


@dataclass(frozen=True)
class PromisePart:
    """The promises, the largest first; `more` are not shown."""

    sentences: tuple[str, ...]
    picture: Picture | None
    rows: tuple[PromiseRow, ...]
    more: int


@dataclass(frozen=True)
class Ahead:
    """What the page says of what may come; None where it wasn't asked."""

    scenarios: ScenarioPart | None
    seasons: SeasonPart | None
    promises: PromisePart | None


def ahead(plan: Plan, asked: Answers, names: Names, language: Language) -> Ahead:
    """Return what may come."""
    tried, drawn, held = asked.scenarios, asked.seasons, asked.commitments
    return Ahead(
        None if tried is None or not tried.tried else _scenarios(tried, names, language),
        None if drawn is None else _seasons(plan, drawn, names, language),
        None if held is None or not held.promises else _promises(held, names, language),
    )


# --- scenarios ---------------------------------------------------------------------------------


def _scenarios(found: Scenarios, names: Names, language: Language) -> ScenarioPart:
    solved = [each for each in found.tried if each.why_not is None]
    bars = [Bar(_name(each, names, language), each.value_idr - found.value_idr) for each in solved]
    return ScenarioPart(
        standard=found.standard,
        picture=scenario_picture(bars, language) if bars else None,
        rows=tuple(_scenario(each, found, names, language) for each in found.tried),
    )


def _name(each: Tried, names: Names, language: Language) -> str:
    return names.said(each.said, language) if each.said is not None else each.name or each.code


def _scenario(each: Tried, found: Scenarios, names: Names, language: Language) -> ScenarioRow:
    name = _name(each, names, language)
    if each.said is not None and not found.standard:
        name = language.text("{name} (asked of every network)", name=name)
    if each.why_not is not None:
        return ScenarioRow(name, "", worse=True, sentences=(language.sentence(each.why_not),))
    difference = each.value_idr - found.value_idr
    said = [_money(each, difference, language), *_parties(each, found, names, language)]
    said += _local(each, names, language)
    gone = [shift for shift in each.shifts if not shift.after_kg]
    new = [shift for shift in each.shifts if not shift.before_kg]
    other = [shift for shift in each.shifts if shift.before_kg and shift.after_kg]
    if gone:
        said.append(language.text("No longer: {passings}.", passings=_passings(gone, names, language)))
    if new:
        said.append(language.text("New: {passings}.", passings=_passings(new, names, language)))
    if other and other[0].before_kg:
        most = other[0]
        said.append(
            language.text(
                "Changes most: {giver} → {taker}, {product}, {before} before and {after} then.",
                giver=names.short_parties[most.giver],
                taker=names.short_parties[most.taker],
                product=names.products[most.product],
                before=language.tonnes(most.before_kg),
                after=language.tonnes(most.after_kg),
            )
        )
    return ScenarioRow(name, language.rupiah_short(difference, signed=True), difference < 0, tuple(said))


def _money(each: Tried, difference: float, language: Language) -> str:
    facts = {
        "amount": language.rupiah_short(abs(difference)),
        "value": language.rupiah_short(each.value_idr),
        "gain": language.rupiah_short(each.gain_idr),
    }
    if abs(difference) < _SOME_IDR:
        return language.text(
            "The network earns as much as planned; working together then brings {gain}.", **facts
        )
    if difference < 0:
        return language.text(
            "The network earns {amount} less and keeps {value}; working together then brings {gain}.", **facts
        )
    return language.text(
        "The network earns {amount} more and keeps {value}; working together then brings {gain}.", **facts
    )


def _parties(each: Tried, found: Scenarios, names: Names, language: Language) -> list[str]:
    changes = [after - before for after, before in zip(each.market_idr, found.market_idr, strict=True)]
    worst = min(range(len(changes)), key=lambda party: changes[party])
    if changes[worst] < -_SOME_IDR:
        return [
            language.text(
                "{party} loses most: {amount}.",
                party=names.short_parties[worst],
                amount=language.rupiah_short(-changes[worst]),
            )
        ]
    return []


def _local(each: Tried, names: Names, language: Language) -> list[str]:
    """Return who sells to the local trader instead, the largest amounts first."""
    more = sorted(
        ((kg, party) for party, kg in enumerate(each.local_sales_kg) if kg >= _SOME_KG),
        key=lambda pair: (-pair[0], pair[1]),
    )
    if not more:
        return []
    return [
        language.plural(
            "{names} sells {weight} to the local trader instead.",
            "{names} sell {weight} to their local traders instead.",
            len(more),
            names=listed([names.short_parties[party] for _, party in more], language, most=_MOST_NAMED),
            weight=language.tonnes(sum(kg for kg, _ in more)),
        )
    ]


def _passings(shifts: Sequence[Shift], names: Names, language: Language) -> str:
    words = [
        language.text(
            "{giver} → {taker}: {weight} {product} ({kind})",
            kind=kind_name(each.kind, language),
            giver=names.short_parties[each.giver],
            taker=names.short_parties[each.taker],
            product=names.products[each.product],
            weight=language.tonnes(max(each.before_kg, each.after_kg)),
        )
        for each in shifts
    ]
    return listed(words, language, most=_MOST_NAMED)


# --- seasons -----------------------------------------------------------------------------------


def _seasons(plan: Plan, found: Seasons, names: Names, language: Language) -> SeasonPart:
    solved = len(found.values_idr)
    said = []
    if solved:
        said.append(
            language.text(
                "In 8 of 10 seasons the network makes between {low} and {high}; half of the time more than "
                "{middle}.",
                low=language.rupiah_short(found.value.p10_idr),
                high=language.rupiah_short(found.value.p90_idr),
                middle=language.rupiah_short(found.value.p50_idr),
            )
        )
        said.append(
            language.text(
                "Working together adds more than {low} in 9 of 10 seasons, and more than {middle} half of "
                "the time.",
                low=language.rupiah_short(found.gain.p10_idr),
                middle=language.rupiah_short(found.gain.p50_idr),
            )
        )
    if found.impossible:
        said.append(
            language.plural(
                "In {count} of these seasons needs that must be met couldn't be met at all.",
                "In {count} of these seasons needs that must be met couldn't be met at all.",
                found.impossible,
            )
        )
    said.append(_how(found, language))
    rows = [
        SeasonRow(party, alone, market)
        for party, (alone, market) in enumerate(zip(found.alone, found.market, strict=True))
    ]
    rows.sort(key=lambda row: (-row.market.p50_idr, row.party))
    return SeasonPart(
        standard=found.standard,
        sentences=tuple(said),
        rules=tuple(_rule(each, names, language) for each in found.ranges),
        picture=season_picture(found.values_idr, found.gains_idr, plan.value_idr, language)
        if solved
        else None,
        rows=tuple(rows) if solved else (),
    )


def _how(found: Seasons, language: Language) -> str:
    kept = found.count - found.impossible - found.searched
    if not kept:
        return language.text(
            "{count} seasons were drawn by lot, and the best plan was made for each of them.",
            count=found.count,
        )
    return language.text(
        "{count} seasons were drawn by lot. In {kept} of them the yes/no choices of the plan "
        "were kept; {checked} of these were searched in full, which brought at most {extra_share} more.",
        count=found.count,
        kept=kept,
        checked=found.checked,
        extra_share=found.checked_share,
    )


def _rule(each: Range, names: Names, language: Language) -> str:
    """Return what a range draws, in words."""
    what = {
        ("supplies", "available_kg"): language.text("What members bring in"),
        ("supplies", "cost_idr_per_kg"): language.text("What members must be paid"),
        ("outlets", "price_idr_per_kg"): language.text("What buyers pay"),
        ("outlets", "most_kg"): language.text("How much buyers take"),
        ("sources", "price_idr_per_kg"): language.text("What suppliers ask"),
        ("sources", "most_kg"): language.text("How much suppliers have"),
        ("needs", "kg"): language.text("What members need"),
        ("processes", "outputs"): language.text("What comes out of a kilogram in drying and milling"),
        ("processes", "capacity_kg"): language.text("What machines can do"),
        ("lanes", "cost_idr_per_kg"): language.text("What hauling costs"),
        ("local_trade", "sell_idr_per_kg"): language.text("What local traders pay"),
        ("local_trade", "buy_idr_per_kg"): language.text("What local traders ask"),
    }.get((each.selector.table, each.selector.field), f"{each.selector.table} · {each.selector.field}")
    only = [each.selector.row]
    for position, called in (
        (each.selector.party, names.short_parties),
        (each.selector.site, names.sites),
        (each.selector.product, names.products),
        (each.selector.period, names.periods),
    ):
        only.append("" if position == NOBODY else called[position])
    words = ", ".join([each.name or what, *(word for word in only if word)])
    apart = {
        "party": language.text("co-op"),
        "site": language.text("place"),
        "product": language.text("product"),
        "period": language.text("{month_or_week}"),
    }
    facts: dict[str, object] = {
        "what": words,
        "low": language.number(each.lowest),
        "high": language.number(each.highest),
    }
    if each.apart:
        parts = listed([apart[word] for word in each.apart], language)
        return language.text("{what}: × {low} to {high}, drawn for each {parts}", parts=parts, **facts)
    return language.text("{what}: × {low} to {high}, the same for all", **facts)


# --- promises ----------------------------------------------------------------------------------


def promise_rows(
    found: Commitments, names: Names, language: Language, view: View = FACILITATOR
) -> tuple[PromiseRow, ...]:
    """Return the promises in which `view` takes part by partnership and product, the largest first."""
    gathered: dict[tuple[int, int, PartnershipKind, int], list[Promise]] = defaultdict(list)
    for each in found.promises:
        if view.owns(each.giver) or view.owns(each.taker):
            gathered[each.giver, each.taker, each.kind, each.product].append(each)
    rows = [_promise(key, each, names, language) for key, each in gathered.items()]
    return tuple(sorted(rows, key=lambda row: -row.planned_kg))


def _promises(found: Commitments, names: Names, language: Language) -> PromisePart:
    rows = promise_rows(found, names, language)
    shown = rows[:MOST_PROMISES]
    parts = [
        Part(
            language.text(
                "{giver} → {taker}, {product}",
                giver=names.short_parties[row.giver],
                taker=names.short_parties[row.taker],
                product=row.product,
            ),
            row.planned_kg,
            row.kg,
        )
        for row in shown[:_MOST_DRAWN]
    ]
    picture = promise_picture(parts, language) if any(part.planned_kg for part in parts) else None
    return PromisePart(_promised(found, language), picture, shown, len(rows) - len(shown))


def _promise(
    key: tuple[int, int, PartnershipKind, int], each: Sequence[Promise], names: Names, language: Language
) -> PromiseRow:
    giver, taker, kind, product = key
    return PromiseRow(
        giver=giver,
        taker=taker,
        kind_name=kind_name(kind, language),
        product=names.products[product],
        months=tuple((names.short_periods[one.period], one.kg, one.planned_kg) for one in each),
        kg=sum(one.kg for one in each),
        planned_kg=sum(one.planned_kg for one in each),
    )


def promised_words(found: Commitments, language: Language) -> str:
    """Return how much of what the plan hands over can be promised, in one sentence."""
    planned = sum(each.planned_kg for each in found.promises)
    kg = sum(each.kg for each in found.promises)
    return language.text(
        "Of the {planned} that the plan hands over from co-op to co-op, {promised} ({kept_share}) can be "
        "promised: each promise should hold in at least 8 of 10 seasons.",
        planned=language.tonnes(planned),
        promised=language.tonnes(kg),
        kept_share=kg / max(1, planned),
    )


def _promised(found: Commitments, language: Language) -> tuple[str, ...]:
    kg = sum(each.kg for each in found.promises)
    share = float(found.kept_share)
    said = [promised_words(found, language)]
    said.append(
        language.text(
            "Counted is what is handed over when the plan is carried out as far as it goes, also where "
            "another way would earn more that season, and nobody buys in to fill a promise."
        )
    )
    if found.fresh and kg:
        said.append(
            language.text(
                "Tried on {fresh} other seasons that the promises were not made from: on average a promise "
                "was kept in {kept} of 10, the one that fared worst in {least} of 10. With so few seasons "
                "about {error} of 10 more or less is chance, and up to four times that for the worst of "
                "many.",
                fresh=found.fresh,
                kept=language.number(found.fresh_share * 10, places=1),
                least=language.number(found.fresh_least_share * 10, places=1),
                error=language.number(
                    10 * (share * (1 - share) * (1 / found.count + 1 / found.fresh)) ** 0.5, places=1
                ),
            )
        )
        said.append(
            language.text(
                "Each promise holds for itself; a season in which all of them hold is rare. In the worst of "
                "the {fresh} seasons {least_share} of them were kept.",
                fresh=found.fresh,
                least_share=found.season_least_share,
            )
        )
    if found.impossible:
        said.append(
            language.text(
                "In {count} of the seasons no plan was possible at all; there nothing counts as kept.",
                count=found.impossible,
            )
        )
    return tuple(said)
