"""Addresses of co-ops and networks."""

from __future__ import annotations

from django.urls import path

from jejaring.interfaces.web.registry import views

urlpatterns = [
    path("koperasi/", views.cooperatives, name="cooperatives"),
    path("koperasi/<int:cooperative_id>/", views.cooperative, name="cooperative"),
    path("jaringan/<int:network_id>/", views.network, name="network"),
    path("jaringan/baru/", views.network_new, name="network_new"),
]
