"""The interviewer's words without a language model: phrases from `prompts/`, built on the author's probes.

Deterministic: the same interview is worded the same way. Nothing is said twice in one interview while a way of saying
it is left, and nothing is said that would give a point away.
"""

from __future__ import annotations

import re
from hashlib import sha256

from bot.interview import Interview
from bot.leak import leaks
from bot.move import Advance, Ask, Challenge, Clarify, Close, Encourage, Move, Probe, Rung
from bot.ports import Utterance, Words
from bot.turn import Heard, Judged, Said
from knowledge.card import KeyPoint
from prompts.phrases import Phrases

_MOST_QUOTED = 12
"""Words; a longer quote is cut to its first ones."""


class ScriptedVoice:
    """Words moves from phrases. Satisfies `bot.ports.Voice`."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    @property
    def name(self) -> str:
        return f"scripted {self._phrases.version}"

    def say(self, move: Move, interview: Interview, words: Words) -> Utterance:
        """The words of `move`, shown one more at a time."""
        text = self.utterance(move, interview)
        for end in re.finditer(r"\S+\s*", text):
            words(text[: end.end()])
        return Utterance(text=text, by=self.name)

    def utterance(self, move: Move, interview: Interview) -> str:
        """The words of `move`, whole."""
        match move:
            case Ask():
                return self._ask(move, interview)
            case Probe():
                return self._after_acknowledging(interview, self._probe(move, interview))
            case Challenge():
                if not move.quote:
                    return self._after_acknowledging(interview, self._fresh(interview, "probe_open"))
                return self._fresh(interview, "challenge", words=shorten(move.quote))
            case Clarify():
                return self._clarify(move, interview)
            case Encourage():
                return self._fresh(interview, "encourage", question=interview.card.question)
            case Advance():
                return self._fresh(interview, f"advance_{move.reason}")
            case Close():
                return self._close(move, interview)

    def ladder(self, point: KeyPoint, interview: Interview) -> dict[Rung, str]:
        """How the three rungs of following up on `point` would be said: open, neutral, pointed."""
        rungs: tuple[Rung, ...] = ("open", "neutral", "pointed")
        return {rung: self._probe(Probe(point=point.id, rung=rung), interview) for rung in rungs}

    def _ask(self, move: Ask, interview: Interview) -> str:
        card = interview.plan.cards[move.question]
        opening = (
            self._fresh(interview, "open_first", role=card.role)
            if move.question == 0
            else self._fresh(interview, "open_next")
        )
        return f"{opening}\n\n{card.question}"

    def _probe(self, move: Probe, interview: Interview) -> str:
        point = interview.card.key_point(move.point)
        if move.rung == "neutral" and point.probe:
            said = self._fresh(interview, "probe_neutral", probe=point.probe)
        elif move.rung == "neutral":
            said = self._fresh(interview, "probe_topic", topic=topic(point))
        elif move.rung == "pointed" and (quote := interview.ledger(max(interview.question, 0))[point.id].quote):
            return self._fresh(interview, "probe_pointed_words", words=shorten(quote))
        elif move.rung == "pointed":
            said = self._fresh(interview, "probe_pointed", topic=topic(point))
        else:
            return self._fresh(interview, "probe_open")
        return self._fresh(interview, "probe_open") if self._gives_away(said, interview) else said

    def _gives_away(self, said: str, interview: Interview) -> bool:
        card = interview.card
        ledger = interview.ledger(max(interview.question, 0))
        return leaks(said, (card.key_point(id).text for id, entry in ledger.items() if entry.state != "covered"))

    def _after_acknowledging(self, interview: Interview, question: str) -> str:
        return f"{self._acknowledgement(interview)} {question}"

    def _acknowledgement(self, interview: Interview) -> str:
        heard = next((turn for turn in reversed(interview.understood) if isinstance(turn, Heard)), None)
        if heard is None:
            return self._fresh(interview, "acknowledge_plain")
        if heard.act == "dont_know":
            return self._fresh(interview, "acknowledge_unknown")
        words = self._their_words(interview)
        if words is None:
            return self._fresh(interview, "acknowledge_plain")
        return self._fresh(interview, "acknowledge_words", words=words)

    def _their_words(self, interview: Interview) -> str | None:
        """A few words of the latest answer that carry something; a mistake is met with a challenge, not with a nod."""
        judged = next((turn for turn in reversed(interview.turns) if isinstance(turn, Judged)), None)
        if judged is None:
            return None
        quotes = [c.quote for c in judged.assessment.claims if c.verdict in ("covered", "partial") and c.quote]
        already = "\n".join(turn.text for turn in interview.turns if isinstance(turn, Said))
        fresh = [shorten(quote) for quote in quotes if shorten(quote) not in already]
        return fresh[-1] if fresh else None

    def _clarify(self, move: Clarify, interview: Interview) -> str:
        point = interview.card.key_point(move.point) if move.point else None
        match move.manner:
            case "repeat" | "explain" | "steer" | "no_hint" | "confirm_end" | "confirm_skip":
                return self._fresh(interview, move.manner, prompt=self._current_prompt(interview))
            case "hint":
                if point is None:
                    return self._fresh(interview, "hint_none")
                return self._fresh(interview, "hint", topic=topic(point))
            case "assert":
                if point is None:
                    return self._fresh(interview, "hint_none")
                return self._fresh(interview, "assert", label=point.label, text=_sentence(point.text))

    def _current_prompt(self, interview: Interview) -> str:
        """The question or follow-up that is on the table, without what was said around it."""
        for _, turn in reversed(tuple(interview.numbered(interview.question))):
            if isinstance(turn, Said) and isinstance(turn.move, Probe | Challenge):
                probe = interview.card.key_point(turn.move.point).probe
                # A probe that gave its point away was not said then and is not said now.
                return probe if probe and probe in turn.text else turn.text
        return interview.card.question

    def _close(self, move: Close, interview: Interview) -> str:
        if move.reason in ("end", "limit"):
            return self._fresh(interview, f"close_{move.reason}")
        return f"{self._fresh(interview, f'advance_{move.reason}')} {self._fresh(interview, 'close')}"

    def _fresh(self, interview: Interview, thing: str, **values: str) -> str:
        """A way of saying `thing` that was not used yet, chosen by the interview's id and length."""
        already = "\n".join(turn.text for turn in interview.turns if isinstance(turn, Said))
        seed = sha256(f"{interview.id}/{len(interview.turns)}/{thing}".encode()).digest()[0]
        many = self._phrases.count(thing)
        ways = [self._phrases.render(thing, seed + i, **values) for i in range(many)]
        # What the frame around the value says is what tires, so frames are compared, not whole sentences.
        frames = [self._phrases.render(thing, seed + i, **dict.fromkeys(values, "\0")) for i in range(many)]
        unused = [
            way for way, frame in zip(ways, frames, strict=True) if way not in already and not _appears(frame, already)
        ]
        return (unused or ways)[0]


def _appears(frame: str, text: str) -> bool:
    """Whether every constant piece of `frame` that is more than punctuation stands in `text`."""
    pieces = [piece.strip() for piece in frame.split("\0") if re.search(r"\w", piece)]
    return bool(pieces) and all(piece in text for piece in pieces)


def topic(point: KeyPoint) -> str:
    """The point's label as a heading inside a sentence."""
    return point.label.strip("\"'“”‘’ .,;:")


def shorten(quote: str) -> str:
    """The first words of a quote, on one line, without quotation marks of its own at the ends."""
    words = quote.split()
    text = " ".join(words[:_MOST_QUOTED]).strip("\"'“”‘’ .,;:")
    return f"{text} …" if len(words) > _MOST_QUOTED else text


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
