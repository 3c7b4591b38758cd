"""Ids for cards that came without one: readable, and the same for the same question every time."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from knowledge.text import one_line

_LONGEST = 72
_PLAIN = re.compile(r"[\w\s.,;:?!'\"()/&\u2018\u2019\u201c\u201d\u2013\u2014-]*", re.ASCII)


def slug(text: str) -> str:
    """`text` in small letters, digits and hyphens, at most 72 long, cut between words; may be empty."""
    plain = (
        unicodedata.normalize("NFKD", text.replace("'", "").replace("\u2019", "")).encode("ascii", "ignore").decode()
    )
    cut = "-".join(re.findall("[a-z0-9]+", plain.lower()))[: _LONGEST + 1]
    return cut if len(cut) <= _LONGEST else (cut.rpartition("-")[0] or cut[:_LONGEST])


def card_id(question: str, role: str = "", function: str = "") -> str:
    """The id of a card without one: the question's slug, and a short hash where the slug alone does not tell it apart.

    That is so for a long question, for characters a slug cannot hold (so that "C?" and "C++?" differ), and for a
    question asked for a role: the same question for two roles is two cards.
    """
    question, role, function = one_line(question), one_line(role), one_line(function)
    name = slug(question)
    if name and not role and not function and _PLAIN.fullmatch(question) and len(question) <= _LONGEST:
        return name
    told = "\n".join((question, role, function)).casefold()
    return f"{name or 'card'}-{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()[:6]}"
