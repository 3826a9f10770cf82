"""What the rows of a network must be to each other, each fault with its sentence and place."""

from __future__ import annotations

from typing import Any

import pytest

from jejaring.engines.errors import Faults
from jejaring.engines.planning.assembly import assemble
from jejaring.engines.planning.rows import Rows
from tests.engines.small_networks import EXAMPLE, Network, example, faults, read

SUPPLY = EXAMPLE["supplies"][0]
OUTLET = EXAMPLE["outlets"][0]
SOURCE = EXAMPLE["sources"][0]
PROCESS = EXAMPLE["processes"][0]
STORE = EXAMPLE["storages"][0]
GKP_LANE, RICE_LANE, UREA_LANE = EXAMPLE["lanes"]
GKP_TRADE, UREA_TRADE = EXAMPLE["local_trade"]
NOBODYS = "Name a site of a party, or give this site a party in the list of sites."
ONE_OF_TWO = "Keep one of the two, or add them up in one row."
STEP_PRICES = "Check the prices and the quantities of the steps."
STEPS = [{"from_kg": 20000, "price_idr_per_kg": 12400}]
NO_END = "That gains without end: correct one of the prices, or set a limit."


def steps(*pairs: tuple[float, float]) -> list[dict[str, float]]:
    return [{"from_kg": from_kg, "price_idr_per_kg": price} for from_kg, price in pairs]


@pytest.mark.parametrize(
    ("table", "rows", "first", "key"),
    [
        ("periods", [{"code": "x"}], "periods[0]", "x"),
        ("products", [{"code": "x"}], "products[0]", "x"),
        ("parties", [{"code": "x"}], "parties[0]", "x"),
        ("sites", [{"code": "x"}], "sites[0]", "x"),
        ("supplies", [SUPPLY], "supplies[0]", "a1, gkp, 2026-03"),
        ("supplies", [{**SUPPLY, "period": "*"}], "supplies[0]", "a1, gkp, *"),
        ("outlets", [OUTLET], "outlets[0]", "o1, *"),
        ("sources", [{**SOURCE, "period": "2026-04"}], "sources[0]", "u1, 2026-04"),
        ("needs", EXAMPLE["needs"], "needs[0]", "a1, urea, 2026-04"),
        ("processes", [PROCESS], "processes[0]", "p1, *"),
        ("storages", [STORE], "storages[0]", "g1"),
        ("local_trade", [GKP_TRADE], "local_trade[0]", "a1, gkp, *"),
        ("references", EXAMPLE["references"], "references[0]", "hpp.gkp, 2025-01-15"),
    ],
)
def test_a_row_that_repeats_another_is_told(table: str, rows: list[Any], first: str, key: str) -> None:
    base = EXAMPLE[table] if table in {"periods", "products", "parties", "sites"} else []
    at = len(base)
    told = faults(example(**{table: [*base, *rows, *rows]}))
    first = first.replace("[0]", f"[{at}]")
    assert told == [(f"{table}[{at + 1}]", f"This row repeats {first}: both are for {key}.", ONE_OF_TWO)]


def test_a_row_for_a_period_replaces_the_row_for_every_period_whole() -> None:
    special = {**OUTLET, "period": "2026-04", "most_kg": None, "price_idr_per_kg": 11000, "steps": []}
    outlets = read(example(outlets=[special, OUTLET])).outlets
    assert outlets.period.tolist() == [0, 1]
    assert outlets.price_idr_per_kg.fractions() == [12000, 11000]
    assert outlets.most_kg.fractions() == [40000, None]
    assert outlets.step_spans.start.tolist() == [0, 2, 2]


def test_entries_stand_in_order_of_first_mention_and_period() -> None:
    rows = [
        {**SUPPLY, "site": "b1", "period": "2026-04", "available_kg": 1},
        {**SUPPLY, "site": "a1", "period": "*", "available_kg": 2},
        {**SUPPLY, "site": "b1", "period": "2026-03", "available_kg": 3},
    ]
    supplies = read(example(supplies=rows)).supplies
    assert supplies.site.tolist() == [1, 1, 0, 0]
    assert supplies.period.tolist() == [0, 1, 0, 1]
    assert supplies.available_kg.fractions() == [3, 1, 2, 2]


