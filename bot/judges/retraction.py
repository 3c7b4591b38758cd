"""What a candidate takes back: which earlier claim a "scrap that" is about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.judges.cross_encoder import COVERED, PARTIAL, Array
from bot.judges.cues import takes_back
from bot.judges.units import Unit

CLAIMED = 0.35
"""Share of covered or partly covered from which a sentence counts as an earlier claim."""
ABOUT = 0.40
"""Cosine between what is taken back and the earlier claim, or the key point itself."""


def retracted(units: Sequence[Unit], vectors: Array, windows: Array, points: Array, shares: Array) -> dict[int, int]:
    """Point index to the index of the sentence that takes it back.

    `vectors`, `windows` (U, D) and `points` (P, D) are unit vectors; `shares` is (U, P, C). A point that is claimed
    again afterwards is not retracted.
    """
    found: dict[int, int] = {}
    claimed = shares[:, :, COVERED] + shares[:, :, PARTIAL]
    for r, unit in enumerate(units):
        if not takes_back(unit.sentence.plain):
            continue
        for point in range(shares.shape[1]):
            before, after = claimed[:r, point], claimed[r:, point]
            if not len(before) or before.max() < CLAIMED or after.max() >= CLAIMED:
                continue
            claim = int(before.argmax())
            near = (windows[r] @ vectors[claim], vectors[r] @ vectors[claim], windows[r] @ points[point])
            if max(near) >= ABOUT:
                found[point] = r
    return found


def after_retraction(claimed: Array, kept: float = 0.25) -> Array:
    """`claimed` shares (C,) of a point that was taken back: most of covered and partial goes to missing."""
    left = claimed.copy()
    left[[COVERED, PARTIAL]] *= kept
    left[0] += claimed.sum() - left.sum()
    return np.clip(left, 0.0, 1.0)
