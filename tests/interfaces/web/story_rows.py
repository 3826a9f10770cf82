"""Rows of the cast's Cianjur that addresses can name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from jejaring.domain.agreements.actions.drafting import Draft, DraftLine, DraftParty, Frame, draft
from jejaring.domain.agreements.models import Agreement, Event, Motion, Paper, Version
from jejaring.domain.mapping.models import Attendee, ImportDraft, Site, Workshop
from jejaring.domain.notices.models import Notice, NoticeLink
from jejaring.domain.parties import personal
from jejaring.domain.parties.models import (
    ApiToken,
    Consent,
    Counterparty,
    Invitation,
    Member,
    Officer,
    PasswordLink,
    Role,
    Unit,
)
from jejaring.domain.partnering.models import (
    PlanEdition,
    PlanRun,
    Proposal,
    ProposalLine,
    Round,
    RoundPlan,
    Standing,
)
from tests.cast import CIANJUR, Cast
from tests.interfaces.web.mapping_rows import mapping_rows

TOKEN = "story"


def address_parts(cast: Cast) -> dict[str, object]:
    """Return a value for each part of an address, all of them Cianjur's."""
    return {
        "cooperative_id": cast.babakankaret.pk,
        "network_id": cast.cianjur.pk,
        **_account_parts(cast),
        **_mapping(cast),
        **_registry(cast),
        # exchange
        "draft_id": _draft(cast, way="excel").pk,
        **_survey_draft(cast),
        # plans
        "run_id": finished_plan(cast).pk,
        "reader": "semua",
        # agreements
        **_agreement(cast),
        # rounds
        **_round(cast),
        **_session(cast),
        **_told(cast),
        "region_code": CIANJUR,
    }


def _mapping(cast: Cast) -> dict[str, object]:
    return {
        "side": "hasil",
        "product": "gkp",
        "stage": "production",
        "sort": "pengering",
        "what": "harga",
        **mapping_rows(cast),
    }


def _account_parts(cast: Cast) -> dict[str, object]:
    """The clerk's and the hub manager's roles, links made by the chair and the facilitator, a consent."""
    later = timezone.now() + timedelta(days=1)
    to_coop = Invitation.objects.create(
        token_hash=personal.lookup_hash("invitation", TOKEN),
        kind=Role.Kind.MANAGER,
        cooperative=cast.babakankaret,
        invited_by=cast.chair,
        expires_at=later,
    )
    to_network = Invitation.objects.create(
        token_hash="network",
        kind=Role.Kind.TRAINER,
        network=cast.cianjur,
        invited_by=cast.facilitator,
        expires_at=later,
    )
    PasswordLink.objects.create(
        token_hash=personal.lookup_hash("password", TOKEN),
        user=cast.clerk,
        made_by=cast.chair,
        expires_at=later,
    )
    consent = Consent.objects.create(
        user=cast.chair, purpose=Consent.Purpose.CONTACT, wording="Yes.", given_at=timezone.now()
    )
    key = ApiToken.objects.create(
        user=cast.chair, name="timbangan", token_hash="key", created_at=timezone.now(), expires_at=later
    )
    return {
        "token": TOKEN,
        "key_id": key.pk,
        "invitation_id": to_coop.pk,
        "network_invitation_id": to_network.pk,
        "role_id": cast.clerk.roles.get().pk,
        "guide_role_id": cast.hub_manager.roles.get().pk,
        "own_role_id": cast.chair.roles.get().pk,
        "consent_id": consent.pk,
    }


def _registry(cast: Cast) -> dict[str, object]:
    coop, network = cast.babakankaret, cast.cianjur
    market = Counterparty.objects.create(name="Pasar", kind="market", network=network)
    return {
        "unit_id": Unit.objects.create(cooperative=coop, kind="Gudang").pk,
        "officer_id": Officer.objects.create(
            cooperative=coop, organ="board", office="Ketua", name="ketua"
        ).pk,
        "member_id": Member.objects.create(cooperative=coop, name="anggota").pk,
        "counterparty_id": market.pk,
        "site_id": Site.objects.create(counterparty=market, network=network, name="Los").pk,
    }


def _survey_draft(cast: Cast) -> dict[str, object]:
    """A comparison of submissions, and a photo that came with them."""
    draft = _draft(cast, way="survey", network=cast.cianjur)
    photo = draft.photos.create(stage="processing", content_type="image/png", sha256="0" * 64, content=b"")
    return {"survey_draft_id": draft.pk, "photo_id": photo.pk}


def _draft(cast: Cast, **columns: object) -> ImportDraft:
    now = timezone.now()
    return ImportDraft.objects.create(
        cooperative=cast.babakankaret,
        file_name="k.xlsx",
        made_by=cast.chair,
        made_at=now,
        expires_at=now + timedelta(days=1),
        **columns,
    )


def finished_plan(cast: Cast) -> PlanRun:
    """Return a plan of Cianjur with an edition for each reader, as short as can be."""
    run, is_new = PlanRun.objects.get_or_create(
        network=cast.cianjur,
        defaults={
            "first_month": date(2026, 3, 1),
            "months": 1,
            "status": PlanRun.Status.DONE,
            "problem": "{}",
            "plan": "{}",
            "summary": {"hubs": ["hub"], "gain_idr": 1},
            "notes": {"cooperatives": {"babakankaret": cast.babakankaret.pk, "hub": cast.hub.pk}},
            "asked_at": datetime(2026, 3, 5, tzinfo=UTC),
        },
    )
    if is_new:
        front = {"reader": "public", "totals": {"parties": 2, "trading": 0, "partnerships": 0}}
        PlanEdition.objects.bulk_create(
            PlanEdition(run=run, audience=who, language="id", page=who, front=front)
            for who in ("facilitator", "public", "party:babakankaret", "party:hub")
        )
    return run


