"""The signatures of a file, each with what can be said of it: who, when, at which level, what came after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from asn1crypto import parser
from asn1crypto import x509 as asn1_x509
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import (
    DocumentTimestampStatus,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    TimestampSignatureStatus,
)
from pyhanko_certvalidator import ValidationContext

from jejaring.documents.signatures.later import StepByStep
from jejaring.documents.signatures.meterai import in_stamp_place
from jejaring.documents.signatures.reading import READING_FAILED, Opened
from jejaring.documents.signatures.revocation import context
from jejaring.documents.signatures.signing import NO_EVIDENCE, Evidence, asn1, certificate_of

Kind = Literal["seal", "person", "stamp", "timestamp"]
Level = Literal["B-B", "B-T", "B-LT", "B-LTA", "other"]
Covers = Literal["file", "revision", "part"]
Chain = Literal["trusted", "self_signed", "unknown", "revoked"]
Later = Literal["nothing", "allowed", "forbidden"]

SIGNATURES_MAX = 100
_PADES = "/ETSI.CAdES.detached"
_USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})


@dataclass(frozen=True)
class Trusted:
    """Certificates, PEM or DER: of the installation's seals, past and present, of authorities that vouch for
    persons, and of those that vouch for a timestamp service.

    `evidence` is what issuers say of revocation, beside what the file has of it.
    """

    platform: tuple[bytes, ...] = ()
    authorities: tuple[bytes, ...] = ()
    timestamps: tuple[bytes, ...] = ()
    evidence: Evidence = NO_EVIDENCE


@dataclass(frozen=True)
class Signature:
    """One signature of a file. What a certificate says is as good as its chain; the rest is only claimed."""

    field: str
    kind: Kind = "person"
    level: Level = "other"
    """PAdES: B-B, with a timestamp B-T, with evidence B-LT, with a timestamp over it B-LTA; else "other"."""
    common_name: str = ""
    organisation: str = ""
    office: str = ""
    """From the certificate: title, else organisational unit. What the signatory claims is in `reason`."""
    reason: str = ""
    place: str = ""
    signed_at: datetime | None = None
    """When the signatory's machine says it was."""
    stamped_at: datetime | None = None
    """When a trusted timestamp service saw the signature, or the file with it; None without one."""
    intact: bool = False
    """Every byte it covers is as it was signed."""
    fits: bool = False
    """What it says it covers is there: a program that writes a file anew breaks this."""
    covers: Covers = "part"
    covered_bytes: int = 0
    """The signed revision is the first so many bytes of the file."""
    gap: tuple[int, int] = (0, 0)
    """From which byte to before which it stands itself: the part of the revision that it can't cover."""
    later: Later = "forbidden"
    """What was added to the file afterwards; allowed are further signatures and evidence for them."""
    chain: Chain = "unknown"
    certified_by: str = ""
    """Who issued the certificate, where its chain ends at an authority that is trusted; else nobody."""
    expired_at_signing: bool = False
    """Then not yet valid, or no more."""
    expired_now: bool = False
    certificate_sha256: str = ""

    @property
    def sound(self) -> bool:
        """Tells that neither what was signed nor what was added afterwards is wrong."""
        return self.intact and self.covers != "part" and self.later != "forbidden"

    @property
    def expired(self) -> bool:
        """Tells that the certificate was no good when it was used, or can't be shown to have been."""
        return self.expired_at_signing or (self.expired_now and self.stamped_at is None)


def signatures(found: Opened, pdf: bytes, trusted: Trusted, *, at: datetime) -> tuple[Signature, ...]:
    """Return the signatures of a file in the order in which they were made.

    Raises ValueError where there are more than anybody needs.
    """
    policy, signed = StepByStep(), _signed_places(found)
    over: list[_Seen] = []
    timestamps = [place for place in signed if _is_timestamp(place)]
    made = []
    for place in (*timestamps, *(place for place in signed if place not in timestamps)):
        one = _Reading(found, pdf, trusted, at, policy, over, place).signature()
        made.append(one)
        if one.kind == "timestamp" and one.sound and one.stamped_at is not None:
            over.append((one.covered_bytes, one.stamped_at))
            over.sort()
    raised = [_with_archive(each, [size for size, _ in over]) for each in made]
    return tuple(sorted(raised, key=lambda each: each.covered_bytes))


_Seen = tuple[int, datetime]
"""So many bytes of a file were there at this moment, as a trusted service says."""


