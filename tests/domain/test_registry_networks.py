"""Networks, roles in them, and those they deal with outside."""

from __future__ import annotations

from copy import copy

import pytest

from jejaring.domain.mapping import places
from jejaring.domain.mapping.actions import places as place_actions
from jejaring.domain.mapping.models import Lane, Site
from jejaring.domain.parties import registry
from jejaring.domain.parties.access import NotAllowed, NotThere
from jejaring.domain.parties.actions import counterparties
from jejaring.domain.parties.actions import networks as actions
from jejaring.domain.parties.models import AuditLine, Counterparty, Network, NetworkRole
from jejaring.domain.parties.profile import Position
from jejaring.domain.parties.wrong_fields import WrongFields
from jejaring.engines.errors import Refusal
from tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def kinds(cast: Cast) -> list[str]:
    return sorted(cast.babakankaret.network_roles.filter(network=cast.cianjur).values_list("kind", flat=True))


def test_a_facilitator_makes_networks_in_their_region_only(cast: Cast) -> None:
    made = actions.create_network(" Sayur  Cianjur ", region_code="32.03", by=cast.facilitator)
    assert (made.name, made.region_code) == ("Sayur Cianjur", "32.03")
    for region in ("32.05", "32", "ID"):
        with pytest.raises(WrongFields):
            actions.create_network("Lain", region_code=region, by=cast.facilitator)
    with pytest.raises(WrongFields):
        actions.create_network("Lain", region_code="32.03", by=cast.network_facilitator)
    with pytest.raises(NotAllowed):
        actions.create_network("Lain", region_code="32.03", by=cast.chair)
    assert Network.objects.count() == 3
    assert AuditLine.objects.count() == 1


def test_two_networks_of_a_region_have_two_names(cast: Cast) -> None:
    with pytest.raises(WrongFields) as refused:
        actions.create_network("Beras Cianjur", region_code="32.03", by=cast.facilitator)
    assert refused.value.faults[0].wrong.code == "network.name_taken"
    other = actions.create_network("Sayur", region_code="32.03", by=cast.facilitator)
    with pytest.raises(WrongFields):
        actions.rename_network(other, name="Beras Cianjur", by=cast.facilitator)
    with pytest.raises(WrongFields):
        actions.rename_network(other, name="", by=cast.facilitator)
    actions.rename_network(other, name="Sayur dan buah", note="dua baris", by=cast.facilitator)
    other.refresh_from_db()
    assert other.name == "Sayur dan buah"


def test_a_coop_has_several_roles_and_a_network_several_hubs(cast: Cast) -> None:
    actions.set_network_roles(
        cast.cianjur, cooperative=cast.babakankaret, roles=["supplier", "hub"], by=cast.facilitator
    )
    assert kinds(cast) == ["hub", "supplier"]
    assert NetworkRole.objects.filter(network=cast.cianjur, kind="hub").count() == 2
    actions.set_network_roles(
        cast.cianjur, cooperative=cast.babakankaret, roles=["marketer"], by=cast.facilitator
    )
    assert kinds(cast) == ["marketer"]


@pytest.mark.parametrize("roles", [[], ["king"], ["hub", "king"]])
def test_roles_that_dont_exist_change_nothing(cast: Cast, roles: list[str]) -> None:
    for change in (
        lambda: actions.set_network_roles(
            cast.cianjur, cooperative=cast.babakankaret, roles=roles, by=cast.facilitator
        ),
        lambda: actions.add_cooperative_to_network(
            cast.cianjur, cooperative=cast.babakankaret, roles=roles, by=cast.facilitator
        ),
    ):
        with pytest.raises(WrongFields):
            change()
    assert kinds(cast) == ["supplier"]
    assert not AuditLine.objects.exists()


