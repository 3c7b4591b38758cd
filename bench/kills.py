"""Kills the program in the middle of turns and counts lost answers: `python -m bench.kills [--times 200]`.

A child process holds an interview on an SQLite file and writes the number of answers that were accepted to its output
the moment `hear` has returned. It is killed with SIGKILL, half of the times at a named step of the turn, half at a
random moment. Then the record is opened again: every accepted answer has to be there, and the interview has to go on.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.claim import Assessment, Exchange, Review
from bot.interview import Interview, Plan
from bot.move import Move
from bot.ports import Utterance, Words
from bot.records.sql import SqlRecords
from bot.session import Session
from bot.turn import Turn
from bot.voices.scripted import ScriptedVoice
from knowledge.card import Card
from prompts.phrases import load_phrases

STEPS = ("before save", "after save", "before judging", "after judging", "while speaking", "before a judgement is kept")
CARD = Card.model_validate(
    {
        "id": "kills",
        "question": "What do you do when the lights go out?",
        "kind": "situational",
        "key_points": [
            {"id": f"k{n}", "label": f"Point {n}", "text": f"Point number {n} is made in the answer."} for n in range(9)
        ],
    }
)
ANSWERS = 3


class Doomed:
    """Dies at the step that it is told to, the second time that it comes to it."""

    def __init__(self, step: str) -> None:
        self.step, self.times = step, 0

    def at(self, step: str) -> None:
        """Die here, if here is where."""
        if step == self.step:
            self.times += 1
            if self.times == 2:
                os.kill(os.getpid(), signal.SIGKILL)


class DoomedJudge:
    """A judge that finds nothing, and may die of it."""

    name = "doomed"

    def __init__(self, doom: Doomed) -> None:
        self._doom = doom

    def prepare(self, card: Card) -> None:
        """Nothing needs preparing."""

    def assess(self, card: Card, exchanges: Sequence[Exchange]) -> Assessment:
        """Nothing."""
        self._doom.at("before judging")
        found = Assessment(failed=tuple(point.id for point in card.key_points if not exchanges))
        self._doom.at("after judging")
        return found

    def review(self, card: Card, exchanges: Sequence[Exchange]) -> Review:
        """Nothing."""
        return Review(problem="" if card and exchanges else "nothing said")


class DoomedVoice(ScriptedVoice):
    """A voice that may die in the middle of a word."""

    def __init__(self, doom: Doomed) -> None:
        super().__init__(load_phrases())
        self._doom = doom

    def say(self, move: Move, interview: Interview, words: Words) -> Utterance:
        """The words, one more at a time."""
        shown: list[str] = []

        def doomed(text: str) -> None:
            words(text)
            if not shown:
                self._doom.at("while speaking")
            shown.append(text)

        return super().say(move, interview, doomed)


class DoomedRecords(SqlRecords):
    """Records that may die before or after they have written."""

    def __init__(self, url: str, doom: Doomed) -> None:
        super().__init__(url)
        self._doom = doom

    def append(self, interview: Interview, turn: Turn) -> Interview:
        """As SqlRecords."""
        self._doom.at({"heard": "before save", "judged": "before a judgement is kept"}.get(turn.kind, ""))
        kept = super().append(interview, turn)
        self._doom.at({"heard": "after save"}.get(turn.kind, ""))
        return kept


def child(url: str, step: str) -> None:
    """Hold one interview; print its id, then a line after each answer that was accepted."""
    doom = Doomed(step)
    session = Session(DoomedRecords(url, doom), DoomedJudge(doom), DoomedVoice(doom))
    interview = session.start(Plan(cards=(CARD,), follow_ups=ANSWERS + 1))
    print(interview.id, flush=True)
    interview = session.speak(interview)
    for number in range(ANSWERS):
        interview = session.hear(interview, f"answer {number} with some words to it")
        print(f"accepted {number}", flush=True)
        interview = session.speak(interview)
    print("finished", flush=True)


def kill_once(folder: Path, step: str, after: float) -> tuple[int, int, bool]:
    """Run and kill one child: answers accepted, answers lost, and whether the interview goes on."""
    url = f"sqlite:///{folder / 'kills.db'}"
    command = [sys.executable, "-m", "bench.kills", "--child", url, "--step", step]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        id = process.stdout.readline().strip()
        if after:
            try:
                process.wait(after)
            except subprocess.TimeoutExpired:
                process.kill()
        lines = process.stdout.read().splitlines()
    accepted = sum(line.startswith("accepted") for line in lines)
    doom = Doomed("")
    session = Session(SqlRecords(url), DoomedJudge(doom), DoomedVoice(doom))
    interview = session.speak(session.records.load(id))
    kept = {exchange.answer for exchange in interview.exchanges(0)}
    lost = sum(f"answer {number} with some words to it" not in kept for number in range(accepted))
    goes_on = not interview.closed and len(session.hear(interview, "and on it goes").turns) == len(interview.turns) + 1
    return accepted, lost, goes_on


def run(times: int, seed: int = 0) -> tuple[int, int, int]:
    """Kill `times` children: answers accepted, answers lost, interviews that could not go on."""
    chance = random.Random(seed)
    accepted = lost = stuck = 0
    for number in range(times):
        with tempfile.TemporaryDirectory() as folder:
            named = number % 2 == 0
            step = STEPS[number // 2 % len(STEPS)] if named else ""
            got, gone, goes_on = kill_once(Path(folder), step, 0.0 if named else chance.uniform(0.001, 0.05))
        accepted, lost, stuck = accepted + got, lost + gone, stuck + (not goes_on)
    return accepted, lost, stuck


def main() -> None:
    """Kill and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--child")
    parser.add_argument("--step", default="")
    options = parser.parse_args()
    if options.child:
        child(options.child, options.step)
        return
    accepted, lost, stuck = run(options.times)
    print(f"{options.times} kills, {accepted} answers accepted, {lost} lost, {stuck} interviews stuck")


if __name__ == "__main__":
    main()
