"""Addresses of all pages; each subject lists its own."""

from __future__ import annotations

from django.urls import include, path

from jejaring.interfaces.web import doors

urlpatterns = [
    path("", doors.home, name="home"),
    path("sehat/", doors.health, name="health"),
    path("bahasa/", doors.choose_language, name="choose_language"),
    path("", include("jejaring.interfaces.web.accounts.urls")),
    path("", include("jejaring.interfaces.web.registry.urls")),
    path("", include("jejaring.interfaces.web.mapping.urls")),
    path("", include("jejaring.interfaces.web.exchange.urls")),
    path("", include("jejaring.interfaces.web.overview.urls")),
    path("", include("jejaring.interfaces.web.workshop.urls")),
    path("", include("jejaring.interfaces.web.plans.urls")),
    path("", include("jejaring.interfaces.web.rounds.urls")),
    path("", include("jejaring.interfaces.web.agreements.urls")),
    path("", include("jejaring.interfaces.web.notices.urls")),
    path("masuk/", include("allauth.account.urls")),
    path("akun/keamanan/", include("allauth.mfa.urls")),
]
