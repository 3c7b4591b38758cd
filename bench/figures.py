"""Figures of agreement between a judge and people's labels."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from bot.agreement import agreement

Row = tuple[str, str, str, float]
"""Style of the answer, label, verdict, and belief that the point is covered."""


def roc_auc(truth: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    """Mann-Whitney with midranks; nan where one class is empty."""
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if not positives or not negatives:
        return float("nan")
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    midranks = np.cumsum(counts) - (counts - 1) / 2
    ranks = midranks[inverse][truth].sum()
    return float((ranks - positives * (positives + 1) / 2) / (positives * negatives))


def calibration_error(truth: NDArray[np.bool_], score: NDArray[np.float64], bins: int = 10) -> float:
    """Expected calibration error over equal bins of the score (Naeini et al. 2015)."""
    which = np.minimum((score * bins).astype(int), bins - 1)
    gaps = [
        abs(truth[which == b].mean() - score[which == b].mean()) * (which == b).mean()
        for b in range(bins)
        if (which == b).any()
    ]
    return float(sum(gaps))


def interview_figures(rows: Iterable[Row]) -> dict[str, float | int]:
    """All figures of an interview set. "Unsure" counts as wrong in kappa and F1."""
    data = list(rows)
    label = [r[1] for r in data]
    covered = np.array([x == "covered" for x in label])
    score = np.array([r[3] for r in data])
    settled = np.array([x in ("covered", "contradicted") for x in label])
    agreed = agreement((r[1], r[2]) for r in data)
    figures: dict[str, float | int] = {
        "pairs": len(data),
        "ROC-AUC covered": roc_auc(covered, score),
        "ROC-AUC covered / contradicted": roc_auc(covered[settled], score[settled]),
        "kappa covered": agreed["Cohen's kappa, covered against the rest"],
        "macro-F1, four ways": agreed["macro-F1, four ways"],
        "calibration error": calibration_error(covered, score),
        "unsure, share": agreed["unsure, share"],
    }
    for style in sorted({r[0] for r in data}):
        wrong = [r for r in data if r[0] == style and r[1] != "covered"]
        if wrong:
            figures[f"wrongly credited, {style}"] = sum(r[2] == "covered" for r in wrong) / len(wrong)
    return {name: round(value, 3) for name, value in figures.items()}
