"""Cards as Markdown documents: to be read by people, and back by us without loss.

    ---                                the small fields, one a line
    id: caching-strategy
    kind: technical
    ---
    # The question
    ## Key points                      then ## Motivations, ## Minefields
    ### k1 · Label                     the id may be left out
    The text.
    > Probe: a neutral follow-up       only for key points, both optional
    *Weight: 2.0*
    ## Answers
    ### a1 · solid
    The worked answer, in any number of lines.
    #### Key points                    what each point got: - k1 · covered · the quote
    #### Motivations                   - m1 · shown
    #### Minefields                    - f1 · clear
    #### Replies                       - k1 · what this candidate adds when asked

Markdown of any other form is read as a question page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from knowledge.card import Card
from knowledge.errors import BadInput
from knowledge.formats import page
from knowledge.formats.complaint import Path, meant, nearest, quoted
from knowledge.formats.markdown_text import escaped, unescaped
from knowledge.formats.plain import Plain, to_cards, to_plain

MOST_LINES = 300_000
_SMALL = ("id", "theme", "role", "function", "about_role", "kind", "source", "licence")
_SECTIONS = {"key_points": "Key points", "motivations": "Motivations", "minefields": "Minefields", "answers": "Answers"}
_SAID = {"key_points": "Key points", "motivations": "Motivations", "minefields": "Minefields", "replies": "Replies"}
_OURS = re.compile(r"---[ \t]*\r?\n(?:[a-z_]+:.*\r?\n)+---|# .*(?:\r?\n)+## .*(?:\r?\n)+### ")
_PART = re.compile(r"(?:([a-z][a-z0-9_-]{0,63}) · )?(.*)")
_BARE = re.compile(r"[A-Za-z][\w .,()&/'-]*")
_LIST = "Write '- id · …', one a line"


def read(text: str) -> list[Card]:
    """The cards of a Markdown text in our form; of any other form, as of a question page. Raises BadInput."""
    if not _OURS.match(text[:20_000].lstrip()):
        return page.read(text)
    if text.count("\n") > MOST_LINES:
        raise BadInput("it has far more lines than question cards do", mend="Split it into several files")
    reader = _Reader()
    for number, line in map(page.short, enumerate(text.splitlines(), 1)):
        reader.take(number, line.rstrip())
    return to_cards([reader.finished(card) for card in reader.cards], reader.place)


def write(cards: Sequence[Card]) -> str:
    """The cards as Markdown, one after the other."""
    return "\n".join("\n".join(_lines(to_plain(card))) for card in cards)


class _Reader:
    """Takes the lines of a document one by one."""

    def __init__(self) -> None:
        self.cards: list[Plain] = []
        self._marks: dict[Path, int] = {}
        self._in_front = False
        self._section = ""
        self._part: Plain | None = None
        self._said: dict[str, Any] | None = None
        self._said_name = ""

    def place(self, path: Path) -> str:
        """The line of a value."""
        return f"line {nearest(self._marks, path)}"

    def take(self, number: int, line: str) -> None:
        """Puts one line where it belongs. Raises BadInput."""
        mark, _, rest = line.partition(" ")
        if line == "---":
            self._rule(number)
        elif self._in_front:
            self._small(number, line)
        elif mark == "#":
            self._question(number, rest)
        elif mark == "##":
            self._section, self._part, self._said = _named(rest, _SECTIONS, number), None, None
            self._card(number).setdefault(self._section, [])
        elif mark == "###" and self._section:
            self._new_part(number, rest)
        elif mark == "####" and self._section == "answers" and self._part is not None:
            self._said_name = _named(rest, _SAID, number)
            self._said = self._part.setdefault(self._said_name, {})
        elif self._said is not None:
            self._label(number, line)
        elif self._part is not None:
            self._words(number, mark, line)
        elif line.strip():
            mend = "Put it under '### id · Label', or take it out"
            raise BadInput(f"{quoted(line)} belongs to no part of the card", mend=mend, place=f"line {number}")

    def _card(self, number: int) -> Plain:
        if not self.cards:
            self._begin(number)
        return self.cards[-1]

    def _begin(self, number: int) -> None:
        self._marks["cards", len(self.cards)] = number
        self.cards.append({})
        self._section, self._part, self._said = "", None, None

    def _rule(self, number: int) -> None:
        self._in_front = not self._in_front
        if self._in_front:
            self._begin(number)

    def _small(self, number: int, line: str) -> None:
        name, colon, value = line.partition(":")
        if not colon or name in self.cards[-1]:
            problem = f"{quoted(line)} is not 'name: value'" if not colon else f"`{name[:40]}` is given twice"
            raise BadInput(problem, mend="Write each small field once, as 'name: value'", place=f"line {number}")
        self._marks["cards", len(self.cards) - 1, name] = number
        if value.strip():
            self.cards[-1][name] = _value(value.strip(), number)

    def _question(self, number: int, rest: str) -> None:
        if "question" in self._card(number):
            self._begin(number)
        self._marks["cards", len(self.cards) - 1, "question"] = number
        self.cards[-1]["question"] = unescaped(rest)

    def _new_part(self, number: int, rest: str) -> None:
        parts = self.cards[-1][self._section]
        self._marks["cards", len(self.cards) - 1, self._section, len(parts)] = number
        match = _PART.fullmatch(rest)
        id, label = match.groups() if match else (None, rest)
        self._part = {"id": id} if id else {}
        self._part["level" if self._section == "answers" else "label"] = unescaped(label)
        self._part["text"] = []
        self._said = None
        parts.append(self._part)

    def _words(self, number: int, mark: str, line: str) -> None:
        """A line of a part's text, or its probe or weight."""
        assert self._part is not None
        if self._section == "key_points" and line.startswith("> Probe: "):
            self._once("probe", unescaped(line.removeprefix("> Probe: ")), number)
        elif self._section == "key_points" and line.startswith("*Weight: ") and line.endswith("*"):
            self._once("weight", line.removeprefix("*Weight: ")[:-1], number)
        elif mark.startswith("#") and mark.strip("#") == "":
            mend = "Use '##' for sections and '###' for parts; write '\\#' for a text that begins with '#'"
            raise BadInput(f"the heading {quoted(line)} is not expected here", mend=mend, place=f"line {number}")
        else:
            self._part["text"].append(unescaped(line))

    def _once(self, name: str, value: str, number: int) -> None:
        assert self._part is not None
        if name in self._part:
            raise BadInput(f"the {name} is given twice", mend="Remove one of the two", place=f"line {number}")
        self._part[name] = value

    def _label(self, number: int, line: str) -> None:
        """A line of what a worked answer says of the card's parts."""
        assert self._said is not None
        if not line.strip():
            return
        id, dot, rest = line.removeprefix("- ").partition(" · ")
        if not line.startswith("- ") or not dot or id in self._said:
            problem = f"{quoted(id)} is labelled twice" if id in self._said else f"{quoted(line)} is not '- id · …'"
            raise BadInput(problem, mend=_LIST, place=f"line {number}")
        self._marks[
            "cards", len(self.cards) - 1, "answers", len(self.cards[-1]["answers"]) - 1, self._said_name, id
        ] = number
        verdict, _, quote = rest.partition(" · ")
        point = {"verdict": verdict, "quote": unescaped(quote)}
        self._said[id] = point if self._said_name == "key_points" else unescaped(rest)

    def finished(self, card: Plain) -> Plain:
        """The card with the lines of each part as one text."""
        for name in _SECTIONS:
            for part in card.get(name, ()):
                part["text"] = ("\n" if name == "answers" else " ").join(part["text"]).strip()
        return card