@pytest.mark.parametrize(
    ("table", "name", "code", "within", "wrong", "right"),
    [
        ("sites", "party", "C", "", "No party has the code “C”.",
         "Use a code from the list of parties, or add it there."),
        ("supplies", "site", "a1x", "", "No site has the code “a1x”.", "Did you mean “a1”?"),
        ("supplies", "site", "A1", "", "No site has the code “A1”.", "Did you mean “a1”?"),
        ("supplies", "product", "gkpp", "", "No product has the code “gkpp”.", "Did you mean “gkp”?"),
        ("supplies", "period", "2026-3", "", "No period has the code “2026-3”.", "Did you mean “2026-03”?"),
        ("supplies", "period", "Maret", "", "No period has the code “Maret”.",
         "Use a listed period, or * for every period."),
        ("outlets", "owner", "zz", "", "No party has the code “zz”.",
         "Use a code from the list of parties, or add it there."),
        ("processes", "input", "kopi", "", "No product has the code “kopi”.",
         "Use a code from the list of products, or add it there."),
        ("processes", "outputs", {"bers": 0.5}, ".bers", "No product has the code “bers”.",
         "Did you mean “beras”?"),
        ("storages", "products", ["gkp", "teh", "beras"], "[1]", "No product has the code “teh”.",
         "Use a code from the list of products, or add it there."),
        ("lanes", "from", "xyz", "", "No site has the code “xyz”.",
         "Use a code from the list of sites, or add it there."),
        ("storages", "site", "*", "", "No site has the code “*”.",
         "Use a code from the list of sites, or add it there."),
    ],
)  # fmt: skip
def test_an_unknown_code_is_told_with_the_nearest_one(
    table: str, name: str, code: Any, within: str, wrong: str, right: str
) -> None:
    network = example()
    network[table][0][name] = code
    assert faults(network) == [(f"{table}[0].{name}{within}", wrong, right)]


@pytest.mark.parametrize(
    ("table", "rows", "wrong"),
    [
        ("supplies", [{**SUPPLY, "site": "m1"}], "Site “m1” belongs to nobody: nobody supplies there."),
        ("needs", [{**EXAMPLE["needs"][0], "site": "m2"}],
         "Site “m2” belongs to nobody: nobody needs goods there."),
        ("local_trade", [{**GKP_TRADE, "site": "m1"}],
         "Site “m1” belongs to nobody: nobody trades locally there."),
    ],
)  # fmt: skip
def test_nobody_supplies_needs_or_trades_at_nobodys_site(table: str, rows: list[Any], wrong: str) -> None:
    assert faults(example(**{table: rows})) == [(f"{table}[0].site", wrong, NOBODYS)]


@pytest.mark.parametrize(
    ("table", "name", "value", "other"),
    [
        ("outlets", "owner", "A", "B"),
        ("outlets", "site", "m2", "m1"),
        ("outlets", "product", "gkp", "beras"),
        ("sources", "owner", "A", "B"),
        ("processes", "site", "a1", "b1"),
        ("processes", "input", "beras", "gkp"),
    ],
)
def test_rows_of_one_code_must_agree(table: str, name: str, value: str, other: str) -> None:
    row = EXAMPLE[table][0]
    network = example(**{table: [row, {**row, "period": "2026-04", name: value}]})
    assert faults(network) == [
        (
            f"{table}[1].{name}",
            f"“{row['code']}” has “{value}” here and “{other}” in {table}[0].",
            "One code has one owner, site and product; use another code where they differ.",
        )
    ]


