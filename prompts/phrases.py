"""The scripted interviewer's words: loaded once, checked, and rendered with values that are never templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from prompts.template import compiled, variables_of, version_of


class Ways(BaseModel):
    """The ways of saying one thing, and the values that they name."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    variables: list[str]
    ways: list[str]

    @model_validator(mode="after")
    def _declared(self) -> Ways:
        if not self.ways or len(set(self.ways)) != len(self.ways):
            raise ValueError("ways must be there, and differ")
        for way in self.ways:
            used = variables_of(way)
            if used != set(self.variables):
                raise ValueError(f"{way!r} uses {sorted(used)}, declared are {sorted(self.variables)}")
        return self


@dataclass(frozen=True)
class Phrases:
    """Every way of saying everything. `version` is the first 12 hex digits of the file's SHA-256."""

    version: str
    ways: Mapping[str, Ways]

    def render(self, thing: str, number: int, **values: str) -> str:
        """Way number `number` (modulo how many there are) of saying `thing`. A missing value raises UndefinedError."""
        ways = self.ways[thing].ways
        return compiled(ways[number % len(ways)]).render(values).strip()

    def count(self, thing: str) -> int:
        """How many ways there are of saying `thing`."""
        return len(self.ways[thing].ways)


def load_phrases() -> Phrases:
    """The phrases shipped beside this file. Raises pydantic.ValidationError where the file is not as it should be."""
    raw = (files(__package__) / "phrases.yaml").read_bytes()
    content = yaml.safe_load(raw)
    content.pop("purpose")
    ways = {thing: Ways.model_validate(value) for thing, value in content.items()}
    return Phrases(version=version_of(raw), ways=ways)
