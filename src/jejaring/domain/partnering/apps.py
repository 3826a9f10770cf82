"""Names this app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class PartneringConfig(AppConfig):
    """Plans made from what was mapped."""

    name = "jejaring.domain.partnering"
    label = "partnering"
