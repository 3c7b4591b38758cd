"""The library: cards found by what they mean and by their words, narrowed by facets, compared with each other.

Of a search, the meaning is one ranking (cosines of sentence vectors; without a filter, of the cards that chromadb finds
nearest) and the words are another (BM25). Both are made one by reciprocal rank fusion (Cormack, Clarke and Buettcher
2009): a card's score is the sum of 1 / (60 + rank), here divided by the most that it can be.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from knowledge.card import Card
from knowledge.encoder import Encoder, Vectors
from knowledge.entries import WHOLE, Contents, folded, whole_of
from knowledge.errors import LibraryUnavailable, NotFound
from knowledge.store import NEAREST, Store
from knowledge.text import one_line
from knowledge.vectors import Progress, Rows, VectorCache
from knowledge.words import Words

QUERY_CHARACTERS = 8_000
FUSED = 60
"""The constant of reciprocal rank fusion, as its authors chose it; with 10, 30 and 100 the bank is found as well."""
RANKED = 100
"""Cards of each ranking that are fused, at least."""
NEAR_DUPLICATE = 0.85
"""Cosine from which two cards are taken to ask the same."""
LOOKED_AT = 8
"""Nearest cards among which near-duplicates are looked for."""


@dataclass(frozen=True)
class Found:
    """A card that answers a search: how well, from 0 to 1, and by which part ("card" or a key point's id)."""

    card_id: str
    score: float
    best_part: str


class Library:
    """Search over cards. Made by `Library.open`; may be used from several threads."""

    def __init__(self, contents: Contents, encoder: Encoder, store: Store | None) -> None:
        self._contents, self._encoder, self._store = contents, encoder, store
        self._words = Words(contents.cards)
        self._closed = False
        self._mending = threading.Lock()

    @classmethod
    def open(cls, folder: Path, cards: Sequence[Card], encoder: Encoder, progress: Progress | None = None) -> Library:
        """The library of `cards`, its vectors kept in `folder` if this process may write there, else only in memory.

        The process that opens a folder first holds it until `close` or its own end. Any other compares every card
        itself, with the vectors that it finds in the folder, and finds the same; so does one that cannot start
        chromadb. Of two cards with one id the last counts.

        Args:
            progress: called with (done, total) while texts are encoded; not called when none need be.
        """
        contents = Contents(cards, encoder, VectorCache(folder / "vectors.npz", encoder, progress))
        return cls(contents, encoder, Store.open(folder, contents))

    def search(
        self,
        query: str,
        n: int = 10,
        *,
        function: str | None = None,
        role: str | None = None,
        theme: str | None = None,
        kind: str | None = None,
        exact: bool = False,
    ) -> list[Found]:
        """The `n` cards that answer `query` best, best first.

        The meaning of a card's likeness is the mean of two cosines: of the query to the card as a whole and to its
        nearest key point; in a library of more than 1,000 cards the first alone. An empty query finds all cards, in
        their own order, with score 0. Filters compare the whole value, whatever its case; a blank one is no filter.
        Of a query the first 8,000 characters count, of its meaning the first 256 tokens.

        Args:
            exact: compare with every card, also where chromadb would choose the candidates.

        Raises:
            LibraryUnavailable: the library is closed.
        """
        self._check_open()
        given = {"function": function, "role": role, "theme": theme, "kind": kind}
        facets = {name: folded(value) for name, value in given.items() if value and folded(value)}
        words = one_line(query[:QUERY_CHARACTERS])
        if n < 1:
            return []
        if not words:
            return [Found(self._contents.ids[place], 0.0, WHOLE) for place in self._contents.with_facets(facets)[:n]]
        vector = self._encoder.encode([words])[0]
        ranked = max(RANKED, 2 * n)
        places = self._contents.with_facets(facets) if facets or exact else self._nearest(vector, max(NEAREST, ranked))
        meant, parts = self._by_meaning(vector, places, ranked)
        worded = self._words.best(words, min(ranked, max(1, len(self._contents.ids))), facets)
        fused = _fused([meant, worded])
        return [Found(self._contents.ids[place], score, parts.get(place, WHOLE)) for place, score in fused[:n]]

    def like(self, card: Card, n: int = 5) -> list[Found]:
        """The `n` cards most like `card`, itself among them if it is here, best first; the score is the cosine.

        Raises:
            LibraryUnavailable: the library is closed.
        """
        self._check_open()
        vector = self._vector(card)
        near = islice(self._like(vector, n), n)
        return [Found(self._contents.ids[place], cosine, WHOLE) for place, cosine in near]

    def near_duplicates(self, at_least: float = NEAR_DUPLICATE) -> list[tuple[str, str, float]]:
        """Pairs of cards that ask nearly the same, with their cosine, the most alike first.

        Raises:
            LibraryUnavailable: the library is closed.
        """
        self._check_open()
        pairs: dict[tuple[int, int], float] = {}
        for place in range(len(self._contents.ids)):
            for other, cosine in self._like(self._contents.vectors([place])[0], LOOKED_AT):
                if cosine < at_least:
                    break
                if other != place:
                    pairs[min(place, other), max(place, other)] = cosine
        ids = self._contents.ids
        return [(ids[a], ids[b], cosine) for (a, b), cosine in sorted(pairs.items(), key=lambda item: -item[1])]

    @property
    def size(self) -> int:
        """How many cards there are."""
        return len(self._contents.ids)

    def vector(self, card_id: str) -> Vectors:
        """The vector of a card as a whole, (dimensions). Raises NotFound."""
        vector: Vectors = self._contents.vectors([self._place(card_id)])[0]
        return vector

    def point_vectors(self, card_id: str) -> Vectors:
        """Vectors of a card's key points, (n, dimensions), or (0, dimensions) in a library of more than 1,000 cards.

        Raises:
            NotFound: there is no such card here.
        """
        return self._contents.point_vectors(self._place(card_id))

    def card(self, card_id: str) -> Card:
        """The card of that id. Raises NotFound."""
        return self._contents.cards[self._place(card_id)]

    def close(self) -> None:
        """Let go of the folder. A closed library cannot be searched; closing it again does nothing."""
        with self._mending:
            store, self._store, self._closed = self._store, None, True
        if store:
            store.close()

    def _check_open(self) -> None:
        if self._closed:
            raise LibraryUnavailable("The library is closed.")

    def _place(self, card_id: str) -> int:
        try:
            return self._contents.place[card_id]
        except KeyError:
            raise NotFound(f"There is no card {card_id!r} in the library.") from None

    def _vector(self, card: Card) -> Vectors:
        """The vector of `card` as it is now, which need not be as it is here."""
        vector: Vectors = self._contents.vector_of(whole_of(card).text)
        return vector

    def _like(self, vector: Vectors, n: int) -> Iterator[tuple[int, float]]:
        """The cards nearest to `vector`, with their cosines, best first: `n`, or all where there is no store."""
        places = self._nearest(vector, n)
        for place, cosine in _best(places, self._contents.cosines(vector, places), max(n, NEAREST)):
            yield place, min(1.0, cosine)

    def _nearest(self, vector: Vectors, n: int) -> Rows:
        """Places of the `n` cards nearest to `vector`, as chromadb has it; of all cards where there is no store."""
        store = self._store
        if store is None:
            return self._contents.everywhere
        try:
            return np.array([self._contents.place[id] for id in store.nearest(vector, n)], dtype=np.int64)
        except Exception:  # noqa: BLE001  chromadb raises anything, AttributeError included, over files that went bad
            self._give_up(store)
            self._check_open()
            return self._contents.everywhere

    def _give_up(self, broken: Store) -> None:
        """Go on without a store that broke; the next to open the library makes a new one."""
        with self._mending:
            if self._store is broken:
                self._store = None
                broken.discard()

    def _by_meaning(self, vector: Vectors, places: Rows, n: int) -> tuple[list[int], dict[int, str]]:
        """Of these cards the `n` nearest in meaning, best first, and by which part."""
        cosines = self._contents.cosines(vector, places)
        parts: dict[int, str] = {}
        if self._contents.points:
            near, names = self._contents.points_near(vector, places)
            nearer = near > cosines
            parts = {place: names[i] for i, place in enumerate(places.tolist()) if nearer[i]}
            cosines = np.asarray((cosines + near) / 2, dtype=np.float32)
        return [place for place, _ in _best(places, cosines, n)], parts


def _best(places: Rows, cosines: Vectors, n: int) -> list[tuple[int, float]]:
    """The `n` places with the highest cosines, those first; of equal ones the place that comes first."""
    if 0 < n < len(places):
        enough = np.asarray(cosines >= np.partition(cosines, -n)[-n])
        places, cosines = places[enough], np.asarray(cosines[enough], dtype=np.float32)
    order = np.lexsort((places, -cosines))[:n]
    return list(zip(places[order].tolist(), cosines[order].tolist(), strict=True))


def _fused(rankings: Sequence[Sequence[int]]) -> list[tuple[int, float]]:
    """Reciprocal rank fusion of rankings: each place with its score, from 0 to 1, the best first."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, place in enumerate(ranking, 1):
            scores[place] = scores.get(place, 0.0) + (FUSED + 1) / (FUSED + rank) / len(rankings)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))
