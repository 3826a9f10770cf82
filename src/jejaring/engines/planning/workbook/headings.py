"""What a workbook calls its sheets and columns, in Indonesian and in English.

These words are the file format, not interface text: a workbook is read in either language, or in a
mixture, whatever language its reader sees. Indonesian follows docs/glossary.md, English `tables`.
"""

# Words for people, one thing a line; broken lines hide them.
# ruff: noqa: E501

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from jejaring.engines.planning import tables
from jejaring.engines.planning.workbook import later_words

Language = Literal["id", "en"]


@dataclass(frozen=True)
class Words:
    """What one thing is called, what else is understood, and what helps to fill it in."""

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


def plain(text: str) -> str:
    """Return `text` as headings are compared: letters and digits alone, small."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


EVERY_WORDS = frozenset(
    {
        "*",
        "semua",
        "setiap",
        "semuaperiode",
        "setiapperiode",
        "semuaproduk",
        "all",
        "every",
        "everyperiod",
        "allproducts",
    }
)
"""Stand for every period, or for all products of a list; compared as `every` does."""


def every(text: str) -> bool:
    """Return whether `text` means every period or all products."""
    return (plain(text) or text.strip()) in EVERY_WORDS


def every_product(language: Language) -> str:
    """Return the word that stands for all products in a list."""
    return "semua" if language == "id" else "all"


UNREAD = frozenset({"no", "nomor", "number", "keterangan", "catatan", "remark", "remarks", "note", "notes"})
"""Columns with these headings are people's own and aren't read."""

OUTLET_WORDS = Words("jual", "sell", ("penjualan", "saluran jual", "outlet", "outlets", "sale", "sales"))
SOURCE_WORDS = Words(
    "beli", "buy", ("pembelian", "saluran beli", "source", "sources", "purchase", "purchases")
)
NO_CODES = "-"
"""Stands for an empty list of codes, which an empty cell doesn't: that is a fault."""

_FIELD: dict[str, tuple[str, str]] = {
    "code": ("Kode", "Singkat, tanpa spasi, dan tidak dipakai baris lain."),
    "name": ("Nama", "Nama lengkap, untuk laporan."),
    "village": ("Kode wilayah", "Kode resmi desa/kelurahan, contoh 32.03.01.1006."),
    "source": ("Sumber", "Dari mana angka ini, tahunnya, atau cara menghitungnya."),
    "site": ("Lokasi", "Kode dari lembar Lokasi."),
    "product": ("Produk", "Kode dari lembar Produk."),
    "period": ("Periode", "Kode dari lembar Periode, atau * untuk setiap periode."),
    "owner": ("Pemilik", "Koperasi pemiliknya: kode dari lembar Koperasi."),
    "most_kg": ("Paling banyak", "Batas setiap periode, dalam satuan di kolom Satuan. Kosong = tanpa batas."),
    "capacity_kg": ("Kapasitas", "Batas setiap periode, dalam satuan di kolom Satuan. Kosong = tanpa batas."),
    "price_idr_per_kg": ("Harga", "Rupiah untuk setiap kilogram."),
    "products": ("Produk", "Kode dari lembar Produk, dipisah titik koma: beras; dedak. Atau: semua."),
}  # fmt: skip

