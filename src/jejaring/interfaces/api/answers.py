"""What a co-op can deliver, needs, trades today and could trade locally: read and declared by month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.utils import timezone
from pydantic import Field

from jejaring.domain.mapping import listed
from jejaring.domain.mapping.actions import answers as actions
from jejaring.domain.mapping.coded import Codes
from jejaring.domain.mapping.listed import Months
from jejaring.domain.mapping.models import LocalTrade, Need, Potential, Today
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative
from jejaring.interfaces.api import gates
from jejaring.interfaces.api.figures import (
    ROWS_MOST,
    Code,
    Exact,
    FirstMonth,
    Kept,
    Kilograms,
    Known,
    LastMonth,
    Month,
    MonthSent,
    Partner,
    PriceSent,
    RowNumber,
    Sent,
    Shown,
    Text,
    Yes,
)
from jejaring.interfaces.api.gates import Request, Subject

subject = Subject("answers")
AnswerShown = TypeVar("AnswerShown", bound="SaidShown")
_SEE = gates.of_cooperative(Ability.SEE_COOPERATIVE)
_SAY = gates.of_cooperative(Ability.DECLARE)
_HERE = "/cooperatives/{int:cooperative_id}"


class SaidShown(Shown):
    """What all answers have: of which good and place, who said it when and how it is known."""

    product: str
    grade: str
    site_id: int | None
    evidence: str
    source: str
    way: str
    said_at: datetime


class PotentialShown(SaidShown):
    """What members can deliver in a month."""

    month: Month
    kg: int
    cost_idr_per_kg: Exact | None
    least_lot_kg: int | None


class NeedShown(SaidShown):
    """What a co-op needs in a month."""

    month: Month
    kg: int
    worth_idr_per_kg: Exact | None
    is_must: bool


class TodayShown(SaidShown):
    """What a co-op sells and buys in a month now."""

    month: Month
    sells_kg: int
    sells_idr_per_kg: Exact
    buys_kg: int
    buys_idr_per_kg: Exact
    cost_idr_per_kg: Exact | None
    partner: str


class LocalTradeShown(SaidShown):
    """What the local trader pays and asks; month null: in every month without a row of its own."""

    month: Month | None
    sell_idr_per_kg: Exact | None
    buy_idr_per_kg: Exact | None
    most_sell_kg: int | None
    most_buy_kg: int | None


class PotentialsShown(Shown):
    """Rows by product and month."""

    answers: list[PotentialShown]


class NeedsShown(Shown):
    """Rows by product and month."""

    answers: list[NeedShown]


class TodaysShown(Shown):
    """Rows by product and month."""

    answers: list[TodayShown]


class LocalTradesShown(Shown):
    """Rows by product and month."""

    answers: list[LocalTradeShown]


class SaidSent(Sent):
    """Of which good and place an answer is, and how it is known."""

    product: Code
    grade: Code = ""
    site_id: RowNumber | None = None
    evidence: Known = "said"
    source: Text = ""


class PotentialSent(SaidSent):
    """What members can deliver in a month; kg null takes the answer back."""

    month: MonthSent
    kg: Kilograms | None
    cost_idr_per_kg: PriceSent | None = None
    least_lot_kg: Kilograms | None = None


class NeedSent(SaidSent):
    """What is needed in a month; kg null takes the answer back."""

    month: MonthSent
    kg: Kilograms | None
    worth_idr_per_kg: PriceSent | None = None
    is_must: Yes = False


class TodaySent(SaidSent):
    """What is sold and bought in a month now; nothing of either takes the answer back."""

    month: MonthSent
    sells_kg: Kilograms = 0
    sells_idr_per_kg: PriceSent = Field(default="0", validate_default=True)
    buys_kg: Kilograms = 0
    buys_idr_per_kg: PriceSent = Field(default="0", validate_default=True)
    cost_idr_per_kg: PriceSent | None = None
    partner: Partner = ""


class LocalTradeSent(SaidSent):
    """What the local trader pays and asks; no price at all takes the answer back."""

    month: MonthSent | None = None
    sell_idr_per_kg: PriceSent | None = None
    buy_idr_per_kg: PriceSent | None = None
    most_sell_kg: Kilograms | None = None
    most_buy_kg: Kilograms | None = None


class PotentialsSent(Sent):
    """Answers that are kept together, all or none."""

    answers: list[PotentialSent] = Field(max_length=ROWS_MOST)


class NeedsSent(Sent):
    """Answers that are kept together, all or none."""

    answers: list[NeedSent] = Field(max_length=ROWS_MOST)


class TodaysSent(Sent):
    """Answers that are kept together, all or none."""

    answers: list[TodaySent] = Field(max_length=ROWS_MOST)


class LocalTradesSent(Sent):
    """Answers that are kept together, all or none."""

    answers: list[LocalTradeSent] = Field(max_length=ROWS_MOST)


@subject.opens("GET", f"{_HERE}/potentials", _SEE, summary="What members can deliver", answer=PotentialsShown)
def potentials(
    _request: Request,
    cooperative: Cooperative,
    first: FirstMonth = None,
    last: LastMonth = None,
) -> PotentialsShown:
    """In the months `from` to `until`, both included; left out: no end on that side."""
    rows = listed.rows_in(cooperative, Potential, Months(first, last))
    return PotentialsShown(answers=[_shown(PotentialShown, row) for row in rows])


@subject.opens(
    "PUT", f"{_HERE}/potentials", _SAY, summary="Declare what members can deliver", answer=Kept,
    asks_again=True,
)  # fmt: skip
def declare_potentials(
    request: Request, cooperative: Cooperative, sent: PotentialsSent, sure: bool = False
) -> Kept:
    """One row for one product, grade, place and month: saying it again changes that row, no other."""
    return _declared(
        request, cooperative, sent.answers, actions.PotentialAnswer, actions.declare_potentials, sure=sure
    )


@subject.opens("GET", f"{_HERE}/needs", _SEE, summary="What the co-op needs", answer=NeedsShown)
def needs(
    _request: Request,
    cooperative: Cooperative,
    first: FirstMonth = None,
    last: LastMonth = None,
) -> NeedsShown:
    """In the months `from` to `until`, both included; left out: no end on that side."""
    rows = listed.rows_in(cooperative, Need, Months(first, last))
    return NeedsShown(answers=[_shown(NeedShown, row) for row in rows])


@subject.opens(
    "PUT", f"{_HERE}/needs", _SAY, summary="Declare what the co-op needs", answer=Kept, asks_again=True
)
def declare_needs(request: Request, cooperative: Cooperative, sent: NeedsSent, sure: bool = False) -> Kept:
    """One row for one product, grade, place and month: saying it again changes that row, no other."""
    return _declared(request, cooperative, sent.answers, actions.NeedAnswer, actions.declare_needs, sure=sure)


@subject.opens("GET", f"{_HERE}/today", _SEE, summary="What the co-op trades now", answer=TodaysShown)
def today(
    _request: Request,
    cooperative: Cooperative,
    first: FirstMonth = None,
    last: LastMonth = None,
) -> TodaysShown:
    """In the months `from` to `until`, both included; left out: no end on that side."""
    rows = listed.rows_in(cooperative, Today, Months(first, last))
    return TodaysShown(answers=[_shown(TodayShown, row) for row in rows])


@subject.opens(
    "PUT", f"{_HERE}/today", _SAY, summary="Declare what the co-op trades now", answer=Kept, asks_again=True
)
def declare_today(request: Request, cooperative: Cooperative, sent: TodaysSent, sure: bool = False) -> Kept:
    """One row for one product, grade, place and month: saying it again changes that row, no other."""
    return _declared(
        request, cooperative, sent.answers, actions.TodayAnswer, actions.declare_today, sure=sure
    )


@subject.opens(
    "GET", f"{_HERE}/local-trade", _SEE, summary="What the local trader pays and asks",
    answer=LocalTradesShown,
)  # fmt: skip
def local_trade(
    _request: Request,
    cooperative: Cooperative,
    first: FirstMonth = None,
    last: LastMonth = None,
) -> LocalTradesShown:
    """In the months `from` to `until`, both included, and in every month without a row of its own."""
    rows = listed.rows_in(cooperative, LocalTrade, Months(first, last))
    return LocalTradesShown(answers=[_shown(LocalTradeShown, row) for row in rows])


@subject.opens(
    "PUT", f"{_HERE}/local-trade", _SAY, summary="Declare what the local trader pays and asks",
    answer=Kept, asks_again=True,
)  # fmt: skip
def declare_local_trade(
    request: Request, cooperative: Cooperative, sent: LocalTradesSent, sure: bool = False
) -> Kept:
    """One row for one product, grade, place and month: saying it again changes that row, no other."""
    return _declared(
        request, cooperative, sent.answers, actions.LocalTradeAnswer, actions.declare_local_trade, sure=sure
    )


def _shown(kind: type[AnswerShown], row: Potential | Need | Today | LocalTrade) -> AnswerShown:
    """Return a row as it is shown: product and grade by their codes, everything else as the row has it."""
    found: dict[str, Any] = {name: getattr(row, name) for name in kind.model_fields}
    return kind(**found | {"product": row.product.code, "grade": row.grade.code if row.grade else ""})


def _declared(
    request: Request,
    cooperative: Cooperative,
    sent: Sequence[SaidSent],
    answer: type[Any],
    declare: Callable[..., None],
    *,
    sure: bool,
) -> Kept:
    """Keep what was sent by an action that takes answers of this type; return how many there were."""
    answers = [answer(**each) for each in _found(cooperative, sent)]
    declare(cooperative, answers, by=request.user, at=timezone.now(), way="api", sure=sure)
    return Kept(count=len(answers))


def _found(cooperative: Cooperative, sent: Sequence[SaidSent]) -> list[dict[str, Any]]:
    """Return what answers are made of, their codes turned into rows. Raises WrongFields."""
    codes = Codes(cooperative, (each.product for each in sent))
    on = timezone.localdate()
    found = []
    for position, each in enumerate(sent):
        here = f"answers[{position}]"
        facts = each.model_dump(exclude={"site_id"})
        facts["product"] = codes.product(f"{here}.product", each.product)
        facts["grade"] = codes.grade(f"{here}.grade", each.product, each.grade)
        facts["site"] = codes.site(f"{here}.site_id", each.site_id)
        month: date | None = facts["month"]
        facts["month"] = month and codes.month(f"{here}.month", month, on)
        found.append(facts)
    codes.once(
        [
            (f"answers[{position}]", (each.product, each.grade, each.site_id, getattr(each, "month", None)))
            for position, each in enumerate(sent)
        ]
    )
    codes.done()
    return found
