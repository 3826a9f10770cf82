"""What keeps a plan from being made, each with links to the answers that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse

from jejaring.domain.parties import access
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import User
from jejaring.domain.partnering.taken import Answer, question
from jejaring.domain.partnering.wording import AnswerFault
from jejaring.engines.errors import Fault, Sentence

_SIDES = {"supplies": "hasil", "needs": "kebutuhan"}
_PAGES = {
    "processes": "mapping_facility",
    "storages": "mapping_facility",
    "outlets": "mapping_channel",
    "sources": "mapping_channel",
    "local_trade": "mapping_trader",
    "today": "mapping_trade_now",
    "vehicles": "mapping_vehicles",
    "workbook": "exchange_workbook",
}
_WORKBOOK = Sentence("asked.workbook", "the Excel file")


@dataclass(frozen=True)
class Link:
    """A page where something can be mended; `question` is what was asked there."""

    address: str
    question: Sentence


def with_links(faults: Iterable[Fault], user: User) -> list[tuple[Fault, list[Link]]]:
    """Return faults, each with links to those of its answers that this person may change."""
    found = list(faults)
    wanted = {answer.cooperative_id for fault in found for answer in _answers(fault)}
    may = access.cooperatives_for(user, Ability.DECLARE).filter(pk__in=wanted)
    open_to = set(may.values_list("pk", flat=True)) if wanted else set()
    return [
        (fault, [_link(answer) for answer in _answers(fault) if answer.cooperative_id in open_to])
        for fault in found
    ]


def _answers(fault: Fault) -> Iterator[Answer]:
    if isinstance(fault, AnswerFault):
        yield from fault.answers


def _link(answer: Answer) -> Link:
    asked = _WORKBOOK if answer.table == "workbook" else question(answer.table)
    return Link(_address(answer), asked)


def _address(answer: Answer) -> str:
    if answer.table in _SIDES and answer.product:
        return reverse("mapping_price", args=[answer.cooperative_id, _SIDES[answer.table], answer.product])
    page = _PAGES.get(answer.table, "cooperative")
    numbers = [answer.row_id] if page in {"mapping_facility", "mapping_channel"} else []
    return reverse(page, args=[answer.cooperative_id, *numbers])
