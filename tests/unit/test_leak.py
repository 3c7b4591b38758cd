"""Eight words in a row of a point that nobody has made yet are a leak; a topic, and short common runs, are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.leak import RUN, leaks, runs, words_of

SECRET = "Weigh the leaves on a scale before you pour any water on them"


@pytest.mark.parametrize(
    ("utterance", "leaked"),
    [
        (SECRET, True),
        (SECRET.upper(), True),
        ("Do you weigh the leaves on a scale before you pour?", True),
        ("weigh, the leaves: on a (scale) before… YOU!", True),
        ("Weigh the leaves on\n\na   scale before you", True),
        ("What about weighing the leaves?", False),
        ("Weigh the leaves on a scale before", False),
        ("Weigh the leaves on a big scale before you pour any", False),
        ("water any pour you before scale a on leaves the weigh", False),
        ("", False),
    ],
)
def test_eight_words_in_a_row_are_a_leak_however_they_are_set(utterance, leaked):
    assert leaks(utterance, ["Something else altogether", SECRET]) is leaked


def test_a_secret_of_fewer_words_leaks_when_it_is_said_whole():
    assert leaks("Is it that price rises?", ["Price rises"])
    assert not leaks("Is it the price?", ["Price rises"])
    assert not leaks("Anything", ["", "…"])
    assert not leaks("Anything", [])


def test_apostrophes_are_one_character_however_they_are_typed():
    assert words_of("Don’t") == words_of("don't") == ("don't",)


words = st.lists(st.sampled_from(["to", "be", "or", "not", "that", "is", "the", "question"]), min_size=1, max_size=20)


@given(words, words, words)
def test_any_run_of_eight_leaks_wherever_it_stands(before, secret, after):
    text = " ".join([*before, *secret[:RUN], *after])
    assert leaks(text, [" ".join(secret)])


@given(words, words)
def test_a_leak_is_a_shared_run_and_nothing_else(said, secret):
    text, hidden = " ".join(said), " ".join(secret)
    length = min(RUN, len(secret))
    assert leaks(text, [hidden]) == bool(len(said) >= length and runs(text, length) & runs(hidden))
