"""Typing practice: how long an answer took and how long it is. No keystroke is kept, only these three numbers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from knowledge.card import Frozen

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=False)]


class Pace(Frozen):
    """One answer's timing: seconds to the first word and in all, and its length in words."""

    first_word: Seconds | None = None
    """Seconds from the prompt being shown to the first key; None where it could not be seen."""
    seconds: Seconds | None = None
    """Seconds from the prompt being shown to the answer being sent; None where it could not be seen."""
    words: int

    @property
    def words_a_minute(self) -> float | None:
        """Words over the minutes spent typing (from the first key where it is known); None where untimed.

        A word is what stands between white space, not the five characters of a typing test.
        """
        if self.seconds is None:
            return None
        typing = self.seconds - (self.first_word or 0.0)
        return 60 * self.words / typing if typing > 0 else None


def total(paces: list[Pace]) -> Pace | None:
    """One pace for several answers: times and words added up; None for no answers.

    A time that was not seen for one of them is not known for the whole either.
    """
    if not paces:
        return None
    firsts = [p.first_word for p in paces if p.first_word is not None]
    times = [p.seconds for p in paces if p.seconds is not None]
    return Pace(
        # The typing time of each answer starts at its own first word, so the sum's "first word" is the sum of theirs.
        first_word=sum(firsts) if len(firsts) == len(paces) else None,
        seconds=sum(times) if len(times) == len(paces) else None,
        words=sum(p.words for p in paces),
    )
