"""Which drafts a plan asks for, and what each of them says, as values.

Only what two parties may both know: what passes between them, at which prices, and the second
party's settlement. What a party earns alone, its costs and its reservation prices never enter a
`Draft`. `pages` puts it on paper.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Literal

from jejaring.documents.language import Code, Language
from jejaring.documents.names import Names, hubs, names
from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Kilograms, Rupiah, whole_parts
from jejaring.engines.planning.plan import Partnership, PartnershipKind, Plan, Rule, Share, Status
from jejaring.engines.planning.problem import Problem, Reference

Side = Literal["hub", "party"]

CHAIN: tuple[PartnershipKind, ...] = ("pooled_buying", "toll", "storage", "sale", "marketing")
"""The order in which kinds are listed: production, processing, distribution, marketing."""

_FILE_WORD: Mapping[Code, str] = {"id": "nota-kesepahaman", "en": "memorandum"}
_CODE_LONGEST = 40


@dataclass(frozen=True)
class Signatory:
    """A party as the memorandum names it. `village` is its official code, perhaps empty."""

    code: str
    name: str
    kind: str
    village: str


@dataclass(frozen=True)
class Line:
    """What passes in one period; value is rounded so that the lines of a partnership add up."""

    period: str
    period_name: str
    kg: Kilograms
    price_idr_per_kg: Fraction
    value_idr: Rupiah


@dataclass(frozen=True)
class Schedule:
    """One product, one kind and direction, one place: the lines of its periods in order."""

    kind: PartnershipKind
    giver: Side
    product: str
    site: str
    lines: tuple[Line, ...]

    @property
    def kg(self) -> Kilograms:
        return Kilograms(sum(line.kg for line in self.lines))

    @property
    def value_idr(self) -> Rupiah:
        return Rupiah(sum(line.value_idr for line in self.lines))


@dataclass(frozen=True)
class Settlement:
    """What the second party gets (or gives, below zero) beside the prices, under `rule`.

    Each party's settlement stands in one draft only, the one with the hub that it does most with:
    `elsewhere` names that hub in the others. `idr` is None between two hubs, and elsewhere.
    """

    rule: Rule
    idr: Rupiah | None
    elsewhere: str = ""


@dataclass(frozen=True)
class Source:
    """Where the figures come from: the plan as a whole, nothing of any single party."""

    network: str
    network_sha256: str
    periods: tuple[tuple[str, str], ...]
    parties: int
    status: Status
    value_idr: float
    bound_idr: float
    gap: float
    bound_proof: Literal["duals", "solver"]
    solver: str


@dataclass(frozen=True)
class Draft:
    """One memorandum: all that a plan has between a hub and one party. Made by `drafts`.

    `hub_declared` is False where no party of the network has the role and the hub was chosen.
    """

    hub: Signatory
    party: Signatory
    hub_declared: bool
    schedules: tuple[Schedule, ...]
    settlement: Settlement
    references: tuple[Reference, ...]
    source: Source
    file_name: str
    on: date | None

    @property
    def kg(self) -> Kilograms:
        return Kilograms(sum(each.kg for each in self.schedules))

    @property
    def value_idr(self) -> Rupiah:
        return Rupiah(sum(each.value_idr for each in self.schedules))


@dataclass(frozen=True)
class SummaryRow:
    """One draft in a list of drafts."""

    party_code: str
    party: str
    hub: str
    kg: Kilograms
    value_idr: Rupiah
    file_name: str


def drafts(
    problem: Problem,
    plan: Plan,
    shares: Iterable[Share],
    language: Language,
    *,
    rule: Rule = "even_core",
    on: date | None = None,
) -> list[Draft]:
    """Return one draft for each party that has a partnership with a hub, in the parties' order.

    A party with two hubs has one with each. Where nobody has the role "hub", the party with the
    greatest value in partnerships is taken and the draft says so. `on` is the day of signing,
    None leaves it to be filled in. `language` names the files. Refuses a rule without a share.
    """
    share = _share(shares, rule)
    called = names(problem, language)
    declared = hubs(problem)
    taken = declared or _busiest(plan.partnerships)
    pairs = _pairs(plan.partnerships, taken)
    homes = _homes(pairs, taken)
    made = []
    for (hub, party), partnerships in pairs.items():
        first, second = _signatory(problem, hub), _signatory(problem, party)
        if party in taken:
            settlement = Settlement(rule, None)
        elif homes[party] == hub:
            settlement = Settlement(rule, Rupiah(share.settlement_idr[party]))
        else:
            settlement = Settlement(rule, None, elsewhere=_signatory(problem, homes[party]).name)
        made.append(
            Draft(
                hub=first,
                party=second,
                hub_declared=bool(declared),
                schedules=_schedules(problem, called, partnerships, hub),
                settlement=settlement,
                references=_references(problem, partnerships),
                source=_source(problem, plan),
                file_name=f"{_FILE_WORD[language.code]}-{_slug(first.code)}-{_slug(second.code)}.pdf",
                on=on,
            )
        )
    return _with_different_names(made)


def summary_rows(made: Sequence[Draft]) -> list[SummaryRow]:
    """Return what a list of drafts shows: who, how much, worth what, in which file."""
    return [
        SummaryRow(
            draft.party.code, draft.party.name, draft.hub.name, draft.kg, draft.value_idr, draft.file_name
        )
        for draft in made
    ]


# --- which drafts ------------------------------------------------------------------------------


def _share(shares: Iterable[Share], rule: Rule) -> Share:
    known = {share.rule: share for share in shares}
    if rule not in known:
        raise Refusal(
            "mou.rule",
            "This plan has not been shared by the rule {rule}; it has: {rules}.",
            rule=rule,
            rules=tuple(known),
        )
    return known[rule]


def _busiest(partnerships: Sequence[Partnership]) -> tuple[int, ...]:
    """Return the party with the greatest value in partnerships, the first of equals."""
    worth: dict[int, float] = {}
    for each in partnerships:
        for party in (each.giver, each.taker):
            worth[party] = worth.get(party, 0.0) + abs(each.value_idr)
    return (min(worth, key=lambda party: (-worth[party], party)),) if worth else ()


def _pairs(
    partnerships: Sequence[Partnership], hubs: Sequence[int]
) -> dict[tuple[int, int], list[Partnership]]:
    """Return the partnerships of each (hub, party), ordered by party; two hubs are one pair."""
    pairs: dict[tuple[int, int], list[Partnership]] = {}
    for each in partnerships:
        if each.kg == 0 or not {each.giver, each.taker} & set(hubs):
            continue
        assert each.giver != each.taker
        ends = sorted((each.giver, each.taker), key=lambda party: (party not in hubs, party))
        pairs.setdefault((ends[0], ends[1]), []).append(each)
    return dict(sorted(pairs.items(), key=lambda item: (item[0][1], item[0][0])))


def _homes(pairs: Mapping[tuple[int, int], Sequence[Partnership]], hubs: Sequence[int]) -> dict[int, int]:
    """Return for each party the hub that it does most with: there its settlement is written."""
    best: dict[int, tuple[float, int]] = {}
    for (hub, party), partnerships in pairs.items():
        if party not in hubs:
            worth = sum(abs(each.value_idr) for each in partnerships)
            best[party] = min(best.get(party, (-worth, hub)), (-worth, hub))
    return {party: hub for party, (_, hub) in best.items()}


def _schedules(
    problem: Problem, called: Names, partnerships: Sequence[Partnership], hub: int
) -> tuple[Schedule, ...]:
    """Return the tables of one pair, in the order of the chain.

    Rounding: a partnership's value is rounded to whole rupiah, and its hand-overs share that by
    largest remainder, so lines add up to the partnership and partnerships to the draft.
    """
    rows: list[tuple[tuple[int, bool, int, int], int, int, Fraction, int]] = []
    for partnership in partnerships:
        exact = [Fraction(each.value_idr) for each in partnership.hand_overs]
        whole = whole_parts(exact, round(partnership.value_idr))
        for each, value, value_idr in zip(partnership.hand_overs, exact, whole, strict=True):
            key = (CHAIN.index(partnership.kind), partnership.giver == hub, each.product, each.site)
            if each.kg:
                rows.append((key, each.period, each.kg, value, value_idr))
    rows.sort(key=lambda row: row[:2])
    return tuple(
        Schedule(
            kind=CHAIN[kind],
            giver="hub" if by_hub else "party",
            product=called.products[product],
            site=called.sites[site],
            lines=tuple(
                _line(problem, period, [row[2:] for row in same])
                for period, same in groupby(group, key=lambda row: row[1])
            ),
        )
        for (kind, by_hub, product, site), group in groupby(rows, key=lambda row: row[0])
    )


def _line(problem: Problem, period: int, parts: Sequence[tuple[int, Fraction, int]]) -> Line:
    kg = sum(part[0] for part in parts)
    value = sum((part[1] for part in parts), Fraction(0))
    return Line(
        period=problem.periods[period],
        period_name=problem.period_names[period],
        kg=Kilograms(kg),
        price_idr_per_kg=value / kg,
        value_idr=Rupiah(sum(part[2] for part in parts)),
    )


def _signatory(problem: Problem, party: int) -> Signatory:
    parties = problem.parties
    code = parties.codes[party]
    return Signatory(code, parties.names[party] or code, parties.kinds[party], parties.villages[party])


def _source(problem: Problem, plan: Plan) -> Source:
    proof = plan.certificate
    return Source(
        network=problem.name,
        network_sha256=problem.sha256,
        periods=tuple(zip(problem.periods, problem.period_names, strict=True)),
        parties=len(problem.parties),
        status=plan.status,
        value_idr=plan.value_idr,
        bound_idr=plan.bound_idr,
        gap=plan.gap,
        bound_proof=proof.bound_proof,
        solver=f"{proof.solver} {proof.solver_version}".strip(),
    )


def _references(problem: Problem, partnerships: Sequence[Partnership]) -> tuple[Reference, ...]:
    """Return the floor (HPP) and ceiling (HET) prices that share a word with a product handed over."""
    products = {each.product for partnership in partnerships for each in partnership.hand_overs}
    words = {
        word
        for product in products
        for word in _words(f"{problem.products[product]} {problem.product_names[product]}")
    }
    return tuple(
        each
        for each in problem.references
        if _words(f"{each.code} {each.item}") & {"hpp", "het"} and _words(f"{each.code} {each.item}") & words
    )


def _words(text: str) -> set[str]:
    return {word for word in re.split(r"[\W_]+", text.casefold()) if len(word) > 2}


def _slug(code: str) -> str:
    """Return `code` fit for a file name on any system; with a mark of its own where letters were lost."""
    plain = unicodedata.normalize("NFKD", code).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:_CODE_LONGEST].strip("-")
    return plain if plain == code else f"{plain}-{_mark(code)}".lstrip("-")


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _with_different_names(made: Sequence[Draft]) -> list[Draft]:
    """Return the drafts with file names that differ also where a disk takes A and a for the same."""
    names = [draft.file_name.casefold() for draft in made]
    return [
        draft
        if names.count(name) == 1
        else replace(
            draft,
            file_name=f"{draft.file_name.removesuffix('.pdf')}-{_mark(f'{draft.hub.code}/{draft.party.code}')}.pdf",
        )
        for draft, name in zip(made, names, strict=True)
    ]
