"""Memoranda and contracts: versions, commitments, approvals, signatures, and what became of them."""
