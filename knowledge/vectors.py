"""Vectors that were computed once: files of them, so that a library is rebuilt without encoding its cards again."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder import Encoder, Vectors

Progress = Callable[[int, int], None]
"""Called with (texts done, texts in all) while texts are encoded."""

Rows = NDArray[np.int64]
TEXTS_A_STEP = 64
SHIPPED = files("knowledge") / "bank" / "vectors.npz"
"""The vectors of the shipped bank's texts, in half precision (`scripts/encode_bank.py`)."""


class VectorCache:
    """The vectors of texts, by the SHA-256 of the text; the text itself is not kept.

    Any process may read the file while another replaces it. A file that is missing, damaged or another encoder's
    counts as empty.

    Args:
        file: where the vectors are kept (.npz).
        progress: told of every step of encoding; never called when nothing is to encode.
        shipped: vectors that need not be computed, nor kept in `file`.
    """

    def __init__(
        self, file: Path, encoder: Encoder, progress: Progress | None = None, shipped: Traversable = SHIPPED
    ) -> None:
        self._file = file
        self._encoder = encoder
        self._progress = progress
        self._at: dict[str, int] = {}
        self.matrix: Vectors = np.zeros((0, encoder.dimensions), dtype=np.float32)
        """Every vector that is known, float32 (n, dimensions); `rows` says which row is whose."""
        self.fresh = False
        """Whether anything was encoded since the files were read."""
        self._take(*read_vectors(shipped, encoder))
        self._shipped = frozenset(self._at)
        self._take(*read_vectors(file, encoder))

    def rows(self, texts: Sequence[str]) -> Rows:
        """The rows of `matrix` that hold the vectors of `texts`, encoding only those never seen."""
        keys = [key_of(text) for text in texts]
        unseen = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._at}
        encoded: list[Vectors] = []
        todo = list(unseen.values())
        for start in range(0, len(todo), TEXTS_A_STEP):
            encoded.append(self._encoder.encode(todo[start : start + TEXTS_A_STEP]))
            if self._progress:
                self._progress(min(start + TEXTS_A_STEP, len(todo)), len(todo))
        if encoded:
            self.fresh = True
            self._take(list(unseen), np.concatenate(encoded))
        return np.array([self._at[key] for key in keys], dtype=np.int64)

    def of(self, texts: Sequence[str]) -> Vectors:
        """Vectors of `texts`, float32 (n, dimensions), encoding only those never seen."""
        rows = self.rows(texts)
        return self.matrix[rows]

    def one(self, text: str) -> Vectors:
        """The vector of one text, (dimensions); not remembered where it has to be computed."""
        at = self._at.get(key_of(text))
        vector: Vectors = self.matrix[at] if at is not None else self._encoder.encode([text])[0]
        return vector

    def save(self, texts: Iterable[str]) -> None:
        """Keep the vectors of `texts`, but for the shipped ones, and forget all others. Raises OSError."""
        keys = sorted({key_of(text) for text in texts} & self._at.keys() - self._shipped)
        rows = self.matrix[[self._at[key] for key in keys]]
        handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=self._file.name)
        try:
            with os.fdopen(handle, "wb") as file:
                write_vectors(file, self._encoder, keys, rows)
            os.replace(name, self._file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def _take(self, keys: Sequence[str], rows: Vectors) -> None:
        fresh = [place for place, key in enumerate(keys) if key not in self._at]
        if fresh:
            self._at.update({keys[place]: len(self.matrix) + n for n, place in enumerate(fresh)})
            new = rows if len(fresh) == len(keys) else rows[fresh]
            self.matrix = np.concatenate([self.matrix, new]) if len(self.matrix) else new


def read_vectors(file: Traversable, encoder: Encoder) -> tuple[list[str], Vectors]:
    """Keys and vectors of a file; none where it is missing, damaged or another encoder's."""
    nothing: tuple[list[str], Vectors] = [], np.zeros((0, encoder.dimensions), dtype=np.float32)
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as data:
            made_by, keys, rows = str(data["encoder"]), data["keys"], data["vectors"]
            known = [key.decode("ascii") for key in keys.tolist()]
    except (OSError, ValueError, KeyError, EOFError, TypeError, AttributeError, zipfile.BadZipFile):
        return nothing
    ours = made_by == encoder.name and rows.dtype in (np.float32, np.float16)
    if not ours or rows.shape != (len(known), encoder.dimensions):
        return nothing
    if rows.dtype == np.float16:
        rows = rows.astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return known, rows


def write_vectors(file: Any, encoder: Encoder, keys: Sequence[str], rows: NDArray[Any]) -> None:
    """Write keys and vectors to an open file. Raises OSError."""
    np.savez(file, encoder=np.array(encoder.name), keys=np.array(keys, dtype="S64"), vectors=rows)


def key_of(text: str) -> str:
    """The key under which the vector of `text` is kept."""
    return hashlib.sha256(text.encode("utf-8", "ignore")).hexdigest()