def _named(heading: str, names: dict[str, str], number: int) -> str:
    wanted = heading.strip().rstrip(":").casefold()
    if name := next((name for name, title in names.items() if title.casefold() == wanted), ""):
        return name
    mend = meant(heading, names.values(), "The headings here are")
    raise BadInput(f"the heading {quoted(heading)} is not one of a card", mend=mend, place=f"line {number}")


def _value(text: str, number: int) -> str:
    if not text.startswith('"'):
        return text[1:-1].replace("''", "'") if re.fullmatch("'.*'", text) else text
    try:
        return str(json.loads(text))
    except ValueError:
        mend = "Close the quotes, or write the value without them"
        raise BadInput(f"the quotes of {quoted(text)} do not match", mend=mend, place=f"line {number}") from None


def _lines(card: Plain) -> Iterator[str]:
    """The document of one card."""
    yield "---"
    for name in _SMALL:
        if value := card.get(name):
            yield f"{name}: {value if _BARE.fullmatch(value) else json.dumps(value, ensure_ascii=False)}"
    yield from ("---", "", f"# {escaped(card['question'])}", "")
    for name, title in _SECTIONS.items():
        if parts := card.get(name):
            yield from (f"## {title}", "")
            for part in parts:
                yield from _part_lines(part)


def _part_lines(part: Plain) -> Iterator[str]:
    yield from (f"### {part['id']} · {escaped(part.get('label') or part['level'])}", "")
    yield from map(escaped, part["text"].split("\n"))
    yield ""
    if "probe" in part:
        yield from (f"> Probe: {escaped(part['probe'])}", "")
    if "weight" in part:
        yield from (f"*Weight: {part['weight']}*", "")
    for name, title in _SAID.items():
        if said := part.get(name):
            yield from (f"#### {title}", "", *map(_said_line, said.items()), "")


def _said_line(item: tuple[str, Any]) -> str:
    id, said = item
    if isinstance(said, dict):
        return f"- {id} · {said['verdict']}" + (f" · {escaped(said['quote'])}" if said.get("quote") else "")
    return f"- {id} · {escaped(said)}"
