"""The ledger follows from the claims in their order, and from nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.claim import Assessment, Claim
from bot.ledger import coverage, ids_in, ledger_of
from tests.builders import a_card

VERDICTS = ("covered", "partial", "contradicted", "retracted", "unsure")
CARD = a_card()


def after(*verdicts: str) -> str:
    return ledger_of(CARD, [claim("k1", verdict) for verdict in verdicts])["k1"].state


def claim(point: str, verdict: str) -> Assessment:
    return Assessment(claims=(Claim.model_validate({"point": point, "verdict": verdict, "quote": "x"}),))


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        ((), "not_raised"),
        (("covered",), "covered"),
        (("partial", "covered"), "covered"),
        (("covered", "partial"), "covered"),
        (("covered", "unsure"), "covered"),
        (("partial", "unsure"), "partial"),
        (("unsure", "covered"), "covered"),
        (("covered", "contradicted"), "contradicted"),
        (("contradicted", "covered"), "covered"),
        (("covered", "retracted"), "retracted"),
        (("retracted",), "not_raised"),
        (("covered", "retracted", "covered"), "covered"),
    ],
)
def test_later_words_count_but_doubt_takes_nothing_away(verdicts, state):
    assert after(*verdicts) == state


claims = st.lists(st.tuples(st.sampled_from(["k1", "k2", "k3", "k4"]), st.sampled_from(VERDICTS)), max_size=12)


@given(claims)
def test_coverage_stays_between_nothing_and_everything(rows):
    ledger = ledger_of(CARD, [claim(*row) for row in rows])
    assert 0 <= coverage(CARD, ledger) <= 1


@given(claims, st.sampled_from(["k1", "k2", "k3", "k4"]))
def test_covering_one_more_point_never_lowers_coverage_and_taking_it_back_does(rows, point):
    history = [claim(*row) for row in rows]
    before = coverage(CARD, ledger_of(CARD, history))
    covered = [*history, claim(point, "covered")]
    assert coverage(CARD, ledger_of(CARD, covered)) >= before
    taken_back = coverage(CARD, ledger_of(CARD, [*covered, claim(point, "retracted")]))
    assert taken_back < coverage(CARD, ledger_of(CARD, covered))


def test_what_could_not_be_judged_is_not_wrong():
    ledger = ledger_of(CARD, [Assessment(failed=("k1", "k2")), claim("k2", "covered")])
    assert (ledger["k1"].state, ledger["k2"].state) == ("not_judged", "covered")
    assert ids_in(ledger, ["not_judged"]) == ("k1",)