_OWN: dict[str, dict[str, tuple[str, str]]] = {
    "periods": {"code": ("Kode", "Bulan ditulis 2026-03, minggu 2026-W07. Urutan baris = urutan waktu.")},
    "parties": {
        "kind": ("Jenis", "KDMP, KKMP, eksisting, sekunder …"),
        "role": ("Peran", "Tulis hub untuk koperasi yang menjadi mitra MoU; yang lain kosong."),
    },
    "sites": {
        "party": ("Koperasi", "Kode koperasi pemilik. Kosong untuk tempat pembeli, pemasok, atau tempat umum."),
        "lat": ("Lintang", "Derajat desimal; selatan khatulistiwa minus, contoh -6,82."),
        "lon": ("Bujur", "Derajat desimal, contoh 107,14."),
    },
    "supplies": {
        "available_kg": ("Tersedia", "Yang dapat diserahkan anggota dalam periode itu."),
        "cost_idr_per_kg": ("Harga pokok anggota", "Paling sedikit yang harus dibayar kepada anggota. Kosong = 0."),
    },
    "outlets": {
        "owner": ("Pemilik saluran", "Koperasi yang punya hubungan dengan pembeli ini."),
        "site": ("Lokasi", "Tempat barang diterima pembeli: kode dari lembar Lokasi."),
        "least_kg": ("Paling sedikit", "Kalau dijual, paling sedikit sekian dalam satu periode. Kosong = 0."),
        "buyer": ("Pembeli", "Nama atau peran pembeli."),
    },
    "sources": {
        "owner": ("Pemilik saluran", "Koperasi yang punya hubungan dengan pemasok ini."),
        "site": ("Lokasi", "Tempat barang diserahkan pemasok: kode dari lembar Lokasi."),
        "supplier": ("Pemasok", "Nama atau peran pemasok."),
    },
    "needs": {
        "kg": ("Dibutuhkan", "Yang dibutuhkan dalam periode itu."),
        "worth_idr_per_kg": (
            "Nilai kebutuhan",
            "Nilai setiap kilogram yang terpenuhi. Kosong = kebutuhan ini wajib dipenuhi seluruhnya.",
        ),
    },
    "processes": {
        "input": ("Bahan masuk", "Yang diolah: kode dari lembar Produk."),
        "capacity_kg": ("Kapasitas bahan masuk", "Bahan masuk paling banyak dalam satu periode. Kosong = tanpa batas."),
        "cost_idr_per_kg": ("Biaya per kg bahan masuk", "Kosong = 0."),
        "opening_cost_idr": ("Biaya buka", "Dibayar dalam setiap periode ketika dipakai. Kosong = 0."),
    },
    "storages": {
        "capacity_kg": ("Kapasitas", "Isi paling banyak di akhir periode, semua produk. Kosong = tanpa batas."),
        "cost_idr_per_kg": ("Biaya simpan", "Untuk setiap kilogram dan periode. Kosong = 0."),
        "loss": ("Susut", "Bagian yang hilang setiap periode: 0,005 atau 0,5 %. Kosong = 0."),
    },
    "lanes": {
        "from": ("Dari", "Kode dari lembar Lokasi."),
        "to": ("Ke", "Kode dari lembar Lokasi. Satu baris satu arah."),
        "cost_idr_per_kg": ("Biaya angkut", "Kosong = 0."),
        "fixed_cost_idr": ("Biaya tetap", "Dibayar dalam setiap periode ketika jalur dipakai. Kosong = 0."),
    },
    "local_trade": {
        "sell_idr_per_kg": ("Harga jual", "Harga koperasi menjual kepada pedagang setempat. Kosong = tidak bisa."),
        "buy_idr_per_kg": ("Harga beli", "Harga koperasi membeli dari pedagang setempat. Kosong = tidak bisa."),
        "most_sell_kg": ("Jual paling banyak", "Dalam satu periode. Kosong = tanpa batas."),
        "most_buy_kg": ("Beli paling banyak", "Dalam satu periode. Kosong = tanpa batas."),
    },
    "references": {
        "code": ("Kode", "Kode angka, contoh hpp.gkp."),
        "item": ("Uraian", "Angka tentang apa."),
        "value": ("Nilai", "Angkanya, seperti tertulis di sumbernya."),
        "unit": ("Satuan", "Rp/kg, kg per kg, t/ha …"),
        "valid_from": ("Berlaku sejak", "Tanggal atau tahun, contoh 2025-01-15."),
        "confidence": ("Keyakinan", "tinggi, sedang, rendah; atau ilustrasi."),
    },
}  # fmt: skip

