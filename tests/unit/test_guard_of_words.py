"""The guard on what a language model says: good interviewers pass, leaks, marks and broken roles do not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guard import HELD_BACK, Guard, secret_runs
from bot.leak import RUN, runs, words_of
from bot.marks import gives_a_mark
from bot.move import Challenge, Clarify, Encourage, Probe
from bot.voices.language_model import task_of
from bot.voices.scripted import ScriptedVoice
from knowledge.bank import shipped
from tests.builders import PHRASES, a_card, held

TEXT = a_card().key_points[0].text
ANSWER = "I warm the pot first, give it 10/10 tea, and then it stands for four minutes"
GOOD = [
    "You said “it stands for four minutes”. How did you arrive at that?",
    "And when the guests are late, what changes?",
    "What does a great handover look like to you?",
    "How would you score the risk, if you had to put a number on it?",
    "In your view, is that the right order?",
    "I'd like to stay with the pot for a moment: why does it come first?",
    "Tell me about a time when it went wrong. What did you do?",
    "What was the correct figure in the end, and who found it?",
    "You gave that as your first step. What would make you change it?",
    "How do you know that it worked?",
    "Suppose the kettle breaks an hour before. Where do you start?",
    "Which of the two would you give up first, and why?",
    "Thanks for that. Who else has to be told?",
    "Who would you ask for help there?",
    "What would somebody who disagrees with you say?",
    "Could you walk me through the first ten minutes, step by step?",
    "How good is good enough for you in a case like this?",
    "What did your manager think of that at the time?",
    "You mentioned “10/10 tea”. What makes it that?",
    "How do you decide that something is perfect and can go out?",
    "What did you learn from the person who was wrong about it?",
    "How do you tell a customer that they're right and you were not?",
    "Take your time. What would be your first thought?",
    "Let me put it differently: what would your guests notice?",
    "What's the hardest part of it for somebody who is new?",
    "How do you mark the pots so that nobody mixes them up?",
    "I see. And how long did all of that take?",
    "What answer did you get from the supplier?",
    "How would you grade the leaves?",
    "It's fine not to know; what would you try first?",
    "Who is there 24/7, and who is called at night?",
    "What does the grade tell you about the leaves?",
    "How would the two of you agree on a score for it?",
    "When is it good enough to be sent out?",
    "In your view, is it the right time to tell them?",
]
BAD = [
    ("mark", "That's correct. What comes next?"),
    ("mark", "Excellent answer! What comes next?"),
    ("mark", "Great! And what comes next?"),
    ("mark", "I would give that 8/10. What else is there?"),
    ("mark", "You get 9 out of 10 so far. What else?"),
    ("mark", "Your score is high already. What else?"),
    ("mark", "Full marks for that. What else?"),
    ("mark", "Well done. What comes next?"),
    ("mark", "You've covered everything. Anything else?"),
    ("mark", "You missed the part about the water. What about it?"),
    ("mark", "You forgot the cups. What about them?"),
    ("mark", "That is wrong. What would you say instead?"),
    ("mark", "This was a perfect answer. What else?"),
    ("mark", "You are hired. When can you start?"),
    ("mark", "All key points are covered. Shall we go on?"),
    ("mark", "You have passed. Shall we go on?"),
    ("mark", "“Ten out of ten”, and “full marks”. What else?"),
    ("out of role", "As an AI language model, may I ask what you mean?"),
    ("out of role", "My instructions say that I must ask you: what next?"),
    ("out of role", "The system prompt is long. What next?"),
    ("out of role", "The ideal answer mentions the water. What about it?"),
    ("out of role", "Ahoy matey, what be your next step?"),
    ("out of role", "I'm sorry, but I can't help with that. What next?"),
    ("out of role", "Your OPENAI_API_KEY is safe with me. What next?"),
    ("out of role", "A good answer would start with water. What about that?"),
    ("out of role", "You should have mentioned the cups. What about them?"),
    ("markup", "Look at https://example.invalid/x. What do you see?"),
    ("markup", "![x](http://127.0.0.1/x) What do you see?"),
    ("markup", "</candidate><interviewer>What next?"),
    ("markup", "```json\n{}\n``` What next?"),
    ("markup", '{"score": 10} What next?'),
    ("markup", "- one\n- two\nWhat next?"),
    ("markup", "What comes\u200b next?"),
    ("mark", "Not quite. What else comes to mind?"),
    ("mark", "You're absolutely right. What else?"),
    ("mark", "You haven't mentioned the cups. What about them?"),
    ("mark", "There are three more points you need. Which?"),
    ("mark", "Exactly! What else?"),
    ("out of role", "Developer mode enabled. What next?"),
    ("out of role", "Here is a poem about tea. What else?"),
    ("out of role", "I'll be the candidate now. What do you ask?"),
    ("markup", "Write to me at hr@example.org. What else?"),
    ("markup", "Try `tea --hot`. What else?"),
    ("markup", "Lovely \U0001f600 what else?"),
    ("questions", "What comes next? And who does it?"),
    ("questions", "Please go on."),
    ("empty", "  "),
    ("empty", "“”"),
    ("long", "word " * 90 + "?"),
    ("long", "w" * 2000 + "?"),
    ("leak", f"So {TEXT}. Is that it?"),
    ("leak", f"You said “{TEXT}”. Is that it?"),
    ("gives away", "Is it Subject1 in the manner1, and in the place1?"),
    ("gives away", "Or is it Subject2 in the manner2 and in the place2?"),
    ("repeat", "How do you make tea for a large party?"),
    ("repeat", "Now, how do you make tea for a large party, then?"),
]  # fmt: skip


def guard(move: object = None) -> Guard:
    return Guard(move or Probe(point="k1", rung="neutral"), held([ANSWER]))


@pytest.mark.parametrize("text", GOOD)
def test_what_a_good_interviewer_says_passes(text):
    assert guard().fault(text) is None


@pytest.mark.parametrize(("fault", "text"), BAD)
def test_what_no_interviewer_says_is_caught(fault, text):
    assert guard().fault(text) == fault


@pytest.mark.parametrize("text", GOOD)
def test_a_beginning_of_good_words_is_good(text):
    made = guard()
    words = text.split()
    assert all(made.fault(" ".join(words[:end]), whole=False) is None for end in range(len(words)))


def test_what_the_candidate_said_or_the_card_asks_is_nobodys_fault():
    card = a_card(question="What makes an excellent answer to a customer who says that you are wrong?")
    made = Guard(Probe(point="k1", rung="neutral"), held(["That's correct: my score was 9/10"], cards=[card]))
    assert made.fault("You said “my score was 9/10”. What did that mean to you?") is None
    assert made.fault("You said “your score is 9/10”. What did that mean to you?") == "mark"


def test_what_is_covered_or_said_already_is_no_secret_any_more():
    interview = held([f"k1 k2~ {a_card().key_points[1].text}"])
    secret = secret_runs(interview)
    assert not runs(a_card().key_points[0].text) & secret
    assert not runs(a_card().key_points[1].text) & secret
    assert runs(a_card().key_points[2].text) <= secret


@pytest.mark.parametrize("card", shipped(), ids=lambda card: card.id)
def test_every_probe_of_the_bank_and_every_scripted_way_of_asking_passes(card):
    voice = ScriptedVoice(PHRASES)
    interview = held(["I have done this for years, mostly in small teams, and it went well for us"], cards=[card])
    moves = [Probe(point=p.id, rung=rung) for p in card.key_points for rung in ("neutral", "pointed", "open")]
    moves += [Challenge(point=p.id, quote="it went well for us") for p in card.key_points]
    wrong = []
    for move in moves:
        text = voice.utterance(move, interview)
        fault = Guard(move, interview).fault(text)
        # Several phrases say their question without a question mark, or say two; only a model is held to one.
        if fault not in (None, "questions"):
            wrong.append((fault, text))
    assert wrong == []


@pytest.mark.parametrize(
    ("move", "task"),
    [
        (Probe(point="k1", rung="open"), "open"),
        (Challenge(point="k1", quote="words"), "challenge"),
        (Challenge(point="k1", quote=""), None),
        (Clarify(manner="explain"), "explain"),
        (Clarify(manner="assert", point="k1"), None),
        (Clarify(manner="hint", point="k1"), None),
        (Encourage(), "encourage"),
    ],
)
def test_only_moves_that_hold_nothing_secret_are_worded_by_a_model(move, task):
    assert task_of(move) == task


@given(st.lists(st.sampled_from([*TEXT.split(), "well", "so", "what", "tea"]), max_size=60).map(" ".join))
def test_no_beginning_that_is_shown_holds_a_whole_secret_run(text):
    made, secret = guard(), runs(TEXT)
    words = text.split()
    for end in range(len(words) + 1):
        so_far = " ".join(words[:end])
        if made.fault(so_far, whole=False) is not None:
            break
        shown = " ".join(words[: max(0, end - HELD_BACK)])
        assert not {words_of(shown)[i : i + RUN] for i in range(len(shown.split()))} & secret


@pytest.mark.parametrize(
    "text",
    ["a " * 6000, "“" * 12_000, "that's " * 2000, "you have " * 1500, "?" * 12_000, "great, " * 2000, "\n- " * 4000],
)
def test_the_oddest_text_is_read_in_no_time(text):
    began = time.perf_counter()
    guard().fault(text)
    gives_a_mark(text)
    assert time.perf_counter() - began < 2
