"""Names this app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages, for phones first."""

    name = "jejaring.interfaces.web"
    label = "web"
