"""Rules that no weight overrules: what repeats the interviewer or lists labels earns nothing, a turned fact is wrong.

Pure functions; the thresholds were set on `interview.train` and on the attacks of the threat list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.judges.cues import negations, opposites
from bot.judges.units import Point, Unit, labels_listed, novelty
from knowledge import language
from knowledge.language import Sentence

LISTED_LABELS = 3
LISTED_SHARE = 0.5
"""A sentence that names three labels or more and has at least this share of its words from labels is a list."""
ECHO_NOVELTY = 0.34
"""A sentence with a smaller share of its own content words merely repeats the interviewer."""
RESTATED = 0.75
"""Share of a point's words from which a sentence counts as restating it, so that a turned word turns the meaning."""
RUN = 6
RECITED_SHARE = 0.5
"""An answer is recited if at least half of its runs of six words stand in the card's published texts."""


def with_substance(units: Sequence[Unit], points: Sequence[Point], heard: frozenset[str]) -> list[Unit]:
    """The sentences that can earn something: no echoes, no lists of labels, neither in one sentence nor one by one."""
    bare = [unit for unit in units if _is_bare_label(unit.sentence, points)]
    listed = bare if len(bare) >= LISTED_LABELS else []
    return [u for u in units if u not in listed and not is_echo(u.sentence, heard) and not is_list(u.sentence, points)]


def _is_bare_label(sentence: Sentence, points: Sequence[Point]) -> bool:
    return bool(sentence.stems) and any(sentence.stems <= point.label_stems for point in points)


def is_echo(sentence: Sentence, heard: frozenset[str]) -> bool:
    """Whether the sentence merely hands the interviewer's own words back."""
    return bool(heard & sentence.stems) and novelty(sentence, heard) < ECHO_NOVELTY


def is_list(sentence: Sentence, points: Sequence[Point]) -> bool:
    """Whether the sentence drops labels of the card instead of saying something."""
    if labels_listed(sentence, points) < LISTED_LABELS:
        return False
    labels = frozenset().union(*(p.label_stems for p in points))
    return len(sentence.stems & labels) >= LISTED_SHARE * len(sentence.stems)


def turned(sentence: Sentence, point: Point) -> bool:
    """Whether the sentence restates the point with a word negated, replaced by its opposite or two words swapped."""
    wanted, said = point.stems, sentence.stems
    if len(wanted) < 3 or len(wanted & said) < RESTATED * len(wanted) or len(said) > 2 * len(wanted):
        return False
    denied = (negations(sentence.plain) > 0) != (negations(point.text) > 0)
    return denied or opposites(sentence.plain, point.text) > 0 or _swapped(sentence.plain, point.text)


def _swapped(said: str, wanted: str) -> bool:
    """Whether the same words stand in another order, two of them having changed places and little else."""
    first, second = _order(said), _order(wanted)
    common = [w for w in first if w in second]
    target = [w for w in second if w in first]
    moved = [i for i, (a, b) in enumerate(zip(common, target, strict=True)) if a != b]
    return len(common) >= 4 and len(moved) == 2


def _order(text: str) -> list[str]:
    return list(dict.fromkeys(language.stem(w) for w in language.content_words(text)))


def is_recited(answer: str, published: Iterable[str]) -> bool:
    """Whether the answer is, for the most part, published text typed again."""
    runs = _runs(answer)
    known = frozenset().union(*(_runs(text) for text in published))
    return bool(runs) and len(runs & known) >= RECITED_SHARE * len(runs)


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    spoken = language.words(text)
    return frozenset(spoken[i : i + RUN] for i in range(len(spoken) - RUN + 1))
