"""A language model behind LangChain: one request, repeated where that may help, and what it used."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bot.llm.abilities import Abilities, Remembered
from bot.llm.forms import without_lengths
from bot.llm.json_reply import json_object, without_thinking
from bot.llm.patience import patiently
from bot.llm.port import Ask, Growing, Outcome, Schema, Value
from bot.llm.prices import Price
from bot.llm.providers import OPENAI, Spec
from bot.llm.trouble import cut, empty, final, is_too_long, trouble_of, unreadable
from bot.llm.waiting import tell_waiting
from bot.usage import Usage
from knowledge.errors import ModelTrouble
from knowledge.text import without_hidden

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from tenacity import RetryCallState

RETRIES = 2
"""Most repetitions of one request, in this layer and in no other; those that find out what a server can do count."""
ASKED_ONCE_MORE = ("unreadable", "empty")
"""What a second reply may mend and a third would not."""
FIRST_PAUSE = 0.5
"""Seconds before the first repetition; doubled before the next."""
CHARACTERS = 4
"""Characters a token, where a provider does not count: OpenAI's rule of thumb for English."""
FINISHED = frozenset({"stop", "end_turn", "stop_sequence", "eos", "eos_token", "complete", "tool_calls"})
CUT_OFF = frozenset({"length", "max_tokens", "model_length"})
FILTERED = frozenset({"content_filter", "safety", "recitation", "prohibited_content", "blocklist"})
_FORM = "\n\nReply with one JSON object and nothing else, of this JSON Schema:\n{schema}"
_REMINDER = "\n\nYour last reply was not a JSON object of the form asked for. Reply with that object and nothing else."


def _to_nobody(told: object) -> None:
    del told


@dataclass
class Tally:
    """What one call of ours used, request by request."""

    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    began: float = field(default_factory=time.monotonic)
    found: Abilities | None = None
    """What was found out about the server during this call."""

    def usage(self, model: str, price: Price | None) -> Usage:
        """All of it."""
        tokens = self.input_tokens, min(self.cached_tokens, self.input_tokens), self.output_tokens
        return Usage(
            calls=self.calls,
            input_tokens=tokens[0],
            cached_tokens=tokens[1],
            output_tokens=tokens[2],
            seconds=round(time.monotonic() - self.began, 3),
            cost=price.of(*tokens) if price else None,
            model=model,
        )


