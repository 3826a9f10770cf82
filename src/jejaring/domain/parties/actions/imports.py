"""Accepting what a file would change: all of it in one transaction, and only what was seen before."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from jejaring.domain.parties import audit, imports
from jejaring.domain.parties.actions.cooperatives import (
    change_profile,
    change_some_of_profile,
    register_cooperative,
    set_position,
)
from jejaring.domain.parties.actions.networks import add_cooperatives_to_network
from jejaring.domain.parties.imports import Preview, PreviewRow, State
from jejaring.domain.parties.models import Cooperative, Member, Network, User
from jejaring.domain.parties.simkopdes.tables import MEMBER_FIELDS, PROFILE_FIELDS
from jejaring.engines.errors import Refusal


def import_profile(
    cooperative: Cooperative, *, data: bytes, file: str, seen: str, by: User | None
) -> Preview:
    """Take over a co-op's profile from a file; `seen` is the digest of the preview that was accepted.

    Raises Faults, Refusal; then nothing is written.
    """
    with transaction.atomic():
        row = Cooperative.objects.select_for_update().get(pk=cooperative.pk)
        preview = imports.preview_profile(row, data, file, by=by)
        _refuse_unseen(preview, seen)
        line = preview.rows[0].line
        change_profile(row, profile=line.profile, is_another=True, by=by)
        if any(each.column == "koordinat" for each in preview.rows[0].differences):
            set_position(row, at=line.at, by=by)
        _record("cooperative.import_profile", row, preview, by)
    return preview


def import_members(
    cooperative: Cooperative, *, data: bytes, file: str, seen: str, by: User | None
) -> Preview:
    """Take over members from a file. Nobody is taken off the list because a file lacks them.

    Raises Faults, Refusal; then nothing is written.
    """
    with transaction.atomic():
        Cooperative.objects.select_for_update().get(pk=cooperative.pk)
        preview = imports.preview_members(cooperative, data, file)
        _refuse_unseen(preview, seen)
        try:
            Member.objects.bulk_create(
                [
                    Member(cooperative=cooperative, **row.line.columns)
                    for row in preview.rows
                    if row.state == State.NEW
                ],
                batch_size=500,
            )
            changed = [row for row in preview.rows if row.state == State.CHANGED]
            members = Member.objects.in_bulk([row.kept_pk for row in changed])
            for row in changed:
                _change_member(members[row.kept_pk], row)
        except IntegrityError as error:
            raise _changed_meanwhile() from error
        _record("member.import", cooperative, preview, by)
    return preview


def import_cooperatives(
    network: Network, *, data: bytes, file: str, roles: Iterable[str], seen: str, by: User | None
) -> Preview:
    """Register the co-ops of a file that aren't here yet, and add all of them to a network.

    Raises Faults, Refusal; then nothing is written.
    """
    kinds = list(roles)
    with transaction.atomic():
        Network.objects.select_for_update().get(pk=network.pk)
        preview = imports.preview_cooperatives(network, data, file, by=by)
        _refuse_unseen(preview, seen)
        known_ids = [row.pk for row in preview.rows if row.pk is not None]
        # All of them at once, before the first line of the trail: who changes one of them waits for neither.
        held = Cooperative.objects.select_for_update().filter(pk__in=known_ids).order_by("pk")
        kept = {each.pk: each for each in held}
        joining = []
        for row in preview.rows:
            if row.state == State.NEW:
                line = row.line
                register_cooperative(
                    line.profile,
                    at=line.at,
                    network=network,
                    roles=kinds,
                    is_another=True,
                    source=file,
                    by=by,
                )
                continue
            known = kept[row.kept_pk]
            if row.differences:
                _fill(known, row, by)
            if row.joins:
                joining.append(known)
        if joining:
            add_cooperatives_to_network(network, cooperatives=joining, roles=kinds, by=by)
        audit.record(
            "network.import_cooperatives",
            network,
            by=by,
            network_id=network.pk,
            facts={"new": preview.new, "changed": preview.changed, "joined": preview.new + len(joining)},
        )
    return preview


def note_full_export(cooperative: Cooperative, *, members: int, by: User) -> None:
    """Keep in the trail that somebody took members' whole numbers out."""
    with transaction.atomic():
        audit.record(
            "member.export_full",
            cooperative,
            by=by,
            cooperative_id=cooperative.pk,
            facts={"members": members},
        )


def _change_member(member: Member, row: PreviewRow) -> None:
    changed = {each.column for each in row.differences}
    columns = {
        name: value
        for name, value in row.line.columns.items()
        if MEMBER_FIELDS[name.removesuffix("_hash")] in changed
    }
    for name, value in columns.items():
        setattr(member, name, value)
    member.save(update_fields=list(columns))


def _fill(known: Cooperative, row: PreviewRow, by: User | None) -> None:
    """Fill in what a co-op hasn't said of itself."""
    filled = {each.column for each in row.differences}
    said = {
        name: getattr(row.line.profile, name)
        for name, column in PROFILE_FIELDS.items()
        if column in filled and name != "position"
    }
    if said:
        change_some_of_profile(known, said=said, is_another=True, by=by)
    if "koordinat" in filled:
        set_position(known, at=row.line.at, by=by)


def _refuse_unseen(preview: Preview, seen: str) -> None:
    if preview.digest != seen:
        raise _changed_meanwhile()


def _changed_meanwhile() -> Refusal:
    return Refusal(
        "import.changed_meanwhile",
        "What is kept has changed since you looked. Please look at the differences again.",
    )


def _record(action: str, cooperative: Cooperative, preview: Preview, by: User | None) -> None:
    audit.record(
        action,
        cooperative,
        by=by,
        cooperative_id=cooperative.pk,
        facts={"new": preview.new, "changed": preview.changed, "same": preview.same},
    )