def _round(cast: Cast) -> dict[str, object]:
    """A published round of that plan, with one proposal: Babakankaret sells to the hub."""
    run = finished_plan(cast)
    known = RoundPlan.objects.filter(run=run).first()
    if known is not None:
        return {"round_id": known.round_id, "proposal_id": known.proposals.get().pk}
    at = datetime(2026, 3, 5, tzinfo=UTC)
    matching = Round.objects.create(
        network=cast.cianjur, title="Putaran", state=Round.State.OPEN, rule="equal",
        first_month=run.first_month, months=1, opened_at=at, published_at=at,
    )  # fmt: skip
    made = RoundPlan.objects.create(round=matching, number=1, run=run, kept_at=at)
    for cooperative in (cast.babakankaret, cast.hub):
        Standing.objects.create(
            plan=made, cooperative=cooperative, is_hub=cooperative == cast.hub, alone_idr=1_000_000,
            payoff_idr=1_500_000, settlement_idr=0,
        )  # fmt: skip
    proposal = Proposal.objects.create(
        round=matching, plan=made, first=cast.hub, second=cast.babakankaret, kg=1_000, value_idr=6_700_000,
        settlement_idr=0, made_at=at,
    )  # fmt: skip
    ProposalLine.objects.create(
        proposal=proposal, position=0, kind="sale", first_gives=False, good="gkp", good_name="Gabah",
        place="hub", place_name="Gudang hub", month=run.first_month, kg=1_000, price_idr_per_kg=6_700,
        value_idr=6_700_000,
    )  # fmt: skip
    return {"round_id": matching.pk, "proposal_id": proposal.pk}


def _session(cast: Cast) -> dict[str, object]:
    """A session whose link has the story's token, and somebody who joined it."""
    at = timezone.now()
    workshop = Workshop.objects.create(
        network=cast.cianjur,
        title="Session",
        token=TOKEN,
        opened_by=cast.facilitator,
        opened_at=at,
        closes_at=at + timedelta(hours=8),
    )
    attendee = Attendee.objects.create(
        workshop=workshop, user=cast.clerk, cooperative=cast.babakankaret, joined_at=at, approved_at=at
    )
    return {"workshop_id": workshop.pk, "attendee_id": attendee.pk}


def _agreement(cast: Cast) -> dict[str, object]:
    """A memorandum of the hub and Babakankaret up for signing, a dispute, a proposed suspension."""
    made = offered_agreement(cast)
    motion = Motion.objects.create(
        agreement=made,
        what=Motion.What.SUSPEND,
        party=made.parties.get(position=1),
        why="Banjir",
        made_at=timezone.now(),
    )
    dispute = Event.objects.create(
        agreement=made, kind=Event.Kind.DISPUTE, text="Kurang", on=date(2026, 11, 22), at=timezone.now()
    )
    return {
        "agreement_id": made.pk,
        "number": 1,
        "position": 1,
        "clause": "purpose",
        "dispute_id": dispute.pk,
        "motion_id": motion.pk,
        "code": made.code,
        "version": 1,
    }


def offered_agreement(cast: Cast) -> Agreement:
    """Return a memorandum of Cianjur up for signing. Its paper is no PDF: addresses don't read it."""
    line = DraftLine(
        kind="sale",
        giver=1,
        taker=0,
        good="Gabah kering panen",
        month=date(2027, 3, 1),
        kg=12_000,
        value_idr=80_400_000,
        price_idr_per_kg=Decimal(6700),
        place="Gudang hub",
    )
    frame = Frame(place="Cianjur", valid_from=date(2026, 12, 1), valid_until=date(2027, 11, 30))
    new = Draft(
        "mou",
        "Kerja sama gabah",
        [DraftParty(cast.hub, is_hub=True), DraftParty(cast.babakankaret)],
        [line],
        frame,
    )
    made = draft(cast.cianjur, new, by=cast.facilitator, at=datetime(2026, 11, 22, tzinfo=UTC))
    version = made.versions.get()
    Version.objects.filter(pk=version.pk).update(state=Version.State.OFFERED, offered_at=timezone.now())
    Agreement.objects.filter(pk=made.pk).update(
        state=Agreement.State.SIGNING, number=1, year=2026, reference="001/NK/J1/XI/2026"
    )
    Paper.objects.create(version=version, number=0, pdf=b"%PDF-", sha256="0" * 64, made_at=timezone.now())
    return made


def _told(cast: Cast) -> dict[str, object]:
    """A notice to the chair, and a link with the story's token, both to the co-op's page."""
    at = timezone.now()
    page = {"page": "cooperative", "page_parts": {"cooperative_id": cast.babakankaret.pk}}
    sentence = {"code": "story", "text": "Hello.", "facts": {}}
    notice = Notice.objects.create(user=cast.chair, sentence=sentence, at=at, **page)
    NoticeLink.objects.create(token=TOKEN, made_at=at, expires_at=at + timedelta(days=7), **page)
    return {"notice_id": notice.pk}
