"""The library: cards found by what they mean. The only module that imports chromadb.

A store is a cache. It holds a vector and the facets of every card and key point, no text, and is made anew from the
cards whenever it is missing, damaged or older than they are. In the folder:

    lock            held by the one process that writes here, for as long as it has the library open
    library.json    what the store holds; removed before a change and written after it: no such file, no store
    vectors.npz     vectors by the hash of their text, so that nothing is encoded twice (`knowledge.vectors`)
    store-…/        chromadb's own files; a new name for every rebuild
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from knowledge.card import Card
from knowledge.encoder import Encoder, Vectors
from knowledge.entries import WHOLE, Wanted, folded
from knowledge.errors import LibraryUnavailable
from knowledge.text import one_line
from knowledge.vectors import Progress, VectorCache

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection
    from chromadb.config import Settings
    from filelock import BaseFileLock

LAYOUT = 1
"""Raised whenever what is stored, or how, changes."""
ENTRIES_A_STEP = 1_000
"""Chroma takes 5,461 at most."""
QUERY_CHARACTERS = 4_000
NEAREST = 400
"""Entries that a search looks at, at least; a card has about twelve."""
LOCK_SECONDS = 0.5
COLLECTION = "cards"
CONFIGURATION: Any = {"hnsw": {"space": "cosine", "ef_search": NEAREST}}


@dataclass(frozen=True)
class Found:
    """A card that answers a search: how well, from 0 to 1, and by which part ("card" or a key point's id)."""

    card_id: str
    score: float
    best_part: str


class Library:
    """Search over cards. Made by `Library.open`; may be used from several threads."""

    def __init__(self, wanted: Wanted, encoder: Encoder, store: Store) -> None:
        self._wanted, self._encoder = wanted, encoder
        self._store: Store | None = store
        self._mending = threading.Lock()

    @classmethod
    def open(cls, folder: Path, cards: Sequence[Card], encoder: Encoder, progress: Progress | None = None) -> Library:
        """The library of `cards`, kept in `folder` if this process may write there, else in memory.

        The process that opens a folder first holds it until `close` or its own end. Any other works in memory on the
        vectors it finds in the folder, and finds the same cards. Of two cards with one id the last counts.

        Args:
            progress: called with (done, total) while texts are encoded; not called when none need be.

        Raises:
            LibraryUnavailable: chromadb cannot be started at all.
        """
        wanted = Wanted(cards, encoder, VectorCache(folder / "vectors.npz", encoder, progress))
        return cls(wanted, encoder, OnDisk.open(folder, wanted) or InMemory(wanted))

    def search(
        self,
        query: str,
        n: int = 10,
        *,
        function: str | None = None,
        role: str | None = None,
        theme: str | None = None,
        kind: str | None = None,
    ) -> list[Found]:
        """The `n` cards nearest in meaning to `query`, best first.

        A card's score is the mean of two cosines: of the query to the card as a whole and to its nearest key point.
        (Of 48 queries to the shipped bank this put 47 cards first; the higher of the two 44, the card alone 42.) An
        empty query finds all cards, in their own order, with score 0. Filters compare the whole value, whatever its
        case; a blank one is no filter. Of a query the first 4,000 characters count.

        Raises:
            LibraryUnavailable: the library is closed.
        """
        given = {"function": function, "role": role, "theme": theme, "kind": kind}
        facets = {name: folded(value) for name, value in given.items() if value and folded(value)}
        words = one_line(query[:QUERY_CHARACTERS])
        if n < 1:
            return []
        if not words:
            return [Found(id, 0.0, WHOLE) for id in self._wanted.ids_with(facets)][:n]
        near = self._nearest(self._encoder.encode([words]), max(NEAREST, 20 * n), facets)
        return sorted(_scored(near), key=lambda found: (-found.score, self._wanted.order[found.card_id]))[:n]

    def close(self) -> None:
        """Let go of the folder. A closed library cannot be searched; closing it again does nothing."""
        with self._mending:
            store, self._store = self._store, None
        if store:
            store.close()

    def _nearest(self, vector: Vectors, n: int, facets: Mapping[str, str]) -> list[Near]:
        store = self._store
        if store is None:
            raise LibraryUnavailable("The library is closed.")
        try:
            return store.nearest(vector, n, facets)
        except Exception:  # noqa: BLE001  chromadb raises anything, AttributeError included, over files that went bad
            return self._replaced(store).nearest(vector, n, facets)

    def _replaced(self, broken: Store) -> Store:
        """The store that serves instead of a broken one."""
        with self._mending:
            if self._store is broken:
                self._store = InMemory(self._wanted)
                broken.discard()
            if self._store is None:
                raise LibraryUnavailable("The library is closed.")
            return self._store


class Near(NamedTuple):
    """An entry near to a query: of which card, which part of it, whether that is the whole card, and its cosine."""

    card_id: str
    part: str
    whole: bool
    cosine: float


def _scored(near: Sequence[Near]) -> Iterator[Found]:
    """One `Found` for every card among `near`, which is sorted, best first."""
    wholes: dict[str, Near] = {}
    points: dict[str, Near] = {}
    for entry in near:
        (wholes if entry.whole else points).setdefault(entry.card_id, entry)
    for id in wholes.keys() | points.keys():
        # What is not among the nearest is no nearer than the last of them.
        pair = [side.get(id) or near[-1] for side in (wholes, points)]
        best = max((side[id] for side in (wholes, points) if id in side), key=lambda entry: entry.cosine)
        yield Found(id, min(1.0, max(0.0, (pair[0].cosine + pair[1].cosine) / 2)), best.part)


class Store:
    """An open collection of chromadb's, on disk or in memory."""

    _collection: Collection

    def nearest(self, vector: Vectors, n: int, facets: Mapping[str, str]) -> list[Near]:
        """Up to `n` entries nearest to `vector` (1, dimensions), of these facets, best first."""
        there = self._collection.count()
        if not there:
            return []
        where: list[Any] = [{name: {"$eq": value}} for name, value in facets.items()]
        rows = self._collection.query(
            query_embeddings=vector,
            n_results=min(n, there),
            where={"$and": where} if len(where) > 1 else where[0] if where else None,
            include=["metadatas", "distances"],
        )
        about, distances = rows["metadatas"] or [[]], rows["distances"] or [[]]
        return [
            Near(str(entry["card_id"]), str(entry["part"]), entry["card_id"] == id, 1.0 - distance)
            for id, entry, distance in zip(rows["ids"][0], about[0], distances[0], strict=True)
        ]

    def put(self, wanted: Wanted, ids: Iterable[str]) -> None:
        """Write the entries of these cards."""
        entries = [entry for id in ids for entry in wanted.entries[id]]
        vectors = wanted.vectors.of([entry.text for entry in entries])
        for start in range(0, len(entries), ENTRIES_A_STEP):
            step = entries[start : start + ENTRIES_A_STEP]
            self._collection.upsert(
                ids=[entry.id for entry in step],
                embeddings=vectors[start : start + len(step)],
                metadatas=[{"card_id": entry.card_id, "part": entry.part, **entry.facets} for entry in step],
            )

    def close(self) -> None:
        """Let go of everything."""
        raise NotImplementedError

    def discard(self) -> None:
        """Close, never to be opened again."""
        self.close()


class InMemory(Store):
    """For a process that may not write the folder."""

    def __init__(self, wanted: Wanted) -> None:
        settings = _settings()
        import chromadb

        self._client: Any = chromadb.EphemeralClient(settings)
        # All clients in memory share their collections within a process.
        self._name = f"{COLLECTION}-{uuid.uuid4().hex}"
        self._collection = self._client.create_collection(
            self._name, embedding_function=None, configuration=CONFIGURATION
        )
        self.put(wanted, wanted.entries)

    def close(self) -> None:
        self._client.delete_collection(self._name)
        self._client.close()


class State(BaseModel):
    """library.json: what the store beside it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    layout: int
    encoder: str
    dimensions: int
    store: Annotated[str, Field(pattern=r"^store-[0-9a-f]{32}$")]
    cards: dict[str, str]
    """Card id to the digest of its entries."""
    index: dict[str, str]
    """SHA-256 of chromadb's index files: reading damaged ones ends the process."""


class OnDisk(Store):
    """For the process that holds the folder's lock."""

    def __init__(self, folder: Path, lock: BaseFileLock) -> None:
        self._folder, self._lock = folder, lock
        self._state_file = folder / "library.json"
        # `close` is missing from the type that chromadb gives its clients.
        self._client: Any = None

    @classmethod
    def open(cls, folder: Path, wanted: Wanted) -> OnDisk | None:
        """The store in `folder`, brought up to date; None where another process has it or it cannot be written."""
        lock = _lock(folder)
        if lock is None:
            return None
        store, ready = cls(folder, lock), False
        try:
            store._reuse_or_rebuild(wanted)
            ready = True
        except Exception:  # noqa: BLE001  full disk, lost rights, what not: memory serves, and meets any other error
            return None
        finally:
            if not ready:
                store.discard()
        return store

    def close(self) -> None:
        try:
            self._disconnect()
        finally:
            self._lock.release()

    def discard(self) -> None:
        with suppress(OSError):
            self._state_file.unlink(missing_ok=True)
        self.close()

    def _reuse_or_rebuild(self, wanted: Wanted) -> None:
        try:
            self._reuse(wanted)
        except Exception:  # noqa: BLE001  whatever is wrong with a store, and chromadb raises anything, a new one mends
            self._disconnect()
            self._rebuild(wanted)

    def _reuse(self, wanted: Wanted) -> None:
        """Open the store that is there and change what changed. Raises anything where it is not sound."""
        state = State.model_validate_json(self._state_file.read_bytes())
        if (state.layout, state.encoder, state.dimensions) != (LAYOUT, wanted.encoder, wanted.dimensions):
            raise ValueError("made by another version or encoder")
        _check_files(self._folder / state.store, state.index)
        self._connect(state.store)
        out = [id for id, digest in state.cards.items() if wanted.digests.get(id) != digest]
        new = [id for id, digest in wanted.digests.items() if state.cards.get(id) != digest]
        if out or new:
            self._state_file.unlink()
            for start in range(0, len(out), ENTRIES_A_STEP):
                where: Any = {"card_id": {"$in": out[start : start + ENTRIES_A_STEP]}}
                self._collection.delete(where=where)
            self.put(wanted, new)
            self._seal(state.store, wanted)
        self._check_answers(wanted)

    def _rebuild(self, wanted: Wanted) -> None:
        self._state_file.unlink(missing_ok=True)
        for old in self._folder.glob("store-*"):
            shutil.rmtree(old, ignore_errors=True)
        # chromadb keeps a client that failed to start under the folder's name: never use a name twice.
        name = f"store-{uuid.uuid4().hex}"
        self._connect(name)
        self.put(wanted, wanted.entries)
        self._seal(name, wanted)
        self._check_answers(wanted)

    def _seal(self, name: str, wanted: Wanted) -> None:
        """Close the store, so that its files are whole, and write down what it holds; then open it again."""
        self._disconnect()
        wanted.save_vectors()
        state = State(
            layout=LAYOUT,
            encoder=wanted.encoder,
            dimensions=wanted.dimensions,
            store=name,
            cards=wanted.digests,
            index=_index_sums(self._folder / name),
        )
        draft = self._state_file.with_suffix(".new")
        draft.write_text(state.model_dump_json(), encoding="utf-8")
        os.replace(draft, self._state_file)
        self._connect(name)

    def _check_answers(self, wanted: Wanted) -> None:
        if self._collection.count() != wanted.count:
            raise ValueError("entries are missing")
        if wanted.count:
            self._collection.query(query_embeddings=np.ones((1, wanted.dimensions), dtype=np.float32), n_results=1)

    def _connect(self, name: str) -> None:
        settings = _settings()
        import chromadb

        self._client = chromadb.PersistentClient(self._folder / name, settings)
        self._collection = self._client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration=CONFIGURATION
        )

    def _disconnect(self) -> None:
        client, self._client = self._client, None
        if client:
            client.close()


