"""Mapping: a co-op says what it has and needs, on a phone or in Excel."""
