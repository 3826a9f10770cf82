"""Timestamps, providers, trusted authorities and e-meterai, as people meet them on pages."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives import serialization
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from jejaring.domain.agreements.actions import signing
from jejaring.domain.agreements.models import Agreement, Event, Paper, Signature, Version
from tests.cast import Cast, make_cast
from tests.domain.agreement_story import in_force, offered, tapped
from tests.domain.signing_services import Provider, Server, authority, now, serves_time
from tests.domain.test_sealing_services import distributor
from tests.interfaces.web.agreement_browser import as_, form_of, page, sign_address


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    made = Server()
    der = authority().certificate.public_bytes(serialization.Encoding.DER)
    settings.TRUSTED_ROOTS = settings.TIMESTAMP_ROOTS = (der,)
    yield made
    made.http.shutdown()
    made.http.server_close()


def checked(pdf: bytes) -> str:
    file = io.BytesIO(pdf)
    file.name = "naskah.pdf"
    return Client().post(reverse("verify"), {"file": file}).content.decode()


def paper() -> bytes:
    return bytes(Paper.objects.order_by("-number")[0].pdf)


def test_a_chair_signs_at_a_provider_and_everybody_reads_who_vouches(
    cast: Cast, server: Server, settings: Settings
) -> None:
    version, chair = offered(cast), as_(cast.chair)
    assert 'name="provider_user"' not in page(chair, "agreement_sign", version.agreement_id)
    Provider(server, authority())
    settings.SIGNING_SERVICE = {"URL": f"{server.address}/csc/v2", "USER": "jejaring", "PASSWORD": "rahasia"}
    settings.SIGNING_NAME = "Penyelenggara Uji"
    assert "Penyelenggara Uji" in page(chair, "agreement_sign", version.agreement_id)

    def sign(user: str, pin: str) -> tuple[int, str]:
        form = form_of(version, 1, "remote", provider_user=user, pin=pin, code="567890")
        answer = chair.post(sign_address(version), form)
        return answer.status_code, answer.content.decode()

    assert sign("", "1234")[0] == 422
    status, shown = sign("ketua-1", "0000")
    assert (status, "PIN salah" in shown, 'value="0000"' in shown) == (422, True, False)
    assert sign("ketua-1", "1234")[0] == 302
    assert Signature.objects.get().level == "certificate"
    tapped(version, 0, cast.chair_of_hub, at=now())
    for shown in (page(chair, "agreement", version.agreement_id), checked(paper())):
        assert "Tingkat 3: tersertifikasi (PSrE: Root Uji)" in shown
        assert "tanpa cap waktu" in shown
    assert "Tanpa cap waktu" in page(chair, "agreement", version.agreement_id)


def test_the_timestamp_that_is_missing_is_asked_for_later(
    cast: Cast, server: Server, settings: Settings
) -> None:
    agreement = in_force(cast)
    chair, address = as_(cast.chair), reverse("agreement_date", args=[agreement.pk])
    ask = f'action="{address}"'
    assert ask not in page(chair, "agreement", agreement.pk)
    settings.TIMESTAMP_SERVICE = {"URL": f"{server.address}/tsa", "USER": "", "PASSWORD": ""}
    server.answers["/tsa"] = lambda *_: (503, "text/plain", b"")
    assert ask in page(chair, "agreement", agreement.pk)
    refused = chair.post(address)
    assert refused.status_code == 422
    assert "tidak menjawab" in refused.content.decode()
    serves_time(server, authority())
    assert as_(cast.stranger).post(address).status_code == 404
    assert as_(cast.supervisor).post(address).status_code == 403
    assert chair.post(address).status_code == 302
    shown = page(chair, "agreement", agreement.pk)
    assert "Seluruh naskah bercap waktu" in shown
    assert ask not in shown
    assert "Seluruh naskah bercap waktu" in checked(paper())


def test_a_stamped_paper_is_brought_back_with_its_number(cast: Cast) -> None:
    agreement = in_force(cast)
    version = Version.objects.get(agreement=agreement)
    stamped = distributor(bytes(signing.newest_paper(version).pdf))
    chair, address = as_(cast.chair), reverse("agreement_stamp", args=[agreement.pk])

    def bring(pdf: bytes, serial: str) -> int:
        file = io.BytesIO(pdf)
        file.name = "naskah.pdf"
        return chair.post(address, {"party": "1", "serial": serial, "stamped": file}).status_code

    before = Paper.objects.count()
    assert bring(stamped[:-5], "SN123456") == 422
    assert bring(stamped, "?") == 422
    assert Paper.objects.count() == before
    assert not Event.objects.filter(kind=Event.Kind.STAMPED).exists()
    assert bring(stamped, "SN123456") == 302
    assert paper() == stamped
    shown = checked(stamped)
    assert "Di tempat e-meterai ada tanda tangan; sertifikatnya tidak dikenal di sini." in shown
    assert "1 e-meterai tercatat" in shown
    assert Agreement.objects.get().state == Agreement.State.IN_FORCE
