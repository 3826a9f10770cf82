"""What can be said of a file that somebody shows: intact, tampered with, saved again, expired, or not ours.

Any bytes may come; none of them raises. The states are told apart as docs/decisions/0014-signatures.md says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from jejaring.documents.signatures.found import Signature, Trusted, signatures
from jejaring.documents.signatures.reading import (
    READING_FAILED,
    SIZE_BYTES_MAX,
    Code,
    Opened,
    known_code,
    opened,
)
from jejaring.documents.signatures.wording import wording
from jejaring.engines.errors import Sentence

State = Literal["intact", "tampered", "resaved", "expired", "unsigned", "other", "unreadable"]

_BLOCK_BYTES = 256
_ALIKE_SHARE = 0.9
_SHIFTED_SHARE = 0.6
_SHIFTED_TIMES = 10


@dataclass(frozen=True)
class Original:
    """A document as this installation made it, before anybody signed; until when it holds (None: open)."""

    code: Code
    pdf: bytes
    until: date | None = None
    kept: bytes = b""
    """The same document as the installation keeps it now, with the signatures that were put on it."""


@dataclass(frozen=True)
class Verdict:
    """What a file is. `code` is what it says of itself, `original` which of ours it was found to be."""

    state: State
    sentence: Sentence
    signatures: tuple[Signature, ...] = ()
    code: Code | None = None
    original: Code | None = None
    outdated: bool = False
    """A later version of the same document is among the originals."""


def verdict(pdf: bytes, *, at: datetime, trusted: Trusted, originals: Sequence[Original] = ()) -> Verdict:
    """Return what this file is, at this moment, for an installation that made these originals.

    Give every version of the documents it could be (`known_code` tells which, where the file says so).
    """
    assert at.tzinfo is not None
    code = known_code(pdf)
    started = next((each for each in _longest_first(originals) if pdf.startswith(each.pdf)), None)
    said = next((each for each in originals if each.code == code), None)
    found = opened(pdf)
    try:
        made = () if found is None else signatures(found, pdf, trusted, at=at)
    except READING_FAILED:
        found, made = None, ()
    if found is None:
        damaged = started or _like(pdf, originals) or said or _shifted(pdf, originals)
        return _told("tampered" if damaged else "unreadable", (), code, damaged, originals)
    same = started or _same_words(wording(found.reader), said, originals)
    facts = _Facts(
        pdf,
        made,
        started=started,
        same_words=same,
        said=said,
        damaged=_like(pdf, originals) is not None,
        as_kept=not any(_other_envelope(pdf, made, each.kept) for each in originals),
        ends=_ends_well(pdf, found, made),
        seal_due=bool(trusted.platform),
    )
    return _told(_state(facts, at), made, code, started or same or said, originals)


@dataclass(frozen=True)
class _Facts:
    """What a state follows from."""

    pdf: bytes
    signatures: tuple[Signature, ...]
    started: Original | None
    """The file begins with all bytes of this one."""
    same_words: Original | None
    """It says the same, word by word."""
    said: Original | None
    """The file names itself so."""
    damaged: bool
    """Most of its bytes stand where those of an original stood: no program wrote it anew."""
    as_kept: bool
    """No signature that is kept here stands in it in another form."""
    ends: bool
    seal_due: bool
    """The installation has a seal, so that nothing of its own goes without."""

    @property
    def ours(self) -> bool:
        return self.sealed or bool(self.started or self.same_words or self.said)

    @property
    def sealed(self) -> bool:
        """Tells that our seal holds: the file is ours even where its original is lost."""
        return any(each.kind == "seal" and each.sound for each in self.signatures)

    @property
    def sound(self) -> bool:
        every = bool(self.signatures) and all(each.sound for each in self.signatures)
        return every and self.as_kept and self.ends


def _state(facts: _Facts, at: datetime) -> State:
    if not facts.ours:
        return "tampered" if any(each.kind == "seal" for each in facts.signatures) else "other"
    if facts.sound and (facts.sealed or (facts.started is not None and not facts.seal_due)):
        return "expired" if _expired(facts, at) else "intact"
    if facts.started is not None:
        return "unsigned" if len(facts.started.pdf) == len(facts.pdf) else "tampered"
    # A program that saves a file anew leaves no signature in its place; whoever changes a byte does.
    rewritten = not facts.damaged and not any(each.fits and not each.sound for each in facts.signatures)
    return "resaved" if rewritten and facts.same_words is not None else "tampered"


def _expired(facts: _Facts, at: datetime) -> bool:
    original = facts.started or facts.said
    until = original.until if original else None
    return (until is not None and at.date() > until) or any(each.expired for each in facts.signatures)


def _ends_well(pdf: bytes, found: Opened, made: Sequence[Signature]) -> bool:
    """Tell whether nothing hangs on at the end of a file that neither a signature nor a revision explains."""
    signed = max((each.covered_bytes for each in made), default=0)
    explained = signed == len(pdf) or (found.reader.last_startxref or 0) >= signed
    return pdf.rstrip().endswith(b"%%EOF") and (explained or not pdf[signed:].strip())


def _other_envelope(pdf: bytes, made: Sequence[Signature], kept: bytes) -> bool:
    """Tell whether a signature signs what it signs in the file that is kept, but is written otherwise.

    A signature can't sign all of itself: lengths, names of algorithms and the like stand around what it
    signs, and who changes one of those bytes is found by nothing but the file that was kept.
    """
    for each in made:
        first, last, end = *each.gap, each.covered_bytes
        alike = kept[:first] == pdf[:first] and kept[last:end] == pdf[last:end]
        if alike and len(kept) >= end and kept[first:last] != pdf[first:last]:
            return True
    return False


def _longest_first(originals: Sequence[Original]) -> list[Original]:
    return sorted(originals, key=lambda each: len(each.pdf), reverse=True)


def _same_words(words: str | None, said: Original | None, originals: Sequence[Original]) -> Original | None:
    """Return the original that says just this, first the one that the file says it is."""
    if not words:
        return None
    first = [said] if said else []
    return next((each for each in (*first, *originals) if _words(each.pdf) == words), None)


def _words(pdf: bytes) -> str | None:
    found = opened(pdf)
    return wording(found.reader) if found else None


def _like(pdf: bytes, originals: Sequence[Original]) -> Original | None:
    return next((each for each in _longest_first(originals) if _alike(pdf, each.pdf)), None)


def _shifted(pdf: bytes, originals: Sequence[Original]) -> Original | None:
    """Return the original most of which is somewhere in these bytes."""
    for each in _longest_first(originals):
        starts = range(0, len(each.pdf), _BLOCK_BYTES)
        if len(pdf) > _SHIFTED_TIMES * len(each.pdf):
            continue  # a large file of anybody would take seconds
        kept = sum(each.pdf[at : at + _BLOCK_BYTES] in pdf for at in starts)
        if starts and kept / len(starts) >= _SHIFTED_SHARE:
            return each
    return None


def _alike(pdf: bytes, original: bytes) -> bool:
    """Tell whether most of an original still stands where it stood, or the file is its beginning."""
    if len(pdf) > SIZE_BYTES_MAX or len(pdf) < min(len(original) // 2, 1000):
        return False
    size = min(len(pdf), len(original))
    starts = range(0, size, _BLOCK_BYTES)
    kept = sum(pdf[at : at + _BLOCK_BYTES] == original[at : at + _BLOCK_BYTES] for at in starts)
    return bool(starts) and kept / len(starts) >= _ALIKE_SHARE


def _told(
    state: State,
    made: tuple[Signature, ...],
    code: Code | None,
    original: Original | None,
    originals: Sequence[Original],
) -> Verdict:
    ours = None if original is None or state in {"other", "unreadable"} else original.code
    outdated = ours is not None and any(
        each.code.code == ours.code and each.code.version > ours.version for each in originals
    )
    return Verdict(state, _sentence(state), made, code, ours, outdated)


def _sentence(state: State) -> Sentence:
    sentences: dict[State, Sentence] = {
        "intact": Sentence(
            "document.intact", "Nothing was changed: this file is as it was signed, to the last byte."
        ),
        "tampered": Sentence(
            "document.tampered",
            "This file was changed or damaged after it was signed. Don't rely on it; get the original.",
        ),
        "resaved": Sentence(
            "document.resaved",
            "Another program saved this file again, so its signatures can't be checked any more. "
            "The words are those of our original; only the original proves who signed.",
        ),
        "expired": Sentence(
            "document.expired",
            "Nothing was changed, but a time has run out: that of the document or of a certificate.",
        ),
        "unsigned": Sentence("document.unsigned", "This is our document, before anybody signed it."),
        "other": Sentence("document.other", "This isn't a document of this installation."),
        "unreadable": Sentence("document.unreadable", "This file can't be read as a PDF."),
    }
    return sentences[state]