_ALSO: dict[tuple[str, str], tuple[str, ...]] = {
    ("parties", "role"): ("Peran dalam jejaring",),
    ("sites", "party"): ("Pemilik", "Milik", "Owner", "Co-op"),
    ("sites", "lat"): ("Latitude", "Lat"),
    ("sites", "lon"): ("Longitude", "Lon", "Lng"),
    ("supplies", "cost_idr_per_kg"): ("Harga pokok", "Cost"),
    ("outlets", "owner"): ("Pemilik", "Owner"),
    ("sources", "owner"): ("Pemilik", "Owner"),
    ("outlets", "least_kg"): ("At least",),
    ("needs", "worth_idr_per_kg"): ("Nilai",),
    ("processes", "input"): ("Bahan", "Masukan"),
    ("processes", "capacity_kg"): ("Kapasitas", "Kapasitas masukan", "Capacity"),
    ("processes", "cost_idr_per_kg"): ("Biaya", "Biaya olah", "Cost"),
    ("processes", "opening_cost_idr"): ("Opening cost",),
    ("storages", "cost_idr_per_kg"): ("Biaya", "Cost"),
    ("storages", "loss"): ("Loss",),
    ("lanes", "cost_idr_per_kg"): ("Biaya", "Ongkos", "Ongkos angkut"),
    ("lanes", "fixed_cost_idr"): ("Fixed cost",),
}

_ENGLISH_HELP: dict[str, str] = {
    "price_idr_per_kg": "Rupiah for each kilogram.",
    "buyer": "The buyer's name or role.",
    "supplier": "The supplier's name or role.",
    "least_kg": "If anything is sold, at least so much in a period.",
    "most_kg": "The limit of a period, in the unit of the column Unit.",
    "capacity_kg": "The limit of a period, in the unit of the column Unit.",
    "cost_idr_per_kg": "For each kilogram.",
    "opening_cost_idr": "Paid in each period in which it is used.",
    "fixed_cost_idr": "Paid in each period in which anything moves.",
    "sell_idr_per_kg": "What the local trader pays.",
    "buy_idr_per_kg": "What the local trader asks.",
    "most_sell_kg": "In a period.",
    "most_buy_kg": "In a period.",
    "item": "What the figure is about.",
    "value": "The figure as its source has it.",
    "unit": "Rp/kg, kg per kg, t/ha …",
    "valid_from": "A date or a year, as 2025-01-15.",
    "source": "Where the figure comes from, and the year or the rule.",
    "confidence": "high, medium, low; or illustrative.",
    "code": "Short, without blanks, not used by another row.",
    "name": "The full name, for reports.",
    "site": "A code from the sheet Sites.",
    "product": "A code from the sheet Products.",
    "input": "What goes in: a code from the sheet Products.",
    "period": "A code from the sheet Periods, or * for every period.",
    "owner": "The co-op whose it is: a code from the sheet Parties.",
    "from": "A code from the sheet Sites.",
    "to": "A code from the sheet Sites. One row is one direction.",
    "products": "Codes from the sheet Products, with semicolons between them: rice; bran. Or: all.",
    "lat": "Decimal degrees; south of the equator minus.",
    "lon": "Decimal degrees.",
    "loss": "The share that is lost each period: 0.005 or 0.5 %. Empty = 0.",
}
_CODE_BY_PERIOD = (
    "Singkat, tanpa spasi. Boleh dipakai lagi di baris untuk periode lain.",
    "Short, without blanks. Rows for other periods may have it too.",
)
_ENGLISH_EMPTY = {"none": "Empty = none.", "zero": "Empty = 0."}

