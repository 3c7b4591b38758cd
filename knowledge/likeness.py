"""When two key points say the same: the one rule that the lint and the picking of a set share."""

from __future__ import annotations

from knowledge.card import KeyPoint
from knowledge.language import stems

SAME_MEANING = 0.86
"""Cosine from which two key points are taken to say the same."""
SAME_WORDS = 0.5
"""Share of all their content words that two key points may have in common."""


def same_words(first: KeyPoint, second: KeyPoint) -> bool:
    """Whether the two texts share so many of their words that they say the same."""
    one, other = stems(first.text), stems(second.text)
    return len(one & other) >= SAME_WORDS * max(1, len(one | other))
