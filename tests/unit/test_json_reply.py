"""The JSON object in what a model wrote."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.json_reply import LARGEST, json_object, without_thinking

FORM = '{"a": {"b": [1, "two"]}}'
READ = {"a": {"b": [1, "two"]}}


@pytest.mark.parametrize(
    "text",
    [
        FORM,
        f"  \n{FORM}\n",
        f"\ufeff{FORM}",
        f"Here you are: {FORM} Anything else?",
        f"```json\n{FORM}\n```",
        f"<think>First {{k1}}, then k2.</think>\n{FORM}",
        f" <thinking>\nHm.\n</thinking>{FORM}",
        f"[{FORM}]",
    ],
)
def test_the_outermost_object_is_read_whatever_stands_around_it(text):
    assert json_object(text) == READ


@pytest.mark.parametrize(
    "text",
    [
        "",
        "k1 is covered",
        "7",
        "null",
        "[1, 2]",
        '"{"',
        "}{",
        "{",
        '{"a": 1',
        '{"a": 1,}',
        "{'a': 1}",
        "{a: 1}",
        f"{FORM} {FORM}",
        f"{{curly}} {FORM}",
        json.dumps(FORM),
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"a": -Infinity}',
        '{"a": 1, "a": 2}',
        '{"b": {"a": 1, "a": 1}}',
        '{"a": 1, "a\u200b": 2}',
        '{"a": ' + "1" * 5000 + "}",
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        '{"a": ' + "[" * 90_000 + "]" * 90_000 + "}",
        '{"a": "' + "x" * LARGEST + '"}',
        "<think>it is never said what",
        f"<think>{FORM}",
    ],
)
def test_what_holds_no_object_is_a_value_error(text):
    with pytest.raises(ValueError):
        json_object(text)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('{"a": "half \\ud83d an emoji"}', {"a": "half  an emoji"}),
        ('{"a": ["\\u202edetsrever", {"b": "\\u001b[31mred"}]}', {"a": ["detsrever", {"b": "[31mred"}]}),
        ('{"\\udc00a": "nul\\u0000"}', {"a": "nul"}),
        ('{"a": "two\\nlines and \\ud83c\\udf75"}', {"a": "two\nlines and 🍵"}),
        ('{"a": "Zo\\u00eb, zero\\u200dwidth joiners stay"}', {"a": "Zoë, zero\u200dwidth joiners stay"}),
    ],
)
def test_what_nobody_would_see_is_taken_out(written, read):
    assert json_object(written) == read


values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(st.characters(max_codepoint=0x24F, categories=["L"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcdef"), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from("abcdef"), values, max_size=4))
def test_what_json_writes_is_read_as_it_was(form):
    assert json_object(f"Sure:\n{json.dumps(form)}\n.") == form


@given(st.text(st.sampled_from('{}[]":,\\ au0123dDeE+-.\n\u200b\ud83d<think>/')))
def test_any_text_is_an_object_that_can_be_stored_or_a_value_error(text):
    try:
        found = json_object(text)
    except ValueError:
        return
    assert json.dumps(found, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("What next?", "What next?"),
        ("<think>Hm.</think>What next?", "What next?"),
        ("<think>Hm.</think>\n\nWhat next?", "What next?"),
        ("\n <thinking>Hm.</thinking> What?", "What?"),
        ("<think>Hm", ""),
        ("<think>", ""),
        ("<thinker>Hm</thinker>", "<thinker>Hm</thinker>"),
        ("I <think>Hm.</think> so", "I <think>Hm.</think> so"),
    ],
)
def test_only_thoughts_that_come_first_are_taken_off(text, rest):
    assert without_thinking(text) == rest


def test_a_long_text_is_read_in_little_time():
    began = time.perf_counter()
    for text in (
        "<think>" * 30_000,
        "<think>" + "</think" * 30_000,
        "{" * 190_000,
        '{"a": "' + "\\u200b" * 30_000 + '"}',
    ):
        without_thinking(text)
        try:
            json_object(text)
        except ValueError:
            continue
    assert time.perf_counter() - began < 2
