"""What version 2 of the format calls its columns, in Indonesian and English; `headings` has the others."""

# Words for people, one thing a line; broken lines hide them.
# ruff: noqa: E501

from __future__ import annotations

EVIDENCE = (
    "Bukti",
    "Bagaimana angka ini diketahui: lisan, dokumen, ditimbang, atau diukur; sebaiknya dengan tanggal, contoh: ditimbang 12-03-2026.",
    "How it is known: said, document, weighed or measured; best with the date, as “weighed 2026-03-12”.",
)
BUILD_COST = (
    "Biaya bangun",
    "Hanya untuk yang belum ada: biaya membangunnya. Kosong = 0, artinya sudah ada.",
    "Only for what isn't there yet: what it costs to build. Empty = 0: it is there already.",
)
BUILD_SHARE = (
    "Bagian biaya bangun",
    "Bagian yang harus tertutup dalam periode-periode ini: 12 dari 120 bulan = 0,1 atau 10 %. Kosong = seluruhnya.",
    "",
)

_SELECTOR: dict[str, tuple[str, str, str]] = {
    "table": (
        "Lembar",
        "Nama lembar yang angkanya berubah, contoh: Saluran jual.",
        "The name of the sheet whose numbers change, as: Outlets.",
    ),
    "field": (
        "Kolom",
        "Kepala kolom yang angkanya berubah, contoh: Harga. Untuk jumlah pasokan: Tersedia.",
        "The heading of the column whose numbers change, as: Price. For quantities of supplies: Available.",
    ),
    "row": (
        "Baris",
        "Kode satu baris di lembar itu, contoh kode saluran. Kosong = semua.",
        "The code of one row of that sheet. Empty = all.",
    ),
    "party": (
        "Koperasi",
        "Kode dari lembar Koperasi. Kosong = semua.",
        "A code from the sheet Parties. Empty = all.",
    ),
    "site": (
        "Lokasi",
        "Kode dari lembar Lokasi. Kosong = semua.",
        "A code from the sheet Sites. Empty = all.",
    ),
    "product": (
        "Produk",
        "Kode dari lembar Produk. Kosong = semua.",
        "A code from the sheet Products. Empty = all.",
    ),
    "period": (
        "Periode",
        "Kode dari lembar Periode. Kosong = semua.",
        "A code from the sheet Periods. Empty = all.",
    ),
}

