"""Pages of plans: asked for, waited for, and read by each as it may be read."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jejaring.domain.mapping.actions.loading import load_network
from jejaring.domain.mapping.models import Channel, LocalTrade, Potential
from jejaring.domain.parties.models import Cooperative, Network, NetworkRole, Role, User
from jejaring.domain.partnering.actions.asking import ask_for_plan
from jejaring.domain.partnering.actions.working_out import work_out
from jejaring.domain.partnering.models import PlanRun
from jejaring.engines.planning.plan import RULES
from tests.engines.small_networks import read

AT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
PRICES = {"A": (5_117, 5_431), "B": (5_273, 5_587), "C": (5_389, 5_653), "D": (5_441, 5_779)}
"""By co-op what its members must be paid at least, and what its local trader pays: all different."""


def village_network() -> dict[str, Any]:
    """Return four villages that sell to a hub's buyer, each with prices that nobody else may read."""
    names = {code: f"Koperasi {code}" for code in PRICES}
    return {
        "format": "jejaring-network/1",
        "periods": [{"code": "2026-03"}],
        "products": [{"code": "gkp", "name": "Gabah"}],
        "parties": [
            *({"code": code, "name": name, "kind": "KDMP"} for code, name in names.items()),
            {"code": "H", "name": "Koperasi hub", "role": "hub"},
        ],
        "sites": [{"code": code.lower(), "party": code} for code in (*PRICES, "H")] + [{"code": "m"}],
        "supplies": [
            {"site": code.lower(), "product": "gkp", "period": "2026-03", "cost_idr_per_kg": cost,
             "available_kg": 10_000 + 1_000 * rank}
            for rank, (code, (cost, _)) in enumerate(PRICES.items())
        ],
        "local_trade": [
            {"site": code.lower(), "product": "gkp", "period": "2026-03", "sell_idr_per_kg": sell}
            for code, (_, sell) in PRICES.items()
        ],
        "outlets": [
            {"code": "o", "owner": "H", "site": "m", "product": "gkp", "period": "*", "most_kg": 40_000,
             "price_idr_per_kg": 6_400, "buyer": "Pasar"},
        ],
        "lanes": [
            # Each its own: else the price of a place is another one's least price.
            *({"from": code.lower(), "to": "h", "products": ["gkp"], "cost_idr_per_kg": 41 + 13 * rank}
              for rank, code in enumerate(PRICES)),
            {"from": "h", "to": "m", "products": ["gkp"], "cost_idr_per_kg": 100},
        ],
    }  # fmt: skip


@dataclass
class World:
    """A network with people of every kind."""

    network: Network
    people: dict[str, User]
    cooperatives: dict[str, int]

    def client(self, who: str) -> Client:
        client = Client()
        client.force_login(self.people[who])
        return client

    def page(self, who: str, name: str, *args: Any, **query: Any) -> Any:
        return self.client(who).get(reverse(name, args=args), query)


@pytest.fixture
def world(db: None) -> World:
    made = load_network(read(village_network()), name="Contoh", region_code="32.03", by=None, at=AT)
    people = {
        "facilitator": _person("facilitator", network=made.network),
        "hub_manager": _person("hub_manager", network=made.network),
        "trainer": _person("trainer", network=made.network),
        "ministry": _person("ministry", region_code="ID"),
        "neighbour": _person("facilitator", region_code="32.05"),
        **{code: _person("chair", cooperative_id=pk) for code, pk in made.cooperatives.items()},
    }
    return World(made.network, people, made.cooperatives)


def _person(kind: str, **scope: Any) -> User:
    user = User.objects.create(name=kind)
    Role.objects.create(user=user, kind=kind, **scope)
    return user


def planned(world: World, **options: Any) -> PlanRun:
    first: dict[str, Any] = {"first_month": date(2026, 3, 1), "months": 1, "by": None, "at": AT}
    run = ask_for_plan(world.network, **first, **options)
    work_out(run.pk, now=timezone.now)
    run.refresh_from_db()
    assert run.status == PlanRun.Status.DONE
    return run


