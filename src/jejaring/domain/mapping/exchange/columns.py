"""What the co-op's own workbook calls its sheets and columns, in Indonesian and English.

These words are the file's form, not interface text: a workbook is read in either language, whatever
language its reader sees.
"""

# Words for people, one thing a line; broken lines hide them.
# ruff: noqa: E501

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jejaring.domain.mapping.exchange.rows import CHANNEL, FACILITY, LOCAL, NEED, POTENTIAL, TODAY, VEHICLE

Language = Literal["id", "en"]
Kind = Literal[
    "product", "products", "grade", "site", "month", "unit", "kg", "price", "rupiah", "share", "rate", "count", "text",
    "evidence", "yes", "direction", "facility_kind", "code",
]  # fmt: skip


@dataclass(frozen=True)
class Words:
    """What one thing is called in both languages, what else is understood, and what helps to fill it in."""

    indonesian: str
    english: str
    also: tuple[str, ...] = ()
    indonesian_help: str = ""
    english_help: str = ""

    def name(self, language: Language) -> str:
        return self.indonesian if language == "id" else self.english

    def help(self, language: Language) -> str:
        return self.indonesian_help if language == "id" else self.english_help

    @property
    def understood(self) -> tuple[str, ...]:
        return (self.indonesian, self.english, *self.also)


@dataclass(frozen=True)
class Column:
    """One column of a sheet."""

    name: str
    kind: Kind
    words: Words
    needed: bool = False
    unit: str = ""
    """What headings show behind the name, in brackets."""


@dataclass(frozen=True)
class Layout:
    """One sheet: the table it holds. A wide sheet has a column for each month beside its own."""

    table: str
    words: Words
    columns: tuple[Column, ...]
    wide: bool = False


def plain(text: str) -> str:
    """Return `text` as headings are compared: without what stands in brackets, letters and digits alone."""
    return "".join(letter for letter in text.partition("(")[0].casefold() if letter.isalnum())


_PRODUCT = Column(
    "product",
    "product",
    Words("Produk", "Product", ("Barang", "Komoditas"), "Pilih dari daftar.", "Choose from the list."),
    needed=True,
)
_GRADE = Column(
    "grade", "grade", Words("Mutu", "Grade", ("Kualitas",), "Kosong = semua mutu.", "Empty = any grade.")
)
_SITE = Column(
    "site",
    "site",
    Words(
        "Tempat",
        "Place",
        ("Lokasi", "Site"),
        "Tempat lain milik koperasi. Kosong = tempat utama.",
        "Another place of the co-op. Empty = the main one.",
    ),
)
_UNIT = Column(
    "unit",
    "unit",
    Words(
        "Satuan",
        "Unit",
        (),
        "kg, kuintal, atau ton: untuk semua jumlah di baris ini. Kosong = kg.",
        "kg, kuintal (100 kg) or ton: for all quantities of the row. Empty = kg.",
    ),
)
_EVIDENCE = Column(
    "evidence",
    "evidence",
    Words(
        "Bukti",
        "Evidence",
        (),
        "lisan, dokumen, ditimbang, atau diukur.",
        "said, document, weighed or measured.",
    ),
)
_SOURCE = Column(
    "source",
    "text",
    Words(
        "Sumber",
        "Source",
        ("Asal angka",),
        "Dari mana angkanya: catatan gudang, nota, ketua kelompok tani.",
        "Where the figure is from.",
    ),
)
_CODE = Column(
    "code",
    "code",
    Words(
        "Kode", "Code", (), "Jangan diubah. Kosong untuk baris baru.", "Please leave it. Empty for a new row."
    ),
)
_REMOVE = Column(
    "remove",
    "yes",
    Words(
        "Hapus",
        "Remove",
        ("Dihapus", "Delete"),
        "Tulis ya untuk menghapus baris ini.",
        "Write yes to remove this row.",
    ),
)


def _weight(
    name: str,
    indonesian: str,
    english: str,
    indonesian_help: str = "",
    english_help: str = "",
    also: tuple[str, ...] = (),
) -> Column:
    return Column(name, "kg", Words(indonesian, english, also, indonesian_help, english_help))


