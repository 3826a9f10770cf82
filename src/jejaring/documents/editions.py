"""Who may see what of a plan: the facilitator everything, a party its own, everybody the totals.

A section that works for more than the facilitator takes a `View` and asks it; an edition is made of
what the sections then return, so that nothing has to be taken out of a page afterwards. What is not
protected is said in docs/decisions/0010-editions.md.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from jejaring.documents.names import hubs
from jejaring.engines.errors import Sentence
from jejaring.engines.planning.plan import Outcome, Partnership, Plan, Scarce
from jejaring.engines.planning.problem import NOBODY, Problem

Reader = Literal["facilitator", "hub", "coop", "public"]

FEWEST = 4
"""So many parties at least stand behind a total: a member that takes off its own part still leaves three."""
_LEAST_REST = 0.1
"""Beside the two largest parts of a total, the rest is at least this much of the largest one."""

_OWN_LIMITS = frozenset(
    {"processes", "storages", "outlets", "sources", "supplies", "local_sales", "local_purchases"}
)
"""Limits whose worth is the owner's business. That of a way is the difference of two places' prices."""
_OWN_REASONS = frozenset(
    {
        "left.no_use",
        "left.even",
        "left.dear",
        "left.agreed",
        "out.nothing",
        "alone.no_way",
        "alone.agreed",
        "out.agreed",
        "why.accepted",
        "why.memorandum",
    }
)
_SHARED_REASONS = frozenset(
    {"why.pooled_buying", "why.stock", "why.agreed", "why.accepted", "why.memorandum"}
)
"""Reasons without figures: both sides may read them."""
_OWN_USES = frozenset({"use.local", "use.store", "use.need"})
"""Other uses of goods that lie with the giver itself, so that what they would bring is its own figure."""
_CODE_LONGEST = 40


@dataclass(frozen=True)
class View:
    """Who reads. `party` is whose edition it is, NOBODY for the facilitator's and the public one."""

    reader: Reader
    party: int = NOBODY

    @property
    def sees_all(self) -> bool:
        """Whether nothing is kept back: the facilitator holds the workbook anyway."""
        return self.reader == "facilitator"

    def owns(self, party: int) -> bool:
        """Return whether the figures of `party` by itself may be shown: alone, payoff, gain, settlement."""
        return self.sees_all or (party == self.party and party != NOBODY)

    def takes_part(self, partnership: Partnership) -> bool:
        """Return whether what passes in `partnership`, and at what price, may be shown."""
        return self.owns(partnership.giver) or self.owns(partnership.taker)

    def limit(self, scarce: Scarce) -> bool:
        """Return whether what one more of a limit is worth may be shown."""
        return self.sees_all or (self.owns(scarce.owner) and scarce.table in _OWN_LIMITS)

    def why(self, partnership: Partnership) -> Sentence | None:
        """Return the reason of a partnership as this reader may have it, None where it tells too much.

        The reason weighs the giver's goods: its next best use is often its local trader, whose price
        is what it would sell for at least. So the taker doesn't get it, and the giver nothing of
        what its goods would bring at another party's place.
        """
        reason = partnership.reason
        if reason is None or self.sees_all:
            return reason
        if not self.takes_part(partnership):
            return None
        if reason.code in _SHARED_REASONS:
            return reason
        # Of goods that are worked on or kept, the reason may weigh uses at the taker's place.
        if not self.owns(partnership.giver) or partnership.kind not in {"sale", "marketing"}:
            return None
        other = reason.facts.get("other")
        if reason.code in {"why.only", "why.open"} or (
            isinstance(other, Sentence) and other.code in _OWN_USES
        ):
            return reason
        kept = {name: reason.facts[name] for name in ("product", "giver", "worth_idr_per_kg", "taker")}
        return Sentence(
            "why.edition",
            "{product} of {giver} is worth {worth_idr_per_kg} with {taker}; no other way would bring more.",
            kept,
        )

    def reasons(self, outcome: Outcome) -> tuple[Sentence, ...]:
        """Return what the plan says about a party, as far as it is about its own figures alone."""
        if self.sees_all:
            return outcome.reasons
        if not self.owns(outcome.party):
            return ()
        shown = []
        for reason in outcome.reasons:
            if reason.code in _OWN_REASONS:
                shown.append(reason)
            elif reason.code == "alone.better":
                kept = {name: reason.facts[name] for name in ("party", "product", "worth_idr_per_kg")}
                shown.append(
                    Sentence(
                        "alone.edition",
                        "{party} earns more with its {product} by itself ({worth_idr_per_kg}) than by any "
                        "way with others.",
                        kept,
                    )
                )
        return tuple(shown)


FACILITATOR = View("facilitator")
PUBLIC = View("public")


def editions(problem: Problem, plan: Plan) -> tuple[tuple[str, View], ...]:
    """Return every edition but the facilitator's: (name of its file without ending, who reads it).

    The public one comes first, then the parties as the network lists them. The only hub's file is
    called hub, all others by the party's code; names differ also where a disk takes A and a for the same.
    """
    middle = hubs(problem)
    found = [("public", PUBLIC)]
    for outcome in plan.outcomes:
        party = outcome.party
        code = problem.parties.codes[party]
        only_hub = middle == (party,)
        name = "hub" if only_hub else _file_name(code)
        found.append((name, View("hub" if party in middle else "coop", party)))
    times = Counter(name.casefold() for name, _ in found)
    return tuple(
        (name, view)
        if times[name.casefold()] == 1 or view is PUBLIC
        else (f"{name}-{_mark(problem.parties.codes[view.party])}", view)
        for name, view in found
    )


def tells_of_one(parts: Sequence[float]) -> bool:
    """Return whether the total of `parts`, one of each party, would tell too much of one of them.

    It does where fewer than `FEWEST` have a part, or where the second largest could work out the
    largest to within a tenth by taking off its own.
    """
    sizes = sorted((abs(part) for part in parts if part), reverse=True)
    return len(sizes) < FEWEST or sum(sizes[2:]) < _LEAST_REST * sizes[0]


def _file_name(code: str) -> str:
    """Return `code` fit for a file name on any system; with a mark of its own where letters were lost."""
    plain = unicodedata.normalize("NFKD", code).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:_CODE_LONGEST].strip("-")
    reserved = re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", plain)
    return plain if plain == code and not reserved else f"{plain}-{_mark(code)}".lstrip("-")


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
