"""The columns of each file, and what else they are called."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """A kind of file: its columns in order."""

    name: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    not_kept: tuple[str, ...] = ()
    other_names: dict[str, str] = field(default_factory=dict)

    def column(self, heading: str) -> str | None:
        """Return the column that a heading means; none where it is unknown."""
        tidy = "_".join(heading.strip().lower().replace("-", " ").replace("/", " ").split())
        tidy = self.other_names.get(tidy, tidy)
        return tidy if tidy in self.columns else None


_OTHER_NAMES = {
    "nama_koperasi": "nama",
    "nik": "nik_koperasi",
    "nomor_induk_koperasi": "nik_koperasi",
    "no_badan_hukum": "badan_hukum",
    "nomor_badan_hukum": "badan_hukum",
    "nomor_sabh": "badan_hukum",
    "kode_desa": "kode_wilayah",
    "bentuk_jenis": "jenis",
    "kode": "koperasi_ref",
}

PROFILE = Table(
    name="profil_koperasi",
    columns=(
        "koperasi_ref",
        "nama",
        "nik_koperasi",
        "bentuk",
        "pola_pengelolaan",
        "alamat",
        "koordinat",
        "modal_awal",
        "metode_pengisian",
        "jenis",
        "kode_wilayah",
        "badan_hukum",
        "npwp",
        "nib",
    ),
    needed=("nama", "kode_wilayah"),
    not_kept=("pola_pengelolaan", "modal_awal", "metode_pengisian"),
    other_names=_OTHER_NAMES,
)

MEMBERS = Table(
    name="anggota",
    columns=(
        "nama",
        "nik",
        "kode_wilayah",
        "jenis_kelamin",
        "status",
        "pekerjaan",
        "file_ktp",
        "status_akun",
        "no_hp",
        "tanggal_masuk",
    ),
    needed=("nama",),
    not_kept=("file_ktp", "status_akun"),
    other_names={
        "nama_anggota": "nama",
        "no_telepon": "no_hp",
        "telepon": "no_hp",
        "kelamin": "jenis_kelamin",
    },
)

PROFILE_FIELDS = {
    "name": "nama",
    "kind": "jenis",
    "village_code": "kode_wilayah",
    "address": "alamat",
    "coop_nik": "nik_koperasi",
    "legal_entity_number": "badan_hukum",
    "npwp": "npwp",
    "nib": "nib",
    "position": "koordinat",
}
"""Our fields by the columns in which they stand."""

MEMBER_FIELDS = {
    "name": "nama",
    "nik": "nik",
    "phone": "no_hp",
    "village_code": "kode_wilayah",
    "sex": "jenis_kelamin",
    "occupation": "pekerjaan",
    "status": "status",
    "joined_on": "tanggal_masuk",
}
