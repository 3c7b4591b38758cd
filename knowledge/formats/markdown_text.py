"""Text that a Markdown renderer shows as it is: no emphasis, link, picture, table or markup comes alive in it."""

from __future__ import annotations

import re

# Bare web and mail addresses become links without any brackets, hence the colon, the dot after www and the @.
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$#@]|&(?=#?\w+;)|:(?=//)|(?<=www)\.)", re.IGNORECASE)
_AT_START = re.compile(r"\A(\d{0,9})([-+=.)])")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def escaped(line: str) -> str:
    """One line of text as Markdown that shows just that line."""
    return _AT_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", line))


def unescaped(line: str) -> str:
    """The text that one line of Markdown shows."""
    return _ESCAPED.sub(r"\1", line)
