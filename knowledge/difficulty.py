"""How hard a question is, as its own worked answers show it."""

from __future__ import annotations

from knowledge.card import Card, WorkedAnswer

SHARES = {"covered": 1.0, "partial": 0.5}
UNKNOWN = 0.5
"""For a card without worked answers."""


def difficulty(card: Card) -> float:
    """From 0 to 1: the share of its key points, by weight, that its worked answers leave out on average.

    A question is easy where even the novice's answer has most of it, and hard where the expert's still lacks a part.
    """
    if not card.answers:
        return UNKNOWN
    return 1 - sum(share_covered(card, answer) for answer in card.answers) / len(card.answers)


def share_covered(card: Card, answer: WorkedAnswer) -> float:
    """The weighted share of the labelled key points that `answer` covers, 0 to 1; a partial one counts half."""
    labels = {point.id: label for point in card.key_points if (label := answer.key_points.get(point.id))}
    weights = {point.id: point.weight for point in card.key_points if point.id in labels}
    covered = sum(weights[id] * SHARES.get(label.verdict, 0.0) for id, label in labels.items())
    return covered / sum(weights.values()) if weights else 0.0
