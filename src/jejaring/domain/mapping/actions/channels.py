"""The buyers and suppliers whom a co-op can reach: declared, changed, taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jejaring.domain.mapping import plausible
from jejaring.domain.mapping.actions.answers import fitting, known_prices, locked, made_before, said_columns
from jejaring.domain.mapping.models import Channel, ChannelMonth, Grade, PriceStep, Product, Site
from jejaring.domain.parties import audit
from jejaring.domain.parties.models import Cooperative, User
from jejaring.engines.errors import Refusal, Sentence

DAYS_TO_PAY_MOST = 365


@dataclass(frozen=True, kw_only=True)
class ChannelAnswer:
    """A buyer (direction sell) or supplier (direction buy) as a co-op describes it."""

    direction: str
    product: Product
    idr_per_kg: Decimal
    partner: str = ""
    grade: Grade | None = None
    site: Site | None = None
    code: str = ""
    every_month: bool = True
    most_kg: int | None = None
    """In a month; None: no limit."""
    least_kg: int = 0
    days_to_pay: int = 0
    months: Sequence[tuple[date, int | None, int, Decimal]] = ()
    """Months with another most kg (None: no limit), least kg and price."""
    steps: Sequence[tuple[int, Decimal]] = ()
    """From so many kilograms in a month this price holds for all of it."""
    evidence: str = "said"
    source: str = ""


def declare_channel(
    cooperative: Cooperative,
    answer: ChannelAnswer,
    *,
    by: User | None,
    at: datetime,
    way: str = "web",
    request_key: UUID | None = None,
    sure: bool = False,
) -> Channel:
    """Add a channel and return it; the same `request_key` again returns the one that it made.

    Raises Refusal for what can't be, Doubtful for what may be a slip unless `sure`.
    """
    columns = _columns(cooperative, answer, by, at, way)
    with transaction.atomic():
        kept = locked(cooperative)
        made, key = made_before(Channel, kept, request_key)
        if made is not None:
            return made
        plausible.unless_sure(_doubts(answer, at), sure=sure)
        channel = Channel.objects.create(cooperative=kept, request_key=key, **columns)
        _keep_details(channel, answer, at)
        _record("declare_channel", channel, by, way)
    return channel


def change_channel(
    channel: Channel,
    answer: ChannelAnswer,
    *,
    by: User | None,
    at: datetime,
    way: str = "web",
    sure: bool = False,
) -> Channel:
    """Describe a channel anew, all of it, and return it. Raises Refusal, Doubtful."""
    columns = _columns(channel.cooperative, answer, by, at, way)
    with transaction.atomic():
        locked(channel.cooperative)
        plausible.unless_sure(_doubts(answer, at), sure=sure)
        if not Channel.objects.filter(pk=channel.pk).update(**columns):
            raise Refusal("mapping.channel_gone", "Somebody has taken this away meanwhile.")
        for name, value in columns.items():
            setattr(channel, name, value)
        _keep_details(channel, answer, at)
        _record("change_channel", channel, by, way)
    return channel


def remove_channel(channel: Channel, *, by: User | None) -> None:
    """Take a channel away; a second time changes nothing."""
    with transaction.atomic():
        locked(channel.cooperative)
        found = Channel.objects.filter(pk=channel.pk).first()
        if found is None:
            return
        _record("remove_channel", found, by, found.way)
        found.delete()


def set_grade(channel: Channel, grade: Grade | None, *, by: User | None, at: datetime) -> None:
    """Keep of which grade a channel is; None: of any. Raises Refusal."""
    fitting(channel.cooperative, channel.product, grade, None)
    with transaction.atomic():
        locked(channel.cooperative)
        told = {"said_by": by, "said_at": at, "way": "web"}
        if not Channel.objects.filter(pk=channel.pk).update(grade=grade, **told):
            raise Refusal("mapping.channel_gone", "Somebody has taken this away meanwhile.")
        _record("change_channel", channel, by, "web")


def set_price_steps(
    channel: Channel,
    steps: Sequence[tuple[int, Decimal]],
    *,
    by: User | None,
    at: datetime,
    sure: bool = False,
) -> None:
    """Keep from how many kilograms in a month which price holds, in place of all steps before.

    Raises Refusal for steps that a plan couldn't use, Doubtful for a price that may be a slip unless `sure`.
    """
    with transaction.atomic():
        locked(channel.cooperative)
        kept = Channel.objects.filter(pk=channel.pk).select_related("product").first()
        if kept is None:
            raise Refusal("mapping.channel_gone", "Somebody has taken this away meanwhile.")
        named = list(kept.months.values_list("idr_per_kg", flat=True))
        usual = [kept.idr_per_kg, *named] if kept.every_month or not named else named
        ordered = _in_order(kept.direction, usual, steps)
        on = timezone.localtime(at).date()
        known = known_prices([kept.product], on).get(kept.product_id)
        name = kept.product.name_id
        doubts = [doubt for _, price in ordered for doubt in plausible.price_doubts(name, price, known)]
        plausible.unless_sure(doubts, sure=sure)
        kept.steps.all().delete()
        _keep_steps(kept, ordered)
        Channel.objects.filter(pk=kept.pk).update(said_by=by, said_at=at, way="web")
        _record("change_channel", kept, by, "web")


def _in_order(
    direction: str, usual: Sequence[Decimal], steps: Sequence[tuple[int, Decimal]]
) -> list[tuple[int, Decimal]]:
    """Return the steps from the smallest quantity up. Raises Refusal for those that no plan could use."""
    ordered = sorted(steps)
    quantities = [from_kg for from_kg, _ in ordered]
    if len(set(quantities)) < len(quantities):
        raise Refusal("mapping.step_twice", "Two prices begin at the same quantity. Keep one of them.")
    sells = direction == Channel.Direction.SELL
    before = max(usual) if sells else min(usual)
    for from_kg, price in ordered:
        if sells and price < before:
            raise Refusal(
                "mapping.step_falls",
                "From {from_kg} on the price is lower than before. Who sells more isn't paid less for each.",
                from_kg=from_kg,
            )
        if not sells and price > before:
            raise Refusal(
                "mapping.step_rises",
                "From {from_kg} on the price is higher than before. Who buys more doesn't pay more for each.",
                from_kg=from_kg,
            )
        before = price
    return ordered


def _keep_steps(channel: Channel, steps: Sequence[tuple[int, Decimal]]) -> None:
    PriceStep.objects.bulk_create(
        PriceStep(
            channel=channel,
            from_kg=plausible.kilograms(from_kg),
            idr_per_kg=plausible.rupiah_per_kg(price),
        )
        for from_kg, price in steps
    )


def _columns(
    cooperative: Cooperative, answer: ChannelAnswer, by: User | None, at: datetime, way: str
) -> dict[str, Any]:
    assert answer.direction in Channel.Direction.values
    fitting(cooperative, answer.product, answer.grade, answer.site)
    _within(answer.least_kg, answer.most_kg)
    if not 0 <= answer.days_to_pay <= DAYS_TO_PAY_MOST:
        raise Refusal(
            "mapping.days_impossible",
            "{days} days until the money comes can't be: write 0 to {most}.",
            days=answer.days_to_pay,
            most=DAYS_TO_PAY_MOST,
        )
    return {
        "direction": answer.direction,
        "product": answer.product,
        "grade": answer.grade,
        "site": answer.site,
        "partner": answer.partner.strip()[:200],
        "code": answer.code.strip()[:60],
        "every_month": answer.every_month,
        "most_kg": plausible.kilograms(answer.most_kg),
        "least_kg": plausible.kilograms(answer.least_kg),
        "idr_per_kg": plausible.rupiah_per_kg(answer.idr_per_kg),
        "days_to_pay": answer.days_to_pay,
        **said_columns(by, at, way, answer.evidence, answer.source),
    }


def _within(least_kg: int, most_kg: int | None) -> None:
    if most_kg is not None and least_kg > most_kg:
        raise Refusal(
            "mapping.least_above_most",
            "At least {least_kg} can't be more than at most {most_kg}.",
            least_kg=least_kg,
            most_kg=most_kg,
        )


def _keep_details(channel: Channel, answer: ChannelAnswer, at: datetime) -> None:
    on = timezone.localtime(at).date()
    there = set(channel.months.values_list("month", flat=True))
    channel.months.all().delete()
    channel.steps.all().delete()
    for _, most_kg, least_kg, _ in answer.months:
        _within(least_kg, most_kg)
    ChannelMonth.objects.bulk_create(
        ChannelMonth(
            channel=channel,
            # What a file said of years ago stays when the rest is described anew.
            month=month if month in there else plausible.first_of_month(month, on),
            most_kg=plausible.kilograms(most_kg),
            least_kg=plausible.kilograms(least_kg),
            idr_per_kg=plausible.rupiah_per_kg(price),
        )
        for month, most_kg, least_kg, price in answer.months
    )
    named = [price for _, _, _, price in answer.months]
    usual = [answer.idr_per_kg, *named] if answer.every_month or not named else named
    _keep_steps(channel, _in_order(answer.direction, usual, answer.steps))


def _doubts(answer: ChannelAnswer, at: datetime) -> list[Sentence]:
    on = timezone.localtime(at).date()
    known = known_prices([answer.product], on).get(answer.product.pk)
    prices = [answer.idr_per_kg, *(each[3] for each in answer.months), *(each[1] for each in answer.steps)]
    name = answer.product.name_id
    return [doubt for price in prices for doubt in plausible.price_doubts(name, Decimal(price), known)]


def _record(action: str, channel: Channel, by: User | None, way: str) -> None:
    audit.record(
        f"mapping.{action}",
        channel,
        by=by,
        cooperative_id=channel.cooperative_id,
        facts={"direction": channel.direction, "product": channel.product.code, "way": way},
    )
