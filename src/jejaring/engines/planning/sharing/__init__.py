"""Dividing the value: what groups are worth by themselves, the rules, and who could object."""
