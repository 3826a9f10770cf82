"""A session from its opening to its end: the facilitator's page, the room's phones, the projector."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from jejaring.domain.mapping.actions import workshops
from jejaring.domain.mapping.models import Attendee, Potential, StageDone, Workshop
from jejaring.domain.parties.models import Cooperative, User
from tests.cast import Cast, make_cast
from tests.domain.mapped import cooperative, products

HTMX = {"HX-Request": "true"}


@pytest.fixture
def cast(db: None) -> Cast:
    cache.clear()
    return make_cast()


@pytest.fixture
def empty(cast: Cast) -> Cooperative:
    return cooperative(cast.cianjur, "Nobody's yet")


@pytest.fixture
def session(cast: Cast) -> Workshop:
    at = timezone.now()
    return workshops.open_workshop(
        cast.cianjur, title="Day one", closes_at=at + timedelta(hours=8), by=cast.facilitator, at=at
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def join(client: Client, session: Workshop, coop: Cooperative, **more: str):
    said = {"cooperative": coop.pk, "name": "Somebody", "phone": ""} | more
    return client.post(reverse("workshop_join", args=[session.token]), said)


def here(name: str, session: Workshop, *more: int) -> str:
    return reverse(name, args=[session.network_id, session.pk, *more])


def test_a_facilitator_opens_a_session_and_gets_link_and_code(cast: Cast) -> None:
    client = signed_in(cast.facilitator)
    today = timezone.localdate()
    said = {"title": "Day one", "ends_on": f"{today + timedelta(days=1)}", "ends_at": "16:00"}
    answer = client.post(reverse("workshop_new", args=[cast.cianjur.pk]), said, follow=True)
    session = Workshop.objects.get()
    assert answer.redirect_chain == [(here("workshop", session), 302)]
    shown = answer.content.decode()
    assert f"http://testserver/gabung/{session.token}/" in shown
    assert "<svg" in shown

    wrong = client.post(reverse("workshop_new", args=[cast.cianjur.pk]), said | {"ends_on": "2020-01-01"})
    assert wrong.status_code == 422
    assert "Day one" in wrong.content.decode()
    assert Workshop.objects.count() == 1


def test_a_phone_joins_and_answers_at_once(session: Workshop, empty: Cooperative, cast: Cast) -> None:
    phone = Client()
    shown = phone.get(reverse("workshop_join", args=[session.token])).content.decode()
    assert empty.name in shown.replace("&#x27;", "'")
    assert cast.garut_coop.name not in shown
    answer = join(phone, session, empty)
    assert answer.headers["Location"] == reverse("mapping_start", args=[empty.pk])
    assert phone.get(answer.headers["Location"]).status_code == 200
    assert phone.get(reverse("cooperative", args=[empty.pk])).status_code == 200
    for other in (cast.babakankaret, cast.garut_coop):
        assert phone.get(reverse("cooperative", args=[other.pk])).status_code == 404
    # Opening the link again doesn't ask again.
    assert empty.name in phone.get(answer.wsgi_request.path).content.decode().replace("&#x27;", "'")
    join(phone, session, empty)
    assert Attendee.objects.count() == 1
    assert phone.session.get_expiry_date() <= session.closes_at + timedelta(days=1, seconds=1)


def test_a_form_sent_twice_makes_one_person(session: Workshop, empty: Cooperative) -> None:
    key = "6f1f5cde-2b5c-4f2e-9d0c-6d2a3d8a3f10"
    for _ in range(2):
        assert join(Client(), session, empty, request_key=key).status_code == 302
    assert Attendee.objects.count() == 1


def test_a_second_tap_after_signing_in_says_what_became_of_it(session: Workshop, empty: Cooperative) -> None:
    link = reverse("workshop_join", args=[session.token])
    phone = Client(enforce_csrf_checks=True)
    phone.get(link)
    old = {"csrfmiddlewaretoken": phone.cookies["csrftoken"].value, "request_key": str(uuid4())}
    said = {"cooperative": str(empty.pk), "name": "orang"} | old
    assert phone.post(link, said).status_code == 302
    again = phone.post(link, said, follow=True)
    assert again.status_code == 200
    assert "ketukan ini tidak dihitung" in again.content.decode()
    part = phone.post(link, said, headers={"HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true"
    assert Attendee.objects.count() == 1


def test_a_form_from_elsewhere_is_refused_in_plain_words(session: Workshop, empty: Cooperative) -> None:
    link = reverse("workshop_join", args=[session.token])
    foreign = Client(enforce_csrf_checks=True)
    page = foreign.post(link, {"cooperative": str(empty.pk), "name": "orang"})
    assert page.status_code == 403
    assert "Silakan buka lagi halamannya" in page.content.decode()
    assert not Attendee.objects.exists()


def test_a_co_op_with_people_waits_and_the_facilitator_lets_in(cast: Cast, session: Workshop) -> None:
    phone, desk = Client(), signed_in(cast.facilitator)
    waiting = reverse("workshop_join", args=[session.token])
    assert join(phone, session, cast.babakankaret).headers["Location"] == waiting
    assert "Mohon tunggu" in phone.get(waiting).content.decode()
    assert phone.get(reverse("cooperative", args=[cast.babakankaret.pk])).status_code == 404

    assert "menunggu Anda" in desk.get(here("workshop", session)).content.decode()
    attendee = Attendee.objects.get()
    desk.post(here("workshop_approve", session, attendee.pk))
    assert phone.get(reverse("cooperative", args=[cast.babakankaret.pk])).status_code == 200
    desk.post(here("workshop_remove", session, attendee.pk))
    assert phone.get(reverse("cooperative", args=[cast.babakankaret.pk])).status_code == 404
    assert "mengeluarkan" in phone.get(waiting).content.decode()
    assert join(phone, session, cast.babakankaret).status_code == 422


def test_somebody_with_a_role_joins_with_one_tap(cast: Cast, session: Workshop) -> None:
    phone = signed_in(cast.clerk)
    address = reverse("workshop_join", args=[session.token])
    assert f"Gabung sebagai {cast.babakankaret.name}" in phone.get(address).content.decode()
    assert phone.post(address, {"cooperative": cast.babakankaret.pk}).status_code == 302
    assert Attendee.objects.get().user == cast.clerk
    neighbour = signed_in(cast.clerk_garut)
    assert "Gabung sebagai" not in neighbour.get(address).content.decode()


def test_what_is_wrong_stands_beside_the_field_and_the_rest_is_kept(
    cast: Cast, session: Workshop, empty: Cooperative
) -> None:
    for wrong in ({"name": ""}, {"phone": "12"}, {"cooperative": cast.garut_coop.pk}, {"cooperative": ""}):
        said = {"cooperative": empty.pk, "name": "Kept name", "phone": ""} | wrong
        answer = Client().post(reverse("workshop_join", args=[session.token]), said)
        assert answer.status_code == 422
        assert "name" in wrong or "Kept name" in answer.content.decode()
    assert not Attendee.objects.exists()


def test_closed_ended_and_unknown_sessions_say_so(cast: Cast, session: Workshop, empty: Cooperative) -> None:
    address = reverse("workshop_join", args=[session.token])
    signed_in(cast.facilitator).post(here("workshop_close", session))
    for answer in (Client().get(address), join(Client(), session, empty)):
        assert answer.status_code == 410
        assert "Sesi ini sudah selesai" in answer.content.decode()
    Workshop.objects.update(closed_at=None, closes_at=timezone.now() - timedelta(minutes=1))
    assert Client().get(address).status_code == 410
    assert Client().get(reverse("workshop_join", args=["x" * 32])).status_code == 404


def test_one_address_cant_join_without_end(session: Workshop, empty: Cooperative, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"workshop_join": "2/10m/ip"}
    codes = [join(Client(), session, empty).status_code for _ in range(3)]
    assert codes == [302, 302, 429]
    assert Attendee.objects.count() == 2


def test_the_neighbours_facilitator_reaches_nothing(
    cast: Cast, session: Workshop, empty: Cooperative
) -> None:
    join(Client(), session, empty)
    attendee = Attendee.objects.get()
    neighbour = signed_in(cast.facilitator_garut)
    for network in (cast.cianjur.pk, cast.garut.pk):
        for name, more in (
            ("workshop", ()),
            ("workshop_projector", ()),
            ("workshop_close", ()),
            ("workshop_approve", (attendee.pk,)),
            ("workshop_remove", (attendee.pk,)),
        ):
            address = reverse(name, args=[network, session.pk, *more])
            assert neighbour.post(address).status_code == 404
    attendee.refresh_from_db()
    assert attendee.removed_at is None


def test_the_projector_shows_co_ops_and_no_names(cast: Cast, session: Workshop, empty: Cooperative) -> None:
    join(Client(), session, empty, name="Private Person")
    paddy, _ = products()
    at = timezone.now()
    StageDone.objects.create(cooperative=empty, stage="production", done_at=at)
    month = timezone.localdate().replace(day=1)
    Potential.objects.create(cooperative=empty, product=paddy, month=month, kg=4_321, said_at=at)
    desk = signed_in(cast.facilitator)
    assert "Private Person" in desk.get(here("workshop", session)).content.decode()
    shown = desk.get(here("workshop_projector", session)).content.decode()
    assert "Private Person" not in shown
    assert cast.facilitator.name not in shown
    assert "1/3" in shown
    # One co-op's weight isn't for the room, though the facilitator may see it.
    assert "4,32" not in shown


def test_the_projector_is_quiet_until_something_is_said(
    cast: Cast, session: Workshop, empty: Cooperative, django_assert_max_num_queries
) -> None:
    desk = signed_in(cast.facilitator)
    first = desk.get(here("workshop_projector", session))
    newest = first.context["newest"]
    again = here("workshop_projector", session) + f"?dilihat={newest}&buka=1"
    with django_assert_max_num_queries(6):
        assert desk.get(again, headers=HTMX).status_code == 204
    other = workshops.open_workshop(
        cast.garut, title="x", closes_at=session.closes_at, by=cast.facilitator_garut, at=timezone.now()
    )
    assert desk.get(again, headers=HTMX).status_code == 204
    join(Client(), other, cast.garut_coop)
    assert desk.get(again, headers=HTMX).status_code == 204
    join(Client(), session, empty)
    live = desk.get(again, headers=HTMX)
    assert live.status_code == 200
    assert "<html" not in live.content.decode()
    Workshop.objects.filter(pk=session.pk).update(closes_at=timezone.now())
    newest = live.context["newest"]
    after = here("workshop_projector", session) + f"?dilihat={newest}&buka=1"
    assert "Sesi ini sudah selesai" in desk.get(after, headers=HTMX).content.decode()


def test_the_projector_costs_the_same_for_many_co_ops(cast: Cast, session: Workshop) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    desk = signed_in(cast.facilitator)
    paddy, _ = products()
    month = timezone.localdate().replace(day=1)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(here("workshop_projector", session)).status_code == 200
        return len(captured)

    def answer(number: int) -> None:
        coop = cooperative(cast.cianjur, f"Coop {number}")
        Potential.objects.create(cooperative=coop, product=paddy, month=month, kg=5, said_at=timezone.now())
        join(Client(), session, coop)

    answer(0)
    few = cost()
    for number in range(1, 40):
        answer(number)
    assert cost() == few
    assert few == 21


def test_those_who_wait_come_before_the_code_on_the_page(cast: Cast, session: Workshop) -> None:
    join(Client(), session, cast.babakankaret)
    page = signed_in(cast.facilitator).get(here("workshop", session)).content.decode()
    assert page.index('id="attendees"') < page.index('id="code"')
