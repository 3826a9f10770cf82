"""The first columns of sheets about hand-overs: from whom, to whom, of which kind and product."""

from __future__ import annotations

from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.documents.sections.deals import kind_name
from jejaring.documents.spreadsheet.tables import Column
from jejaring.engines.planning.plan import Partnership
from jejaring.engines.planning.questions.ahead import Promise


def deal_columns(language: Language) -> tuple[Column, ...]:
    """Return the columns."""
    say = language.text
    return tuple(Column(head, "text") for head in (say("From"), say("To"), say("Kind"), say("Product")))


def deal_words(
    deal: Partnership | Promise, product: int, names: Names, language: Language
) -> tuple[str, str, str, str]:
    """Return what stands in them."""
    return (
        names.parties[deal.giver],
        names.parties[deal.taker],
        kind_name(deal.kind, language),
        names.products[product],
    )
