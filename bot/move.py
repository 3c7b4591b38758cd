"""What the interviewer does next: a closed union. The policy decides on a move; a voice only words it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from knowledge.card import Frozen

Rung = Literal["open", "neutral", "pointed"]


class Ask(Frozen):
    """Put the question of card number `question` (from 0)."""

    kind: Literal["ask"] = "ask"
    question: int


class Probe(Frozen):
    """Follow up. `point` is the key point it is after, also where an open prompt does not let on that it is."""

    kind: Literal["probe"] = "probe"
    point: str
    rung: Rung


class Challenge(Frozen):
    """Ask about something said that goes against a key point, quoting the candidate."""

    kind: Literal["challenge"] = "challenge"
    point: str
    quote: str


class Clarify(Frozen):
    """Say the last prompt again, explain it, hint at the point it is after, assert that point, steer back to it, or ask
    whether the candidate wants to stop or to leave the question."""

    kind: Literal["clarify"] = "clarify"
    manner: Literal["repeat", "explain", "hint", "assert", "no_hint", "steer", "confirm_end", "confirm_skip"]
    point: str | None = None


class Encourage(Frozen):
    """Give a candidate who is stuck another try at the same question."""

    kind: Literal["encourage"] = "encourage"


class Advance(Frozen):
    """Leave this question for the next."""

    kind: Literal["advance"] = "advance"
    reason: Literal["enough", "budget", "done", "dont_know", "skip"]


class Close(Frozen):
    """End the interview."""

    kind: Literal["close"] = "close"
    reason: Literal["enough", "budget", "done", "dont_know", "skip", "end", "limit"]


Move = Annotated[Ask | Probe | Challenge | Clarify | Encourage | Advance | Close, Field(discriminator="kind")]


def point_of(move: Move) -> str | None:
    """The id of the key point that `move` is after, or None."""
    return move.point if isinstance(move, Probe | Challenge | Clarify) else None
