"""The search over all groups that remembers: what it says of any payoffs holds for every group."""

from __future__ import annotations

import random

import numpy as np
import pytest

from jejaring.engines.planning import Limits, solve
from jejaring.engines.planning.sharing import branches, probing
from jejaring.engines.planning.sharing.game import game_of
from tests.engines.judged import Object, read
from tests.referee import networks

DRAWN = [
    *((f"linear {seed}", networks.linear(seed, 6, 2)) for seed in range(3)),
    *((f"coreless {seed}", networks.coreless(seed)) for seed in range(2)),
    ("yesno 30", networks.yesno(30)),
]


@pytest.mark.parametrize(("name", "network"), DRAWN, ids=[name for name, _ in DRAWN])
def test_bounds_hold_for_every_group_at_one_payoff_after_another(name: str, network: Object) -> None:
    problem = read(network)
    game = game_of(problem, solve(problem), Limits())
    prober = probing.Prober(game.program, game.chosen, game.limits)
    search = branches.Branches(game.search, prober.floor, game.limits, programs=10_000)
    draw = random.Random(name)
    for _ in range(6):
        parts = np.array([draw.random() for _ in range(game.parties)])
        payoff = game.alone_idr + (game.value_idr - game.alone_idr.sum()) * parts / parts.sum()
        gains = {
            key: worth - float(payoff[np.frombuffer(key, dtype=bool)].sum())
            for key, (worth, _) in game.worths.items()
        }
        most = max(gains.values())
        for leaves in (np.inf, most / 2):
            met = search.above(payoff, -1e9, leaves)
            assert all(gain <= game.worths[key][1] + 1e-3 for key, gain in met.worths.items())
            if met.proved:
                assert met.gain_idr - 1e-3 <= most <= met.bound_idr + 1e-3
                assert met.bound_idr - met.gain_idr <= 1.01
            else:
                assert leaves < met.gain_idr <= most + 1e-3
    # Without programs left nothing is called proved.
    poor = branches.Branches(game.search, prober.floor, game.limits, programs=0)
    assert not poor.above(game.alone_idr, -1e9, np.inf).proved
