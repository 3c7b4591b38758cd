"""Telling the user that a request is being repeated: whoever shows words sets where this goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


def _to_nobody(text: str) -> None:
    del text


_TOLD: ContextVar[Callable[[str], None]] = ContextVar("told", default=_to_nobody)


@contextmanager
def waiting_told(tell: Callable[[str], None]) -> Iterator[None]:
    """Within it, `tell` is called with a sentence each time that a request has to be repeated."""
    token = _TOLD.set(tell)
    try:
        yield
    finally:
        _TOLD.reset(token)


def tell_waiting(text: str) -> None:
    """Say that we are waiting."""
    _TOLD.get()(text)
