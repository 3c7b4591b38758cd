"""The one thing that the depth preview asks of a voice: how following up on a point would be said."""

from __future__ import annotations

from typing import Protocol

from bot.interview import Interview
from bot.move import Rung
from knowledge.card import KeyPoint


class Ladder(Protocol):
    """Words the three rungs of a follow-up."""

    def ladder(self, point: KeyPoint, interview: Interview) -> dict[Rung, str]:
        """Rung to words, for `point` as if nothing had been said yet."""
        ...
