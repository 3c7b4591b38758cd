"""A quote counts only if it stands in the answer, word for word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.quote import find_quote

ANSWER = "We “listen” first.\nThen we   write it down, that's all (a+b) <b>."


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("We “listen” first", "We “listen” first"),
        ('we "LISTEN" first', "We “listen” first"),
        ("we «listen» first", "We “listen” first"),
        ("then we write it down", "Then we   write it down"),
        ("that’s all", "that's all"),
        ("first. Then we", "first.\nThen we"),
        ('"write it down"', "write it down"),
        ("  write\n it\tdown ", "write it down"),
        ("(a+b)", "(a+b)"),
        ("(a+b) ‹b>", "(a+b) <b>"),
        ("we listened first", None),
        ("we list", None),
        ("listen first", None),
        ("write down", None),
        ("write it… down", None),
        ("we.*down", None),
        ("We “listen” first. Then we write it down, that's all (a+b) <b>. And more", None),
        ("", None),
        ("   ", None),
        ("…", None),
        ('""', None),
    ],
)
def test_only_case_space_and_quotation_marks_may_differ(quote, found):
    assert find_quote(quote, ANSWER) == found


@given(st.text(min_size=1, max_size=200), st.data())
def test_any_piece_with_a_word_in_it_is_found(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    piece = text[start : data.draw(st.integers(start + 1, len(text)))]
    found = find_quote(piece, text)
    assert found is None or found in text
    if any(c.isalnum() for c in piece):
        assert found is not None


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_is_found_always_stands_in_the_answer(quote, answer):
    found = find_quote(quote, answer)
    assert found is None or found in answer


@given(st.text(max_size=60), st.text(max_size=200))
def test_what_was_found_once_is_found_again_unchanged(quote, answer):
    found = find_quote(quote, answer)
    assert found is None or find_quote(found, answer) is not None
