"""Jejaring plans the joint business of village cooperatives, shares its gain and drafts its agreements.

The tree and the rule of who may import whom are in ARCHITECTURE.md; the planning engine is
`jejaring.engines.planning`.
"""

__version__ = "0.1.0"
