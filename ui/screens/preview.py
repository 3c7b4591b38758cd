"""A recruiter's look at a question: how it would be followed up, and what three worked answers make of it."""

from __future__ import annotations

import streamlit as st

from bot.preview import Playthrough, Preview
from bot.report import of_100, score_words
from knowledge.card import Card
from ui.components.coverage import heat_map
from ui.components.navigate import go, home_button
from ui.components.words import plain
from ui.program import program
from ui.screens.card import parts

RUNGS = {"open": "Open", "neutral": "Neutral", "pointed": "Pointed"}


def preview_screen(card: Card) -> None:
    """How deep `card` goes."""
    with st.spinner("Playing the worked answers through the interviewer …"):
        preview = _preview(card.model_dump_json())
    least, most = preview.minutes
    st.title("How deep this question goes")
    st.caption("Previews a question, never a person: for practice, not for selecting or ranking people.")
    st.markdown(f"#### {plain(card.question)}")
    facts = [
        card.role,
        card.function,
        card.kind,
        f"about {least} to {most} minutes",
        f"{len(card.key_points)} key points",
    ]
    st.caption(plain(" · ".join(fact for fact in facts if fact)))
    with st.container(horizontal=True):
        if st.button("Practise it", type="primary", key="practise"):
            go(interview=program().session.start(program().plan([card])).id)
        if st.button("The whole card", key="to-card"):
            go(card=card.id)
        home_button()
    covers, follow_ups, after, played = st.tabs(
        ["What answers cover", "Follow-ups", "What it is after", "Played through"]
    )
    with covers:
        _heat(preview)
    with follow_ups:
        _ladder(preview)
    with after:
        parts("Motivations", card.motivations)
        parts("Minefields", card.minefields)
    with played:
        for play in preview.played:
            _play(play)


@st.cache_data(show_spinner=False, max_entries=50)
def _preview(card: str) -> Preview:
    return program().preview(Card.model_validate_json(card))


def _heat(preview: Preview) -> None:
    if not preview.played:
        st.info("This card has no worked answers to play.")
        return
    columns = [f"{play.level} · {score_words(play.outcome.score)}" for play in preview.played]
    rows = [(r.label, [play.states[r.point] for play in preview.played]) for r in preview.ladder]
    heat_map("heat-levels", columns, rows)
    st.caption("After the whole question, follow-ups included. The number is the score of 100; a range is a doubt.")


def _ladder(preview: Preview) -> None:
    st.caption("Each key point, and how the interviewer would come back to it without giving it away.")
    for rungs in preview.ladder:
        with st.container(border=True):
            weight = f" · weight {rungs.weight:g}" if rungs.weight != 1 else ""
            st.markdown(f"**{plain(rungs.label)}**{weight}")
            st.caption(plain(rungs.text))
            for rung, said in rungs.said.items():
                st.markdown(f":gray-badge[{RUNGS[rung]}] {plain(said)}")


def _play(play: Playthrough) -> None:
    with st.expander(f"The {play.level} answer: {of_100(play.outcome.score)}"):
        answers = [step for step in play.steps if step.states]
        if answers:
            rows = [(p.label, [step.states[p.id] for step in answers]) for p in play.outcome.points]
            heat_map(f"heat-{play.level}", [f"after {n + 1}" for n in range(len(answers))], rows)
        for step in play.steps:
            with st.chat_message("assistant" if step.by == "interviewer" else "user"):
                st.markdown(plain(step.text))
                if step.about:
                    label = next(p.label for p in play.outcome.points if p.id == step.about)
                    st.caption(plain(f"{step.move} · after “{label}”"))
