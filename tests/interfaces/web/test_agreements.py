"""Agreements on pages: worded, put up, signed in three ways, followed; and totals that agree everywhere."""

from __future__ import annotations

import csv
import io
import re
import time
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import openpyxl
import pypdf
import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from jejaring.documents.agreements import content as said
from jejaring.domain.agreements import tasks
from jejaring.domain.agreements.actions import drafting, offering
from jejaring.domain.agreements.actions.drafting import Draft, DraftParty
from jejaring.domain.agreements.models import Agreement, Event, Paper, Signature, Version
from jejaring.domain.parties.models import Counterparty, NetworkRole, User
from jejaring.interfaces.web.agreements.desk import address_of
from tests.cast import Cast, make_cast
from tests.documents.signing_world import PASSPHRASE, Authority
from tests.domain.agreement_story import AT, FRAME, drafted, in_force, offered
from tests.pictures import white_png

State = Agreement.State


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def as_(who: User, *, second_step: str = "", ago_seconds: int = 0) -> Client:
    """Return somebody's browser, signed in with this second step."""
    client = Client()
    client.force_login(who)
    if second_step:
        session = client.session
        session["account_authentication_methods_user"] = str(who.pk)
        session["account_authentication_methods"] = [
            {"method": "mfa", "type": second_step, "at": time.time() - ago_seconds}
        ]
        session.save()
    return client


def form_of(version: Version, position: int, way: str, **more: Any) -> dict[str, Any]:
    return {
        "way": way,
        "party": position,
        "version": version.number,
        "office": "Ketua",
        "consent": "1",
        "request_key": uuid4(),
    } | more


def sign_address(version: Version) -> str:
    return reverse("agreement_sign", args=[version.agreement_id])


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


# --- signing ------------------------------------------------------------------------------------


def test_a_tap_needs_a_second_step_of_the_last_half_hour(cast: Cast) -> None:
    version = offered(cast)
    for browser in (as_(cast.chair), as_(cast.chair, second_step="totp", ago_seconds=3600)):
        shown = page(browser, "agreement_sign", version.agreement_id)
        assert 'name="consent"' not in shown
        assert reverse("mfa_index") in shown
        answer = browser.post(sign_address(version), form_of(version, 1, "tap"))
        assert answer.status_code == 422
        assert "langkah kedua" in answer.content.decode()
    assert not Signature.objects.exists()


def test_setting_up_a_second_step_leads_back_to_the_paper(cast: Cast) -> None:
    version = offered(cast)
    browser, back = as_(cast.chair), "Kembali menandatangani"
    page(browser, "agreement_sign", version.agreement_id)
    assert back not in page(browser, "mfa_index")
    Authenticator.objects.create(user=cast.chair, type=Authenticator.Type.TOTP, data={})
    assert back not in page(as_(cast.chair), "mfa_index")
    shown = page(browser, "mfa_index")
    assert back in shown
    assert f'href="{sign_address(version)}?pihak=1"' in shown


def test_a_chair_reads_what_is_signed_and_taps_once(cast: Cast) -> None:
    version = offered(cast)
    browser = as_(cast.chair, second_step="webauthn")
    shown = page(browser, "agreement_sign", version.agreement_id)
    for told in (
        "Kerja sama gabah",
        version.agreement.reference or "/NK/",
        "Rp80.400.000",
        "delapan puluh juta empat ratus ribu rupiah",
        "Koperasi hub Cianjur",
    ):
        assert told in shown
    form = form_of(version, 1, "tap")
    for _ in range(2):
        assert browser.post(sign_address(version), form).status_code == 302
    [made] = Signature.objects.all()
    assert (made.level, made.party.position, made.facts) == ("tapped", 1, {"strength": "passkey"})
    twice = browser.post(sign_address(version), form_of(version, 1, "tap"))
    assert "sudah menandatangani versi ini" in twice.content.decode()
    unticked = as_(cast.hub_manager, second_step="totp")
    answer = unticked.post(sign_address(version), form_of(version, 0, "tap", consent=""))
    assert answer.status_code == 422
    assert Signature.objects.count() == 1


