"""One model behind LangChain: what is sent to a real server, what is made of its reply, and which provider is asked."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache, partial
from importlib.util import find_spec
from typing import Any

import pytest
from langchain.chat_models.base import _BUILTIN_PROVIDERS
from pydantic import SecretStr
from starlette.responses import JSONResponse, Response

from bot.bootstrap import Greenroom
from bot.llm.abilities import Abilities, Remembered
from bot.llm.chat import Chat
from bot.llm.forms import TEXT, record
from bot.llm.port import Ask, WithFallback
from bot.llm.prices import Price
from bot.llm.providers import PROVIDERS, Spec, connect, spec_of
from bot.llm.trouble import FINAL
from bot.llm.waiting import waiting_told
from bot.settings import Settings
from bot.usage import Usage
from knowledge.errors import BadSetting
from tests.model_server import Body, ModelServer, Reply, chunks, fails, says, stream, usage_of

KEY = "sk-canary-9d20"
ASK = Ask("You are a stub. Answer in a word or two.", "Say something about tea.", 100, "key-1")
SCHEMA = record(word=TEXT, share={"type": "number", "minimum": 0, "maximum": 1})
FORM = '{"word": "tea", "share": 0.5}'


@pytest.fixture(scope="module")
def one_server():
    made = ModelServer()
    yield made
    made.close()


@pytest.fixture
def server(one_server):
    one_server.reset()
    one_server.usual = says(FORM)
    return one_server


@cache
def client_of(url: str, model: str) -> Any:
    return connect(Spec("openai", model), key=SecretStr(KEY), base_url=url, temperature=0.0, patience=10.0)


@pytest.fixture
def slept():
    """The seconds of each pause that a model would have made."""
    return []


@pytest.fixture
def chat(server, slept):
    """A model at a server of one's own that nothing is known of yet."""
    return Chat(
        spec=Spec("openai", "gpt-x"),
        connect=partial(client_of, server.url, "gpt-x"),
        remembered=Remembered(),
        temperature=0.25,
        patience=10.0,
        server="here",
        sleep=slept.append,
    )


@dataclass
class Sure(Remembered):
    """Knows the same of every model."""

    known: Abilities = field(default_factory=Abilities)

    def of(self, model: str) -> Abilities:
        return self.known


def sure(chat: Chat, **known: Any) -> Chat:
    """`chat` where so much is known of the model."""
    return replace(chat, remembered=Sure(known=Abilities(**known)))


def nobody(text: str) -> None:
    """Nobody looks."""


def filled(chat: Chat) -> Any:
    return chat.fill_in(ASK, SCHEMA, lambda form: form)


# Which model at which provider


@pytest.mark.parametrize(
    ("named", "provider", "model"),
    [
        ("gpt-x", "openai", "gpt-x"),
        ("openai:gpt-x", "openai", "gpt-x"),
        (" openai:gpt-x ", "openai", "gpt-x"),
        ("llama3.1:8b", "openai", "llama3.1:8b"),
        ("openai:llama3.1:8b", "openai", "llama3.1:8b"),
        ("hf.co/some/model:Q4_K_M", "openai", "hf.co/some/model:Q4_K_M"),
        ("anthropic:claude-x", "anthropic", "claude-x"),
        ("ollama:llama3.1:8b", "ollama", "llama3.1:8b"),
        ("Anthropic:claude-x", "openai", "Anthropic:claude-x"),
    ],
)
def test_a_setting_names_a_model_and_maybe_a_provider(named, provider, model):
    assert spec_of(named) == Spec(provider, model)
    assert spec_of(spec_of(named).name) == spec_of(named)


@pytest.mark.parametrize("named", ["", "  ", "openai:", "anthropic: "])
def test_a_setting_without_a_model_is_bad(named):
    with pytest.raises(BadSetting, match="GREENROOM_MODEL"):
        spec_of(named)


def test_our_providers_are_langchains():
    assert set(_BUILTIN_PROVIDERS) >= PROVIDERS


PACKAGES = {provider: row[0].split(".")[0] for provider, row in _BUILTIN_PROVIDERS.items() if provider in PROVIDERS}


@pytest.mark.parametrize("provider", sorted(provider for provider, name in PACKAGES.items() if not find_spec(name)))
def test_a_provider_whose_package_is_missing_is_a_bad_setting_that_names_it(provider, tmp_path):
    chat = Greenroom(Settings(home=tmp_path)).chat(f"{provider}:x")
    with pytest.raises(BadSetting) as error:
        chat.warm_up()
    assert f"pip install {PACKAGES[provider].replace('_', '-')}" in str(error.value)


