"""Services and authorities in the settings: what is wrong is told at the start, in a sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.exceptions import ImproperlyConfigured

from jejaring.config import services
from tests.documents import signing_world

NAME = "JEJARING_TRUSTED_ROOTS"


@pytest.fixture
def roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(NAME, str(tmp_path))
    return tmp_path


def wrong() -> str:
    with pytest.raises(ImproperlyConfigured) as refused:
        services.certificates(NAME)
    return str(refused.value)


def test_without_a_setting_nobody_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (NAME, "JEJARING_TIMESTAMP_URL", "JEJARING_TIMESTAMP_ROOTS", "JEJARING_SIGNING_URL"):
        monkeypatch.delenv(name, raising=False)
    assert services.certificates(NAME) == ()
    assert services.timestamp_service() == ({}, ())
    assert services.service("JEJARING_SIGNING_URL", only_https=True) == {}


def test_certificates_are_read_as_pem_and_der_and_other_files_left_alone(roots: Path) -> None:
    first, second = signing_world.authority(), signing_world.Authority("Kedua")
    (roots / "a.pem").write_bytes(first.pem + second.pem)
    (roots / "b.der").write_bytes(first.certificate.public_bytes(Encoding.DER))
    (roots / "readme.txt").write_text("roots")
    assert services.certificates(NAME) == tuple(
        each.certificate.public_bytes(Encoding.DER) for each in (first, second)
    )


def test_what_isnt_an_authoritys_certificate_is_named(roots: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no certificate" in wrong()
    (roots / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nhello")
    assert "broken.pem can't be read as a certificate" in wrong()
    (roots / "broken.pem").unlink()
    now = datetime.now(UTC)
    _, person = signing_world.authority().person(begins=now, ends=now + timedelta(days=1))
    (roots / "chair.crt").write_bytes(person.public_bytes(Encoding.PEM))
    assert "chair.crt is somebody's own" in wrong()
    monkeypatch.setenv(NAME, str(roots / "nowhere"))
    assert "isn't one" in wrong()


def test_an_address_is_split_and_a_password_never_goes_unencrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "JEJARING_SIGNING_URL"
    monkeypatch.setenv(name, "https://klien:ra%40hasia@psre.example.id:8443/csc/v2/")
    assert services.service(name, only_https=True) == {
        "URL": "https://psre.example.id:8443/csc/v2/",
        "USER": "klien",
        "PASSWORD": "ra@hasia",
    }
    for bad in ("psre.example.id", "ftp://psre.example.id", "http://psre.example.id/csc/v2"):
        monkeypatch.setenv(name, bad)
        with pytest.raises(ImproperlyConfigured, match="https://"):
            services.service(name, only_https=True)
    monkeypatch.setenv(name, "http://tsa.example.id/")
    assert services.service(name, only_https=False)["URL"] == "http://tsa.example.id/"
    monkeypatch.setenv(name, "http://klien:rahasia@tsa.example.id/")
    with pytest.raises(ImproperlyConfigured, match="read on the way"):
        services.service(name, only_https=False)


def test_a_timestamp_service_needs_somebody_who_vouches_for_it(
    roots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JEJARING_TIMESTAMP_URL", "https://tsa.example.id")
    monkeypatch.delenv("JEJARING_TIMESTAMP_ROOTS", raising=False)
    with pytest.raises(ImproperlyConfigured, match="JEJARING_TIMESTAMP_ROOTS"):
        services.timestamp_service()
    (roots / "a.pem").write_bytes(signing_world.authority().pem)
    monkeypatch.setenv("JEJARING_TIMESTAMP_ROOTS", str(roots))
    found, vouching = services.timestamp_service()
    assert (found["URL"], len(vouching)) == ("https://tsa.example.id", 1)
