"""Rows that leave a need without a way to be met, or let money come out of nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from jejaring.engines.errors import Place, Sentence
from jejaring.engines.planning.columns import Columns, Findings
from jejaring.engines.planning.consistency import Entries, Network

Spot = tuple[int, int, int]
"""A site, a product and a period."""


@dataclass(frozen=True)
class Offer:
    """A price without a limit, and the row and field that offer it."""

    idr_per_kg: Decimal
    columns: Columns
    row: int
    field: str

    @property
    def place(self) -> Place:
        """Where the price stands."""
        return self.columns.rows[self.row].place_of(self.field)


def check(network: Network, entries: Mapping[str, Entries], findings: Findings) -> None:
    """Tell needs that must be met and may not be, and goods that are bought below what they sell for."""
    _check_must_be_met(network, entries, findings)
    _check_money_from_nothing(network, entries, findings)


def _check_must_be_met(network: Network, entries: Mapping[str, Entries], findings: Findings) -> None:
    needs, trade = network["needs"], network["local_trade"]
    buyable = {
        spot
        for row, spot in _spots(trade, entries["local_trade"])
        # A price or limit that could not be read is told already; it may well be right.
        if not (trade.sound["buy_idr_per_kg"][row] and trade.values["buy_idr_per_kg"][row] is None)
        and not (trade.sound["most_buy_kg"][row] and trade.values["most_buy_kg"][row] is not None)
    }
    worth, amounts = needs.values["worth_idr_per_kg"], needs.numbers("kg")
    sound = needs.good("worth_idr_per_kg")
    lacking: dict[int, list[str]] = {}
    periods = network["periods"].texts("code")
    for row, spot in _spots(needs, entries["needs"]):
        if worth[row] is None and sound[row] and spot not in buyable:
            lacking.setdefault(row, []).append(periods[spot[2]])
    for row, missing in lacking.items():
        findings.add(
            needs.rows[row].place_of("worth_idr_per_kg"),
            Sentence(
                "input.need_unbuyable",
                "This must be met, but “{site}” can't buy “{product}” without limit locally in {periods}.",
                {
                    "site": needs.values["site"][row],
                    "product": needs.values["product"][row],
                    "periods": tuple(missing),
                },
            ),
            Sentence(
                "input.need_unbuyable.right",
                "Say what a kilogram is worth, or give the site a local buying price without limit.",
            ),
        )
    for row, amount in enumerate(amounts):
        if worth[row] is None and sound[row] and amount is not None and amount % 1:
            findings.add(
                needs.rows[row].place_of("kg"),
                Sentence(
                    "input.need_fraction",
                    "A need that must be met in full is in whole kilograms, not {amount_kg}.",
                    {"amount_kg": amount},
                ),
                Sentence("input.need_fraction.right", "Round it up, or say what a kilogram is worth."),
            )


def _check_money_from_nothing(network: Network, entries: Mapping[str, Entries], findings: Findings) -> None:
    cheapest: dict[Spot, Offer] = {}
    dearest: dict[Spot, Offer] = {}
    for spot, offer in _offers(network, entries, ("sources", "buy_idr_per_kg", "most_buy_kg")):
        if spot not in cheapest or offer.idr_per_kg < cheapest[spot].idr_per_kg:
            cheapest[spot] = offer
    for spot, offer in _offers(network, entries, ("outlets", "sell_idr_per_kg", "most_sell_kg")):
        if spot not in dearest or offer.idr_per_kg > dearest[spot].idr_per_kg:
            dearest[spot] = offer
    told: set[tuple[Place, Place]] = set()
    for spot, selling in dearest.items():
        buying = cheapest.get(spot)
        if buying is None or selling.idr_per_kg <= buying.idr_per_kg:
            continue
        if (selling.place, buying.place) in told:
            continue
        told.add((selling.place, buying.place))
        findings.add(
            selling.place,
            Sentence(
                "input.money_from_nothing",
                "“{product}” at “{site}” sells at {sell_idr_per_kg} and costs {buy_idr_per_kg} ({where}), "
                "both without limit.",
                {
                    "site": network["sites"].texts("code")[spot[0]],
                    "product": network["products"].texts("code")[spot[1]],
                    "buy_idr_per_kg": buying.idr_per_kg,
                    "sell_idr_per_kg": selling.idr_per_kg,
                    "where": str(replace(buying.place, file="")),
                },
            ),
            Sentence(
                "input.money_from_nothing.right",
                "That gains without end: correct one of the prices, or set a limit.",
            ),
        )


def _offers(
    network: Network, entries: Mapping[str, Entries], names: tuple[str, str, str]
) -> Iterator[tuple[Spot, Offer]]:
    """Yield prices without limit: of a table of channels, and of local trade's price and limit fields."""
    channel, price, limit = names
    channels = network[channel]
    prices = channels.numbers("price_idr_per_kg")
    sound = channels.good("most_kg", "price_idr_per_kg", "steps")
    for row, spot in _spots(channels, entries[channel]):
        if sound[row] and channels.values["most_kg"][row] is None:
            steps = channels.steps(row)
            last = steps[-1][1] if steps else prices[row]
            if last is not None:
                yield spot, Offer(last, channels, row, "price_idr_per_kg")
    trade = network["local_trade"]
    prices = trade.numbers(price)
    sound = trade.good(price, limit)
    for row, spot in _spots(trade, entries["local_trade"]):
        number = prices[row]
        if sound[row] and number is not None and trade.values[limit][row] is None:
            yield spot, Offer(number, trade, row, price)


def _spots(columns: Columns, entries: Entries) -> Iterator[tuple[int, Spot]]:
    """Yield the row and the spot of each entry whose site and product are known."""
    site, product = columns.position["site"].tolist(), columns.position["product"].tolist()
    for row, period in zip(entries.row.tolist(), entries.period.tolist(), strict=True):
        if site[row] >= 0 and product[row] >= 0:
            yield row, (site[row], product[row], period)
