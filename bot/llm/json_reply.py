"""The JSON object in what a model wrote, whatever it wrote around it."""

from __future__ import annotations

import json
import re

_THINKING = re.compile(r"^\s*<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
LARGEST = 200_000
"""Characters; no form of ours comes near it."""


def without_thinking(text: str) -> str:
    """`text` without the reasoning that some local models write before their answer."""
    return _THINKING.sub("", text).lstrip() if text.lstrip()[:6] == "<think" else text


def json_object(text: str) -> object:
    """The outermost `{…}` in `text`. Raises ValueError where there is none that can be read."""
    text = without_thinking(text)
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start or end - start > LARGEST:
        raise ValueError("there is no JSON object in it")
    try:
        return json.loads(text[start : end + 1], parse_constant=_refuse, object_pairs_hook=_no_doubles)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not a number here")


def _no_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    keys = dict(pairs)
    if len(keys) != len(pairs):
        raise ValueError("it names a field twice")
    return keys
