"""The text of the first sheet of a workbook: what it is, and how to fill it in."""

# Sentences for people, one a line; broken lines hide them.
# ruff: noqa: E501

from __future__ import annotations

from enum import Enum, auto

from jejaring.engines.planning.workbook.headings import Language


class Mark(Enum):
    """How a piece of the instructions looks. The text of a LINK is the name of a sheet in `headings`."""

    TITLE = auto()
    SECTION = auto()
    TEXT = auto()
    LINK = auto()
    HEAD = auto()
    OPTIONAL = auto()
    PERIOD = auto()
    EXAMPLE = auto()
    NUMBER = auto()
    YIELD = auto()
    AMBER = auto()


Piece = tuple[str | int | float, Mark]
Line = tuple[Piece, ...]


def _title(words: str) -> Line:
    return ((words, Mark.TITLE),)


def _section(words: str) -> tuple[Line, Line]:
    return ((), ((words, Mark.SECTION),))


def _lines(*lines: str) -> tuple[Line, ...]:
    return tuple(((line, Mark.TEXT),) for line in lines)


def _sheet(name: str, use: str) -> Line:
    return ((name, Mark.LINK), ("", Mark.TEXT), (use, Mark.TEXT))


def _legend(sample: str, mark: Mark, meaning: str) -> Line:
    return ((sample, mark), ("", Mark.TEXT), (meaning, Mark.TEXT))


def _heads(*texts: tuple[str, Mark]) -> Line:
    return texts


def _example(*values: str | float) -> Line:
    return tuple((value, Mark.EXAMPLE if isinstance(value, str) else Mark.NUMBER) for value in values)


