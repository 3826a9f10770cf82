"""The rules of sharing in words: what each is called and what it does, said once for every way out."""

from __future__ import annotations

from jejaring.documents.language import Language
from jejaring.engines.planning.plan import Rule


def rule_name(rule: Rule, language: Language) -> str:
    """Return what a rule is called."""
    return {
        "equal": language.text("Equal parts"),
        "volume": language.text("By volume"),
        "market": language.text("By market prices"),
        "even_core": language.text("Stable and most even"),
        "nucleolus": language.text("Smallest complaints"),
    }[rule]


def rule_meaning(rule: Rule, language: Language) -> str:
    """Return in a sentence how a rule divides the gain."""
    return {
        "equal": language.text("Everybody who works with another gets the same part of the gain."),
        "volume": language.text(
            "The gain is divided by the kilograms that each delivers, works on and sells in the plan."
        ),
        "market": language.text(
            "Each gets what its goods, machines and buyers are worth at the plan's prices: who has what is "
            "scarce gets most (Owen's rule)."
        ),
        "even_core": language.text(
            "Every group gets at least what it would have by itself; then the smallest gain is made as "
            "large as possible, then the next."
        ),
        "nucleolus": language.text(
            "Every group compares what it gets with what it would have by itself. The group that is worst "
            "off in this is treated as well as possible, then the next (the nucleolus)."
        ),
    }[rule]
