"""The embedded judge, first version: features of sentences and a small calibrated model, no key and no network.

What it can and cannot do stands in `docs/judge.md`, with figures.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from bot.claim import Assessment, Belief, Claim, Exchange, Finding, Review, Verdict
from bot.judges.features import Array, Point
from bot.judges.gaming import is_recited
from bot.judges.model import CLASSES, CONTRADICTED, COVERED, PARTIAL, Model, load_model
from bot.judges.reading import Reading, points_of, read, read_lone, silence, turn_of
from bot.judges.retraction import after_retraction, retracted
from bot.judges.reviewing import all_units, minefield_finding, motivation_finding, review_features
from bot.judges.verdict import verdict_of
from knowledge.card import Card, Minefield, Motivation
from knowledge.encoder import Encoder

REMEMBERED = 8_192
"""Texts whose vectors are kept, about 12 MB: the points of the cards in use and the answers so far."""


class EmbeddedJudge:
    """Reads answers with a sentence encoder. Deterministic; safe to share between threads.

    Args:
        encoder: the sentence encoder the model was trained with.
        model: the learnt part; the shipped one where not given.

    Raises:
        DamagedModel: the shipped model is missing or unreadable.
    """

    def __init__(self, encoder: Encoder, model: Model | None = None) -> None:
        self._encoder = encoder
        self._model = model or load_model()
        self._known: OrderedDict[str, Array] = OrderedDict()
        self._lock = threading.Lock()
        self.name = f"embedded-1/{encoder.name}"

    def assess(self, card: Card, exchanges: Sequence[Exchange]) -> Assessment:
        """What the last of `exchanges` says of each key point, in the light of those before it."""
        if not exchanges:
            return Assessment()
        points = points_of(card)
        reading = self._reading(card, points, exchanges, len(exchanges) - 1)
        taken_back = self._taken_back(card, points, exchanges, reading)
        beliefs = reading.beliefs.copy()
        for point in taken_back:
            beliefs[point] = after_retraction(beliefs[point])
        claims = [self._claim(card.key_points[i].id, reading, beliefs, i, taken_back) for i in range(len(points))]
        near = reading.turn.table.pair[:, :, 0].max(axis=0) if reading.turn.table else np.zeros(len(points))
        return Assessment(
            claims=tuple(c for c in claims if c is not None),
            beliefs={p.id: _belief(b) for p, b in zip(card.key_points, beliefs, strict=True)},
            nearness={p.id: _share(n) for p, n in zip(card.key_points, near, strict=True)},
            recited=is_recited(exchanges[-1].answer, _published(card)),
        )

    def review(self, card: Card, exchanges: Sequence[Exchange]) -> Review:
        """What all `exchanges` together show of the card's minefields and motivations."""
        points = points_of(card)
        readings = [self._reading(card, points, exchanges, at) for at in range(len(exchanges))]
        if not all_units(readings):
            return Review(
                minefields={m.id: Finding(verdict="clear") for m in card.minefields},
                motivations={m.id: Finding(verdict="not_shown") for m in card.motivations},
            )
        return Review(
            minefields=self._minefields(card, readings), motivations=self._motivations(card, readings)
        )

    def lone(self, question: str, answer: str, statement: str) -> Array:
        """Shares of missing, partial, covered and contradicted for one statement without a card, (4,)."""
        return read_lone(self._model, question, answer, statement, self.vectors)

    def vectors(self, texts: list[str]) -> Array:
        """Rows for `texts`, (n, D), encoding in one call those not seen lately."""
        with self._lock:
            known = {t: self._known[t] for t in dict.fromkeys(texts) if t in self._known}
        unseen = [t for t in dict.fromkeys(texts) if t not in known]
        if unseen:
            known.update(zip(unseen, self._encoder.encode(unseen), strict=True))
        with self._lock:
            for text in known:
                self._known[text] = known[text]
                self._known.move_to_end(text)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return np.stack([known[t] for t in texts])

    def _reading(self, card: Card, points: list[Point], exchanges: Sequence[Exchange], at: int) -> Reading:
        return read(turn_of(points, card.question, exchanges, at, self.vectors), points, self._model)

    def _taken_back(
        self, card: Card, points: list[Point], exchanges: Sequence[Exchange], last: Reading
    ) -> dict[int, str]:
        """Point index to the sentence of the last answer that takes it back."""
        earlier = [self._reading(card, points, exchanges, at) for at in range(len(exchanges) - 1)]
        return taken_back_in([*earlier, last])

    def _claim(
        self, id: str, reading: Reading, beliefs: Array, point: int, taken_back: dict[int, str]
    ) -> Claim | None:
        if point in taken_back:
            return Claim(point=id, verdict="retracted", quote=taken_back[point], confidence=0.7)
        verdict = verdict_of(beliefs[point], self._model.thresholds)
        if verdict is None or not reading.turn.units:
            return None
        quote = reading.turn.units[_decisive(reading.shares[:, point], verdict)].sentence.text
        return Claim(point=id, verdict=verdict, quote=quote, confidence=_confidence(beliefs[point], verdict))

    def _minefields(self, card: Card, readings: Sequence[Reading]) -> dict[str, Finding]:
        if not card.minefields:
            return {}
        features, best = review_features(_as_points(card.minefields), readings, self.vectors)
        shares, units, limits = self._model.minefield.shares(features), all_units(readings), self._model.thresholds
        return {
            m.id: minefield_finding(
                float(s[1]), units[b].sentence.text, limits["minefield_clear_below"], limits["minefield_hit_from"]
            )
            for m, s, b in zip(card.minefields, shares, best, strict=True)
        }

    def _motivations(self, card: Card, readings: Sequence[Reading]) -> dict[str, Finding]:
        if not card.motivations:
            return {}
        features, best = review_features(_as_points(card.motivations), readings, self.vectors)
        shares, units = self._model.motivation.shares(features), all_units(readings)
        return {
            m.id: motivation_finding(s, units[b].sentence.text, self._model.thresholds["motivation_sure_from"])
            for m, s, b in zip(card.motivations, shares, best, strict=True)
        }


