"""Rules that no weight overrules: what repeats the interviewer or lists labels earns nothing, a turned fact is wrong.

Pure functions; the thresholds were set on `interview.train` and on the attacks of the threat list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from bot.judges.cues import cues, opposites
from bot.judges.features import ECHO_NOVELTY, Array, Point, Unit, labels_listed, novelty
from bot.judges.weights import CONTRADICTED, COVERED, MISSING
from knowledge import language
from knowledge.language import Sentence

LISTED_LABELS = 3
LISTED_SHARE = 0.5
"""A sentence that names three labels or more and has at least this share of its words from labels is a list."""
RESTATED = 0.75
"""Share of a point's words from which a sentence counts as restating it, so that a turned word turns the meaning."""
RUN = 6
RECITED_SHARE = 0.5
"""An answer is recited if at least half of its runs of six words stand in the card's published texts."""


def worthless(units: Sequence[Unit], points: Sequence[Point], heard: frozenset[str]) -> Array:
    """1 for each sentence that can earn nothing, shape (U,)."""
    return np.array([is_echo(u.sentence, heard) or is_list(u.sentence, points) for u in units], np.float32)


def is_echo(sentence: Sentence, heard: frozenset[str]) -> bool:
    """Whether the sentence merely hands the interviewer's own words back."""
    return bool(heard & sentence.stems) and novelty(sentence, heard) < ECHO_NOVELTY


def is_list(sentence: Sentence, points: Sequence[Point]) -> bool:
    """Whether the sentence drops labels of the card instead of saying something."""
    if labels_listed(sentence, points) < LISTED_LABELS:
        return False
    labels = frozenset().union(*(p.label_stems for p in points))
    return len(sentence.stems & labels) >= LISTED_SHARE * len(sentence.stems)


def turned(sentence: Sentence, point: Point) -> bool:
    """Whether the sentence restates the point with a word negated, replaced by its opposite or two words swapped."""
    wanted, said = point.stems, sentence.stems
    if len(wanted) < 3 or len(wanted & said) < RESTATED * len(wanted) or len(said) > 2 * len(wanted):
        return False
    denied = (cues(sentence.plain).negations > 0) != (cues(point.text).negations > 0)
    return denied or opposites(sentence.plain, point.text) > 0 or _swapped(sentence.plain, point.text)


def _swapped(said: str, wanted: str) -> bool:
    """Whether the same words stand in another order, two of them having changed places and little else."""
    first, second = _order(said), _order(wanted)
    common = [w for w in first if w in second]
    target = [w for w in second if w in first]
    moved = [i for i, (a, b) in enumerate(zip(common, target, strict=True)) if a != b]
    return len(common) >= 4 and len(moved) == 2


def _order(text: str) -> list[str]:
    return list(dict.fromkeys(language.stem(w) for w in language.content_words(text)))


def with_rules(shares: Array, units: Sequence[Unit], points: Sequence[Point], heard: frozenset[str]) -> Array:
    """`shares` (U, P, C) with the rules applied."""
    ruled = shares.copy()
    nothing = np.zeros(shares.shape[2], np.float32)
    nothing[MISSING] = 1.0
    ruled[worthless(units, points, heard) > 0] = nothing
    for i, unit in enumerate(units):
        for j, point in enumerate(points):
            if turned(unit.sentence, point):
                ruled[i, j, CONTRADICTED] += ruled[i, j, COVERED]
                ruled[i, j, COVERED] = 0.0
    return ruled


def is_recited(answer: str, published: Iterable[str]) -> bool:
    """Whether the answer is, for the most part, published text typed again."""
    runs = _runs(answer)
    known = frozenset().union(*(_runs(text) for text in published))
    return bool(runs) and len(runs & known) >= RECITED_SHARE * len(runs)


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    spoken = language.words(text)
    return frozenset(spoken[i : i + RUN] for i in range(len(spoken) - RUN + 1))
