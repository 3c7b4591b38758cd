"""The embedded judge: reads answers on the user's own machine, with a small trained model and a few rules.

The rules come first: what repeats the interviewer, lists labels or speaks to the marker is not read at all, and a key
point with a word turned round is never credited (`gaming`). Then the model (`cross_encoder`), then thresholds. Where a
belief is neither here nor there the verdict is "unsure". Deterministic: the same answer is judged the same way every
time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from bot.claim import Assessment, Belief, Claim, Exchange, Finding, Review
from bot.judges.cross_encoder import (
    CLASSES,
    CONTRADICTED,
    COVERED,
    MINEFIELD_CLASSES,
    MISSING,
    MOTIVATION_CLASSES,
    PARTIAL,
    Array,
    CrossEncoder,
    Head,
    Turn,
    shipped,
    softmax,
    verdict,
)
from bot.judges.cues import negations, takes_back
from bot.judges.gaming import RUN, is_recited, turned, with_substance
from bot.judges.retraction import after_retraction, withdrawn
from bot.judges.units import Point, Unit, prompt_stems, units
from knowledge import language
from knowledge.card import Card
from knowledge.encoder import Encoder
from knowledge.quote import find_quote

MOST_VECTORS = 2_000
"""Vectors kept for texts that come again (384 floats each)."""
NEAR, COMMON = 20.0, 1.0
"""Weight of a sentence's nearness to a statement beside the model's pointer, and the share of its nearness to all
statements that is taken off: set on the bank's dev cards, where the sentence a labeller quoted is found in 67 % of 579
cases (pointer alone 52 %, nearness alone 57 %)."""
KNOWN = 0.95
"""Confidence in a label that the card's author gave to these very words."""
MOST_AROUND = 3
"""Words around a recited text that leave its meaning as it is."""
_REST = (1 - KNOWN) / (len(CLASSES) - 1)
CERTAIN = {
    name: np.where(np.arange(len(CLASSES)) == i, KNOWN, _REST).astype(np.float32)
    for i, name in enumerate(CLASSES)
    if i != MISSING
}
FINDINGS: dict[Head, tuple[str, ...]] = {"minefield": MINEFIELD_CLASSES, "motivation": MOTIVATION_CLASSES}
"""The verdicts on the other parts of a card; the first of each is that there is nothing."""
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
    """Sentences of a candidate read beside a card's key points."""

    units: Sequence[Unit]
    beliefs: Array
    """(P, C), the rules applied."""
    evidence: Array
    """(P, U): how far each sentence decided it."""


