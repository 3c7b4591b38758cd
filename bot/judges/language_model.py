"""A language model as the judge: it reads with understanding, and code lets in what rests on words of the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.act import Act
from bot.claim import (
    MOST_STEPS,
    Assessment,
    Belief,
    Claim,
    Exchange,
    Finding,
    Passage,
    Review,
    Share,
    Step,
)
from bot.judges.evidence import resting_on_evidence
from bot.judges.gaming import is_recited
from bot.judges.units import units
from bot.llm.forms import PERCENT, QUOTE, TEXT, Schema, a_list, by_id, defining, one_of, record
from bot.llm.port import Ask, LanguageModel, Outcome, Value, shorter_if_too_long
from bot.ports import Judge
from bot.usage import Usage
from knowledge.card import Card, KeyPoint, Minefield, Motivation
from prompts.prompt import Prompt

Verdict = Literal["covered", "partial", "missing", "contradicted", "retracted"]
VERDICTS: tuple[Verdict, ...] = ("covered", "partial", "missing", "contradicted", "retracted")
ACTS: tuple[Act, ...] = ("answer", "repeat", "clarify", "dont_know", "skip", "hint", "done", "end", "other")
MINEFIELD = ("hit", "clear", "unsure")
MOTIVATION = ("shown", "partly", "not_shown", "unsure")
MOST_PASSAGES = 8
READING_TOKENS = 3_000
REVIEW_TOKENS = 4_000
SURE = 0.55
"""A credit that the model itself is less sure of counts as "could not tell"."""
TRIMMED = 1
"""Earlier exchanges that are kept where the whole is too long for the model."""


class _Lenient(BaseModel):
    # Servers without a schema add fields of their own, which do no harm.
    model_config = ConfigDict(frozen=True, extra="ignore")


def _share(percent: object) -> object:
    """A confidence as a share: models say percent as they are asked to, or a share all the same."""
    return percent / 100 if isinstance(percent, int | float) and percent > 1 else percent


class PointReading(_Lenient):
    """One key point, as a model reads it."""

    quote: str
    verdict: Verdict
    confidence: Annotated[Share, BeforeValidator(_share)]


class Reading(_Lenient):
    """One answer, as a model reads it."""

    act: Act
    points: dict[str, PointReading]


class FindingReading(_Lenient):
    """One minefield or motivation, as a model reads it."""

    quote: str
    verdict: Literal["hit", "clear", "shown", "partly", "not_shown", "unsure"]


class StepReading(Step):
    """A next step, as a model writes it."""

    model_config = ConfigDict(extra="ignore")


class PassageReading(Passage):
    """A passage of the stronger version, as a model picks it."""

    model_config = ConfigDict(extra="ignore")


class ReviewReading(_Lenient):
    """A whole question, as a model reads it."""

    minefields: dict[str, FindingReading]
    motivations: dict[str, FindingReading]
    steps: tuple[StepReading, ...] = Field(max_length=2 * MOST_STEPS)
    stronger: tuple[PassageReading, ...] = Field(max_length=2 * MOST_PASSAGES)


_Asker = Callable[[Card, Sequence[Exchange]], Ask]
_Reader = Callable[[object], Value]


class LanguageModelJudge:
    """Satisfies `bot.ports.Judge`.

    Args:
        model: who reads.
        reading: the prompt for one answer.
        reviewing: the prompt for a whole question.
        spare: who judges where the model gives trouble; without one, what the model could not judge is not judged.
    """

    def __init__(self, model: LanguageModel, reading: Prompt, reviewing: Prompt, spare: Judge | None = None) -> None:
        self._model = model
        self._reading = reading
        self._reviewing = reviewing
        self._spare = spare

    @property
    def name(self) -> str:
        return f"{self._model.name} judge@{self._reading.version}"

    def prepare(self, card: Card) -> None:
        """A model needs no preparing; the spare judge may."""
        if self._spare is not None:
            self._spare.prepare(card)

    def assess(self, card: Card, exchanges: Sequence[Exchange]) -> Assessment:
        """What the last of `exchanges` says of the card's key points, in the light of those before it: one call."""
        if not units(exchanges, len(exchanges) - 1):
            return Assessment(beliefs={point.id: _belief("missing", 1.0) for point in card.key_points})
        read = partial(read_all, card=card)
        found = self._fill_in(self._ask_reading, card, exchanges, reading_schema(card), read)
        if found.value is None:
            problem = str(found.trouble)
            if self._spare is not None:
                spare = self._spare.assess(card, exchanges)
                return spare.model_copy(update={"problem": problem, "usage": found.usage, "by": self._spare.name})
            failed = tuple(point.id for point in card.key_points)
            return Assessment(failed=failed, problem=problem, usage=found.usage)
        return self._assessment(found.value, found.usage, card, exchanges)

    def review(self, card: Card, exchanges: Sequence[Exchange]) -> Review:
        """What all `exchanges` together show, and what would make the answer stronger: one call."""
        found = self._fill_in(self._ask_review, card, exchanges, review_schema(card), ReviewReading.model_validate)
        if found.value is None:
            if self._spare is not None:
                spare = self._spare.review(card, exchanges)
                update = {"problem": str(found.trouble), "usage": found.usage, "by": self._spare.name}
                return spare.model_copy(update=update)
            return Review(problem=str(found.trouble), usage=found.usage)
        return Review(
            minefields=_findings(found.value.minefields),
            motivations=_findings(found.value.motivations),
            steps=tuple(Step(**step.model_dump()) for step in found.value.steps),
            stronger=tuple(Passage(**passage.model_dump()) for passage in found.value.stronger),
            usage=found.usage,
            by=f"{found.usage.model} review@{self._reviewing.version}",
        )

    def _assessment(self, reading: Reading, usage: Usage, card: Card, exchanges: Sequence[Exchange]) -> Assessment:
        known = {point.id: reading.points[point.id] for point in card.key_points}
        claims = [claim for id, read in known.items() if (claim := _claim(id, read)) is not None]
        kept = resting_on_evidence(claims, card, exchanges)
        let_in = {claim.point for claim in kept}
        turned_away = {claim.point for claim in claims} - let_in
        beliefs = {
            id: _belief("missing", 0.7) if id in turned_away else _belief(read.verdict, read.confidence)
            for id, read in known.items()
        }
        published = [point.text for point in card.key_points] + [answer.text for answer in card.answers]
        return Assessment(
            act=reading.act,
            claims=kept,
            beliefs=beliefs,
            recited=is_recited(exchanges[-1].answer, published),
            dropped=len(turned_away),
            usage=usage,
            by=f"{usage.model} judge@{self._reading.version}",
        )

    def _fill_in(
        self, ask: _Asker, card: Card, exchanges: Sequence[Exchange], schema: Schema, read: _Reader[Value]
    ) -> Outcome[Value]:
        def request(shorter: bool) -> Outcome[Value]:
            said = exchanges[-1 - TRIMMED :] if shorter else exchanges
            return self._model.fill_in(ask(card, said), schema, read)

        return shorter_if_too_long(request, can_be_shorter=len(exchanges) > 1 + TRIMMED)

    def _ask_reading(self, card: Card, exchanges: Sequence[Exchange]) -> Ask:
        *earlier, latest = exchanges
        system, user = self._reading.render(
            {
                "question": card.question,
                "role": card.role,
                "points": _statements(card.key_points),
                "exchanges": [exchange.model_dump() for exchange in earlier],
                "prompt": latest.prompt,
                "answer": latest.answer,
            }
        )
        return Ask(system, user, READING_TOKENS, f"judge-{card.id}")

    def _ask_review(self, card: Card, exchanges: Sequence[Exchange]) -> Ask:
        system, user = self._reviewing.render(
            {
                "question": card.question,
                "role": card.role,
                "minefields": _statements(card.minefields),
                "motivations": _statements(card.motivations),
                "points": _statements(card.key_points),
                "exchanges": [exchange.model_dump() for exchange in exchanges],
            }
        )
        return Ask(system, user, REVIEW_TOKENS, f"review-{card.id}")


