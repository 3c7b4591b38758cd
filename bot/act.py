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

# Patterns are read without apostrophes, since people leave them out: "dont", "im", "thats", "lets".
_BEFORE = (
    r"(?:(?:ok|okay|oh|um+|uh+|er+m?|h+m+|well|so|please|hi|no|nope|yes|yeah|actually|honestly|to be honest|"
    r"sorry|im sorry|im afraid|i think|i guess|i believe)[,.!… ]+)*"
)
_AFTER = (
    r"[,.… ]*(?:(?:please|pls|thanks|thank you|cheers|sorry|really|tbh|to be honest|for now|right now|now|"
    r"at the moment|if thats ok(?:ay)?|if possible|if you dont mind)[,.… ]*)*\W*"
)
_ASK = r"(?:can|could|would|will|may) (?:you|we|i)(?: please| just)?"
_WANT = rf"(?:{_ASK}|lets|let us|ill|i will|i want to|i need to|id like to|i would like to)(?: just| please)?"
_IT = r"(?:it|that|this)"
_QUESTION = r"(?:(?:the|that|this|your|another|the next|a different) )?(?:one|question|topic)"
_THAT = rf"(?: {_IT}| {_QUESTION})?"
_AGAIN = r"(?: again| once more| one more time| for me| to me)*"
_INTERVIEW = r"(?:(?:the|this|my) )?(?:interview|session|practice)"
_HERE = rf"(?: here| there| it| this| now| {_INTERVIEW})*"
_GIVE = r"(?:have|get|give me|show me)"


def _phrases(*alternatives: str) -> re.Pattern[str]:
    return re.compile(f"{_BEFORE}(?:{'|'.join(alternatives)}){_AFTER}", re.IGNORECASE)


