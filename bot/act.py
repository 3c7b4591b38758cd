"""What a message of the candidate is. Only an answer is judged."""

from __future__ import annotations

import re
from typing import Literal

from knowledge.text import one_line

Act = Literal["answer", "repeat", "clarify", "dont_know", "skip", "hint", "done", "end", "other"]

COMMANDS: dict[str, Act] = {
    "/repeat": "repeat",
    "/clarify": "clarify",
    "/skip": "skip",
    "/hint": "hint",
    "/done": "done",
    "/end": "end",
    "/quit": "end",
}

_PLEASE = r"(?:(?:ok|okay|sorry|um+|hmm+|well|please|hi|honestly|actually)[,.! ]+)*"
_TAIL = r"[,. ]*(?:please|thanks|thank you|now|for now|sorry|if that's ok(?:ay)?)?[.!?… ]*"


def _phrases(*alternatives: str) -> re.Pattern[str]:
    return re.compile(f"{_PLEASE}(?:{'|'.join(alternatives)}){_TAIL}", re.IGNORECASE)


# Each pattern must match the whole message: a long answer that happens to hold "I don't know" is still an answer.
_ACTS: tuple[tuple[Act, re.Pattern[str]], ...] = (
    (
        "repeat",
        _phrases(
            r"repeat",
            r"repeat (?:that|it|the question)",
            r"(?:can|could|would) you (?:please )?(?:repeat|say) (?:that|it|the question)(?: again)?",
            r"say (?:that|it) again",
            r"what was the question(?: again)?",
            r"come again",
            r"pardon(?: me)?",
            r"one more time",
        ),
    ),
    (
        "clarify",
        _phrases(
            r"clarify",
            r"what do you mean(?: by .{1,60})?",
            r"(?:can|could|would) you (?:please )?(?:clarify|explain|rephrase)(?: .{1,60})?",
            r"what (?:exactly )?are you (?:asking|after|looking for)",
            r"i (?:don'?t|do not) (?:understand|get|follow)(?: (?:the|your|that|this)(?: question)?)?",
            r"(?:please )?(?:rephrase|explain)(?: (?:that|the question))?",
            r"in what sense",
            r"do you mean .{1,80}\?",
        ),
    ),
    (
        "hint",
        _phrases(
            r"hint",
            r"(?:can|could|may) i (?:have|get) a hint",
            r"(?:give|show) me (?:a|another) hint",
            r"(?:a|another) hint",
            r"help",
            r"help me(?: out)?",
            r"i need (?:a hint|help)",
        ),
    ),
    (
        "end",
        _phrases(
            r"(?:end|stop|quit|exit|finish)",
            r"(?:end|stop|quit|exit|finish|close) (?:the |this )?(?:interview|session|practice)",
            r"(?:can|could) we (?:stop|end)(?: (?:here|there|it|this|the interview))?",
            r"let'?s (?:stop|end|finish|call it)(?: (?:here|there|it|this|a day|the interview))?",
            r"i(?:'d| would) like to (?:stop|end|finish)(?: (?:here|the interview|now))?",
            r"i want to (?:stop|end|quit)(?: (?:here|the interview|now))?",
        ),
    ),
    (
        "skip",
        _phrases(
            r"skip",
            r"pass",
            r"next",
            r"skip (?:it|this|that|this one|(?:this|the) question)",
            r"next (?:one|question)",
            r"(?:can|could) we (?:skip|pass|move on)(?: .{1,30})?",
            r"(?:let'?s|let us) (?:skip|move on)(?: .{1,30})?",
            r"i(?:'d| would)? (?:rather|prefer) (?:not|to not|not to)(?: (?:answer|say)(?: (?:that|this|it))?)?",
            r"move on",
            r"i(?:'ll| will)? pass",
        ),
    ),
    (
        "done",
        _phrases(
            r"(?:i'?m|i am) (?:done|finished)(?: with (?:this|that)(?: (?:one|question))?)?",
            r"that'?s (?:all|it|everything)(?: (?:i have|i've got|from me|i can think of|for me))?",
            r"that is (?:all|it|everything)(?: .{1,20})?",
            r"(?:i have )?nothing (?:else|more|further)(?: to (?:add|say))?",
            r"(?:i have |i've )?nothing to add",
            r"done",
            r"no(?:,? that'?s (?:all|it))",
            r"i(?:'ve| have) (?:said|covered) (?:everything|it all|all)(?: .{1,20})?",
            r"i (?:don'?t|do not) have (?:anything|more)(?: else| more)? to add",
        ),
    ),
    (
        "dont_know",
        _phrases(
            r"i (?:really |honestly )?(?:don'?t|do not|dunno) know(?: (?:about )?(?:that|this)(?: one)?)?",
            r"i (?:don'?t|do not) know the answer",
            r"i dunno",
            r"dunno",
            r"idk",
            r"no idea",
            r"not sure",
            r"(?:i have|i've|i've got|i have got) no (?:idea|clue)",
            r"i(?:'m| am) (?:really |honestly )?not (?:really )?sure(?: about (?:that|this)(?: one)?)?",
            r"no clue",
            r"i can'?t (?:think of (?:any|anything|one)|answer (?:that|this)|remember|say)",
            r"i(?:'ve| have) never (?:done|had|seen|tried) (?:that|this|it|one)",
            r"(?:nothing|nope|no)",
            r"i haven'?t(?: (?:done|had) (?:that|this|it))?",
            r"nothing comes to mind",
            r"i (?:really )?couldn'?t (?:say|tell you)",
            r"i(?:'m| am) stuck",
            r"you(?:'ve| have) got me(?: there)?",
        ),
    ),
    (
        "other",
        _phrases(
            r"(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: .{1,30})?",
            r"(?:thanks|thank you)(?: .{1,30})?",
            r"(?:ok|okay|sure|right|great|cool|yes|ready|yep|i'?m ready|go ahead|continue|start)",
            r"(?:are|is) (?:you|this) (?:an? )?(?:ai|bot|robot|human|real|person|computer|model).{0,40}",
            r"who are you",
            r"(?:how am i doing|how did i do|what(?:'s| is) my score|did i (?:pass|do well))(?: .{1,30})?",
            r"(?:what(?:'s| is)|tell me|show me|give me) the (?:right |correct |model |sample )?answers?(?: .{1,40})?",
            r"(?:test|testing)",
            r"how (?:long|many questions)(?: .{1,60})?\?",
        ),
    ),
)
_LONGEST_ACT = 120
_WORD = re.compile(r"\w")


def act_of(message: str) -> Act:
    """What `message` is, by its form alone; a message with no letter or digit in it is "other"."""
    text = one_line(message).replace("’", "'")
    if text.casefold() in COMMANDS:
        return COMMANDS[text.casefold()]
    if not _WORD.search(text):
        return "other"
    if len(text) <= _LONGEST_ACT:
        for act, pattern in _ACTS:
            if pattern.fullmatch(text):
                return act
    return "answer"
