"""Every address of this installation. Each subject keeps its own; see its urls.py."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("jejaring.interfaces.web.urls")),
]
