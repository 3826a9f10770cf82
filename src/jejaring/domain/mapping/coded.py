"""From the codes that files and programs write to rows, everything wrong with them told at once.

The neighbour `listed` goes the other way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from jejaring.domain.mapping import plausible
from jejaring.domain.mapping.models import Grade, Product, Site
from jejaring.domain.parties.models import Cooperative
from jejaring.domain.parties.wrong_fields import Fields
from jejaring.engines.errors import Refusal, Sentence


class Codes:
    """Looks up products, grades and places that an input names, and collects what isn't there.

    What is returned where something is wrong doesn't matter: `done` raises then.
    """

    def __init__(self, cooperative: Cooperative, products: Iterable[str]) -> None:
        """Load the products with these codes, their grades, and the co-op's places: three queries."""
        self._products = {row.code: row for row in Product.objects.filter(code__in=set(products))}
        grades = Grade.objects.filter(product__in=self._products.values()).select_related("product")
        self._grades = {(row.product.code, row.code): row for row in grades}
        self._sites = {row.pk: row for row in Site.objects.filter(cooperative=cooperative)}
        self._fields = Fields()
        self._nothing = Product()

    def product(self, field: str, code: str) -> Product:
        """Return the product with this code."""
        found = self._products.get(code)
        if found is None:
            self._tell(field, "code.product", "There is no product with the code “{written}”.", code)
        return found or self._nothing

    def grade(self, field: str, product: str, code: str) -> Grade | None:
        """Return the grade of a product; None for no code."""
        found = self._grades.get((product, code))
        if code and found is None and product in self._products:
            self._tell(field, "code.grade", "This product has no grade with the code “{written}”.", code)
        return found

    def site(self, field: str, pk: int | None) -> Site | None:
        """Return a place of the co-op; None for none."""
        found = None if pk is None else self._sites.get(pk)
        if pk is not None and found is None:
            self._tell(field, "code.site", "The co-op has no place with the number {written}.", str(pk))
        return found

    def month(self, field: str, month: date, today: date) -> date:
        """Return the first day of a month that isn't years away from `today`."""
        try:
            return plausible.first_of_month(month, today)
        except Refusal as refusal:
            self._fields.tell(field, refusal.sentence)
            return month

    def once(self, fields: Sequence[tuple[str, object]]) -> None:
        """Tell of each value (with its field) that stood before."""
        seen: set[object] = set()
        for field, value in fields:
            if value in seen:
                self._fields.tell(field, Sentence("code.twice", "This stands twice in the list."))
            seen.add(value)

    def done(self) -> None:
        """Raise WrongFields where anything was wrong."""
        self._fields.done()

    def _tell(self, field: str, code: str, wrong: str, written: str) -> None:
        self._fields.tell(field, Sentence(code, wrong, {"written": written[:60]}))
