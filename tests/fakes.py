"""Own, short stand-ins for the outside."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np

from knowledge.encoder import Vectors


class HashingEncoder:
    """A bag of words, each hashed to one of 256 places: texts are alike that share words. Counts what it encodes."""

    dimensions = 256

    def __init__(self, name: str = "hashing") -> None:
        self.name = name
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        vectors = np.full((len(texts), self.dimensions), 1e-6, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.casefold()):
                vectors[row, zlib.crc32(word.encode()) % self.dimensions] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
