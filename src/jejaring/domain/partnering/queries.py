"""What is read of plans: by whom, and in whose edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from jejaring.domain.mapping.models import Channel, Facility, LocalTrade, Need, Potential, Product, Today
from jejaring.domain.mapping.overview import STALE_AFTER
from jejaring.domain.parties import access
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Network, NetworkRole, User
from jejaring.domain.partnering.models import PlanEdition, PlanRun
from jejaring.domain.partnering.taken import question
from jejaring.engines.errors import Sentence
from jejaring.engines.planning.plan_reading import read_sentence

_SHOWN = 50
EVERYTHING, EVERYBODY = "semua", "umum"
"""What addresses call the facilitator's edition and the public one; a co-op's is koperasi-<number>."""


@dataclass(frozen=True)
class Reader:
    """An edition that somebody may read. `key` is what its address calls it; `name` is a co-op's."""

    key: str
    audience: str
    name: str = ""


@dataclass(frozen=True)
class Noticed:
    """What was noticed when the answers were taken."""

    old: tuple[tuple[str, Sentence, date], ...]
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Choices:
    """What a new plan can be about: months with answers, products, buyers by their code; for how many."""

    months: tuple[date, ...]
    products: tuple[tuple[str, str], ...]
    buyers: tuple[tuple[str, str], ...]
    parties: int = 0


@dataclass(frozen=True)
class OldAnswers:
    """A co-op's answers that a plan made now would take though they are older than 90 days.

    `asked`: what was asked, and the day of the oldest answer to it.
    """

    cooperative_id: int
    name: str
    asked: tuple[tuple[Sentence, date], ...]


def plan_run_for(user: User, pk: int, ability: Ability) -> PlanRun:
    """Return a plan for somebody who may do this with its network. Raises NotThere, NotAllowed."""
    run = PlanRun.objects.select_related("network").defer("problem", "plan").filter(pk=pk).first()
    if run is None:
        raise access.NotThere
    access.network_for(user, run.network_id, ability)
    if _unpublished(pk=pk).exists() and not may(user, run.network, Ability.WATCH_ROUND):
        raise access.NotThere
    return run


def plans_of(network: Network, user: User) -> list[PlanRun]:
    """Return a network's plans, the newest first; those of a round that isn't published only for who may
    watch it.
    """
    found = PlanRun.objects.filter(network=network)
    if not may(user, network, Ability.WATCH_ROUND):
        found = found.exclude(pk__in=_unpublished(network=network).values("pk"))
    return list(found.defer("problem", "plan", "notes")[:_SHOWN])


def _unpublished(**which: Any) -> QuerySet[PlanRun]:
    return PlanRun.objects.filter(round_plan__round__published_at=None, round_plan__isnull=False, **which)


def plan_count(network: Network) -> int:
    """Return how many plans were asked for."""
    return PlanRun.objects.filter(network=network).count()


def may(user: User, network: Network, ability: Ability) -> bool:
    """Return whether somebody may do this with a network."""
    return access.networks_for(user, ability).filter(pk=network.pk).exists()


def readers_for(user: User, run: PlanRun) -> tuple[Reader, ...]:
    """Return the editions of a plan that somebody may read, the one that is most theirs first."""
    by_code: dict[str, int] = run.notes.get("cooperatives", {})
    names = _names(run)
    if may(user, run.network, Ability.SEE_WHOLE_PLAN):
        mine = list(by_code)
    else:
        own = {each.pk for each in access.own_cooperatives(user, run.network)}
        mine = [code for code, pk in by_code.items() if pk in own]
        if may(user, run.network, Ability.SEE_HUB_PLAN):
            mine += [code for code in run.summary.get("hubs", []) if code not in mine]
    found = [
        Reader(f"koperasi-{by_code[code]}", f"party:{code}", names.get(by_code[code], code)) for code in mine
    ]
    whole = [Reader(EVERYTHING, "facilitator")] if may(user, run.network, Ability.SEE_WHOLE_PLAN) else []
    return (*whole, *found, Reader(EVERYBODY, "public"))


