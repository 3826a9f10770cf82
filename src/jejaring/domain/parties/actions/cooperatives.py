"""Writes to co-ops: registering them, their profile, position and units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from functools import partial

from django.db import IntegrityError, transaction

from jejaring.domain.parties import access, audit, duplicates
from jejaring.domain.parties.access import Ability, NotAllowed, NotThere
from jejaring.domain.parties.actions.networks import put_into_network
from jejaring.domain.parties.models import Cooperative, Network, Unit, User
from jejaring.domain.parties.profile import (
    IDENTIFIERS,
    Position,
    Profile,
    checked,
    position,
    profile_of,
    same_number_elsewhere,
)
from jejaring.domain.parties.wrong_fields import Fields, one_wrong, optional, required
from jejaring.engines.errors import Refusal

_BY_CONSTRAINT = {f"cooperative_one_{field}": field for field in IDENTIFIERS}


def register_cooperative(
    profile: Profile,
    *,
    by: User | None,
    at: Position | None = None,
    network: Network | None = None,
    roles: Iterable[str] = (),
    is_another: bool = False,
    code: str = "",
    source: str = "",
) -> Cooperative:
    """Register a co-op, and add it to a network where one is given; return it.

    A facilitator registers in their region; who manages a network, in its region for it. `by` none: the
    program itself. `is_another`: the person says that a like name in the village is another co-op.
    Raises WrongFields, SimilarName, NotThere, NotAllowed.
    """
    kept = checked(profile, needs_village=by is not None)
    _refuse_to_register(kept, network, by)
    with transaction.atomic():
        duplicates.refuse_taken_numbers(kept, by=by)
        if not is_another:
            duplicates.refuse_similar_name(kept, by=by)
        cooperative = Cooperative(**kept.as_columns(), code=code[:60], source=source[:300])
        if at is not None:
            _put(cooperative, at)
        _save(cooperative, force_insert=True)
        audit.record(
            "cooperative.register",
            cooperative,
            by=by,
            cooperative_id=cooperative.pk,
            network_id=network.pk if network else None,
            facts={"kind": kept.kind, "village": kept.village_code, "is_another": is_another},
        )
        if network is not None:
            put_into_network(network, cooperatives=[cooperative], roles=roles, by=by)
    return cooperative


def change_profile(
    cooperative: Cooperative, *, profile: Profile, by: User | None, is_another: bool = False
) -> Cooperative:
    """Change what stands in a co-op's profile; nothing is written where nothing differs.

    Raises WrongFields, SimilarName.
    """
    kept = checked(profile, needs_village=bool(cooperative.village_code))
    with transaction.atomic():
        row = Cooperative.objects.select_for_update().get(pk=cooperative.pk)
        before = profile_of(row)
        differ = [
            each.name for each in fields(Profile) if getattr(before, each.name) != getattr(kept, each.name)
        ]
        if not differ:
            return row
        duplicates.refuse_taken_numbers(kept, but=row, by=by)
        if {"name", "village_code"} & set(differ) and not is_another:
            duplicates.refuse_similar_name(kept, but=row, by=by)
        for column, value in kept.as_columns().items():
            setattr(row, column, value)
        _save(row, update_fields=[*kept.as_columns(), "updated_at"])
        audit.record(
            "cooperative.change_profile", row, by=by, cooperative_id=row.pk, facts={"fields": differ}
        )
    return row


def change_some_of_profile(
    cooperative: Cooperative, *, said: Mapping[str, str], by: User | None, is_another: bool = False
) -> Cooperative:
    """Change the fields of a profile that `said` names; what somebody else changes meanwhile stays.

    Raises WrongFields, SimilarName.
    """
    with transaction.atomic():
        row = Cooperative.objects.select_for_update().get(pk=cooperative.pk)
        return change_profile(row, profile=replace(profile_of(row), **said), by=by, is_another=is_another)


def set_position(cooperative: Cooperative, *, at: Position, by: User | None) -> Cooperative:
    """Say where a co-op is, and how that is known. Raises Refusal for a place that isn't in Indonesia."""
    kept = position(at.lat, at.lon, at.origin)
    with transaction.atomic():
        row = Cooperative.objects.select_for_update().get(pk=cooperative.pk)
        _put(row, kept)
        row.save(update_fields=["lat", "lon", "position_origin", "updated_at"])
        audit.record(
            "cooperative.set_position", row, by=by, cooperative_id=row.pk, facts={"origin": kept.origin}
        )
    return row


