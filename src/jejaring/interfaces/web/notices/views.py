"""The inbox, and the door behind which a link leads on."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jejaring.domain.notices import queries
from jejaring.domain.notices.actions import telling
from jejaring.domain.notices.actions.linking import LASTS
from jejaring.domain.notices.actions.telling import Page
from jejaring.domain.parties.access import NotThere
from jejaring.domain.parties.models import User
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.notices.addresses import address_of
from jejaring.interfaces.web.notices.paging import page_in
from jejaring.interfaces.web.speaking import speaks


@gates.signed_in
def inbox(request: Request) -> HttpResponse:
    """List what somebody was told."""
    found = queries.inbox_of(request.user, page=page_in(request))
    return render(request, "notices/inbox.html", {"inbox": found})


@gates.signed_in
@require_POST
def notice_open(request: Request, notice_id: int) -> HttpResponse:
    """Take a notice for read, and go to the page that it is about."""
    notice = queries.notice_for(request.user, notice_id)
    telling.read(notice, at=timezone.now())
    return redirect(address_of(notice.page, notice.page_parts) if notice.page else "inbox")


@gates.signed_in
@require_POST
def notices_read(request: Request) -> HttpResponse:
    """Take everything for read."""
    telling.read_all(request.user, at=timezone.now())
    messages.success(request, speaks().text("All is marked as read."))
    return redirect("inbox")


@gates.public
@never_cache
def notice_link(request: HttpRequest, token: str) -> HttpResponse:
    """Lead on to the page of a link, once somebody has signed in; whether they may see it, it decides."""
    if too_many := ratelimit.consume_or_429(request, action="notice_link", limit_get=True):
        return too_many
    now = timezone.now()
    try:
        link = queries.link_of(token, at=now)
    except (queries.LinkOver, NotThere) as gone:
        status = 404 if isinstance(gone, NotThere) else 410
        return render(request, "notices/link_over.html", {"days": LASTS.days}, status=status)
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    telling.read_about(request.user, Page(link.page, link.page_parts), at=now)
    return redirect(address_of(link.page, link.page_parts))
