"""The interview: a value made of its plan and its turns. Everything else about it is derived here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from bot.claim import Assessment, Exchange, Review
from bot.ledger import Ledger, ledger_of
from bot.move import Advance, Ask, Challenge, Close, Probe
from bot.turn import Heard, Judged, Player, Reviewed, Said, Switched, Turn
from bot.usage import Usage, total
from knowledge.card import Card, Frozen

Mode = Literal["real", "practice"]


class Plan(Frozen):
    """What an interview is set up with; fixed when it begins, cards included, so that a later edit changes nothing."""

    cards: Annotated[tuple[Card, ...], Field(min_length=1, max_length=20, strict=False)]
    mode: Mode = "real"
    follow_ups: Annotated[int, Field(ge=0, le=20)] = 3
    """Most follow-ups to one question."""
    enough: Annotated[float, Field(gt=0, le=1, strict=False)] = 0.85
    """Share of a card's weight that, once covered, ends the question."""
    most_turns: Annotated[int, Field(ge=4, le=1000)] = 200
    """Messages of the candidate after which the interview closes by itself."""
    clock: Annotated[int, Field(ge=0, le=3600)] = 0
    """Seconds a candidate gives themselves for an answer; 0 is no clock. It is shown, never enforced."""
    interviewer: Player = "embedded"
    """Who plays the interviewer when it begins."""


