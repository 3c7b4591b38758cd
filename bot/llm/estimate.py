"""What requests would use, counted without sending any."""

from __future__ import annotations

import json
from collections.abc import Callable

from bot.llm.chat import CHARACTERS
from bot.llm.port import Ask, Growing, Outcome, Schema, Value
from bot.llm.prices import Price
from bot.usage import Usage
from knowledge.errors import ModelTrouble

QUOTED = 28
"""Tokens in a filled-in form for each verdict with its quote, seen with models that quote as they are asked to."""
SPOKEN = 45
"""Tokens of a follow-up."""


class Counting:
    """A language model that only counts. Satisfies `bot.llm.port.LanguageModel`; every outcome is trouble."""

    name = "estimate"

    def __init__(self, price: Price | None) -> None:
        self._price = price
        self.usage = Usage(cost=0.0 if price else None)

    def write(self, ask: Ask, words: Growing) -> Outcome[str]:
        """Count a text."""
        words("")
        return self._counted(len(ask.system) + len(ask.user), SPOKEN)

    def fill_in(self, ask: Ask, schema: Schema, read: Callable[[object], Value]) -> Outcome[Value]:
        """Count a form."""
        del read
        form = json.dumps(schema)
        return self._counted(len(ask.system) + len(ask.user) + len(form), QUOTED * (1 + form.count('"$ref": ')))

    def _counted(self, characters: int, output: int) -> Outcome[Value]:
        sent = characters // CHARACTERS
        cost = self._price.of(sent, 0, output) if self._price else None
        usage = Usage(calls=1, input_tokens=sent, output_tokens=output, cost=cost)
        self.usage += usage
        return Outcome(None, usage, ModelTrouble("estimate", "Nothing was sent: this only counts."))