def test_nobody_signs_for_another_party(cast: Cast) -> None:
    version = offered(cast)
    for who, position in ((cast.chair, 0), (cast.hub_manager, 1), (cast.chair_of_hub, 1)):
        answer = as_(who, second_step="totp").post(sign_address(version), form_of(version, position, "tap"))
        assert answer.status_code == 403
    garut = as_(cast.chair_garut, second_step="totp")
    assert garut.post(sign_address(version), form_of(version, 1, "tap")).status_code == 404
    assert as_(cast.facilitator).post(sign_address(version), form_of(version, 1, "ink")).status_code == 403
    assert not Signature.objects.exists()


def test_signing_an_old_version_is_refused_in_a_clear_sentence(cast: Cast) -> None:
    version = offered(cast)
    offering.withdraw(version.agreement, why="Harga salah", by=cast.facilitator, at=AT)
    offered(cast, version.agreement)
    answer = as_(cast.chair, second_step="totp").post(sign_address(version), form_of(version, 1, "tap"))
    assert answer.status_code == 422
    assert "sudah diganti dengan versi yang lebih baru" in answer.content.decode()
    assert not Signature.objects.exists()


def photo() -> io.BytesIO:
    made = io.BytesIO(white_png(60, 40))
    made.name = "scan.png"
    return made


def test_ink_and_certificate_bring_it_into_force(cast: Cast) -> None:
    version = offered(cast)
    chair = as_(cast.chair)
    wrong = io.BytesIO(b"hello")
    wrong.name = "scan.jpg"
    assert chair.post(sign_address(version), form_of(version, 1, "ink", scan=wrong)).status_code == 422
    assert chair.post(sign_address(version), form_of(version, 1, "ink", scan=photo())).status_code == 302
    now = timezone.now()
    p12 = Authority().p12(begins=now - timedelta(days=1), ends=now + timedelta(days=30))
    hub = as_(cast.chair_of_hub)

    def with_certificate(passphrase: str) -> int:
        file = io.BytesIO(p12)
        file.name = "ketua.p12"
        form = form_of(version, 0, "certificate", p12=file, passphrase=passphrase)
        return hub.post(sign_address(version), form).status_code

    assert with_certificate("salah") == 422
    assert with_certificate(PASSPHRASE) == 302
    assert set(Signature.objects.values_list("party__position", "level")) == {
        (0, "digital"),
        (1, "ink"),
    }
    assert Agreement.objects.get().state == State.IN_FORCE
    shown = page(as_(cast.clerk), "agreement", version.agreement_id)
    assert "ditandatangani dengan tinta, hasil pindai diunggah" in shown
    assert "tanda tangan digital, sertifikat tidak dikenal di sini (PAdES)" in shown
    kept = b"".join(bytes(each.pdf) for each in Paper.objects.all())
    assert PASSPHRASE.encode() not in kept


def test_a_paper_signed_elsewhere_is_taken_and_one_saved_anew_is_not(cast: Cast) -> None:
    version = offered(cast)
    chair = as_(cast.chair)
    paper = chair.get(reverse("agreement_paper", args=[version.agreement_id, version.number])).content
    now = timezone.now()
    p12 = Authority().p12(begins=now - timedelta(days=1), ends=now + timedelta(days=30))
    from jejaring.documents import signatures

    signed = signatures.sign_with_pkcs12(
        paper, "party-2", p12, PASSPHRASE, at=now, office="Ketua", place="Cianjur"
    )
    anew = io.BytesIO()
    pypdf.PdfWriter(clone_from=io.BytesIO(signed)).write(anew)
    for content, status in ((anew.getvalue(), 422), (paper, 422), (signed, 302)):
        file = io.BytesIO(content)
        file.name = "naskah.pdf"
        answer = chair.post(sign_address(version), form_of(version, 1, "signed", pdf=file))
        assert answer.status_code == status
    assert Signature.objects.get().level == Signature.Level.DIGITAL
    assert version.papers.count() == 2


