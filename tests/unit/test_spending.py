"""What a language model uses, in words."""

from __future__ import annotations

import pytest

from bot.interview import Interview, Plan
from bot.spending import cap_words, estimate_words, today_words, turn_words, where_it_goes
from bot.turn import Switched
from bot.usage import Caps, Usage
from tests.builders import a_card

USED = Usage(calls=2, input_tokens=3000, output_tokens=400, cost=0.0041)


def test_a_turn_an_estimate_and_a_day_are_told_with_their_price():
    assert turn_words(USED) == "2 calls, about 3,000 tokens in and 400 out, $0.0041 where nothing is cached"
    assert estimate_words(USED).startswith("About 2 calls, 3,000 tokens in and 400 out, $0.0041;")
    assert today_words(USED, Caps(day_calls=9, day_tokens=9000)) == "2 of 9 calls, 3,400 of 9,000 tokens, $0.0041"


def test_what_is_not_known_is_not_told():
    unpriced = USED.model_copy(update={"cost": None})
    assert today_words(unpriced, Caps()) == "2 of any number of calls, 3,400 of any number of tokens, price unknown"


@pytest.mark.parametrize(
    ("share", "word"), [(0, ""), (0.79, ""), (0.8, "80% of a cap"), (1, "is reached"), (3, "is reached")]
)
def test_a_cap_is_told_before_it_is_reached(share, word):
    assert word in cap_words(share)
    assert bool(cap_words(share)) == bool(word)


@pytest.mark.parametrize(
    ("planned", "turns", "models", "said"),
    [
        ("model", (), ("a:b", "c:d"), "What you type is sent to a:b and c:d."),
        ("model", (), (), "Everything stays on this machine."),
        ("embedded", (), ("a:b",), "Everything stays on this machine."),
        ("model", (Switched(to="embedded"),), ("a:b",), "From here on, everything stays on this machine."),
        ("embedded", (Switched(to="model"),), ("a:b",), "What you type is sent to a:b."),
    ],
)
def test_where_the_words_go_is_said_as_it_is(planned, turns, models, said):
    interview = Interview(id="i", plan=Plan(cards=(a_card(),), interviewer=planned), turns=turns)
    assert where_it_goes(interview, models) == said
