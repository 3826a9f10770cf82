"""Limits hold for all server processes together: two processes count in one place."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connections

TRIES = 40
_ASKING = f"""
import django
from django.conf import settings
django.setup()
from django.core.cache import cache
from django.db import connections
from django.test import RequestFactory
from allauth.core import ratelimit
settings.ACCOUNT_RATE_LIMITS = {{"tried": "50/10m/ip"}}
request = RequestFactory().post("/", REMOTE_ADDR="192.0.2.1")
print("ready", flush=True)
input()
print(sum(bool(ratelimit.consume(request, action="tried")) for _ in range({TRIES})))
"""


def test_two_processes_let_through_as_many_as_one_would(tmp_path: Path) -> None:
    environment = os.environ | {
        "JEJARING_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "jejaring.config.settings",
    }
    make = [sys.executable, "-m", "django", "createcachetable", "--database", django_settings.COUNTS]
    subprocess.run(make, env=environment, check=True)
    both = [
        subprocess.Popen(
            [sys.executable, "-c", _ASKING],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for each in both:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    let_through = [int(each.communicate()[0]) for each in both]
    assert sum(let_through) == 50, "80 tries, of which 50 are allowed"


def test_counts_lie_in_the_table_apart_from_the_data(db: None) -> None:
    cache.set("counted", 1)
    assert cache.get("counted") == 1
    assert "counts" not in connections["default"].introspection.table_names()
    assert connections[django_settings.COUNTS].introspection.table_names() == ["counts"]
