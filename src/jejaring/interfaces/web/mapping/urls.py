"""Addresses of mapping: the questions to a co-op, its answers, and reference data."""

from __future__ import annotations

from django.urls import path

from jejaring.interfaces.web.mapping import (
    facilities,
    grades,
    marketing,
    more,
    pages,
    reference,
    seasons,
    vehicles,
)

_HERE = "koperasi/<int:cooperative_id>/potensi/"

urlpatterns = [
    path(_HERE, pages.start, name="mapping_start"),
    path(f"{_HERE}ringkasan/", pages.summary, name="mapping_summary"),
    path(f"{_HERE}jawaban/", pages.answers, name="mapping_answers"),
    path(f"{_HERE}selesai/<slug:stage>/", pages.finish, name="mapping_finish"),
    path(f"{_HERE}bukti/<int:evidence_id>/", pages.evidence_file, name="mapping_evidence"),
    path(f"{_HERE}bukti/<int:evidence_id>/hapus/", pages.evidence_remove, name="mapping_evidence_remove"),
    path(f"{_HERE}pengolahan/", facilities.listed, name="mapping_facilities"),
    path(f"{_HERE}pengolahan/baru/<slug:sort>/", facilities.new, name="mapping_facility_new"),
    path(f"{_HERE}pengolahan/<int:facility_id>/", facilities.change, name="mapping_facility"),
    path(f"{_HERE}pengolahan/<int:facility_id>/hapus/", facilities.remove, name="mapping_facility_remove"),
    path(f"{_HERE}pengolahan/<int:facility_id>/bangun/", more.building, name="mapping_facility_build"),
    path(f"{_HERE}pengolahan/<int:facility_id>/bulan/", more.facility_open, name="mapping_facility_open"),
    path(f"{_HERE}pengolahan/<int:facility_id>/isi/", more.stock, name="mapping_facility_stock"),
    path(f"{_HERE}angkutan/", vehicles.listed, name="mapping_vehicles"),
    path(f"{_HERE}angkutan/<int:vehicle_id>/hapus/", vehicles.remove, name="mapping_vehicle_remove"),
    path(f"{_HERE}pemasaran/", marketing.market, name="mapping_market"),
    path(f"{_HERE}pemasaran/sekarang/", marketing.trade_now, name="mapping_trade_now"),
    path(f"{_HERE}pemasaran/pedagang/", marketing.trader, name="mapping_trader"),
    path(f"{_HERE}pemasaran/baru/", marketing.channel_new, name="mapping_channel_new"),
    path(f"{_HERE}pemasaran/<int:channel_id>/", marketing.channel, name="mapping_channel"),
    path(
        f"{_HERE}pemasaran/<int:channel_id>/hapus/", marketing.channel_remove, name="mapping_channel_remove"
    ),
    path(f"{_HERE}pemasaran/<int:channel_id>/mutu/", more.grade, name="mapping_channel_grade"),
    path(f"{_HERE}pemasaran/<int:channel_id>/bulan/", more.channel_open, name="mapping_channel_open"),
    path(f"{_HERE}pemasaran/<int:channel_id>/harga/", more.price_steps, name="mapping_channel_steps"),
    path(f"{_HERE}produksi/hasil/<slug:product>/mutu/", grades.divide, name="mapping_grades"),
    path(f"{_HERE}produksi/<slug:side>/", seasons.products, name="mapping_products"),
    path(f"{_HERE}produksi/<slug:side>/<slug:product>/bulan/", seasons.months, name="mapping_months"),
    path(f"{_HERE}produksi/<slug:side>/<slug:product>/jumlah/", seasons.amounts, name="mapping_amounts"),
    path(f"{_HERE}produksi/<slug:side>/<slug:product>/harga/", seasons.price, name="mapping_price"),
    path(f"{_HERE}produksi/<slug:side>/<slug:product>/bukti/", seasons.known, name="mapping_known"),
    path("acuan/", reference.shown, name="mapping_reference"),
    path("acuan/baru/<slug:what>/", reference.change, name="mapping_reference_change"),
]
