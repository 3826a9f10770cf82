"""A person says yes: what they chose of a file is kept in one transaction, or nothing of it.

What changed here since the file was compared isn't overwritten: it comes back to be looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from jejaring.domain.mapping.actions import answers, channels, facilities, vehicles
from jejaring.domain.mapping.actions.answers import locked
from jejaring.domain.mapping.actions.evidence import add_evidence
from jejaring.domain.mapping.exchange.comparing import beside, compare
from jejaring.domain.mapping.exchange.kept import Catalogue, facilities_of, kept_of
from jejaring.domain.mapping.exchange.media import Photo
from jejaring.domain.mapping.exchange.rows import (
    CHANNEL,
    FACILITY,
    LOCAL,
    NEED,
    POSITION,
    POTENTIAL,
    TODAY,
    VEHICLE,
    Difference,
    Values,
    decimal,
    month_of,
    said_in,
    to_json,
)
from jejaring.domain.mapping.models import (
    Channel,
    DraftPhoto,
    Evidence,
    Facility,
    ImportDraft,
    Submission,
    Vehicle,
)
from jejaring.domain.parties import audit
from jejaring.domain.parties.actions.cooperatives import set_position
from jejaring.domain.parties.models import Cooperative, Network, User
from jejaring.domain.parties.models.cooperatives import PositionOrigin
from jejaring.domain.parties.profile import Position
from jejaring.engines.errors import Fault, Refusal

KEPT_FOR = timedelta(days=7)
"""A comparison that nobody answers is thrown away after this."""

MOST_DIFFERENCES = 3000
"""Of one file for one co-op: a form can't carry more."""


@dataclass(frozen=True)
class Accepted:
    """What came of a yes."""

    kept: tuple[Difference, ...]
    meanwhile: tuple[Difference, ...]
    """Chosen, but changed here since the comparison: compared anew, not kept."""
    photos: int = 0
    """How many photos were kept."""


def accept(
    cooperative: Cooperative,
    differences: Iterable[Difference],
    chosen: Collection[str],
    *,
    by: User | None,
    at: datetime,
    way: str,
) -> Accepted:
    """Keep the differences whose ids are chosen, all of them or none, and return what came of it.

    Choosing one is saying that it is right, doubtful or not. Raises Refusal where the rules say no.
    """
    wanted = [each for each in differences if each.id in chosen and each.kind != "same"]
    on = timezone.localtime(at).date()
    with transaction.atomic():
        held = locked(cooperative)
        now = compare([each.said for each in wanted], kept_of(held), on)
        pairs = list(zip(wanted, now, strict=True))
        kept = tuple(fresh for seen, fresh in pairs if fresh.before == seen.before and fresh.kind != "same")
        meanwhile = tuple(
            fresh for seen, fresh in pairs if fresh.before != seen.before and fresh.kind != "same"
        )
        if kept:
            _keep(held, kept, _Saying(by, at, way))
            audit.record(
                "mapping.accept_file",
                held,
                by=by,
                cooperative_id=held.pk,
                facts={"way": way, "rows": len(kept), "meanwhile": len(meanwhile)},
            )
    return Accepted(kept, meanwhile)


def faults_of(
    cooperative: Cooperative, differences: Iterable[Difference], *, by: User | None, at: datetime, way: str
) -> tuple[Fault, ...]:
    """Return what the rules would refuse, each with its place in the file. Nothing is kept.

    It tries to keep everything, so that no rule is written a second time, and takes all of it back.
    """
    wanted = [each for each in differences if each.kind != "same"]
    saying = _Saying(by, at, way)
    with transaction.atomic():
        held = locked(cooperative)
        faults = _tried(held, wanted, saying)
        if faults and len(wanted) > 1:
            faults = [fault for each in wanted for fault in _tried(held, [each], saying)]
        transaction.set_rollback(True)
    return tuple(faults)


def _tried(cooperative: Cooperative, wanted: Sequence[Difference], saying: _Saying) -> list[Fault]:
    point = transaction.savepoint()
    try:
        if wanted:
            _keep(cooperative, wanted, saying)
    except Refusal as refusal:
        return [Fault(wanted[0].said.place, refusal.sentence)]
    finally:
        transaction.savepoint_rollback(point)
    return []


# --- drafts: between looking and saying yes ---------------------------------------------------------


