"""The installation's key: kept, and papers sealed with one that was replaced stay ours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from jejaring.documents import signatures, typesetting
from jejaring.documents.signatures import found
from jejaring.documents.signatures.keys import new_platform_key
from jejaring.domain.agreements import keyring

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.SEAL_FILE = tmp_path / "seal.pem"
    return tmp_path


def test_the_key_is_made_once_and_only_its_owner_reads_it(folder: Path) -> None:
    made = keyring.platform_key()
    assert keyring.platform_key() == made
    assert (folder / "seal.pem").stat().st_mode & 0o777 == 0o600
    assert keyring.trusted_certificates() == (made.certificate_pem,)


def test_papers_sealed_before_the_key_was_replaced_stay_intact(folder: Path) -> None:
    data = '{"lines": ["Naskah"], "width_pt": 400, "height_pt": 300}'
    pdf = signatures.prepare(typesetting.untagged_pdf("signature", "stamp.typ", data), [])
    old, new = (new_platform_key("Jejaring", date(2026, 1, day)) for day in (1, 2))
    sealed = signatures.seal(pdf, old, at=AT, reason="")
    content = new.private_pem + new.certificate_pem + old.certificate_pem
    (folder / "seal.pem").write_bytes(content)
    assert keyring.platform_key() == new
    [seal] = signatures.verdict(
        sealed, at=AT, trusted=found.Trusted(platform=keyring.trusted_certificates())
    ).signatures
    assert (seal.kind, seal.sound) == ("seal", True)
    [strange] = signatures.verdict(
        sealed, at=AT, trusted=found.Trusted(platform=(new.certificate_pem,))
    ).signatures
    assert (strange.kind, strange.chain) != (seal.kind, seal.chain)
