"""Making text inert: what every string goes through before it is kept."""

from __future__ import annotations

import re
import unicodedata

# Joiners carry meaning in emoji and in several scripts; every other invisible format character only hides text.
_KEPT_FORMAT = {"\u200c", "\u200d"}


def without_hidden(text: str) -> str:
    """`text` without control, invisible format (bidi, tag, zero-width space), surrogate and unassigned characters.

    Line feeds and tabs stay; CR LF and lone CR become LF.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c
        for c in text
        if c in "\n\t" or c in _KEPT_FORMAT or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )


def one_line(text: str) -> str:
    """`text` made inert and folded to a single line with single spaces."""
    # Hidden characters go last too: a separator such as U+0085 must first count as white space.
    return " ".join(without_hidden(" ".join(text.split())).split())


def paragraphs(text: str) -> str:
    """`text` made inert, lines kept, trailing blanks and runs of empty lines removed."""
    lines = [
        " ".join(line.split()) for line in without_hidden(re.sub("[\v\f\x85\u2028\u2029]", "\n", text)).split("\n")
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
