"""In which office somebody signs, as far as it is known: what a page writes there for them to correct."""

from __future__ import annotations

from jejaring.documents.agreements.content import Signatory
from jejaring.domain.agreements.models import AgreementParty
from jejaring.domain.parties import access
from jejaring.domain.parties.models import Officer, Role, User

_MANAGER = "Manajer"


def office_of(user: User, party: AgreementParty, signatory: Signatory) -> str:
    """Return the office of a person at a party: that of an officer of their name there, the signatory's for
    its chair, else that of a manager; empty where nothing is known.

    Who leads a hub from the network need hold no office of it: the paper's own signatory is somebody else.
    """
    if party.cooperative is None:
        return signatory.office
    officers = Officer.objects.filter(cooperative=party.cooperative, name__iexact=user.name.strip())
    office = officers.order_by("-term_until", "-pk").values_list("office", flat=True).first()
    if office:
        return office
    kinds = set(access.roles_at(party.cooperative).filter(user=user).values_list("kind", flat=True))
    if Role.Kind.CHAIR in kinds:
        return signatory.office
    if Role.Kind.MANAGER in kinds:
        return _MANAGER
    return ""
