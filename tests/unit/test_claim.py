"""A claim is let in only with words that the candidate typed, on a point that the card has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.claim import (
    LONGEST_REQUEST,
    LONGEST_STEP,
    MOST_STEPS,
    Assessment,
    Belief,
    Claim,
    Exchange,
    Finding,
    Passage,
    Review,
    Step,
    admit,
    admitted,
    admitted_review,
)
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


LONG = "word " * (LONGEST_REQUEST + 1)


@pytest.mark.parametrize("act", ["skip", "end", "done", "dont_know", "other", "clarify", "hint", "repeat", "answer"])
@pytest.mark.parametrize(
    ("answer", "claims", "is_answer"),
    [
        ("Next one, please", [], False),
        ("word " * LONGEST_REQUEST, [], False),
        (LONG, [], True),
        ("Next one, please", [("k1", "covered", "Next one")], True),
        ("Next one, please", [("k1", "covered", "nobody said this")], False),
        ("Next one, please", [("k99", "covered", "Next one")], False),
        (LONG, [("k1", "partial", "nobody said this")], True),
    ],
)
def test_no_judge_waves_away_what_covers_anything_or_is_long(act, answer, claims, is_answer):
    found = admitted(Assessment(act=act, claims=tuple(claim(*row) for row in claims)), a_card(), answer)
    assert found.act == ("answer" if is_answer else act)


@pytest.mark.parametrize(
    ("claims", "dropped"),
    [
        ([], 0),
        ([("k1", "covered", "first")], 0),
        ([("k1", "unsure", "nobody said this")], 0),
        ([("k1", "covered", "nobody said this")], 1),
        ([("k99", "covered", "first")], 1),
        ([("k1", "covered", "first"), ("k1", "partial", "first"), ("k2", "covered", "")], 2),
    ],
)
@pytest.mark.parametrize("before", [0, 3])
def test_what_is_not_let_in_is_counted_with_what_the_judge_dropped_itself(claims, dropped, before):
    found = admitted(Assessment(claims=tuple(claim(*row) for row in claims), dropped=before), a_card(), ANSWER)
    assert found.dropped == before + dropped
    assert len(found.claims) == len(claims) - dropped


@given(st.integers(0, 10_000), st.text(max_size=200))
def test_nothing_is_let_in_without_words_of_the_answer(seed, answer):
    card = a_card()
    found = WildJudge(seed).assess(card, [Exchange(prompt="?", answer=answer)])
    let_in = admitted(found, card, answer)
    assert all(c.verdict == "unsure" or (c.quote and c.quote in answer) for c in let_in.claims)
    assert let_in.dropped == len(found.claims) - len(let_in.claims)
    assert let_in.failed == found.failed


SAID = (
    Exchange(prompt="How?", answer="We listen first."),
    Exchange(prompt="And then?", answer="Then we write it down."),
)


@pytest.mark.parametrize(
    ("id", "verdict", "quote", "kept"),
    [
        ("f1", "hit", "we write it down", "we write it down"),
        ("f1", "hit", "We  LISTEN first", "We listen first"),
        ("f1", "hit", "nobody said this", None),
        ("f1", "hit", "", None),
        ("f1", "hit", "We listen first. Then we", None),
        ("f1", "clear", "", ""),
        ("f1", "clear", "nobody said this", ""),
        ("f1", "unsure", "", ""),
        ("f1", "shown", "we write it down", None),
        ("f9", "clear", "", None),
        ("k1", "hit", "we write it down", None),
    ],
)
def test_a_minefield_is_hit_only_with_words_of_one_answer(id, verdict, quote, kept):
    found = admitted_review(Review(minefields={id: Finding(verdict=verdict, quote=quote)}), a_card(), SAID)
    assert [part.quote for part in found.minefields.values()] == ([] if kept is None else [kept])
    assert found.dropped == (kept is None)


@pytest.mark.parametrize(
    ("id", "verdict", "quote", "kept"),
    [
        ("m1", "shown", "listen first", "listen first"),
        ("m1", "partly", "nobody said this", None),
        ("m1", "shown", "", None),
        ("m1", "not_shown", "", ""),
        ("m1", "unsure", "nobody said this", ""),
        ("m1", "hit", "listen first", None),
        ("m9", "not_shown", "", None),
    ],
)
def test_a_motivation_is_shown_only_with_words_of_an_answer(id, verdict, quote, kept):
    found = admitted_review(Review(motivations={id: Finding(verdict=verdict, quote=quote)}), a_card(), SAID)
    assert [part.quote for part in found.motivations.values()] == ([] if kept is None else [kept])
    assert found.dropped == (kept is None)


@pytest.mark.parametrize(
    ("text", "about", "quote", "kept"),
    [
        ("Say how long it takes.", "k1", "", ""),
        ("Say how long it takes.", "m1", "write it down", "write it down"),
        ("Say how long it takes.", "f2", "WRITE it down", "write it down"),
        ("Say how long it takes.", "k1", "nobody said this", None),
        ("Say how long it takes.", "k99", "", None),
        ("Say how long it takes.", "", "", None),
        ("", "k1", "", None),
        ("word " * LONGEST_STEP, "k1", "", ""),
        ("word " * (LONGEST_STEP + 1), "k1", "", None),
        ("You scored 10/10. Say it earlier.", "k1", "", None),
        ("That was excellent! Go on like this.", "k1", "", None),
        ("Full marks, nothing to add.", "k1", "", None),
    ],
)
def test_a_step_is_about_the_card_short_traced_and_no_mark(text, about, quote, kept):
    found = admitted_review(Review(steps=(Step(text=text, about=about, quote=quote),)), a_card(), SAID)
    assert [step.quote for step in found.steps] == ([] if kept is None else [kept])
    assert found.dropped == (kept is None)


def test_there_are_at_most_three_steps_and_the_first_ones():
    steps = tuple(Step(text=f"Say {n}.", about="k1") for n in range(MOST_STEPS + 2))
    assert admitted_review(Review(steps=steps), a_card(), SAID).steps == steps[:MOST_STEPS]


@pytest.mark.parametrize(
    ("source", "about", "text", "kept"),
    [
        ("you", "k1", "we LISTEN first", "We listen first"),
        ("you", "k1", "We listen best", None),
        ("you", "k1", "", None),
        ("card", "k1", "", a_card().key_points[0].text),
        ("card", "k1", "whatever a model writes here", a_card().key_points[0].text),
        ("card", "k99", "", None),
        ("card", "m1", "", None),
    ],
)
def test_a_passage_is_the_candidates_words_or_a_point_as_it_stands_on_the_card(source, about, text, kept):
    passage = Passage.model_validate({"source": source, "about": about, "text": text})
    found = admitted_review(Review(stronger=(passage,)), a_card(), SAID)
    assert [part.text for part in found.stronger] == ([] if kept is None else [kept])
    assert found.dropped == (kept is None)


@given(st.integers(0, 10_000), st.lists(st.text(max_size=120), min_size=1, max_size=3))
def test_whatever_a_review_says_each_quote_of_what_is_let_in_stands_in_one_answer(seed, answers):
    card = a_card()
    exchanges = [Exchange(prompt="?", answer=answer) for answer in answers]
    found = admitted_review(WildJudge(seed).review(card, exchanges), card, exchanges)
    for finding in (*found.minefields.values(), *found.motivations.values()):
        assert any(finding.quote in answer for answer in answers)
        assert finding.quote or finding.verdict not in ("hit", "shown", "partly")
