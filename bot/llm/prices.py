"""What calls cost, from the price list that the package genai-prices carries, or from the user's own settings."""

from __future__ import annotations

from dataclasses import dataclass

MILLION = 1_000_000


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens."""

    input: float
    cached: float
    output: float

    def of(self, input_tokens: int, cached_tokens: int, output_tokens: int) -> float:
        """US dollars for one call."""
        fresh = max(0, input_tokens - cached_tokens)
        return (fresh * self.input + cached_tokens * self.cached + output_tokens * self.output) / MILLION


def listed_price(provider: str, model: str) -> Price | None:
    """The listed price of a model, or None where the list does not have it."""
    from genai_prices import Usage, calc_price

    def dollars(**tokens: int) -> float:
        return float(calc_price(Usage(**tokens), model, provider_id=provider).total_price)

    try:
        # Prices can rise with the length of a prompt; ours are short, so they are read off a short one.
        return Price(
            input=dollars(input_tokens=1000, output_tokens=0) * 1000,
            cached=dollars(input_tokens=1000, cache_read_tokens=1000, output_tokens=0) * 1000,
            output=dollars(input_tokens=0, output_tokens=1000) * 1000,
        )
    except (LookupError, ValueError):
        return None
