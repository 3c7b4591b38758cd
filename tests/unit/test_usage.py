"""Use of a model adds up, an unknown price stays unknown, and a cap is reached when any of its parts is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.usage import Caps, Usage, total

CENTS = st.integers(0, 10_000).map(lambda cents: cents / 64)
"""Amounts that binary fractions hold exactly, so that sums can be compared."""


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    whole = draw(st.integers(0, 10_000))
    return Usage(
        calls=draw(st.integers(0, 50)),
        input_tokens=whole,
        cached_tokens=draw(st.integers(0, whole)),
        output_tokens=draw(st.integers(0, 10_000)),
        seconds=draw(CENTS),
        cost=draw(st.none() | CENTS),
        model=draw(st.sampled_from(["", "gpt", "claude"])),
    )


@given(st.lists(usages(), max_size=6))
def test_a_total_is_the_sum_of_its_parts(parts):
    whole = total(parts)
    for field in ("calls", "input_tokens", "cached_tokens", "output_tokens", "tokens", "seconds"):
        assert getattr(whole, field) == sum(getattr(part, field) for part in parts)
    known = [part.cost for part in parts if part.cost is not None]
    assert whole.cost == (sum(known) if len(known) == len(parts) else None)
    assert 0 <= whole.cached_share <= 1


@given(usages(), usages(), usages())
def test_it_does_not_matter_in_which_order_it_is_added_up_but_for_the_model_named_last(one, other, third):
    assert (one + other) + third == one + (other + third)
    assert (one + other).model_copy(update={"model": ""}) == (other + one).model_copy(update={"model": ""})
    assert one + Usage() == one == Usage() + one


@pytest.mark.parametrize(
    ("first", "second", "cost", "model"),
    [
        (Usage(cost=0.25, model="a"), Usage(cost=0.5, model="b"), 0.75, "b"),
        (Usage(cost=0.25, model="a"), Usage(cost=0.5), 0.75, "a"),
        (Usage(cost=None, model="a"), Usage(cost=0.5, model="b"), None, "b"),
        (Usage(cost=0.5), Usage(cost=None), None, ""),
        (Usage(), Usage(), 0.0, ""),
    ],
)
def test_an_unknown_price_makes_the_whole_unknown_and_the_last_model_is_named(first, second, cost, model):
    assert ((first + second).cost, (first + second).model) == (cost, model)


@pytest.mark.parametrize(
    ("input_tokens", "cached", "share"), [(0, 0, 0.0), (100, 0, 0.0), (100, 25, 0.25), (8, 8, 1.0)]
)
def test_the_cached_share_is_of_the_input(input_tokens, cached, share):
    assert Usage(input_tokens=input_tokens, cached_tokens=cached).cached_share == share


@pytest.mark.parametrize(
    "fields",
    [
        {"calls": -1}, {"input_tokens": -1}, {"output_tokens": 1.5}, {"cached_tokens": "many"}, {"seconds": -0.1},
        {"seconds": float("nan")}, {"cost": -1}, {"cost": float("inf")}, {"dollars": 1},
    ],
)  # fmt: skip
def test_nonsense_is_no_use(fields):
    with pytest.raises(ValidationError):
        Usage.model_validate(fields)


ONE = Usage(calls=5, input_tokens=600, output_tokens=400)
DAY = Usage(calls=20, input_tokens=3000, output_tokens=1000)


@pytest.mark.parametrize(
    ("caps", "used"),
    [
        (Caps(), 0.0),
        (Caps(interview_calls=10), 0.5),
        (Caps(interview_tokens=2000), 0.5),
        (Caps(day_calls=20), 1.0),
        (Caps(day_tokens=16_000), 0.25),
        (Caps(interview_calls=10, interview_tokens=1000, day_calls=100, day_tokens=100_000), 1.0),
        (Caps(interview_calls=4), 1.25),
    ],
)
def test_the_cap_that_is_nearest_counts_and_0_is_none(caps, used):
    assert caps.used(ONE, DAY) == used


def test_what_costs_nothing_reaches_no_cap():
    assert Caps(interview_calls=1, interview_tokens=1, day_calls=1, day_tokens=1).used(Usage(), Usage()) == 0.0


@given(usages(), usages(), st.integers(0, 50), st.integers(0, 20_000))
def test_more_use_is_never_nearer_to_nothing(interview, more, calls, tokens):
    caps = Caps(interview_calls=calls, interview_tokens=tokens, day_calls=calls, day_tokens=tokens)
    assert caps.used(interview, interview) <= caps.used(interview + more, interview + more)
