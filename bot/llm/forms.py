"""JSON Schemas of the forms that a model fills in, closed as OpenAI's strict mode wants them: every field required, no
field beside them, every range and choice in the schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "maxLength": 1900}
QUOTE: Schema = {"type": "string", "maxLength": 300}
"""Lengths keep a model that repeats itself from running on. OpenAI's strict mode does not know them
(`without_lengths`), and llama.cpp takes none above 2,000."""
PERCENT: Schema = {"type": "integer", "minimum": 0, "maximum": 100}
"""Whole, since llama.cpp holds a model to the bounds of an integer and not to those of a number."""


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


def by_id(ids: Sequence[str], name: str) -> Schema:
    """An object with one of the definition `name` for each id: said once, not for each."""
    return keyed({id: {"$ref": f"#/$defs/{name}"} for id in ids})


def defining(form: Schema, **definitions: Schema) -> Schema:
    """`form` with the definitions that it refers to."""
    return {**form, "$defs": definitions}


def without_lengths(schema: Any) -> Any:
    """`schema` without the lengths of its strings."""
    if isinstance(schema, dict):
        return {name: without_lengths(part) for name, part in schema.items() if name != "maxLength"}
    return [without_lengths(part) for part in schema] if isinstance(schema, list) else schema
