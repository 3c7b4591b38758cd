"""How far a judge agrees with people's labels, point by point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

LABELS = ("covered", "partial", "missing", "contradicted")
Pair = tuple[str, str]
"""A person's label and the judge's verdict."""


def kappa(truth: Sequence[object], got: Sequence[object]) -> float:
    """Cohen's kappa of two labellings of the same things, of any number of classes (Cohen 1960)."""
    pairs = len(truth)
    agreed = sum(t == g for t, g in zip(truth, got, strict=True)) / pairs
    first, second = Counter(truth), Counter(got)
    chance = sum(first[name] * second[name] for name in first) / pairs**2
    return (agreed - chance) / (1 - chance) if chance < 1 else 0.0


def f1(truth: Sequence[bool], got: Sequence[bool]) -> float:
    """F1 of the yes class; 0 where it is never both."""
    both = sum(t and g for t, g in zip(truth, got, strict=True))
    return 2 * both / (sum(truth) + sum(got)) if both else 0.0


def labelled_pairs(labels: Mapping[str, Any], verdicts: Mapping[str, Any]) -> list[Pair]:
    """The points of one answer that a person has labelled, with the judge's verdicts.

    `labels` is id to `{"label", …}` or None, `verdicts` id to `{"verdict", …}`; what is of another shape counts for
    nothing.
    """
    found = []
    for id, label in labels.items():
        truth = label.get("label") if isinstance(label, Mapping) else None
        if truth in LABELS and id in verdicts:
            found.append((str(truth), str(verdicts[id]["verdict"])))
    return found


def agreement(pairs: Iterable[Pair]) -> dict[str, float | int]:
    """Figures over all pairs; "unsure" agrees with nothing. Empty for no pairs."""
    data = list(pairs)
    if not data:
        return {}
    truth = [label for label, _ in data]
    verdict = [got for _, got in data]
    covered = [label == "covered" for label in truth]
    # An unsure verdict is turned into the opposite of the label, whichever that is.
    claimed = [(got == "covered") if got != "unsure" else not yes for got, yes in zip(verdict, covered, strict=True)]
    figures = {
        "accuracy, four ways": sum(label == got for label, got in data) / len(data),
        "macro-F1, four ways": sum(f1([t == c for t in truth], [v == c for v in verdict]) for c in LABELS)
        / len(LABELS),
        "Cohen's kappa, covered against the rest": kappa(covered, claimed),
        "unsure, share": verdict.count("unsure") / len(data),
    }
    return {"pairs": len(data), **{name: round(value, 3) for name, value in figures.items()}}
