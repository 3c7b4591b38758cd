"""What the embedded judge looks at: numbers about every sentence of an answer beside every key point of a card.

Pure functions of texts and their vectors; nothing is learnt here. Shapes: U sentences ("units"), P key points,
D = width of a sentence vector.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.claim import Exchange
from bot.judges.cues import addresses_marker, cues, opposites, takes_back
from knowledge import language
from knowledge.language import Sentence

Array = NDArray[np.float32]
Vectors = Callable[[list[str]], Array]
"""Texts to unit-length rows, shape (n, D)."""

SHORT_REPLY = 9
"""Words below which a reply cannot be understood without the question it answers."""
ECHO_NOVELTY = 0.34
"""A sentence with a smaller share of its own content words merely repeats the interviewer."""
SHARPNESS = 20.0
"""Inverse temperature of the softmax over key points (cosines lie close together)."""

PAIR_FEATURES = (
    "cosine", "window_cosine", "label_cosine", "above_mean", "margin", "window_margin", "above_other_sentences",
    "share", "window_share", "recall", "novel_recall", "window_recall", "precision", "label_recall", "number_shared",
    "number_mismatch", "opposites", "negation_mismatch", "negated_gain", "point_in_prompts",
)  # fmt: skip
UNIT_FEATURES = (
    "labels_listed", "novelty", "grammar_share", "negations", "dismissals", "window_dismissals", "absolutes",
    "hedges", "dont_knows", "buzzwords", "first_person", "takes_back", "question_cosine", "asks", "log_words", "commas",
)  # fmt: skip
ANSWER_FEATURES = ("mean_dismissals", "mean_buzzwords", "mean_dont_knows", "mean_novelty", "mean_labels_listed")


@dataclass(frozen=True)
class Point:
    """A statement to look for; `label` may be empty."""

    label: str
    text: str

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of the text's content words."""
        return language.stems(self.text)

    @cached_property
    def label_stems(self) -> frozenset[str]:
        """Stems of the label's content words."""
        return language.stems(self.label)


@dataclass(frozen=True)
class Unit:
    """A sentence of the candidate and the words it has to be read with (the one before, or the question)."""

    turn: int
    sentence: Sentence
    window: str


def units(exchanges: Sequence[Exchange], first: int = 0) -> list[Unit]:
    """The sentences of the answers from exchange `first` on, but for empty, repeated and marker-directed ones."""
    found: list[Unit] = []
    seen: set[tuple[str, ...]] = set()
    for turn, exchange in enumerate(exchanges[first:], first):
        before = ""
        for sentence in language.sentences(exchange.answer):
            if addresses_marker(sentence.text) or not sentence.stems or sentence.words in seen:
                continue
            seen.add(sentence.words)
            if not before and len(sentence.words) < SHORT_REPLY:
                asked = language.sentences(exchange.prompt)
                before = asked[-1].plain if asked else ""
            found.append(Unit(turn, sentence, f"{before} {sentence.plain}".strip()))
            before = sentence.plain
    return found


def prompt_stems(question: str, exchanges: Sequence[Exchange]) -> frozenset[str]:
    """Stems of everything the interviewer has said: what the candidate cannot earn by repeating."""
    return frozenset().union(language.stems(question), *(language.stems(e.prompt) for e in exchanges))


def novelty(sentence: Sentence, heard: frozenset[str]) -> float:
    """Share of the sentence's content stems that the interviewer has not used, 0..1."""
    return len(sentence.stems - heard) / len(sentence.stems) if sentence.stems else 0.0


def opposed(text: str) -> str:
    """A sentence that denies `text`, for telling agreement from denial by two cosines."""
    return f"No, it is wrong and unnecessary that {text[:1].lower()}{text[1:]}"


@dataclass(frozen=True)
class Table:
    """All features of U units against P points, with the vectors they came from."""

    pair: Array
    """(U, P, len(PAIR_FEATURES))"""
    unit: Array
    """(U, len(UNIT_FEATURES))"""
    answer: Array
    """(len(ANSWER_FEATURES),)"""
    sentence_vectors: Array
    window_vectors: Array
    point_vectors: Array

    @property
    def flat(self) -> Array:
        """(U, P, F): pair, unit and answer features side by side."""
        u, p, _ = self.pair.shape
        return np.concatenate(
            [
                self.pair,
                np.broadcast_to(self.unit[:, None, :], (u, p, self.unit.shape[1])),
                np.broadcast_to(self.answer[None, None, :], (u, p, len(self.answer))),
            ],
            axis=2,
        )


