"""The survey for phones as an XLSForm: what ODK Collect and KoboToolbox turn into questions.

Every question's name is told apart by its first letter (p_ harvest, n_ need, f_ machine or store,
v_ lorry, c_ buyer or supplier, t_ trade now, l_ local trader), so that exports are understood however they name their groups.
"""

# Questions for people, one thing a line; broken lines hide them.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import BytesIO

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from jejaring.documents.language import language
from jejaring.domain.mapping.exchange import columns as words
from jejaring.domain.mapping.exchange.workbook_writing import timeless
from jejaring.domain.mapping.models import Grade, Product
from jejaring.domain.mapping.queries import months_ahead
from jejaring.domain.parties.models import Cooperative, Network

FORM_ID = "jejaring_pemetaan"
ID, EN = "Bahasa Indonesia (id)", "English (en)"
SURVEY = (
    "type", "name", f"label::{ID}", f"label::{EN}", f"hint::{ID}", f"hint::{EN}", "required", "relevant", "constraint",
    f"constraint_message::{ID}", f"constraint_message::{EN}", "appearance", "default", "choice_filter", "parameters",
)  # fmt: skip
CHOICES = ("list_name", "name", f"label::{ID}", f"label::{EN}", "kind", "product")

Question = dict[str, str]

_AMOUNT = (". >= 0 and . <= 1000000000", "Tulis angka, 0 atau lebih.", "Write a number, 0 or more.")
_PRICE = (
    ". >= 0 and . <= 10000000",
    "Tulis rupiah untuk satu kilogram, 0 atau lebih.",
    "Write rupiah for one kilogram, 0 or more.",
)
_SHARE = (
    ". > 0 and . <= 105",
    "Dari 100 kg bahan tidak keluar lebih dari 105 kg.",
    "From 100 kg no more than 105 kg come out.",
)
_COUNT = (". >= 0 and . <= 1000", "Tulis angka bulat 0 sampai 1000.", "Write a whole number from 0 to 1000.")


def survey_xlsform(
    cooperatives: Iterable[Cooperative],
    products: Sequence[Product],
    months: Sequence[date],
    *,
    title: str,
    version: str,
) -> bytes:
    """Return the survey for these co-ops, products and months as an .xlsx file.

    `version` is what a server tells two editions by; the same arguments give the same bytes.
    """
    grades = list(Grade.objects.filter(product__in=products).select_related("product"))
    book = Workbook()
    book.remove(book.worksheets[0])
    _fill(book, "survey", SURVEY, _questions(months, has_grades=bool(grades)))
    _fill(book, "choices", CHOICES, _choices(cooperatives, products, grades))
    settings = {
        "form_title": title,
        "form_id": FORM_ID,
        "version": version,
        "default_language": ID,
        "instance_name": "concat(${coop},'_',${day})",
    }
    _fill(book, "settings", tuple(settings), [settings])
    raw = BytesIO()
    book.save(raw)
    return timeless(raw)


def network_survey(network: Network, *, at: datetime) -> bytes:
    """Return the survey for a network: its co-ops, all products, and the twelve months from `at` on."""
    cooperatives = Cooperative.objects.filter(network_roles__network=network).distinct()
    return survey_xlsform(
        cooperatives,
        list(Product.objects.all()),
        months_ahead(timezone.localtime(at).date()),
        title=f"Pemetaan {network.name}",
        version=f"{timezone.localtime(at):%Y%m%d%H%M}",
    )


def _fill(book: Workbook, name: str, heads: Sequence[str], rows: Iterable[Question]) -> None:
    sheet = book.create_sheet(name)
    for at, head in enumerate(heads, start=1):
        cell = sheet.cell(1, at, head)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="0D6152")
        sheet.column_dimensions[get_column_letter(at)].width = 34 if "::" in head else 18
    for row, question in enumerate(rows, start=2):
        for at, head in enumerate(heads, start=1):
            if question.get(head):
                cell = sheet.cell(row, at)
                assert isinstance(cell, Cell)
                cell.value = question[head]
                cell.data_type = "s"
    sheet.freeze_panes = "A2"


# --- questions --------------------------------------------------------------------------------------


def _ask(
    kind: str,
    name: str,
    indonesian: str = "",
    english: str = "",
    *,
    hint: tuple[str, str] = ("", ""),
    limit: tuple[str, str, str] = ("", "", ""),
    needed: bool = False,
    **rest: str,
) -> Question:
    return {
        "type": kind,
        "name": name,
        f"label::{ID}": indonesian,
        f"label::{EN}": english,
        f"hint::{ID}": hint[0],
        f"hint::{EN}": hint[1],
        "required": "yes" if needed else "",
        "constraint": limit[0],
        f"constraint_message::{ID}": limit[1],
        f"constraint_message::{EN}": limit[2],
        **rest,
    }


