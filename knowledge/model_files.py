"""The files of a shipped model: read whole, and only where they are the ones that were shipped."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from pathlib import Path

from knowledge.errors import DamagedModel

SUMS = "SHA256SUMS"
MEND = "Reinstall Greenroom to get it back"


class ModelFiles:
    """A folder with a model's files and their SHA256SUMS.

    Args:
        folder: where the files are.
        what: what to call the model in a message, such as "sentence encoder".

    Raises:
        DamagedModel: SHA256SUMS cannot be read.
    """

    def __init__(self, folder: Traversable, what: str) -> None:
        self._folder = folder
        self._what = what
        lines = self._bytes(SUMS).decode("utf-8", "replace").splitlines()
        self.sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
        """File name to SHA-256, in hexadecimal."""

    def read(self, name: str) -> bytes:
        """The file's content. Raises DamagedModel where it is missing or not the one that SHA256SUMS names."""
        data = self._bytes(name)
        if hashlib.sha256(data).hexdigest() != self.sums.get(name):
            raise DamagedModel(f"The {self._what}'s file {name} is not the one that was shipped. {MEND}.")
        return data

    @contextmanager
    def path(self, name: str) -> Iterator[Path]:
        """Where the file is, for those who read it themselves: it then is in memory once. Raises as `read`."""
        self.read(name)
        with as_file(self._folder / name) as path:
            yield path

    def _bytes(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except OSError as error:
            raise DamagedModel(f"The {self._what}'s file {name} cannot be read. {MEND}.") from error
