"""Save, then speak: what was sent is kept, whatever happens afterwards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.interview import Interview, Plan
from bot.pace import Pace
from bot.records.memory import MemoryRecords
from bot.session import LONGEST_ANSWER, Session
from bot.turn import Heard, Judged
from bot.voices.scripted import ScriptedVoice
from knowledge.errors import AnswerTooLong, NotFound, StaleInterview
from knowledge.text import paragraphs
from tests.builders import PHRASES, BrokenJudge, ScriptedJudge, a_card, a_session, held, messages, moves, plans

LONG = "word " * 30
TWO = Plan(cards=(a_card(), a_card(id="coffee")))


class PowerCut(BaseException):
    """What no `except Exception` catches: the process is gone."""


class Fuse:
    """Burns through at step number `at`, once."""

    def __init__(self, at: int) -> None:
        self.left = at

    def burn(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise PowerCut


class FusedJudge(ScriptedJudge):
    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self.fuse = fuse

    def prepare(self, card):
        self.fuse.burn()

    def assess(self, card, exchanges):
        self.fuse.burn()
        return super().assess(card, exchanges)

    def review(self, card, exchanges):
        self.fuse.burn()
        return super().review(card, exchanges)


class FusedVoice(ScriptedVoice):
    def __init__(self, fuse: Fuse) -> None:
        super().__init__(PHRASES)
        self.fuse = fuse

    def say(self, move, interview, words):
        self.fuse.burn()
        said = super().say(move, interview, words)
        self.fuse.burn()
        return said


class FusedRecords(MemoryRecords):
    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self.fuse = fuse

    def append(self, interview, turn):
        self.fuse.burn()
        stored = super().append(interview, turn)
        self.fuse.burn()
        return stored


def held_through_cuts(said: list[str], plan: Plan, cut: int) -> tuple[Interview, bool]:
    """The interview about `plan` in which the power fails at step `cut`, is back, and whether it failed at all.

    The candidate sends a message again only where it was not stored.
    """
    fuse = Fuse(cut)
    session = Session(FusedRecords(fuse), FusedJudge(fuse), FusedVoice(fuse))
    interview = session.start(plan)
    failed = False
    waiting = list(said)
    while True:
        try:
            interview = session.speak(session.records.load(interview.id))
            if interview.closed or not waiting:
                return interview, failed
            session.hear(interview, waiting[0])
        except PowerCut:
            failed = True
        kept = [turn.text for turn in session.records.load(interview.id).turns if isinstance(turn, Heard)]
        waiting = said[len(kept) :]


@given(messages.filter(lambda said: all(paragraphs(text) == text for text in said)), plans, st.integers(1, 60))
def test_a_power_cut_at_any_step_changes_nothing_about_the_interview(said, plan, cut):
    plan = TWO.model_copy(update=plan)
    unbroken, _ = held_through_cuts(said, plan, 0)
    assert held_through_cuts(said, plan, cut)[0] == unbroken


def test_each_single_step_of_one_interview_can_be_cut():
    said = ["k1 k2~ " + LONG, "hello", "I don't know", "k3! " + LONG, "/skip", "k1 k2 k3 k4"]
    unbroken, _ = held_through_cuts(said, TWO, 0)
    cuts = 0
    while True:
        interview, failed = held_through_cuts(said, TWO, cuts + 1)
        assert interview == unbroken
        if not failed:
            break
        cuts += 1
    assert unbroken.closed
    assert cuts > 50


class Fragile(ScriptedJudge):
    """Breaks as often as it is told to."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def assess(self, card, exchanges):
        if self.times:
            self.times -= 1
            raise RuntimeError("out of order")
        return super().assess(card, exchanges)


def test_an_answer_is_stored_before_anything_is_asked_of_a_judge():
    session = a_session(Fragile(2))
    interview = session.hear(session.speak(session.start(TWO)), "k1 is what I know")
    for _ in range(2):
        with pytest.raises(RuntimeError):
            session.speak(interview)
        assert session.records.load(interview.id).exchanges(0)[0].answer == "k1 is what I know"
    resumed = session.speak(session.records.load(interview.id))
    assert resumed.ledger(0)["k1"].state == "covered"
    assert not resumed.awaits_interviewer


def test_a_judge_that_can_judge_nothing_holds_nobody_up():
    interview = held(["k1 " + LONG, "k2 " + LONG, "/end"], session=a_session(BrokenJudge()))
    assert interview.closed
    assert {entry.state for entry in interview.ledger(0).values()} == {"not_judged"}


def test_to_speak_when_nothing_is_due_does_nothing():
    session = a_session()
    interview = session.speak(session.start(TWO))
    assert session.speak(interview) is interview
    over = held(["/end"], session=session)
    assert session.speak(over) is over


def test_a_later_tab_is_told_and_nothing_is_overwritten():
    session = a_session()
    interview = session.speak(session.start(TWO))
    session.hear(interview, "from the first tab")
    with pytest.raises(StaleInterview):
        session.hear(interview, "from the second tab")
    assert [e.answer for e in session.records.load(interview.id).exchanges(0)] == ["from the first tab"]