def _questions(months: Sequence[date], *, has_grades: bool) -> Iterator[Question]:
    yield _ask("start", "start")
    yield _ask("end", "end")
    yield _ask("today", "day")
    yield _ask(
        "select_one yes_no", "consent",
        "Jawaban dipakai untuk merencanakan kerja sama koperasi dan disimpan di server jejaring ini. Nama dan nomor pribadi tidak ditanyakan. Apakah Anda setuju?",
        "Answers are used to plan co-operation between co-ops and are kept on this network's server. No personal names or numbers are asked. Do you agree?",
        needed=True,
    )  # fmt: skip
    yield _ask(
        "note",
        "stop",
        "Terima kasih. Tidak ada yang dicatat.",
        "Thank you. Nothing is recorded.",
        relevant=_when("consent", "no"),
    )
    yield _ask("begin_group", "answers", "Koperasi", "Co-op", relevant=_when("consent", "yes"))
    yield _ask(
        "select_one cooperatives",
        "coop",
        "Koperasi yang mana?",
        "Which co-op?",
        needed=True,
        appearance="minimal autocomplete",
    )
    yield _ask("select_one roles", "role", "Siapa yang menjawab?", "Who answers?", needed=True)
    yield _ask("geopoint", "position", "Letak kantor atau gudang koperasi", "Where the co-op's office or store is",
               hint=("Ambil di tempatnya, di luar ruangan.", "Take it there, outdoors."))  # fmt: skip
    yield _photo("photo", "Foto gudang, alat, atau catatan", "A photo of the store, a machine or a record")
    yield from _season("potential", "p", "Hasil panen", "Harvest", months, has_grades=has_grades)
    yield from _season("need", "n", "Kebutuhan", "Needs", months, has_grades=has_grades)
    yield from _facility()
    yield from _vehicle()
    yield from _trade_now()
    yield from _trader()
    yield from _channel()
    yield _ask("end_group", "answers")


def _when(question: str, answer: str) -> str:
    """Return the condition that a question was answered so."""
    return f"${{{question}}} = '{answer}'"


def _unit(name: str) -> Question:
    return _ask("select_one units", name, "Satuan", "Unit", needed=True, default="kg", appearance="minimal")


def _season(
    name: str, letter: str, indonesian: str, english: str, months: Sequence[date], *, has_grades: bool
) -> Iterator[Question]:
    harvest = letter == "p"
    yield _ask("begin_repeat", name, indonesian, english)
    yield _ask(
        "select_one products", f"{letter}_product",
        *(("Produk apa yang dapat diserahkan anggota?", "Which product can members deliver?") if harvest
          else ("Produk apa yang dibutuhkan?", "Which product is needed?")),
        needed=True, appearance="minimal autocomplete", choice_filter="kind != 'input'" if harvest else "",
    )  # fmt: skip
    if has_grades:
        yield _ask("select_one grades", f"{letter}_grade", "Mutu", "Grade", appearance="minimal",
                   choice_filter=f"product = ${{{letter}_product}}",
                   hint=("Lewati kalau semua mutu.", "Skip it for any grade."))  # fmt: skip
    yield _unit(f"{letter}_unit")
    yield _ask(
        "begin_group",
        f"{letter}_months",
        "Jumlah tiap bulan",
        "Quantity in each month",
        appearance="field-list",
    )
    for month in months:
        code = f"{month:%Y-%m}"
        whole = f"{_AMOUNT[0]} and (${{{letter}_unit}} != 'kg' or . = int(.))"
        yield _ask("decimal", f"{letter}_{month:%Y_%m}", language("id").period(code), language("en").period(code),
                   limit=(whole, "Tulis angka 0 atau lebih; kilogram tanpa koma.", "Write a number, 0 or more; whole kilograms."))  # fmt: skip
    yield _ask("end_group", f"{letter}_months")
    if harvest:
        yield _ask(
            "decimal",
            "p_price",
            "Paling sedikit berapa rupiah per kg yang harus diterima anggota?",
            "How many rupiah for a kg must members be paid at least?",
            limit=_PRICE,
        )
    else:
        yield _ask(
            "decimal",
            "n_price",
            "Paling mahal berapa rupiah per kg yang mau dibayar?",
            "How many rupiah for a kg would you pay at most?",
            limit=_PRICE,
        )
        yield _ask(
            "select_one yes_no",
            "n_must",
            "Harus ada berapa pun harganya?",
            "Must it be there whatever it costs?",
        )
    yield _ask(
        "select_one evidence",
        f"{letter}_evidence",
        "Angka ini diketahui dari mana?",
        "How is this figure known?",
        default="said",
        appearance="minimal",
    )
    yield _ask("text", f"{letter}_source", "Sumber angka", "Source of the figure")
    if harvest:
        yield _photo(
            "p_photo", "Foto nota timbang atau buku panen", "A photo of the weigh ticket or the harvest book"
        )
    yield _ask("end_repeat", name)


