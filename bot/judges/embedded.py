"""The embedded judge: reads answers on the user's own machine, with a sentence encoder and a few small learnt models.

Rules first (`gaming`), learnt weights second (`weights`), thresholds last. Where the weights do not settle a point the
verdict is "unsure". Deterministic: the same answer is judged the same way every time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from bot.claim import Assessment, Belief, Claim, Exchange, Finding, Review, Verdict
from bot.judges import features
from bot.judges.cues import takes_back
from bot.judges.features import Array, Point, Table, Unit, opposed, prompt_stems
from bot.judges.gaming import RUN, is_recited, with_rules
from bot.judges.retraction import after_retraction, retracted
from bot.judges.reviewing import Heard, finding_features
from bot.judges.weights import CLASSES, CONTRADICTED, COVERED, MISSING, PARTIAL, Linear, Model, load_model, pooled
from knowledge.card import Card, Minefield, Motivation
from knowledge.encoder import Encoder
from knowledge.quote import find_quote

MOST_VECTORS = 6_000
"""Vectors kept for texts that come again: key points, minefields, earlier turns (384 floats each)."""
MINEFIELD_NAMES = ("clear", "hit")
MOTIVATION_NAMES = ("not_shown", "partly", "shown")
KNOWN = 0.95
"""Confidence in a label that the card's author gave to these very words."""
_REST = (1 - KNOWN) / (len(CLASSES) - 1)
CERTAIN = {
    name: np.where(np.arange(len(CLASSES)) == i, KNOWN, _REST).astype(np.float32)
    for i, name in enumerate(CLASSES)
    if i != MISSING
}
NOTHING = np.eye(len(CLASSES), dtype=np.float32)[MISSING]


class Vectors:
    """Vectors by text, the least recently used forgotten first. May be used from several threads."""

    def __init__(self, encoder: Encoder, most: int = MOST_VECTORS) -> None:
        self._encoder = encoder
        self._most = most
        self._kept: OrderedDict[str, Array] = OrderedDict()
        self._lock = Lock()

    def __call__(self, texts: list[str]) -> Array:
        """(len(texts), D)."""
        with self._lock:
            known = {text: self._kept[text] for text in texts if text in self._kept}
        new = list(dict.fromkeys(text for text in texts if text not in known))
        known |= dict(zip(new, self._encoder.encode(new), strict=True))
        with self._lock:
            for text, vector in known.items():
                self._kept[text] = vector
                self._kept.move_to_end(text)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return np.stack([known[text] for text in texts])


@dataclass(frozen=True)
class Reading:
    """Some sentences read beside all key points: the numbers, and what each sentence by itself says of each point."""

    units: Sequence[Unit]
    table: Table
    shares: Array
    """(U, P, C), the rules applied."""
    beliefs: Array
    """(P, C), of all sentences together."""


