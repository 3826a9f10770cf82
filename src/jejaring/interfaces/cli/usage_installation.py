"""What may be typed after the commands that keep an installation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jejaring.documents.language import Language

COMMANDS = (
    "set-up",
    "create-network",
    "load",
    "serve",
    "work",
    "backup",
    "restore",
    "check-trail",
    "reset-second-step",
)


def commands(speaks: Language) -> list[tuple[str, str]]:
    """Return each of these commands with what it is for."""
    say = speaks.text
    return [
        ("set-up", say("Make or renew the database of this installation.")),
        ("create-network", say("Make a network, and a link for its facilitator.")),
        ("load", say("Put a network file into the database: its co-ops and what they said.")),
        ("serve", say("Show the pages to browsers.")),
        ("work", say("Work out what was asked for in the background: plans.")),
        ("backup", say("Put database, files and keys into one file.")),
        ("restore", say("Make an empty installation from a backup.")),
        ("check-trail", say("Prove that nobody changed the trail of writes.")),
        ("reset-second-step", say("Take off a lost second step.")),
    ]


def take(made: Mapping[str, Any], speaks: Language) -> None:
    """Let each of these commands take what it needs; `made` holds their parsers by name."""
    say = speaks.text
    region = say("The official code of its regency or province: 32.03.")
    made["create-network"].named("name", metavar=say("NAME"), help=say("What it is called."))
    made["create-network"].option("--region", metavar=say("CODE"), required=True, help=region)
    made["create-network"].option(
        "--address",
        metavar="URL",
        default="http://localhost:8000",
        help=say("How people reach the pages, for the link (default http://localhost:8000)."),
    )
    made["load"].named(
        "file",
        metavar=say("FILE"),
        help=say("The network: a workbook (.xlsx), JSON, or a folder of CSV files."),
    )
    made["load"].option("--region", metavar=say("CODE"), required=True, help=region)
    made["load"].option(
        "--name", metavar=say("NAME"), default="", help=say("What it is called (default: as in the file).")
    )
    made["load"].option(
        "--commodity",
        metavar=say("CODE"),
        default="beras",
        help=say("The commodity that goods belong to which aren't known yet (default beras)."),
    )
    made["load"].option(
        "--accounts",
        action="store_true",
        help=say("Also make an account for each role, to try things out. Not for real data."),
    )
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
    made["reset-second-step"].named(
        "who",
        metavar=say("WHO"),
        help=say("The phone number or e-mail address by which they sign in."),
    )
