"""What pages of rounds show, ready for their templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from markupsafe import Markup

from jejaring.documents.charts.positions import Pin, positions_picture
from jejaring.documents.sharing_rules import rule_meaning, rule_name
from jejaring.domain.mapping.models import PriceRule
from jejaring.domain.partnering.matching import Live, Member, Side, Voice
from jejaring.domain.partnering.models import Proposal, ProposalLine, Round, Standing
from jejaring.domain.partnering.proposing import second_is_paid
from jejaring.domain.partnering.round_choices import Known, floors_of
from jejaring.engines.errors import Sentence
from jejaring.engines.planning.plan import RULES, Rule
from jejaring.engines.planning.plan_reading import read_sentence
from jejaring.interfaces.web.rounds.words import LOOKS, PASSING, TAGS, VOICES
from jejaring.interfaces.web.speaking import speaks

Prices = Mapping[tuple[int, str, str], Decimal]
"""What a co-op's buyer pays, by co-op, good and place."""
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class Goods:
    """What passes of one good at one place, as one side of a proposal sees it."""

    says: Sentence
    lines: tuple[ProposalLine, ...]
    gets_paid: bool
    is_fee: bool
    floor: PriceRule | None
    buyers_price: Decimal | None = None
    """What the buyer is reckoned to pay for goods that are marketed, where that is one price."""

    @property
    def first(self) -> ProposalLine:
        """Its first month's line: good and place are the same in all."""
        return self.lines[0]

    @property
    def is_marketed(self) -> bool:
        """Whether somebody's goods are sold through the other's buyer."""
        return self.first.kind == "marketing"

    @property
    def kg(self) -> int:
        """All kilograms."""
        return sum(line.kg for line in self.lines)

    @property
    def value_idr(self) -> int:
        """What they are worth, or what the work costs, rupiah."""
        return sum(line.value_idr for line in self.lines)

    @property
    def least(self) -> Decimal:
        """The lowest price of its months."""
        return min(line.price_idr_per_kg for line in self.lines)

    @property
    def most(self) -> Decimal:
        """The highest price of its months."""
        return max(line.price_idr_per_kg for line in self.lines)

    @property
    def left_price(self) -> Decimal | None:
        """What is left of the buyer's price after the fee, where both are one price."""
        is_one = self.buyers_price is not None and self.most - self.least < 1
        return self.buyers_price - self.most if self.buyers_price is not None and is_one else None

    @property
    def is_below_floor(self) -> bool:
        """Whether some month's price is below the floor that the state sets."""
        return not self.is_fee and self.floor is not None and self.least < self.floor.idr_per_kg


@dataclass(frozen=True)
class Card:
    """One proposal on a co-op's page. `settlement_idr`: what the co-op gets beside the prices, without sign;
    `settlement_comes`: whether it comes to the co-op.
    """

    side: Side
    goods: tuple[Goods, ...]
    why: Sentence | None

    @property
    def gets_idr(self) -> int:
        """What the co-op is paid for all of it, rupiah."""
        return sum(each.value_idr for each in self.goods if each.gets_paid)

    @property
    def pays_idr(self) -> int:
        """What it pays, rupiah."""
        return sum(each.value_idr for each in self.goods if not each.gets_paid)

    @property
    def settlement_idr(self) -> int:
        """What is settled beside the prices, rupiah, whoever pays it."""
        return abs(self.side.settlement_idr or 0)

    @property
    def settlement_comes(self) -> bool:
        """Whether the co-op gets it."""
        return (self.side.settlement_idr or 0) > 0


@dataclass(frozen=True)
class RuleChoice:
    """A sharing rule to choose from."""

    code: str
    name: str
    meaning: str


def cards(sides: Sequence[Side]) -> list[Card]:
    """Return the cards of these proposals; their lines are read already."""
    floors = floors_of(line for side in sides for line in side.proposal.lines.all())
    prices = buyer_prices(sides)
    return [card(side, floors, prices) for side in sides]


def buyer_prices(sides: Sequence[Side]) -> Prices:
    """Return what buyers pay for goods that are marketed; empty where none are."""
    of_round = next((side.proposal.round for side in sides if _is_marketed(side)), None)
    return Known(of_round).buyer_prices if of_round else {}


def _is_marketed(side: Side) -> bool:
    return any(line.kind == "marketing" for line in side.proposal.lines.all())


def card(side: Side, floors: Mapping[int, PriceRule], prices: Prices) -> Card:
    """Return one proposal as its side sees it."""
    why = side.proposal.why
    because = side.kept_because or (_with_months(read_sentence(why)) if why else None)
    if because and because.code == "why.agreed" and side.proposal.origin != Proposal.Origin.PLAN:
        # The plan was bound to what one side wants; nobody had agreed on it yet.
        because = None
    return Card(side, _goods(side, floors, prices), because)


