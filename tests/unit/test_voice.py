"""The scripted voice: varied, neutral, and it gives nothing away."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.leak import leaks
from bot.move import Probe
from bot.turn import Said
from knowledge.card import KeyPoint
from tests.builders import a_card, held, messages, plans

LONG = "word " * 30


def said(interview) -> list[str]:
    return [turn.text for turn in interview.turns if isinstance(turn, Said)]


@given(messages, plans)
def test_no_uncovered_point_leaks_before_practice_mode_asserts_it(said_by_candidate, plan):
    interview = held(said_by_candidate, **plan)
    for number, turn in enumerate(interview.turns):
        if isinstance(turn, Said) and not (turn.move.kind == "clarify" and turn.move.manner == "assert"):
            before = interview.model_copy(update={"turns": interview.turns[:number]})
            ledger = before.ledger(max(before.question, 0))
            hidden = [p.text for p in before.card.key_points if ledger[p.id].state != "covered"]
            assert not leaks(turn.text, hidden)


@given(st.lists(st.sampled_from(["k1 " + LONG, "hmm " + LONG, "/repeat", "hello", "what do you mean?"]), max_size=6))
def test_nothing_is_said_twice_in_one_interview(said_by_candidate):
    texts = said(held(said_by_candidate, follow_ups=5))
    assert len(set(texts)) == len(texts)


def test_a_probe_that_gives_its_point_away_is_not_said():
    text = "Always weigh the leaves on a scale before you pour any water on them at all"
    card = a_card(key_points=(KeyPoint(id="k1", label="Weigh", text=text, probe=f"Is it true that {text.lower()}?"),))
    interview = held([LONG], cards=[card])
    assert isinstance(interview.follow_ups(0)[0], Probe)
    assert not leaks(said(interview)[-1], [text])


def test_a_nod_holds_only_words_of_the_candidate():
    interview = held(["k1 " + LONG])
    assert "“k1”" in said(interview)[1] or "k1" not in said(interview)[1]
    assert "Subject" not in said(interview)[1]


def test_text_that_looks_like_a_template_is_said_as_it_stands():
    nasty = "{{ 7 * 7 }} {% for x in y %} ${x} %(a)s {0}"
    interview = held(["k1 " + LONG, "/repeat"], cards=[a_card(question=nasty)])
    assert nasty in said(interview)[0]
    point = a_card().key_points[0].model_copy(update={"probe": f"What of {nasty}?"})
    assert nasty in said(held([LONG], cards=[a_card(key_points=(point,))]))[1]


def test_the_same_interview_is_worded_the_same_way():
    assert said(held(["k1 " + LONG, "dunno"])) == said(held(["k1 " + LONG, "dunno"]))


def test_a_mistake_is_met_with_the_candidates_own_words_and_no_verdict():
    words = said(held(["k2! " + LONG]))[1]
    assert "k2" in words
    assert not any(word in words.lower() for word in ("wrong", "incorrect", "actually"))
