"""The certificate in words: what is proved, by whom, and what rests on the solver alone."""

from __future__ import annotations

from dataclasses import dataclass

from jejaring.documents.language import Language
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem

_SAID = frozenset({"check.duals", "check.fixed"})
"""What `sentences` says already, for readers who stop there."""


@dataclass(frozen=True)
class Proof:
    """Sentences for everybody, then figures for whoever checks: (name, value)."""

    sentences: tuple[str, ...]
    checks: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]


def proof(problem: Problem, plan: Plan, language: Language) -> Proof:
    """Return what proves the plan's value."""
    certificate = plan.certificate
    return Proof(
        sentences=tuple(_sentences(plan, language)),
        checks=tuple(language.sentence(check) for check in certificate.checks if check.code not in _SAID),
        figures=(
            (language.text("Value found"), language.rupiah(plan.value_idr)),
            (language.text("Proven upper bound"), language.rupiah(plan.bound_idr)),
            (language.text("Gap"), language.percent(plan.gap, places=4)),
            (language.text("Gap asked for"), language.percent(certificate.gap_asked, places=4)),
            (language.text("In whole kilograms"), language.rupiah(plan.surplus_idr)),
            (language.text("Solver"), f"{certificate.solver} {certificate.solver_version}"),
            (language.text("Solver's answer"), certificate.solver_status),
            (language.text("Yes-or-no choices"), language.number(certificate.yes_no_choices)),
            (language.text("Seed"), str(certificate.seed)),
            (language.text("Fingerprint of the input (SHA-256)"), problem.sha256),
        ),
    )


def _sentences(plan: Plan, language: Language) -> list[str]:
    certificate = plan.certificate
    said = [
        language.text(
            "The best plan found is worth {value_idr}. No plan can be worth more than {bound_idr}.",
            value_idr=plan.value_idr,
            bound_idr=plan.bound_idr,
        )
    ]
    if plan.status == "optimal":
        said.append(language.text("Between the two lies {gap}, within what was asked for.",
                                  gap=language.percent(plan.gap, places=4)))  # fmt: skip
    else:
        said.append(
            language.text(
                "Between the two lies {gap}: the search hit its limit, so this plan is not called the best.",
                gap=language.percent(plan.gap, places=4),
            )
        )
    if certificate.bound_proof == "duals":
        said.append(
            language.text(
                "The bound was checked by Jejaring's own exact arithmetic, without trusting the solver."
            )
        )
    else:
        said.append(
            language.plural(
                "The plan decides {count} yes-or-no choice. That no other choice is better rests on the "
                "solver's search; with the choices as they are, the rest was checked by Jejaring's own "
                "arithmetic.",
                "The plan decides {count} yes-or-no choices. That no other choices are better rests on the "
                "solver's search; with the choices as they are, the rest was checked by Jejaring's own "
                "arithmetic.",
                certificate.yes_no_choices,
            )
        )
    said.append(_whole_kilograms(plan, language))
    return said


def _whole_kilograms(plan: Plan, language: Language) -> str:
    """Return what is divided, and how much less the whole kilograms of the page give."""
    loss = plan.value_idr - plan.surplus_idr
    if loss < 1:
        return language.text("All quantities on this page are whole kilograms; that costs nothing.")
    return language.text(
        "What the co-ops divide is this value before goods are weighed in whole kilograms, {value_idr}. All "
        "quantities on this page are whole kilograms; those give {surplus_idr}, which is {loss_idr} less.",
        value_idr=plan.value_idr,
        surplus_idr=plan.surplus_idr,
        loss_idr=loss,
    )
