"""What a language model uses, in words: what a turn costs, what was used of how much, and where the words go."""

from __future__ import annotations

from collections.abc import Sequence

from bot.interview import Interview
from bot.usage import NEAR, Caps, Usage


def dollars(usage: Usage) -> str:
    """The cost of `usage`."""
    return "price unknown" if usage.cost is None else f"${usage.cost:.4f}"


def turn_words(usage: Usage) -> str:
    """What a turn that uses `usage` costs."""
    return (
        f"{usage.calls} calls, about {usage.input_tokens:,} tokens in and {usage.output_tokens:,} out, "
        f"{dollars(usage)} where nothing is cached"
    )


def estimate_words(usage: Usage) -> str:
    """What something that is about to use `usage` will cost, in a sentence."""
    return (
        f"About {usage.calls} calls, {usage.input_tokens:,} tokens in and {usage.output_tokens:,} out, "
        f"{dollars(usage)}; less where the provider keeps the beginnings of prompts."
    )


def today_words(usage: Usage, caps: Caps) -> str:
    """What was used today, and of how much."""
    return (
        f"{usage.calls} of {caps.day_calls or 'any number of'} calls, "
        f"{usage.tokens:,} of {f'{caps.day_tokens:,}' if caps.day_tokens else 'any number of'} tokens, {dollars(usage)}"
    )


def cap_words(share: float) -> str:
    """A word on a cap of which `share` is used; empty while that is far from all of it."""
    if share >= 1:
        return "A cap on the language model's use is reached: the embedded interviewer goes on from here."
    if share >= NEAR:
        return f"{share:.0%} of a cap on the language model's use is used; the embedded interviewer goes on then."
    return ""


def where_it_goes(interview: Interview, models: Sequence[str]) -> str:
    """Where the candidate's words go in an interview that `models` may play in; none where none is set up."""
    if interview.interviewer == "model" and models:
        return f"What you type is sent to {' and '.join(models)}."
    was_sent = interview.plan.interviewer == "model" and interview.interviewer == "embedded"
    return "From here on, everything stays on this machine." if was_sent else "Everything stays on this machine."
