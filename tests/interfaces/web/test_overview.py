"""Map, balance and missing answers as each reader sees them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jejaring.domain.mapping.actions import sums
from jejaring.domain.mapping.models import Need, Potential, Product
from jejaring.domain.parties import personal
from jejaring.domain.parties.models import Cooperative, Officer
from tests.cast import CIANJUR, Cast, make_cast
from tests.domain.mapped import cooperative, products


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def paddy(cast: Cast) -> Product:
    """Babakankaret has 4,321 kg of paddy this month; the hub has nothing to say."""
    product, _ = products()
    say(Potential, cast.babakankaret, product, 4_321)
    return product


def say(
    table: type[Potential] | type[Need], coop: Cooperative, product: Product, kg: int, days_ago: int = 1
) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    month = timezone.localdate().replace(day=1)
    table.objects.create(cooperative=coop, product=product, month=month, kg=kg, said_at=at)


def page(cast: Cast, who: str, name: str, after: str = "", **parts: object) -> str:
    client = Client()
    client.force_login(cast.people[who])
    answer = client.get(reverse(name, kwargs=parts or {"network_id": cast.cianjur.pk}) + after)
    assert answer.status_code == 200
    return answer.content.decode()


def points(cast: Cast, who: str, after: str = "", **parts: object) -> dict[str, dict]:
    client = Client()
    client.force_login(cast.people[who])
    name = "region_map_data" if parts else "network_map_data"
    answer = client.get(reverse(name, kwargs=parts or {"network_id": cast.cianjur.pk}) + after)
    assert answer.headers["Content-Type"] == "application/geo+json"
    return {each["properties"]["name"]: each["properties"] for each in answer.json()["features"]}


def test_the_map_tells_weights_only_of_co_ops_that_the_reader_may_see(cast: Cast, paddy: Product) -> None:
    say(Need, cast.hub, paddy, 1_234)
    mine, hub = cast.babakankaret.name, cast.hub.name
    seen = points(cast, "facilitator", "?produk=gkp")
    assert (seen[mine]["kg"], seen[mine]["mark"]) == ("4.321 kg", "supplier-surplus")
    assert (seen[hub]["kg"], seen[hub]["mark"]) == ("−1.234 kg", "hub-deficit")
    seen = points(cast, "chair", "?produk=gkp")
    assert "kg" in seen[mine]
    for who, names in (("chair", [hub]), ("ministry", [mine, hub]), ("hub_manager", [mine, hub])):
        seen = points(cast, who, "?produk=gkp")
        for name in names:
            assert "kg" not in seen[name]
            assert seen[name]["url"] == ""
            assert seen[name]["mark"].endswith("-in_part")
    for who in ("ministry", "hub_manager", "trainer"):
        for name in ("network_map", "network_balance", "network_missing"):
            shown = page(cast, who, name, "?produk=gkp")
            assert "4.321" not in shown
            assert "1.234" not in shown


def test_a_balance_of_a_small_group_is_hidden_and_says_so(cast: Cast, paddy: Product) -> None:
    assert "4.321 kg" in page(cast, "facilitator", "network_balance")
    assert "disembunyikan" not in page(cast, "facilitator", "network_balance")
    shown = page(cast, "ministry", "network_balance")
    assert "kurang dari 3 koperasi disembunyikan" in shown
    # The ministry can't pick a co-op out of a network; the co-op's own chair can.
    chosen = f"?koperasi={cast.babakankaret.pk}"
    assert "4.321" not in page(cast, "ministry", "network_balance", chosen)
    assert "4.321" in page(cast, "chair", "network_balance", chosen)
    assert "4.321" not in page(cast, "chair_of_hub", "network_balance", chosen)


def test_rice_equivalents_name_their_source(cast: Cast, paddy: Product) -> None:
    shown = page(cast, "facilitator", "network_balance", "?setara=beras")
    # Half of 4,321 is 2,160.5, halves to even.
    assert "2.160 kg" in shown
    assert "A survey" in shown
    assert "A survey" not in page(cast, "facilitator", "network_balance")


@pytest.mark.parametrize(
    "after", ["?dari=x", "?dari=2027-13", "?produk=x&setara=x", "?koperasi=x", "?halaman=x"]
)
def test_what_cant_be_read_in_an_address_is_left_aside(cast: Cast, paddy: Product, after: str) -> None:
    for name in ("network_map", "network_balance", "network_missing"):
        assert page(cast, "facilitator", name, after)


def test_a_balance_begins_where_it_is_asked(cast: Cast, paddy: Product) -> None:
    Potential.objects.create(
        cooperative=cast.hub, product=paddy, month=date(2031, 7, 1), kg=77, said_at=timezone.now()
    )
    assert "77 kg" in page(cast, "facilitator", "network_balance", "?dari=2031-02")
    assert "77 kg" not in page(cast, "facilitator", "network_balance", "?dari=2031-08")


def test_those_who_lack_answers_have_a_text_without_anything_personal(cast: Cast, paddy: Product) -> None:
    shown = page(cast, "facilitator", "network_missing")
    assert f"Salam untuk pengurus {cast.hub.name}" in shown
    assert "https://wa.me/?text=Salam" in shown
    assert f"/{cast.hub.pk}/" in shown
    english = Client()
    english.force_login(cast.facilitator)
    english.cookies["language"] = "en"
    answer = english.get(reverse("network_missing", args=[cast.cianjur.pk])).content.decode()
    assert "Salam untuk pengurus" in answer
    assert "Send by WhatsApp" in answer


def test_a_number_stands_only_in_the_link_of_who_keeps_the_officers(cast: Cast, paddy: Product) -> None:
    Officer.objects.create(
        cooperative=cast.hub,
        organ="board",
        office="Ketua",
        name="Ketua hub",
        phone="+6281234567890",
        phone_hash=personal.lookup_hash("phone", "+6281234567890"),
    )
    assert "https://wa.me/6281234567890?text=" in page(cast, "facilitator", "network_missing")
    assert "https://wa.me/6281234567890?text=" in page(cast, "chair_of_hub", "network_missing")
    for who in ("chair", "hub_manager", "trainer", "ministry", "supervisor"):
        assert "81234567890" not in page(cast, who, "network_missing")


def test_a_stale_answer_is_listed_with_its_days(cast: Cast) -> None:
    paddy, _ = products()
    say(Potential, cast.babakankaret, paddy, 10, days_ago=100)
    assert "100 hari" in page(cast, "facilitator", "network_missing")


def test_a_region_shows_its_sums_and_the_country_is_added_up_before(cast: Cast, paddy: Product) -> None:
    for number in range(3):
        say(Potential, cooperative(cast.cianjur, f"Coop {number}"), paddy, 1_000)
    sums.make_all_anew()
    for code in (CIANJUR, "32", "ID"):
        assert "7.321 kg" in page(cast, "ministry", "region_balance", region_code=code)
        assert "Coop 1" in page(cast, "ministry", "region_map", region_code=code)
        assert len(points(cast, "ministry", region_code=code)) >= 5
        assert page(cast, "ministry", "region_missing", region_code=code)


def test_a_region_that_isnt_ones_own_isnt_there(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.facilitator)
    for code in ("32.05", "32", "ID", "99", "x", "32.03.01"):
        for name in ("region_map", "region_map_data", "region_balance", "region_missing"):
            assert client.get(reverse(name, args=[code])).status_code in {404, 422}


def test_tiles_are_asked_for_only_where_they_are_set(cast: Cast, settings) -> None:
    assert 'data-tiles=""' in page(cast, "facilitator", "network_map")
    settings.MAP_TILES = "https://tiles.example/{z}/{x}/{y}.png"
    assert 'data-tiles="https://tiles.example/' in page(cast, "facilitator", "network_map")


def test_a_name_from_outside_stays_text(cast: Cast, paddy: Product) -> None:
    Cooperative.objects.filter(pk=cast.hub.pk).update(name="<script>x</script>")
    for name in ("network_map", "network_balance", "network_missing"):
        assert "<script>x" not in page(cast, "facilitator", name)


@pytest.mark.parametrize(
    ("name", "queries"),
    [("network_map", 13), ("network_map_data", 12), ("network_balance", 16), ("network_missing", 15)],
)
def test_pages_cost_the_same_for_many_co_ops(
    cast: Cast, paddy: Product, django_assert_max_num_queries, name: str, queries: int
) -> None:
    for number in range(20):
        say(Potential, cooperative(cast.cianjur, f"Coop {number}"), paddy, 1_000)
    client = Client()
    client.force_login(cast.network_facilitator)
    with django_assert_max_num_queries(queries):
        client.get(reverse(name, args=[cast.cianjur.pk]))
