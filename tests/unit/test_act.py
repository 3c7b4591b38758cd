"""What a message is shows in its form; a long message is an answer."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.act import COMMANDS, act_of

TABLE = {
    "repeat": [
        "/repeat", "/Repeat", "  /REPEAT ", "repeat", "Repeat please", "Please repeat the question.",
        "Could you repeat that?", "Could you repeat the question?", "can you please repeat it", "Can you repeat?",
        "can you say that again please", "Sorry, could you say that again?", "say it again",
        "Would you mind repeating?", "Would you mind repeating the question?", "Can you repeat that for me please?",
        "What was the question again?", "what's the question?", "What’s the question again",
        "Can I hear the question again?", "I didn't catch that", "sorry, I missed that", "pardon?", "Pardon me?",
        "come again?", "One more time please", "Once more?",
    ],
    "clarify": [
        "/clarify", "What do you mean?", "what do you mean by reach?", "What exactly do you mean?", "Can you clarify?",
        "Could you clarify that, please?", "could you please explain that", "Could you rephrase the question?",
        "Would you elaborate on the question?", "I don't understand", "I don’t understand the question.",
        "i dont understand", "I do not follow", "I don't get it", "I didn't understand the question",
        "I don't understand what you mean", "I'm not sure what you mean", "I am not sure I understand the question",
        "In what sense?", "What are you looking for?", "what are you asking here?", "Can you be more specific?",
        "Could you be a bit more specific?", "Can you put it differently?", "What does that mean?", "Please explain.",
        "Do you mean the small ones?",
    ],
    "hint": [
        "/hint", "hint", "Hint please", "A hint, please", "another hint", "any hints?", "Can I have a hint?",
        "Could I get a hint please?", "could you give me a hint?", "give me a hint please", "I'd like a hint",
        "I could use a hint", "I need a hint", "help", "Help!", "help me", "Help me out here", "I need help",
        "can you help me?", "Could you help me out?",
    ],
    "skip": [
        "/skip", "skip", "Skip this question", "skip it", "skip this one please", "Let's skip this",
        "Let’s skip this one", "lets skip", "Can we skip this one?", "Can I skip this?", "May I skip this question?",
        "I'd like to skip this", "I want to skip this question", "pass", "Pass.", "I'll pass", "I pass on this one",
        "I’ll pass on that one", "next", "Next please", "next question", "next question please", "can we move on?",
        "Move on", "Let's move on", "Let us move on to the next question", "can we move on to the next one please?",
        "I'd rather not answer", "I'd rather not", "I’d prefer not to answer that", "I would rather not say",
        "No, next one",
    ],
    "done": [
        "/done", "done", "I'm done", "Im done", "I’m done here", "I am finished", "I'm done with this question",
        "that's all", "That’s it.", "thats all", "That is all I have", "That's everything", "That's all from me",
        "that's all I've got", "That's all I can think of", "I think that's all", "I think that’s everything",
        "I believe that's it", "That's about it", "that would be all", "no, that's all", "Nope, that's it", "no more",
        "nothing else", "Nothing to add", "Nothing more to add", "I have nothing to add", "I've nothing else to say",
        "I don't have anything else to add", "I do not have anything to add", "I've said everything",
        "I think I'm done",
    ],
    "end": [
        "/end", "/quit", "/END", "stop", "stop now", "Stop please", "quit", "exit", "end", "End interview",
        "end the interview", "Please end the interview.", "stop the interview please", "finish the interview",
        "Can we stop?", "Can we stop here?", "could we end it here please", "Can we finish here?", "let's stop",
        "Let’s end the interview", "lets stop here", "let's call it a day", "Let's wrap up", "let's wrap it up here",
        "I'd like to stop", "I’d like to end the interview", "I want to end this interview", "I want to quit",
        "I would like to finish the interview now", "I need to stop", "I have to go", "I have to go, sorry",
        "I'm done with the interview",
    ],
    "dont_know": [
        "I don't know", "I don’t know.", "i dont know", "I do not know", "I don`t know", "I don´t know", "don't know",
        "Dont know", "I don't kno", "i dont no", "I really don't know.", "I don't really know",
        "Honestly, I don't know.", "I don't know, sorry", "I'm sorry, I don't know", "I'm afraid I don't know",
        "I don't know that one", "I don't know the answer to that", "I wouldn't know", "Hmm, I don't know",
        "um... not sure", "idk", "IDK!", "dunno", "I dunno", "no idea", "No idea, sorry", "no idea 🤷",
        "I have no idea", "I've got no idea", "I have no clue", "I haven't a clue", "I haven't got a clue",
        "I don't have any idea", "Not sure", "I'm not sure", "im not really sure", "I'm not sure about that",
        "not sure about that one",
        "I can't remember", "I cannot answer that", "I can't think of anything", "I can’t think of any right now",
        "I've never done that", "I have no experience with that", "nothing comes to mind", "nothing", "nope", "No.",
        "I'm stuck", "Beats me", "You've got me there",
    ],
    "other": [
        "hello", "Hello!", "Hi there", "good morning", "hey", "are you an AI?", "Are you human?", "is this a bot?",
        "who are you?", "thanks", "Thank you very much", "ok", "Okay.", "Sure", "yes", "I'm ready", "Let's go",
        "go ahead", "How am I doing?", "How did I do?", "what's my score?", "What is my score so far?", "did I pass?",
        "give me the model answer", "What's the correct answer?", "tell me the answer please", "test",
        "How many questions are there?", "", "   ", ":", "???", "...", "—", "🙂", "\u0000", "\u200b\u202e", "/help",
        "/foo",
    ],
    "answer": [
        "I don't know much about macro creators, but the small ones cost less.", "I don't know yet, so I measure.",
        "I don't know the exact figure; I would look it up before I promise anything.",
        "Honestly I don't know who owns it, I'd ask finance.",
        "No idea what the proper method is, I'd have to be shown.", "I'm not sure I would, because it costs too much.",
        "First I stop the line, then I help the person who is hurt.", "Stop the line.", "I would stop the release.",
        "Let's stop the release", "Could we end the contract", "I'd like to finish the tests first",
        "I want to stop the bleeding", "I ended it.", "We ended the session at four and wrote it all down.",
        "I'm done with vendors who lie.", "Done is better than perfect.", "That is all about trust",
        "That is everything to a buyer", "I have said everything in writing", "I've covered all branches by tests",
        "Skip the small talk and get the numbers first, that is what I do.", "Let's skip the macro creators",
        "Let's move on from blame first", "Can we move on to data quality first", "Pass the baton to the night shift.",
        "Next I call the customer.", "Next.js and a small server",
        "I would repeat the question to the customer to be sure.", "Repeat customers.", "Help the guest first.",
        "Help desk", "I need help from legal before I sign anything.", "A hint of salt.", "Nothing beats a phone call.",
        "No. We never did that, because it breaks the contract.", "No refunds.", "Yes, always.", "Sure, in most cases.",
        "Great question to ask the vendor.", "Thanks for flagging, I'll fix it",
        "Thank you for telling me about it, I'd say to them.", "Hello Sam, I am sorry it broke",
        "Good morning class, please sit down", "Is this a bot problem or a people problem, I'd ask.",
        "what do you mean by urgent, I'd ask", "Tell me the answer you gave them, I'd say.", "Budget.", "5", "C++",
        "/etc/hosts is what I edit", "и так далее", "預算",
    ],
}  # fmt: skip
WORDS_THAT_COUNT_ALONE = [
    "I don't know", "skip", "stop", "help", "next", "that's all", "hello", "what do you mean?", "repeat",
]  # fmt: skip


@pytest.mark.parametrize(("act", "message"), [(act, message) for act, rows in TABLE.items() for message in rows])
def test_a_message_is_read_by_its_form(act, message):
    assert act_of(message) == act


@pytest.mark.parametrize(("command", "act"), COMMANDS.items())
def test_a_command_is_known_in_any_case_and_only_alone(command, act):
    assert act_of(f" {command.upper()}\n") == act
    assert act_of(f"{command} is what I would type in that tool") == "answer"


@pytest.mark.parametrize("phrase", WORDS_THAT_COUNT_ALONE)
def test_words_that_end_or_steer_an_interview_do_so_only_alone(phrase):
    assert act_of(phrase) != "answer"
    assert act_of(f"{phrase} is what a customer told me, and I went to see them the same day.") == "answer"
    assert act_of(f"I went to see them the same day, and a customer told me: {phrase}") == "answer"


@pytest.mark.parametrize("act", [act for act in TABLE if act not in ("answer", "other")])
def test_the_way_apostrophes_are_typed_changes_nothing(act):
    for message in TABLE[act]:
        for apostrophe in ("’", "‘", "´", "`", ""):
            assert act_of(message.replace("'", apostrophe).replace("’", apostrophe)) == act, message


@given(st.text(alphabet="abcdefghij klmnop", min_size=121, max_size=300))
def test_a_message_of_some_length_is_always_an_answer(text):
    assert act_of(f"I don't know {text} stop") == "answer"
    assert act_of(f"{'please, ' * 15}stop") == "answer"


@given(st.text(max_size=150))
def test_any_text_is_something_and_only_text_with_a_letter_or_digit_is_an_answer(text):
    act = act_of(text)
    assert act in TABLE
    assert act == "other" or any(c.isalnum() or c == "_" for c in text)


@pytest.mark.parametrize("piece", ["no ", "please, ", "um", "ok ok, ", "sorry really ", "…", "can you ", "now. "])
def test_no_short_message_takes_long_to_read(piece):
    start = time.perf_counter()
    act_of((piece * 120)[:119] + "x")
    assert time.perf_counter() - start < 0.5


def test_every_turn_of_the_recorded_interviews_is_an_answer(shared):
    """0 of 419 first turns and 0 of 189 later ones are taken for anything else, also the evasive ones."""
    rows = [
        json.loads(line)
        for part in ("train", "dev")
        for line in (shared / "data" / "interview" / f"interview.{part}.answers.jsonl").read_text("utf-8").splitlines()
    ]
    assert len(rows) > 400
    assert not [(row["id"], turn["a"]) for row in rows for turn in row["turns"] if act_of(turn["a"]) != "answer"]


def test_honest_messages_that_look_like_attacks_are_answers_but_for_one_that_is_plainly_not(shared):
    lines = (shared / "data" / "hostile" / "benign_lookalikes.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    assert len(texts) > 200
    assert {text: act_of(text) for text in texts if act_of(text) != "answer"} == {"I don't know.": "dont_know"}


def test_no_attack_is_taken_for_a_wish_to_leave(shared):
    lines = (shared / "data" / "hostile" / "candidate_attacks.jsonl").read_text("utf-8").splitlines()
    assert not [line for line in lines if act_of(json.loads(line)["text"]) in ("end", "skip", "done")]
