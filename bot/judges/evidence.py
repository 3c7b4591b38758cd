"""Which of a language model's claims rest on words that can be evidence: code's own check, whatever the model was told
or talked into.

The limits are set by the 1,687 points that people found covered or half covered in the interview answers of the
development data: none shares its sentence with more than two others, and none its very words with more than one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from bot.claim import Claim, Exchange
from bot.judges.cues import addresses_marker
from bot.judges.gaming import is_echo, is_list, turned
from bot.judges.units import Point, prompt_stems
from knowledge import language
from knowledge.card import Card
from knowledge.language import Sentence, fold
from knowledge.quote import find_quote

CREDITS = ("covered", "partial")
CLAIMS_A_SENTENCE = 3
CLAIMS_A_QUOTE = 2
"""Key points that the same sentences, or the same words, can be credited for; where they are claimed for more, they are
evidence for none."""

SHORTEST_PLAIN = 3
"""Words; fewer need one among them that carries matter."""

_SECRETS = (
    r"(?:key points?|(?:sample|model|reference|ideal|best|expected|correct|full) (?:answers?|solution)|rubric|debrief|"
    r"(?:system|hidden|initial|developer) (?:prompt|message|instructions?)|(?:your|previous|prior) instructions?|"
    r"environment variables|api[ _]?keys?|everything above|text above|verbatim)"
)
_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.!?]{0,30}"
    r"\b(?:your|previous|prior|above|earlier|all (?:the|of)|any)\b[^.!?]{0,30}"
    r"\b(?:instructions?|prompts?|rules|rubric|guidelines|directives|orders|tasks?|told|said|text)\b"
    r"|\b(?:reveal|show|print|output|repeat|display|list|dump|translate|spell|write|tell|give|summari[sz]e|recite|paste)"
    rf"\b[^.!?]{{0,60}}\b{_SECRETS}\b"
    r"|\b(?:you are now|from now on|you must now|act as if|new (?:task|instructions?)s?:)"
    r"|\byou are an? (?:\w+ )?(?:ai|assistant|bot|language model|grader|judge)\b"
    r"|\b(?:full|maximum|perfect|top|highest|minimum) (?:score|marks?|grade)\b|\bscore (?:of )?(?:ten|\d+)\b"
    r"|\b(?:mark|count|treat|rate|grade) (?:it|this|that|me|every|all)\b[^.!?]{0,30}"
    r"\b(?:as|covered|passed|correct|\d)\b"
    r"|\b(?:note|message) to the (?:grader|judge|evaluator|ai|assistant|model)\b"
    r"|^\W*(?:(?:now|please)\W+)*pretend (?:to be|that|you)\b"
    r"|</?[a-z]\w+|\{\{|\{%",
    re.IGNORECASE,
)


def resting_on_evidence(claims: Sequence[Claim], card: Card, exchanges: Sequence[Exchange]) -> tuple[Claim, ...]:
    """The claims whose quotes can be evidence; a claim that credits nothing stays as it is.

    Credit needs whole words that say something: not the interviewer's own handed back, not a list of the card's labels,
    not the point turned round, not words meant for whoever marks the answer, and not words that are claimed for more
    than they can hold.
    """
    answer = exchanges[-1].answer
    sentences = language.sentences(answer)
    worthless = _worthless(sentences, card, exchanges)
    where = {claim.point: _around(claim.quote, answer, sentences) for claim in claims if claim.verdict in CREDITS}
    by_sentence = Counter(where.values())
    points = {point.id: Point(point.label, point.text) for point in card.key_points}
    by_quote = Counter(_folded(claim.quote) for claim in claims if claim.verdict in CREDITS)

    def rests(claim: Claim) -> bool:
        spot = where[claim.point]
        too_much = by_sentence[spot] > CLAIMS_A_SENTENCE or by_quote[_folded(claim.quote)] > CLAIMS_A_QUOTE
        point = points.get(claim.point)
        denied = {n for n in spot - worthless if point is not None and turned(sentences[n], point)}
        return says_something(claim.quote, answer) and not too_much and not (spot and spot <= worthless | denied)

    return tuple(claim for claim in claims if claim.verdict not in CREDITS or rests(claim))


@lru_cache(maxsize=20_000)
def is_order(text: str) -> bool:
    """Whether a sentence is meant for whoever, or whatever, marks the answer or leads the interview."""
    plain = " ".join(fold(text).split())
    return addresses_marker(plain) or bool(_ORDER.search(plain))


def _worthless(sentences: Sequence[Sentence], card: Card, exchanges: Sequence[Exchange]) -> frozenset[int]:
    """The numbers of the sentences that can be evidence for nothing."""
    heard = prompt_stems(card.question, exchanges)
    points = [Point(point.label, point.text) for point in card.key_points]
    return frozenset(
        number
        for number, sentence in enumerate(sentences)
        if is_order(sentence.text) or is_echo(sentence, heard) or is_list(sentence, points)
    )


def says_something(quote: str, answer: str) -> bool:
    """Whether the quote stands in the answer in whole words, and one of them, or three together, can carry matter.

    A small model that fills in a form by a schema may quote a single letter.
    """
    found = (find_quote(quote, answer) or "").strip()
    whole = re.search(rf"(?<!\w){re.escape(found)}(?!\w)", answer) is not None
    return whole and (bool(language.content_words(found)) or len(found.split()) >= SHORTEST_PLAIN)


def _around(quote: str, answer: str, sentences: Sequence[Sentence]) -> frozenset[int]:
    """The numbers of the sentences that the quote has a part in, wherever in the answer it stands; none where it stands
    nowhere."""
    found = find_quote(quote, answer)
    starts, ends = [s.start for s in sentences], [s.end for s in sentences]
    numbers: set[int] = set()
    start = answer.find(found) if found else -1
    while found and start >= 0:
        numbers.update(range(bisect_right(ends, start), bisect_left(starts, start + len(found))))
        start = answer.find(found, start + len(found))
    return frozenset(numbers)


def _folded(quote: str) -> str:
    return " ".join(quote.casefold().split())
