"""The shape of what the judge learns from; `scripts/judge/data.py` says what is in a row."""

from __future__ import annotations

from typing import Any

from bot.judges.cross_encoder import HEADS
from knowledge import language

Row = dict[str, Any]
POINT, LONE, MINEFIELD, MOTIVATION = range(len(HEADS))


def sentences(text: str) -> list[str]:
    """The sentences as the judge is given them."""
    return [sentence.plain for sentence in language.sentences(text)]


def statement(label: str, text: str) -> str:
    """A part of a card in one line."""
    return f"{label}: {text}" if label else text


def row(question: str, turns: list[list[Any]], statements: list[str], heads: list[int], labels: list[int]) -> Row:
    """A row without evidence, four ways."""
    return {
        "question": question,
        "turns": turns,
        "statements": statements,
        "heads": heads,
        "labels": labels,
        "evidence": [-1] * len(labels),
        "binary": False,
        "group": "",
        "id": "",
        "style": "",
    }
