"""What the judge learns from, as rows of one shape: `python -m scripts.judge.data --data ../shared/data`.

Reads the labelled answers of the bank's train cards (knowledge/answers, and the worked answers in the cards), the
contrast sentences written for those cards and for cards invented for the purpose (knowledge/answers/contrast), and the
public sets that docs/judge.md lists with their licences. The dev part of the bank and interview.dev are for choosing
and calibrating only; the test part is not read, and SICK is only measured on. Writes JSON lines to build/judge/data/.

A row is one answer (or one turn of it) with the statements to be judged against it:
question, turns [[prompt, [sentence…]]…], statements, heads (which of the model's heads judges each), labels (a class,
-1 where labellers differed), evidence (the sentence that a labeller quoted, -1 where there is none), binary (whether
the labels tell covered from the rest only), and group, id, style for measuring.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.claim import Exchange
from bot.judges.cross_encoder import CLASSES, CONTRADICTED, MINEFIELD_CLASSES, MISSING, MOTIVATION_CLASSES
from knowledge import language
from knowledge.bank import shipped
from knowledge.card import Card
from knowledge.formats import read_paths
from knowledge.labelled import labelled, rows_of, split
from knowledge.quote import find_quote
from knowledge.whole_file import write_whole
from scripts.judge.contrast import contrast, contrast_rows
from scripts.judge.rows import LONE, MINEFIELD, MOTIVATION, POINT, Row, row, sentences, statement

OUT = Path("build/judge/data")
SEED = 0
PUBLIC = ("beetle.dev", "saf.dev", "realsumm.dev", "kqa.dev", "argkp.train")
BINARY = ("argkp", "realsumm", "kqa")
HELD_OUT = 5
"""One group in so many of a public set is kept for measuring; ArgKP has a dev half of its own."""
MOST_ARGKP = 3_000
SIDE_BY_SIDE = 16
"""Statements of a public set judged against one answer at a time."""


@dataclass(frozen=True)
class Answer:
    """A labelled answer: label and quote of each key point, labels of minefields and motivations (None: no label)."""

    id: str
    card: Card
    style: str
    exchanges: Sequence[Exchange]
    points: dict[str, dict[str, str] | None]
    minefields: dict[str, str | None]
    motivations: dict[str, str | None]


def answers_in(rows: Iterable[dict[str, Any]], cards: dict[str, Card]) -> Iterator[Answer]:
    """The answers of a file in the format of knowledge/answers."""
    for one in rows:
        yield Answer(
            id=one["id"],
            card=cards[one["card_id"]],
            style=one["style"],
            exchanges=[Exchange(prompt=turn["q"], answer=turn["a"]) for turn in one["turns"]],
            points=one["key_points"],
            minefields=one["minefields"],
            motivations=one["motivations"],
        )


def worked_answers(cards: Iterable[Card]) -> Iterator[Answer]:
    """The worked answers that stand in the cards themselves."""
    for card in cards:
        for answer in card.answers:
            yield Answer(
                id=f"{card.id}-{answer.id}",
                card=card,
                style=f"bank-{answer.level}",
                exchanges=[Exchange(prompt=card.question, answer=answer.text)],
                points={k: {"label": v.verdict, "quote": v.quote} for k, v in answer.key_points.items()},
                minefields=dict(answer.minefields),
                motivations=dict(answer.motivations),
            )


def point_rows(answer: Answer) -> Iterator[Row]:
    """A row for each turn that has something to read, since turns are judged one by one; and where there are several,
    one for all of them together, as the judge reads them when something is taken back."""
    said = [language.sentences(exchange.answer) for exchange in answer.exchanges]
    for number, found in enumerate(said):
        if found:
            yield _point_row(answer, [number], found)
    if sum(map(bool, said)) > 1:
        yield _point_row(answer, [n for n, found in enumerate(said) if found], [s for found in said for s in found])


def _point_row(answer: Answer, turns: Sequence[int], found: Sequence[language.Sentence]) -> Row:
    points = answer.card.key_points
    exchanges = [answer.exchanges[n] for n in turns]
    heard = [[e.prompt if n else "", sentences(e.answer)] for n, e in zip(turns, exchanges, strict=True)]
    labels, evidence = [], []
    # Few take back in words that a list of signs would know; the writer of the answer knew.
    takes_back = answer.style == "retraction"
    for point in points:
        label = answer.points.get(point.id)
        labels.append(-1 if label is None else _class_in(label, answer.exchanges, turns, takes_back))
        known = label is not None and len(turns) == 1 and labels[-1] > MISSING
        evidence.append(_deciding(label, exchanges[0].answer, found) if label and known else -1)
    texts = [statement(point.label, point.text) for point in points]
    return row(answer.card.question, heard, texts, [POINT] * len(points), labels) | {
        "evidence": evidence,
        "group": answer.card.id,
        "id": f"{answer.id}/{turns[0]}" if len(turns) == 1 else f"{answer.id}/all",
        "style": answer.style,
    }


def _class_in(label: dict[str, str], exchanges: Sequence[Exchange], turns: Sequence[int], takes_back: bool) -> int:
    """The class of a point in these turns: that of the whole answer where its quote stands in them, else missing; -1
    where a later turn denies or takes back what these may well have claimed."""
    whole = CLASSES.index(label["label"])
    if len(turns) == sum(bool(language.sentences(e.answer)) for e in exchanges):
        return whole
    if whole == MISSING:
        return -1 if takes_back and turns[-1] < len(exchanges) - 1 else MISSING
    stands = [n for n, e in enumerate(exchanges) if find_quote(label["quote"], e.answer) is not None]
    if set(stands) & set(turns):
        return whole
    return -1 if whole == CONTRADICTED and stands and stands[0] > turns[-1] else MISSING


def _deciding(label: dict[str, str], answer: str, found: Sequence[language.Sentence]) -> int:
    """The number of the sentence that shares most with the labeller's quote; -1 where it stands nowhere."""
    quote = find_quote(label["quote"], answer)
    if not quote:
        return -1
    start = answer.index(quote)
    shared = [min(start + len(quote), s.end) - max(start, s.start) for s in found]
    best = max(range(len(found)), key=lambda n: shared[n])
    return best if shared[best] > 0 else -1


