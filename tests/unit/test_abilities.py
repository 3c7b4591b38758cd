"""What a server can do: which request comes after a refused one, and what is remembered of it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.abilities import LADDER, Abilities, Remembered

ALL = Abilities()
BARE = Abilities("text", False, True, False, False)
abilities = st.builds(Abilities, st.sampled_from(LADDER), st.booleans(), st.booleans(), st.booleans(), st.booleans())


@pytest.mark.parametrize(
    ("before", "message", "after"),
    [
        (ALL, "Unsupported value: 'temperature' does not support 0 with this model", Abilities(temperature=False)),
        (ALL, "unknown field stream_options", Abilities(stream_usage=False)),
        (ALL, "stream_options.include_usage is not permitted", Abilities(stream_usage=False)),
        (ALL, "Use 'max_completion_tokens' instead of 'max_tokens'", Abilities(cap=False)),
        (ALL, "Streaming is not supported", Abilities(streams=False)),
        (ALL, "TEMPERATURE?", Abilities(temperature=False)),
        (ALL, "response_format is not supported", Abilities("json_object")),
        (ALL, "no", Abilities("json_object")),
        (ALL, "", Abilities("json_object")),
        (Abilities("json_object"), "response_format is not supported", Abilities("text")),
        (Abilities("json_object"), "no", BARE),
        (Abilities("text"), "no", BARE),
        (Abilities("text", temperature=False), "temperature", BARE),
        (Abilities("text", temperature=False), "max_tokens", Abilities("text", temperature=False, cap=False)),
        (BARE, "temperature, max_tokens, stream_options, response_format", None),
        (BARE, "no", None),
    ],
)
def test_after_a_refused_form_what_was_named_is_left_out_first(before, message, after):
    assert before.after_refusal(message, form=True) == after


@pytest.mark.parametrize(
    ("before", "message", "after"),
    [
        (ALL, "no", Abilities("json_schema", False, True, False, False)),
        (ALL, "response_format", Abilities("json_schema", False, True, False, False)),
        (ALL, "temperature", Abilities(temperature=False)),
        (Abilities("json_schema", False, True, False, False), "no", None),
    ],
)
def test_refused_words_say_nothing_about_forms(before, message, after):
    assert before.after_refusal(message, form=False) == after


@given(abilities, st.lists(st.sampled_from(["no", "temperature", "stream", "stream_options", "max_tokens", "json"])))
def test_whatever_is_said_each_request_is_weaker_and_there_is_a_last_one(before, messages):
    seen = [before]
    for message in [*messages, *["no"] * 3]:
        after = seen[-1].after_refusal(message, form=True)
        if after is None:
            break
        assert after not in seen
        assert LADDER.index(after.structured) >= LADDER.index(seen[-1].structured)
        seen.append(after)
    assert len(seen) <= 8
    assert seen[-1].after_refusal("no", form=True) is None


def test_a_way_of_asking_that_there_is_none_of_is_refused():
    with pytest.raises(ValueError, match="'xml'"):
        Abilities("xml")


def test_everything_is_hoped_of_a_model_that_was_never_met(tmp_path):
    assert Remembered().of("a") == Remembered(tmp_path / "file").of("a") == ALL


def test_what_was_found_out_is_known_to_the_next_process(tmp_path):
    file = tmp_path / "file"
    first = Remembered(file)
    first.learn("a", BARE)
    first.learn("b", Abilities(streams=False))
    second = Remembered(file)
    assert (second.of("a"), second.of("b"), second.of("c")) == (BARE, Abilities(streams=False), ALL)
    second.forget("a")
    assert Remembered(file).of("a") == ALL
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        "null",
        '"a"',
        '{"a": null}',
        '{"a": []}',
        '{"a": "text"}',
        '{"a": {"structured": "xml"}}',
        '{"a": {"structured": ["text"]}}',
        '{"a": {"structured": null}}',
        '{"a": {"invented": true}}',
        "\udcff",
    ],
)
def test_a_file_that_cannot_be_read_is_as_good_as_none_and_written_anew(text, tmp_path):
    file = tmp_path / "file"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    remembered = Remembered(file)
    assert remembered.of("a") == ALL
    remembered.learn("a", BARE)
    assert Remembered(file).of("a") == BARE


def test_a_file_that_cannot_be_written_is_no_trouble(tmp_path):
    remembered = Remembered(tmp_path / "no such folder" / "file")
    remembered.learn("a", BARE)
    assert remembered.of("a") == BARE
    (tmp_path / "folder").mkdir()
    Remembered(tmp_path / "folder").learn("a", BARE)
    assert list((tmp_path / "folder").iterdir()) == []


def test_many_threads_lose_nothing(tmp_path):
    file = tmp_path / "file"
    remembered = Remembered(file)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: remembered.learn(f"model {n}", BARE), range(40)))
    assert {Remembered(file).of(f"model {n}") for n in range(40)} == {BARE}
    assert len(json.loads(file.read_text("utf-8"))) == 40
