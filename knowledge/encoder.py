"""The sentence encoder: text in, a vector of unit length out, on the user's own processor.

`scripts/export_encoder.py` made the files in `knowledge/minilm/` and says how. onnxruntime and tokenizers are imported
when a `MiniLM` is made, not before.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.model_files import ModelFiles

Vectors = NDArray[np.float32]

SENTENCES_A_BATCH = 32
TOKENS_A_BATCH = 2_048
CHARACTERS = 20_000


class Encoder(Protocol):
    """Turns texts into vectors whose dot product is their likeness in meaning."""

    @property
    def name(self) -> str:
        """Changes whenever the vectors would; what is stored under another name is stale."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length per text, float32 (n, dimensions); (0, dimensions) for no text."""


class MiniLM:
    """all-MiniLM-L6-v2: 384 dimensions, mean of the token states, English above all (Reimers and Gurevych 2019).

    The weights are int8 on disk and fp32 at work: mean cosine to the original .999. Activations are never rounded,
    so a vector does not depend on the texts encoded with it (measured: 1 - cosine below 1e-6) or on the processor.

    Args:
        threads: how many cores one call may use; min(2, cores) where not given.
        folder: where the model's files are; the shipped ones where not given.

    Raises:
        DamagedModel: a file is missing or not the one that SHA256SUMS names.
    """

    dimensions = 384

    def __init__(self, *, threads: int | None = None, folder: Traversable | None = None) -> None:
        shipped = ModelFiles(folder or files("knowledge") / "minilm", "sentence encoder")
        model, tokenizer = shipped.read("model.onnx"), shipped.read("tokenizer.json")

        import onnxruntime  # type: ignore[import-untyped]
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or min(2, os.cpu_count() or 1)
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_str(tokenizer.decode("utf-8"))
        self.name = f"all-MiniLM-L6-v2-{shipped.sums['model.onnx'][:8]}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length per text, float32 (n, 384), in the order given.

        Only the first 256 tokens of a text count, and of its characters the first 20,000. Same texts, same vectors.
        """
        tokens = [self._tokens(text) for text in texts]
        vectors = np.zeros((len(tokens), self.dimensions), dtype=np.float32)
        for batch in _batches([len(ids) for ids in tokens]):
            vectors[batch] = self._encode_batch([tokens[i] for i in batch])
        return vectors

    def _tokens(self, text: str) -> list[int]:
        # Lone surrogates have no UTF-8 form, and the tokenizer would refuse the whole text for one of them.
        inert = text[:CHARACTERS].encode("utf-8", "ignore").decode("utf-8")
        ids: list[int] = self._tokenizer.encode(inert).ids
        return ids

    def _encode_batch(self, tokens: list[list[int]]) -> Vectors:
        ids = np.zeros((len(tokens), max(map(len, tokens))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, own in enumerate(tokens):
            ids[row, : len(own)] = own
            mask[row, : len(own)] = 1
        (states,) = self._session.run(None, {"ids": ids, "mask": mask})
        weights = mask[:, :, None].astype(np.float32)
        means = (states * weights).sum(axis=1) / weights.sum(axis=1)
        unit: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
        return unit


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of texts of like length, longest first: at most 32 of them and 2,048 tokens with their padding."""
    order = sorted(range(len(lengths)), key=lambda i: (-lengths[i], i))
    start = 0
    while start < len(order):
        size = max(1, min(SENTENCES_A_BATCH, TOKENS_A_BATCH // lengths[order[start]]))
        yield order[start : start + size]
        start += size
