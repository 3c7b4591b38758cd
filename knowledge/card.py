"""The question card: one interview question with everything that is known about it.

Cards are values: frozen, strict, and complete before any answer is heard. All text in a card is data; nothing in it
is ever run, rendered as a template or obeyed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from knowledge.text import one_line, paragraphs

Kind = Literal["behavioural", "situational", "technical"]
Level = Literal["novice", "solid", "expert"]
Coverage = Literal["covered", "partial", "missing", "contradicted"]
Hit = Literal["hit", "clear"]
Shown = Literal["shown", "partly", "not_shown"]


def _filled(text: str) -> str:
    if not text:
        raise ValueError("must not be empty")
    return text


OneLine = Annotated[str, AfterValidator(one_line), Field(max_length=20_000)]
Line = Annotated[str, AfterValidator(one_line), AfterValidator(_filled), Field(max_length=2_000)]
Label = Annotated[str, AfterValidator(one_line), AfterValidator(_filled), Field(max_length=160)]
Paragraphs = Annotated[str, AfterValidator(paragraphs), AfterValidator(_filled), Field(max_length=20_000)]
PartId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
CardId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,95}$")]


class Frozen(BaseModel):
    """Base of everything in a card: immutable, no extra fields, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class KeyPoint(Frozen):
    """One thing that a good answer says."""

    id: PartId
    label: Label
    text: Line
    probe: OneLine = ""
    """A neutral follow-up by the author; empty where there is none."""
    weight: Annotated[float, Field(gt=0, le=10, allow_inf_nan=False, strict=False)] = 1.0

    @property
    def statement(self) -> str:
        """Label and text as one sentence, the form in which a point is judged and embedded."""
        return f"{self.label}: {self.text}"


class Motivation(Frozen):
    """Something the interviewer hopes to learn about the candidate by asking."""

    id: PartId
    label: Label
    text: Line


class Minefield(Frozen):
    """A way of answering that counts against the candidate."""

    id: PartId
    label: Label
    text: Line


class PointLabel(Frozen):
    """What a reader found a worked answer to say of one key point, with the words that say it."""

    verdict: Coverage
    quote: OneLine = ""


class WorkedAnswer(Frozen):
    """An answer at a known level, labelled point by point.

    `key_points`, `minefields` and `motivations` label `text` alone. `replies` holds what this candidate would add
    when asked about a point: key point id to words.
    """

    id: PartId
    level: Level
    text: Paragraphs
    key_points: dict[PartId, PointLabel] = Field(default_factory=dict)
    minefields: dict[PartId, Hit] = Field(default_factory=dict)
    motivations: dict[PartId, Shown] = Field(default_factory=dict)
    replies: dict[PartId, Line] = Field(default_factory=dict)

    @property
    def words(self) -> int:
        """Length of `text` in words."""
        return len(self.text.split())


class Card(Frozen):
    """One question with its key points, motivations, minefields and worked answers."""

    id: CardId
    question: Line
    theme: OneLine = ""
    role: OneLine = ""
    function: OneLine = ""
    about_role: OneLine = ""
    kind: Kind
    key_points: tuple[KeyPoint, ...] = Field(min_length=1, max_length=60, strict=False)
    motivations: tuple[Motivation, ...] = Field(default=(), max_length=60, strict=False)
    minefields: tuple[Minefield, ...] = Field(default=(), max_length=60, strict=False)
    answers: tuple[WorkedAnswer, ...] = Field(default=(), max_length=60, strict=False)
    source: OneLine = ""
    """Where the card came from, for its reader; empty for one's own."""
    licence: OneLine = ""
    """On what terms it may be passed on (an SPDX name, or words); empty where nothing was said."""

    @model_validator(mode="after")
    def _ids_fit(self) -> Self:
        points, mines, motives = (_unique(what) for what in (self.key_points, self.minefields, self.motivations))
        _unique(self.answers)
        for answer in self.answers:
            for known, named in (
                (points, answer.key_points),
                (mines, answer.minefields),
                (motives, answer.motivations),
                (points, answer.replies),
            ):
                if stray := sorted(set(named) - known):
                    raise ValueError(f"answer {answer.id!r} labels {stray[0]!r}, which this card does not have")
        return self

    def key_point(self, id: str) -> KeyPoint:
        """The key point of that id. Raises KeyError."""
        for point in self.key_points:
            if point.id == id:
                return point
        raise KeyError(id)

    @property
    def usual_words(self) -> tuple[int, int]:
        """Shortest and longest of the solid and expert worked answers, in words; (80, 220) where there are none."""
        lengths = [a.words for a in self.answers if a.level != "novice"]
        return (min(lengths), max(lengths)) if lengths else (80, 220)


def _unique(parts: Iterable[KeyPoint | Motivation | Minefield | WorkedAnswer]) -> set[str]:
    seen: set[str] = set()
    for part in parts:
        if part.id in seen:
            raise ValueError(f"the id {part.id!r} is used twice")
        seen.add(part.id)
    return seen
