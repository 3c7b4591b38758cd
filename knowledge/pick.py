"""Picking the questions of an interview: relevant to what was asked for, none like another, from easier to harder."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.card import Card
from knowledge.difficulty import difficulty
from knowledge.encoder import Vectors
from knowledge.language import content_words, stem, stems
from knowledge.library import Library
from knowledge.likeness import same_words

POOL = 80
"""Cards that fit best, of which a set is picked."""
ASK_THE_SAME = 0.65
"""Cosine from which key points of two cards are after the same. Lower than for two points of one card, which are alike
in their subject: of the bank's pairs of cards, those above it do ask the same of a candidate."""
DRAWN = 300
"""Cards of which a set is picked where nothing is asked for."""
FIRST = 1.0
"""What it adds to a card's fit, which is 1 at most, to be of the role that was chosen."""
NAMED = 0.5
"""What it adds that the request names its role."""
NEAR_BY = 0.15
"""What it adds to be of a function with a named role."""
LESS_ALIKE = 0.3
"""What the likeness to a question already picked takes off, as a share of its cosine."""
OTHER_KIND = 0.1
"""What it takes off that all questions picked so far are of this kind."""
LUCK = 0.35
"""How much of a score is left to chance where the caller gives a seed."""


@dataclass(frozen=True)
class Candidate:
    """A card that may be picked, how well it fits (0 to 2.65), its vector and those of its key points."""

    card: Card
    fit: float
    vector: Vectors
    points: Vectors


def pick(
    library: Library, request: str, n: int, *, role: str = "", function: str = "", seed: int | None = None
) -> list[Card]:
    """Up to `n` cards for `request` (a subject, a role or a job description) and `role`, from easier to harder.

    Cards of the named role come first, then what is nearest to it and to the request. No two of them have a key point
    in common: neither by meaning (where the library has vectors of key points) nor by words. So there may be fewer
    than `n`. Same arguments, same cards; another `seed` makes another draw among those that fit.

    Args:
        function: only cards of this function.

    Raises:
        LibraryUnavailable: the library is closed.
    """
    left = list(_candidates(library, request, role, function, seed))
    chosen: list[Candidate] = []
    while left and len(chosen) < n:
        best = max(left, key=lambda candidate: _worth(candidate, chosen))
        chosen.append(best)
        left = [other for other in left if other is not best and not ask_the_same(best, other)]
    return sorted((candidate.card for candidate in chosen), key=difficulty)


def ask_the_same(first: Candidate, second: Candidate) -> bool:
    """Whether a key point of the one is after the same as a key point of the other."""
    if len(first.points) and len(second.points) and float((first.points @ second.points.T).max()) >= ASK_THE_SAME:
        return True
    return any(same_words(one, other) for one in first.card.key_points for other in second.card.key_points)


def _candidates(library: Library, request: str, role: str, function: str, seed: int | None) -> Iterator[Candidate]:
    words = " ".join(part for part in (role, request) if part.strip())
    draw = random.Random(seed)  # noqa: S311
    hits = library.search(words, POOL if words else library.size, function=function)
    if not words and len(hits) > DRAWN:
        hits = draw.sample(hits, DRAWN)
    found = [(library.card(hit.card_id), hit.score) for hit in hits]
    asked, wanted = stems(words), frozenset(stem(word) for word in content_words(role))
    of_role = {card.role for card, _ in found if wanted and wanted <= stems(card.role)}
    named = of_role | {card.role for card, _ in found if (own := stems(card.role)) and own <= asked}
    functions = {card.function for card, _ in found if card.role in named}
    for card, score in found:
        fit = score if seed is None else (1 - LUCK) * score + LUCK * draw.random()
        fit += FIRST * (card.role in of_role) + NAMED * (card.role in named) + NEAR_BY * (card.function in functions)
        yield Candidate(card, fit, library.vector(card.id), library.point_vectors(card.id))


def _worth(candidate: Candidate, chosen: Sequence[Candidate]) -> float:
    """How good it is to add `candidate`: its fit, less what it has in common with those chosen (as in MMR, Carbonell
    and Goldstein 1998)."""
    if not chosen:
        return candidate.fit
    alike = max(float(candidate.vector @ other.vector) for other in chosen)
    one_kind = np.mean([other.card.kind == candidate.card.kind for other in chosen])
    return candidate.fit - LESS_ALIKE * alike - OTHER_KIND * float(one_kind)
