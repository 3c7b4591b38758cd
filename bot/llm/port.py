"""A language model as its users here see it: a text out, or a form filled in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from bot.usage import Usage
from knowledge.errors import ModelTrouble

Value = TypeVar("Value")
Growing = Callable[[str], object]
"""Called with all of a text so far, each time there is more; where it returns False, nobody wants the rest."""
Schema = dict[str, Any]


@dataclass(frozen=True)
class Ask:
    """One request. `system` is the part that stays the same from call to call, so that providers can keep it."""

    system: str
    user: str
    most_tokens: int
    cache_key: str = ""
    """Requests of one key have a long beginning in common."""


@dataclass(frozen=True)
class Outcome(Generic[Value]):
    """What came of a request: a value or the trouble there was, and in either case what was used."""

    value: Value | None
    usage: Usage
    trouble: ModelTrouble | None = None


def shorter_if_too_long(request: Callable[[bool], Outcome[Value]], *, can_be_shorter: bool) -> Outcome[Value]:
    """What comes of `request(False)`, or, where that is too long for the model, of the shorter `request(True)`."""
    found = request(False)
    if found.trouble is None or found.trouble.kind != "too long" or not can_be_shorter:
        return found
    again = request(True)
    return replace(again, usage=found.usage + again.usage)


class LanguageModel(Protocol):
    """Never raises for what a provider does: the trouble is in the outcome."""

    @property
    def name(self) -> str:
        """Provider and model, as "openai:gpt-x"."""
        ...

    def write(self, ask: Ask, words: Growing) -> Outcome[str]:
        """Free text, told to `words` while it grows; as far as it came where nobody wants the rest."""
        ...

    def fill_in(self, ask: Ask, schema: Schema, read: Callable[[object], Value]) -> Outcome[Value]:
        """A form of JSON Schema `schema`, as `read` understands it; what `read` cannot read (ValueError) is asked for
        once more."""
        ...


@dataclass(frozen=True)
class WithFallback:
    """A model, and a second one for when the first gives trouble. Satisfies LanguageModel."""

    first: LanguageModel
    second: LanguageModel

    @property
    def name(self) -> str:
        """Both names."""
        return f"{self.first.name}, else {self.second.name}"

    def write(self, ask: Ask, words: Growing) -> Outcome[str]:
        """As the first, or where that fails as the second."""
        return self._either(lambda model: model.write(ask, words))

    def fill_in(self, ask: Ask, schema: Schema, read: Callable[[object], Value]) -> Outcome[Value]:
        """As the first, or where that fails as the second."""
        return self._either(lambda model: model.fill_in(ask, schema, read))

    def _either(self, request: Callable[[LanguageModel], Outcome[Value]]) -> Outcome[Value]:
        found = request(self.first)
        if found.trouble is None:
            return found
        again = request(self.second)
        return replace(again, usage=found.usage + again.usage)
