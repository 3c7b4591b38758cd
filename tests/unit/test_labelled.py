"""The labelled answers: whole, quoted word for word, agreed by two readers, and split by card."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from bench.labels import pairs
from bot.agreement import kappa
from knowledge.bank import shipped
from knowledge.labelled import Part, labelled, readings, split
from knowledge.quote import find_quote

PARTS = get_args(Part)
LISTS = {"key_points": "k", "minefields": "f", "motivations": "m"}
VOICES = {
    "paraphrase", "buzzwords", "wrong-facts", "negation", "echo", "non-native", "bullets", "star", "rambling",
    "dont-know", "retraction", "multi-turn",
}  # fmt: skip


@pytest.fixture(scope="module")
def cards():
    return {card.id: card for card in shipped()}


@pytest.fixture(scope="module")
def rows():
    return {part: labelled(part) for part in PARTS}


@pytest.fixture(scope="module")
def read(cards):
    return {reading.id: reading for reading in readings(cards)}


def test_every_card_is_in_one_part(cards):
    assert set(split()) == set(cards)
    assert min(Counter(split().values()).values()) >= 20


def test_answers_stand_in_the_part_of_their_card_under_ids_of_their_own(rows):
    of = split()
    assert [row["id"] for part in PARTS for row in rows[part] if of[row["card_id"]] != part] == []
    every = [row["id"] for part in PARTS for row in rows[part]]
    assert len(set(every)) == len(every) >= 600


def test_every_voice_that_fools_judges_is_there_in_every_part(rows):
    for part in PARTS:
        voices = Counter(row["style"] for row in rows[part])
        assert set(voices) >= VOICES, part
        assert min(voices[voice] for voice in VOICES) >= 5
    assert sum(len(row["turns"]) > 1 for part in PARTS for row in rows[part]) >= 100


def test_every_part_of_the_card_has_a_place_and_every_quote_stands_in_the_answer(rows, cards):
    for row in (row for part in PARTS for row in rows[part]):
        card = cards[row["card_id"]]
        assert row["turns"][0]["q"] == card.question, row["id"]
        for name in LISTS:
            assert set(row[name]) == {part.id for part in getattr(card, name)}, row["id"]
        for label in filter(None, row["key_points"].values()):
            found = any(find_quote(label["quote"], turn["a"]) for turn in row["turns"])
            assert bool(label["quote"]) == (label["label"] != "missing"), row["id"]
            assert found == (label["label"] != "missing"), (row["id"], label["quote"])


def test_only_labels_that_two_readers_agree_on_are_kept(rows, read):
    for row in (row for part in PARTS for row in rows[part]):
        reading = read[row["id"]]
        for name in LISTS:
            for id, label in row[name].items():
                kept = label["label"] if isinstance(label, dict) else label
                assert kept == reading.agreed(id), (row["id"], id)


def test_every_worked_answer_was_read_twice_and_bears_what_two_readers_agree_on(cards, read):
    for card in cards.values():
        for answer in card.answers:
            reading = read[f"{card.id}/{answer.id}"]
            said = {id: label.verdict for id, label in answer.key_points.items()}
            for id, verdict in {**said, **answer.minefields, **answer.motivations}.items():
                assert verdict == reading.agreed(id), (reading.id, id)


def test_the_readers_agree_as_far_as_is_stated(read):
    first, second = zip(*pairs(read.values(), "k"), strict=True)
    assert kappa(first, second) > 0.9


def test_kappa_is_that_of_the_textbook():
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert kappa(first, second) == pytest.approx(0.4)
    assert kappa(["a", "b", "c"], ["a", "b", "c"]) == 1
