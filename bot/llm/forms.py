"""JSON Schemas of the forms that a model fills in, closed as OpenAI's strict mode wants them: every field required, no
field beside them, every range and choice in the schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}


def one_of(choices: Iterable[str]) -> Schema:
    """One of these strings."""
    return {"type": "string", "enum": list(choices)}


def record(**fields: Schema) -> Schema:
    """An object of just these fields."""
    return keyed(fields)


def keyed(fields: Mapping[str, Schema]) -> Schema:
    """An object of just these fields, whatever their names."""
    return {"type": "object", "properties": dict(fields), "required": list(fields), "additionalProperties": False}


def a_list(of: Schema, most: int, least: int = 0) -> Schema:
    """A list of at most so many."""
    return {"type": "array", "items": of, "minItems": least, "maxItems": most}


def by_id(ids: Sequence[str], of: Schema) -> Schema:
    """An object with one `of` for each id."""
    return keyed(dict.fromkeys(ids, of))
