"""Which agreements a plan asks for: one between a hub and each of its partners, to the rupiah.

Only what two parties may both know goes in: what passes between them, at which prices, and the second
party's settlement. What a party earns alone, its costs and its reservation prices never do. All that a
plan can't know (numbers, signatories, tolerance, days of payment …) is left open.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from jejaring.documents.agreements.annex import fitting_price
from jejaring.documents.agreements.clauses import worded
from jejaring.documents.agreements.content import (
    BLANK,
    CHAIN,
    Agreement,
    Commitment,
    Party,
    PriceReference,
    Settlement,
    Sources,
    Stamp,
)
from jejaring.documents.agreements.words import words
from jejaring.documents.language import Code, Language
from jejaring.documents.names import Names, hubs, names
from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Kilograms, Rupiah, whole_parts
from jejaring.engines.planning.plan import Partnership, Plan, Rule, Share
from jejaring.engines.planning.problem import Problem

_KINDS = {"existing": "established", "koperasi eksisting": "established", "primary": ""}
"""What network files call kinds, in the registry's words."""
_FILE_WORD: Mapping[Code, str] = {"id": "nota-kesepahaman", "en": "memorandum"}
_CODE_LONGEST = 40


@dataclass(frozen=True)
class Draft:
    """A memorandum of all that a plan has between a hub and one party. Made by `drafts`.

    `hub` and `party` are places among the network's parties; `hub_declared` is False where no party
    of the network has the role and the hub was chosen.
    """

    agreement: Agreement
    hub: int
    party: int
    hub_declared: bool
    file_name: str


def drafts(
    problem: Problem,
    plan: Plan,
    shares: Iterable[Share],
    language: Language,
    *,
    rule: Rule = "even_core",
    plan_sha256: str = "",
) -> list[Draft]:
    """Return one draft for each party that has a partnership with a hub, in the parties' order.

    A party with two hubs has one with each; its bonus stands in the one with the hub that it does most
    with. Where nobody has the role "hub", the party with the greatest value in partnerships is taken.
    Refuses a rule without a share.
    """
    share = _share(shares, rule)
    called = names(problem, language)
    declared = hubs(problem)
    taken = declared or _busiest(plan.partnerships)
    pairs = _pairs(plan.partnerships, taken)
    homes = _homes(pairs, taken)
    made = []
    for (hub, party), partnerships in pairs.items():
        settled = Settlement(1, Rupiah(share.settlement_idr[party]), rule)
        agreement = _agreement(
            (_party(problem, hub, language, is_hub=bool(declared)), _party(problem, party, language)),
            _commitments(problem, called, partnerships, hub),
            (settled,) if homes.get(party) == hub else (),
            Sources(problem.name, plan_sha256, _references(problem, partnerships)),
            language,
        )
        ends = "-".join(_slug(problem.parties.codes[each]) for each in (hub, party))
        name = f"{_FILE_WORD[language.code]}-{ends}.pdf"
        made.append(Draft(agreement, hub, party, bool(declared), name))
    return _with_different_names(problem, made)


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
    """Return for each party that is no hub the hub that it does most with: there it is settled."""
    best: dict[int, tuple[float, int]] = {}
    for (hub, party), partnerships in pairs.items():
        if party not in hubs:
            worth = sum(abs(each.value_idr) for each in partnerships)
            best[party] = min(best.get(party, (-worth, hub)), (-worth, hub))
    return {party: hub for party, (_, hub) in best.items()}


# --- what one says -----------------------------------------------------------------------------


def _agreement(
    parties: tuple[Party, Party],
    commitments: tuple[Commitment, ...],
    settlements: tuple[Settlement, ...],
    sources: Sources,
    language: Language,
) -> Agreement:
    """Return version 1 of a memorandum in the standard words, hub first, with places for two stamps."""
    goods = list(dict.fromkeys(each.product for each in commitments))
    made = Agreement(
        kind="mou",
        title=words(language).title(goods),
        language=language.code,
        version=1,
        parties=parties,
        commitments=commitments,
        settlements=settlements,
        sources=sources,
        stamps=(Stamp(0), Stamp(1)),
        witnesses=(BLANK, BLANK),
    )
    return worded(replace(made, total_idr=made.value_idr), language)


