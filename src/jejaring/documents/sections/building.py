"""What it would pay to build: each candidate with its gain, its cost, and who would gain by it."""

from __future__ import annotations

from dataclasses import dataclass

from jejaring.documents.charts.building import Bar, building_picture
from jejaring.documents.charts.svg import Picture
from jejaring.documents.language import Language
from jejaring.documents.names import Names, listed
from jejaring.engines.planning.questions.answers import Candidate

_MOST_GAINERS = 3
_SOME_IDR = 1_000


@dataclass(frozen=True)
class CandidateRow:
    """One candidate. `lead` says whether to build it; texts are "–" where there is nothing to say.

    `monthly_cost_idr` is the part of the building cost that a month bears.
    """

    party: int
    name: str
    site: str
    verdict: str
    built: bool
    build_cost_idr: int
    monthly_gain_idr: int
    monthly_cost_idr: int
    payback: str
    used: str
    break_even: str
    gainers: str


@dataclass(frozen=True)
class BuildingPart:
    """All candidates, the one that brings most in a month first."""

    picture: Picture
    rows: tuple[CandidateRow, ...]


def building(asked: tuple[Candidate, ...] | None, names: Names, language: Language) -> BuildingPart | None:
    """Return what it would pay to build, None where it wasn't asked or nothing is a candidate."""
    if not asked:
        return None
    order = sorted(asked, key=lambda each: (-each.monthly_gain_idr, each.table, each.entry))
    rows = tuple(_row(each, names, language) for each in order)
    bars = [Bar(row.name, row.monthly_gain_idr, row.monthly_cost_idr) for row in rows]
    return BuildingPart(building_picture(bars, language), rows)


def _row(each: Candidate, names: Names, language: Language) -> CandidateRow:
    called = names.facilities if each.table == "processes" else names.stores
    even = "–"
    if each.break_even_idr is not None:
        even = language.rupiah_short(each.break_even_idr)
        if not each.confirmed:
            even = language.text("about {amount}", amount=even)
    return CandidateRow(
        party=each.owner,
        name=called[each.entry],
        site=names.sites[each.site],
        verdict=names.said(each.verdict, language),
        built=each.built,
        build_cost_idr=round(each.build_cost_idr),
        monthly_gain_idr=round(each.monthly_gain_idr),
        monthly_cost_idr=round(float(each.borne_idr) / each.months),
        payback="–" if each.payback_months is None else language.number(each.payback_months, places=1),
        used="–" if each.used_share is None else language.percent(each.used_share, places=0),
        break_even=even,
        gainers=_gainers(each, names, language),
    )


def _gainers(each: Candidate, names: Names, language: Language) -> str:
    """Return who gains most by it, at the prices of the plans with it and without it, and who loses most."""
    order = sorted(range(len(each.gains_idr)), key=lambda party: (-each.gains_idr[party], party))
    gaining = [party for party in order if each.gains_idr[party] >= _SOME_IDR]
    losing = [party for party in reversed(order) if each.gains_idr[party] <= -_SOME_IDR]

    def worded(parties: list[int]) -> str:
        words = [
            f"{names.short_parties[party]} {language.rupiah_short(each.gains_idr[party], signed=True)}"
            for party in parties[:_MOST_GAINERS]
        ]
        more = len(parties) - len(words)
        if more > 0:
            words.append(language.plural("{count} more", "{count} more", more))
        return listed(words, language)

    return "; ".join(worded(parties) for parties in (gaining, losing) if parties) or "–"