SHEETS: dict[str, Words] = {
    "instructions": Words("Petunjuk", "Instructions", ("Instruksi", "Help", "Read me", "Baca dulu")),
    "general": Words("Umum", "General", (), "Nama jejaring dan biaya angkut umum.", "The network's name and its lane rule."),
    "periods": Words("Periode", "Periods", ("Period",), "Bulan atau minggu, berurutan."),
    "products": Words("Produk", "Products", ("Product",), "Semua yang berpindah: gabah, beras, dedak, pupuk."),
    "parties": Words("Koperasi", "Parties", ("Pihak", "Co-ops", "Cooperatives"), "Koperasi yang berencana bersama, termasuk hub."),
    "sites": Words("Lokasi", "Sites", ("Tempat", "Site"), "Tempat barang berada: gudang koperasi, penggilingan, pasar."),
    "supplies": Words("Pasokan", "Supplies", ("Potensi", "Supply"),
                      "Yang dapat diserahkan anggota setiap periode. Sel kosong = tidak ada; angkanya dalam Satuan."),
    "outlets": Words("Saluran jual", "Outlets", ("Penjualan", "Outlet"), "Siapa membeli, di mana, berapa, dengan harga berapa."),
    "sources": Words("Saluran beli", "Purchases", ("Pembelian", "Sources"), "Siapa menjual kepada jejaring: pupuk, benih, kemasan."),
    "steps": Words("Jenjang harga", "Price steps", ("Harga bertingkat",),
                   "Harga untuk seluruh jumlah satu periode begitu jumlah itu tercapai.",
                   "The price for the whole quantity of a period once it reaches a quantity."),
    "needs": Words("Kebutuhan", "Needs", ("Need",),
                   "Yang dibutuhkan koperasi untuk anggotanya. Sel kosong = tidak ada; angkanya dalam Satuan."),
    "processes": Words("Pengolahan", "Processes", ("Proses", "Process"), "Pengering, penggilingan, sortasi: apa yang masuk, apa yang keluar."),
    "storages": Words("Gudang", "Stores", ("Storages", "Warehouses"), "Yang disimpan dari satu periode ke periode berikutnya."),
    "lanes": Words("Jalur", "Lanes", ("Rute angkut", "Jalur angkut"), "Barang apa dapat diangkut dari mana ke mana; satu baris satu arah."),
    "local_trade": Words("Pedagang setempat", "Local trade", ("Pedagang lokal",),
                         "Yang dapat dilakukan koperasi sendiri: menjual kepada atau membeli dari pedagang setempat."),
    "references": Words("Acuan", "Reference figures", ("References",), "Angka sumber, dengan tanggal dan asalnya."),
    "vehicles": Words("Kendaraan", "Vehicles", ("Vehicle",), "Jenis truk dan pikap: muatannya, biaya per kilometer dan per perjalanan."),
    "today": Words("Keadaan sekarang", "Today", (), "Yang sekarang dijual dan dibeli tiap koperasi, sebelum ada rencana bersama."),
    "scenarios": Words("Skenario", "Scenarios", ("Scenario",), "Yang bisa berubah. Baris dengan kode yang sama terjadi bersama.",
                       "What could change. Rows of one code happen together."),
    "ranges": Words("Rentang", "Ranges", ("Range",), "Sejauh mana angka naik-turun dari musim ke musim."),
    "crops": Words("Tanaman", "Crops", ("Crop",), "Berapa lama tanaman tumbuh, dan berapa yang ditanam lebih dari yang diminta."),
    "growers": Words("Petani", "Growers", ("Grower",), "Anggota koperasi mana menanam apa, di lahan seluas berapa: dasar jatah tanam."),
    "terms": Words("Kesepakatan", "Agreed terms", ("Terms", "Agreements"),
                   "Yang disepakati dalam putaran pencocokan: paling sedikit dan paling banyak berapa lewat satu jalur dalam satu periode."),
    "lists": Words("Daftar", "Lists"),
}  # fmt: skip
"""Sheets by the table they hold, with the few that are no table, in the order of a workbook."""

