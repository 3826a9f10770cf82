"""Everything wrong with what somebody filled in, field by field, told at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from jejaring.engines.errors import Fault, Faults, Place, Refusal, Sentence

T = TypeVar("T")


class WrongFields(Faults):
    """Fields were refused; each fault's place names its field as its path."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults)
        self.sentence = Sentence(
            "fields.wrong", "{count} of what you filled in must be mended.", {"count": len(self.faults)}
        )
        self.args = (str(self.sentence),)


class Fields:
    """Checks fields one after another and collects what is wrong with them."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def checked(self, field: str, check: Callable[[str], T], written: str) -> T | None:
        """Return what `check` makes of the text; None where it refuses, which is told at the end."""
        try:
            return check(written)
        except Refusal as refusal:
            self.tell(field, refusal.sentence)
            return None

    def text(self, field: str, check: Callable[[str], str], written: str) -> str:
        """Return the text that `check` makes of the text; empty where it refuses."""
        return self.checked(field, check, written) or ""

    def tell(self, field: str, wrong: Sentence) -> None:
        """Note a fault of a field."""
        self._faults.append(Fault(Place(path=field), wrong))

    def done(self) -> None:
        """Raise WrongFields where anything was refused."""
        if self._faults:
            raise WrongFields(tuple(self._faults))


def one_wrong(field: str, wrong: Sentence) -> WrongFields:
    """Return the refusal of a single field."""
    return WrongFields((Fault(Place(path=field), wrong),))


def required(written: str, most: int) -> str:
    """Return a text without space around it. Raises Refusal where it is empty or too long."""
    tidy = optional(written, most)
    if not tidy:
        raise Refusal("field.empty", "Please fill this in.")
    return tidy


def optional(written: str, most: int) -> str:
    """Return a text with single spaces, none around it. Raises Refusal where it is too long or unreadable."""
    tidy = " ".join(written.split())
    if len(tidy) > most:
        raise Refusal(
            "field.long", "At most {most} letters, please; these are {count}.", most=most, count=len(tidy)
        )
    if not tidy.isprintable():
        raise Refusal(
            "field.unprintable", "There is a sign in this that can't be shown. Please type it again."
        )
    return tidy
