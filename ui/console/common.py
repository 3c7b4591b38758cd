"""What the commands share: the program, JSON, a file to write, progress."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from knowledge.errors import BadSetting

if TYPE_CHECKING:
    from bot.bootstrap import Greenroom

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def a_greenroom() -> Greenroom:
    """The program with the settings in force. Raises BadSetting."""
    from bot.bootstrap import greenroom

    return greenroom()


def print_json(value: object) -> None:
    """Print one JSON object."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


def write_out(out: Path, content: str | bytes) -> None:
    """Write a file that the user named. Raises BadSetting."""
    try:
        out.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    except OSError as error:
        raise BadSetting(f"{out} cannot be written ({error.strerror}). Name another file with --out.") from None


def progress(done: int, of: int) -> None:
    """Say on standard error how far the library is."""
    end = "\n" if done == of else ""
    print(f"\rPreparing the library: {done} of {of} texts", end=end, file=sys.stderr, flush=True)
