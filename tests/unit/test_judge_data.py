"""Rows that the judge learns from: labels and evidence stay with their sentences, nothing held out gets in."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from bot.claim import Exchange
from knowledge.bank import shipped
from knowledge.card import Card
from knowledge.labelled import rows_of, split
from knowledge.quote import find_quote
from scripts.judge import contrast, data
from scripts.judge.rows import sentences

CARD = {
    "id": "c",
    "question": "How?",
    "key_points": [{"id": f"k{n}", "label": f"Point {n}", "text": f"Does thing {n}."} for n in (1, 2, 3)],
}
ITEMS = [
    {"card_id": "c", "kp": "k1", "label": "covered", "q": "", "a": "I do the first thing.", "also": []},
    {"card_id": "c", "kp": "k1", "label": "contradicted", "q": "", "a": "I never would. Not me.", "also": []},
    {"card_id": "c", "kp": "k2", "label": "partial", "q": "", "a": "The second one, half of it.", "also": ["k3"]},
    {"card_id": "c", "kp": "k3", "label": "covered", "q": "And the third?", "a": "Daily.", "also": []},
]


def composed(seed: int = 0):
    return list(contrast.contrast_rows({"c": CARD}, ITEMS, random.Random(seed)))


@pytest.mark.parametrize("seed", range(5))
def test_each_sentence_is_used_once_and_keeps_its_label(seed):
    rows = composed(seed)
    said = [sentence for row in rows[:-1] for _, sentences in row["turns"] for sentence in sentences]
    expected = [sentence for item in ITEMS for sentence in sentences(item["a"])]
    assert sorted(said) == sorted(expected)
    for row in rows:
        for number, at in enumerate(row["evidence"]):
            if at >= 0:
                sentence = row["turns"][0][1][at]
                (item,) = [item for item in ITEMS if item["a"] == sentence]
                assert row["labels"][number] == data.CLASSES.index(item["label"])


def test_a_reply_stands_under_its_question():
    (reply,) = [row for row in composed() if row["turns"][0][0]]
    assert reply["turns"] == [["And the third?", ["Daily."]]]
    assert reply["labels"] == [0, 0, 2]


def test_what_is_made_along_the_way_has_no_label():
    (half,) = [row for row in composed() if row["labels"][1] == 1]
    assert half["labels"][2] == -1


def test_a_list_of_labels_covers_nothing():
    assert composed()[-1]["labels"] == [0, 0, 0]


def test_contrast_sentences_are_about_train_cards_and_invented_ones():
    invented = {card["id"]: {p["id"] for p in card["key_points"]} for card in rows_of("invented")}
    of = split()
    for item in rows_of("contrast"):
        assert of.get(item["card_id"]) == "train" or item["kp"] in invented[item["card_id"]]
        assert item["label"] in data.CLASSES
        assert item["a"].strip()


def test_invented_cards_are_none_of_the_banks():
    ids = [card["id"] for card in rows_of("invented")]
    assert len(ids) == len(set(ids))
    assert not set(ids) & set(split())


FRESH = Path(__file__).parents[2] / "bench" / "data"
SETS = {
    "invented, to learn from": (rows_of("invented"), rows_of("invented_answers"), 1_328),
    "fresh, to measure with": (
        json.loads((FRESH / "fresh.cards.json").read_text("utf-8")),
        map(json.loads, (FRESH / "fresh.answers.jsonl").read_text("utf-8").splitlines()),
        112,
    ),
}


@pytest.mark.parametrize("name", SETS)
def test_answers_beside_the_bank_are_labelled_whole_and_quoted_word_for_word(name):
    cards, answers, count = SETS[name]
    by_id = {card["id"]: card for card in cards}
    seen = set()
    for answer in answers:
        seen.add(answer["id"])
        card = by_id[answer["card_id"]]
        assert set(answer["key_points"]) == {point["id"] for point in card["key_points"]}, answer["id"]
        for label in filter(None, answer["key_points"].values()):
            stands = any(label["quote"] and find_quote(label["quote"], turn["a"]) for turn in answer["turns"])
            assert label["label"] in data.CLASSES
            assert stands == (label["label"] != "missing"), (answer["id"], label)
    assert len(seen) == count


def test_no_fresh_card_is_learnt_from():
    cards = json.loads((FRESH / "fresh.cards.json").read_text("utf-8"))
    learnt = {card["question"] for card in rows_of("invented")} | {card.question for card in shipped()}
    assert not learnt & {card["question"] for card in cards}


def answered(*turns: str, k1: tuple[str, str], k2: tuple[str, str] = ("missing", ""), style: str = ""):
    card = Card.model_validate(CARD | {"kind": "technical", "key_points": CARD["key_points"][:2]})
    return data.Answer(
        id="a",
        card=card,
        style=style,
        exchanges=[Exchange(prompt=f"Question {number}?", answer=turn) for number, turn in enumerate(turns)],
        points={id: {"label": label, "quote": quote} for id, (label, quote) in (("k1", k1), ("k2", k2))},
        minefields={},
        motivations={},
    )


MISSING, PARTIAL, COVERED, CONTRADICTED = range(4)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (answered("I do it daily.", k1=("covered", "do it daily")), [[COVERED, MISSING]]),
        (
            answered("I do it daily.", "Nothing more.", k1=("covered", "do it daily")),
            [[COVERED, MISSING], [MISSING, MISSING], [COVERED, MISSING]],
        ),
        (
            answered("I do it daily.", "No, I never did.", k1=("contradicted", "I never did")),
            [[-1, MISSING], [CONTRADICTED, MISSING], [CONTRADICTED, MISSING]],
        ),
        (
            answered("I do it daily.", "I'd leave that out.", k1=("missing", ""), style="retraction"),
            [[-1, -1], [MISSING, MISSING], [MISSING, MISSING]],
        ),
        (
            answered("Never.", "Something else.", k1=("contradicted", "Never")),
            [[CONTRADICTED, MISSING], [MISSING, MISSING], [CONTRADICTED, MISSING]],
        ),
        (answered("I do it daily.", "", k1=("covered", "do it daily")), [[COVERED, MISSING]]),
    ],
    ids=["one turn", "covered at first", "denied later", "taken back", "denied at first", "an empty reply"],
)
def test_turns_are_rows_alone_and_together_and_what_a_later_one_undoes_has_no_label(answer, expected):
    assert [row["labels"] for row in data.point_rows(answer)] == expected


def test_turns_together_stand_under_their_questions():
    together = list(data.point_rows(answered("One.", "Two.", k1=("covered", "Two"))))[-1]
    assert together["turns"] == [["", ["One."]], ["Question 1?", ["Two."]]]
    assert together["evidence"] == [-1, -1]


def test_nothing_to_learn_from_has_the_statement_of_something_held_out():
    held_group = next(g for g in map(str, range(50)) if data.is_held_out("beetle.dev", g))
    free_group = next(g for g in map(str, range(50)) if not data.is_held_out("beetle.dev", g))
    rows = [
        {"group": held_group, "question": "Why?", "statements": ["It is shut."]},
        {"group": free_group, "question": "Why?", "statements": ["It is shut."]},
        {"group": free_group, "question": "How?", "statements": ["It is shut."]},
    ]
    assert data.parted("beetle.dev", rows) == ([rows[0]], [rows[2]])


def test_a_group_is_held_out_for_good():
    held = [group for group in map(str, range(500)) if data.is_held_out("beetle.dev", group)]
    assert 60 < len(held) < 140
    assert held == [group for group in map(str, range(500)) if data.is_held_out("beetle.dev", group)]
    assert not any(data.is_held_out("argkp.train", group) for group in map(str, range(50)))
