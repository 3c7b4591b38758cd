"""The score is a formula that can be checked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.score import score_of
from tests.builders import a_card

STATES = ("covered", "partial", "unsure", "contradicted", "retracted", "not_answered", "not_asked", "not_judged")


@pytest.mark.parametrize(
    ("states", "hit", "low", "high"),
    [
        ({"k1": "covered"}, 0, 25.0, 25.0),
        ({"k1": "covered", "k2": "partial"}, 0, 37.5, 37.5),
        ({"k1": "covered", "k2": "unsure"}, 0, 25.0, 50.0),
        ({"k1": "covered", "k2": "contradicted"}, 1, 20.0, 20.0),
        ({"k1": "covered", "k2": "not_judged", "k3": "not_judged"}, 0, 50.0, 50.0),
        ({}, 9, 0.0, 0.0),
        ({f"k{n}": "covered" for n in range(1, 5)}, 9, 85.0, 85.0),
    ],
)
def test_by_hand(states, hit, low, high):
    score = score_of(a_card(), states, hit)
    assert score is not None
    assert (score.low, score.high) == (low, high)


def test_weights_count():
    points = tuple(p.model_copy(update={"weight": 3.0 if p.id == "k1" else 1.0}) for p in a_card().key_points)
    score = score_of(a_card(key_points=points), {"k1": "covered"})
    assert score is not None
    assert score.low == 50.0


def test_nothing_judged_is_no_score():
    assert score_of(a_card(), {f"k{n}": "not_judged" for n in range(1, 5)}) is None


@given(st.dictionaries(st.sampled_from(["k1", "k2", "k3", "k4"]), st.sampled_from(STATES)), st.integers(0, 5))
def test_any_score_lies_between_0_and_100_low_below_high_with_a_level(states, hit):
    score = score_of(a_card(), states, hit)
    if score is not None:
        assert 0 <= score.low <= score.high <= 100
        assert score.anchor
        assert score.meaning