def add_unit(
    cooperative: Cooperative, *, kind: str, name: str = "", is_running: bool = True, by: User | None
) -> Unit:
    """Add a business unit. Raises WrongFields; one of the same kind and name is refused."""
    checks = Fields()
    kept_kind = checks.text("kind", partial(required, most=40), kind)
    kept_name = checks.text("name", partial(optional, most=120), name)
    checks.done()
    with transaction.atomic():
        Cooperative.objects.select_for_update().get(pk=cooperative.pk)
        if cooperative.units.filter(kind__iexact=kept_kind, name__iexact=kept_name).exists():
            raise one_wrong("kind", Refusal("unit.twice", "This unit is in the list already.").sentence)
        unit = Unit.objects.create(
            cooperative=cooperative, kind=kept_kind, name=kept_name, is_running=is_running
        )
        audit.record(
            "cooperative.add_unit", unit, by=by, cooperative_id=cooperative.pk, facts={"kind": kept_kind}
        )
    return unit


def set_unit_running(unit: Unit, *, is_running: bool, by: User | None) -> Unit:
    """Say whether a unit is running."""
    with transaction.atomic():
        unit.is_running = is_running
        unit.save(update_fields=["is_running"])
        audit.record(
            "cooperative.set_unit_running",
            unit,
            by=by,
            cooperative_id=unit.cooperative_id,
            facts={"is_running": is_running},
        )
    return unit


def remove_unit(unit: Unit, *, by: User | None) -> None:
    """Take a unit off the list; a second time changes nothing."""
    with transaction.atomic():
        if Unit.objects.select_for_update().filter(pk=unit.pk).first() is None:
            return
        audit.record(
            "cooperative.remove_unit",
            unit,
            by=by,
            cooperative_id=unit.cooperative_id,
            facts={"kind": unit.kind},
        )
        unit.delete()


def may_register(by: User, village_code: str, network: Network | None) -> bool:
    """Return whether somebody may register a co-op in this village, for this network where one is given."""
    try:
        access.region_for(by, village_code[:5], Ability.CREATE_IN_REGION)
        return True
    except NotThere:
        return (
            network is not None
            and village_code.startswith(network.region_code)
            and access.networks_for(by, Ability.MANAGE_NETWORK).filter(pk=network.pk).exists()
        )


def _refuse_to_register(profile: Profile, network: Network | None, by: User | None) -> None:
    if by is None:
        return
    if network is not None:
        access.network_for(by, network.pk, Ability.MANAGE_NETWORK)
    if may_register(by, profile.village_code, network):
        return
    if not access.may_somewhere(by, Ability.CREATE_IN_REGION):
        raise NotAllowed(Ability.CREATE_IN_REGION)
    raise one_wrong(
        "village_code",
        Refusal(
            "coop.outside_your_region",
            "This village lies outside the region in which you may register co-ops.",
        ).sentence,
    )


def _put(cooperative: Cooperative, at: Position) -> None:
    kept = position(at.lat, at.lon, at.origin)
    cooperative.lat, cooperative.lon, cooperative.position_origin = kept.lat, kept.lon, kept.origin


def _save(cooperative: Cooperative, **how: object) -> None:
    """Save a row; a number that somebody else registered at the same moment is told like one from before."""
    try:
        with transaction.atomic():
            cooperative.save(**how)  # type: ignore[arg-type]
    except IntegrityError as error:
        # SQLite names the column that isn't unique, PostgreSQL the constraint.
        said = str(error)
        for constraint, field in _BY_CONSTRAINT.items():
            if constraint in said or f"parties_cooperative.{field}" in said:
                raise one_wrong(field, same_number_elsewhere(field)) from error
        raise
