"""What a person reads when a card does not fit its schema: the place, the problem, the mend."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from knowledge.card import Card, KeyPoint, Minefield, Motivation, PointLabel, WorkedAnswer
from knowledge.errors import BadInput
from knowledge.text import one_line

Path = tuple[str | int, ...]
"""The way to a value: `("cards", 3, "key_points", 2, "text")`."""
Places = Callable[[Path], str]
"""Says where in its file the value at a path stands."""

_PARTS: dict[str, type[BaseModel]] = {
    "key_points": KeyPoint,
    "motivations": Motivation,
    "minefields": Minefield,
    "answers": WorkedAnswer,
}
_NOUNS: dict[type[BaseModel], str] = {
    Card: "card",
    KeyPoint: "key point",
    Motivation: "motivation",
    Minefield: "minefield",
    WorkedAnswer: "worked answer",
    PointLabel: "label of a worked answer",
}


def dotted(path: Path) -> str:
    """`path` as people write it: `cards[3].key_points[2].text`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{quoted(step, '')}" for step in path).lstrip(".")


def nearest(marks: Mapping[Path, int], path: Path) -> int:
    """The number of the line or row of `path`, else of the closest thing around it, else 1."""
    for end in range(len(path), -1, -1):
        if (mark := marks.get(path[:end])) is not None:
            return mark
    return 1


def quoted(text: str, mark: str = "'") -> str:
    """`text` as it may stand in a message: one line, at most 40 characters, inert."""
    line = one_line(text[:400])
    return f"{mark}{line if len(line) <= 40 else line[:39] + '…'}{mark}"


def meant(word: str, known: Iterable[str], otherwise: str) -> str:
    """The mend for a word that is not known: the word meant, if one is close, and all that could stand there."""
    known = list(known)
    close = difflib.get_close_matches(word[:100].lower(), known, n=1, cutoff=0.6)
    return f"{f'Did you mean `{close[0]}`? ' if close else ''}{otherwise} {', '.join(known)}"


def explain(error: ValidationError, prefix: Path, places: Places) -> BadInput:
    """The first complaint of pydantic in words. An unknown field goes first: it often causes the others."""
    details = error.errors(include_url=False)
    # An id or kind that is left out is filled in from the question; without one that is the thing to say.
    details = [d for d in details if d["type"] != "missing" or d["loc"] not in {("id",), ("kind",)}] or details
    first = next((d for d in details if d["type"] == "extra_forbidden"), details[0])
    path: Path = tuple(step for step in first["loc"] if step != "[key]")
    problem, mend = _words(first["type"], path, first)
    if len(details) > 1:
        problem += f" (and {len(details) - 1} more of this card)"
    return BadInput(problem, mend=mend, place=places(prefix + path))


def sort_of(value: object) -> str:
    """What a value is, in words."""
    sorts: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (str, "text"),
        (bool, "true or false"),
        ((int, float), "a number"),
        (list, "a list"),
        (dict, "a group of fields"),
    )
    return next((name for kind, name in sorts if isinstance(value, kind)), "nothing")


def _words(kind: str, path: Path, detail: Any) -> tuple[str, str]:
    """Problem and mend for one of pydantic's error types."""
    field = str(path[-1]) if path else "card"
    owner = _owner(path[:-1])
    noun = _NOUNS[owner]
    if kind == "extra_forbidden":
        return f"{quoted(field, '`')} is not a field of a {noun}", meant(field, owner.model_fields, "The fields are")
    if field == "key_points" and kind in {"missing", "too_short"}:
        return "the card has no key points", "Add at least one key point with a label and a text"
    if kind == "missing":
        return f"the {noun} has no `{field}`", f"Add `{field}`"
    if field == "weight":
        return (
            f"`weight` is {_shown(detail['input'])}",
            "Write a number above 0 and up to 10, or leave it out to mean 1",
        )
    if kind == "value_error":
        return _told(str(detail["ctx"]["error"]), field, noun)
    if kind == "string_type":
        return f"`{field}` of a {noun} is {sort_of(detail['input'])}, not text", "Put the value in quotes"
    if kind == "literal_error":
        choices = str(detail["ctx"]["expected"]).replace("'", "")
        return f"{quoted(field, '`')} is {_shown(detail['input'])}", f"Write one of: {choices}"
    if kind == "string_pattern_mismatch":
        start = "a letter or digit" if owner is Card else "a letter"
        mend = f"Begin with {start}; use small letters, digits, '-' and '_'; keep it short"
        return f"{_shown(detail['input'])} cannot be an id", mend
    if kind == "string_too_long" or (kind == "too_long" and isinstance(detail["input"], str)):
        return f"`{field}` is longer than {detail['ctx']['max_length']:,} characters", "Shorten it"
    if kind == "too_long":
        return f"there are more than {detail['ctx']['max_length']} {field.replace('_', ' ')}", "Keep the best of them"
    if kind == "tuple_type":
        return f"`{field}` is {sort_of(detail['input'])}, not a list", "Write a list, one item for each part"
    if kind in {"model_type", "dict_type"}:
        return (
            f"this is {sort_of(detail['input'])}, not a group of fields",
            "Write it as fields, such as `label` and `text`",
        )
    return f"{quoted(field, '`')} does not fit: {one_line(str(detail['msg']))}", "Correct it"


def _told(said: str, field: str, noun: str) -> tuple[str, str]:
    """Problem and mend for what our own validators said."""
    if said == "must not be empty":
        return f"`{field}` of a {noun} is empty", f"Write the {field}, or leave out the whole {noun}"
    if "used twice" in said:
        return said, "Give each part its own id"
    return said, "Correct that id, or leave that label out"


def _owner(path: Path) -> type[BaseModel]:
    """The model whose field a path ends in, given the path without that field."""
    if not path:
        return Card
    return _PARTS.get(str(path[0]), Card) if len(path) <= 2 else PointLabel


def _shown(value: object) -> str:
    return quoted(value) if isinstance(value, str) else sort_of(value)
