"""The policy decides: what is wrong first, then what is half said, then what is missing; and it knows when to stop."""

from __future__ import annotations

import pytest
from hypothesis import given

from bot.interview import Interview
from bot.move import Challenge, Probe
from bot.turn import Heard, Said
from tests.builders import ScriptedJudge, a_card, a_session, held, messages, moves, plans

TWO = [a_card(), a_card(id="coffee", question="How do you make coffee?")]
LONG = "word " * 30


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ("k1 k2~ k3! " + LONG, "challenge k3"),
        ("k1 k2~ " + LONG, "probe k2"),
        ("k1 k4? " + LONG, "probe k4"),
        ("k1 " + LONG, "probe k2"),
        ("k1 k2 k3 k4", "close enough"),
        ("k1 k2 k3 k4!", "challenge k4"),
    ],
)
def test_contradictions_come_first_then_half_said_points_then_missing_ones(said, then):
    assert moves(held([said]))[1] == then


def test_near_comes_before_far_and_far_before_light():
    near = a_session(ScriptedJudge(nearness={"k3": 0.7, "k2": 0.1}))
    assert moves(held(["k1 " + LONG], session=near))[1] == "probe k3"
    points = [p.model_copy(update={"weight": 2.0}) if p.id == "k4" else p for p in a_card().key_points]
    assert moves(held(["k1 " + LONG], cards=[a_card(key_points=tuple(points))]))[1] == "probe k4"


def test_a_thin_first_answer_is_met_with_an_open_prompt():
    interview = held(["Well, carefully."])
    assert [move.rung for move in interview.follow_ups(0) if isinstance(move, Probe)] == ["open"]


def test_a_point_already_probed_is_asked_about_more_pointedly_once_and_then_left():
    interview = held(["k1 k2 k3 " + LONG, "hmm " + LONG, "hmm " + LONG], follow_ups=5)
    assert [(m.point, m.rung) for m in interview.follow_ups(0) if isinstance(m, Probe)] == [
        ("k4", "neutral"), ("k4", "pointed"),
    ]  # fmt: skip
    assert moves(interview)[-1] == "close budget"


@pytest.mark.parametrize(
    ("said", "end"),
    [
        (["/end"], "close end"),
        (["/skip"], "advance skip"),
        (["that's all"], "advance done"),
        (["I don't know", "no idea"], "advance dont_know"),
        (["k1 " + LONG, "I don't know", "no idea"], "advance dont_know"),
    ],
)
def test_a_question_ends_when_the_candidate_wants_it_to(said, end):
    found = moves(held(said, cards=TWO))
    assert end in found
    assert found[-1] == ("ask" if end.startswith("advance") else end)


def test_one_dont_know_is_met_with_another_try_or_another_point():
    assert moves(held(["I don't know"]))[-1] == "encourage"
    assert moves(held(["k1 " + LONG, "I don't know"]))[-2:] == ["probe k2", "probe k3"]


def test_hints_are_for_practice_first_the_heading_then_the_point():
    assert moves(held(["/hint", "/hint"], mode="practice"))[1:] == ["clarify k1", "clarify k1"]
    assert moves(held(["/hint"], mode="real"))[1:] == ["clarify no_hint"]


def test_the_last_question_closes_the_interview():
    assert moves(held(["/skip", "/skip"], cards=TWO))[-1] == "close skip"


def test_an_endless_interview_ends():
    assert moves(held(["hello"] * 50, most_turns=10))[-1] == "close limit"


def _judged_states(interview: Interview, number: int) -> dict[str, str]:
    so_far = interview.model_copy(update={"turns": interview.turns[:number]})
    return {id: entry.state for id, entry in so_far.ledger(so_far.question).items()}


@given(messages, plans)
def test_in_any_interview_the_rules_hold(said, plan):
    interview = held(said, cards=TWO, **plan)
    assert interview.closed or not interview.awaits_interviewer
    for question in range(interview.question + 1):
        made = interview.follow_ups(question)
        assert len(made) <= plan["follow_ups"]
        keys = [(m.point, m.rung if isinstance(m, Probe) else "challenge") for m in made]
        assert len(set(keys)) == len(keys)
        assert max([sum(m.point == p for m in made) for p in {m.point for m in made}], default=0) <= 2
    given_up: set[tuple[int, str]] = set()
    last: Probe | Challenge | None = None
    for number, turn in enumerate(interview.turns):
        at = interview.model_copy(update={"turns": interview.turns[: number + 1]}).question
        if isinstance(turn, Heard) and turn.act == "dont_know" and last is not None:
            given_up.add((at, last.point))
        if isinstance(turn, Said) and isinstance(turn.move, Probe | Challenge):
            last = turn.move
            assert _judged_states(interview, number)[last.point] != "covered"
            assert (at, last.point) not in given_up
        elif isinstance(turn, Said) and turn.move.kind == "ask":
            last = None


@given(messages, plans)
def test_an_interview_is_the_same_however_often_it_is_loaded_in_between(said, plan):
    assert moves(held(said, **plan)) == moves(held(said, **plan))