def texts(found: Sequence[Unit], points: Sequence[Point], question: str) -> tuple[list[str], list[str]]:
    """What has to be encoded: of the answer, and of the card (which stays the same from turn to turn)."""
    said = [t for u in found for t in (u.sentence.plain, u.window)]
    card = [t for p in points for t in (p.text, p.label or p.text, opposed(p.text))]
    return said, [question or "question", *card]


def table(
    found: Sequence[Unit], points: Sequence[Point], question: str, heard: frozenset[str], vectors: Vectors
) -> Table:
    """All features; one call of `vectors` for everything."""
    said, fixed = texts(found, points, question)
    rows = vectors(fixed + said)
    asked, card, spoken = rows[0], rows[1 : len(fixed)], rows[len(fixed) :]
    point_v, label_v, denied_v = card[0::3], card[1::3], card[2::3]
    sentence_v, window_v = spoken[0::2], spoken[1::2]
    unit = _unit_table(found, points, heard, sentence_v @ asked)
    near, wide = sentence_v @ point_v.T, window_v @ point_v.T
    above = _margin(near.T).T if len(found) > 1 else np.zeros_like(near)
    numeric = [
        near, wide, sentence_v @ label_v.T, _above_mean(near), _margin(near), _margin(wide), above,
        _shares(near), _shares(wide),
    ]  # fmt: skip
    words = _word_table(found, points, heard)
    pair = np.stack([*numeric, *words, sentence_v @ denied_v.T - near, _in_prompts(found, points, heard)], axis=2)
    column = {name: i for i, name in enumerate(UNIT_FEATURES)}
    answer = unit[:, [column[n.removeprefix("mean_")] for n in ANSWER_FEATURES]].mean(axis=0)
    return Table(pair.astype(np.float32), unit, answer, sentence_v, window_v, point_v)


def _above_mean(cosines: Array) -> Array:
    """Each cosine above the mean over the points; 0 where there is one point only."""
    above: Array = cosines - cosines.mean(axis=1, keepdims=True)
    return above


def _margin(cosines: Array) -> Array:
    """Each cosine above the best of the others in its row; 0 where there are no others."""
    if cosines.shape[1] < 2:
        return np.zeros_like(cosines)
    ordered = np.sort(cosines, axis=1)
    best, second = ordered[:, -1:], ordered[:, -2:-1]
    margins: Array = np.where(cosines == best, cosines - second, cosines - best)
    return margins


def _shares(cosines: Array) -> Array:
    """Softmax over the points; 1 / P everywhere where nothing stands out."""
    scaled = np.exp(SHARPNESS * (cosines - cosines.max(axis=1, keepdims=True)))
    shares: Array = scaled / scaled.sum(axis=1, keepdims=True)
    return shares


def _weights(points: Sequence[Point]) -> dict[str, float]:
    """Weight of a stem: the rarer among the card's points, the heavier (smoothed idf)."""
    count: dict[str, int] = {}
    for point in points:
        for s in point.stems:
            count[s] = count.get(s, 0) + 1
    return {s: float(np.log((1 + len(points)) / n) + 0.3) for s, n in count.items()}


def _recall(said: frozenset[str], wanted: frozenset[str], weights: dict[str, float]) -> float:
    total = sum(weights.get(s, 1.0) for s in wanted)
    return sum(weights.get(s, 1.0) for s in wanted & said) / total if total else 0.0


