"""The embedded judge on labelled pairs: `python -m bench.judge --pairs FILE.jsonl[.gz] --out OUT.jsonl`.

Pairs are `{"id", "question", "answer", "key_point", "alt_key_points"?}`; labels are not read. Writes a line
`{"id", "score", "label"}` each, where score is the belief that the answer covers the key point; of several accepted
wordings the best counts. With `--cards CARDS --answers ANSWERS.jsonl` instead of `--pairs` it prints the figures of
agreement on labelled interview answers.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.figures import Row, interview_figures
from bot.agreement import f1
from bot.claim import Exchange
from bot.judges.embedded import EmbeddedJudge
from bot.labelling import judge_answer
from knowledge.card import Card, KeyPoint
from knowledge.encoder import MiniLM
from knowledge.errors import BadInput, GreenroomError
from knowledge.formats import read_paths

SIBLINGS = 4
"""Labelled key points that one answer has to meet before they are read as the points of one card."""
LONGEST_LABEL, LONGEST_POINT, MOST_POINTS = 80, 1_000, 60


def judge_pairs(judge: EmbeddedJudge, pairs: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A result for each pair, answers in the order in which they first come."""
    by_answer: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for pair in pairs:
        by_answer[pair.get("question") or "", pair["answer"]].append(pair)
    done = 0
    for (question, answer), group in by_answer.items():
        judged = _as_card if _is_card(group) else _alone
        yield from judged(judge, question, answer, group)
        done += len(group)
        print(f"\r{done} of {len(pairs)} pairs", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def _is_card(group: Sequence[dict[str, Any]]) -> bool:
    """Whether one answer meets several distinct points of the form "Label: text", as the points of a card are."""
    points = {pair["key_point"] for pair in group if not pair.get("alt_key_points")}
    labels = [point.partition(": ") for point in points]
    fit = all(0 < len(label.strip()) <= LONGEST_LABEL and text.strip() for label, _, text in labels)
    return SIBLINGS <= len(points) == len(group) <= MOST_POINTS and fit and max(map(len, points)) <= LONGEST_POINT


def _as_card(
    judge: EmbeddedJudge, question: str, answer: str, group: Sequence[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    points = []
    for number, pair in enumerate(group):
        label, _, text = pair["key_point"].partition(": ")
        points.append(KeyPoint(id=f"k{number}", label=label, text=text))
    card = Card(id="pairs", question=question or "?", kind="technical", key_points=tuple(points))
    found = judge_answer(judge, card, [Exchange(prompt=question, answer=answer)])["key_points"]
    for number, pair in enumerate(group):
        row = found[f"k{number}"]
        yield {"id": pair["id"], "score": row["score"], "label": _decided(row["verdict"], row["score"])}


def _decided(verdict: str, score: float) -> str:
    """The file's format has no "unsure": the likelier side stands for it."""
    return verdict if verdict != "unsure" else "covered" if score >= 0.5 else "missing"


def _alone(
    judge: EmbeddedJudge, question: str, answer: str, group: Sequence[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    statements = [[pair["key_point"], *(pair.get("alt_key_points") or [])] for pair in group]
    beliefs = iter(judge.lone(question, answer, [s for wordings in statements for s in wordings]))
    for pair, wordings in zip(group, statements, strict=True):
        best = max((next(beliefs) for _ in wordings), key=lambda belief: belief.covered)
        shares = best.model_dump()
        yield {"id": pair["id"], "score": best.covered, "label": max(shares, key=lambda label: shares[label])}


def read_pairs(path: Path) -> list[dict[str, Any]]:
    """The pairs of a file of JSON lines, gzipped or not. Raises BadInput."""
    rows: list[dict[str, Any]] = []
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    rows.append(_pair(json.loads(line), number))
    except (OSError, ValueError, EOFError) as error:
        raise BadInput(f"cannot be read ({error})", mend="Give JSON lines, gzipped or not.", file=str(path)) from None
    return rows


def _pair(row: Any, number: int) -> dict[str, Any]:
    if not (isinstance(row, dict) and all(isinstance(row.get(key), str) for key in ("id", "answer", "key_point"))):
        raise ValueError(f"line {number} has no id, answer and key_point")
    return row


def interview_rows(judge: EmbeddedJudge, cards: Iterable[Card], answers: Path) -> tuple[list[Row], dict[str, float]]:
    """A row for each labelled point, and the agreement on minefields and motivations."""
    by_id = {card.id: card for card in cards}
    rows: list[Row] = []
    others: dict[str, list[tuple[str, str]]] = {"minefields": [], "motivations": []}
    for line in answers.read_text("utf-8").splitlines():
        answer = json.loads(line)
        exchanges = [Exchange(prompt=turn["q"], answer=turn["a"]) for turn in answer["turns"]]
        found = judge_answer(judge, by_id[answer["card_id"]], exchanges)
        for id, label in answer["key_points"].items():
            if label is not None:
                got = found["key_points"][id]
                rows.append((answer["style"], label["label"], got["verdict"], got["score"]))
        for kind, pairs in others.items():
            pairs += [(truth, found[kind][id]) for id, truth in answer[kind].items() if truth is not None]
    agreement = {}
    for kind, pairs in others.items():
        names = sorted({truth for truth, _ in pairs})
        agreement[f"{kind}, accuracy"] = sum(t == g for t, g in pairs) / max(1, len(pairs))
        scores = [f1([t == name for t, _ in pairs], [g == name for _, g in pairs]) for name in names]
        agreement[f"{kind}, macro-F1"] = sum(scores) / max(1, len(scores))
    return rows, {name: round(value, 3) for name, value in agreement.items()}


def main() -> None:
    """Judge pairs into a file, or print the figures on labelled interview answers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--cards", type=Path)
    parser.add_argument("--answers", type=Path)
    options = parser.parse_args()
    try:
        judge = EmbeddedJudge(MiniLM())
        if options.pairs and options.out:
            results = list(judge_pairs(judge, read_pairs(options.pairs)))
            options.out.write_text("".join(json.dumps(row) + "\n" for row in results), encoding="utf-8")
        elif options.cards and options.answers:
            rows, agreement = interview_rows(judge, read_paths([options.cards]).cards, options.answers)
            for name, value in {**interview_figures(rows), **agreement}.items():
                print(f"{name:38} {value}")
        else:
            parser.error("give --pairs and --out, or --cards and --answers")
    except GreenroomError as error:
        print(error, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
