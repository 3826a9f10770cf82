"""What of a round has become memoranda, and what still waits to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum

from jejaring.domain.agreements.models import Agreement
from jejaring.domain.mapping.overview import months_from
from jejaring.domain.partnering.actions import rounds
from jejaring.domain.partnering.models import NOT_DRAFTED, Proposal, Round


@dataclass(frozen=True)
class Paper:
    """A memorandum with the value of the proposals that went into it, rupiah."""

    agreement: Agreement
    parties: tuple[str, ...]
    value_idr: int


@dataclass(frozen=True)
class Drafted:
    """The memoranda of a round; `waiting`: agreed proposals that stand in none yet. Values in rupiah."""

    papers: tuple[Paper, ...]
    waiting: int
    waiting_idr: int

    @property
    def value_idr(self) -> int:
        """What all memoranda are worth together."""
        return sum(paper.value_idr for paper in self.papers)


def drafted(matching: Round) -> Drafted:
    """Return what was drafted, in the order of drafting, and what still waits."""
    agreed = rounds.current(matching).filter(state=Proposal.State.AGREED)
    values = dict(
        agreed.exclude(NOT_DRAFTED).order_by().values_list("agreement").annotate(idr=Sum("value_idr"))
    )
    found = Agreement.objects.filter(pk__in=values).order_by("pk").prefetch_related("parties__cooperative")
    waiting = list(agreed.filter(NOT_DRAFTED).values_list("value_idr", flat=True))
    return Drafted(
        papers=tuple(
            Paper(each, tuple(str(party) for party in each.parties.all()), int(values[each.pk]))
            for each in found
        ),
        waiting=len(waiting),
        waiting_idr=sum(waiting),
    )


def drafts_left(matching: Round) -> int:
    """Return how many memoranda of a round are still drafts: nobody can sign them before they are put up."""
    made = Agreement.objects.filter(network=matching.network_id, occasion_key=occasion_of(matching))
    return made.filter(state=Agreement.State.DRAFT).count()


def occasion_of(matching: Round) -> str:
    """Return the occasion under which the agreements of a round are kept."""
    return f"round:{matching.pk}"


def span_of(matching: Round) -> tuple[date, date]:
    """Return the first and the last day of a round's months."""
    months = months_from(matching.first_month, matching.months + 1)
    return months[0], months[-1] - timedelta(days=1)
