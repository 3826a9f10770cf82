"""Addresses of co-ops and networks."""

from __future__ import annotations

from django.urls import path

from jejaring.interfaces.web.registry import (
    cooperatives,
    counterparties,
    files,
    network_files,
    networks,
    people,
    villages,
)

_COOPERATIVE = "koperasi/<int:cooperative_id>/"
_NETWORK = "jaringan/<int:network_id>/"
_COUNTERPARTY = f"{_NETWORK}mitra/<int:counterparty_id>/"

urlpatterns = [
    path("koperasi/", cooperatives.cooperatives, name="cooperatives"),
    path("koperasi/baru/", cooperatives.cooperative_new, name="cooperative_new"),
    path(_COOPERATIVE, cooperatives.cooperative, name="cooperative"),
    path(f"{_COOPERATIVE}profil/", cooperatives.cooperative_profile, name="cooperative_profile"),
    path(f"{_COOPERATIVE}letak/", cooperatives.cooperative_position, name="cooperative_position"),
    path(f"{_COOPERATIVE}unit/", cooperatives.cooperative_units, name="cooperative_units"),
    path(f"{_COOPERATIVE}unit/<int:unit_id>/", cooperatives.unit, name="unit"),
    path(f"{_COOPERATIVE}pengurus/baru/", people.officer_new, name="officer_new"),
    path(f"{_COOPERATIVE}pengurus/<int:officer_id>/", people.officer, name="officer"),
    path(f"{_COOPERATIVE}pengurus/<int:officer_id>/selesai/", people.officer_end, name="officer_end"),
    path(f"{_COOPERATIVE}anggota/", people.members, name="members"),
    path(f"{_COOPERATIVE}anggota/baru/", people.member_new, name="member_new"),
    path(f"{_COOPERATIVE}anggota/impor/", files.members_import, name="members_import"),
    path(f"{_COOPERATIVE}anggota.csv", files.members_csv, name="members_csv"),
    path(f"{_COOPERATIVE}anggota-lengkap.csv", files.members_csv_full, name="members_csv_full"),
    path(f"{_COOPERATIVE}anggota/<int:member_id>/", people.member, name="member"),
    path(f"{_COOPERATIVE}anggota/<int:member_id>/keluar/", people.member_left, name="member_left"),
    path(f"{_COOPERATIVE}profil.csv", files.profile_csv, name="profile_csv"),
    path(f"{_COOPERATIVE}profil/impor/", files.profile_import, name="profile_import"),
    path("jaringan/", networks.networks, name="networks"),
    path("jaringan/baru/", networks.network_new, name="network_new"),
    path("jaringan/baru/berkas/", network_files.network_file, name="network_file"),
    path(_NETWORK, networks.network, name="network"),
    path(f"{_NETWORK}ubah/", networks.network_edit, name="network_edit"),
    path(f"{_NETWORK}tambah/", networks.network_add, name="network_add"),
    path(f"{_NETWORK}impor/", files.network_import, name="network_import"),
    path(f"{_NETWORK}koperasi/<int:cooperative_id>/", networks.network_member, name="network_member"),
    path(f"{_NETWORK}mitra/baru/", counterparties.counterparty_new, name="counterparty_new"),
    path(_COUNTERPARTY, counterparties.counterparty, name="counterparty"),
    path(f"{_COUNTERPARTY}tempat/", counterparties.site_new, name="site_new"),
    path(f"{_COUNTERPARTY}tempat/<int:site_id>/", counterparties.site, name="site"),
    path("wilayah/desa/", villages.villages, name="villages"),
]
