"""Where the vectors of cards are kept for fast search: chromadb, in a folder. The only module that imports it.

A store is a cache. It holds a vector for every card, no text, and is made anew from the cards whenever it is missing,
damaged or older than they are. In the folder:

    lock            held by the one process that writes here, for as long as it has the library open
    library.json    what the store holds; removed before a change and written after it: no such file, no store
    vectors.npz     vectors by the hash of their text, so that nothing is encoded twice (`knowledge.vectors`)
    store-…/        chromadb's own files; a new name for every rebuild

Facets are not in it: a metadata filter of chromadb's costs 136 ms among 100,000 cards (measured with 1.5.9), so the
library narrows a search itself.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from knowledge.encoder import Vectors
from knowledge.entries import Contents

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection
    from chromadb.config import Settings
    from filelock import BaseFileLock

LAYOUT = 2
"""Raised whenever what is stored, or how, changes."""
CARDS_A_STEP = 5_000
"""Chroma takes 5,461 at most."""
NEAREST = 400
"""Cards that a search without a filter looks at, at least."""
LOCK_SECONDS = 0.5
COLLECTION = "cards"
CONFIGURATION: Any = {
    "hnsw": {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 2_000},
}
"""Among 100,000 cards this finds 99.9 % of the ten nearest, chromadb's own settings 95 % (`bench/library.py`)."""


class State(BaseModel):
    """library.json: what the store beside it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    layout: int
    encoder: str
    dimensions: int
    store: Annotated[str, Field(pattern=r"^store-[0-9a-f]{32}$")]
    cards: dict[str, str]
    """Card id to the digest of what is embedded of it."""
    index: dict[str, str]
    """SHA-256 of chromadb's index files: reading damaged ones ends the process."""


class Store:
    """An open collection of chromadb's, for the process that holds the folder's lock."""

    def __init__(self, folder: Path, lock: BaseFileLock) -> None:
        self._folder, self._lock = folder, lock
        self._state_file = folder / "library.json"
        # `close` is missing from the type that chromadb gives its clients.
        self._client: Any = None
        self._collection: Collection

    @classmethod
    def open(cls, folder: Path, contents: Contents) -> Store | None:
        """The store in `folder`, brought up to date; None where another process has it or it cannot be written."""
        lock = _lock(folder)
        if lock is None:
            return None
        store, ready = cls(folder, lock), False
        try:
            store._reuse_or_rebuild(contents)
            ready = True
        except Exception:  # noqa: BLE001  full disk, lost rights, what not: memory serves, and meets any other error
            return None
        finally:
            if not ready:
                store.discard()
        return store

    def nearest(self, vector: Vectors, n: int) -> list[str]:
        """Ids of up to `n` cards nearest to `vector` (dimensions), best first. Raises anything where files went bad."""
        there = self._collection.count()
        if not there:
            return []
        return self._collection.query(query_embeddings=vector[None, :], n_results=min(n, there), include=[])["ids"][0]

    def close(self) -> None:
        """Let go of everything."""
        try:
            self._disconnect()
        finally:
            self._lock.release()

    def discard(self) -> None:
        """Close, never to be opened again."""
        with suppress(OSError):
            self._state_file.unlink(missing_ok=True)
        self.close()

    def _reuse_or_rebuild(self, contents: Contents) -> None:
        try:
            self._reuse(contents)
        except Exception:  # noqa: BLE001  whatever is wrong with a store, and chromadb raises anything, a new one mends
            self._disconnect()
            self._rebuild(contents)

    def _reuse(self, contents: Contents) -> None:
        """Open the store that is there and change what changed. Raises anything where it is not sound."""
        state = State.model_validate_json(self._state_file.read_bytes())
        if (state.layout, state.encoder, state.dimensions) != (LAYOUT, contents.encoder, contents.dimensions):
            raise ValueError("made by another version or encoder")
        _check_files(self._folder / state.store, state.index)
        self._connect(state.store)
        out = [id for id, digest in state.cards.items() if contents.digests.get(id) != digest]
        new = [id for id, digest in contents.digests.items() if state.cards.get(id) != digest]
        if out or new:
            self._state_file.unlink()
            for start in range(0, len(out), CARDS_A_STEP):
                self._collection.delete(ids=out[start : start + CARDS_A_STEP])
            self._put(contents, new)
            self._seal(state.store, contents)
        elif contents.fresh:
            contents.save_vectors()
        self._check_answers(contents)

    def _rebuild(self, contents: Contents) -> None:
        self._state_file.unlink(missing_ok=True)
        for old in self._folder.glob("store-*"):
            shutil.rmtree(old, ignore_errors=True)
        # chromadb keeps a client that failed to start under the folder's name: never use a name twice.
        name = f"store-{uuid.uuid4().hex}"
        self._connect(name)
        self._put(contents, contents.ids)
        self._seal(name, contents)
        self._check_answers(contents)

    def _put(self, contents: Contents, ids: Sequence[str]) -> None:
        """Write the vectors of these cards."""
        for start in range(0, len(ids), CARDS_A_STEP):
            step = list(ids[start : start + CARDS_A_STEP])
            self._collection.add(ids=step, embeddings=contents.vectors([contents.place[id] for id in step]))

    def _seal(self, name: str, contents: Contents) -> None:
        """Close the store, so that its files are whole, and write down what it holds; then open it again."""
        self._disconnect()
        contents.save_vectors()
        state = State(
            layout=LAYOUT,
            encoder=contents.encoder,
            dimensions=contents.dimensions,
            store=name,
            cards=contents.digests,
            index=_index_sums(self._folder / name),
        )
        draft = self._state_file.with_suffix(".new")
        draft.write_text(state.model_dump_json(), encoding="utf-8")
        os.replace(draft, self._state_file)
        self._connect(name)

    def _check_answers(self, contents: Contents) -> None:
        if self._collection.count() != len(contents.ids):
            raise ValueError("entries are missing")
        if contents.ids:
            self._collection.query(query_embeddings=np.ones((1, contents.dimensions), dtype=np.float32), n_results=1)

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
    import chromadb.config

    # A project's own .env, or a variable meant for a Chroma server, must not turn this into a network client.
    return chromadb.config.Settings(
        _env_file=None, anonymized_telemetry=False, chroma_api_impl="chromadb.api.rust.RustBindingsAPI"
    )


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
