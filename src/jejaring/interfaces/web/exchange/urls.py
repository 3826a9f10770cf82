"""Addresses of workbooks and surveys."""

from __future__ import annotations

from django.urls import path

from jejaring.interfaces.web.exchange import survey, workbook

urlpatterns = [
    path("koperasi/<int:cooperative_id>/berkas/", workbook.page, name="exchange_workbook"),
    path("koperasi/<int:cooperative_id>/berkas/unduh/", workbook.download, name="exchange_workbook_download"),
    path("koperasi/<int:cooperative_id>/berkas/<int:draft_id>/", workbook.compare, name="exchange_compare"),
    path("jaringan/<int:network_id>/survei/", survey.page, name="exchange_survey"),
    path("jaringan/<int:network_id>/survei/unduh/", survey.download, name="exchange_survey_download"),
    path(
        "jaringan/<int:network_id>/survei/<int:survey_draft_id>/",
        survey.compare,
        name="exchange_survey_compare",
    ),
    path(
        "jaringan/<int:network_id>/survei/<int:survey_draft_id>/foto/<int:photo_id>/",
        survey.photo,
        name="exchange_survey_photo",
    ),
]
