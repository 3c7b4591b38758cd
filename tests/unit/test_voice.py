"""The scripted voice: varied, neutral, and it gives nothing away."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.leak import RUN, words_of
from bot.move import Advance, Challenge, Clarify, Close, Move, Probe
from bot.turn import Said
from bot.voices.scripted import ScriptedVoice, shorten, topic
from knowledge.card import KeyPoint
from knowledge.quote import find_quote
from tests.builders import (
    PHRASES,
    Quoter,
    WildJudge,
    a_card,
    a_session,
    held,
    interviews,
    leaky_cards,
    messages,
    plans,
    upto,
)

LONG = "word " * 30
TEXT = "Always weigh the leaves on a scale before you pour any water on them at all"
NASTY = "{{ 7 * 7 }} {% for x in y %} {# no #} ${x} %(a)s {0} \\1"


def said(interview) -> list[str]:
    return [turn.text for turn in interview.turns if isinstance(turn, Said)]


def runs_of_eight(text: str) -> set[tuple[str, ...]]:
    words = words_of(text)
    return {words[i : i + RUN] for i in range(len(words) - RUN + 1)}


def hidden_runs_said(interview) -> list[str]:
    """What the interviewer said that holds 8 words in a row of a point not covered yet, which nobody had typed."""
    found = []
    for number, turn in enumerate(interview.turns):
        if not isinstance(turn, Said):
            continue
        practice = interview.plan.mode == "practice"
        if practice and isinstance(turn.move, Clarify) and turn.move.manner in ("hint", "assert"):
            continue  # in practice a hint may be as plain as its author made it, and then the point is asserted
        before = upto(interview, number)
        ledger = before.ledger(max(before.question, 0))
        hidden = [p.text for p in before.card.key_points if ledger[p.id].state != "covered"]
        typed = " / ".join(heard.text for heard in before.heard(before.question))
        if runs_of_eight(turn.text) & set().union(*map(runs_of_eight, hidden)) - runs_of_eight(typed):
            found.append(turn.text)
    return found


@given(interviews())
def test_no_point_leaks_before_it_is_covered(interview):
    assert not hidden_runs_said(interview)


@given(leaky_cards(), messages, plans, st.integers(0, 10_000))
def test_no_point_leaks_however_careless_its_author_was(card, said_by_candidate, plan, seed):
    session = a_session(WildJudge(seed))
    assert not hidden_runs_said(held(said_by_candidate, cards=[card, card], session=session, **plan))


@pytest.mark.parametrize("probe", [f"Is it true that {TEXT.lower()}?", TEXT, f"What else? Perhaps {TEXT[:50]}?"])
def test_a_probe_that_gives_its_point_away_is_neither_said_nor_repeated_nor_explained(probe):
    card = a_card(key_points=(KeyPoint(id="k1", label=TEXT, text=TEXT, probe=probe),))
    asks_again = ["/repeat", "what do you mean?", "hello", "/hint"]
    interview = held([LONG, *asks_again, LONG, *asks_again], cards=[card], mode="real")
    assert [(move.point, move.rung) for move in interview.follow_ups(0) if isinstance(move, Probe)] == [
        ("k1", "neutral"), ("k1", "pointed"),
    ]  # fmt: skip
    assert len(said(interview)) == 11
    assert not hidden_runs_said(interview)


ASIDES = ["k1 " + LONG, "k2~ " + LONG, "k3! " + LONG, "hmm " + LONG, "/repeat", "hello", "what do you mean?", "dunno"]


@given(st.lists(st.sampled_from(ASIDES), min_size=1, max_size=8).filter(lambda said: max(map(said.count, said)) <= 5))
def test_nothing_is_said_twice_in_one_interview(said_by_candidate):
    texts = said(held(said_by_candidate, cards=[a_card(6)] * 3, follow_ups=5))
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("times", [3, 6])
def test_each_way_of_steering_back_is_used_before_one_is_used_again(times):
    texts = said(held(["hello"] * times))[1:]
    assert len(set(texts)) == times == min(times, PHRASES.count("steer"))


def test_when_the_ways_run_out_something_is_said_nevertheless():
    assert all(said(held(["hello"] * 40)))


def probes_of(interview) -> list[str]:
    """The probes as they were said, without the plain acknowledgement in front, which is one sentence."""
    probes = [turn.text for turn in interview.turns if isinstance(turn, Said) and isinstance(turn.move, Probe)]
    return [text.partition(". ")[2] for text in probes]


def test_neither_a_probe_nor_the_frame_around_one_is_used_twice():
    same = tuple(point.model_copy(update={"probe": "What else?"}) for point in a_card(6).key_points)
    session = a_session()
    for _ in range(12):  # each interview is worded in its own way
        alike = held([LONG] * 6, cards=[a_card(key_points=same)], session=session, follow_ups=6)
        assert len(set(probes_of(alike))) == 6
        differing = held([LONG] * 6, cards=[a_card(6)], session=session, follow_ups=6)
        frames = [re.sub(r"What happens at stage \d\?", "", probe) for probe in probes_of(differing)]
        assert len(set(frames) - {""}) == len([frame for frame in frames if frame])


def test_the_same_words_are_not_nodded_at_twice():
    texts = said(held(["k1 " + LONG, "k1 " + LONG, "k1 " + LONG]))
    assert sum("“k1”" in text for text in texts) == 1


@given(st.lists(st.sampled_from(ASIDES), min_size=1, max_size=7), st.integers(0, 10_000))
def test_what_stands_between_quotation_marks_is_the_candidates_or_a_heading_of_the_card(said_by_candidate, seed):
    interview = held(said_by_candidate, session=a_session(WildJudge(seed)))
    for number, turn in enumerate(interview.turns):
        if isinstance(turn, Said):
            typed = "\n".join(heard.text for heard in upto(interview, number).heard(0))
            for quote in re.findall("“([^”]*)”", turn.text):
                words = quote.removesuffix(" …")
                assert find_quote(words, typed) or words in {point.label for point in a_card().key_points}


@given(st.text(min_size=1, max_size=200))
def test_an_answer_is_nodded_at_with_its_own_words_at_most_twelve_of_them(text):
    interview = held([f"well so {text} it went on"], session=a_session(Quoter()), follow_ups=1)
    heard, nod = interview.heard(0)[0].text, said(interview)[1]
    quote = re.search("“(.*)”", nod, re.DOTALL)
    assert quote
    words = quote[1].removesuffix("…").split()
    assert 0 < len(words) <= 12
    assert " ".join(words) in " ".join(heard.split())


@pytest.mark.parametrize(
    ("quote", "short"),
    [
        ("two words", "two words"),
        ("“quoted,”", "quoted"),
        ("two\n\nlines", "two lines"),
        (" ".join("abcdefghijkl"), "a b c d e f g h i j k l"),
        (" ".join("abcdefghijklm"), "a b c d e f g h i j k l …"),
    ],
)
def test_a_long_quote_is_cut_to_its_first_words(quote, short):
    assert shorten(quote) == short


def test_a_heading_loses_the_marks_at_its_ends():
    assert topic(KeyPoint(id="k1", label="“Reach”: ", text="x")) == "Reach"


@pytest.mark.parametrize("place", ["question", "probe", "label", "text", "role", "answer"])
def test_text_that_looks_like_a_template_is_said_as_it_stands(place):
    point = a_card().key_points[0]
    messages_, card, mode = [LONG], a_card(), "real"
    match place:
        case "question":
            card, messages_ = a_card(question=NASTY), ["/repeat"]
        case "role":
            card = a_card(role=NASTY)
        case "probe":
            card = a_card(key_points=(point.model_copy(update={"probe": f"What of {NASTY}?"}),))
        case "label":
            card = a_card(key_points=(point.model_copy(update={"label": NASTY, "probe": ""}),))
        case "text":
            card = a_card(key_points=(point.model_copy(update={"text": NASTY}),))
            messages_, mode = ["/hint", "/hint"], "practice"
        case "answer":
            messages_ = [f"so {NASTY}"]
    interview = held(messages_, cards=[card], mode=mode, session=a_session(Quoter() if place == "answer" else None))
    whole = "\n".join(said(interview))
    assert (NASTY if place != "answer" else "so {{ 7 * 7 }} {% for x in y %} …") in whole
    assert "49" not in whole


def test_the_same_interview_is_worded_the_same_way_and_another_one_otherwise():
    first, second = a_session(), a_session()
    assert said(held(ASIDES, session=first)) == said(held(ASIDES, session=second))
    openings = {said(held([], session=first))[0] for _ in range(12)}
    assert len(openings) == PHRASES.count("open_first")


def test_a_mistake_is_met_with_the_candidates_own_words_and_no_verdict():
    words = said(held(["k2! " + LONG]))[1]
    assert "k2" in words
    assert not any(word in words.lower() for word in ("wrong", "incorrect", "actually", "mistake"))


def test_a_nod_is_no_mark():
    marks = re.compile(r"\b(great|excellent|well done|perfect|correct|exactly|wrong|good point|impressive)\b", re.I)
    nods = [
        way for thing in PHRASES.ways if thing.startswith(("ack", "probe", "chal")) for way in PHRASES.ways[thing].ways
    ]
    assert not [way for way in nods if marks.search(way.lower().replace("what exactly", ""))]


@pytest.mark.parametrize(
    ("before", "on_the_table"),
    [
        ([], "How do you make tea for a large party?"),
        (["k1 " + LONG], "What happens at stage 2?"),
        (["k2! " + LONG], "k2!"),
        (["k1 " + LONG, "hello"], "What happens at stage 2?"),
        (["I don't know"], "How do you make tea for a large party?"),
    ],
)
@pytest.mark.parametrize("message", ["/repeat", "what do you mean?", "hello"])
def test_what_is_asked_again_is_the_prompt_on_the_table_and_nothing_else(before, on_the_table, message):
    text = said(held([*before, message]))[-1]
    assert on_the_table in text
    assert ("large party" in text) == ("large party" in on_the_table)


@pytest.mark.parametrize(
    "move",
    [
        Challenge(point="k1", quote=""),
        Probe(point="k1", rung="pointed"),
        Clarify(manner="hint"),
        Clarify(manner="assert"),
        Clarify(manner="steer"),
        Advance(reason="enough"),
        Close(reason="limit"),
        Close(reason="dont_know"),
    ],
)
def test_every_move_has_words_and_they_come_piece_by_piece(move: Move):
    voice = ScriptedVoice(PHRASES)
    interview = held([])
    shown: list[str] = []
    said = voice.say(move, interview, shown.append)
    assert len(shown) > 1
    assert all(later.startswith(earlier) for earlier, later in pairwise(shown))
    assert shown[-1] == said.text == voice.utterance(move, interview)
    assert said.by == voice.name


def test_the_ladder_goes_from_open_to_pointed_and_gives_nothing_away():
    card = a_card(key_points=(KeyPoint(id="k1", label="Weighing", text=TEXT, probe="What comes before the water?"),))
    interview = a_session().start(held([], cards=[card]).plan)
    ladder = ScriptedVoice(PHRASES).ladder(card.key_points[0], interview)
    assert list(ladder) == ["open", "neutral", "pointed"]
    assert "Weighing" not in ladder["open"] + ladder["neutral"]
    assert "What comes before the water?" in ladder["neutral"]
    assert "Weighing" in ladder["pointed"]
    assert not runs_of_eight(" ".join(ladder.values())) & runs_of_eight(TEXT)
