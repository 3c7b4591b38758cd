"""Between cards and plain data (mappings, lists, text): what every format but its own syntax shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from pydantic import ValidationError

from knowledge.card import Card
from knowledge.errors import BadInput
from knowledge.formats.complaint import Path, Places, explain, meant, quoted, sort_of
from knowledge.formats.ids import card_id
from knowledge.formats.kind import infer_kind

Plain = dict[str, Any]

_LETTERS = {"key_points": "k", "motivations": "m", "minefields": "f", "answers": "a"}
MOST_CARDS = 10_000
"""Most cards in one file."""
_DEEPEST = 8
MOST_ITEMS = 500
_MOST_TEXT = 100_000
"""Far more than a card may have. The schema says so, too, but at a price for each item and character."""


def to_plain(card: Card) -> Plain:
    """All that a card says, without what it leaves at its default."""
    plain: Plain = card.model_dump(mode="json", exclude_defaults=True)
    return plain


def to_cards(data: object, places: Places) -> list[Card]:
    """The cards in what a file holds: one card, a list of cards, or `{"cards": [...]}`.

    Fills in what may be left out: ids and the kind. Raises BadInput, also where two cards share an id.
    """
    items = list(islice(_items(data, places), MOST_CARDS + 1))
    if len(items) > MOST_CARDS:
        raise BadInput(f"it holds more than {MOST_CARDS:,} cards", mend="Split it into several files")
    cards = [_card(item, path, places) for path, item in items]
    refuse_twins(cards, lambda number: places((*items[number][0], "id")))
    return cards


def refuse_twins(cards: Sequence[Card], place: Callable[[int], str]) -> None:
    """Raises BadInput where a file has no card, or two with one id; `place` says where the card of a number stands."""
    if not cards:
        raise BadInput("there is no card in it", mend="Add a question with its key points")
    taken: set[str] = set()
    for number, card in enumerate(cards):
        if card.id in taken:
            mend = "Remove one of the two, or give them different ids"
            raise BadInput(f"two cards have the id {quoted(card.id)}", mend=mend, place=place(number))
        taken.add(card.id)


def _items(data: object, places: Places) -> Iterable[tuple[Path, object]]:
    """Each card's data with the path to it."""
    if isinstance(data, dict) and "cards" in data:
        if stray := next((str(key) for key in data if key != "cards"), None):
            mend = "Put the cards under `cards` and nothing beside it"
            raise BadInput(f"{quoted(stray, '`')} stands beside `cards`", mend=mend, place=places((stray,)))
        data = data["cards"]
        if not isinstance(data, list):
            mend = "Write a list, one item for each card"
            raise BadInput(f"`cards` is {sort_of(data)}, not a list", mend=mend, place=places(("cards",)))
    if isinstance(data, list):
        return ((("cards", n), item) for n, item in enumerate(data))
    return iter([((), data)]) if data is not None else iter(())


def _card(item: object, path: Path, places: Places) -> Card:
    if not isinstance(item, dict):
        mend = "A card has fields: at least `question` and `key_points`"
        raise BadInput(f"this is {sort_of(item)}, not a card", mend=mend, place=places(path))
    if not item.keys() & Card.model_fields.keys():
        problem = "this is not a question card: it has none of a card's fields"
        raise BadInput(problem, mend=meant("", Card.model_fields, "The fields are"), place=places(path))
    _refuse_huge(item, path, places)
    try:
        return Card.model_validate(_filled(item, path, places))
    except ValidationError as error:
        raise explain(error, path, places) from None


def too_many(items: int, place: str) -> BadInput:
    """The complaint about a list that is far longer than any of a card."""
    mend = "A list of a card has at most 60 items; keep the best of them"
    return BadInput(f"there are {items:,} items", mend=mend, place=place)


def _refuse_huge(value: object, path: Path, places: Places) -> None:
    """Raises BadInput for a list, group or text far larger than any card's."""
    if isinstance(value, str):
        if len(value) > _MOST_TEXT:
            raise BadInput(f"a text has {len(value):,} characters", mend="Shorten it", place=places(path))
    elif isinstance(value, list | dict):
        if len(value) > MOST_ITEMS:
            raise too_many(len(value), places(path))
        if len(path) < _DEEPEST:
            for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
                _refuse_huge(inner, (*path, step), places)


def _filled(item: Plain, path: Path, places: Places) -> Plain:
    """`item` with the ids and the kind that it leaves out; what is null counts as left out."""
    card = _without_nulls(item)
    for name, letter in _LETTERS.items():
        if isinstance(parts := card.get(name), list):
            card[name] = _with_ids(parts, letter)
            _no_truth_values(card[name], (*path, name), places)
    question, role, function = (_text(card, name) for name in ("question", "role", "function"))
    if question.strip():
        card.setdefault("id", card_id(question, role, function))
        card.setdefault("kind", infer_kind(question))
    return card


def _with_ids(parts: list[Any], letter: str) -> list[Any]:
    """The parts, each with an id: its own, else its letter and its number."""
    parts = [_without_nulls(part) if isinstance(part, dict) else part for part in parts]
    taken = {part["id"] for part in parts if isinstance(part, dict) and isinstance(part.get("id"), str)}
    for number, part in enumerate(parts, 1):
        if isinstance(part, dict) and "id" not in part:
            while f"{letter}{number}" in taken:
                number += 1
            part["id"] = f"{letter}{number}"
            taken.add(part["id"])
    return parts


def _no_truth_values(parts: list[Any], path: Path, places: Places) -> None:
    """A weight of `true` would silently count as 1."""
    for number, part in enumerate(parts):
        if isinstance(part, dict) and isinstance(part.get("weight"), bool):
            mend = "Write a number above 0 and up to 10, or leave it out to mean 1"
            raise BadInput("`weight` is true or false", mend=mend, place=places((*path, number, "weight")))


def _without_nulls(fields: Mapping[str, Any]) -> Plain:
    return {name: value for name, value in fields.items() if value is not None}


def _text(fields: Plain, name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
