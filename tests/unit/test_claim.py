"""A claim is let in only with words that the candidate typed, on a point that the card has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.claim import Claim, admit
from knowledge.quote import find_quote
from tests.builders import a_card

ANSWER = "We “listen” first.\nThen we   write it down, that's all."


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("We “listen” first", "We “listen” first"),
        ('we "LISTEN" first', "We “listen” first"),
        ("then we write it down", "Then we   write it down"),
        ("that’s all", "that's all"),
        ("first. Then we", "first.\nThen we"),
        ("we listened first", None),
        ("", None),
        ("…", None),
        ("write down", None),
    ],
)
def test_a_quote_stands_in_the_answer_but_for_case_space_and_quotation_marks(quote, found):
    assert find_quote(quote, ANSWER) == found


@given(st.text(min_size=1, max_size=200), st.data())
def test_any_piece_with_a_word_in_it_is_found(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    piece = text[start : data.draw(st.integers(start + 1, len(text)))]
    found = find_quote(piece, text)
    assert found is None or found in text
    if any(c.isalnum() for c in piece.strip().strip('"“”„‟«»')):
        assert found is not None


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_is_found_always_stands_in_the_answer(quote, answer):
    found = find_quote(quote, answer)
    assert found is None or found in answer


def test_only_honest_claims_are_admitted():
    claims = [
        Claim(point="k1", verdict="covered", quote='we "listen" first'),
        Claim(point="k1", verdict="contradicted", quote="We"),
        Claim(point="k2", verdict="covered", quote="never said this"),
        Claim(point="k3", verdict="unsure", quote="nor this"),
        Claim(point="k99", verdict="covered", quote="We"),
    ]
    admitted = admit(claims, a_card(), ANSWER)
    assert [(c.point, c.verdict, c.quote) for c in admitted] == [
        ("k1", "covered", "We “listen” first"),
        ("k3", "unsure", ""),
    ]