def keep_draft(
    cooperative: Cooperative,
    differences: Sequence[Difference],
    *,
    by: User,
    at: datetime,
    way: str,
    file_name: str,
    network: Network | None = None,
    submissions: Sequence[str] = (),
    photos: Sequence[Photo] = (),
) -> ImportDraft:
    """Keep a comparison for a person to look at, in place of their earlier ones, and return it."""
    shown = [to_json(each) for each in differences if each.kind != "same"]
    if len(shown) > MOST_DIFFERENCES:
        raise Refusal(
            "exchange.many_rows",
            "This file changes {count} figures at once; {most} is the most. Send it in parts.",
            count=len(shown),
            most=MOST_DIFFERENCES,
        )
    with transaction.atomic():
        held = locked(cooperative)
        old = Q(expires_at__lt=at) | Q(cooperative=held, network=network, way=way, made_by=by)
        ImportDraft.objects.filter(old).delete()
        draft = ImportDraft.objects.create(
            cooperative=held,
            network=network,
            way=way,
            file_name=file_name[-200:],
            rows=shown,
            same=len(differences) - len(shown),
            submissions=list(submissions),
            made_by=by,
            made_at=at,
            expires_at=at + KEPT_FOR,
        )
        _keep_photos(draft, photos)
        audit.record(
            "mapping.compare_file",
            draft,
            by=by,
            cooperative_id=held.pk,
            network_id=network.pk if network else None,
            facts={"way": way, "rows": len(shown), "submissions": len(submissions)},
        )
    return draft


def _keep_photos(draft: ImportDraft, photos: Sequence[Photo]) -> None:
    """Put photos beside a draft, without those that the co-op has already."""
    had = set(Evidence.objects.filter(cooperative=draft.cooperative).values_list("sha256", "stage"))
    products = Catalogue().products if photos else {}
    DraftPhoto.objects.bulk_create(
        DraftPhoto(
            draft=draft,
            stage=photo.named.stage,
            product=products.get(photo.named.product),
            note=photo.named.note,
            content_type=photo.content_type,
            sha256=photo.sha256,
            content=photo.content,
        )
        for photo in photos
        if (photo.sha256, photo.named.stage) not in had
    )


def open_draft(
    pk: int, *, at: datetime, cooperative: Cooperative | None = None, network: Network | None = None
) -> ImportDraft | None:
    """Return a comparison that waits: a co-op's own, or one of a network about one of its co-ops."""
    rows = open_drafts(network, at=at) if network else _open(at).filter(network=None, cooperative=cooperative)
    return rows.filter(pk=pk).first()


def open_drafts(network: Network, *, at: datetime) -> QuerySet[ImportDraft]:
    """Return the comparisons of a network that wait for an answer, about co-ops that are still in it."""
    rows = _open(at).filter(network=network, cooperative__network_roles__network=network)
    return rows.select_related("cooperative").annotate(photo_count=Count("photos", distinct=True)).distinct()


def _open(at: datetime) -> QuerySet[ImportDraft]:
    return ImportDraft.objects.filter(expires_at__gte=at)


def draft_differences(draft: ImportDraft, at: datetime) -> Sequence[Difference]:
    """Return what a draft's file says beside what was kept when it was compared."""
    rows = [said_in(row) for row in draft.rows]
    return beside(rows, draft.cooperative, timezone.localtime(at).date())


def accept_draft(draft: ImportDraft, chosen: Collection[str], *, by: User, at: datetime) -> Accepted:
    """Keep what was chosen of a draft; what changed meanwhile stays in it, the rest is thrown away.

    Raises Refusal where somebody has finished it already, or a submission was kept through another file.
    """
    with transaction.atomic():
        # The co-op first, as everywhere: who brings the next file holds it while they throw this one away.
        locked(draft.cooperative)
        held = ImportDraft.objects.select_for_update().filter(pk=draft.pk, expires_at__gte=at).first()
        if held is None:
            raise Refusal(
                "exchange.draft_gone", "This comparison is finished already. Upload the file again."
            )
        if held.kept_at is None:
            _remember(held, by, at)
        done = accept(held.cooperative, draft_differences(held, at), chosen, by=by, at=at, way=held.way)
        photos = [photo for photo in held.photos.defer("content") if photo.choice in chosen]
        for photo in photos:
            add_evidence(
                held.cooperative, stage=photo.stage, content=bytes(photo.content), product=photo.product,
                note=photo.note, by=by, at=at,
            )  # fmt: skip
        held.photos.all().delete()
        if done.meanwhile:
            held.rows = [to_json(each) for each in done.meanwhile]
            held.kept_at = at
            held.save(update_fields=["rows", "kept_at"])
        else:
            held.delete()
    return Accepted(done.kept, done.meanwhile, len(photos))


