"""The program in one page: hear an answer, save it, then judge, decide and speak until it is the candidate's turn."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from bot.act import act_of
from bot.claim import admitted, admitted_review
from bot.interview import Interview, Plan
from bot.move import Ask, Move
from bot.pace import Pace
from bot.policy import next_move
from bot.ports import Interviewer, Judge, Records, Voice, Words
from bot.turn import Heard, Judged, Player, Reviewed, Said, Switched
from knowledge.errors import AnswerTooLong, StaleInterview
from knowledge.text import paragraphs

LONGEST_ANSWER = 12_000
"""Characters; about ten times the longest answer anybody should give."""
Show = Callable[[Interview, Move], AbstractContextManager[Words]]
"""Makes a place for the words of one move, where they are shown while they grow."""


def unseen(interview: Interview, move: Move) -> AbstractContextManager[Words]:
    """Shows nothing."""
    del interview, move
    return nullcontext(to_nobody)


def to_nobody(text: str) -> None:
    """Words that nobody sees grow."""
    del text


def always(interview: Interview) -> bool:
    """No cap on any interview."""
    del interview
    return True


@dataclass(frozen=True)
class Session:
    """One interview's three steps over the four ports."""

    records: Records
    judge: Judge
    voice: Voice
    model: Interviewer | None = None
    """Plays in the place of `judge` and `voice` where the interview asks for a language model."""
    may_call: Callable[[Interview], bool] = always
    """Whether a language model may be called for this interview; a cap may have been reached."""

    def start(self, plan: Plan) -> Interview:
        """A new interview, stored, with nothing said yet."""
        return self.records.create(plan)

    def hear(self, interview: Interview, message: str, pace: Pace | None = None) -> Interview:
        """`interview` with the candidate's message stored.

        Raises AnswerTooLong, or StaleInterview where no answer is awaited or another tab was first; then nothing is
        stored.
        """
        text = paragraphs(message)
        if len(text) > LONGEST_ANSWER:
            raise AnswerTooLong(f"An answer can have {LONGEST_ANSWER:,} characters; this one has {len(text):,}.")
        if interview.closed or interview.awaits_interviewer:
            raise StaleInterview("The interview is not waiting for an answer here. Reload it to see where it stands.")
        return self.records.append(interview, Heard(text=text, act=act_of(text), pace=pace))

    def speak(self, interview: Interview, show: Show = unseen, *, patient: bool = False) -> Interview:
        """`interview` after everything the interviewer has to do: starts, continues and resumes alike.

        With `patient` it stops where an answer could not be judged, for somebody to decide whether to try again.
        """
        while interview.awaits_interviewer and not (patient and interview.in_doubt is not None):
            interview = self._step(interview, show)
        return interview

    def switch(self, interview: Interview, to: Player) -> Interview:
        """`interview` with somebody else to play the interviewer from here on."""
        return interview if interview.interviewer == to else self.records.append(interview, Switched(to=to))

    def judge_again(self, interview: Interview, answer: int) -> Interview:
        """`interview` with the answer in turn number `answer` judged once more."""
        return self._judge(interview, answer)

    def settle(self, interview: Interview) -> Interview:
        """`interview` with everything that could not be judged or reviewed tried once more."""
        for answer in interview.unsettled:
            interview = self._judge(interview, answer)
        for question in interview.unreviewable:
            interview = self._review(interview, question)
        return interview

    def playing(self, interview: Interview) -> Interviewer:
        """Who plays the interviewer now."""
        if interview.interviewer == "model" and self.model is not None and self.may_call(interview):
            return self.model
        return Interviewer(self.judge, self.voice)

    def _step(self, interview: Interview, show: Show) -> Interview:
        if interview.unjudged is not None:
            return self._judge(interview, interview.unjudged)
        if interview.unreviewed is not None:
            return self._review(interview, interview.unreviewed)
        move = next_move(interview)
        player = self.playing(interview)
        with show(interview, move) as words:
            said = player.voice.say(move, interview, words)
        turn = Said(move=move, text=said.text, by=said.by, replaced=said.replaced, usage=said.usage)
        interview = self.records.append(interview, turn)
        if isinstance(move, Ask):
            player.judge.prepare(interview.card)
        return interview

    def _judge(self, interview: Interview, answer: int) -> Interview:
        question = interview.question_at(answer)
        card = interview.plan.cards[question]
        exchanges = interview.exchanges_upto(question, answer)
        judge = self.playing(interview).judge
        found = admitted(judge.assess(card, exchanges), card, exchanges[-1].answer)
        return self.records.append(interview, Judged(answer=answer, assessment=found, by=found.by or judge.name))

    def _review(self, interview: Interview, question: int) -> Interview:
        card, exchanges = interview.plan.cards[question], interview.exchanges(question)
        judge = self.playing(interview).judge
        review = admitted_review(judge.review(card, exchanges), card, exchanges)
        return self.records.append(interview, Reviewed(question=question, review=review, by=review.by or judge.name))
