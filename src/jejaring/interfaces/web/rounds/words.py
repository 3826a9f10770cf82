"""What pages call the states of rounds, co-ops and proposals."""

from __future__ import annotations

from typing import Any

from jejaring.documents.charts.positions import Look
from jejaring.domain.partnering.matching import Voice
from jejaring.domain.partnering.models import Round
from jejaring.engines.errors import Sentence
from jejaring.interfaces.web.speaking import say_later

ROUND: dict[str, Any] = {
    Round.State.PLANNING: say_later("being planned"),
    Round.State.OPEN: say_later("open for answers"),
    Round.State.CLOSED: say_later("closed"),
    Round.State.CANCELLED: say_later("given up"),
}
VOICES: dict[Voice, Any] = {
    Voice.COUNTERED: say_later("something is wanted otherwise"),
    Voice.WAITING: say_later("still to answer"),
    Voice.DECLINED: say_later("all turned down"),
    Voice.ACCEPTED: say_later("said yes, waits for others"),
    Voice.AGREED: say_later("all agreed"),
    Voice.NOTHING: say_later("no proposal"),
}
"""In the order in which the facilitator cares about them."""
LOOKS: dict[Voice, Look] = {
    Voice.COUNTERED: "stale",
    Voice.WAITING: "unanswered",
    Voice.DECLINED: "deficit",
    Voice.ACCEPTED: "in_part",
    Voice.AGREED: "complete",
    Voice.NOTHING: "even",
}
"""How a pin on the map shows how far its co-op is."""
TAGS: dict[Voice, str] = {
    Voice.COUNTERED: "warn",
    Voice.WAITING: "quiet",
    Voice.DECLINED: "bad",
    Voice.ACCEPTED: "warn",
    Voice.AGREED: "",
    Voice.NOTHING: "quiet",
}
PASSING: dict[tuple[str, bool], Sentence] = {
    ("sale", True): Sentence("round.sells", "We sell {good}"),
    ("sale", False): Sentence("round.buys", "We buy {good}"),
    ("pooled_buying", True): Sentence("round.supplies", "We supply {good}, bought together"),
    ("pooled_buying", False): Sentence("round.supplied", "We get {good}, bought together"),
    ("toll", True): Sentence("round.is_worked_on", "Our {good} is processed there; it stays ours"),
    ("toll", False): Sentence("round.works_on", "We process {good} for them; it stays theirs"),
    ("storage", True): Sentence("round.is_stored", "Our {good} is stored there; it stays ours"),
    ("storage", False): Sentence("round.stores", "We store {good} for them; it stays theirs"),
    ("marketing", True): Sentence("round.is_marketed", "They sell our {good} to their buyer"),
    ("marketing", False): Sentence("round.markets", "We sell their {good} to our buyer"),
}
"""What passes, by kind and whether the reader's co-op gives, as it says it."""
