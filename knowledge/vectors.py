"""Vectors that were computed once: a file of them, so that a library is rebuilt without encoding its cards again."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from knowledge.encoder import Encoder, Vectors

Progress = Callable[[int, int], None]
"""Called with (texts done, texts in all) while texts are encoded."""

TEXTS_A_STEP = 64


class VectorCache:
    """The vectors of texts, by the SHA-256 of the text; the text itself is not kept.

    Any process may read the file while another replaces it. A file that is missing, damaged or another encoder's
    counts as empty.

    Args:
        file: where the vectors are kept (.npz).
        progress: told of every step of encoding; never called when nothing is to encode.
    """

    def __init__(self, file: Path, encoder: Encoder, progress: Progress | None = None) -> None:
        self._file = file
        self._encoder = encoder
        self._progress = progress
        self._known: dict[str, Vectors] | None = None

    def of(self, texts: Sequence[str]) -> Vectors:
        """Vectors of `texts`, float32 (n, dimensions), encoding only those never seen."""
        keys = [_key(text) for text in texts]
        known = self._loaded()
        unseen = [(key, text) for key, text in dict(zip(keys, texts, strict=True)).items() if key not in known]
        for start in range(0, len(unseen), TEXTS_A_STEP):
            step = unseen[start : start + TEXTS_A_STEP]
            vectors = self._encoder.encode([text for _, text in step])
            known.update(zip((key for key, _ in step), vectors, strict=True))
            if self._progress:
                self._progress(start + len(step), len(unseen))
        rows = [known[key] for key in keys]
        return np.stack(rows) if rows else np.zeros((0, self._encoder.dimensions), dtype=np.float32)

    def save(self, texts: Iterable[str]) -> None:
        """Keep the vectors of `texts` and forget all others. Raises OSError where the file cannot be written."""
        known = self._loaded()
        keys = sorted({_key(text) for text in texts} & known.keys())
        rows = np.stack([known[key] for key in keys]) if keys else np.zeros((0, self._encoder.dimensions), np.float32)
        handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=self._file.name)
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, encoder=np.array(self._encoder.name), keys=np.array(keys, dtype="S64"), vectors=rows)
            os.replace(name, self._file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def _loaded(self) -> dict[str, Vectors]:
        if self._known is None:
            self._known = self._read()
        return self._known

    def _read(self) -> dict[str, Vectors]:
        try:
            with np.load(self._file, allow_pickle=False) as data:
                encoder, keys, rows = str(data["encoder"]), data["keys"], data["vectors"]
        except (OSError, ValueError, KeyError, EOFError, TypeError, AttributeError, zipfile.BadZipFile):
            return {}
        ours = encoder == self._encoder.name and rows.dtype == np.float32
        if not ours or rows.shape != (len(keys), self._encoder.dimensions):
            return {}
        return {key.decode("ascii"): row for key, row in zip(keys.tolist(), rows, strict=True)}


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "ignore")).hexdigest()
