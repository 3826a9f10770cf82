"""Pictures as SVG, drawn here: they need no script, and look the same on a phone and on paper."""
