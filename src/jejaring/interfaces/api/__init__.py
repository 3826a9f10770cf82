"""The way in for programs: version 1 below /api/v1/, by subject; docs/api.md shows how to call it."""