def test_a_paper_in_which_another_partys_place_was_filled_too_isnt_taken(cast: Cast) -> None:
    version = offered(cast)
    signed = bytes(version.papers.get().pdf)
    now = timezone.now()
    p12 = Authority().p12(begins=now - timedelta(days=1), ends=now + timedelta(days=30))
    from jejaring.documents import signatures

    for place in ("party-1", "party-2"):
        signed = signatures.sign_with_pkcs12(
            signed, place, p12, PASSPHRASE, at=now, office="Ketua", place="Cianjur"
        )
    file = io.BytesIO(signed)
    file.name = "naskah.pdf"
    answer = as_(cast.chair).post(sign_address(version), form_of(version, 1, "signed", pdf=file))
    assert answer.status_code == 422
    assert "lebih dari satu tanda tangan baru" in answer.content.decode()
    assert version.papers.count() == 1


def test_what_cant_be_a_place_of_a_party_is_no_fault(cast: Cast) -> None:
    version = offered(cast)
    assert as_(cast.chair).get(sign_address(version), {"pihak": "9" * 5_000}).status_code == 200


def test_the_facilitator_brings_the_scan_of_a_party_outside(cast: Cast) -> None:
    market = Counterparty.objects.create(name="Pasar Induk", kind="market", network=cast.cianjur)
    parties = [DraftParty(cast.hub, is_hub=True), DraftParty(counterparty=market)]
    made = drafting.draft(
        cast.cianjur, Draft("mou", "Penjualan beras", parties, [], FRAME), by=cast.facilitator, at=AT
    )
    facilitator = as_(cast.facilitator, second_step="totp")
    named = {"office": "Kepala pasar", "body": "other", "number": "7", "on": "2026-11-01"}
    address = reverse("agreement_party", args=[made.pk, 1])
    assert facilitator.post(address, named).status_code == 302
    version = offered(cast, made)
    assert facilitator.post(sign_address(version), form_of(version, 1, "tap")).status_code == 403
    assert (
        facilitator.post(sign_address(version), form_of(version, 0, "ink", scan=photo())).status_code == 403
    )
    form = form_of(version, 1, "ink", scan=photo(), office="Kepala pasar")
    assert facilitator.post(sign_address(version), form).status_code == 302
    assert Signature.objects.get().party.counterparty == market


# --- wording ------------------------------------------------------------------------------------


TERMS = {
    "place": "Cianjur",
    "valid_from": "2026-12-01",
    "valid_until": "2027-11-30",
    "payment_days": "7",
    "tolerance_percent": "7,5",
    "volume_notice_days": "7",
    "lorry": "taker",
    "risk": "received",
    "floor": "follow",
    "penalty_permille_per_day": "1",
    "penalty_most_percent": "5",
    "penalty_side": "both",
    "ends": "both",
    "end_notice_days": "30",
    "review_months": "3",
    "force_majeure_days": "7",
    "deliberation_days": "30",
    "forum": "court",
    "forum_name": "Pengadilan Negeri Cianjur",
    "renewal": "agreement",
    "renewal_months": "12",
    "renewal_notice_days": "30",
    "specification_0": "kadar air paling banyak 25%",
    "deduction_0": "1% harga untuk setiap 1% kadar air di atasnya",
    "witnesses": "Dinas Koperasi Kabupaten Cianjur\n",
}


