"""Keeps the sums by regency up with what was said. They can be made anew at any time.

Which regencies are behind is read from the trail of writes: each line names its co-op. So no action has to
think of the sums. They are no write of anybody's, so they leave no line in the trail themselves.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Avg, Count, Max

from jejaring.domain.mapping import balance, overview
from jejaring.domain.mapping.balance import Key, Measure, Tally
from jejaring.domain.mapping.models import (
    AnswersSum,
    RegencyDue,
    RegencyPlace,
    RegencySum,
    StageDone,
    SumsHead,
)
from jejaring.domain.parties.models import AuditLine, Cooperative, NetworkRole

AT_ONCE = 1
"""So many regencies are added up while a reader waits (a tenth of a second each); the others follow."""


def catch_up(most: int = AT_ONCE) -> int:
    """Add up regencies in which something was said, at most so many; return how many are still behind."""
    if _is_quiet():
        return RegencyDue.objects.count() and _add_up(most)
    with transaction.atomic():
        SumsHead.objects.bulk_create([SumsHead(pk=1)], ignore_conflicts=True)
        head = SumsHead.objects.select_for_update().get(pk=1)
        newest = _newest_line()
        said = AuditLine.objects.filter(
            id__gt=head.audit_line, id__lte=newest, cooperative_id__isnull=False
        ).order_by()
        ids = said.values("cooperative_id").distinct()
        codes = set(Cooperative.objects.filter(pk__in=ids).values_list("regency_code", flat=True))
        codes |= _loaded_between(head.audit_line, newest)
        # Where a co-op was before its village was put right, too.
        codes |= set(AnswersSum.objects.filter(pk__in=ids).values_list("regency_code", flat=True))
        if said.exclude(cooperative_id__in=Cooperative.objects.order_by().values("pk")).exists():
            # Nothing tells any more where an erased co-op was. It is rare, and sums are made quickly.
            codes |= _added_up()
        _put_down(codes)
        SumsHead.objects.filter(pk=1).update(audit_line=newest)
    return _add_up(most)


def _loaded_between(first: int, last: int) -> set[str]:
    """Return the regencies of networks that a file filled: one line of the trail stands for all co-ops."""
    lines = AuditLine.objects.filter(id__gt=first, id__lte=last, action="network.load").order_by()
    members = NetworkRole.objects.filter(network__in=lines.values("network_id")).values("cooperative")
    return set(Cooperative.objects.filter(pk__in=members).values_list("regency_code", flat=True))


def _added_up() -> set[str]:
    """Return the regencies of which something is kept."""
    sums = RegencySum.objects.order_by().values_list("regency_code", flat=True).distinct()
    return set(sums) | set(RegencyPlace.objects.values_list("pk", flat=True))


def make_all_anew() -> int:
    """Add up every regency, after rows came in without a trail; return how many."""
    with transaction.atomic():
        SumsHead.objects.bulk_create([SumsHead(pk=1)], ignore_conflicts=True)
        SumsHead.objects.select_for_update().get(pk=1)
        rows = Cooperative.objects.order_by().values_list("regency_code", flat=True).distinct()
        codes = set(rows) | _added_up()
        _put_down(codes)
        SumsHead.objects.filter(pk=1).update(audit_line=_newest_line())
    count = RegencyDue.objects.count()
    while _add_up(50):
        pass
    return count


def _is_quiet() -> bool:
    head = SumsHead.objects.filter(pk=1).first()
    return (head.audit_line if head else 0) == _newest_line()


def _newest_line() -> int:
    return AuditLine.objects.aggregate(newest=Max("id"))["newest"] or 0


def _put_down(codes: set[str]) -> None:
    """Note regencies to be added up; the empty code stands for co-ops whose village isn't known."""
    due = [RegencyDue(regency_code=code) for code in sorted(codes)]
    RegencyDue.objects.bulk_create(due, ignore_conflicts=True)


def _add_up(most: int) -> int:
    for code in list(RegencyDue.objects.order_by("pk").values_list("pk", flat=True)[:most]):
        with transaction.atomic():
            # One at a time: two readers at once would both put in the same rows.
            SumsHead.objects.select_for_update().get(pk=1)
            if RegencyDue.objects.filter(pk=code).delete()[0]:
                _add_up_one(code)
    return RegencyDue.objects.count()


def _add_up_one(code: str) -> None:
    cooperatives = Cooperative.objects.filter(regency_code=code)
    found = _with_differences(balance.tallies(cooperatives))
    RegencySum.objects.filter(regency_code=code).delete()
    RegencySum.objects.bulk_create(
        RegencySum(
            regency_code=code,
            product_id=product,
            month=month,
            measure=measure.value,
            kg=tally.kg,
            cooperatives=tally.cooperatives,
            boundless=tally.boundless,
        )
        for (product, month, measure), tally in found.items()
    )
    ids = list(cooperatives.order_by().values_list("pk", flat=True))
    done: dict[int, int] = {}
    for pk in StageDone.objects.filter(cooperative__in=ids).values_list("cooperative", flat=True):
        done[pk] = done.get(pk, 0) + 1
    AnswersSum.objects.filter(pk__in=ids).delete()
    AnswersSum.objects.filter(regency_code=code).delete()
    AnswersSum.objects.bulk_create(
        AnswersSum(cooperative_id=pk, regency_code=code, stages_done=done.get(pk, 0), last_said_at=last)
        for pk, last in overview.last_said(ids).items()
    )
    known = cooperatives.exclude(lat=None).aggregate(
        lat=Avg("lat"), lon=Avg("lon"), cooperatives=Count("pk"), answered=Count("answers_sum")
    )
    RegencyPlace.objects.filter(pk=code).delete()
    if known["cooperatives"]:
        RegencyPlace.objects.create(regency_code=code, **known)


def _with_differences(found: dict[Key, Tally]) -> dict[Key, Tally]:
    """Return the sums with a month's room as what differs from the usual."""
    kept: dict[Key, Tally] = {}
    for (product, month, measure), tally in found.items():
        if measure is Measure.ROOM and month is not None:
            usual = found.get((product, None, measure), Tally())
            kept[product, month, measure] = Tally(
                tally.kg - usual.kg,
                tally.cooperatives - usual.cooperatives,
                tally.boundless - usual.boundless,
            )
        else:
            kept[product, month, measure] = tally
    return {key: tally for key, tally in kept.items() if tally != Tally()}
