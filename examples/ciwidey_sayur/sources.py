"""Where each figure comes from: public ones with date and source, illustrative ones with their rule."""

from __future__ import annotations

from collections.abc import Iterator

from examples.ciwidey_sayur.figures import YEAR, Row

# Rows stand as rows from here on, close together.
# fmt: off

NOTE = "\n".join((
    ("CONTOH. Kode dan nama desa nyata; letaknya titik tengah desa, dibulatkan ke 0,01°. Nama koperasi "
     "dibentuk menurut aturan penamaan, bukan dari daftar koperasi; ini bukan daftar 23 koperasi peserta "
     "kegiatan Ciwidey. Hub dan pembeli disebut menurut perannya: kapasitas, kontrak, dan titiknya "
     "ilustratif, bukan milik siapa pun."),
    ("Siapa menanam apa, berapa luasnya, dan berapa yang dibeli tiap gerai dibuat menurut aturan yang "
     "tertulis di lembar Acuan (aturan.…), agar cara kerjanya terlihat. Setiap baris menyebut sumber dan "
     "tahunnya, atau “ilustratif” dengan aturannya. Bukti (lisan, dokumen, ditimbang, diukur) juga "
     "ilustratif: dibagikan bergiliran menurut nomor kebun; tidak ada yang sungguh ditimbang atau "
     "diperlihatkan."),
    ("Masa rencana: minggu 27 sampai 39 tahun 2026. Harga adalah angka umum terakhir yang ditemukan, dibawa "
     "tetap; harga sayur dapat menjadi separuhnya dalam beberapa minggu, lihat lembar Skenario."),
    ("Sayur ditulis dua kali: “panen” adalah hasil kebun sebelum disortir; tanpa kata itu, mutu A dari "
     "rumah kemas. Yang tidak lolos menjadi sortiran untuk pasar induk, selebihnya terbuang. Hasil rencana "
     "dihitung sesudah anggota menerima paling sedikit 90 % dari harga petani."),
))


def references() -> Iterator[Row]:
    fields = ("code", "item", "value", "unit", "valid_from", "source", "confidence")
    for line in REFERENCES:
        yield dict(zip(fields, line, strict=True))
    for code, item, rule in RULES:
        yield {"code": f"aturan.{code}", "item": item, "value": rule, "unit": "aturan",
               "valid_from": f"{YEAR}-06", "source": "ilustratif, disusun untuk contoh ini",
               "confidence": "ilustratif"}