def test_a_contract_is_filled_in_on_pages_until_nothing_stops_it(cast: Cast) -> None:
    memorandum = in_force(cast)
    hub = as_(cast.hub_manager)
    key = str(uuid4())
    for _ in range(2):
        answer = hub.post(
            reverse("agreement_follow", args=[memorandum.pk]),
            TERMS | {"how": "contract", "request_key": key},
        )
        assert answer.status_code == 302
    contract = Agreement.objects.get(kind="pks")
    assert contract.follows == memorandum
    first = page(hub, "agreement", contract.pk)
    assert "Lengkapi yang kurang" in first
    assert hub.post(reverse("agreement_offer", args=[contract.pk])).status_code == 422
    for coop in (cast.hub, cast.babakankaret):
        type(coop).objects.filter(pk=coop.pk).update(
            coop_nik=f"32030100{coop.pk:05d}",
            legal_entity_number=f"AHU-{coop.pk}",
            npwp=f"{coop.pk:016d}",
            nib=f"{coop.pk:013d}",
            address="Jalan Raya 1",
        )
    assert hub.post(reverse("agreement_refresh", args=[contract.pk])).status_code == 302
    assert hub.post(reverse("agreement_terms", args=[contract.pk]), TERMS).status_code == 302
    for position, coop in enumerate((cast.hub, cast.babakankaret)):
        named = {
            "office": "Ketua",
            "notices": "kantor@contoh.invalid",
            "bank": "BRI",
            "account": "123",
            "holder": coop.name,
        }
        own = as_((cast.chair_of_hub, cast.chair)[position])
        other = as_((cast.chair, cast.chair_of_hub)[position])
        particulars = reverse("agreement_party", args=[contract.pk, position])
        assert other.post(particulars, named).status_code == 403
        assert own.post(particulars, named).status_code == 302
        approval = {"body": "members", "decision_number": f"0{position}/RA", "decided_on": "2026-11-01"}
        address = reverse("agreement_approve", args=[contract.pk, position])
        assert other.post(address, approval).status_code == 403
        assert own.post(address, approval).status_code == 302
    whole = page(hub, "agreement", contract.pk)
    assert "Sudah lengkap" in whole, re.findall(r'<li class="">(.*)', whole)
    assert hub.post(reverse("agreement_offer", args=[contract.pk])).status_code == 302
    contract.refresh_from_db()
    assert contract.state == State.SIGNING
    [version] = contract.versions.filter(state="offered")
    told = drafting.content_of(version)
    assert told.terms.lorry == "taker"
    assert told.commitments[0].tolerance_percent == Decimal("7.5")
    assert told.quality == (
        said.Quality("Gabah kering panen", TERMS["specification_0"], TERMS["deduction_0"]),
    )
    assert told.parties[0].account == said.Account("BRI", "123", cast.hub.name)
    assert told.parties[1].signatory.authority.number == "01/RA"


def test_a_chair_changes_an_article_and_everybody_sees_which_words(cast: Cast) -> None:
    agreement = drafted(cast)
    chair = as_(cast.chair)
    address = reverse("agreement_clause", args=[agreement.pk, "purpose"])
    assert chair.post(address, {"text": "Para pihak saling menguntungkan."}).status_code == 302
    assert list(agreement.versions.values_list("number", "state")) == [(1, "replaced"), (2, "draft")]
    shown = page(as_(cast.chair_of_hub), "agreement_changes", agreement.pk, 2)
    assert re.search(r"<ins>[^<]*menguntungkan", shown)
    assert "<del>" in shown
    figures = chair.post(reverse("agreement_clause", args=[agreement.pk, "term"]), {"text": "Selamanya"})
    assert figures.status_code == 422
    assert as_(cast.clerk).post(address, {"text": "x"}).status_code == 403
    assert as_(cast.chair_garut).get(address).status_code == 404


def test_a_number_with_two_readings_is_asked_about_and_kept(cast: Cast) -> None:
    agreement = drafted(cast)
    address = reverse("agreement_terms", args=[agreement.pk])
    answer = as_(cast.facilitator).post(
        address, TERMS | {"tolerance_percent": "1.250", "payment_days": "7,5"}
    )
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert 'value="1.250"' in shown
    assert "Tulis bilangan bulat" in shown


def test_a_renewal_keeps_what_people_said_but_asks_for_new_decisions(cast: Cast) -> None:
    agreement = drafted(cast)
    party = agreement.parties.get(position=1)
    drafting.word_clause(agreement, code="purpose", text="Tujuan kami.", by=cast.facilitator, at=AT)
    drafting.name_signatory(
        agreement,
        party=party,
        signatory=said.Signatory("Manajer", authority=said.Authority("board", "9", date(2026, 10, 1))),
        notices="kantor",
        account=said.Account("BRI", "1", "Koperasi"),
        by=cast.facilitator,
        at=AT,
    )
    in_force(cast, agreement)
    answer = as_(cast.facilitator).post(
        reverse("agreement_follow", args=[agreement.pk]), TERMS | {"how": "renewal"}
    )
    assert answer.status_code == 302
    new = drafting.content_of(Agreement.objects.get(follows=agreement).versions.get())
    clause = new.clause("purpose")
    assert clause is not None
    assert clause.paragraphs == ("Tujuan kami.",)
    assert new.parties[1].signatory == said.Signatory("Manajer")
    assert new.parties[1].account == said.Account("BRI", "1", "Koperasi")


