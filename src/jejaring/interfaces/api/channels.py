"""The buyers and suppliers whom a co-op can reach."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.utils import timezone
from pydantic import Field, Strict

from jejaring.domain.mapping import listed
from jejaring.domain.mapping.actions import channels as actions
from jejaring.domain.mapping.coded import Codes
from jejaring.domain.mapping.models import Channel
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative
from jejaring.interfaces.api import gates
from jejaring.interfaces.api.figures import (
    Code,
    Exact,
    Kilograms,
    Known,
    Made,
    Month,
    MonthSent,
    Partner,
    PriceSent,
    RequestKey,
    RowNumber,
    Sent,
    Shown,
    Text,
    Yes,
)
from jejaring.interfaces.api.gates import Request, Subject

subject = Subject("channels")
_SAY = gates.of_cooperative(Ability.DECLARE)
_ALL = "/cooperatives/{int:cooperative_id}/channels"
_ONE = f"{_ALL}/{{int:channel_id}}"


class ChannelMonthShown(Shown):
    """A month with other limits or another price; most null: no limit."""

    month: Month
    most_kg: int | None
    least_kg: int
    idr_per_kg: Exact


class StepShown(Shown):
    """From so many kilograms in a month this price holds for all of it."""

    from_kg: int
    idr_per_kg: Exact


class ChannelShown(Shown):
    """A buyer (direction sell) or supplier (buy)."""

    id: int
    direction: str
    partner: str
    product: str
    grade: str
    site_id: int | None
    every_month: bool
    most_kg: int | None
    least_kg: int
    idr_per_kg: Exact
    days_to_pay: int
    months: list[ChannelMonthShown]
    steps: list[StepShown]
    evidence: str
    source: str
    said_at: datetime


class ChannelsShown(Shown):
    """All buyers and suppliers of a co-op."""

    channels: list[ChannelShown]


class ChannelMonthSent(Sent):
    """A month with other limits or another price."""

    month: MonthSent
    most_kg: Kilograms | None = None
    least_kg: Kilograms = 0
    idr_per_kg: PriceSent


class StepSent(Sent):
    """From so many kilograms in a month this price holds for all of it."""

    from_kg: Kilograms
    idr_per_kg: PriceSent


class ChannelSent(Sent):
    """A buyer (direction sell) or supplier (buy)."""

    direction: Literal["sell", "buy"]
    product: Code
    idr_per_kg: PriceSent
    partner: Partner = ""
    grade: Code = ""
    site_id: RowNumber | None = None
    every_month: Yes = True
    most_kg: Kilograms | None = None
    least_kg: Kilograms = 0
    days_to_pay: Annotated[int, Strict(), Field(ge=0, le=actions.DAYS_TO_PAY_MOST)] = 0
    months: list[ChannelMonthSent] = Field([], max_length=73)
    steps: list[StepSent] = Field([], max_length=50)
    evidence: Known = "said"
    source: Text = ""


class NewChannelSent(ChannelSent):
    """A buyer or supplier to be added; the same request key again adds nothing."""

    request_key: RequestKey


@subject.opens(
    "GET", _ALL, gates.of_cooperative(Ability.SEE_COOPERATIVE), summary="A co-op's buyers and suppliers",
    answer=ChannelsShown,
)  # fmt: skip
def channels(_request: Request, cooperative: Cooperative) -> ChannelsShown:
    """All of them, in the order in which they were added."""
    return ChannelsShown(channels=[_shown(row) for row in listed.channels_of(cooperative)])


@subject.opens(
    "POST", _ALL, _SAY, summary="Add a buyer or supplier", answer=Made, status=201, asks_again=True
)
def add_channel(request: Request, cooperative: Cooperative, sent: NewChannelSent, sure: bool = False) -> Made:
    """The same `request_key` again returns the one that it made."""
    made = actions.declare_channel(
        cooperative, _answer(cooperative, sent), by=request.user, at=timezone.now(), way="api",
        request_key=sent.request_key, sure=sure,
    )  # fmt: skip
    return Made(id=made.pk)


@subject.opens("PUT", _ONE, _SAY, summary="Describe a buyer or supplier anew", answer=Made, asks_again=True)
def change_channel(
    request: Request, cooperative: Cooperative, channel_id: int, sent: ChannelSent, sure: bool = False
) -> Made:
    """All of it: what is left out is as if it had never been said."""
    found = listed.channel_of(cooperative, channel_id)
    answer = _answer(cooperative, sent, code=found.code)
    actions.change_channel(found, answer, by=request.user, at=timezone.now(), way="api", sure=sure)
    return Made(id=found.pk)


@subject.opens("DELETE", _ONE, _SAY, summary="Take a buyer or supplier away", answer=None, status=204)
def remove_channel(request: Request, cooperative: Cooperative, channel_id: int) -> None:
    """Nothing is answered."""
    actions.remove_channel(listed.channel_of(cooperative, channel_id), by=request.user)


def _answer(cooperative: Cooperative, sent: ChannelSent, *, code: str = "") -> actions.ChannelAnswer:
    codes = Codes(cooperative, [sent.product])
    on = timezone.localdate()
    product = codes.product("product", sent.product)
    grade = codes.grade("grade", sent.product, sent.grade)
    site = codes.site("site_id", sent.site_id)
    months = [
        (codes.month(f"months[{at}].month", each.month, on), each.most_kg, each.least_kg, each.idr_per_kg)
        for at, each in enumerate(sent.months)
    ]
    codes.once([(f"months[{at}]", each.month) for at, each in enumerate(sent.months)])
    codes.once([(f"steps[{at}]", each.from_kg) for at, each in enumerate(sent.steps)])
    codes.done()
    return actions.ChannelAnswer(
        direction=sent.direction,
        product=product,
        idr_per_kg=sent.idr_per_kg,
        partner=sent.partner,
        grade=grade,
        site=site,
        code=code,
        every_month=sent.every_month,
        most_kg=sent.most_kg,
        least_kg=sent.least_kg,
        days_to_pay=sent.days_to_pay,
        months=months,
        steps=[(each.from_kg, each.idr_per_kg) for each in sent.steps],
        evidence=sent.evidence,
        source=sent.source,
    )


def _shown(row: Channel) -> ChannelShown:
    return ChannelShown(
        id=row.pk,
        direction=row.direction,
        partner=row.partner,
        product=row.product.code,
        grade=row.grade.code if row.grade else "",
        site_id=row.site_id,
        every_month=row.every_month,
        most_kg=row.most_kg,
        least_kg=row.least_kg,
        idr_per_kg=row.idr_per_kg,
        days_to_pay=row.days_to_pay,
        months=[
            ChannelMonthShown(
                month=each.month, most_kg=each.most_kg, least_kg=each.least_kg, idr_per_kg=each.idr_per_kg
            )
            for each in row.months.all()
        ],
        steps=[StepShown(from_kg=each.from_kg, idr_per_kg=each.idr_per_kg) for each in row.steps.all()],
        evidence=row.evidence,
        source=row.source,
        said_at=row.said_at,
    )
