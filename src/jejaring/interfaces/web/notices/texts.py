"""Ready texts for the co-ops of a network: who must still answer, who must sign, whose agreement ends soon.

The texts are in Indonesian whatever the reader speaks, and hold names of co-ops, titles and a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from jejaring.documents.language import language
from jejaring.domain.agreements.unsigned import Waiting, ending, unsigned
from jejaring.domain.notices.actions.linking import LASTS, links_to
from jejaring.domain.notices.actions.telling import Page
from jejaring.domain.parties import rosters
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative, Network, User
from jejaring.domain.partnering.unanswered import Unanswered, unanswered
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.notices.addresses import address_of
from jejaring.interfaces.web.notices.paging import page_in
from jejaring.interfaces.web.notices.ready import ReadyText, ready_text
from jejaring.interfaces.web.speaking import say_later

ON_A_PAGE = 50
OCCASIONS = {
    "usulan": say_later("Please answer"),
    "tanda-tangan": say_later("Please sign"),
    "berakhir": say_later("Ends soon"),
}
"""What is asked of co-ops, by its name in the address."""


@dataclass(frozen=True)
class Asked:
    """One co-op of which something is asked: what about, how often, and where it leads."""

    cooperative: Cooperative
    page: Page
    count: int = 1
    title: str = ""
    on: date | None = None
    partners: object = ()
    """With whom what is asked about is, as a sentence names them."""


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    asked: Asked
    ready: ReadyText


@gates.of_network(Ability.WORD_AGREEMENTS)
@never_cache
def network_texts(request: Request, network: Network) -> HttpResponse:
    """Show for each co-op of which something is asked a text to send. Links are made where there are none."""
    occasion = request.GET.get("untuk", "")
    lists = _all_asked(request.user, network, timezone.localdate())
    if occasion not in OCCASIONS:
        occasion = next((name for name, asked in lists.items() if asked), "usulan")
    number = page_in(request)
    first = (number - 1) * ON_A_PAGE
    facts = {
        "network": network,
        "occasion": occasion,
        "tabs": [(name, label, len(lists[name])) for name, label in OCCASIONS.items()],
        "rows": _rows(request, network, occasion, lists[occasion][first : first + ON_A_PAGE], timezone.now()),
        "page": number,
        "next": number + 1 if len(lists[occasion]) > first + ON_A_PAGE else None,
    }
    return render(request, "notices/texts.html", facts)


def _all_asked(reader: User, network: Network, today: date) -> dict[str, list[Asked]]:
    return {
        "usulan": [_to_answer(each) for each in unanswered(network)],
        "tanda-tangan": [_to_sign(each) for each in unsigned(reader, network)],
        "berakhir": [
            _ends(each, at)
            for each in ending(reader, network, on=today)
            for at in range(len(each.agreements))
        ],
    }


def _rows(
    request: Request, network: Network, occasion: str, asked: Sequence[Asked], at: datetime
) -> list[Row]:
    if not asked:
        return []
    links = links_to([each.page for each in asked], by=request.user, at=at)
    phones = rosters.phones_for(request.user, [each.cooperative.pk for each in asked])
    rows = []
    for each, link in zip(asked, links, strict=True):
        address = request.build_absolute_uri(address_of("notice_link", {"token": link.token}))
        text = text_of(occasion, each, network.name, address)
        rows.append(Row(each, ready_text(text, phones.get(each.cooperative.pk, ""))))
    return rows


def text_of(occasion: str, asked: Asked, whose: str, link: str) -> str:
    """Return the text to a co-op, in Indonesian."""
    said = language("id").text
    facts: dict[str, object] = {"name": asked.cooperative.name, "link": link}
    if occasion != "usulan":
        facts |= {"title": asked.title, "partners": asked.partners}
    if occasion == "usulan":
        text = said(
            "Greetings to the board of {name}. Partnerships are proposed to your co-op in {whose}. "
            "Please look at them and answer each: {link}",
            whose=whose,
            **facts,
        )
    elif occasion == "berakhir":
        text = said(
            "Greetings to the board of {name}. “{title}” with {partners} ends on {on}. Please decide whether "
            "to renew it or to let it end: {link}",
            on=asked.on,
            **facts,
        )
    elif asked.count > 1:
        text = said(
            "Greetings to the board of {name}. {count} agreements wait for your signature, with {partners}. "
            "Please read and sign them here: {link}",
            count=asked.count,
            **facts,
        )
    else:
        text = said(
            "Greetings to the board of {name}. “{title}” with {partners} waits for your signature. "
            "Please read and sign it here: {link}",
            **facts,
        )
    return f"{text}\n{said('The link works for {days} days, and you are asked to sign in.', days=LASTS.days)}"


def _to_answer(each: Unanswered) -> Asked:
    page = Page("proposals", {"round_id": each.matching.pk, "cooperative_id": each.cooperative.pk})
    return Asked(each.cooperative, page, each.count)


def _to_sign(each: Waiting) -> Asked:
    if len(each.agreements) > 1:
        page = Page("cooperative_agreements", {"cooperative_id": each.cooperative.pk})
        return Asked(each.cooperative, page, len(each.agreements), partners=each.partners)
    title = each.agreements[0].title
    return Asked(each.cooperative, _agreement(each, 0), title=title, partners=each.partners)


def _ends(each: Waiting, at: int) -> Asked:
    ends = each.agreements[at]
    return Asked(
        each.cooperative,
        _agreement(each, at),
        title=ends.title,
        on=ends.valid_until,
        partners=each.partners_in([ends]),
    )


def _agreement(each: Waiting, at: int) -> Page:
    return Page("agreement", {"agreement_id": each.agreements[at].pk})
