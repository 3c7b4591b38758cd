"""What the embedded judge looks at for minefields and motivations: numbers about a whole set of answers.

Pure functions; shapes as in `bot.judges.features`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.judges.cues import cues
from bot.judges.features import Array, Unit
from bot.judges.weights import CONTRADICTED, COVERED, PARTIAL
from knowledge import language

FINDING_FEATURES = (
    "best_cosine", "second_cosine", "label_cosine", "mean_cosine", "best_window", "denied_gain", "above_siblings",
    "recall", "covered", "partial", "contradicted", "most_contradicted", "log_words", "dismissals", "absolutes",
    "hedges", "dont_knows", "buzzwords", "first_person", "novelty", "numbers", "names_lack", "names_example",
    "names_blame", "names_knowledge",
)  # fmt: skip
_WORDINGS = (
    r"lack no not unable inability cannot never fail missing without ignore",
    r"example concrete specific story evidence experience case real detail",
    r"blame fault other others excuse defensive",
    r"knowledge understand know expertise confusing incorrect wrong inaccurate",
)
_STEMS = tuple(frozenset(language.stem(w) for w in wording.split()) for wording in _WORDINGS)


@dataclass(frozen=True)
class Heard:
    """Everything said to one card: its units with their vectors, and what it covers."""

    units: Sequence[Unit]
    sentences: Array
    """(U, D)"""
    windows: Array
    """(U, D)"""
    points: Array
    """(P, C): the belief about every key point."""
    novelty: float


def finding_features(heard: Heard, texts: Sequence[tuple[str, str]], vectors: Array) -> Array:
    """Features of each part of a card, (n, len(FINDING_FEATURES)).

    `texts` holds label and text of each part; `vectors` is (3 n, D): of each text, its label, and its denial, in turn.
    """
    text_v, label_v, denied_v = vectors[0::3], vectors[1::3], vectors[2::3]
    near, wide = heard.sentences @ text_v.T, heard.windows @ text_v.T
    ordered = np.sort(near, axis=0)[::-1]
    best = ordered[0]
    second = ordered[1] if len(ordered) > 1 else ordered[0]
    said = frozenset().union(*(unit.sentence.stems for unit in heard.units))
    whole = _whole(heard)
    rows = []
    for i, (label, text) in enumerate(texts):
        wanted = language.stems(text)
        named = language.all_stems(f"{label} {text}")
        rows.append(
            (
                best[i],
                second[i],
                (heard.sentences @ label_v[i]).max(),
                near[:, i].mean(),
                wide[:, i].max(),
                (heard.sentences @ denied_v[i]).max() - best[i],
                best[i] - best.mean(),
                len(said & wanted) / max(1, len(wanted)),
                *whole,
                *(bool(named & wording) for wording in _STEMS),
            )
        )
    return np.array(rows, np.float32).reshape(len(texts), len(FINDING_FEATURES))


def _whole(heard: Heard) -> tuple[float, ...]:
    text = [unit.sentence.plain for unit in heard.units]
    said = [cues(t) for t in text]
    n = len(said)
    return (
        float(heard.points[:, COVERED].mean()),
        float(heard.points[:, PARTIAL].mean()),
        float(heard.points[:, CONTRADICTED].mean()),
        float(heard.points[:, CONTRADICTED].max()),
        float(np.log1p(sum(len(unit.sentence.words) for unit in heard.units))),
        sum(c.dismissals for c in said) / n,
        sum(c.absolutes for c in said) / n,
        sum(c.hedges for c in said) / n,
        sum(c.dont_knows for c in said) / n,
        sum(c.buzzwords for c in said) / n,
        sum(min(c.first_person, 3) for c in said) / n,
        heard.novelty,
        sum(len(language.numbers(t)) for t in text) / n,
    )
