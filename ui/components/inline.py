"""Small components of our own, from files beside this one: nothing of them comes from outside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.components import v2

ComponentRenderer = Callable[..., Any]


def inline(name: str, html: str, css: str, js: str) -> ComponentRenderer:
    """A component of that name; `css` and `js` are names of files in this folder."""
    folder = Path(__file__).parent
    return v2.component(name, html=html, css=(folder / css).read_text("utf-8"), js=(folder / js).read_text("utf-8"))
