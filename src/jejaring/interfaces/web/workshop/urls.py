"""Addresses of sessions: for who runs them, for the projector, for the room."""

from __future__ import annotations

from django.urls import path

from jejaring.interfaces.web.workshop import joining, views

_ALL = "jaringan/<int:network_id>/lokakarya/"
_ONE = f"{_ALL}<int:workshop_id>/"

urlpatterns = [
    path(f"{_ALL}baru/", views.workshop_new, name="workshop_new"),
    path(_ONE, views.workshop, name="workshop"),
    path(f"{_ONE}layar/", views.workshop_projector, name="workshop_projector"),
    path(f"{_ONE}tutup/", views.workshop_close, name="workshop_close"),
    path(f"{_ONE}peserta/<int:attendee_id>/terima/", views.workshop_approve, name="workshop_approve"),
    path(f"{_ONE}peserta/<int:attendee_id>/keluarkan/", views.workshop_remove, name="workshop_remove"),
    path("gabung/<str:token>/", joining.workshop_join, name="workshop_join"),
]
