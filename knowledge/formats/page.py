"""The question page: a question, its theme, role and function, and its bullets under three headings.

One file may hold several pages: a question followed by a line of theme, role and function begins a new one. What is
neither a bullet in a section nor one of the facts on top is the page's own boilerplate, and no part of the card.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from knowledge.card import Card
from knowledge.errors import BadInput
from knowledge.formats.complaint import Path, nearest, quoted
from knowledge.formats.page_lines import Line, facts_in, read_lines
from knowledge.formats.plain import Plain, to_cards
from knowledge.formats.point import label_and_text

Saying = tuple[int, str, str]
"""Line number, sort and text of a line, or of several that are one text wrapped."""

_ABOUT = re.compile(r"\b(?:About|ABOUT) ([^:]{1,160}): ?(.+)")
_AFTER_ABOUT = re.compile(r"\b(?:This role falls within|See other interview questions|See sample answers)\b.*")
_QUESTION = re.compile(r"(?:\*\*|__)?(?:interview )?(?:question|q)(?:\*\*|__)? ?: ?", re.IGNORECASE)
MOST_LINES = 60_000
LONGEST_LINE = 100_000
_WRAPPED_AT = 60
"""A line at least this long may go on in the next one."""


@dataclass
class _Page:
    """A page while it is read."""

    question: str
    at: int
    facts: dict[str, str] = field(default_factory=dict)
    header: list[str] = field(default_factory=list)
    sections: dict[str, list[list[Line]]] = field(default_factory=dict)


def read(text: str) -> list[Card]:
    """The cards of a text of one or several question pages. Raises BadInput."""
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise BadInput("it has far more lines than question pages do", mend="Split it into several files")
    return read_numbered(enumerate(lines, 1))


def read_numbered(numbered: Iterable[tuple[int, str]]) -> list[Card]:
    """As `read`, from lines that bring their numbers. Raises BadInput."""
    reader = _Reader()
    for line in read_lines(map(short, numbered)):
        reader.take(line)
    if not reader.any:
        raise BadInput("it is empty", mend="Put a question page or a card into it")
    if not reader.pages:
        mend = "A page has a question, then bullets such as '• Label: text' under the heading 'Sample Answer'"
        raise BadInput("this is not a question page: no heading 'Sample Answer' or 'Key points' in it", mend=mend)
    plain: list[Plain] = []
    marks: dict[Path, int] = {}
    for number, page in enumerate(reader.pages):
        card, lines = _plain(page)
        plain.append(card)
        marks |= {("cards", number, *path): line for path, line in lines.items()}
    return to_cards(plain, lambda path: f"line {nearest(marks, path)}")


def short(numbered: tuple[int, str]) -> tuple[int, str]:
    """The line itself. Raises BadInput where it is longer than any line of a card."""
    if len(numbered[1]) > LONGEST_LINE:
        problem = f"the line has {len(numbered[1]):,} characters, far more than any text of a card"
        raise BadInput(problem, mend="Shorten it or take it out", place=f"line {numbered[0]}")
    return numbered


class _Reader:
    """Takes the lines of a file one by one and sorts them into pages."""

    def __init__(self) -> None:
        self.pages: list[_Page] = []
        self.any = False
        self._loose: deque[Line] = deque(maxlen=400)
        """The last words that belong to nothing yet; the next page's question is among them."""
        self._section: list[list[Line]] | None = None
        self._item: list[Line] | None = None
        """The bullet that the next line may go on with."""

    def take(self, line: Line) -> None:
        """Puts one line where it belongs."""
        self.any = self.any or line.sort != "blank"
        if self._item and _goes_on(self._item, line):
            self._item.append(line)
        elif line.sort == "blank":
            self._loose.append(line)
            if self._item and any(part.text for part in self._item):
                self._item = None
        elif line.sort == "heading":
            self._open(line)
        elif line.sort == "bullet":
            self._bullet(line)
        elif line.sort == "facts":
            self._facts(line, line.facts)
        else:
            self._words(line)

    def _open(self, line: Line) -> None:
        page = self.pages[-1] if self.pages else None
        if page is None or line.section in page.sections:
            page = self._begin(_first(_sayings(self._loose)), line)
        if not page.question:
            raise _no_question(line)
        self._section = page.sections[line.section] = []
        self._item = None
        self._loose.clear()

    def _bullet(self, line: Line) -> None:
        if self._section is not None:
            self._item = [line]
            self._section.append(self._item)
            self._loose.clear()
        elif facts := facts_in(line.text):
            self._facts(line, facts)

    def _facts(self, line: Line, facts: dict[str, str]) -> None:
        page = self.pages[-1] if self.pages else None
        if page is None or page.sections or any(page.facts.get(name, said) != said for name, said in facts.items()):
            page = self._begin(_last(_sayings(self._loose)), line, later=True)
        page.facts |= facts
        self._section = self._item = None
        self._loose.clear()

    def _words(self, line: Line) -> None:
        page = self.pages[-1] if self.pages else None
        self._item = None
        if line.sort == "title":
            self._section = None
        if page and not page.question and line.sort != "boilerplate":
            page.question, page.at = _question(line.text), line.number
            return
        self._loose.append(line)
        if page and not page.sections:
            page.header.append(line.text)

    def _begin(self, saying: Saying | None, line: Line, later: bool = False) -> _Page:
        """A new page with this question; `later` if the question may still come."""
        if saying is None and self._section and len(self._section[-1]) > 1:
            wrapped = self._section[-1].pop()  # no blank line parted the question from the last bullet
            saying = (wrapped.number, wrapped.sort, wrapped.text)
        if saying is None and not later:
            raise _no_question(line)
        number, _, text = saying or (line.number, "prose", "")
        page = _Page(_question(text), number, header=[loose.text for loose in self._loose if loose.text])
        self.pages.append(page)
        self._section = self._item = None
        return page


