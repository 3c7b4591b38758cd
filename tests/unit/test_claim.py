"""A claim is let in only with words that the candidate typed, on a point that the card has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.claim import Assessment, Belief, Claim, Exchange, admit
from tests.builders import WildJudge, a_card

ANSWER = "We “listen” first.\nThen we   write it down, that's all."


def claim(point: str, verdict: str, quote: str) -> Claim:
    return Claim.model_validate({"point": point, "verdict": verdict, "quote": quote})


@pytest.mark.parametrize(
    ("claims", "admitted"),
    [
        ([("k1", "covered", "We “listen” first")], [("k1", "covered", "We “listen” first")]),
        ([("k1", "covered", 'we "LISTEN" first')], [("k1", "covered", "We “listen” first")]),
        ([("k1", "partial", "we write it down")], [("k1", "partial", "we   write it down")]),
        ([("k1", "contradicted", "that’s all")], [("k1", "contradicted", "that's all")]),
        ([("k1", "retracted", "Then we")], [("k1", "retracted", "Then we")]),
        ([("k1", "covered", "we listened first")], []),
        ([("k1", "contradicted", "")], []),
        ([("k1", "retracted", "…")], []),
        ([("k99", "covered", "We")], []),
        ([("", "covered", "We")], []),
        ([("k1", "unsure", "nobody said this")], [("k1", "unsure", "")]),
        ([("k1", "unsure", "that’s all")], [("k1", "unsure", "that's all")]),
        ([("k99", "unsure", "")], []),
        ([("k1", "covered", "first"), ("k1", "contradicted", "We")], [("k1", "covered", "first")]),
        ([("k1", "covered", "invented"), ("k1", "partial", "first")], [("k1", "partial", "first")]),
        ([("k2", "covered", "first"), ("k1", "covered", "We")], [("k2", "covered", "first"), ("k1", "covered", "We")]),
        ([], []),
    ],
)
def test_a_claim_needs_a_point_of_the_card_and_words_of_the_answer(claims, admitted):
    found = admit([claim(*row) for row in claims], a_card(), ANSWER)
    assert [(c.point, c.verdict, c.quote) for c in found] == admitted


@given(st.integers(0, 10_000), st.lists(st.text(max_size=120), min_size=1, max_size=3))
def test_whatever_a_judge_claims_what_is_let_in_is_honest_and_said_once(seed, answers):
    card = a_card()
    claims = WildJudge(seed).assess(card, [Exchange(prompt="?", answer=answer) for answer in answers]).claims
    found = admit(claims, card, answers[-1])
    assert len({c.point for c in found}) == len(found)
    assert {c.point for c in found} <= {point.id for point in card.key_points}
    assert all(c.quote in answers[-1] and (c.quote or c.verdict == "unsure") for c in found)
    assert admit(found, card, answers[-1]) == found


@pytest.mark.parametrize("share", [-0.01, 1.01, float("nan"), float("inf"), "much"])
def test_a_share_outside_0_to_1_is_refused(share):
    good = {"covered": 0.25, "partial": 0.25, "missing": 0.25, "contradicted": 0.25}
    for model, fields in (
        (Claim, {"point": "k1", "verdict": "covered", "quote": "x", "confidence": share}),
        (Assessment, {"nearness": {"k1": share}}),
        (Belief, good | {"covered": share}),
    ):
        with pytest.raises(ValidationError):
            model.model_validate(fields)
