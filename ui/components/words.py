"""Text of people on a page: shown as typed, never read as Markdown, HTML, mathematics, emoji codes or links."""

from __future__ import annotations

import re
from collections.abc import Callable

from streamlit.delta_generator import DeltaGenerator

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# A word joiner has no width; it keeps the page from making links and emoji of what is only text.
_JOINER = "\u2060"
_LINKS = re.compile(r"(?i)(https?:|www\.|ftp:|mailto:)(?=\S)")
_CODES = re.compile(r":(?=[\w+-]+:)")
_MAIL = re.compile(r"(?<=\S)@(?=\S)")


def plain(text: str) -> str:
    """`text` as Markdown that shows just that text, its line breaks kept."""
    held = _MAIL.sub(f"{_JOINER}@", _CODES.sub(f":{_JOINER}", _LINKS.sub(rf"\1{_JOINER}", text)))
    return _PUNCTUATION.sub(r"\\\1", held).replace("\n", "  \n")


def quoted(text: str) -> str:
    """`text` between typographic quotation marks."""
    return f"“{plain(text)}”"


def saying_at(place: DeltaGenerator) -> Callable[[str], None]:
    """Says something small at `place`, each time in the place of the last."""

    def say(text: str) -> None:
        place.caption(plain(text))

    return say
