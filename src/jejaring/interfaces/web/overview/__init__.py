"""Seeing it: map, balance, who hasn't answered."""
