"""A saved web page as the lines a reader sees, for the reader of question pages.

The markup is first cut down to bare tags in one pass: attributes, comments, scripts and stray angle brackets are where
parsers take quadratic time, and none of them is part of a page's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from knowledge.card import Card
from knowledge.errors import BadInput
from knowledge.formats import page
from knowledge.text import one_line

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

MOST_TAGS = 10_000
MOST_TEXT = 1_000_000
"""Largest page without attributes and scripts, in characters; a question page has a few thousand."""

_HIDDEN = ("script", "style", "noscript", "template", "svg", "iframe", "select", "textarea", "title", "nav", "footer")
_RAW = ("script", "style", "textarea", "title")
_HEADINGS = {f"h{n}" for n in range(1, 7)}
_BLOCKS = (
    "address article aside blockquote body button caption center dd details dialog div dl dt fieldset figcaption "
    "figure form header hr html label legend li main menu ol p pre section summary table tbody td tfoot th thead tr ul"
)
_KEPT = {*_BLOCKS.split(), *_HEADINGS, *_HIDDEN, "br"}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>")


def read(text: str) -> list[Card]:
    """The cards of a saved web page of one or several question pages. Raises BadInput."""
    from bs4 import BeautifulSoup

    if not _TAG.search(text):
        return page.read(text)
    return page.read_numbered(_lines(BeautifulSoup(_bare(text), "html.parser")))


def _bare(markup: str) -> str:
    """Only the tags that make or hide lines, without attributes; each line keeps its number."""
    for start, stop in (("<!--", "-->"), ("<!", ">"), ("<?", ">"), *((f"<{name}", f"</{name}") for name in _RAW)):
        markup = _cut(markup, start, stop)
    tags = 0
    out, end = [], 0
    for tag in _TAG.finditer(markup):
        out.append(markup[end : tag.start()].replace("<", "&lt;"))
        name = tag.group(2).lower()
        if name in _KEPT:
            tags += 1
            if tags > MOST_TAGS:
                raise _too_large()
            out.append(f"<{tag.group(1)}{name}>")
        out.append("\n" * tag.group().count("\n"))
        end = tag.end()
    bare = "".join([*out, markup[end:].replace("<", "&lt;")])
    if len(bare) > MOST_TEXT:
        raise _too_large()
    return bare


def _too_large() -> BadInput:
    mend = "Save only the question page, or copy its text into a text file"
    return BadInput("this web page is far larger than a question page", mend=mend)


def _cut(markup: str, start: str, stop: str) -> str:
    """`markup` without what stands from each `start` to the end of the tag at `stop`; line breaks stay."""
    opens, closes = (re.compile(re.escape(mark), re.IGNORECASE) for mark in (start, stop))
    out, end = [], 0
    while found := opens.search(markup, end):
        close = closes.search(markup, found.end())
        after = markup.find(">", close.start()) + 1 if close else 0
        after = after or len(markup)
        out += [markup[end : found.start()], "\n" * markup.count("\n", found.start(), after)]
        end = after
    return "".join([*out, markup[end:]])


def _lines(soup: BeautifulSoup) -> Iterator[tuple[int, str]]:
    """The lines of a page with their numbers: each block on its own, each list item as one bullet."""
    words: list[str] = []
    depth = {"li": 0, "pre": 0}
    number = 1
    for what, entering in _walk(soup):
        if isinstance(what, str):
            words.append(what)
        elif depth["pre"] and what.name == "br":
            words.append("\n")
        elif (depth["li"] and what.name not in {"li"} | _HEADINGS) or (what.name == "br" and words[:1] == ["# "]):
            words.append(" ")  # one item or heading is one line, whatever it is made of
        else:
            yield from _folded(number, "".join(words), bool(depth["pre"]))
            if what.name != "br":
                yield number, ""
            number = what.sourceline or number
            if what.name in depth:
                depth[what.name] += 1 if entering else -1
            words = ["• " if what.name == "li" else "# " if what.name in _HEADINGS else ""] if entering else []
    yield from _folded(number, "".join(words), bool(depth["pre"]))


def _folded(number: int, text: str, pre: bool) -> Iterator[tuple[int, str]]:
    """The line, or lines of preformatted text, that a block makes."""
    if pre:
        yield from enumerate(text.splitlines(), number)
    elif line := one_line(text):
        yield number, line


def _walk(soup: BeautifulSoup) -> Iterator[tuple[Tag | str, bool]]:
    """Every visible text, and every tag twice: entering (True) and leaving. Not recursive: pages nest deeply."""
    from bs4 import Tag

    open_tags = [soup]
    within: list[Iterator[object]] = [iter(soup.contents)]
    while within:
        child = next(within[-1], None)
        if child is None:
            within.pop()
            tag = open_tags.pop()
            if within:
                yield tag, False
        elif not isinstance(child, Tag):
            yield str(child), True
        elif child.name == "br":
            yield child, True
        elif child.name not in _HIDDEN:
            yield child, True
            open_tags.append(child)  # type: ignore[arg-type]
            within.append(iter(child.contents))
