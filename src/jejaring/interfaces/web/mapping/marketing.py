"""To whom a co-op sells and from whom it buys: now, at the local trader's, and who else could be reached."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from jejaring.domain.mapping import queries
from jejaring.domain.mapping.actions import channels, season
from jejaring.domain.mapping.models import Channel, Potential, Product
from jejaring.domain.parties.access import Ability, NotThere
from jejaring.domain.parties.models import Cooperative
from jejaring.engines.errors import Refusal
from jejaring.engines.quantities import plain_text
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.mapping import steps, typed

FIELDS = ("direction", "product", "partner", "price", "days", "sell", "buy")


@gates.of_cooperative(Ability.DECLARE)
def market(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Show what was said of selling and buying, and ask for more."""
    said = queries.answers_of(cooperative, steps.today(), since=steps.this_month())
    facts = {"cooperative": cooperative, "said": said, "share": 75}
    return render(request, "mapping/market.html", facts)


@gates.of_cooperative(Ability.DECLARE)
def trade_now(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Ask what is sold or bought now, to or from whom, at what price; keep it."""
    if request.method != "POST":
        return _page(request, cooperative, "mapping/trade_now.html", _empty(request))
    sent = typed.Sent(request.POST)
    if sent.is_filling:
        return _page(request, cooperative, "mapping/trade_now.html", _typed(sent))
    buys = sent.text("direction") == Channel.Direction.BUY
    try:
        product = _product(request)
        season.declare_trade_now(
            cooperative, product, buys=buys, kg=sent.kg("most"), partner=sent.text("partner"),
            idr_per_kg=sent.read("price", typed.selling_price) or Decimal(0),
            months=_months(cooperative, product), by=request.user, at=timezone.now(),
            sure="sure" in request.POST,
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, cooperative, "mapping/trade_now.html", _typed(sent, refusal), refusal)
    return redirect("mapping_market", cooperative.pk)


@gates.of_cooperative(Ability.DECLARE)
def trader(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Ask what the local trader pays and asks; keep it."""
    if request.method != "POST":
        return _page(request, cooperative, "mapping/trader.html", _empty(request))
    sent = typed.Sent(request.POST)
    if sent.is_filling:
        return _page(request, cooperative, "mapping/trader.html", _typed(sent))
    try:
        season.declare_trader_prices(
            cooperative,
            _product(request),
            sell_idr_per_kg=sent.read("sell", typed.selling_price),
            buy_idr_per_kg=sent.read("buy", typed.selling_price),
            by=request.user,
            at=timezone.now(),
            sure="sure" in request.POST,
        )
    except Refusal as refusal:
        return _page(request, cooperative, "mapping/trader.html", _typed(sent, refusal), refusal)
    return redirect("mapping_market", cooperative.pk)


@gates.of_cooperative(Ability.DECLARE)
def channel_new(request: Request, cooperative: Cooperative) -> HttpResponse:
    """Ask for a buyer or supplier who could be reached; keep it."""
    if request.method != "POST":
        return _page(request, cooperative, "mapping/channel.html", _empty(request))
    sent = typed.Sent(request.POST)
    if sent.is_filling:
        return _page(request, cooperative, "mapping/channel.html", _typed(sent))
    try:
        channels.declare_channel(
            cooperative, _channel_answer(request, sent), by=request.user, at=timezone.now(),
            request_key=_key(request), sure="sure" in request.POST,
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, cooperative, "mapping/channel.html", _typed(sent, refusal), refusal)
    return redirect("mapping_market", cooperative.pk)


@gates.of_cooperative(Ability.DECLARE)
def channel(request: Request, cooperative: Cooperative, channel_id: int) -> HttpResponse:
    """Show a buyer or supplier in its form and keep the changes."""
    kept = channel_of(cooperative, channel_id)
    if request.method != "POST":
        return _page(request, cooperative, "mapping/channel.html", _kept(kept), channel=kept)
    sent = typed.Sent(request.POST)
    if sent.is_filling:
        return _page(request, cooperative, "mapping/channel.html", _typed(sent), channel=kept)
    try:
        answer = _channel_answer(request, sent, kept)
        channels.change_channel(kept, answer, by=request.user, at=timezone.now(), sure="sure" in request.POST)
    except Refusal as refusal:
        return _page(request, cooperative, "mapping/channel.html", _typed(sent, refusal), refusal, kept)
    return redirect("mapping_market", cooperative.pk)


@gates.of_cooperative(Ability.DECLARE)
@require_POST
def channel_remove(request: Request, cooperative: Cooperative, channel_id: int) -> HttpResponse:
    """Take a buyer or supplier away; a second tap changes nothing."""
    found = Channel.objects.filter(cooperative=cooperative, pk=channel_id).first()
    if found is not None:
        channels.remove_channel(found, by=request.user)
    return redirect("mapping_market", cooperative.pk)


def channel_of(cooperative: Cooperative, pk: int) -> Channel:
    """Return a co-op's buyer or supplier. Raises NotThere."""
    found = Channel.objects.select_related("product").filter(cooperative=cooperative, pk=pk).first()
    if found is None:
        raise NotThere
    return found


def _product(request: Request) -> Product:
    found = Product.objects.filter(code=request.POST.get("product", "")).first()
    if found is None:
        raise Refusal("mapping.product_missing", "Choose a product.")
    return found


def _months(cooperative: Cooperative, product: Product) -> list[Any]:
    """Return the months in which a product is harvested as far as it was said, else the coming year's."""
    ahead = queries.months_ahead(steps.today())
    said = queries.season(cooperative, Potential, product, ahead)
    return [each.month for each in said if each.row] or ahead


def _channel_answer(
    request: Request, sent: typed.Sent, kept: Channel | None = None
) -> channels.ChannelAnswer:
    """Return what the form says; what it doesn't ask for stays as `kept` has it. Raises Refusal."""
    price = sent.read("price", typed.selling_price)
    if price is None:
        raise Refusal("mapping.price_missing", "Write the price for one kilogram.")
    more: dict[str, Any] = {}
    if kept is not None:
        more = {name: getattr(kept, name) for name in ("grade", "site", "code", "every_month", "least_kg")}
        if kept.product.code != sent.text("product"):
            more["grade"] = None
        more["evidence"], more["source"] = kept.evidence, kept.source
        more["months"] = list(kept.months.values_list("month", "most_kg", "least_kg", "idr_per_kg"))
        more["steps"] = list(kept.steps.values_list("from_kg", "idr_per_kg"))
    buys = sent.text("direction") == Channel.Direction.BUY
    return channels.ChannelAnswer(
        direction=Channel.Direction.BUY if buys else Channel.Direction.SELL,
        product=_product(request),
        partner=sent.text("partner"),
        idr_per_kg=price,
        most_kg=sent.kg("most"),
        days_to_pay=sent.read("days", typed.whole_number) or 0,
        **more,
    )


def _key(request: Request) -> UUID | None:
    try:
        return UUID(request.POST.get("request_key", ""))
    except ValueError:
        return None


def _empty(request: Request) -> dict[str, Any]:
    buys = request.GET.get("arah") == "beli"
    return {"direction": "buy" if buys else "sell", "most": typed.Weight("most")}


def _typed(sent: typed.Sent, refusal: Refusal | None = None) -> dict[str, Any]:
    return {name: sent.text(name) for name in FIELDS} | {"most": sent.weight("most", refusal)}


def _kept(channel: Channel) -> dict[str, Any]:
    return {
        "direction": channel.direction,
        "product": channel.product.code,
        "partner": channel.partner,
        "price": plain_text(channel.idr_per_kg).replace(".", ","),
        "days": channel.days_to_pay,
        "most": typed.weight_field("most", channel.most_kg),
    }


def _page(
    request: Request,
    cooperative: Cooperative,
    template: str,
    form: dict[str, Any],
    refusal: Refusal | None = None,
    channel: Channel | None = None,
) -> HttpResponse:
    facts: dict[str, Any] = {
        "cooperative": cooperative,
        "form": form,
        "channel": channel,
        "products": Product.objects.select_related("commodity"),
        "units": typed.UNITS,
        "request_key": request.POST.get("request_key") or uuid4(),
        "share": 80,
    }
    facts |= steps.refused(refusal)
    return render(request, template, facts, status=422 if refusal else 200)