class EmbeddedJudge:
    """Satisfies `bot.ports.Judge`. Raises DamagedModel where its file is not the one that was shipped."""

    def __init__(self, encoder: Encoder, model: Model | None = None, vectors: Vectors | None = None) -> None:
        self.model = model or load_model()
        self._vectors = vectors or Vectors(encoder)
        self.name = f"embedded {self.model.version} {encoder.name}"

    def warm_up(self) -> None:
        """Run the encoder once, so that the first answer does not wait for it."""
        self._vectors(["Ready when you are."])

    def prepare(self, card: Card) -> None:
        """Encode everything of `card`, so that a turn has only the answer left to encode."""
        _, fixed = features.texts([], _points(card), card.question)
        parts = [(p.label, p.text) for p in card.minefields] + [(p.label, p.text) for p in card.motivations]
        self._vectors([*fixed, *(t for label, text in parts for t in (text, label, opposed(text)))])

    def assess(self, card: Card, exchanges: Sequence[Exchange]) -> Assessment:
        """What the last of `exchanges` says of the card's key points, in the light of those before it."""
        reading = self.read(card, exchanges, len(exchanges) - 1)
        if reading is None:
            missing = _belief(NOTHING)
            return Assessment(beliefs={p.id: missing for p in card.key_points}, nearness={})
        withdrawn = self._withdrawn(card, exchanges)
        beliefs = reading.beliefs.copy()
        for point in withdrawn:
            beliefs[point] = after_retraction(beliefs[point])
        known = known_labels(card, exchanges[-1].answer)
        for point, (verdict, _) in known.items():
            if point not in withdrawn:
                beliefs[point] = CERTAIN[verdict]
        claims = [
            self._claim(card, reading, beliefs, point, withdrawn.get(point), known.get(point))
            for point in range(len(card.key_points))
        ]
        near = np.clip(reading.table.window_vectors @ reading.table.point_vectors.T, 0, 1).max(axis=0)
        published = [p.text for p in card.key_points] + [a.text for a in card.answers]
        return Assessment(
            claims=tuple(claim for claim in claims if claim is not None),
            beliefs={p.id: _belief(row) for p, row in zip(card.key_points, beliefs, strict=True)},
            nearness={p.id: round(float(n), 4) for p, n in zip(card.key_points, near, strict=True)},
            recited=is_recited(exchanges[-1].answer, published),
        )

    def review(self, card: Card, exchanges: Sequence[Exchange]) -> Review:
        """What all `exchanges` together show of the card's minefields and motivations."""
        heard = self.heard(card, exchanges)
        if heard is None:
            return Review(
                minefields={part.id: Finding(verdict="clear") for part in card.minefields},
                motivations={part.id: Finding(verdict="not_shown") for part in card.motivations},
            )
        return Review(
            minefields=self._findings(heard, card.minefields, self.model.minefield, MINEFIELD_NAMES, "minefield"),
            motivations=self._findings(heard, card.motivations, self.model.motivation, MOTIVATION_NAMES, "motivation"),
        )

    def read(self, card: Card, exchanges: Sequence[Exchange], first: int = 0) -> Reading | None:
        """The sentences from exchange `first` on, read beside the card; None where there is nothing to read."""
        found = features.units(exchanges, first)
        if not found:
            return None
        points = _points(card)
        heard = prompt_stems(card.question, exchanges)
        table = features.table(found, points, card.question, heard, self._vectors)
        shares = with_rules(self.model.unit_shares(table), found, points, heard)
        beliefs = self.model.pool.shares(pooled(shares))
        # Where the rules left a point nothing at all, no weight may put something back.
        beliefs[shares[:, :, MISSING].min(axis=0) >= 1.0] = NOTHING
        return Reading(found, table, shares, beliefs)

    def lone(self, question: str, answer: str, statements: Sequence[str]) -> list[Belief]:
        """What an answer says of statements that stand alone, without a card around them."""
        exchanges = [Exchange(prompt=question, answer=answer)]
        found = features.units(exchanges)
        if not found or not statements:
            return [_belief(NOTHING) for _ in statements]
        heard = prompt_stems(question, exchanges)
        rows = []
        for statement in statements:
            point = Point("", statement)
            table = features.table(found, [point], question, heard, self._vectors)
            rows.append(features.lone(table, self.model.head.shares(table), found, point, heard))
        return [_belief(row) for row in self.model.lone.shares(np.stack(rows))]

    def heard(self, card: Card, exchanges: Sequence[Exchange]) -> Heard | None:
        """Everything said, as the review looks at it; None where nothing was."""
        reading = self.read(card, exchanges)
        if reading is None:
            return None
        stems = prompt_stems(card.question, exchanges)
        new = float(np.mean([features.novelty(unit.sentence, stems) for unit in reading.units]))
        return Heard(reading.units, reading.table.sentence_vectors, reading.table.window_vectors, reading.beliefs, new)

    def finding_features(self, heard: Heard, parts: Sequence[Minefield] | Sequence[Motivation]) -> Array:
        """Features of minefields or motivations beside everything said, (n, F)."""
        texts = [t for part in parts for t in (part.text, part.label, opposed(part.text))]
        return finding_features(heard, [(part.label, part.text) for part in parts], self._vectors(texts))

    def _withdrawn(self, card: Card, exchanges: Sequence[Exchange]) -> dict[int, str]:
        """Point index to the words of the last answer that take it back."""
        last = len(exchanges) - 1
        if not any(takes_back(unit.sentence.plain) for unit in features.units(exchanges, last)):
            return {}
        reading = self.read(card, exchanges)
        if reading is None:
            return {}
        table = reading.table
        found = retracted(
            reading.units, table.sentence_vectors, table.window_vectors, table.point_vectors, reading.shares
        )
        taken = {point: reading.units[unit] for point, unit in found.items()}
        return {point: unit.sentence.text for point, unit in taken.items() if unit.turn == last}

    def _claim(
        self,
        card: Card,
        reading: Reading,
        beliefs: Array,
        point: int,
        withdrawn: str | None,
        known: tuple[str, str] | None,
    ) -> Claim | None:
        id = card.key_points[point].id
        if withdrawn is not None:
            return Claim(point=id, verdict="retracted", quote=withdrawn, confidence=0.7)
        belief = beliefs[point]
        if known is not None:
            return Claim.model_validate({"point": id, "verdict": known[0], "quote": known[1], "confidence": KNOWN})
        verdict = self.verdict(belief)
        if verdict is None:
            return None
        kind = {"covered": COVERED, "partial": PARTIAL, "contradicted": CONTRADICTED, "unsure": COVERED}[verdict]
        best = reading.units[int(reading.shares[:, point, kind].argmax())]
        return Claim(point=id, verdict=verdict, quote=best.sentence.text, confidence=float(belief[kind]))

    def verdict(self, belief: Array) -> Verdict | None:
        """The verdict on a point from its belief (C,); None is "missing"."""
        limits = self.model.thresholds
        if belief[CONTRADICTED] >= limits["contradicted"] and belief[CONTRADICTED] >= belief[COVERED]:
            return "contradicted"
        if belief[COVERED] >= limits["covered"]:
            return "covered"
        if belief[PARTIAL] >= limits["partial"] and belief[COVERED] < limits["unsure"]:
            return "partial"
        if belief[COVERED] >= limits["unsure"]:
            return "unsure"
        return None

    def _findings(
        self,
        heard: Heard,
        parts: Sequence[Minefield] | Sequence[Motivation],
        linear: Linear,
        names: Sequence[str],
        limit: str,
    ) -> dict[str, Finding]:
        if not parts:
            return {}
        shares = linear.shares(self.finding_features(heard, parts))
        texts = self._vectors([part.text for part in parts])
        nearest = (heard.sentences @ texts.T).argmax(axis=0)
        found = {}
        for i, id in enumerate([part.id for part in parts]):
            verdict = finding_verdict(shares[i], names, self.model.thresholds[limit])
            # What is absent has no words to quote.
            quote = "" if verdict in ("clear", "not_shown") else heard.units[int(nearest[i])].sentence.text
            found[id] = Finding.model_validate({"verdict": verdict, "quote": quote})
        return found


