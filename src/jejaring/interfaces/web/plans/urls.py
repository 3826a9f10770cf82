"""Addresses of plans."""

from __future__ import annotations

from django.urls import path

from jejaring.interfaces.web.plans import files, views

urlpatterns = [
    path("jaringan/<int:network_id>/rencana/", views.plans, name="plans"),
    path("jaringan/<int:network_id>/rencana/baru/", views.plan_new, name="plan_new"),
    path("rencana/<int:run_id>/", views.plan_run, name="plan_run"),
    path("rencana/<int:run_id>/kemajuan/", views.plan_progress, name="plan_progress"),
    path("rencana/<int:run_id>/ulang/", views.plan_again, name="plan_again"),
    path("rencana/<int:run_id>/halaman/<slug:reader>/", files.plan_edition, name="plan_edition"),
    path("rencana/<int:run_id>/network.json", files.plan_network, name="plan_network"),
    path("rencana/<int:run_id>/plan.json", files.plan_file, name="plan_file"),
    path("rencana/<int:run_id>/report.html", files.plan_report, name="plan_report"),
]