# --- life ---------------------------------------------------------------------------------------


def test_suspending_ending_and_disputes_go_through_pages(cast: Cast) -> None:
    agreement = in_force(cast)
    chair = as_(cast.chair)

    def post(name: str, *args: Any, **form: Any) -> int:
        return chair.post(reverse(name, args=[agreement.pk, *args]), form).status_code

    assert post("agreement_suspend") == 422
    assert post("agreement_suspend", why="Banjir") == 302
    assert post("agreement_suspend", why="Banjir") == 422
    assert post("agreement_resume", why="Surut") == 302
    assert post("agreement_dispute", why="Kurang 200 kg") == 302
    dispute = Event.objects.get(kind="dispute")
    assert dispute.party is not None
    assert dispute.party.cooperative == cast.babakankaret
    assert post("agreement_dispute_answer", dispute.pk, why="Dibayar", settles="1") == 302
    assert post("agreement_dispute_answer", dispute.pk, why="Lagi") == 422
    assert post("agreement_stamp", party="1", serial="SN 123456") == 302
    assert post("agreement_stamp", party="1", serial="?") == 422
    assert post("agreement_terminate", why="Bubar") == 302
    agreement.refresh_from_db()
    assert agreement.state == State.TERMINATED
    for why in ("Banjir", "Kurang 200 kg", "Bubar", "SN123456"):
        assert why in page(as_(cast.supervisor), "agreement", agreement.pk)


def test_the_draft_says_on_its_paper_that_it_does_not_bind(cast: Cast) -> None:
    agreement = drafted(cast)
    made = as_(cast.clerk).get(reverse("agreement_paper", args=[agreement.pk, 1])).content
    text = "".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(made)).pages)
    assert "RANCANGAN" in text


# --- lists and totals ---------------------------------------------------------------------------


def test_totals_are_the_same_on_page_workbook_csv_and_papers(cast: Cast) -> None:
    values = [80_400_000, 33_333_333, 1]
    for value in values:
        in_force(cast, drafted(cast, kg=3, value_idr=value, price=str(round(Decimal(value) / 3, 3))))
    open_one = drafted(cast)
    facilitator = as_(cast.facilitator)
    shown = page(facilitator, "agreements", cast.cianjur.pk)
    assert "Rp113.733.334" in shown
    query = "?status=in_force"
    xlsx = facilitator.get(reverse("agreements_xlsx", args=[cast.cianjur.pk]) + query).content
    rows: list[Any] = list(openpyxl.load_workbook(io.BytesIO(xlsx)).worksheets[0].values)
    assert sum(row[-1] for row in rows[1:-1]) == rows[-1][-1] == sum(values)
    text = facilitator.get(reverse("agreements_csv", args=[cast.cianjur.pk]) + query).content.decode(
        "utf-8-sig"
    )
    lines = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert sum(int(line[-1]) for line in lines[1:]) == sum(values)
    printed = 0
    for version in Version.objects.filter(state="signed"):
        reader = pypdf.PdfReader(io.BytesIO(bytes(version.papers.get(number=0).pdf)))
        text = "".join("".join(each.extract_text().split()) for each in reader.pages)
        found = re.search(r"nilaiseluruhnyaRp([\d.]+)|Rp([\d.]+)\(", text)
        assert found is not None
        printed += int((found[1] or found[2]).replace(".", ""))
    assert printed == sum(values)
    own = page(as_(cast.chair), "cooperative_agreements", cast.babakankaret.pk)
    assert "Rp113.733.334" in own
    assert page(facilitator, "agreement", open_one.pk)


def test_a_contract_and_its_memorandum_count_once(cast: Cast) -> None:
    memorandum = in_force(cast)
    contract = drafting.follow(memorandum, how="amendment", frame=FRAME, by=cast.facilitator, at=AT)
    facilitator = as_(cast.facilitator)
    assert ">Rp80.400.000</p>" in page(facilitator, "agreements", cast.cianjur.pk)
    in_force(cast, contract)
    after = page(facilitator, "agreements", cast.cianjur.pk)
    assert ">Rp80.400.000</p>" in after
    assert "1 naskah dilanjutkan oleh naskah lain" in after


