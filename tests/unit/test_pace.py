"""Typing practice: three numbers, and what follows from them."""

from __future__ import annotations

import pytest

from bot.pace import Pace, total


@pytest.mark.parametrize(
    ("first", "seconds", "words", "per_minute"),
    [(10, 70, 60, 60), (None, 60, 60, 60), (None, None, 60, None), (5, 5, 60, None), (0, 30, 0, 0)],
)
def test_pace_counts_from_the_first_key(first, seconds, words, per_minute):
    assert Pace(first_word=first, seconds=seconds, words=words).words_a_minute == per_minute


def test_several_answers_add_up():
    whole = total([Pace(first_word=2, seconds=32, words=30), Pace(first_word=4, seconds=34, words=30)])
    assert whole == Pace(first_word=6, seconds=66, words=60)
    assert whole.words_a_minute == 60
    assert total([]) is None
