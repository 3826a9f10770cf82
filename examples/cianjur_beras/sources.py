"""Where each figure comes from: public ones with date and source, illustrative ones with their rule."""

from __future__ import annotations

from collections.abc import Iterator

from examples.cianjur_beras.figures import YEAR, Row

# Rows stand as rows from here on, close together.
# fmt: off

NOTE = "\n".join((
    ("CONTOH. Kode dan nama desa nyata; letaknya titik tengah desa, dibulatkan ke 0,01°. Nama koperasi "
     "dibentuk menurut aturan penamaan, bukan dari daftar koperasi. Hub dan pembeli disebut menurut "
     "perannya: kapasitas, kontrak, dan titiknya ilustratif, bukan milik siapa pun."),
    ("Tahun rencana 2027, karena contoh ini disusun pada akhir 2026. Harga adalah angka umum terakhir "
     "yang ditemukan, dengan tanggalnya di lembar Acuan, dibawa tetap ke 2027; periksa dulu ketetapan "
     "baru sebelum dipakai."),
    ("Setiap baris menyebut sumber dan tahunnya, atau “ilustratif” dengan aturannya (aturan.… di "
     "lembar Acuan). Ilustratif: bagian panen yang lewat koperasi (6 %), lantai jemur, pengering, "
     "penggilingan, gudang, saluran dan volumenya, ongkos angkut, ongkos olah, kebutuhan pupuk."),
    ("Anggota dibayar paling sedikit HPP GKP Rp6.500/kg (Rp6.900 di bulan sepi), bukan harga tengkulak "
     "(Rp5.200–5.400, April 2025). Hasil rencana karena itu dihitung sesudah anggota menerima HPP; "
     "kenaikan dari harga tengkulak ke HPP tidak termasuk di dalamnya."),
    ("Sisa gabah yang tidak masuk rencana tetap di tangan anggota. Sekam tidak dihitung. Lini "
     "Pandanwangi punya jemuran dan giling sendiri; kapasitasnya tidak berbagi dengan beras medium."),
))


def references() -> Iterator[Row]:
    fields = ("code", "item", "value", "unit", "valid_from", "source", "confidence")
    for line in REFERENCES:
        yield dict(zip(fields, line, strict=True))
    for code, item, rule in RULES:
        yield {"code": f"aturan.{code}", "item": item, "value": rule, "unit": "aturan",
               "valid_from": f"{YEAR}-01", "source": "ilustratif, disusun untuk contoh ini",
               "confidence": "ilustratif"}


