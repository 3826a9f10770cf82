"""Rounds: opened, watched, answered, ended with agreements."""