class Interview(Frozen):
    """A plan and the turns so far. Turns are only ever added behind the last one."""

    id: str
    plan: Plan
    turns: Annotated[tuple[Turn, ...], Field(strict=False)] = ()

    def with_turn(self, turn: Turn) -> Interview:
        """This interview with one more turn."""
        return self.model_copy(update={"turns": (*self.turns, turn)})

    # Who plays, and at what price

    @property
    def interviewer(self) -> Player:
        """Who plays the interviewer now."""
        switched = [turn.to for turn in self.turns if isinstance(turn, Switched)]
        return switched[-1] if switched else self.plan.interviewer

    @property
    def usage(self) -> Usage:
        """What all calls to a language model in this interview used."""
        return total(usage for turn in self.turns if (usage := _usage_of(turn)) is not None)

    # Where we are

    @property
    def question(self) -> int:
        """Number of the current question, from 0; -1 before the first was asked."""
        return self.question_at(len(self.turns))

    def question_at(self, turn: int) -> int:
        """Number of the question that turn number `turn` belongs to, from 0; -1 before the first was asked."""
        upto = self.turns[: turn + 1]
        asked = [turn.move.question for turn in upto if isinstance(turn, Said) and isinstance(turn.move, Ask)]
        return asked[-1] if asked else -1

    @property
    def card(self) -> Card:
        """The card of the current question (of the first, before it was asked)."""
        return self.plan.cards[max(self.question, 0)]

    @property
    def closed(self) -> bool:
        """Whether the interviewer has said goodbye."""
        return any(isinstance(turn, Said) and isinstance(turn.move, Close) for turn in self.turns)

    @property
    def unjudged(self) -> int | None:
        """Number of the turn whose answer no judge has read yet, or None."""
        last = self._last_message()
        if last is None or not isinstance(self.turns[last], Heard):
            return None
        heard = self.turns[last]
        waiting = isinstance(heard, Heard) and heard.act == "answer"
        return last if waiting and not any(isinstance(t, Judged) and t.answer == last for t in self.turns) else None

    @property
    def in_doubt(self) -> int | None:
        """Number of the turn of the latest answer where no judge could read it and nothing was said since, or None."""
        last = self._last_message()
        return last if last in self.unsettled else None

    @property
    def trouble(self) -> str:
        """Why the latest answer could not be judged; empty where it could."""
        latest = {turn.answer: turn.assessment.problem for turn in self.turns if isinstance(turn, Judged)}
        return latest[self.in_doubt] if self.in_doubt is not None else ""

    @property
    def unsettled(self) -> tuple[int, ...]:
        """Numbers of the turns whose answers a judge tried and failed to read."""
        latest = {turn.answer: turn.assessment for turn in self.turns if isinstance(turn, Judged)}
        return tuple(number for number, found in latest.items() if found.failed and not found.claims)

    @property
    def unreviewable(self) -> tuple[int, ...]:
        """Numbers of the questions that a judge tried and failed to review."""
        latest = {turn.question: turn.review for turn in self.turns if isinstance(turn, Reviewed)}
        return tuple(number for number, review in latest.items() if review.problem and not review.by)

    @property
    def understood(self) -> tuple[Turn, ...]:
        """The turns, each message taken for what it is: by its form, or by a judge who read it and found no answer."""
        taken = {turn.answer: turn.assessment.act for turn in self.turns if isinstance(turn, Judged)}
        if all(act == "answer" for act in taken.values()):
            return self.turns
        return tuple(
            turn.model_copy(update={"act": taken.get(number, turn.act)}) if isinstance(turn, Heard) else turn
            for number, turn in enumerate(self.turns)
        )

    @property
    def unreviewed(self) -> int | None:
        """Number of a question that is finished, was answered, and that no judge has reviewed yet, or None."""
        finished = range(self.question + 1 if self.closed or self._leaving else self.question)
        done = {turn.question for turn in self.turns if isinstance(turn, Reviewed)}
        return next((n for n in finished if n not in done and self.exchanges(n)), None)

    @property
    def awaits_interviewer(self) -> bool:
        """Whether it is the interviewer's turn to do something: to begin, judge, review, speak or close."""
        if self.unreviewed is not None:
            return True
        if self.closed:
            return False
        last = self._last_message()
        return last is None or isinstance(self.turns[last], Heard) or self._leaving

    @property
    def _leaving(self) -> bool:
        last = self._last_message()
        turn = self.turns[last] if last is not None else None
        return isinstance(turn, Said) and isinstance(turn.move, Advance)

    def _last_message(self) -> int | None:
        for number in range(len(self.turns) - 1, -1, -1):
            if isinstance(self.turns[number], Said | Heard):
                return number
        return None

    # What was said to one question

    def numbered(self, question: int) -> Iterator[tuple[int, Turn]]:
        """The turns of one question with their numbers, from its Ask up to the next Ask."""
        current = -1
        for number, turn in enumerate(self.understood):
            if isinstance(turn, Said) and isinstance(turn.move, Ask):
                current = turn.move.question
            if current == question:
                yield number, turn

    def answers(self, question: int, also: int = -1) -> tuple[tuple[int, Exchange], ...]:
        """Turn numbers and exchanges of a question: each answer with everything the interviewer said just before it.

        The message in turn number `also` counts as an answer whatever it was taken for.
        """
        found: list[tuple[int, Exchange]] = []
        prompt: list[str] = []
        for number, turn in self.numbered(question):
            if isinstance(turn, Said):
                prompt.append(turn.text)
            elif isinstance(turn, Heard) and (turn.act == "answer" or number == also):
                found.append((number, Exchange(prompt="\n".join(prompt), answer=turn.text)))
                prompt = []
        return tuple(found)

    def exchanges(self, question: int) -> tuple[Exchange, ...]:
        """The exchanges of a question, in order."""
        return tuple(exchange for _, exchange in self.answers(question))

    def exchanges_upto(self, question: int, answer: int) -> tuple[Exchange, ...]:
        """The exchanges of a question up to the answer in turn number `answer`, that one included."""
        return tuple(exchange for number, exchange in self.answers(question, also=answer) if number <= answer)

    def assessments(self, question: int) -> tuple[Assessment, ...]:
        """The judgement of each answer to a question, in the order of the answers; a later one replaces an earlier."""
        latest = {turn.answer: turn.assessment for turn in self.turns if isinstance(turn, Judged)}
        return tuple(latest[number] for number, _ in self.answers(question) if number in latest)

    def ledger(self, question: int) -> Ledger:
        """The ledger of a question."""
        return ledger_of(self.plan.cards[question], self.assessments(question))

    def review(self, question: int) -> Review | None:
        """The latest review of a question, or None."""
        found = [turn.review for turn in self.turns if isinstance(turn, Reviewed) and turn.question == question]
        return found[-1] if found else None

    def follow_ups(self, question: int) -> tuple[Probe | Challenge, ...]:
        """The probes and challenges made to a question, in order."""
        return tuple(
            turn.move
            for _, turn in self.numbered(question)
            if isinstance(turn, Said) and isinstance(turn.move, Probe | Challenge)
        )

    def heard(self, question: int) -> tuple[Heard, ...]:
        """Every message of the candidate within a question, in order."""
        return tuple(turn for _, turn in self.numbered(question) if isinstance(turn, Heard))


def _usage_of(turn: Turn) -> Usage | None:
    match turn:
        case Said():
            return turn.usage
        case Judged():
            return turn.assessment.usage
        case Reviewed():
            return turn.review.usage
        case _:
            return None