def test_what_cannot_be_set_up_is_the_trouble_of_a_call_and_raises_nothing(tmp_path):
    room = Greenroom(Settings(home=tmp_path))
    found = room.chat("mistralai:x").write(ASK, nobody)
    assert (found.value, found.trouble.kind) == (None, "setup")
    assert "langchain-mistralai" in str(found.trouble)
    room.records.close()


def test_a_provider_without_its_key_is_a_bad_setting(monkeypatch):
    monkeypatch.delenv("AZURE_OPENAI_API_KEY", raising=False)
    with pytest.raises(BadSetting, match=r"azure_openai:x cannot be set up .* its key is not in the environment"):
        connect(Spec("azure_openai", "x"), key=SecretStr(KEY), base_url="", temperature=0.0, patience=1.0)


# What is sent


def test_a_request_for_words_holds_what_openai_takes(chat, server):
    assert chat.write(ASK, nobody).value == FORM
    (sent,) = server.requests
    assert [message["content"] for message in sent["messages"]] == [ASK.system, ASK.user]
    assert sent["temperature"] == 0.25
    assert sent["stream"] is True
    assert sent["stream_options"] == {"include_usage": True}
    assert "response_format" not in sent
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("of", "held", "not_held"),
    [
        ("here", {"max_tokens": 100}, ("max_completion_tokens", "prompt_cache_key")),
        ("", {"max_completion_tokens": 100, "prompt_cache_key": "key-1"}, ("max_tokens",)),
    ],
)
def test_openai_is_sent_what_others_do_not_know(of, held, not_held, chat, server):
    replace(chat, server=of).write(ASK, nobody)
    sent = server.requests[0]
    assert {name: sent.get(name) for name in held} == held
    assert not set(not_held) & set(sent)


def test_a_form_is_asked_for_by_a_strict_schema_and_not_in_words(chat, server):
    assert filled(chat).value == {"word": "tea", "share": 0.5}
    sent = server.requests[0]
    assert sent["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "form", "strict": True, "schema": SCHEMA},
    }
    assert sent["messages"][0]["content"] == ASK.system


@pytest.mark.parametrize("structured", ["json_object", "text"])
def test_where_no_schema_is_enforced_the_prompt_shows_it(structured, chat, server):
    assert filled(sure(chat, structured=structured)).value == {"word": "tea", "share": 0.5}
    assert json.dumps(SCHEMA) in server.requests[0]["messages"][0]["content"]
    assert ("response_format" in server.requests[0]) == (structured == "json_object")


# What a server refuses


def rejects(name: str, message: str, status: int = 400) -> Reply:
    """A server that takes no request with `name` in it."""

    def reply(body: Body) -> Response:
        text = json.dumps({key: value for key, value in body.items() if key != "messages"})
        return (fails(status, message=message) if f'"{name}"' in text else says(FORM))(body)

    return reply


@pytest.mark.parametrize(
    ("name", "message", "learnt", "requests"),
    [
        ("json_schema", "response_format type 'json_schema' is unavailable", Abilities("json_object"), 2),
        ("json_schema", "bad request", Abilities("json_object"), 2),
        ("response_format", "Unrecognized request argument: response_format", Abilities("text"), 3),
        ("response_format", "bad request", Abilities("text", False, True, False, False), 3),
        ("temperature", "'temperature' does not support 0.25 with this model.", Abilities(temperature=False), 2),
        ("temperature", "bad request", Abilities("text", False, True, False, False), 3),
        ("stream_options", "Unknown field: stream_options", Abilities(stream_usage=False), 2),
        ("max_tokens", "Use 'max_completion_tokens' instead of 'max_tokens'.", Abilities(cap=False), 2),
        ("max_tokens", "'max_tokens' is too large: the context length is 64 tokens.", Abilities(cap=False), 2),
        ("max_tokens", "bad request", Abilities("text", False, True, False, False), 3),
    ],
)
@pytest.mark.parametrize("status", [400, 422])
def test_what_a_server_refuses_is_left_out_from_then_on(name, message, learnt, requests, status, chat, server):
    server.usual = rejects(name, message, status)
    assert filled(chat).value == {"word": "tea", "share": 0.5}
    assert len(server.requests) == requests
    assert chat.abilities == learnt
    assert filled(chat).usage.calls == 1


@pytest.mark.filterwarnings("ignore:This model does not support OpenAI's structured output")
def test_openais_own_word_for_a_model_without_schemas_is_understood(chat, server):
    message = "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."
    server.usual = rejects("json_schema", message)
    assert filled(chat).value == {"word": "tea", "share": 0.5}
    assert chat.abilities == Abilities("json_object")


