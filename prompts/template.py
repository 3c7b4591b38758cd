"""Templates: sandboxed, strict, and versioned by the hash of their file. Values are data and stay data."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from jinja2 import StrictUndefined, Template, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, trim_blocks=True)


def version_of(raw: bytes) -> str:
    """The version of a prompt file: the first 12 hex digits of its SHA-256."""
    return sha256(raw).hexdigest()[:12]


def variables_of(source: str) -> set[str]:
    """The variables that a template uses. Raises jinja2.TemplateSyntaxError."""
    return meta.find_undeclared_variables(_ENVIRONMENT.parse(source))


@lru_cache(maxsize=1_000)
def compiled(source: str) -> Template:
    """The template, ready to render, and kept, since compiling is what costs.

    A variable that it is not given raises jinja2.UndefinedError.
    """
    return _ENVIRONMENT.from_string(source)