def review_row(answer: Answer) -> Row | None:
    """Everything said, against the card's minefields and motivations."""
    card = answer.card
    turns = [[e.prompt if n else "", sentences(e.answer)] for n, e in enumerate(answer.exchanges)]
    turns = [turn for turn in turns if turn[1]]
    parts = [*card.minefields, *card.motivations]
    if not turns or not parts:
        return None
    labels = [_index(MINEFIELD_CLASSES, answer.minefields.get(part.id)) for part in card.minefields]
    labels += [_index(MOTIVATION_CLASSES, answer.motivations.get(part.id)) for part in card.motivations]
    heads = [MINEFIELD] * len(card.minefields) + [MOTIVATION] * len(card.motivations)
    texts = [statement(part.label, part.text) for part in parts]
    return row(card.question, turns, texts, heads, labels) | {
        "group": card.id,
        "id": answer.id,
        "style": answer.style,
    }


def _index(names: Sequence[str], name: str | None) -> int:
    return -1 if name is None else names.index(name)


def public_rows(path: Path, name: str) -> Iterator[Row]:
    """A row for each answer of a public set, or for each sixteen statements about it."""
    by_answer: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    with gzip.open(path / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        for pair in map(json.loads, file):
            if pair.get("source_label") != "undecided":
                by_answer[pair.get("question") or "", pair["answer"], pair["group"]].append(pair)
    for (question, answer, group), pairs in by_answer.items():
        found = sentences(answer)
        for first in range(0, len(pairs) if found else 0, SIDE_BY_SIDE):
            some = pairs[first : first + SIDE_BY_SIDE]
            labels = [CLASSES.index(pair["label"]) for pair in some]
            texts = [pair["key_point"] for pair in some]
            yield row(question, [["", found]], texts, [LONE] * len(some), labels) | {
                "binary": name.split(".")[0] in BINARY,
                "group": group,
                "id": some[0]["id"],
                "style": name,
            }


def is_held_out(name: str, group: str) -> bool:
    """Whether a group of a public set is kept for measuring: one in five, by its hash."""
    set_name = name.split(".")[0]
    return set_name != "argkp" and int(hashlib.md5(f"{set_name}{group}".encode()).hexdigest(), 16) % HELD_OUT == 0


def parted(name: str, rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The rows held out, and those to learn from: in other groups, and with other statements to the question."""
    held = [one for one in rows if is_held_out(name, one["group"])]
    known = {(one["question"], text) for one in held for text in one["statements"]}
    others = [one for one in rows if not is_held_out(name, one["group"])]
    return held, [o for o in others if not any((o["question"], text) in known for text in o["statements"])]


def write(name: str, rows: Iterable[Row]) -> None:
    """A file of JSON lines in OUT; one that would be the same is left alone, so that its date says when it changed."""
    lines = [json.dumps(one, ensure_ascii=False) for one in rows]
    text = "".join(f"{line}\n" for line in lines)
    path = OUT / f"{name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text("utf-8") != text:
        write_whole(path, text)
    print(f"{name}: {len(lines)} rows")


def main() -> None:
    """Write every file that training, calibration and measuring read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    public, interview = data / "public", data / "interview"
    bank = {card.id: card for card in shipped()}
    of = split()
    train = [*answers_in(labelled("train"), bank), *worked_answers(c for c in bank.values() if of[c.id] == "train")]
    dev = [*answers_in(labelled("dev"), bank), *worked_answers(c for c in bank.values() if of[c.id] == "dev")]
    cards = {card.id: card for card in read_paths([interview / "interview.dev.cards.json"]).cards}
    lines = (interview / "interview.dev.answers.jsonl").read_text("utf-8").splitlines()
    invented = {one["id"]: Card.model_validate(one | {"kind": "technical"}) for one in rows_of("invented")}
    train += answers_in(rows_of("invented_answers"), invented)
    parts = {"train": train, "dev": dev, "interview": list(answers_in(map(json.loads, lines), cards))}
    for name, answers in parts.items():
        write(f"points.{name}", (one for answer in answers for one in point_rows(answer)))
        write(f"reviews.{name}", filter(None, map(review_row, answers)))
    write("contrast", contrast_rows(*contrast(), random.Random(SEED)))
    learnt: list[Row] = []
    held: dict[str, list[Row]] = {}
    for name in PUBLIC:
        rows = list(public_rows(public, name))
        if name.startswith("argkp"):
            random.Random(SEED).shuffle(rows)
            rows = rows[:MOST_ARGKP]
        kept, others = parted(name, rows)
        learnt += others
        held[name.split(".")[0]] = kept
    write("public", learnt)
    for name, rows in (held | {n: list(public_rows(public, f"{n}.dev")) for n in ("argkp", "sick")}).items():
        write(f"held.{name}", rows)


if __name__ == "__main__":
    main()
