"""Cards as JSON: an object, a list of objects, or `{"cards": [...]}`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NoReturn

from knowledge.card import Card
from knowledge.errors import BadInput
from knowledge.formats.complaint import Path, dotted, quoted
from knowledge.formats.json_places import line_of, line_of_word, repeated_key
from knowledge.formats.plain import to_cards, to_plain

MOST_VALUES = 250_000
_TOO_DEEP = "A card needs no more than six levels; take the brackets out that are too many"


class _RepeatedKey(Exception):
    """An object has a key twice; the parser does not say where."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class _NotJson(Exception):
    """NaN or an infinity; the parser does not say where."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def read(text: str) -> list[Card]:
    """The cards of a JSON text. Raises BadInput, also for what the standard library lets pass: NaN, repeated keys."""
    if not text.strip():
        raise BadInput("it is empty", mend="Put a card or a list of cards into it")
    if sum(map(text.count, ",[{")) > MOST_VALUES:
        raise BadInput("it holds far more values than question cards do", mend="Split it into several files")
    data = _parsed(text)

    def place(path: Path) -> str:
        within = path[1:] if isinstance(data, list) else path
        return ", ".join(part for part in (f"line {line_of(text, within)}", dotted(path)) if part)

    return to_cards(data, place)


def write(cards: Sequence[Card]) -> str:
    """The cards as a JSON list."""
    return json.dumps([to_plain(card) for card in cards], ensure_ascii=False, indent=1) + "\n"


def _parsed(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        problem = f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        mend = "Correct it there; quotes, commas and brackets are the usual cause"
        raise BadInput(problem, mend=mend, place=f"line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise BadInput("the brackets nest too deeply", mend=_TOO_DEEP) from None
    except _RepeatedKey as error:
        path, line = repeated_key(text, _DECODER.raw_decode, _RepeatedKey) or ((error.key,), 1)
        problem = f"the key {quoted(error.key)} stands twice in the same object"
        raise BadInput(problem, mend="Remove one of the two", place=f"line {line}, {dotted(path)}") from None
    except _NotJson as error:
        place = f"line {line_of_word(text, error.word)}"
        mend = "Write a number, or leave the field out"
        raise BadInput(f"{error.word} is not a number in JSON", mend=mend, place=place) from None
    except ValueError:
        raise BadInput("a number has far too many digits", mend="Shorten the number") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        left = dict.fromkeys(fields, 1)
        for key, _ in pairs:
            if key not in left:
                raise _RepeatedKey(key)
            del left[key]
    return fields


def _not_json(word: str) -> NoReturn:
    raise _NotJson(word)


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_not_json)
