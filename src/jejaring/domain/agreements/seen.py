"""What somebody had before their eyes when they began to word something: a stale page overwrites nothing."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from django.utils import timezone

from jejaring.domain.agreements.models import Agreement, Version
from jejaring.domain.parties.models import User
from jejaring.engines.errors import Refusal, Sentence

TERMS = "terms"
_OF_TERMS = ("terms", "place", "valid_from", "valid_until", "renewal", "witnesses", "quality")


class Stale(Refusal):
    """Somebody changed the same part meanwhile; who and when is in the sentence."""


def clause_part(code: str) -> str:
    """Return what an article is called as a part of a wording."""
    return f"clause:{code}"


def party_part(position: int) -> str:
    """Return what is called a part that says who signs for a party."""
    return f"party:{position}"


def seen_of(version: Version, part: str) -> str:
    """Return what a page carries of the part that it shows: its version's number and its fingerprint."""
    said = json.dumps(_part(version.content["agreement"], part), sort_keys=True)
    return f"{version.number}:{sha256(said.encode()).hexdigest()}"


def refuse_stale(agreement: Agreement, version: Version, part: str, seen: str, by: User | None) -> None:
    """Raise Stale where a part isn't as it was seen. Other parts may have changed meanwhile."""
    now = _print(seen_of(version, part))
    if _print(seen) == now:
        return
    changed = version
    for each in agreement.versions.filter(number__lt=version.number).order_by("-number"):
        if _print(seen_of(each, part)) != now:
            break
        changed = each
    on = timezone.localdate(changed.made_at)
    if by is not None and changed.made_by_id == by.pk:
        raise Stale(
            "wording.stale_own",
            "You changed this yourself on another page, on {on}. Nothing was overwritten: look at what "
            "stands there now. What you typed here is kept; save again to put it in its place.",
            on=on,
        )
    somebody = Sentence("wording.somebody", "Somebody")
    raise Stale(
        "wording.stale",
        "{who} changed this on {on}, after you had opened the page. Nothing was overwritten: look at what "
        "stands there now. What you typed is kept; save again to put it in its place.",
        who=changed.made_by.name if changed.made_by else somebody,
        on=on,
    )


def _print(seen: str) -> str:
    return seen.partition(":")[2]


def _part(content: dict[str, Any], part: str) -> Any:
    kind, _, which = part.partition(":")
    if kind == "clause":
        return next((each for each in content["clauses"] if each["code"] == which), None)
    if kind == "party":
        return content["parties"][int(which)]
    assert part == TERMS
    lines = [(each["tolerance_percent"], each["formula"]) for each in content["commitments"]]
    return {name: content[name] for name in _OF_TERMS} | {"lines": lines}
