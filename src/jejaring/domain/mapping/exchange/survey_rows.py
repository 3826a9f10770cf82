"""Submissions of the survey -> rows for each co-op, compared and put before a facilitator."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone

from jejaring.domain.mapping import plausible, queries
from jejaring.domain.mapping.exchange import columns as words
from jejaring.domain.mapping.exchange.accepting import faults_of, keep_draft
from jejaring.domain.mapping.exchange.comparing import differences
from jejaring.domain.mapping.exchange.kept import Catalogue
from jejaring.domain.mapping.exchange.media import Media, Named
from jejaring.domain.mapping.exchange.months import read_month
from jejaring.domain.mapping.exchange.rows import (
    CHANNEL,
    FACILITY,
    LOCAL,
    NEED,
    POSITION,
    POTENTIAL,
    TODAY,
    VEHICLE,
    Said,
    exact,
    month_code,
    month_of,
    natural_key,
)
from jejaring.domain.mapping.exchange.submissions import Answers, Sent, read_submissions
from jejaring.domain.mapping.models import ImportDraft, Potential, Submission
from jejaring.domain.mapping.models.answers import Stage
from jejaring.domain.parties.models import Cooperative, Network, User
from jejaring.engines.errors import Fault, Place, Refusal, Sentence
from jejaring.engines.quantities import KG_PER_UNIT

_MONTH = re.compile(r"[pn]_(\d{4})_(\d{2})")
_COOPERATIVE = re.compile(r"k([0-9]{1,15})")
WAY = "survey"


@dataclass(frozen=True)
class Uploaded:
    """What came of a file of submissions."""

    drafts: tuple[ImportDraft, ...]
    """One for each co-op that has something to look at, or whose answers are all kept already."""
    faults: tuple[Fault, ...]
    """Why submissions were left out, all of each."""
    again: int
    """Submissions that were kept before."""
    refused: int
    """Submissions of people who didn't agree."""
    photos_missing: int = 0
    """Photos that submissions name and that aren't in the files, or can't be kept."""


def compare_survey(
    network: Network, files: Sequence[tuple[str, bytes]], *, by: User, at: datetime
) -> Uploaded:
    """Compare the submissions of exported files with what is kept of a network's co-ops.

    A submission with a fault is left out as a whole and told. Raises Faults where a file is no export.
    """
    sent = read_submissions(files)
    known = set(
        Submission.objects.filter(instance__in=[each.instance for each in sent]).values_list(
            "instance", flat=True
        )
    )
    fresh = [each for each in sent if each.instance not in known]
    agreed = [each for each in fresh if each.text("consent") != "no"]
    cooperatives = {
        row.pk: row for row in Cooperative.objects.filter(network_roles__network=network).distinct()
    }
    by_cooperative, faults = _by_cooperative(agreed, cooperatives, timezone.localtime(at).date())
    drafts, photos_missing, photos = [], 0, Media(files)
    for pk, heard in sorted(by_cooperative.items(), key=lambda each: (cooperatives[each[0]].name, each[0])):
        found = differences(cooperatives[pk], heard.rows, on=timezone.localtime(at).date())
        wrong = faults_of(cooperatives[pk], found, by=by, at=at, way=WAY)
        if wrong:
            faults += wrong
            continue
        seen = photos.find(heard.photos)
        photos_missing += seen.missing
        drafts.append(
            keep_draft(
                cooperatives[pk],
                found,
                by=by,
                at=at,
                way=WAY,
                file_name=files[0][0],
                network=network,
                submissions=heard.instances,
                photos=seen.photos,
            )
        )
    again, refused = len(sent) - len(fresh), len(fresh) - len(agreed)
    return Uploaded(tuple(drafts), tuple(faults), again, refused, photos_missing)


@dataclass
class _Heard:
    rows: list[Said] = field(default_factory=list)
    instances: list[str] = field(default_factory=list)
    photos: list[Named] = field(default_factory=list)


def _by_cooperative(
    sent: Sequence[Sent], cooperatives: dict[int, Cooperative], on: date
) -> tuple[dict[int, _Heard], list[Fault]]:
    catalogue = Catalogue()
    found: dict[int, _Heard] = {}
    faults: list[Fault] = []
    seen: set[str] = set()
    for each in sent:
        named = _COOPERATIVE.fullmatch(each.text("coop"))
        pk = int(named[1]) if named else 0
        if pk not in cooperatives:
            place = each.answers.get("coop", ("", each.place))[1]
            faults.append(Fault(place, _UNKNOWN_COOPERATIVE))
            continue
        if not each.instance:
            faults.append(Fault(each.place, _NO_INSTANCE))
            continue
        if each.instance in seen:
            continue
        seen.add(each.instance)
        reader = _SentReader(catalogue, on, cooperatives[pk])
        rows = list(reader.rows(each))
        if reader.faults:
            faults += reader.faults
            continue
        heard = found.setdefault(pk, _Heard())
        heard.instances.append(each.instance)
        heard.photos += reader.photos
        _add(heard.rows, rows)
    return found, faults


