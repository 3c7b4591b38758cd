"""The JSON object in what a model wrote, whatever it wrote around it."""

from __future__ import annotations

import json
import re

from knowledge.text import without_hidden

_THINKING = re.compile(r"^\s*<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
LARGEST = 200_000
"""Characters; no form of ours comes near it."""


def without_thinking(text: str) -> str:
    """`text` without the reasoning that some local models write before their answer."""
    return _THINKING.sub("", text).lstrip() if text.lstrip()[:6] == "<think" else text


def json_object(text: str) -> object:
    """The outermost `{…}` in `text`, its strings made inert. Raises ValueError where there is none that can be read."""
    text = without_thinking(text)
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start or end - start > LARGEST:
        raise ValueError("there is no JSON object in it")
    try:
        return _inert(json.loads(text[start : end + 1], parse_constant=_refuse, object_pairs_hook=_no_doubles))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not a number here")


def _no_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = {without_hidden(key): value for key, value in pairs}
    if len(fields) != len(pairs):
        raise ValueError("it names a field twice")
    return fields


def _inert(value: object) -> object:
    """`value` without what nobody sees; half an emoji, for one, could not be stored."""
    match value:
        case str():
            return without_hidden(value)
        case list():
            return [_inert(item) for item in value]
        case dict():
            return {key: _inert(item) for key, item in value.items()}
        case _:
            return value
