"""The lint says what an author should mend, where, and how."""

from __future__ import annotations

import pytest

from knowledge.card import Card, KeyPoint, WorkedAnswer
from knowledge.lint import lint
from tests.builders import a_card
from tests.fakes import HashingEncoder


def advice(card: Card) -> list[tuple[str, str]]:
    return [(row.place, row.problem) for row in lint(card, HashingEncoder())]


def with_point(**fields: object) -> Card:
    point = KeyPoint.model_validate(
        {
            "id": "k1",
            "label": "Reach",
            "text": "Big accounts are seen by far more people, most of whom care little for the product.",
            "probe": "What else would you weigh?",
        }
        | fields
    )
    return a_card(key_points=(point,))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"probe": ""}, "has no probe"),
        ({"probe": "Say more."}, "not a question"),
        ({"probe": "Do big accounts reach people who care little?"}, "gives its point away"),
        ({"label": "Big accounts seen by more people", "text": "Big accounts are seen by more people."}, "whole point"),
    ],
)
def test_a_point_is_told_what_ails_it(fields, problem):
    assert any(place == "k1" and problem in said for place, said in advice(with_point(**fields)))


def test_a_sound_point_is_left_alone():
    assert not [said for place, said in advice(with_point()) if place == "k1"]


def test_two_key_points_that_say_the_same_are_found():
    text = "Price rises with the number of followers, so a small budget buys small accounts."
    points = tuple(KeyPoint(id=f"k{n}", label=f"Cost {n}", text=text, probe="And what else?") for n in (1, 2))
    assert ("k2", "says the same as k1") in advice(a_card(key_points=points))


def test_a_quote_that_is_not_in_its_answer_is_found():
    answer = WorkedAnswer.model_validate(
        {
            "id": "solid",
            "level": "solid",
            "text": "word " * 90,
            "key_points": {"k1": {"verdict": "covered", "quote": "never said"}},
        }
    )
    assert ("solid.k1", "the quote is not in the answer") in advice(
        with_point().model_copy(update={"answers": (answer,)})
    )


def test_what_is_absent_is_named():
    places = [place for place, _ in advice(with_point())]
    assert {"key_points", "answers"} <= set(places)
