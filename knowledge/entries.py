"""What a library holds of its cards: an entry for every card as a whole and for every key point."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.card import Card
from knowledge.encoder import Encoder
from knowledge.text import one_line
from knowledge.vectors import VectorCache

WHOLE = "card"
"""The part that stands for a card as a whole."""


@dataclass(frozen=True)
class Entry:
    """One thing that can be found. Its id is the card's, followed by "/" and the key point's where it is one."""

    id: str
    card_id: str
    part: str
    text: str
    facets: Mapping[str, str]


def entries_of(card: Card) -> list[Entry]:
    """The card as a whole, then its key points."""
    facets = {name: folded(getattr(card, name)) for name in ("function", "role", "theme", "kind")}
    about = ". ".join(text for text in (card.question, card.theme, card.role, card.function, card.about_role) if text)
    whole = Entry(card.id, card.id, WHOLE, about, facets)
    points = (Entry(f"{card.id}/{p.id}", card.id, p.id, p.statement, facets) for p in card.key_points)
    return [whole, *points]


def folded(value: str) -> str:
    """`value` in the form in which filters compare it."""
    return one_line(value).casefold()


class Wanted:
    """What a store must hold for these cards, and the vectors of it. Of two cards with one id the last counts."""

    def __init__(self, cards: Sequence[Card], encoder: Encoder, vectors: VectorCache) -> None:
        self.entries = {card.id: entries_of(card) for card in cards}
        self.order = {id: place for place, id in enumerate(self.entries)}
        self.digests = {id: _digest(entries) for id, entries in self.entries.items()}
        self.count = sum(map(len, self.entries.values()))
        self.encoder, self.dimensions = encoder.name, encoder.dimensions
        self.vectors = vectors

    def ids_with(self, facets: Mapping[str, str]) -> list[str]:
        """Ids of the cards of these facets, in the order of the cards."""
        return [id for id, (whole, *_) in self.entries.items() if facets.items() <= whole.facets.items()]

    def save_vectors(self) -> None:
        """Keep the vectors of these entries for the next store. Raises OSError."""
        self.vectors.save(entry.text for entries in self.entries.values() for entry in entries)


def _digest(entries: Sequence[Entry]) -> str:
    plain = [[entry.id, entry.text, dict(entry.facets)] for entry in entries]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()
