"""Where in a JSON text each value stands. Only for complaints: the text is read by the standard library."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from knowledge.formats.complaint import Path

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],]|[^\s{}\[\],":]+')

_DEEPEST = 20
"""Deeper than any card; a hostile text could otherwise make every path a long one."""


def walk(text: str) -> Iterator[tuple[Path, int]]:
    """The path and the offset of every value, or of its key where it has one, in the order of the text."""
    path: list[str | int] = []
    inside: list[str] = []  # the brackets that are open, one for each step of the path
    awaits_key = False
    for token in _TOKEN.finditer(text):
        mark = token.group()
        if mark in "}]":
            inside.pop()
            path.pop()
            awaits_key = False
        elif mark == ",":
            awaits_key = inside[-1:] == ["{"]
            if inside[-1:] == ["["]:
                path[-1] = int(path[-1]) + 1
        elif awaits_key:
            path[-1] = str(json.loads(mark, strict=False))
            awaits_key = False
            yield tuple(path), token.start()
        else:
            if not inside or inside[-1] == "[":
                yield tuple(path), token.start()
            if mark in "{[":
                if len(path) == _DEEPEST:
                    return
                inside.append(mark)
                path.append(0 if mark == "[" else "")
                awaits_key = mark == "{"


def line_of(text: str, path: Path) -> int:
    """The line of the value at `path`, or of the closest thing around it."""
    best, at = -1, 0
    for found, offset in walk(text):
        if len(found) > best and path[: len(found)] == found:
            best, at = len(found), offset
        if best == len(path):
            break
    return text.count("\n", 0, at) + 1


def line_of_word(text: str, word: str) -> int:
    """The line of the first `word` that stands outside of quotes."""
    at = next((token.start() for token in _TOKEN.finditer(text) if token.group() == word), 0)
    return text.count("\n", 0, at) + 1


def repeated_key(text: str) -> tuple[Path, int] | None:
    """The first key that its object has twice, with its line."""
    levels: list[set[str | int]] = []
    for path, offset in walk(text):
        del levels[len(path) :]
        levels += [set() for _ in range(len(path) - len(levels))]
        if path and path[-1] in levels[-1]:
            return path, text.count("\n", 0, offset) + 1
        if path:
            levels[-1].add(path[-1])
    return None
