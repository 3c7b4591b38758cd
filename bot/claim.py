"""What a judge says of an answer, and which of it is let in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from bot.act import Act
from bot.marks import gives_a_mark
from bot.usage import Usage
from knowledge.card import Card, Frozen
from knowledge.quote import find_quote

Verdict = Literal["covered", "partial", "contradicted", "retracted", "unsure"]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, strict=False)]


class Exchange(Frozen):
    """One prompt of the interviewer and the candidate's reply to it."""

    prompt: str
    answer: str


class Belief(Frozen):
    """How likely each reading of one key point is after one answer; the four shares sum to 1."""

    covered: Share
    partial: Share
    missing: Share
    contradicted: Share


class Claim(Frozen):
    """What a judge says of one key point after one answer, with the candidate's words for it."""

    point: str
    verdict: Verdict
    quote: str
    confidence: Share = 1.0


class Assessment(Frozen):
    """A judge's reading of the latest answer to one card.

    `beliefs` and `nearness` (0..1, how close the answer came to the topic of each point) are keyed by key point id and
    may be empty; `failed` holds the points that could not be judged, with `problem` saying why in one line. `act` is
    what the judge took the message for, and `dropped` counts the claims that were not let in.
    """

    act: Act = "answer"
    claims: tuple[Claim, ...] = Field(default=(), strict=False)
    beliefs: dict[str, Belief] = Field(default_factory=dict)
    nearness: dict[str, Share] = Field(default_factory=dict)
    recited: bool = False
    failed: tuple[str, ...] = Field(default=(), strict=False)
    problem: str = ""
    dropped: int = 0
    usage: Usage | None = None
    by: str = ""
    """Who judged, where that is not the judge that was asked."""


class Finding(Frozen):
    """What a judge says of one minefield or motivation; `quote` is empty where nothing was said to quote."""

    verdict: Literal["hit", "clear", "shown", "partly", "not_shown", "unsure", "not_judged"]
    quote: str = ""


class Step(Frozen):
    """One thing to do next: `about` names the part of the card behind it, `quote` the words that it is about."""

    text: str
    about: str
    quote: str = ""


class Passage(Frozen):
    """A piece of the stronger version: the candidate's own words, or a key point of the card to add in their own."""

    source: Literal["you", "card"]
    about: str
    text: str


class Review(Frozen):
    """A judge's reading of everything said to one card: minefields and motivations by id.

    A judge that can also suggests what to do next and a stronger version of the answer, and leaves them empty where it
    cannot. `dropped` counts what could not be traced to the card or to words of the candidate.
    """

    minefields: dict[str, Finding] = Field(default_factory=dict)
    motivations: dict[str, Finding] = Field(default_factory=dict)
    steps: tuple[Step, ...] = Field(default=(), strict=False)
    stronger: tuple[Passage, ...] = Field(default=(), strict=False)
    problem: str = ""
    dropped: int = 0
    usage: Usage | None = None
    by: str = ""


def admit(claims: Iterable[Claim], card: Card, answer: str) -> tuple[Claim, ...]:
    """The claims that name a point of `card` and quote words of `answer`, with the quote as it stands there.

    The first claim on a point wins; an "unsure" needs no quote, since it asserts nothing.
    """
    known = {point.id for point in card.key_points}
    admitted: dict[str, Claim] = {}
    for claim in claims:
        if claim.point not in known or claim.point in admitted:
            continue
        quote = find_quote(claim.quote, answer)
        if quote is not None or claim.verdict == "unsure":
            admitted[claim.point] = claim.model_copy(update={"quote": quote or ""})
    return tuple(admitted.values())


LONGEST_REQUEST = 40
"""Words; a longer message is an answer, whatever a judge takes it for."""


def admitted(found: Assessment, card: Card, answer: str) -> Assessment:
    """`found` with what may be let in, and what was not let in counted.

    A message that covers anything, or is long, is an answer: no judge can wave it away.
    """
    claims = admit(found.claims, card, answer)
    is_answer = bool(claims) or len(answer.split()) > LONGEST_REQUEST
    dropped = found.dropped + len(found.claims) - len(claims)
    return found.model_copy(update={"claims": claims, "act": "answer" if is_answer else found.act, "dropped": dropped})


_MINEFIELD = ("hit", "clear", "unsure", "not_judged")
_MOTIVATION = ("shown", "partly", "not_shown", "unsure", "not_judged")
_ASSERT = ("hit", "shown", "partly")
"""Findings that say something was said, and so need the words."""
MOST_STEPS = 3
LONGEST_STEP = 60
"""Words."""


def admitted_review(found: Review, card: Card, exchanges: Sequence[Exchange]) -> Review:
    """`found` with what can be traced: to a part of `card`, to words of an answer, and to no mark or verdict."""
    answers = [exchange.answer for exchange in exchanges]
    mines = _traced(found.minefields, {part.id for part in card.minefields}, _MINEFIELD, answers)
    motives = _traced(found.motivations, {part.id for part in card.motivations}, _MOTIVATION, answers)
    parts = {point.id for point in card.key_points} | {m.id for m in card.minefields} | {m.id for m in card.motivations}
    steps = [step for step in (_traced_step(step, parts, answers) for step in found.steps) if step]
    stronger = [p for p in (_traced_passage(passage, card, answers) for passage in found.stronger) if p]
    before = len(found.minefields) + len(found.motivations) + len(found.steps) + len(found.stronger)
    dropped = before - len(mines) - len(motives) - len(steps) - len(stronger)
    return found.model_copy(
        update={
            "minefields": mines,
            "motivations": motives,
            "steps": tuple(steps[:MOST_STEPS]),
            "stronger": tuple(stronger),
            "dropped": found.dropped + dropped,
        }
    )


def quoted_from(quote: str, answers: Iterable[str]) -> str:
    """The words of one of `answers` that `quote` repeats; empty where it repeats none."""
    return next((found for answer in answers if (found := find_quote(quote, answer))), "")


def _traced(
    found: Mapping[str, Finding], known: set[str], verdicts: Sequence[str], answers: Sequence[str]
) -> dict[str, Finding]:
    kept = {}
    for id, finding in found.items():
        quote = quoted_from(finding.quote, answers)
        if id in known and finding.verdict in verdicts and (quote or finding.verdict not in _ASSERT):
            kept[id] = finding.model_copy(update={"quote": quote})
    return kept


def _traced_step(step: Step, parts: set[str], answers: Sequence[str]) -> Step | None:
    quote = quoted_from(step.quote, answers)
    lost = bool(step.quote.strip()) and not quote
    plain = not gives_a_mark(step.text) and "://" not in step.text
    fits = 0 < len(step.text.split()) <= LONGEST_STEP and plain
    return None if lost or not fits or step.about not in parts else step.model_copy(update={"quote": quote})


def _traced_passage(passage: Passage, card: Card, answers: Sequence[str]) -> Passage | None:
    if passage.source == "you":
        own = quoted_from(passage.text, answers)
        return passage.model_copy(update={"text": own}) if own else None
    texts = {point.id: point.text for point in card.key_points}
    return passage.model_copy(update={"text": texts[passage.about]}) if passage.about in texts else None