def _price(
    name: str,
    indonesian: str,
    english: str,
    indonesian_help: str = "",
    english_help: str = "",
    *,
    needed: bool = False,
) -> Column:
    return Column(
        name, "price", Words(indonesian, english, (), indonesian_help, english_help), needed, "Rp/kg"
    )


OUTPUTS = 3
"""Pairs of product and yield that a workbook offers at least."""


def output_columns(number: int) -> tuple[Column, Column]:
    """Return the columns of the product that comes out of a process, and of its yield."""
    return (
        Column(
            f"output{number}",
            "product",
            Words(f"Hasil {number}", f"Output {number}", (), "Yang keluar.", "What comes out."),
        ),
        Column(
            f"yield{number}",
            "rate",
            Words(
                f"Rendemen {number}",
                f"Yield {number}",
                (),
                "Kilogram hasil dari 1 kg bahan: 0,53 atau 53 %.",
                "Kilograms out of 1 kg in: 0.53 or 53 %.",
            ),
        ),
    )


_MONTH_HELP = (
    "Isi jumlah di bawah bulannya. Sel kosong tidak mengubah apa-apa; tulis hapus untuk menghapus.",
    "Fill in quantities below the months. Empty cells change nothing; write remove to take one away.",
)

LAYOUTS: tuple[Layout, ...] = (
    Layout(POTENTIAL, Words("Hasil panen", "Harvest", ("Potensi", "Pasokan", "Potential"), f"Yang dapat diserahkan anggota. {_MONTH_HELP[0]}", f"What members can deliver. {_MONTH_HELP[1]}"), (
        _PRODUCT, _GRADE, _SITE, _UNIT,
        _price("cost_idr_per_kg", "Harga terendah", "Lowest price", "Paling sedikit yang harus diterima anggota.", "The least that members must be paid."),
        _weight("least_lot_kg", "Sekali angkut paling sedikit", "Least lot", "Kosong = berapa pun.", "Empty = any."),
        _EVIDENCE, _SOURCE,
    ), wide=True),
    Layout(NEED, Words("Kebutuhan", "Needs", ("Need",), f"Yang dibutuhkan koperasi dan anggotanya. {_MONTH_HELP[0]}", f"What the co-op and its members need. {_MONTH_HELP[1]}"), (
        _PRODUCT, _GRADE, _SITE, _UNIT,
        _price("worth_idr_per_kg", "Harga tertinggi", "Highest price", "Paling mahal yang mau dibayar.", "The most that it would pay."),
        Column("is_must", "yes", Words("Harus ada", "Must have", ("Wajib",), "ya kalau harus dipenuhi berapa pun harganya.", "yes if it must be met whatever it costs.")),
        _EVIDENCE, _SOURCE,
    ), wide=True),
    Layout(FACILITY, Words("Alat dan gudang", "Machines and stores", ("Pengolahan", "Facilities"), "Pengering, penggilingan, sortasi, gudang.", "Dryers, mills, sorting lines, stores."), (
        _CODE,
        Column("kind", "facility_kind", Words("Jenis", "Kind", (), "olah atau simpan.", "process or store."), needed=True),
        Column("name", "text", Words("Nama", "Name"), needed=True),
        Column("product", "product", Words("Bahan masuk", "Input", ("Bahan",), "Untuk alat olah: apa yang masuk.", "Of a process: what goes in.")),
        *output_columns(1), *output_columns(2), *output_columns(3),
        Column("stored", "products", Words("Yang disimpan", "Stored", (), "Untuk gudang: beberapa produk dipisah titik koma.", "Of a store: products with semicolons between them.")),
        _UNIT,
        _weight("capacity_kg", "Kapasitas", "Capacity", "Alat olah: bahan masuk sebulan. Gudang: isi sekaligus. Kosong = tanpa batas.", "Process: input a month. Store: at once. Empty = no limit."),
        _price("cost_idr_per_kg", "Biaya", "Cost", "Untuk tiap kilogram yang masuk.", "For each kilogram that goes in."),
        Column("opening_cost_idr", "rupiah", Words("Biaya buka", "Opening cost", (), "Dibayar tiap bulan ketika dipakai.", "Paid in each month of use."), unit="Rp"),
        Column("loss", "share", Words("Susut", "Loss", (), "Untuk gudang: bagian yang hilang sebulan, 0,005 atau 0,5 %.", "Of a store: the share lost in a month.")),
        Column("build_cost_idr", "rupiah", Words("Biaya bangun", "Cost of building", (), "Kalau belum ada. Kosong = sudah ada.", "If it isn't there yet. Empty = it is."), unit="Rp"),
        _EVIDENCE, _SOURCE, _REMOVE,
    )),
    Layout(VEHICLE, Words("Kendaraan", "Vehicles", ("Vehicle",), "Truk dan pikap milik sendiri atau sewaan tetap.", "Own or hired lorries."), (
        Column("name", "text", Words("Nama", "Name", (), "Contoh: pikap sendiri. Nama lain = kendaraan lain.", "As: own pickup. Another name is another lorry."), needed=True),
        _UNIT,
        _weight("capacity_kg", "Muatan", "Load", "Sekali jalan.", "In one trip."),
        Column("idr_per_km", "price", Words("Biaya per kilometer", "Cost per kilometre"), unit="Rp/km"),
        Column("idr_per_trip", "rupiah", Words("Biaya sekali jalan", "Cost per trip"), unit="Rp"),
        Column("most_trips", "count", Words("Perjalanan sebulan", "Trips a month", (), "Paling banyak. Kosong = tanpa batas.", "At most. Empty = no limit.")),
        _REMOVE,
    )),
    Layout(CHANNEL, Words("Jual dan beli", "Selling and buying", ("Pembeli dan pemasok", "Channels"), "Pembeli dan pemasok yang bisa dijangkau.", "Buyers and suppliers in reach."), (
        _CODE,
        Column("direction", "direction", Words("Jual atau beli", "Sell or buy", ("Arah",), "jual atau beli.", "sell or buy."), needed=True),
        _PRODUCT, _GRADE, _SITE,
        Column("partner", "text", Words("Mitra", "Partner", ("Pembeli", "Pemasok", "Buyer", "Supplier"), "Siapa pembeli atau pemasoknya.", "Who buys or supplies.")),
        _UNIT,
        _weight("most_kg", "Paling banyak", "At most", "Dalam sebulan. Kosong = tanpa batas.", "In a month. Empty = no limit."),
        _weight("least_kg", "Paling sedikit", "At least", "Dalam sebulan. Kosong = 0.", "In a month. Empty = 0."),
        _price("idr_per_kg", "Harga", "Price", needed=True),
        Column("days_to_pay", "count", Words("Hari pembayaran", "Days to pay", (), "Berapa hari sampai dibayar. Kosong = tunai.", "Days until it is paid. Empty = at once.")),
        _EVIDENCE, _SOURCE, _REMOVE,
    )),
    Layout(LOCAL, Words("Pedagang setempat", "Local trader", ("Tengkulak", "Pedagang lokal"), "Harga yang dibayar dan diminta pedagang setempat.", "What the local trader pays and asks."), (
        _PRODUCT, _GRADE, _SITE,
        Column("month", "month", Words("Bulan", "Month", (), "Contoh 2027-03. Kosong = setiap bulan.", "As 2027-03. Empty = every month.")),
        _UNIT,
        _price("sell_idr_per_kg", "Harga jual", "Selling price", "Yang dibayar pedagang kepada koperasi.", "What the trader pays."),
        _price("buy_idr_per_kg", "Harga beli", "Buying price", "Yang diminta pedagang dari koperasi.", "What the trader asks."),
        _weight("most_sell_kg", "Jual paling banyak", "Sell at most", "Dalam sebulan. Kosong = tanpa batas.", "In a month. Empty = no limit."),
        _weight("most_buy_kg", "Beli paling banyak", "Buy at most", "Dalam sebulan. Kosong = tanpa batas.", "In a month. Empty = no limit."),
        _EVIDENCE, _SOURCE, _REMOVE,
    )),
    Layout(TODAY, Words("Keadaan sekarang", "Today", ("Sekarang",), "Yang sekarang dijual dan dibeli koperasi setiap bulan.", "What the co-op sells and buys each month now."), (
        _PRODUCT, _GRADE, _SITE,
        Column("month", "month", Words("Dari bulan", "From month", ("Bulan", "Month"), "Contoh 2027-03.", "As 2027-03."), needed=True),
        Column("until", "month", Words("Sampai bulan", "Until month", (), "Kosong = hanya bulan itu.", "Empty = that month only.")),
        _UNIT,
        _weight("sells_kg", "Dijual", "Sells", "Setiap bulan.", "Each month."),
        _price("sells_idr_per_kg", "Harga jual", "Selling price"),
        _weight("buys_kg", "Dibeli", "Buys", "Setiap bulan.", "Each month."),
        _price("buys_idr_per_kg", "Harga beli", "Buying price"),
        _price("cost_idr_per_kg", "Biaya", "Cost", "Biaya koperasi sendiri untuk tiap kilogram.", "The co-op's own cost of each kilogram."),
        Column("partner", "text", Words("Mitra", "Partner", ("Pembeli", "Pemasok"))),
        _EVIDENCE, _SOURCE, _REMOVE,
    )),
)  # fmt: skip

