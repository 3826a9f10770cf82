"""Kinds of columns: how exact a number is, and what is kept encrypted, is decided here once."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

MOST = 10**15
"""No amount of rupiah or kilograms is above this; the planning engine refuses more."""


class RupiahField(models.PositiveBigIntegerField):
    """Whole rupiah, never negative."""

    description = "rupiah"


class KilogramField(models.PositiveBigIntegerField):
    """Whole kilograms, never negative. What people declare is no finer than that."""

    description = "kilograms"


class RupiahPerKilogramField(models.DecimalField):
    """Rupiah for one kilogram, to a thousandth, never negative."""

    description = "rupiah per kilogram"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"max_digits": 15, "decimal_places": 3}
        kwargs.setdefault("validators", [MinValueValidator(Decimal(0))])
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for decided_here in ("max_digits", "decimal_places", "validators"):
            kwargs.pop(decided_here, None)
        return name, path, args, kwargs


class FactorField(models.DecimalField):
    """A yield, a share or a conversion: a number of six decimals, never negative."""

    description = "factor"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"max_digits": 12, "decimal_places": 6}
        kwargs.setdefault("validators", [MinValueValidator(Decimal(0))])
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for decided_here in ("max_digits", "decimal_places", "validators"):
            kwargs.pop(decided_here, None)
        return name, path, args, kwargs


class DegreesField(models.FloatField):
    """A geographical position in degrees: the one place where a float is kept."""

    description = "degrees"


class EncryptedTextField(models.TextField):
    """Text that is encrypted in the database and plain in Python. It can't be searched or sorted.

    Where a number must be found again, keep `parties.personal.lookup_hash` of it in a column beside it.
    """

    description = "encrypted text"

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return text and _cipher().encrypt(text.encode()).decode("ascii")

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        if not value:
            return value
        try:
            return _cipher().decrypt(value.encode("ascii")).decode()
        except InvalidToken as error:
            raise RuntimeError(
                "Personal data was encrypted with another key: bring keys.json back from the backup."
            ) from error

    def get_lookup(self, lookup_name: str) -> Any:
        """Only emptiness can be asked: two encryptions of one text differ."""
        assert lookup_name == "isnull", f"an encrypted column can't be searched by {lookup_name}"
        return super().get_lookup(lookup_name)


@cache
def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])
