"""Names this app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """What people are told, and by which way."""

    name = "jejaring.domain.notices"
    label = "notices"
