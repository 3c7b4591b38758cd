"""What no interviewer of ours may say, whoever words it: checked on every utterance of a language model.

Pure: an utterance, the move it words and the interview so far in; the first fault out, or none. The candidate's words
between quotation marks, and what the card itself asks, are not held against who repeats them.
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
from knowledge.quote import find_quote
from knowledge.text import without_hidden

Fault = Literal["empty", "long", "markup", "leak", "gives away", "mark", "out of role", "questions", "repeat"]

LONGEST, LONGEST_TEXT = 80, 1_000
"""Words and characters. The prompt asks for 45 words."""
HELD_BACK = RUN - 1
"""Words at the end of a growing utterance that are not shown yet, so that no run of `RUN` is ever seen whole."""
GIVEN_AWAY, OTHER_GIVEN_AWAY = (3, 0.34), (3, 0.6)
"""A follow-up gives its point away, or another one, if it says so many and this share of the words that only the point
had."""
SHORTEST_SECRET = 4
"""Words. A key point that is shorter is no more than a heading."""
SAME_QUESTION = 0.8
"""Share of words (Jaccard) from which two questions are the same."""

_QUOTED = re.compile(r"“([^“”]{0,400})(?:”|$)|\"([^\"]{0,400})(?:\"|$)")
"""Also a quotation at the end that is not closed yet: the text may still be growing."""
_MARKUP = re.compile(
    r"`|~~~|\*\*|__|[{}\[\]]|<[a-zA-Z/!|?]|\w://|www\.|\w@\w|\w\.(?:com|net|org|io)\b"
    r"|^\s*(?:[#>|]|[-*•]\s|\d+[.)]\s)|[\u2600-\u27bf\U0001f000-\U0001faff]",
    re.MULTILINE,
)
_OUT_OF_ROLE = re.compile(
    r"\b(?:as an? (?:ai|language model|assistant)|language model|\bllm\b|chatgpt|gpt-?\d|openai|"
    r"(?:system|developer|hidden|initial) (?:prompt|message|instructions?)|my (?:instructions|prompt|rules|guidelines)|"
    r"i(?:'m| am) (?:not able|unable|not allowed|sorry, but)|i (?:cannot|can't) (?:help|assist|share|reveal|comply)|"
    r"key points?|rubric|scoring|(?:sample|model|ideal|reference|expected|full|correct|best) answers?|minefields?|"
    r"(?:the|an?|a good|your) answer (?:is|should|must|would|needs to|has to|could)|"
    r"you should (?:have )?(?:say|said|mention|mentioned)|ahoy|arr+|matey|\w*api[_ ]?key|environment variables?|"
    r"(?:developer|debug|admin|god) mode|i(?:'ll| will) be the candidate|"
    r"(?:here(?:'s| is)|this is) (?:an?|the|your) (?:poem|joke|haiku|story|song|code|translation|recipe)|"
    r"job offer|you(?:'re| are) hired|salary of|as you (?:wish|command|instructed)|"
    r"instructions? (?:received|followed))\b",
    re.IGNORECASE,
)


class Guard:
    """Checks the words of one move, as often as they grow."""

    def __init__(self, move: Move, interview: Interview) -> None:
        card = interview.card
        self._heard = "\n".join(turn.text for turn in interview.turns if isinstance(turn, Heard))
        of_card = (card.question, *(p.probe for p in card.key_points), *(p.label for p in card.key_points))
        self._of_card = [_plain(text) for text in of_card if text]
        self._secret = secret_runs(interview)
        self._lengths = {len(run) for run in self._secret}
        self._about = point_of(move)
        self._hidden = hidden_stems(interview)
        self._asked = [q for turn in interview.turns if isinstance(turn, Said) for q in _questions(turn.text)]

    def fault(self, text: str, *, whole: bool = True) -> Fault | None:
        """The first thing that is wrong with `text`; None where nothing is.

        With `whole` False, `text` is the beginning of an utterance that is still growing: what only its end can show
        (no question yet) is not held against it.
        """
        if len(text) > LONGEST_TEXT or len(text.split()) > LONGEST:
            return "long"
        plain = _plain(text)
        own = self._without_what_others_said(plain)
        asked = _QUOTED.sub(" ", plain).count("?")
        checks: tuple[tuple[Fault, bool], ...] = (
            ("empty", whole and not re.search(r"\w", plain)),
            ("markup", bool(_MARKUP.search(plain)) or without_hidden(text) != text),
            ("leak", self._leaks(plain)),
            ("gives away", self._gives_away(plain)),
            ("mark", gives_a_mark(own)),
            ("out of role", bool(_OUT_OF_ROLE.search(own))),
            ("questions", asked > 1 or (whole and asked != 1)),
            ("repeat", whole and any(_alike(new, old) for new in _questions(plain) for old in self._asked)),
        )
        return next((name for name, is_so in checks if is_so), None)

    def _without_what_others_said(self, text: str) -> str:
        """`text` without quotes of the candidate and without what the card asks."""
        own = _QUOTED.sub(self._unless_theirs, text)
        for text_of_card in self._of_card:
            own = own.replace(text_of_card, " ")
        return own

    def _unless_theirs(self, quoted: re.Match[str]) -> str:
        words = (quoted[1] or quoted[2] or "").strip(" .…")
        return " " if find_quote(words, self._heard) else f" {words} "

    def _leaks(self, text: str) -> bool:
        return any(not self._secret.isdisjoint(_runs(words_of(text), length)) for length in self._lengths)

    def _gives_away(self, text: str) -> bool:
        said = stems(text)
        for id, hidden in self._hidden.items():
            most, share = GIVEN_AWAY if id == self._about else OTHER_GIVEN_AWAY
            told = len(hidden & said)
            if told >= most and told >= share * len(hidden):
                return True
        return False


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


def hidden_stems(interview: Interview) -> dict[str, frozenset[str]]:
    """By key point that is not covered, the stems that nobody has used yet: to be told many is to be told the point."""
    card = interview.card
    ledger = interview.ledger(max(interview.question, 0))
    said = [turn.text for turn in interview.turns if isinstance(turn, Said | Heard)]
    known = frozenset().union(*map(stems, (card.question, *said)))
    return {
        point.id: stems(point.text) - known - stems(point.label) - stems(point.probe)
        for point in card.key_points
        if ledger[point.id].state != "covered"
    }


def _plain(text: str) -> str:
    return text.replace("’", "'")


def _questions(text: str) -> list[frozenset[str]]:
    found = re.findall(r"[^.!?…\n]*\?", _plain(text))
    return [words for question in found if (words := frozenset(words_of(question)))]


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= SAME_QUESTION * len(one | other)
