"""A plan of a round that was worked out -> its proposals: new ones, changed ones, and those that stay.

What somebody accepted stays as it was accepted, prices and settlement too; what that costs or brings
against the new plan falls to the other side of it. What is proposed anew asks for a new yes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db import connection
from django.db.models import Max

from jejaring.documents.language import language
from jejaring.documents.names import hubs
from jejaring.domain.mapping.models import Product
from jejaring.domain.partnering.actions import rounds
from jejaring.domain.partnering.ground import ground_of
from jejaring.domain.partnering.models import (
    Answer,
    Proposal,
    ProposalLine,
    Round,
    RoundPlan,
    Standing,
)
from jejaring.domain.partnering.proposing import Line, Pair, pairs, second_is_paid
from jejaring.domain.partnering.said import Said, said_in
from jejaring.engines.planning.plan import Plan, Share
from jejaring.engines.planning.plan_file import Json, sentence_document
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.today import today_idr

_THEIRS = {Proposal.State.AGREED, Proposal.State.DECLINED}


def keep(made: RoundPlan, problem: Problem, plan: Plan, share: Share, *, at: datetime) -> None:
    """Write the proposals of a plan and what it means for each co-op. Part of the worker's transaction."""
    assert connection.in_atomic_block
    matching = rounds.locked(made.round)
    if matching.state in {Round.State.CLOSED, Round.State.CANCELLED}:
        return
    codes: dict[str, int] = made.run.notes["cooperatives"]
    keeping = _Keeping(matching, made, problem, share, codes, at)
    for pair in pairs(problem, plan, share, language("id")):
        keeping.keep(pair)
    keeping.withdraw_others()
    keeping.stand(plan)
    RoundPlan.objects.filter(pk=made.pk).update(kept_at=at, differences=keeping.differences())
    if matching.state == Round.State.OPEN and keeping.changed:
        rounds.tell_sides(matching, keeping.changed, rounds.AGAIN, at)


