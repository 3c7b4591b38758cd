"""Signs in the wording of a sentence: denial, doubt, waving away, filling, taking back, speaking to the marker.

Lists of phrases, each compiled to one pattern; every count is of phrases found in the folded text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from knowledge.language import all_stems, fold, stem, words


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.IGNORECASE)


_GRAMMAR = frozenset(
    (
        "a an the and or but if so then than that this these those there here it its i me my we us our you your he she "
        "they them their who which what when where why how is am are was were be been being do does did have has had "
        "will would shall should can could may might must of to in on at by for from with about into over up down out "
        "off as only just also too very some any all each both more most much many such same other i'm i'd i'll i've "
        "we'd we're we'll we've you'd you're they're that's there's don't didn't doesn't isn't wasn't won't wouldn't "
        "can't couldn't because while again before after until during between through even still"
    ).split()
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nothing|nobody|neither|nor|without|cannot|cant|dont|doesnt|didnt|isnt|arent|wasnt|werent|"
    r"wont|wouldnt|couldnt|shouldnt|havent|hasnt|hadnt|hardly|barely|instead of|rather than)\b|n't\b",
    re.IGNORECASE,
)
_DISMISSAL = _any_of(
    r"no need", r"not needed", r"needn'?t", r"don'?t (?:need|bother|have to|care|really matter)", r"doesn'?t matter",
    r"irrelevant", r"pointless", r"wastes? (?:of )?(?:\w+ )?time", r"no point", r"useless", r"unnecessary", r"never mind",
    r"skip(?:s|ped)?", r"ignore", r"forget about", r"overrated", r"nonsense", r"not (?:my|our) (?:job|problem|business)",
    r"none of (?:my|our)", r"only confus\w+", r"slows?", r"too (?:slow|much|many|long)", r"should never", r"must never",
    r"mustn'?t", r"there'?s no", r"makes no difference", r"same thing", r"the opposite", r"why bother", r"save that",
    r"afterwards", r"at the end", r"myth", r"automatically", r"guarantee[sd]?", r"for free",
)  # fmt: skip
_ABSOLUTE = _any_of(
    r"always", r"never", r"every(?: single)?", r"all", r"only", r"just", r"simply", r"straight away", r"immediately",
    r"any", r"must", r"obviously", r"of course", r"definitely", r"nobody", r"everyone", r"everybody", r"whatever",
    r"nothing", r"easy", r"easily",
)  # fmt: skip
_HEDGE = _any_of(
    r"i guess", r"i think", r"i suppose", r"maybe", r"perhaps", r"probably", r"possibly", r"might", r"could be",
    r"sort of", r"kind of", r"not sure", r"i believe", r"somehow", r"or something", r"and so on", r"i'?m guessing",
    r"whatever", r"presumably", r"as far as i",
)  # fmt: skip
_DONT_KNOW = _any_of(
    r"i (?:really |honestly |just |still )?(?:don'?t|do not|wouldn'?t|didn'?t) (?:really |actually )?(?:know|remember|recall)",
    r"no idea", r"no clue", r"not (?:really )?sure", r"couldn'?t (?:tell|say|explain)",
    r"can'?t (?:say|remember|think of)", r"never (?:done|had|heard|used|worked|dealt|seen)",
    r"(?:haven'?t|not) (?:really )?(?:done|had|used|worked|dealt|designed|heard|seen)", r"i'?d be guessing", r"beyond me",
    r"pass on (?:that|this)", r"i'?d have to (?:ask|look)", r"i'?d rather not", r"idk", r"dunno",
)  # fmt: skip
_BUZZ = _any_of(
    r"leverag\w*", r"synerg\w*", r"holistic\w*", r"best[- ]practices?", r"end of the day", r"world[- ]class",
    r"cutting[- ]edge", r"seamless\w*", r"robust\w*", r"framework\w*", r"mindset", r"journey", r"passion\w*",
    r"data[- ]driven", r"actionable", r"insights?", r"stakeholders?", r"ecosystem\w*", r"key pillars?",
    r"(?:is|are) (?:key|crucial|essential|critical|paramount|vital)", r"transparen\w*", r"excellence", r"alignment",
    r"strategic\w*", r"optimi[sz]\w*", r"proven", r"strong (?:background|track)", r"toolkit", r"end[- ]to[- ]end",
    r"full[- ]stack", r"scalab\w*", r"resilien\w*", r"empower\w*", r"innovat\w*", r"culture of", r"all about",
    r"methodolog\w*", r"value[- ]add\w*", r"deliver\w* value", r"proactive\w*", r"agile", r"focus(?:ed)? on",
    r"big believer",
)  # fmt: skip
_FIRST_PERSON = _any_of(r"i", r"we", r"i'[dm]", r"i'll", r"i've", r"we'd", r"we'll", r"we've", r"we're", r"my", r"our")
_RETRACTION = _any_of(
    r"(?:scrap|scratch) (?:that|what|the)", r"take (?:that|it|this|the \w+|all that) back", r"i take (?:\w+ ){0,5}back",
    r"strike that", r"forget (?:that|what i)", r"(?:i'?d|i would|let me|let's) (?:\w+ )?(?:drop|bin) (?:that|the|it)",
    r"changed? my mind", r"actually,? no", r"no,? actually", r"i was wrong", r"that was wrong", r"that'?s wrong",
    r"i (?:misspoke|mixed)", r"i shouldn'?t (?:have )?(?:say|said)", r"on second thoughts?", r"thinking about it",
    r"come to think", r"let me correct", r"i withdraw", r"i(?:'d| would) no longer", r"i wouldn'?t (?:actually )?do that",
    r"ignore (?:that|what i)",
)  # fmt: skip
_TO_THE_MARKER = (
    r"full marks", r"10\s*/\s*10", r"ten out of ten", r"100\s*/\s*100", r"100 ?%? (?:score|marks)", r"perfect score",
    r"(?:highest|maximum|top) (?:score|marks?|rating)",
    r"mark (?:me|this|it|all|every)\b[^.]{0,40}\b(?:as )?(?:correct|covered|passed)",
    r"(?:ignore|disregard|forget) (?:all |any |the |your )*(?:previous|prior|above|earlier|other) (?:\w+ )?"
    r"(?:instructions?|rules?|prompts?)",
    r"(?:your|full|reveal the|show me the|show the|print the|output the) system prompt",
    r"as an? (?:language model|ai\b(?: (?:language|assistant|model|grader|judge)|,))",
    r"you are (?:now )?(?:an? )?(?:ai|assistant|grader|judge|evaluator)", r"(?:grader|judge|evaluator|assistant|system)\s*:",
    r"note to (?:the )?(?:grader|judge|evaluator|ai|assessor|interviewer)",
    r"all (?:the )?(?:key )?points (?:are|were|have been|as|matched)", r"covers? all (?:the )?(?:key )?points",
    r"(?:give|award|assign|grant) (?:me|this|it|the (?:answer|candidate))\b[^.]{0,40}"
    r"\b(?:marks?|score|points?|credit|rating|pass)",
    r"the score (?:must|should|has to|is)\b", r"(?:if you )?score (?:this|me|it) (?:below|above|as|at|with)",
    r"score\s*[:=]\s*\d", r"means score", r"verdict\s*[:=]", r"judge'?s verdict",
    r"my answer is correct", r"(?:end|start) of (?:answer|evaluation)",
    r"(?:candidate|answer|applicant) (?:has )?(?:passed|covered (?:all|every)|deserves|should (?:be|get|receive))",
)  # fmt: skip
_ADDRESSES_MARKER = re.compile(
    rf"\b(?:{'|'.join(_TO_THE_MARKER)})|[{{\[]\s*\"[\w ]+\"\s*:|</?\w+(?:_\w+)*>|<\||^```\w*$", re.IGNORECASE
)
_OPENER = re.compile(
    r"^\W*(?:thought process|let'?s (?:solve|think)[^.]*step by step|(?:final )?(?:answer|solution|reasoning|explanation))\W*$",
    re.IGNORECASE,
)

_OPPOSITES = (
    "more/less high/low higher/lower increase/decrease increase/reduce raise/lower rise/fall up/down before/after "
    "first/last always/never early/late fast/slow quick/slow short/long big/small large/small macro/micro cheap/expensive "
    "public/private open/closed include/exclude internal/external start/end begin/finish best/worst better/worse "
    "most/least many/few allow/forbid accept/reject agree/refuse share/hide tell/hide keep/remove add/remove add/drop "
    "win/lose gain/lose buy/sell hot/cold hard/easy easy/difficult strong/weak true/false right/wrong same/different "
    "client/server read/write push/pull paid/organic together/alone together/separate all/none everyone/nobody "
    "immediately/later immediately/wait now/later soon/late calm/angry privately/publicly private/publicly written/verbal "
    "specific/vague specific/general necessary/optional required/optional slowly/quickly minimum/maximum old/new "
    "narrow/broad wide/narrow single/multiple long/brief positive/negative above/below over/under forward/back "
    "inside/outside success/failure stop/continue pause/continue encourage/discourage enable/disable same/opposite "
    "expand/shrink grow/shrink lasting/temporary permanent/temporary"
)


class Cues(NamedTuple):
    """Signs in one text, each a count unless it says otherwise."""

    grammar_share: float
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
    share = sum(w in _GRAMMAR for w in all_words) / len(all_words) if all_words else 0.0
    patterns = (_NEGATION, _DISMISSAL, _ABSOLUTE, _HEDGE, _DONT_KNOW, _BUZZ, _FIRST_PERSON)
    return Cues(share, *(len(p.findall(folded)) for p in patterns))


@lru_cache(maxsize=20_000)
def takes_back(text: str) -> bool:
    """Whether this sentence takes back something said before ("scrap that", "actually, no")."""
    return bool(_RETRACTION.search(fold(text).strip()))


@lru_cache(maxsize=20_000)
def addresses_marker(text: str) -> bool:
    """Whether this sentence is meant for whoever marks the answer (orders, forged JSON or markup), or a bare opener."""
    folded = fold(text).strip()
    return bool(_ADDRESSES_MARKER.search(folded) or _OPENER.match(folded))


@lru_cache(maxsize=1)
def _opposite_stems() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for pair in _OPPOSITES.split():
        left, right = (stem(w) for w in pair.split("/"))
        table.setdefault(left, set()).add(right)
        table.setdefault(right, set()).add(left)
    return {k: frozenset(v) for k, v in table.items()}


def opposites(said: str, wanted: str) -> int:
    """Number of words in `wanted` whose opposite stands in `said` while they themselves do not."""
    mine, theirs = all_stems(said), all_stems(wanted)
    table = _opposite_stems()
    return sum(1 for w in theirs - mine if table.get(w, frozenset()) & (mine - theirs))