def _facility() -> Iterator[Question]:
    process, store = _when("f_kind", "process"), _when("f_kind", "storage")
    yield _ask("begin_repeat", "facility", "Alat dan gudang", "Machines and stores")
    yield _ask(
        "select_one facility_kinds", "f_kind", "Alat olah atau gudang?", "A machine or a store?", needed=True
    )
    yield _ask(
        "text",
        "f_name",
        "Namanya",
        "Its name",
        needed=True,
        hint=("Contoh: pengering di gudang lama.", "As: dryer in the old store."),
    )
    yield _ask(
        "select_one products",
        "f_product",
        "Bahan yang masuk",
        "What goes in",
        needed=True,
        relevant=process,
        appearance="minimal autocomplete",
    )
    for number in range(1, words.OUTPUTS + 1):
        yield _ask("select_one products", f"f_output{number}", f"Hasil {number}", f"Output {number}", needed=number == 1, appearance="minimal autocomplete",
                   relevant=process if number == 1 else f"{process} and ${{f_output{number - 1}}} != ''")  # fmt: skip
        yield _ask("decimal", f"f_yield{number}", f"Dari 100 kg bahan keluar berapa kg hasil {number}?", f"How many kg of output {number} come from 100 kg?",
                   needed=True, limit=_SHARE, relevant=f"{process} and ${{f_output{number}}} != ''")  # fmt: skip
    yield _ask(
        "select_multiple products",
        "f_stored",
        "Produk yang disimpan",
        "Products that are stored",
        needed=True,
        relevant=store,
        appearance="minimal",
    )
    yield _unit("f_unit")
    yield _ask(
        "decimal",
        "f_capacity",
        "Kapasitas: alat olah dalam sebulan, gudang sekaligus",
        "Capacity: a machine's in a month, a store's at once",
        limit=_AMOUNT,
    )
    yield _ask("decimal", "f_price", "Biaya rupiah per kg", "Cost in rupiah for a kg", limit=_PRICE)
    yield _ask(
        "select_one evidence",
        "f_evidence",
        "Angka ini diketahui dari mana?",
        "How is this figure known?",
        default="said",
        appearance="minimal",
    )
    yield _photo("f_photo", "Foto alat atau gudang ini", "A photo of this machine or store")
    yield _ask("end_repeat", "facility")


def _vehicle() -> Iterator[Question]:
    yield _ask("begin_repeat", "vehicle", "Kendaraan", "Lorries")
    yield _ask(
        "text",
        "v_name",
        "Kendaraan apa?",
        "Which lorry?",
        needed=True,
        hint=("Contoh: pikap sendiri.", "As: own pickup."),
    )
    yield _unit("v_unit")
    yield _ask(
        "decimal",
        "v_capacity",
        "Muatan sekali jalan",
        "Load of one trip",
        needed=True,
        limit=(". > 0 and . <= 60000", "Tulis muatan satu kendaraan.", "Write what one lorry carries."),
    )
    yield _ask(
        "decimal", "v_km", "Biaya rupiah per kilometer", "Cost in rupiah for a kilometre", limit=_PRICE
    )
    yield _ask(
        "integer",
        "v_trips",
        "Paling banyak berapa perjalanan sebulan?",
        "At most how many trips a month?",
        limit=_COUNT,
    )
    yield _ask("end_repeat", "vehicle")


def _trade_now() -> Iterator[Question]:
    yield _ask("begin_repeat", "trade_now", "Jual beli sekarang", "Selling and buying today")
    yield _ask(
        "select_one directions",
        "t_direction",
        "Sekarang menjual atau membeli?",
        "Selling or buying today?",
        needed=True,
    )
    yield _ask(
        "select_one products",
        "t_product",
        "Produk apa?",
        "Which product?",
        needed=True,
        appearance="minimal autocomplete",
    )
    yield _ask("text", "t_partner", "Kepada siapa, atau dari siapa?", "To whom, or from whom?",
               hint=("Nama usahanya, bukan nama orang.", "The name of the business, not of a person."))  # fmt: skip
    yield _unit("t_unit")
    yield _ask(
        "decimal",
        "t_kg",
        "Berapa banyak dalam sebulan biasa?",
        "How much in a usual month?",
        needed=True,
        limit=_AMOUNT,
    )
    yield _ask(
        "decimal", "t_price", "Harga rupiah per kg", "Price in rupiah for a kg", needed=True, limit=_PRICE
    )
    yield _ask("end_repeat", "trade_now")


