"""A chain of three: who sells the rice has accepted, and then who brings the paddy declines or gives less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from jejaring.domain.mapping.actions.loading import load_network
from jejaring.domain.parties.models import Cooperative
from jejaring.domain.partnering.actions import answering, rounds, working_out
from jejaring.domain.partnering.actions.answering import Otherwise
from jejaring.domain.partnering.models import PlanRun, Proposal, Round, RoundPlan
from tests.domain.round_story import AT, MARCH
from tests.engines.small_networks import read

PADDY = {"A": 10_000, "B": 8_000}
"""What the two villages have; of 2 kg the hub makes 1 kg of rice, all of which D sells."""


def chain() -> dict[str, Any]:
    month = "2026-03"
    return {
        "format": "jejaring-network/1",
        "periods": [{"code": month}],
        "products": [{"code": "gkp"}, {"code": "beras"}],
        "parties": [
            *({"code": code, "name": f"Koperasi {code}"} for code in "ABD"),
            {"code": "H", "name": "Koperasi hub", "role": "hub"},
        ],
        "sites": [
            *({"code": code.lower(), "party": code, "lat": -6.8, "lon": 107.1} for code in "ABDH"),
            {"code": "m", "lat": -6.9, "lon": 107.2},
        ],
        "supplies": [
            {"site": code.lower(), "product": "gkp", "period": month, "cost_idr_per_kg": 5_000,
             "available_kg": kg} for code, kg in PADDY.items()
        ],
        "processes": [
            {"code": "p", "owner": "H", "site": "h", "input": "gkp", "outputs": {"beras": 0.5},
             "period": "*", "capacity_kg": 60_000, "cost_idr_per_kg": 300},
        ],
        "outlets": [
            {"code": "o", "owner": "D", "site": "m", "product": "beras", "period": "*", "most_kg": 40_000,
             "price_idr_per_kg": 13_000},
        ],
        "lanes": [
            *({"from": code, "to": "h", "products": ["gkp"], "cost_idr_per_kg": 40} for code in "ab"),
            {"from": "h", "to": "d", "products": ["beras"], "cost_idr_per_kg": 50},
            {"from": "d", "to": "m", "products": ["beras"], "cost_idr_per_kg": 50},
        ],
    }  # fmt: skip


@dataclass
class Chain:
    """The round, and its co-ops by code."""

    matching: Round
    cooperatives: dict[str, Cooperative]

    def proposal(self, code: str) -> Proposal:
        return rounds.current(self.matching).get(second=self.cooperatives[code])

    def accept(self, code: str, *sides: str) -> None:
        for side in sides:
            answering.accept(self.proposal(code), cooperative=self.cooperatives[side], by=None, at=AT)

    def work(self) -> RoundPlan:
        made = self.matching.plans.order_by("-number")[0]
        working_out.work_out(made.run_id, now=lambda: AT)
        run = PlanRun.objects.get(pk=made.run_id)
        assert run.status == PlanRun.Status.DONE, run.said
        made.refresh_from_db()
        return made

    def planned_again(self) -> RoundPlan:
        rounds.plan_again(self.matching, by=None, at=AT)
        return self.work()


@pytest.fixture
def story(db: None) -> Chain:
    made = load_network(read(chain()), name="Rantai", region_code="32.03", by=None, at=AT)
    matching = rounds.open_round(
        made.network, title="Putaran", first_month=MARCH, months=1, rule="equal", by=None, at=AT
    )
    found = Chain(matching, {code: Cooperative.objects.get(pk=pk) for code, pk in made.cooperatives.items()})
    found.work()
    rounds.publish(matching, by=None, at=AT)
    assert {code: found.proposal(code).kg for code in "ABD"} == PADDY | {"D": 9_000}
    return found


def decline(story: Chain) -> None:
    answering.decline(
        story.proposal("B"), cooperative=story.cooperatives["B"], reason="Sudah dijual", by=None, at=AT
    )


def test_what_both_accepted_stays_agreed_and_the_facilitator_is_told(story: Chain) -> None:
    story.accept("D", "D", "H")
    story.accept("A", "A", "H")
    decline(story)
    made = story.planned_again()
    assert story.proposal("D").state == Proposal.State.AGREED
    assert story.proposal("D").kg == 9_000
    assert (story.proposal("A").state, story.proposal("A").version) == (Proposal.State.AGREED, 1)
    assert story.proposal("B").state == Proposal.State.DECLINED
    hub, seller = story.cooperatives["H"].pk, story.cooperatives["D"].pk
    assert made.differences["not_kept"] == [[hub, seller]]


def test_what_one_accepted_is_proposed_anew_as_far_as_it_can_be_had(story: Chain) -> None:
    story.accept("D", "D")
    story.accept("A", "A")
    decline(story)
    made = story.planned_again()
    again = story.proposal("D")
    assert (again.version, again.state, again.kg) == (2, Proposal.State.OPEN, 5_000)
    assert again.second_accepted_at is None
    assert story.proposal("A").second_accepted_at
    assert made.differences["not_kept"] == []


def test_less_paddy_means_less_rice_and_no_more(story: Chain) -> None:
    story.accept("D", "D")
    story.accept("A", "A", "H")
    paddy = story.proposal("B")
    answering.counter(
        paddy,
        cooperative=story.cooperatives["B"],
        lines={paddy.lines.get().pk: Otherwise(kg=7_000)},
        reason="Hujan",
        by=None,
        at=AT,
    )
    story.planned_again()
    assert (story.proposal("B").kg, story.proposal("B").origin) == (7_000, Proposal.Origin.COUNTER)
    assert story.proposal("D").kg == 8_500
    assert story.proposal("A").version == 1


def test_planning_once_more_changes_nothing(story: Chain) -> None:
    story.accept("D", "D", "H")
    decline(story)
    first = story.planned_again()
    second = story.planned_again()
    assert second.differences["rows"] == []
    assert second.differences["not_kept"] == first.differences["not_kept"]
