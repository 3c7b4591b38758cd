"""The debrief: what was covered in the candidate's own words, what the interviewer was after, what to do next.

Everything in it is derived from the interview, so it can be made again at any time. Every sentence is either the
candidate's own, checked to stand in the transcript, or the card's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import Field

from bot.claim import MOST_STEPS, Finding, Passage, Review, Step, quoted_from
from bot.interview import Interview, Mode
from bot.ledger import Entry, Ledger
from bot.pace import Pace, total
from bot.score import Score, score_of
from bot.turn import Judged, Reviewed, Said
from bot.usage import Usage
from knowledge.card import Card, Frozen, Minefield, Motivation

NOTICE = (
    "This is an AI, for practice only. It is not for selecting or ranking people, and its scores can be wrong: "
    "read the quotes, not only the number."
)

PointState = Literal[
    "covered", "partial", "unsure", "contradicted", "retracted", "not_answered", "not_asked", "not_judged"
]


class PointVerdict(Frozen):
    """One key point: what became of it, and by which words. `asked` is whether a follow-up went after it."""

    id: str
    label: str
    text: str
    weight: float
    state: PointState
    asked: bool
    quote: str
    confidence: float


class FindingVerdict(Frozen):
    """One motivation or minefield: what became of it, and by which words, if any."""

    id: str
    label: str
    text: str
    verdict: str
    quote: str


class Played(Frozen):
    """Who played the interviewer, what that used, and what of it was not let in.

    `replaced` counts utterances of a model that a scripted phrase took the place of, `dropped` the claims, findings and
    suggestions that could not be traced to words of the candidate or to the card.
    """

    judges: Annotated[tuple[str, ...], Field(strict=False)]
    voices: Annotated[tuple[str, ...], Field(strict=False)]
    usage: Usage
    replaced: int
    dropped: int
    not_judged: int


class QuestionDebrief(Frozen):
    """The debrief of one question."""

    card_id: str
    question: str
    role: str
    follow_ups: int
    skipped: bool
    score: Score | None
    anchor: str
    meaning: str
    recited: bool
    points: Annotated[tuple[PointVerdict, ...], Field(strict=False)]
    motivations: Annotated[tuple[FindingVerdict, ...], Field(strict=False)]
    minefields: Annotated[tuple[FindingVerdict, ...], Field(strict=False)]
    next_steps: Annotated[tuple[Step, ...], Field(strict=False)]
    stronger: Annotated[tuple[Passage, ...], Field(strict=False)]
    pace: Pace | None
    words_a_minute: float | None
    usual_words: Annotated[tuple[int, int], Field(strict=False)]

    def count(self, *states: PointState) -> int:
        """How many key points are in one of `states`."""
        return sum(point.state in states for point in self.points)


class Debrief(Frozen):
    """The debrief of a whole interview, question by question."""

    interview_id: str
    mode: Mode
    notice: str
    finished: bool
    played: Played
    score: Score | None
    questions: Annotated[tuple[QuestionDebrief, ...], Field(strict=False)]


def debrief(interview: Interview) -> Debrief:
    """The debrief of every question that was asked so far."""
    questions = tuple(_of_question(interview, number) for number in range(interview.question + 1))
    scores = [q.score for q in questions if q.score is not None]
    mean = (
        Score(
            low=round(sum(s.low for s in scores) / len(scores), 1),
            high=round(sum(s.high for s in scores) / len(scores), 1),
        )
        if scores
        else None
    )
    return Debrief(
        interview_id=interview.id,
        mode=interview.plan.mode,
        notice=NOTICE,
        finished=interview.closed,
        played=_played(interview),
        score=mean,
        questions=questions,
    )


def _played(interview: Interview) -> Played:
    said = [turn for turn in interview.turns if isinstance(turn, Said)]
    judged = [turn for turn in interview.turns if isinstance(turn, Judged)]
    reviewed = [turn for turn in interview.turns if isinstance(turn, Reviewed)]
    return Played(
        judges=_names([turn.by for turn in judged] + [turn.by for turn in reviewed]),
        voices=_names(turn.by for turn in said),
        usage=interview.usage,
        replaced=sum(bool(turn.replaced) for turn in said),
        dropped=sum(t.assessment.dropped for t in judged) + sum(t.review.dropped for t in reviewed),
        not_judged=len(interview.unsettled) + len(interview.unreviewable),
    )


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _of_question(interview: Interview, number: int) -> QuestionDebrief:
    card = interview.plan.cards[number]
    answers = tuple(exchange.answer for exchange in interview.exchanges(number))
    points = _points(card, interview.ledger(number), {move.point for move in interview.follow_ups(number)}, answers)
    review = interview.review(number) or Review()
    minefields = _findings(card.minefields, review.minefields, answers)
    motivations = _findings(card.motivations, review.motivations, answers)
    hit = sum(finding.verdict == "hit" for finding in minefields)
    score = score_of(card, {point.id: point.state for point in points}, hit)
    paces = [heard.pace for heard in interview.heard(number) if heard.act == "answer" and heard.pace is not None]
    pace = total(paces)
    heard = interview.heard(number)
    return QuestionDebrief(
        card_id=card.id,
        question=card.question,
        role=card.role,
        follow_ups=len(interview.follow_ups(number)),
        skipped=not answers and bool(heard),
        score=score,
        anchor=score.anchor if score else "",
        meaning=score.meaning if score else "",
        recited=any(assessment.recited for assessment in interview.assessments(number)),
        points=points,
        motivations=motivations,
        minefields=minefields,
        next_steps=_three(review.steps, _next_steps(points, minefields, motivations)),
        stronger=_with_gaps(review.stronger, _stronger(points, answers)),
        pace=pace,
        words_a_minute=pace.words_a_minute if pace else None,
        usual_words=card.usual_words,
    )


def _points(card: Card, ledger: Ledger, asked: set[str], answers: Sequence[str]) -> tuple[PointVerdict, ...]:
    return tuple(
        PointVerdict(
            id=point.id,
            label=point.label,
            text=point.text,
            weight=point.weight,
            state=_state(ledger[point.id], point.id in asked),
            asked=point.id in asked,
            quote=quoted_from(ledger[point.id].quote, answers),
            confidence=round(ledger[point.id].confidence, 2),
        )
        for point in card.key_points
    )


def _state(entry: Entry, asked: bool) -> PointState:
    if entry.state == "not_raised":
        return "not_answered" if asked else "not_asked"
    return entry.state


def _findings(
    parts: tuple[Motivation, ...] | tuple[Minefield, ...], found: dict[str, Finding], answers: Sequence[str]
) -> tuple[FindingVerdict, ...]:
    unjudged = Finding(verdict="not_judged")
    return tuple(
        FindingVerdict(
            id=part.id,
            label=part.label,
            text=part.text,
            verdict=found.get(part.id, unjudged).verdict,
            quote=quoted_from(found.get(part.id, unjudged).quote, answers),
        )
        for part in parts
    )


_GAP_ORDER: dict[str, int] = {
    "retracted": 0,
    "partial": 1,
    "not_answered": 2,
    "not_asked": 3,
    "unsure": 4,
    "not_judged": 5,
}
_STEP_WORDS = {
    "contradicted": "Check the facts on {label}. A good answer says: {text}",
    "retracted": "You took back what you had on {label}. Decide where you stand: {text}",
    "partial": "Finish the thought on {label}. The whole point is: {text}",
    "not_answered": "Prepare {label}; you were asked about it. A good answer says: {text}",
    "not_asked": "Bring up {label} without being asked: {text}",
    "unsure": "Say {label} more plainly, so that nobody has to guess: {text}",
    "not_judged": "Nobody could judge what you said on {label}. See for yourself whether you said this: {text}",
    "covered": "Keep {label} and say it early; it is one of your strongest points.",
}


def _next_steps(
    points: tuple[PointVerdict, ...],
    minefields: tuple[FindingVerdict, ...],
    motivations: tuple[FindingVerdict, ...],
) -> tuple[Step, ...]:
    """The three things that would help most: wrong facts, minefields, the weightiest gaps, what the interviewer was
    after and did not get, then what to keep."""
    ranked: list[tuple[tuple[float, float], Step]] = [
        ((1, 0), Step(text=f"Stay clear of this: {mine.label}. {mine.text}", about=mine.id, quote=mine.quote))
        for mine in minefields
        if mine.verdict == "hit"
    ]
    for point in points:
        text = _STEP_WORDS[point.state].format(label=point.label, text=point.text)
        ranked.append((_rank(point), Step(text=text, about=point.id, quote=point.quote)))
    for motive in motivations:
        if motive.verdict == "not_shown":
            text = f"Show more of this, which the interviewer is after: {motive.label}. {motive.text}"
            ranked.append(((3, 0), Step(text=text, about=motive.id)))
    ranked.sort(key=lambda pair: pair[0])
    return tuple(step for _, step in ranked)


def _three(suggested: tuple[Step, ...], derived: tuple[Step, ...]) -> tuple[Step, ...]:
    """What the judge suggested, filled up with what follows from the verdicts."""
    about = {step.about for step in suggested}
    return (*suggested, *(step for step in derived if step.about not in about))[:MOST_STEPS]


def _rank(point: PointVerdict) -> tuple[float, float]:
    if point.state == "contradicted":
        return 0, -point.weight
    if point.state == "covered":
        return 4, -point.weight
    # A weighty gap outranks a light half-said point.
    return 2, _GAP_ORDER[point.state] - 2 * (point.weight - 1)


MOST_PASSAGES = 8


def _with_gaps(suggested: tuple[Passage, ...], derived: tuple[Passage, ...]) -> tuple[Passage, ...]:
    """The judge's version of the answer, with the gaps that it passed over behind it; without one, our own."""
    if not suggested:
        return derived
    about = {passage.about for passage in suggested}
    gaps = [passage for passage in derived if passage.source == "card" and passage.about not in about]
    return (*suggested, *gaps)[: max(MOST_PASSAGES, len(suggested))]


def _stronger(points: tuple[PointVerdict, ...], answers: Sequence[str]) -> tuple[Passage, ...]:
    """The candidate's own best words in the order they said them, with what the card would have them add."""
    own = [p for p in points if p.state in ("covered", "partial") and p.quote]
    # One sentence may carry several points; it is said once.
    said = {p.quote: Passage(source="you", about=p.id, text=p.quote) for p in reversed(own)}
    whole = "\n".join(answers)
    kept = sorted(said.values(), key=lambda passage: whole.find(passage.text))
    gaps = [p for p in points if p.state in ("partial", "contradicted", "retracted", "not_answered", "not_asked")]
    added = [Passage(source="card", about=p.id, text=p.text) for p in sorted(gaps, key=lambda p: -p.weight)]
    return (*kept, *added)
