"""The score of an answer, by a formula that anybody can check by hand.

    score = 100 · (Σ weight · worth) / Σ weight  -  5 · (minefields hit, at most 3), never below 0

where a key point is worth 1 if covered, ½ if partly covered, and 0 if missing, contradicted or taken back. Points that
could not be judged are left out of both sums: not judged is not wrong. A point that the judge was unsure of is worth
nothing in `low` and its full weight in `high`; the truth lies between the two. The anchors follow the rating scales of
structured interviews, where each level is described by behaviour (Campion, Palmer & Campion 1997, "A review of
structure in the selection interview", Personnel Psychology 50).
"""

from __future__ import annotations

from collections.abc import Mapping

from knowledge.card import Card, Frozen

WORTH = {"covered": 1.0, "partial": 0.5}
MINEFIELD_COST = 5.0
MOST_MINEFIELDS = 3

ANCHORS: tuple[tuple[float, str, str], ...] = (
    (75.0, "Strong", "Nearly everything an expert would say, said clearly; little is left to ask."),
    (50.0, "Solid", "The main points are there; follow-ups would still find gaps."),
    (25.0, "Developing", "Some of the points, or many of them half-said; the core needs work."),
    (0.0, "Starting out", "Few of the points so far. A good one to rehearse."),
)


class Score(Frozen):
    """A score between `low` and `high`, both 0..100; they differ by what the judge was unsure of."""

    low: float
    high: float

    @property
    def anchor(self) -> str:
        """The name of the level that `low` reaches."""
        return next(name for floor, name, _ in ANCHORS if self.low >= floor)

    @property
    def meaning(self) -> str:
        """What that level means."""
        return next(meaning for floor, _, meaning in ANCHORS if self.low >= floor)


def score_of(card: Card, states: Mapping[str, str], minefields_hit: int = 0) -> Score | None:
    """The score for key point states by id ("covered", "partial", "unsure", "not_judged", anything else is worth 0).

    None where no point could be judged.
    """
    judged = [point for point in card.key_points if states.get(point.id, "missing") != "not_judged"]
    whole = sum(point.weight for point in judged)
    if not whole:
        return None
    cost = MINEFIELD_COST * min(minefields_hit, MOST_MINEFIELDS)

    def share(unsure: float) -> float:
        worth = {**WORTH, "unsure": unsure}
        earned = sum(point.weight * worth.get(states.get(point.id, "missing"), 0.0) for point in judged)
        return round(max(0.0, 100 * earned / whole - cost), 1)

    return Score(low=share(0.0), high=share(1.0))
