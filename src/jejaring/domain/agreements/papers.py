"""Which papers wait for somebody: for their signature, for a decision of their co-op before it, or for its
answer to what another party proposed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from jejaring.documents.agreements import approving_body
from jejaring.domain.agreements.actions.drafting import content_of
from jejaring.domain.agreements.actions.life import partners
from jejaring.domain.agreements.models import (
    Agreement,
    AgreementParty,
    Approval,
    Assent,
    Motion,
    Signature,
    Version,
)
from jejaring.domain.parties import access
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative, NetworkRole, User

NAMED = 4
"""So many papers of a co-op are named on a desk; of more, only how many."""
_LOOKED_AT = 20
"""So many drafts are looked into, the newest: a desk is opened often."""


@dataclass(frozen=True)
class Paper:
    """A paper that waits for one of somebody's co-ops. `partners`: with whom, as a sentence names them."""

    agreement: Agreement
    party: AgreementParty
    partners: object


@dataclass(frozen=True)
class Papers:
    """What waits for one co-op: papers `to_sign`, drafts for which it still has `to_decide`, and signed
    papers for which it has `to_answer` what another party proposed.
    """

    cooperative: Cooperative
    to_sign: tuple[Paper, ...]
    to_decide: tuple[Paper, ...]
    to_answer: tuple[Paper, ...]

    @property
    def named(self) -> bool:
        """Whether the papers to be signed are few enough to be named one by one."""
        return len(self.to_sign) <= NAMED


def papers_for(user: User) -> list[Papers]:
    """Return what waits for somebody, by the co-op for which they sign."""
    mine = _mine(user)
    if mine is None:
        return []
    signed = Signature.objects.filter(version__state=Version.State.OFFERED, party=OuterRef("pk"))
    waiting = _parties(mine, Agreement.State.SIGNING).exclude(Exists(signed))
    found: dict[int, tuple[list[Paper], list[Paper], list[Paper]]] = {}
    cooperatives: dict[int, Cooperative] = {}
    for at, rows in enumerate((waiting, _undecided(mine), _unanswered(mine))):
        for row in rows:
            assert row.cooperative is not None
            cooperatives[row.cooperative.pk] = row.cooperative
            others = (each for each in row.agreement.parties.all() if each.pk != row.pk)
            paper = Paper(row.agreement, row, partners(others))
            found.setdefault(row.cooperative.pk, ([], [], []))[at].append(paper)
    order = sorted(found, key=lambda pk: (cooperatives[pk].name, pk))
    return [Papers(cooperatives[pk], *(tuple(each) for each in found[pk])) for pk in order]


def _mine(user: User) -> Any:
    """Return the condition for parties for which somebody signs, as `access.answers_for` has it; None where
    they sign for nobody.
    """
    own = access.roles_of(user, Ability.SIGN_AGREEMENTS).exclude(cooperative=None)
    led = access.roles_of(user, Ability.ANSWER_FOR_HUB)
    if not (own | led).exists():
        return None
    member = NetworkRole.objects.filter(
        network=OuterRef("agreement__network"), cooperative=OuterRef("cooperative")
    )
    at_it = Q(Exists(member), cooperative__in=own.values("cooperative"))
    as_hub = Q(Exists(member.filter(kind=NetworkRole.Kind.HUB)), agreement__network__in=led.values("network"))
    return at_it | as_hub


def _parties(mine: Any, *states: Agreement.State) -> QuerySet[AgreementParty]:
    every = AgreementParty.objects.select_related("cooperative", "counterparty")
    rows = AgreementParty.objects.filter(mine, agreement__state__in=states, cooperative__isnull=False)
    rows = rows.select_related("cooperative", "agreement").order_by("-agreement__made_at", "-pk")
    return rows.prefetch_related(Prefetch("agreement__parties", every))


def _unanswered(mine: Any) -> QuerySet[AgreementParty]:
    """Return the places in signed papers whose co-op hasn't answered what another party proposed."""
    said_yes = Assent.objects.filter(motion=OuterRef("pk"), party=OuterRef(OuterRef("pk")))
    waiting = Motion.objects.filter(
        agreement=OuterRef("agreement"), state=Motion.State.OPEN, is_notice=False
    ).exclude(Exists(said_yes))
    return _parties(mine, Agreement.State.IN_FORCE, Agreement.State.SUSPENDED).filter(Exists(waiting))


def _undecided(mine: Any) -> Iterable[AgreementParty]:
    """Return the places in drafts for which an organ of the co-op must decide before it may be signed."""
    drafts = Version.objects.filter(state=Version.State.DRAFT)
    rows = _parties(mine, Agreement.State.DRAFT).prefetch_related(
        Prefetch("agreement__versions", drafts, to_attr="drafts")
    )
    looked_at = list(rows[:_LOOKED_AT])
    decided: set[tuple[int, str]] = set(
        Approval.objects.filter(party__in=looked_at).values_list("party", "body") if looked_at else ()
    )
    return [row for row in looked_at if _lacks_decision(row, decided)]


def _lacks_decision(row: AgreementParty, decided: set[tuple[int, str]]) -> bool:
    [version] = row.agreement.drafts  # type: ignore[attr-defined]
    content = content_of(version)
    known: set[str] = {content.parties[row.position].signatory.authority.body}
    known |= {body for body in Approval.Body.values if (row.pk, body) in decided}
    if approving_body(content, row.position) == "members":
        return "members" not in known
    return content.kind == "pks" and known.isdisjoint(Approval.Body.values)
