"""A round to tell stories with: four villages, a hub that has a buyer and urea, two months.

`open_story` loads the network, opens a round and keeps its first plan; `planned` keeps the newest plan of a
round as the worker does, solved from the problem as it is kept or from one that a test hands in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

from django.db import transaction

from jejaring.domain.mapping.actions.loading import load_network
from jejaring.domain.parties.models import Cooperative, Network, NetworkRole, Role, User
from jejaring.domain.partnering.actions import by_hand, keeping, rounds, working_out
from jejaring.domain.partnering.models import PlanRun, Proposal, ProposalLine, Round, RoundPlan, Standing
from jejaring.engines import planning
from jejaring.engines.planning import interchange
from jejaring.engines.planning.plan import Plan, Rule, Share
from jejaring.engines.planning.problem import Problem, Selector
from jejaring.engines.planning.questions.changes import changed
from tests.engines.small_networks import read

AT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
VILLAGES = {"A": (5_117, 5_431), "B": (5_273, 5_587), "C": (5_389, 5_653), "D": (5_441, 5_779)}
"""By co-op what its members must be paid at least, and what its local trader pays: all different."""


def story_network(villages: Sequence[str] = tuple(VILLAGES)) -> dict[str, Any]:
    """Return the network: each village sells paddy through the hub; A and B need urea, which the hub buys."""
    months = ("2026-03", "2026-04")
    cost = {code: VILLAGES[code] for code in villages}
    return {
        "format": "jejaring-network/1",
        "periods": [{"code": month} for month in months],
        "products": [{"code": "gkp", "name": "Gabah"}, {"code": "urea", "name": "Urea"}],
        "parties": [
            *({"code": code, "name": f"Koperasi {code}", "kind": "KDMP"} for code in villages),
            {"code": "H", "name": "Koperasi hub", "role": "hub"},
        ],
        "sites": [
            *({"code": code.lower(), "party": code, "name": f"Gudang {code}", "lat": -6.8 - rank / 50,
               "lon": 107.1 + rank / 40} for rank, code in enumerate((*villages, "H"))),
            {"code": "m", "lat": -6.9, "lon": 107.2},
        ],
        "supplies": [
            {"site": code.lower(), "product": "gkp", "period": month, "cost_idr_per_kg": floor,
             "available_kg": 10_000 + 1_000 * rank + 500 * later}
            for rank, (code, (floor, _)) in enumerate(cost.items())
            for later, month in enumerate(months)
        ],
        "local_trade": [
            *({"site": code.lower(), "product": "gkp", "period": "*", "sell_idr_per_kg": sell}
              for code, (_, sell) in cost.items()),
            *({"site": code.lower(), "product": "urea", "period": "*", "buy_idr_per_kg": 3_000}
              for code in villages if code in "AB"),
        ],
        "needs": [
            {"site": code.lower(), "product": "urea", "period": "2026-04", "kg": 800,
             "worth_idr_per_kg": 3_200}
            for code in villages if code in "AB"
        ],
        "sources": [
            {"code": "u", "owner": "H", "site": "h", "product": "urea", "period": "*", "most_kg": 9_000,
             "price_idr_per_kg": 2_300},
        ],
        "outlets": [
            {"code": "o", "owner": "H", "site": "m", "product": "gkp", "period": "*", "most_kg": 60_000,
             "price_idr_per_kg": 6_400, "buyer": "Pasar"},
        ],
        "lanes": [
            *({"from": code.lower(), "to": "h", "products": ["gkp"], "cost_idr_per_kg": 41 + 13 * rank}
              for rank, code in enumerate(villages)),
            *({"from": "h", "to": code.lower(), "products": ["urea"], "cost_idr_per_kg": 60 + 7 * rank}
              for rank, code in enumerate(villages)),
            {"from": "h", "to": "m", "products": ["gkp"], "cost_idr_per_kg": 100},
        ],
    }  # fmt: skip


@dataclass
class Story:
    """A network in a round; people: facilitator, hub_manager, and the chair of each co-op by its code."""

    network: Network
    cooperatives: dict[str, Cooperative]
    people: dict[str, User]
    matching: Round

    def proposal(self, code: str) -> Proposal:
        """Return what is proposed to the hub and a village now."""
        return rounds.current(self.matching).get(second=self.cooperatives[code])

    def planned_again(
        self, change: Callable[[Problem], Problem] | None = None, at: datetime = AT
    ) -> RoundPlan:
        """Plan again and keep it."""
        rounds.plan_again(self.matching, by=None, at=at)
        return planned(self.matching, change, at=at)


def open_story(*, published: bool = True, with_editions: bool = False) -> Story:
    """Put the story into the database, its first plan kept."""
    made = load_network(read(story_network()), name="Contoh", region_code="32.03", by=None, at=AT)
    cooperatives = {code: Cooperative.objects.get(pk=pk) for code, pk in made.cooperatives.items()}
    people = {
        "facilitator": _person("facilitator", network=made.network),
        "hub_manager": _person("hub_manager", network=made.network),
        **{code: _person("chair", cooperative=each) for code, each in cooperatives.items()},
    }
    matching = rounds.open_round(
        made.network, title="Putaran Maret", first_month=MARCH, months=2, rule="equal",
        by=people["facilitator"], at=AT,
    )  # fmt: skip
    planned(matching, with_editions=with_editions)
    if published:
        matching = rounds.publish(matching, by=people["facilitator"], at=AT)
    return Story(made.network, cooperatives, people, matching)


def planned(
    matching: Round,
    change: Callable[[Problem], Problem] | None = None,
    *,
    at: datetime = AT,
    with_editions: bool = False,
) -> RoundPlan:
    """Return the newest plan of a round, worked out and kept; `change` makes another problem of its own."""
    made = matching.plans.select_related("run", "round").order_by("-number")[0]
    if with_editions:
        working_out.work_out(made.run_id, now=lambda: at)
    else:
        PlanRun.objects.filter(pk=made.run_id).update(status=PlanRun.Status.DONE, finished_at=at, plan="{}")
    problem, plan, share = worked_out(made, change)
    made.refresh_from_db()
    if made.kept_at is None:
        with transaction.atomic():
            keeping.keep(made, problem, plan, share, at=at)
        made.refresh_from_db()
    return made


def worked_out(
    made: RoundPlan, change: Callable[[Problem], Problem] | None = None
) -> tuple[Problem, Plan, Share]:
    """Return problem, plan and share of a plan of a round, as they come from the engine."""
    problem = interchange.read_json(made.run.problem.encode(), "network.json")
    problem = change(problem) if change else problem
    plan = planning.solve(problem)
    [share] = planning.share(problem, plan, [cast("Rule", made.round.rule)])
    return problem, plan, share


def _person(kind: str, **scope: Any) -> User:
    user = User.objects.create(name=kind)
    Role.objects.create(user=user, kind=kind, **scope)
    return user


def less_from_c(problem: Problem) -> Problem:
    """Half of what C has."""
    return changed(problem, [(supply_of_c(problem), Decimal("0.5"))])


def nothing_from_c(problem: Problem) -> Problem:
    """C has nothing."""
    return changed(problem, [(supply_of_c(problem), Decimal(0))])


def supply_of_c(problem: Problem) -> Selector:
    return Selector("supplies", "available_kg", site=problem.sites.codes.index("c"))


def crowd(story: Story, count: int) -> None:
    """Add so many co-ops, to each of which the hub is proposed what A is, as if the plan had them."""
    made, sample = story.matching.plans.get(), story.proposal("A")
    lines, at_a = list(sample.lines.all()), Standing.objects.get(plan=made, cooperative=sample.second)
    before = Cooperative.objects.count()
    joined = Cooperative.objects.bulk_create(
        Cooperative(
            name=f"Koperasi Desa Merah Putih {number}", kind="kdmp", village_code="32.03.01.2001",
            regency_code="32.03", search_text="kdmp", lat=-6.8 - number / 4000, lon=107.1,
            position_origin="typed",
        )
        for number in range(before, before + count)
    )  # fmt: skip
    NetworkRole.objects.bulk_create(
        NetworkRole(network=story.network, cooperative=each, kind="supplier") for each in joined
    )
    Standing.objects.bulk_create(
        Standing(
            plan=made,
            cooperative=each,
            alone_idr=at_a.alone_idr,
            payoff_idr=at_a.payoff_idr,
            settlement_idr=0,
        )
        for each in joined
    )
    proposals = Proposal.objects.bulk_create(
        Proposal(
            round=story.matching, plan=made, first=sample.first, second=each, kg=sample.kg,
            value_idr=sample.value_idr, why=sample.why, made_at=AT,
        )
        for each in joined
    )  # fmt: skip
    ProposalLine.objects.bulk_create(copy_of(line, proposal) for proposal in proposals for line in lines)


def copy_of(line: ProposalLine, proposal: Proposal) -> ProposalLine:
    """Return the same line for another proposal, not kept yet."""
    new = copy(line)
    new.pk, new.proposal = None, proposal
    new._state.adding = True
    return new


def proposed_by_hand(matching: Round, **said: Any) -> Proposal:
    """Return a proposal by hand in place of what was proposed to the two and isn't agreed."""
    ends = (said["giver"], said["taker"])
    between = rounds.current(matching).filter(first__in=ends, second__in=ends)
    before = between.exclude(state=Proposal.State.AGREED).first()
    return by_hand.propose_by_hand(matching, **said, replacing=before.pk if before else None)
