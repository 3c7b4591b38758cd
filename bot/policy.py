"""What comes next: state in, move out. No model has a say in it."""

from __future__ import annotations

from typing import Literal

from bot.interview import Interview
from bot.ledger import Entry, Ledger, coverage
from bot.move import Advance, Ask, Challenge, Clarify, Close, Encourage, Move, Probe, point_of
from bot.turn import Heard, Said
from knowledge.card import KeyPoint

Reason = Literal["enough", "budget", "done", "dont_know", "skip"]

TRIES = 2
"""Most follow-ups to one key point: a neutral (or challenging) one, then a pointed one."""
THIN = 25
"""An opening answer of fewer words that covers nothing is met with an open prompt before any probe."""
DONT_KNOWS = 2
"""The "don't know" that ends a question."""
_ORDER = {"contradicted": 0, "retracted": 1, "partial": 1, "unsure": 1, "not_raised": 2, "not_judged": 2}


def next_move(interview: Interview) -> Move:
    """The interviewer's next move, for an interview that awaits one and has nothing left to judge."""
    last = next((turn for turn in reversed(interview.understood) if isinstance(turn, Said | Heard)), None)
    if last is None:
        return Ask(question=0)
    if isinstance(last, Said):
        return Ask(question=interview.question + 1)
    if sum(isinstance(turn, Heard) for turn in interview.turns) >= interview.plan.most_turns:
        return Close(reason="limit")
    # What only a judge takes for a wish to stop ends nothing: the candidate is asked.
    by_form = last in interview.turns
    match last.act:
        case "end":
            return Close(reason="end") if by_form else Clarify(manner="confirm_end", point=_current_point(interview))
        case "skip" | "done":
            if by_form:
                return _leave(interview, last.act)
            return Clarify(manner="confirm_skip", point=_current_point(interview))
        case "repeat":
            return Clarify(manner="repeat", point=_current_point(interview))
        case "clarify":
            return Clarify(manner="explain", point=_current_point(interview))
        case "hint":
            return _hint(interview)
        case "other":
            return Clarify(manner="steer", point=_current_point(interview))
        case "dont_know":
            return _after_dont_know(interview)
        case "answer":
            return _follow_up(interview)


def _leave(interview: Interview, reason: Reason) -> Move:
    last_question = interview.question == len(interview.plan.cards) - 1
    return Close(reason=reason) if last_question else Advance(reason=reason)


def _after_dont_know(interview: Interview) -> Move:
    unknown = sum(turn.act == "dont_know" and turn in interview.turns for turn in interview.heard(interview.question))
    if unknown >= DONT_KNOWS:
        return _leave(interview, "dont_know")
    started = interview.follow_ups(interview.question) or interview.exchanges(interview.question)
    return _follow_up(interview) if started else Encourage()


def _follow_up(interview: Interview) -> Move:
    made = interview.follow_ups(interview.question)
    ledger = interview.ledger(interview.question)
    point = target(interview)
    if len(made) >= interview.plan.follow_ups or point is None:
        return _leave(interview, "enough" if _is_enough(interview, ledger) else "budget")
    if _is_enough(interview, ledger) and ledger[point.id].state != "contradicted":
        return _leave(interview, "enough")
    tried = {move.point for move in made}
    entry = ledger[point.id]
    if entry.state == "contradicted" and point.id not in tried:
        return Challenge(point=point.id, quote=entry.quote)
    if not made and _is_thin(interview, ledger):
        return Probe(point=point.id, rung="open")
    return Probe(point=point.id, rung="pointed" if point.id in tried else "neutral")


def _is_enough(interview: Interview, ledger: Ledger) -> bool:
    return coverage(interview.card, ledger) >= interview.plan.enough


def _is_thin(interview: Interview, ledger: Ledger) -> bool:
    words = sum(len(exchange.answer.split()) for exchange in interview.exchanges(interview.question))
    return words < THIN and all(entry.state == "not_raised" for entry in ledger.values())


def target(interview: Interview) -> KeyPoint | None:
    """The key point to follow up on, or None: least tried first, then contradicted, then half-said, then missing;
    among equals the one nearest to what was just said, then the weightiest, then the card's order."""
    question = interview.question
    tries = {point.id: 0 for point in interview.card.key_points}
    for move in interview.follow_ups(question):
        tries[move.point] += 1
    dropped = _given_up(interview)
    ledger = interview.ledger(question)
    latest = interview.assessments(question)[-1:]
    nearness = latest[0].nearness if latest else {}

    def rank(point: KeyPoint) -> tuple[float, ...]:
        return (tries[point.id], _ORDER[ledger[point.id].state], -round(nearness.get(point.id, 0.0), 1), -point.weight)

    open_points = [
        p for p in interview.card.key_points if p.id not in dropped and _wants_more(ledger[p.id], tries[p.id])
    ]
    return min(open_points, key=rank, default=None)


def _wants_more(entry: Entry, tries: int) -> bool:
    return entry.state != "covered" and tries < TRIES


def _given_up(interview: Interview) -> set[str]:
    """The points whose follow-up was met with "I don't know": asking again would only embarrass."""
    given_up: set[str] = set()
    point: str | None = None
    for _, turn in interview.numbered(interview.question):
        if isinstance(turn, Said):
            point = turn.move.point if isinstance(turn.move, Probe | Challenge) else point
        elif isinstance(turn, Heard) and turn.act == "dont_know" and point is not None:
            given_up.add(point)
    return given_up


def _current_point(interview: Interview) -> str | None:
    """The point that the last prompt was after; None where it was the question itself."""
    for _, turn in reversed(tuple(interview.numbered(interview.question))):
        if isinstance(turn, Said) and not isinstance(turn.move, Encourage):
            return point_of(turn.move)
    return None


def _hint(interview: Interview) -> Move:
    """In practice, first what the point is about, then the point itself; in a real interview, neither."""
    if interview.plan.mode == "real":
        return Clarify(manner="no_hint", point=_current_point(interview))
    current = _current_point(interview)
    if current is None:
        nearest = target(interview)
        current = nearest.id if nearest else None
    hinted = any(
        isinstance(turn, Said)
        and isinstance(turn.move, Clarify)
        and turn.move.manner == "hint"
        and turn.move.point == current
        for _, turn in interview.numbered(interview.question)
    )
    return Clarify(manner="assert" if hinted and current else "hint", point=current)