def test_max_completion_tokens_can_be_left_out_too(chat, server):
    server.usual = rejects("max_completion_tokens", "Unknown parameter: 'max_completion_tokens'")
    openai = replace(chat, server="")
    assert openai.write(ASK, nobody).value == FORM
    assert openai.abilities == Abilities(cap=False)
    assert chat.abilities == Abilities()


def test_a_server_that_takes_no_streams_is_asked_without(chat, server):
    def reply(body: Body) -> Response:
        return (fails(400, message="Streaming is not supported here") if body.get("stream") else says(FORM))(body)

    server.usual = reply
    seen: list[str] = []
    assert chat.write(ASK, seen.append).value == FORM
    assert seen == [FORM]
    assert chat.abilities == Abilities(streams=False)


def test_a_server_that_does_not_stream_although_asked_is_believed(chat, server):
    server.usual = lambda body: says(FORM)({**body, "stream": False})
    found = filled(chat)
    assert found.value == {"word": "tea", "share": 0.5}
    assert found.usage.calls == 2
    assert chat.abilities == Abilities(streams=False)
    again = filled(chat)
    assert again.usage.calls == 1
    assert again.usage.input_tokens == usage_of(server.requests[-1], FORM)["prompt_tokens"]


@pytest.mark.parametrize(
    ("finish", "kind"), [("stop", None), ("length", "length"), ("content_filter", "filtered"), (None, "cut")]
)
def test_a_whole_reply_that_was_not_streamed_has_to_end_well_too(finish, kind, chat, server):
    server.usual = says(FORM, finish)
    trouble = sure(chat, streams=False).write(ASK, nobody).trouble
    assert (trouble and trouble.kind) == kind


def test_a_refusal_that_was_not_streamed_is_one(chat, server):
    message = {"role": "assistant", "content": None, "refusal": "I would rather not."}
    choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
    server.usual = lambda body: JSONResponse({"id": "c", "object": "chat.completion", "model": "m", "choices": choices})
    assert sure(chat, streams=False).write(ASK, nobody).trouble.kind == "refused"
    assert len(server.requests) == 1


def test_a_server_that_refuses_whatever_it_is_sent_teaches_nothing(chat, server):
    server.usual = fails(400)
    assert filled(chat).trouble.kind == "request"
    assert chat.abilities == Abilities()
    assert len(server.requests) == 3


def test_what_was_found_out_on_the_way_is_not_found_out_again_by_the_same_call(chat, server):
    server.replies = [fails(400, message="json_schema"), fails(503), says("no form")]
    assert filled(chat).trouble.kind == "unreadable"
    assert ["json_schema" in json.dumps(body) for body in server.requests] == [True, False, False]


# How long to wait


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        ("", 0.5),
        ("0.2", 0.2),
        ("7", 7),
        ("30", 30),
        ("0", 0.5),
        ("-3", 0.5),
        ("soon", 0.5),
        ("nan", 0.5),
        ("inf", 0.5),
        ("Mon, 01 Jan 0001 00:00:00 GMT", 0.5),
        ("Thu, 01 Jan 1970 00:00:00 -0000", 0.5),
    ],
)
def test_a_pause_is_as_long_as_the_provider_asks(asked, pause, chat, server, slept):
    server.replies = [fails(429, retry_after=asked), fails(503, retry_after=asked)]
    assert chat.write(ASK, nobody).value == FORM
    assert slept == [pause, pause if asked and pause != 0.5 else 2 * pause]


@pytest.mark.parametrize(("seconds", "waits"), [(20, True), (86_400, False)])
def test_a_pause_can_be_asked_for_as_a_date(seconds, waits, chat, server, slept):
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
    server.replies = [fails(429, retry_after=date)]
    assert (chat.write(ASK, nobody).value == FORM) is waits
    assert [seconds - 10 < pause <= seconds for pause in slept] == [True] * waits


