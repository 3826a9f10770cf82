"""Papers are typeset, sealed and signed outside transactions, and kept only where they still are right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from jejaring.documents import signatures
from jejaring.documents.agreements import paper
from jejaring.domain.agreements.actions import drafting, offering, signing
from jejaring.domain.agreements.actions.signing import Signing
from jejaring.domain.agreements.models import Agreement, Signature, Version
from jejaring.engines.errors import Refusal
from tests.cast import Cast, make_cast
from tests.documents import signing_world
from tests.domain.agreement_story import AT, desk, drafted, offered, tapped


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def by_certificate(version: Version, position: int) -> Signature:
    p12 = signing_world.authority().p12(begins=AT - timedelta(days=30), ends=AT + timedelta(days=300))
    mine = Signing(version, version.agreement.parties.get(position=position), "Ketua", None, AT)
    return signing.sign_with_certificate(mine, p12=p12, passphrase=signing_world.PASSPHRASE, desk=desk())


class _Service:
    """A signing service of which only the holder is asked; the test makes its signature itself."""

    def certificates(self) -> Sequence[bytes]:
        return [signing_world.authority().pem]

    def signature(self, digest: bytes) -> bytes:
        raise AssertionError("not asked")


def first_time(then: Callable[[], object], real: Callable[..., Any]) -> Callable[..., Any]:
    """Return what does the same as `real`, and before its first answer something else."""
    waiting = [then]

    def called(*args: Any, **kwargs: Any) -> Any:
        made = real(*args, **kwargs)
        if waiting:
            waiting.pop()()
        return made

    return called


@pytest.mark.django_db(transaction=True)
def test_nothing_that_takes_long_runs_inside_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    inside: dict[str, list[bool]] = {}

    def watched(module: Any, name: str) -> None:
        real = getattr(module, name)

        def called(*args: Any, **kwargs: Any) -> Any:
            inside.setdefault(name, []).append(connection.in_atomic_block)
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, called)

    watched(offering, "paper")
    for name in ("prepare", "seal", "sign_with_pkcs12", "verdict"):
        watched(signatures, name)
    version = offered(cast)
    by_certificate(version, 0)
    tapped(version, 1, cast.chair)
    assert Agreement.objects.get().state == Agreement.State.IN_FORCE
    assert inside == {
        "paper": [False],
        "prepare": [False],
        "seal": [False, False],
        "sign_with_pkcs12": [False],
        "verdict": [False],
    }


def test_words_that_changed_while_the_paper_was_typeset_are_on_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreement = drafted(cast)

    def change() -> None:
        drafting.word_clause(agreement, code="purpose", text="Tujuan baru.", by=cast.chair, at=AT)

    monkeypatch.setattr(offering, "paper", first_time(change, paper))
    version = offered(cast, agreement)
    content = drafting.content_of(version)
    clause = content.clause("purpose")
    assert clause is not None
    assert clause.paragraphs == ("Tujuan baru.",)
    assert (version.number, version.papers.count()) == (2, 1)


def test_a_number_that_was_given_while_the_paper_was_typeset_isnt_given_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = drafted(cast), drafted(cast)
    monkeypatch.setattr(offering, "paper", first_time(lambda: offered(cast, second), paper))
    version = offered(cast, first)
    numbers = dict(Agreement.objects.values_list("pk", "number"))
    assert numbers == {second.pk: 1, first.pk: 2}
    assert drafting.content_of(version).number == Agreement.objects.get(pk=first.pk).reference


def test_somebody_who_is_always_quicker_doesnt_keep_an_agreement_from_being_put_up(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreement = drafted(cast)
    times: list[int] = []

    def always(*args: Any, **kwargs: Any) -> Any:
        times.append(len(times))
        if len(times) < 4:
            text = f"Tujuan {len(times)}."
            drafting.word_clause(agreement, code="purpose", text=text, by=cast.chair, at=AT)
        return paper(*args, **kwargs)

    monkeypatch.setattr(offering, "paper", always)
    offered(cast, agreement)
    assert len(times) == 4


def test_who_signs_while_another_certificate_is_put_in_stays_in_the_file(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = offered(cast)
    real = signatures.sign_with_pkcs12
    monkeypatch.setattr(signatures, "sign_with_pkcs12", first_time(lambda: by_certificate(version, 1), real))
    by_certificate(version, 0)
    assert Agreement.objects.get().state == Agreement.State.IN_FORCE
    assert list(version.papers.values_list("number", flat=True)) == [0, 1, 2, 3]
    last = bytes(version.papers.get(number=3).pdf)
    trusted = signatures.found.Trusted(platform=(desk().key.certificate_pem,))
    verdict = signatures.verdict(last, at=AT, trusted=trusted)
    assert sum(each.kind == "person" for each in verdict.signatures) == 2


def test_who_taps_while_the_paper_is_closed_for_another_closes_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = offered(cast)
    real = signatures.sign_with_pkcs12
    monkeypatch.setattr(
        signatures, "sign_with_pkcs12", first_time(lambda: tapped(version, 1, cast.chair), real)
    )
    by_certificate(version, 0)
    assert Agreement.objects.get().state == Agreement.State.IN_FORCE
    assert list(version.papers.values_list("number", flat=True)) == [0, 1, 2]


def test_a_service_that_keeps_the_key_is_asked_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    version = offered(cast)
    asked: list[bytes] = []

    def remotely(pdf: bytes, *_: Any, **__: Any) -> bytes:
        asked.append(pdf)
        by_certificate(version, 1)
        p12 = signing_world.authority().p12(begins=AT - timedelta(days=30), ends=AT + timedelta(days=300))
        return signatures.sign_with_pkcs12(
            pdf, "party-1", p12, signing_world.PASSPHRASE, at=AT, office="Ketua", place="Cianjur"
        )

    monkeypatch.setattr(signatures, "sign_remotely", remotely)
    mine = Signing(version, version.agreement.parties.get(position=0), "Ketua", None, AT)
    remote = _Service()
    with pytest.raises(Refusal, match="Please sign once more"):
        signing.sign_remotely(mine, remote=remote, desk=desk())
    assert len(asked) == 1
    assert Signature.objects.count() == 1
