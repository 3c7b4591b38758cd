"""Words that an interviewer never says: marks, verdicts and praise. Pure patterns on text."""

from __future__ import annotations

import re

_MARK = re.compile(
    r"\b\d{1,3}(?:\.\d+)?\s*(?:/|out\s+of)\s*(?:5|10|20|100)\b|\b(?:ten|nine|eight|full) out of ten\b"
    r"|\byour (?:\w+ )?(?:score|marks?|grade|rating)\b"
    r"|\b(?:full|perfect|maximum|top|final|high|highest) (?:score|marks?|grade|rating)\b"
    r"|\b(?:score|grade|rating|mark)s?\s*(?:is|are|:|=)\s*\d"
    r"|\byou(?:'ve| have| are|'re)? (?:(?:just|now|already|also) )*(?:passed|failed|hired|aced|nailed|missed|"
    r"forgot(?:ten)?|left out|overlooked|covered (?:all|everything|every|most|nearly))\b"
    r"|\byou (?:still )?(?:haven't|have not|didn't|did not) (?:yet )?"
    r"(?:mention|sa(?:y|id)|talk|cover|br(?:ing|ought)|name|address|answer)"
    r"|\byou(?:'re| are) (?:(?:absolutely|quite|so|almost|nearly|not) )*(?:right|correct|wrong|incorrect|mistaken)\b"
    r"|\b(?:all|every|\w+ more) (?:the )?(?:key )?points? (?:are|is|were|was|have been|has been|that)? ?"
    r"(?:covered|met|matched|ticked|missing|left|you)\b"
    r"|\b(?:that|this|it|which|your answer|the answer)(?:'s| is| was) (?!all right\b)"
    r"(?:(?:not|quite|very|really|absolutely|all|almost|completely|partly|just|an?) )*"
    r"(?:correct|incorrect|right|wrong|excellent|perfect|great|good|brilliant|impressive|outstanding|fantastic|"
    r"wonderful|amazing|superb|exactly right|spot on|incomplete)\b(?! (?:for|enough|order|way|time|size|moment)\b)",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"(?:^|[.!?…,]\s+)(?:(?:that was|what) (?:an? )?)?(?:very |really |absolutely |truly )?"
    r"(?:excellent|perfect|great|brilliant|impressive|fantastic|wonderful|amazing|awesome|superb|outstanding|"
    r"well done|good (?:job|answer|point|start|work|stuff|thinking)|nice(?: (?:one|job|answer|work))?|bravo|"
    r"correct|exactly right|spot on|wrong|incorrect|not quite|exactly)"
    r"(?:\s*[!.,:;]|\s+(?:answer|job|point|work|start|example|response|stuff|thinking|insight)\b|$)",
    re.IGNORECASE,
)


def gives_a_mark(text: str) -> bool:
    """Whether `text` marks, grades, praises or faults an answer."""
    plain = text.replace("’", "'").strip()
    return bool(_MARK.search(plain) or _PRAISE.search(plain))
