"""The user's own cards: a folder of files beside the shipped bank, and a bin for what was deleted or replaced.

<folder>/<id>.yaml              a card that was imported, written or edited here
<folder>/anything.csv …         files that the user put there; read as they are, never written
<folder>/.deleted/<when>-<id>.yaml   the bin: whole cards that can be put back
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from knowledge.card import Card
from knowledge.errors import BadInput, NotFound
from knowledge.formats import Import, read_file, read_paths, write
from knowledge.whole_file import write_whole

_NAME = re.compile(r"(\d{13,})-(.+)\.yaml")


@dataclass(frozen=True)
class Deleted:
    """A card in the bin: the name under which it can be put back, when it went there, and the card."""

    name: str
    when: datetime
    card: Card


class OwnCards:
    """The user's own cards in `folder`, which need not exist yet. May be used from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bin = folder / ".deleted"
        self._lock = threading.RLock()
        self._seen: tuple[tuple[str, int, int], ...] | None = None
        self._read = Import(cards=(), rejected=(), files={})

    def read(self) -> Import:
        """The cards as they are on disk now, and what could not be read."""
        with self._lock:
            now = self._snapshot()
            if now != self._seen:
                self._read = read_paths([self._folder]) if self._folder.is_dir() else Import((), (), {})
                self._seen = now
            return self._read

    def keep(self, cards: Iterable[Card]) -> list[str]:
        """Write each card to a file of its own, whole or not at all. One of the same id goes to the bin.

        Returns: ids of the cards that replaced one of the user's own.

        Raises:
            BadInput: the card of that id stands in a file together with others; nothing was written.
        """
        with self._lock:
            wanted = list(cards)
            before = {card.id: card for card in self.read().cards}
            replaced = [card.id for card in wanted if before.get(card.id, card) != card]
            for id in replaced:
                self._alone(id)
            for id in replaced:
                self._to_bin(before[id])
            for card in wanted:
                written = write_whole(self._folder / f"{card.id}.yaml", write([card], "yaml"))
                if (old := self.read().files.get(card.id)) and old != written:
                    old.unlink()
            self._seen = None
            return replaced

    def delete(self, card_id: str) -> Deleted:
        """Move a card to the bin. Raises NotFound, and BadInput where its file holds others too."""
        with self._lock:
            card = next((card for card in self.read().cards if card.id == card_id), None)
            if card is None:
                raise NotFound(f"There is no card {card_id!r} among your own.")
            path = self._alone(card_id)
            deleted = self._to_bin(card)
            path.unlink()
            self._seen = None
            return deleted

    def deleted(self) -> list[Deleted]:
        """What is in the bin, the latest first."""
        with self._lock:
            found = []
            for path in self._bin.glob("*.yaml"):
                if name := _NAME.fullmatch(path.name):
                    try:
                        (card,) = read_file(path)
                    except (BadInput, ValueError):
                        continue
                    found.append(Deleted(path.name, datetime.fromtimestamp(int(name[1]) / 1000, UTC), card))
            return sorted(found, key=lambda deleted: deleted.name, reverse=True)

    def restore(self, name: str) -> Card:
        """Put a card from the bin back. Raises NotFound, and BadInput where its id was taken since."""
        with self._lock:
            deleted = next((deleted for deleted in self.deleted() if deleted.name == name), None)
            if deleted is None:
                raise NotFound("That card is not in the bin any more.")
            if any(card.id == deleted.card.id for card in self.read().cards):
                mend = "Delete or rename that one first"
                raise BadInput(f"there is a card {deleted.card.id!r} among your own again", mend=mend)
            self.keep([deleted.card])
            (self._bin / name).unlink()
            return deleted.card

    def empty_bin(self) -> int:
        """Delete for good what is in the bin: how many cards that were."""
        with self._lock:
            paths = list(self._bin.glob("*")) if self._bin.is_dir() else []
            for path in paths:
                path.unlink()
            return len(paths)

    def _alone(self, card_id: str) -> Path:
        """The file of that card. Raises BadInput where it holds others too."""
        found = self.read()
        path = found.files[card_id]
        if others := sum(other == path for other in found.files.values()) - 1:
            problem = f"the card {card_id!r} stands there together with {others} more"
            mend = "Change it in that file; or import the file, which gives each card one of its own, and remove it"
            raise BadInput(problem, mend=mend, file=str(path))
        return path

    def _to_bin(self, card: Card) -> Deleted:
        when = time.time_ns() // 1_000_000
        while (path := self._bin / f"{when}-{card.id}.yaml").exists():
            when += 1
        write_whole(path, write([card], "yaml"))
        return Deleted(path.name, datetime.fromtimestamp(when / 1000, UTC), card)

    def _snapshot(self) -> tuple[tuple[str, int, int], ...]:
        """Name, time of change and size of every file in the folder."""
        found = []
        for folder, folders, names in os.walk(self._folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for path in (Path(folder, name) for name in names if not name.startswith(".")):
                try:
                    about = path.stat()
                except OSError:
                    continue
                found.append((str(path), about.st_mtime_ns, about.st_size))
        return tuple(sorted(found))
