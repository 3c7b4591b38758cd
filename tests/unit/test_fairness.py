"""The changes that must not matter change what they say and nothing else."""

from __future__ import annotations

import random

import pytest

from bench.fairness import CHANGES, FILLER, changed

TEXT = "I asked the manager whether he needs the report. She really wants a list, so I would write it for them."


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            "gender swapped",
            "I asked the manager whether she needs the report. He really wants a list, so I would write",
        ),
        ("second-language grammar", "I asked manager whether he need report. She really wants list, so I write it"),
        ("small words left out", "i asked manager whether he needs report. she wants list, so i would write it"),
    ],
)
def test_a_change_by_rule(change, expected):
    assert CHANGES[change](TEXT, random.Random(0)).startswith(expected)


@pytest.mark.parametrize("sentence", ["it was late", "she has it", "he does that", "it is fine"])
def test_irregular_verbs_are_left_whole(sentence):
    assert CHANGES["second-language grammar"](sentence, random.Random(0)) == sentence


def test_one_candidate_has_one_name():
    row = {"id": "a", "turns": [{"q": "How?", "a": "So."}, {"q": "And then?", "a": "Thus."}]}
    one, other = (exchange.answer for exchange in changed(row, CHANGES["name and country"]))
    assert one.removesuffix("So.") == other.removesuffix("Thus.")


def test_a_name_goes_in_front():
    assert CHANGES["name and country"](TEXT, random.Random(0)).endswith(TEXT)


def test_filler_goes_around():
    changed = CHANGES["filler around it"](TEXT, random.Random(0))
    assert all(sentence in changed for sentence in (*FILLER, TEXT))


def test_typing_errors_keep_the_letters():
    changed = CHANGES["typing errors"](TEXT * 5, random.Random(1))
    assert changed != TEXT * 5
    assert sorted(changed) == sorted(TEXT * 5)