UNIT = Words(
    "Satuan", "Unit", (), "kg, kuintal, atau ton: untuk semua jumlah di baris ini. Kosong = kg.",
    "kg, kuintal (100 kg) or ton (1,000 kg): for every quantity of the row. Empty = kg.",
)  # fmt: skip
CHANNEL = Words("Jenis saluran", "Channel", (), "jual atau beli.", "sell or buy.")
CHANNEL_CODE = Words(
    "Kode saluran", "Channel code", ("Kode", "Code"), "Kode dari lembar Saluran jual atau Saluran beli.",
    "A code from the sheet Outlets or Purchases.",
)  # fmt: skip
STEP_PERIOD = Words(
    "Periode", "Period", (), "Sama seperti di baris saluran itu: sebuah periode, atau *.",
    "As in the channel's own row: a period, or *.",
)  # fmt: skip
FROM_KG = Words(
    "Mulai dari",
    "From",
    (),
    "Mulai dari jumlah ini dalam satu periode.",
    "From this quantity on in a period.",
)
STEP_PRICE = Words(
    "Harga", "Price", (), "Rupiah per kilogram untuk seluruh jumlah.", "For the whole quantity."
)
OUTPUT = Words(
    "Hasil",
    "Output",
    (),
    "Yang keluar: kode dari lembar Produk.",
    "What comes out: a code from the sheet Products.",
)
YIELD = Words(
    "Rendemen", "Yield", (), "Kilogram hasil dari satu kilogram bahan: 0,532 atau 53,2 %.",
    "Kilograms out for one kilogram in: 0.532 or 53.2 %.",
)  # fmt: skip
STOCK_PRODUCT = Words(
    "Produk stok",
    "Stock product",
    (),
    "Produk yang sudah ada di awal.",
    "A product that is there at the start.",
)
STOCK = Words(
    "Stok awal",
    "Opening stock",
    (),
    "Banyaknya di awal periode pertama.",
    "How much of it, at the start of the first period.",
)

GENERAL: dict[str, Words] = {
    "name": Words("Nama jejaring", "Name of the network", ("Nama", "Name")),
    "note": Words("Catatan", "Note"),
    "detour": Words("Faktor jalan memutar", "Detour factor", ("Faktor jalan", "Detour"),
                    "Kilometer jalan untuk satu kilometer garis lurus. Diisi = semua lokasi yang punya lintang dan bujur dihubungkan.",
                    "Road kilometres for each kilometre of great circle. Given = all sites with positions are joined."),
    "farthest_km": Words("Jarak terjauh", "Farthest", (), "Kosong = tanpa batas.", "Empty = no limit."),
    "idr_per_kg": Words("Biaya angkut tetap", "Cost", (), "Muat dan bongkar, untuk setiap kilogram. Kosong = 0.", "Loading and unloading. Empty = 0."),
    "idr_per_kg_km": Words("Biaya angkut per kilometer", "Cost per kilometre", (), "Kosong = 0.", "Empty = 0."),
    "detours": Words("Faktor jalan menurut medan", "Detour factors by terrain", ("Faktor jalan per medan",),
                     "Contoh: bukit=1,6; pegunungan=1,9. Kata itu ditulis di lembar Lokasi. Kosong = faktor di atas untuk semua.",
                     "As: hill=1.6; mountain=1.9. The terrain of a site stands on the sheet Sites. Empty = the factor above for all."),
    "nearest": Words("Lokasi terdekat", "Nearest", ("Lokasi terdekat saja",),
                     "Tiap lokasi hanya dihubungkan dengan sekian lokasi terdekat. Kosong = dengan semua.",
                     "Joins each site only with so many nearest ones. Empty = with all."),
    "fixed_cost_idr": Words("Biaya tetap tiap jalur", "Fixed cost in each period used", (),
                            "Dibayar dalam setiap periode ketika sebuah jalur dipakai. Kosong = 0.",
                            "Paid for each lane in each period in which it is used. Empty = 0."),
    "vehicle": Words("Kendaraan", "Vehicle", (),
                     "Kode dari lembar Kendaraan: biaya perjalanannya ditambahkan. Kosong = tidak ada.",
                     "A code from the sheet Vehicles: the cost of its trips is added. Empty = none."),
    "format": Words("Bentuk berkas", "File format", ("Format",), "Jangan diubah.", "Please leave it."),
}  # fmt: skip
"""What stands on the sheet of general things, a row for each."""

