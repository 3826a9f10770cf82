"""What holds for every table."""

from __future__ import annotations

from io import StringIO

from django.apps import apps
from django.core.management import call_command
from django.db import models

from jejaring.domain.fields import DegreesField, EncryptedTextField

ORDER = ["parties", "notices", "mapping", "agreements", "partnering"]
"""From the lowest: a table may point at its own app and at those before it. The import contracts see
only imports; a key can name another table as text."""


def ours() -> list[type[models.Model]]:
    return [each for each in apps.get_models(include_auto_created=True) if each._meta.app_label in ORDER]


def test_foreign_keys_point_down_the_house() -> None:
    upward = [
        f"{model.__name__}.{field.name}"
        for model in ours()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and field.related_model._meta.app_label in ORDER
        and ORDER.index(field.related_model._meta.app_label) > ORDER.index(model._meta.app_label)
    ]
    assert upward == []


def test_only_positions_are_floats() -> None:
    floats = [
        f"{model.__name__}.{field.name}"
        for model in ours()
        for field in model._meta.get_fields()
        if isinstance(field, models.FloatField) and not isinstance(field, DegreesField)
    ]
    assert floats == []


def test_numbers_of_people_are_encrypted() -> None:
    plain = [
        f"{model.__name__}.{field.name}"
        for model in ours()
        for field in model._meta.get_fields()
        if field.name in {"nik", "phone"} and not isinstance(field, EncryptedTextField)
    ]
    assert plain == []


def test_the_migrations_make_the_tables_as_they_are_described(db: None) -> None:
    said = StringIO()
    call_command("makemigrations", dry_run=True, stdout=said, no_color=True)
    assert said.getvalue().strip() == "No changes detected"
