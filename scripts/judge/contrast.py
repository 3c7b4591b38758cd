"""Answers put together from contrast sentences (knowledge/answers/contrast.jsonl), for training."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from bot.judges.cross_encoder import CLASSES, MISSING
from knowledge.bank import shipped
from knowledge.labelled import rows_of, split
from scripts.judge.rows import POINT, Row, row, sentences, statement

SENTENCES_TOGETHER = (1, 1, 2, 3, 4, 5, 6, 7)
LISTS = (
    "{}. These are all important to me.",
    "I would make sure of {}.",
    "Key things here: {}",
    "{} - I know all of these very well and always do them.",
    "Obviously {}, all of that.",
)


def contrast_rows(cards: dict[str, Row], items: Iterable[Row], rng: random.Random) -> Iterator[Row]:
    """Answers put together from the contrast sentences of one card, each sentence used once.

    One to seven of them, about different key points; what none of them is about is missing. Replies to a follow-up
    stand alone. For each card also a list of its labels, which covers nothing.
    """
    by_card: dict[str, list[Row]] = defaultdict(list)
    for item in items:
        by_card[item["card_id"]].append(item)
    for id, said in sorted(by_card.items()):
        card = cards[id]
        plain = [item for item in said if not item["q"]]
        rng.shuffle(plain)
        while plain:
            size = rng.choice(SENTENCES_TOGETHER)
            chosen: dict[str, Row] = {}
            rest = []
            for item in plain:
                if len(chosen) < size and item["kp"] not in chosen:
                    chosen[item["kp"]] = item
                else:
                    rest.append(item)
            plain = rest
            yield _composed(card, list(chosen.values()), "")
        for item in said:
            if item["q"]:
                yield _composed(card, [item], item["q"])
        labels = [point["label"] for point in card["key_points"]]
        rng.shuffle(labels)
        listed = ", ".join(labels[: rng.randint(3, len(labels))]).lower()
        made = _composed(card, [], "")
        made["turns"] = [["", sentences(rng.choice(LISTS).format(listed))]]
        yield made


def _composed(card: Row, items: Sequence[Row], prompt: str) -> Row:
    points = card["key_points"]
    ids = [point["id"] for point in points]
    labels, evidence = [MISSING] * len(ids), [-1] * len(ids)
    for item in items:
        for other in item["also"]:
            labels[ids.index(other)] = -1
    said: list[str] = []
    for item in items:
        own, number = sentences(item["a"]), ids.index(item["kp"])
        labels[number] = CLASSES.index(item["label"])
        if labels[number] != MISSING and len(own) == 1:
            evidence[number] = len(said)
        said += own
    texts = [statement(point["label"], point["text"]) for point in points]
    made = row(card["question"], [[prompt, said]], texts, [POINT] * len(ids), labels)
    return made | {"evidence": evidence, "group": card["id"], "style": "contrast"}


def contrast() -> tuple[dict[str, Row], list[Row]]:
    """The cards that the contrast sentences are about, the bank's train cards among them, and the sentences."""
    cards: dict[str, Row] = {
        card.id: {
            "id": card.id,
            "question": card.question,
            "key_points": [{"id": p.id, "label": p.label, "text": p.text} for p in card.key_points],
        }
        for card in shipped()
        if split()[card.id] == "train"
    }
    cards |= {card["id"]: card for card in rows_of("invented")}
    return cards, list(rows_of("contrast"))
