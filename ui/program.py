"""The program as the browser's sessions share it: made once, warmed up in the background."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import streamlit as st

from bot.bootstrap import Greenroom, greenroom
from knowledge.errors import GreenroomError
from knowledge.vectors import Progress


@st.cache_resource(show_spinner=False)
def program() -> Greenroom:
    """The one program of this server. Loads what a first turn needs while the candidate is still choosing."""
    made = greenroom()
    threading.Thread(target=_warm_up, args=(made,), daemon=True, name="warm-up").start()
    return made


def _warm_up(made: Greenroom) -> None:
    made.bank.library()
    made.judge.warm_up()
    made.voice  # noqa: B018
    # What is wrong with a model's settings is said where it is used.
    with contextlib.suppress(GreenroomError):
        made.warm_up_models()


@contextlib.contextmanager
def preparing() -> Iterator[Progress]:
    """Shows progress while the library is being prepared; what it gives is told of the progress."""
    bar = st.empty()

    def progress(done: int, of: int) -> None:
        bar.progress(done / of, text=f"Preparing the library: {done} of {of} texts")

    yield progress
    bar.empty()
