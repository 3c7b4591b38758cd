"""`greenroom judge`: a file of answers in, a file of verdicts out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.claim import Exchange
from bot.labelling import judge_answer
from bot.ports import Judge
from knowledge.errors import BadInput
from knowledge.formats import read_file


def judge_file(judge: Judge, cards: Path, answers: Path, out: Path) -> int:
    """Judge every answer in `answers` and write a line each to `out`; how many.

    Raises BadInput; then `out` is as it was.
    """
    by_id = {card.id: card for card in read_file(cards)}
    rows = []
    for number, row in _rows(answers):
        card = by_id.get(row["card_id"])
        if card is None:
            raise BadInput(
                f"there is no card {row['card_id']!r} in {cards.name}",
                mend="Name the card by its id.",
                file=str(answers),
                place=f"line {number}",
            )
        exchanges = [Exchange(prompt=turn["q"], answer=turn["a"]) for turn in row["turns"]]
        rows.append({"id": row["id"], **judge_answer(judge, card, exchanges)})
    part = out.with_name(out.name + ".part")
    part.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    part.replace(out)
    return len(rows)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot be read ({error})", mend="Give a UTF-8 file of JSON lines.", file=str(path)) from None
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, _row(line, str(path), number)


def _row(line: str, file: str, number: int) -> dict[str, Any]:
    mend = 'Each line is {"id", "card_id", "turns": [{"q", "a"}, …]}.'
    try:
        row = json.loads(line)
        fits = (
            isinstance(row["id"], str)
            and isinstance(row["card_id"], str)
            and all(isinstance(turn["q"], str) and isinstance(turn["a"], str) for turn in row["turns"])
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        fits = False
    if not fits:
        raise BadInput("is not an answer", mend=mend, file=file, place=f"line {number}")
    return {"id": row["id"], "card_id": row["card_id"], "turns": row["turns"]}