def edition_for(user: User, run: PlanRun, key: str, language: str) -> tuple[Reader, PlanEdition]:
    """Return the edition that an address names, the reader's own for an empty key. Raises a Refusal.

    The whole page of it is only loaded where it is asked for.
    """
    readers = readers_for(user, run)
    chosen = next((each for each in readers if each.key == key), None if key else readers[0])
    if chosen is None:
        there = {EVERYTHING, *(f"koperasi-{pk}" for pk in run.notes.get("cooperatives", {}).values())}
        raise access.NotAllowed(Ability.SEE_WHOLE_PLAN) if key in there else access.NotThere
    made = PlanEdition.objects.filter(run=run, audience=chosen.audience, language=language)
    found = made.defer("page").first()
    if found is None:
        raise access.NotThere
    return chosen, found


def noticed_of(run: PlanRun) -> Noticed:
    """Return what was noticed when the answers of a plan were taken."""
    old = tuple(
        (each["cooperative"], read_sentence(each["question"]), date.fromisoformat(each["on"]))
        for each in run.notes.get("old", [])
    )
    return Noticed(old, tuple(read_sentence(each) for each in run.notes.get("noticed", [])))


def said_of(run: PlanRun) -> tuple[Sentence, ...]:
    """Return why there is no plan."""
    return tuple(read_sentence(each) for each in run.said)


def doing_of(run: PlanRun) -> Sentence | None:
    """Return what the worker is doing."""
    return read_sentence(run.progress) if "text" in run.progress else None


def network_file_of(run: PlanRun) -> str:
    """Return network.json of a plan."""
    return PlanRun.objects.values_list("problem", flat=True).get(pk=run.pk)


def plan_file_of(run: PlanRun) -> str:
    """Return plan.json of a plan."""
    return PlanRun.objects.values_list("plan", flat=True).get(pk=run.pk)


def choices_of(network: Network, at: datetime) -> Choices:
    """Return what a new plan of a network can be about; months only from this one on, if there are any."""
    members = NetworkRole.objects.filter(network=network).values("cooperative")
    said = Potential.objects.filter(cooperative__in=members)
    months = list(said.order_by("month").values_list("month", flat=True).distinct())
    traded = Channel.objects.filter(cooperative__in=members).values("product")
    worked_on = Facility.objects.filter(cooperative__in=members, product__isnull=False).values("product")
    known = Product.objects.filter(Q(pk__in=said.values("product")) | Q(pk__in=traded) | Q(pk__in=worked_on))
    products = known.order_by("pk").values_list("code", "name_id")
    selling = Channel.objects.filter(cooperative__in=members, direction=Channel.Direction.SELL).order_by("pk")
    buyers = {
        each.file_code: f"{each.partner} · {each.product}" for each in selling.select_related("product")
    }
    this_month = timezone.localtime(at).date().replace(day=1)
    coming = [month for month in months if month >= this_month]
    parties = members.distinct().count()
    return Choices(tuple(coming or months), tuple(products), tuple(buyers.items()), parties)


def old_answers(network: Network, at: datetime) -> tuple[OldAnswers, ...]:
    """Return what a plan from this month on would take of each co-op that was said long ago, by name."""
    members = NetworkRole.objects.filter(network=network)
    this_month = timezone.localtime(at).date().replace(day=1)
    sells, is_process = Q(direction=Channel.Direction.SELL), Q(kind=Facility.Kind.PROCESS)
    coming = Q(month__gte=this_month)
    kept = (
        ("supplies", Potential, coming),
        ("needs", Need, coming),
        ("today", Today, coming),
        ("local_trade", LocalTrade, coming | Q(month=None)),
        ("processes", Facility, is_process),
        ("storages", Facility, ~is_process),
        ("outlets", Channel, sells),
        ("sources", Channel, ~sells),
    )
    found: dict[int, list[tuple[Sentence, date]]] = {}
    for table, model, which in kept:
        said = model.objects.filter(which, cooperative__in=members.values("cooperative"))
        old = said.filter(said_at__lt=at - STALE_AFTER).order_by("cooperative")
        for pk, first in (
            old.values("cooperative").annotate(first=Min("said_at")).values_list("cooperative", "first")
        ):
            found.setdefault(pk, []).append((question(table), timezone.localtime(first).date()))
    names = dict(members.values_list("cooperative_id", "cooperative__name"))
    every = (OldAnswers(pk, names[pk], tuple(asked)) for pk, asked in found.items())
    return tuple(sorted(every, key=lambda each: (each.name, each.cooperative_id)))


def _names(run: PlanRun) -> dict[int, str]:
    members = NetworkRole.objects.filter(network=run.network_id)
    return dict(members.values_list("cooperative_id", "cooperative__name"))
