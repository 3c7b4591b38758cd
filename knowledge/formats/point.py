"""One bullet: its mark, and its text as label and text."""

from __future__ import annotations

import re

from knowledge.errors import BadInput
from knowledge.formats.complaint import quoted
from knowledge.text import one_line

_BULLET = re.compile(r"(?:[•·‣▪◦●]\s*|[-*–—+](?:\s+|$)|\d{1,3}[.)](?:\s+|$))")
_BOLD = re.compile(r"(\*\*|__)(.+?)\1")
_SHAPE = "Write it as 'Label: text', with a space after the colon"


def bullet(line: str) -> str | None:
    """What stands after a bullet or number at the start of `line`; None where there is none."""
    mark = _BULLET.match(line)
    return line[mark.end() :].strip() if mark else None


def label_and_text(words: str, place: str) -> dict[str, str]:
    """'Label: text' as `{"label", "text"}`, split at the first colon that a space follows. Raises BadInput."""
    words = one_line(words)
    if bold := _BOLD.match(words):
        words = bold.group(2) + words[bold.end() :]
    label, colon, text = words.partition(": ")
    if not colon and words.endswith(":"):
        label, colon = words[:-1], ":"
    if not colon:
        raise BadInput(f"{quoted(words)} has no label", mend=_SHAPE, place=place)
    if not label.strip():
        raise BadInput(f"the text {quoted(text)} has an empty label", mend=_SHAPE, place=place)
    if not text.strip():
        raise BadInput(f"the label {quoted(label)} has no text", mend="Write the text after the colon", place=place)
    return {"label": label.strip(), "text": text.strip()}