LAMPUNG = "DTPH Lampung Barat, harga di petani; Radar Lambar, 7 Mei 2025"
REFERENCES: tuple[tuple[str, ...], ...] = (
    ("kegiatan.ciwidey", "Kegiatan 23 koperasi desa tiga kabupaten; nilai MoU (pembanding besaran)",
     "7,577", "miliar Rp", "2025-09", "Berita kegiatan Ciwidey, 23–25 September 2025", "tinggi"),
    ("hub.volume", "Volume hub pembanding, mutu A ke swalayan", "3", "t/hari", "2019",
     "Kompas, 27 April 2019 (Al Ittifaq)", "sedang"),
    ("hub.permintaan", "Permintaan pasar kepada hub pembanding", "70", "t/hari", "2023",
     "Peluang News, 2023 (Al Ittifaq)", "sedang"),
    ("hub.jenis", "Jenis sayur hub pembanding", "25", "jenis", "2018", "Zona Sultra, 2018 (Al Ittifaq)",
     "sedang"),
    ("hub.lahan", "Lahan sendiri hub pembanding", "14", "ha", "2021", "alifmart.id, 2021 (Al Ittifaq)",
     "sedang"),
    ("hub.pembeli",
     ("Pembeli hub pembanding: jaringan swalayan di Bandung dan Jakarta, hipermarket di BSD, toko sendiri, "
      "dapur makan bergizi"), "sepuluh dapur", "", "2025-08",
     "Ayo Yogya, Agustus 2025 (Al Ittifaq, KADIN)", "sedang"),
    ("hub.dana", "Hub membeli seluruh panen, lalu menyortir (dana talangan bergulir)", "100", "%", "2023",
     "Peluang News, 2023 (Al Ittifaq)", "sedang"),
    ("tempo.swalayan", "Swalayan membayar setelah faktur", "14–30, sampai 45", "hari", "2025",
     "Keterangan umum, belum diperiksa", "rendah"),
    ("harga.petani_mei",
     ("Harga di petani: kubis 3.000, sawi putih 3.000, tomat 6.000, buncis 7.000–8.000 (dipakai 7.500), "
      "bawang daun 8.000, seledri 20.000–22.000 (dipakai 20.000), labu siam 2.000, terung 5.000"),
     "lihat nama", "Rp/kg", "2025-05-07", LAMPUNG, "rendah (bukan Jawa Barat)"),
    ("harga.petani_maret", "Harga di petani: wortel", "3000", "Rp/kg", "2024-03-12",
     "DTPH Lampung Barat, harga di petani; Radar Lambar, 13 Maret 2024", "rendah (bukan Jawa Barat)"),
    ("harga.cabai_merah", "Cabai merah eceran Jawa Barat, Juli–September", "45437; 43394; 56397", "Rp/kg",
     "2025-07", "PIHPS Bank Indonesia, Juli–September 2025", "sedang"),
    ("harga.cabai_rawit", "Cabai rawit eceran Jawa Barat, Juli–September", "57487; 42652; 41548", "Rp/kg",
     "2025-07", "PIHPS Bank Indonesia, Juli–September 2025", "sedang"),
    ("harga.jatuh", "Harga di petani dalam beberapa minggu: cabai keriting; kubis",
     "40000→15000; 4500→1000–2000", "Rp/kg", "2022-10-27", "Tribun Jabar, 27 Oktober 2022 (Ciamis)",
     "sedang"),
    ("hasil.kentang", "Hasil kentang Pangalengan 2016–2018 (harga rata-rata Rp7.640/kg, dipakai 7.600)",
     "17,27", "t/ha", "2018", "Rahmah dan Wulandari, 2020 (52 petani)", "sedang"),
    ("hasil.cabai", "Hasil cabai besar Jawa Barat", "12,33", "t/ha", "2011",
     "BPS Jawa Barat; Antara Jabar, 1 Agustus 2012", "sedang"),
    ("susut.cabai", "Cabai rusak setelah 126 km: dus karton (karung 35,8 %)", "23,6", "%", "2016",
     "Kajian jenis kemasan cabai, adoc.pub", "sedang"),
    ("simpan.davis",
     ("Daya simpan dingin, paling singkat: kubis 3 minggu, tomat hijau 2, cabai 2, paprika 2, wortel 4, "
      "kembang kol 3, lobak 16, waluh 12, bit 4 (selebihnya di bawah 2)"), "lihat nama", "minggu",
     "2017", "UC Davis, Properties and Recommended Conditions; foodsafetysite.com", "sedang"),
    ("simpan.kentang", "Kentang di penyimpanan yang baik", "2", "bulan", "2021", "Wahana News", "rendah"),
    ("umur.kubis", "Umur panen kubis", "75–90 (dipakai 85)", "hari", "tanpa tanggal",
     "tanamin.co, dibaca 2026", "rendah"),
    ("umur.sawi_putih", "Umur panen sawi putih", "6–8 minggu (dipakai 50 hari)", "hari", "tanpa tanggal",
     "narareba.com, dibaca 2026", "rendah"),
    ("dapur.porsi", "Porsi per dapur makan bergizi", "3000", "porsi/hari", "2025-08-24",
     "BGN; Bisnis Indonesia, 24 Agustus 2025", "sedang"),
    ("solar", "Solar bersubsidi", "6800", "Rp/l", "2022-09-03", "Pemerintah, September 2022", "tinggi"),
    ("tol", "Tol dalam ongkos truk", "20", "%", "2018", "ali.web.id, berita 2087", "rendah"),
    ("bunga", "Bunga pinjaman koperasi desa", "6", "%/tahun", "2025-07-21", "PMK 49/2025", "tinggi"),
    ("loan.rate", "Bunga setahun, untuk menghitung biaya menalangi", "0,06", "per tahun", "2025-07-21",
     "PMK 49/2025", "tinggi"),
)

