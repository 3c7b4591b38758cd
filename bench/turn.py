"""One turn's own time, with the embedded interviewer on one core: `python -m bench.turn [--times 40]`.

A 200-word answer to a card of 10 key points is heard (written to SQLite on disk), judged, decided on and answered.
Prints milliseconds: median and 95th percentile of the whole turn.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from bot.interview import Plan
from bot.judges.cross_encoder import CrossEncoder
from bot.judges.embedded import EmbeddedJudge
from bot.records.sql import SqlRecords
from bot.session import Session
from bot.voices.scripted import ScriptedVoice
from knowledge.bank import shipped
from knowledge.card import Card
from knowledge.encoder import MiniLM
from prompts.phrases import load_phrases

WORDS = 200
POINTS = 10


def turn_times(times: int) -> list[float]:
    """Milliseconds of each whole turn; each answer is one that the judge has not seen."""
    judge = EmbeddedJudge(MiniLM(threads=1), CrossEncoder(threads=1))
    bank = [card for card in shipped() if len(card.key_points) >= POINTS]
    cards = [_of_ten(card) for card in bank]
    turns = []
    with tempfile.TemporaryDirectory() as folder:
        session = Session(SqlRecords(f"sqlite:///{Path(folder) / 'bench.db'}"), judge, ScriptedVoice(load_phrases()))
        for number in range(times + 1):
            card = cards[number % len(cards)]
            interview = session.speak(session.start(Plan(cards=(card,))))
            answer = _answer(bank[number % len(bank)], number)
            began = time.perf_counter()
            session.speak(session.hear(interview, answer))
            turns.append(1000 * (time.perf_counter() - began))
    # The first turn loads what the later ones share.
    return turns[1:]


def _of_ten(card: Card) -> Card:
    return card.model_copy(update={"key_points": card.key_points[:POINTS], "answers": ()})


def _answer(card: Card, number: int) -> str:
    words = " ".join(answer.text for answer in card.answers).split()
    return " ".join((words * 2)[number : number + WORDS])


def _percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=40)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    times = turn_times(parser.parse_args().times)
    print(f"turn  p50 {_percentile(times, 0.5):.0f} ms   p95 {_percentile(times, 0.95):.0f} ms")


if __name__ == "__main__":
    main()
