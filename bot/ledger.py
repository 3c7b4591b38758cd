"""The state of every key point of a card, derived from the claims in order and never stored beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from bot.claim import Assessment, Claim
from knowledge.card import Card, Frozen

State = Literal["not_raised", "partial", "covered", "contradicted", "retracted", "unsure", "not_judged"]


class Entry(Frozen):
    """One key point's state with the words that put it there."""

    state: State = "not_raised"
    quote: str = ""
    confidence: float = 0.0


Ledger = Mapping[str, Entry]
"""Key point id to entry, in the card's order."""


def ledger_of(card: Card, assessments: Iterable[Assessment]) -> Ledger:
    """The ledger of `card` after `assessments`, one for each answer in order."""
    entries = {point.id: Entry() for point in card.key_points}
    for assessment in assessments:
        for claim in assessment.claims:
            if claim.point in entries:
                entries[claim.point] = _after(entries[claim.point], claim)
        for point in assessment.failed:
            if entries.get(point, Entry(state="covered")).state == "not_raised":
                entries[point] = Entry(state="not_judged")
    return entries


def _after(entry: Entry, claim: Claim) -> Entry:
    """What a claim makes of an entry: doubt and half-coverage take nothing away; taking it back does.

    Of two claims of the same kind the surer one keeps its quote.
    """
    if claim.verdict == entry.state and claim.confidence < entry.confidence:
        return entry
    if claim.verdict in ("unsure", "partial") and entry.state == "covered":
        return entry
    if claim.verdict == "unsure" and entry.state in ("partial", "contradicted", "retracted"):
        return entry
    if claim.verdict == "retracted" and entry.state not in ("covered", "partial"):
        return entry
    return Entry(state=claim.verdict, quote=claim.quote, confidence=claim.confidence)


def coverage(card: Card, ledger: Ledger) -> float:
    """Share of the card's weight that is covered, 0..1; a partly covered point counts half."""
    worth = {"covered": 1.0, "partial": 0.5}
    whole = sum(point.weight for point in card.key_points)
    return sum(point.weight * worth.get(ledger[point.id].state, 0.0) for point in card.key_points) / whole


def ids_in(ledger: Ledger, states: Sequence[State]) -> tuple[str, ...]:
    """The ids of the points in one of `states`, in the card's order."""
    return tuple(id for id, entry in ledger.items() if entry.state in states)
