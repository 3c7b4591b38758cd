"""What marks, grades, praises or faults is told from honest talk, in a model's words and in the steps of a debrief."""

from __future__ import annotations

import time

import pytest

from bot.marks import gives_a_mark
from knowledge.bank import shipped
from tests.builders import PHRASES

MARKS = [
    "10/10", "I'd say 7 out of 10.", "That's 8.5 / 10 for me.", "Your score is high.", "A full score for that.",
    "Your final grade: B.", "Score: 9", "The rating is 4.", "Full marks!", "top marks for that", "You've passed.",
    "You have now failed.", "you are hired", "You’ve nailed it.", "You missed the cups.",
    "You just forgot the water.", "You left out the last part.", "You overlooked the guests.",
    "You've covered everything.", "You covered most of it.", "All key points are covered.",
    "Every point has been met.", "all points covered", "That's correct.", "That’s right.", "This is wrong.",
    "It was really very good.", "Your answer is excellent.", "The answer was not quite right.", "Which is spot on.",
    "That is incomplete.", "Excellent!", "Great answer. What next?", "Perfect.", "Okay. Well done!",
    "Thanks, brilliant!", "Very good point.", "What a great example.", "Good job.", "Nice work!", "Correct.",
    "Wrong.", "Exactly right, and what next?", "That was an excellent answer.", "Impressive thinking.",
]  # fmt: skip
HONEST = [
    "What does a great handover look like?", "In your view, is that the right order?",
    "How would you score the risk?", "What did you score highest on?", "How good is good enough?",
    "When is perfect the enemy of good?", "What makes the right moment for that?",
    "How would you know what is wrong with it?", "What was the correct figure?",
    "What did you learn from the person who was wrong?", "How do you mark the pots?",
    "Why did the manager fail to see it?", "What would your best customer say?",
    "How do you hire for a team like that?", "What did it cost, in the end?",
    "Say how long it takes, and who pays for it.", "Name the person who decides, and by when.",
    "Put a figure on it: how many of the guests came back?", "Start with the water and keep the cups for later.",
    "Let me give you a moment.", "That's all right.", "I see.", "Thank you.", "Understood.", "All right.",
    "Fair enough.", "Right.", "",
]  # fmt: skip


@pytest.mark.parametrize("text", MARKS)
def test_a_mark_a_verdict_or_praise_is_seen(text):
    assert gives_a_mark(text)


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_question_or_piece_of_advice_is_none(text):
    assert not gives_a_mark(text)


def test_no_key_point_of_the_bank_is_one_so_that_advice_may_hold_it():
    texts = [point.text for card in shipped() for point in card.key_points]
    assert not [text for text in texts if gives_a_mark(text)]


def test_nor_is_any_way_in_which_the_scripted_interviewer_follows_up():
    things = [
        name for name in PHRASES.ways if name.startswith(("acknowledge", "probe", "challenge", "explain", "steer"))
    ]
    assert not [way for name in things for way in PHRASES.ways[name].ways if gives_a_mark(way)]


@pytest.mark.parametrize(
    "text",
    [
        "1" * 12_000, "1 " * 6000, "1 out of " * 1300, "you have just now " * 700, "that is very " * 900, "!" * 12_000,
        ". " * 6000, ", great" * 1700, "your answer is not quite " * 480, "that's " * 1700, "a" * 12_000, " " * 12_000,
    ],
)  # fmt: skip
def test_the_oddest_text_is_read_in_no_time(text):
    began = time.perf_counter()
    gives_a_mark(text)
    assert time.perf_counter() - began < 1
