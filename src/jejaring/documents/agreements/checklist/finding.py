"""One thing that the checklist found, in a plain sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jejaring.engines.errors import Sentence

Severity = Literal["missing", "one-sided", "look"]
"""It isn't there; it is there for one side only; somebody should read it once more."""


@dataclass(frozen=True)
class Finding:
    """One thing to mend or to look at. `clause` is the article that it concerns, `party` whose it is."""

    severity: Severity
    sentence: Sentence
    clause: str = ""
    party: int | None = None

    @property
    def code(self) -> str:
        return self.sentence.code
