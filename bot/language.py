"""English as people type it: sentences without full stops, bullets, look-alike letters, words, stems and cues.

Pure functions on strings. A `Sentence` is a verbatim slice of what was typed, so that it can be quoted; everything
that compares words works on its `folded` form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import snowballstemmer

LONGEST_RUN = 34
"""Words after which a sentence without an end is cut at the next conjunction or comma."""

_LOOK_ALIKES = str.maketrans(
    dict(
        zip(
            "АВЕКМНОРСТХУІЈЅЗаеорсухіјѕһԁԛԝкмтвнгΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεικνορτυχγηω",
            "ABEKMHOPCTXYIJS3aeopcyxijshdqwkmtbhrABEZHIKMNOPTYXaeikvoptuxynw",
            strict=True,
        )
    )
)
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

STOP_WORDS = frozenset(
    """a an the and or but if so then than that this these those there here it its it's itself i me my mine myself we us
    our ours you your yours he him his she her hers they them their theirs who whom whose which what when where why how
    is am are was were be been being do does did done doing have has had having will would shall should can could may
    might must of to in on at by for from with without about into onto over under up down out off as not no nor only
    just also too very really quite some any all each both more most much many such own same other another i'm i'd i'll
    i've we'd we're we'll we've you'd you're you'll they're they'd that's there's don't didn't doesn't isn't aren't
    wasn't weren't won't wouldn't can't couldn't shouldn't let's get gets got getting go goes going make makes made
    thing things something anything everything like well yes yeah ok okay because while once again before after until
    during between through even still ever never yet maybe perhaps one ones say says said know think want""".split()
)
_FUNCTION_WORDS = STOP_WORDS - {"without", "never", "not", "no"}

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nothing|nobody|neither|nor|without|cannot|cant|dont|doesnt|didnt|isnt|arent|wasnt|werent|"
    r"wont|wouldnt|couldnt|shouldnt|havent|hasnt|hadnt|hardly|barely|instead of|rather than|no longer)\b|n't\b",
    re.IGNORECASE,
)
_DISMISSAL = re.compile(
    r"\b(?:no need|not needed|needn'?t|don'?t (?:need|bother|have to|care|really matter)|doesn'?t matter|irrelevant|"
    r"pointless|waste of (?:\w+ )?time|wastes? (?:\w+ )?time|no point|useless|unnecessary|never mind|skip(?:s|ped)?|ignore|"
    r"forget about|overrated|nonsense|not (?:my|our) (?:job|problem|business)|none of (?:my|our)|only confus\w+|slows?|"
    r"too (?:slow|much|many|long)|should never|must never|mustn'?t|there'?s no|makes no difference|same thing|"
    r"the opposite|why bother|save that|afterwards|at the end|myth|automatically|guarantee[sd]?|for free)\b",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(
    r"\b(?:always|never|every(?: single)?|all|only|just|simply|straight away|immediately|any|must|obviously|of course|"
    r"definitely|nobody|everyone|everybody|whatever|nothing|easy|easily)\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:i guess|i think|i suppose|maybe|perhaps|probably|possibly|might|could be|sort of|kind of|not sure|"
    r"i believe|somehow|or something|and so on|i'?m guessing|whatever|presumably|as far as i)\b",
    re.IGNORECASE,
)
_DONT_KNOW = re.compile(
    r"\b(?:i (?:really |honestly |just |still )?(?:don'?t|do not|dont|wouldn'?t|didn'?t) (?:really |actually )?"
    r"(?:know|remember|recall)|no idea|no clue|not (?:really )?sure|couldn'?t (?:tell|say|explain)|can'?t (?:say|remember|"
    r"think of)|never (?:done|had|heard|used|worked|dealt|seen)|(?:haven'?t|not|havent) (?:really )?(?:done|had|used|"
    r"worked|dealt|designed|heard|seen)|i'?d be guessing|beyond me|pass on (?:that|this)|i'?d have to (?:ask|look)|"
    r"i'?d rather not|idk|dunno)\b",
    re.IGNORECASE,
)
_RETRACTION = re.compile(
    r"\b(?:scrap (?:that|what|the)|scratch (?:that|what|the)|take (?:that|it|this|the \w+) back|i take (?:\w+ ){0,5}back|"
    r"strike that|forget (?:that|what i)|drop (?:that|the|it)\b|bin (?:that|it)|changed? my mind|actually,? no|no,? actually|"
    r"i was wrong|that was wrong|that'?s wrong|i (?:mis\w+|shouldn'?t have said|shouldn'?t say)|i (?:said|was going to say)|"
    r"what i said|on second thoughts?|thinking about it|come to think|let me correct|correction|i withdraw|i'?d (?:not|no longer)|"
    r"i wouldn'?t (?:actually )?do that|ignore (?:that|what i))\b|^(?:no,|hm+,?|oh|hang on|wait)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:i|we|i'd|i'll|i've|i'm|we'd|we'll|we've|we're|my|our)\b", re.IGNORECASE)
_BUZZ = re.compile(
    r"\b(?:leverag\w*|synerg\w*|holistic\w*|best[- ]practices?|end of the day|world[- ]class|cutting[- ]edge|seamless\w*|"
    r"robust\w*|framework\w*|mindset|journey|passion\w*|data[- ]driven|actionable|insights?|stakeholders?|ecosystem\w*|"
    r"key pillars?|is (?:key|crucial|essential|critical|paramount|vital)|are (?:key|crucial|essential|critical|vital)|"
    r"transparen\w*|excellence|alignment|strategic\w*|optimi[sz]\w*|proven|strong (?:background|track)|toolkit|"
    r"end[- ]to[- ]end|full[- ]stack|scalab\w*|resilien\w*|empower\w*|innovat\w*|culture of|all about|"
    r"methodolog\w*|value[- ]add\w*|deliver\w* value|proactive\w*|agile|focus(?:ed)? on|big believer)\b",
    re.IGNORECASE,
)
_ADDRESSES_JUDGE = re.compile(
    r"\b(?:full marks|10\s*/\s*10|ten out of ten|100\s*/\s*100|100 ?%? (?:score|marks)|perfect score|(?:highest|maximum|top) "
    r"(?:score|marks?|rating)|mark (?:me|this|it|all|every)\b[^.]{0,40}\b(?:as )?(?:correct|covered|passed)|"
    r"(?:ignore|disregard|forget) (?:all |any |the |your )*(?:previous|prior|above|earlier|other) (?:\w+ )?"
    r"(?:instructions?|rules?|prompts?)|system prompt|as an? (?:ai|language model)|you are (?:now )?(?:an? )?"
    r"(?:ai|assistant|grader|judge|evaluator)|(?:grader|judge|evaluator|assistant|system)\s*:|note to (?:the )?(?:grader|judge|"
    r"evaluator|ai|assessor|interviewer)|all (?:the )?key ?points (?:are|were|have been|as)|(?:give|award|assign|grant) (?:me|this|it|the "
    r"(?:answer|candidate))\b[^.]{0,40}\b(?:marks?|score|points?|credit|rating|pass)|score\s*[:=]\s*\d|verdict\s*[:=]|"
    r"(?:candidate|answer|applicant) (?:has )?(?:passed|covered (?:all|every)|deserves|should (?:be|get|receive)))|"
    r"[{\[]\s*\"[\w ]+\"\s*:|</?\w+(?:_\w+)*>|<\|",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.])(\d+(?:[.,]\d+)*)\s?(%|k\b|m\b|bn\b)?", re.IGNORECASE)
_NUMBER_WORDS = {
    w: str(n)
    for n, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split()
    )
} | {"twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "hundred": "100", "thousand": "1000"}

_OPPOSITES = [
    "more less", "high low", "higher lower", "increase decrease", "increase reduce", "raise lower", "rise fall", "up down",
    "before after", "first last", "always never", "early late", "fast slow", "quick slow", "short long", "big small",
    "large small", "macro micro", "cheap expensive", "public private", "open closed", "include exclude", "internal external",
    "internal externally", "start end", "begin finish", "best worst", "better worse", "most least", "many few", "allow forbid",
    "accept reject", "agree refuse", "share hide", "tell hide", "keep remove", "add remove", "add drop", "win lose",
    "gain lose", "buy sell", "hot cold", "hard easy", "easy difficult", "strong weak", "true false", "right wrong", "same different",
    "client server", "read write", "push pull", "paid organic", "paid free", "together alone", "together separate", "one many",
    "all none", "everyone nobody", "immediately later", "immediately wait", "now later", "soon late", "calm angry", "privately publicly",
    "private publicly", "written verbal", "specific vague", "specific general", "necessary optional", "required optional", "slowly quickly",
    "minimum maximum", "small large", "old new", "narrow broad", "wide narrow", "single multiple", "long brief", "positive negative",
    "sooner later", "above below", "over under", "forward back", "inside outside", "success failure", "stop continue", "pause continue",
    "encourage discourage", "enable disable", "same opposite", "expand shrink", "grow shrink", "lasting temporary", "permanent temporary",
]  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """One sentence or bullet of an answer: `answer[start:end] == text`."""

    text: str
    start: int
    end: int

    @cached_property
    def folded(self) -> str:
        """The text as it is compared: see `fold`."""
        return fold(self.text)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """All words of the folded text, lower case."""
        return words(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of the content words."""
        return stems(self.text)