def taken_back_in(readings: Sequence[Reading]) -> dict[int, str]:
    """Point index to the sentence of the last reading that takes back an earlier claim on it."""
    told = [r for r in readings if r.turn.table is not None]
    if not told or told[-1] is not readings[-1]:
        return {}
    tables = [r.turn.table for r in told if r.turn.table is not None]
    units = [u for r in told for u in r.turn.units]
    first = len(units) - len(told[-1].turn.units)
    found = retracted(
        units,
        np.concatenate([t.sentence_vectors for t in tables]),
        np.concatenate([t.window_vectors for t in tables]),
        tables[-1].point_vectors,
        np.concatenate([r.shares for r in told]),
        first,
    )
    return {point: units[at].sentence.text for point, at in found.items()}


def _decisive(shares: Array, verdict: Verdict) -> int:
    """The number of the sentence that carries the verdict most, from (U, C)."""
    worth = {"contradicted": shares[:, CONTRADICTED], "partial": shares[:, PARTIAL] + shares[:, COVERED]}
    return int(worth.get(verdict, shares[:, COVERED] + 0.5 * shares[:, PARTIAL]).argmax())


def _confidence(belief: Array, verdict: Verdict) -> float:
    index = {"covered": COVERED, "partial": PARTIAL, "contradicted": CONTRADICTED, "unsure": COVERED}
    return _share(belief[index[verdict]])


def _belief(shares: Array) -> Belief:
    parts = [_share(s) for s in shares / shares.sum()]
    return Belief(**dict(zip(CLASSES, parts, strict=True)))


def _share(value: float) -> float:
    return round(float(min(max(value, 0.0), 1.0)), 4)


def _published(card: Card) -> list[str]:
    return [a.text for a in card.answers] + [p.text for p in card.key_points]


def _as_points(items: Sequence[Minefield] | Sequence[Motivation]) -> list[Point]:
    return [Point(i.label, i.text) for i in items]


__all__ = ["EmbeddedJudge", "silence"]
