"""How deep a question goes: its worked answers played through the real interviewer, turn by turn."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.debrief import PointState, QuestionDebrief, debrief
from bot.interview import Plan
from bot.ledger import Ledger, State
from bot.move import Challenge, Clarify, Probe, Rung, point_of
from bot.policy import DONT_KNOWS
from bot.session import Session
from bot.turn import Said
from bot.voices.ladder import Ladder
from knowledge.card import Card, Frozen, Level, WorkedAnswer

SPEAKING = 130
"""Words a minute of ordinary speech, as most studies of conversation have it (Yuan, Liberman & Cieri 2006)."""
ASIDE = 0.5
"""Minutes for a follow-up and the candidate's thinking, beside the words of the reply."""
REPLY = 45
"""Words that a reply to a follow-up usually has."""
NO_MORE = "I don't know"
"""What a worked answer says when asked for something that its author gave it no words for."""


class Step(Frozen):
    """One message of a played interview, with the state of every key point after it."""

    by: str
    text: str
    move: str = ""
    about: str | None = None
    states: dict[str, State] = Field(default_factory=dict)


class Playthrough(Frozen):
    """One worked answer played to the end."""

    level: Level
    steps: Annotated[tuple[Step, ...], Field(strict=False)]
    outcome: QuestionDebrief

    @property
    def states(self) -> dict[str, PointState]:
        """Key point id to what became of it."""
        return {point.id: point.state for point in self.outcome.points}


class Rungs(Frozen):
    """The follow-ups to one key point as they would be said."""

    point: str
    label: str
    text: str
    weight: float
    said: dict[Rung, str]


class Preview(Frozen):
    """Everything that somebody should know of a question before asking it of anyone."""

    card: Card
    ladder: Annotated[tuple[Rungs, ...], Field(strict=False)]
    played: Annotated[tuple[Playthrough, ...], Field(strict=False)]
    minutes: Annotated[tuple[int, int], Field(strict=False)]


def preview(card: Card, session: Session, ladder: Ladder, follow_ups: int = 3) -> Preview:
    """The preview of `card`, its worked answers played through `session` as a person's interview would be."""
    plan = Plan(cards=(card,), follow_ups=follow_ups)
    blank = session.start(plan)
    rungs = tuple(
        Rungs(point=p.id, label=p.label, text=p.text, weight=p.weight, said=ladder.ladder(p, blank))
        for p in card.key_points
    )
    played = tuple(_play(answer, plan, session) for answer in card.answers)
    return Preview(card=card, ladder=rungs, played=played, minutes=minutes(card, follow_ups))


def _play(answer: WorkedAnswer, plan: Plan, session: Session) -> Playthrough:
    interview = session.speak(session.start(plan))
    interview = session.speak(session.hear(interview, answer.text))
    said: set[str] = set()
    # The policy ends a question by itself; the bound only guards against a policy that would not.
    for _ in range(plan.follow_ups + DONT_KNOWS + 1):
        if interview.closed:
            break
        asked = next(turn.move for turn in reversed(interview.turns) if isinstance(turn, Said))
        reply = _reply(answer, asked, said)
        interview = session.speak(session.hear(interview, reply))
    steps: list[Step] = []
    for number, turn in enumerate(interview.turns):
        if turn.kind == "said":
            steps.append(Step(by="interviewer", text=turn.text, move=turn.move.kind, about=point_of(turn.move)))
        elif turn.kind == "heard":
            so_far = interview.model_copy(update={"turns": interview.turns[: number + 2]})
            steps.append(Step(by="candidate", text=turn.text, states=_states(so_far.ledger(0))))
    return Playthrough(level=answer.level, steps=tuple(steps), outcome=debrief(interview).questions[0])


def _reply(answer: WorkedAnswer, asked: object, said: set[str]) -> str:
    point = asked.point if isinstance(asked, Probe | Challenge | Clarify) else None
    if point is None or point not in answer.replies or point in said:
        return NO_MORE
    said.add(point)
    return answer.replies[point]


def _states(ledger: Ledger) -> dict[str, State]:
    return {id: entry.state for id, entry in ledger.items()}


def minutes(card: Card, follow_ups: int) -> tuple[int, int]:
    """Least and most minutes to ask the question aloud: answer without follow-ups, and with all of them."""
    shortest, longest = card.usual_words
    asking = len(card.question.split()) / SPEAKING
    least = asking + shortest / SPEAKING
    most = asking + longest / SPEAKING + follow_ups * (ASIDE + REPLY / SPEAKING)
    return max(1, round(least)), max(1, round(most))
