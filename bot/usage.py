"""What calls to a language model used: counted call by call, added up, and held against caps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from knowledge.card import Frozen

Count = Annotated[int, Field(ge=0)]

NEAR = 0.8
"""Share of a cap from which a user is told that it is near."""


class Usage(Frozen):
    """One or more calls to a model. Tokens are the provider's count, or an estimate where it gives none."""

    calls: Count = 0
    """Requests sent, repeated ones too."""
    input_tokens: Count = 0
    cached_tokens: Count = 0
    """Those of `input_tokens` that the provider had kept from an earlier call."""
    output_tokens: Count = 0
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False, strict=False)] = 0.0
    """From sending to the last word."""
    cost: Annotated[float, Field(ge=0, allow_inf_nan=False, strict=False)] | None = 0.0
    """US dollars; None where no price is known."""
    model: str = ""
    """The model that answered last."""

    @property
    def tokens(self) -> int:
        """All tokens, in and out."""
        return self.input_tokens + self.output_tokens

    @property
    def cached_share(self) -> float:
        """Share of the input that came from the provider's cache, 0..1."""
        return self.cached_tokens / self.input_tokens if self.input_tokens else 0.0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            calls=self.calls + other.calls,
            input_tokens=self.input_tokens + other.input_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            seconds=self.seconds + other.seconds,
            cost=None if self.cost is None or other.cost is None else self.cost + other.cost,
            model=other.model or self.model,
        )


def total(usages: Iterable[Usage]) -> Usage:
    """All of `usages` together."""
    whole = Usage()
    for usage in usages:
        whole += usage
    return whole


class Caps(Frozen):
    """The most that may be used; 0 is no cap."""

    interview_calls: Count = 0
    interview_tokens: Count = 0
    day_calls: Count = 0
    day_tokens: Count = 0

    def used(self, interview: Usage, day: Usage) -> float:
        """Share of the cap that is nearest to being reached; 1 or more is reached."""
        pairs = (
            (interview.calls, self.interview_calls),
            (interview.tokens, self.interview_tokens),
            (day.calls, self.day_calls),
            (day.tokens, self.day_tokens),
        )
        return max((used / cap for used, cap in pairs if cap), default=0.0)
