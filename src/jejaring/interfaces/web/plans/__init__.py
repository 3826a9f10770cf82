"""Plans: asked for, followed, read."""