def _lock(folder: Path) -> BaseFileLock | None:
    """The lock of `folder`, held; None where another process (or library) holds it or the folder cannot be written."""
    from filelock import FileLock

    lock = FileLock(folder / "lock", timeout=LOCK_SECONDS, thread_local=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except (OSError, NotImplementedError):
        return None
    return lock


def _settings() -> Settings:
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    try:
        import chromadb.config

        # A project's own .env, or a variable meant for a Chroma server, must not turn this into a network client.
        return chromadb.config.Settings(
            _env_file=None, anonymized_telemetry=False, chroma_api_impl="chromadb.api.rust.RustBindingsAPI"
        )
    except ValueError as error:
        raise LibraryUnavailable(
            "The library cannot start: an environment variable or .env file here holds a setting for Chroma that "
            "Chroma refuses. Start Greenroom from another folder, or remove that setting."
        ) from error


def _check_files(store: Path, index: Mapping[str, str]) -> None:
    """Raises ValueError, OSError or sqlite3.Error where the files in `store` are damaged."""
    with closing(sqlite3.connect(f"{(store / 'chroma.sqlite3').absolute().as_uri()}?mode=ro", uri=True)) as database:
        if database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise ValueError("the database is damaged")
    if _index_sums(store) != index:
        raise ValueError("the index is not the one that was written")


def _index_sums(store: Path) -> dict[str, str]:
    """SHA-256 of the index files that chromadb will read: those with an index_metadata.pickle beside them."""
    folders = [file.parent for file in store.glob("*/index_metadata.pickle")]
    files = sorted(file for folder in folders for file in folder.iterdir())
    return {file.relative_to(store).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
