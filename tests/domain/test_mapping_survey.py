"""The survey is a form that ODK and Kobo take; what they export is kept, each submission once."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from pyxform.xls2xform import convert  # type: ignore[import-untyped]

from jejaring.domain.mapping.actions.answers import PotentialAnswer, declare_potentials
from jejaring.domain.mapping.exchange.accepting import Accepted, accept_draft, draft_differences
from jejaring.domain.mapping.exchange.survey_form import survey_xlsform
from jejaring.domain.mapping.exchange.survey_rows import Uploaded, compare_survey
from jejaring.domain.mapping.models import (
    Channel,
    DraftPhoto,
    Evidence,
    Facility,
    ImportDraft,
    LocalTrade,
    Potential,
    Product,
    Today,
)
from jejaring.domain.mapping.queries import months_ahead
from jejaring.engines.errors import Faults, Refusal
from tests.cast import Cast, make_cast
from tests.domain.exchange_story import AT, ON, make_products


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def made(cast: Cast) -> dict[str, Product]:
    return make_products()


def form(cast: Cast, made: dict[str, Product], months: list[date]) -> bytes:
    return survey_xlsform(
        [cast.babakankaret, cast.hub], list(made.values()), months, title="Pemetaan", version="2027011501"
    )


@pytest.mark.parametrize("graded", [True, False])
def test_the_survey_becomes_an_xform_without_a_warning(
    cast: Cast, made: dict[str, Product], graded: bool
) -> None:
    if not graded:
        made["beras"].grades.all().delete()
    data = form(cast, made, months_ahead(ON))
    result = convert(xlsform=data, file_type=".xlsx", validate=False)
    assert result.warnings == []
    assert 'lang="Bahasa Indonesia (id)" default="true()"' in result.xform
    assert f"k{cast.babakankaret.pk}" in result.xform
    assert "p_2027_01" in result.xform
    for name in ("t_direction", "t_kg", "t_price", "l_sell", "l_buy", "p_photo", "f_photo"):
        assert f"/{name}" in result.xform
    # Consent comes before anything that is recorded of a co-op.
    assert result.xform.index("/consent") < result.xform.index("/answers/coop")
    assert data == form(cast, made, months_ahead(ON))


# --- what comes back: the same two submissions in each form that Kobo and ODK export ----------------


def main_row(coop: str, uuid: str, consent: str = "yes") -> dict[str, str]:
    return {
        "consent": consent,
        "answers/coop": coop,
        "answers/position": "-6.8200 107.1400 0 5",
        "_uuid": uuid,
    }


SEASON = {
    "p_product": "gkp",
    "p_unit": "ton",
    "p_months/p_2027_03": "1.5",
    "p_months/p_2027_04": "",
    "p_price": "6500",
    "p_evidence": "weighed",
    "p_photo": "nota 1.jpg",
}
MILL = {
    "f_kind": "process",
    "f_name": "Penggilingan",
    "f_product": "gkp",
    "f_output1": "beras",
    "f_yield1": "53.2",
    "f_unit": "ton",
    "f_capacity": "20",
}
BUYER = {"c_direction": "sell", "c_product": "gkp", "c_partner": "Bulog", "c_unit": "kg", "c_price": "6500"}


SOLD = {"t_direction": "sell", "t_product": "gkp", "t_partner": "Tengkulak", "t_unit": "kuintal", "t_kg": "9",
        "t_price": "6300"}  # fmt: skip
TRADER = {"l_product": "gkp", "l_sell": "6200"}
REPEATS = {"potential": SEASON, "facility": MILL, "channel": BUYER, "trade_now": SOLD, "trader": TRADER}


def kobo_xlsx(coop: str, uuid: str = "a-1") -> tuple[str, bytes]:
    book = Workbook()
    sheets: dict[str, list[dict[str, str]]] = {
        "Pemetaan": [main_row(coop, uuid) | {"_index": "1"}],
    }
    for name, inner in REPEATS.items():
        sheets[name] = [{f"answers/{name}/{key}": value for key, value in inner.items()}]
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        if name != "Pemetaan":
            rows[0] |= {"_index": "1", "_parent_index": "1", "_submission__uuid": uuid}
        sheet.append(list(rows[0]))
        sheet.append(list(rows[0].values()))
    written = io.BytesIO()
    book.save(written)
    return "kobo.xlsx", written.getvalue()


def odk_zip(coop: str, uuid: str = "a-1", **media: bytes) -> tuple[str, bytes]:
    media = {path.replace("__", "/").replace("_jpg", ".jpg"): content for path, content in media.items()}
    main = {"consent": "yes", "answers-coop": coop, "answers-position-Latitude": "-6.82"}
    main |= {"answers-position-Longitude": "107.14", "meta-instanceID": f"uuid:{uuid}", "KEY": f"uuid:{uuid}"}
    tables = {"pemetaan": main}
    for name, row in REPEATS.items():
        inside = {key.replace("/", "-"): value for key, value in row.items()}
        tables[f"pemetaan-{name}"] = inside | {"PARENT_KEY": f"uuid:{uuid}", "KEY": f"uuid:{uuid}/{name}[1]"}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as parts:
        for name, row in tables.items():
            text = io.StringIO()
            csv.writer(text).writerows([row.keys(), row.values()])
            parts.writestr(f"{name}.csv", text.getvalue())
        for path, content in media.items():
            parts.writestr(path, content)
    return "odk.zip", written.getvalue()


def kobo_json(coop: str, uuid: str = "a-1") -> tuple[str, bytes]:
    row: dict[str, object] = dict(main_row(coop, uuid))
    for name, inner in REPEATS.items():
        row[f"answers/{name}"] = [{f"answers/{name}/{key}": value for key, value in inner.items() if value}]
    return "kobo.json", json.dumps({"count": 1, "results": [row]}).encode()


def odk_json(coop: str, uuid: str = "a-1") -> tuple[str, bytes]:
    def nested(row: dict[str, str]) -> dict[str, object]:
        inside: dict[str, object] = {key: value or None for key, value in row.items() if "/" not in key}
        if "p_months/p_2027_03" in row:
            inside["p_months"] = {"p_2027_03": 1.5, "p_2027_04": None}
        return inside

    answers = {
        "coop": coop,
        "position": {"type": "Point", "coordinates": [107.14, -6.82, 0]},
    } | {name: [nested(inner)] for name, inner in REPEATS.items()}
    row = {"__id": f"uuid:{uuid}", "consent": "yes", "answers": answers}
    return "odk.json", json.dumps({"value": [row]}).encode()


EXPORTS = [kobo_xlsx, odk_zip, kobo_json, odk_json]


def upload(cast: Cast, *files: tuple[str, bytes]) -> Uploaded:
    return compare_survey(cast.cianjur, files, by=cast.facilitator, at=AT)


def accept_all(cast: Cast, draft: ImportDraft) -> Accepted:
    ids = {each.id for each in draft_differences(draft, AT)}
    return accept_draft(draft, ids, by=cast.facilitator, at=AT)


@pytest.mark.parametrize("export", EXPORTS)
def test_an_export_is_kept_once_whatever_form_it_comes_in(
    cast: Cast, made: dict[str, Product], export: Callable[..., tuple[str, bytes]]
) -> None:
    file = export(f"k{cast.babakankaret.pk}")
    uploaded = upload(cast, file)
    assert uploaded.faults == ()
    [draft] = uploaded.drafts
    assert (draft.cooperative, draft.submissions) == (cast.babakankaret, ["uuid:a-1"])
    assert not Potential.objects.exists()

    accept_all(cast, draft)
    row = Potential.objects.get()
    assert (row.month, row.kg, row.cost_idr_per_kg, row.evidence, row.way, row.as_typed) == (
        date(2027, 3, 1), 1500, Decimal(6500), "weighed", "survey", "1,5 ton",
    )  # fmt: skip
    mill = Facility.objects.get()
    assert (mill.name, mill.capacity_kg, mill.outputs.get().factor) == (
        "Penggilingan",
        20_000,
        Decimal("0.532"),
    )
    assert Channel.objects.get().partner == "Bulog"
    # What is sold today holds in the months of the harvest.
    today = Today.objects.get()
    assert (today.month, today.sells_kg, today.sells_idr_per_kg, today.partner, today.buys_kg) == (
        date(2027, 3, 1), 900, Decimal(6300), "Tengkulak", 0,
    )  # fmt: skip
    trader = LocalTrade.objects.get()
    assert (trader.month, trader.sell_idr_per_kg, trader.buy_idr_per_kg) == (None, Decimal(6200), None)
    again = upload(cast, file)
    assert (again.drafts, again.again) == ((), 1)
    # The same submission in another form is the same submission.
    assert upload(cast, kobo_json(f"k{cast.babakankaret.pk}")).again == 1


def test_two_files_of_one_submission_are_kept_once(cast: Cast, made: dict[str, Product]) -> None:
    file = kobo_xlsx(f"k{cast.babakankaret.pk}")
    [first] = upload(cast, file).drafts
    [second] = compare_survey(cast.cianjur, [file], by=cast.network_facilitator, at=AT).drafts
    accept_all(cast, first)
    with pytest.raises(Refusal, match="kept already"):
        accept_all(cast, second)


def test_several_coops_in_one_file_are_compared_each_for_itself(cast: Cast, made: dict[str, Product]) -> None:
    files = [kobo_json(f"k{cast.babakankaret.pk}", "a-1"), kobo_json(f"k{cast.hub.pk}", "a-2")]
    drafts = upload(cast, *files).drafts
    assert {draft.cooperative for draft in drafts} == {cast.babakankaret, cast.hub}


def test_a_later_submission_counts_and_the_facilitator_is_told(cast: Cast, made: dict[str, Product]) -> None:
    coop = f"k{cast.babakankaret.pk}"
    later = kobo_json(coop, "a-2")[1].replace(b'"1.5"', b'"2.5"')
    [draft] = upload(cast, kobo_json(coop, "a-1"), ("later.json", later)).drafts
    told = [each for each in draft_differences(draft, AT) if each.said.table == "potential"]
    assert [(each.after["kg"], [doubt.code for doubt in each.doubts]) for each in told if each.after] == [
        (2500, ["exchange.two_say"])
    ]


def test_no_consent_no_answers(cast: Cast, made: dict[str, Product]) -> None:
    name, data = kobo_json(f"k{cast.babakankaret.pk}")
    uploaded = upload(cast, (name, data.replace(b'"consent": "yes"', b'"consent": "no"')))
    assert (uploaded.drafts, uploaded.refused) == ((), 1)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'"1.5"', b'"1,5"', "exchange.survey_number"),
        (b'"1.5"', b'"NaN"', "exchange.survey_number"),
        (b'"1.5"', b'"0.00001"', "exchange.part_of_a_kilogram"),
        (b'"gkp"', b'"padi"', "exchange.product"),
        (b"p_2027_03", b"p_2099_03", "mapping.month_far"),
        (b'"process"', b'"magic"', "exchange.word"),
        (b'"beras"', b'"emas"', "exchange.product"),
        (b'"_uuid": "a-1"', b'"_uuid": ""', "exchange.no_instance"),
    ],
)
def test_a_submission_that_cant_be_is_left_out_whole(
    cast: Cast, made: dict[str, Product], old: bytes, new: bytes, code: str
) -> None:
    name, data = kobo_json(f"k{cast.babakankaret.pk}")
    assert old in data
    uploaded = upload(cast, (name, data.replace(old, new)))
    assert uploaded.drafts == ()
    assert code in {fault.wrong.code for fault in uploaded.faults}
    assert all(fault.place.path.startswith("results[0]") for fault in uploaded.faults)


def test_the_neighbours_coop_isnt_touched(cast: Cast, made: dict[str, Product]) -> None:
    uploaded = upload(cast, kobo_json(f"k{cast.garut_coop.pk}"))
    assert uploaded.drafts == ()
    assert [fault.wrong.code for fault in uploaded.faults] == ["exchange.survey_cooperative"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[1]",
        b'{"results": 1}',
        b"[" * 100_000,
        b"a;b\n1;2\n",
        b"\xff\xfe\x00",
        b"PK\x03\x04x",
        b"coop\x00,\n1",
    ],
)
def test_what_isnt_an_export_is_refused_in_words(cast: Cast, data: bytes) -> None:
    with pytest.raises(Faults):
        upload(cast, ("x", data))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(export=st.sampled_from(EXPORTS), at=st.integers(0, 5000), junk=st.binary(max_size=6))
def test_damaged_exports_never_give_a_traceback(
    cast: Cast, made: dict[str, Product], export: Callable[..., tuple[str, bytes]], at: int, junk: bytes
) -> None:
    name, data = export(f"k{cast.babakankaret.pk}")
    at %= len(data)
    with contextlib.suppress(Faults):
        upload(cast, (name, data[:at] + junk + data[at + len(junk) :]))
    assert not Potential.objects.exists()


def test_a_measured_place_is_offered_where_it_is_another_than_the_known_one(
    cast: Cast, made: dict[str, Product]
) -> None:
    coop = f"k{cast.babakankaret.pk}"
    name, data = kobo_json(coop)
    near = data.replace(b"-6.8200 107.1400", b"-6.8204 107.1403")
    [draft] = upload(cast, (name, near)).drafts
    assert "position" not in {each.said.table for each in draft_differences(draft, AT)}
    away = data.replace(b"-6.8200 107.1400", b"-6.8300 107.1500")
    [draft] = upload(cast, (name, away)).drafts
    accept_all(cast, draft)
    cast.babakankaret.refresh_from_db()
    moved = cast.babakankaret
    assert (moved.lat, moved.lon, moved.position_origin) == (-6.83, 107.15, "gps")
    # A place in the sea elsewhere is refused before anybody sees it.
    wrong = data.replace(b"-6.8200 107.1400", b"107.1400 -6.8200").replace(b"a-1", b"a-9")
    assert [fault.wrong.code for fault in upload(cast, (name, wrong)).faults] != []


# --- trade ------------------------------------------------------------------------------------------


def with_trade(cast: Cast, *trades: dict[str, str], uuid: str = "a-1") -> tuple[str, bytes]:
    row: dict[str, object] = {"consent": "yes", "coop": f"k{cast.babakankaret.pk}", "_uuid": uuid}
    return "kobo.json", json.dumps([row | {"trade_now": list(trades)}]).encode()


def test_several_buyers_of_one_product_count_together(cast: Cast, made: dict[str, Product]) -> None:
    march = PotentialAnswer(product=made["gkp"], month=date(2027, 3, 1), kg=5000)
    declare_potentials(cast.babakankaret, [march], by=None, at=AT)
    second = SOLD | {"t_partner": "Pasar", "t_unit": "kg", "t_kg": "100", "t_price": "6800"}
    bought = SOLD | {"t_direction": "buy", "t_partner": "Pasar", "t_kg": "1"}
    [draft] = upload(cast, with_trade(cast, SOLD, second, bought)).drafts
    accept_all(cast, draft)
    # 900 kg at 6,300 and 100 kg at 6,800 are 1,000 kg at 6,350.
    row = Today.objects.get()
    assert (row.month, row.sells_kg, row.sells_idr_per_kg) == (date(2027, 3, 1), 1000, Decimal(6350))
    assert (row.buys_kg, row.buys_idr_per_kg, row.partner) == (100, Decimal(6300), "Tengkulak, Pasar")


def test_what_isnt_harvested_is_traded_all_year(cast: Cast, made: dict[str, Product]) -> None:
    urea = SOLD | {"t_direction": "buy", "t_product": "urea", "t_price": "2500"}
    [draft] = upload(cast, with_trade(cast, urea)).drafts
    accept_all(cast, draft)
    assert list(Today.objects.values_list("month", flat=True)) == months_ahead(ON)


def test_a_trade_without_its_price_leaves_the_submission_out(cast: Cast, made: dict[str, Product]) -> None:
    without = {key: value for key, value in SOLD.items() if key != "t_price"}
    uploaded = upload(cast, with_trade(cast, without))
    assert [fault.wrong.code for fault in uploaded.faults] == ["exchange.unanswered"]


# --- photos -----------------------------------------------------------------------------------------

UUID, OTHER = "0d8f1b7c-1111-4222-8333-444455556666", "0d8f1b7c-1111-4222-8333-444455557777"


def taken(position: bytes = b"-6.82") -> bytes:
    """A photo, turned by a quarter, that tells where it was taken."""
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00"
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + entry + b"\0\0\0\0GPS " + position
    segment = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
    return b"\xff\xd8" + segment + b"\xff\xda\x00\x04ab" + position[-1:] + b"\xff\xd9"


def packed(*paths: str, content: bytes | None = None) -> tuple[str, bytes]:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as parts:
        for path in paths:
            parts.writestr(path, content or taken(path[-5:].encode()))
    return "media.zip", written.getvalue()


@pytest.fixture
def coop(cast: Cast, made: dict[str, Product], tmp_path: Path, settings: LazySettings) -> str:
    settings.MEDIA_ROOT = tmp_path
    return f"k{cast.babakankaret.pk}"


@pytest.mark.parametrize("way", ["odk", "kobo", "alone"])
def test_a_photo_is_kept_without_what_the_camera_added(cast: Cast, coop: str, way: str) -> None:
    if way == "odk":
        files = [odk_zip(coop, UUID, **{"media__nota 1_jpg": taken()})]
    elif way == "kobo":
        attached = packed(f"user/attachments/f1/{UUID}/nota_1.jpg", f"user/attachments/f1/{OTHER}/nota_1.jpg")
        files = [kobo_xlsx(coop, UUID), attached]
    else:
        files = [kobo_json(coop, UUID), ("nota 1.jpg", taken())]
    uploaded = upload(cast, *files)
    assert (uploaded.faults, uploaded.photos_missing) == ((), 0)
    [draft] = uploaded.drafts
    assert not Evidence.objects.exists()
    waiting = draft.photos.get()
    assert b"GPS" not in bytes(waiting.content)
    done = accept_draft(draft, {waiting.choice}, by=cast.facilitator, at=AT)
    assert (done.kept, done.photos) == ((), 1)
    kept = Evidence.objects.get()
    assert (kept.stage, kept.product, kept.sha256) == (
        "production",
        Product.objects.get(code="gkp"),
        waiting.sha256,
    )
    with kept.file.open("rb") as stream:
        content = stream.read()
    assert b"GPS" not in content
    assert b"\x01\x12" in content
    assert not DraftPhoto.objects.exists()


def test_a_photo_that_isnt_ticked_or_refused_leaves_nothing(cast: Cast, coop: str) -> None:
    [draft] = upload(cast, kobo_json(coop, UUID), packed("nota 1.jpg")).drafts
    accept_all(cast, draft)
    assert not Evidence.objects.exists()
    assert not DraftPhoto.objects.exists()


def test_a_photo_that_was_kept_before_isnt_offered_again(cast: Cast, coop: str) -> None:
    for uuid, offered in ((UUID, 1), (OTHER, 0)):
        [draft] = upload(cast, kobo_json(coop, uuid), packed("nota 1.jpg")).drafts
        assert draft.photos.count() == offered
        accept_draft(draft, {photo.choice for photo in draft.photos.all()}, by=cast.facilitator, at=AT)
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize(
    "media",
    [
        packed("lain.jpg"),
        packed(f"attachments/{OTHER}/nota 1.jpg"),
        packed("a/nota 1.jpg", "b/nota 1.jpg"),
        packed("nota 1.jpg", content=b"MZ program"),
        packed("nota 1.jpg", content=b"\xff\xd8\xff\xe1\xff\xff cut off"),
        packed("nota 1.jpg", content=b"\xff\xd8\xff" + bytes(6 * 2**20)),
    ],
)
def test_a_photo_that_isnt_surely_theirs_or_broken_is_left_out_and_told(
    cast: Cast, coop: str, media: tuple[str, bytes]
) -> None:
    uploaded = upload(cast, kobo_json(coop, UUID), media)
    [draft] = uploaded.drafts
    assert (draft.photos.count(), uploaded.photos_missing) == (0, 1)


def test_photos_alone_are_no_export(cast: Cast, coop: str) -> None:
    with pytest.raises(Faults):
        upload(cast, packed("nota 1.jpg"))
    with pytest.raises(Faults):
        upload(cast, ("nota 1.jpg", taken()))
