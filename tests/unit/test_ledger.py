"""The ledger follows from the claims in their order, and from nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.claim import Assessment, Claim
from bot.ledger import coverage, ids_in, ledger_of
from tests.builders import a_card

CARD = a_card()
POINTS = ["k1", "k2", "k3", "k4"]
VERDICTS = ("covered", "partial", "contradicted", "retracted", "unsure")


def claim(point: str, verdict: str, quote: str = "x") -> Claim:
    return Claim.model_validate({"point": point, "verdict": verdict, "quote": quote})


def after(*said: str) -> str:
    """The state of k1 after one answer for each verdict; "failed" is a judgement that could not be made."""
    history = [
        Assessment(failed=("k1",)) if verdict == "failed" else Assessment(claims=(claim("k1", verdict),))
        for verdict in said
    ]
    return ledger_of(CARD, history)["k1"].state


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ((), "not_raised"),
        (("covered",), "covered"),
        (("partial",), "partial"),
        (("contradicted",), "contradicted"),
        (("unsure",), "unsure"),
        (("retracted",), "not_raised"),
        (("failed",), "not_judged"),
        (("partial", "covered"), "covered"),
        (("partial", "contradicted"), "contradicted"),
        (("partial", "retracted"), "retracted"),
        (("partial", "unsure"), "partial"),
        (("covered", "partial"), "covered"),
        (("covered", "unsure"), "covered"),
        (("covered", "contradicted"), "contradicted"),
        (("covered", "retracted"), "retracted"),
        (("covered", "failed"), "covered"),
        (("contradicted", "covered"), "covered"),
        (("contradicted", "partial"), "partial"),
        (("contradicted", "unsure"), "contradicted"),
        (("contradicted", "failed"), "contradicted"),
        (("retracted", "retracted"), "not_raised"),
        (("covered", "retracted", "unsure"), "retracted"),
        (("covered", "retracted", "covered"), "covered"),
        (("covered", "retracted", "retracted"), "retracted"),
        (("unsure", "covered"), "covered"),
        (("unsure", "partial"), "partial"),
        (("unsure", "failed"), "unsure"),
        (("failed", "covered"), "covered"),
        (("failed", "unsure"), "unsure"),
        (("failed", "retracted"), "not_judged"),
    ],
)
def test_later_words_count_but_doubt_takes_nothing_away(said, state):
    assert after(*said) == state


def test_the_words_kept_are_those_that_made_the_state():
    history = [Assessment(claims=(claim("k1", verdict, verdict),)) for verdict in ("partial", "covered", "unsure")]
    assert ledger_of(CARD, history)["k1"].quote == "covered"


claims = st.lists(st.tuples(st.sampled_from([*POINTS, "k99"]), st.sampled_from(VERDICTS)), max_size=12)


def of(rows: list[tuple[str, str]], card=CARD):
    return ledger_of(card, [Assessment(claims=tuple(claim(*row) for row in rows))])


@given(claims)
def test_every_point_of_the_card_has_a_state_and_nothing_else_has(rows):
    assert list(of(rows)) == POINTS


@given(claims, st.integers(0, 12))
def test_only_the_order_of_the_claims_counts_not_how_answers_divide_them(rows, cut):
    made = [claim(*row) for row in rows]
    parts = [Assessment(claims=tuple(part)) for part in (made[:cut], made[cut:])]
    assert ledger_of(CARD, parts) == of(rows)


@given(claims, st.sampled_from(POINTS))
def test_a_points_state_follows_from_the_claims_on_it_alone(rows, point):
    assert of(rows)[point] == of([row for row in rows if row[0] == point])[point]


@pytest.mark.parametrize(("first", "second", "kept"), [(0.9, 0.5, "first"), (0.5, 0.9, "second"), (0.7, 0.7, "second")])
def test_of_two_claims_of_a_kind_the_surer_one_keeps_its_quote(first, second, kept):
    claims = [
        Claim(point="k1", verdict="covered", quote=quote, confidence=confidence)
        for quote, confidence in (("first", first), ("second", second))
    ]
    assert ledger_of(CARD, [Assessment(claims=(one,)) for one in claims])["k1"].quote == kept


@given(claims, st.sampled_from(POINTS))
def test_doubt_and_half_coverage_never_take_away_what_was_covered(rows, point):
    covered = [*rows, (point, "covered")]
    for doubt in ("unsure", "partial"):
        assert of([*covered, (point, doubt)])[point].state == "covered"


weights = st.lists(st.sampled_from([0.1, 1.0, 2.5, 10.0]), min_size=4, max_size=4)


@given(claims, weights, st.sampled_from(POINTS))
def test_coverage_lies_between_0_and_1_rises_with_a_point_and_falls_when_it_is_taken_back(rows, weights, point):
    points = [p.model_copy(update={"weight": w}) for p, w in zip(CARD.key_points, weights, strict=True)]
    card = a_card(key_points=tuple(points))

    def share(*more: str) -> float:
        return coverage(card, of([*rows, *((point, verdict) for verdict in more)], card))

    assert 0 <= share() <= share("covered") <= 1
    assert share("covered", "retracted") < share("covered")
    assert share("covered", "contradicted") < share("covered")


def test_coverage_of_everything_is_1_and_a_half_said_point_counts_half():
    assert coverage(CARD, of([(point, "covered") for point in POINTS])) == 1
    assert coverage(CARD, of([("k1", "covered"), ("k2", "partial")])) == 0.375
    assert coverage(CARD, of([])) == 0


def test_what_could_not_be_judged_is_not_wrong():
    ledger = ledger_of(CARD, [Assessment(failed=("k1", "k2", "k99")), Assessment(claims=(claim("k2", "covered"),))])
    assert (ledger["k1"].state, ledger["k2"].state) == ("not_judged", "covered")
    assert ids_in(ledger, ["not_judged"]) == ("k1",)
    assert ids_in(ledger, ["not_raised", "covered"]) == ("k2", "k3", "k4")
