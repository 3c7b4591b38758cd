"""Files and folders of cards: which reader takes which file, and all of a file or nothing of it."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from knowledge.card import Card
from knowledge.errors import BadInput
from knowledge.formats.complaint import meant, quoted

FORMATS = ("yaml", "json", "csv", "markdown")
"""What `write` writes; all of them read back without loss."""

_BY_ENDING = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
}
ENDINGS = frozenset({*_BY_ENDING, ".txt"})
"""The files that are looked for in a folder."""

_ZIP = b"PK\x03\x04"
_YAML = re.compile(r"^[ \t]*(?:- +)?key_points:[ \t]*$", re.MULTILINE)
_BY_START = (
    ("html", re.compile(r"<(?:!|\?xml|[a-zA-Z])")),
    ("json", re.compile(r"\{\s*[\"}]|\[\s*[\[{\]]")),
    ("markdown", re.compile(r"---[ \t]*\r?\n[a-z_]+:")),
    ("csv", re.compile(r"(?=[^\n]*\b(?:question|card)\b)(?=[^\n]*\b(?:key_points|part)\b)[^\n]*[,;\t]", re.IGNORECASE)),
)


@dataclass(frozen=True)
class Import:
    """What came of reading some files: their cards, a complaint for each file that was refused whole, and which card
    is from which file."""

    cards: tuple[Card, ...]
    rejected: tuple[BadInput, ...]
    files: Mapping[str, Path]


def read_file(path: Path) -> list[Card]:
    """The cards of one file, of any of the formats. Raises BadInput, and nothing else."""
    from knowledge.formats.decode import bytes_of_file

    try:
        return read_bytes(bytes_of_file(path), path.name)
    except BadInput as error:
        raise error.in_file(str(path)) from None


def read_bytes(data: bytes, name: str) -> list[Card]:
    """The cards of a file's content; `name` is the file's. Raises BadInput, and nothing else."""
    from knowledge.formats.decode import LIMIT, text_of

    try:
        if len(data) <= LIMIT and data.startswith(_ZIP) and _workbook().is_workbook(data):
            cards: list[Card] = _workbook().read(data)
            return cards
        return _read(text_of(data), name)
    except BadInput as error:
        raise error.in_file(name) from None


def _workbook() -> Any:
    return importlib.import_module("knowledge.formats.xlsx_format")


def read_text(text: str, name: str) -> list[Card]:
    """The cards of a text; `name` is that of the file it came from, or any word for it. Raises BadInput."""
    from knowledge.formats.decode import checked

    try:
        return _read(checked(text), name)
    except BadInput as error:
        raise error.in_file(name) from None


def write(cards: Sequence[Card], format: str) -> str:
    """The cards in one of `FORMATS`. Raises BadInput for another."""
    if format not in FORMATS:
        raise BadInput(f"{quoted(format)} is not a format", mend=meant(format, FORMATS, "The formats are"))
    text: str = importlib.import_module(f"knowledge.formats.{format}_format").write(cards)
    return text


def read_paths(paths: Iterable[Path]) -> Import:
    """The cards of files and of all files in folders.

    The same card in two files counts once. A file with another card of an id that is taken is refused.
    """
    return _gathered((path, partial(read_file, path)) for path in _files(paths))


def read_uploads(uploads: Iterable[tuple[str, bytes]]) -> Import:
    """The cards of files that were dropped, each given by its name and content; as `read_paths` has it."""
    return _gathered((Path(name), partial(read_bytes, data, name)) for name, data in uploads)


def _gathered(sources: Iterable[tuple[Path, Callable[[], list[Card]]]]) -> Import:
    cards: dict[str, Card] = {}
    origin: dict[str, Path] = {}
    rejected: list[BadInput] = []
    for path, read in sources:
        try:
            found = read()
            _no_clash(found, path, cards, origin)
        except BadInput as error:
            rejected.append(error)
            continue
        for card in found:
            origin.setdefault(card.id, path)
            cards.setdefault(card.id, card)
    return Import(tuple(cards.values()), tuple(rejected), origin)


def _read(text: str, name: str) -> list[Card]:
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise BadInput("it is empty", mend="Put a question page or a card into it")
    return _reader(_kind(text, Path(name).suffix.lower()))(text)


def _kind(text: str, ending: str) -> str:
    """The format of a text: by its file's ending where that says it, else by how it begins; else a question page."""
    named = _BY_ENDING.get(ending, "").replace("xlsx", "csv")
    if named not in {"", "markdown"}:
        return named
    start = text.lstrip()[:4_000]
    found = next((kind for kind, shape in _BY_START if shape.match(start)), "page")
    if found in {"page", "markdown"} and not named and _YAML.search(text):
        return "yaml"
    return "html" if found == "html" else named or found


def _reader(kind: str) -> Callable[[str], list[Card]]:
    """The reader of a format. Imported only now: the parsers take longer to load than most commands run."""
    module = {"page": "page", "html": "page_html"}.get(kind, f"{kind}_format")
    reader: Callable[[str], list[Card]] = importlib.import_module(f"knowledge.formats.{module}").read
    return reader


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Each path that is no folder, and of each folder the files of known endings, in order; hidden ones left out."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            shown = (name for name in sorted(names) if not name.startswith("."))
            yield from (Path(folder, name) for name in shown if Path(name).suffix.lower() in ENDINGS)


def _no_clash(found: Sequence[Card], path: Path, cards: Mapping[str, Card], origin: Mapping[str, Path]) -> None:
    for card in found:
        if cards.get(card.id, card) != card:
            problem = f"its card {quoted(card.id)} differs from the card of that id in {origin[card.id]}"
            raise BadInput(problem, mend="Remove one of the two, or give them different ids", file=str(path))