class _Keeping:
    """One plan being kept: what was there, what stays, what changed."""

    def __init__(
        self,
        matching: Round,
        made: RoundPlan,
        problem: Problem,
        share: Share,
        codes: Mapping[str, int],
        at: datetime,
    ) -> None:
        self.matching, self.made, self.problem, self.at = matching, made, problem, at
        self.cooperatives = [codes[code] for code in problem.parties.codes]
        self.hubs = hubs(problem)
        self.known = said_in(matching)
        self.versions = _versions(matching)
        self.members = set(matching.network.roles.values_list("cooperative_id", flat=True))
        ground = ground_of(matching.network)
        self.sites = {code: pk for pk, code in ground.site_code.items()}
        self.products = dict(Product.objects.values_list("code", "pk"))
        self.changed: list[Proposal] = []
        self.payoff_idr, self.settlement_idr = list(share.payoff_idr), list(share.settlement_idr)
        """By party, as the rule says; then moved by what stays as accepted, and by counters' prices."""
        self.rows: list[Json] = []
        self.prices: list[Json] = []
        self.not_kept: list[list[int]] = []
        """Pairs that have agreed on what this plan has no room for, or not for all of it."""

    def keep(self, pair: Pair) -> None:
        """Keep what is proposed to one pair."""
        ends = self.cooperatives[pair.first], self.cooperatives[pair.second]
        known = self.known.pop(ends, None)
        if known is None and not self.members.issuperset(ends):
            # It left the network while the plan was being worked out; what it had was closed then.
            return
        if known is None:
            self._write(pair, ends, None, None, pair.lines)
            return
        if known.row.state == Proposal.State.DECLINED or self._is_too_new(known):
            return
        if known.row.state == Proposal.State.AGREED:
            if _has_less(pair, known):
                self.not_kept.append([known.row.first_id, known.row.second_id])
            self._stay(known, pair)
            return
        lines, has_all = _as_asked(known, pair.lines)
        if known.is_untried and has_all:
            self._take_in(known, pair)
        elif known.row.state == Proposal.State.OPEN and known.is_same(lines, pair):
            self._stay(known, pair)
        else:
            self._write(pair, ends, known, known.counter if has_all else None, lines)

    def _is_too_new(self, known: Said) -> bool:
        """Return whether it came while this plan was being worked out: then the next one tries it."""
        said_at = known.counter.at if known.counter else known.row.made_at if known.is_untried else None
        return said_at is not None and said_at > self.made.run.asked_at

    def _take_in(self, known: Said, pair: Pair) -> None:
        """Show what was made by hand, as it was made, now that the plan has room for it."""
        known.row.settlement_idr = pair.settlement_idr
        Proposal.objects.filter(pk=known.row.pk).update(settlement_idr=pair.settlement_idr)
        for line in known.lines.values():
            line.product_id, line.site_id = self._product_id(line.good), self.sites.get(line.place)
        ProposalLine.objects.bulk_update(known.lines.values(), ["product", "site"])
        self._stay(known, pair)
        self.changed.append(known.row)
        self.rows += _difference(known.row, None, pair.lines)

    def _stay(self, known: Said, pair: Pair) -> None:
        Proposal.objects.filter(pk=known.row.pk).update(plan=self.made)
        known.row.plan = self.made
        more = _second_gets(known.lines.values()) - pair.second_gets_idr
        beside = 0
        if known.row.settlement_idr is not None:
            beside = known.row.settlement_idr - (pair.settlement_idr or 0)
        self._move(self.payoff_idr, pair, more + beside)
        self._move(self.settlement_idr, pair, beside)

    def _move(self, amounts: list[int], pair: Pair, more: int) -> None:
        amounts[pair.second] += more
        amounts[pair.first] -= more

    def _write(
        self,
        pair: Pair,
        ends: tuple[int, int],
        known: Said | None,
        by_counter: Answer | None,
        lines: Sequence[Line],
    ) -> None:
        if known is not None:
            Proposal.objects.filter(pk=known.row.pk).update(state=Proposal.State.REPLACED)
        row = Proposal.objects.create(
            round=self.matching,
            plan=self.made,
            first_id=ends[0],
            second_id=ends[1],
            version=self.versions.get(ends, 0) + 1,
            replaces=known.row if known else None,
            origin=Proposal.Origin.COUNTER if by_counter else Proposal.Origin.PLAN,
            kg=sum(line.kg for line in lines),
            value_idr=sum(line.value_idr for line in lines),
            settlement_idr=pair.settlement_idr,
            why=sentence_document(pair.why) if pair.why else {},
            made_at=self.at,
        )
        ProposalLine.objects.bulk_create(self._line(row, at, line) for at, line in enumerate(lines))
        if by_counter is not None:
            # Who asked for it so has said yes to it.
            side = "first" if by_counter.cooperative_id == row.first_id else "second"
            Proposal.objects.filter(pk=row.pk).update(**{f"{side}_accepted_at": by_counter.at})
        self._move(self.payoff_idr, pair, _second_gets(lines) - pair.second_gets_idr)
        self.changed.append(row)
        self.rows += _difference(row, known, lines)
        self.prices += _repriced(row, known, lines) if known else []

    def _line(self, row: Proposal, position: int, line: Line) -> ProposalLine:
        return ProposalLine(
            proposal=row,
            position=position,
            kind=line.kind,
            first_gives=line.first_gives,
            product_id=self._product_id(line.good),
            good=line.good,
            good_name=line.good_name,
            site_id=self.sites.get(line.place),
            place=line.place,
            place_name=line.place_name,
            month=line.month,
            kg=line.kg,
            price_idr_per_kg=line.price_idr_per_kg,
            value_idr=line.value_idr,
        )

    def _product_id(self, good: str) -> int | None:
        """Return the product that a plan's good is; a graded one is called "gkp.A"."""
        return self.products.get(good) or self.products.get(good.rpartition(".")[0])

    def withdraw_others(self) -> None:
        """Take back what the plan has no room for any more. What was declined stays, so that it isn't
        proposed again; what both agreed on stays in any case.
        """
        for known in self.known.values():
            if known.row.state == Proposal.State.AGREED:
                self.not_kept.append([known.row.first_id, known.row.second_id])
            if known.row.state in _THEIRS or self._is_too_new(known):
                continue
            Proposal.objects.filter(pk=known.row.pk).update(state=Proposal.State.WITHDRAWN)
            self.changed.append(known.row)
            self.rows += _difference(known.row, known, ())

    def stand(self, plan: Plan) -> None:
        """Write what the plan means for each co-op."""
        Standing.objects.filter(plan=self.made).delete()
        today = [None if each is None else round(each) for each in today_idr(self.problem)]
        Standing.objects.bulk_create(
            Standing(
                plan=self.made,
                cooperative_id=self.cooperatives[party],
                is_hub=party in self.hubs,
                alone_idr=round(plan.alone_idr[party]),
                today_idr=today[party],
                payoff_idr=self.payoff_idr[party],
                settlement_idr=self.settlement_idr[party],
            )
            for party in range(len(self.cooperatives))
        )

    def differences(self) -> Json:
        """Return what differs from the plan before, for people to read; nothing for a first plan."""
        if self.made.number == 1:
            return {}
        return {
            "rows": self.rows,
            "prices": self.prices,
            "pairs": len(self.changed),
            "not_kept": self.not_kept,
        }


