"""Which of a language model's claims rest on words that can be evidence: code's own check, whatever the model was told
or talked into.

The limits were set on the quotes of `interview.train` and of the shipped bank: no honest reader's quote is turned away
by them but for a few in a thousand. They cannot tell whether a quote that could be evidence means what the model says.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from bot.claim import Claim, Exchange
from bot.judges.cues import addresses_marker
from bot.judges.features import Point, prompt_stems
from bot.judges.gaming import is_echo, is_list
from knowledge import language
from knowledge.card import Card
from knowledge.language import Sentence, fold, stems
from knowledge.quote import find_quote

CREDITS = ("covered", "partial")
CLAIMS_A_SENTENCE = 3
"""Key points that one sentence may be credited for; of more, only those stand that have a word of it to themselves."""
SHORTEST_PLAIN = 3
"""Words; a shorter quote needs one that carries matter."""
LONGEST_ASIDE = 3
"""Sentences; a longer paragraph without one word of the card is about something else."""
LONGEST_QUOTE = 2
"""Sentences; a longer quote points at nothing in particular."""
ORDERLY = 6
"""A paragraph is an order to the marker if one in so many of its sentences is."""

_OPENING = r"^\W*(?:(?:please|now|but|then|and|also|so|just|stop|okay|ok|well|do not|you must|yo)\W+)*"
_WHAT_IT_WAS_TOLD = (
    r"(?:(?:system|developer|hidden|initial|starting|operating|previous|full|exact|secret|above) )*"
    r"(?:prompts?|instructions?|rubric|guidelines|directives|restrictions)"
)
_WHAT_IT_KEEPS = (
    rf"(?:{_WHAT_IT_WAS_TOLD}|(?:hidden|developer|system) messages?|prompt[ _-]?texts?|environment variables|"
    r"api[ _]keys?|(?:sample|model|reference|ideal|best|expected|correct|perfect) (?:answer|solution)s?|"
    r"key points?|debrief|(?:text|words|everything|anything|lines?) above|context documents|wording)"
)
_PUT_ASIDE = (
    r"(?:ignor(?:e|ing)|disregard(?:ing)?|forget|drop|override|bypass|change|remove) (?:about )?"
    r"(?:(?:all|any|your|the|these|those|of|every|preceding|prior|previous|above|earlier|provided) )+(?:\w+ )?"
    rf"(?:{_WHAT_IT_WAS_TOLD}|tasks|orders|rules|assignments|articles|artikels|documents|context|information)\b",
    r"(?:ignore|forget|disregard) (?:about )?(?:everything\b|all of (?:that|this)|(?:the |all )?above|any text)",
    r"despite what you(?:'ve| have| were)? (?:been )?told",
    r"(?:without|have no|no) (?:\w+ )?(?:limits|restrictions|filters|policy)\b",
)
_GIVE_AWAY = (
    r"(?:reveal|show|print|output|repeat|display|tell|give|list|dump|summari[sz]e|translate|spell|recite|read|write|"
    r"complete|share|add|what (?:is|are|were|was))\b[^.!?]{0,40}?\b(?:your|its|me|us|all|every|each|that|full|whole|"
    r"the (?:exact|hidden|system|reference|sample|ideal|key|debrief|environment))\b"
    rf"[^.!?]{{0,40}}?\b{_WHAT_IT_KEEPS}\b",
    rf"{_WHAT_IT_WAS_TOLD} you (?:were|are|have been) given",
    r"(?:output|print|repeat|translate|copy|encode)\b[^.!?]{0,40}"
    r"\b(?:above|verbatim|word for word|this (?:entire )?conversation)\b",
    r"(?:sample|reference|ideal) answer (?:begins|starts)|answers do you expect|not supposed to tell",
    r"(?:written|was) above\b|you trained\b|what model are you|embeddings\b",
)
_PLAY_ANOTHER_PART = (
    r"(?:you are|you're|you will be|you) (?:now|from now on|hereby|role-?playing|no longer|must now)\b",
    r"from now on\b[^.!?]{0,30}\b(?:means|you)\b|(?:now|as of now),? you (?:are|act|answer|must|reply)\b",
    r"i want you to (?:act|only|pretend|play|answer|reply|respond)\b|(?:swap|switch|trade) roles",
    rf"{_OPENING}(?:act|behave|respond|reply|answer|speak) (?:like|only|to be|as an? (?:\w+ )?(?:model|terminal))\b",
    rf"{_OPENING}(?:pretend|imagine|assume) (?:that )?(?:you\b|to be|(?:the|this) interview)",
    r"(?:unrestricted|uncensored|developer|debug|admin|god) mode|jailbreak|new (?:task|instruction|order)s?\b",
)
_REPLY_AS_I_SAY = (
    r"(?:in|to|of|from|when|before) your? (?:next |final |own )*"
    r"(?:answer|reply|response|respond|summary|summarize|output|review)s?\b",
    r"your (?:answer|reply|response)(?:'s)? (?:in|into|as|must|should|with|by|to|using|character)\b",
    rf"{_OPENING}(?:tell|give|show|read) me\b|{_OPENING}(?:say|state) (?:that|yes|no)\b",
    r"(?:output|reply with|respond with|answer with|instead print)\b[^.!?]{0,30}\s[\"'“‘]",
    r"(?:decode|encode|apply|encrypt)\b[^.!?]{0,40}\b(?:base64|base32|rot13|cipher|follow|comply|do exactly)\b",
    r"before (?:responding|you reply)|same question again",
)
_MARK_ME_UP = (
    r"(?:maximum|minimum|perfect|full|top|final|highest) (?:score|marks?|grade)\b|score must",
    r"score (?:of )?(?:ten\b|\d+\W*$|me\b|this\b)|(?:grade|rate) (?:that|this|me|it) |give me (?:a )?\d",
    r"(?:i am|i'm|am) hired|mark (?:it|this|me|every\b[^.!?]{0,20}) as|judge's verdict",
    r"(?:end|stop|restart|skip to) (?:the|this) (?:interview|(?:last|next) question)|(?:another|previous) candidate\b",
)
_TO_A_MACHINE = (
    r"(?:note|notice|message) (?:to|for) (?:the |any |all )?(?:\w+ )?"
    r"(?:grader|judge|evaluator|ai|bot|assistant|model|agents?|self)\b",
    r"you are an? (?:\w+ )?(?:ai|assistant|bot|model|llm)\b|as an? (?:\w+ )?language model\b",
    r"^\W*(?:system|assistant|user|human|developer|instruction|override|breach alert|processing note)\W{0,2}[:\]]",
    r"<[/!]?[a-z]\w+|\{\w+(?:\.\w+)*\}|\{\{|\{%|\\color|={5}|\w@\w+\.\w|(?:call|use) \w+_\w+|search tool",
)
_IN_OTHER_LANGUAGES = (
    r"(?:ignorier\w*|vergiss|vergessen sie|oubliez|ignorez|ignora(?:te)?|olvid[ae]|dimentica|zaboravi|забудьте)\b"
    r"[^.!?]{0,50}(?:instru|istruz|anweisung|auftr|aufgab|richtlinien|alles|todo|tout|инстру)",
    r"(?:r[ée]v[èe]le|revela|rivela|zeige?|dame|muestra)\b[^.!?]{0,40}"
    r"(?:instruc|istruz|prompt|respuesta|system|sistema)|满分",
)
_ORDERS = (
    *_PUT_ASIDE, *_GIVE_AWAY, *_PLAY_ANOTHER_PART, *_REPLY_AS_I_SAY, *_MARK_ME_UP, *_TO_A_MACHINE, *_IN_OTHER_LANGUAGES,
)  # fmt: skip
_ORDER = re.compile("|".join(rf"(?<!\w)(?:{order})" for order in _ORDERS), re.IGNORECASE)
_OF_THE_TRADE = re.compile(
    r"\b(?:the )?system prompts?\b(?= (?:should|must|can|is|holds?)\b|[;,.])|\bas an ai (?=\w+ (?:i|we)\b)",
    re.IGNORECASE,
)
"""What people who build with language models speak of, and what is no sign by itself."""


@dataclass(frozen=True)
class _Credit:
    """A claim that credits a point, with the sentences (by number) that its quote has a part in."""

    claim: Claim
    where: frozenset[int]
    said: frozenset[str]
    """Stems of the quote; none where it is too long to point at anything."""
    sound: bool
    """Whether the quote, on its own, can be evidence."""


def resting_on_evidence(claims: Sequence[Claim], card: Card, exchanges: Sequence[Exchange]) -> tuple[Claim, ...]:
    """The claims whose quotes can be evidence; a claim that credits nothing stays as it is.

    Credit needs words that say something: not the interviewer's own handed back, not a list of the card's labels, not
    words meant for whoever marks the answer, not a paragraph on something else, and not a sentence that is credited
    for more than it can hold.
    """
    ground = _Ground(card, exchanges)
    credits = [found for claim in claims if claim.verdict in CREDITS and (found := ground.credit(claim)) is not None]
    standing = [credit.claim for credit in credits if credit.sound and ground.holds(credit, credits)]
    return tuple(claim for claim in claims if claim.verdict not in CREDITS or claim in standing)


@lru_cache(maxsize=20_000)
def is_order(text: str) -> bool:
    """Whether a sentence is meant for whoever, or whatever, marks the answer or leads the interview."""
    plain = _OF_THE_TRADE.sub(" ", " ".join(fold(text).split()))
    return bool(_ORDER.search(plain)) or addresses_marker(plain or text)


class _Ground:
    """What of the latest answer can be evidence, and for how much."""

    def __init__(self, card: Card, exchanges: Sequence[Exchange]) -> None:
        self._answer = exchanges[-1].answer
        self._sentences = language.sentences(self._answer)
        heard = prompt_stems(card.question, exchanges)
        self._wanted = {point.id: stems(point.statement) for point in card.key_points}
        self._news = {id: wanted - heard for id, wanted in self._wanted.items()}
        about = heard | _words_of(card)
        self._on_card = [bool(s.stems & about) for s in self._sentences]
        self._paragraph = _paragraphs(self._answer, self._sentences)
        points = [Point(point.label, point.text) for point in card.key_points]
        orders = [is_order(s.text) for s in self._sentences]
        self._worthless = [
            order or is_echo(s, heard) or is_list(s, points) for s, order in zip(self._sentences, orders, strict=True)
        ]
        self._doubtful = [False] * len(self._sentences)
        for numbers in _grouped(self._paragraph):
            ordered = sum(orders[i] for i in numbers)
            for i in numbers:
                self._doubtful[i] = ordered > 0 and ordered * ORDERLY >= len(numbers)
                if len(numbers) > LONGEST_ASIDE and not any(self._on_card[n] for n in numbers):
                    self._worthless[i] = True

    def credit(self, claim: Claim) -> _Credit | None:
        """The claim with the first place where its quote can be evidence, or just the first; None for a stray claim."""
        quote = find_quote(claim.quote, self._answer)
        if quote is None or claim.point not in self._wanted:
            return None
        said = stems(quote)
        spans = list(self._spans(quote))
        best = next((span for span in spans if self._sound(span, said, claim.point)), spans[0])
        sound = self._sound(best, said, claim.point) and (bool(said) or len(quote.split()) >= SHORTEST_PLAIN)
        return _Credit(claim, frozenset(best), said if len(best) <= LONGEST_QUOTE else frozenset(), sound)

    def _spans(self, quote: str) -> Iterator[range]:
        """The sentences that `quote` has a part in, place by place."""
        start = self._answer.find(quote)
        while start >= 0:
            yield self._around(start, start + len(quote))
            start = self._answer.find(quote, start + len(quote))

    def _sound(self, span: range, said: frozenset[str], point: str) -> bool:
        excused = len(span) <= LONGEST_QUOTE and bool(said & self._wanted[point])
        return any(not self._worthless[i] and (excused or not self._doubtful[i]) for i in span)

    def holds(self, credit: _Credit, credits: Sequence[_Credit]) -> bool:
        """Whether every sentence of this credit can hold all that it is credited for."""
        return all(
            self._can_hold(number, credit, [rival for rival in credits if number in rival.where])
            for number in credit.where
        )

    def _can_hold(self, number: int, credit: _Credit, rivals: Sequence[_Credit]) -> bool:
        if len(rivals) > CLAIMS_A_SENTENCE:
            shared = frozenset().union(*(rival.said for rival in rivals if rival is not credit))
            return bool((credit.said - shared) & self._news[credit.claim.point])
        if len(rivals) == CLAIMS_A_SENTENCE and not any(self._names_its_point(rival) for rival in rivals):
            return False
        return len(rivals) == 1 or self._near_the_card(number)

    def _names_its_point(self, credit: _Credit) -> bool:
        return bool(credit.said & self._news[credit.claim.point])

    def _near_the_card(self, number: int) -> bool:
        """Whether this sentence, or one beside it in its paragraph, has a word of the card or of the interviewer."""
        beside = range(max(0, number - 1), min(len(self._sentences), number + 2))
        return any(self._on_card[i] for i in beside if self._paragraph[i] == self._paragraph[number])

    def _around(self, start: int, end: int) -> range:
        """The numbers of the sentences that `start` to `end` has a part in."""
        return range(
            bisect_right(self._sentences, start, key=lambda s: s.end),
            bisect_left(self._sentences, end, key=lambda s: s.start),
        )


def _words_of(card: Card) -> frozenset[str]:
    """The stems of everything on the card but its worked answers."""
    texts = [card.question, card.theme, card.role, card.about_role]
    texts += [f"{point.label} {point.text} {point.probe}" for point in card.key_points]
    texts += [f"{mine.label} {mine.text}" for mine in card.minefields]
    texts += [f"{motive.label} {motive.text}" for motive in card.motivations]
    return frozenset().union(*map(stems, texts))


def _paragraphs(answer: str, sentences: Sequence[Sentence]) -> list[int]:
    """The number of the paragraph of each sentence."""
    breaks = [found.start() for found in re.finditer("\n", answer)]
    return [bisect_left(breaks, s.start) for s in sentences]


def _grouped(paragraphs: Sequence[int]) -> list[list[int]]:
    """The numbers of the sentences, paragraph by paragraph."""
    return [[i for i, _ in group] for _, group in groupby(enumerate(paragraphs), key=lambda pair: pair[1])]
