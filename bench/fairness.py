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

import numpy as np

from bot.claim import Exchange
from bot.judges.embedded import EmbeddedJudge
from bot.labelling import judge_answer
from knowledge.card import Card
from knowledge.encoder import MiniLM
from knowledge.formats import read_paths

Change = Callable[[str, random.Random], str]

PEOPLE = (
    ("Emily", "Ireland", "she"),
    ("Mohammed", "Egypt", "he"),
    ("Nguyen Thi Lan", "Vietnam", "she"),
    ("Olumide", "Nigeria", "he"),
    ("Svetlana", "Ukraine", "she"),
    ("Jordan", "Canada", "they"),
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
PLURAL = re.compile(r"\b(he|she|it|who|that) (\w+[^s\W])s\b")
FINITE = re.compile(r"\b(?:I|we) (?:would|will) ", re.IGNORECASE)
TYPO_SHARE = 0.06


def introduced(text: str, chance: random.Random) -> str:
    """A name and a country in front."""
    name, country, _ = chance.choice(PEOPLE)
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


def shifts(judge: EmbeddedJudge, cards: Sequence[Card], answers: Path) -> dict[str, tuple[float, float, float, int]]:
    """By change: share of verdicts that differ, mean and largest shift of the score, answers changed at all."""
    by_id = {card.id: card for card in cards}
    rows = [json.loads(line) for line in answers.read_text("utf-8").splitlines()]
    found: dict[str, tuple[float, float, float, int]] = {}
    plain = [_judged(judge, by_id, row, lambda text, chance: text) for row in rows]
    for name, change in CHANGES.items():
        differ, moved, touched = [], [], 0
        for row, (verdicts, score) in zip(rows, plain, strict=True):
            if all(change(turn["a"], random.Random(0)) == turn["a"] for turn in row["turns"]):
                continue
            touched += 1
            others, other = _judged(judge, by_id, row, change)
            differ += [a != b for a, b in zip(verdicts, others, strict=True)]
            moved.append((other or 0.0) - (score or 0.0))
        found[name] = (float(np.mean(differ)), float(np.mean(moved)), float(np.abs(moved).max()), touched)
    return found


def _judged(
    judge: EmbeddedJudge, cards: dict[str, Card], row: dict[str, object], change: Change
) -> tuple[list[str], float | None]:
    chance = random.Random(str(row["id"]))
    turns = row["turns"]
    assert isinstance(turns, list)
    exchanges = [Exchange(prompt=turn["q"], answer=change(turn["a"], chance)) for turn in turns]
    result = judge_answer(judge, cards[str(row["card_id"])], exchanges)
    return [point["verdict"] for point in result["key_points"].values()], result["score"]


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