def test_only_coops_that_one_sees_are_brought_into_a_network(cast: Cast) -> None:
    with pytest.raises(NotThere):
        actions.add_cooperatives_to_network(
            cast.cianjur,
            cooperatives=[cast.babakankaret, cast.garut_coop],
            roles=["supplier"],
            by=cast.facilitator,
        )
    other = actions.create_network("Sayur", region_code="32.03", by=cast.facilitator)
    both = [cast.babakankaret, cast.hub]
    assert (
        actions.add_cooperatives_to_network(other, cooperatives=both, roles=["supplier"], by=cast.facilitator)
        == 2
    )
    assert (
        actions.add_cooperatives_to_network(other, cooperatives=both, roles=["hub"], by=cast.facilitator) == 0
    )
    assert other.roles.count() == 4


def test_who_isnt_in_a_network_has_no_roles_and_cant_leave(cast: Cast) -> None:
    with pytest.raises(NotThere):
        actions.set_network_roles(
            cast.cianjur, cooperative=cast.garut_coop, roles=["hub"], by=cast.facilitator
        )
    with pytest.raises(NotThere):
        actions.remove_from_network(cast.cianjur, cooperative=cast.garut_coop, by=cast.facilitator)
    actions.remove_from_network(cast.cianjur, cooperative=cast.babakankaret, by=cast.facilitator)
    assert kinds(cast) == []


def test_a_network_knows_buyers_by_name_once(cast: Cast) -> None:
    bulog = counterparties.register_counterparty(
        cast.cianjur, name="Bulog Cianjur", kind="bulog", by=cast.facilitator
    )
    for name, kind, npwp in (
        ("bulog cianjur", "bulog", ""),
        ("", "bulog", ""),
        ("X", "bank", ""),
        ("X", "bulog", "1"),
    ):
        with pytest.raises(WrongFields):
            counterparties.register_counterparty(
                cast.cianjur, name=name, kind=kind, npwp=npwp, by=cast.facilitator
            )
    counterparties.register_counterparty(
        cast.garut, name="Bulog Cianjur", kind="bulog", by=cast.facilitator_garut
    )
    counterparties.change_counterparty(
        bulog, name="Bulog Kancab Cianjur", kind="bulog", note="gudang", by=cast.facilitator
    )
    assert AuditLine.objects.last().facts == {"fields": ["name", "note"]}  # type: ignore[union-attr]
    with pytest.raises(NotThere):
        places.counterparty_of(cast.garut, bulog.pk)


def test_places_of_a_buyer_belong_to_the_network_and_go_only_when_nothing_names_them(cast: Cast) -> None:
    market = Counterparty.objects.create(name="Pasar", kind="market", network=cast.cianjur)
    site = place_actions.add_site(market, name="Los", at=Position(-6.8, 107.1, "map"), by=cast.facilitator)
    assert (site.network_id, site.position_origin) == (cast.cianjur.pk, "map")
    own = place_actions.add_site(cast.babakankaret, name="Lumbung", by=cast.chair)
    assert (own.network_id, own.cooperative_id) == (None, cast.babakankaret.pk)
    with pytest.raises(WrongFields):
        place_actions.add_site(market, name="", by=cast.facilitator)
    with pytest.raises(Refusal):
        place_actions.move_site(site, at=Position(0.0, 0.0, "map"), by=cast.facilitator)
    place_actions.move_site(site, at=Position(-6.9, 107.2, "gps"), by=cast.facilitator)
    lane = Lane.objects.create(network=cast.cianjur, from_site=own, to_site=site)
    with pytest.raises(Refusal):
        place_actions.remove_site(site, by=cast.facilitator)
    lane.delete()
    for seen_before in (copy(site), site):
        place_actions.remove_site(seen_before, by=cast.facilitator)
    assert list(Site.objects.all()) == [own]
    place_actions.remove_site(own, by=cast.chair)
    assert AuditLine.objects.filter(action="site.remove").count() == 2


def test_the_hub_stands_first_and_only_visible_coops_are_opened(cast: Cast) -> None:
    page = registry.network_page(cast.chair, cast.cianjur)
    assert [(each.cooperative.pk, each.is_visible) for each in page.members] == [
        (cast.hub.pk, False),
        (cast.babakankaret.pk, True),
    ]
    assert not page.may_manage
    assert registry.network_page(cast.facilitator, cast.cianjur).may_manage