# Each pattern must match the whole message: a long answer that happens to hold "I don't know" is still an answer.
_ACTS: tuple[tuple[Act, re.Pattern[str]], ...] = (
    (
        "repeat",
        _phrases(
            rf"(?:{_ASK} )?repeat{_THAT}{_AGAIN}",
            rf"(?:{_ASK} )?(?:say|ask|read) (?:{_IT}|{_QUESTION})(?: again| once more| one more time){_AGAIN}",
            rf"{_ASK} (?:hear|see) {_QUESTION}{_AGAIN}",
            rf"(?:would|do) you mind repeating{_THAT}{_AGAIN}",
            rf"what(?:s| is| was) (?:the|your) question{_AGAIN}",
            rf"i (?:missed|didnt (?:catch|hear)) (?:{_IT}|{_QUESTION})",
            r"come again|pardon(?: me)?|one more time|once more",
        ),
    ),
    (
        "clarify",
        _phrases(
            r"clarify",
            r"what (?:exactly |precisely )?do you mean(?: by [^,.;]{1,60})?",
            rf"{_ASK} (?:clarify|explain|rephrase|elaborate)(?: .{{1,60}})?",
            rf"{_ASK} (?:be (?:a (?:bit|little) )?more specific|put {_IT} (?:differently|another way))",
            rf"(?:rephrase|explain){_THAT}",
            r"what (?:exactly )?are you (?:asking|after|looking for)(?: here)?",
            r"what does (?:that|this|it) mean",
            rf"i (?:really )?(?:dont|do not|didnt) (?:understand|get|follow)(?: {_IT}| {_QUESTION}| what you mean)?",
            rf"(?:im|i am) not sure (?:what you mean|(?:that )?i (?:understand|follow){_THAT})",
            r"in what sense",
            r"do you mean .{1,80}\?",
        ),
    ),
    (
        "hint",
        _phrases(
            rf"(?:(?:(?:{_ASK} )?{_GIVE}|i need|i want|id like|i would like|i could use) )?"
            r"(?:(?:a|another|any|some) )?(?:hints?|help)",
            rf"(?:{_ASK} )?help me(?: out)?(?: here| with (?:it|that|this))?",
        ),
    ),
    (
        "end",
        _phrases(
            rf"(?:{_WANT} )?(?:end|stop|quit|exit|finish){_HERE}",
            rf"(?:{_WANT} )?(?:close|leave) {_INTERVIEW}",
            rf"{_WANT} wrap (?:it |this |things )?up{_HERE}",
            rf"{_WANT} call it a day",
            r"i (?:have|need) to (?:go|stop|leave)(?: here)?",
            rf"(?:im|i am) (?:done|finished) with {_INTERVIEW}",
        ),
    ),
    (
        "skip",
        _phrases(
            rf"(?:{_WANT} )?(?:skip|pass|move on|go on)(?: on| over| past| to)?{_THAT}",
            r"next(?: one| question| topic)?",
            rf"(?:i|id|i would) (?:rather|prefer) (?:not|to not|not to)(?: (?:answer|say)(?: {_IT}| {_QUESTION})?)?",
            rf"i pass(?: on (?:{_IT}|{_QUESTION}))?",
        ),
    ),
    (
        "done",
        _phrases(
            rf"(?:(?:im|i am) )?(?:done|finished)(?: here| with (?:{_IT}|{_QUESTION}))?",
            r"(?:thats|that is|that was|that would be) (?:about |really )?(?:all|it|everything)"
            r"(?: (?:that )?(?:i have|ive got|i can think of|i know|i can say|from me|for me))*",
            r"(?:(?:i have|ive|ive got|theres) )?nothing (?:(?:else|more|further)(?: to (?:add|say))?|to add)",
            r"no more(?: from me| to (?:add|say))?",
            r"(?:ive|i have) (?:said|covered) (?:everything|it all|all)(?: i (?:have|had|know|wanted)(?: to say)?)?",
            r"i (?:dont|do not) have (?:anything|any more|more)(?: else| more)? to (?:add|say)",
        ),
    ),
    (
        "dont_know",
        _phrases(
            r"(?:i )?(?:really |honestly |just )?(?:dont|do not|wouldnt|would not) (?:really )?(?:know|kno|no)"
            rf"(?: the answer(?: to (?:{_IT}|{_QUESTION}))?|(?: about)? (?:{_IT}|{_QUESTION})| what to say)?",
            r"(?:i )?dunno|idk",
            r"(?:(?:i have|ive|i have got|ive got|i got) )?(?:absolutely )?no (?:idea|clue)(?: (?:about|on) that)?",
            r"i (?:havent(?: got)?|dont have) (?:a clue|any idea)",
            rf"(?:(?:im|i am) )?(?:really |honestly )?not (?:really )?sure(?: about (?:{_IT}|{_QUESTION}| that one))?",
            r"i (?:cant|cannot|can not) (?:think of (?:any|anything|one)|remember|recall|say)",
            rf"i (?:cant|cannot|can not) answer(?: {_IT}| {_QUESTION})?",
            r"i (?:really )?couldnt (?:say|tell you)",
            r"(?:ive|i have) never (?:done|had|seen|tried) (?:that|this|it|one)",
            r"i have no experience (?:of|with|in) (?:that|this|it)",
            r"i havent(?: (?:done|had) (?:that|this|it))?",
            r"nothing(?: comes to mind)?|no|nope",
            r"(?:im|i am) stuck",
            r"(?:youve|you have|you) got me(?: there)?|beats me",
        ),
    ),
    (
        "other",
        _phrases(
            r"(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: \w+)?(?:[,.!]? (?:nice|good) to meet you)?",
            r"(?:thanks|thank you)(?: (?:so|very) much| a lot)?(?: for (?:that|this|the question|your time|asking))?",
            r"ok|okay|sure|right|great|cool|yes|yep|ready|im ready|go ahead|continue|start|lets (?:go|start|begin)",
            r"(?:are|is) (?:you|this) (?:really )?(?:an? )?(?:ai|bot|robot|human|real|person|computer|model)"
            r"(?: (?:person|interviewer)| or .{1,25})?",
            r"who are you",
            r"(?:how am i doing|how did i do|what(?:s| is) my score|did i (?:pass|do well))(?: so far| there)?",
            r"(?:what(?:s| is)|tell me|show me|give me) the (?:right |correct |model |sample )?answers?"
            r"(?: (?:to|for) .{1,40})?",
            r"test|testing",
            r"how (?:long|many questions)(?: .{1,60})?\?",
        ),
    ),
)
_LONGEST_ACT = 120
_WORD = re.compile(r"\w")
_APOSTROPHE = re.compile("['’‘ʼ＇´`]")
_COMMAND = re.compile(r"/\w+")


def act_of(message: str) -> Act:
    """What `message` is, by its form alone; one with no letter or digit in it, or an unknown command, is "other"."""
    text = _APOSTROPHE.sub("", one_line(message))
    if text.casefold() in COMMANDS:
        return COMMANDS[text.casefold()]
    if not _WORD.search(text) or _COMMAND.fullmatch(text):
        return "other"
    if len(text) <= _LONGEST_ACT:
        for act, pattern in _ACTS:
            if pattern.fullmatch(text):
                return act
    return "answer"
