"""Signs in the wording of a sentence: denial, taking back, speaking to the marker, opposites.

Lists of phrases, each compiled to one pattern; every count is of phrases found in the folded text.
"""

from __future__ import annotations

import re
from functools import lru_cache

from knowledge.language import all_stems, fold, stem


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.IGNORECASE)


_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nothing|nobody|neither|nor|without|cannot|cant|dont|doesnt|didnt|isnt|arent|wasnt|werent|"
    r"wont|wouldnt|couldnt|shouldnt|havent|hasnt|hadnt|hardly|barely|instead of|rather than)\b|n't\b",
    re.IGNORECASE,
)
_RETRACTION = _any_of(
    r"(?:scrap|scratch) (?:that|what|the)", r"take (?:that|it|this|the \w+|all that) back", r"i take (?:\w+ ){0,5}back",
    r"strike that", r"forget (?:that|what i)", r"(?:i'?d|i would|let me|let's) (?:\w+ )?(?:drop|bin) (?:that|the|it)",
    r"changed? my mind", r"actually,? no", r"no,? actually", r"i was wrong", r"that was wrong", r"that'?s wrong",
    r"i (?:misspoke|mixed)", r"i shouldn'?t (?:have )?(?:say|said)", r"on second thoughts?", r"thinking about it",
    r"come to think", r"let me correct", r"i withdraw", r"i(?:'d| would) no longer", r"i wouldn'?t (?:actually )?do that",
    r"ignore (?:that|what i)", r"forget the", r"take (?:it|that|them) off", r"i should correct", r"correct myself",
    r"to be (?:quite |completely )?(?:honest|straight|fair)", r"(?:never|not) actually", r"i was (?:exaggerating|mistaken)",
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


@lru_cache(maxsize=20_000)
def negations(text: str) -> int:
    """Words that deny ("not", "never", "without")."""
    return len(_NEGATION.findall(fold(text)))


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
