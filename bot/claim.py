"""What a judge says of an answer, and which of it is let in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

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
    may be empty; `failed` holds the points that could not be judged, with `problem` saying why in one line.
    """

    claims: tuple[Claim, ...] = Field(default=(), strict=False)
    beliefs: dict[str, Belief] = Field(default_factory=dict)
    nearness: dict[str, Share] = Field(default_factory=dict)
    recited: bool = False
    failed: tuple[str, ...] = Field(default=(), strict=False)
    problem: str = ""


class Finding(Frozen):
    """What a judge says of one minefield or motivation; `quote` is empty where nothing was said to quote."""

    verdict: Literal["hit", "clear", "shown", "partly", "not_shown", "unsure", "not_judged"]
    quote: str = ""


class Review(Frozen):
    """A judge's reading of everything said to one card: minefields and motivations by id."""

    minefields: dict[str, Finding] = Field(default_factory=dict)
    motivations: dict[str, Finding] = Field(default_factory=dict)
    problem: str = ""


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