def _goes_on(item: list[Line], line: Line) -> bool:
    """Whether `line` is the bullet's text going on; a word that is also a heading or a fact may well be."""
    if line.sort == "heading":
        return line.raw[0].islower() and line.raw[-1] != ":"
    if line.sort == "facts":
        return len(line.facts) == 1 and not item[-1].text.endswith("?")
    return line.sort == "prose"


def _sayings(loose: Iterable[Line]) -> list[Saying]:
    """Loose lines with those joined that are one text wrapped."""
    sayings: list[Saying] = []
    before: Line | None = None
    for line in loose:
        wrapped = before and line.text and (line.text[0].islower() or len(before.text) >= _WRAPPED_AT)
        if line.sort == "prose" and before and before.sort == "prose" and wrapped:
            number, sort, text = sayings[-1]
            sayings[-1] = (number, sort, f"{text} {line.text}")
        elif line.sort in {"prose", "title"}:
            sayings.append((line.number, line.sort, line.text))
        before = line
    return sayings


def _last(sayings: list[Saying]) -> Saying | None:
    """The question among the words above the facts: the nearest, unless a title above it looks more like one."""
    if sayings and not sayings[-1][2].endswith("?"):
        return next((saying for saying in reversed(sayings) if saying[1] == "title"), sayings[-1])
    return sayings[-1] if sayings else None


def _first(sayings: list[Saying]) -> Saying | None:
    """The question among the words above a page's first heading."""
    ranked = sorted(sayings, key=lambda saying: (saying[1] != "title", not saying[2].endswith("?")))
    return ranked[0] if ranked else None


def _question(text: str) -> str:
    """`text` without "Question:" before it and bold around it."""
    return text[mark.end() :].strip("*_ ") if (mark := _QUESTION.match(text)) else text.strip("*_ ")


def _no_question(line: Line) -> BadInput:
    mend = "Begin each page with its question, then a line 'Theme: …  Role: …  Function: …'"
    return BadInput("there is no question above this", mend=mend, place=f"line {line.number}")


def _plain(page: _Page) -> tuple[Plain, dict[Path, int]]:
    """A page as plain data, and the line of each of its parts."""
    card: Plain = {"question": page.question, **{name: said for name, said in page.facts.items() if said}}
    if about := _about_role(" ".join(page.header), page.facts.get("role", "")):
        card["about_role"] = about
    marks: dict[Path, int] = {(): page.at}
    for name, items in page.sections.items():
        card[name] = []
        for item in items:
            if words := " ".join(line.text for line in item if line.text):
                marks[(name, len(card[name]))] = item[0].number
                card[name].append(label_and_text(words, f"line {item[0].number}"))
    if not card.get("key_points"):
        mend = "Write bullets such as '• Label: text' under the heading 'Sample Answer'"
        problem = f"the question {quoted(page.question)} has no key points" if page.question else "there is no question"
        raise BadInput(problem, mend=mend, place=f"line {page.at}")
    return card, marks


def _about_role(header: str, role: str) -> str:
    """The page's one sentence on the role, without its full stop."""
    start = header.casefold().find(f"about {role}:".casefold()) if role else -1
    found = _ABOUT.search(header, max(start, 0))
    return _AFTER_ABOUT.sub("", found.group(2)).strip().removesuffix(".").strip() if found else ""
