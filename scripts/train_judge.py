"""Trains the embedded judge: `python -m scripts.train_judge --data ../shared/data`, once, with a fixed seed.

Reads the labelled answers to the bank's cards that are for training (knowledge/answers), the worked answers in those
cards, and the public sets that docs/judge.md lists with their licences; never another part, interview.dev, or SICK.
Writes bot/judges/embedded.json and prints the figures of a cross-validation in which no card is in both halves. Needs
scikit-learn (in the dev requirements).

Four stages, each trained on the out-of-fold output of the one before, so that none learns to trust an overfit one:
head  (sentence and key point vectors → what the sentence says of the point)
unit  (head and the features of `bot.judges.features` → the same, better)
pool  (all sentences of an answer → what the answer says of the point)
lone  (the same for a point without a card around it, on the public sets)
and two small ones for minefields and motivations.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from bench.figures import interview_figures, roc_auc
from bot.claim import Exchange
from bot.judges import features
from bot.judges.embedded import MINEFIELD_NAMES, MOTIVATION_NAMES, EmbeddedJudge, Vectors
from bot.judges.features import Array, Point, Table, Unit
from bot.judges.gaming import with_rules
from bot.judges.weights import (
    CLASSES,
    COVERED,
    LEAST,
    MISSING,
    PRODUCT_SCALE,
    VECTOR_SCALE,
    Forest,
    Head,
    Linear,
    Model,
    forest_of,
    pooled,
)
from knowledge.bank import shipped
from knowledge.card import Card
from knowledge.encoder import MiniLM
from knowledge.labelled import labelled, split
from knowledge.quote import find_quote

SEED = 0
FOLDS = 4
OUT = Path(__file__).parent.parent / "bot" / "judges" / "embedded.json"
PUBLIC = ("argkp.train", "argkp.dev", "beetle.dev", "saf.dev", "realsumm.dev", "kqa.dev")
MOST_PAIRS = 6_000
"""Pairs taken of a public set, so that none drowns the others."""
DIGITS = 4


@dataclass
class Answer:
    """A labelled answer: its exchanges, and the label and quote of each key point (None where labellers differed)."""

    id: str
    card: Card
    style: str
    exchanges: list[Exchange]
    points: dict[str, dict[str, str] | None]
    minefields: dict[str, str | None]
    motivations: dict[str, str | None]


def further_answers() -> list[Answer]:
    """The labelled answers to the shipped bank's cards that are for training."""
    cards = {card.id: card for card in shipped()}
    return [
        Answer(
            id=row["id"],
            card=cards[row["card_id"]],
            style=row["style"],
            exchanges=[Exchange(prompt=turn["q"], answer=turn["a"]) for turn in row["turns"]],
            points=row["key_points"],
            minefields=row["minefields"],
            motivations=row["motivations"],
        )
        for row in labelled("train")
    ]


def worked_answers() -> list[Answer]:
    """The worked answers of the shipped bank's cards that are for training."""
    of = split()
    return [
        Answer(
            id=f"{card.id}-{answer.id}",
            card=card,
            style=f"bank-{answer.level}",
            exchanges=[Exchange(prompt=card.question, answer=answer.text)],
            points={k: {"label": v.verdict, "quote": v.quote} for k, v in answer.key_points.items()},
            minefields=dict(answer.minefields),
            motivations=dict(answer.motivations),
        )
        for card in shipped()
        for answer in card.answers
        if of[card.id] == "train"
    ]


@dataclass
class Sheet:
    """One turn as numbers: its units, table, and per unit and point the class that a labeller's quote gives it."""

    answer: Answer
    units: list[Unit]
    table: Table
    points: list[Point]
    heard: frozenset[str]
    unit_labels: np.ndarray
    labels: np.ndarray
    """(P,) class of each point in this turn; -1 where the labellers differed."""


def sheets_of(answer: Answer, vectors: Vectors) -> list[Sheet]:
    """A sheet for each turn of the answer that has a sentence to read, since turns are judged one by one."""
    found = (_sheet(answer, turn, vectors) for turn in range(len(answer.exchanges)))
    return [sheet for sheet in found if sheet is not None]


