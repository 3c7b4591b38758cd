"""`greenroom judge`: a file of answers in, a file of verdicts out, and how far they agree with the labels in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.agreement import agreement, labelled_pairs
from bot.claim import Assessment, Exchange, Review
from bot.labelling import judge_answer
from bot.ports import Judge
from knowledge.card import Card
from knowledge.errors import BadInput
from knowledge.formats import read_paths

Row = dict[str, Any]
Progress = Callable[[int, int], None]
FAILURES_IN_A_ROW = 3
"""Answers that could not be judged, one after another, after which it is better to stop and say why."""


def unseen(done: int, of: int) -> None:
    """Progress that nobody sees."""
    del done, of


@dataclass(frozen=True)
class Judging:
    """What came of a file: answers judged now and before, those that could not be, and the figures of agreement."""

    judged: int
    resumed: int
    problems: tuple[str, ...]
    figures: Mapping[str, float | int]


@dataclass(frozen=True)
class Labelled:
    """A file of answers with the cards they belong to. Reading it raises BadInput."""

    answers: Sequence[Row]
    cards: Mapping[str, Card]

    @classmethod
    def read(cls, cards: Path, answers: Path) -> Labelled:
        """Both files, checked."""
        found = read_paths([cards])
        for problem in found.rejected:
            raise problem
        by_id = {card.id: card for card in found.cards}
        rows = []
        for number, row in _rows(answers):
            if row["card_id"] not in by_id:
                raise BadInput(
                    f"there is no card {row['card_id']!r} in {cards.name}",
                    mend="Name the card by its id.",
                    file=str(answers),
                    place=f"line {number}",
                )
            rows.append(row)
        return cls(rows, by_id)

    def of(self, row: Row) -> tuple[Card, list[Exchange]]:
        """The card of an answer, and what was said. Labels are not read."""
        exchanges = [Exchange(prompt=turn["q"], answer=turn["a"]) for turn in row["turns"]]
        return self.cards[row["card_id"]], exchanges


def judge_file(judge: Judge, labelled: Labelled, out: Path, progress: Progress = unseen) -> Judging:
    """Judge every answer and write a line each to `out`.

    What is judged is kept in a file beside `out` until all of it is, so that a run that was stopped goes on where it
    was. An answer that could not be judged is tried anew by the next run, and stands in `out` as unsure until then.
    """
    part = out.with_name(out.name + ".part")
    known = _resumable(part, judge.name)
    results: list[Row] = []
    problems: list[str] = []
    resumed = in_a_row = 0
    with part.open("a", encoding="utf-8") as file:
        if not part.stat().st_size:
            file.write(json.dumps({"judge": judge.name}) + "\n")
        for row in labelled.answers:
            key = _key(row)
            if key in known:
                results.append(known[key])
                resumed += 1
            else:
                result, problem = _judged(judge, row, labelled)
                results.append(result)
                in_a_row = in_a_row + 1 if problem else 0
                if problem:
                    problems.append(f"{row['id']}: {problem}")
                else:
                    file.write(json.dumps({"key": key, "row": result}, ensure_ascii=False) + "\n")
                    file.flush()
                if in_a_row == FAILURES_IN_A_ROW:
                    return Judging(len(results) - resumed - len(problems), resumed, tuple(problems), {})
            progress(len(results), len(labelled.answers))
    whole = out.with_name(out.name + ".whole")
    whole.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in results), encoding="utf-8")
    whole.replace(out)
    if not problems:
        part.unlink()
    pairs = [
        pair
        for row, result in zip(labelled.answers, results, strict=True)
        for pair in labelled_pairs(row.get("key_points") or {}, result["key_points"])
    ]
    return Judging(len(results) - resumed - len(problems), resumed, tuple(problems), agreement(pairs))


def _judged(judge: Judge, row: Row, labelled: Labelled) -> tuple[Row, str]:
    """The verdicts on one answer, and what went wrong, if anything."""
    card, exchanges = labelled.of(row)
    watched = _Watched(judge)
    return {"id": row["id"], **judge_answer(watched, card, exchanges)}, watched.problem


def _key(row: Row) -> str:
    """Tells an answer from every other, also from one of the same id that says something else."""
    said = json.dumps([row["id"], row["card_id"], row["turns"]])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


class _Watched:
    """A judge, and whether it failed. Satisfies `bot.ports.Judge`."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self.name = judge.name
        self.problem = ""

    def prepare(self, card: Card) -> None:
        self._judge.prepare(card)

    def assess(self, card: Card, exchanges: Sequence[Exchange]) -> Assessment:
        found = self._judge.assess(card, exchanges)
        self.problem = self.problem or found.problem
        return found

    def review(self, card: Card, exchanges: Sequence[Exchange]) -> Review:
        found = self._judge.review(card, exchanges)
        self.problem = self.problem or found.problem
        return found


def _resumable(part: Path, judge: str) -> dict[str, Row]:
    """What an earlier run of the same judge has judged, by key; what cannot be read is judged anew."""
    found: dict[str, Row] = {}
    try:
        first, *lines = part.read_text("utf-8").splitlines()
        same = json.loads(first) == {"judge": judge}
    except (OSError, ValueError):
        same, lines = False, []
    if not same:
        part.unlink(missing_ok=True)
    for line in lines if same else ():
        try:
            kept = json.loads(line)
            found[kept["key"]] = kept["row"]
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _rows(path: Path) -> Iterator[tuple[int, Row]]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot be read ({error})", mend="Give a UTF-8 file of JSON lines.", file=str(path)) from None
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, _row(line, str(path), number)


def _row(line: str, file: str, number: int) -> Row:
    mend = 'Each line is {"id", "card_id", "turns": [{"q", "a"}, …]}.'
    try:
        row: Row = json.loads(line)
        fits = (
            isinstance(row["id"], str)
            and isinstance(row["card_id"], str)
            and isinstance(row.get("key_points") or {}, dict)
            and all(isinstance(turn["q"], str) and isinstance(turn["a"], str) for turn in row["turns"])
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        fits = False
    if not fits:
        raise BadInput("is not an answer", mend=mend, file=file, place=f"line {number}")
    return row