_UNKNOWN_COOPERATIVE = Sentence(
    "exchange.survey_cooperative", "This submission is about a co-op that isn't in this network."
)
_NO_INSTANCE = Sentence("exchange.no_instance", "This submission has no id, so it could be kept twice.")
_TWO_SAY = Sentence(
    "exchange.two_say", "Two submissions say different things of this. The later one is shown."
)


def _add(rows: list[Said], more: Sequence[Said]) -> None:
    """Add rows; where an earlier one says something else of the same thing, the later has a doubt."""
    for said in more:
        identity = (said.table, said.key, natural_key(said.table, said.values))
        doubts = said.doubts
        for other in rows:
            if (other.table, other.key, natural_key(other.table, other.values)) == identity:
                doubts = (_TWO_SAY,) if other.values != said.values else other.doubts
                rows.remove(other)
                break
        rows.append(Said(said.table, said.key, said.values, said.place, typed=said.typed, doubts=doubts))


class _Unreadable(Exception):
    """An answer that no phone with our form would have sent."""

    def __init__(self, place: Place, wrong: Sentence) -> None:
        super().__init__(wrong.code)
        self.fault = Fault(place, wrong)


@dataclass(frozen=True)
class _Trade:
    """What is sold or bought of a product in a usual month."""

    product: str
    side: str
    kg: int
    idr_per_kg: Decimal
    partner: str
    place: Place


