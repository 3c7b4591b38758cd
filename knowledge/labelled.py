"""The labelled answers beside the bank: in voices that fool judges, each read twice; and which card is for what.

    knowledge/answers/split.yaml      card ids under train, dev and test; by card, never by answer
    knowledge/answers/<part>.jsonl    the answers to the cards of that part, a JSON object a line:
                                      {id, card_id, style, turns: [{q, a}], key_points: {k1: {label, quote} | null},
                                       minefields: {f1: hit | clear | null}, motivations: {m1: … | null}}
    knowledge/answers/contrast.jsonl  single utterances about one key point each, for training the judge only:
                                      {card_id, kp, label, how, q, a, also}; of train cards and of those in
                                      invented.jsonl ({id, question, key_points}). Labelled by their writer alone.
    knowledge/answers/invented_answers.jsonl  whole answers to invented cards, for training only, in the format of the
                                      parts. Of the first 896 a second reader, who did not see the labels, read the key
                                      points; null is where the two differ. All else bears its writer's label alone.
    knowledge/answers/readings.jsonl  what each reader said, also of the cards' worked answers (id "card/answer")

A label stands only where two readers agreed, none having seen what the other said; null is where they differed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

from knowledge.card import Card

Part = Literal["train", "dev", "test"]
FOLDER = files("knowledge") / "answers"
_LETTERS = (
    {"c": "covered", "p": "partial", "m": "missing", "x": "contradicted"},
    {"h": "hit", "c": "clear"},
    {"s": "shown", "p": "partly", "n": "not_shown"},
)
"""Of key points, minefields and motivations, in this order, the letter that stands for a verdict."""


@dataclass(frozen=True)
class Reading:
    """What the readers of one answer said of each part of its card: part id to verdict.

    The first two read everything. Of worked answers in cards a third read what they differed on, and a fourth what all
    three did.
    """

    id: str
    card_id: str
    first: Mapping[str, str]
    second: Mapping[str, str]
    third: Mapping[str, str]
    fourth: Mapping[str, str]

    def agreed(self, part: str) -> str | None:
        """The verdict that two readers share; None where there is none."""
        said = [one[part] for one in (self.first, self.second, self.third, self.fourth) if part in one]
        return next((verdict for verdict in said if said.count(verdict) > 1), None)


def split() -> dict[str, Part]:
    """Card id to the part that it is in."""
    parts = yaml.safe_load((FOLDER / "split.yaml").read_text("utf-8"))
    return {id: part for part in get_args(Part) for id in parts[part]}


def labelled(part: Part) -> list[dict[str, Any]]:
    """The labelled answers to the cards of `part`, in the shape above."""
    return list(rows_of(part))


def readings(cards: Mapping[str, Card]) -> list[Reading]:
    """What every reader said; `cards` are the bank's by id."""
    return [_reading(row, cards[row["card_id"]]) for row in rows_of("readings")]


def _reading(row: Mapping[str, str], card: Card) -> Reading:
    said = [_verdicts(row.get(name, ""), card) for name in ("first", "second", "third", "fourth")]
    return Reading(row["id"], card.id, *said)


def _verdicts(letters: str, card: Card) -> dict[str, str]:
    """A reader's letters, such as "cmp|hc|sn", as verdicts by part id; "-" is nothing said."""
    found: dict[str, str] = {}
    parts = [[part.id for part in listed] for listed in (card.key_points, card.minefields, card.motivations)]
    for ids, said, words in zip(parts, letters.split("|") if letters else (), _LETTERS, strict=False):
        found.update({id: words[letter] for id, letter in zip(ids, said, strict=True) if letter != "-"})
    return found


def rows_of(name: str) -> Iterator[dict[str, Any]]:
    """The objects of one of the files, in order."""
    yield from map(json.loads, (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines())
