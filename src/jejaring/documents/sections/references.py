"""The reference figures that a network names, with plain numbers written as people write them."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from jejaring.documents.language import Language
from jejaring.engines.planning.problem import Problem, Reference

_PLAIN = re.compile(r"-?\d{1,15}(\.\d{1,9})?")


def references(problem: Problem, language: Language) -> tuple[Reference, ...]:
    """Return the references of a network; a plain number with a unit has its digits grouped."""
    return tuple(replace(each, value=_value(each, language)) for each in problem.references)


def _value(each: Reference, language: Language) -> str:
    """Return the value as shown. A bare number of four digits may be a year: it stays as it is."""
    if not _PLAIN.fullmatch(each.value) or not each.unit:
        return each.value
    return language.number(Decimal(each.value), places=9)
