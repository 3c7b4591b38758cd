"""Every sentence of a debrief traces to the candidate's words or to the card."""

from __future__ import annotations

from hypothesis import given

from bot.debrief import debrief
from bot.report import markdown
from tests.builders import a_card, held, messages, plans

LONG = "word " * 30


@given(messages, plans)
def test_every_quote_stands_in_what_the_candidate_typed(said, plan):
    interview = held(said, **plan)
    result = debrief(interview)
    typed = "\n".join(turn.text for turn in interview.turns if turn.kind == "heard")
    parts = {p.id for p in (*a_card().key_points, *a_card().motivations, *a_card().minefields)}
    texts = {p.id: p.text for p in a_card().key_points}
    for question in result.questions:
        quotes = [row.quote for rows in (question.points, question.motivations, question.minefields) for row in rows]
        quotes += [step.quote for step in question.next_steps]
        assert all(quote in typed for quote in quotes)
        assert {step.about for step in question.next_steps} <= parts
        assert len(question.next_steps) == 3
        for passage in question.stronger:
            assert passage.text in typed if passage.source == "you" else passage.text == texts[passage.about]
    assert markdown(result)


def test_not_asked_is_kept_apart_from_not_answered():
    result = debrief(held(["k1 " + LONG, "hmm " + LONG], follow_ups=1)).questions[0]
    assert [point.state for point in result.points] == ["covered", "not_answered", "not_asked", "not_asked"]


def test_wrong_facts_come_first_among_the_next_steps():
    steps = debrief(held(["k3! k1~ " + LONG, "/end"])).questions[0].next_steps
    assert (steps[0].about, steps[0].quote) == ("k3", "k3!")


def test_a_skipped_question_is_told_as_such():
    assert debrief(held(["/skip"])).questions[0].skipped


def test_the_notice_says_what_this_is_and_is_not():
    notice = debrief(held(["/end"])).notice
    assert all(word in notice for word in ("AI", "practice", "not for selecting or ranking", "wrong"))
