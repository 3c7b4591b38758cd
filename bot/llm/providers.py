"""Which model, at which provider, and the LangChain client for it."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from knowledge.errors import BadSetting

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.outputs import ChatGenerationChunk
    from langchain_openai import ChatOpenAI

OPENAI = "openai"
PROVIDERS = frozenset(
    {
        "anthropic", "anthropic_bedrock", "azure_ai", "azure_openai", "baseten", "bedrock", "bedrock_converse",
        "cohere", "deepseek", "fireworks", "google_anthropic_vertex", "google_genai", "google_vertexai", "groq",
        "huggingface",
        "ibm", "litellm", "mistralai", "nvidia", "ollama", OPENAI, "openrouter", "perplexity", "together", "upstage",
        "xai",
    }
)  # fmt: skip
"""The names that LangChain's `init_chat_model` knows. What stands before a colon and is none of them belongs to the
model's own name, as in "llama3.1:8b"."""
CONNECT = 5.0
"""Seconds to reach a server."""


@dataclass(frozen=True)
class Spec:
    """A model at a provider."""

    provider: str
    model: str

    @property
    def name(self) -> str:
        """As it is set and stored: "provider:model"."""
        return f"{self.provider}:{self.model}"


def spec_of(name: str) -> Spec:
    """The model that a setting names: "provider:model", or one at an OpenAI-compatible server. Raises BadSetting."""
    provider, colon, model = name.strip().partition(":")
    if not colon or provider not in PROVIDERS:
        provider, model = OPENAI, name.strip()
    if not model:
        raise BadSetting("GREENROOM_MODEL names no model. Say it as provider:model, for instance openai:gpt-5.4-mini.")
    return Spec(provider, model)


def connect(spec: Spec, *, key: SecretStr | None, base_url: str, temperature: float, patience: float) -> BaseChatModel:
    """The client of a model, with timeouts and without retries of its own. Raises BadSetting where its package is
    missing or it lacks what it needs."""
    # Nothing leaves unasked, whatever the user's environment says of tracing.
    os.environ["LANGSMITH_TRACING"] = os.environ["LANGCHAIN_TRACING_V2"] = "false"
    # The openai client looks into a half-imported httpx where another thread is loading it just now.
    with suppress(ImportError):
        import_module("httpx")
    if spec.provider == OPENAI:
        if key is None and not base_url:
            raise BadSetting(
                f"{spec.name} needs a key. Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own."
            )
        return _openai(spec.model, key, base_url, patience)
    from langchain.chat_models import init_chat_model

    try:
        made: BaseChatModel = init_chat_model(
            spec.model, model_provider=spec.provider, temperature=temperature, timeout=patience, max_retries=0
        )
    except ImportError as error:
        # LangChain's message names the package, which is not always called as the provider is.
        named = re.search(r"langchain-[\w-]+", str(error))
        package = named[0] if named else f"langchain-{spec.provider.replace('_', '-')}"
        raise BadSetting(f"{spec.name} needs another package. Install it: .venv/bin/uv pip install {package}") from None
    except Exception as error:  # noqa: BLE001  what a provider's package raises without its key is its own affair
        raise BadSetting(
            f"{spec.name} cannot be set up ({type(error).__name__}). Most often its key is not in the environment."
        ) from None
    return made


@cache
def _frank() -> type[ChatOpenAI]:
    from langchain_openai import ChatOpenAI

    class Frank(ChatOpenAI):
        """Says when a stream holds a refusal, which LangChain drops."""

        def _convert_chunk_to_generation_chunk(
            self, chunk: dict[str, Any], default_chunk_class: type, base_generation_info: dict[str, Any] | None
        ) -> ChatGenerationChunk | None:
            made = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
            for choice in chunk.get("choices") or ():
                if made and (refusal := (choice.get("delta") or {}).get("refusal")):
                    made.message.additional_kwargs["refusal"] = refusal
            return made

    return Frank


def _openai(model: str, key: SecretStr | None, base_url: str, patience: float) -> BaseChatModel:
    import openai

    return _frank()(
        model=model,
        # A server on one's own machine asks for no key, but the client insists on one.
        api_key=key or SecretStr("none"),
        base_url=base_url or None,
        # Our own patience ends first; this one is for a thread that nobody waits for any more.
        timeout=openai.Timeout(patience + CONNECT, connect=CONNECT),
        max_retries=0,
        use_responses_api=False,
    )