REFERENCES: tuple[tuple[str, ...], ...] = (
    ("panen.cianjur", "Produksi padi Kabupaten Cianjur", "630848", "t GKG", "2024",
     "BPS Jawa Barat, Kabupaten Cianjur 2024", "tinggi"),
    ("panen.kalender", "Bagian panen per bulan, Jawa Barat",
     "4,45; 8,33; 15,90; 10,83; 8,55; 8,04; 8,42; 8,90; 8,85; 7,75; 5,84; 4,15", "% Jan–Des", "2022",
     ("BPS Jawa Barat 2022: Januari, Maret, Desember seperti dilaporkan; bulan lain dimodelkan di bawah "
      "jumlah empat bulan yang dilaporkan"),
     "sedang"),
    ("panen.puncak", "Puncak panen Cianjur (pembanding; kalender di atas lebih datar pada Juli–Agustus)",
     "Maret; Juli–Agustus", "", "2026", "Jabar Ekspres, 6 November 2025", "sedang"),
    ("hasil.padi", "Hasil padi sawah Cianjur", "5,7", "t GKG/ha", "2025", "Jabar Ekspres, 6 November 2025",
     "tinggi"),
    ("desa.jumlah", "Desa dan kelurahan Kabupaten Cianjur", "360", "desa", "2025",
     "Kepmendagri 300.2.2-2430/2025 (354 desa, 6 kelurahan)", "tinggi"),
    ("penduduk", "Penduduk Kabupaten Cianjur", "2638825", "orang", "2024-12", "Dukcapil, semester II 2024",
     "tinggi"),
    ("konversi.gkp_gkg", "GKP menjadi GKG", "0,8312", "kg/kg", "2012", "BPS, survei konversi 2012",
     "sedang"),
    ("konversi.gkg_beras", "GKG menjadi beras (penggilingan hub)", "0,6402", "kg/kg", "2018",
     "BPS, SKGB 2018; Kontan, 24 Oktober 2018", "tinggi"),
    ("konversi.gkg_beras_kecil", "GKG menjadi beras (penggilingan kecil)", "0,6274", "kg/kg", "2007",
     "BPS, survei 2005–07", "sedang"),
    ("hpp.gkp", "HPP GKP di petani", "6500", "Rp/kg", "2025-01-15",
     "Kepbadan Bapanas 2/2025; masih dipakai Bulog Cianjur 8 Februari 2026 (Cianjur Ekspres)", "tinggi"),
    ("hpp.gkg_penggilingan", "HPP GKG di penggilingan", "8000", "Rp/kg", "2025-01-15",
     "Kepbadan Bapanas 2/2025", "tinggi"),
    ("hpp.gkg_gudang", "HPP GKG di gudang Bulog", "8200", "Rp/kg", "2025-01-15", "Kepbadan Bapanas 2/2025",
     "tinggi"),
    ("hpp.beras", "HPP beras di gudang Bulog", "12000", "Rp/kg", "2025-01-15", "Kepbadan Bapanas 2/2025",
     "tinggi"),
    ("het.medium", "HET beras medium zona I", "13500", "Rp/kg", "2025-08-22", "Kepbadan Bapanas 299/2025",
     "tinggi"),
    ("harga.tengkulak", "GKP di tengkulak Cianjur, musim panen", "5200–5400 (dipakai 5400)", "Rp/kg",
     "2025-04-12", "Cianjur Update, 12 April 2025", "rendah"),
    ("harga.gkp_sepi", "GKP dibayar di Tasikmalaya (pembanding bulan sepi)",
     "6800–7000 (anggota 6900, pedagang 6800)", "Rp/kg", "2025-10-15",
     "Media Indonesia melalui beritagratis.com, 15 Oktober 2025", "rendah"),
    ("harga.gkp_nasional", "GKP rata-rata nasional di petani (pembanding)", "6790", "Rp/kg", "2026-02-02",
     "Panel Harga Bapanas; Bloomberg Technoz, Februari 2026", "tinggi"),
    ("harga.beras_eceran", "Beras eceran Jawa Barat per bulan, Januari–Desember",
     "14828; 14858; 14600; 14600; 14600; 14685; 14790; 14834; 14877; 14885; 14820; 14800", "Rp/kg",
     "2025-03", "PIHPS Bank Indonesia, Maret 2025–Februari 2026 (Februari sampai tanggal 12)", "sedang"),
    ("harga.dedak", "Dedak di penggilingan", "1500–2000 (dipakai 1700; di desa 1500)", "Rp/kg", "2025",
     "Radar Lebong (Bengkulu), 2025", "rendah"),
    ("harga.pandanwangi_gabah", "Gabah Pandanwangi dibanding gabah biasa", "2900/2000 = 1,45", "kali",
     "2007-06", "Agrina, 13 Juni 2007", "rendah"),
    ("harga.pandanwangi_eceran", "Beras Pandanwangi asli, eceran", "30000", "Rp/kg", "tanpa tanggal",
     "infocianjur.com, dibaca November 2026", "rendah"),
    ("luas.pandanwangi", "Luas tanam Pandanwangi di tujuh kecamatan", "59", "ha", "2023",
     "BBPPMBTPH, Kementerian Pertanian", "sedang"),
    ("hasil.pandanwangi", "Hasil padi Pandanwangi", "7", "t GKP/ha", "2022-03",
     "Nubandung, Maret 2022; Agrina, Juni 2007", "rendah"),
    ("dapur.beras", "Beras per dapur makan bergizi", "200", "kg/hari", "2025-08-24",
     "BGN; Bisnis Indonesia, 24 Agustus 2025", "sedang"),
    ("konsumsi.beras", "Beras per orang di perdesaan", "7,13", "kg/bulan", "2024-03",
     "Susenas Maret 2024, BPS", "tinggi"),
    ("harga.urea", "Urea nonsubsidi di kios", "7000–9000 (dipakai 8000)", "Rp/kg", "2025",
     "reformatus82.com, 2025", "rendah"),
    ("ongkos.pengeringan", "Ongkos pengeringan (kemarau–hujan)", "100–200", "Rp/kg GKP", "2017",
     "Dakta, 2017", "rendah"),
    ("upah.giling", "Upah giling natura (pembanding)", "10", "% beras", "2025", "Sumatera Ekspres, 2025",
     "rendah"),
    ("giling.kecil", "Gabah yang digiling penggilingan kecil", "64", "t GKG/bulan", "2011",
     "Studi Sumbang, Jawa Tengah, 2011", "rendah"),
    ("susut.simpan", "Susut penyimpanan", "1,70", "%", "1987", "Survei susut MT 1986/87", "rendah"),
    ("bunga", "Bunga pinjaman koperasi desa", "6", "%/tahun", "2025-07-21", "PMK 49/2025", "tinggi"),
    ("loan.rate", "Bunga setahun, untuk menghitung biaya menalangi", "0,06", "per tahun", "2025-07-21",
     "PMK 49/2025", "tinggi"),
    ("komisi", "Komisi pengumpul gabah (susunan ongkos lama)", "45", "Rp/kg", "tanpa tanggal",
     "Skripsi tentang rantai gabah (123dok.com, tanpa tahun), dibaca November 2026", "rendah"),
    ("tempo.ritel", "Ritel modern membayar sesudah faktur", "14–30 (dipakai 30), ada yang 45", "hari",
     "tanpa tanggal", "Praktik pemasok ritel, belum diperiksa ke kontrak; dicatat November 2026", "rendah"),
    ("solar", "Solar bersubsidi", "6800", "Rp/l", "2022-09-03", "Pemerintah, September 2022", "tinggi"),
    ("transaksi.okt2025", "Transaksi beras yang dilaporkan dari kegiatan 30 koperasi (pembanding besaran)",
     "26,4", "miliar Rp", "2025-10", "Detak Publik; iNews Cianjur, Oktober 2025", "sedang"),
)