def read_all(form: object, card: Card) -> Reading:
    """The form as a reading. Raises ValueError, also where a key point was left out: what is left out is out of the
    score, so that leaving out what is missing would raise it."""
    reading = Reading.model_validate(form)
    if left_out := [point.id for point in card.key_points if point.id not in reading.points]:
        raise ValueError(f"left out: {', '.join(left_out)}")
    return reading


def reading_schema(card: Card) -> Schema:
    """The form for one answer to `card`: what the message is, and a verdict for every key point, its quote first."""
    point = record(quote=QUOTE, verdict=one_of(VERDICTS), confidence=PERCENT)
    return defining(record(act=one_of(ACTS), points=by_id([p.id for p in card.key_points], "point")), point=point)


def review_schema(card: Card) -> Schema:
    """The form for everything said to `card`."""
    points = [p.id for p in card.key_points]
    mines, motives = [p.id for p in card.minefields], [p.id for p in card.motivations]
    step = record(about=one_of([*points, *mines, *motives]), quote=QUOTE, text=TEXT)
    form = record(
        minefields=by_id(mines, "minefield"),
        motivations=by_id(motives, "motivation"),
        steps=a_list(step, MOST_STEPS),
        stronger=a_list(record(source=one_of(("you", "card")), about=one_of(points), text=TEXT), MOST_PASSAGES),
    )
    return defining(
        form,
        minefield=record(quote=QUOTE, verdict=one_of(MINEFIELD)),
        motivation=record(quote=QUOTE, verdict=one_of(MOTIVATION)),
    )


def _statements(parts: Sequence[KeyPoint] | Sequence[Minefield] | Sequence[Motivation]) -> list[dict[str, str]]:
    return [{"id": part.id, "statement": f"{part.label}: {part.text}"} for part in parts]


def _claim(id: str, read: PointReading) -> Claim | None:
    if read.verdict == "missing":
        return None
    unsure = read.verdict in ("covered", "partial") and read.confidence < SURE
    return Claim(point=id, verdict="unsure" if unsure else read.verdict, quote=read.quote, confidence=read.confidence)


def _findings(found: Mapping[str, FindingReading]) -> dict[str, Finding]:
    return {id: Finding(verdict=read.verdict, quote=read.quote) for id, read in found.items()}


_REST: Mapping[str, tuple[float, float, float, float]] = {
    "covered": (0.0, 0.6, 0.3, 0.1),
    "partial": (0.6, 0.0, 0.3, 0.1),
    "missing": (0.3, 0.5, 0.0, 0.2),
    "contradicted": (0.2, 0.2, 0.6, 0.0),
}
"""Where the doubt about a verdict goes: to covered, partial, missing, contradicted."""


def _belief(verdict: Verdict, confidence: float) -> Belief:
    name = "missing" if verdict == "retracted" else verdict
    shares = [(1 - confidence) * share for share in _REST[name]]
    shares[list(_REST).index(name)] = confidence
    return Belief.model_validate({label: round(share, 6) for label, share in zip(_REST, shares, strict=True)})