def refuse_draft(draft: ImportDraft, *, by: User) -> None:
    """Throw a comparison away; nothing of its file is kept. A second time changes nothing."""
    with transaction.atomic():
        held = ImportDraft.objects.select_for_update().filter(pk=draft.pk).first()
        if held is None:
            return
        audit.record(
            "mapping.refuse_file", held, by=by, cooperative_id=held.cooperative_id, facts={"way": held.way}
        )
        held.delete()


def _remember(draft: ImportDraft, by: User, at: datetime) -> None:
    if Submission.objects.filter(instance__in=draft.submissions).exists():
        raise Refusal(
            "exchange.submission_again",
            "One of these submissions was kept already, through another file. Upload the newest export.",
        )
    Submission.objects.bulk_create(
        Submission(instance=each, cooperative=draft.cooperative, kept_by=by, kept_at=at)
        for each in draft.submissions
    )


# --- rows of a file -> the actions that pages use ---------------------------------------------------


@dataclass(frozen=True)
class _Saying:
    by: User | None
    at: datetime
    way: str

    @property
    def words(self) -> dict[str, Any]:
        return {"by": self.by, "at": self.at, "way": self.way, "sure": True}


def _keep(cooperative: Cooperative, chosen: Sequence[Difference], saying: _Saying) -> None:
    catalogue = Catalogue(cooperative)
    for table, rows in groupby(chosen, key=lambda each: each.said.table):
        if table in _DECLARED:
            make, declare = _DECLARED[table]
            declare(cooperative, [make(each, catalogue) for each in rows], **saying.words)
            continue
        for each in rows:
            _ONE_BY_ONE[table](cooperative, each, catalogue, saying)


def _about(each: Difference, catalogue: Catalogue) -> dict[str, Any]:
    product, grade, site, month = each.said.key
    return {
        "product": catalogue.products[product],
        "grade": catalogue.grades[product, grade] if grade else None,
        "site": catalogue.sites[site] if site else None,
        "month": month_of(month),
    }


def _known(values: Values) -> dict[str, Any]:
    return {"evidence": values["evidence"], "source": values["source"]}


def _potential(each: Difference, catalogue: Catalogue) -> answers.PotentialAnswer:
    about = _about(each, catalogue)
    if each.after is None:
        return answers.PotentialAnswer(**about, kg=None)
    return answers.PotentialAnswer(
        **about,
        kg=each.after["kg"],
        cost_idr_per_kg=decimal(each.after["cost_idr_per_kg"]),
        least_lot_kg=each.after["least_lot_kg"],
        as_typed=each.said.typed,
        **_known(each.after),
    )


def _need(each: Difference, catalogue: Catalogue) -> answers.NeedAnswer:
    about = _about(each, catalogue)
    if each.after is None:
        return answers.NeedAnswer(**about, kg=None)
    return answers.NeedAnswer(
        **about,
        kg=each.after["kg"],
        worth_idr_per_kg=decimal(each.after["worth_idr_per_kg"]),
        is_must=each.after["is_must"],
        as_typed=each.said.typed,
        **_known(each.after),
    )


def _today(each: Difference, catalogue: Catalogue) -> answers.TodayAnswer:
    about = _about(each, catalogue)
    if each.after is None:
        return answers.TodayAnswer(**about)
    return answers.TodayAnswer(
        **about,
        sells_kg=each.after["sells_kg"],
        sells_idr_per_kg=Decimal(each.after["sells_idr_per_kg"]),
        buys_kg=each.after["buys_kg"],
        buys_idr_per_kg=Decimal(each.after["buys_idr_per_kg"]),
        cost_idr_per_kg=decimal(each.after["cost_idr_per_kg"]),
        partner=each.after["partner"],
        **_known(each.after),
    )


def _local(each: Difference, catalogue: Catalogue) -> answers.LocalTradeAnswer:
    about = _about(each, catalogue)
    if each.after is None:
        return answers.LocalTradeAnswer(**about)
    return answers.LocalTradeAnswer(
        **about,
        sell_idr_per_kg=decimal(each.after["sell_idr_per_kg"]),
        buy_idr_per_kg=decimal(each.after["buy_idr_per_kg"]),
        most_sell_kg=each.after["most_sell_kg"],
        most_buy_kg=each.after["most_buy_kg"],
        **_known(each.after),
    )


