"""What a file leaves out is filled in the same way every time."""

from __future__ import annotations

import re

import pytest

from knowledge.formats.ids import card_id, slug
from knowledge.formats.kind import infer_kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Tell me about a time you failed.", "behavioural"),
        ("Describe a time when a plan fell apart", "behavioural"),
        ("Describe a difficult situation you were in.", "behavioural"),
        ("Give me an example of good feedback", "behavioural"),
        ("Have you ever missed a deadline?", "behavioural"),
        ("You led a team. What did you do?", "behavioural"),
        ("What would you do if the oven broke?", "situational"),
        ("How would you calm a guest?", "situational"),
        ("Imagine the oven breaks. What now?", "situational"),
        ("Suppose two guests quarrel.", "situational"),
        ("You are alone on the night shift. What comes first?", "situational"),
        ("You have an hour. Where do you start?", "situational"),
        ("A guest faints at the counter. What do you do?", "situational"),
        ("Can you explain the difference between yeast and sourdough?", "technical"),
        ("What is yeast?", "technical"),
        ("How do you score a loaf?", "technical"),
        ("", "technical"),
    ],
)
def test_the_kind_follows_from_how_a_question_asks(question, kind):
    assert infer_kind(question) == kind


@pytest.mark.parametrize(
    ("question", "id"),
    [
        ("Why salt?", "why-salt"),
        ("  What's a Crème brûlée? ", None),
        ("What's new?", "whats-new"),
        ("Почему?", None),
        ("C++?", None),
        ("why " * 100, None),
    ],
)
def test_an_id_is_a_slug_with_a_hash_where_the_slug_tells_too_little(question, id):
    made = card_id(question)
    assert made == (id or made) == card_id(question)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,95}", made)
    assert id or re.search(r"-[0-9a-f]{6}$", made)


def test_questions_that_differ_have_ids_that_differ():
    asked = [
        ("What is C?", ""),
        ("What is C++?", ""),
        ("What is C#?", ""),
        ("What is C?", "Chef"),
        ("Что?", ""),
        ("Как?", ""),
    ]
    assert len({card_id(*question) for question in asked}) == len(asked)


def test_a_long_slug_ends_with_a_whole_word():
    assert slug("alpha " * 30).endswith("-alpha")