@dataclass(frozen=True)
class Chat:
    """Satisfies `bot.llm.port.LanguageModel`."""

    spec: Spec
    connect: Callable[[], BaseChatModel]
    """Makes the client when it is first needed; may raise BadSetting."""
    remembered: Remembered
    temperature: float
    patience: float
    """Seconds to wait for the next piece of a reply."""
    price: Price | None = None
    server: str = ""
    """Tells another server than OpenAI's that speaks its interface; empty for OpenAI's own."""
    note: Callable[[Usage], None] = _to_nobody
    """Told what each call used."""
    sleep: Callable[[float], None] = time.sleep

    @property
    def name(self) -> str:
        """Provider and model."""
        return self.spec.name

    def write(self, ask: Ask, words: Growing) -> Outcome[str]:
        """Free text, shown while it grows."""
        return self._outcome(lambda tally: self._reply(ask, None, words, tally))

    def fill_in(self, ask: Ask, schema: Schema, read: Callable[[object], Value]) -> Outcome[Value]:
        """A form; one that cannot be read is asked for once more."""

        asks = [ask, replace(ask, user=ask.user + _REMINDER)]
        unread: list[str] = []

        def once(tally: Tally) -> Value:
            text = self._reply(asks[bool(unread)], schema, _to_nobody, tally)
            try:
                return read(json_object(text))
            except ValueError:
                unread.append(text)
                raise unreadable() from None

        return self._outcome(once)

    @property
    def abilities(self) -> Abilities:
        """What is known of what the model can do. What only OpenAI's interface takes at each call, no other is sent."""
        known = self.remembered.of(self._where)
        if self.spec.provider == OPENAI:
            return known
        return replace(known, structured="text", temperature=False, stream_usage=False, cap=False)

    def forget(self) -> None:
        """Find out anew what the model can do."""
        self.remembered.forget(self._where)

    def warm_up(self) -> None:
        """Load the libraries, so that the first call does not wait for them."""
        self._client  # noqa: B018

    @cached_property
    def _client(self) -> BaseChatModel:
        return self.connect()

    def _outcome(self, once: Callable[[Tally], Value]) -> Outcome[Value]:
        from tenacity import Retrying, retry_if_exception

        tally = Tally()
        value, trouble = None, None
        again = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, ModelTrouble) and error.passing),
            stop=lambda state: _is_enough(state) or tally.calls > RETRIES,
            wait=_pause,
            before_sleep=_tell,
            sleep=self.sleep,
            reraise=True,
        )
        try:
            value = again(once, tally)
        except ModelTrouble as error:
            trouble = error
        usage = tally.usage(self.name, self.price)
        self.note(usage)
        return Outcome(value, usage, trouble)

    def _reply(self, ask: Ask, schema: Schema | None, words: Growing, tally: Tally) -> str:
        """One whole reply; a request that this server does not understand is made simpler until it does."""
        known = self.abilities
        abilities = tally.found or known
        while True:
            try:
                text = self._send(ask, schema, words, tally, abilities)
            except Exception as error:  # noqa: BLE001  a provider's libraries raise what they like
                weaker = _weaker(error, abilities, schema)
                if weaker is None:
                    raise trouble_of(error) from None
                tally.found = abilities = weaker
                continue
            if abilities != known:
                self.remembered.learn(self._where, abilities)
            return text

    @property
    def _where(self) -> str:
        return f"{self.name} at {self.server}" if self.server else self.name

    def _send(self, ask: Ask, schema: Schema | None, words: Growing, tally: Tally, abilities: Abilities) -> str:
        tally.calls += 1
        system = ask.system
        if schema is not None and abilities.structured != "json_schema":
            system += _FORM.format(schema=json.dumps(schema))
        messages = [("system", system), ("human", ask.user)]
        options = self._options(ask, schema, abilities)
        text, reason, refused, pieces = "", "", False, 0
        used: dict[str, int] = {}
        try:
            for piece in self._pieces(messages, options, streams=abilities.streams):
                pieces += 1
                # Made inert as what people type is: half an emoji, for one, could not be stored.
                if new := without_hidden(str(piece.text)):
                    text += new
                    if words(without_thinking(text)) is False:
                        return without_thinking(text)
                reason = reason or _reason(piece)
                refused = refused or bool(piece.additional_kwargs.get("refusal"))
                self._count(piece, used)
        except ValueError as error:
            # LangChain's word for a stream without an event. What is corrupt raises an error of a class below.
            if pieces or not abilities.streams or type(error) is not ValueError:
                raise
            raise _NoStream from None
        finally:
            # A reply that broke off was paid for all the same. A count of nothing is no count.
            if text or used:
                tally.input_tokens += used.get("input") or (len(system) + len(ask.user)) // CHARACTERS
                tally.output_tokens += used.get("output") or len(text) // CHARACTERS
                tally.cached_tokens += used.get("cached", 0)
        _check(reason, text, refused=refused)
        return without_thinking(text)

    def _pieces(self, messages: list[Any], options: dict[str, Any], *, streams: bool) -> Iterator[BaseMessage]:
        if streams:
            return patiently(lambda: self._client.stream(messages, **options), self.patience)
        return patiently(lambda: iter([self._client.invoke(messages, **options)]), self.patience)

    def _options(self, ask: Ask, schema: Schema | None, abilities: Abilities) -> dict[str, Any]:
        """What goes with the messages. Only OpenAI's interface takes it at each call."""
        if self.spec.provider != OPENAI:
            return {}
        options: dict[str, Any] = {}
        # Past the client's own handling of forms, which hides how a reply ended.
        body: dict[str, Any] = {}
        if abilities.temperature:
            options["temperature"] = self.temperature
        if abilities.streams:
            options["stream_usage"] = abilities.stream_usage
        if abilities.cap:
            body["max_tokens" if self.server else "max_completion_tokens"] = ask.most_tokens
        if schema is not None and abilities.structured == "json_schema":
            form = {"name": "form", "strict": True, "schema": schema if self.server else without_lengths(schema)}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        elif schema is not None and abilities.structured == "json_object":
            body["response_format"] = {"type": "json_object"}
        if ask.cache_key and not self.server:
            body["prompt_cache_key"] = ask.cache_key
        return {**options, "extra_body": body}

    def _count(self, piece: BaseMessage, used: dict[str, int]) -> None:
        """Add up the counts that come with a piece; OpenAI's are of the whole, others' of the piece."""
        found: Any = getattr(piece, "usage_metadata", None)
        if not found:
            return
        counts = {
            "input": found.get("input_tokens") or 0,
            "output": found.get("output_tokens") or 0,
            "cached": (found.get("input_token_details") or {}).get("cache_read") or 0,
        }
        for name, count in counts.items():
            used[name] = max(0, count if self.spec.provider == OPENAI else used.get(name, 0) + count)


