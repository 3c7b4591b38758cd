"""Save, then speak: what was sent is kept, whatever happens afterwards."""

from __future__ import annotations

import pytest

from bot.claim import Assessment
from bot.interview import Plan
from bot.records.memory import MemoryRecords
from bot.session import LONGEST_ANSWER, Session
from bot.voices.scripted import ScriptedVoice
from knowledge.errors import AnswerTooLong, StaleInterview
from tests.builders import PHRASES, ScriptedJudge, a_card, a_session, held, moves


class Fragile(ScriptedJudge):
    """Breaks as often as it is told to."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def assess(self, card, exchanges) -> Assessment:
        if self.times:
            self.times -= 1
            raise RuntimeError("power cut")
        return super().assess(card, exchanges)


def test_an_answer_is_stored_before_anything_is_asked_of_a_judge():
    records = MemoryRecords()
    session = Session(records, Fragile(1), ScriptedVoice(PHRASES))
    interview = session.hear(session.speak(session.start(Plan(cards=(a_card(),)))), "k1 is what I know")
    with pytest.raises(RuntimeError):
        session.speak(interview)
    again = records.load(interview.id)
    assert again.exchanges(0)[0].answer == "k1 is what I know"
    resumed = session.speak(again)
    assert resumed.ledger(0)["k1"].state == "covered"
    assert not resumed.awaits_interviewer


def test_a_later_tab_is_told_and_nothing_is_overwritten():
    session = a_session()
    interview = session.speak(session.start(Plan(cards=(a_card(),))))
    session.hear(interview, "from the first tab")
    with pytest.raises(StaleInterview):
        session.hear(interview, "from the second tab")
    assert session.records.load(interview.id).exchanges(0)[0].answer == "from the first tab"


def test_no_message_is_taken_once_the_interview_is_over_or_while_the_interviewer_is_due():
    session = a_session()
    over = held(["/end"], session=session)
    fresh = session.start(Plan(cards=(a_card(),)))
    for interview in (over, fresh):
        with pytest.raises(StaleInterview):
            session.hear(interview, "one more thing")


def test_too_long_an_answer_is_refused_whole():
    session = a_session()
    interview = session.speak(session.start(Plan(cards=(a_card(),))))
    with pytest.raises(AnswerTooLong):
        session.hear(interview, "x" * (LONGEST_ANSWER + 1))
    assert session.records.load(interview.id) == interview


def test_what_is_no_answer_is_not_judged():
    judge = ScriptedJudge()
    held(["hello", "/repeat", "I don't know", ":", "what do you mean?"], session=a_session(judge))
    assert judge.asked == 0


def test_an_answer_can_be_judged_again():
    judge = ScriptedJudge()
    session = a_session(judge)
    interview = held(["k1 k2"], session=session)
    number = interview.answers(0)[0][0]
    again = session.judge_again(interview, number)
    assert judge.asked == 2
    assert again.ledger(0) == interview.ledger(0)


def test_every_question_is_reviewed_once_also_when_the_interview_ends_early():
    interview = held(["k1 and more of it", "/skip", "k2 it is", "/end"], cards=[a_card(), a_card(id="b")])
    assert [turn.question for turn in interview.turns if turn.kind == "reviewed"] == [0, 1]
    assert moves(interview)[-1] == "close end"
