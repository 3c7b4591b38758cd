"""A stream read with patience that has an end: an HTTP client's own timeout is reset by every byte, also by the
comments with which a server keeps a silent stream open."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import TypeVar

from bot.llm.trouble import stalled, unfinished

Item = TypeVar("Item")
LONGEST = 4
"""A whole reply may take this many times the patience between two pieces of it."""
_END = object()


def patiently(stream: Callable[[], Iterator[Item]], patience: float) -> Iterator[Item]:
    """The items of `stream()`, which runs in a thread of its own. Raises what it raises, and ModelTrouble where it
    stays silent for `patience` seconds or takes `LONGEST` times as long in all."""
    items: queue.SimpleQueue[object] = queue.SimpleQueue()
    given_up = Event()

    def pump() -> None:
        try:
            for item in stream():
                items.put(item)
                if given_up.is_set():
                    return
            items.put(_END)
        except Exception as error:  # noqa: BLE001  handed on to the thread that waits for it
            items.put(error)

    Thread(target=pump, daemon=True, name="model-stream").start()
    until = time.monotonic() + LONGEST * patience
    try:
        while True:
            left = until - time.monotonic()
            if left <= 0:
                raise unfinished(LONGEST * patience)
            try:
                item = items.get(timeout=min(patience, left))
            except queue.Empty:
                raise (stalled(patience) if patience <= left else unfinished(LONGEST * patience)) from None
            if item is _END:
                return
            if isinstance(item, Exception):
                raise item
            yield item  # type: ignore[misc]
    finally:
        given_up.set()