def test_outputs_of_one_process_may_differ_by_period() -> None:
    rows = [PROCESS, {**PROCESS, "period": "2026-04", "outputs": {"dedak": 0.1}}]
    processes = read(example(processes=rows)).processes
    assert processes.output_spans.start.tolist() == [0, 2, 3]
    assert processes.output_product.tolist() == [1, 2, 2]


@pytest.mark.parametrize(
    ("table", "pairs", "expected"),
    [
        ("outlets", [(20000, 12300), (20000, 12400)],
         [("[1]", "The step from 20000 comes after the step from 20000.",
           "List steps from the smallest quantity up, each quantity once.")]),
        ("outlets", [(20000, 12300), (10000, 12400)],
         [("[1]", "The step from 10000 comes after the step from 20000.",
           "List steps from the smallest quantity up, each quantity once.")]),
        ("outlets", [(20000, 11999.5)],
         [("[0]", "A selling price may only rise with the quantity; this falls from 12000 to 11999.5.",
           STEP_PRICES)]),
        ("outlets", [(20000, 12300), (30000, 12200)],
         [("[1]", "A selling price may only rise with the quantity; this falls from 12300 to 12200.",
           STEP_PRICES)]),
        ("sources", [(5000, 2401)],
         [("[0]", "A purchase price may only fall with the quantity; this rises from 2400 to 2401.",
           STEP_PRICES)]),
        ("outlets", [(20000, 12000), (30000, 12000)], []),
        ("sources", [(0, 2400), (99999, 2400)], []),
    ],
)  # fmt: skip
def test_steps_go_up_in_quantity_and_only_one_way_in_price(
    table: str, pairs: list[tuple[float, float]], expected: list[tuple[str, str, str]]
) -> None:
    network = example(**{table: [{**EXAMPLE[table][0], "steps": steps(*pairs)}]})
    assert faults(network) == [
        (f"{table}[0].steps{within}", wrong, right) for within, wrong, right in expected
    ]


MUST = {"site": "a1", "product": "urea", "period": "*", "kg": 800}


@pytest.mark.parametrize(
    "trade",
    [
        [],
        [{**UREA_TRADE, "most_buy_kg": 5000}],
        [{**UREA_TRADE, "buy_idr_per_kg": None, "sell_idr_per_kg": 1}],
        [{**UREA_TRADE, "site": "b1"}],
    ],
)
def test_a_need_that_must_be_met_can_be_bought_there_without_limit(trade: list[Any]) -> None:
    assert faults(example(needs=[MUST], local_trade=trade)) == [
        (
            "needs[0].worth_idr_per_kg",
            "This must be met, but “a1” can't buy “urea” without limit locally in 2026-03, 2026-04.",
            "Say what a kilogram is worth, or give the site a local buying price without limit.",
        )
    ]
    assert faults(example(needs=[MUST], local_trade=[UREA_TRADE])) == []


def test_only_the_periods_that_lack_a_local_price_are_named() -> None:
    trade = [UREA_TRADE, {**UREA_TRADE, "period": "2026-04", "most_buy_kg": 10}]
    told = faults(example(needs=[MUST], local_trade=trade))
    assert [wrong for _, wrong, _ in told] == [
        "This must be met, but “a1” can't buy “urea” without limit locally in 2026-04."
    ]
    valued = {**MUST, "period": "2026-04", "worth_idr_per_kg": 1}
    assert faults(example(needs=[MUST, valued], local_trade=trade)) == []


def test_a_need_that_must_be_met_is_in_whole_kilograms() -> None:
    assert faults(example(needs=[{**MUST, "kg": 800.5}])) == [
        (
            "needs[0].kg",
            "A need that must be met in full is in whole kilograms, not 800.5.",
            "Round it up, or say what a kilogram is worth.",
        )
    ]


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("capacity_kg", 5, "A lane between two sites that belong to nobody can't have a capacity."),
        ("fixed_cost_idr", 5, "A lane between two sites that belong to nobody can't have a fixed cost."),
    ],
)
def test_a_lane_between_nobodys_sites_has_neither_limit_nor_fixed_cost(
    name: str, value: float, wrong: str
) -> None:
    lane = {"from": "m1", "to": "m2", "products": ["beras"], "cost_idr_per_kg": 5}
    assert faults(example(lanes=[lane])) == []
    right = "Leave this empty, or give one of the two sites a party in the list of sites."
    assert faults(example(lanes=[{**lane, name: value}])) == [(f"lanes[0].{name}", wrong, right)]
    assert faults(example(lanes=[{**lane, "from": "b1", name: value}])) == []


