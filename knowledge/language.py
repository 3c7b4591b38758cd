"""English as people type it: sentences without full stops, bullets, look-alike letters, words, stems.

Pure functions on strings. A `Sentence` is a verbatim slice of what was typed, so that it can be quoted; everything
that compares words works on its `folded` form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from threading import Lock

import snowballstemmer

LONGEST_RUN = 34
"""Words after which a sentence without an end is cut at the next conjunction or comma."""

ABBREVIATION_REACH = 16
"""Characters before a full stop in which an abbreviation is looked for."""

_LOOK_ALIKES = str.maketrans(
    dict(
        zip(
            "АВЕКМНОРСТХУІЈЅЗаеорсухіјѕһԁԛԝкмтвнгΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεικνορτυχγηω",
            "ABEKMHOPCTXYIJS3aeopcyxijshdqwkmtbhrABEZHIKMNOPTYXaeikvoptuxynw",
            strict=True,
        )
    )
)
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Mn"}
_LATIN = re.compile(r"[A-Za-z]")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SPACED = re.compile(r"\S+")
_QUOTES = str.maketrans({"‘": "'", "’": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"'})

_BULLET = re.compile(r"^[ \t]*(?:[•◦▪‣*·–—>-]+|\(?\d{1,2}[.)]|\(?[a-hA-H][.)])[ \t]+")
_END = re.compile(r"(?:[.!?…]+|;)[\"'”’)\]]*(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|mr|mrs|ms|dr|prof|st|no|fig|approx|incl|inc|ltd|co|dept|est|min|max|a\.m|p\.m|cf|al)"
    r"|\b[A-Za-z])\.$",
    re.IGNORECASE,
)
_ALWAYS_ENDS = re.compile(r"\b(?:etc|inc|ltd|co|min|max|no|I|st)\.$", re.IGNORECASE)
_JOINT = re.compile(r"\b(?:and then|but|because|so|then|and|which|whereas|while|although|however|or)\b", re.IGNORECASE)

_STOP_WORDS = """
    a an the and or but if so then than that this these those there here it its it's itself i me my mine myself
    we us our ours you your yours he him his she her hers they them their theirs who whom whose which what when
    where why how is am are was were be been being do does did done doing have has had having will would shall
    should can could may might must of to in on at by for from with without about into onto over under up down
    out off as not no nor only just also too very really quite some any all each both more most much many such
    own same other another i'm i'd i'll i've we'd we're we'll we've you'd you're you'll they're they'd that's
    there's don't didn't doesn't isn't aren't wasn't weren't won't wouldn't can't couldn't shouldn't let's get
    gets got getting go goes going make makes made thing things something anything everything like well yes yeah
    ok okay because while once again before after until during between through even still ever never yet maybe
    perhaps one ones say says said know think want
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
_PREAMBLE = re.compile(
    r"^(?:(?:i am|i'm|we are|it is|it's) (?:100 ?%|absolutely|completely|totally|very) "
    r"(?:certain|sure|clear|confident)|"
    r"without (?:any|a) (?:doubt|question)|trust me|"
    r"(?:according to|as (?:stated|written|documented) in) [^,:.]{1,60}?(?=[,:]))"
    r"(?:(?:,| and| that|:)+ *(?:without (?:any|a) (?:doubt|question)|trust me))?(?:[,:]| that)* ",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sentence:
    """One sentence or bullet of an answer: `answer[start:end] == text`."""

    text: str
    start: int
    end: int

    @cached_property
    def plain(self) -> str:
        """The text as it is compared: folded, without a preamble that claims certainty or authority."""
        return _PREAMBLE.sub("", " ".join(fold(self.text).split())) or self.text

    @cached_property
    def words(self) -> tuple[str, ...]:
        """All words of `plain`, lower case."""
        return words(self.plain)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of the content words of `plain`."""
        return stems(self.plain)


def fold(text: str) -> str:
    """`text` in NFKC, without invisible characters, with Latin letters for Greek and Cyrillic twins inside words.

    Only words that mix scripts, and words wholly of twins beside Latin text, are touched: honest Greek stays Greek.
    """
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text.translate(_QUOTES))
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _HIDDEN)
    if not _OTHER_SCRIPT.search(text):
        return text
    latin_text = len(_LATIN.findall(text)) >= len(_OTHER_SCRIPT.findall(text))
    return _SPACED.sub(lambda m: _untwinned(m.group(), latin_text), text)


def _untwinned(word: str, latin_text: bool) -> str:
    if not _OTHER_SCRIPT.search(word):
        return word
    plain = word.translate(_LOOK_ALIKES)
    return plain if not _OTHER_SCRIPT.search(plain) and (latin_text or _LATIN.search(word)) else word


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences, bullets and long clauses of `text` that hold a word, in order, each a verbatim slice."""
    found: list[Sentence] = []
    at = 0
    for line in text.splitlines(keepends=True):
        bullet = _BULLET.match(line)
        found.extend(_pieces(text, at + (bullet.end() if bullet else 0), at + len(line)))
        at += len(line)
    return tuple(found)


def _pieces(text: str, start: int, end: int) -> Iterator[Sentence]:
    for left, right in _ended(text, start, end):
        for a, b in _unrun(text, left, right):
            piece = text[a:b].strip()
            if _TOKEN.search(piece):
                a += text[a:b].index(piece)
                yield Sentence(piece, a, a + len(piece))


def _ended(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans that end where a sentence does."""
    left = start
    for stop in _END.finditer(text, start, end):
        # The longest abbreviation is far shorter: looking further back would take quadratic time on a hostile text.
        head = text[max(left, stop.end() - ABBREVIATION_REACH) : stop.end()]
        following = text[stop.end() : stop.end() + 2].strip()
        may_end = bool(_ALWAYS_ENDS.search(head)) and (not following or following[:1].isupper())
        if _ABBREVIATION.search(head) and not may_end:
            continue
        yield left, stop.end()
        left = stop.end()
    yield left, end


def _unrun(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A span cut at joints so that no part runs much beyond LONGEST_RUN words."""
    spans = [m.span() for m in _SPACED.finditer(text, start, end)]
    if len(spans) <= LONGEST_RUN:
        yield start, end
        return
    middle = len(spans) // 2
    at = min(range(6, len(spans) - 6), key=lambda i: (_cost(text, spans, i) + abs(i - middle) / len(spans), i))
    yield from _unrun(text, start, spans[at][0])
    yield from _unrun(text, spans[at][0], end)


def _cost(text: str, spans: list[tuple[int, int]], i: int) -> float:
    """How bad it is to cut before word i: best after punctuation and before a conjunction."""
    after = text[spans[i - 1][1] - 1] in ",:;–—)" or text[spans[i - 1][0] : spans[i - 1][1]] in {"-", "->", "–", "—"}
    before = bool(_JOINT.match(text, spans[i][0]))
    return 1.0 - 0.6 * after - 0.4 * before


def words(text: str) -> tuple[str, ...]:
    """All words of `text`, folded and lower case, with plain apostrophes."""
    return tuple(w.replace("’", "'") for w in _TOKEN.findall(fold(text).lower()))


def content_words(text: str) -> tuple[str, ...]:
    """The words that carry matter: no articles, pronouns, auxiliaries and the like; single letters only if digits."""
    return tuple(w for w in words(text) if w not in STOP_WORDS and (len(w) > 1 or w.isdigit()))


_STEMMER = snowballstemmer.stemmer("english")
_STEMMING = Lock()
"""The stemmer keeps the word it works on in itself, so two threads at once get each other's stems or an IndexError."""


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The Snowball (Porter2) stem of one lower-case word."""
    with _STEMMING:
        return str(_STEMMER.stemWord(word.removesuffix("'s")))


@lru_cache(maxsize=20_000)
def stems(text: str) -> frozenset[str]:
    """Stems of the content words of `text`."""
    return frozenset(stem(w) for w in content_words(text))


@lru_cache(maxsize=20_000)
@lru_cache(maxsize=20_000)
def all_stems(text: str) -> frozenset[str]:
    """Stems of all words of `text`, function words too."""
    return frozenset(stem(w) for w in words(text))
