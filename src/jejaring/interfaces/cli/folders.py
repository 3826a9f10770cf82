"""Files of results: written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from jejaring.engines.errors import Refusal


def written(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write `files` (by name) into `folder`, each whole, none before all have been set down.

    Raises a Refusal where the folder can't be written to; what stood there stays as it was.
    """
    made: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            number, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
            made.append((Path(temporary), folder / name))
            with os.fdopen(number, "wb") as stream:
                stream.write(data)
            os.chmod(temporary, 0o644)
        for temporary_path, final in made:
            os.replace(temporary_path, final)
    except OSError as error:
        for temporary_path, _ in made:
            temporary_path.unlink(missing_ok=True)
        raise Refusal(
            "output.unwritable",
            "The results can't be written to {folder} ({why}). Name another folder with --out.",
            folder=str(folder),
            why=error.strerror or "?",
        ) from None
    return [final for _, final in made]
