"""What each part of the judge is worth: `python -m bench.ablation --cards CARDS --answers A.jsonl NAME=FOLDER ...`.

Each FOLDER holds a model in the format of bot/judges/model; NAME alone is the shipped one, and `NAME=FILE.json` are the
verdicts of some other judge (a list of [card id, label, verdict, belief that it is covered]), which `--save FOLDER`
writes. Prints each figure with its 95 % interval by a bootstrap over cards (1,000 draws; Efron and Tibshirani 1993),
and the difference to the first with the interval of that difference.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bench.figures import roc_auc
from bot.agreement import f1, kappa
from bot.claim import Exchange
from bot.judges.cross_encoder import CLASSES, CrossEncoder
from bot.judges.embedded import EmbeddedJudge
from bot.labelling import judge_answer
from knowledge.card import Card
from knowledge.encoder import MiniLM
from knowledge.formats import read_paths

DRAWS, SEED = 1_000, 0
Verdict = tuple[str, str, str, float]
"""Card, label, verdict, belief that the point is covered."""


def _area(rows: Sequence[Verdict]) -> float:
    return roc_auc(np.array([r[1] == "covered" for r in rows]), np.array([r[3] for r in rows]))


def _against_contradicted(rows: Sequence[Verdict]) -> float:
    return _area([r for r in rows if r[1] in ("covered", "contradicted")])


def _kappa(rows: Sequence[Verdict]) -> float:
    """Covered against the rest; "unsure" is wrong."""
    truth = [r[1] == "covered" for r in rows]
    return kappa(truth, [not t if r[2] == "unsure" else r[2] == "covered" for t, r in zip(truth, rows, strict=True)])


def _macro(rows: Sequence[Verdict]) -> float:
    scores = [f1([r[1] == name for r in rows], [r[2] == name for r in rows]) for name in CLASSES]
    return sum(scores) / len(scores)


FIGURES: dict[str, Callable[[Sequence[Verdict]], float]] = {
    "ROC-AUC": _area,
    "against contradicted": _against_contradicted,
    "kappa": _kappa,
    "macro-F1": _macro,
}


def verdicts(judge: EmbeddedJudge, cards: Sequence[Card], answers: Path) -> list[Verdict]:
    """One for each labelled point."""
    by_id = {card.id: card for card in cards}
    rows: list[Verdict] = []
    for line in answers.read_text("utf-8").splitlines():
        answer = json.loads(line)
        exchanges = [Exchange(prompt=turn["q"], answer=turn["a"]) for turn in answer["turns"]]
        found = judge_answer(judge, by_id[answer["card_id"]], exchanges)["key_points"]
        for id, label in answer["key_points"].items():
            if label is not None:
                rows.append((answer["card_id"], label["label"], found[id]["verdict"], found[id]["score"]))
    return rows


def draws(cards: Sequence[str]) -> list[list[str]]:
    """The cards of each draw, with replacement."""
    chance = np.random.default_rng(SEED)
    return [list(chance.choice(cards, len(cards))) for _ in range(DRAWS)]


def resampled(
    rows: Sequence[Verdict], figure: Callable[[Sequence[Verdict]], float], drawn: list[list[str]]
) -> np.ndarray:
    """The figure on each draw, (DRAWS,)."""
    by_card: dict[str, list[Verdict]] = {}
    for row in rows:
        by_card.setdefault(row[0], []).append(row)
    return np.array([figure([row for card in cards for row in by_card[card]]) for cards in drawn])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=Path, required=True)
    parser.add_argument("--answers", type=Path, required=True)
    parser.add_argument("--save", type=Path)
    parser.add_argument("models", nargs="+")
    options = parser.parse_args()
    cards = read_paths([options.cards]).cards
    encoder, found = MiniLM(), {}
    for model in options.models:
        name, _, where = model.partition("=")
        if where.endswith(".json"):
            found[name] = [
                (c, label, verdict, score) for c, label, verdict, score in json.loads(Path(where).read_text())
            ]
        else:
            reader = CrossEncoder(folder=Path(where)) if where else CrossEncoder()
            found[name] = verdicts(EmbeddedJudge(encoder, reader), cards, options.answers)
        if options.save:
            (options.save / f"{name}.json").write_text(json.dumps(found[name]))
    first = next(iter(found.values()))
    drawn = draws(sorted({row[0] for row in first}))
    for title, figure in FIGURES.items():
        base = resampled(first, figure, drawn)
        for name, rows in found.items():
            own = resampled(rows, figure, drawn)
            low, high = np.nanpercentile(own, [2.5, 97.5])
            less, more = np.nanpercentile(own - base, [2.5, 97.5])
            change = figure(rows) - figure(first)
            interval = f"{figure(rows):.3f} [{low:.3f}, {high:.3f}]"
            print(f"{title:22} {name:28} {interval}  {change:+.3f} [{less:+.3f}, {more:+.3f}]")


if __name__ == "__main__":
    main()
