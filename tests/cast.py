"""The cast of all stories: two networks in two regencies, and one person for each role.

Network Cianjur has the co-op Babakankaret (a supplier) and the hub; network Garut has one co-op. Whoever
ends in `_garut` is the neighbour: the same role, elsewhere. The village names are real; the people are
named by their office.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from jejaring.domain.parties.models import Cooperative, Network, NetworkRole, Role, User

CIANJUR, GARUT = "32.03", "32.05"
K = Role.Kind


@dataclass
class Cast:
    """Rows that stories begin with; `people` by name, `outsider` isn't among them: nobody is signed in."""

    cianjur: Network
    garut: Network
    babakankaret: Cooperative
    hub: Cooperative
    garut_coop: Cooperative
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        people: dict[str, User] = self.__dict__.get("people", {})
        if name in people:
            return people[name]
        raise AttributeError(name)


def make_cast() -> Cast:
    """Put the cast into the database."""
    cianjur = Network.objects.create(name="Beras Cianjur", region_code=CIANJUR)
    garut = Network.objects.create(name="Beras Garut", region_code=GARUT)
    babakankaret = _coop("Koperasi Desa Merah Putih Babakankaret", "32.03.01.2001")
    hub = _coop("Koperasi hub Cianjur", "32.03.01.1006", kind="established")
    garut_coop = _coop("Koperasi Desa Merah Putih Garut", "32.05.01.2001")
    for network, coop, kind in (
        (cianjur, babakankaret, "supplier"),
        (cianjur, hub, "hub"),
        (garut, garut_coop, "supplier"),
    ):
        NetworkRole.objects.create(network=network, cooperative=coop, kind=kind)
    cast = Cast(cianjur, garut, babakankaret, hub, garut_coop)
    for kind in Role.OF_COOPERATIVE:
        cast.people[kind.value] = _person(kind, cooperative=babakankaret)
        cast.people[f"{kind.value}_garut"] = _person(kind, cooperative=garut_coop)
    for kind in (K.HUB_MANAGER, K.TRAINER):
        cast.people[kind.value] = _person(kind, network=cianjur)
        cast.people[f"{kind.value}_garut"] = _person(kind, network=garut)
    cast.people["facilitator"] = _person(K.FACILITATOR, region_code=CIANJUR)
    cast.people["facilitator_garut"] = _person(K.FACILITATOR, region_code=GARUT)
    cast.people["network_facilitator"] = _person(K.FACILITATOR, network=cianjur)
    cast.people["ministry"] = _person(K.MINISTRY, region_code="ID")
    cast.people["chair_of_hub"] = _person(K.CHAIR, cooperative=hub)
    cast.people["stranger"] = User.objects.create(name="stranger")
    return cast


def _coop(name: str, village: str, kind: str = "kdmp") -> Cooperative:
    return Cooperative.objects.create(
        name=name,
        kind=kind,
        village_code=village,
        regency_code=village[:5],
        search_text=name.lower(),
        lat=-6.82 if village.startswith(CIANJUR) else -7.2,
        lon=107.14 if village.startswith(CIANJUR) else 107.9,
        position_origin="typed",
    )


def _person(kind: Role.Kind, **scope: object) -> User:
    user = User.objects.create(name=kind.value)
    Role.objects.create(user=user, kind=kind, **scope)
    return user
