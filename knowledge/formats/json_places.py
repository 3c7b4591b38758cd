"""Where in a JSON text a value stands. Only for complaints: the text is read by the standard library.

Each step goes over the values beside the path with the standard library's own scanner, so that a complaint about the
last of many cards comes as fast as one about the first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from knowledge.formats.complaint import Path

_SPACE = re.compile(r"[ \t\n\r]*")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?[A-Za-z]+')
_DEEPEST = 20
"""Deeper than any card; each step costs a reading of what is below it."""

Skip = Callable[[str, int], tuple[Any, int]]
"""`json.JSONDecoder.raw_decode`: from a value's start to the value and its end."""


def line_of(text: str, path: Path) -> int:
    """The line of the value at `path` in a valid text, or of the closest thing around it."""
    skip = json.JSONDecoder().raw_decode
    at = start = _after_space(text, 0)
    for step in path:
        found = next((places for key, places in _members(text, start, skip) if key == step), None)
        if found is None:
            break
        at, start = found
    return _line(text, at)


def line_of_word(text: str, word: str) -> int:
    """The line of the first `word` that stands outside of quotes."""
    return _line(text, next((token.start() for token in _TOKEN.finditer(text) if token.group() == word), 0))


def repeated_key(text: str, skip: Skip, error: type[Exception]) -> tuple[Path, int] | None:
    """The first key that its object has twice, with its line; None if it lies too deep.

    `skip` raises `error` for a value in which some object has a key twice.
    """
    path: Path = ()
    start = _after_space(text, 0)
    while len(path) < _DEEPEST:
        seen: set[str | int] = set()
        key: str | int = ""
        try:
            for key, (at, value) in _members(text, start, skip):
                if key in seen:
                    return (*path, key), _line(text, at)
                seen.add(key)
                within = value
        except error:  # it is in the value that could not be skipped
            path, start = (*path, key), within
        else:
            return None
    return None


def _members(text: str, at: int, skip: Skip) -> Iterator[tuple[str | int, tuple[int, int]]]:
    """The members of the object or list at `at`: key or number, where the member starts, where its value does."""
    opened = text[at]
    if opened not in "{[":
        return
    at = _after_space(text, at + 1)
    number = 0
    while at < len(text) and text[at] not in "}]":
        start = at
        key: str | int = number
        if opened == "{":
            key, at = skip(text, at)
            at = _after_space(text, _after_space(text, at) + 1)
        yield key, (start, at)
        _, at = skip(text, at)
        at = _after_space(text, at)
        if text[at : at + 1] == ",":
            at = _after_space(text, at + 1)
        number += 1


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
