"""Drafting a question card with a language model, for a person to review and edit."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.llm.forms import QUOTE, TEXT, Schema, a_list, one_of, record
from bot.llm.port import Ask, LanguageModel, Outcome
from knowledge.card import Card, Coverage, KeyPoint, Kind, Level, Minefield, Motivation, PointLabel, WorkedAnswer
from knowledge.formats.ids import card_id
from knowledge.quote import find_quote
from prompts.prompt import Prompt

NOT_REVIEWED = "drafted by a model, not reviewed"
"""Where a drafted card came from, until a person has been over it."""
MOST_TOKENS = 12_000
MOST_REQUEST = 12_000
"""Characters of a question or job description."""
KINDS: tuple[Kind, ...] = ("behavioural", "situational", "technical")
LEVELS: tuple[Level, ...] = ("novice", "solid", "expert")
COVERAGES: tuple[Coverage, ...] = ("covered", "partial", "missing", "contradicted")

_POINT = record(label=TEXT, text=TEXT, probe=TEXT)
_PART = record(label=TEXT, text=TEXT)
_LABEL = record(point={"type": "integer", "minimum": 1, "maximum": 14}, quote=QUOTE, verdict=one_of(COVERAGES))
SCHEMA: Schema = record(
    question=TEXT,
    theme=TEXT,
    role=TEXT,
    function=TEXT,
    about_role=TEXT,
    kind=one_of(KINDS),
    key_points=a_list(_POINT, 14, 1),
    motivations=a_list(_PART, 6),
    minefields=a_list(_PART, 6),
    answers=a_list(record(level=one_of(LEVELS), text=TEXT, key_points=a_list(_LABEL, 14)), 3),
)


class _Drafted(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Part(_Drafted):
    label: str
    text: str


class _Point(_Part):
    probe: str = ""


class _Label(_Drafted):
    point: int
    quote: str = ""
    verdict: Coverage


class _Answer(_Drafted):
    level: Level
    text: str
    key_points: tuple[_Label, ...] = ()


class _Card(_Drafted):
    question: str
    theme: str = ""
    role: str = ""
    function: str = ""
    about_role: str = ""
    kind: Literal["behavioural", "situational", "technical"]
    key_points: tuple[_Point, ...] = Field(min_length=1)
    motivations: tuple[_Part, ...] = ()
    minefields: tuple[_Part, ...] = ()
    answers: tuple[_Answer, ...] = ()


def draft(model: LanguageModel, prompt: Prompt, request: str, role: str = "", function: str = "") -> Outcome[Card]:
    """A card drafted from a question or a job description, marked as not reviewed: one call."""
    system, user = prompt.render({"request": request[:MOST_REQUEST], "role": role, "function": function})
    return model.fill_in(Ask(system, user, MOST_TOKENS), SCHEMA, lambda form: _card(form, role, function))


def _card(form: object, role: str, function: str) -> Card:
    """Raises ValueError where the form makes no card."""
    read = _Card.model_validate(form)
    role, function = role or read.role, function or read.function
    try:
        return Card(
            id=card_id(read.question, role, function),
            question=read.question,
            theme=read.theme,
            role=role,
            function=function,
            about_role=read.about_role,
            kind=read.kind,
            key_points=tuple(
                KeyPoint(id=f"k{n}", label=part.label, text=part.text, probe=part.probe)
                for n, part in enumerate(read.key_points, start=1)
            ),
            motivations=tuple(
                Motivation(id=f"m{n}", label=part.label, text=part.text)
                for n, part in enumerate(read.motivations, start=1)
            ),
            minefields=tuple(
                Minefield(id=f"f{n}", label=part.label, text=part.text)
                for n, part in enumerate(read.minefields, start=1)
            ),
            answers=_answers(read),
            source=NOT_REVIEWED,
        )
    except ValidationError as error:
        raise ValueError(str(error)) from None


def _answers(read: _Card) -> tuple[WorkedAnswer, ...]:
    """One answer a level; a label whose quote its answer does not hold is left out, for a person to put in."""
    by_level = {answer.level: answer for answer in reversed(read.answers)}
    return tuple(
        WorkedAnswer(id=level, level=level, text=by_level[level].text, key_points=_labels(by_level[level], read))
        for level in LEVELS
        if level in by_level
    )


def _labels(answer: _Answer, read: _Card) -> dict[str, PointLabel]:
    found = {}
    for label in answer.key_points:
        quote = "" if label.verdict == "missing" else find_quote(label.quote, answer.text) or ""
        if 1 <= label.point <= len(read.key_points) and (quote or label.verdict == "missing"):
            found[f"k{label.point}"] = PointLabel(verdict=label.verdict, quote=quote)
    return found
