"""Cards as YAML: a mapping, a list, `cards: [...]`, or several documents.

A careful subset: no aliases (a few hundred bytes of them can stand for gigabytes), no tags (they can name code), no
repeated keys, and every scalar is text (so that `no`, `1:30` and `2024-01-01` stay what their author wrote).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from knowledge.card import Card
from knowledge.errors import BadInput
from knowledge.formats.complaint import Path, dotted, nearest, quoted
from knowledge.formats.plain import refuse_twins, to_cards, to_plain

MOST_NODES = 300_000
DEEPEST = 20

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(text: str) -> list[Card]:
    """The cards of a YAML text. Raises BadInput."""
    cards: list[Card] = []
    for document in load(text):
        cards += to_cards(document.data, document.place)
    refuse_twins(cards, lambda number: f"card {number + 1}")
    return cards


def write(cards: Sequence[Card]) -> str:
    """One card as a mapping, several as a list under `cards`."""
    plain = [to_plain(card) for card in cards]
    return dump(plain[0] if len(plain) == 1 else {"cards": plain})


def dump(plain: object) -> str:
    """Plain data as block YAML, text of several lines as such."""
    return yaml.dump(plain, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


@dataclass(frozen=True)
class Document:
    """What one YAML document holds, and the line of each of its values."""

    data: Any
    marks: dict[Path, int]

    def place(self, path: Path) -> str:
        """Line and path of a value."""
        return ", ".join(part for part in (f"line {nearest(self.marks, path)}", dotted(path)) if part)


def load(text: str) -> list[Document]:
    """The documents of a YAML text that hold anything. Raises BadInput."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        raise _not_yaml(error, text) from None
    return builder.documents


@dataclass
class _Open:
    """A mapping or list whose end has not come yet."""

    held: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None


class _Builder:
    """Builds plain data from the parser's events, and refuses what a card never needs before it costs anything."""

    def __init__(self) -> None:
        self.documents: list[Document] = []
        self._open: list[_Open] = []
        self._marks: dict[Path, int] = {}
        self._nodes = 0

    def take(self, event: yaml.Event) -> None:
        """Takes the next event. Raises BadInput."""
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.NodeEvent):
            self._count(line)
            _no_anchor_or_tag(event, line)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            held: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
            path = self._put(held, line)
            self._open.append(_Open(held, path if path or isinstance(held, dict) else ("cards",)))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            self._marks = {}
            self._nodes += 20  # a document costs more than what it holds

    def _count(self, line: int) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            mend = "Split it into several files"
            raise BadInput("it holds far more values than question cards do", mend=mend, place=f"line {line}")
        if len(self._open) > DEEPEST:
            mend = "A card needs no more than six levels; take out the levels that are too many"
            raise BadInput(f"it nests deeper than {DEEPEST} levels", mend=mend, place=f"line {line}")

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        parent = self._open[-1] if self._open else None
        if parent and isinstance(parent.held, dict) and parent.key is None:
            if event.value in parent.held:
                problem = f"the key {quoted(event.value)} stands twice in the same mapping"
                raise BadInput(problem, mend="Remove one of the two", place=f"line {line}")
            parent.key = event.value
            self._marks[*parent.path, event.value] = line
        else:
            left_out = not event.style and event.value in _NULLS
            self._put(None if left_out else event.value, line)

    def _put(self, value: Any, line: int) -> Path:
        """Puts a value where the next one belongs; the path to it."""
        if not self._open:
            self._marks[()] = line
            if value is not None:
                self.documents.append(Document(value, self._marks))
            return ()
        parent = self._open[-1]
        if isinstance(parent.held, list):
            path: Path = (*parent.path, len(parent.held))
            self._marks[path] = line
            parent.held.append(value)
            return path
        if parent.key is None:
            mend = "Write a word before the colon"
            raise BadInput("a mapping or list stands where a key should", mend=mend, place=f"line {line}")
        path = (*parent.path, parent.key)
        parent.held[parent.key] = value
        parent.key = None
        return path


_NULLS = {"", "~", "null"}


def _no_anchor_or_tag(event: yaml.NodeEvent, line: int) -> None:
    if isinstance(event, yaml.AliasEvent):
        problem = f"the alias {quoted('*' + str(event.anchor))} is not allowed"
        raise BadInput(
            problem, mend="Write the text out, or put it in quotes if it begins with '*'", place=f"line {line}"
        )
    if event.anchor is not None:
        problem = f"the anchor {quoted('&' + str(event.anchor))} is not allowed"
        raise BadInput(problem, mend="Remove it, or put the text in quotes if it begins with '&'", place=f"line {line}")
    if (tag := getattr(event, "tag", None)) is not None:
        problem = f"the tag {quoted(str(tag))} is not allowed"
        raise BadInput(problem, mend="Remove it, or put the text in quotes if it begins with '!'", place=f"line {line}")


def _not_yaml(error: yaml.YAMLError, text: str) -> BadInput:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
    if mark is None:
        at = getattr(error, "position", None)
        place = f"character {at}" if isinstance(at, int) else ""
        return BadInput(f"this is not YAML: {said}", mend="Take that character out", place=place)
    line = text.splitlines()[mark.line : mark.line + 1]
    mend = "Check indents and quotes there; a text with ': ' or ' #' in it needs quotes"
    if line and "\t" in line[0][: len(line[0]) - len(line[0].lstrip())]:
        mend = "Indent with spaces, not tabs"
    return BadInput(f"this is not YAML: {said}", mend=mend, place=f"line {mark.line + 1}, column {mark.column + 1}")


class _Dumper(yaml.SafeDumper):
    """Shows text of several lines as such."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  our own reader refuses them
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)
