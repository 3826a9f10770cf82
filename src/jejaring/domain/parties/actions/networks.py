"""Writes to networks: making them, who belongs and in which role."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from django.db import IntegrityError, transaction

from jejaring.domain.parties import access, audit, regions
from jejaring.domain.parties.access import Ability, NotAllowed, NotThere
from jejaring.domain.parties.models import Cooperative, Network, NetworkRole, User
from jejaring.domain.parties.wrong_fields import Fields, one_wrong, required
from jejaring.engines.errors import Refusal, Sentence

_NOTE = 2000


def create_network(name: str, *, region_code: str, note: str = "", by: User | None) -> Network:
    """Make a network in a region; return it. Raises WrongFields, NotAllowed.

    Somebody must be facilitator of all of that region; `by` none: the program itself.
    """
    if by is not None and not access.may_somewhere(by, Ability.CREATE_IN_REGION):
        raise NotAllowed(Ability.CREATE_IN_REGION)
    fields = Fields()
    kept_name = fields.text("name", partial(required, most=160), name)
    kept_region = fields.text("region_code", partial(_region_of, by=by), region_code)
    kept_note = fields.text("note", _note, note)
    fields.done()
    with transaction.atomic():
        network = Network(name=kept_name, region_code=kept_region, note=kept_note)
        _save_named(network, force_insert=True)
        audit.record("network.create", network, by=by, network_id=network.pk, facts={"region": kept_region})
    return network


def rename_network(network: Network, *, name: str, note: str = "", by: User | None) -> Network:
    """Give a network another name and note. Raises WrongFields."""
    fields = Fields()
    network.name = fields.text("name", partial(required, most=160), name)
    network.note = fields.text("note", _note, note)
    fields.done()
    with transaction.atomic():
        _save_named(network, update_fields=["name", "note"])
        audit.record("network.rename", network, by=by, network_id=network.pk)
    return network


def add_cooperative_to_network(
    network: Network, *, cooperative: Cooperative, roles: Iterable[str], by: User | None
) -> None:
    """Add one co-op to a network. Raises as `add_cooperatives_to_network`."""
    add_cooperatives_to_network(network, cooperatives=[cooperative], roles=roles, by=by)


def add_cooperatives_to_network(
    network: Network, *, cooperatives: Sequence[Cooperative], roles: Iterable[str], by: User | None
) -> int:
    """Add co-ops to a network, all in the same roles; return how many weren't in it before.

    Whoever adds must see each of them, since a network opens a co-op's answers to its facilitators.
    Raises NotThere, WrongFields.
    """
    if by is not None:
        ids = {each.pk for each in cooperatives}
        if access.cooperatives_for(by, Ability.SEE_COOPERATIVE).filter(pk__in=ids).count() != len(ids):
            raise NotThere
    with transaction.atomic():
        return put_into_network(network, cooperatives=cooperatives, roles=roles, by=by)


def put_into_network(
    network: Network, *, cooperatives: Sequence[Cooperative], roles: Iterable[str], by: User | None
) -> int:
    """Add co-ops of which it is already known that the person may add them: part of another action."""
    kinds = _roles(roles)
    inside = set(
        network.roles.filter(cooperative__in=cooperatives).values_list("cooperative", flat=True).distinct()
    )
    NetworkRole.objects.bulk_create(
        [
            NetworkRole(network=network, cooperative=cooperative, kind=kind)
            for cooperative in cooperatives
            for kind in kinds
        ],
        ignore_conflicts=True,
    )
    new = [each.pk for each in cooperatives if each.pk not in inside]
    audit.record(
        "network.add_cooperatives",
        network,
        by=by,
        cooperative_id=cooperatives[0].pk if len(cooperatives) == 1 else None,
        network_id=network.pk,
        facts={"cooperatives": [each.pk for each in cooperatives], "roles": kinds},
    )
    return len(new)


def set_network_roles(
    network: Network, *, cooperative: Cooperative, roles: Iterable[str], by: User | None
) -> None:
    """Give a member exactly these roles. Raises WrongFields for none; NotThere for who isn't a member."""
    kinds = _roles(roles)
    with transaction.atomic():
        Network.objects.select_for_update().get(pk=network.pk)
        had = set(network.roles.filter(cooperative=cooperative).values_list("kind", flat=True))
        if not had:
            raise NotThere
        network.roles.filter(cooperative=cooperative).exclude(kind__in=kinds).delete()
        NetworkRole.objects.bulk_create(
            NetworkRole(network=network, cooperative=cooperative, kind=kind)
            for kind in kinds
            if kind not in had
        )
        audit.record(
            "network.set_roles",
            network,
            by=by,
            cooperative_id=cooperative.pk,
            network_id=network.pk,
            facts={"roles": kinds},
        )


def remove_from_network(network: Network, *, cooperative: Cooperative, by: User | None) -> None:
    """Take a co-op out of a network; what it said stays its own. Raises NotThere for who isn't a member."""
    with transaction.atomic():
        gone, _ = network.roles.filter(cooperative=cooperative).delete()
        if not gone:
            raise NotThere
        audit.record(
            "network.remove_cooperative", network, by=by, cooperative_id=cooperative.pk, network_id=network.pk
        )


def _region_of(written: str, *, by: User | None) -> str:
    code = regions.region(written.strip())
    if by is None:
        return code
    try:
        return access.region_for(by, code, Ability.CREATE_IN_REGION)
    except NotThere:
        raise Refusal(
            "network.outside_your_region", "You may make networks only in a region that you facilitate."
        ) from None


def _note(written: str) -> str:
    tidy = written.strip().replace("\r\n", "\n")
    if len(tidy) > _NOTE:
        raise Refusal(
            "field.long", "At most {most} letters, please; these are {count}.", most=_NOTE, count=len(tidy)
        )
    return tidy


def _roles(roles: Iterable[str]) -> list[str]:
    asked = set(roles)
    if not asked or not asked <= set(NetworkRole.Kind.values):
        raise one_wrong(
            "roles", Sentence("network.no_role", "Please choose at least one role, such as supplier or hub.")
        )
    return [kind for kind in NetworkRole.Kind.values if kind in asked]


def _save_named(network: Network, **how: object) -> None:
    try:
        with transaction.atomic():
            network.save(**how)  # type: ignore[arg-type]
    except IntegrityError as error:
        raise one_wrong(
            "name", Sentence("network.name_taken", "There is already a network of this name in this region.")
        ) from error
