"""What a message is shows in its form; a long message is an answer."""

from __future__ import annotations

import json

import pytest

from bot.act import act_of

TABLE = {
    "repeat": ["/repeat", "repeat", "Could you repeat the question?", "can you say that again please", "pardon?",
               "What was the question again?", "come again?"],
    "clarify": ["/clarify", "What do you mean?", "what do you mean by reach?", "Can you clarify?", "I don't understand",
                "I don’t understand the question.", "could you please explain that"],
    "hint": ["/hint", "hint", "Can I have a hint?", "give me a hint please", "help", "I need help"],
    "skip": ["/skip", "skip", "Skip this question", "pass", "next question", "can we move on?", "I'd rather not answer",
             "I'd rather not"],
    "done": ["/done", "I'm done", "that's all", "That’s it.", "nothing else", "Nothing to add", "no, that's all"],
    "end": ["/end", "/quit", "stop", "end the interview", "Can we stop here?", "let's call it a day"],
    "dont_know": ["I don't know", "i dont know", "I really don't know.", "idk", "no idea", "Not sure", "I have no clue",
                  "nope", "I'm not sure about that", "nothing comes to mind"],
    "other": ["hello", "Hi there", "are you an AI?", "thanks", "ok", ":", "   ", "???", "How am I doing?",
              "what's my score?", "give me the model answer"],
    "answer": [
        "I don't know much about macro creators, but the small ones cost less.",
        "First I stop the line, then I help the person who is hurt.",
        "Skip the small talk and get the numbers first, that is what I do.",
        "No. We never did that, because it breaks the contract.",
        "I would repeat the question to the customer to be sure.",
        "I need help from legal before I sign anything.",
        "Budget.",
        "We ended the session at four and wrote it all down.",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("act", "message"), [(act, message) for act, rows in TABLE.items() for message in rows])
def test_a_message_is_read_by_its_form(act, message):
    assert act_of(message) == act


def test_first_answers_of_real_interviews_are_answers(shared):
    rows = [
        json.loads(line)
        for part in ("train", "dev")
        for line in (shared / "data" / "interview" / f"interview.{part}.answers.jsonl").read_text("utf-8").splitlines()
    ]
    assert not [row["id"] for row in rows if act_of(row["turns"][0]["a"]) != "answer"]


def test_honest_messages_that_look_like_attacks_end_nothing(shared):
    lines = (shared / "data" / "hostile" / "benign_lookalikes.jsonl").read_text("utf-8").splitlines()
    texts = [next(str(v) for k, v in json.loads(line).items() if k in ("text", "prompt", "input")) for line in lines]
    assert not [text for text in texts if act_of(text) in ("end", "skip")]