FIELDS: dict[str, dict[str, tuple[str, str, str]]] = {
    "products": {
        "shelf_life_periods": (
            "Tahan disimpan",
            "Paling lama berapa kali akhir periode dilewati, di semua gudang. 0 = tidak bisa disimpan. Kosong = tanpa batas.",
            "How many period ends it can be kept over, in all stores together. 0 = can't be kept. Empty = no limit.",
        ),
        "loss_per_100_km": (
            "Susut per 100 km",
            "Bagian yang hilang setiap 100 km jalan: 0,02 atau 2 %. Kosong = 0.",
            "The share that is lost on 100 km of road: 0.02 or 2 %. Empty = 0.",
        ),
    },
    "parties": {
        "pays_members_after_days": (
            "Bayar anggota setelah",
            "Berapa hari setelah barang diterima, anggota dibayar. Kosong = 0: langsung.",
            "How many days after the goods came its members are paid. Empty = 0: at once.",
        ),
        "pays_partners_after_days": (
            "Bayar koperasi lain setelah",
            "Berapa hari setelah barang diterima, koperasi lain dibayar. Kosong = 0: langsung.",
            "How many days after the goods came other co-ops are paid. Empty = 0: at once.",
        ),
        "cash_idr": (
            "Uang tersedia",
            "Uang sendiri dan pinjaman yang bisa dikeluarkan sebelum dibayar pembeli. Kosong = tidak disebut.",
            "The money that it can lay out before it is paid, own and borrowed. Empty = not stated.",
        ),
    },
    "sites": {
        "terrain": (
            "Medan jalan",
            "Satu kata, contoh: bukit. Faktor jalan untuk kata itu ditulis di lembar Umum.",
            "One word, as: hill. Its detour factor stands on the sheet General.",
        ),
        "part_of": (
            "Bagian dari",
            "Kode tempat yang memuatnya, contoh: lapak di pasar. Jejaring mengisinya sendiri.",
            "The code of the place that it is a part of, as a stand at a market. Jejaring fills it in by itself.",
        ),
    },
    "outlets": {
        "pays_after_days": (
            "Dibayar setelah",
            "Berapa hari setelah barang diserahkan, pembeli membayar. Kosong = 0: langsung.",
            "How many days after the goods the buyer pays. Empty = 0: at once.",
        ),
    },
    "sources": {
        "due_after_days": (
            "Bayar setelah",
            "Berapa hari setelah barang diterima, pemasok harus dibayar. Kosong = 0: langsung.",
            "How many days after the goods the supplier must be paid. Empty = 0: at once.",
        ),
    },
    "lanes": {
        "loss": (
            "Susut di jalan",
            "Bagian yang hilang di jalur ini: 0,01 atau 1 %. Kosong = 0.",
            "The share that is lost on this lane: 0.01 or 1 %. Empty = 0.",
        ),
        "km": (
            "Panjang jalan",
            "Sekali jalan. Kosong = garis lurus × faktor jalan, bila kedua lokasi punya lintang dan bujur.",
            "One way. Empty = great circle × detour factor, where both sites have positions.",
        ),
        "vehicle": (
            "Kendaraan",
            "Kode dari lembar Kendaraan: biaya perjalanan pulang-pergi dengan muatan penuh ditambahkan. Kosong = tidak ada.",
            "A code from the sheet Vehicles: adds the cost of full trips there and back. Empty = none.",
        ),
    },
    "vehicles": {
        "owner": (
            "Pemilik",
            "Koperasi pemiliknya: kode dari lembar Koperasi. Kosong = siapa pun bisa menyewa.",
            "The co-op whose it is: a code from the sheet Parties. Empty = anybody can hire it.",
        ),
        "capacity_kg": (
            "Muatan",
            "Muatan penuh satu kendaraan, dalam satuan di kolom Satuan.",
            "What one vehicle loads, in the unit of the column Unit.",
        ),
        "idr_per_km": ("Biaya per kilometer", "Solar, ban, perawatan. Kosong = 0.", "Fuel, tyres, upkeep. Empty = 0."),
        "idr_per_trip": (
            "Biaya per perjalanan",
            "Sopir, muat, bongkar: sekali pergi dan pulang. Kosong = 0.",
            "Driver, loading, unloading: once there and back. Empty = 0.",
        ),
        "most_trips": (
            "Perjalanan paling banyak",
            "Dalam satu periode, semua kendaraan jenis ini. Hanya bila ada pemiliknya. Kosong = tanpa batas.",
            "In each period, all vehicles of this class. Only with an owner. Empty = no limit.",
        ),
    },
    "today": {
        "sells_kg": ("Jual", "Yang sekarang dijual dalam satu periode. Kosong = 0.", "What it sells now in a period. Empty = 0."),
        "sells_idr_per_kg": ("Harga jual", "Yang sekarang dibayar pembeli. Kosong = 0.", "What the buyer pays now. Empty = 0."),
        "cost_idr_per_kg": (
            "Biaya pokok",
            "Dibayar kepada anggota, ditambah biaya mengolah. Kosong = harga pokok anggota dari lembar Pasokan.",
            "Paid to members, and for working on it. Empty = what members must be paid at least.",
        ),
        "buys_kg": ("Beli", "Yang sekarang dibeli dalam satu periode. Kosong = 0.", "What it buys now in a period. Empty = 0."),
        "buys_idr_per_kg": ("Harga beli", "Yang sekarang dibayar kepada pemasok. Kosong = 0.", "What it pays now. Empty = 0."),
        "partner": ("Kepada/dari siapa", "Peran pembeli atau pemasoknya, contoh: tengkulak.", "The role of the buyer or supplier."),
    },
    "scenarios": {
        "code": (
            "Kode",
            "Singkat, tanpa spasi. Baris dengan kode yang sama terjadi bersama.",
            "Short, without blanks. Rows of one code happen together.",
        ),
        **_SELECTOR,
        "factor": (
            "Faktor",
            "Angkanya dikalikan sekian: 0,9 atau 90 % = turun sepersepuluh; 0 = tidak ada.",
            "What the number is multiplied by: 0.9 or 90 % is a tenth less, 0 is none.",
        ),
    },
    "ranges": {
        **_SELECTOR,
        "lowest": (
            "Faktor terendah",
            "Angkanya paling rendah dikalikan sekian: 0,8 atau 80 % = turun seperlima.",
            "The least that the number is multiplied by: 0.8 or 80 % is a fifth less.",
        ),
        "highest": (
            "Faktor tertinggi",
            "Angkanya paling tinggi dikalikan sekian: 1,1 atau 110 % = naik sepersepuluh.",
            "The most that the number is multiplied by: 1.1 or 110 % is a tenth more.",
        ),
        "apart": (
            "Diundi sendiri untuk tiap",
            "koperasi, lokasi, produk, atau periode; beberapa dipisah titik koma. Kosong = semua naik-turun bersama.",
            "party, site, product or period; several with semicolons. Empty = all move together.",
        ),
    },
    "crops": {
        "days_to_harvest": ("Hari sampai panen", "Dari tanam sampai panen.", "From planting to harvest."),
        "sorting_loss": (
            "Hilang saat sortasi",
            "Bagian panen yang tidak lolos sortasi: 0,1 atau 10 %. Kosong = 0.",
            "The share of the harvest that sorting takes away: 0.1 or 10 %. Empty = 0.",
        ),
        "safety": (
            "Cadangan",
            "Bagian yang ditanam lebih dari yang diminta: 0,1 atau 10 %. Kosong = 0.",
            "The share planted beyond what is wanted: 0.1 or 10 %. Empty = 0.",
        ),
    },
    "growers": {
        "area_ha": ("Luas lahan", "Luas yang sudah diperiksa, dalam hektare.", "The area that was verified, in hectares."),
        "kg_per_ha": (
            "Hasil panen",
            "Kilogram setiap hektare sekali panen; selalu kg, apa pun isi kolom Satuan.",
            "Kilograms for each hectare and harvest; always kg, whatever the column Unit says.",
        ),
        "fulfilment": (
            "Pemenuhan selama ini",
            "Bagian janji yang selama ini benar-benar diserahkan: 0,9 atau 90 %. Kosong = 1.",
            "The share of what was promised that was delivered so far: 0.9 or 90 %. Empty = 1.",
        ),
        "least_kg": (
            "Jatah paling sedikit",
            "Dalam satu periode, dalam satuan di kolom Satuan. Kosong = 0.",
            "In each period, in the unit of the column Unit. Empty = 0.",
        ),
        "most_kg": (
            "Jatah paling banyak",
            "Dalam satu periode, dalam satuan di kolom Satuan. Kosong = tanpa batas.",
            "In each period, in the unit of the column Unit. Empty = no limit.",
        ),
    },
    "terms": {
        "from": ("Dari", "Kode dari lembar Lokasi.", "A code from the sheet Sites."),
        "to": ("Ke", "Kode dari lembar Lokasi.", "A code from the sheet Sites."),
        "least_kg": (
            "Disepakati paling sedikit",
            "Harus dikirim dalam periode itu, kilogram bulat. Kosong = 0.",
            "Must be sent in that period, whole kilograms. Empty = 0.",
        ),
        "most_kg": (
            "Disepakati paling banyak",
            "Boleh dikirim dalam periode itu; 0 = tidak lewat sini. Kosong = tanpa batas.",
            "May be sent in that period; 0 = not this way. Empty = no limit.",
        ),
    },
}  # fmt: skip
"""Indonesian heading, Indonesian help and English help by table and field; English headings are `tables`'."""

SHARED: dict[str, tuple[str, str, str]] = {
    "evidence": EVIDENCE,
    "build_cost_idr": BUILD_COST,
    "build_share": BUILD_SHARE,
}
"""The same for fields that several tables share."""

ALSO: dict[tuple[str, str], tuple[str, ...]] = {
    ("sites", "terrain"): ("Medan",),
    ("parties", "cash_idr"): ("Kas", "Cash"),
    ("scenarios", "table"): ("Tabel", "Sheet"),
    ("scenarios", "field"): ("Angka", "Column"),
    ("ranges", "table"): ("Tabel", "Sheet"),
    ("ranges", "field"): ("Angka", "Column"),
    ("vehicles", "capacity_kg"): ("Kapasitas", "Capacity"),
    ("lanes", "km"): ("Jarak", "Distance"),
    ("today", "cost_idr_per_kg"): ("Cost",),
}
