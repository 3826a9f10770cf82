"""Workshops: a room that fills in together, with a projector."""
