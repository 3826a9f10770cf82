"""Where limits on guessing and joining are counted: one file for all processes (docs/decisions/0013)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

ALIAS = "counts"
_TABLE = "counts"
_ENTRIES_MOST = 20_000
"""So many people and addresses at once; beyond it a third is forgotten. Old ones are thrown away first."""


def database(folder: Path) -> dict[str, Any]:
    """Return Django's entry for the file. What it holds is worth minutes: it isn't in backups."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(folder / "counts.sqlite3"),
        # A last connection that closes writes everything to the disk: they stay open.
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 5,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
        "TEST": {"MIGRATE": False},
    }


def cache() -> dict[str, Any]:
    """Return Django's entry for the cache in that file."""
    return {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": _TABLE,
        "OPTIONS": {"MAX_ENTRIES": _ENTRIES_MOST},
    }


class Router:
    """Counts lie in their own file, and nothing else lies there."""

    def db_for_read(self, model: Any, **_hints: Any) -> str | None:
        """Return the file for counts; None: as always."""
        return ALIAS if model._meta.app_label == "django_cache" else None  # noqa: SLF001 – Django's own name

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        """Return whether a table belongs there."""
        return (db == ALIAS) == (app_label == "django_cache")
