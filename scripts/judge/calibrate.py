"""Makes the exported model's beliefs honest: `python -m scripts.judge.calibrate`, in the project's own environment.

Fits a scale and a shift for each head's logits (temperature and prior; Guo et al. 2017) on what was not trained on: the
bank's dev cards and interview.dev for key points, minefields and motivations, the held-out groups of the public sets
for lone points; every set weighs the same. Then chooses the thresholds on the dev cards. Writes calibration.json and
SHA256SUMS beside the model, prints what was chosen, and only then copies everything to bot/judges/model/.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from bench.figures import calibration_error, roc_auc
from bot.agreement import f1, kappa
from bot.judges.cross_encoder import (
    CLASSES,
    COVERED,
    HEADS,
    MINEFIELD_CLASSES,
    MOTIVATION_CLASSES,
    CrossEncoder,
    Head,
    Thresholds,
    Turn,
    softmax,
    verdict,
)
from scripts.judge.data import OUT as DATA
from scripts.judge.data import SEED

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "judge" / "model"
OUT = ROOT / "bot" / "judges" / "model"
SUMMED = ("model.onnx", "tokenizer.json", "calibration.json")
SIZES = {"point": 4, "lone": 4, "minefield": len(MINEFIELD_CLASSES), "motivation": len(MOTIVATION_CLASSES)}
FILES: dict[Head, tuple[str, ...]] = {
    "point": ("points.dev", "points.interview"),
    "lone": ("held.argkp", "held.beetle", "held.saf", "held.realsumm"),
    "minefield": ("reviews.dev", "reviews.interview"),
    "motivation": ("reviews.dev", "reviews.interview"),
}
LEAST = {"minefield": 0.58, "motivation": 0.42}
"""Shares below which a finding is "unsure"."""
MOST_ROWS = 300
"""Of a public set, by chance."""
BAND = 0.05
"""Width of the unsure band under the threshold of "covered"."""
OFF = -8.0
"""Shift of a class that a head does not have."""

Row = dict[str, Any]
Array = np.ndarray


def write_settings(heads: dict[str, Any], thresholds: dict[str, float]) -> None:
    """calibration.json and SHA256SUMS."""
    content = {"heads": heads, "thresholds": thresholds}
    (FOLDER / "calibration.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    sums = [(hashlib.sha256((FOLDER / name).read_bytes()).hexdigest(), name) for name in SUMMED]
    (FOLDER / "SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for digest, name in sums), encoding="utf-8")


@dataclass(frozen=True)
class Beliefs:
    """What the uncalibrated model says, and what is true."""

    logits: Array
    """(n, C): log shares."""
    labels: Array
    binary: Array
    """(n,): whether a label tells covered from the rest only."""
    weights: Array
    """(n,): so that every set weighs the same; they sum to 1."""


def beliefs_of(reader: CrossEncoder, head: Head, files: Sequence[str]) -> Beliefs:
    """What the model says of the statements of one kind."""
    logits, labels, binary, weights = [], [], [], []
    for name in files:
        before = len(labels)
        for row in read_rows(name):
            own = [n for n, h in enumerate(row["heads"]) if HEADS[h] == head and row["labels"][n] >= 0]
            if own:
                turns = [Turn(prompt, said) for prompt, said in row["turns"]]
                read = reader.read(row["question"], turns, [(row["statements"][n], head) for n in own])
                logits.append(np.log(read.shares + 1e-7))
                labels += [row["labels"][n] for n in own]
                binary += [row["binary"]] * len(own)
        count = len(labels) - before
        weights += [1 / (count * len(files))] * count
    return Beliefs(np.concatenate(logits), np.array(labels), np.array(binary), np.array(weights))


def fitted(said: Beliefs, size: int) -> tuple[float, Array]:
    """Scale and shift with the greatest likelihood."""
    rows = np.arange(len(said.labels))

    def cost(values: Array) -> float:
        shares = softmax(said.logits[:, :size] * np.exp(values[0]) + np.concatenate([[0.0], values[1:]]))
        right = shares[rows, said.labels]
        if size > COVERED:
            covered = shares[:, COVERED]
            right = np.where(said.binary, np.where(said.labels == COVERED, covered, 1 - covered), right)
        return float(-(said.weights * np.log(right + 1e-9)).sum()) + 1e-3 * float((values**2).sum())

    best = minimize(cost, np.zeros(size), method="L-BFGS-B").x
    shift = np.full(len(CLASSES), OFF)
    shift[:size] = np.concatenate([[0.0], best[1:]])
    return float(np.exp(best[0])), shift


def chosen_thresholds(shares: Array, said: Beliefs) -> Thresholds:
    """Those with the best kappa (covered against the rest) and macro-F1 together, unsure being wrong; the mean over the
    sets."""
    sets = [said.weights == weight for weight in sorted(set(said.weights))]

    def worth(limits: Thresholds) -> float:
        verdicts = np.array([verdict(belief, limits) or "missing" for belief in shares])
        covered = said.labels == COVERED
        # An unsure verdict is wrong whatever the label is.
        found = np.where(verdicts == "unsure", ~covered, verdicts == "covered")
        total = 0.0
        for one in sets:
            each = [f1(list(said.labels[one] == n), list(verdicts[one] == name)) for n, name in enumerate(CLASSES)]
            total += kappa(list(covered[one]), list(found[one])) + sum(each) / len(each)
        return total

    steps = itertools.product(np.arange(0.3, 0.62, 0.04), np.arange(0.2, 0.5, 0.05), np.arange(0.2, 0.5, 0.05))
    tried = [Thresholds(float(c), float(x), float(p), float(c - BAND)) for c, x, p in steps]
    return max(tried, key=worth)


def read_rows(name: str) -> list[Row]:
    """The rows of a file of build/judge/data."""
    rows = [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]
    if name.startswith("held"):
        random.Random(SEED).shuffle(rows)
        rows = rows[:MOST_ROWS]
    return rows


def main() -> None:
    """Fit, choose, write."""
    neutral = {head: {"scale": 1.0, "shift": [0.0] * len(CLASSES)} for head in HEADS}
    limits = {"covered": 0.5, "contradicted": 0.5, "partial": 0.5, "unsure": 0.4} | LEAST
    write_settings(neutral, limits)
    reader = CrossEncoder(folder=FOLDER)
    heads: dict[str, Any] = {}
    for head, files in FILES.items():
        said = beliefs_of(reader, head, files)
        scale, shift = fitted(said, SIZES[head])
        heads[head] = {"scale": round(scale, 4), "shift": [round(float(v), 4) for v in shift]}
        shares = softmax(said.logits * scale + shift)
        print(f"{head}: {len(said.labels)} labels, scale {scale:.3f}, shift {np.round(shift, 2)}")
        if head == "point":
            limits |= chosen_thresholds(shares, said)._asdict()
        if head in ("point", "lone"):
            truth = said.labels == COVERED
            area, error = roc_auc(truth, shares[:, COVERED]), calibration_error(truth, shares[:, COVERED])
            print(f"  ROC-AUC {area:.3f}, calibration error {error:.3f}")
        else:
            print(f"  accuracy {(shares.argmax(1) == said.labels).mean():.3f}")
    write_settings(heads, {name: round(value, 3) for name, value in limits.items()})
    print(limits)
    for file in FOLDER.iterdir():
        shutil.copyfile(file, OUT / file.name)


if __name__ == "__main__":
    main()
