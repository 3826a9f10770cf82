"""Figures of a set of any size: small ones from what was said itself, large ones from sums by regency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet, Sum

from jejaring.domain.mapping import balance, overview
from jejaring.domain.mapping.balance import Key, Measure, Tally
from jejaring.domain.mapping.models import AnswersSum, Product, RegencySum
from jejaring.domain.mapping.overview import STAGES, STALE_AFTER, Answering, Group, Progress, Standing
from jejaring.domain.parties import regions
from jejaring.domain.parties.models import Cooperative


@dataclass(frozen=True)
class Lacking:
    """A page of those that haven't finished answering, and the counts of the whole set."""

    standings: tuple[Standing, ...]
    progress: Progress
    more: bool


def balance_of(group: Group, months: Sequence[date], product: Product | None = None) -> balance.Balance:
    """Return the balance of a set over these months; of one product where it is given."""
    if group.large:
        found = _tallies(group.region_code, months, product)
    else:
        found = balance.tallies(group.cooperatives, months, product)
    return balance.shown(found, months, group.whole)


def progress_of(group: Group, at: datetime) -> Progress:
    """Return how many co-ops of a set are in which state; by stage only where the set isn't large."""
    if not group.large:
        every = list(group.cooperatives)
        return overview.progress_of(overview.standings(group, every, at))
    limit = at - STALE_AFTER
    complete = Q(stages_done=len(STAGES))
    counts = _answers(group.region_code).aggregate(
        answered=Count("pk"),
        stale=Count("pk", filter=Q(last_said_at__lt=limit)),
        complete=Count("pk", filter=complete & Q(last_said_at__gte=limit)),
    )
    total = group.cooperatives.count()
    states = {
        Answering.UNANSWERED: total - counts["answered"],
        Answering.IN_PART: counts["answered"] - counts["stale"] - counts["complete"],
        Answering.COMPLETE: counts["complete"],
        Answering.STALE: counts["stale"],
    }
    return Progress(total, states)


def lacking(group: Group, at: datetime, page: int, size: int) -> Lacking:
    """Return a page of those that haven't answered, those that are stale, and those half-way."""
    if group.large:
        return _lacking_of_sums(group, at, page, size)
    every = overview.standings(group, list(group.cooperatives), at)
    order = (Answering.UNANSWERED, Answering.STALE, Answering.IN_PART)
    open_ones = [each for each in every if each.state is not Answering.COMPLETE]
    open_ones.sort(key=lambda each: (order.index(each.state), each.last_said_at or at, each.cooperative.name))
    start = (page - 1) * size
    some = tuple(open_ones[start : start + size])
    return Lacking(some, overview.progress_of(every), more=len(open_ones) > start + size)


def _lacking_of_sums(group: Group, at: datetime, page: int, size: int) -> Lacking:
    progress = progress_of(group, at)
    limit = at - STALE_AFTER
    heard = group.cooperatives.order_by("answers_sum__last_said_at", "pk")
    segments: tuple[tuple[QuerySet[Cooperative], int], ...] = (
        (
            group.cooperatives.filter(answers_sum__isnull=True).order_by("regency_code", "name", "id"),
            progress.by_state[Answering.UNANSWERED],
        ),
        (heard.filter(answers_sum__last_said_at__lt=limit), progress.by_state[Answering.STALE]),
        (
            heard.filter(answers_sum__last_said_at__gte=limit, answers_sum__stages_done__lt=len(STAGES)),
            progress.by_state[Answering.IN_PART],
        ),
    )
    start, wanted, found = (page - 1) * size, size, list[Cooperative]()
    for rows, count in segments:
        if start < count and wanted:
            some = list(rows[start : start + wanted])
            found += some
            wanted -= len(some)
        start = max(start - count, 0)
    more = sum(count for _, count in segments) > page * size
    return Lacking(tuple(overview.standings(group, found, at)), progress, more)


def _answers(region_code: str) -> QuerySet[AnswersSum]:
    rows = AnswersSum.objects.all()
    if region_code == regions.NATION:
        return rows
    return rows.filter(regency_code__gte=f"{region_code}.", regency_code__lt=f"{region_code}/")


def _tallies(region_code: str, months: Sequence[date], product: Product | None) -> dict[Key, Tally]:
    """Return the sums of a large region. A month's room is the usual one and what differs in it."""
    rows = RegencySum.objects.filter(Q(month__isnull=True) | Q(month__range=(months[0], months[-1])))
    if region_code != regions.NATION:
        rows = rows.filter(regency_code__gte=f"{region_code}.", regency_code__lt=f"{region_code}/")
    if product:
        rows = rows.filter(product=product)
    read = rows.values_list("product", "month", "measure").annotate(
        Sum("kg"), Sum("cooperatives"), Sum("boundless")
    )
    kept = {(code, month, Measure(measure)): Tally(*sums) for code, month, measure, *sums in read}
    found = {key: tally for key, tally in kept.items() if key[1] is not None and key[2] != Measure.ROOM}
    for code in {code for code, _, measure in kept if measure is Measure.ROOM}:
        usual = kept.get((code, None, Measure.ROOM), Tally())
        for month in months:
            found[code, month, Measure.ROOM] = usual + kept.get((code, month, Measure.ROOM), Tally())
    return found