def test_a_lane_does_not_go_from_a_site_to_itself() -> None:
    assert faults(example(lanes=[{**GKP_LANE, "to": "a1"}])) == [
        (
            "lanes[0].to",
            "This lane goes from “a1” to itself.",
            "Goods are there already; take the row away or correct a site.",
        )
    ]


def test_there_is_one_lane_for_each_ordered_pair_and_product() -> None:
    back = {**GKP_LANE, "from": "b1", "to": "a1"}
    other = {**GKP_LANE, "products": ["beras"]}
    assert faults(example(lanes=[GKP_LANE, back, other])) == []
    assert faults(example(lanes=[GKP_LANE, {**other, "products": ["beras", "gkp"]}])) == [
        (
            "lanes[1].products",
            "lanes[0] already is a lane from “a1” to “b1” for a product of this row.",
            "Keep one row for each direction and product.",
        )
    ]


@pytest.mark.parametrize("table", ["lanes", "storages"])
def test_a_product_is_listed_once(table: str) -> None:
    network = example()
    network[table][0]["products"] = ["gkp", "beras", "gkp"]
    assert faults(network) == [
        (f"{table}[0].products", "A product is listed twice here.", "List each product once.")
    ]


def test_opening_stock_is_of_listed_products() -> None:
    assert faults(example(storages=[{**STORE, "opening_kg": {"beras": 5, "urea": 1}}])) == [
        (
            "storages[0].opening_kg.urea",
            "There is an opening stock of “urea”, which this store doesn't list.",
            "Add it to the products of the store.",
        )
    ]


@pytest.mark.parametrize(("given", "lacking"), [("lat", "lon"), ("lon", "lat")])
def test_a_position_is_given_whole_or_not_at_all(given: str, lacking: str) -> None:
    site = {"code": "x", given: 5}
    assert faults(example(sites=[*EXAMPLE["sites"], site])) == [
        (
            f"sites[4].{lacking}",
            "Only one of latitude and longitude is given.",
            "Give both, or leave both empty.",
        )
    ]


def test_an_empty_network_is_told_what_it_lacks() -> None:
    assert faults({"format": "jejaring-network/1"}) == [
        ("parties", "This network has no parties.", "List at least one co-op."),
        ("periods", "This network has no periods.", "List at least one month or week."),
        ("products", "This network has no products.", "List at least one product."),
        ("sites", "This network has no sites.", "List at least one place where goods are."),
    ]


def test_codes_are_not_blamed_where_their_whole_list_is_missing() -> None:
    assert [path for path, _, _ in faults(example(periods=[]))] == ["periods"]
    assert [path for path, _, _ in faults(example(products=None))] == ["products"]


def test_a_period_is_not_called_every_period() -> None:
    assert faults(example(periods=[*EXAMPLE["periods"], {"code": "*"}])) == [
        (
            "periods[2].code",
            "A period can't be called *, which means every period.",
            "Give it a code of its own, as 2026-03.",
        )
    ]


