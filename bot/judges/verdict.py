"""From shares of belief to a verdict, with an explicit band in which the judge says that it cannot tell."""

from __future__ import annotations

from collections.abc import Mapping

from bot.claim import Verdict
from bot.judges.features import Array
from bot.judges.model import CONTRADICTED, COVERED, PARTIAL


def verdict_of(belief: Array, thresholds: Mapping[str, float]) -> Verdict | None:
    """The verdict for one point's shares (C,); None where nothing was said of it.

    `thresholds`: covered_from, unsure_from (the band lies between the two), partial_from (of covered and partial
    together), contradicted_from.
    """
    covered, partial, wrong = (float(belief[i]) for i in (COVERED, PARTIAL, CONTRADICTED))
    if wrong >= thresholds["contradicted_from"] and wrong > covered:
        return "contradicted"
    if covered >= thresholds["covered_from"]:
        return "covered"
    if covered >= thresholds["unsure_from"]:
        return "unsure"
    return "partial" if partial >= thresholds["partial_from"] else None
