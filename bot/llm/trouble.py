"""What a provider's libraries raise, in our own words. Nothing of a provider's message is kept: it may hold the key,
the prompt or the answer."""

from __future__ import annotations

import email.utils
import re
import time
from typing import Any

from knowledge.errors import BadSetting, ModelTrouble

_TOO_LONG = re.compile(r"context (?:length|window|size)|prompt is too long", re.IGNORECASE)
LONGEST_WAIT = 30.0
"""Seconds that we wait when a provider asks for it; where it asks for more, the user decides."""


def busy(wait: float | None = None) -> ModelTrouble:
    """The provider turned the request away for now."""
    if wait is not None and wait > LONGEST_WAIT:
        minutes = max(1, round(wait / 60))
        text = f"The model's provider is busy and asks to wait about {minutes} minute{'s' if minutes > 1 else ''}."
        return ModelTrouble("busy", text, wait=wait)
    return ModelTrouble("busy", "The model's provider is busy. Try again in a moment.", passing=True, wait=wait)


def down(wait: float | None = None) -> ModelTrouble:
    """The provider has a fault of its own."""
    if wait is not None and wait > LONGEST_WAIT:
        return ModelTrouble("down", "The model's provider has a fault of its own. Try again later.", wait=wait)
    text = "The model's provider has a fault of its own. Try again in a moment."
    return ModelTrouble("down", text, passing=True, wait=wait)


def cut() -> ModelTrouble:
    """The reply broke off."""
    return ModelTrouble("cut", "The model's reply broke off before its end.", passing=True)


def stalled(seconds: float) -> ModelTrouble:
    """Nothing came for too long."""
    text = f"The model said nothing for {seconds:g} seconds. GREENROOM_PATIENCE sets how long to wait."
    return ModelTrouble("stalled", text)


def unfinished(seconds: float) -> ModelTrouble:
    """It came, but too slowly to wait for its end."""
    text = f"The model was not done after {seconds:g} seconds. GREENROOM_PATIENCE sets how long to wait."
    return ModelTrouble("stalled", text)


def empty() -> ModelTrouble:
    """The reply had no words."""
    return ModelTrouble("empty", "The model's reply was empty.", passing=True)


def unreadable() -> ModelTrouble:
    """The reply was no form that we asked for."""
    return ModelTrouble("unreadable", "The model's reply could not be read.", passing=True)


FINAL: dict[str, str] = {
    "key": "The model's provider refused the key. Whoever set this up should check it (OPENAI_API_KEY, for OpenAI).",
    "unknown model": "The provider does not know this model. Whoever set this up should check GREENROOM_MODEL.",
    "too long": "The interview has grown too long for this model.",
    "quota": "The provider's account has nothing left to spend.",
    "request": "The model's provider did not accept the request. `greenroom doctor` may tell why.",
    "refused": "The model declined to read this.",
    "filtered": "The provider's content filter held the reply back.",
    "length": "The model's reply was too long and was cut off.",
}


def final(kind: str) -> ModelTrouble:
    """Trouble of a kind that trying again does not mend."""
    return ModelTrouble(kind, FINAL[kind])


def trouble_of(error: Exception) -> ModelTrouble:
    """`error`, as raised by LangChain or a provider's own library, in our words."""
    import openai
    from langchain_core import exceptions as lc

    if isinstance(error, ModelTrouble):
        return error
    if isinstance(error, BadSetting):
        return ModelTrouble("setup", str(error))
    if is_too_long(error):
        return final("too long")
    wait = _asked_to_wait(error)
    match error:
        case lc.ModelAuthenticationError() | lc.ModelPermissionDeniedError():
            return final("key")
        case lc.ModelNotFoundError():
            return final("unknown model")
        case lc.ModelRateLimitError():
            return final("quota") if getattr(error, "code", "") == "insufficient_quota" else busy(wait)
        case lc.ModelAPIError():
            return down(wait)
        case lc.ModelTimeoutError() | TimeoutError():
            return ModelTrouble("timeout", "The model did not answer in time.", passing=True)
        case lc.ModelConnectionError():
            return ModelTrouble("unreachable", "The model's server could not be reached.", passing=True)
        case openai.UnprocessableEntityError() | lc.ModelInvalidRequestError():
            return final("filtered" if getattr(error, "code", "") == "content_filter" else "request")
        case openai.APIStatusError() if error.status_code == 402:
            return final("quota")
        case openai.APIStatusError():
            return down(wait) if error.status_code >= 500 or error.status_code in (408, 409) else final("request")
        case _:
            # A corrupt chunk is a bare JSONDecodeError, an error event in a stream a bare APIError, and libraries of
            # other providers raise what they like: the reply is lost, and a second one may be whole.
            return cut()


def is_too_long(error: Exception) -> bool:
    """Whether a provider refused a request for its length; LangChain does not see it from OpenAI's code."""
    import openai
    from langchain_core import exceptions as lc

    if isinstance(error, lc.ContextOverflowError) or getattr(error, "code", "") == "context_length_exceeded":
        return True
    status = getattr(error, "status_code", 0)
    if not isinstance(error, openai.APIStatusError | lc.ModelInvalidRequestError) or status not in (400, 413, 422):
        return False
    # A complaint about the room left for the reply is mended by asking for less, not by sending less.
    said = str(error)
    return status == 413 or (bool(_TOO_LONG.search(said)) and "max_" not in said)


def _asked_to_wait(error: Exception) -> float | None:
    """Seconds in a Retry-After header, which may also be a date (RFC 9110, 10.2.3)."""
    headers: Any = getattr(getattr(error, "response", None), "headers", None)
    value = str(headers.get("retry-after", "")) if headers is not None else ""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(value).timestamp() - time.time()
        except ValueError:
            return None
    return seconds if 0 < seconds < float("inf") else None
