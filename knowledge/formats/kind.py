"""Whether a question asks for the past, for what one would do, or for knowledge."""

from __future__ import annotations

import re

from knowledge.card import Kind

# A past event is asked for by name ("a time when"), by "did you" or by a story that the candidate was part of.
_BEHAVIOURAL = re.compile(
    r"""\b(?:
      (?:a|an|one|any|the\ last|the\ most\ recent)\ (?:\w+\ )?(?:time|times|occasion|situation|instance)
      \ (?:when|where|in\ which|that|you|your)
    | tell\ (?:me|us)\ (?:about|of)\ (?:a|an|your|the|one|mentoring|leading|working)\b
    | describe\ (?:a|an|one|your)\ (?:\w+\ ){0,2}
      (?:time|situation|conflict|failure|mistake|challenge|achievement|decision|experience)
    | (?:give|share|provide)\ (?:me\ |us\ )?(?:with\ )?(?:an|one|some)\ examples?
    | (?:what|how|why|when|where|who)\ did\ you | have\ you\ ever | when\ have\ you | how\ have\ you
    | walk\ (?:me|us)\ through\ (?:a|one|your)\ (?:time|situation|project|experience|career)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_SITUATIONAL = re.compile(
    r"""\b(?:what|how|when|where|who|which\ \w+)\ would\ (?:you|your)\b
    | \b(?:imagine|suppose|say\ that|let's\ say|picture\ this)\b
    | ^(?:if|when)\ (?:you|your|a|an)\b
    | ^(?:you|you're|you've|your|it's|it\ is)[ ]
    | \bwhat\ (?:do|should)\ you\ do\b""",
    re.IGNORECASE | re.VERBOSE,
)
# A scene in one sentence, then the question about it: "Our close takes twelve days. How do you shorten it?"
_SCENE = re.compile(r"^[^?]{15,}[.!] .*\b(?:how|what)\b.*\byou\b.*\?", re.IGNORECASE)


def infer_kind(question: str) -> Kind:
    """The kind of a question whose author named none; technical where nothing speaks for another."""
    asked = question.replace("\u2019", "'").strip()[:2_000]
    if _BEHAVIOURAL.search(asked):
        return "behavioural"
    if _SITUATIONAL.search(asked) or _SCENE.search(asked):
        return "situational"
    return "technical"
