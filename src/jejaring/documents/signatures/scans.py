"""A scan or photo of a paper that was signed with ink: checked, and without what a camera adds."""

from __future__ import annotations

from jejaring.documents import photos
from jejaring.documents.signatures.reading import opened
from jejaring.engines.errors import Refusal

SCAN_BYTES_MAX = 10_000_000


def checked_scan(content: bytes) -> tuple[str, bytes]:
    """Return the kind of a scan (as image/jpeg) and its bytes without position, time and camera.

    JPEG, PNG and PDF are taken; a PDF is returned as it is. Refuses anything else, what is damaged, and
    what is too large.
    """
    kind = photos.sniffed(content)
    if not kind:
        raise Refusal("scan.kind", "This is neither a photo (JPEG or PNG) nor a PDF. Scan the paper again.")
    if len(content) > SCAN_BYTES_MAX:
        raise Refusal(
            "scan.size",
            "This scan is larger than {most} megabytes. Scan it in black and white or with fewer dots.",
            most=SCAN_BYTES_MAX // 1_000_000,
        )
    try:
        bare = photos.without_traces(content)
    except ValueError as error:
        raise Refusal("scan.damaged", "This scan is damaged. Scan the paper again.") from error
    if kind == photos.PDF and opened(content) is None:
        raise Refusal(
            "scan.closed", "This PDF is damaged or locked with a password. Scan the paper again, without one."
        )
    return kind, bare