class _NoStream(Exception):
    """A reply to a request for a stream that was no stream."""


def _weaker(error: Exception, abilities: Abilities, schema: Schema | None) -> Abilities | None:
    """What to leave out of a request that a server did not understand; None where it understood it well."""
    import openai
    from langchain_core import exceptions as lc

    if isinstance(error, _NoStream):
        return replace(abilities, streams=False)
    refused = isinstance(error, lc.ModelInvalidRequestError | openai.BadRequestError | openai.UnprocessableEntityError)
    if not refused or is_too_long(error) or getattr(error, "code", "") == "content_filter":
        return None
    return abilities.after_refusal(str(error), form=schema is not None)


def _reason(piece: BaseMessage) -> str:
    """Why a reply ended, in lower case; empty while it has not, or where nobody says."""
    told = piece.response_metadata
    return str(told.get("finish_reason") or told.get("stop_reason") or told.get("done_reason") or "").casefold()


def _check(reason: str, text: str, *, refused: bool) -> None:
    """Raises ModelTrouble for a reply that is not whole or not an answer."""
    if refused or reason == "refusal":
        raise final("refused")
    if reason in FILTERED:
        raise final("filtered")
    if reason in CUT_OFF:
        raise final("length")
    if reason not in FINISHED:
        raise cut()
    if not without_thinking(text).strip():
        raise empty()


def _is_enough(state: RetryCallState) -> bool:
    trouble = state.outcome.exception() if state.outcome else None
    once_more = isinstance(trouble, ModelTrouble) and trouble.kind in ASKED_ONCE_MORE
    return state.attempt_number > (1 if once_more else RETRIES)


def _pause(state: RetryCallState) -> float:
    trouble = state.outcome.exception() if state.outcome else None
    if isinstance(trouble, ModelTrouble) and trouble.kind in ASKED_ONCE_MORE:
        return 0.0
    asked = trouble.wait if isinstance(trouble, ModelTrouble) else None
    return asked if asked is not None else FIRST_PAUSE * 2 ** (state.attempt_number - 1)


def _tell(state: RetryCallState) -> None:
    trouble = state.outcome.exception() if state.outcome else None
    seconds = state.upcoming_sleep
    what = str(trouble).partition(". ")[0].rstrip(".")
    tell_waiting(f"{what}. Waiting {seconds:.0f} s …" if seconds >= 1 else f"{what}. Waiting …")
