"""The screens with a language model behind them: who plays, what is said where it fails, and how one goes on."""

from __future__ import annotations

import json

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from bot.bootstrap import greenroom
from tests.app.test_screens import CARD, page, shown
from tests.model_server import fails, honest, says

ANSWER = "What matters is k1 in the first place, and then a part of it is k2~ where the budget is small."
DRAFT = {
    "question": "How do you hand over a shift?",
    "theme": "Handover",
    "role": "Nurse",
    "function": "Healthcare",
    "about_role": "Cares for patients.",
    "kind": "situational",
    "key_points": [{"label": "Charts", "text": "Goes through the charts bed by bed.", "probe": "What comes first?"}],
    "motivations": [],
    "minefields": [],
    "answers": [],
}


@pytest.fixture
def program(home, server, monkeypatch):
    """The program over the same home and the same provider as the page."""
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-of-the-screens")
    st.cache_resource.clear()
    made = greenroom()
    yield made
    made.records.close()
    st.cache_resource.clear()


def id_of(app: AppTest) -> str:
    """The interview in the page's address, which the page itself sets as a list."""
    value = app.query_params["interview"]
    return value if isinstance(value, str) else value[0]


def answered(program, text: str = ANSWER) -> AppTest:
    interview = program.session.speak(program.session.start(program.plan([program.bank.card(CARD)])))
    app = page(interview=interview.id)
    return app.chat_input[0].set_value(text).run()


def test_the_first_screen_says_where_what_is_typed_goes_and_offers_to_keep_it_here(program):
    app = page()
    assert app.selectbox(key="interviewer").value == "model"
    assert "What you type is sent to openai:gpt-5.4-mini" in shown(app)
    app.selectbox(key="interviewer").select("embedded").run()
    assert "Everything stays on this machine" in shown(app)
    app.button(key="start").click().run()
    assert program.records.load(id_of(app)).interviewer == "embedded"


def test_without_a_model_only_the_embedded_interviewer_is_offered(home):
    st.cache_resource.clear()
    app = page()
    assert not [box for box in app.selectbox if box.key == "interviewer"]
    assert "everything stays on this machine" in shown(app)


def test_the_model_judges_and_words_the_follow_up(program, server):
    app = answered(program)
    assert not app.exception
    assert "what would you add on step 1" in shown(app)
    interview = program.records.load(id_of(app))
    assert interview.ledger(0)["k1"].state == "covered"
    assert len(server.requests) == 2


def test_an_answer_that_could_not_be_judged_is_kept_and_a_retry_is_one_click(program, server):
    server.replies = [fails(401)]
    app = answered(program)
    text = shown(app)
    assert ANSWER in text
    assert "could not be judged" in text
    assert "OPENAI_API_KEY" in text
    assert not app.chat_input
    interview = program.records.load(id_of(app))
    assert {entry.state for entry in interview.ledger(0).values()} == {"not_judged"}
    app.button(key="try-again").click().run()
    assert not app.exception
    assert "Follow-up 1 of 3" in shown(app)
    assert program.records.load(interview.id).ledger(0)["k1"].state == "covered"


def test_a_reload_shows_the_same_choice(program, server):
    server.usual = fails(401)
    app = answered(program)
    again = page(interview=id_of(app))
    assert "could not be judged" in shown(again)
    assert {button.key for button in again.button} >= {"try-again", "go-embedded", "go-on"}


def test_the_embedded_interviewer_can_go_on_in_the_same_interview(program, server):
    server.usual = fails(401)
    app = answered(program)
    asked = len(server.requests)
    app.button(key="go-embedded").click().run()
    assert "Follow-up 1 of 3" in shown(app)
    assert "From here on, everything stays on this machine" in shown(app)
    app.chat_input[0].set_value("I would compare what each costs with what each brings in.").run()
    assert "Follow-up 2 of 3" in shown(app)
    assert len(server.requests) == asked
    interview = program.records.load(id_of(app))
    assert interview.interviewer == "embedded"
    assert not interview.unsettled


def test_one_can_go_on_without_a_verdict_and_have_it_judged_in_the_debrief(program, server):
    server.usual = fails(401)
    app = answered(program)
    app.button(key="go-on").click().run()
    assert "Follow-up 1 of 3" in shown(app)
    assert "the scripted interviewer said it" in shown(app)
    app.button(key="say-/end").click().run()
    text = shown(app)
    assert "Some of this could not be judged" in text
    assert "not judged" in text
    server.usual = says(honest)
    app.button(key="settle").click().run()
    assert not app.exception
    assert "Some of this could not be judged" not in shown(app)
    assert program.records.load(id_of(app)).ledger(0)["k1"].state == "covered"


def test_the_debrief_says_who_played_and_what_that_used(program):
    app = answered(program)
    app.button(key="say-/end").click().run()
    text = shown(app)
    assert "Judged by openai:gpt-5.4-mini judge@" in text
    assert "3 calls" in text
    assert "Say this sooner and give one example" in text


def test_a_cap_is_told_before_it_is_reached_and_then_the_embedded_interviewer_goes_on(program, server, monkeypatch):
    monkeypatch.setenv("GREENROOM_INTERVIEW_CALLS", "2")
    st.cache_resource.clear()
    app = answered(program)
    assert "the embedded interviewer goes on from here" in shown(app)
    app.chat_input[0].set_value("I would compare what each costs with what each brings in.").run()
    assert len(server.requests) == 2
    assert "Follow-up 2 of 3" in shown(app)
    monkeypatch.setenv("GREENROOM_INTERVIEW_CALLS", "3")
    monkeypatch.setenv("GREENROOM_DAY_CALLS", "2")
    st.cache_resource.clear()
    assert "goes on from here" in shown(page(interview=id_of(app)))


def test_the_settings_screen_asks_the_model_in_one_line_and_shows_no_key(program, server):
    app = page(screen="settings")
    assert server.requests == []
    app.button(key="check").click().run()
    text = shown(app)
    assert "openai:gpt-5.4-mini answers in" in text
    assert "streams, fills in forms by a schema" in text
    assert "Key: set, and never shown" in text
    assert "canary" not in text
    assert "judge@" not in text
    assert program.prompt("judge").version in text


def test_a_draft_is_edited_kept_and_marked(program, server):
    server.usual = says(json.dumps(DRAFT))
    app = page(screen="draft")
    app.text_area(key="draft-request").set_value("How do you hand over a shift?").run()
    app.button(key="draft-it").click().run()
    assert not app.exception
    assert "drafted by a model, not reviewed" in shown(app)
    assert "8 to 12 serve an interview best" in shown(app)
    edited = app.text_area(key="draft").value.replace("bed by bed", "bed by bed, aloud")
    app.text_area(key="draft").set_value(edited).run()
    app.button(key="draft-keep").click().run()
    kept = program.bank.own().cards
    assert [card.key_points[0].text for card in kept] == ["Goes through the charts bed by bed, aloud."]
    assert kept[0].source == "drafted by a model, not reviewed"
    assert "drafted by a model, not reviewed" in shown(app)
    assert "your own" in shown(app)


def test_a_draft_that_fails_is_said_in_words(program, server):
    server.usual = fails(401)
    app = page(screen="draft")
    app.text_area(key="draft-request").set_value("How?").run()
    app.button(key="draft-it").click().run()
    assert "There is no draft" in shown(app)
    assert not app.exception


def test_without_a_model_the_draft_screen_says_how_to_set_one_up(home):
    st.cache_resource.clear()
    assert "OPENAI_API_KEY" in shown(page(screen="draft"))
