"""Which of a language model's claims rest on words that can be evidence: code's own check, whatever the model was told
or talked into."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.claim import Claim, Exchange
from bot.judges.cues import addresses_marker
from bot.judges.features import Point, prompt_stems
from bot.judges.gaming import is_echo, is_list
from knowledge import language
from knowledge.card import Card
from knowledge.language import Sentence
from knowledge.quote import find_quote

CREDITS = ("covered", "partial")
CLAIMS_A_QUOTE = 3
"""Key points that the same words may be credited for; a sentence that seems to cover more covers none of them well."""


def resting_on_evidence(claims: Sequence[Claim], card: Card, exchanges: Sequence[Exchange]) -> tuple[Claim, ...]:
    """The claims whose quotes can be evidence.

    Credit needs words that say something: not the interviewer's own handed back, not a list of the card's labels, not
    words meant for whoever marks the answer, and not the same words for more than `CLAIMS_A_QUOTE` points.
    """
    answer = exchanges[-1].answer
    sentences = language.sentences(answer)
    heard = prompt_stems(card.question, exchanges)
    points = [Point(point.label, point.text) for point in card.key_points]
    worthless = [
        s for s in sentences if addresses_marker(s.text) or not s.stems or is_echo(s, heard) or is_list(s, points)
    ]
    used: Counter[str] = Counter()
    kept: list[Claim] = []
    for claim in claims:
        quote = find_quote(claim.quote, answer)
        if quote is not None and claim.verdict in CREDITS:
            used[quote.casefold()] += 1
            where = _around(quote, answer, sentences)
            if used[quote.casefold()] > CLAIMS_A_QUOTE or (where and all(s in worthless for s in where)):
                continue
        kept.append(claim)
    return tuple(kept)


def _around(quote: str, answer: str, sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that the quote has a part in, wherever in the answer it stands."""
    found, start = [], answer.find(quote)
    while start >= 0:
        found += [s for s in sentences if s.start < start + len(quote) and start < s.end]
        start = answer.find(quote, start + len(quote))
    return found
