"""Prompts for language models: one YAML file a call, checked when loaded, rendered with values that are inert data.

A file named like a shipped one in a folder of the user's takes its place, if it declares the same variables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Literal

import yaml
from jinja2 import TemplateError
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from prompts.template import compiled, variables_of, version_of

Name = Literal["judge", "review", "voice", "draft"]
NAMES: tuple[Name, ...] = ("judge", "review", "voice", "draft")

Value = str | int | Sequence["Value"] | Mapping[str, "Value"]
"""What a template may be given: text, numbers, and lists and mappings of them."""


class UnusablePrompt(ValueError):
    """A prompt file that cannot be used; its text names the file and the fault."""


class Prompt(BaseModel):
    """What a model is told for one kind of call. The system part is the same for every turn on a card, so that
    providers can cache it; the user part changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    purpose: str
    """One sentence for the reader of the file."""
    variables: list[str]
    system: str
    user: str
    version: str = ""
    """First 12 hex digits of the file's SHA-256."""

    @model_validator(mode="after")
    def _declared(self) -> Prompt:
        used = variables_of(self.system) | variables_of(self.user)
        if used != set(self.variables):
            raise ValueError(f"uses {sorted(used)}, declares {sorted(self.variables)}")
        return self

    def render(self, values: Mapping[str, Value]) -> tuple[str, str]:
        """System and user text. Every string in `values` is made inert; a missing one raises jinja2.UndefinedError."""
        safe = {name: inert(value) for name, value in values.items()}
        return compiled(self.system).render(safe).strip(), compiled(self.user).render(safe).strip()


def inert(value: Value) -> Value:
    """`value` with nothing in it that could close the block it stands in: the angle brackets of tags become ‹ and ›."""
    if isinstance(value, str):
        return re.sub(r"<(?=[/!|?A-Za-z])", "‹", value).replace("|>", "|›")
    if isinstance(value, Mapping):
        return {name: inert(part) for name, part in value.items()}
    if isinstance(value, Sequence):
        return [inert(part) for part in value]
    return value


def load_prompt(name: Name, overrides: Path | None = None) -> Prompt:
    """The prompt of that name: the user's, where `overrides` holds one, else the shipped one. Raises UnusablePrompt."""
    own = overrides / f"{name}.yaml" if overrides else None
    if own is not None and own.is_file():
        prompt = _parse(own.read_bytes(), str(own))
        if set(prompt.variables) != set(_shipped(name).variables):
            raise UnusablePrompt(
                f"{own}: declares other variables than the shipped prompt, {_shipped(name).variables}."
            )
        return prompt
    return _shipped(name)


def _shipped(name: Name) -> Prompt:
    return _parse((files(__package__) / f"{name}.yaml").read_bytes(), f"{name}.yaml")


def _parse(raw: bytes, file: str) -> Prompt:
    try:
        content = yaml.safe_load(raw)
        return Prompt.model_validate({**content, "version": version_of(raw)})
    except (yaml.YAMLError, ValidationError, TemplateError, TypeError) as error:
        raise UnusablePrompt(f"{file}: {error}") from None
