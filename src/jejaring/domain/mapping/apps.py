"""Names this app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class MappingConfig(AppConfig):
    """What each co-op has and lacks: potential, needs, facilities, channels; who said it when."""

    name = "jejaring.domain.mapping"
    label = "mapping"
