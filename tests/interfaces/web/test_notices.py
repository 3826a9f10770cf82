"""The inbox, the bell, links from messages, and ready texts, as each reader sees them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jejaring.domain.agreements.models import Agreement, Signature
from jejaring.domain.notices.actions import linking, telling
from jejaring.domain.notices.actions.telling import Page
from jejaring.domain.notices.models import Notice, NoticeLink
from jejaring.domain.parties import personal
from jejaring.domain.parties.models import Officer, User
from jejaring.engines.errors import Sentence
from tests.cast import Cast, make_cast
from tests.domain.round_story import Story, open_story
from tests.interfaces.web.story_rows import offered_agreement

HELLO = Sentence("story", "“{title}” waits for your signature.", {"title": "<b>Gabah</b> {x}"})


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def told(cast: Cast, *people: User, page: str = "cooperative", **parts: int | str) -> Notice:
    with transaction.atomic():
        telling.tell(
            people,
            HELLO,
            page=Page(page, {**(parts or {"cooperative_id": cast.babakankaret.pk})}),
            at=timezone.now(),
            cooperative=cast.babakankaret,
        )
    return Notice.objects.filter(user=people[0]).order_by("-id")[0]


# --- the inbox -------------------------------------------------------------------------------------


def test_the_bell_tells_how_much_is_new_until_it_is_opened(cast: Cast) -> None:
    notice = told(cast, cast.chair)
    chair = client_of(cast.chair)
    assert "Kotak masuk, 1 baru" in chair.get(reverse("home")).content.decode()
    shown = chair.get(reverse("inbox")).content.decode()
    assert "&lt;b&gt;Gabah&lt;/b&gt; {x}" in shown
    answer = chair.post(reverse("notice_open", args=[notice.pk]))
    assert answer.headers["Location"] == reverse("cooperative", args=[cast.babakankaret.pk])
    assert "Kotak masuk, 1 baru" not in chair.get(reverse("home")).content.decode()


def test_nobody_opens_somebody_elses_notice(cast: Cast) -> None:
    notice = told(cast, cast.chair)
    assert client_of(cast.manager).post(reverse("notice_open", args=[notice.pk])).status_code == 404
    assert "Gabah" not in client_of(cast.manager).get(reverse("inbox")).content.decode()
    client_of(cast.manager).post(reverse("notices_read"))
    notice.refresh_from_db()
    assert notice.read_at is None


def test_looking_at_an_address_reads_nothing(cast: Cast) -> None:
    notice = told(cast, cast.chair)
    assert client_of(cast.chair).get(reverse("notice_open", args=[notice.pk])).status_code == 405
    assert client_of(cast.chair).get(reverse("notices_read")).status_code == 405
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_is_marked_as_read_at_once(cast: Cast) -> None:
    for _ in range(3):
        told(cast, cast.chair)
    answer = client_of(cast.chair).post(reverse("notices_read"), follow=True).content.decode()
    assert "Semua sudah ditandai dibaca." in answer
    assert "Kotak masuk, " not in answer


@pytest.mark.parametrize(("page", "status"), [("nowhere", 404), ("cooperative", 404)])
def test_a_page_that_is_gone_or_not_theirs_is_refused_as_always(cast: Cast, page: str, status: int) -> None:
    notice = told(cast, cast.chair, page=page, cooperative_id=cast.garut_coop.pk)
    answer = client_of(cast.chair).post(reverse("notice_open", args=[notice.pk]), follow=True)
    assert answer.status_code == status
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_an_inbox_of_two_thousand_is_read_page_by_page(cast: Cast, django_assert_num_queries: Any) -> None:
    notice = told(cast, cast.chair)
    row: dict[str, Any] = {**Notice.objects.values().get(pk=notice.pk)}
    del row["id"]
    Notice.objects.bulk_create(Notice(**row) for _ in range(1_999))
    chair = client_of(cast.chair)
    # Session, person, the page, how much is new: once for the list, once for the bell.
    with django_assert_num_queries(5):
        shown = chair.get(reverse("inbox")).content.decode()
    assert shown.count("waits for") + shown.count("menunggu tanda tangan") == 50
    assert "99+" in shown
    assert chair.get(reverse("inbox") + "?halaman=40").content.decode().count('class="new"') == 50
    for odd in ("41", "x", "-1", "99999999"):
        assert chair.get(reverse("inbox") + f"?halaman={odd}").status_code == 200


def test_a_page_for_nobody_in_particular_asks_nothing(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert "kotak" not in Client().get(reverse("home")).content.decode()


# --- links -----------------------------------------------------------------------------------------


def link_to(cast: Cast, *, days_ago: float = 0, page: str = "cooperative", **parts: int | str) -> str:
    to = Page(page, {**(parts or {"cooperative_id": cast.babakankaret.pk})})
    link = linking.link_to(to, by=cast.facilitator, at=timezone.now() - timedelta(days=days_ago))
    return reverse("notice_link", args=[link.token])


def test_a_link_asks_to_sign_in_and_then_leads_on(cast: Cast) -> None:
    address = link_to(cast)
    answer = Client().get(address)
    assert answer.status_code == 302
    # Where it leads isn't told before.
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={address}"
    notice = told(cast, cast.chair)
    other = told(cast, cast.chair, page="members", cooperative_id=cast.babakankaret.pk)
    answer = client_of(cast.chair).get(address)
    assert answer.headers["Location"] == reverse("cooperative", args=[cast.babakankaret.pk])
    assert "no-store" in answer.headers["Cache-Control"]
    notice.refresh_from_db()
    other.refresh_from_db()
    assert notice.read_at is not None
    assert other.read_at is None


def test_a_link_opens_nothing_that_its_reader_may_not_see(cast: Cast) -> None:
    address = link_to(cast)
    for who in ("stranger", "chair_garut", "ministry"):
        assert client_of(cast.people[who]).get(address, follow=True).status_code == 404
    assert client_of(cast.chair).get(link_to(cast, page="nowhere")).status_code == 404


def test_a_link_that_ran_out_says_how_to_get_another(cast: Cast) -> None:
    for client in (Client(), client_of(cast.chair)):
        answer = client.get(link_to(cast, days_ago=8))
        assert answer.status_code == 410
        shown = answer.content.decode()
        assert "Tautan ini sudah tidak berlaku" in shown
        assert "minta tautan baru" in shown
        assert f'href="{reverse("inbox")}"' in shown
        assert str(cast.babakankaret) not in shown
    assert Client().get(reverse("notice_link", args=["unknown"])).status_code == 404


def test_links_cant_be_tried_out_without_end(cast: Cast, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"notice_link": "3/10m/ip"}
    found = [Client().get(reverse("notice_link", args=[f"try-{each}"])).status_code for each in range(4)]
    assert found == [404, 404, 404, 429]


# --- ready texts -----------------------------------------------------------------------------------


def texts(person: User, network_id: int, occasion: str) -> str:
    address = reverse("network_texts", args=[network_id]) + f"?untuk={occasion}"
    answer = client_of(person).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def whatsapp(shown: str) -> list[str]:
    """Return the addresses that open WhatsApp, as people read them."""
    return [unquote(each) for each in re.findall(r'href="https://wa\.me/([^"]*)"', shown)]


def test_who_has_to_answer_gets_a_text_that_leads_there(db: None) -> None:
    story: Story = open_story()
    shown = texts(story.people["facilitator"], story.network.pk, "usulan")
    asked = whatsapp(shown)
    assert len(asked) == 5
    to_a = next(each for each in asked if "pengurus Koperasi A." in each)
    assert "Ada usulan kemitraan untuk koperasi Anda di Contoh." in to_a
    token = re.search(r"/n/([^/]+)/", to_a)
    assert token is not None
    answer = client_of(story.people["A"]).get(f"/n/{token[1]}/", follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == reverse(
        "proposals", kwargs={"round_id": story.matching.pk, "cooperative_id": story.cooperatives["A"].pk}
    )
    assert client_of(story.people["B"]).get(f"/n/{token[1]}/", follow=True).status_code in {403, 404}


def test_who_answered_isnt_asked_again(db: None) -> None:
    from jejaring.domain.partnering.actions import answering
    from tests.domain.round_story import AT

    story = open_story()
    for code in "ABCD":
        proposal = story.proposal(code)
        answering.accept(proposal, cooperative=story.cooperatives[code], by=story.people[code], at=AT)
    [left] = whatsapp(texts(story.people["hub_manager"], story.network.pk, "usulan"))
    assert "pengurus Koperasi hub." in left


def test_who_has_to_sign_gets_the_title_and_no_figures(cast: Cast) -> None:
    made = offered_agreement(cast)
    shown = texts(cast.facilitator, cast.cianjur.pk, "tanda-tangan")
    asked = whatsapp(shown)
    assert sorted(each.split("pengurus ")[1].split(".")[0] for each in asked) == [
        cast.babakankaret.name,
        cast.hub.name,
    ]
    partner = {cast.babakankaret.name: cast.hub.name, cast.hub.name: cast.babakankaret.name}
    for each in asked:
        other = partner[each.split("pengurus ")[1].split(".")[0]]
        assert f"“Kerja sama gabah” dengan {other} menunggu tanda tangan Anda." in each
        assert not re.search(r"12\.000|80\.400|6\.700", each)
        assert str(made.pk) not in re.sub(r"/n/[^/]+/", "", each.replace("7 hari", ""))
    Signature.objects.create(
        version=made.versions.get(), party=made.parties.get(position=1), level="tapped", office="Ketua",
        at=timezone.now(), paper_sha256="0" * 64,
    )  # fmt: skip
    [left] = whatsapp(texts(cast.hub_manager, cast.cianjur.pk, "tanda-tangan"))
    assert cast.hub.name in left


def test_who_must_sign_several_gets_one_text(cast: Cast) -> None:
    first = offered_agreement(cast)
    second = offered_agreement_again(cast, first)
    asked = whatsapp(texts(cast.facilitator, cast.cianjur.pk, "tanda-tangan"))
    assert len(asked) == 2
    told = "Ada 2 naskah kerja sama yang menunggu tanda tangan Anda, dengan {}."
    for each in asked:
        other = cast.hub if cast.babakankaret.name in each.split(". ")[0] else cast.babakankaret
        assert told.format(other.name) in each
    token = re.search(r"/n/([^/]+)/", next(each for each in asked if "Babakankaret" in each))
    assert token is not None
    shown = client_of(cast.chair).get(f"/n/{token[1]}/", follow=True)
    assert shown.status_code == 200
    assert second.title in shown.content.decode()


def offered_agreement_again(cast: Cast, first: Agreement) -> Agreement:
    Agreement.objects.filter(pk=first.pk).update(number=2)
    return offered_agreement(cast)


def test_what_ends_soon_is_told_with_its_day(cast: Cast) -> None:
    made = offered_agreement(cast)
    ends = timezone.localdate() + timedelta(days=90)
    Agreement.objects.filter(pk=made.pk).update(
        state=Agreement.State.IN_FORCE, valid_from=date(2020, 1, 1), valid_until=ends
    )
    asked = whatsapp(texts(cast.facilitator, cast.cianjur.pk, "berakhir"))
    assert len(asked) == 2
    assert all(f"berakhir pada {ends.day} " in each for each in asked)
    Agreement.objects.filter(pk=made.pk).update(valid_until=ends + timedelta(days=1))
    assert "Tidak ada naskah yang berakhir" in texts(cast.facilitator, cast.cianjur.pk, "berakhir")


def test_a_hub_manager_asks_nobody_for_agreements_without_the_hub(cast: Cast) -> None:
    made = offered_agreement(cast)
    made.parties.update(is_hub=False)
    assert whatsapp(texts(cast.hub_manager, cast.cianjur.pk, "tanda-tangan")) == []
    assert len(whatsapp(texts(cast.network_facilitator, cast.cianjur.pk, "tanda-tangan"))) == 2


def test_an_officers_number_and_name_stay_with_who_keeps_the_officers(cast: Cast) -> None:
    offered_agreement(cast)
    Officer.objects.create(
        cooperative=cast.babakankaret,
        organ="board",
        office="Ketua",
        name="Pak Ketua",
        phone="+6281234567890",
        phone_hash=personal.lookup_hash("phone", "+6281234567890"),
    )
    shown = texts(cast.facilitator, cast.cianjur.pk, "tanda-tangan")
    assert shown.count("6281234567890") == 1
    assert "https://wa.me/6281234567890?text=" in shown
    assert "81234567890" not in texts(cast.hub_manager, cast.cianjur.pk, "tanda-tangan")
    assert "Pak Ketua" not in shown
    for who in ("trainer", "chair", "facilitator_garut", "hub_manager_garut", "ministry"):
        address = reverse("network_texts", args=[cast.cianjur.pk])
        assert client_of(cast.people[who]).get(address).status_code in {403, 404}


def test_looking_again_makes_no_more_links(cast: Cast, django_assert_num_queries: Any) -> None:
    offered_agreement(cast)
    first = whatsapp(texts(cast.facilitator, cast.cianjur.pk, "tanda-tangan"))
    assert whatsapp(texts(cast.facilitator, cast.cianjur.pk, "tanda-tangan")) == first
    assert NoticeLink.objects.count() == 1


def test_a_list_of_texts_is_cut_into_pages_and_costs_the_same(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    from jejaring.domain.agreements.models import AgreementParty
    from jejaring.domain.parties.models import Cooperative

    made = offered_agreement(cast)
    coops = Cooperative.objects.bulk_create(
        Cooperative(name=f"Koperasi {each:03}", village_code="32.03.01.2001", regency_code="32.03")
        for each in range(120)
    )
    AgreementParty.objects.bulk_create(
        AgreementParty(agreement=made, position=position, cooperative=each)
        for position, each in enumerate(coops, start=2)
    )
    facilitator = client_of(cast.facilitator)
    address = reverse("network_texts", args=[cast.cianjur.pk]) + "?untuk=tanda-tangan"
    with django_assert_max_num_queries(22):
        shown = facilitator.get(address).content.decode()
    assert len(whatsapp(shown)) == 50
    assert "(122)" in shown
    assert len(whatsapp(facilitator.get(f"{address}&halaman=3").content.decode())) == 22
