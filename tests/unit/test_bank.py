"""The shipped bank is worth practising on."""

from __future__ import annotations

from collections import Counter

import pytest

from knowledge.bank import shipped
from knowledge.difficulty import difficulty, share_covered
from knowledge.entries import points_of, whole_of
from knowledge.lint import lint
from knowledge.vectors import SHIPPED, key_of, read_vectors


@pytest.fixture(scope="module")
def bank():
    return shipped()


def test_it_has_enough_cards_functions_and_roles_and_all_three_kinds_in_fair_shares(bank):
    assert len(bank) >= 150
    assert len({card.function for card in bank}) >= 15
    assert len({card.role for card in bank}) >= 60
    assert min(Counter(card.kind for card in bank).values()) >= len(bank) / 4


def test_every_card_says_where_it_is_from_and_on_what_terms_it_may_be_passed_on(bank):
    assert {(card.source, card.licence) for card in bank} == {("Greenroom starter bank", "Apache-2.0")}


def test_every_card_has_a_probe_for_each_point_and_answers_that_cover_more_from_level_to_level(bank):
    for card in bank:
        assert all(point.probe for point in card.key_points), card.id
        said = {answer.level: share_covered(card, answer) for answer in card.answers}
        assert said["novice"] < said["solid"] < said["expert"] + 0.05, card.id


def test_difficulty_tells_the_cards_apart(bank):
    found = [difficulty(card) for card in bank]
    assert 0.2 < min(found) < 0.4 < 0.5 < max(found) < 0.8


def test_the_shipped_vectors_are_those_of_the_bank_as_it_is(bank, encoder):
    """Run `python -m scripts.encode_bank` after a change of a card's texts."""
    keys, rows = read_vectors(SHIPPED, encoder)
    at = dict(zip(keys, rows, strict=True))
    texts = [entry.text for card in bank for entry in (whole_of(card), *points_of(card))]
    assert {key_of(text) for text in texts} == set(at)
    for text in texts[::199]:
        assert float(encoder.encode([text])[0] @ at[key_of(text)]) > 0.9999


def test_no_two_cards_share_an_id(bank):
    assert len({card.id for card in bank}) == len(bank)


def test_the_lint_finds_nothing_to_mend(bank, encoder):
    assert [str(advice) for card in bank for advice in lint(card, encoder)] == []


def test_the_seed_question_is_there_in_our_own_words(bank, shared):
    seed = next((shared / "seeds").glob("*.txt")).read_text(encoding="utf-8").casefold().split()
    runs = {tuple(seed[i : i + 8]) for i in range(len(seed) - 7)}
    for card in bank:
        words = card.model_dump_json().casefold().split()
        assert not runs & {tuple(words[i : i + 8]) for i in range(len(words) - 7)}, card.id
    assert any("influencer" in card.question.casefold() for card in bank)
