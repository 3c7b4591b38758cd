"""Drafts of cards: kept as they stand, finished only when they are whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.drafts import Drafts
from knowledge.errors import BadInput, NotFound
from tests.builders import a_card


@pytest.fixture
def drafts(tmp_path):
    return Drafts(tmp_path / "drafts")


def filled(draft, **fields):
    return replace(draft, card={**draft.card, **fields})


def test_a_new_draft_has_one_empty_item_of_each_part_and_is_found_again(drafts):
    draft = drafts.begin()
    assert {kind: len(draft.card[kind]) for kind in ("key_points", "motivations", "minefields", "answers")} == {
        "key_points": 1, "motivations": 1, "minefields": 1, "answers": 0,
    }  # fmt: skip
    assert drafts.load(draft.name) == draft
    assert drafts.all() == [draft]


def test_a_draft_of_a_card_is_that_card_and_a_copy_has_an_id_and_a_source_of_its_own(drafts):
    card = a_card(source="Somewhere", licence="CC-BY-4.0")
    assert drafts.begin(card).finished() == card
    copied = drafts.begin(card, copied=True)
    assert (copied.of, copied.finished().source, copied.finished().licence) == ("", "", "")
    assert copied.finished().key_points == card.key_points
    first = copied.finished().id
    assert copied.finished({first}).id == f"{first}-2"
    assert copied.finished({first, f"{first}-2"}).id == f"{first}-3"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "the card has no `question`"),
        ({"question": "Why?"}, "the card has no key points"),
        ({"question": "Why?", "key_points": [{"id": "k1", "label": "A"}]}, "key point 1, text: .*no `text`"),
        (
            {
                "question": "Why?",
                "key_points": [{"id": "k1", "label": "A", "text": "B"}],
                "answers": [{"id": "a1", "level": "wise", "text": "C"}],
            },
            "worked answer 1, level: .*Write one of: novice, solid or expert",
        ),
    ],
)
def test_an_unfinished_draft_says_what_is_missing_and_where(drafts, fields, said):
    with pytest.raises(BadInput, match=said):
        filled(drafts.begin(), **fields).finished()


def test_items_that_were_left_empty_are_no_part_of_the_card(drafts):
    points = [{"id": "k1", "label": "A", "text": "B"}, {"id": "k2", "label": " ", "text": "", "weight": 2.0}]
    card = filled(drafts.begin(), question="Why?", key_points=points).finished()
    assert [point.id for point in card.key_points] == ["k1"]
    assert card.motivations == card.minefields == ()


def test_a_part_gets_an_id_that_is_free_and_takes_its_labels_with_it(drafts):
    answer = {
        "id": "a1", "level": "solid", "text": "Words", "replies": {"k1": "More"}, "minefields": {"f1": "hit"},
        "key_points": {"k1": {"verdict": "covered", "quote": "Words"}, "k2": {"verdict": "missing"}},
    }  # fmt: skip
    draft = drafts.begin(a_card(answers=[answer]))
    fewer = draft.without_part("key_points", "k1").without_part("minefields", "f1").with_part("key_points")
    assert [point["id"] for point in fewer.card["key_points"]] == ["k2", "k3", "k4", "k5"]
    assert draft.without_part("key_points", "k4").with_part("key_points").card["key_points"][-1]["id"] == "k4"
    (left,) = fewer.card["answers"]
    assert (set(left["key_points"]), left["replies"], left["minefields"]) == ({"k2"}, {}, {})


@pytest.mark.parametrize("name", ["", "nothing", "../../etc/passwd", "0" * 16, "A" * 16])
def test_an_unknown_name_leads_nowhere(drafts, name):
    with pytest.raises(NotFound):
        drafts.load(name)


def test_a_damaged_draft_is_left_out_of_the_list(drafts, tmp_path):
    draft = drafts.begin()
    (tmp_path / "drafts" / f"{'f' * 16}.json").write_text("{", "utf-8")
    assert drafts.all() == [draft]
    drafts.drop(draft.name)
    drafts.drop(draft.name)
    assert drafts.all() == []


def test_lone_halves_of_characters_are_kept_and_told(drafts):
    draft = filled(drafts.begin(), question="Why \ud800?")
    drafts.save(draft)
    assert drafts.load(draft.name).card["question"] == "Why \ud800?"
