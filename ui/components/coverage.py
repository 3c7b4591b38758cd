"""Coverage as a picture: a strip for one answer, a grid for several. Text reaches the page as text, never as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from ui.components.inline import ComponentRenderer, inline

SIGNS: Mapping[str, tuple[str, str]] = {
    "covered": ("●", "covered"),
    "partial": ("◐", "partly covered"),
    "unsure": ("?", "could not tell"),
    "contradicted": ("✗", "contradicted"),
    "retracted": ("↶", "taken back"),
    "not_answered": ("○", "asked, not answered"),
    "not_asked": ("·", "not raised, not asked"),
    "not_raised": ("·", "not raised yet"),
    "not_judged": ("–", "not judged"),
}
"""State to its sign and its words: a picture that does not rest on colour alone."""


_ROOT = '<div class="root"></div>'


@st.cache_resource(show_spinner=False)
def _strip() -> ComponentRenderer:
    return inline("greenroom.strip", _ROOT, "coverage.css", "strip.js")


@st.cache_resource(show_spinner=False)
def _grid() -> ComponentRenderer:
    return inline("greenroom.grid", _ROOT, "coverage.css", "grid.js")


def _cell(state: str) -> dict[str, str]:
    sign, words = SIGNS[state]
    return {"state": state, "sign": sign, "words": words}


def coverage_strip(key: str, points: Sequence[tuple[str, str, float]]) -> None:
    """One segment a key point, as wide as its weight. `points` holds label, state and weight of each."""
    counts = {state: sum(s == state for _, s, _ in points) for state in SIGNS}
    _strip()(
        key=key,
        data={
            "cells": [{**_cell(state), "label": label, "weight": weight} for label, state, weight in points],
            "legend": [{**_cell(state), "count": count} for state, count in counts.items() if count],
        },
    )


def heat_map(key: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> None:
    """A grid: `rows` holds a label and a state for each of `columns`."""
    used = {state for _, states in rows for state in states}
    _grid()(
        key=key,
        data={
            "columns": list(columns),
            "rows": [{"label": label, "cells": [_cell(state) for state in states]} for label, states in rows],
            "legend": [_cell(state) for state in SIGNS if state in used],
        },
    )
