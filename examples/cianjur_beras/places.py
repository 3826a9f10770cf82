"""Village co-ops, the hub and its buyers, and the machines at each: real villages, the rest by role."""

from __future__ import annotations

from typing import NamedTuple

from examples.cianjur_beras.figures import GKG_TO_RICE, GKG_TO_RICE_SMALL_MILL, SMALL_MILL_KG_A_MONTH

# Rows stand as rows from here on, close together.
# fmt: off


class Village(NamedTuple):
    """A village co-op: official code, short code, name, terrain, position to 0.01°, area in km²."""

    village: str
    code: str
    name: str
    terrain: str
    lat: float
    lon: float
    area_km2: float


class Place(NamedTuple):
    """A place that is no village co-op, at an illustrative point."""

    code: str
    name: str
    terrain: str
    lat: float
    lon: float


class Dryer(NamedTuple):
    """A mechanical dryer: kg of wet paddy a month, Rp/kg, and Rp in each month in which it runs."""

    owner: str
    capacity_kg: int
    cost_idr_per_kg: int
    opening_cost_idr: int


class Mill(NamedTuple):
    """A rice mill: kg of dry paddy a month, kg of rice from each, Rp/kg."""

    owner: str
    capacity_kg: int
    rice: float
    cost_idr_per_kg: int


# A district stands behind a name that several of Cianjur's villages have.
VILLAGES = (
    Village("32.03.07.2002", "bojong", "Bojong", "datar", -6.80, 107.17, 3.5),
    Village("32.03.07.2013", "langensari", "Langensari", "datar", -6.84, 107.19, 3.5),
    Village("32.03.07.2009", "babakancaringin", "Babakancaringin", "datar", -6.81, 107.21, 4.1),
    Village(
        "32.03.07.2016", "sukamulya-karangtengah", "Sukamulya (Karangtengah)", "datar", -6.79, 107.18, 2.6
    ),
    Village("32.03.05.2001", "ciranjang", "Ciranjang", "datar", -6.82, 107.25, 3.7),
    Village("32.03.05.2007", "nanggalamekar", "Nanggalamekar", "datar", -6.84, 107.25, 5.4),
    Village("32.03.05.2009", "sindangsari-ciranjang", "Sindangsari (Ciranjang)", "datar", -6.79, 107.26, 4.1),
    Village("32.03.09.2001", "selajambe", "Selajambe", "datar", -6.81, 107.22, 3.1),
    Village("32.03.09.2004", "tanjungsari", "Tanjungsari", "datar", -6.82, 107.21, 4.8),
    Village("32.03.09.2002", "sukamulya-sukaluyu", "Sukamulya (Sukaluyu)", "datar", -6.84, 107.23, 7.4),
    Village("32.03.08.2002", "bobojong", "Bobojong", "datar", -6.76, 107.24, 8.4),
    Village("32.03.08.2003", "jamali", "Jamali", "datar", -6.75, 107.20, 9.0),
    Village("32.03.06.2008", "jati", "Jati", "datar", -6.86, 107.24, 4.9),
    Village("32.03.06.2004", "cibarengkok", "Cibarengkok", "datar", -6.87, 107.25, 4.0),
    Village("32.03.31.2003", "ramasari", "Ramasari", "datar", -6.83, 107.30, 2.7),
    Village("32.03.12.2002", "gudang", "Gudang", "datar", -6.72, 107.24, 5.0),
    Village("32.03.04.2006", "rahong", "Rahong", "datar", -6.85, 107.17, 5.7),
    Village("32.03.04.2008", "sindangsari-cilaku", "Sindangsari (Cilaku)", "datar", -6.89, 107.17, 5.7),
    Village("32.03.04.2009", "ciharashas", "Ciharashas", "datar", -6.86, 107.16, 5.0),
    Village("32.03.03.2002", "cihaur", "Cihaur", "bukit", -6.94, 107.14, 1.3),
    Village("32.03.03.2004", "cibaregbeg", "Cibaregbeg", "datar", -6.91, 107.18, 5.8),
    Village("32.03.03.2007", "mayak", "Mayak", "bukit", -6.92, 107.12, 4.2),
    Village("32.03.02.2002", "jambudipa", "Jambudipa", "bukit", -6.87, 107.09, 1.9),
    Village("32.03.02.2007", "cikaroya", "Cikaroya", "bukit", -6.88, 107.10, 2.1),
    Village("32.03.27.2002", "songgom", "Songgom", "bukit", -6.87, 107.06, 2.7),
    Village("32.03.11.2002", "gasol", "Gasol", "bukit", -6.81, 107.10, 2.3),
    Village("32.03.18.2001", "pagelaran", "Pagelaran", "gunung", -7.21, 107.15, 6.2),
    Village("32.03.17.2021", "kadupandak", "Kadupandak", "gunung", -7.26, 107.05, 2.4),
    Village("32.03.22.2016", "karangsari", "Karangsari", "gunung", -7.39, 106.95, 7.0),
    Village("32.03.23.2001", "cidamar", "Cidamar", "gunung", -7.48, 107.37, 13.1),
)
HUB = Place("hub", "Hub beras (peran: koperasi niaga, kapasitas ilustratif)", "datar", -6.83, 107.15)
MARKET = Place("pasar-induk", "Pasar Induk Cianjur (peran: pasar grosir)", "datar", -6.84, 107.14)
AGENCY = Place("gudang-logistik", "Gudang badan logistik (peran)", "datar", -6.82, 107.16)
RETAIL = Place("ritel-modern", "Titik serah ritel modern (peran)", "datar", -6.82, 107.14)
FEED = Place("pakan", "Pedagang pakan (peran)", "datar", -6.83, 107.20)
FERTILISER = Place("penyalur-pupuk", "Penyalur pupuk nonsubsidi (peran)", "datar", -6.81, 107.15)
# Kitchens, with the party that has the contract.
KITCHENS = {
    Place(f"dapur-{name.lower()}", f"Dapur makan bergizi (peran), Kec. {name}", terrain, lat, lon): owner
    for name, terrain, lat, lon, owner in (
        ("Cianjur", "datar", -6.82, 107.14, "hub"),
        ("Karangtengah", "datar", -6.81, 107.18, "hub"),
        ("Ciranjang", "datar", -6.81, 107.26, "hub"),
        ("Cibeber", "bukit", -6.93, 107.14, "hub"),
        ("Warungkondang", "bukit", -6.87, 107.08, "hub"),
        ("Cilaku", "datar", -6.87, 107.15, "rahong"),
        ("Sukaluyu", "datar", -6.83, 107.22, "selajambe"),
        ("Kadupandak", "gunung", -7.23, 107.03, "kadupandak"),
    )
}
_PLACES: tuple[Village | Place, ...] = (HUB, *VILLAGES, MARKET, AGENCY, RETAIL, FEED, FERTILISER, *KITCHENS)
PLACES = {place.code: place for place in _PLACES}