def _is_timestamp(place: tuple[str, Any, Any]) -> bool:
    try:
        return bool(place[1].get_object().get("/Type") == "/DocTimeStamp")
    except READING_FAILED:
        return False


def _signed_places(found: Opened) -> list[tuple[str, Any, Any]]:
    places = []
    for place in enumerate_sig_fields(found.reader, filled_status=True):
        places.append(place)
        if len(places) > SIGNATURES_MAX:
            raise ValueError("too many signatures")
    return places


def _with_archive(signature: Signature, archived: Sequence[int]) -> Signature:
    if signature.level == "B-LT" and any(size > signature.covered_bytes for size in archived):
        return replace(signature, level="B-LTA")
    return signature


class _Reading:
    """One signed place, read step by step; whatever fails leaves the signature as broken as it looks."""

    def __init__(
        self,
        found: Opened,
        pdf: bytes,
        trusted: Trusted,
        at: datetime,
        policy: StepByStep,
        over: Sequence[_Seen],
        place: tuple[str, Any, Any],
    ) -> None:
        self._found, self._pdf, self._trusted, self._at = found, pdf, trusted, at
        self._policy, self._over = policy, over
        self._name, self._value, self._place = place

    def signature(self) -> Signature:
        """Return what can be said, however little that is."""
        known: dict[str, Any] = {"field": self._name[:100]}
        try:
            dictionary = self._value.get_object()
            known |= self._said(dictionary)
            known |= self._extent(dictionary)
            embedded = EmbeddedPdfSignature(self._found.reader, self._place, self._name)
            known |= self._who(embedded)
            if known["fits"] and self._found.strict:
                known |= self._checked(embedded, known)
        except READING_FAILED:
            pass
        return Signature(**known)

    def _said(self, dictionary: Any) -> dict[str, Any]:
        """Return what the signature says of itself."""
        kind = "timestamp" if dictionary.get("/Type") == "/DocTimeStamp" else "person"
        if kind == "person" and in_stamp_place(self._name, self._place, self._found.reader):
            kind = "stamp"
        return {
            "kind": kind,
            "level": "B-B" if dictionary.get("/SubFilter") == _PADES else "other",
            "reason": str(dictionary.get("/Reason", ""))[:500],
            "place": str(dictionary.get("/Location", ""))[:200],
        }

    def _extent(self, dictionary: Any) -> dict[str, Any]:
        """Return how far it reaches, and whether the gap it leaves holds just this signature."""
        numbers = dictionary["/ByteRange"]
        if len(numbers) != 4:
            return {}
        start, first, gap_end, rest = (int(number) for number in numbers)
        inside = start == 0 and 0 < first < gap_end <= len(self._pdf) - rest and rest > 0
        gap = self._pdf[first:gap_end] if inside else b""
        contents = bytes(dictionary["/Contents"])
        fits = gap[:1] == b"<" and gap[-1:] == b">" and gap[1:-1].lower() == contents.hex().encode("ascii")
        # The gap is larger than the signature; what fills it is signed by nobody and must be nothing.
        filled = contents[parser.peek(contents) :].strip(b"\0")
        reach = {"covered_bytes": gap_end + rest, "gap": (first, gap_end)} if inside else {}
        return {"fits": fits and not filled} | reach

    def _who(self, embedded: EmbeddedPdfSignature) -> dict[str, Any]:
        certificate = embedded.signer_cert
        names = certificate.subject.native
        platform = {asn1(certificate_of(each)).sha256 for each in self._trusted.platform}
        who = {
            "common_name": _name(names, "common_name"),
            "organisation": _name(names, "organization_name"),
            "office": _name(names, "title") or _name(names, "organizational_unit_name"),
            "signed_at": _aware(embedded.self_reported_timestamp),
            "certificate_sha256": certificate.sha256.hex(),
            "chain": "self_signed" if certificate.self_issued else "unknown",
        }
        return who | ({"kind": "seal"} if certificate.sha256 in platform else {})

    def _checked(self, embedded: EmbeddedPdfSignature, known: dict[str, Any]) -> dict[str, Any]:
        """Return what pyHanko finds: digests, chain, timestamps, and what was added afterwards."""
        certificate = embedded.signer_cert
        over = next((when for size, when in self._over if size > known["covered_bytes"]), None)
        own = next(_seen_at(embedded), None)
        seen = own or over
        moment = min(seen or known["signed_at"] or self._at, self._at)
        own_certificates = [certificate, *embedded.other_embedded_certs]
        is_time = known["kind"] == "timestamp"
        believed = self._context(_within(moment, certificate), own_certificates, timestamp=is_time)
        status: DocumentTimestampStatus | PdfSignatureStatus
        stamp: TimestampSignatureStatus | None
        if known["kind"] == "timestamp":
            stamp = status = validate_pdf_timestamp(embedded, believed, self._policy)
        else:
            times = self._context(moment, _certificates_of_time(embedded), timestamp=True)
            signed = validate_pdf_signature(embedded, believed, times, self._policy, _USAGE)
            status, stamp = signed, signed.timestamp_validity
        stamped = _aware(stamp.timestamp) if stamp is not None and stamp.trusted else over
        if stamped is None or stamped != own:
            # Nobody vouches for the signature's own timestamp: the moment is that of one over the file, or
            # again what the signatory says.
            moment = min(stamped or known["signed_at"] or self._at, self._at)
        chain: Chain = "trusted" if status.trusted else "revoked" if status.revoked else known["chain"]
        return {
            "intact": bool(status.intact and status.valid),
            "covers": _covers(status.coverage),
            "later": _later(status),
            "stamped_at": stamped,
            "chain": chain,
            "certified_by": _issuer(certificate) if chain == "trusted" and known["kind"] != "seal" else "",
            "level": self._level(embedded, known["level"], stamped=stamped is not None),
            "expired_at_signing": not certificate.not_valid_before <= moment <= certificate.not_valid_after,
            "expired_now": self._at > certificate.not_valid_after,
        }

    def _context(
        self, moment: datetime, certificates: Sequence[asn1_x509.Certificate], *, timestamp: bool
    ) -> ValidationContext:
        trusted = self._trusted
        # Who vouches for the time vouches for nobody's name.
        vouches = trusted.timestamps if timestamp else (*trusted.platform, *trusted.authorities)
        roots = [asn1(certificate_of(each)) for each in vouches]
        return context(self._found.reader, roots, trusted.evidence, certificates, moment)

    def _level(self, embedded: EmbeddedPdfSignature, level: Level, *, stamped: bool) -> Level:
        if level != "B-B" or not stamped:
            return level
        try:
            store = DocumentSecurityStore.read_dss(self._found.reader)
        except NoDSSFoundError:
            return "B-T"
        named = DocumentSecurityStore.sig_content_identifier(embedded.pkcs7_content)
        return "B-LT" if named in store.vri_entries else "B-T"


