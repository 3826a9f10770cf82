"""Addresses of the inbox, of links, and of ready texts."""

from __future__ import annotations

from django.urls import path

from jejaring.interfaces.web.notices import texts, views

urlpatterns = [
    path("kotak/", views.inbox, name="inbox"),
    path("kotak/baca/", views.notices_read, name="notices_read"),
    path("kotak/<int:notice_id>/", views.notice_open, name="notice_open"),
    path("n/<str:token>/", views.notice_link, name="notice_link"),
    path("jaringan/<int:network_id>/pesan/", texts.network_texts, name="network_texts"),
]