RULES: tuple[tuple[str, str, str], ...] = (
    ("nama", "Nama koperasi",
     ("Koperasi Desa Merah Putih + nama desa; kecamatan ditambahkan bila nama itu dipakai lebih dari satu "
      "desa di kabupatennya. Nama resmi dapat berbeda. Desa dipilih dari kecamatan sayur tiga kabupaten, "
      "bukan dari daftar peserta.")),
    ("peran", "Hub dan pembeli",
     ("Disebut menurut peran, bukan menurut badan yang ada; titik, kapasitas, dan volumenya dikarang "
      "dengan besaran hub pembanding.")),
    ("medan", "Medan",
     "Gunung mulai 1.400 m, bukit mulai 1.000 m, selebihnya datar (tinggi rata-rata desa)."),
    ("lahan", "Lahan lewat koperasi",
     ("Luas desa ÷ 9 (dalam ha per km², 0,6 sampai 2 ha) untuk kubis, sawi putih, wortel, kentang, tomat, "
      "labu siam; 0,4 kali itu untuk sayur lain, 0,25 kali untuk sayur daun; dibulatkan ke 0,05 ha. "
      "Ditanam sedikit demi sedikit: panen rata-rata seminggu = luas × hasil ÷ (umur panen dalam minggu + "
      "2 minggu olah tanah). Siapa menanam apa dikarang. Lahan hub: 4,5 dari 14 ha.")),
    ("panen", "Panen tiap minggu",
     ("Panen rata-rata × 85 % (selebihnya untuk rumah dan bibit) × (1 + 0,25 sin(2π × (minggu ke- + nomor "
      "kebun) ÷ 8)), dibulatkan ke 10 kg. Anggota dibayar paling sedikit 90 % harga petani.")),
    ("hasil", "Hasil per hektar",
     "Angka bulat yang lazim disebut untuk sayur itu; ganti dengan ubinan sendiri."),
    ("tanam", "Umur panen dan cadangan",
     ("Hari dari tanam sampai panen: angka bulat yang lazim disebut. Tertinggal di kebun 3 % (daun dan "
      "krop 5 %), cadangan 10 %. Susut sortir di rumah kemas sudah ada di lembar Proses, tidak dihitung "
      "dua kali.")),
    ("kuota", "Pemenuhan, batas kuota",
     ("Nilai pemenuhan 70 % + 5 % × (nomor kebun mod 6); paling sedikit seperempat, paling banyak satu "
      "setengah kali panen rata-rata seminggu.")),
    ("bukti", "Bukti",
     "Lisan, dokumen, ditimbang bergiliran menurut nomor kebun; hanya untuk contoh, tidak ada buktinya."),
    ("harga", "Harga petani",
     ("Harga di petani yang dilaporkan; cabai 60 % harga eceran Jawa Barat bulan yang sama tahun lalu; "
      "sayur tanpa laporan: angka bulat yang lazim.")),
    ("tengkulak", "Tengkulak desa",
     "Membeli panen seharga harga petani; sortiran separuhnya (campur paling tinggi Rp900)."),
    ("hari_ini", "Hari ini",
     ("90 % panen dijual kepada tengkulak dengan potongan timbangan 4 %; 10 % tidak terjual. Dua desa dan "
      "hub belum memberi keterangan.")),
    ("gerai", "Gerai mutu A",
     ("Bandung 16 t seminggu, 1,65 × harga petani, dibayar 21 hari; Jakarta 15 t tanpa sayur daun, 1,8 ×, "
      "30 hari; hipermarket 5 t, 2 ×, 30 hari; toko hub 2,5 t, 1,75 ×, tunai; sepuluh dapur × 3.000 porsi × "
      "100 g × 5 hari = 15 t, 1,7 ×, 14 hari. Dibagi menurut bobot keranjang. Swalayan Bandung menerima "
      "kentang dan tomat hanya bila paling sedikit 60 % pesanan.")),
    ("pasar", "Pasar induk",
     ("Sortiran 0,75 × harga petani di Bandung, 0,85 × di Jakarta; campur Rp1.200. Panen tanpa sortir: hub "
      "1,15 ×, Margamukti 1,12 × di Bandung, Cipendawa 1,2 × di Jakarta, Simpang 1,08 × di Garut, paling "
      "banyak 6 t seminggu per jenis; tunai.")),
    ("sortir", "Rumah kemas dan tempat sortir",
     ("Bagian mutu A dan sortiran menurut sayur; sisanya terbuang. Hub Rp400/kg (daun Rp600), 12 t "
      "seminggu untuk sayur utama, 4 t untuk lainnya. Empat koperasi menyortir sendiri: Rp350/kg, mutu A 4 "
      "poin lebih rendah.")),
    ("simpan", "Daya simpan dan susut jalan",
     ("Minggu simpan: separuh daya simpan dingin yang paling singkat, dibulatkan ke bawah, wortel, lobak, "
      "bit, labu siam paling lama 2, kabocha 6, kentang 8; sayur daun dan krop muda 0. Susut per 100 km: "
      "cabai 23,6 % × 100 ÷ 126; daun 6 %, buah 4 %, krop dan polong 3 %, akar 1 %.")),
    ("dingin", "Ruang dingin",
     "Hub 15 t, Rp150/kg seminggu, susut 2 %; gudang kentang 20 t, Rp40 + bunga, susut 1 %."),
    ("calon", "Calon bangunan",
     ("Ruang dingin Simpang 10 t, Rp400 juta; lini cuci wortel Ciputri 6 t seminggu, Rp150 juta. Umur 10 "
      "tahun: 13 minggu menanggung 13 ÷ 520 = 0,025.")),
    ("angkut", "Ongkos angkut",
     ("Jarak lingkaran besar × 1,3 (datar), 1,45 (bukit), 1,6 (gunung). Pikap 1 t, 10 km/l, 30 km/jam, "
      "Rp60.000/jam; CDE 2,2 t, 6 km/l, 25 km/jam, Rp75.000/jam; CDD 4,5 t, 5 km/l, 30 km/jam, "
      "Rp75.000/jam, dua truk × lima jalan seminggu; solar Rp6.800; dua jam muat-bongkar; Rp20/kg kuli; ke "
      "Jakarta dan BSD ditambah tol 20 %. Antar desa tetangga sampai 3 km dengan pikap.")),
    ("kas", "Kas",
     "Hub Rp1 miliar, koperasi desa Rp100 juta; anggota dan mitra dibayar setelah 7 hari. Dikarang."),
    ("skenario", "Skenario", "Faktor disusun dari kejadian yang dilaporkan, dibulatkan."),
    ("kisaran", "Kisaran", "Dikarang: seberapa jauh harga, panen, dan pesanan dapat bergeser."),
)
