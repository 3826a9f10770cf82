"""Draws the sections of a random network: the features behind `networks.small` and `yesno`."""

from random import Random
from typing import Any

Object = dict[str, Any]
YIELDS = (
    {"beras": 0.532, "dedak": 0.0701, "sekam": 0.2203},
    {"beras": 0.6213, "dedak": 0.087},
    {"beras": 0.5, "sekam": 0.25},
    {"beras": 0.6499999},
)
PRODUCTS = ("gkp", "beras", "dedak", "sekam", "pakan", "urea")


def supply(site: str, product: str, period: str, kg: float | None, cost: float) -> Object:
    """Return a supply of so many kg at so many rupiah per kg."""
    row = {"site": site, "product": product, "period": period}
    return {**row, "available_kg": kg, "cost_idr_per_kg": cost}


def lane(origin: str, target: str, products: list[str], cost: float) -> Object:
    """Return a lane at so many rupiah per kg, without limit or fixed cost."""
    return {"from": origin, "to": target, "products": products, "cost_idr_per_kg": cost}


class Draw:
    """Draws the sections of one network; sites must be drawn first."""

    def __init__(self, random: Random, choices: float) -> None:
        self.random, self.choices = random, choices
        self.plenty = random.choice(("in", "out"))
        self.periods: list[str] = []
        self.party_of: dict[str, str | None] = {}
        self.parties: list[str] = []

    def pick(self, *options: Any) -> Any:
        """Return one of the options."""
        return self.random.choice(options)

    def chance(self, share: float) -> bool:
        """Return true in a share of the cases."""
        return self.random.random() < share

    def kg(self, most: int) -> int | float:
        """Return a quantity: mostly whole, sometimes with a fraction, now and then zero."""
        whole = self.random.randint(most // 4, most)
        return self.pick(
            whole,
            whole,
            whole,
            whole + 0.5,
            whole + 0.37,
            round(whole / 7, 3),
            0 if self.chance(0.3) else whole,
        )

    def money(self, least: int, most: int) -> int | float:
        """Return rupiah per kg: mostly whole, sometimes with a fraction."""
        whole = self.random.randint(least, most)
        return self.pick(whole, whole, whole + 0.5, whole + 0.25)

    def limit(self, side: str, most: int) -> int | float | None:
        """Return a limit, or none on the side of which there may be plenty."""
        return None if side == self.plenty and self.chance(0.2) else self.kg(most)

    def own_sites(self) -> list[str]:
        """Return the sites that belong to a party."""
        return [site for site, party in self.party_of.items() if party is not None]

    def place_for(self, owner: str) -> str:
        """Return where an owner's row stands: mostly at home, else at anyone's or nobody's."""
        home = [site for site, party in self.party_of.items() if party == owner]
        return self.random.choice(home if self.chance(0.7) else list(self.party_of))

    def over_time(self, row: Object, **changes: Any) -> list[Object]:
        """Return the row for every period ("*"), for some, or "*" with one period replaced.

        Each change is a function that draws the field's value anew.
        """
        way = self.random.random()
        if way < 0.35:
            return [{**row, "period": "*"}]
        if way < 0.7:
            replaced = {**row, "period": self.random.choice(self.periods)}
            replaced.update({field: drawn() for field, drawn in changes.items()})
            rows = [{**row, "period": "*"}, replaced]
            self.random.shuffle(rows)
            return rows
        some = self.random.sample(self.periods, self.random.randint(1, len(self.periods)))
        return [
            {**row, "period": period, **{field: drawn() for field, drawn in changes.items()}}
            for period in some
        ]

    def sites(self, names: list[str]) -> list[Object]:
        """Return one or two sites for each party and one to three of nobody's."""
        self.parties = names
        rows: list[Object] = []
        for owner in [*names, *[None] * self.random.randint(1, 3)]:
            for letter in "ab"[: 2 if owner is not None and self.chance(0.25) else 1]:
                code = f"{letter}{owner}" if owner else f"pasar{len(rows)}"
                row: Object = {"code": code, "party": owner}
                if self.chance(0.8):
                    row["lat"] = round(-6.9 + self.random.uniform(-0.3, 0.3), 4)
                    row["lon"] = round(107.1 + self.random.uniform(-0.3, 0.3), 4)
                rows.append(row)
                self.party_of[code] = owner
        self.random.shuffle(rows)
        return rows

    def supplies(self) -> list[Object]:
        """Return paddy at most parties' sites, and now and then rice or bran."""
        rows = []
        for site in self.own_sites():
            for product, share, cost in (("gkp", 0.8, 6000), ("beras", 0.15, 9800), ("dedak", 0.15, 2000)):
                if self.chance(share):
                    row = supply(
                        site, product, "*", self.limit("in", 20000), self.money(cost, cost + cost // 10)
                    )
                    rows += self.over_time(row, available_kg=lambda: self.kg(15000))
        return rows

    def steps(self, price: float, most: float | None, upward: bool) -> list[Object]:
        """Return none to two steps that get better for the owner."""
        if not self.chance(self.choices):
            return []
        start, found = (most or 8000) * self.random.uniform(0.3, 0.8), []
        for _ in range(self.pick(1, 1, 2)):
            price = (
                price * self.random.uniform(1.01, 1.08) if upward else price * self.random.uniform(0.9, 0.98)
            )
            found.append(
                {
                    "from_kg": self.pick(int(start) + 1, round(start, 1) + 1),
                    "price_idr_per_kg": round(price, 1),
                }
            )
            start = start * 1.4 + 5
        return found

    def outlets(self) -> list[Object]:
        """Return channels for rice, bran, husk and feed, with least quantities and steps."""
        rows = []
        for number in range(len(self.parties) + self.random.randint(0, 3)):
            product, price = self.pick(
                ("beras", 12500),
                ("beras", 12000),
                ("beras", 12800),
                ("dedak", 3000),
                ("sekam", 600),
                ("pakan", 5000),
            )
            owner = self.random.choice(self.parties)
            nobodys = [site for site, party in self.party_of.items() if party is None]
            site = self.random.choice(nobodys) if self.chance(0.6) else self.place_for(owner)

            def offer(product: str = product, price: int = price) -> Object:
                most = self.limit("out", 8000 if product == "beras" else 2000)
                paid = self.money(price, price + price // 8)
                least = (
                    int((most or 4000) * self.random.uniform(0.2, 0.8)) if self.chance(self.choices) else 0
                )
                return {
                    "most_kg": most,
                    "least_kg": least,
                    "price_idr_per_kg": paid,
                    "steps": self.steps(paid, most, True),
                }

            rows += self._offers(
                {"code": f"o{number}", "owner": owner, "site": site, "product": product}, offer
            )
        return rows

    def sources(self) -> list[Object]:
        """Return suppliers of urea and now and then of paddy, cheaper in volume."""
        rows = []
        for number in range(self.random.randint(1, 3)):
            product, price = self.pick(("urea", 2300), ("urea", 2500), ("gkp", 6300))
            owner = self.random.choice(self.parties)

            def offer(product: str = product, price: int = price) -> Object:
                most = self.limit("in", 6000)
                paid = self.money(price, price + price // 10)
                return {"most_kg": most, "price_idr_per_kg": paid, "steps": self.steps(paid, most, False)}

            row = {"code": f"u{number}", "owner": owner, "site": self.place_for(owner), "product": product}
            rows += self._offers(row, offer)
        return rows

    def _offers(self, row: Object, offer: Any) -> list[Object]:
        """Return a channel's rows over time; a replaced period is a whole new offer."""
        rows = self.over_time({**row, **offer()})
        return [{**found, **offer()} if found["period"] != "*" else found for found in rows]

    def processes(self) -> list[Object]:
        """Return mills (paddy into several products) and feed makers, some with opening costs."""
        rows = []
        for number in range(max(2, len(self.parties) * 2 // 3)):
            owner = self.random.choice(self.parties)
            feed = self.chance(0.2)
            row = {
                "code": f"p{number}",
                "owner": owner,
                "site": self.place_for(owner),
                "input": "dedak" if feed else "gkp",
                "outputs": {"pakan": 0.93} if feed else self.pick(*YIELDS),
                "capacity_kg": None if self.chance(0.15) else self.kg(12000),
                "cost_idr_per_kg": self.money(100, 400),
            }
            if self.chance(self.choices):
                row["opening_cost_idr"] = self.random.randint(100, 4000) * 1000
            rows += self.over_time(
                row, capacity_kg=lambda: self.kg(9000), cost_idr_per_kg=lambda: self.money(100, 500)
            )
        return rows

    def storages(self) -> list[Object]:
        """Return stores over one to three products, some opening above their capacity."""
        rows = []
        for number in range(self.random.randint(1, 3)):
            owner = self.random.choice(self.parties)
            products = self.random.sample(PRODUCTS, self.random.randint(1, 3))
            row: Object = {
                "code": f"g{number}",
                "owner": owner,
                "site": self.place_for(owner),
                "products": products,
                "capacity_kg": self.pick(None, self.kg(3000), self.kg(5000)),
                "cost_idr_per_kg": self.money(5, 60),
                "loss": self.pick(0, 0.005, 0.0123, 0.05),
            }
            if self.chance(0.6):
                row["opening_kg"] = {products[0]: self.kg(4000)}
            rows.append(row)
        return rows

    def lanes(self) -> list[Object]:
        """Return given lanes; two rows of one pair never list the same product."""
        rows, sites = [], list(self.party_of)
        for origin in sites:
            for target in self.random.sample(sites, min(len(sites), self.random.randint(2, 3))):
                if origin == target:
                    continue
                products = self.random.sample(PRODUCTS, len(PRODUCTS))
                middle = self.random.randint(1, len(products) - 1)
                parts = (
                    [products[:middle], products[middle:]]
                    if self.chance(0.2)
                    else [products[: self.pick(2, 4, 6)]]
                )
                for part in parts:
                    row = lane(origin, target, part, self.money(20, 300))
                    if self.party_of[origin] is not None or self.party_of[target] is not None:
                        row["capacity_kg"] = None if self.chance(0.6) else self.kg(6000)
                        fixed = self.chance(self.choices / 2)
                        row["fixed_cost_idr"] = self.random.randint(50, 900) * 1000 if fixed else 0
                    rows.append(row)
        return rows

    def lane_rule(self) -> Object | None:
        """Return a rule in half of the networks."""
        if self.chance(0.5):
            return None
        return {
            "detour": self.pick(1, 1.25, 1.3),
            "farthest_km": self.random.randint(10, 45),
            "idr_per_kg": self.money(10, 60),
            "idr_per_kg_km": self.pick(2, 3.5, 4.75),
        }

    def local_trade(self) -> list[Object]:
        """Return local traders: lower prices than outlets, one way or both, with limits."""
        rows = []
        for site in self.own_sites():
            for product, price in (("gkp", 6100), ("beras", 10500), ("dedak", 1800), ("urea", 2500)):
                if self.chance(0.45):
                    row = {
                        "site": site,
                        "product": product,
                        "sell_idr_per_kg": self.pick(None, self.money(price, price + price // 10)),
                        "buy_idr_per_kg": self.pick(None, self.money(price + price // 8, price + price // 4)),
                        "most_sell_kg": self.kg(3000) if product == "urea" else self.limit("out", 3000),
                        "most_buy_kg": self.limit("in", 3000),
                    }
                    rows += self.over_time(
                        row, sell_idr_per_kg=lambda price=price: self.money(price, price + price // 10)
                    )
        return rows

    def needs(self, local_trade: list[Object]) -> list[Object]:
        """Return needs of urea and feed; where one must be met, add buying without limit."""
        rows = []
        for site in self.own_sites():
            for product, worth in (("urea", 2900), ("pakan", 5600)):
                if not self.chance(0.4):
                    continue
                must = self.chance(0.35) and product == "urea"
                row: Object = {
                    "site": site,
                    "product": product,
                    "worth_idr_per_kg": None if must else self.money(worth, worth + 400),
                }
                whole = self.random.randint(1, 900)
                row["kg"] = whole if must else self.kg(1500)
                rows += self.over_time(
                    row, kg=lambda must=must: self.random.randint(1, 600) if must else self.kg(900)
                )
                if must:
                    local_trade[:] = [
                        trade for trade in local_trade if (trade["site"], trade["product"]) != (site, product)
                    ]
                    local_trade.append(
                        {
                            "site": site,
                            "product": product,
                            "period": "*",
                            "sell_idr_per_kg": None,
                            "buy_idr_per_kg": self.money(2700, 3300),
                            "most_sell_kg": None,
                            "most_buy_kg": None,
                        }
                    )
        return rows
