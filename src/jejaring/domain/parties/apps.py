"""Names this app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Who there is: people, co-ops, counterparties, networks, and what each may do."""

    name = "jejaring.domain.parties"
    label = "parties"
