"""What an author should mend in a card. A card with findings is still a card; the lint only advises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from knowledge.card import Card, KeyPoint, WorkedAnswer
from knowledge.encoder import Encoder
from knowledge.language import stems
from knowledge.likeness import SAME_MEANING, same_words
from knowledge.quote import find_quote

GIVEN_AWAY = 2
"""Content words of its point, beyond those of the question, that a probe may use."""
LEAST_BEYOND_LABEL = 3
"""Content words that a point's text has to add to its label."""


@dataclass(frozen=True)
class Advice:
    """One thing to mend: the card, the place in it, what is wrong and what to do."""

    card: str
    place: str
    problem: str
    mend: str

    def __str__(self) -> str:
        return f"{self.card}, {self.place}: {self.problem}. {self.mend}"


def lint(card: Card, encoder: Encoder) -> list[Advice]:
    """Everything to mend in `card`, from its top to its bottom."""
    return [
        Advice(card.id, place, problem, mend)
        for check in (_sizes(card), _same(card, encoder), _points(card), _answers(card))
        for place, problem, mend in check
    ]


Row = tuple[str, str, str]


def _sizes(card: Card) -> Iterator[Row]:
    wanted: Sequence[tuple[str, int, int, int]] = (
        ("key_points", len(card.key_points), 8, 12),
        ("motivations", len(card.motivations), 3, 5),
        ("minefields", len(card.minefields), 3, 5),
    )
    for part, there, least, most in wanted:
        if not least <= there <= most:
            yield part, f"there are {there}", f"{least} to {most} serve an interview best."
    levels = {answer.level for answer in card.answers}
    if absent := [level for level in ("novice", "solid", "expert") if level not in levels]:
        yield "answers", f"no worked answer at the level {absent[0]}", "Write one and label it point by point."
    for field in ("theme", "role", "function", "about_role"):
        if not getattr(card, field):
            yield field, "is empty", "Fill it in, so that the card can be found."


def _same(card: Card, encoder: Encoder) -> Iterator[Row]:
    vectors = encoder.encode([point.statement for point in card.key_points])
    for (i, first), (j, second) in combinations(enumerate(card.key_points), 2):
        if float(vectors[i] @ vectors[j]) >= SAME_MEANING or same_words(first, second):
            yield second.id, f"says the same as {first.id}", "Merge the two, or say what sets them apart."


def _points(card: Card) -> Iterator[Row]:
    question = stems(card.question)
    for point in card.key_points:
        yield from _label(point)
        yield from _probe(point, question)


def _label(point: KeyPoint) -> Iterator[Row]:
    if len(stems(point.text) - stems(point.label)) < LEAST_BEYOND_LABEL:
        yield point.id, "the label is the whole point", "Say in the text what a good answer says of it."


def _probe(point: KeyPoint, question: frozenset[str]) -> Iterator[Row]:
    if not point.probe:
        yield point.id, "has no probe", "Write a neutral follow-up that opens the topic without naming the answer."
        return
    if not point.probe.endswith("?"):
        yield point.id, "the probe is not a question", "End it with a question mark."
    given = (stems(point.probe) - question) & (stems(point.text) | stems(point.label))
    if len(given) > GIVEN_AWAY:
        yield (
            point.id,
            f"the probe gives its point away ({', '.join(sorted(given))})",
            "Ask without the answer's words.",
        )


def _answers(card: Card) -> Iterator[Row]:
    for answer in card.answers:
        if not 80 <= answer.words <= 220:
            yield answer.id, f"has {answer.words} words", "Worked answers read best between 80 and 220."
        yield from _quotes(answer)
        yield from _unlabelled(card, answer)


def _quotes(answer: WorkedAnswer) -> Iterator[Row]:
    for point, label in answer.key_points.items():
        place = f"{answer.id}.{point}"
        if label.verdict == "missing" and label.quote:
            yield place, "is missing and has a quote", "Take the quote out, or change the verdict."
        if label.verdict != "missing" and find_quote(label.quote, answer.text) is None:
            yield place, "the quote is not in the answer", "Copy the words from the answer as they stand there."


def _unlabelled(card: Card, answer: WorkedAnswer) -> Iterator[Row]:
    whole: Iterable[tuple[str, set[str], set[str]]] = (
        ("key points", {p.id for p in card.key_points}, set(answer.key_points)),
        ("minefields", {p.id for p in card.minefields}, set(answer.minefields)),
        ("motivations", {p.id for p in card.motivations}, set(answer.motivations)),
    )
    for part, there, labelled in whole:
        if left := sorted(there - labelled):
            yield answer.id, f"{part} without a label: {', '.join(left)}", "Label every one of them."
