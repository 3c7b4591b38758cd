"""Words that an interviewer never says: marks, verdicts and praise. Pure patterns on text."""

from __future__ import annotations

import re

_MARK = re.compile(
    r"\b\d{1,3}(?:\.\d+)?\s*(?:/|out\s+of)\s*\d{1,3}\b"
    r"|\b(?:your|a|the|full|perfect|maximum|top|final)\s+(?:score|marks?|grade|rating)\b"
    r"|\b(?:score|grade|rating|mark)s?\s*(?:is|are|:|=|of)\s*\d"
    r"|\b(?:full|top) marks\b"
    r"|\byou(?:'ve| have| are|'re)? (?:(?:just|now|already|also) )*(?:passed|failed|hired|aced|nailed|missed|"
    r"forgot(?:ten)?|left out|overlooked|covered (?:all|everything|every|most|nearly))\b"
    r"|\b(?:all|every) (?:the )?(?:key )?points? (?:are|is|were|was|have been|has been)? ?"
    r"(?:covered|met|matched|ticked)\b"
    r"|\b(?:that|this|it|which|your answer|the answer)(?:'s| is| was) (?:(?:not|quite|very|really|absolutely|"
    r"all|almost|completely|partly|just|an?) )*(?:correct|incorrect|right|wrong|excellent|perfect|great|good|brilliant|"
    r"impressive|outstanding|fantastic|wonderful|amazing|superb|exactly right|spot on|incomplete)\b(?! for\b)",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"(?:^|[.!?…,]\s+)(?:(?:that was|what) (?:an? )?)?(?:very |really |absolutely |truly )?"
    r"(?:excellent|perfect|great|brilliant|impressive|fantastic|wonderful|amazing|awesome|superb|outstanding|"
    r"well done|good (?:job|answer|point|start|work|stuff|thinking)|nice(?: (?:one|job|answer|work))?|bravo|"
    r"correct|exactly right|spot on|wrong|incorrect)(?:\s*[!.,:;]|\s+(?:answer|job|point|work|start|example|response|"
    r"stuff|thinking|insight)\b|$)",
    re.IGNORECASE,
)


def gives_a_mark(text: str) -> bool:
    """Whether `text` marks, grades, praises or faults an answer."""
    plain = text.replace("’", "'").strip()
    return bool(_MARK.search(plain) or _PRAISE.search(plain))