def _word_table(found: Sequence[Unit], points: Sequence[Point], heard: frozenset[str]) -> list[Array]:
    """The word-based pair features, each (U, P), in the order of PAIR_FEATURES."""
    weights = _weights(points)
    out = np.zeros((9, len(found), len(points)), np.float32)
    for j, point in enumerate(points):
        wanted, quantities = point.stems, language.numbers(point.text)
        denies = cues(point.text).negations > 0
        for i, unit in enumerate(found):
            said, text = unit.sentence.stems, unit.sentence.plain
            told = language.numbers(text) if quantities else frozenset()
            out[:, i, j] = (
                _recall(said, wanted, weights),
                _recall(said - heard, wanted, weights),
                _recall(language.stems(unit.window), wanted, weights),
                len(said & wanted) / len(said),
                _recall(said, point.label_stems, {}),
                bool(told & quantities),
                bool(told and quantities and not told & quantities),
                opposites(text, point.text),
                (cues(text).negations > 0) != denies,
            )
    return list(out)


def _in_prompts(found: Sequence[Unit], points: Sequence[Point], heard: frozenset[str]) -> Array:
    """How much of each point the interviewer has said already, (U, P)."""
    weights = _weights(points)
    row = np.array([[_recall(heard, p.stems, weights) for p in points]], np.float32)
    return np.repeat(row, len(found), axis=0)


def labels_listed(sentence: Sentence, points: Sequence[Point]) -> int:
    """How many key points' labels the sentence names: one is talk, three is a list."""
    return sum(1 for p in points if p.label_stems and _recall(sentence.stems, p.label_stems, {}) > 0.6)


def _unit_table(found: Sequence[Unit], points: Sequence[Point], heard: frozenset[str], asked: Array) -> Array:
    rows = []
    for unit, cosine in zip(found, asked, strict=True):
        text, count = unit.sentence.plain, len(unit.sentence.words)
        said = cues(text)
        rows.append(
            (
                labels_listed(unit.sentence, points),
                novelty(unit.sentence, heard),
                said.grammar_share,
                said.negations,
                said.dismissals,
                cues(unit.window).dismissals,
                said.absolutes,
                said.hedges,
                said.dont_knows,
                said.buzzwords,
                min(said.first_person, 3),
                takes_back(text),
                float(cosine),
                text.rstrip().endswith("?"),
                float(np.log1p(count)),
                text.count(",") / count,
            )
        )
    return np.array(rows, np.float32).reshape(len(found), len(UNIT_FEATURES))


LONE_MAXIMA = (
    "cosine", "window_cosine", "recall", "window_recall", "novel_recall", "precision", "opposites",
    "negation_mismatch", "number_mismatch", "number_shared", "negated_gain",
)  # fmt: skip
LONE_AT_BEST = (
    "cosine", "recall", "novel_recall", "precision", "number_shared", "number_mismatch", "opposites",
    "negation_mismatch", "negated_gain", "point_in_prompts", "novelty", "negations", "dismissals", "hedges",
    "question_cosine", "log_words", "above_other_sentences",
)  # fmt: skip
LONE_FEATURES = (
    *(f"max_{n}" for n in LONE_MAXIMA), *LONE_AT_BEST, "mean_cosine", "log_sentences", "best_two_recall",
    "whole_recall", "whole_novel_recall", "max_head_partial", "max_head_covered", "max_head_contradicted",
)  # fmt: skip
_FLAT = {name: i for i, name in enumerate((*PAIR_FEATURES, *UNIT_FEATURES))}


def lone(shown: Table, head: Array, found: Sequence[Unit], point: Point, heard: frozenset[str]) -> Array:
    """What can be said of a point that stands alone, without a card around it: (len(LONE_FEATURES),).

    `head` is (U, 1, C): what the learnt head makes of each sentence.
    """
    flat = shown.flat[:, 0]

    def column(name: str) -> Array:
        return flat[:, _FLAT[name]]

    best = int((column("cosine") + column("window_cosine") + column("recall")).argmax())
    said = frozenset().union(*(u.sentence.stems for u in found))
    rest = (
        column("cosine").mean(),
        np.log1p(len(found)),
        np.sort(column("recall"))[-2:].sum(),
        _recall(said, point.stems, {}),
        _recall(said - heard, point.stems, {}),
        *np.log(head[:, 0, 1:].max(axis=0) + 1e-4),
    )
    maxima = [column(n).max() for n in LONE_MAXIMA]
    return np.array([*maxima, *(flat[best, _FLAT[n]] for n in LONE_AT_BEST), *rest], np.float32)
