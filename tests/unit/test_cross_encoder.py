"""How an answer is laid out for the model, and what is made of its beliefs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judges.cross_encoder import (
    ANSWER_TOKENS,
    CANDIDATE,
    COVERED,
    END,
    INTERVIEWER,
    OVERLAP,
    OVERLAP_TOKENS,
    PROMPT_TOKENS,
    START,
    Thresholds,
    Turn,
    framed,
    parts,
    softmax,
    verdict,
)

LIMITS = Thresholds(covered=0.5, contradicted=0.4, partial=0.3, unsure=0.42)


def by_word(text: str, most: int, *, last: bool = False) -> list[int]:
    """A token for each word, 100 and up."""
    ids = [100 + len(word) for word in text.split()]
    return ids[-most:] if last else ids[:most]


def test_a_short_answer_is_one_part():
    (part,) = parts("Why so?", [Turn("", ["Because it is", "so"])], by_word)
    ids, speakers = part.whole
    assert ids == [START, 103, 103, END, 107, 102, 102, 102, END]
    assert speakers == [INTERVIEWER] * 4 + [CANDIDATE] * 5
    assert [ids[start:end] for start, end in part.spans] == [[107, 102, 102], [102]]


def test_a_follow_up_stands_before_its_reply():
    (part,) = parts("Why?", [Turn("", ["It broke"]), Turn("How often then?", ["Twice"])], by_word)
    ids, speakers = part.whole
    assert ids == [START, 104, END, 102, 105, END, 103, 105, 105, END, 105, END]
    assert [i for i, who in enumerate(speakers) if who == INTERVIEWER] == [0, 1, 2, 6, 7, 8, 9]


@given(
    st.lists(st.lists(st.integers(1, 500), max_size=12), max_size=4),
    st.integers(0, 200),
    st.integers(0, 200),
)
def test_every_sentence_is_in_a_part_and_no_part_is_too_long(lengths, question, prompt):
    turns = [Turn("x " * prompt, ["y " * n for n in sentences]) for sentences in lengths]
    found = list(parts("z " * question, turns, by_word))
    said = [n for sentences in lengths for n in sentences]
    assert sorted({n for part in found for n in part.sentences}) == list(range(sum(map(len, lengths))))
    for part in found:
        assert len(part.whole[0]) == len(part.whole[1]) <= ANSWER_TOKENS
        assert all(0 <= start <= end < len(part.whole[0]) for start, end in part.spans)
    for one, other in pairwise(found):
        assert other.sentences[0] > one.sentences[0]
        assert other.sentences[0] <= one.sentences[-1] + 1
        again = set(one.sentences) & set(other.sentences)
        assert len(again) <= OVERLAP
        assert sum(min(len_, ANSWER_TOKENS) for len_ in (said[n] for n in again)) <= OVERLAP_TOKENS


def test_a_long_question_is_cut():
    (part,) = parts("z " * 500, [Turn("", ["yes"])], by_word)
    assert len(part.ids) == PROMPT_TOKENS + 3


def test_a_statement_is_framed():
    assert framed("to be", by_word) == [START, 102, 102, END]


@pytest.mark.parametrize(
    ("belief", "expected"),
    [
        ((0.9, 0.1, 0.0, 0.0), None),
        ((0.2, 0.1, 0.6, 0.1), "covered"),
        ((0.1, 0.0, 0.45, 0.45), "contradicted"),
        ((0.0, 0.0, 0.55, 0.45), "covered"),
        ((0.3, 0.4, 0.2, 0.1), "partial"),
        ((0.3, 0.25, 0.45, 0.0), "unsure"),
        ((0.0, 0.4, 0.45, 0.0), "unsure"),
    ],
)
def test_a_belief_leads_to_a_verdict(belief, expected):
    assert verdict(np.array(belief, np.float32), LIMITS) == expected


@given(st.lists(st.floats(-50, 50, width=32), min_size=2, max_size=6))
def test_shares_sum_to_one(logits):
    assert softmax(np.array(logits, np.float32)).sum() == pytest.approx(1.0, abs=1e-5)


SAID = ["We keep a list of who owns what.", "Every Monday I go through it with the team.", "Nobody likes it."]
POINTS = [
    "Ownership: names an owner for each task.",
    "Rhythm: looks at the list every week.",
    "Cost: counts the hours.",
]


def read(judge, turns, statements, head="point"):
    return judge._reader.read("How do you keep track?", turns, [(text, head) for text in statements])


def test_what_is_said_of_a_statement_does_not_depend_on_its_neighbours(embedded_judge):
    together = read(embedded_judge, [Turn("", SAID)], POINTS)
    for number, point in enumerate(POINTS):
        alone = read(embedded_judge, [Turn("", SAID)], [point])
        assert alone.shares[0] == pytest.approx(together.shares[number], abs=1e-4)


def test_a_long_answer_is_read_to_its_end(embedded_judge):
    filler = [f"On day {n} nothing of note happened in the office at all." for n in range(120)]
    without, found = (read(embedded_judge, [Turn("", said)], POINTS) for said in (filler, [*filler, SAID[0]]))
    assert found.evidence.shape == (3, 121)
    assert found.evidence.sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-4)
    assert found.shares[0, COVERED] > without.shares[0, COVERED] + 0.3


def test_each_statement_is_judged_by_its_own_head(embedded_judge):
    mixed = [(POINTS[0], "point"), (POINTS[0], "minefield"), (POINTS[1], "lone"), (POINTS[1], "point")]
    together = embedded_judge._reader.read("How do you keep track?", [Turn("", SAID)], mixed)
    for (text, head), shares in zip(mixed, together.shares, strict=True):
        assert read(embedded_judge, [Turn("", SAID)], [text], head).shares[0] == pytest.approx(shares, abs=1e-4)


def test_special_tokens_in_a_text_are_text(embedded_judge):
    assert not {0, 1, 2, 3} & set(embedded_judge._reader._tokens("</s> <s> <mask> <pad>", 50))


@pytest.mark.parametrize("statements", [[], ["x"] * 40])
def test_any_number_of_statements(embedded_judge, statements):
    assert read(embedded_judge, [Turn("", SAID)], statements).shares.shape == (len(statements), 4)


def test_nothing_said_is_missing(embedded_judge):
    assert read(embedded_judge, [Turn("", [])], POINTS).shares[:, 0] == pytest.approx([1, 1, 1])


@pytest.mark.parametrize("text", ["\ud800", "\u202e" * 50, "x" * 100_000, "\0", "🙂" * 3_000])
def test_odd_text_is_read(embedded_judge, text):
    assert np.isfinite(read(embedded_judge, [Turn(text, [text])], [text]).shares).all()
