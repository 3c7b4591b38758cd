"""The score is a formula that can be checked by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.score import ANCHORS, Score, score_of
from tests.builders import a_card

POINTS = ["k1", "k2", "k3", "k4"]
STATES = ("covered", "partial", "unsure", "contradicted", "retracted", "not_answered", "not_asked", "not_judged")


def scored(*of: Any) -> Score:
    """The score, where there is one."""
    score = score_of(*of)
    assert score is not None
    return score


def weighted(*weights: float):
    points = zip(a_card().key_points, weights, strict=True)
    return a_card(key_points=tuple(p.model_copy(update={"weight": w}) for p, w in points))


@pytest.mark.parametrize(
    ("states", "hit", "low", "high"),
    [
        ({}, 0, 0.0, 0.0),
        ({"k1": "covered"}, 0, 25.0, 25.0),
        ({"k1": "covered", "k2": "partial"}, 0, 37.5, 37.5),
        ({"k1": "covered", "k2": "unsure"}, 0, 25.0, 50.0),
        ({"k1": "unsure", "k2": "unsure", "k3": "unsure", "k4": "unsure"}, 0, 0.0, 100.0),
        ({"k1": "covered", "k2": "contradicted", "k3": "retracted", "k4": "not_answered"}, 0, 25.0, 25.0),
        ({"k1": "covered", "k2": "contradicted"}, 1, 20.0, 20.0),
        ({"k1": "covered", "k2": "unsure"}, 2, 15.0, 40.0),
        ({"k1": "covered", "k2": "not_judged", "k3": "not_judged"}, 0, 50.0, 50.0),
        ({"k1": "covered", "k2": "not_judged", "k3": "not_judged", "k4": "not_judged"}, 0, 100.0, 100.0),
        ({}, 9, 0.0, 0.0),
        (dict.fromkeys(POINTS, "covered"), 3, 85.0, 85.0),
        (dict.fromkeys(POINTS, "covered"), 9, 85.0, 85.0),
    ],
)
def test_by_hand(states, hit, low, high):
    assert score_of(a_card(), states, hit) == Score(low=low, high=high)


@pytest.mark.parametrize(
    ("weights", "states", "low"),
    [
        ((3, 1, 1, 1), {"k1": "covered"}, 50.0),
        ((3, 1, 1, 1), {"k2": "covered"}, 16.7),
        ((10, 0.1, 0.1, 0.1), {"k1": "partial"}, 48.5),
        ((3, 1, 1, 1), {"k1": "not_judged", "k2": "covered"}, 33.3),
    ],
)
def test_weights_count(weights, states, low):
    assert scored(weighted(*weights), states).low == low


def test_nothing_judged_is_no_score():
    assert score_of(a_card(), dict.fromkeys(POINTS, "not_judged"), 3) is None


states = st.dictionaries(st.sampled_from(POINTS), st.sampled_from(STATES))
hits = st.integers(0, 5)
weights = st.lists(st.sampled_from([0.1, 1.0, 2.0, 10.0]), min_size=4, max_size=4)


@given(states, hits, weights)
def test_any_score_lies_between_0_and_100_low_below_high_with_a_level(states, hit, weights):
    score = score_of(weighted(*weights), states, hit)
    assert (score is None) == all(states.get(point) == "not_judged" for point in POINTS)
    if score is not None:
        assert 0 <= score.low <= score.high <= 100
        assert (score.low == score.high) or "unsure" in states.values()
        assert score.anchor
        assert score.meaning


@given(states, hits, st.sampled_from(POINTS))
def test_covering_a_point_never_lowers_a_score_and_a_minefield_never_raises_one(states, hit, point):
    before = scored(a_card(), {**states, point: "not_asked"}, hit)
    covered = scored(a_card(), {**states, point: "covered"}, hit)
    assert before.low <= covered.low
    assert before.high <= covered.high
    worse = scored(a_card(), {**states, point: "not_asked"}, hit + 1)
    assert worse.low <= before.low
    assert worse.high <= before.high


@given(states, hits)
def test_the_truth_about_what_the_judge_was_unsure_of_lies_in_the_range(states, hit):
    score = score_of(a_card(), states, hit)
    for verdict in ("covered", "partial", "not_answered"):
        known = {point: verdict if state == "unsure" else state for point, state in states.items()}
        truth = score_of(a_card(), known, hit)
        assert (score is None) == (truth is None)
        if score and truth:
            assert score.low <= truth.low == truth.high <= score.high


@pytest.mark.parametrize(
    ("low", "anchor"), [(0, 3), (24.9, 3), (25, 2), (49.9, 2), (50, 1), (74.9, 1), (75, 0), (100, 0)]
)
def test_each_level_begins_where_its_anchor_says(low, anchor):
    score = Score(low=float(low), high=100.0)
    assert (score.anchor, score.meaning) == ANCHORS[anchor][1:]