def _sheet(answer: Answer, turn: int, vectors: Vectors) -> Sheet | None:
    exchanges = answer.exchanges[: turn + 1]
    units = features.units(exchanges, turn)
    if not units:
        return None
    points = [Point(p.label, p.text) for p in answer.card.key_points]
    heard = features.prompt_stems(answer.card.question, exchanges)
    table = features.table(units, points, answer.card.question, heard, vectors)
    unit_labels = np.zeros((len(units), len(points)), int)
    labels = np.full(len(points), -1)
    for j, point in enumerate(answer.card.key_points):
        label = answer.points.get(point.id)
        if label is None:
            unit_labels[:, j] = -1
            continue
        labels[j] = _class_in(label, exchanges[turn].answer, len(answer.exchanges) > 1)
        for i, unit in enumerate(units):
            if labels[j] != MISSING and _holds(unit, label["quote"], exchanges[turn].answer):
                unit_labels[i, j] = labels[j]
    return Sheet(answer, units, table, points, heard, unit_labels, labels)


def _class_in(label: dict[str, str], turn: str, of_several: bool) -> int:
    """The class of a point in one turn: that of the whole answer where the quote stands in this turn, else missing."""
    elsewhere = of_several and label["label"] != "missing" and find_quote(label["quote"], turn) is None
    return MISSING if elsewhere else CLASSES.index(label["label"])


def _holds(unit: Unit, quote: str, answer: str) -> bool:
    """Whether the quote and the sentence share at least half of the shorter of the two."""
    found = find_quote(quote, answer)
    if found is None:
        return False
    start = answer.index(found)
    shared = min(start + len(found), unit.sentence.end) - max(start, unit.sentence.start)
    return shared > 0 and shared >= 0.5 * min(len(found), unit.sentence.end - unit.sentence.start)


def products(table: Table) -> Array:
    """What the head learns from, (U · P, 4 D)."""
    said, wide, points = table.sentence_vectors, table.window_vectors, table.point_vectors
    shape = (len(said), len(points), said.shape[1])
    parts = [
        PRODUCT_SCALE * said[:, None] * points[None],
        np.broadcast_to(VECTOR_SCALE * said[:, None], shape),
        PRODUCT_SCALE * wide[:, None] * points[None],
        np.broadcast_to(VECTOR_SCALE * wide[:, None], shape),
    ]
    flat: Array = np.concatenate(parts, axis=2).reshape(-1, 4 * said.shape[1]).astype(np.float32)
    return flat


def fit_head(sheets: Sequence[Sheet]) -> Head:
    """The head, on every sentence and point."""
    rows = np.concatenate([products(s.table)[s.unit_labels.ravel() >= 0] for s in sheets])
    labels = np.concatenate([s.unit_labels.ravel()[s.unit_labels.ravel() >= 0] for s in sheets])
    with warnings.catch_warnings():
        # Stopping before convergence is meant: it is half of the regularisation.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(C=0.002, max_iter=40).fit(rows, labels)
    sp, s, wp, w = (rounded(part) for part in np.split(model.coef_, 4, axis=1))
    return Head(sp, s, wp, w, rounded(model.intercept_))


