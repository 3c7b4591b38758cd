"""An interview is its plan and its turns; where it stands follows from them, after every turn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.act import Act
from bot.claim import Assessment, Claim, Review
from bot.interview import Interview, Plan
from bot.ledger import ledger_of
from bot.move import Advance, Ask, Close, Encourage, Probe
from bot.turn import Heard, Judged, Reviewed, Said
from tests.builders import ScriptedJudge, a_card, a_session, held, interviews, moves, prefixes

TWO = Plan(cards=(a_card(), a_card(id="coffee")))
ASK = Said(move=Ask(question=0), text="How do you make tea?")
NEXT = Said(move=Ask(question=1), text="How do you make coffee?")
PROBE = Said(move=Probe(point="k1", rung="neutral"), text="What else?")
ENCOURAGE = Said(move=Encourage(), text="Take your time.")
ADVANCE = Said(move=Advance(reason="enough"), text="On we go.")
CLOSE = Said(move=Close(reason="enough"), text="Goodbye.")
ANSWER = Heard(text="With water.", act="answer")
ASIDE = Heard(text="What do you mean?", act="clarify")


def judged(answer: int, verdict: str = "covered") -> Judged:
    claim = Claim.model_validate({"point": "k1", "verdict": verdict, "quote": "water"})
    return Judged(answer=answer, assessment=Assessment(claims=(claim,)))


def reviewed(question: int) -> Reviewed:
    return Reviewed(question=question, review=Review())


@pytest.mark.parametrize(
    ("turns", "due", "unjudged", "unreviewed"),
    [
        ([], True, None, None),
        ([ASK], False, None, None),
        ([ASK, ANSWER], True, 1, None),
        ([ASK, ANSWER, judged(1)], True, None, None),
        ([ASK, ANSWER, judged(1), PROBE], False, None, None),
        ([ASK, ASIDE], True, None, None),
        ([ASK, ASIDE, ASK], False, None, None),
        ([ASK, ANSWER, judged(1), PROBE, ANSWER], True, 4, None),
        ([ASK, ANSWER, judged(1), PROBE, ANSWER, judged(1)], True, 4, None),
        ([ASK, ANSWER, judged(1), ADVANCE], True, None, 0),
        ([ASK, ANSWER, judged(1), ADVANCE, reviewed(0)], True, None, None),
        ([ASK, ASIDE, ADVANCE], True, None, None),
        ([ASK, ANSWER, judged(1), ADVANCE, reviewed(0), NEXT], False, None, None),
        ([ASK, ANSWER, judged(1), CLOSE], True, None, 0),
        ([ASK, ANSWER, judged(1), CLOSE, reviewed(0)], False, None, None),
        ([ASK, ASIDE, CLOSE], False, None, None),
    ],
)
def test_what_is_due_follows_from_the_turns(turns, due, unjudged, unreviewed):
    interview = Interview(id="x", plan=TWO, turns=tuple(turns))
    assert interview.awaits_interviewer is due
    assert (interview.unjudged, interview.unreviewed) == (unjudged, unreviewed)


def test_an_exchange_is_an_answer_with_all_that_was_said_since_the_one_before():
    turns = (ASK, ASIDE, ENCOURAGE, ANSWER, judged(3), PROBE, ANSWER, judged(6), ADVANCE, NEXT, ANSWER)
    interview = Interview(id="x", plan=TWO, turns=turns)
    assert [(number, exchange.prompt) for number, exchange in interview.answers(0)] == [
        (3, "How do you make tea?\nTake your time."),
        (6, "What else?"),
    ]
    assert [(number, exchange.prompt) for number, exchange in interview.answers(1)] == [(10, "How do you make coffee?")]


def test_a_later_judgement_of_an_answer_takes_the_place_of_the_earlier_also_behind_later_answers():
    turns = (ASK, ANSWER, judged(1, "contradicted"), PROBE, ANSWER, judged(4, "unsure"))
    interview = Interview(id="x", plan=TWO, turns=turns)
    assert interview.ledger(0)["k1"].state == "contradicted"
    again = interview.with_turn(judged(1, "covered"))
    assert again.ledger(0)["k1"].state == "covered"
    assert len(again.assessments(0)) == 2


def test_a_later_review_takes_the_place_of_the_earlier():
    second = Reviewed(question=0, review=Review(problem="again"))
    assert Interview(id="x", plan=TWO, turns=(ASK, reviewed(0), second)).review(0) == second.review
    assert Interview(id="x", plan=TWO).review(0) is None


def test_before_the_first_question_the_first_card_is_the_card():
    fresh = Interview(id="x", plan=TWO)
    assert (fresh.question, fresh.card.id) == (-1, "tea")


@pytest.mark.parametrize(
    "change",
    [
        {"cards": ()}, {"cards": (a_card(),) * 21}, {"mode": "exam"}, {"follow_ups": -1}, {"follow_ups": 21},
        {"enough": 0}, {"enough": 1.01}, {"enough": float("nan")}, {"most_turns": 3}, {"clock": -1}, {"secret": 1},
    ],
)  # fmt: skip
def test_a_plan_out_of_range_is_refused(change):
    with pytest.raises(ValidationError):
        Plan.model_validate({"cards": (a_card(),)} | change)


@given(interviews())
def test_the_interviewer_is_due_unless_a_prompt_is_open_or_everything_is_done(interview):
    for so_far in prefixes(interview):
        messages = [turn for turn in so_far.turns if isinstance(turn, Said | Heard)]
        open_prompt = bool(messages) and isinstance(messages[-1], Said) and not isinstance(messages[-1].move, Advance)
        all_done = so_far.closed and so_far.unreviewed is None
        assert so_far.awaits_interviewer == (not open_prompt if not so_far.closed else not all_done)


@given(interviews())
def test_just_the_answers_are_judged_each_once_and_before_anything_else_is_said(interview):
    answers = [n for n, turn in enumerate(interview.turns) if isinstance(turn, Heard) and turn.act == "answer"]
    assert [turn.answer for turn in interview.turns if isinstance(turn, Judged)] == answers
    assert all(isinstance(interview.turns[number + 1], Judged) for number in answers)
    for so_far in prefixes(interview):
        last = len(so_far.turns) - 1
        assert so_far.unjudged == (last if last in answers else None)


@given(interviews())
def test_just_the_questions_with_an_answer_are_reviewed_each_once_and_when_they_are_over(interview):
    found = [turn.question for turn in interview.turns if isinstance(turn, Reviewed)]
    over = range(interview.question + 1 if interview.closed else interview.question)
    assert found == [question for question in over if interview.exchanges(question)]


@given(interviews())
def test_every_turn_belongs_to_one_question_and_the_questions_come_in_order(interview):
    numbers = [(q, n) for q in range(interview.question + 1) for n, _ in interview.numbered(q)]
    assert [number for _, number in numbers] == list(range(len(interview.turns)))
    assert all(interview.question_at(number) == question for question, number in numbers)
    asked = [turn.move.question for turn in interview.turns if isinstance(turn, Said) and isinstance(turn.move, Ask)]
    assert asked == list(range(len(asked)))


@given(interviews())
def test_the_exchanges_are_the_answers_in_order_and_their_prompts_what_was_said_in_between(interview):
    for question in range(interview.question + 1):
        told = [turn for _, turn in interview.numbered(question)]
        for number, exchange in interview.answers(question):
            heard = interview.turns[number]
            assert isinstance(heard, Heard)
            assert (heard.act, heard.text) == ("answer", exchange.answer)
            assert exchange.prompt
        prompts = "\n".join(exchange.prompt for exchange in interview.exchanges(question))
        assert "\n".join(turn.text for turn in told if isinstance(turn, Said)).startswith(prompts)
        assert [h.text for h in interview.heard(question) if h.act == "answer"] == [
            exchange.answer for exchange in interview.exchanges(question)
        ]


@given(interviews())
def test_the_ledger_is_derived_and_a_closed_interview_stays_closed(interview):
    was_closed = False
    for so_far in prefixes(interview):
        assert so_far.closed or not was_closed
        was_closed = so_far.closed
        for question in range(so_far.question + 1):
            assessments = so_far.assessments(question)
            assert so_far.ledger(question) == ledger_of(so_far.plan.cards[question], assessments)
            assert len(assessments) + (so_far.unjudged is not None and question == so_far.question) == len(
                so_far.exchanges(question)
            )


@given(interviews())
def test_an_interview_survives_being_written_down(interview):
    assert Interview.model_validate_json(interview.model_dump_json()) == interview


@given(interviews(), st.sampled_from([ANSWER, PROBE]))
def test_turns_are_only_ever_added_behind_the_last(interview, turn):
    before = interview.turns
    assert interview.with_turn(turn).turns == (*before, turn)
    assert interview.turns is before


def test_who_plays_is_what_the_plan_says_until_somebody_switches():
    session = a_session()
    interview = session.start(Plan(cards=(a_card(),), interviewer="model"))
    assert interview.interviewer == "model"
    switched = session.switch(session.speak(interview), "embedded")
    assert switched.interviewer == "embedded"
    assert session.switch(switched, "embedded") is switched
    assert session.records.load(interview.id) == switched


class Listener(ScriptedJudge):
    """Takes every message for `act`."""

    def __init__(self, act: Act) -> None:
        super().__init__()
        self.act = act

    def assess(self, card, exchanges):
        return super().assess(card, exchanges).model_copy(update={"act": self.act})


@pytest.mark.parametrize(
    ("act", "next_move"),
    [
        ("answer", "probe k1"),
        ("clarify", "clarify explain"),
        ("repeat", "clarify repeat"),
        ("other", "clarify steer"),
        ("end", "clarify confirm_end"),
        ("skip", "clarify confirm_skip"),
        ("done", "clarify confirm_skip"),
        ("dont_know", "encourage"),
    ],
)
def test_what_a_judge_takes_a_message_for_is_what_is_done_and_what_would_leave_is_asked_first(act, next_move):
    interview = held(["hm, well, about that"], session=a_session(Listener(act)))
    assert moves(interview)[-1] == next_move
    assert len(interview.exchanges(0)) == (act == "answer")


def test_no_judge_waves_an_answer_away():
    long = "so this is what I would do about it " * 6
    for said in ("k1 it is", long):
        assert len(held([said], session=a_session(Listener("skip"))).exchanges(0)) == 1
