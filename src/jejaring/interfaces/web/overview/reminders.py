"""The text that goes to a co-op which hasn't finished answering: in Indonesian, nothing personal in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from jejaring.documents.language import language
from jejaring.domain.mapping.overview import STAGES, Answering, Standing
from jejaring.interfaces.web.notices.ready import ReadyText, ready_text


@dataclass(frozen=True)
class Reminder:
    """One co-op's row: where it stands, and the text that is ready to send."""

    standing: Standing
    days: int | None
    """Since its last answer; none where it never answered."""
    waiting_days: int
    """Since it was registered."""
    ready: ReadyText


def reminder(request: HttpRequest, standing: Standing, whose: str, phone: str, at: datetime) -> Reminder:
    """Return a co-op's reminder; `phone` is empty unless the reader may see it."""
    link = request.build_absolute_uri(mapping_url(standing.cooperative.pk))
    waiting = max((at - standing.cooperative.created_at).days, 0)
    ready = ready_text(_text(standing, whose, link, at), phone)
    return Reminder(standing, standing.days_silent(at), waiting, ready)


def mapping_url(cooperative_id: int) -> str:
    """Return where a co-op answers; its own page where that isn't installed."""
    try:
        return reverse("mapping_start", args=[cooperative_id])
    except NoReverseMatch:
        return reverse("cooperative", args=[cooperative_id])


def _text(standing: Standing, whose: str, link: str, at: datetime) -> str:
    said, name = language("id").text, standing.cooperative.name
    if standing.state is Answering.STALE:
        return said(
            "Greetings to the board of {name}. Your answers for {whose} are {days} days old. Please look "
            "through them and change what is different now. It takes a few minutes: {link}",
            name=name,
            whose=whose,
            days=standing.days_silent(at) or 0,
            link=link,
        )
    if standing.state is Answering.IN_PART:
        return said(
            "Greetings to the board of {name}. Your answers for {whose} have begun; {left} of 4 stages are "
            "still open. What you said is kept, please go on here: {link}",
            name=name,
            whose=whose,
            left=len(STAGES) - len(standing.stages),
            link=link,
        )
    return said(
        "Greetings to the board of {name}. We are mapping what co-ops have and need in {whose}, and yours "
        "hasn't answered yet. A phone is enough, and you can stop and go on later: {link}",
        name=name,
        whose=whose,
        link=link,
    )