def fit_linear(rows: np.ndarray, labels: np.ndarray, c: float) -> Linear:
    """Standardise, cut at 5 deviations, fit."""
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    standard = np.clip((rows - mean) / scale, -5, 5)
    model = LogisticRegression(C=c, max_iter=300).fit(standard, labels)
    weights, bias = model.coef_, model.intercept_
    if len(weights) == 1:
        # Two classes have one row of weights; half of it each way is the same model as a softmax.
        weights, bias = np.concatenate([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return Linear(rounded(mean), rounded(scale), rounded(weights), rounded(bias))


def rounded(values: np.ndarray) -> Array:
    """Four significant digits, so that the file is small and the same everywhere."""
    flat = [float(f"{v:.{DIGITS}g}") for v in np.asarray(values, float).ravel()]
    return np.array(flat, np.float32).reshape(np.shape(values))


def unit_rows(s: Sheet, head: Head) -> Array:
    """(U, P, F): what the unit stage sees."""
    return np.concatenate([s.table.flat, np.log(head.shares(s.table) + LEAST)], axis=2)


def pool_rows(s: Sheet, head: Head, unit: Linear) -> Array:
    """(P, F): what the pool stage sees, the rules applied."""
    return pooled(with_rules(unit.shares(unit_rows(s, head)), s.units, s.points, s.heard))


def folds(sheets: Sequence[Sheet]) -> list[tuple[list[Sheet], list[Sheet]]]:
    """Pairs of (fit on, apply to), no card in both."""
    groups = [s.answer.card.id for s in sheets]
    split = GroupKFold(FOLDS).split(np.zeros(len(sheets)), groups=groups)
    return [([sheets[i] for i in fit], [sheets[i] for i in apply]) for fit, apply in split]


def fit_units(out_of_fold: Sequence[tuple[Head, Sequence[Sheet]]]) -> Linear:
    """The unit stage, on heads that have not seen the card."""
    rows, labels = [], []
    for head, part in out_of_fold:
        for s in part:
            keep = s.unit_labels.ravel() >= 0
            rows.append(unit_rows(s, head).reshape(keep.size, -1)[keep])
            labels.append(s.unit_labels.ravel()[keep])
    return fit_linear(np.concatenate(rows), np.concatenate(labels), 0.05)


def fit_pool(out_of_fold: Sequence[tuple[Head, Linear, Sequence[Sheet]]]) -> Linear:
    """The pool stage, on units that have not seen the card."""
    rows = [pool_rows(s, head, unit)[s.labels >= 0] for head, unit, part in out_of_fold for s in part]
    labels = [s.labels[s.labels >= 0] for _, _, part in out_of_fold for s in part]
    return fit_linear(np.concatenate(rows), np.concatenate(labels), 0.3)


@dataclass
class Stages:
    """The three stages together, and the out-of-fold beliefs of every sheet."""

    head: Head
    unit: Linear
    pool: Linear
    beliefs: list[tuple[Sheet, Array]]


def fit_stages(sheets: Sequence[Sheet]) -> Stages:
    """Head, unit and pool, stacked; `beliefs` come from models that have not seen the card."""
    split = folds(sheets)
    heads = [fit_head(fit) for fit, _ in split]
    say("heads fitted")
    unit_parts = [(head, part) for head, (_, part) in zip(heads, split, strict=True)]
    # The unit stage of a fold learns from the other folds' out-of-fold heads.
    units = [fit_units([pair for j, pair in enumerate(unit_parts) if j != i]) for i in range(FOLDS)]
    pool_parts = [(heads[i], units[i], split[i][1]) for i in range(FOLDS)]
    pools = [fit_pool([part for j, part in enumerate(pool_parts) if j != i]) for i in range(FOLDS)]
    beliefs = [
        (s, pools[i].shares(pool_rows(s, heads[i], units[i]))) for i, (_, part) in enumerate(split) for s in part
    ]
    return Stages(fit_head(sheets), fit_units(unit_parts), fit_pool(pool_parts), beliefs)


def choose_thresholds(beliefs: Iterable[tuple[Sheet, Array]]) -> dict[str, float]:
    """The limits of the verdicts, by four-way macro-F1 on beliefs that have not seen the card."""
    rows = [(s.labels[j], b[j]) for s, b in beliefs for j in range(len(s.labels)) if s.labels[j] >= 0]
    labels, shares = np.array([label for label, _ in rows]), np.stack([b for _, b in rows])
    best: tuple[float, dict[str, float]] = (-1.0, {})
    for covered in np.arange(0.3, 0.62, 0.04):
        for partial in np.arange(0.1, 0.3, 0.03):
            for contradicted in np.arange(0.12, 0.42, 0.04):
                got = np.where(shares[:, 2] >= covered, 2, np.where(shares[:, 1] >= partial, 1, 0))
                got = np.where((shares[:, 3] >= contradicted) & (shares[:, 3] >= shares[:, 2]), 3, got)
                value = float(np.mean([_f1(labels == c, got == c) for c in range(4)]))
                if value > best[0]:
                    limits = {"covered": covered, "partial": partial, "contradicted": contradicted}
                    best = value, {k: round(float(v), 3) for k, v in limits.items()}
    limits = best[1]
    # Below the line of "covered" lies a band where covering is more likely than at random but not to be relied on.
    return {**limits, "unsure": round(limits["covered"] - 0.06, 3)}


def _f1(truth: np.ndarray, got: np.ndarray) -> float:
    both = float((truth & got).sum())
    return 2 * both / float(truth.sum() + got.sum()) if both else 0.0


def lone_rows(data: Path, vectors: Vectors, head: Head) -> tuple[Array, np.ndarray, np.ndarray, np.ndarray]:
    """Features, labels, weights and groups of the public pairs."""
    rows, labels, weights, groups = [], [], [], []
    for name in PUBLIC:
        with gzip.open(data / "public" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            pairs = [p for p in map(json.loads, file) if p.get("source_label") != "undecided"]
        rng = np.random.default_rng(SEED)
        chosen = rng.permutation(len(pairs))[:MOST_PAIRS]
        say(f"{name}: {len(chosen)} pairs")
        for i in chosen:
            pair = pairs[i]
            row = lone_features(pair["question"], pair["answer"], pair["key_point"], vectors, head)
            if row is not None:
                rows.append(row)
                labels.append(CLASSES.index(pair["label"]))
                # Every set weighs the same, whatever its size.
                weights.append(1 / len(chosen))
                groups.append(f"{name}/{pair['group']}")
    scaled = np.array(weights) * len(weights) / sum(weights)
    return np.stack(rows), np.array(labels), scaled, np.array(groups)


def lone_features(question: str, answer: str, statement: str, vectors: Vectors, head: Head) -> Array | None:
    """Features of one pair; None where the answer has nothing to read."""
    exchanges = [Exchange(prompt=question, answer=answer)]
    units = features.units(exchanges)
    if not units:
        return None
    point = Point("", statement)
    heard = features.prompt_stems(question, exchanges)
    table = features.table(units, [point], question, heard, vectors)
    return features.lone(table, head.shares(table), units, point, heard)


def fit_lone(rows: Array, labels: np.ndarray, weights: np.ndarray) -> dict[str, Any]:
    """The forest, as the JSON that `bot.judges.weights` reads."""
    model = HistGradientBoostingClassifier(
        max_depth=4, max_leaf_nodes=14, max_iter=70, learning_rate=0.09, l2_regularization=5,
        min_samples_leaf=80, random_state=SEED,
    ).fit(rows, labels, sample_weight=weights)  # fmt: skip
    trees = [_tree(predictor.nodes) for step in model._predictors for predictor in step]
    start = [float(f"{v:.6g}") for v in np.ravel(model._baseline_prediction)]
    return {"trees": trees, "start": start, "depth": 5}


def _tree(nodes: np.ndarray) -> dict[str, list[Any]]:
    leaf = nodes["is_leaf"].astype(bool)
    own = np.arange(len(nodes))
    return {
        "feature": [int(v) for v in np.where(leaf, 0, nodes["feature_idx"])],
        "threshold": [float(f"{v:.7g}") for v in np.where(leaf, 0.0, nodes["num_threshold"])],
        "left": [int(v) for v in np.where(leaf, own, nodes["left"])],
        "right": [int(v) for v in np.where(leaf, own, nodes["right"])],
        "value": [float(f"{v:.5g}") for v in np.where(leaf, nodes["value"], 0.0)],
    }


def fit_findings(judge: EmbeddedJudge, answers: Sequence[Answer]) -> tuple[Linear, Linear, dict[str, float]]:
    """The minefield and motivation models, and the least share at which each commits itself."""
    kinds: list[tuple[str, Callable[[Answer], dict[str, str | None]], tuple[str, ...]]] = [
        ("minefield", lambda a: a.minefields, MINEFIELD_NAMES),
        ("motivation", lambda a: a.motivations, MOTIVATION_NAMES),
    ]
    models, limits = [], {}
    for kind, labels_of, names in kinds:
        rows, labels = [], []
        for answer in answers:
            heard = judge.heard(answer.card, answer.exchanges)
            parts = answer.card.minefields if kind == "minefield" else answer.card.motivations
            if heard is None or not parts:
                continue
            found = judge.finding_features(heard, parts)
            for part, row in zip(parts, found, strict=True):
                if label := labels_of(answer).get(part.id):
                    rows.append(row)
                    labels.append(names.index(label))
        models.append(fit_linear(np.stack(rows), np.array(labels), 0.1))
        limits[kind] = {"minefield": 0.58, "motivation": 0.42}[kind]
        say(f"{kind}: {len(rows)} labels")
    return models[0], models[1], limits


def report(beliefs: Iterable[tuple[Sheet, Array]], judge: EmbeddedJudge) -> None:
    """Print the figures of the cross-validation."""
    rows = []
    for s, b in beliefs:
        for j in range(len(s.labels)):
            if s.labels[j] >= 0:
                verdict = judge.verdict(b[j]) or "missing"
                rows.append((s.answer.style, CLASSES[s.labels[j]], verdict, float(b[j, COVERED])))
    for name, value in interview_figures(rows).items():
        print(f"  {name:34} {value}")


def say(text: str) -> None:
    """Progress, on standard error."""
    print(text, file=sys.stderr, flush=True)


def as_json(head: Head, linears: dict[str, Linear], lone: dict[str, Any], rest: dict[str, Any]) -> dict[str, Any]:
    """The model as `bot.judges.weights.from_json` reads it, with a version that is the hash of all the rest."""

    def plain(part: Head | Linear) -> dict[str, Any]:
        return {name: _floats(value.tolist()) for name, value in vars(part).items()}

    content = {**rest, "head": plain(head), **{k: plain(v) for k, v in linears.items()}, "lone": lone}
    version = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
    return {"version": version, **content}


def _floats(value: Any) -> Any:
    return [_floats(v) for v in value] if isinstance(value, list) else float(f"{value:.{DIGITS}g}")


def main() -> None:
    """Train, write, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    encoder = MiniLM()
    vectors = Vectors(encoder, most=10**9)
    answers = further_answers() + worked_answers()
    sheets = [sheet for answer in answers for sheet in sheets_of(answer, vectors)]
    say(f"{len(sheets)} turns of {len(answers)} answers read")
    stages = fit_stages(sheets)
    limits = choose_thresholds(stages.beliefs)
    rows, labels, weights, groups = lone_rows(data, vectors, stages.head)
    report_lone(rows, labels, weights, groups)
    lone = fit_lone(rows, labels, weights)
    blank = Linear(np.zeros(1), np.ones(1), np.zeros((2, 1)), np.zeros(2))
    forest = Forest(*[np.zeros((1, 1))] * 5, np.zeros(4), 1)  # type: ignore[arg-type]
    model = Model("training", encoder.name, stages.head, stages.unit, stages.pool, forest, blank, blank, limits)
    judge = EmbeddedJudge(encoder, model, vectors)
    minefield, motivation, least = fit_findings(judge, answers)
    linears = {"unit": stages.unit, "pool": stages.pool, "minefield": minefield, "motivation": motivation}
    rest = {"encoder": encoder.name, "classes": list(CLASSES), "thresholds": {**limits, **least}}
    OUT.write_text(json.dumps(as_json(stages.head, linears, lone, rest), separators=(",", ":")) + "\n", "utf-8")
    print(f"thresholds {limits}\ncross-validation over cards:")
    report(stages.beliefs, judge)


def report_lone(rows: Array, labels: np.ndarray, weights: np.ndarray, groups: np.ndarray) -> None:
    """Print what the lone model's ROC-AUC is on groups that it has not seen."""
    shares = np.zeros((len(rows), len(CLASSES)))
    for fit, apply in GroupKFold(FOLDS).split(rows, groups=groups):
        shares[apply] = forest_of(fit_lone(rows[fit], labels[fit], weights[fit])).shares(rows[apply])
    for name in PUBLIC:
        of = np.array([g.startswith(f"{name}/") for g in groups])
        print(f"  {name:14} AUC {roc_auc(labels[of] == COVERED, shares[of, COVERED]):.3f}")


if __name__ == "__main__":
    main()
