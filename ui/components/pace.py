"""The typing clock beside the chat input. It keeps no keystroke: only when the first one came, and how many words."""

from __future__ import annotations

import streamlit as st

from ui.components.inline import ComponentRenderer, inline

_HTML = '<div class="clock" role="timer" aria-live="off"></div>'


@st.cache_resource(show_spinner=False)
def _clock() -> ComponentRenderer:
    return inline("greenroom.typing_clock", _HTML, "clock.css", "clock.js")


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
