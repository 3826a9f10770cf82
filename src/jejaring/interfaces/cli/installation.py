"""The commands that keep an installation: set-up, serve, work, backup, restore, check-trail.

Django is set up when such a command runs, not before: planning a workbook needs no database.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from jejaring.documents.language import Language
from jejaring.engines.errors import Refusal
from jejaring.interfaces.cli import screen

_SETTINGS = "jejaring.config.settings"
_APPLICATION = "jejaring.config.wsgi:application"
_SECONDS_BETWEEN_MAILS = 60
_REGENCIES_AT_ONCE = 50
_SECONDS_BETWEEN_SUMS = 30
_SECONDS_BETWEEN_DAYS = 600


def prepared() -> Any:
    """Return Django's settings, ready for use. Raises a Refusal where what was set can't be.

    From here on whatever is written can be read by its owner alone.
    """
    os.umask(0o077)
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", _SETTINGS)
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise Refusal("installation.settings", "{why}", why=str(error)) from error
    return settings


def set_up(_typed: argparse.Namespace, language: Language) -> int:
    """`jejaring set-up`: make or renew the tables, and put the reference data there."""
    settings = prepared()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    _make_counts(settings)
    from jejaring.domain.mapping.actions.reference import load_reference

    load_reference()
    _collect(settings)
    screen.say(language.text("Ready. Data and keys are in {folder}.", folder=str(settings.HOME)))
    screen.say(
        language.text(
            "keys.json there opens what is encrypted. Keep a copy in a safe place, apart from the backups."
        )
    )
    return 0


def serve(typed: argparse.Namespace, language: Language) -> int:
    """`jejaring serve`: pages for browsers, until it is stopped."""
    os.environ["JEJARING_PORT"] = str(typed.port)
    settings = prepared()
    refuse_old_tables()
    _make_counts(settings)
    _collect(settings)
    worker = _worker() if typed.with_worker else None
    # Passkeys need a name; this computer's number has none.
    shown = "localhost" if typed.host == "127.0.0.1" else typed.host
    address = f"http://{shown}:{typed.port}/"
    screen.say(language.text("Open {address} in a browser. Ctrl-C stops the server.", address=address))
    screen.flush()
    try:
        _granian(typed).serve()
    finally:
        if worker is not None:
            worker.send_signal(signal.SIGTERM)
            worker.wait(timeout=30)
    return 0


def work(typed: argparse.Namespace, language: Language) -> int:
    """`jejaring work`: background jobs, until it is stopped."""
    prepared()
    refuse_old_tables()
    from django.core.management import call_command

    screen.note(language.text("Waiting for plans to work out. Ctrl-C stops."))
    threading.Thread(target=_keep_mailing, daemon=True).start()
    threading.Thread(target=_keep_sums, daemon=True).start()
    threading.Thread(target=_keep_agreements, daemon=True).start()
    call_command("db_worker", interval=1.0, batch=typed.once, startup_delay=False, verbosity=0)
    return 0


def check_trail(_typed: argparse.Namespace, language: Language) -> int:
    """`jejaring check-trail`: prove that no line of the trail of writes was changed, or say which."""
    prepared()
    from jejaring.domain.parties import audit
    from jejaring.domain.parties.models import AuditLine

    wrong = list(audit.faults())
    for each in wrong[:50]:
        screen.say(language.sentence(each))
    if wrong:
        raise Refusal("trail.broken", "The trail isn't whole: {count} faults.", count=len(wrong))
    last = AuditLine.objects.order_by("-id").values_list("hash", flat=True).first()
    screen.say(
        language.text(
            "The trail is whole: {count} lines, the last is {hash}.",
            count=AuditLine.objects.count(),
            hash=(last or "–")[:16],
        )
    )
    return 0


def reset_second_step(typed: argparse.Namespace, language: Language) -> int:
    """`jejaring reset-second-step WHO`: for whom nobody reaches from the pages."""
    prepared()
    refuse_old_tables()
    from django.utils import timezone

    from jejaring.domain.parties.actions.second_steps import reset_second_step_of

    person = reset_second_step_of(typed.who, at=timezone.now())
    screen.say(
        language.text("The second step of {name} was taken off. The password stays.", name=person.name)
    )
    return 0


def _keep_mailing() -> None:
    """Send what waits to be mailed, and forget links that ran out long ago."""
    from django.db import OperationalError, connection
    from django.utils import timezone

    from jejaring.domain.notices.actions import linking, mailing

    while True:
        try:
            mailing.mail_waiting(now=timezone.now)
            linking.purge_links(at=timezone.now())
        except OperationalError as error:
            # A busy or restarting database: the next round comes.
            screen.note(str(error))
        finally:
            connection.close()
        time.sleep(_SECONDS_BETWEEN_MAILS)


def _keep_sums() -> None:
    """Keep the sums of regions fresh while the worker waits for plans."""
    from django.db import OperationalError, connection

    from jejaring.domain.mapping.actions.sums import catch_up

    while True:
        try:
            catch_up(_REGENCIES_AT_ONCE)
        except OperationalError as error:
            # A busy or restarting database: the next round comes.
            screen.note(str(error))
        finally:
            connection.close()
        time.sleep(_SECONDS_BETWEEN_SUMS)


def _keep_agreements() -> None:
    """Once a day end agreements whose notice or time is over, and tell of those whose time soon will be."""
    from django.db import OperationalError, connection
    from django.utils import timezone

    from jejaring.domain.agreements import tasks
    from jejaring.domain.agreements.actions import life, motions

    done = None
    while True:
        now = timezone.now()
        today = timezone.localdate(now)
        try:
            if done != today:
                motions.end_due(on=today, at=now)
                life.expire_due(on=today, at=now)
                life.alert_expiring(on=today, at=now)
                tasks.date_undated()
                done = today
        except OperationalError as error:
            # A busy or restarting database: the next round comes.
            screen.note(str(error))
        finally:
            connection.close()
        time.sleep(_SECONDS_BETWEEN_DAYS)


def _granian(typed: argparse.Namespace) -> Any:
    from granian import Granian
    from granian.constants import Interfaces

    return Granian(
        _APPLICATION,
        address=typed.host,
        port=typed.port,
        interface=Interfaces.WSGI,
        workers=typed.workers,
        blocking_threads=8,
        log_access=False,
        websockets=False,
    )


def _worker() -> subprocess.Popen[bytes]:
    """Start the worker beside the server: for an installation on one computer."""
    return subprocess.Popen([sys.executable, "-m", "jejaring.interfaces.cli.main", "work"])


def refuse_old_tables() -> None:
    from django.db import DEFAULT_DB_ALIAS, connections
    from django.db.migrations.executor import MigrationExecutor
    from django.db.utils import OperationalError

    try:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as error:
        raise Refusal(
            "installation.no_database", "The database can't be reached: {why}.", why=str(error).strip()
        ) from error
    if missing:
        raise Refusal(
            "installation.old_tables",
            "The tables aren't those of this version yet. Run this first: jejaring set-up",
        )


def _make_counts(settings: Any) -> None:
    """Make the table of counts where it is missing: its file is in no backup, and may be thrown away."""
    from django.core.management import call_command

    call_command("createcachetable", database=settings.COUNTS, verbosity=0)


def _collect(settings: Any) -> None:
    """Put styles, scripts and pictures where the server takes them from, named after what is in them."""
    from django.core.management import call_command

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False, clear=False)