def _party(problem: Problem, at: int, language: Language, *, is_hub: bool = False) -> Party:
    """Return a party as its network file knows it; a village that isn't known is left out."""
    parties = problem.parties
    kind, village = parties.kinds[at].strip(), parties.villages[at]
    known = _KINDS.get(kind.lower(), kind.lower())
    return Party(
        name=parties.names[at] or parties.codes[at],
        kind=known if known in {"", "established", "kdmp", "kkmp", "secondary"} else kind,
        role="hub" if is_hub else "member",
        village=village if words(language).seat(village) else "",
    )


def _commitments(
    problem: Problem, called: Names, partnerships: Sequence[Partnership], hub: int
) -> tuple[Commitment, ...]:
    """Return what two parties do in each period, in the order of the chain.

    Rounding: a partnership's value is rounded to whole rupiah, and its hand-overs share that by
    largest remainder, so lines add up to the partnership and partnerships to the draft.
    """
    sums: dict[tuple[int, bool, int, int, int], tuple[int, Fraction, int]] = {}
    for partnership in partnerships:
        exact = [Fraction(each.value_idr) for each in partnership.hand_overs]
        whole = whole_parts(exact, round(partnership.value_idr))
        for each, value, value_idr in zip(partnership.hand_overs, exact, whole, strict=True):
            if each.kg:
                kind, by_hub = CHAIN.index(partnership.kind), partnership.giver == hub
                key = (kind, by_hub, each.product, each.site, each.period)
                before = sums.get(key, (0, Fraction(0), 0))
                sums[key] = (before[0] + each.kg, before[1] + value, before[2] + value_idr)
    return tuple(
        Commitment(
            kind=CHAIN[kind],
            giver=0 if by_hub else 1,
            taker=1 if by_hub else 0,
            product=called.products[product],
            period=_period(problem, period),
            kg=Kilograms(kg),
            value_idr=Rupiah(value_idr),
            price_idr_per_kg=fitting_price(value / kg, kg, value_idr),
            place=called.sites[site],
        )
        for (kind, by_hub, product, site, period), (kg, value, value_idr) in sorted(sums.items())
    )


def _period(problem: Problem, period: int) -> str:
    """Return a period's code, or its own name where the code says nothing to a reader."""
    code, name = problem.periods[period], problem.period_names[period]
    return code if re.match(r"\d{4}-W?\d", code) else name or code


def _references(problem: Problem, partnerships: Sequence[Partnership]) -> tuple[PriceReference, ...]:
    """Return the floor (HPP) and ceiling (HET) prices that share a word with a product handed over."""
    products = {each.product for partnership in partnerships for each in partnership.hand_overs}
    told = {
        word
        for product in products
        for word in _words(f"{problem.products[product]} {problem.product_names[product]}")
    }
    return tuple(
        PriceReference(each.item, each.value, each.unit, each.valid_from, each.source)
        for each in problem.references
        if _words(f"{each.code} {each.item}") & {"hpp", "het"} and _words(f"{each.code} {each.item}") & told
    )


def _words(text: str) -> set[str]:
    return {word for word in re.split(r"[\W_]+", text.casefold()) if len(word) > 2}


# --- what its file is called -------------------------------------------------------------------


def _slug(code: str) -> str:
    """Return `code` fit for a file name on any system; with a mark of its own where letters were lost."""
    plain = unicodedata.normalize("NFKD", code).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:_CODE_LONGEST].strip("-")
    return plain if plain == code else f"{plain}-{_mark(code)}".lstrip("-")


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _with_different_names(problem: Problem, made: Sequence[Draft]) -> list[Draft]:
    """Return the drafts with file names that differ also where a disk takes A and a for the same."""
    taken = [draft.file_name.casefold() for draft in made]
    codes = problem.parties.codes
    return [
        draft
        if taken.count(name) == 1
        else replace(
            draft,
            file_name=f"{draft.file_name.removesuffix('.pdf')}"
            f"-{_mark(f'{codes[draft.hub]}/{codes[draft.party]}')}.pdf",
        )
        for draft, name in zip(made, taken, strict=True)
    ]
