"""The typing clock beside the chat input. It keeps no keystroke: only when the first one came, and how many words."""

from __future__ import annotations

import streamlit as st

_HTML = '<div class="clock" role="timer" aria-live="off"></div>'
_CSS = """
.clock { font: 400 0.82rem/1.4 inherit; font-family: var(--st-font); color: var(--st-text-color); opacity: .62;
  font-variant-numeric: tabular-nums; text-align: right; min-height: 1.2rem; }
.clock.over { color: var(--st-red-text-color, #b3261e); opacity: 1; }
"""
_JS = """
export default function (component) {
  const { parentElement, data, setStateValue } = component;
  const line = parentElement.querySelector('.clock');
  const shown = window.__greenroom_shown && window.__greenroom_shown.prompt === data.prompt
    ? window.__greenroom_shown : (window.__greenroom_shown = { prompt: data.prompt, at: performance.now(), first: null });
  const box = () => document.querySelector('[data-testid="stChatInputTextArea"]');
  const clock = (s) => Math.floor(s / 60) + ':' + String(Math.floor(s % 60)).padStart(2, '0');
  const draw = () => {
    const area = box();
    const words = area && area.value.trim() ? area.value.trim().split(/\\s+/).length : 0;
    const seconds = (performance.now() - shown.at) / 1000;
    const limit = data.clock ? ' of ' + clock(data.clock) : '';
    line.textContent = clock(seconds) + limit + '  ·  ' + words + (words === 1 ? ' word' : ' words')
      + '  ·  good answers here: ' + data.least + ' to ' + data.most;
    line.classList.toggle('over', Boolean(data.clock) && seconds > data.clock);
  };
  const onInput = (event) => {
    if (event.target !== box()) return;
    if (shown.first === null) {
      shown.first = performance.now() - shown.at;
      setStateValue('first', { prompt: data.prompt, milliseconds: Math.round(shown.first) });
    }
    draw();
  };
  document.addEventListener('input', onInput, true);
  const timer = setInterval(draw, 1000);
  draw();
  return () => { clearInterval(timer); document.removeEventListener('input', onInput, true); };
}
"""


@st.cache_resource(show_spinner=False)
def _clock() -> st.components.v2.types.ComponentRenderer:
    return st.components.v2.component("greenroom.typing_clock", html=_HTML, css=_CSS, js=_JS)


def first_word_after(prompt: int, clock: int, usual: tuple[int, int]) -> float | None:
    """Show the clock for prompt number `prompt`; seconds from the prompt to the first key, once there was one."""
    result = _clock()(
        key="typing-clock",
        data={"prompt": prompt, "clock": clock, "least": usual[0], "most": usual[1]},
        on_first_change=lambda: None,
    )
    first = getattr(result, "first", None)
    if not first or first.get("prompt") != prompt:
        return None
    return max(0.0, float(first["milliseconds"]) / 1000)