def fold(text: str) -> str:
    """`text` in NFKC, without invisible characters, with Latin letters for Greek and Cyrillic twins inside words.

    Only words that mix scripts, and words wholly of twins beside Latin text, are touched: honest Greek stays Greek.
    """
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text.translate(_QUOTES))
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Mn"})
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
    """The sentences, bullets and long clauses of `text`, in order, each a verbatim slice; those without a word left out."""
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
        head = text[left : stop.end()]
        following = text[stop.end() : stop.end() + 2].strip()
        if _ABBREVIATION.search(head) and not (_ALWAYS_ENDS.search(head) and (not following or following[:1].isupper())):
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


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The Snowball (Porter2) stem of one lower-case word."""
    return str(_STEMMER.stemWord(word.removesuffix("'s")))


@lru_cache(maxsize=20_000)
def stems(text: str) -> frozenset[str]:
    """Stems of the content words of `text`."""
    return frozenset(stem(w) for w in content_words(text))


class Cues(NamedTuple):
    """Signs in the wording of one text, each a count unless it says otherwise."""

    function_share: float
    """Share of words that carry grammar alone, 0..1: near .5 in prose, near 0 in a list of keywords."""
    negations: int
    dismissals: int
    """Phrases that wave something away ("no need", "pointless", "should never")."""
    absolutes: int
    """Words that leave no exception ("always", "only", "simply")."""
    hedges: int
    """Phrases that weaken what is said ("I guess", "maybe")."""
    dont_knows: int
    """Phrases that say the candidate does not know or has not done it."""
    buzzwords: int
    """Phrases that fill a sentence and say nothing ("holistic", "is key")."""
    first_person: int
    """First-person words: people tell what they did with them."""


@lru_cache(maxsize=20_000)
def cues(text: str) -> Cues:
    """The signs in `text`."""
    folded, all_words = fold(text), words(text)
    share = sum(w in _FUNCTION_WORDS for w in all_words) / len(all_words) if all_words else 0.0
    patterns = (_NEGATION, _DISMISSAL, _ABSOLUTE, _HEDGE, _DONT_KNOW, _BUZZ, _FIRST_PERSON)
    return Cues(share, *(len(p.findall(folded)) for p in patterns))


@lru_cache(maxsize=20_000)
def takes_back(text: str) -> bool:
    """Whether this sentence takes back something said before ("scrap that", "actually, no")."""
    return bool(_RETRACTION.search(fold(text).strip()))


def addresses_judge(text: str) -> bool:
    """Whether this sentence is meant for whoever marks the answer (orders, forged JSON or markup), not a reply."""
    return bool(_ADDRESSES_JUDGE.search(fold(text)))


@lru_cache(maxsize=20_000)
def numbers(text: str) -> frozenset[str]:
    """The quantities in `text` as plain digits; number words up to fifteen and the round ones count too."""
    text = fold(text).lower()
    digits = {m.group(1).replace(",", "") + (m.group(2) or "") for m in _NUMBER.finditer(text)}
    return frozenset(digits | {_NUMBER_WORDS[w] for w in words(text) if w in _NUMBER_WORDS and w != "one"})


@lru_cache(maxsize=1)
def _opposite_stems() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for pair in _OPPOSITES:
        left, right = (stem(w) for w in pair.split())
        table.setdefault(left, set()).add(right)
        table.setdefault(right, set()).add(left)
    return {k: frozenset(v) for k, v in table.items()}


@lru_cache(maxsize=20_000)
def all_stems(text: str) -> frozenset[str]:
    """Stems of all words of `text`, function words too."""
    return frozenset(stem(w) for w in words(text))


def opposites(said: str, wanted: str) -> int:
    """Number of words in `wanted` whose opposite stands in `said` while they themselves do not."""
    mine, theirs = all_stems(said), all_stems(wanted)
    table = _opposite_stems()
    return sum(1 for w in theirs - mine if table.get(w, frozenset()) & (mine - theirs))
