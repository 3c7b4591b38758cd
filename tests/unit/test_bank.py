"""The shipped bank is worth practising on."""

from __future__ import annotations

from collections import Counter

import pytest

from knowledge.bank import keep, own, shipped, together
from knowledge.lint import lint
from tests.builders import a_card


@pytest.fixture(scope="module")
def bank():
    return shipped()


def test_it_has_enough_cards_functions_roles_and_all_three_kinds(bank):
    assert len(bank) >= 24
    assert len({card.function for card in bank}) >= 6
    assert len({card.role for card in bank}) >= 12
    assert min(Counter(card.kind for card in bank).values()) >= 6


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


def test_cards_kept_are_found_again_and_one_of_the_same_id_is_replaced(tmp_path):
    first, second = a_card(id="one"), a_card(id="two")
    keep([first, second], tmp_path)
    keep([first.model_copy(update={"theme": "New"})], tmp_path)
    found = own(tmp_path)
    assert [(card.id, card.theme) for card in found.cards] == [("one", "New"), ("two", second.theme)]
    assert not found.rejected


def test_an_unreadable_card_among_ones_own_is_told_and_the_rest_is_read(tmp_path):
    keep([a_card(id="one")], tmp_path)
    (tmp_path / "broken.yaml").write_text("question: [", encoding="utf-8")
    found = own(tmp_path)
    assert [card.id for card in found.cards] == ["one"]
    assert len(found.rejected) == 1


def test_no_folder_means_no_cards(tmp_path):
    assert own(tmp_path / "none").cards == ()


def test_of_two_cards_with_one_id_the_users_own_stands_in_the_shipped_ones_place():
    shipped_card, other, mine = a_card(id="x"), a_card(id="y"), a_card(id="x", theme="Mine")
    assert together([shipped_card, other], [mine]) == (mine, other)
