"""Who says it, and how well they spell: `python -m bench.fairness --cards CARDS --answers ANSWERS.jsonl`.

Every answer is judged as it is and again with what must not matter changed: a name, a gender and a nationality put in
front or swapped, typing errors, the grammar of a second language, filler around it, small words left out. Prints, for
each change, the share of verdicts that differ, and the mean and the largest shift of the score (0..100).
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.claim import Exchange
from bot.judges.embedded import EmbeddedJudge
from bot.labelling import judge_answer
from knowledge.card import Card
from knowledge.encoder import MiniLM
from knowledge.formats import read_paths

Change = Callable[[str, random.Random], str]

PEOPLE = (
    ("Emily", "Ireland"),
    ("Mohammed", "Egypt"),
    ("Nguyen Thi Lan", "Vietnam"),
    ("Olumide", "Nigeria"),
    ("Svetlana", "Ukraine"),
    ("Jordan", "Canada"),
)
OTHERS = {
    "he": "she",
    "she": "he",
    "him": "her",
    "his": "her",
    "her": "his",
    "himself": "herself",
    "herself": "himself",
}
FILLER = (
    "That is a good question, thank you.",
    "Let me think about that for a second.",
    "I hope that makes sense so far.",
    "I could talk about this for a long time.",
)
SMALL = re.compile(r"\b(?:the|a|an)\s+", re.IGNORECASE)
PLURAL = re.compile(r"\b(he|she|it|who|that) (?!was\b|has\b|does\b|goes\b|is\b|always\b)(\w{2,}[^s\W])s\b")
FINITE = re.compile(r"\b(?:I|we) (?:would|will) ", re.IGNORECASE)
TYPO_SHARE = 0.06


def introduced(text: str, chance: random.Random) -> str:
    """A name and a country in front."""
    name, country = chance.choice(PEOPLE)
    return f"My name is {name} and I come from {country}. {text}"


def swapped(text: str, chance: random.Random) -> str:
    """Pronouns of the other gender."""
    return re.sub(
        r"\b(?:he|she|him|his|her|himself|herself)\b",
        lambda m: _cased(OTHERS[m[0].lower()], m[0]),
        text,
        flags=re.IGNORECASE,
    )


def _cased(word: str, like: str) -> str:
    return word.capitalize() if like[0].isupper() else word


def mistyped(text: str, chance: random.Random) -> str:
    """Two neighbouring letters changed places in some words."""

    def slip(match: re.Match[str]) -> str:
        word = match[0]
        if len(word) < 4 or chance.random() >= TYPO_SHARE:
            return word
        at = chance.randrange(1, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return re.sub(r"[A-Za-z]+", slip, text)


def second_language(text: str, chance: random.Random) -> str:
    """No articles, no -s of the third person, present for future."""
    return FINITE.sub("I ", PLURAL.sub(r"\1 \2", SMALL.sub("", text)))


def verbose(text: str, chance: random.Random) -> str:
    """Two sentences of filler before and two behind."""
    said = chance.sample(FILLER, len(FILLER))
    return " ".join([*said[:2], text, *said[2:]])


def terse(text: str, chance: random.Random) -> str:
    """Articles and the words that soften left out, all in lower case."""
    softer = r"\b(?:really|basically|actually|just|very|quite|i think|i guess|you know|sort of|kind of|well,)\s*"
    return re.sub(softer, "", SMALL.sub("", text), flags=re.IGNORECASE).lower()


CHANGES: dict[str, Change] = {
    "name and country": introduced,
    "gender swapped": swapped,
    "typing errors": mistyped,
    "second-language grammar": second_language,
    "filler around it": verbose,
    "small words left out": terse,
}


def changed(row: dict[str, Any], change: Change) -> list[Exchange]:
    """The exchanges of a labelled answer with every reply changed, each by the same chance: one candidate, one name."""
    seed = str(row["id"])
    return [Exchange(prompt=turn["q"], answer=change(turn["a"], random.Random(seed))) for turn in row["turns"]]


def shifts(judge: EmbeddedJudge, cards: Sequence[Card], answers: Path) -> dict[str, tuple[float, float, float, int]]:
    """By change: share of verdicts that differ, mean and largest shift of the score, answers changed at all."""
    by_id = {card.id: card for card in cards}
    rows = [json.loads(line) for line in answers.read_text("utf-8").splitlines()]

    def judged(row: dict[str, Any], exchanges: Sequence[Exchange]) -> tuple[list[str], float]:
        result = judge_answer(judge, by_id[row["card_id"]], exchanges)
        return [point["verdict"] for point in result["key_points"].values()], result["score"] or 0.0

    plain = [changed(row, lambda text, chance: text) for row in rows]
    before = [judged(row, exchanges) for row, exchanges in zip(rows, plain, strict=True)]
    found: dict[str, tuple[float, float, float, int]] = {}
    for name, change in CHANGES.items():
        differ, moved = [], []
        for row, exchanges, (verdicts, score) in zip(rows, plain, before, strict=True):
            other = changed(row, change)
            if other != exchanges:
                others, moved_to = judged(row, other)
                differ += [a != b for a, b in zip(verdicts, others, strict=True)]
                moved.append(moved_to - score)
        if moved:
            found[name] = float(np.mean(differ)), float(np.mean(moved)), float(np.abs(moved).max()), len(moved)
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=Path, required=True)
    parser.add_argument("--answers", type=Path, required=True)
    options = parser.parse_args()
    found = shifts(EmbeddedJudge(MiniLM()), read_paths([options.cards]).cards, options.answers)
    print(f"{'change':26} verdicts differ  mean shift  largest  answers")
    for name, (differ, mean, largest, touched) in found.items():
        print(f"{name:26} {differ:15.1%}  {mean:+10.1f}  {largest:7.0f}  {touched:7}")


if __name__ == "__main__":
    main()
