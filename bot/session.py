"""The program in one page: hear an answer, save it, then judge, decide and speak until it is the candidate's turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.act import act_of
from bot.claim import Assessment, admit
from bot.interview import Interview, Plan
from bot.move import Ask
from bot.pace import Pace
from bot.policy import next_move
from bot.ports import Judge, Records, Voice
from bot.turn import Heard, Judged, Reviewed, Said
from knowledge.errors import AnswerTooLong, StaleInterview
from knowledge.text import paragraphs

LONGEST_ANSWER = 12_000
"""Characters; about ten times the longest answer anybody should give."""
Show = Callable[[Iterator[str]], str]
"""Shows words as they come and returns them whole."""


@dataclass(frozen=True)
class Session:
    """One interview's three steps over the four ports."""

    records: Records
    judge: Judge
    voice: Voice

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

    def speak(self, interview: Interview, show: Show = "".join) -> Interview:
        """`interview` after everything the interviewer has to do: starts, continues and resumes alike."""
        while interview.awaits_interviewer:
            interview = self._step(interview, show)
        return interview

    def judge_again(self, interview: Interview, answer: int) -> Interview:
        """`interview` with the answer in turn number `answer` judged once more."""
        return self._judge(interview, answer)

    def _step(self, interview: Interview, show: Show) -> Interview:
        if interview.unjudged is not None:
            return self._judge(interview, interview.unjudged)
        if interview.unreviewed is not None:
            return self._review(interview, interview.unreviewed)
        move = next_move(interview)
        text = show(self.voice.say(move, interview))
        interview = self.records.append(interview, Said(move=move, text=text, by=self.voice.name))
        if isinstance(move, Ask):
            self.judge.prepare(interview.card)
        return interview

    def _judge(self, interview: Interview, answer: int) -> Interview:
        question = interview.question_at(answer)
        card = interview.plan.cards[question]
        exchanges = [exchange for number, exchange in interview.answers(question) if number <= answer]
        found = self.judge.assess(card, exchanges)
        claims = admit(found.claims, card, exchanges[-1].answer)
        assessment: Assessment = found.model_copy(update={"claims": claims})
        return self.records.append(interview, Judged(answer=answer, assessment=assessment, by=self.judge.name))

    def _review(self, interview: Interview, question: int) -> Interview:
        review = self.judge.review(interview.plan.cards[question], interview.exchanges(question))
        return self.records.append(interview, Reviewed(question=question, review=review, by=self.judge.name))
