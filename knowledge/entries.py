"""What a library holds of its cards: an entry for every card as a whole and for every key point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.card import Card
from knowledge.encoder import Encoder, Vectors
from knowledge.text import one_line
from knowledge.vectors import Rows, VectorCache, key_of

WHOLE = "card"
"""The part that stands for a card as a whole."""
FACETS = ("function", "role", "theme", "kind")
"""What a search may be narrowed to."""
POINTS_UP_TO = 1_000
"""Cards up to which every key point has a vector of its own. Encoding them takes eleven times as long as the cards."""

MANY = 20
"""Where more than one row in so many is wanted, a product with the whole matrix is faster than with a copy of them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found: a card as a whole, or one of its key points."""

    card_id: str
    part: str
    text: str


def whole_of(card: Card) -> Entry:
    """The card as a whole."""
    about = (card.question, card.theme, card.role, card.function, card.about_role)
    return Entry(card.id, WHOLE, ". ".join(text for text in about if text))


def points_of(card: Card) -> list[Entry]:
    """The card's key points."""
    return [Entry(card.id, point.id, point.statement) for point in card.key_points]


def facets_of(card: Card) -> dict[str, str]:
    """What a search may be narrowed to, in the form in which filters compare it."""
    return {name: folded(getattr(card, name)) for name in FACETS}


def folded(value: str) -> str:
    """`value` in the form in which filters compare it."""
    return one_line(value).casefold().encode("utf-8", "ignore").decode("utf-8")


class Contents:
    """What a library holds of these cards, with the vectors of it. Of two cards with one id the last counts.

    Places are positions in `ids`, in the order of the cards.
    """

    def __init__(self, cards: Sequence[Card], encoder: Encoder, vectors: VectorCache) -> None:
        self.cards = list({card.id: card for card in cards}.values())
        self.ids = [card.id for card in self.cards]
        self.place = {id: place for place, id in enumerate(self.ids)}
        self.encoder, self.dimensions = encoder.name, encoder.dimensions
        self._vectors = vectors
        self.wholes = [whole_of(card) for card in self.cards]
        small = len(self.cards) <= POINTS_UP_TO
        self.points = [point for card in self.cards for point in points_of(card)] if small else []
        """The key points that have a vector of their own: all, or in a large library none."""
        self.digests = {whole.card_id: key_of(whole.text) for whole in self.wholes}
        self.texts = [entry.text for entry in (*self.wholes, *self.points)]
        self._rows = vectors.rows(self.texts)
        self._owner = np.array([self.place[point.card_id] for point in self.points], dtype=np.int64)
        self._codes: dict[str, dict[str, int]] = {}
        self._coded = {name: self._code(name) for name in FACETS}
        self.everywhere = np.arange(len(self.ids), dtype=np.int64)
        """Every place, in order."""

    def with_facets(self, facets: Mapping[str, str]) -> Rows:
        """Places of the cards of these facets, in order."""
        fits: NDArray[np.bool_] = np.ones(len(self.ids), dtype=np.bool_)
        for name, value in facets.items():
            fits &= self._coded[name] == self._codes[name].get(value, -1)
        return np.flatnonzero(fits)

    def vectors(self, places: Rows | Sequence[int]) -> Vectors:
        """Vectors of the cards at these places, (n, dimensions)."""
        return self._vectors.matrix[self._rows[: len(self.ids)][places]]

    def cosines(self, vector: Vectors, places: Rows) -> Vectors:
        """Cosines of `vector` to the cards at these places, (n,)."""
        rows = self._rows[: len(self.ids)][places]
        if len(rows) * MANY < len(self._vectors.matrix):
            return self._vectors.matrix[rows] @ vector
        # Copying so many rows takes longer than a product with all of them.
        return (self._vectors.matrix @ vector)[rows]

    def vector_of(self, text: str) -> Vectors:
        """The vector of any text, (dimensions)."""
        return self._vectors.one(text)

    def point_vectors(self, place: int) -> Vectors:
        """Vectors of the key points of the card at that place, (n, dimensions); (0, dimensions) in a large library."""
        own = np.searchsorted(self._owner, (place, place + 1))
        return self._vectors.matrix[self._rows[len(self.ids) :][own[0] : own[1]]]

    def points_near(self, vector: Vectors, places: Rows) -> tuple[Vectors, list[str]]:
        """Of each card the nearest of its key points: cosine, -1 where none has a vector, and id."""
        near = np.full(len(self.ids), -1.0, dtype=np.float32)
        parts = [WHOLE] * len(self.ids)
        asked = np.zeros(len(self.ids), dtype=np.bool_)
        asked[places] = True
        mine = np.flatnonzero(asked[self._owner]) if len(self._owner) else self._owner
        cosines = self._vectors.matrix[self._rows[len(self.ids) :][mine]] @ vector
        for point, cosine in zip(mine.tolist(), cosines.tolist(), strict=True):
            owner = int(self._owner[point])
            if cosine > near[owner]:
                near[owner], parts[owner] = cosine, self.points[point].part
        return near[places], [parts[place] for place in places.tolist()]

    @property
    def fresh(self) -> bool:
        """Whether some of the vectors were computed just now."""
        return self._vectors.fresh

    def save_vectors(self) -> None:
        """Keep the vectors of these entries for the next library. Raises OSError."""
        self._vectors.save(self.texts)

    def _code(self, name: str) -> NDArray[np.int64]:
        codes = self._codes.setdefault(name, {})
        values = (folded(getattr(card, name)) for card in self.cards)
        return np.array([codes.setdefault(value, len(codes)) for value in values], dtype=np.int64)
