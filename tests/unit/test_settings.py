"""Settings: what is set up is what may be called, and nothing is called without a key."""

from __future__ import annotations

import pytest

from bot.bootstrap import Greenroom
from bot.llm.providers import connect, spec_of
from bot.settings import DEFAULT_MODEL, Settings, load_settings
from knowledge.errors import BadSetting
from tests.builders import a_card

KEY = {"OPENAI_API_KEY": "sk-canary-of-the-settings"}
SERVER = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
CLAUDE = "anthropic:claude-x"


def settings(monkeypatch, **environment: str) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load_settings()


@pytest.mark.parametrize(
    ("environment", "models"),
    [
        ({}, ()),
        ({"OPENAI_API_KEY": "  "}, ()),
        ({"GREENROOM_MODEL": "openai:gpt-x"}, ()),
        ({"GREENROOM_MODEL": "llama3.1:8b"}, ()),
        ({"GREENROOM_FALLBACK_MODEL": CLAUDE}, ()),
        (KEY, (DEFAULT_MODEL,)),
        (SERVER, (DEFAULT_MODEL,)),
        (SERVER | {"GREENROOM_MODEL": "llama3.1:8b"}, ("llama3.1:8b",)),
        (KEY | {"GREENROOM_VOICE_MODEL": "openai:small"}, (DEFAULT_MODEL, "openai:small")),
        ({"GREENROOM_MODEL": CLAUDE}, (CLAUDE,)),
        ({"GREENROOM_JUDGE_MODEL": CLAUDE}, (CLAUDE,)),
        (KEY | {"GREENROOM_JUDGE_MODEL": CLAUDE}, (CLAUDE, DEFAULT_MODEL)),
        (KEY | {"GREENROOM_FALLBACK_MODEL": "embedded"}, (DEFAULT_MODEL,)),
        (KEY | {"GREENROOM_FALLBACK_MODEL": CLAUDE}, (DEFAULT_MODEL, CLAUDE)),
    ],
)
def test_a_model_is_set_up_by_a_key_a_server_or_another_providers_name(home, monkeypatch, environment, models):
    made = settings(monkeypatch, **environment)
    assert made.models == models
    assert made.has_model == bool(models)


def test_no_model_of_openai_is_called_without_a_key_whatever_is_set():
    with pytest.raises(BadSetting, match="OPENAI_API_KEY"):
        connect(spec_of("openai:gpt-x"), key=None, base_url="", temperature=0, patience=1)


@pytest.mark.parametrize(
    ("wanted", "environment", "plays"),
    [
        ("auto", {}, "embedded"),
        ("auto", KEY, "model"),
        ("embedded", KEY, "embedded"),
        ("model", KEY, "model"),
        ("model", {}, None),
    ],
)
def test_who_plays_is_what_is_set_and_a_model_that_is_not_there_is_said(home, monkeypatch, wanted, environment, plays):
    program = Greenroom(settings(monkeypatch, GREENROOM_INTERVIEWER=wanted, **environment))
    if plays is None:
        with pytest.raises(BadSetting, match="No language model is set up"):
            program.plan([a_card()])
    else:
        assert program.plan([a_card()]).interviewer == plays


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_BASE_URL", "ftp://somewhere"),
        ("GREENROOM_PATIENCE", "0"),
        ("GREENROOM_DAY_TOKENS", "-1"),
        ("GREENROOM_JUDGE_TEMPERATURE", "9"),
        ("GREENROOM_INTERVIEWER", "somebody"),
        ("GREENROOM_PRICE_INPUT", "nan"),
    ],
)
def test_a_setting_that_is_not_usable_is_named(home, monkeypatch, name, value):
    with pytest.raises(BadSetting, match=name):
        settings(monkeypatch, **{name: value})


def test_a_key_is_in_no_text_of_the_settings(home, monkeypatch):
    made = settings(monkeypatch, **KEY)
    assert made.openai_api_key is not None
    assert "canary" not in f"{made!r} {made} {made.model_dump_json()}"
