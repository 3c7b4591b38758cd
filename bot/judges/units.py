"""An answer as the embedded judge looks at it: its sentences, and which of their words are the candidate's own.

Pure functions of texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.claim import Exchange
from bot.judges.cues import addresses_marker
from knowledge import language
from knowledge.language import Sentence

NAMED = 0.6
"""Share of a label's words from which a sentence names it."""


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
    """A sentence of the candidate and the number of its turn."""

    turn: int
    sentence: Sentence


def units(exchanges: Sequence[Exchange], first: int = 0) -> list[Unit]:
    """The sentences of the answers from exchange `first` on, but for empty, repeated and marker-directed ones."""
    found: list[Unit] = []
    seen: set[tuple[str, ...]] = set()
    for turn, exchange in enumerate(exchanges[first:], first):
        for sentence in language.sentences(exchange.answer):
            if addresses_marker(sentence.text) or not sentence.words or sentence.words in seen:
                continue
            seen.add(sentence.words)
            found.append(Unit(turn, sentence))
    return found


def prompt_stems(question: str, exchanges: Sequence[Exchange]) -> frozenset[str]:
    """Stems of everything the interviewer has said: what the candidate cannot earn by repeating."""
    return frozenset().union(language.stems(question), *(language.stems(e.prompt) for e in exchanges))


def novelty(sentence: Sentence, heard: frozenset[str]) -> float:
    """Share of the sentence's content stems that the interviewer has not used, 0..1."""
    return len(sentence.stems - heard) / len(sentence.stems) if sentence.stems else 0.0


def labels_listed(sentence: Sentence, points: Sequence[Point]) -> int:
    """How many key points' labels the sentence names: one is talk, three is a list."""
    named = (len(p.label_stems & sentence.stems) / len(p.label_stems) for p in points if p.label_stems)
    return sum(share > NAMED for share in named)