def _keep_facility(cooperative: Cooperative, each: Difference, catalogue: Catalogue, saying: _Saying) -> None:
    there: Facility | None = None
    if each.before is not None:
        there = facilities_of(cooperative).filter(pk=each.key[0]).first()
    if each.after is None:
        if there is not None:
            facilities.remove_facility(there, by=saying.by)
        return
    values = each.after
    answer = facilities.FacilityAnswer(
        kind=values["kind"],
        name=values["name"],
        product=catalogue.products.get(values["product"]),
        outputs=[(catalogue.products[code], Decimal(factor)) for code, factor in values["outputs"]],
        stored=[catalogue.products[code] for code in values["stored"]],
        opening=[(row.product, row.kg) for row in there.opening.all()] if there else (),
        months=[(row.month, row.capacity_kg, row.cost_idr_per_kg) for row in there.months.all()]
        if there
        else (),
        site=there.site if there else None,
        code=there.code if there else "",
        capacity_kg=values["capacity_kg"],
        cost_idr_per_kg=Decimal(values["cost_idr_per_kg"]),
        opening_cost_idr=values["opening_cost_idr"],
        loss=Decimal(values["loss"]),
        build_cost_idr=values["build_cost_idr"],
        build_share=there.build_share if there else Decimal(1),
        **_known(values),
    )
    if there is None:
        facilities.declare_facility(cooperative, answer, **saying.words)
    else:
        facilities.change_facility(there, answer, **saying.words)


def _keep_vehicle(cooperative: Cooperative, each: Difference, _: Catalogue, saying: _Saying) -> None:
    if each.after is None:
        there = Vehicle.objects.filter(cooperative=cooperative, name=each.said.key[0]).first()
        if there is not None:
            vehicles.remove_vehicle(there, by=saying.by)
        return
    vehicles.declare_vehicle(
        cooperative,
        name=each.after["name"],
        capacity_kg=each.after["capacity_kg"],
        idr_per_km=Decimal(each.after["idr_per_km"]),
        idr_per_trip=each.after["idr_per_trip"],
        most_trips=each.after["most_trips"],
        by=saying.by,
    )


def _keep_channel(cooperative: Cooperative, each: Difference, catalogue: Catalogue, saying: _Saying) -> None:
    there: Channel | None = None
    if each.before is not None:
        there = Channel.objects.filter(cooperative=cooperative, pk=each.key[0]).first()
    if each.after is None:
        if there is not None:
            channels.remove_channel(there, by=saying.by)
        return
    values = each.after
    product = values["product"]
    answer = channels.ChannelAnswer(
        direction=values["direction"],
        product=catalogue.products[product],
        grade=catalogue.grades[product, values["grade"]] if values["grade"] else None,
        site=catalogue.sites[values["site"]] if values["site"] else None,
        partner=values["partner"],
        idr_per_kg=Decimal(values["idr_per_kg"]),
        most_kg=values["most_kg"],
        least_kg=values["least_kg"],
        days_to_pay=values["days_to_pay"],
        code=there.code if there else "",
        every_month=there.every_month if there else True,
        months=[(row.month, row.most_kg, row.least_kg, row.idr_per_kg) for row in there.months.all()]
        if there
        else (),
        steps=[(row.from_kg, row.idr_per_kg) for row in there.steps.all()] if there else (),
        **_known(values),
    )
    if there is None:
        channels.declare_channel(cooperative, answer, **saying.words)
    else:
        channels.change_channel(there, answer, **saying.words)


def _keep_position(cooperative: Cooperative, each: Difference, _: Catalogue, saying: _Saying) -> None:
    assert each.after is not None
    place = Position(float(each.after["lat"]), float(each.after["lon"]), PositionOrigin.GPS)
    set_position(cooperative, at=place, by=saying.by)


_DECLARED: Mapping[str, tuple[Callable[..., Any], Callable[..., None]]] = {
    POTENTIAL: (_potential, answers.declare_potentials),
    NEED: (_need, answers.declare_needs),
    TODAY: (_today, answers.declare_today),
    LOCAL: (_local, answers.declare_local_trade),
}
_ONE_BY_ONE: Mapping[str, Callable[..., None]] = {
    FACILITY: _keep_facility,
    VEHICLE: _keep_vehicle,
    CHANNEL: _keep_channel,
    POSITION: _keep_position,
}