@pytest.mark.parametrize(
    ("change", "path", "wrong"),
    [
        ({"local_trade": [{**GKP_TRADE, "buy_idr_per_kg": 5999}]}, "local_trade[0].sell_idr_per_kg",
         "“gkp” at “a1” sells at 6000 and costs 5999 (local_trade[0].buy_idr_per_kg), both without limit."),
        ({"sources": [{**SOURCE, "site": "a1", "product": "gkp", "most_kg": None,
                       "steps": steps((10**9, 2399))}]}, "local_trade[0].sell_idr_per_kg",
         "“gkp” at “a1” sells at 6000 and costs 2399 (sources[0].price_idr_per_kg), both without limit."),
        ({"outlets": [{**OUTLET, "site": "a1", "product": "urea", "most_kg": None, "steps": STEPS}]},
         "outlets[0].price_idr_per_kg",
         "“urea” at “a1” sells at 12400 and costs 3000 (local_trade[1].buy_idr_per_kg), both without limit."),
    ],
)  # fmt: skip
def test_goods_that_sell_for_more_than_they_cost_need_a_limit(change: Network, path: str, wrong: str) -> None:
    assert faults(example(**change)) == [(path, wrong, NO_END)]


@pytest.mark.parametrize(
    "row",
    [
        {"buy_idr_per_kg": 6000},
        {"buy_idr_per_kg": 5000, "most_buy_kg": 10**9},
        {"buy_idr_per_kg": 5000, "most_sell_kg": 0},
    ],
)
def test_goods_that_sell_for_as_much_or_within_a_limit_are_no_fault(row: Network) -> None:
    assert faults(example(local_trade=[{**GKP_TRADE, **row}, UREA_TRADE])) == []


def test_all_faults_are_told_at_once_in_reading_order() -> None:
    network = example(
        lane_rule={"detour": -1},
        lanes=[{**GKP_LANE, "to": "b9", "products": ["gkp"] * 2}, {"from": "a1"}],
        outlets=[{**OUTLET, "least_kg": 10**9}] * 2,
        needs=[{**MUST, "kg": 0.5, "site": "b1"}],
        processes=[{**PROCESS, "outputs": {"beras": -1, "kopi": 1}}],
        **{f"x{number}": 1 for number in (10, 9)},
    )
    network["storages"][0].update(loss=2, opening_kg={"urea": 1})
    assert [path for path, _, _ in faults(network)] == [
        "lane_rule.detour",
        "lanes[0].products",
        "lanes[0].to",
        "lanes[1].products",
        "lanes[1].to",
        "needs[0].kg",
        "needs[0].worth_idr_per_kg",
        "outlets[1]",
        "processes[0].outputs.beras",
        "processes[0].outputs.kopi",
        "storages[0].loss",
        "storages[0].opening_kg.urea",
        "x9",
        "x10",
    ]


def test_what_a_reader_told_of_a_place_is_not_told_again() -> None:
    told = faults(example(supplies=[{**SUPPLY, "site": 5, "available_kg": "1.250"}]))
    assert [path for path, _, _ in told] == ["supplies[0].available_kg", "supplies[0].site"]


def test_rows_without_faults_of_their_own_may_still_be_no_network() -> None:
    with pytest.raises(Faults) as refused:
        assemble(Rows(file="kosong"))
    assert str(refused.value) == "4 thing(s) in this file must be mended first."
    assert str(refused.value.faults[0]) == (
        "kosong · parties: This network has no parties. List at least one co-op."
    )


def test_tables_that_may_be_empty_may_be_left_out() -> None:
    network = {name: EXAMPLE[name] for name in ("format", "periods", "products", "parties", "sites")}
    problem = read(network)
    assert len(problem.supplies.site) == len(problem.lanes.start) == len(problem.references) == 0
    assert problem.outlets.step_spans.start.tolist() == problem.lanes.product_spans.start.tolist() == [0]


def test_lists_of_products_may_be_empty_but_not_missing() -> None:
    network = example(
        lanes=[{**GKP_LANE, "products": []}], storages=[{**STORE, "products": [], "opening_kg": {}}]
    )
    network["processes"][0]["outputs"] = {}
    problem = read(network)
    assert (
        len(problem.lanes.product)
        == len(problem.storages.product)
        == len(problem.processes.output_yield)
        == 0
    )