def finding_verdict(shares: Array, names: Sequence[str], least: float) -> str:
    """The name with the greatest share, or "unsure" where that share is below `least`."""
    best = int(shares.argmax())
    return names[best] if shares[best] >= least else "unsure"


def known_labels(card: Card, answer: str) -> dict[int, tuple[str, str]]:
    """Point index to verdict and words, for published words that the card's author has labelled already.

    Reciting a key point covers it; reciting a labelled quote of a worked answer earns that label.
    """
    published: list[dict[str, tuple[str, str]]] = [{p.id: ("covered", p.text.rstrip(".")) for p in card.key_points}]
    for worked in card.answers:
        published.append({id: (label.verdict, label.quote) for id, label in worked.key_points.items()})
    found: dict[int, tuple[str, str]] = {}
    for labels in published:
        for i, point in enumerate(card.key_points):
            verdict, quote = labels.get(point.id, ("missing", ""))
            long_enough = len(quote.split()) >= RUN and verdict in CERTAIN
            words = find_quote(quote, answer) if long_enough and i not in found else None
            if words is not None:
                found[i] = verdict, words
    return found


def _points(card: Card) -> list[Point]:
    return [Point(p.label, p.text) for p in card.key_points]


def _belief(row: Array) -> Belief:
    whole = float(row.sum())
    return Belief.model_validate({name: round(float(v) / whole, 6) for name, v in zip(CLASSES, row, strict=True)})
