"""Lists of agreements: a network's with its totals, a co-op's, their annex as files, many put up at once."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from jejaring.documents.agreements import Annex
from jejaring.domain.agreements import queries, tasks
from jejaring.domain.agreements.annex_files import annex_csv, annex_workbook
from jejaring.domain.agreements.models import Agreement
from jejaring.domain.agreements.queries import Filters
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Cooperative, Network
from jejaring.interfaces.web import gates
from jejaring.interfaces.web.agreements import files
from jejaring.interfaces.web.agreements.desk import address
from jejaring.interfaces.web.agreements.words import STATES, TONES, state_facts
from jejaring.interfaces.web.gates import Request
from jejaring.interfaces.web.speaking import speaks

NAMED = 100
"""So many drafts are named; the others are counted."""


@gates.of_network(Ability.WORD_AGREEMENTS)
@require_safe
def agreements(request: Request, network: Network) -> HttpResponse:
    """List a network's agreements, with what they come to."""
    filters = _filters(request)
    everything = queries.agreements_of(request.user, network, Filters(occasion=filters.occasion))
    occasions = queries.occasions(queries.agreements_of(request.user, network, Filters()))
    totals = queries.totals(everything)
    facts = {
        "network": network,
        "occasions": occasions,
        "occasion": next((each for each in occasions if each.key == filters.occasion), None),
        "totals": totals,
        "by_state": [(STATES[state], TONES[state], amount) for state, amount in totals.by_state],
        "drafts": len(queries.drafts_of(request.user, network, filters.occasion)),
    }
    found = queries.agreements_of(request.user, network, filters)
    return render(request, "agreements/list.html", facts | _page(request, found, filters))


@gates.of_cooperative(Ability.SEE_AGREEMENTS)
@require_safe
def cooperative_agreements(request: Request, cooperative: Cooperative) -> HttpResponse:
    """List the agreements of a co-op, with what they come to for it."""
    filters = _filters(request)
    totals = queries.totals(queries.agreements_of_cooperative(request.user, cooperative, Filters()))
    own = dict(totals.by_cooperative).get(str(cooperative))
    facts = {"cooperative": cooperative, "totals": totals, "own": own}
    found = queries.agreements_of_cooperative(request.user, cooperative, filters)
    return render(request, "agreements/of_cooperative.html", facts | _page(request, found, filters))


@gates.of_network(Ability.WORD_AGREEMENTS)
@require_safe
def agreements_xlsx(request: Request, network: Network) -> HttpResponse:
    """Hand out every commitment of the agreements that are listed, as a workbook."""
    annex, states = _annex(request, network)
    return files.download(annex_workbook(annex, speaks(), states), files.XLSX, _name(network, "xlsx"))


@gates.of_network(Ability.WORD_AGREEMENTS)
@require_safe
def agreements_csv(request: Request, network: Network) -> HttpResponse:
    """Hand out the same as CSV."""
    annex, states = _annex(request, network)
    return files.download(annex_csv(annex, speaks(), states), files.CSV, _name(network, "csv"))


def _annex(request: Request, network: Network) -> tuple[Annex, list[str]]:
    """Return the commitments of the agreements that are listed, and what each row's agreement is."""
    found = queries.agreements_of(request.user, network, _filters(request))
    return queries.annex_of(found), [
        str(STATES[Agreement.State(state)]) for state in queries.annex_states(found)
    ]


@gates.of_network(Ability.WORD_AGREEMENTS)
def agreements_offer(request: Request, network: Network) -> HttpResponse:
    """Put all drafts of an occasion up for signing, in the background, and show how far that is."""
    occasion = request.GET.get("acara", "")
    drafts = queries.drafts_of(request.user, network, occasion)
    if request.method == "POST":
        tasks.ask_to_offer(drafts, by=request.user, address=address())
        return redirect(f"{request.path}?acara={occasion}")
    waiting = tasks.waiting_offers()
    of_occasion = queries.agreements_of(request.user, network, Filters(occasion=occasion))
    left = [each for each in drafts if each.pk not in waiting]
    prefetch_related_objects(left[:NAMED], "parties__cooperative", "parties__counterparty")
    whole = of_occasion.count()
    facts = {
        "network": network,
        "occasion": occasion,
        "whole": whole,
        "done": whole - len(drafts),
        "share": round(100 * (whole - len(drafts)) / whole) if whole else 0,
        "waiting": len(drafts) - len(left),
        "left": left[:NAMED],
        "left_count": len(left),
    }
    fragment = request.htmx and not request.htmx.boosted
    template = "agreements/_offering.html" if fragment else "agreements/offering.html"
    return render(request, template, facts)


def _filters(request: Request) -> Filters:
    return Filters(
        request.GET.get("status", ""), request.GET.get("acara", ""), request.GET.get("cari", "")[:80]
    )


def _page(request: Request, found: QuerySet[Agreement], filters: Filters) -> dict[str, Any]:
    page = Paginator(found, queries.PAGE).get_page(request.GET.get("halaman"))
    query = request.GET.copy()
    query.pop("halaman", None)
    return {
        "filters": filters,
        "states": [(str(state), name) for state, name in STATES.items()],
        "page": page,
        "rows": [(each, queries.current_of(each), state_facts(each)) for each in page],
        "query": query.urlencode(),
    }


def _name(network: Network, ending: str) -> str:
    return f"{slugify(network.name)[:60] or 'jejaring'}-{speaks().text('agreements')}.{ending}"
