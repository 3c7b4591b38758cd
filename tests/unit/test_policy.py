"""The policy decides: what is wrong first, then what is half said, then what is missing; and it knows when to stop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.interview import Interview
from bot.ledger import coverage
from bot.move import Advance, Challenge, Clarify, Close, Probe
from bot.turn import Heard, Said
from tests.builders import (
    WORDS,
    BrokenJudge,
    ScriptedJudge,
    a_card,
    a_session,
    held,
    interviews,
    judges,
    messages,
    moves,
    plans,
    upto,
)

TWO = [a_card(), a_card(id="coffee", question="How do you make coffee?")]
LONG = "word " * 30


def weighing(**weights: float):
    points = (p.model_copy(update={"weight": weights.get(p.id, 1.0)}) for p in a_card().key_points)
    return a_card(key_points=tuple(points))


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ("k1 k2~ k3! " + LONG, "challenge k3"),
        ("k1! k2! " + LONG, "challenge k1"),
        ("k1 k2~ " + LONG, "probe k2"),
        ("k1 k4? " + LONG, "probe k4"),
        ("k3? k2~ " + LONG, "probe k2"),
        ("k1 " + LONG, "probe k2"),
        (LONG, "probe k1"),
        ("k1 k2 k3 k4", "close enough"),
        ("k1 k2 k3 k4!", "challenge k4"),
    ],
)
def test_contradictions_come_first_then_half_said_points_then_missing_ones(said, then):
    assert moves(held([said]))[1] == then


@pytest.mark.parametrize(
    ("said", "near", "weights", "then"),
    [
        ("k1 " + LONG, {"k3": 0.7, "k2": 0.1}, {}, "probe k3"),
        ("k1 " + LONG, {"k3": 0.7}, {"k4": 10}, "probe k3"),
        ("k1 " + LONG, {"k3": 0.71, "k4": 0.69}, {"k4": 2}, "probe k4"),  # as near as makes no difference
        ("k1 " + LONG, {}, {"k4": 2}, "probe k4"),
        ("k1 " + LONG, {}, {"k2": 0.5}, "probe k3"),
        ("k1 k4~ " + LONG, {"k2": 1.0}, {"k2": 10}, "probe k4"),  # what is half said is never outweighed
        ("k1 k4! " + LONG, {"k2": 1.0}, {"k2": 10}, "challenge k4"),
        ("k1 k2 " + LONG, {"k1": 1.0, "k2": 1.0, "k4": 0.2}, {}, "probe k4"),
        ("k1 " + LONG, {"k99": 1.0}, {}, "probe k2"),
    ],
)
def test_near_comes_before_heavy_and_heavy_before_the_order_of_the_card(said, near, weights, then):
    session = a_session(ScriptedJudge(nearness=near))
    assert moves(held([said], cards=[weighing(**weights)], session=session))[1] == then


@pytest.mark.parametrize(
    ("first", "rung"),
    [("Well, carefully.", "open"), ("word " * 24, "open"), ("word " * 25, "neutral"), ("k4? really", "neutral")],
)
def test_a_thin_first_answer_that_covers_nothing_is_met_with_an_open_prompt(first, rung):
    assert [move.rung for move in held([first]).follow_ups(0) if isinstance(move, Probe)] == [rung]


def test_the_open_prompt_is_made_once():
    assert [m.rung for m in held(["Carefully.", "Slowly."]).follow_ups(0) if isinstance(m, Probe)] == [
        "open",
        "neutral",
    ]


@pytest.mark.parametrize(
    ("said", "follow_ups"),
    [
        (["k1 k2 k3 " + LONG, LONG, LONG], [("k4", "neutral"), ("k4", "pointed")]),
        (["k1 k2 k3 k4! " + LONG, LONG, LONG], [("k4", "challenge"), ("k4", "pointed")]),
        (["k1 k2 k3 " + LONG, "k4! " + LONG, LONG], [("k4", "neutral"), ("k4", "pointed")]),
        (["k1 k2 " + LONG, LONG, LONG], [("k3", "neutral"), ("k4", "neutral"), ("k3", "pointed")]),
    ],
)
def test_a_point_is_asked_about_twice_at_most_the_second_time_more_pointedly(said, follow_ups):
    interview = held(said, follow_ups=5)
    made = [(m.point, m.rung if isinstance(m, Probe) else "challenge") for m in interview.follow_ups(0)]
    assert made == follow_ups


def test_when_there_is_nobody_left_to_ask_about_the_question_is_left():
    assert moves(held(["k1 k2 k3 " + LONG, LONG, LONG], follow_ups=5))[-1] == "close budget"


@pytest.mark.parametrize("budget", [0, 1, 3])
def test_the_budget_of_follow_ups_is_kept(budget):
    found = moves(held([LONG] * 9, cards=[a_card(6)], follow_ups=budget))
    assert found[-1] == "close budget"
    assert len(found) == budget + 2


@pytest.mark.parametrize(
    ("said", "weights", "enough", "then"),
    [
        ("k1 k2 " + LONG, {}, 0.5, "close enough"),
        ("k1 k2~ " + LONG, {}, 0.5, "probe k2"),
        ("k1 " + LONG, {"k1": 9}, 0.7, "close enough"),
        ("k1 k2 k3~ " + LONG, {}, 0.6, "close enough"),
        ("k1 k2 k3! " + LONG, {}, 0.5, "challenge k3"),
        ("k1 k2 k3 k4? " + LONG, {}, 1.0, "probe k4"),
    ],
)
def test_enough_ends_a_question_but_not_over_something_wrong(said, weights, enough, then):
    assert moves(held([said], cards=[weighing(**weights)], enough=enough))[1] == then


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (["/skip"], "skip"),
        (["k1 " + LONG, "/skip"], "skip"),
        (["that's all"], "done"),
        (["k1! " + LONG, "I'm done"], "done"),
        (["I don't know", "no idea"], "dont_know"),
        (["k1 " + LONG, "I don't know", "no idea"], "dont_know"),
        (["I don't know", "k1 " + LONG, "no idea"], "dont_know"),
    ],
)
def test_a_question_ends_when_the_candidate_wants_it_to_and_with_the_last_the_interview(said, reason):
    first, last = moves(held(said, cards=TWO)), moves(held(["/skip", *said], cards=TWO))
    assert first[-2:] == [f"advance {reason}", "ask"]
    assert last[-1] == f"close {reason}"


@pytest.mark.parametrize("before", [[], ["k1 " + LONG], ["hello", "I don't know"], ["/skip"]])
def test_the_interview_ends_when_the_candidate_says_so(before):
    assert moves(held([*before, "/end"], cards=TWO))[-1] == "close end"


def test_one_dont_know_is_met_with_another_try_or_another_point():
    assert moves(held(["I don't know"]))[-1] == "encourage"
    assert moves(held(["k1 " + LONG, "I don't know"]))[-2:] == ["probe k2", "probe k3"]


def test_what_was_given_up_is_not_asked_about_again_even_with_nothing_else_left():
    found = moves(held(["k1 k2 k3 " + LONG, "I don't know"], follow_ups=9))
    assert found[-2:] == ["probe k4", "close budget"]


@pytest.mark.parametrize(
    ("mode", "said", "answers"),
    [
        ("real", ["/hint", "/hint"], [("no_hint", None), ("no_hint", None)]),
        ("real", ["k1 " + LONG, "/hint"], [("no_hint", "k2")]),
        ("practice", ["/hint", "/hint"], [("hint", "k1"), ("assert", "k1")]),
        ("practice", ["k1 " + LONG, "/hint", "/hint"], [("hint", "k2"), ("assert", "k2")]),
        ("practice", ["k1 k3! " + LONG, "/hint"], [("hint", "k3")]),
        ("practice", ["k1 " + LONG, "/hint", LONG, "/hint"], [("hint", "k2"), ("hint", "k3")]),
        ("practice", ["k1 " + LONG, "/repeat", "what do you mean?"], [("repeat", "k2"), ("explain", "k2")]),
        ("real", ["hello", "/repeat"], [("steer", None), ("repeat", None)]),
    ],
)
def test_hints_are_for_practice_first_the_heading_then_the_point_and_help_is_about_the_prompt_on_the_table(
    mode, said, answers
):
    turns = held(said, mode=mode).turns
    given = [turn.move for turn in turns if isinstance(turn, Said) and isinstance(turn.move, Clarify)]
    assert [(move.manner, move.point) for move in given] == answers


@pytest.mark.parametrize("message", ["hello", "/repeat", "k1 " + LONG, "/hint"])
def test_no_interview_takes_more_messages_than_its_plan_allows(message):
    interview = held([message] * 50, cards=[a_card(6)] * 9, most_turns=10)
    heard = [turn for turn in interview.turns if isinstance(turn, Heard)]
    assert interview.closed
    assert len(heard) <= 10


def test_what_could_not_be_judged_is_asked_about_like_what_is_missing_and_the_interview_goes_on():
    assert moves(held([LONG] * 9, session=a_session(BrokenJudge())))[1:] == [
        "probe k1",
        "probe k2",
        "probe k3",
        "close budget",
    ]


def follow_ups(interview: Interview) -> Iterator[tuple[Interview, Probe | Challenge]]:
    """Every probe and challenge, with the interview as it stood just before."""
    for number, turn in enumerate(interview.turns):
        if isinstance(turn, Said) and isinstance(turn.move, Probe | Challenge):
            yield upto(interview, number), turn.move


def given_up(interview: Interview) -> set[str]:
    """The points whose follow-up was met with "I don't know", in the current question."""
    found: set[str] = set()
    asked: str | None = None
    for _, turn in interview.numbered(interview.question):
        if isinstance(turn, Said) and isinstance(turn.move, Probe | Challenge):
            asked = turn.move.point
        elif isinstance(turn, Heard) and turn.act == "dont_know" and asked:
            found.add(asked)
    return found


CLASS = {"contradicted": 0, "partial": 1, "unsure": 1, "retracted": 1, "not_raised": 2, "not_judged": 2}


@given(interviews())
def test_follow_ups_stay_within_the_budget_and_never_repeat_themselves(interview):
    for question in range(interview.question + 1):
        made = interview.follow_ups(question)
        keys = [(move.point, move.rung if isinstance(move, Probe) else "challenge") for move in made]
        assert len(made) <= interview.plan.follow_ups
        assert len(set(keys)) == len(keys)
        assert all(sum(move.point == point for move in made) <= 2 for point in {move.point for move in made})


@given(interviews())
def test_nothing_that_was_covered_or_given_up_is_followed_up_on(interview):
    for before, move in follow_ups(interview):
        assert before.ledger(before.question)[move.point].state != "covered"
        assert move.point not in given_up(before)


@given(interviews())
def test_among_points_not_tried_yet_what_is_wrong_comes_first_and_what_is_missing_last(interview):
    for before, move in follow_ups(interview):
        ledger = before.ledger(before.question)
        tried = {made.point for made in before.follow_ups(before.question)}
        fresh = {id for id, entry in ledger.items() if entry.state != "covered"} - tried - given_up(before)
        if fresh:
            assert move.point in fresh
            assert CLASS[ledger[move.point].state] == min(CLASS[ledger[id].state] for id in fresh)


@given(interviews())
def test_only_what_was_said_wrongly_is_challenged_and_with_those_words(interview):
    for before, move in follow_ups(interview):
        entry = before.ledger(before.question)[move.point]
        if isinstance(move, Challenge):
            assert (entry.state, entry.quote) == ("contradicted", move.quote)
            assert any(move.quote in exchange.answer for exchange in before.exchanges(before.question))


@given(interviews())
def test_a_question_is_left_for_the_reason_given(interview):
    for number, turn in enumerate(interview.turns):
        if not (isinstance(turn, Said) and isinstance(turn.move, Advance | Close)):
            continue
        before = upto(interview, number)
        heard = before.heard(before.question)
        share = coverage(before.card, before.ledger(before.question))
        assert isinstance(turn.move, Close) or before.question < len(before.plan.cards) - 1
        match turn.move.reason:
            case "enough":
                assert share >= before.plan.enough
            case "budget":
                assert share < before.plan.enough
            case "dont_know":
                assert sum(h.act == "dont_know" for h in heard) == 2
            case "skip" | "done" | "end":
                assert heard[-1].act == turn.move.reason


@given(interviews())
def test_hints_are_for_practice_and_a_point_is_told_only_after_its_heading(interview):
    hinted: set[tuple[int, str | None]] = set()
    for number, turn in enumerate(interview.turns):
        if isinstance(turn, Said) and isinstance(turn.move, Clarify) and turn.move.manner in ("hint", "assert"):
            key = (interview.question_at(number), turn.move.point)
            assert interview.plan.mode == "practice"
            assert turn.move.manner == "hint" or key in hinted
            hinted.add(key)


answers = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join) | st.just("I don't know")


@given(st.lists(answers, min_size=30, max_size=30), judges, plans)
def test_answering_always_comes_to_an_end(said, judge, plan):
    interview = held(said, cards=TWO, session=a_session(judge), **plan)
    assert interview.closed
    assert all(len(interview.heard(question)) <= plan["follow_ups"] + 2 for question in (0, 1))


@given(messages, plans)
def test_the_same_messages_make_the_same_interview(said, plan):
    assert held(said, **plan) == held(said, **plan)
