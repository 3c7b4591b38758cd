"""The outside as the core sees it: small protocols, implemented by the adapters and wired up in `bot.bootstrap`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.claim import Assessment, Exchange, Review
from bot.interview import Interview, Plan
from bot.move import Move
from bot.turn import Turn
from bot.usage import Usage
from knowledge.card import Card, Frozen

Words = Callable[[str], None]
"""Shows an utterance while it grows: called with all of it so far, each time there is more. What a later call does not
repeat is taken back."""


class Judge(Protocol):
    """Reads answers. It never raises for what a candidate typed; what it cannot judge it returns as `failed`."""

    @property
    def name(self) -> str:
        """What is stored with every judgement: the judge's kind and version."""
        ...

    def prepare(self, card: Card) -> None:
        """Do what can be done about `card` before its first answer is there; the question has just been asked."""
        ...

    def assess(self, card: Card, exchanges: Sequence[Exchange]) -> Assessment:
        """What the last of `exchanges` says of the card's key points, in the light of those before it."""
        ...

    def review(self, card: Card, exchanges: Sequence[Exchange]) -> Review:
        """What all `exchanges` together show of the card's minefields and motivations."""
        ...


class Utterance(Frozen):
    """What a voice said, whole. `replaced` is why a model's words were not said; empty where they were."""

    text: str
    by: str
    replaced: str = ""
    usage: Usage | None = None


class Voice(Protocol):
    """Words moves. It never decides one, and it never raises for what a model or a candidate wrote."""

    @property
    def name(self) -> str:
        """What is stored with everything said: the voice's kind and the version of its prompts."""
        ...

    def say(self, move: Move, interview: Interview, words: Words) -> Utterance:
        """The interviewer's words for `move`; `words` is told of them as they become ready."""
        ...


@dataclass(frozen=True)
class Interviewer:
    """Who plays the interviewer: a judge and a voice."""

    judge: Judge
    voice: Voice


class Records(Protocol):
    """The append-only record of interviews."""

    def create(self, plan: Plan) -> Interview:
        """A new interview with an unguessable id and no turns, stored."""
        ...

    def append(self, interview: Interview, turn: Turn) -> Interview:
        """`interview` with `turn` stored behind its last one. Raises StaleInterview where its place is taken."""
        ...

    def load(self, interview_id: str) -> Interview:
        """The interview as last stored. Raises NotFound."""
        ...
