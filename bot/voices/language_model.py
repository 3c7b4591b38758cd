"""A language model as the interviewer's voice: it words what code decided, and code checks what it words."""

from __future__ import annotations

import re

from bot.guard import HELD_BACK, Guard
from bot.interview import Interview
from bot.llm.port import Ask, Growing, LanguageModel, Outcome, shorter_if_too_long
from bot.move import Challenge, Clarify, Encourage, Move, Probe, point_of
from bot.ports import Utterance, Words
from bot.turn import Heard, Said
from bot.voices.scripted import ScriptedVoice, shorten, topic
from prompts.prompt import Prompt, Value

MOST_TOKENS = 400
TRIMMED = 4
"""Messages that are kept where the whole is too long for the model."""
_WORD = re.compile(r"\S+\s*")
_WRAPPING = re.compile(r"^\s*<interviewer>\s*|\s*</interviewer>\s*$")


class LanguageModelVoice:
    """Satisfies `bot.ports.Voice`. What a card or a phrase says best (the question itself, a hint, a goodbye) the
    scripted voice says, and also what the model's words were not fit for."""

    def __init__(self, model: LanguageModel, prompt: Prompt, scripted: ScriptedVoice) -> None:
        self._model = model
        self._prompt = prompt
        self._scripted = scripted

    @property
    def name(self) -> str:
        return f"{self._model.name} voice@{self._prompt.version}"

    def say(self, move: Move, interview: Interview, words: Words) -> Utterance:
        """The words of `move`, shown while they grow, as far behind as the guard needs."""
        kind = task_of(move)
        if kind is None:
            return self._scripted.say(move, interview, words)
        guard = Guard(move, interview)
        broken: list[str] = []

        def check(text: str) -> bool:
            """Show what is safe to be seen of `text`; False where it is not, so that the rest is not waited for."""
            text = unwrapped(text)
            if found := guard.fault(text, whole=False):
                broken.append(found)
            else:
                words(_without_last(text, HELD_BACK))
            return not broken

        found = self._write(kind, move, interview, check)
        text = " ".join(unwrapped(found.value or "").split())
        fault = found.trouble.kind if found.trouble else broken[0] if broken else guard.fault(text)
        if fault is not None:
            scripted = self._scripted.say(move, interview, words)
            return scripted.model_copy(update={"replaced": fault, "usage": found.usage})
        words(text)
        return Utterance(text=text, by=f"{found.usage.model} voice@{self._prompt.version}", usage=found.usage)

    def _write(self, kind: str, move: Move, interview: Interview, check: Growing) -> Outcome[str]:
        transcript = _transcript(interview)

        def request(shorter: bool) -> Outcome[str]:
            messages = transcript[-TRIMMED:] if shorter else transcript
            return self._model.write(self._ask(kind, move, interview, messages), check)

        return shorter_if_too_long(request, can_be_shorter=len(transcript) > TRIMMED)

    def _ask(self, kind: str, move: Move, interview: Interview, transcript: list[dict[str, str]]) -> Ask:
        card = interview.card
        id = point_of(move)
        point = card.key_point(id) if id is not None else None
        names_topic = point is not None and kind in ("neutral", "pointed", "explain", "steer")
        values: dict[str, Value] = {
            "question": card.question,
            "role": card.role,
            "about_role": card.about_role,
            "mode": interview.plan.mode,
            "transcript": transcript,
            "move": kind,
            "topic": topic(point) if point and names_topic else "",
            "suggestion": point.probe if point and kind == "neutral" else "",
            "words": shorten(move.quote) if isinstance(move, Challenge) else "",
        }
        system, user = self._prompt.render(values)
        return Ask(system, user, MOST_TOKENS, f"voice-{card.id}")


def unwrapped(text: str) -> str:
    """`text` without the tag that the transcript puts around the interviewer's words, which small models copy."""
    return _WRAPPING.sub("", text)


def task_of(move: Move) -> str | None:
    """What the prompt calls this move; None where a phrase or the card itself says it best."""
    match move:
        case Probe():
            return move.rung
        case Challenge() if move.quote:
            return "challenge"
        case Clarify() if move.manner in ("explain", "steer"):
            return move.manner
        case Encourage():
            return "encourage"
        case _:
            return None


def _transcript(interview: Interview) -> list[dict[str, str]]:
    """The current question's messages in order. It only grows at its end, so that its beginning can be cached."""
    return [
        {"by": "interviewer" if isinstance(turn, Said) else "candidate", "text": turn.text}
        for _, turn in interview.numbered(interview.question)
        if isinstance(turn, Said | Heard)
    ]


def _without_last(text: str, words: int) -> str:
    ends = [word.end() for word in _WORD.finditer(text)]
    return text[: ends[-words - 1]] if len(ends) > words else ""