INSTRUCTIONS: dict[Language, tuple[Line, ...]] = {
    "id": (
        _title("Buku kerja jejaring koperasi"),
        *_lines(
            "Buku kerja ini memuat satu jejaring: koperasi, hasil panen anggota, pembeli, penggilingan, gudang, dan jalur angkut.",
            "Dari sini Jejaring menghitung rencana bersama terbaik: siapa mengirim apa, ke mana, kapan, dan berapa untung tiap koperasi.",
        ),
        *_section("Isilah lembar-lembar ini, dari atas ke bawah"),
        _sheet("general", "Nama jejaring; bila perlu, biaya angkut umum menurut jarak."),
        _sheet("periods", "Bulan yang direncanakan. Wajib."),
        _sheet("products", "Semua barang yang berpindah: gabah, beras, dedak, pupuk. Wajib."),
        _sheet("parties", "Koperasi yang ikut, termasuk hub. Wajib."),
        _sheet("sites", "Tempat barang berada: gudang koperasi, penggilingan, pasar, tempat pembeli. Wajib."),
        _sheet("supplies", "Yang dapat diserahkan anggota setiap bulan, satu baris untuk tiap lokasi dan produk."),
        _sheet("outlets", "Pembeli: siapa, di mana, berapa banyak, dengan harga berapa."),
        _sheet("sources", "Pemasok: pupuk, benih, kemasan."),
        _sheet("steps", "Harga yang berubah bila jumlahnya besar."),
        _sheet("needs", "Yang dibutuhkan koperasi untuk anggotanya."),
        _sheet("processes", "Pengering dan penggilingan: bahan masuk, hasil, rendemen."),
        _sheet("storages", "Gudang, isinya di awal, dan susutnya."),
        _sheet("lanes", "Jalur angkut tertentu dengan biayanya, satu baris satu arah."),
        _sheet("local_trade", "Harga tengkulak: yang dapat dijual atau dibeli koperasi sendiri tanpa jejaring."),
        _sheet("references", "Dari mana angka-angka di atas: harga, rendemen, tarif, dengan tanggal dan sumbernya."),
        *_section("Tujuh lembar ini boleh dilewati"),
        _sheet("vehicles", "Jenis truk: muatan, biaya per kilometer, dan paling banyak berapa perjalanan."),
        _sheet("today", "Yang dijual dan dibeli sekarang, untuk dibandingkan dengan rencana."),
        _sheet("scenarios", "Bagaimana kalau: harga turun, panen gagal, satu pembeli berhenti."),
        _sheet("ranges", "Sejauh mana harga dan panen naik-turun, untuk mencoba banyak musim."),
        _sheet("crops", "Berapa lama tanaman tumbuh: untuk jadwal tanam."),
        _sheet("growers", "Luas lahan anggota: untuk jatah tanam."),
        _sheet("terms", "Yang sudah disepakati dalam putaran pencocokan: Jejaring mengisinya sendiri."),
        *_lines("Lembar yang tidak diperlukan boleh kosong. Lembar lain untuk hitungan sendiri boleh ditambah; tidak dibaca."),
        *_section("Arti warna"),
        _legend("Kepala kolom", Mark.HEAD, "Wajib diisi di setiap baris yang dipakai."),
        _legend("Kepala kolom", Mark.OPTIONAL, "Boleh kosong. Arahkan kursor ke kepala kolom untuk membaca artinya."),
        _legend("2026-03", Mark.PERIOD, "Jumlah untuk bulan itu. Sel kosong = tidak ada. Bulan baru: tambah kolom dengan kode bulannya."),
        _legend("", Mark.AMBER, "Sel wajib yang masih kosong di baris yang sudah mulai diisi."),
        *_section("Angka dan satuan"),
        *_lines(
            "Tulis angka saja, tanpa huruf. Koma atau titik desimal mengikuti Excel di komputer Anda.",
            "Kolom Satuan berlaku untuk semua jumlah di baris itu: kg, kuintal (100 kg), atau ton (1.000 kg). Kosong = kg.",
            "Harga selalu dalam rupiah per kilogram, juga bila satuan baris itu ton.",
            "Angka 0 berarti nol. Sel kosong berarti “tidak ada” atau “tanpa batas”: bacalah catatan di kepala kolom.",
            "Periode: pilih bulan, atau * untuk setiap bulan. Baris untuk satu bulan menggantikan seluruh baris *.",
            "Produk: pilih satu, tulis beberapa dengan titik koma (beras; dedak), atau tulis semua.",
            "Jangan menggabungkan sel. Kolom boleh dipindah, baris kosong dan baris tersembunyi boleh ada (yang tersembunyi tetap dibaca).",
            "Kolom catatan sendiri boleh ditambah dengan kepala “Keterangan” atau “No”; tidak dibaca.",
        ),
        *_section("Contoh: lembar Pasokan"),
        _heads(("Lokasi", Mark.HEAD), ("Produk", Mark.HEAD), ("Harga pokok anggota\n(Rp/kg)", Mark.OPTIONAL),
               ("Satuan", Mark.OPTIONAL), ("2026-03", Mark.PERIOD), ("2026-04", Mark.PERIOD), ("Sumber", Mark.OPTIONAL)),
        _example("gudang-a", "gkp", 6500, "ton", 120, 80, "rapat anggota, 10-01-2026"),
        *_lines("Artinya: di gudang-a anggota dapat menyerahkan 120 ton gabah kering panen di bulan Maret dan 80 ton di bulan April, paling murah Rp6.500/kg."),
        *_section("Contoh: lembar Pengolahan"),
        _heads(("Kode", Mark.HEAD), ("Bahan masuk", Mark.HEAD), ("Hasil 1", Mark.HEAD), ("Rendemen 1", Mark.HEAD),
               ("Hasil 2", Mark.OPTIONAL), ("Rendemen 2", Mark.OPTIONAL), ("Kapasitas bahan masuk\n(Satuan)", Mark.OPTIONAL)),
        (("giling-a", Mark.EXAMPLE), ("gkp", Mark.EXAMPLE), ("beras", Mark.EXAMPLE), (0.532, Mark.YIELD),
         ("dedak", Mark.EXAMPLE), (0.07, Mark.YIELD), (60, Mark.NUMBER)),
        *_lines("Artinya: dari setiap kilogram gabah keluar 0,532 kg beras dan 0,07 kg dedak, paling banyak 60 ton gabah sebulan bila satuannya ton."),
        *_section("Setelah diisi"),
        *_lines(
            "Simpan sebagai .xlsx, lalu periksa:  jejaring check BERKAS.xlsx",
            "Semua yang keliru disebut sekaligus: lembar, baris, kolom, apa yang salah, dan apa yang benar. Tidak ada yang ditebak.",
        ),
    ),
    "en": (
        _title("Workbook of a cooperative network"),
        *_lines(
            "This workbook holds one network: co-ops, what their members harvest, buyers, mills, warehouses and lanes.",
            "From it Jejaring computes the best joint plan: who sends what where and when, and what each co-op gains.",
        ),
        *_section("Fill in these sheets from top to bottom"),
        _sheet("general", "The network's name; if wanted, hauling costs by distance."),
        _sheet("periods", "The months of the plan. Needed."),
        _sheet("products", "Everything that moves: paddy, rice, bran, fertiliser. Needed."),
        _sheet("parties", "The co-ops that take part, the hub among them. Needed."),
        _sheet("sites", "Where goods are: a co-op's store, a mill, a market, a buyer's place. Needed."),
        _sheet("supplies", "What members can deliver each month, a row for each site and product."),
        _sheet("outlets", "Buyers: who, where, how much, at what price."),
        _sheet("sources", "Suppliers: fertiliser, seed, packaging."),
        _sheet("steps", "Prices that change with the quantity."),
        _sheet("needs", "What a co-op needs for its members."),
        _sheet("processes", "Dryers and mills: what goes in, what comes out, the yield."),
        _sheet("storages", "Warehouses, their stock at the start, and their losses."),
        _sheet("lanes", "Single lanes with their costs, one direction a row."),
        _sheet("local_trade", "The local trader's prices: what a co-op can sell or buy alone, without the network."),
        _sheet("references", "Where the figures come from: prices, yields, tariffs, each with its date and source."),
        *_section("These seven sheets may be passed over"),
        _sheet("vehicles", "Kinds of lorries: load, cost per kilometre, and how many trips at most."),
        _sheet("today", "What is sold and bought now, to compare the plan with."),
        _sheet("scenarios", "What if: prices fall, a harvest fails, a buyer leaves."),
        _sheet("ranges", "How far prices and harvests swing, to try many seasons."),
        _sheet("crops", "How long crops grow: for the planting calendar."),
        _sheet("growers", "The members' land: for planting quotas."),
        _sheet("terms", "What was agreed in a matching round: Jejaring fills it in by itself."),
        *_lines("Sheets that aren't needed may stay empty. Other sheets for sums of your own may be added; they aren't read."),
        *_section("What the colours mean"),
        _legend("Heading", Mark.HEAD, "Must be filled in, in every row that is used."),
        _legend("Heading", Mark.OPTIONAL, "May be empty. Point at the heading to read what it means."),
        _legend("2026-03", Mark.PERIOD, "The quantity of that month. Empty = none. A new month: add a column headed with its code."),
        _legend("", Mark.AMBER, "A cell that must be filled in, in a row that was begun."),
        *_section("Numbers and units"),
        *_lines(
            "Write numbers alone, without letters. Decimal comma or point is as your Excel is set.",
            "The column Unit holds for every quantity of its row: kg, kuintal (100 kg) or ton (1,000 kg). Empty = kg.",
            "Prices are always in rupiah per kilogram, also where the row's unit is ton.",
            "0 means zero. An empty cell means “none” or “no limit”: read the note at the heading.",
            "Period: choose a month, or * for every month. A row for one month replaces the * row whole.",
            "Products: choose one, write several with semicolons (rice; bran), or write all.",
            "Don't merge cells. Columns may be moved; empty and hidden rows do no harm (hidden ones are read).",
            "A column of your own may be added under “Remark” or “No”; it isn't read.",
        ),
        *_section("Example: the sheet Supplies"),
        _heads(("Site", Mark.HEAD), ("Product", Mark.HEAD), ("Members must be paid at least\n(Rp/kg)", Mark.OPTIONAL),
               ("Unit", Mark.OPTIONAL), ("2026-03", Mark.PERIOD), ("2026-04", Mark.PERIOD), ("Source", Mark.OPTIONAL)),
        _example("store-a", "gkp", 6500, "ton", 120, 80, "members' meeting, 2026-01-10"),
        *_lines("It means: at store-a members can deliver 120 tonnes of harvest-dry paddy in March and 80 in April, for Rp6,500/kg at least."),
        *_section("Example: the sheet Processes"),
        _heads(("Code", Mark.HEAD), ("Input", Mark.HEAD), ("Output 1", Mark.HEAD), ("Yield 1", Mark.HEAD),
               ("Output 2", Mark.OPTIONAL), ("Yield 2", Mark.OPTIONAL), ("Capacity (input)\n(Unit)", Mark.OPTIONAL)),
        (("mill-a", Mark.EXAMPLE), ("gkp", Mark.EXAMPLE), ("rice", Mark.EXAMPLE), (0.532, Mark.YIELD),
         ("bran", Mark.EXAMPLE), (0.07, Mark.YIELD), (60, Mark.NUMBER)),
        *_lines("It means: each kilogram of paddy gives 0.532 kg of rice and 0.07 kg of bran, at most 60 tonnes of paddy a month where the unit is ton."),
        *_section("When it is filled in"),
        *_lines(
            "Save it as .xlsx, then check it:  jejaring check FILE.xlsx",
            "Everything wrong is told at once: sheet, row, column, what is wrong and what would be right. Nothing is guessed.",
        ),
    ),
}  # fmt: skip
"""Lines of pieces, a piece for each cell from column B on."""