def losses(standing: Standing | None) -> list[Sentence]:
    """Return where a co-op has less with what is proposed than alone or today, and how much."""
    if standing is None:
        return []
    found = []
    if standing.gain_idr < 0:
        found.append(
            Sentence(
                "round.less_alone",
                "With all that is proposed our co-op has {less_idr} less than alone.",
                {"less_idr": -standing.gain_idr},
            )
        )
    if standing.today_idr is not None and standing.payoff_idr < standing.today_idr:
        found.append(
            Sentence(
                "round.less_today",
                "With all that is proposed our co-op has {less_idr} less than today, as we told it.",
                {"less_idr": standing.today_idr - standing.payoff_idr},
            )
        )
    return found


def _with_months(said: Sentence) -> Sentence:
    """Return what the engine said with its months in words."""
    facts = {
        name: speaks().period(fact) if isinstance(fact, str) and _MONTH.fullmatch(fact) else fact
        for name, fact in said.facts.items()
    }
    return Sentence(said.code, said.text, facts)


def _goods(side: Side, floors: Mapping[int, PriceRule], prices: Prices) -> tuple[Goods, ...]:
    together: dict[tuple[str, bool, str, str], list[ProposalLine]] = {}
    for line in side.proposal.lines.all():
        together.setdefault((line.kind, line.first_gives, line.good, line.place), []).append(line)
    found = []
    for (kind, first_gives, _, _), lines in together.items():
        said = PASSING[kind, first_gives == side.is_first]
        second_is_paid_here = second_is_paid(kind, first_gives=first_gives)
        seller = side.proposal.second_id if second_is_paid_here else side.proposal.first_id
        found.append(
            Goods(
                says=Sentence(said.code, said.text, {"good": lines[0].good_name}),
                lines=tuple(lines),
                gets_paid=second_is_paid_here != side.is_first,
                is_fee=kind in {"toll", "storage", "marketing"},
                floor=floors.get(lines[0].product_id or 0),
                buyers_price=prices.get((seller, lines[0].good, lines[0].place))
                if kind == "marketing"
                else None,
            )
        )
    return tuple(found)


def rules(among: Iterable[Rule] = RULES) -> list[RuleChoice]:
    """Return the sharing rules with a sentence about each."""
    return [RuleChoice(rule, rule_name(rule, speaks()), rule_meaning(rule, speaks())) for rule in among]


def rule_of(matching: Round) -> RuleChoice:
    """Return the rule of a round in words."""
    [found] = [each for each in rules() if each.code == matching.rule]
    return found


def voices(live: Live) -> list[tuple[str, Any, int, str]]:
    """Return how many co-ops are how far: code, words, count, class of the tag."""
    counts = live.voices
    return [(voice.value, words, counts[voice], TAGS[voice]) for voice, words in VOICES.items()]


def members(live: Live, wanted: str) -> list[tuple[Member, Any, str]]:
    """Return the co-ops with what they said in words, those first about whom something is to be done."""
    order = list(VOICES)
    chosen = [each for each in live.members if not wanted or each.voice.value == wanted]
    chosen.sort(key=lambda each: (not each.is_hub, order.index(each.voice)))
    return [(each, VOICES[each.voice], TAGS[each.voice]) for each in chosen]


def ground(live: Live, width: float = 640, most_height: float = 460, size: float = 13) -> Markup:
    """Return the map: pins of hubs and others by how far they are."""
    pins = [
        Pin(
            each.cooperative.lat,
            each.cooperative.lon,
            "hub" if each.is_hub else "supplier",
            LOOKS[each.voice],
            f"{each.cooperative.name}: {VOICES[each.voice]}",
        )
        for each in live.members
        if each.cooperative.lat is not None and each.cooperative.lon is not None
    ]
    return positions_picture(pins, speaks(), width=width, most_height=most_height, size=size)


def legend(live: Live) -> list[tuple[str, Any]]:
    """Return the marks of the map that are on it, with words for them."""
    there = {(each.is_hub, each.voice) for each in live.members if each.cooperative.lat is not None}
    found = []
    for voice in VOICES:
        shape = "supplier" if (False, voice) in there else "hub" if (True, voice) in there else ""
        if shape:
            found.append((f"{shape}-{LOOKS[voice]}", VOICES[voice]))
    return found


def page_of(found: Sequence[Any], query: QueryDict, size: int) -> Page[Any]:
    """Return the page that an address asks for, the nearest where there is none such."""
    return Paginator(found, size).get_page(query.get("hal", "1"))


def voice_asked(query: QueryDict) -> str:
    """Return how far the co-ops are that an address asks for; empty for all."""
    asked = query.get("suara", "")
    return asked if asked in {voice.value for voice in Voice} else ""