class _SentReader:
    """Reads one submission."""

    def __init__(self, catalogue: Catalogue, on: date, cooperative: Cooperative) -> None:
        self.faults: list[Fault] = []
        self.photos: list[Named] = []
        self._catalogue = catalogue
        self._on = on
        self._cooperative = cooperative
        self._place = Place()

    def rows(self, sent: Sent) -> Iterator[Said]:
        """Yield what a submission says; what can't be is kept in `faults`."""
        self._place = sent.place
        yield from self._tried(self._position, sent.answers)
        self._photo(sent, sent.answers, "photo", Stage.PROCESSING)
        readers = {"facility": self._facility, "vehicle": self._vehicle, "channel": self._channel}
        readers["trader"] = self._trader
        harvested: dict[str, list[date]] = {}
        trades: list[tuple[Answers, Place]] = []
        for name, answers in sent.repeats:
            self._place = next(iter(answers.values()), ("", sent.place))[1]
            if name in ("potential", "need"):
                rows = self._tried(lambda given, name=name: self._season(name, given), answers)
                for each in rows if name == "potential" else ():
                    month = month_of(each.key[3])
                    if month and each.values["kg"]:
                        harvested.setdefault(each.key[0], []).append(month)
                self._photo(sent, answers, "p_photo", Stage.PRODUCTION, "p_product")
                yield from rows
            elif name == "trade_now":
                trades.append((answers, self._place))
            else:
                self._photo(sent, answers, "f_photo", Stage.PROCESSING, note="f_name")
                yield from self._tried(readers[name], answers)
        yield from self._trades_now(trades, harvested)

    def _photo(
        self, sent: Sent, answers: Answers, name: str, stage: str, product: str = "", note: str = ""
    ) -> None:
        if name not in answers:
            return
        code = answers[product][0] if product in answers else ""
        about = " ".join(answers[note][0].split())[:200] if note in answers else ""
        known = code if code in self._catalogue.products else ""
        self.photos.append(Named(answers[name][0], sent.instance, stage, known, about))

    def _tried(self, reader: Any, answers: Answers) -> list[Any]:
        try:
            return list(reader(answers))
        except _Unreadable as error:
            self.faults.append(error.fault)
        except Refusal as refusal:
            self.faults.append(Fault(self._place, refusal.sentence))
        return []

    # --- repeats ---------------------------------------------------------------------------------

    def _position(self, answers: Answers) -> Iterator[Said]:
        text, place = answers.get("position", ("", self._place))
        parts = text.split()
        if "position_lat" in answers and "position_lon" in answers:
            parts = [answers["position_lat"][0], answers["position_lon"][0]]
        if len(parts) < 2:
            return
        lat, lon = (self._signed(part, place) for part in parts[:2])
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise _Unreadable(place, _not_a_number(text))
        yield Said(POSITION, (), {"lat": f"{lat:.6f}", "lon": f"{lon:.6f}"}, place)

    def _season(self, name: str, answers: Answers) -> Iterator[Said]:
        letter = name[0]
        product = self._product(answers, f"{letter}_product")
        grade = self._grade(product, answers, f"{letter}_grade")
        values = self._known(answers, letter)
        price = "cost_idr_per_kg" if name == "potential" else "worth_idr_per_kg"
        if f"{letter}_price" in answers:
            values[price] = self._price(answers, f"{letter}_price")
        if "n_must" in answers:
            values["is_must"] = answers["n_must"][0] == "yes"
        for question, (text, place) in answers.items():
            found = _MONTH.fullmatch(question)
            if found is None:
                continue
            month = read_month(f"{found[1]}-{found[2]}")
            if month is None:
                raise _Unreadable(place, _not_a_number(question))
            key = (product, grade, "", month_code(plausible.first_of_month(month, self._on)))
            kg = self._kg(answers, question, f"{letter}_unit")
            typed = f"{text.replace('.', ',')} {answers.get(f'{letter}_unit', ('kg', place))[0]}"
            table = POTENTIAL if name == "potential" else NEED
            yield Said(table, key, {"kg": kg, **values}, place, typed=typed)

    def _facility(self, answers: Answers) -> Iterator[Said]:
        kind = self._one_of(answers, "f_kind", words.FACILITY_WORDS)
        values: dict[str, Any] = {
            "kind": kind,
            "name": self._text(answers, "f_name")[:120],
            **self._known(answers, "f"),
        }
        if kind == "process":
            values["product"] = self._product(answers, "f_product")
            values["outputs"] = [
                [
                    self._product(answers, f"f_output{number}"),
                    exact(self._number(answers, f"f_yield{number}") / 100),
                ]
                for number in range(1, words.OUTPUTS + 1)
                if f"f_output{number}" in answers
            ]
        else:
            text, place = answers.get("f_stored", ("", self._place))
            codes = text.split()
            if not set(codes) <= self._catalogue.products.keys():
                raise _Unreadable(place, _not_a_product(text))
            values["stored"] = sorted(codes)
        if "f_capacity" in answers:
            values["capacity_kg"] = self._kg(answers, "f_capacity", "f_unit")
        if "f_price" in answers:
            values["cost_idr_per_kg"] = self._price(answers, "f_price")
        yield Said(FACILITY, ("",), values, self._place)

    def _vehicle(self, answers: Answers) -> Iterator[Said]:
        name = self._text(answers, "v_name")[:120]
        values: dict[str, Any] = {"name": name, "capacity_kg": self._kg(answers, "v_capacity", "v_unit")}
        if "v_km" in answers:
            values["idr_per_km"] = self._price(answers, "v_km")
        if "v_trips" in answers:
            values["most_trips"] = self._whole(answers, "v_trips")
        yield Said(VEHICLE, (name,), values, self._place)

    def _channel(self, answers: Answers) -> Iterator[Said]:
        values: dict[str, Any] = {
            "direction": self._one_of(answers, "c_direction", words.DIRECTION_WORDS),
            "product": self._product(answers, "c_product"),
            "partner": self._text(answers, "c_partner")[:200],
            "idr_per_kg": self._price(answers, "c_price"),
        }
        if "c_most" in answers:
            values["most_kg"] = self._kg(answers, "c_most", "c_unit")
        if "c_days" in answers:
            values["days_to_pay"] = self._whole(answers, "c_days")
        yield Said(CHANNEL, ("",), values, self._place)

    def _trader(self, answers: Answers) -> Iterator[Said]:
        product = self._product(answers, "l_product")
        names = {"sell_idr_per_kg": "l_sell", "buy_idr_per_kg": "l_buy"}
        values = {column: self._price(answers, name) for column, name in names.items() if name in answers}
        if values:
            yield Said(LOCAL, (product, "", "", ""), values, self._place)

    def _trades_now(
        self, trades: Sequence[tuple[Answers, Place]], harvested: dict[str, list[date]]
    ) -> Iterator[Said]:
        """Yield what is sold and bought now, a row a month; several buyers of one product count together."""
        told: dict[str, list[_Trade]] = {}
        for answers, place in trades:
            self._place = place
            for trade in self._tried(self._trade, answers):
                told.setdefault(trade.product, []).append(trade)
        for product, said in told.items():
            values: dict[str, Any] = {}
            for side in ("sells", "buys"):
                mine = [each for each in said if each.side == side]
                if mine:
                    kg = sum(each.kg for each in mine)
                    worth = sum((each.kg * each.idr_per_kg for each in mine), Decimal(0))
                    mean = worth / kg if kg else Decimal(0)
                    values |= {f"{side}_kg": kg, f"{side}_idr_per_kg": exact(plausible.rupiah_per_kg(mean))}
            partners = dict.fromkeys(each.partner for each in said if each.partner)
            if partners:
                values["partner"] = ", ".join(partners)[:200]
            for month in self._months_of(product, harvested.get(product, [])):
                yield Said(TODAY, (product, "", "", month_code(month)), values, said[0].place)

    def _trade(self, answers: Answers) -> Iterator[_Trade]:
        yield _Trade(
            product=self._product(answers, "t_product"),
            side="sells" if self._one_of(answers, "t_direction", words.DIRECTION_WORDS) == "sell" else "buys",
            kg=self._kg(answers, "t_kg", "t_unit"),
            idr_per_kg=self._number(answers, "t_price"),
            partner=self._text(answers, "t_partner") if "t_partner" in answers else "",
            place=self._place,
        )

    def _months_of(self, product: str, said: Sequence[date]) -> list[date]:
        """Return the months in which a product is harvested, as said here or kept; else the coming year's."""
        ahead = queries.months_ahead(self._on)
        coming = sorted({month for month in said if month in ahead})
        if coming:
            return coming
        kept = queries.season(self._cooperative, Potential, self._catalogue.products[product], ahead)
        return [each.month for each in kept if each.row] or ahead

    # --- answers ---------------------------------------------------------------------------------

    def _answer(self, answers: Answers, name: str) -> tuple[str, Place]:
        if name not in answers:
            raise _Unreadable(
                self._place,
                Sentence("exchange.unanswered", "The question {name} has no answer.", {"name": name}),
            )
        return answers[name]

    def _text(self, answers: Answers, name: str) -> str:
        return " ".join(self._answer(answers, name)[0].split())

    def _product(self, answers: Answers, name: str) -> str:
        text, place = self._answer(answers, name)
        if text not in self._catalogue.products:
            raise _Unreadable(place, _not_a_product(text))
        return text

    def _grade(self, product: str, answers: Answers, name: str) -> str:
        text, place = answers.get(name, ("", self._place))
        code = text.removeprefix(f"{product}.")
        if text and (product, code) not in self._catalogue.grades:
            raise _Unreadable(
                place,
                Sentence("exchange.grade", "“{text}” isn't a grade of this product.", {"text": text[:60]}),
            )
        return code

    def _known(self, answers: Answers, letter: str) -> dict[str, Any]:
        known: dict[str, Any] = {}
        if f"{letter}_evidence" in answers:
            known["evidence"] = self._one_of(answers, f"{letter}_evidence", words.EVIDENCE_WORDS)
        if f"{letter}_source" in answers:
            known["source"] = self._text(answers, f"{letter}_source")[:300]
        return known

    def _one_of(self, answers: Answers, name: str, known: dict[str, words.Words]) -> str:
        text, place = self._answer(answers, name)
        if text not in known:
            raise _Unreadable(
                place, Sentence("exchange.word", "“{text}” isn't understood here.", {"text": text[:60]})
            )
        return text

    def _signed(self, text: str, place: Place) -> Decimal:
        """Return a number as phones write it: with a point before decimals, never marks for thousands."""
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise _Unreadable(place, _not_a_number(text)) from None
        if not number.is_finite() or abs(number) > 10**15:
            raise _Unreadable(place, _not_a_number(text))
        return number

    def _number(self, answers: Answers, name: str) -> Decimal:
        text, place = self._answer(answers, name)
        number = self._signed(text, place)
        if number < 0:
            raise _Unreadable(place, _not_a_number(text))
        return number

    def _whole(self, answers: Answers, name: str) -> int:
        number = self._number(answers, name)
        if number != number.to_integral_value():
            raise _Unreadable(answers[name][1], _not_a_number(answers[name][0]))
        return int(number)

    def _price(self, answers: Answers, name: str) -> str | None:
        return exact(plausible.rupiah_per_kg(self._number(answers, name)))

    def _kg(self, answers: Answers, name: str, unit: str) -> int:
        written, place = answers.get(unit, ("kg", self._place))
        if written not in KG_PER_UNIT:
            raise _Unreadable(
                place, Sentence("exchange.word", "“{text}” isn't understood here.", {"text": written[:60]})
            )
        kg = self._number(answers, name) * KG_PER_UNIT[written]
        if kg != kg.to_integral_value():
            raise _Unreadable(
                answers[name][1],
                Sentence(
                    "exchange.part_of_a_kilogram",
                    "“{text}” isn't whole kilograms.",
                    {"text": answers[name][0][:60]},
                ),
            )
        return plausible.kilograms(int(kg))


def _not_a_number(text: str) -> Sentence:
    return Sentence("exchange.survey_number", "“{text}” isn't a number that fits here.", {"text": text[:60]})


def _not_a_product(text: str) -> Sentence:
    return Sentence("exchange.product", "“{text}” isn't a product that is kept here.", {"text": text[:60]})