class EmbeddedJudge:
    """Satisfies `bot.ports.Judge`. Raises DamagedModel where its file is not the one that was shipped.

    Args:
        encoder: helps to find the sentence that decided.
        reader: the trained model; the shipped one where not given.
    """

    def __init__(self, encoder: Encoder, reader: CrossEncoder | None = None) -> None:
        self._reader = reader or shipped()
        self._vectors = Vectors(encoder)
        self.name = f"embedded {self._reader.name}"

    def warm_up(self) -> None:
        """Run the model once, so that the first answer does not wait for it."""
        self._reader.read("Are you there?", [Turn("", ["Ready when you are."])], [("Is ready.", "lone")])

    def prepare(self, card: Card) -> None:
        """Encode the card's statements, so that finding the deciding sentence has only the answer left to encode."""
        statements = [_statement(part.label, part.text) for part in card.key_points]
        statements += [_statement(part.label, part.text) for part in card.minefields]
        statements += [_statement(part.label, part.text) for part in card.motivations]
        if statements:
            self._vectors(statements)

    def assess(self, card: Card, exchanges: Sequence[Exchange]) -> Assessment:
        """What the last of `exchanges` says of the card's key points, in the light of those before it."""
        reading = self.read(card, exchanges)
        if reading is None:
            missing = _belief(NOTHING)
            return Assessment(beliefs={p.id: missing for p in card.key_points}, nearness={})
        known = known_labels(card, exchanges[-1].answer, reading.units)
        taken_back = {p: words for p, words in self._withdrawn(card, exchanges).items() if p not in known}
        beliefs = reading.beliefs.copy()
        for point in taken_back:
            beliefs[point] = after_retraction(beliefs[point])
        for point, (label, _) in known.items():
            beliefs[point] = CERTAIN[label]
        claims = [
            self._claim(card, reading, beliefs, point, taken_back.get(point), known.get(point))
            for point in range(len(card.key_points))
        ]
        published = [p.text for p in card.key_points] + [a.text for a in card.answers]
        return Assessment(
            claims=tuple(claim for claim in claims if claim is not None),
            beliefs={p.id: _belief(row) for p, row in zip(card.key_points, beliefs, strict=True)},
            nearness={
                p.id: round(float(1 - row[MISSING]), 4) for p, row in zip(card.key_points, reading.beliefs, strict=True)
            },
            recited=is_recited(exchanges[-1].answer, published),
        )

    def review(self, card: Card, exchanges: Sequence[Exchange]) -> Review:
        """What all `exchanges` together show of the card's minefields and motivations."""
        parts: list[tuple[str, str, Head]] = [
            *((part.id, _statement(part.label, part.text), "minefield") for part in card.minefields),
            *((part.id, _statement(part.label, part.text), "motivation") for part in card.motivations),
        ]
        found = self._findings(card, exchanges, parts)
        return Review(
            minefields={part.id: found[part.id] for part in card.minefields},
            motivations={part.id: found[part.id] for part in card.motivations},
        )

    def read(self, card: Card, exchanges: Sequence[Exchange]) -> Reading | None:
        """The last answer beside the card's key points; None where there is nothing to read."""
        return self._reading(card, exchanges, _found(card, exchanges, len(exchanges) - 1))

    def _reading(self, card: Card, exchanges: Sequence[Exchange], found: Sequence[Unit]) -> Reading | None:
        points = _points(card)
        if not found or not points:
            return None
        statements = [_statement(p.label, p.text) for p in points]
        read = self._reader.read(card.question, _turns(exchanges, found), [(text, "point") for text in statements])
        beliefs = read.shares.copy()
        for number, point in enumerate(points):
            if any(turned(unit.sentence, point) for unit in found):
                beliefs[number, CONTRADICTED] += beliefs[number, COVERED]
                beliefs[number, COVERED] = 0.0
        return Reading(found, beliefs, self._evidence(read.evidence, found, statements))

    def lone(self, question: str, answer: str, statements: Sequence[str]) -> list[Belief]:
        """What an answer says of statements that stand alone, without a card around them."""
        exchanges = [Exchange(prompt=question, answer=answer)]
        found = units(exchanges)
        if not found or not statements:
            return [_belief(NOTHING) for _ in statements]
        read = self._reader.read(question, _turns(exchanges, found), [(text, "lone") for text in statements])
        return [_belief(row) for row in read.shares]

    def _evidence(self, pointer: Array, found: Sequence[Unit], statements: Sequence[str]) -> Array:
        """How far each sentence decided each statement, (P, U): where the model points, and what is near in meaning."""
        near = self._vectors(list(statements)) @ self._vectors([unit.sentence.plain for unit in found]).T
        logits: Array = np.log(pointer + 1e-9) + NEAR * (near - COMMON * near.mean(axis=0))
        return softmax(logits)

    def _withdrawn(self, card: Card, exchanges: Sequence[Exchange]) -> dict[int, str]:
        """Point index to the words of the last answer that take back what was said of it before."""
        last = len(exchanges) - 1
        if not last or not any(takes_back(unit.sentence.plain) for unit in units(exchanges, last)):
            return {}
        found = _found(card, exchanges, 0)
        after = self._reading(card, exchanges, found)
        before = self._reading(card, exchanges, [unit for unit in found if unit.turn < last])
        new = [n for n, unit in enumerate(found) if unit.turn == last]
        if before is None or after is None or not new:
            return {}
        signs = [n for n in new if takes_back(found[n].sentence.plain)] or new
        return {
            point: found[max(signs, key=lambda n: after.evidence[point, n])].sentence.text
            for point in withdrawn(before.beliefs, after.beliefs)
        }

    def _claim(
        self,
        card: Card,
        reading: Reading,
        beliefs: Array,
        point: int,
        taken_back: str | None,
        known: tuple[str, str] | None,
    ) -> Claim | None:
        id = card.key_points[point].id
        if taken_back is not None:
            return Claim(point=id, verdict="retracted", quote=taken_back, confidence=0.7)
        belief = beliefs[point]
        if known is not None:
            return Claim.model_validate({"point": id, "verdict": known[0], "quote": known[1], "confidence": KNOWN})
        found = verdict(belief, self._reader.thresholds)
        if found is None:
            return None
        kind = {"covered": COVERED, "partial": PARTIAL, "contradicted": CONTRADICTED, "unsure": COVERED}[found]
        decided = reading.units[int(reading.evidence[point].argmax())]
        return Claim(point=id, verdict=found, quote=decided.sentence.text, confidence=float(belief[kind]))

    def _findings(
        self, card: Card, exchanges: Sequence[Exchange], parts: Sequence[tuple[str, str, Head]]
    ) -> dict[str, Finding]:
        """By id; `parts` are id, statement and what it is."""
        found = units(exchanges)
        if not found or not parts:
            return {id: Finding.model_validate({"verdict": FINDINGS[head][0]}) for id, _, head in parts}
        read = self._reader.read(card.question, _turns(exchanges, found), [(text, head) for _, text, head in parts])
        evidence = self._evidence(read.evidence, found, [text for _, text, _ in parts])
        findings = {}
        for (id, _, head), shares, decided in zip(parts, read.shares, evidence.argmax(axis=1), strict=True):
            names = FINDINGS[head]
            verdict = finding_verdict(shares[: len(names)], names, self._reader.least[head])
            # What is absent has no words to quote.
            quote = "" if verdict == names[0] else found[int(decided)].sentence.text
            findings[id] = Finding.model_validate({"verdict": verdict, "quote": quote})
        return findings