RULES: tuple[tuple[str, str, str], ...] = (
    ("nama", "Nama koperasi",
     ("Koperasi Desa Merah Putih + nama desa; kecamatan ditambahkan bila nama itu dipakai lebih dari "
      "satu desa di Cianjur. Nama resmi dapat berbeda.")),
    ("peran", "Hub, pembeli, pemasok",
     ("Disebut menurut peran, bukan menurut badan yang ada; titik, kapasitas, dan volumenya dikarang. "
      "Kontrak hub: lima dapur, pasar induk, badan logistik, ritel modern, pakan, pupuk; tiga koperasi "
      "memegang satu dapur, satu koperasi satu toko.")),
    ("pasokan", "GKP lewat koperasi",
     ("630.848 t GKG ÷ 360 desa × bobot luas (luas desa ÷ 4 km², 0,5 sampai 1,5) × bobot lahan (datar "
      "1, bukit 0,8, gunung 0,5) × 6 % ÷ 0,8312 × bagian bulan; dibulatkan ke 100 kg. 6 % dipilih agar "
      "penjualan beras kira-kira sebesar Rp26,4 miliar yang dilaporkan Oktober 2025. Harga anggota: HPP; "
      "Rp6.900 di bulan dengan bagian di bawah 8 %.")),
    ("jemur", "Lantai jemur",
     ("Setiap desa 200 m² × 10 kg/m² per jemuran; 6 jemuran sebulan Mei–Oktober, 2 di bulan hujan; "
      "Rp100/kg (ujung bawah 100–200).")),
    ("pengering", "Mesin pengering",
     ("Rp150/kg GKP (tengah 100–200). Mesin Jati masih direncanakan, akan disewa: Rp120/kg, ditambah "
      "biaya tetap setiap bulan dipakai: Rp30 × kapasitas dan sewa Rp1,2 juta.")),
    ("giling", "Penggilingan",
     ("Kapasitas kecil 64 t GKG/bulan (Kadupandak separuh), hub 200 t; ongkos sendiri Rp300/kg GKG, hub "
      "Rp260, Pandanwangi Rp500. Hasil samping per kg GKG: dedak 9 %, menir 2 %.")),
    ("hasil_samping", "Dedak dan menir",
     ("Dedak Rp1.700 lewat hub, Rp1.500 di desa; menir separuh HPP beras lewat hub, Rp500 lebih rendah "
      "di desa.")),
    ("simpan", "Gudang",
     ("Rp30/kg/bulan + bunga 0,5 % dari harga (GKG 8.000, beras 13.000, Pandanwangi 16.000); susut 1,7 "
      "% dibagi enam bulan = 0,3 % per bulan. Kapasitas dan stok awal dikarang.")),
    ("angkut", "Ongkos angkut",
     ("Jarak lingkaran besar × 1,3 (datar), 1,45 (bukit), 1,6 (gunung), menurut ujung yang terberat. "
      "Truk 4,5 t, 5 km/l, 30 km/jam; bila ada ujung gunung 2,2 t, 6 km/l, 25 km/jam. (2 × km ÷ km/l × "
      "Rp6.800 + (2 × km ÷ km/jam + 2 jam) × Rp75.000) ÷ muatan + Rp20 bongkar muat, dibulatkan ke Rp5. "
      "Paling jauh 100 km jalan; GKP 30 km; beras ke gerai 40 km. Ke tiga pengering, tiga penggilingan "
      "terdekat, dan hub.")),
    ("dapur", "Dapur makan bergizi",
     ("200 kg × hari kerja Senin–Jumat 2027 (Juli dan Desember dikurangi 10 hari libur sekolah; hari "
      "besar tidak dikurangi); harga HET medium, diantar.")),
    ("pasar", "Pasar induk",
     "90 % harga eceran Jawa Barat bulan yang sama, dibulatkan ke Rp10; paling banyak 160 t sebulan."),
    ("gerai", "Gerai desa",
     "Penduduk per desa × 7,13 kg × 2 % = 1.000 kg sebulan; Rp100 di bawah HET medium."),
    ("setempat", "GKG di tempat",
     ("Desa menjual GKG seharga HPP di penggilingan (bulan sepi +300, gunung –300). Hub membeli dari "
      "pedagang Rp150 di atas HPP gudang (bulan sepi +300), paling banyak 40 t sebulan.")),
    ("pupuk", "Urea nonsubsidi",
     ("100 kg/ha tambahan untuk panen tiga sampai lima bulan kemudian, dibulatkan ke 10 kg; nilainya "
      "harga kios Rp8.000. Koperasi sendiri membeli Rp7.700; hub Rp7.400, mulai 10 t Rp7.000. Pupuk "
      "bersubsidi tidak dihitung: harganya tetap.")),
    ("tempo", "Tempo pembayaran",
     ("Ritel modern 30 hari, dapur 14 hari, badan logistik 7 hari, pembeli lain saat barang diterima; hub "
      "membayar koperasi 7 hari sesudah barang diterima. Anggota dibayar saat itu juga.")),
    ("kini", "Keadaan sekarang",
     ("Semua GKP yang dapat dikumpulkan koperasi dijual kepada pedagang pengumpul dengan harga setempat; "
      "koperasi mendapat komisi Rp45/kg, sisanya diteruskan kepada anggota.")),
    ("pandanwangi", "Pandanwangi",
     ("59 ha ÷ 7 kecamatan × 7 t/ha × 25 % per panen per koperasi, panen April dan September. Anggota: "
      "1,45 × HPP GKP; pedagang setempat +200. Jemuran malai 15 t, Rp150/kg. Ritel modern 70 % dari "
      "eceran (mulai 5 t +500), 2–8 t sebulan; toko oleh-oleh 75 %, 300 kg.")),
)
