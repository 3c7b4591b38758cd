"""The sample answer never leaks: no long run of a key point's words that the candidate has not said."""

from __future__ import annotations

import re
from collections.abc import Iterable

RUN = 8
"""Words in a row that count as a leak."""
_WORD = re.compile(r"\w+(?:'\w+)?")


def words_of(text: str) -> tuple[str, ...]:
    """The words of `text`, folded for comparison."""
    return tuple(_WORD.findall(text.casefold().replace("’", "'")))


def runs(text: str, length: int = RUN) -> set[tuple[str, ...]]:
    """Every run of `length` words of `text`; a shorter text is one run of its own, if it has a word at all."""
    words = words_of(text)
    if not words:
        return set()
    return {words[i : i + length] for i in range(max(1, len(words) - length + 1))}


def leaks(utterance: str, secrets: Iterable[str]) -> bool:
    """Whether `utterance` holds `RUN` words in a row of one of `secrets` (all of a secret that is shorter)."""
    said = words_of(utterance)
    for secret in secrets:
        for run in runs(secret):
            if any(said[i : i + len(run)] == run for i in range(len(said) - len(run) + 1)):
                return True
    return False
