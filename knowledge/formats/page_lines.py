"""What each line of a question page is: a heading, a bullet, a fact, a page's boilerplate or plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from knowledge.formats.point import bullet
from knowledge.text import one_line

Sort = Literal["blank", "heading", "title", "bullet", "facts", "boilerplate", "prose"]

_HEADINGS = {
    "key_points": "sample answer|sample answers|example answer|model answer|key points|key point|answer",
    "motivations": "underlying motivations|underlying motivation|motivations|motivation",
    "minefields": "potential minefields|potential minefield|minefields|red flags|potential red flags|pitfalls",
}
_SECTION = {words: section for section, names in _HEADINGS.items() for words in names.split("|")}
_FACT = re.compile(r"(?:\*\*|__)?\b(theme|role|function)\b(?:\*\*|__)?\s*:\s*(?:\*\*|__)?", re.IGNORECASE)
_BOILERPLATE = re.compile(
    r"""interview\ question\ for\ .{1,200}?:\ | see\ (?:sample\ answers|other\ interview\ questions)\b
    | this\ role\ falls\ within\b | example\ response\ for\ question\b
    | what\ the\ interviewer\ is\ trying\ to\b | how\ to\ avoid\ some\ common\ minefields\b
    | customi[sz]e\ this\ to\ your\ own\b""",
    re.IGNORECASE | re.VERBOSE,
)
_RULE = re.compile(r"[-=*_~]{3,}")


@dataclass(frozen=True)
class Line:
    """One line of a page, folded to single spaces, with its number in the file."""

    number: int
    sort: Sort
    text: str = ""
    """The words: of a bullet without its mark, of a heading without `#`."""
    section: str = ""
    """The part of the card that a heading opens."""
    facts: dict[str, str] = field(default_factory=dict)
    """Of a facts line: theme, role, function, as far as they stand in it."""
    raw: str = ""
    """The line with its marks; empty for a blank one."""


def read_lines(numbered: Iterable[tuple[int, str]]) -> Iterator[Line]:
    """The lines of a page with what each of them is; facts that follow one another come as one line."""
    block: Line | None = None
    for number, text in numbered:
        line = _line(number, one_line(text))
        if block and line.sort == "blank":
            continue
        if block and (together := _together(block, line)):
            block = together
            continue
        if block:
            yield block
            yield Line(number, "blank")
        block = line if line.sort == "facts" else None
        if block is None:
            yield line
    if block:
        yield block


def facts_in(text: str) -> dict[str, str]:
    """Theme, role and function in a line that begins with one of them; empty for any other line."""
    if not _FACT.match(text):
        alone = text.casefold()
        return {alone: ""} if alone in {"theme", "role", "function"} else {}
    ends = [*_FACT.finditer(text)]
    starts = [mark.start() for mark in ends[1:]] + [len(text)]
    return {
        mark.group(1).lower(): text[mark.end() : start].strip(" |·•") for mark, start in zip(ends, starts, strict=True)
    }


def _together(block: Line, line: Line) -> Line | None:
    """`block` with the facts of the next line, or with that line as the value of a label that stood alone."""
    last = next(reversed(block.facts))
    if line.sort == "facts" and not block.facts.keys() & line.facts.keys():
        facts = block.facts | line.facts
    elif line.sort in {"prose", "title"} and not block.facts[last]:
        facts = block.facts | {last: line.text}
    else:
        return None
    return replace(block, facts=facts)


def _line(number: int, text: str) -> Line:
    if not text or _RULE.fullmatch(text):
        return Line(number, "blank")
    if section := _SECTION.get(text.strip("#*_: ").casefold()):
        return Line(number, "heading", section=section, raw=text)
    if facts := facts_in(text):
        return Line(number, "facts", text, facts=facts, raw=text)
    if (words := bullet(text)) is not None:
        return Line(number, "bullet", words, raw=text)
    if _BOILERPLATE.match(text):
        return Line(number, "boilerplate", text, raw=text)
    if text.startswith("#"):
        return Line(number, "title", text.strip("#* "), raw=text)
    return Line(number, "prose", text, raw=text)
