"""The interview itself: what was said, the interviewer's next words, and a place to type."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

import streamlit as st

from bot.guard import Fault
from bot.interview import Interview
from bot.move import Ask, Move
from bot.pace import Pace
from bot.ports import Words
from bot.report import answer_pace
from bot.turn import Heard, Said
from knowledge.errors import AnswerTooLong, StaleInterview
from ui.components.pace import first_word_after
from ui.components.words import plain, saying_at
from ui.console.conversation import heading
from ui.program import program

REQUESTS = {
    "/repeat": "You asked to hear the question again.",
    "/clarify": "You asked what is meant.",
    "/hint": "You asked for a hint.",
    "/skip": "You skipped the question.",
    "/done": "You said that you were done with this question.",
    "/end": "You ended the interview.",
}
PAUSE_BETWEEN_WORDS = 0.02
FAULTS = get_args(Fault)


def interview_screen(interview: Interview) -> None:
    """An interview that is not over."""
    _header(interview)
    for number, turn in enumerate(interview.turns):
        _message(interview, number, turn)
    if interview.in_doubt is not None and interview.awaits_interviewer:
        _problem()
        _in_doubt(interview, interview.in_doubt)
        return
    if interview.awaits_interviewer:
        _speak(interview)
    _remember(interview)
    if note := program().cap_note(interview):
        st.info(note)
    _problem()
    _controls(interview)
    if st.session_state.get("paused") == interview.id:
        st.info(
            "Paused. Nothing is lost: come back by this page's address, or from “Your interviews” on the first screen."
        )
    prompt = len(interview.turns)
    first = first_word_after(prompt, interview.plan.clock, interview.card.usual_words)
    typed = st.chat_input("Type your answer; Enter sends, Shift+Enter starts a line", key="answer", max_chars=12_000)
    if typed:
        seconds = time.monotonic() - st.session_state.get("shown", {}).get(prompt, time.monotonic())
        _send(interview, typed, Pace(first_word=first, seconds=seconds, words=len(typed.split())))


def _header(interview: Interview) -> None:
    of = len(interview.plan.cards)
    question = max(interview.question, 0)
    made = len(interview.follow_ups(question))
    step = f"Follow-up {made} of {interview.plan.follow_ups}" if made else "The question"
    st.progress((question + min(1.0, made / (interview.plan.follow_ups + 1))) / of)
    role = f" · {plain(interview.card.role)}" if interview.card.role else ""
    st.caption(
        f"**Question {question + 1} of {of}** · {step}{role} · {interview.plan.mode} mode · an AI, for practice  \n"
        + plain(program().where_it_goes(interview))
    )


def _message(interview: Interview, number: int, turn: object) -> None:
    if isinstance(turn, Said):
        if isinstance(turn.move, Ask) and turn.move.question:
            st.divider()
        with st.chat_message("assistant", avatar=":material/record_voice_over:"):
            if title := heading(interview, number):
                st.caption(title)
            st.markdown(plain(turn.text))
            if turn.replaced and turn.replaced not in FAULTS:
                st.caption("The language model gave no words for this, so the scripted interviewer said it.")
    elif isinstance(turn, Heard):
        if turn.text in REQUESTS:
            st.caption(REQUESTS[turn.text])
            return
        with st.chat_message("user", avatar=":material/person:"):
            st.markdown(plain(turn.text))
            if turn.pace and turn.act == "answer":
                st.caption(answer_pace(turn.pace))


def _in_doubt(interview: Interview, answer: int) -> None:
    """What to do about an answer that could not be judged: it is safe, and the candidate decides."""
    st.warning(plain(f"Your answer is safe, but it could not be judged. {interview.trouble}"))
    session = program().session
    with st.container(horizontal=True):
        again = st.button("Try again", type="primary", key="try-again")
        embedded = st.button("Go on with the embedded interviewer", key="go-embedded")
        as_it_is = st.button("Go on without a verdict", key="go-on")
    try:
        if embedded:
            interview = session.switch(interview, "embedded")
        if again or embedded:
            with st.spinner("The interviewer is thinking …"):
                session.judge_again(interview, answer)
    except StaleInterview as error:
        st.session_state["problem"] = (str(error), "")
    if again or embedded:
        st.rerun()
    if as_it_is:
        _speak(interview, patient=False)


def _speak(interview: Interview, *, patient: bool = True) -> None:
    """Let the interviewer do what is due, word by word, then draw the page anew from the record."""

    @contextmanager
    def show(interview: Interview, move: Move) -> Iterator[Words]:
        del interview, move
        with st.chat_message("assistant", avatar=":material/record_voice_over:"):
            place = st.empty()

        def words(text: str) -> None:
            place.markdown(plain(text))
            time.sleep(PAUSE_BETWEEN_WORDS)

        yield words

    waiting = st.empty()
    with (
        st.spinner("The interviewer is thinking …", show_time=False),
        program().told_when_waiting(saying_at(waiting)),
    ):
        try:
            program().session.speak(interview, show, patient=patient)
        except StaleInterview as error:
            st.session_state["problem"] = (str(error), "")
    st.rerun()


def _remember(interview: Interview) -> None:
    """What this tab shows and what it showed before, so that an answer to something it had not shown can be told."""
    seen = st.session_state.setdefault("seen", {})
    st.session_state["seen_before"] = seen.get(interview.id, len(interview.turns))
    seen[interview.id] = len(interview.turns)
    st.session_state.setdefault("shown", {}).setdefault(len(interview.turns), time.monotonic())


def _controls(interview: Interview) -> None:
    with st.container(horizontal=True, horizontal_alignment="left", gap="small"):
        for label, message in (("Repeat", "/repeat"), ("Hint", "/hint"), ("Skip question", "/skip")):
            if (label != "Hint" or interview.plan.mode == "practice") and st.button(label, key=f"say-{message}"):
                _send(interview, message, None)
        if st.button("Pause", key="pause"):
            st.session_state["paused"] = interview.id
        with st.popover("End interview"):
            st.markdown("End here and go to the debrief? What you have said so far counts.")
            if st.button("End and debrief", type="primary", key="say-/end"):
                _send(interview, "/end", None)
        if st.button("All interviews", key="home"):
            st.query_params.clear()
            st.rerun()


def _send(interview: Interview, message: str, pace: Pace | None) -> None:
    """Store the message, or keep it on the page where it cannot be stored; then draw the page anew."""
    st.session_state.pop("paused", None)
    try:
        if st.session_state["seen_before"] != len(interview.turns):
            raise StaleInterview("This interview was continued in another tab, so your message was not sent.")
        program().session.hear(interview, message, pace)
    except (StaleInterview, AnswerTooLong) as error:
        st.session_state["problem"] = (str(error), message)
    st.rerun()


def _problem() -> None:
    problem, typed = st.session_state.pop("problem", ("", ""))
    if problem:
        st.warning(plain(problem))
        if typed and not typed.startswith("/"):
            st.caption("Nothing was overwritten, and this page now shows where the interview stands. You had typed:")
            st.code(typed, language=None, wrap_lines=True)
