"""Whether a model answers, streams and fills in forms: two small calls."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel

from bot.llm.chat import Chat
from bot.llm.forms import PERCENT, one_of, record
from bot.llm.port import Ask
from bot.usage import Usage

COLOURS = ("red", "green", "blue")
_SYSTEM = "You help to test a connection. Do just what is asked."
_SCHEMA = record(colour=one_of(COLOURS), share=PERCENT)
_WAYS = {
    "json_schema": "fills in forms by a schema that the server enforces",
    "json_object": "fills in forms as plain JSON",
    "text": "fills in forms in free text",
}


class _Form(BaseModel):
    colour: str
    share: float


@dataclass(frozen=True)
class Check:
    """What was found out about one model. `trouble` is empty where it answers and fills in forms."""

    model: str
    streams: bool
    structured: str
    usage: Usage
    trouble: str = ""

    def __str__(self) -> str:
        if self.trouble:
            return f"{self.model}: {self.trouble}"
        streams = "streams" if self.streams else "does not stream"
        return f"{self.model} answers in {self.usage.seconds / 2:.1f} s, {streams}, {_WAYS[self.structured]}"


def check(chat: Chat) -> Check:
    """Ask `chat` for a sentence and for a form, and remember what it can do."""
    chat.forget()
    seen: list[str] = []
    spoken = chat.write(Ask(_SYSTEM, "Count from one to twelve in words, separated by commas.", 200), seen.append)
    # A reply that was cut off is an answer for all that is asked here.
    if spoken.trouble is not None and spoken.trouble.kind != "length":
        return Check(chat.name, False, "", spoken.usage, str(spoken.trouble))
    user = f"Fill in the form: one colour of {', '.join(COLOURS)}, and the share one half in percent."
    filled = chat.fill_in(Ask(_SYSTEM, user, 200), _SCHEMA, _Form.model_validate)
    usage = spoken.usage + filled.usage
    trouble = f"It answers, but fills in no form. {filled.trouble}" if filled.trouble else ""
    return Check(chat.name, len(seen) > 1, chat.abilities.structured, usage, trouble)