def form(**changed: Any) -> dict[str, Any]:
    return {
        "first_month": f"{timezone.now():%Y-%m}",
        "months": "1",
        "what": "",
        "request_key": uuid4(),
        **changed,
    }


# --- asking ------------------------------------------------------------------------------------


def test_a_plan_is_asked_for_waited_for_and_read(world: World) -> None:
    Potential.objects.update(month=timezone.now().date().replace(day=1))
    client = world.client("facilitator")
    new = reverse("plan_new", args=[world.network.pk])
    assert client.get(new).status_code == 200
    sent = form()
    answer = client.post(new, sent)
    run = PlanRun.objects.get()
    assert answer.headers["Location"] == reverse("plan_run", args=[run.pk])
    assert client.post(new, sent).headers["Location"] == answer.headers["Location"]
    waiting = client.get(answer.headers["Location"]).content.decode()
    assert "Menunggu giliran" in waiting
    assert 'http-equiv="refresh"' in waiting
    progress = reverse("plan_progress", args=[run.pk])
    assert "<html" not in client.get(progress).content.decode()
    work_out(run.pk, now=timezone.now)
    assert client.get(progress).headers["HX-Refresh"] == "true"
    assert "Bersama" in client.get(answer.headers["Location"]).content.decode()


def test_what_is_missing_is_told_beside_the_form_and_what_was_typed_stays(world: World) -> None:
    Channel.objects.all().delete()
    LocalTrade.objects.all().delete()
    Potential.objects.update(month=timezone.now().date().replace(day=1))
    answer = world.client("hub_manager").post(
        reverse("plan_new", args=[world.network.pk]), form(what="harvest", percent="-30", product="gkp")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Belum ada yang menyebut pembeli" in page
    assert 'value="-30" selected' in page
    assert not PlanRun.objects.exists()


def test_what_contradicts_leads_to_the_answer_whoever_may_change_it(world: World) -> None:
    Potential.objects.update(month=timezone.now().date().replace(day=1))
    trader = world.cooperatives["A"]
    LocalTrade.objects.update(month=None)
    LocalTrade.objects.filter(cooperative=trader).update(buy_idr_per_kg=PRICES["A"][0])
    new, here = (
        reverse("plan_new", args=[world.network.pk]),
        reverse("mapping_trader", args=[trader]),
    )
    pages = {}
    for who in ("facilitator", "hub_manager"):
        answer = world.client(who).post(new, form())
        assert answer.status_code == 422
        pages[who] = answer.content.decode()
        assert (
            "Koperasi A, pedagang setempat, Gabah: Menurut jawaban ini, pedagang membeli lebih mahal"
            in pages[who]
        )
        assert not re.search("5[.]?(117|431)", pages[who]), "who plans needn't be one who may see prices"
    assert here in pages["facilitator"]
    assert "Buka: pedagang setempat" in pages["facilitator"]
    assert here not in pages["hub_manager"]
    assert world.client("facilitator").get(here).status_code == 200


def test_a_scenario_is_named_in_the_list(world: World) -> None:
    Potential.objects.update(month=timezone.now().date().replace(day=1))
    sent = form(what="price", product="gkp", percent="-10")
    world.client("facilitator").post(reverse("plan_new", args=[world.network.pk]), sent)
    page = world.page("facilitator", "plans", world.network.pk).content.decode()
    assert "Harga dari pembeli untuk Gabah: −10%" in page


def test_a_buyer_that_drops_out_must_be_named(world: World) -> None:
    answer = world.client("facilitator").post(
        reverse("plan_new", args=[world.network.pk]), form(what="buyer")
    )
    assert "Pilih pembeli mana yang tidak ikut" in answer.content.decode()


def test_everything_that_is_wrong_with_the_form_is_told(world: World) -> None:
    wrong = form(first_month="1999-01", months="77", what="magic", rules=["magic"], request_key="x")
    answer = world.client("facilitator").post(reverse("plan_new", args=[world.network.pk]), wrong)
    assert answer.status_code == 422
    [told] = re.findall(r'role="alert">(.*?)</div>', answer.content.decode(), re.DOTALL)
    assert told.count("<li>") == len(wrong)
    for field in ("Bulan pertama", "Berapa bulan", "Apa yang diandaikan lain?", "Bagaimana tambahan hasil"):
        assert field in told


def test_the_rules_are_chosen_and_only_those_are_worked_out(world: World) -> None:
    Potential.objects.update(month=timezone.now().date().replace(day=1))
    page = world.page("facilitator", "plan_new", world.network.pk).content.decode()
    for rule in RULES:
        assert f'value="{rule}"' in page
    assert "mendapat bagian yang sama" in page
    world.client("facilitator").post(
        reverse("plan_new", args=[world.network.pk]), form(rules=["volume", "equal"])
    )
    run = PlanRun.objects.get()
    work_out(run.pk, now=timezone.now)
    run.refresh_from_db()
    assert set(json.loads(run.plan)["sharing"]) == {"volume", "equal"}


def test_a_large_network_is_told_what_is_not_offered(world: World) -> None:
    def page() -> str:
        return world.page("facilitator", "plan_new", world.network.pk).content.decode()

    assert "disabled" not in page()
    _add_members(world.network, 8)
    assert 'value="nucleolus"' not in page()
    assert "Keluhan terkecil tidak tersedia" in page()
    assert "disabled" not in page()
    _add_members(world.network, 38)
    assert "disabled" in page()
    assert "Tidak tersedia untuk lebih dari 50 koperasi" in page()


def _add_members(network: Network, count: int) -> None:
    made = Cooperative.objects.bulk_create(Cooperative(name=f"Koperasi {at}") for at in range(count))
    NetworkRole.objects.bulk_create(
        NetworkRole(network=network, cooperative=each, kind="supplier") for each in made
    )


def test_old_answers_are_told_before_a_plan_is_made(world: World) -> None:
    now = timezone.now()
    Potential.objects.update(month=now.date().replace(day=1), said_at=now)
    LocalTrade.objects.update(said_at=now)
    Channel.objects.update(said_at=now)

    def page(who: str) -> str:
        return world.page(who, "plan_new", world.network.pk).content.decode()

    assert "lebih dari 90 hari" not in page("facilitator")
    old = now - timedelta(days=91)
    Potential.objects.filter(cooperative=world.cooperatives["B"]).update(said_at=old)
    found = page("facilitator")
    assert "1 koperasi punya jawaban yang lebih dari 90 hari" in found
    assert reverse("mapping_answers", args=[world.cooperatives["B"]]) in found
    assert reverse("mapping_answers", args=[world.cooperatives["A"]]) not in found
    assert reverse("network_missing", args=[world.network.pk]) in found
    # Who plans but doesn't see each co-op reads how many, not which.
    assert "1 koperasi punya" in page("hub_manager")
    assert "Koperasi B" not in page("hub_manager")
    # What was said of months that are gone isn't taken any more.
    Potential.objects.filter(cooperative=world.cooperatives["B"]).update(month=date(2020, 1, 1))
    assert "lebih dari 90 hari" not in page("facilitator")


def test_a_plan_that_failed_can_be_started_again_by_who_may_plan(world: World) -> None:
    run = planned(world)
    PlanRun.objects.update(status=PlanRun.Status.FAILED)
    button = reverse("plan_again", args=[run.pk])
    assert button in world.page("hub_manager", "plan_run", run.pk).content.decode()
    assert button not in world.page("A", "plan_run", run.pk).content.decode()
    assert world.client("A").post(button).status_code == 403
    assert world.client("neighbour").post(button).status_code == 404
    world.client("hub_manager").post(button)
    assert PlanRun.objects.get().status == PlanRun.Status.QUEUED


# --- reading -----------------------------------------------------------------------------------


def test_each_reads_the_own_edition_first(world: World) -> None:
    run = planned(world)
    heads = {"facilitator": "Dengan bekerja bersama", "hub_manager": "Koperasi hub", "A": "Koperasi A",
             "H": "Koperasi hub", "trainer": "Rencana bersama", "ministry": "Rencana bersama"}  # fmt: skip
    for who, head in heads.items():
        page = world.page(who, "plan_run", run.pk).content.decode()
        title = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
        assert title is not None
        assert head in title[1], who
    assert world.page("neighbour", "plan_run", run.pk).status_code == 404


@pytest.mark.parametrize("language", ["id", pytest.param("en", marks=pytest.mark.slow)])
def test_nobody_reads_what_another_makes_alone_or_must_be_paid(world: World, language: str) -> None:
    run = planned(world, thorough=language == "en")
    alone = {code: (sell - cost) * (10_000 + 1_000 * rank)
             for rank, (code, (cost, sell)) in enumerate(PRICES.items())}  # fmt: skip
    secrets = {code: {*PRICES[code], alone[code]} for code in PRICES}
    keys = ["semua", "umum", *(f"koperasi-{pk}" for pk in world.cooperatives.values())]
    addresses = [
        reverse("plans", args=[world.network.pk]),
        reverse("plan_run", args=[run.pk]),
        reverse("plan_network", args=[run.pk]),
        reverse("plan_file", args=[run.pk]),
        reverse("plan_report", args=[run.pk]),
        *(reverse("plan_edition", args=[run.pk, key]) for key in keys),
        *(f"{reverse('plan_run', args=[run.pk])}?untuk={key}" for key in keys),
    ]
    read_by = dict.fromkeys(("facilitator", *PRICES, "H", "hub_manager", "trainer", "ministry"), "")
    for who in read_by:
        client = world.client(who)
        client.cookies["language"] = language
        answers = [client.get(address) for address in addresses]
        read_by[who] = "".join(re.sub(r"[.,](?=\d{3})", "", each.content.decode()) for each in answers)
    for who, pages in read_by.items():
        for code, figures in secrets.items():
            known = {figure for figure in figures if str(figure) in pages}
            if who == "facilitator":
                assert figures <= known
            elif who == code:
                assert alone[code] in known
            else:
                assert known == set(), (who, code)


def test_another_edition_is_refused_and_one_that_is_not_there_too(world: World) -> None:
    run = planned(world)
    other = f"koperasi-{world.cooperatives['B']}"
    assert world.page("A", "plan_run", run.pk, untuk=other).status_code == 403
    assert world.page("A", "plan_edition", run.pk, other).status_code == 403
    assert world.page("A", "plan_edition", run.pk, "koperasi-999999").status_code == 404
    assert world.page("facilitator", "plan_edition", run.pk, other).status_code == 200


def test_a_whole_edition_runs_its_own_scripts_and_no_others(world: World) -> None:
    run = planned(world)
    answer = world.page("facilitator", "plan_edition", run.pk, "semua")
    policy = answer.headers["Content-Security-Policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    [script] = re.findall(r"<script>(.*?)</script>", answer.content.decode(), re.DOTALL)
    mark = b64encode(sha256(script.encode()).digest()).decode()
    assert scripts == f"script-src 'sha256-{mark}'"
    public = world.page("trainer", "plan_edition", run.pk, "umum").headers["Content-Security-Policy"]
    assert "script-src 'none'" in public


def test_the_files_are_handed_out_as_they_are(world: World) -> None:
    run = planned(world)
    for name, text in (("plan_network", run.problem), ("plan_file", run.plan)):
        answer = world.page("facilitator", name, run.pk)
        assert answer.content.decode() == text
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert world.page("hub_manager", name, run.pk).status_code == 403


def test_lists_and_results_ask_the_database_as_often_however_many_there_are(
    world: World, django_assert_num_queries: Any
) -> None:
    run = planned(world)
    client = world.client("facilitator")
    for others in (0, 10):
        for _ in range(others):
            PlanRun.objects.create(network=world.network, first_month=AT, months=1, asked_at=AT)
        with django_assert_num_queries(12):
            client.get(reverse("plans", args=[world.network.pk]))
    with django_assert_num_queries(19):
        client.get(reverse("plan_run", args=[run.pk]))