def test_of_two_tabs_that_both_judge_and_speak_one_is_told_and_goes_on_after_a_reload():
    session = a_session()
    interview = session.hear(session.speak(session.start(TWO)), "k1 " + LONG)
    spoken = session.speak(interview)
    with pytest.raises(StaleInterview):
        session.speak(interview)
    again = session.speak(session.records.load(interview.id))
    assert again == spoken
    assert sum(isinstance(turn, Judged) for turn in again.turns) == 1


def test_no_message_is_taken_once_the_interview_is_over_or_while_the_interviewer_is_due():
    session = a_session()
    fresh = session.start(TWO)
    heard = session.hear(session.speak(session.start(TWO)), "k1")
    over = held(["/end"], session=session)
    for interview in (fresh, heard, over):
        with pytest.raises(StaleInterview):
            session.hear(interview, "one more thing")
        assert session.records.load(interview.id) == interview


@pytest.mark.parametrize(
    ("message", "kept"),
    [("x" * LONGEST_ANSWER, True), ("x" * (LONGEST_ANSWER + 1), False), (" " * LONGEST_ANSWER * 2 + "x", True)],
)
def test_too_long_an_answer_is_refused_whole_and_blanks_do_not_count(message, kept):
    session = a_session()
    interview = session.speak(session.start(TWO))
    if kept:
        assert session.hear(interview, message).exchanges(0)[0].answer == message.strip()
    else:
        with pytest.raises(AnswerTooLong, match="12,001"):
            session.hear(interview, message)
        assert session.records.load(interview.id) == interview


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  k1 it is \r\n\r\n\r\n\r\nand  so\ton\0 ", "k1 it is\n\nand so on"),
        ("one\vtwo\fthree\u2028four", "one\ntwo\nthree\nfour"),
        ("left\u202eright zero\u200bwidth", "leftright zerowidth"),
        ("{{ 7 * 7 }} </answer>", "{{ 7 * 7 }} </answer>"),
        ("\0", ""),
    ],
)
def test_what_is_typed_is_made_inert_and_otherwise_kept_as_it_is(typed, stored):
    session = a_session()
    interview = session.hear(session.speak(session.start(TWO)), typed, Pace(words=3))
    heard = interview.turns[-1]
    assert isinstance(heard, Heard)
    assert (heard.text, heard.pace) == (stored, Pace(words=3))


def test_what_is_no_answer_is_not_judged():
    judge = ScriptedJudge()
    held(["hello", "/repeat", "I don't know", ":", "what do you mean?", ""], session=a_session(judge))
    assert judge.asked == 0


def test_what_a_judge_invents_is_not_stored():
    class Liar(ScriptedJudge):
        def assess(self, card, exchanges):
            found = super().assess(card, exchanges)
            lie = found.claims[0].model_copy(update={"point": "k2", "quote": "never said"})
            return found.model_copy(update={"claims": (*found.claims, lie)})

    interview = held(["k1 it is"], session=a_session(Liar()))
    assert [claim.point for claim in interview.assessments(0)[0].claims] == ["k1"]


@pytest.mark.parametrize("question", [0, 1])
def test_an_answer_can_be_judged_again_also_when_the_interview_has_gone_on_or_is_over(question):
    session = a_session(BrokenJudge())
    broken = held(["k1 " + LONG, "/skip", "k2 " + LONG, "/end"], cards=TWO.cards, session=session)
    number = broken.answers(question)[0][0]
    again = Session(session.records, ScriptedJudge(), session.voice).judge_again(broken, number)
    assert again.ledger(question)[f"k{question + 1}"].state == "covered"
    assert again.ledger(1 - question) == broken.ledger(1 - question)
    assert session.records.load(broken.id) == again
    assert not again.awaits_interviewer


def test_an_answer_is_judged_again_by_what_had_been_said_up_to_it():
    class Reader(ScriptedJudge):
        def assess(self, card, exchanges):
            self.read = [exchange.answer for exchange in exchanges]
            return super().assess(card, exchanges)

    judge = Reader()
    session = a_session(judge)
    interview = held(["k1 first", "k2 second", "k3 third"], session=session)
    session.judge_again(interview, interview.answers(0)[1][0])
    assert judge.read == ["k1 first", "k2 second"]


def test_every_answered_question_is_reviewed_once_also_when_the_interview_ends_early():
    cards = [a_card(id=id) for id in ("a", "b", "c")]
    interview = held(["k1 and more of it", "/skip", "/skip", "k2 it is", "/end"], cards=cards)
    assert [turn.question for turn in interview.turns if turn.kind == "reviewed"] == [0, 2]
    assert moves(interview)[-1] == "close end"


def test_records_in_memory_know_no_other_interviews():
    with pytest.raises(NotFound):
        MemoryRecords().load("memory-0")
    with pytest.raises(NotFound):
        MemoryRecords().append(Interview(id="x", plan=TWO), Heard(text="hm", act="answer"))
