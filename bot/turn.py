"""The turns of an interview: what the append-only record holds, and nothing beside it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.act import Act
from bot.claim import Assessment, Review
from bot.move import Move
from bot.pace import Pace
from bot.usage import Usage
from knowledge.card import Frozen

Player = Literal["embedded", "model"]
"""Who plays the interviewer: the embedded one, or a language model."""


class Said(Frozen):
    """The interviewer said `text` to make `move`; `by` is the name of the voice.

    `replaced` says why a model's words were not said and a scripted phrase was; empty where they were.
    """

    kind: Literal["said"] = "said"
    move: Move
    text: str
    by: str = ""
    replaced: str = ""
    usage: Usage | None = None


class Heard(Frozen):
    """The candidate sent `text`, read as `act`."""

    kind: Literal["heard"] = "heard"
    text: str
    act: Act
    pace: Pace | None = None


class Judged(Frozen):
    """A judge read the answer in turn number `answer` (from 0). A later judgement of the same answer replaces it."""

    kind: Literal["judged"] = "judged"
    answer: int
    assessment: Assessment
    by: str = ""


class Reviewed(Frozen):
    """A judge read everything said to question number `question` (from 0)."""

    kind: Literal["reviewed"] = "reviewed"
    question: int
    review: Review
    by: str = ""


class Switched(Frozen):
    """From here on `to` plays the interviewer."""

    kind: Literal["switched"] = "switched"
    to: Player


Turn = Annotated[Said | Heard | Judged | Reviewed | Switched, Field(discriminator="kind")]
