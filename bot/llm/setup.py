"""The client of a language model, as the settings want it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from hashlib import sha256

from bot.llm.abilities import Remembered
from bot.llm.chat import Chat
from bot.llm.prices import Price, listed_price
from bot.llm.providers import OPENAI, Spec, connect, spec_of
from bot.settings import Settings
from bot.usage import Usage


def chat_of(
    settings: Settings, name: str, temperature: float, remembered: Remembered, note: Callable[[Usage], None]
) -> Chat:
    """The client of the model of that name, not connected yet; `note` is told what it uses. Raises BadSetting."""
    spec, url = spec_of(name), settings.openai_base_url
    connected = partial(
        connect,
        spec,
        key=settings.openai_api_key,
        base_url=url,
        temperature=temperature,
        patience=settings.patience,
    )
    return Chat(
        spec=spec,
        connect=connected,
        remembered=remembered,
        temperature=temperature,
        patience=settings.patience,
        price=price_of(settings, spec),
        # The address may hold a password, so only its digest is kept.
        server=sha256(url.encode()).hexdigest()[:8] if url and spec.provider == OPENAI else "",
        note=note,
    )


def price_of(settings: Settings, spec: Spec) -> Price | None:
    """The price that the settings give, else the listed one; None where neither is known."""
    given = settings.price_input, settings.price_cached, settings.price_output
    if any(price is not None for price in given):
        fresh, cached, out = (price or 0.0 for price in given)
        return Price(fresh, cached if given[1] is not None else fresh, out)
    own_server = settings.openai_base_url and spec.provider == OPENAI
    return None if own_server else listed_price(spec.provider, spec.model)