def _trader() -> Iterator[Question]:
    yield _ask("begin_repeat", "trader", "Harga pedagang desa", "Prices of the trader in the village")
    yield _ask(
        "select_one products",
        "l_product",
        "Produk apa?",
        "Which product?",
        needed=True,
        appearance="minimal autocomplete",
    )
    yield _ask("decimal", "l_sell", "Pedagang membayar berapa rupiah per kg?", "How many rupiah for a kg does the trader pay?",
               hint=("Lewati kalau pedagang tidak membeli.", "Skip it if the trader doesn't buy it."), limit=_PRICE)  # fmt: skip
    yield _ask("decimal", "l_buy", "Pedagang meminta berapa rupiah per kg?", "How many rupiah for a kg does the trader ask?",
               hint=("Lewati kalau pedagang tidak menjual.", "Skip it if the trader doesn't sell it."), limit=_PRICE)  # fmt: skip
    yield _ask("end_repeat", "trader")


def _photo(name: str, indonesian: str, english: str) -> Question:
    return _ask("image", name, indonesian, english, parameters="max-pixels=1600")


def _channel() -> Iterator[Question]:
    yield _ask("begin_repeat", "channel", "Pembeli dan pemasok", "Buyers and suppliers")
    yield _ask(
        "select_one directions", "c_direction", "Menjual atau membeli?", "Selling or buying?", needed=True
    )
    yield _ask(
        "select_one products",
        "c_product",
        "Produk apa?",
        "Which product?",
        needed=True,
        appearance="minimal autocomplete",
    )
    yield _ask(
        "text",
        "c_partner",
        "Kepada siapa, atau dari siapa?",
        "To whom, or from whom?",
        needed=True,
        hint=("Nama usahanya, bukan nama orang.", "The name of the business, not of a person."),
    )
    yield _unit("c_unit")
    yield _ask("decimal", "c_most", "Paling banyak dalam sebulan", "At most in a month", limit=_AMOUNT)
    yield _ask(
        "decimal", "c_price", "Harga rupiah per kg", "Price in rupiah for a kg", needed=True, limit=_PRICE
    )
    yield _ask(
        "integer",
        "c_days",
        "Berapa hari sampai dibayar?",
        "After how many days is it paid?",
        limit=(". >= 0 and . <= 365", "Tulis 0 sampai 365 hari.", "Write 0 to 365 days."),
    )
    yield _ask("end_repeat", "channel")


# --- choices ----------------------------------------------------------------------------------------


def _choice(list_name: str, name: str, indonesian: str, english: str, **rest: str) -> Question:
    # A form reads ${…} in a label as the answer to a question.
    indonesian, english = (text.replace("${", "$ {") for text in (indonesian, english))
    return {
        "list_name": list_name,
        "name": name,
        f"label::{ID}": indonesian,
        f"label::{EN}": english or indonesian,
        **rest,
    }


def _choices(
    cooperatives: Iterable[Cooperative], products: Sequence[Product], grades: Sequence[Grade]
) -> Iterator[Question]:
    yield _choice("yes_no", "yes", "Ya", "Yes")
    yield _choice("yes_no", "no", "Tidak", "No")
    for cooperative in cooperatives:
        name = f"{cooperative.name} – {cooperative.place}" if cooperative.place else cooperative.name
        yield _choice("cooperatives", f"k{cooperative.pk}", name, name)
    for code, indonesian, english in (
        ("board", "Pengurus", "Board"),
        ("manager", "Pengelola", "Manager"),
        ("member", "Anggota", "Member"),
        ("other", "Lainnya", "Other"),
    ):
        yield _choice("roles", code, indonesian, english)
    for product in products:
        kind = "input" if product.is_input else "harvest" if product.is_harvest else "good"
        yield _choice("products", product.code, product.name_id, product.name_en, kind=kind)
    for grade in grades:
        yield _choice(
            "grades",
            f"{grade.product.code}.{grade.code}",
            grade.name_id,
            grade.name_en,
            product=grade.product.code,
        )
    for unit, english in (("kg", "kg"), ("kuintal", "kuintal (100 kg)"), ("ton", "ton")):
        yield _choice("units", unit, unit, english)
    for list_name, known in (
        ("evidence", words.EVIDENCE_WORDS),
        ("directions", words.DIRECTION_WORDS),
        ("facility_kinds", words.FACILITY_WORDS),
    ):
        for code, each in known.items():
            yield _choice(list_name, code, each.indonesian, each.english)