def test_who_guides_another_network_of_a_co_op_reads_none_of_its_agreements_here(cast: Cast) -> None:
    NetworkRole.objects.create(network=cast.garut, cooperative=cast.babakankaret, kind="supplier")
    made = in_force(cast)
    for who in (cast.facilitator, cast.chair, cast.assistant):
        assert "Rp80.400.000" in page(as_(who), "cooperative_agreements", cast.babakankaret.pk)
    theirs = page(as_(cast.facilitator_garut), "cooperative_agreements", cast.babakankaret.pk)
    assert "Rp80.400.000" not in theirs
    assert made.reference not in theirs


def test_each_sees_only_their_own_agreements_in_a_list(cast: Cast) -> None:
    between_others = drafting.draft(
        cast.cianjur,
        Draft("mou", "Tanpa hub", [DraftParty(cast.babakankaret), DraftParty(cast.garut_coop)], [], FRAME),
        by=cast.facilitator,
        at=AT,
    )
    mine = drafted(cast)
    titles = {
        who: page(as_(cast.people[who]), "agreements", cast.cianjur.pk)
        for who in ("facilitator", "hub_manager")
    }
    assert "Tanpa hub" in titles["facilitator"]
    assert "Tanpa hub" not in titles["hub_manager"]
    assert as_(cast.hub_manager).get(reverse("agreement", args=[between_others.pk])).status_code == 404
    assert as_(cast.chair_of_hub).get(reverse("agreement", args=[between_others.pk])).status_code == 404
    assert as_(cast.chair_garut).get(reverse("agreement", args=[mine.pk])).status_code == 404
    assert as_(cast.trainer).get(reverse("agreement", args=[mine.pk])).status_code == 404


@pytest.mark.slow
def test_the_list_asks_as_many_questions_for_many_as_for_few(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        drafted(cast)
    facilitator = as_(cast.facilitator)
    address = reverse("agreements", args=[cast.cianjur.pk])
    with django_assert_max_num_queries(40) as few:
        facilitator.get(address)
    for _ in range(30):
        drafted(cast)
    with django_assert_max_num_queries(len(few)):
        facilitator.get(address)


def test_all_drafts_of_an_occasion_are_put_up_in_the_background(cast: Cast) -> None:
    drafts = [drafted(cast) for _ in range(3)]
    other = drafted(cast, occasion="Lain")
    facilitator = as_(cast.facilitator)
    address = reverse("agreements_offer", args=[cast.cianjur.pk]) + "?acara=lokakarya"
    for _ in range(2):
        assert facilitator.post(address).status_code == 302
    assert tasks.waiting_offers() == {each.pk for each in drafts}
    assert "0 dari 3 sudah dibuka" in facilitator.get(address).content.decode()
    for waiting in DBTaskResult.objects.all():
        # What the worker does; it closes its connection after each, which a test's transaction needs.
        for _ in range(2):
            tasks.offer_in_background.func(*waiting.args_kwargs["args"])
        waiting.delete()
    assert "3 dari 3 sudah dibuka" in facilitator.get(address).content.decode()
    assert set(Agreement.objects.exclude(pk=other.pk).values_list("state", flat=True)) == {State.SIGNING}
    other.refresh_from_db()
    assert other.state == State.DRAFT
    newest = Agreement.objects.get(pk=drafts[0].pk).versions.get()
    told = drafting.content_of(newest).verification.address
    assert told == address_of(drafts[0].code, 1)
    assert told.startswith("http://localhost:8000/verifikasi/")


def test_a_party_is_taken_out_of_the_network_only_when_its_agreements_are_over(cast: Cast) -> None:
    drafted(cast)
    address = reverse("network_member", args=[cast.cianjur.pk, cast.babakankaret.pk])
    answer = as_(cast.facilitator).post(address, {"remove": "1", "roles": ["supplier"]})
    assert answer.status_code == 422
    assert "Akhiri atau batalkan dulu" in answer.content.decode()
