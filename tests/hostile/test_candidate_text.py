"""Whatever a candidate types, the interview goes on, and nothing of the card leaks."""

from __future__ import annotations

import json

import pytest

from bot.leak import leaks
from bot.session import LONGEST_ANSWER
from knowledge.text import paragraphs
from tests.builders import a_card, held


def texts(path) -> list[str]:
    keys = ("text", "prompt", "input", "attack", "string", "value", "payload", "template")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [next((str(row[key]) for key in keys if isinstance(row.get(key), str)), "") for row in rows]


@pytest.mark.parametrize("name", ["naughty_strings", "prompt_injections", "candidate_attacks", "judge_attack_matrix"])
def test_the_interview_goes_on(shared, name):
    for text in texts(shared / "data" / "hostile" / f"{name}.jsonl"):
        if not paragraphs(text) or len(text) > LONGEST_ANSWER:
            continue
        interview = held([text, "k1 is what matters " + "word " * 30])
        assert interview.closed or not interview.awaits_interviewer
        hidden = [p.text for p in a_card().key_points if p.id != "k1"]
        assert not any(leaks(turn.text, hidden) for turn in interview.turns if turn.kind == "said")
