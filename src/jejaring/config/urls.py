"""Every address of this installation. Each subject keeps its own; see its urls.py."""

from __future__ import annotations

from django.urls import include, path

from jejaring.interfaces.api.v1 import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("jejaring.interfaces.web.urls")),
]
