"""The debrief: a number with its doubts, a picture, the quotes, what was behind the question, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from bot.debrief import Debrief, FindingVerdict, PointState, PointVerdict, QuestionDebrief, debrief
from bot.interview import Interview
from bot.report import FINDING_WORDS, markdown, of_100, pace_words, played_by
from bot.turn import Heard, Said
from knowledge.errors import StaleInterview
from ui.components.coverage import SIGNS, coverage_strip
from ui.components.words import plain, quoted
from ui.program import program

GROUPS: tuple[tuple[str, tuple[PointState, ...]], ...] = (
    ("To put right", ("contradicted", "retracted")),
    ("Half said, or hard to tell", ("partial", "unsure", "not_judged")),
    ("Asked, and not answered", ("not_answered",)),
    ("Not raised, and not asked", ("not_asked",)),
    ("Covered", ("covered",)),
)
FINDING_COLOURS = {"hit": "red", "clear": "green", "shown": "green", "partly": "orange", "not_shown": "gray"}


def debrief_screen(interview: Interview) -> None:
    """The debrief of an interview that is over."""
    result = debrief(interview)
    st.title("Your debrief")
    st.caption(result.notice)
    if len(result.questions) == 1:
        _question(0, result.questions[0])
    else:
        st.metric("Over all questions", of_100(result.score))
        for number, (tab, question) in enumerate(
            zip(st.tabs([f"Question {n + 1}" for n in range(len(result.questions))]), result.questions, strict=True)
        ):
            with tab:
                _question(number, question)
    _unsettled(interview)
    _transcript(interview)
    with st.expander("Who played the interviewer"):
        for line in played_by(result.played):
            st.markdown(plain(line))
    _actions(interview, result)


def _question(number: int, question: QuestionDebrief) -> None:
    st.markdown(f"#### {plain(question.question)}")
    if question.skipped:
        st.info("You did not answer this question. Here is what it was after.")
    left, right = st.columns([1, 2], vertical_alignment="center")
    left.metric("Score", of_100(question.score))
    if question.anchor:
        right.markdown(f"**{question.anchor}.** {question.meaning}")
    if question.score and question.score.low != question.score.high:
        right.caption("Two numbers: the judge could not tell on some points, and the truth lies between.")
    if question.recited:
        st.warning("Much of this is a published answer word for word. It counts, but an interviewer would notice.")
    coverage_strip(f"strip-{number}", [(p.label, p.state, p.weight) for p in question.points])
    st.subheader("Three next steps")
    for n, step in enumerate(question.next_steps, start=1):
        st.markdown(f"{n}. {plain(step.text)}" + (f"  \n:gray[{quoted(step.quote)}]" if step.quote else ""))
    st.subheader("Point by point")
    for title, states in GROUPS:
        _points(title, [point for point in question.points if point.state in states])
    left, right = st.columns(2)
    with left:
        _findings("What the interviewer was after", question.motivations)
    with right:
        _findings("Minefields", question.minefields)
    _stronger(question)
    if words := pace_words(question):
        st.subheader("Typing")
        st.markdown(plain(words))


def _points(title: str, points: Sequence[PointVerdict]) -> None:
    if not points:
        return
    st.markdown(f"**{title}** · {len(points)}")
    for point in points:
        sign, words = SIGNS[point.state]
        with st.container(border=True):
            st.markdown(f"{sign} **{plain(point.label)}** · {words}")
            if point.quote:
                st.markdown(f"> {quoted(point.quote)}")
            st.caption(plain(point.text))


def _findings(title: str, findings: Sequence[FindingVerdict]) -> None:
    st.subheader(title)
    for finding in findings:
        colour = FINDING_COLOURS.get(finding.verdict, "gray")
        st.markdown(f"**{plain(finding.label)}** :{colour}-badge[{FINDING_WORDS[finding.verdict]}]")
        if finding.quote:
            st.markdown(f"> {quoted(finding.quote)}")
        st.caption(plain(finding.text))


def _stronger(question: QuestionDebrief) -> None:
    if not question.stronger:
        return
    st.subheader("A stronger version of your answer")
    st.caption("Your own words, in your order, and what to add in words of your own.")
    for passage in question.stronger:
        lead = ":green-badge[you said]" if passage.source == "you" else ":blue-badge[add]"
        text = quoted(passage.text) if passage.source == "you" else plain(passage.text)
        st.markdown(f"{lead} {text}")


def _unsettled(interview: Interview) -> None:
    """A second try at what could not be judged, one click away."""
    if not interview.unsettled and not interview.unreviewable:
        return
    st.warning("Some of this could not be judged. It counts neither for nor against you.")
    with st.container(horizontal=True):
        again = st.button("Judge it now", type="primary", key="settle")
        embedded = interview.interviewer == "model" and st.button("Let the embedded judge do it", key="settle-embedded")
    if again or embedded:
        session = program().session
        with st.spinner("Judging …"):
            try:
                session.settle(session.switch(interview, "embedded") if embedded else interview)
            except StaleInterview as error:
                st.session_state["problem"] = (str(error), "")
        st.rerun()


def _transcript(interview: Interview) -> None:
    with st.expander("The whole conversation"):
        for turn in interview.turns:
            if isinstance(turn, Said | Heard):
                with st.chat_message("assistant" if isinstance(turn, Said) else "user"):
                    st.markdown(plain(turn.text))


def _actions(interview: Interview, result: Debrief) -> None:
    st.divider()
    with st.container(horizontal=True):
        name = f"greenroom-{interview.id[:8]}"
        st.download_button("Save as Markdown", markdown(result), f"{name}.md", "text/markdown")
        st.download_button("Save as JSON", result.model_dump_json(indent=2), f"{name}.json", "application/json")
        if st.button("Practise this again", type="primary", key="again"):
            st.query_params.from_dict({"interview": program().session.start(interview.plan).id})
            st.rerun()
        if st.button("New interview", key="home"):
            st.query_params.clear()
            st.rerun()
        with st.popover("Delete"):
            st.markdown("Forget this interview and everything typed in it? This cannot be undone.")
            if st.button("Delete for good", key="delete"):
                program().records.remove(interview.id)
                st.query_params.clear()
                st.rerun()
