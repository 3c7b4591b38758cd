"""From an exchange to shares of belief: the one path that the judge, the training and the bench all take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.claim import Exchange
from bot.judges.features import Array, Point, Table, Unit, Vectors, lone, prompt_stems, table, units
from bot.judges.gaming import with_rules, worthless
from bot.judges.model import CLASSES, LEAST, MISSING, Linear, Model, pooled
from knowledge.card import Card


@dataclass(frozen=True)
class Turn:
    """The sentences of one answer beside the key points of its card."""

    units: list[Unit]
    heard: frozenset[str]
    table: Table | None
    """None where nothing was said that could be judged."""


@dataclass(frozen=True)
class Reading:
    """What one answer says of each key point: `shares` (U, P, C) sentence by sentence, `beliefs` (P, C) in all."""

    turn: Turn
    shares: Array
    beliefs: Array


def points_of(card: Card) -> list[Point]:
    """The key points of `card`, as features know them."""
    return [Point(p.label, p.text) for p in card.key_points]


def turn_of(points: Sequence[Point], question: str, exchanges: Sequence[Exchange], at: int, vectors: Vectors) -> Turn:
    """Exchange number `at`, with the interviewer's words up to there taken as heard."""
    heard = prompt_stems(question, exchanges[: at + 1])
    found = units(exchanges[: at + 1], at)
    return Turn(found, heard, table(found, points, question, heard, vectors) if found else None)


def read(turn: Turn, points: Sequence[Point], model: Model) -> Reading:
    """What `turn` says of `points`."""
    if turn.table is None:
        return Reading(turn, np.zeros((0, len(points), len(CLASSES)), np.float32), silence(len(points)))
    return judged(turn, points, model.unit_shares(turn.table), model.pool)


def judged(turn: Turn, points: Sequence[Point], shares: Array, pool: Linear) -> Reading:
    """The second stage: the rules, then all sentences together."""
    ruled = with_rules(shares, turn.units, points, turn.heard)
    if worthless(turn.units, points, turn.heard).all():
        return Reading(turn, ruled, silence(len(points)))
    return Reading(turn, ruled, pool.shares(pooled(ruled)))


def silence(points: int) -> Array:
    """Beliefs after an answer that says nothing: all missing, (points, C)."""
    nothing = np.zeros((points, len(CLASSES)), np.float32)
    nothing[:, MISSING] = 1.0
    return nothing


def read_lone(model: Model, question: str, answer: str, statement: str, vectors: Vectors) -> Array:
    """Shares (C,) for one statement with no card around it."""
    point = Point("", statement)
    turn = turn_of([point], question, [Exchange(prompt=question, answer=answer)], 0, vectors)
    if turn.table is None or worthless(turn.units, [point], turn.heard).all():
        return silence(1)[0]
    features = lone(turn.table, model.head.shares(turn.table), turn.units, point, turn.heard)
    shares = model.lone.shares(features[None])[0]
    return with_recall(shares, float(features[LONE_RECALL]), model.thresholds["lone_recall"])


LONE_RECALL = -5
"""Where `whole_recall` stands among LONE_FEATURES."""


def with_recall(shares: Array, recall: float, weight: float) -> Array:
    """`shares` with the odds of covered raised by plain word recall above a half, which travels well between domains."""
    odds = np.log(shares + LEAST)
    odds[2] += weight * (recall - 0.5)
    raised = np.exp(odds - odds.max())
    scaled: Array = raised / raised.sum()
    return scaled
