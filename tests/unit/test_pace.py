"""Typing practice: three numbers, and what follows from them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.pace import Pace, total


@pytest.mark.parametrize(
    ("first", "seconds", "words", "per_minute"),
    [
        (10, 70, 60, 60),
        (0, 30, 60, 120),
        (None, 60, 60, 60),
        (None, None, 60, None),
        (3, None, 60, None),
        (5, 5, 60, None),
        (9, 5, 60, None),
        (0, 0, 0, None),
        (0, 30, 0, 0),
    ],
)
def test_pace_counts_from_the_first_key_and_is_unknown_where_no_time_passed(first, seconds, words, per_minute):
    assert Pace(first_word=first, seconds=seconds, words=words).words_a_minute == per_minute


@pytest.mark.parametrize(
    ("paces", "whole"),
    [
        ([], None),
        ([(2, 32, 30)], (2, 32, 30)),
        ([(2, 32, 30), (4, 34, 30)], (6, 66, 60)),
        ([(2, 32, 30), (None, 34, 30)], (None, 66, 60)),
        ([(2, 32, 30), (None, None, 90)], (None, None, 120)),
        ([(None, None, 5), (None, None, 6)], (None, None, 11)),
    ],
)
def test_several_answers_add_up_and_what_was_not_seen_of_one_is_not_known_of_all(paces, whole):
    made = [Pace(first_word=first, seconds=seconds, words=words) for first, seconds, words in paces]
    found = total(made)
    assert (found and (found.first_word, found.seconds, found.words)) == whole


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
def test_a_time_that_cannot_be_is_refused(seconds):
    for field in ("first_word", "seconds"):
        with pytest.raises(ValidationError):
            Pace.model_validate({field: seconds, "words": 1})


one = st.builds(
    lambda first, typing, words: Pace(first_word=first, seconds=first + typing, words=words),
    st.floats(0, 600), st.floats(1, 600), st.integers(0, 500),
)  # fmt: skip


@given(st.lists(one, min_size=1, max_size=6))
def test_the_pace_of_all_lies_between_the_slowest_and_the_fastest(paces):
    each = [pace.words_a_minute for pace in paces]
    whole = total(paces)
    assert whole
    assert min(each) * 0.999 - 1e-9 <= whole.words_a_minute <= max(each) * 1.001 + 1e-9
