"""Measures a matching round of many co-ops: planned, answered, planned again, drafted, put up for signing.

    JEJARING_HOME=FOLDER python -m benchmarks.rounds            360 co-ops, in a database of its own

The network is that of `networks.paddy` (illustrative, seeded): every tenth co-op has a mill. Of the pairs, by
CRC of their two codes, half accept, one in twenty declines, one in twenty wants a tenth less of its first
line, and the others don't answer. Each figure is of one run.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from zlib import crc32

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jejaring.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks import networks, positions  # noqa: E402
from jejaring.documents.agreements.content import Terms  # noqa: E402
from jejaring.domain.agreements.actions import drafting, offering, signing  # noqa: E402
from jejaring.domain.agreements.keyring import platform_key  # noqa: E402
from jejaring.domain.agreements.models import Agreement, Approval  # noqa: E402
from jejaring.domain.mapping.actions.loading import load_network  # noqa: E402
from jejaring.domain.parties.models import Cooperative  # noqa: E402
from jejaring.domain.partnering import matching as matchings  # noqa: E402
from jejaring.domain.partnering.actions import (  # noqa: E402
    agreeing,
    answering,
    keeping,
    rounds,
    working_out,
)
from jejaring.domain.partnering.models import PlanRun, Proposal, Round  # noqa: E402
from jejaring.engines import planning  # noqa: E402
from jejaring.engines.planning import interchange  # noqa: E402
from jejaring.engines.planning import rounds as replanning  # noqa: E402

COOPERATIVES, MONTHS = 360, 12
_PARTS: tuple[tuple[str, Any, str], ...] = (
    ("solve", planning, "solve"),
    ("plan again with what was said", replanning, "replanned"),
    ("share", planning, "share"),
    ("answer questions", planning, "ask"),
    ("pages of each co-op", working_out, "edition_pages"),
    ("keep proposals", keeping, "keep"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description="A matching round of many co-ops.")
    parser.add_argument("--cooperatives", type=int, default=COOPERATIVES)
    parser.add_argument("--agreements", type=int, default=20, help="so many are put up and signed")
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    if Cooperative.objects.exists():
        sys.exit("This database has co-ops already. Choose an empty JEJARING_HOME.")
    at = timezone.now()
    print(f"{asked.cooperatives} co-ops, {MONTHS} months, {connection.vendor}; seconds of one run")
    matching = _opened(asked.cooperatives, at)
    _worked(matching, "first plan")
    with _timed("publish"):
        matching = rounds.publish(matching, by=None, at=at)
    _answered(matching, at)
    for turn in ("planned again", "planned again, once more"):
        with _timed("ask for it again"):
            rounds.plan_again(matching, by=None, at=at + timedelta(seconds=1))
        _worked(matching, turn)
        _shown(matching)
    _signed(matching, asked.agreements, at)


def _opened(cooperatives: int, at: datetime) -> Round:
    points, words = positions.of_villages(cooperatives)
    print(words)
    document = json.dumps(networks.paddy(cooperatives, months=MONTHS, positions=points)).encode()
    problem = interchange.read_json(document, "network.json")
    with _timed("load the network"):
        made = load_network(problem, name="Padi", region_code="32.03", by=None, at=at)
    with _timed("open the round"):
        return rounds.open_round(
            made.network, title="Putaran", first_month=date(2027, 1, 1), months=MONTHS, rule="equal",
            by=None, at=at,
        )  # fmt: skip


def _worked(matching: Round, called: str) -> None:
    """Let the worker work out the newest plan, and print what took how long."""
    made = matching.plans.order_by("-number")[0]
    taken: Counter[str] = Counter()
    with _timed(called), ExitStack() as stack:
        for name, where, what in _PARTS:
            stack.enter_context(patch.object(where, what, _counted(taken, name, getattr(where, what))))
        working_out.work_out(made.run_id, now=timezone.now)
    for name, seconds in taken.items():
        print(f"    {name:45} {seconds:8.2f}")
    run = PlanRun.objects.get(pk=made.run_id)
    if run.status != PlanRun.Status.DONE:
        sys.exit(f"{run.status}: {run.said}")
    states = Counter(rounds.current(matching).values_list("state", flat=True))
    print(f"    proposals now: {dict(states)}; the plan is worth Rp{run.summary['surplus_idr']:,}")
    made.refresh_from_db()
    if made.differences:
        print(f"    changed {made.differences['pairs']}, not kept {len(made.differences['not_kept'])}")


def _answered(matching: Round, at: datetime) -> None:
    rows = list(rounds.current(matching).select_related("first", "second").order_by("pk"))
    with _timed(f"answer {len(rows)} proposals"):
        for row in rows:
            mark = crc32(f"{row.first.code} {row.second.code}".encode()) % 20
            if mark < 10:
                for each in (row.first, row.second):
                    answering.accept(row, cooperative=each, by=None, at=at)
            elif mark == 10:
                answering.decline(row, cooperative=row.second, reason="Sudah dijual", by=None, at=at)
            elif mark == 11:
                _counter(row, at)


def _counter(row: Proposal, at: datetime) -> None:
    line = row.lines.order_by("position")[0]
    less = answering.Otherwise(kg=line.kg * 9 // 10)
    answering.counter(
        row, cooperative=row.second, lines={line.pk: less}, reason="Panen kurang", by=None, at=at
    )


def _shown(matching: Round) -> None:
    with _timed("figures of the live screen"):
        matchings.live(matching)
    one = rounds.current(matching).select_related("second").order_by("-value_idr")[0].second
    with _timed("what is proposed to one co-op"):
        matchings.package(matching, one)


def _signed(matching: Round, most: int, at: datetime) -> None:
    frame = drafting.Frame(
        place="Cianjur",
        valid_from=date(2027, 1, 1),
        valid_until=date(2027, 12, 31),
        tolerance_percent=Decimal(5),
        terms=Terms(payment_days=7),
    )
    count, _ = matchings.agreed_totals(matching)
    with _timed(f"draft {count} agreements"):
        made = agreeing.draft_agreements(matching, shape="pairs", frame=frame, by=None, at=at)
    desk = offering.Desk(platform_key(), "https://contoh.invalid/verifikasi/{code}/{version}/")
    offered, tapped = [], []
    for agreement in made[:most]:
        _approved(agreement, at)
        began = time.perf_counter()
        version = offering.offer(agreement, desk=desk, on=timezone.localdate(at), by=None, at=at)
        offered.append(time.perf_counter() - began)
        for party in agreement.parties.all():
            began = time.perf_counter()
            signing.tap(signing.Signing(version, party, "Ketua", None, at), strength="totp", desk=desk)
            tapped.append(time.perf_counter() - began)
    print(f"{'put one up for signing, median (paper and seal)':49} {statistics.median(offered):8.2f}")
    print(f"{'sign one by a tap, median (every second closes it)':49} {statistics.median(tapped):8.2f}")


def _approved(agreement: Agreement, at: datetime) -> None:
    """Record what the checklist asks for: the members' meeting of who pays something."""
    parties = list(agreement.parties.order_by("position"))
    for finding, stops in offering.lacks(agreement):
        if stops and finding.party is not None:
            offering.approve(
                agreement, party=parties[finding.party], body=Approval.Body.MEMBERS, decision_number="1",
                decided_on=timezone.localdate(at), by=None, at=at,
            )  # fmt: skip


@contextmanager
def _timed(called: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    print(f"{called:49} {time.perf_counter() - began:8.2f}", flush=True)


def _counted(taken: Counter[str], name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def timed(*args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        try:
            return call(*args, **kwargs)
        finally:
            taken[name] += time.perf_counter() - began  # type: ignore[assignment]

    return timed


if __name__ == "__main__":
    main()
