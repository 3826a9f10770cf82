"""What waits for the parties of a signed agreement: who has said yes to it, and who hasn't yet."""

from __future__ import annotations

from dataclasses import dataclass

from jejaring.domain.agreements.models import Agreement, AgreementParty, Motion
from jejaring.domain.parties.access import NotThere


@dataclass(frozen=True)
class OpenMotion:
    """A motion that waits. Notice waits for nobody but its day."""

    motion: Motion
    agreed: tuple[AgreementParty, ...]
    waits_for: tuple[AgreementParty, ...]


def open_motions(agreement: Agreement) -> list[OpenMotion]:
    """Return what waits for an agreement's parties, the oldest first."""
    found = agreement.motions.filter(state=Motion.State.OPEN).prefetch_related("assents")
    motions = list(found.select_related("party__cooperative", "party__counterparty"))
    if not motions:
        return []
    parties = list(agreement.parties.select_related("cooperative", "counterparty"))
    made = []
    for motion in motions:
        have = {each.party_id for each in motion.assents.all()}
        lacking = () if motion.is_notice else tuple(each for each in parties if each.pk not in have)
        made.append(OpenMotion(motion, tuple(each for each in parties if each.pk in have), lacking))
    return made


def motion_of(agreement: Agreement, pk: int) -> Motion:
    """Return a motion about an agreement. Raises NotThere."""
    found = agreement.motions.select_related("party").filter(pk=pk).first()
    if found is None:
        raise NotThere
    return found
