"""An installation of its own for each run of the tests: an empty folder, new keys, no e-mail.

pytest loads this before Django's settings are read (see `addopts`). Where JEJARING_DATABASE is set, the
tests run on that PostgreSQL, else on SQLite.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_home = tempfile.mkdtemp(prefix="jejaring-tests-")
Path(_home, "static").mkdir()
atexit.register(shutil.rmtree, _home, ignore_errors=True)

os.environ["JEJARING_HOME"] = _home
os.environ["JEJARING_PLAIN_STATIC"] = "yes"
for name in (
    "JEJARING_DEBUG",
    "JEJARING_HTTPS",
    "JEJARING_TILES",
    "JEJARING_EMAIL",
    "JEJARING_HOSTS",
    "JEJARING_ADDRESS",
):
    os.environ.pop(name, None)
