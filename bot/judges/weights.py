"""The learnt part of the embedded judge: weights in a JSON file, applied with numpy. `scripts/train_judge.py` makes it.

Shapes: U sentences, P key points, D = width of a sentence vector, C = the four classes of `CLASSES`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.judges.features import Array, Table
from knowledge.errors import DamagedModel

CLASSES = ("missing", "partial", "covered", "contradicted")
MISSING, PARTIAL, COVERED, CONTRADICTED = range(4)
PRODUCT_SCALE, VECTOR_SCALE = 20.0, 10.0
"""Bring products and entries of unit vectors near to size 1, so that one penalty fits all weights."""
LEAST = 1e-4
BOUND = 5.0
"""Standardised features are cut here, so that no oddity of one text carries a verdict alone."""


def softmax(logits: Array) -> Array:
    """Shares over the last axis."""
    scaled = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Array = scaled / scaled.sum(axis=-1, keepdims=True)
    return shares


def logit(share: Array) -> Array:
    """Log odds, finite for 0 and 1."""
    odds: Array = np.log(share + LEAST) - np.log(1 - share + LEAST)
    return odds


@dataclass(frozen=True)
class Linear:
    """Multinomial logistic regression over standardised features."""

    mean: Array
    scale: Array
    weights: Array
    bias: Array

    def shares(self, features: Array) -> Array:
        """(…, F) to (…, classes); each row sums to 1."""
        standard = np.clip((features - self.mean) / self.scale, -BOUND, BOUND)
        return softmax(standard @ self.weights.T + self.bias)


@dataclass(frozen=True)
class Head:
    """Multinomial logistic regression over what two vectors have in common and what the sentence says by itself."""

    sentence_product: Array
    sentence: Array
    window_product: Array
    window: Array
    bias: Array

    def shares(self, table: Table) -> Array:
        """(U, P, C)."""
        said, wide, points = table.sentence_vectors, table.window_vectors, table.point_vectors
        logits = [
            PRODUCT_SCALE * ((said * sp) @ points.T + (wide * wp) @ points.T)
            + VECTOR_SCALE * (said @ s + wide @ w)[:, None]
            + b
            for sp, s, wp, w, b in zip(
                self.sentence_product, self.sentence, self.window_product, self.window, self.bias, strict=True
            )
        ]
        return softmax(np.stack(logits, axis=2))


@dataclass(frozen=True)
class Forest:
    """Gradient-boosted trees, one sum per class. Arrays (trees, nodes); a leaf points at itself."""

    feature: NDArray[np.int32]
    threshold: Array
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: Array
    start: Array
    depth: int

    def shares(self, features: Array) -> Array:
        """(n, F) to (n, C). The trees stand in rounds of one per class."""
        trees = np.arange(len(self.feature))[None, :]
        node = np.zeros((len(features), len(self.feature)), np.int32)
        rows = np.arange(len(features))[:, None]
        for _ in range(self.depth):
            lower = features[rows, self.feature[trees, node]] <= self.threshold[trees, node]
            node = np.where(lower, self.left[trees, node], self.right[trees, node])
        values = self.value[trees, node].reshape(len(features), -1, len(self.start))
        return softmax(self.start + values.sum(axis=1))


@dataclass(frozen=True)
class Model:
    """Everything learnt, and the thresholds that were chosen with it."""

    version: str
    encoder: str
    head: Head
    unit: Linear
    pool: Linear
    lone: Forest
    minefield: Linear
    motivation: Linear
    thresholds: Mapping[str, float]

    def unit_shares(self, table: Table) -> Array:
        """What each sentence by itself says of each point, (U, P, C)."""
        return self.unit.shares(np.concatenate([table.flat, np.log(self.head.shares(table) + LEAST)], axis=2))


def pooled(shares: Array) -> Array:
    """What all sentences together say of each point, for the second stage: (U, P, C) to (P, 7)."""
    covered = np.sort(shares[:, :, COVERED], axis=0)[::-1]
    second = covered[1] if len(covered) > 1 else np.zeros_like(covered[0])
    best = shares[:, :, COVERED].argmax(axis=0)
    at_best = shares[best, np.arange(shares.shape[1])]
    columns = [
        logit(covered[0]),
        logit(shares[:, :, PARTIAL].max(axis=0)),
        logit(shares[:, :, CONTRADICTED].max(axis=0)),
        logit(second),
        logit(at_best[:, CONTRADICTED]),
        logit(at_best[:, PARTIAL]),
        np.full(shares.shape[1], logit(covered[0].mean(keepdims=True))[0]),
    ]
    return np.stack(columns, axis=1)


def load_model() -> Model:
    """The shipped model. Raises DamagedModel."""
    try:
        data = json.loads((files("bot.judges") / "embedded.json").read_text("utf-8"))
        return from_json(data)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedModel("The embedded judge's file embedded.json cannot be read. Reinstall Greenroom.") from error


def from_json(data: Mapping[str, Any]) -> Model:
    """The model that `scripts/train_judge.py` wrote. Raises KeyError, TypeError or ValueError where it is not one."""
    return Model(
        version=str(data["version"]),
        encoder=str(data["encoder"]),
        head=Head(**{k: _array(v) for k, v in data["head"].items()}),
        unit=_linear(data["unit"]),
        pool=_linear(data["pool"]),
        lone=forest_of(data["lone"]),
        minefield=_linear(data["minefield"]),
        motivation=_linear(data["motivation"]),
        thresholds={k: float(v) for k, v in data["thresholds"].items()},
    )


def _array(values: Sequence[Any]) -> Array:
    return np.array(values, np.float32)


def _linear(data: Mapping[str, Any]) -> Linear:
    return Linear(**{k: _array(data[k]) for k in ("mean", "scale", "weights", "bias")})


def forest_of(data: Mapping[str, Any]) -> Forest:
    """Trees of unequal size, padded with leaves that are never reached."""
    size = max(len(tree["value"]) for tree in data["trees"])

    def table(key: str) -> NDArray[Any]:
        return np.array([tree[key] + [0] * (size - len(tree[key])) for tree in data["trees"]])

    return Forest(
        feature=table("feature").astype(np.int32),
        threshold=table("threshold").astype(np.float32),
        left=table("left").astype(np.int32),
        right=table("right").astype(np.int32),
        value=table("value").astype(np.float32),
        start=_array(data["start"]),
        depth=int(data["depth"]),
    )
