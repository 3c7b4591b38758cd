"""The screens, without a browser: what each shows, and what survives a reload."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from bot.bootstrap import greenroom

APP = str(Path(__file__).parents[2] / "ui" / "app.py")
CARD = "influencer-macro-micro-basics"
ANSWER = "Big accounts are seen by more people and cost more; small ones have closer followers who believe them."


@pytest.fixture
def program(home):
    """The program over the same home as the page, to look at the record from outside."""
    st.cache_resource.clear()
    made = greenroom()
    yield made
    made.records.close()
    st.cache_resource.clear()


def page(**address: str) -> AppTest:
    """The page at an address, drawn once: a new browser tab."""
    app = AppTest.from_file(APP, default_timeout=40)
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def shown(app: AppTest) -> str:
    """All text on the page, without the escapes that keep it plain."""
    parts = [*app.title, *app.subheader, *app.markdown, *app.caption, *app.warning, *app.info, *app.error]
    return "\n".join(str(part.value) for part in parts).replace("\\", "").replace("\u2060", "")


def begin(program) -> str:
    interview = program.session.speak(program.session.start(program.plan([program.bank.card(CARD)])))
    return interview.id


def test_the_first_screen_explains_itself_and_offers_a_start(program):
    app = page()
    assert not app.exception
    text = shown(app)
    assert "This is an AI, for practice only" in text
    assert "scores can be wrong" in text
    assert any("Start the interview" in button.label for button in app.button)
    assert len(app.selectbox(key="function").options) > 6


def test_a_role_narrows_the_questions(program):
    app = page()
    app.selectbox(key="function").select("Marketing").run()
    assert "Influencer Marketing Specialist" in app.selectbox(key="role").options
    assert "Registered Nurse" not in app.selectbox(key="role").options


def test_a_search_finds_the_influencer_card_first(program):
    app = page()
    app.text_area(key="about").set_value("how do I pick creators for a small brand").run()
    assert next(box.key for box in app.checkbox) == f"pick-{CARD}"


def test_starting_leads_to_a_question(program):
    app = page()
    app.checkbox(key=f"pick-{app.checkbox[0].key.removeprefix('pick-')}").check().run()
    app.button(key="start").click().run()
    assert not app.exception
    assert app.query_params["interview"]
    assert "Question 1 of 1" in shown(app)
    assert len(app.chat_input) == 1


def test_an_answer_is_followed_up_and_a_reload_shows_the_same(program):
    interview_id = begin(program)
    app = page(interview=interview_id)
    app.chat_input[0].set_value(ANSWER).run()
    assert not app.exception
    first = shown(app)
    assert ANSWER in first
    assert "Follow-up 1 of 3" in first
    again = shown(page(interview=interview_id))
    assert ANSWER in again
    assert program.records.load(interview_id).exchanges(0)[0].answer == ANSWER


def test_an_answer_saved_before_a_crash_is_taken_up_on_the_next_load(program):
    interview_id = begin(program)
    program.session.hear(program.records.load(interview_id), ANSWER)
    assert "Follow-up 1 of 3" in shown(page(interview=interview_id))


def test_the_later_of_two_tabs_is_told_and_keeps_what_was_typed(program):
    interview_id = begin(program)
    late = page(interview=interview_id)
    early = page(interview=interview_id)
    early.chat_input[0].set_value(ANSWER).run()
    turns = len(program.records.load(interview_id).turns)
    late.chat_input[0].set_value("typed in the later tab").run()
    assert "another tab" in shown(late)
    assert any("typed in the later tab" in code.value for code in late.code)
    assert len(program.records.load(interview_id).turns) == turns


def test_skipping_the_last_question_leads_to_the_debrief(program):
    interview_id = begin(program)
    app = page(interview=interview_id)
    app.button(key="say-/skip").click().run()
    assert not app.exception
    assert "Your debrief" in shown(app)
    assert "You did not answer this question" in shown(app)


def test_hints_are_offered_in_practice_mode_only(program):
    real = begin(program)
    plan = program.plan([program.bank.card(CARD)], mode="practice")
    practice = program.session.speak(program.session.start(plan)).id
    keys = [{button.key for button in page(interview=id).button} for id in (real, practice)]
    assert ["say-/hint" in found for found in keys] == [False, True]


def test_the_debrief_shows_quotes_steps_and_exports(program):
    interview_id = begin(program)
    interview = program.session.speak(program.session.hear(program.records.load(interview_id), ANSWER))
    program.session.speak(program.session.hear(interview, "/end"))
    app = page(interview=interview_id)
    assert not app.exception
    text = shown(app)
    for heading in ("Three next steps", "Point by point", "What the interviewer was after", "Minefields"):
        assert heading in text
    assert "This is an AI, for practice only" in text


def test_what_people_typed_is_never_markup(program):
    interview_id = begin(program)
    nasty = "<script>alert(1)</script> ![x](http://127.0.0.1/x.png) **bold** {{ 7*7 }} and some words to it"
    app = page(interview=interview_id)
    app.chat_input[0].set_value(nasty).run()
    raw = "\n".join(str(part.value) for part in app.markdown)
    assert not re.search(r"(?<!\\)<script|(?<!\\)!\[|(?<!\\)\*\*bold", raw)


@pytest.mark.parametrize("address", [{"interview": "nothing"}, {"preview": "nothing"}])
def test_an_address_that_leads_nowhere_has_a_way_home(program, address):
    app = page(**address)
    assert not app.exception
    assert "Not here" in shown(app)
    app.button(key="home-after-problem").click().run()
    assert any("Start the interview" in button.label for button in app.button)


def test_the_preview_shows_how_deep_a_question_goes(program):
    app = page(preview=CARD)
    assert not app.exception
    assert "How deep this question goes" in shown(app)
    assert [tab.label for tab in app.tabs] == ["What answers cover", "Follow-ups", "What it is after", "Played through"]


def test_a_deleted_interview_is_gone(program):
    interview_id = begin(program)
    program.session.speak(program.session.hear(program.records.load(interview_id), "/end"))
    app = page(interview=interview_id)
    app.button(key="delete").click().run()
    assert program.records.count() == 0
