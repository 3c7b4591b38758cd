"""What a candidate takes back: what all that was said claimed before the last answer, and with it no longer does."""

from __future__ import annotations

import numpy as np

from bot.judges.cross_encoder import COVERED, MISSING, PARTIAL, Array
from bot.labelling import KEPT

CLAIMED = 0.5
"""Belief in covered or partly covered from which a point counts as claimed."""
LEFT = 0.6
"""Share of that belief below which it counts as taken back."""


def withdrawn(before: Array, after: Array) -> list[int]:
    """The points that were claimed and for the most part no longer are, from the beliefs (P, C) without and with the
    last answer."""
    claimed, left = (beliefs[:, [COVERED, PARTIAL]].sum(axis=1) for beliefs in (before, after))
    return [int(point) for point in np.flatnonzero((claimed >= CLAIMED) & (left < LEFT * claimed))]


def after_retraction(belief: Array) -> Array:
    """The belief (C,) in a point that was taken back: most of covered and partial goes to missing."""
    left = belief.copy()
    left[[COVERED, PARTIAL]] *= KEPT
    left[MISSING] += belief.sum() - left.sum()
    return left
