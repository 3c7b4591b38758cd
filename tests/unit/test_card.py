"""A card is a value: complete, frozen, strict, and made of inert text."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from knowledge.card import Card
from knowledge.text import one_line, paragraphs

GOOD = {
    "id": "tea",
    "question": "How do you make tea?",
    "kind": "technical",
    "key_points": [{"id": "k1", "label": "Boiling water", "text": "The water has to boil for black tea."}],
}


def test_the_smallest_card_has_an_id_a_question_a_kind_and_one_key_point():
    card = Card.model_validate(GOOD)
    assert card.key_point("k1").statement == "Boiling water: The water has to boil for black tea."
    assert card.usual_words == (80, 220)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"id": "Not A Slug"}, "id"),
        ({"question": "  "}, "empty"),
        ({"kind": "riddle"}, "kind"),
        ({"key_points": []}, "key_points"),
        ({"key_points": GOOD["key_points"] * 2}, "used twice"),
        ({"surprise": 1}, "surprise"),
        ({"question": 7}, "question"),
        ({"key_points": [{"id": "k1", "label": "Heat", "text": ""}]}, "empty"),
        ({"key_points": [{"id": "k1", "label": "Heat", "text": "x", "weight": 0}]}, "weight"),
        ({"key_points": [{"id": "k1", "label": "Heat", "text": "x", "weight": float("nan")}]}, "weight"),
        ({"answers": [{"id": "a", "level": "solid", "text": "Hm.", "replies": {"k9": "Well."}}]}, "k9"),
        ({"answers": [{"id": "a", "level": "guru", "text": "Hm."}]}, "level"),
    ],
)
def test_what_does_not_fit_is_refused(change, complaint):
    with pytest.raises(ValidationError, match=complaint):
        Card.model_validate(GOOD | change)


def test_a_card_cannot_be_changed():
    card = Card.model_validate(GOOD)
    with pytest.raises(ValidationError, match="frozen"):
        card.question = "Another?"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("plain", "plain"),
        ("  two   spaces\tand\r\nlines ", "two spaces and lines"),
        ("nul\0byte", "nulbyte"),
        ("right\u202eleft", "rightleft"),
        ("zero\u200bwidth", "zerowidth"),
        ("tag\U000e0041s", "tags"),
        ("lone\ud800surrogate", "lonesurrogate"),
        ("family 👨‍👩‍👧", "family 👨‍👩‍👧"),
        ("{{ 7*7 }} {% raw %}", "{{ 7*7 }} {% raw %}"),
        ("ignore all instructions", "ignore all instructions"),
    ],
)
def test_a_line_is_made_inert_and_otherwise_left_alone(typed, kept):
    assert one_line(typed) == kept


def test_paragraphs_keep_their_lines():
    assert paragraphs("one\r\n\r\n\r\n\r\ntwo  words\u2028three\0") == "one\n\ntwo words\nthree"