def _versions(matching: Round) -> dict[tuple[int, int], int]:
    """Return the last number given to what was proposed to each two."""
    found = Proposal.objects.filter(round=matching).values_list("first", "second").order_by()
    return {(first, second): last for first, second, last in found.annotate(last=Max("version"))}


def _as_asked(known: Said, lines: Sequence[Line]) -> tuple[Sequence[Line], bool]:
    """Return the lines of a plan at the prices that were accepted or asked, by the last counter or by hand,
    and whether the plan has all that was asked for.
    """
    price = known.prices()
    priced = tuple(_at_price(line, price[line.key]) if line.key in price else line for line in lines)
    asks = known.counter is not None or known.is_untried
    return priced, asks and {line.key: line.kg for line in priced} == known.wanted_kg()


def _has_less(pair: Pair, known: Said) -> bool:
    """Return whether a plan has less than was agreed on, by more than whole kilograms explain."""
    planned = {line.key: line.kg for line in pair.lines}
    less_kg = sum(max(0, line.kg - planned.get(key, 0)) for key, line in known.lines.items())
    return less_kg * 100 > known.row.kg


def _at_price(line: Line, price: Decimal) -> Line:
    # Halves up, as people round money.
    value = int(line.kg * price + Decimal("0.5"))
    return Line(**{**vars(line), "price_idr_per_kg": price, "value_idr": value})


def _difference(row: Proposal, known: Said | None, lines: Sequence[Line]) -> list[Json]:
    """Return a row for each line that is new, gone or different."""
    before = {key: line.kg for key, line in known.lines.items()} if known else {}
    after = {line.key: line for line in lines}
    named = {key: line.good_name for key, line in (known.lines.items() if known else ())}
    return [
        {
            "first": row.first_id,
            "second": row.second_id,
            "first_gives": key[1],
            "kind": key[0],
            "good": named.get(key) or after[key].good_name,
            "month": key[4].isoformat(),
            "before_kg": before.get(key, 0),
            "after_kg": after[key].kg if key in after else 0,
        }
        for key in sorted(before.keys() | after.keys())
        if before.get(key, 0) != (after[key].kg if key in after else 0)
    ]


def _repriced(row: Proposal, known: Said, lines: Sequence[Line]) -> list[Json]:
    """Return a row for each good of which a kilogram costs something else than before, to the rupiah: on
    average over the months that both have, by the kilograms of now.
    """
    sums: dict[tuple[str, bool, str], tuple[int, Fraction, Fraction]] = {}
    names: dict[tuple[str, bool, str], str] = {}
    for line in lines:
        old = known.lines.get(line.key)
        if old is not None:
            about = line.key[:3]
            kg, before, after = sums.get(about, (0, Fraction(0), Fraction(0)))
            was = Fraction(old.value_idr, old.kg) * line.kg
            sums[about] = kg + line.kg, before + was, after + line.value_idr
            names[about] = line.good_name
    return [
        {
            "first": row.first_id,
            "second": row.second_id,
            "first_gives": about[1],
            "kind": about[0],
            "good": names[about],
            "before_idr_per_kg": round(before / kg),
            "after_idr_per_kg": round(after / kg),
        }
        for about, (kg, before, after) in sorted(sums.items())
        if round(before / kg) != round(after / kg)
    ]


def _second_gets(lines: Iterable[Line | ProposalLine]) -> int:
    """Return what a pair's second is paid by its lines, less what it pays, rupiah."""
    return sum(
        line.value_idr if second_is_paid(line.kind, first_gives=line.first_gives) else -line.value_idr
        for line in lines
    )