def _points(card: Card) -> list[Point]:
    return [Point(p.label, p.text) for p in card.key_points]


def _found(card: Card, exchanges: Sequence[Exchange], first: int) -> list[Unit]:
    """The sentences with substance of the answers from exchange `first` on."""
    return with_substance(units(exchanges, first), _points(card), prompt_stems(card.question, exchanges))


def _turns(exchanges: Sequence[Exchange], found: Sequence[Unit]) -> list[Turn]:
    """The sentences under what was asked before them. The first prompt is the card's question, which comes anyway."""
    turns = sorted({unit.turn for unit in found})
    return [
        Turn(exchanges[n].prompt if n else "", [unit.sentence.plain for unit in found if unit.turn == n]) for n in turns
    ]


def _statement(label: str, text: str) -> str:
    return f"{label}: {text}" if label else text


def finding_verdict(shares: Array, names: Sequence[str], least: float) -> str:
    """The name with the greatest share, or "unsure" where that share is below `least`."""
    best = int(shares.argmax())
    return names[best] if shares[best] >= least else "unsure"


def known_labels(card: Card, answer: str, read: Sequence[Unit]) -> dict[int, tuple[str, str]]:
    """Point index to verdict and words, for published words that the card's author has labelled already.

    Reciting a key point covers it; reciting a labelled quote of a worked answer earns that label. The words count only
    in sentences that were `read`, and only where what stands around them is published with them or says next to
    nothing: "it is not true that" turns a key point round.
    """
    published = [(point.text, {point.id: ("covered", point.text.rstrip("."))}) for point in card.key_points]
    for worked in card.answers:
        labels = {id: (str(label.verdict), label.quote) for id, label in worked.key_points.items()}
        published.append((worked.text, labels))
    numbers = {point.id: number for number, point in enumerate(card.key_points)}
    found: dict[int, tuple[str, str]] = {}
    for text, labels in published:
        for id, (label, quote) in labels.items():
            if id not in numbers or numbers[id] in found or label not in CERTAIN or len(quote.split()) < RUN:
                continue
            words = find_quote(quote, answer)
            if words is not None and _stands_alone(words, answer, text, read):
                found[numbers[id]] = label, words
    return found


def _stands_alone(words: str, answer: str, published: str, read: Sequence[Unit]) -> bool:
    start = answer.index(words)
    end = start + len(words)
    around = [unit.sentence for unit in read if unit.sentence.start < end and start < unit.sentence.end]
    if not around or around[0].start > start or around[-1].end < end - 1:
        return False
    if all(find_quote(sentence.text, published) for sentence in around):
        return True
    rest = f"{answer[around[0].start : start]} {answer[end : around[-1].end]}"
    return len(language.words(rest)) <= MOST_AROUND and not negations(rest)


def _belief(row: Array) -> Belief:
    whole = float(row.sum())
    return Belief.model_validate({name: round(float(v) / whole, 6) for name, v in zip(CLASSES, row, strict=True)})
