"""A whole mapping day in a regency that isn't in the examples, told through the pages alone.

Klaten: three village co-ops with harvest-dry paddy, a hub with one buyer. Sengon answers on a phone, Kotesan
brings its workbook from Excel, at Taji the treasurer answers. All figures are on paper:

              first month   second month   members get   village trader pays
    Sengon      12,000 kg       8,000 kg        Rp6,500               Rp6,600
    Kotesan      1,500 kg       2,000 kg        Rp6,550               Rp6,600
    Taji         5,000 kg       2,000 kg        Rp6,600               Rp6,700

The hub's buyer pays Rp7,000 and takes 12,500 kg a month. Alone each sells to its trader. Together
the hub takes everything in the second month; in the first all of Kotesan, which is nearest, and 11,000 kg of
Sengon. Sengon's other 1,000 kg go to Taji's trader, who pays Rp100 more, Rp60 of them for the way.
"""

from __future__ import annotations

import json
import math
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from jejaring.documents.language import language
from jejaring.domain.mapping.actions.reference import load_reference
from jejaring.domain.mapping.exchange.months import shown_month
from jejaring.domain.parties import audit
from jejaring.domain.parties.actions import networks, people
from jejaring.domain.parties.models import AuditLine, Role
from jejaring.engines import planning
from tests.domain.exchange_story import edited, find
from tests.scenarios.person import Page, Person

GKP = "Gabah kering panen (GKP)"
PASSWORD = "padi menguning di sawah"
PLACES = {
    "Sengon": ("33.10.01.2001", -7.7482, 110.5239),
    "Kotesan": ("33.10.01.2003", -7.7381, 110.5297),
    "Taji": ("33.10.01.2007", -7.7646, 110.5051),
    "hub": ("33.10.25.1004", -7.7056, 110.6064),
}
HARVEST = {"Sengon": ("12 ton", "80 kuintal"), "Taji": ("5000", "2 ton")}
BY_EXCEL = "Kotesan"
KG = {"Sengon": (12_000, 8_000), "Kotesan": (1_500, 2_000), "Taji": (5_000, 2_000)}
COST = {"Sengon": 6_500, "Kotesan": 6_550, "Taji": 6_600}
TRADER = {"Sengon": 6_600, "Kotesan": 6_600, "Taji": 6_700}
SOLD_BY_HUB = {"Sengon": (11_000, 8_000), "Kotesan": (1_500, 2_000), "Taji": (0, 2_000)}
BUYER, BUYER_TAKES = 7_000, 12_500
ID = language("id")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_mapping_day_in_klaten(tmp_path: Path) -> None:
    cache.clear()
    load_reference()
    months = months_of_the_story()
    facilitator = begin_installation()
    network = make_network(facilitator)
    coops = {name: register(facilitator, network, name) for name in PLACES}
    assert balance(facilitator, network) == {}

    link, screen = open_workshop(facilitator, network)
    phones = {name: join(link, coop, name) for name, coop in coops.items() if name != "Taji"}
    chair, treasurer = invite_treasurer(facilitator, coops["Taji"])
    phones["Taji"] = treasurer
    assert stages(facilitator.open(screen)) == [(0, 4)] * 4

    said = [0, 0]
    for count, name in enumerate(("Sengon", "Kotesan", "Taji"), 1):
        if name == BY_EXCEL:
            answer_by_excel(phones[name], coops[name], name, months)
        else:
            answer_production(phones[name], coops[name], name, months)
        said = [before + kg for before, kg in zip(said, KG[name], strict=True)]
        assert balance(facilitator, network) == dict(zip(months, said, strict=True))
        answer_the_rest(phones[name], coops[name], name)
        assert stages(facilitator.open(screen)) == [(count, 4)] * 4
    assert "Koperasi hub" in facilitator.open(f"/jaringan/{network}/belum/").words
    answer_for_the_hub(phones["hub"], coops["hub"])
    assert stages(facilitator.open(screen)) == [(4, 4)] * 4
    neighbours_see_no_single_figure(phones["Sengon"], network)

    run = ask_for_plan(facilitator, network, months[0])
    hub_manager = invited(facilitator, f"/jaringan/{network}/orang/", "hub_manager", "manajer hub", "05")
    readers = {**phones, "chair": chair, "hub_manager": hub_manager}
    result_is_understood(facilitator, readers, run)
    totals_agree(facilitator, readers, coops, run, tmp_path)
    trail_is_whole(chair, coops["Taji"])