GENERAL_HEADS = (
    Words("Isian", "Item"),
    Words("Nilai", "Value"),
    Words("Satuan", "Unit"),
    Words("Keterangan", "Remark"),
)

WEIGHT_UNITS: dict[str, int] = {
    "kilograms": 1, "kilogramme": 1, "kilogrammes": 1, "quintal": 100, "quintals": 100,
    "tons": 1000, "tonne": 1000, "tonnes": 1000,
}  # fmt: skip
"""Names of weights beside those of `quantities`."""

_UNIT_WORDS: dict[str, tuple[str, ...]] = {
    "Rp/kg": ("rp/kg", "rpperkg", "idr/kg", "rupiah/kg", "rupiahperkg", "rupiahperkilogram"),
    "Rp": ("rp", "idr", "rupiah"),
    "Rp/km": ("rp/km", "idr/km", "rpperkm", "rupiah/km", "rupiahperkilometer"),
    "days": ("days", "day", "hari"),
    "periods": ("periods", "period", "periode"),
    "ha": ("ha", "hektar", "hektare", "hectare", "hectares"),
    "kg/ha": ("kg/ha", "kgperha", "kgperhektar", "kgperhektare"),
    "Rp/kg/km": ("rp/kg/km", "idr/kg/km", "rpperkgperkm"),
    "km": ("km", "kilometer", "kilometre", "kilometres"),
    "°": ("°", "derajat", "degrees", "derajatdesimal", "decimaldegrees"),
    "0–1": ("0–1", "0-1", "0sampai1", "0to1"),
    "kg per kg": ("kgperkg", "kg/kg"),
    "kg": ("satuan", "unit", "sesuaisatuan", "kg/kuintal/ton"),
}


_INDONESIAN_UNITS = {"days": "hari", "periods": "periode"}


def unit_is(unit: str, written: str) -> bool:
    """Return whether `written`, found in a heading, means `unit`."""
    return re.sub(r"\s+", "", written.casefold()) in _UNIT_WORDS.get(unit, ())


def unit_shown(unit: str, language: Language) -> str:
    """Return a unit as headings show it: quantities are in the unit of the row."""
    if unit == "kg":
        return UNIT.name(language)
    return _INDONESIAN_UNITS.get(unit, unit) if language == "id" else unit


def of_sheet(name: str) -> Words:
    """Return the words of a sheet, its English help from `tables` where it is a table."""
    words = SHEETS[name]
    if words.english_help or name in {"instructions", "lists"}:
        return words
    return Words(words.indonesian, words.english, words.also, words.indonesian_help, tables.table(name).help)


def of_field(table: str, field: tables.Field) -> Words:
    """Return the words of a field of a table."""
    later = later_words.FIELDS.get(table, {}).get(field.name) or later_words.SHARED.get(field.name)
    if later:
        also = later_words.ALSO.get((table, field.name), ())
        return Words(later[0], field.heading, also, later[1], later[2] or field.help)
    indonesian, indonesian_help = _OWN.get(table, {}).get(field.name) or _FIELD[field.name]
    if field.name == "code" and "period" in tables.table(table).key:
        return Words(indonesian, field.heading, (), *_CODE_BY_PERIOD)
    helps = [field.help or _ENGLISH_HELP.get(field.name, ""), _ENGLISH_EMPTY.get(field.missing, "")]
    told = helps[0] if "mpty" in helps[0] else " ".join(part for part in helps if part)
    return Words(indonesian, field.heading, _ALSO.get((table, field.name), ()), indonesian_help, told)