def _seen_at(embedded: EmbeddedPdfSignature) -> Iterator[datetime]:
    """Yield the moments of the timestamps that a signature carries."""
    content = embedded.signed_data["encap_content_info"]
    if content["content_type"].native == "tst_info":
        yield content["content"].parsed["gen_time"].native
    for token in extract_tst_data_iter(embedded.signer_info, signed=False):
        yield token["encap_content_info"]["content"].parsed["gen_time"].native


def _certificates_of_time(embedded: EmbeddedPdfSignature) -> list[asn1_x509.Certificate]:
    """Return the certificates in the timestamps that a signature carries."""
    tokens = extract_tst_data_iter(embedded.signer_info, signed=False)
    return [each.chosen for token in tokens for each in token["certificates"] if each.name == "certificate"]


def _within(moment: datetime, certificate: asn1_x509.Certificate) -> datetime:
    """Return the moment in a certificate's life that is nearest: expiry is told apart from the chain."""
    nearest: datetime = max(certificate.not_valid_before, min(moment, certificate.not_valid_after))
    return nearest


def _covers(coverage: SignatureCoverageLevel | None) -> Covers:
    if coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return "file"
    return "revision" if coverage == SignatureCoverageLevel.ENTIRE_REVISION else "part"


def _later(status: Any) -> Later:
    if status.modification_level == ModificationLevel.NONE:
        return "nothing"
    allowed = {ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING}
    return (
        "allowed" if status.modification_level in allowed and status.docmdp_ok is not False else "forbidden"
    )


def _issuer(certificate: asn1_x509.Certificate) -> str:
    names = certificate.issuer.native
    return _name(names, "organization_name") or _name(names, "common_name")


def _name(names: dict[str, Any], part: str) -> str:
    said = names.get(part, "")
    return (", ".join(map(str, said)) if isinstance(said, list) else str(said))[:200]


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
