"""Between cards and plain data (mappings, lists, text): what every format but its own syntax shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from knowledge.card import Card
from knowledge.errors import BadInput
from knowledge.formats.complaint import Path, Places, explain, meant, quoted, sort_of
from knowledge.formats.ids import card_id
from knowledge.formats.kind import infer_kind

Plain = dict[str, Any]

_LETTERS = {"key_points": "k", "motivations": "m", "minefields": "f", "answers": "a"}
_MOST_PARTS = 1_000
"""Far more than a card may have; longer lists go to the schema as they are, to be refused there."""


def to_plain(card: Card) -> Plain:
    """All that a card says, without what it leaves at its default."""
    plain: Plain = card.model_dump(mode="json", exclude_defaults=True)
    return plain


def to_cards(data: object, places: Places) -> list[Card]:
    """The cards in what a file holds: one card, a list of cards, or `{"cards": [...]}`.

    Fills in what may be left out: ids and the kind. Raises BadInput, also where two cards share an id.
    """
    items = list(_items(data, places))
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
    try:
        return Card.model_validate(_filled(item, path, places))
    except ValidationError as error:
        raise explain(error, path, places) from None


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
    if len(parts) > _MOST_PARTS:
        return parts
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
