"""What a candidate takes back: what all that was said claimed before the last answer, and with it no longer does."""

from __future__ import annotations

import numpy as np

from bot.judges.cross_encoder import COVERED, MISSING, PARTIAL, Array

CLAIMED = 0.5
"""Belief in covered or partly covered from which a point counts as claimed."""
KEPT = 0.25
"""Share of that belief that is left when it was taken back."""


def withdrawn(before: Array, after: Array) -> list[int]:
    """The points that were claimed and no longer are, from the beliefs (P, C) without and with the last answer."""
    claimed, left = (beliefs[:, [COVERED, PARTIAL]].sum(axis=1) for beliefs in (before, after))
    return [int(point) for point in np.flatnonzero((claimed >= CLAIMED) & (left < CLAIMED))]


def after_retraction(belief: Array) -> Array:
    """The belief (C,) in a point that was taken back: most of covered and partial goes to missing."""
    left = belief.copy()
    left[[COVERED, PARTIAL]] *= KEPT
    left[MISSING] += belief.sum() - left.sum()
    return left