DRYERS = (
    Dryer("hub", 120_000, 150, 0),
    Dryer("jati", 60_000, 120, 3_000_000),  # a candidate: rented in the months in which it pays
    Dryer("selajambe", 40_000, 150, 0),
    Dryer("rahong", 40_000, 150, 0),
    Dryer("bobojong", 40_000, 150, 0),
)
MILLS = (
    Mill("hub", 200_000, GKG_TO_RICE, 260),
    Mill("selajambe", SMALL_MILL_KG_A_MONTH, GKG_TO_RICE_SMALL_MILL, 300),
    Mill("rahong", SMALL_MILL_KG_A_MONTH, GKG_TO_RICE_SMALL_MILL, 300),
    Mill("nanggalamekar", SMALL_MILL_KG_A_MONTH, GKG_TO_RICE_SMALL_MILL, 300),
    Mill("jambudipa", SMALL_MILL_KG_A_MONTH, GKG_TO_RICE_SMALL_MILL, 300),
    Mill("kadupandak", SMALL_MILL_KG_A_MONTH // 2, GKG_TO_RICE_SMALL_MILL, 300),
)
PANDANWANGI_MILLS = (
    Mill("hub", 12_000, GKG_TO_RICE, 500),
    Mill("jambudipa", 12_000, GKG_TO_RICE_SMALL_MILL, 500),
)
MILL_SITES = tuple(mill.owner for mill in MILLS)
PANDANWANGI_COOPS = ("mayak", "jambudipa", "songgom", "gasol")


def place_name(code: str) -> str:
    """Return what a process or store at `code` is named after."""
    return "hub" if code == "hub" else PLACES[code].name
