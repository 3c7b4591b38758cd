"""Coverage as a picture: a strip for one answer, a grid for several. Text reaches the page as text, never as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

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

_CSS = """
.strip { display: flex; gap: 3px; margin: .3rem 0 .5rem; }
.cell { height: 2.1rem; border-radius: .4rem; display: flex; align-items: center; justify-content: center;
  font: 600 .95rem var(--st-font); min-width: 0; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; font: 400 .85rem var(--st-font); color: var(--st-text-color);
  opacity: .85; }
.legend span i { font-style: normal; display: inline-flex; width: 1.25rem; height: 1.25rem; border-radius: .3rem;
  align-items: center; justify-content: center; margin-right: .35rem; font-weight: 600; font-size: .8rem; }
.covered { background: #2f8f5f; color: #fff; } .partial { background: #d9a63a; color: #251a00; }
.unsure { background: #7fa6c9; color: #0d2233; } .contradicted { background: #b8433a; color: #fff; }
.retracted { background: #8d6bb0; color: #fff; } .not_answered { background: transparent; color: var(--st-text-color);
  box-shadow: inset 0 0 0 2px #b8433a; }
.not_asked, .not_raised, .not_judged { background: var(--st-secondary-background-color); color: var(--st-text-color); }
table { border-collapse: separate; border-spacing: 3px; font: 400 .85rem var(--st-font); color: var(--st-text-color);
  width: 100%; }
th { font-weight: 600; text-align: center; padding: .2rem .3rem; } th.row { text-align: left; font-weight: 400; }
td { text-align: center; border-radius: .35rem; padding: .25rem 0; font-weight: 600; min-width: 2rem; }
.scroll { overflow-x: auto; }
"""
_STRIP_JS = """
export default function ({ parentElement, data }) {
  const root = parentElement.querySelector('.root'); root.replaceChildren();
  const make = (tag, cls, text) => { const e = document.createElement(tag); e.className = cls; e.textContent = text; return e; };
  const strip = make('div', 'strip', '');
  for (const cell of data.cells) {
    const box = make('div', 'cell ' + cell.state, cell.sign);
    box.style.flexGrow = cell.weight; box.style.flexBasis = 0; box.title = cell.label + ': ' + cell.words;
    box.setAttribute('role', 'img'); box.setAttribute('aria-label', cell.label + ': ' + cell.words);
    strip.append(box);
  }
  const legend = make('div', 'legend', '');
  for (const entry of data.legend) {
    const item = make('span', '', ''); item.append(make('i', entry.state, entry.sign), entry.words + ' ' + entry.count);
    legend.append(item);
  }
  root.append(strip, legend);
}
"""
_GRID_JS = """
export default function ({ parentElement, data }) {
  const root = parentElement.querySelector('.root'); root.replaceChildren();
  const make = (tag, cls, text) => { const e = document.createElement(tag); e.className = cls; e.textContent = text; return e; };
  const table = document.createElement('table');
  const head = table.createTHead().insertRow(); head.append(make('th', 'row', ''));
  for (const name of data.columns) head.append(make('th', '', name));
  const body = table.createTBody();
  for (const row of data.rows) {
    const line = body.insertRow(); line.append(make('th', 'row', row.label));
    for (const cell of row.cells) {
      const box = make('td', cell.state, cell.sign); box.title = cell.words; box.setAttribute('aria-label', cell.words);
      line.append(box);
    }
  }
  const scroll = make('div', 'scroll', ''); scroll.append(table);
  const legend = make('div', 'legend', '');
  for (const entry of data.legend) {
    const item = make('span', '', ''); item.append(make('i', entry.state, entry.sign), entry.words); legend.append(item);
  }
  root.append(scroll, legend);
}
"""


@st.cache_resource(show_spinner=False)
def _strip() -> st.components.v2.types.ComponentRenderer:
    return st.components.v2.component("greenroom.strip", html='<div class="root"></div>', css=_CSS, js=_STRIP_JS)


@st.cache_resource(show_spinner=False)
def _grid() -> st.components.v2.types.ComponentRenderer:
    return st.components.v2.component("greenroom.grid", html='<div class="root"></div>', css=_CSS, js=_GRID_JS)


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
