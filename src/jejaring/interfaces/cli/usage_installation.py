"""What may be typed after the commands that keep an installation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jejaring.documents.language import Language

COMMANDS = ("set-up", "serve", "work", "backup", "restore", "check-trail")


def commands(speaks: Language) -> list[tuple[str, str]]:
    """Return each of these commands with what it is for."""
    say = speaks.text
    return [
        ("set-up", say("Make or renew the database of this installation.")),
        ("serve", say("Show the pages to browsers.")),
        ("work", say("Work out what was asked for in the background: plans.")),
        ("backup", say("Put database, files and keys into one file.")),
        ("restore", say("Make an empty installation from a backup.")),
        ("check-trail", say("Prove that nobody changed the trail of writes.")),
    ]


def take(made: Mapping[str, Any], speaks: Language) -> None:
    """Let each of these commands take what it needs; `made` holds their parsers by name."""
    say = speaks.text
    made["serve"].option(
        "--host",
        metavar=say("ADDRESS"),
        default="127.0.0.1",
        help=say("Where to listen (default 127.0.0.1)."),
    )
    made["serve"].option("--port", metavar="N", type=int, default=8000, help=say("The port (default 8000)."))
    made["serve"].option(
        "--workers", metavar="N", type=int, default=1, help=say("How many processes show pages (default 1).")
    )
    made["serve"].option(
        "--with-worker",
        action="store_true",
        help=say("Also run “jejaring work” beside it, on this computer."),
    )
    made["work"].option("--once", action="store_true", help=say("Stop when nothing is left to do."))
    made["backup"].named("file", metavar=say("FILE"), help=say("The file to write: NAME.tar.gz."))
    made["backup"].option(
        "--without-keys", action="store_true", help=say("Leave out keys.json, which opens personal data.")
    )
    made["restore"].named("file", metavar=say("FILE"), help=say("A file that “jejaring backup” wrote."))
