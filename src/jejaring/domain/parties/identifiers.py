"""Legal identifiers of a co-op, as papers also know them: `jejaring.documents.identifiers`."""

from jejaring.documents.identifiers import coop_nik, legal_entity_number, nib, npwp

__all__ = ["coop_nik", "legal_entity_number", "nib", "npwp"]
