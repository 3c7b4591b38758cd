"""The shipped bank of cards."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable

from knowledge.card import Card
from knowledge.formats import read_text


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
