"""Picking a set of questions: relevant, no two after the same, from easier to harder."""

from __future__ import annotations

from contextlib import closing
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.card import Card
from knowledge.difficulty import UNKNOWN, difficulty
from knowledge.library import Library
from knowledge.likeness import same_words
from knowledge.pick import ASK_THE_SAME, pick
from tests.builders import a_card
from tests.fakes import HashingEncoder

SUBJECTS = ("wounds bandages", "invoices ledgers", "lathes turning", "essays marking", "queues tempers", "routes vans")


def card(number: int, subject: str, role: str, *points: str, verdict: str = "covered", kind: str = "technical") -> Card:
    answer = {"id": "a", "level": "solid", "text": "x", "key_points": {"k1": {"verdict": verdict, "quote": "x"}}}
    return Card.model_validate(
        {
            "id": f"c{number}",
            "question": f"What do you do about {subject} number{number}?",
            "role": role,
            "function": role.split()[-1],
            "kind": kind,
            "key_points": [
                {"id": f"k{n}", "label": f"Point{number}{n}", "text": text}
                for n, text in enumerate(points or (f"does{number} something{number} with {subject}",), 1)
            ],
            "answers": [{**answer, "key_points": answer["key_points"]}],
        }
    )


CARDS = [
    card(0, "wounds bandages", "Ward Nurse", "cleans every wound before it is dressed again", verdict="missing"),
    card(1, "medicines doses", "Ward Nurse", "reads each dose aloud to a colleague", verdict="covered"),
    card(2, "wounds scars", "Ward Nurse", "cleans every wound before it is dressed again", verdict="partial"),
    card(3, "invoices ledgers", "Book Keeper", "agrees ledger totals with bank statements", verdict="partial"),
    card(4, "lathes turning", "Lathe Turner", "stops machines before touching swarf"),
    card(5, "queues tempers", "Shop Assistant", "listens until shouting ends", kind="behavioural"),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    with closing(Library.open(tmp_path_factory.mktemp("library"), CARDS, HashingEncoder())) as opened:
        yield opened


def ids(cards: list[Card]) -> list[str]:
    return [card.id for card in cards]


def test_the_cards_of_the_role_come_first_and_of_two_after_the_same_only_one(library):
    chosen = pick(library, "", 2, role="nurse")
    assert len(chosen) == 2
    assert "c1" in ids(chosen)
    assert len({"c0", "c2"} & set(ids(chosen))) == 1


def test_a_job_description_that_names_a_role_finds_its_cards(library):
    text = "We are a small firm by the sea. We want a Book Keeper who agrees invoices and ledgers. Free parking."
    assert ids(pick(library, text, 1)) == ["c3"]


def test_a_set_goes_from_easier_to_harder(library):
    chosen = pick(library, "wounds doses invoices", 6)
    assert [difficulty(card) for card in chosen] == sorted(difficulty(card) for card in chosen)
    assert len({difficulty(card) for card in chosen}) > 1


def test_a_function_narrows_the_choice(library):
    assert ids(pick(library, "", 6, function="Turner")) == ["c4"]
    assert ids(pick(library, "wounds", 6, function="Keeper")) == ["c3"]


def test_the_same_request_gets_the_same_set_and_a_seed_another_draw(library):
    assert pick(library, "wounds", 3) == pick(library, "wounds", 3)
    assert pick(library, "", 3, seed=5) == pick(library, "", 3, seed=5)
    assert len({tuple(ids(pick(library, "", 2, seed=seed))) for seed in range(20)}) > 3


def test_there_may_be_fewer_than_asked_for_and_none_of_nothing(library, tmp_path):
    assert len(pick(library, "", 50)) == 5
    assert pick(library, "wounds", 0) == []
    with closing(Library.open(tmp_path, [], HashingEncoder())) as empty:
        assert pick(empty, "wounds", 3, role="nurse") == []


@given(
    request=st.text(max_size=60) | st.sampled_from(SUBJECTS),
    role=st.sampled_from(["", "nurse", "x\0"]),
    n=st.integers(0, 8),
)
def test_whatever_is_asked_no_two_of_a_set_have_a_key_point_in_common(library, request, role, n):
    chosen = pick(library, request, n, role=role)
    assert len(chosen) <= n
    for one, other in combinations(chosen, 2):
        assert float((library.point_vectors(one.id) @ library.point_vectors(other.id).T).max()) < ASK_THE_SAME
        assert not any(same_words(a, b) for a in one.key_points for b in other.key_points)


def test_in_a_large_library_words_alone_tell_what_is_after_the_same(tmp_path, monkeypatch):
    import knowledge.entries

    monkeypatch.setattr(knowledge.entries, "POINTS_UP_TO", 3)
    with closing(Library.open(tmp_path, CARDS, HashingEncoder())) as large:
        assert large.point_vectors("c0").shape == (0, 256)
        assert len({"c0", "c2"} & set(ids(pick(large, "", 6)))) == 1


def test_difficulty_is_the_share_that_worked_answers_leave_out():
    assert [difficulty(card) for card in CARDS[:3]] == [1.0, 0.0, 0.5]
    assert difficulty(a_card()) == UNKNOWN
    weighted = a_card(
        2,
        answers=[
            {"id": "a", "level": "solid", "text": "x", "key_points": {"k1": {"verdict": "covered", "quote": "x"}}},
            {
                "id": "b", "level": "expert", "text": "x",
                "key_points": {"k1": {"verdict": "covered"}, "k2": {"verdict": "contradicted"}},
            },
        ],
    )  # fmt: skip
    assert difficulty(weighted) == pytest.approx(1 - (1 + 0.5) / 2)
