"""All cards there are, shipped and the user's own: looking one up, searching them, picking a set of them."""

from __future__ import annotations

import difflib
import random
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from knowledge.card import Card
from knowledge.encoder import Encoder
from knowledge.errors import NotFound
from knowledge.formats import Import
from knowledge.library import Found, Library
from knowledge.own import OwnCards
from knowledge.pick import pick
from knowledge.vectors import Progress


class Collection:
    """The shipped cards and the user's own, of which one with a shipped card's id stands in its place.

    May be used from several threads. Its library is opened on first use, and anew when the cards are others.

    Args:
        own: where the user's own cards are.
        folder: where the library may keep its store.
        encoder: gives the encoder once it is needed.
    """

    def __init__(self, own: Path, folder: Path, encoder: Callable[[], Encoder]) -> None:
        self.mine = OwnCards(own)
        self._folder, self._encoder = folder, encoder
        self._library: Library | None = None
        self._cards: tuple[Card, ...] = ()
        self._lock = threading.RLock()

    @cached_property
    def shipped(self) -> tuple[Card, ...]:
        """The shipped bank."""
        from knowledge.bank import shipped

        return shipped()

    def is_own(self, card_id: str) -> bool:
        """Whether that card is the user's own, or their version of a shipped one."""
        return any(card.id == card_id for card in self.own().cards)

    def is_shipped(self, card_id: str) -> bool:
        """Whether a card of that id is shipped."""
        return any(card.id == card_id for card in self.shipped)

    def own(self) -> Import:
        """The user's own cards as they are on disk now, and what of them could not be read."""
        return self.mine.read()

    def cards(self) -> tuple[Card, ...]:
        """All cards."""
        return tuple({card.id: card for card in (*self.shipped, *self.own().cards)}.values())

    def card(self, card_id: str) -> Card:
        """The card of that id. Raises NotFound, naming the nearest ids."""
        cards = {card.id: card for card in self.cards()}
        if card_id in cards:
            return cards[card_id]
        near = difflib.get_close_matches(card_id, cards, n=3, cutoff=0.4)
        hint = f" Near to it: {', '.join(near)}." if near else " `greenroom search` finds cards."
        raise NotFound(f"There is no card {card_id!r}.{hint}")

    def search(
        self,
        query: str,
        n: int = 10,
        *,
        function: str | None = None,
        role: str | None = None,
        theme: str | None = None,
        kind: str | None = None,
        progress: Progress | None = None,
    ) -> list[tuple[Card, float]]:
        """The cards that answer `query` best, with their scores, as `Library.search` has it."""
        with self._lock:
            library = self.library(progress)
            found = library.search(query, n, function=function, role=role, theme=theme, kind=kind)
            return _with_cards(library, found)

    def similar(self, card: Card, n: int = 5, progress: Progress | None = None) -> list[tuple[Card, float]]:
        """The `n` cards most like `card`, which need not be among them, best first, with their likeness."""
        with self._lock:
            library = self.library(progress)
            return _with_cards(library, [hit for hit in library.like(card, n + 1) if hit.card_id != card.id][:n])

    def near_duplicates(self, progress: Progress | None = None) -> list[tuple[Card, Card, float]]:
        """Pairs of cards that ask nearly the same, with their likeness, the most alike first."""
        with self._lock:
            library = self.library(progress)
            return [(library.card(a), library.card(b), cosine) for a, b, cosine in library.near_duplicates()]

    def pick(
        self,
        request: str,
        n: int,
        *,
        role: str = "",
        function: str = "",
        seed: int | None = None,
        progress: Progress | None = None,
    ) -> list[Card]:
        """The questions of an interview, as `knowledge.pick` has it.

        Raises:
            NotFound: no card is of that role or function.
        """
        cards = self.cards()
        if role.strip():
            _known("role", [card.role for card in cards], role)
        functions = _known("function", [card.function for card in cards], function) if function.strip() else [""]
        with self._lock:
            return pick(self.library(progress), request, n, role=role, function=functions[0], seed=seed)

    def choose(
        self, ids: Sequence[str] = (), role: str = "", function: str = "", about: str = "", questions: int = 3
    ) -> list[Card]:
        """The cards of an interview: those named, else a set that fits; a fresh one where no words ask for anything.

        Args:
            questions: how many; 0 is all of those named.

        Raises:
            NotFound: a named card, role or function does not exist.
        """
        if ids:
            named = [self.card(card_id.strip()) for card_id in ids]
            return named[: questions or len(named)]
        seed = None if about.strip() else fresh_draw()
        return self.pick(about, questions, role=role, function=function, seed=seed)

    def library(self, progress: Progress | None = None) -> Library:
        """The library over all cards as they are now; closed when they change."""
        with self._lock:
            cards = self.cards()
            if self._library is None or cards != self._cards:
                self.close()
                self._library, self._cards = Library.open(self._folder, cards, self._encoder(), progress), cards
            return self._library

    def close(self) -> None:
        """Let go of the library's folder; the next search opens it again."""
        with self._lock:
            if self._library:
                self._library.close()
            self._library = None


def fresh_draw() -> int:
    """A seed that nobody has used."""
    return random.SystemRandom().getrandbits(32)


def _with_cards(library: Library, found: Sequence[Found]) -> list[tuple[Card, float]]:
    return [(library.card(hit.card_id), hit.score) for hit in found]


def _known(what: str, values: Sequence[str], wanted: str) -> list[str]:
    """The values that are or hold what was `wanted`, the nearest first. Raises NotFound, naming all that there are."""
    there = sorted({value for value in values if value})
    found = [value for value in there if wanted.strip().casefold() in value.casefold()]
    if not found:
        near = difflib.get_close_matches(wanted, there, n=5, cutoff=0.4) or there[:20]
        raise NotFound(
            f"No card fits: there is no {what} {wanted.strip()!r} among {len(there)}. Try: {', '.join(near)}."
        )
    return sorted(found, key=len)