# --- before the room comes -------------------------------------------------------------------


def months_of_the_story() -> tuple[date, date]:
    """Return the first days of the two months after this one."""
    today = timezone.localdate()
    first = today.year * 12 + today.month
    return (date(first // 12, first % 12 + 1, 1), date((first + 1) // 12, (first + 1) % 12 + 1, 1))


def begin_installation() -> Person:
    """Do what `jejaring create-network` does, and let the facilitator come in by its link."""
    at = timezone.now()
    networks.create_network("Jaringan pertama", region_code="33.10", by=None)
    made = people.invite("33.10", kind=Role.Kind.FACILITATOR, by=None, at=at)
    facilitator = Person()
    come_in(facilitator, f"/undangan/{made.token}/", "fasilitator", "01")
    used = Person().open(f"/undangan/{made.token}/", expect=422).words
    assert "dipakai" in used
    return facilitator


def come_in(who: Person, link: str, name: str, number: str) -> Page:
    """Open an invitation and make an account."""
    who.open(link)
    details = {"name": name, "phone": f"0812 3456 78{number}", "password": PASSWORD, "consent": "on"}
    refused = who.send(details | {"password": "padi"}, expect=422)
    assert name in refused.text
    return who.send(details)


def make_network(facilitator: Person) -> int:
    facilitator.open("/")
    assert "/jaringan/baru/" in facilitator.page.links
    facilitator.open("/jaringan/baru/")
    page = facilitator.send({"name": "Padi Klaten", "region_code": "33.10"})
    return int(page.address.strip("/").split("/")[-1])


def register(facilitator: Person, network: int, name: str) -> int:
    """Register a co-op in the network and say where it is."""
    village, lat, lon = PLACES[name]
    is_hub = name == "hub"
    facilitator.open(f"/koperasi/baru/?network={network}")
    page = facilitator.send(
        {
            "name": "Koperasi hub Tonggalan" if is_hub else f"Koperasi Desa Merah Putih {name}",
            "kind": "established" if is_hub else "kdmp",
            "village_code": village,
            "roles": ["hub"] if is_hub else ["supplier"],
        }
    )
    facilitator.send({"coordinates": f"{lat}, {lon}", "origin": "map"})
    [number] = re.findall(r"/koperasi/(\d+)/letak/", page.address)
    assert f"/koperasi/{number}/" in facilitator.open(f"/jaringan/{network}/").links
    return int(number)


# --- the room --------------------------------------------------------------------------------


def open_workshop(facilitator: Person, network: int) -> tuple[str, str]:
    """Open a session; return the link behind its code, and the projector's address."""
    facilitator.open(f"/jaringan/{network}/lokakarya/baru/")
    ends = timezone.localdate() + timedelta(days=1)
    page = facilitator.send({"title": "Hari pemetaan", "ends_on": f"{ends}", "ends_at": "16:00"})
    [link] = {*re.findall(r"http://testserver(/gabung/[^\"<]+)", page.text)}
    return link, f"{page.address}layar/"


def join(link: str, coop: int, name: str) -> Person:
    """Join by the link, as the room does. Sent twice, somebody is there once."""
    phone = Person()
    phone.open(link)
    came = phone.send({"cooperative": str(coop), "name": f"pencatat {name}"})
    assert came.address == f"/koperasi/{coop}/potensi/"
    return phone


def invite_treasurer(facilitator: Person, coop: int) -> tuple[Person, Person]:
    """Let the facilitator invite the chair, who invites the treasurer."""
    chair = invited(facilitator, f"/koperasi/{coop}/orang/", "chair", "ketua", "02")
    treasurer = invited(chair, f"/koperasi/{coop}/orang/", "treasurer", "bendahara", "03")
    treasurer.open(f"/koperasi/{coop}/potensi/")
    return chair, treasurer


def invited(giver: Person, page: str, kind: str, name: str, number: str) -> Person:
    giver.open(page)
    made = giver.send({"kind": kind})
    [link] = {*re.findall(r"http://testserver(/undangan/[^\"<]+)", made.text)}
    newcomer = Person()
    come_in(newcomer, link, name, number)
    return newcomer


def answer_production(phone: Person, coop: int, name: str, months: tuple[date, date]) -> None:
    """Walk through the questions about the harvest and needs, as the pages lead."""
    phone.open(f"/koperasi/{coop}/potensi/")
    phone.open(f"/koperasi/{coop}/potensi/produksi/hasil/")
    phone.send({"product": ["gkp"]})
    phone.send({"month": [f"{month}" for month in months]})
    said: dict[str, str] = {}
    for month, written in zip(months, HARVEST[name], strict=True):
        number, _, unit = written.partition(" ")
        said |= {f"kg-{month:%Y-%m}": number, f"unit-{month:%Y-%m}": unit or "kg"}
    first = f"kg-{months[0]:%Y-%m}"
    assert "1.250" in phone.send(said | {first: "1.250"}, expect=422).text, "it may be 1 ¼ or 1,250"
    phone.send(said)
    assert phone.page.address.endswith("/harga/")
    phone.send({"price": f"{COST[name]}"})
    phone.send({"evidence": "measured"})
    assert phone.page.address.endswith("/produksi/kebutuhan/")
    phone.send()
    assert phone.page.address.endswith("/selesai/production/")
    for kg in KG[name]:
        assert ID.number(kg) in phone.page.words
    phone.send()


def answer_by_excel(phone: Person, coop: int, name: str, months: tuple[date, date]) -> None:
    """Take the co-op's workbook home, bring it back with a slip, then mended, and keep what it changes."""
    here = f"/koperasi/{coop}/berkas/"
    assert here in phone.open(f"/koperasi/{coop}/potensi/").links
    assert f"{here}unduh/" in phone.open(here).links
    empty = phone.download(f"{here}unduh/")
    slip = phone.send(files=workbook(empty, name, months, {months[0]: "1.500"}), expect=422)
    assert "1 hal di berkas ini yang harus dibetulkan dulu" in slip.words
    assert "“1.500” bisa berarti dua angka. Tulis 1500 kalau" in slip.words
    assert "Belum ada jawaban" in phone.open(f"/koperasi/{coop}/potensi/jawaban/").words

    phone.open(here)
    compared = phone.send(files=workbook(empty, name, months, {}))
    assert "3 baris berbeda dari yang tersimpan." in compared.words
    for figure in (
        *map(ID.number, KG[name]),
        f"Rp{ID.number(COST[name])}/kg",
        f"Rp{ID.number(TRADER[name])}/kg",
    ):
        assert figure in compared.words
    assert "3 perubahan sudah disimpan." in phone.send({"do": "chosen"}).words
    phone.open(f"/koperasi/{coop}/potensi/selesai/production/")
    phone.send()


def workbook(
    empty: bytes, name: str, months: tuple[date, date], slips: dict[date, str]
) -> dict[str, SimpleUploadedFile]:
    """Return the co-op's workbook filled in: the harvest by month in kuintal, and the village trader."""

    def fill_in(book: Any) -> None:
        harvest, trader = book["Hasil panen"], book["Pedagang setempat"]
        for sheet in (harvest, trader):
            find(sheet, "Produk").value = GKP
        find(harvest, "Satuan").value = "kuintal"
        find(harvest, "Harga terendah").value = COST[name]
        find(harvest, "Bukti").value = "diukur"
        for month, kg in zip(months, KG[name], strict=True):
            find(harvest, shown_month(month, "id")).value = slips.get(month, kg // 100)
        find(trader, "Harga jual").value = TRADER[name]

    return {"file": SimpleUploadedFile("isian.xlsx", edited(empty, fill_in))}


def answer_the_rest(phone: Person, coop: int, name: str) -> None:
    """Processing, transport, selling: a dryer that nobody buys from, a pickup, the village trader."""
    here = f"/koperasi/{coop}/potensi"
    assert phone.page.address == f"{here}/pengolahan/"
    phone.open(f"{here}/selesai/processing/")
    phone.send()
    assert phone.page.address == f"{here}/angkutan/"
    phone.open(f"{here}/selesai/distribution/")
    phone.send()
    assert phone.page.address == f"{here}/pemasaran/"
    if name != BY_EXCEL:
        phone.open(f"{here}/pemasaran/pedagang/")
        phone.send({"product": "gkp", "sell": f"{TRADER[name]}"})
    phone.open(f"{here}/selesai/marketing/")
    phone.send()
    assert phone.page.address == f"{here}/ringkasan/"


def answer_for_the_hub(phone: Person, coop: int) -> None:
    """The hub harvests nothing and knows a buyer."""
    here = f"/koperasi/{coop}/potensi"
    for stage in ("production", "processing", "distribution"):
        phone.open(f"{here}/selesai/{stage}/")
        phone.send()
    phone.open(f"{here}/pemasaran/baru/")
    buyer = {"partner": "Pasar gabah", "product": "gkp", "price": f"{BUYER}", "kg-most": "12,5"}
    phone.send(buyer | {"unit-most": "ton"})
    phone.open(f"{here}/selesai/marketing/")
    phone.send()


# --- what is seen on the way -----------------------------------------------------------------


def stages(projector: Page) -> list[tuple[int, int]]:
    """Return how many co-ops of how many have finished each stage."""
    told = re.findall(r"<strong>(\d+)/(\d+)</strong>", projector.text)
    return [(int(done), int(every)) for done, every in told]


def balance(reader: Person, network: int) -> dict[date, int]:
    """Return the potential that the page of balance shows by month; months without any are left out."""
    page = reader.open(f"/jaringan/{network}/neraca/")
    if "<tbody>" not in page.text:
        return {}
    [table] = re.findall(r"<tbody>(.*?)</tbody>", page.text, re.DOTALL)
    today = timezone.localdate()
    found = {}
    for ahead, row in enumerate(re.findall(r"<td[^>]*>(.*?)</td>.*?</tr>", table, re.DOTALL)):
        kg = int(re.sub(r"\D", "", row))
        at = today.year * 12 + today.month - 1 + ahead
        if kg:
            found[date(at // 12, at % 12 + 1, 1)] = kg
    return found


def neighbours_see_no_single_figure(reader: Person, network: int) -> None:
    """A co-op sees sums of three, but not the hub's buyer alone."""
    words = reader.open(f"/jaringan/{network}/neraca/").words
    assert ID.number(18_500) in words
    assert ID.number(BUYER_TAKES) not in words


# --- the plan --------------------------------------------------------------------------------


def ask_for_plan(facilitator: Person, network: int, first: date) -> int:
    facilitator.open(f"/jaringan/{network}/rencana/baru/")
    page = facilitator.send({"first_month": f"{first:%Y-%m}", "months": "2"})
    [number] = re.findall(r"/rencana/(\d+)/", page.address)
    assert "Menunggu giliran" in page.words
    # What `jejaring work --once` runs.
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    return int(number)


def on_paper() -> tuple[dict[str, int], float]:
    """Return what each makes alone, and what all gain together."""
    alone = {name: sum(KG[name]) * (TRADER[name] - COST[name]) for name in KG}
    more = sum(
        sum(SOLD_BY_HUB[name]) * (BUYER - TRADER[name] - transport_idr_per_kg(name, "hub"))
        for name in SOLD_BY_HUB
    )
    more += 1_000 * (TRADER["Taji"] - TRADER["Sengon"] - transport_idr_per_kg("Sengon", "Taji"))
    return alone | {"hub": 0}, more


def transport_idr_per_kg(start: str, end: str) -> float:
    """Rp53.333 and Rp1.715556 for each km by road, which is 1.45 times the straight line."""
    (_, lat, lon), (_, to_lat, to_lon) = PLACES[start], PLACES[end]
    north = math.radians(to_lat - lat)
    east = math.radians(to_lon - lon) * math.cos(math.radians((lat + to_lat) / 2))
    return 53.333 + 1.715556 * 1.45 * 6371 * math.hypot(north, east)


def result_is_understood(facilitator: Person, readers: dict[str, Person], run: int) -> None:
    """Each page says who delivers how much to whom in which month, and nobody else's deals."""
    told = {who: reader.open(f"/rencana/{run}/").words for who, reader in readers.items()}
    for name, by_month in SOLD_BY_HUB.items():
        deal = f"{name} → hub Tonggalan Jual beli"
        delivered = " ".join(ID.number(kg) for kg in by_month if kg)
        for reader in (name, "hub", "hub_manager"):
            assert deal in told[reader]
            assert f"{ID.number(sum(by_month))} kg" in told[reader]
            assert f"kg {delivered} Rp/kg" in told[reader]
        assert not any(deal in told[other] for other in SOLD_BY_HUB if other != name)
    for reader in ("Sengon", "Taji"):
        assert "Sengon → Taji Jual beli" in told[reader], "whose trader pays more"
    assert "Sengon → Taji" not in told["hub"] + told[BY_EXCEL]
    assert all("Rencana adalah usulan: koperasilah yang memutuskan." in words for words in told.values())
    whole = facilitator.open(f"/rencana/{run}/").words
    assert all(f"{name} " in whole for name in SOLD_BY_HUB)
    assert f"/rencana/{run}/report.html" in facilitator.page.links


def totals_agree(
    facilitator: Person, readers: dict[str, Person], coops: dict[str, int], run: int, folder: Path
) -> None:
    """The pages, plan.json, and network.json planned anew say the same rupiah, which paper says too."""
    plan = json.loads(facilitator.open(f"/rencana/{run}/plan.json").text)
    (folder / "network.json").write_text(facilitator.open(f"/rencana/{run}/network.json").text)
    problem = planning.read(folder / "network.json")
    again = planning.solve(problem)
    alone, gain_idr = on_paper()
    code = {coops[name]: f"k{coops[name]}" for name in coops}
    of_party = dict(zip(problem.parties.codes, again.alone_idr, strict=True))
    assert {name: round(of_party[code[coops[name]]]) for name in coops} == alone
    gained = again.value_idr - sum(again.alone_idr)
    assert gained == pytest.approx(gain_idr, abs=500), "the earth isn't flat: some rupiah"
    assert Decimal(str(plan["value_idr"])) == Decimal(str(again.value_idr))

    shares = planning.share(problem, again)
    whole = facilitator.open(f"/rencana/{run}/").words
    assert ID.rupiah_short(math.floor(gained)) in whole
    for share in shares:
        assert plan["sharing"][share.rule]["payoff_idr"] == dict(
            zip(problem.parties.codes, share.payoff_idr, strict=True)
        )
    payoffs = plan["sharing"]["even_core"]["payoff_idr"]
    assert sum(payoffs.values()) == math.floor(again.value_idr), "no rupiah is divided that isn't there"
    for name, coop in coops.items():
        gain = payoffs[code[coop]] - round(of_party[code[coop]])
        own = readers[name].open(f"/rencana/{run}/").words
        assert ID.rupiah_short(gain) in own
        assert ID.rupiah_short(gain) in whole
        assert ID.rupiah_short(payoffs[code[coop]]) in own
        others = [f"/rencana/{run}/halaman/koperasi-{other}/" for other in coops.values() if other != coop]
        for address in (*others, f"/rencana/{run}/halaman/semua/"):
            readers[name].open(address, expect=403)
        for file in ("plan.json", "network.json"):
            readers[name].open(f"/rencana/{run}/{file}", expect=403)
        readers[name].open(f"/rencana/{run}/halaman/umum/")
    hub = readers["hub_manager"].open(f"/rencana/{run}/").words
    assert "Koperasi hub Tonggalan" in hub
    of_chair, of_treasurer = (readers[who].open(f"/rencana/{run}/").words for who in ("chair", "Taji"))
    assert of_chair.replace("ketua", "bendahara", 1) == of_treasurer


def trail_is_whole(chair: Person, coop: int) -> None:
    assert list(audit.faults()) == []
    assert AuditLine.objects.count() > 50
    assert "bendahara" in chair.open(f"/koperasi/{coop}/jejak/").words
