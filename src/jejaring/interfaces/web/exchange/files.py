"""Files that come in and go out with a request, and the yes or no to a comparison."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.text import slugify

from jejaring.domain.mapping.exchange import accepting
from jejaring.domain.mapping.models import ImportDraft
from jejaring.engines.errors import Refusal
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.speaking import speaks

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def uploaded(request: Request, most_bytes: int) -> list[tuple[str, bytes]]:
    """Return the files of the field `file`, name and content. Raises Refusal for none or too much."""
    files = request.FILES.getlist("file")
    if not files:
        raise Refusal("exchange.no_file", "Choose a file first.")
    if sum(file.size or 0 for file in files) > most_bytes:
        raise Refusal("exchange.large", "This file is larger than {most} MB.", most=most_bytes // 2**20)
    return [(str(file.name or "")[-120:], file.read()) for file in files]


def spreadsheet(data: bytes, *names: str) -> HttpResponse:
    """Return a workbook as a download, called by these names."""
    response = HttpResponse(data, content_type=_XLSX)
    name = "-".join(filter(None, (slugify(name)[:60] for name in names)))
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def answered(request: Request, draft: ImportDraft) -> bool:
    """Keep what a person chose of a comparison, or throw it away; return whether that is the end of it."""
    now = timezone.now()
    wish = request.POST.get("do", "")
    if wish == "refuse":
        accepting.refuse_draft(draft, by=request.user)
        messages.info(request, speaks().text("Nothing of the file was kept."))
        return True
    chosen = set(request.POST.getlist("row"))
    if wish == "all":
        chosen = {each.id for each in accepting.draft_differences(draft, now)}
        chosen |= {photo.choice for photo in draft.photos.defer("content")}
    elif not chosen:
        messages.warning(request, speaks().text("Tick at least one row, or keep nothing."))
        return False
    done = accepting.accept_draft(draft, chosen, by=request.user, at=now)
    messages.success(
        request,
        speaks().plural("{count} change is kept.", "{count} changes are kept.", len(done.kept)),
    )
    if done.photos:
        kept = speaks().plural("{count} photo is kept.", "{count} photos are kept.", done.photos)
        messages.success(request, kept)
    if done.meanwhile:
        messages.warning(
            request,
            speaks().plural(
                "{count} row was changed by somebody meanwhile. Look at it again.",
                "{count} rows were changed by somebody meanwhile. Look at them again.",
                len(done.meanwhile),
            ),
        )
    return not done.meanwhile
