"""What no interviewer of ours may say, whoever words it: checked on every utterance of a language model.

Pure: an utterance, the move it words and the interview so far in; the first fault out, or none. Words that stand
between quotation marks are the candidate's, so only the leak is looked for in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from bot.interview import Interview
from bot.leak import RUN, runs, words_of
from bot.marks import gives_a_mark
from bot.move import Move, point_of
from bot.turn import Heard, Said
from knowledge.card import Card
from knowledge.language import stems

Fault = Literal["empty", "long", "markup", "leak", "gives away", "mark", "out of role", "questions", "repeat"]

LONGEST = 80
"""Words. The prompt asks for 45."""
HELD_BACK = RUN - 1
"""Words at the end of a growing utterance that are not shown yet, so that no run of `RUN` is ever seen whole."""
GIVEN_AWAY = 3
GIVEN_AWAY_SHARE = 0.34
"""A follow-up gives its point away if it says this many, and this share, of the words that only the point had."""
SHORTEST_SECRET = 4
"""Words. A key point that is shorter is no more than a heading."""
SAME_QUESTION = 0.8
"""Share of words (Jaccard) from which two questions are the same."""

_QUOTED = re.compile(r"[“\"][^“”\"]{0,400}[”\"]")
_MARKUP = re.compile(
    r"```|~~~|https?:|www\.|!\[|\]\(|<[a-zA-Z/!|?]|^\s*[#>|]|^\s*[-*•]\s|\*\*|\{\{|\{%|__|^\s*\d+[.)]\s|[{}\[\]]",
    re.MULTILINE,
)
_OUT_OF_ROLE = re.compile(
    r"\b(?:as an? (?:ai|language model|assistant)|language model|\bllm\b|chatgpt|gpt-?\d|openai|"
    r"(?:system|developer|hidden|initial) (?:prompt|message|instructions?)|my (?:instructions|prompt|rules|guidelines)|"
    r"i(?:'m| am) (?:not able|unable|not allowed|sorry, but)|i (?:cannot|can't) (?:help|assist|share|reveal|comply)|"
    r"key points?|rubric|scoring|(?:sample|model|ideal|reference|expected|full|correct|best) answers?|minefields?|"
    r"(?:the|an?|a good|your) answer (?:is|should|must|would|needs to|has to|could)|"
    r"you should (?:have )?(?:say|said|mention|mentioned)|ahoy|arr+|matey|api[_ ]?key|environment variables?|"
    r"job offer|you(?:'re| are) hired|salary of|as you (?:wish|command|instructed)|"
    r"instructions? (?:received|followed))\b",
    re.IGNORECASE,
)


class Guard:
    """Checks the words of one move, as often as they grow."""

    def __init__(self, move: Move, interview: Interview) -> None:
        self._secret = secret_runs(interview)
        self._lengths = {len(run) for run in self._secret}
        self._hidden = hidden_stems(move, interview)
        self._asked = [q for turn in interview.turns if isinstance(turn, Said) for q in _questions(turn.text)]

    def fault(self, text: str, *, whole: bool = True) -> Fault | None:
        """The first thing that is wrong with `text`; None where nothing is.

        With `whole` False, `text` is the beginning of an utterance that is still growing: what only its end can show
        (no question yet) is not held against it.
        """
        plain = text.replace("’", "'")
        unquoted = _QUOTED.sub(" ", plain)
        asked = unquoted.count("?")
        checks: tuple[tuple[Fault, bool], ...] = (
            ("empty", whole and not re.search(r"\w", plain)),
            ("long", len(plain.split()) > LONGEST),
            ("markup", bool(_MARKUP.search(plain))),
            ("leak", self._leaks(plain)),
            ("gives away", self._gives_away(unquoted)),
            ("mark", gives_a_mark(unquoted)),
            ("out of role", bool(_OUT_OF_ROLE.search(unquoted))),
            ("questions", asked > 1 or (whole and asked != 1)),
            ("repeat", whole and any(_alike(new, old) for new in _questions(text) for old in self._asked)),
        )
        return next((name for name, is_so in checks if is_so), None)

    def _leaks(self, text: str) -> bool:
        return any(not self._secret.isdisjoint(_runs(words_of(text), length)) for length in self._lengths)

    def _gives_away(self, text: str) -> bool:
        told = self._hidden & stems(text)
        return len(told) >= GIVEN_AWAY and len(told) >= GIVEN_AWAY_SHARE * len(self._hidden)


def secret_runs(interview: Interview) -> frozenset[tuple[str, ...]]:
    """Every run of `RUN` words that only the interviewer's side knows: of key points that are not covered (whole, where
    one has only `SHORTEST_SECRET` words or a few more), motivations, minefields and worked answers, as far as nobody
    has said it yet."""
    ledger = interview.ledger(max(interview.question, 0))
    card = interview.card
    points = [point.text for point in card.key_points if ledger[point.id].state != "covered"]
    others = [m.text for m in card.motivations] + [m.text for m in card.minefields] + [a.text for a in card.answers]
    secret = set().union(*(runs(text) for text in points if len(words_of(text)) >= SHORTEST_SECRET))
    secret |= set().union(*(runs(text) for text in others if len(words_of(text)) >= RUN))
    for text in _known(card, interview):
        words = words_of(text)
        for length in {len(run) for run in secret}:
            secret.difference_update(_runs(words, length))
    return frozenset(secret)


def _known(card: Card, interview: Interview) -> Iterable[str]:
    yield from (card.question, card.about_role, *(point.probe for point in card.key_points))
    yield from (turn.text for turn in interview.turns if isinstance(turn, Said | Heard))


def _runs(words: tuple[str, ...], length: int) -> Iterable[tuple[str, ...]]:
    return (words[i : i + length] for i in range(len(words) - length + 1))


def hidden_stems(move: Move, interview: Interview) -> frozenset[str]:
    """The stems of a follow-up's point that nobody has used yet: to be told many of them is to be told the point."""
    id = point_of(move)
    card = interview.card
    if id is None or interview.ledger(max(interview.question, 0))[id].state == "covered":
        return frozenset()
    point = card.key_point(id)
    said = [turn.text for turn in interview.turns if isinstance(turn, Said | Heard)]
    return stems(point.text) - frozenset().union(*map(stems, (card.question, point.label, point.probe, *said)))


def _questions(text: str) -> list[frozenset[str]]:
    found = re.findall(r"[^.!?…\n]*\?", text.replace("’", "'"))
    return [words for question in found if (words := frozenset(words_of(question)))]


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= SAME_QUESTION * len(one | other)
