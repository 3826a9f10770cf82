"""The same linear program written with linopy, as a user of it would: labels first, then expressions.

The tables with labels are made beforehand and not timed; linopy is asked for its quickest way to
HiGHS (in memory, not by a file).
"""

from __future__ import annotations

from typing import Any

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from jejaring.engines.planning.problem import Problem

Tables = dict[str, Any]


def tables(problem: Problem) -> Tables:
    """Return the network as labelled tables: one row for each thing, one column for each period."""
    p = problem
    months = pd.Index(p.periods, name="month")

    def wide(name, labels, period, numbers):
        frame = pd.DataFrame({name: labels, "month": [p.periods[k] for k in period], "number": numbers})
        return frame.pivot(index=name, columns="month", values="number").loc[:, list(months)]

    def node(site, product):
        return [f"{p.sites.codes[s]}/{p.products[k]}" for s, k in zip(site, product, strict=True)]

    s, o, t, c, g, w = p.supplies, p.outlets, p.local_trade, p.processes, p.storages, p.lanes
    supply, local = node(s.site, s.product), node(t.site, t.product)
    outlet = [o.codes[k] for k in o.code]
    process = [c.codes[k] for k in c.code]
    entry = np.repeat(np.arange(len(c.code)), np.diff(c.output_spans.start))
    made = pd.DataFrame(
        {
            "process": [process[k] for k in entry],
            "node": node(c.site[entry], c.output_product),
            "rate": c.output_yield.floats(0.0),
            "product": [p.products[k] for k in c.output_product],
        }
    ).drop_duplicates(["process", "node"])
    store = np.repeat(np.arange(len(g.owner)), np.diff(g.product_spans.start))
    lane = np.repeat(np.arange(len(w.start)), np.diff(w.product_spans.start))
    lanes = pd.DataFrame(
        {
            "start": node(w.start[lane], w.product),
            "end": node(w.end[lane], w.product),
            "cost": w.cost_idr_per_kg.floats(0.0)[lane],
        },
        index=pd.Index([f"{k}" for k in range(len(lane))], name="lane"),
    )
    stores = pd.DataFrame(
        {
            "node": node(g.site[store], g.product),
            "capacity": g.capacity_kg.floats(np.inf)[store],
            "cost": g.cost_idr_per_kg.floats(0.0)[store],
            "kept": 1 - g.loss.floats(0.0)[store],
        },
        index=pd.Index([g.codes[k] for k in store], name="store"),
    )
    assert len(stores) == len(g.owner), "one product a store"
    assert w.capacity_kg.none.all(), "lanes without limits"
    return {
        "months": months,
        "available": wide("supply", supply, s.period, s.available_kg.floats(np.inf)),
        "supply_cost": wide("supply", supply, s.period, s.cost_idr_per_kg.floats(0.0)),
        "local_price": wide("local", local, t.period, t.sell_idr_per_kg.floats(0.0)),
        "most": wide("outlet", outlet, o.period, o.most_kg.floats(np.inf)),
        "price": wide("outlet", outlet, o.period, o.price_idr_per_kg.floats(0.0)),
        "outlet_node": pd.Series(dict(zip(outlet, node(o.site, o.product), strict=True)), name="node"),
        "capacity": wide("process", process, c.period, c.capacity_kg.floats(np.inf)),
        "process_cost": wide("process", process, c.period, c.cost_idr_per_kg.floats(0.0)),
        "input": pd.Series(dict(zip(process, node(c.site, c.input), strict=True)), name="node"),
        "made": made,
        "stores": stores,
        "lanes": lanes,
    }


def solve(data: Tables) -> float:
    """Build and solve the model; return the best surplus."""
    months = data["months"]
    model = linopy.Model()
    supply = model.add_variables(0, xr.DataArray(data["available"]), name="supply")
    local = model.add_variables(0, np.inf, [data["local_price"].index, months], name="local")
    sold = model.add_variables(0, xr.DataArray(data["most"]), name="sold")
    milled = model.add_variables(0, xr.DataArray(data["capacity"]), name="milled")
    lanes, stores = data["lanes"], data["stores"]
    hauled = model.add_variables(0, np.inf, [lanes.index, months], name="hauled")
    held = model.add_variables(0, stores["capacity"].to_xarray(), [stores.index, months], name="held")

    nodes = pd.Index(sorted({*data["available"].index, *data["made"]["node"], *lanes["end"]}), name="node")

    def at(expression, name, labels):
        """Sum an expression over the things of each node."""
        groups = pd.Series(list(labels), index=expression.indexes[name], name="node")
        return expression.groupby(groups).sum().reindex(node=nodes).fillna(0)

    arriving = [at(1 * supply, "supply", supply.indexes["supply"]), at(1 * hauled, "lane", lanes["end"])]
    for _, rows in data["made"].groupby("product"):
        rate = rows.set_index("process")["rate"].to_xarray()
        chosen = milled.sel(process=rows["process"].to_numpy())
        arriving.append(at(chosen * rate, "process", rows["node"]))
    arriving.append(at((held * stores["kept"].to_xarray()).shift(month=1).fillna(0), "store", stores["node"]))
    leaving = [
        at(1 * local, "local", local.indexes["local"]),
        at(1 * sold, "outlet", data["outlet_node"].loc[sold.indexes["outlet"]]),
        at(1 * milled, "process", data["input"].loc[milled.indexes["process"]]),
        at(1 * hauled, "lane", lanes["start"]),
        at(1 * held, "store", stores["node"]),
    ]
    balance = linopy.merge([*arriving, *(-each for each in leaving)])
    model.add_constraints(balance >= 0, name="balance")
    model.add_objective(
        (sold * xr.DataArray(data["price"])).sum()
        + (local * xr.DataArray(data["local_price"])).sum()
        - (supply * xr.DataArray(data["supply_cost"])).sum()
        - (milled * xr.DataArray(data["process_cost"])).sum()
        - (hauled * lanes["cost"].to_xarray()).sum()
        - (held * stores["cost"].to_xarray()).sum(),
        sense="max",
    )
    status, condition = model.solve("highs", io_api="direct", output_flag=False, log_to_console=False)
    assert status == "ok", condition
    assert model.objective.value is not None
    return float(model.objective.value)
