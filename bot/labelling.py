"""A whole answer, turn by turn, through a judge: one verdict for every part of the card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.claim import Assessment, Belief, Exchange, admitted
from bot.ledger import ledger_of
from bot.ports import Judge
from bot.score import score_of
from knowledge.card import Card

_VERDICTS = {"not_raised": "missing", "retracted": "missing", "not_judged": "unsure"}
KEPT = 0.25
"""What is left of a belief in "covered" once the candidate took it back."""


def judge_answer(judge: Judge, card: Card, exchanges: Sequence[Exchange]) -> dict[str, Any]:
    """What `judge` makes of `exchanges`, judged in order as in an interview.

    Returns:
        `{"key_points": {id: {"verdict": "covered|partial|missing|contradicted|unsure", "score": 0..1, "quote"}},
        "minefields": {id: "hit|clear|unsure"}, "motivations": {id: "shown|partly|not_shown|unsure"},
        "score": 0..100 | None}`; a point's score is the belief that it is covered.
    """
    assessments = [
        admitted(judge.assess(card, exchanges[: n + 1]), card, exchanges[n].answer) for n in range(len(exchanges))
    ]
    ledger = ledger_of(card, assessments)
    scores = covered_after(assessments)
    review = judge.review(card, exchanges)
    verdicts = {id: _VERDICTS.get(entry.state, entry.state) for id, entry in ledger.items()}
    hit = sum(finding.verdict == "hit" for finding in review.minefields.values())
    score = score_of(card, {id: entry.state for id, entry in ledger.items()}, hit)
    return {
        "key_points": {
            id: {
                "verdict": verdicts[id],
                "score": round(scores.get(id, 0.0), 4),
                "quote": "" if verdicts[id] == "missing" else entry.quote,
            }
            for id, entry in ledger.items()
        },
        "minefields": {id: _known(finding.verdict) for id, finding in review.minefields.items()},
        "motivations": {id: _known(finding.verdict) for id, finding in review.motivations.items()},
        "score": score.low if score else None,
    }


def _known(verdict: str) -> str:
    return "unsure" if verdict == "not_judged" else verdict


def covered_after(assessments: Sequence[Assessment]) -> Mapping[str, float]:
    """The belief that each point is covered after all answers: the best there was, less what later ones take away."""
    beliefs: dict[str, float] = {}
    for assessment in assessments:
        taken_back = {claim.point for claim in assessment.claims if claim.verdict == "retracted"}
        for id, belief in assessment.beliefs.items():
            kept = beliefs.get(id, 0.0) * (KEPT if id in taken_back else 1 - _against(belief))
            beliefs[id] = max(kept, belief.covered)
    return beliefs


def _against(belief: Belief) -> float:
    """How much a later answer speaks against an earlier one: only where it bears on the point at all."""
    return belief.contradicted if belief.contradicted > belief.covered else 0.0
