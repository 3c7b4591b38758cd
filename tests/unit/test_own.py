"""The user's own cards: kept whole, replaced and deleted only into a bin, and taken back out of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.collection import Collection
from knowledge.errors import BadInput, NotFound
from knowledge.formats import write
from knowledge.own import OwnCards
from tests.builders import a_card
from tests.fakes import HashingEncoder


@pytest.fixture
def own(tmp_path):
    return OwnCards(tmp_path / "cards")


def themes(own: OwnCards) -> dict[str, str]:
    return {card.id: card.theme for card in own.read().cards}


def test_no_folder_means_no_cards_and_an_empty_bin(own):
    assert own.read().cards == ()
    assert own.deleted() == []
    assert own.empty_bin() == 0


def test_a_card_of_the_same_id_is_replaced_and_the_earlier_one_is_in_the_bin(own):
    assert own.keep([a_card(id="one"), a_card(id="two")]) == []
    assert own.keep([a_card(id="one", theme="New"), a_card(id="two")]) == ["one"]
    assert themes(own) == {"one": "New", "two": "Tea"}
    assert [(deleted.card.id, deleted.card.theme) for deleted in own.deleted()] == [("one", "Tea")]


def test_a_deleted_card_can_be_put_back_as_it_was(own):
    card = a_card(id="one", theme="Mine")
    own.keep([card, a_card(id="two")])
    deleted = own.delete("one")
    assert list(themes(own)) == ["two"]
    assert own.restore(deleted.name) == card
    assert own.deleted() == []
    assert themes(own)["one"] == "Mine"


def test_what_was_deleted_twice_is_in_the_bin_twice_the_latest_first(own):
    for theme in ("first", "second"):
        own.keep([a_card(id="one", theme=theme)])
        own.delete("one")
    assert [deleted.card.theme for deleted in own.deleted()] == ["second", "first"]


def test_a_card_is_not_put_back_over_another_of_its_id(own):
    own.keep([a_card(id="one")])
    deleted = own.delete("one")
    own.keep([a_card(id="one", theme="New")])
    with pytest.raises(BadInput, match="among your own again"):
        own.restore(deleted.name)
    assert themes(own) == {"one": "New"}
    assert len(own.deleted()) == 1


def test_an_emptied_bin_keeps_nothing(own, tmp_path):
    own.keep([a_card(id="one", theme="canary")])
    own.delete("one")
    assert own.empty_bin() == 1
    assert own.deleted() == []
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and b"canary" in file.read_bytes()]


@pytest.mark.parametrize("act", ["delete", "keep"])
def test_a_card_that_shares_its_file_is_left_alone_and_the_file_is_named(own, tmp_path, act):
    shared = tmp_path / "cards" / "team.yaml"
    shared.parent.mkdir()
    shared.write_text(write([a_card(id="one"), a_card(id="two")], "yaml"), "utf-8")
    before = shared.read_text("utf-8")
    with pytest.raises(BadInput, match=r"team\.yaml.*together with 1 more"):
        own.delete("one") if act == "delete" else own.keep([a_card(id="new"), a_card(id="one", theme="New")])
    assert shared.read_text("utf-8") == before
    assert sorted(themes(own)) == ["one", "two"]


def test_a_card_in_a_file_of_another_name_moves_to_one_of_its_own_when_it_is_changed(own, tmp_path):
    by_hand = tmp_path / "cards" / "by-hand.md"
    by_hand.parent.mkdir()
    by_hand.write_text(write([a_card(id="one")], "markdown"), "utf-8")
    assert own.keep([a_card(id="one", theme="New")]) == ["one"]
    assert themes(own) == {"one": "New"}
    assert not by_hand.exists()


def test_an_unreadable_file_is_told_and_the_rest_is_read(own, tmp_path):
    own.keep([a_card(id="one")])
    (tmp_path / "cards" / "broken.yaml").write_text("question: [", encoding="utf-8")
    assert list(themes(own)) == ["one"]
    assert len(own.read().rejected) == 1


def test_a_file_that_changes_on_disk_is_read_again(own, tmp_path):
    own.keep([a_card(id="one")])
    assert own.read() is own.read()
    path = tmp_path / "cards" / "one.yaml"
    path.write_text(path.read_text("utf-8").replace("Tea", "Coffee, and biscuits"), "utf-8")
    assert themes(own) == {"one": "Coffee, and biscuits"}


@pytest.mark.parametrize("name", ["", "nothing", "../one.yaml", "1-one.yaml"])
def test_only_what_is_in_the_bin_can_be_put_back(own, name):
    own.keep([a_card(id="one")])
    with pytest.raises(NotFound):
        own.restore(name)
    with pytest.raises(NotFound):
        own.delete("two")


@given(st.lists(st.tuples(st.sampled_from(["keep", "delete", "restore"]), st.integers(0, 2)), max_size=12))
def test_whatever_is_done_no_version_of_a_card_is_lost(tmp_path_factory, steps):
    own = OwnCards(tmp_path_factory.mktemp("own") / "cards")
    written: set[tuple[str, str]] = set()
    for number, (act, which) in enumerate(steps):
        id = f"c{which}"
        if act == "keep":
            own.keep([a_card(id=id, theme=f"v{number}")])
            written.add((id, f"v{number}"))
        elif act == "delete" and id in themes(own):
            own.delete(id)
        elif act == "restore" and (there := [one for one in own.deleted() if one.card.id == id]):
            try:
                own.restore(there[0].name)
            except BadInput:
                assert id in themes(own)
    there_now = {(card.id, card.theme) for card in own.read().cards}
    assert there_now | {(one.card.id, one.card.theme) for one in own.deleted()} == written


def test_ones_own_card_stands_in_the_place_of_a_shipped_one_until_it_is_deleted(tmp_path):
    bank = Collection(tmp_path / "cards", tmp_path / "library", HashingEncoder)
    first = bank.shipped[0]
    bank.mine.keep([first.model_copy(update={"theme": "Mine"})])
    assert bank.cards()[0].theme == "Mine"
    assert len(bank.cards()) == len(bank.shipped)
    assert (bank.is_own(first.id), bank.is_shipped(first.id)) == (True, True)
    bank.mine.delete(first.id)
    assert bank.cards()[0] == first
