"""The bank and its labels in figures: `python -m bench.labels`.

Counts of cards, answers and labels by kind, and how far the readers agree: Cohen's kappa (Cohen 1960) of the first two
readings of every answer, and what a third settled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from bot.agreement import kappa
from knowledge.bank import shipped
from knowledge.card import Card
from knowledge.labelled import Part, Reading, labelled, readings, split

Pair = tuple[str, str]
KINDS = {"key points": "k", "minefields": "f", "motivations": "m"}
"""Parts of a card, and the letter that their ids begin with."""


def pairs(found: Iterable[Reading], letter: str) -> Iterator[Pair]:
    """What the first two readers said of each part whose id begins with `letter`."""
    for reading in found:
        for part, verdict in reading.first.items():
            if part.startswith(letter) and part in reading.second:
                yield verdict, reading.second[part]


def agreement(found: Sequence[Pair]) -> str:
    """Share of agreement and kappa, in words."""
    first, second = [a for a, _ in found], [b for _, b in found]
    same = sum(a == b for a, b in found) / len(found)
    return f"{len(found):6} labels   agreed {same:.1%}   kappa {kappa(first, second):.3f}"


def main() -> None:
    """Print all figures."""
    cards = {card.id: card for card in shipped()}
    _cards(list(cards.values()))
    of, every = split(), readings(cards)
    for part in get_args(Part):
        rows = labelled(part)
        inside = sum(of[card_id] == part for card_id in cards)
        print(f"{part:6} {inside:4} cards, {3 * inside:4} worked answers, {len(rows):4} further answers")
    rows = [row for part in get_args(Part) for row in labelled(part)]
    print(f"further answers by voice: {_counted(row['style'] for row in rows)}")
    turns = Counter(len(row["turns"]) for row in rows)
    print(f"by turns: {_counted(n for row in rows for n in [len(row['turns'])])}" if turns else "")
    labels = Counter(
        label["label"] if label else "readers differ" for row in rows for label in row["key_points"].values()
    )
    print(f"labels of key points in them: {dict(labels.most_common())}")
    for kind, letter in KINDS.items():
        print(f"readings, {kind:12} {agreement(list(pairs(every, letter)))}")
    covered = [(a == "covered", b == "covered") for a, b in pairs(every, "k")]
    print(f"readings, covered or not   {kappa([a for a, _ in covered], [b for _, b in covered]):.3f} (kappa)")
    for name, chosen in _by_origin(every).items():
        print(f"  {name:24} {agreement(list(pairs(chosen, 'k')))}")
    settled = Counter("by a fourth" if part in r.fourth else "by a third" for r in every for part in r.third)
    print(f"worked answers, labels that two readers differed on, settled: {dict(settled)}")


def _cards(cards: Sequence[Card]) -> None:
    roles, functions = {card.role for card in cards}, {card.function for card in cards}
    print(
        f"{len(cards)} cards, {len(functions)} functions, {len(roles)} roles, {_counted(card.kind for card in cards)}"
    )
    verdicts = Counter((a.level, label.verdict) for c in cards for a in c.answers for label in a.key_points.values())
    for level in ("novice", "solid", "expert"):
        print(f"worked answers, {level:7} { ({v: n for (lv, v), n in verdicts.most_common() if lv == level}) }")


def _by_origin(every: Sequence[Reading]) -> dict[str, list[Reading]]:
    groups: dict[str, list[Reading]] = {"worked answers": [], "further answers": []}
    for reading in every:
        groups["worked answers" if "/" in reading.id else "further answers"].append(reading)
    return groups


def _counted(values: Iterable[object]) -> dict[str, int]:
    return {str(value): count for value, count in Counter(values).most_common()}


if __name__ == "__main__":
    main()
