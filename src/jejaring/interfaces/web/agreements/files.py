"""Files that come in with a request and go out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from jejaring.engines.errors import Refusal

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
PDF = "application/pdf"


def uploaded(request: HttpRequest, field: str, most_bytes: int) -> bytes:
    """Return the content of an uploaded file. Raises a Refusal for none and for too much."""
    file = request.FILES.get(field)
    if file is None or not file.size:
        raise Refusal("upload.none", "Choose a file first.")
    if file.size > most_bytes:
        raise Refusal("upload.large", "This file is larger than {most} MB.", most=most_bytes // 1_000_000)
    return bytes(file.read())


def download(content: bytes, kind: str, name: str) -> HttpResponse:
    """Return a file under this name."""
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def name_of(reference: str, version: int, ending: str) -> str:
    """Return what a paper's file is called: 001-NK-J7-XI-2026-v1.pdf."""
    called = "-".join(part for part in reference.replace("/", "-").split() if part) or "naskah"
    return f"{called}-v{version}.{ending}"
