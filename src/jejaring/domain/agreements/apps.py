"""Names this app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """What was agreed and signed. It knows nothing of plans: a hand-written memorandum is ordinary."""

    name = "jejaring.domain.agreements"
    label = "agreements"
