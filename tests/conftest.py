"""What holds for every test."""

from hypothesis import settings

# The same examples in every run and no stopwatch: a gate that fails now and then teaches nobody.
settings.register_profile("gate", derandomize=True, deadline=None, database=None)
settings.load_profile("gate")
