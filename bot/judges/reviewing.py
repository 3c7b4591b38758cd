"""Minefields and motivations: which sentence came nearest, and what the whole of the answers was like."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.claim import Finding
from bot.judges.cues import cues
from bot.judges.features import Array, Point, Unit, Vectors, opposed
from bot.judges.model import CONTRADICTED, COVERED, Linear
from bot.judges.reading import Reading

REVIEW_FEATURES = (
    "cosine", "window_cosine", "label_cosine", "above_other_items", "above_points", "opposed_gain", "wrong_nearby",
    "wrong_at_best", "dismissed_at_best", "denied_at_best", "mean_covered", "mean_contradicted", "mean_partial",
    "most_contradicted", "dismissals", "buzzwords", "dont_knows", "hedges", "absolutes", "first_person", "questions",
    "log_sentences", "mean_cosine", "substance",
)  # fmt: skip
SHOWN = ("not_shown", "partly", "shown")


def review_features(items: Sequence[Point], readings: Sequence[Reading], vectors: Vectors) -> tuple[Array, list[int]]:
    """(items, len(REVIEW_FEATURES)) and, for each item, the number of the sentence nearest to it.

    `readings` holds one reading per exchange; at least one of them has a sentence.
    """
    told = [r for r in readings if r.turn.table is not None]
    said = np.concatenate([r.turn.table.sentence_vectors for r in told if r.turn.table])
    wide = np.concatenate([r.turn.table.window_vectors for r in told if r.turn.table])
    points = next(r.turn.table.point_vectors for r in told if r.turn.table)
    shares = np.concatenate([r.shares for r in told])
    rows = vectors([t for i in items for t in (i.text, i.label or i.text, opposed(i.text))])
    near, labels, denied = said @ rows[0::3].T, said @ rows[1::3].T, said @ rows[2::3].T
    wrong = shares[:, :, CONTRADICTED].max(axis=1)
    best = (near + 0.3 * wrong[:, None]).argmax(axis=0)
    column = np.arange(len(items))
    units = all_units(readings)
    signs = [cues(units[b].sentence.plain) for b in best]
    whole = _whole(readings, units, shares)
    own = [
        near.max(axis=0),
        (wide @ rows[0::3].T).max(axis=0),
        labels.max(axis=0),
        _above_others(near),
        (near - (said @ points.T).max(axis=1, keepdims=True)).max(axis=0),
        (denied - near)[best, column],
        (near * wrong[:, None]).max(axis=0),
        wrong[best],
        np.array([s.dismissals for s in signs]),
        np.array([s.negations > 0 for s in signs]),
    ]
    shared = [np.full(len(items), value) for value in whole[:-2]]
    extra = [near.mean(axis=0), np.full(len(items), whole[-1])]
    features: Array = np.stack([*own, *shared, np.full(len(items), whole[-2]), *extra], axis=1).astype(np.float32)
    return features, [int(b) for b in best]


def all_units(readings: Sequence[Reading]) -> list[Unit]:
    """The sentences of all answers in order."""
    return [u for r in readings for u in r.turn.units]


def _above_others(near: Array) -> Array:
    if near.shape[1] < 2:
        return np.zeros(near.shape[1], np.float32)
    others = np.stack([np.delete(near, i, axis=1).max(axis=1) for i in range(near.shape[1])], axis=1)
    above: Array = (near - others).max(axis=0)
    return above


def _whole(readings: Sequence[Reading], units: Sequence[Unit], shares: Array) -> list[float]:
    """What the answers are like as a whole, in the order of REVIEW_FEATURES from mean_covered on."""
    beliefs = np.max([r.beliefs for r in readings], axis=0)
    signs = [cues(u.sentence.plain) for u in units]
    return [
        float(beliefs[:, COVERED].mean()),
        float(beliefs[:, CONTRADICTED].mean()),
        float(beliefs[:, 1].mean()),
        float(beliefs[:, CONTRADICTED].max()),
        float(np.mean([s.dismissals for s in signs])),
        float(np.mean([s.buzzwords for s in signs])),
        float(np.mean([s.dont_knows for s in signs])),
        float(np.mean([s.hedges for s in signs])),
        float(np.mean([s.absolutes for s in signs])),
        float(np.mean([min(s.first_person, 2) for s in signs])),
        float(np.mean([u.sentence.text.rstrip().endswith("?") for u in units])),
        float(np.log1p(len(units))),
        float(shares[:, :, COVERED].max(axis=1).mean()),
    ]


def minefield_finding(share: float, sentence: str, clear_below: float, hit_from: float) -> Finding:
    """hit or clear by the probability of a hit, unsure in between."""
    if share >= hit_from:
        return Finding(verdict="hit", quote=sentence)
    return Finding(verdict="clear" if share < clear_below else "unsure", quote="")


def motivation_finding(shares: Array, sentence: str, sure_from: float) -> Finding:
    """The likeliest of not_shown, partly, shown; unsure where none is likely enough."""
    best = int(shares.argmax())
    if shares[best] < sure_from:
        return Finding(verdict="unsure")
    verdicts = ("not_shown", "partly", "shown")
    return Finding(verdict=verdicts[best], quote=sentence if best else "")


def shares_of(model: Linear, features: Array) -> Array:
    """Probabilities per item, (items, classes)."""
    return model.shares(features)
