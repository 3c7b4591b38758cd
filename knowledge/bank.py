"""The cards there are: the bank shipped with the program, and the user's own beside it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from knowledge.card import Card
from knowledge.formats import Import, read_paths, read_text, write


def shipped() -> tuple[Card, ...]:
    """The cards of the shipped bank, by path."""
    return tuple(
        card for name, page in _pages(files(__package__) / "bank") for card in read_text(page.read_text("utf-8"), name)
    )


def _pages(folder: Traversable) -> Iterable[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _pages(entry)
        elif entry.name.endswith(".yaml"):
            yield entry.name, entry


def own(folder: Path) -> Import:
    """The user's own cards, and what in their folder could not be read. A missing folder holds none."""
    return read_paths([folder]) if folder.is_dir() else Import(cards=(), rejected=())


def keep(cards: Iterable[Card], folder: Path) -> list[Path]:
    """Write each of `cards` to a file of its own in `folder`, whole or not at all; one of the same id is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_write_whole(folder / f"{card.id}.yaml", write([card], "yaml")) for card in cards]


def _write_whole(path: Path, text: str) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)
    return path


def together(first: Iterable[Card], second: Iterable[Card]) -> tuple[Card, ...]:
    """Both lots of cards; where both have a card of one id, the second's stands in the first's place."""
    return tuple({card.id: card for card in (*first, *second)}.values())
