"""Finding a quote in an answer: the check that every verdict has to pass."""

from __future__ import annotations

import re

# The brackets are what a model is shown in place of those of tags.
_FOLD = str.maketrans(dict.fromkeys("‘’‚‛", "'") | dict.fromkeys("“”„‟«»", '"') | {"‹": "<", "›": ">"})
_WORD = re.compile(r"\w")


def find_quote(quote: str, answer: str) -> str | None:
    """The words of `answer` that `quote` repeats, exactly as they stand there; None where it repeats none.

    Tolerant of case, white space and typographic quotation marks, and of nothing else.
    """
    wanted = quote.translate(_FOLD).strip().strip('"').strip()
    if not _WORD.search(wanted):
        return None
    pattern = r"\s+".join(re.escape(word) for word in wanted.split())
    match = re.search(pattern, answer.translate(_FOLD), re.IGNORECASE)
    return answer[match.start() : match.end()] if match else None
