"""What an agreement still lacks, where it favours one side, and what deserves a look: `missing`."""

from jejaring.documents.agreements.checklist.findings import Finding, Severity, approving_body, missing

__all__ = ["Finding", "Severity", "approving_body", "missing"]
