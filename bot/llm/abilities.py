"""What a server can do, found out once and remembered in a file."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Literal

Structured = Literal["json_schema", "json_object", "text"]
LADDER: tuple[Structured, ...] = ("json_schema", "json_object", "text")
"""Ways of asking for a form, the surest first: a schema that the server enforces, any JSON, JSON in free text."""
ABOUT_FORMS = ("response_format", "json", "schema")
"""Words in a refusal that is about the form."""


@dataclass(frozen=True)
class Abilities:
    """What requests to one model may hold."""

    structured: Structured = "json_schema"
    temperature: bool = True
    streams: bool = True
    stream_usage: bool = True
    """Whether it can be asked for its token counts at the end of a stream."""
    cap: bool = True
    """Whether it takes a limit on the length of a reply."""

    def __post_init__(self) -> None:
        if self.structured not in LADDER:
            raise ValueError(f"there is no way of asking for a form called {self.structured!r}")

    def after_refusal(self, message: str, *, form: bool) -> Abilities | None:
        """The next weaker request after a server refused one with `message`; None where nothing is left to leave out.

        `message` only steers what is left out first, and is not kept. Where it names nothing, the second try is the
        barest that there is, so that a server which refuses everything is asked three times and not ten.
        """
        said = message.casefold()
        drops: list[tuple[bool, bool, Abilities]] = [
            (self.temperature, "temperature" in said, replace(self, temperature=False)),
            (self.stream_usage, "stream_options" in said or "include_usage" in said, replace(self, stream_usage=False)),
            (self.cap, "max_tokens" in said or "max_completion_tokens" in said, replace(self, cap=False)),
            (self.streams, "stream" in said and "stream_options" not in said, replace(self, streams=False)),
        ]
        for possible, named, weaker in drops:
            if possible and named:
                return weaker
        rungs = LADDER[LADDER.index(self.structured) + 1 :] if form else ()
        if rungs and (self.structured == LADDER[0] or any(word in said for word in ABOUT_FORMS)):
            return replace(self, structured=rungs[0])
        plainest = LADDER[-1] if form else self.structured
        bare = replace(self, structured=plainest, temperature=False, stream_usage=False, cap=False)
        return bare if bare != self else None


@dataclass
class Remembered:
    """Abilities by model, in `file`; without a file, for as long as the process lives. May be used by many threads."""

    file: Path | None = None
    _known: dict[str, Abilities] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _read: bool = False

    def of(self, model: str) -> Abilities:
        """What is known of `model`; of one that was never met, everything is hoped for."""
        with self._lock:
            self._load()
            return self._known.get(model, Abilities())

    def learn(self, model: str, abilities: Abilities) -> None:
        """Keep what was found out. A file that cannot be written is no trouble: it is found out again."""
        with self._lock:
            self._load()
            if self._known.get(model) == abilities:
                return
            self._known[model] = abilities
            if self.file is not None:
                self._save(self.file)

    def forget(self, model: str) -> None:
        """Find out anew what `model` can do."""
        self.learn(model, Abilities())

    def _load(self) -> None:
        if self._read or self.file is None:
            return
        self._read = True
        try:
            rows = json.loads(self.file.read_text("utf-8"))
            self._known = {model: Abilities(**row) for model, row in rows.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            self._known = {}

    def _save(self, file: Path) -> None:
        text = json.dumps({model: asdict(abilities) for model, abilities in self._known.items()}, indent=1)
        try:
            handle, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
            with os.fdopen(handle, "w", encoding="utf-8") as part:
                part.write(text)
            Path(name).replace(file)
        except OSError:
            return