@pytest.mark.parametrize("asked", ["31", "3600", "1e9"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_nobody_would_sit_through_is_left_to_the_user(asked, status, chat, server, slept):
    server.usual = fails(status, retry_after=asked)
    found = chat.write(ASK, nobody)
    assert slept == []
    assert len(server.requests) == 1
    assert found.trouble.wait > 30


@pytest.mark.parametrize(("seconds", "said"), [("0.2", "Waiting …"), ("1", "Waiting 1 s …"), ("12", "Waiting 12 s …")])
def test_the_user_is_told_how_long_it_takes(seconds, said, chat, server):
    server.replies = [fails(429, retry_after=seconds)]
    told: list[str] = []
    with waiting_told(told.append):
        chat.write(ASK, nobody)
    chat.write(ASK, nobody)
    assert [text.endswith(said) for text in told] == [True]


def test_nobody_is_told_of_what_is_asked_outside(chat, server, slept):
    server.replies = [fails(503)]
    assert chat.write(ASK, nobody).value == FORM
    assert slept == [0.5]


# What is shown and what is counted


def test_words_are_shown_while_they_grow_and_a_fragment_is_taken_back(chat, server):
    server.replies = [lambda body: stream(chunks("Where were we", None)), says("What next?")]
    seen: list[str] = []
    assert chat.write(ASK, seen.append).value == "What next?"
    assert seen == ["Where ", "Where were ", "Where were we", "What ", "What next?"]


def test_thoughts_are_not_shown(chat, server):
    server.usual = says("<think>They want tea.</think> What next?")
    seen: list[str] = []
    assert chat.write(ASK, seen.append).value == "What next?"
    assert not any("want" in text for text in seen)


def test_what_a_call_used_is_the_providers_count_and_noted_once(chat, server):
    server.usual = says(FORM, cached=5)
    noted: list[Usage] = []
    found = replace(chat, note=noted.append, price=Price(1.0, 0.1, 2.0)).write(ASK, nobody)
    counted = usage_of(server.requests[0], FORM)
    assert (found.usage.input_tokens, found.usage.cached_tokens) == (counted["prompt_tokens"], 5)
    assert found.usage.output_tokens == counted["completion_tokens"]
    assert found.usage.cost == pytest.approx(
        (counted["prompt_tokens"] - 5 + 5 * 0.1 + counted["completion_tokens"] * 2) / 1e6
    )
    assert found.usage.model == "openai:gpt-x"
    assert noted == [found.usage]


@pytest.mark.parametrize("usage", [None, {"prompt_tokens": -4, "completion_tokens": -1, "total_tokens": -5}])
def test_without_a_count_four_characters_are_a_token(usage, chat, server):
    server.usual = lambda body: stream(chunks("What next?", usage=usage))
    found = chat.write(ASK, nobody).usage
    assert found.input_tokens == (len(ASK.system) + len(ASK.user)) // 4
    assert found.output_tokens == len("What next?") // 4
    assert found.cost is None


def test_repeated_requests_are_all_counted(chat, server):
    server.replies = [says("no form"), says(FORM)]
    found = filled(chat).usage
    counted = [usage_of(body, said) for body, said in zip(server.requests, ["no form", FORM], strict=True)]
    assert found.calls == 2
    assert found.input_tokens == sum(count["prompt_tokens"] for count in counted)
    assert found.output_tokens == sum(count["completion_tokens"] for count in counted)


def test_a_fallback_adds_its_own_use_and_tells_its_own_trouble(chat, server):
    other = replace(chat, spec=Spec("openai", "gpt-y"), connect=partial(client_of, server.url, "gpt-y"))
    server.usual = lambda body: fails(503 if body["model"] == "gpt-x" else 401)(body)
    found = WithFallback(chat, other).write(ASK, nobody)
    assert (found.usage.calls, found.usage.model, found.trouble.kind) == (4, "openai:gpt-y", "key")


# What is told of it


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422, 429, 500, 503])
def test_of_a_providers_message_nothing_is_kept(status, chat, server, caplog, capfd):
    caplog.set_level(logging.INFO)
    server.usual = fails(status, message=f"{KEY} and what was said of tea: {ASK.user}")
    trouble = filled(chat).trouble
    told = str(trouble) + repr(trouble) + caplog.text + "".join(capfd.readouterr())
    assert KEY not in told
    assert ASK.user not in told
    assert trouble.__cause__ is None
    assert trouble.kind not in FINAL or str(trouble) == FINAL[trouble.kind]


def test_the_key_is_in_no_log_however_much_is_logged(chat, caplog):
    caplog.set_level(logging.DEBUG)
    assert chat.write(ASK, nobody).value == FORM
    assert "POST" in caplog.text
    assert KEY not in caplog.text
    assert KEY not in repr(chat) + repr(chat.connect())


def test_nothing_is_traced_whatever_the_environment_says(chat, server, monkeypatch):
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGCHAIN_TRACING_V2", "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "x")
    client = partial(connect, chat.spec, key=None, base_url=server.url, temperature=0.0, patience=10.0)
    assert replace(chat, connect=client).write(ASK, nobody).value == FORM
    time.sleep(0.2)
