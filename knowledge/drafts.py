"""Cards that are being written: kept on disk as they stand, finished or not, so that a reload loses nothing."""

from __future__ import annotations

import copy
import json
import re
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from knowledge.card import Card
from knowledge.errors import NotFound
from knowledge.formats.complaint import Path as Place
from knowledge.formats.ids import card_id
from knowledge.formats.plain import Plain, to_cards, to_plain
from knowledge.whole_file import write_whole

_NAME = re.compile(r"[0-9a-f]{16}")
PARTS = {"key_points": "k", "motivations": "m", "minefields": "f", "answers": "a"}
"""The lists of a card, with the letter that the ids of their items begin with."""
_NOUNS = {"key_points": "key point", "motivations": "motivation", "minefields": "minefield", "answers": "worked answer"}


@dataclass(frozen=True)
class Draft:
    """A card as it stands in the editor.

    Args:
        name: under which it is kept.
        of: the id of the card that it changes; empty for a new one.
        card: plain data in the shape of a card, in which anything may still be missing or empty.
    """

    name: str
    of: str
    card: Plain

    @property
    def title(self) -> str:
        """The question, or words for a draft without one."""
        return str(self.card.get("question") or "A question without words yet")

    def with_part(self, kind: str) -> Draft:
        """The draft with one more empty item in the list `kind`, under an id that is free."""
        card = copy.deepcopy(self.card)
        items = card.setdefault(kind, [])
        taken, number = {item["id"] for item in items}, len(items) + 1
        while f"{PARTS[kind]}{number}" in taken:
            number += 1
        items.append({"id": f"{PARTS[kind]}{number}"} | ({"level": "solid"} if kind == "answers" else {}))
        return replace(self, card=card)

    def without_part(self, kind: str, id: str) -> Draft:
        """The draft without that item, and without what worked answers say of it."""
        card = copy.deepcopy(self.card)
        card[kind] = [item for item in card.get(kind, []) if item["id"] != id]
        for answer in card.get("answers", []):
            for labels in ("replies", kind) if kind == "key_points" else (kind,):
                if isinstance(answer.get(labels), dict):
                    answer[labels].pop(id, None)
        return replace(self, card=card)

    def finished(self, taken: Collection[str] = ()) -> Card:
        """The card, without the items that were left empty. A new one gets an id that is not `taken`.

        Raises:
            BadInput: something is missing or does not fit; says where.
        """
        card = _without_blanks(self.card)
        if "id" not in card and str(card.get("question", "")).strip():
            wished = card_id(*(str(card.get(name, "")) for name in ("question", "role", "function")))
            card["id"] = next(id for id in _numbered(wished) if id not in taken)
        (made,) = to_cards([card], _place)
        return made


class Drafts:
    """The drafts in `folder`, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, card: Card | None = None, *, copied: bool = False) -> Draft:
        """A new draft, kept: empty, or to change `card`, or (`copied`) to make another one of it. Raises OSError."""
        plain: Plain = to_plain(card) if card else {"question": ""}
        for kind in PARTS:
            plain.setdefault(kind, [])
        if copied:
            del plain["id"]
        if copied or card is None:
            plain.pop("source", None)
            plain.pop("licence", None)
        draft = Draft(secrets.token_hex(8), card.id if card and not copied else "", plain)
        for kind in PARTS if card is None else ():
            draft = draft.with_part(kind) if kind != "answers" else draft
        self.save(draft)
        return draft

    def load(self, name: str) -> Draft:
        """The draft of that name. Raises NotFound."""
        try:
            data = json.loads(self._file(name).read_text("utf-8"))
            return Draft(name, str(data["of"]), dict(data["card"]))
        except (OSError, ValueError, KeyError, TypeError):
            raise NotFound("There is no such draft any more.") from None

    def save(self, draft: Draft) -> None:
        """Keep the draft as it stands, whole or not at all. Raises OSError."""
        write_whole(self._file(draft.name), json.dumps({"of": draft.of, "card": draft.card}, ensure_ascii=True))

    def drop(self, name: str) -> None:
        """Forget a draft."""
        self._file(name).unlink(missing_ok=True)

    def all(self) -> list[Draft]:
        """Every draft that can be read, the one last changed first."""
        files = [path for path in self._folder.glob("*.json") if _NAME.fullmatch(path.stem)]
        found = []
        for path in sorted(files, key=lambda path: -path.stat().st_mtime_ns):
            try:
                found.append(self.load(path.stem))
            except NotFound:
                continue
        return found

    def _file(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise NotFound("There is no such draft.")
        return self._folder / f"{name}.json"


def _without_blanks(card: Plain) -> Plain:
    """The card without empty texts, and without items of which nothing but the id (and level) was filled in."""
    kept: Plain = {name: value for name, value in copy.deepcopy(card).items() if value != ""}
    for kind in PARTS:
        kept[kind] = [_filled(item) for item in kept.get(kind, []) if _says_something(item)]
    return kept


def _says_something(item: dict[str, Any]) -> bool:
    return any(str(item.get(name) or "").strip() for name in ("label", "text", "probe"))


def _filled(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if value not in ("", {}) or name in ("label", "text")}


def _numbered(wished: str) -> Iterator[str]:
    yield wished
    for number in range(2, 10_000):
        yield f"{wished}-{number}"


def _place(path: Place) -> str:
    """A place as the editor names it: "key point 3, text"."""
    steps = path[1:] if path[:1] == ("cards",) else path
    steps = steps[1:] if steps and isinstance(steps[0], int) else steps
    if len(steps) > 1 and str(steps[0]) in _NOUNS and isinstance(steps[1], int):
        words = [f"{_NOUNS[str(steps[0])]} {steps[1] + 1}", *map(str, steps[2:])]
    else:
        words = [str(step) for step in steps]
    return ", ".join(words).replace("_", " ")
