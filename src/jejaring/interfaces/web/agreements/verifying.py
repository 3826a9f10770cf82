"""The page where anybody checks a paper: by the code on it, or by the file itself. Nothing is kept."""

from __future__ import annotations

import re
from typing import Any

import segno
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from jejaring.documents.agreements.words import words
from jejaring.domain.agreements import checking
from jejaring.domain.agreements.models import Agreement
from jejaring.engines.errors import Refusal
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.agreements import files
from jejaring.interfaces.web.agreements.desk import address_of
from jejaring.interfaces.web.agreements.words import KINDS, LEVEL_TEXTS, TONES, in_file, state_name, worth
from jejaring.interfaces.web.speaking import speaks

MOST, MINUTES = 200, 10
"""So many tries of one address; a whole room often has one."""
_CODE = re.compile(r"[-\w]{1,60}", re.ASCII)
_VERSION = re.compile(r"\d{1,4}", re.ASCII)
_WHOLE = {"intact", "expired", "replaced"}


@gates.public
def verify(request: HttpRequest) -> HttpResponse:
    """Take a file and say what it is."""
    if "kode" in request.GET:
        return _asked_by_code(request)
    if request.method != "POST":
        return render(request, "agreements/verify.html", {"most": checking.FILE_BYTES_MAX // 1_000_000})
    try:
        _count(request)
        checked = checking.by_file(
            files.uploaded(request, "file", checking.FILE_BYTES_MAX), at=timezone.now()
        )
    except Refusal as refusal:
        status = 429 if refusal.sentence.code == "verify.too_many" else 422
        facts = {"refusal": refusal.sentence, "most": checking.FILE_BYTES_MAX // 1_000_000}
        return render(request, "agreements/verify.html", facts, status=status)
    names = checked.document.parties if checked.document else ()
    facts = {
        "checked": checked,
        "good": checked.state == "intact",
        "in_file": in_file(checked.signatures, names) if checked.state in _WHOLE else [],
    }
    return render(request, "agreements/verified.html", facts | _of(checked.document))


def _asked_by_code(request: HttpRequest) -> HttpResponse:
    """Lead to what a code stands for that was typed as it is printed: blanks and capitals don't matter."""
    code = "".join(request.GET["kode"].split()).lower()
    version = request.GET.get("versi", "").strip()
    if _CODE.fullmatch(code) and _VERSION.fullmatch(version):
        return redirect("verify_code", code, int(version))
    facts = {"unknown": True, "typed": request.GET, "most": checking.FILE_BYTES_MAX // 1_000_000}
    return render(request, "agreements/verify.html", facts, status=404)


@gates.public
@require_safe
def verify_code(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Say what a code on a paper stands for."""
    try:
        _count(request)
    except Refusal as refusal:
        return render(request, "agreements/verify.html", {"refusal": refusal.sentence}, status=429)
    document = checking.by_code(code, version)
    if document is None:
        return render(request, "agreements/verify.html", {"unknown": True}, status=404)
    return render(request, "agreements/verified.html", _of(document))


def _of(document: checking.Document | None) -> dict[str, Any]:
    """Return how a document is shown."""
    if document is None:
        return {"document": None}
    state = Agreement.State(document.state)
    address = address_of(document.code, document.version)
    said = words(speaks())["paper"]
    used = {each.level for each in document.signed}
    return {
        "document": document,
        "kind": KINDS[document.kind],
        "state": state_name(state, document.valid_from),
        "tone": TONES[state],
        "signed": [(each, worth(each.level, each.certified_by, each.stamped_at)) for each in document.signed],
        "levels": [said[text] for level, text in LEVEL_TEXTS.items() if level.value in used],
        "address": address,
        # Drawn by us from our own address.
        "qr": mark_safe(segno.make(address, error="m", micro=False).svg_inline(border=2, omitsize=True)),  # noqa: S308
    }


def _count(request: HttpRequest) -> None:
    """Count one try of an address; pages that are only read count too. Raises a Refusal for too many."""
    key = f"verify:{get_adapter().get_client_ip(request)}"
    cache.add(key, 0, timeout=MINUTES * 60)
    try:
        tries = cache.incr(key)
    except ValueError:
        # It ran out between the two lines: a new count begins.
        cache.set(key, 1, timeout=MINUTES * 60)
        return
    if tries > MOST:
        raise Refusal(
            "verify.too_many",
            "Too many papers were checked from here just now. Wait {minutes} minutes and try again.",
            minutes=MINUTES,
        )
