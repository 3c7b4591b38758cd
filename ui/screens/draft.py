"""Drafting a question with the language model: a draft, what to mend in it, and a person who decides to keep it."""

from __future__ import annotations

import streamlit as st

from bot.bootstrap import NO_MODEL
from knowledge.errors import BadInput, ModelTrouble
from knowledge.formats import read_text, write
from knowledge.lint import lint
from ui.components.navigate import go
from ui.components.words import plain, saying_at
from ui.program import program


def draft_screen() -> None:
    """A request in, a draft out, to be edited and kept."""
    st.title("Draft a question")
    st.caption("A model drafts, you review: it can be wrong, dull or unfair. Nothing is kept until you say so.")
    if program().model is None:
        st.info(plain(NO_MODEL))
    else:
        _request()
    if "draft" in st.session_state:
        _edit()
    if st.button("All questions", key="home"):
        st.session_state.pop("draft", None)
        go()


def _request() -> None:
    request = st.text_area("A question, or a job description", key="draft-request", height=120, max_chars=12_000)
    left, right = st.columns(2)
    role = left.text_input("Role", key="draft-role", max_chars=100)
    function = right.text_input("Function", key="draft-function", max_chars=100)
    if st.button("Draft it", type="primary", key="draft-it", disabled=not (request or "").strip()):
        place = st.empty()
        with st.spinner("Drafting …"), program().told_when_waiting(saying_at(place)):
            try:
                card = program().draft(request, role, function)
            except ModelTrouble as error:
                st.warning(plain(f"There is no draft. {error}"))
                return
        st.session_state["draft"] = write([card], "yaml")


def _edit() -> None:
    text = st.text_area("The draft, to be edited", key="draft", height=480)
    try:
        cards = read_text(text, "draft.yaml")
    except BadInput as error:
        st.error(plain(str(error)))
        return
    for card in cards:
        st.caption(plain(f"{card.question} ({card.source or 'your own'})"))
        for advice in lint(card, program().encoder):
            st.markdown(f"- {plain(f'{advice.place}: {advice.problem}. {advice.mend}')}")
    reviewed = st.checkbox("I have read it and stand by it", key="draft-reviewed")
    if st.button("Keep it among my cards", key="draft-keep", type="primary"):
        source = {"source": "drafted by a model, reviewed by me"} if reviewed else {}
        kept = [card.model_copy(update=source) for card in cards]
        program().bank.mine.keep(kept)
        st.session_state.pop("draft", None)
        go(card=kept[0].id)