INSTRUCTIONS = Words("Petunjuk", "Instructions", ("Instruksi", "Read me"))
LISTS = Words("Daftar", "Lists")
COOPERATIVE_CODE = Words("Kode koperasi", "Co-op code")
REMOVE_WORDS = frozenset({"hapus", "dihapus", "remove", "delete"})

EVIDENCE_WORDS = {
    "said": Words("lisan", "said", ("kata orang", "ucapan")),
    "document": Words("dokumen", "document", ("nota", "catatan")),
    "weighed": Words("ditimbang", "weighed", ("timbang",)),
    "measured": Words("diukur", "measured", ("ukur",)),
}
DIRECTION_WORDS = {
    "sell": Words("jual", "sell", ("menjual", "dijual", "sells to")),
    "buy": Words("beli", "buy", ("membeli", "dibeli", "buys from")),
}
FACILITY_WORDS = {
    "process": Words("olah", "process", ("mengolah", "pengolahan", "alat olah")),
    "storage": Words("simpan", "store", ("gudang", "penyimpanan", "storage", "menyimpan")),
}
YES_WORDS = {True: Words("ya", "yes", ("y", "true", "v", "x", "1")), False: Words("tidak", "no", ("t", "n", "false", "0", "tdk"))}  # fmt: skip

HOW_TO: dict[Language, tuple[str, ...]] = {
    "id": (
        "Isi angka di lembar-lembar berikut, simpan, lalu unggah kembali di halaman koperasi.",
        "Sebelum ada yang disimpan, Anda melihat dulu apa yang berubah, baris demi baris.",
        "Sel yang kosong tidak mengubah apa-apa. Untuk menghapus jumlah sebulan, tulis hapus di selnya.",
        "Untuk menghapus satu baris alat, kendaraan, pembeli, atau pemasok, tulis ya di kolom Hapus.",
        "Satuan ditulis di kolom Satuan: kg, kuintal, atau ton. Kosong berarti kg.",
        "Tulis 1250 atau 1250,5. Jangan tulis 1.250, karena bisa berarti dua angka.",
        "Jangan ubah judul kolom, nama lembar, dan kode koperasi di halaman ini.",
    ),
    "en": (
        "Fill in the sheets that follow, save, and upload the file on the co-op's page.",
        "Before anything is kept you see what changes, row by row.",
        "Empty cells change nothing. To take a month's quantity away, write remove in its cell.",
        "To take away a machine, lorry, buyer or supplier, write yes in the column Remove.",
        "Units stand in the column Unit: kg, kuintal (100 kg) or ton. Empty means kg.",
        "Write 1250 or 1250.5. Don't write 1,250: it can mean two numbers.",
        "Please leave headings, names of sheets and the co-op's code on this page as they are.",
    ),
}


def meaning(words: dict[str, Words], written: str) -> str | None:
    """Return the key of the words that `written` is one of; None where it is none."""
    wanted = plain(written)
    for key, each in words.items():
        if wanted in {plain(word) for word in each.understood} or wanted == plain(key):
            return key
    return None
