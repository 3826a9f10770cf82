"""Words for states, roles and stages, said in the reader's language."""

from __future__ import annotations

from typing import Any

from jejaring.interfaces.web.speaking import say_later

LOOKS: dict[str, Any] = {
    "unanswered": say_later("not answered"),
    "in_part": say_later("answered in part"),
    "complete": say_later("all answered"),
    "stale": say_later("older than 90 days"),
    "surplus": say_later("has more than it needs"),
    "deficit": say_later("needs more than it has"),
    "even": say_later("has what it needs"),
}
ROLES: dict[str, Any] = {
    "hub": say_later("hub"),
    "processor": say_later("processor"),
    "distributor": say_later("distributor"),
    "marketer": say_later("marketer"),
    "supplier": say_later("supplier"),
}
STAGES: dict[str, Any] = {
    "production": say_later("Production"),
    "processing": say_later("Processing"),
    "distribution": say_later("Distribution"),
    "marketing": say_later("Marketing"),
}
