"""Addresses of map, balance, and who hasn't answered: of a network, of a region."""

from __future__ import annotations

from django.urls import path

from jejaring.interfaces.web.overview import views

_NETWORK = "jaringan/<int:network_id>/"
_REGION = "wilayah/<str:region_code>/"

urlpatterns = [
    path(f"{_NETWORK}peta/", views.network_map, name="network_map"),
    path(f"{_NETWORK}peta/titik/", views.network_map_data, name="network_map_data"),
    path(f"{_NETWORK}neraca/", views.network_balance, name="network_balance"),
    path(f"{_NETWORK}belum/", views.network_missing, name="network_missing"),
    path(f"{_REGION}peta/", views.region_map, name="region_map"),
    path(f"{_REGION}peta/titik/", views.region_map_data, name="region_map_data"),
    path(f"{_REGION}neraca/", views.region_balance, name="region_balance"),
    path(f"{_REGION}belum/", views.region_missing, name="region_missing"),
]
