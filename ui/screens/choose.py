"""Choosing an interview: a role, a search, or a job description; how many questions, and in which mode."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from bot.debrief import NOTICE
from bot.interview import Mode
from bot.turn import Player
from knowledge.card import Card
from knowledge.collection import fresh_draw
from ui.components.navigate import go
from ui.components.words import plain
from ui.program import preparing, program

ANY = "Any"
SHOWN = 6
MODES: dict[Mode, str] = {
    "real": "Real: no hints, as in the room",
    "practice": "Practice: hints when you ask for one",
}
CLOCKS = {"No clock": 0, "1 minute an answer": 60, "2 minutes": 120, "3 minutes": 180, "5 minutes": 300}


def choose_screen() -> None:
    """The first screen."""
    first_time = program().records.count() == 0
    st.title("Greenroom")
    st.markdown(
        "Rehearse the interview before the interview: type your answers, get real follow-ups, read an honest debrief."
    )
    _explained(first_time)
    _unreadable_cards()
    found = _matching(program().bank.cards())
    _settings_and_start(found)
    _rows(found)
    with st.container(horizontal=True):
        for label, screen in (("Your cards", "cards"), ("Draft a question", "draft"), ("Settings", "settings")):
            if st.button(label, key=f"to-{screen}"):
                go(screen=screen)
    if not first_time:
        _earlier()


def _explained(first_time: bool) -> None:
    with st.expander("How this works", expanded=first_time):
        st.markdown(
            "1. **You are asked** a question, and type your answer as you would say it.\n"
            "2. **You are asked on**: up to three follow-ups, on what you left out.\n"
            "3. **You are debriefed**: what you covered, in your own words, and what to do next."
        )
        st.caption(f"{NOTICE} Nothing is lost if you close the page.")


def _unreadable_cards() -> None:
    for problem in program().bank.own().rejected:
        st.warning(plain(f"One of your own cards cannot be read. {problem}"))


def _matching(cards: Sequence[Card]) -> list[Card]:
    """The cards that fit what is chosen above, best first."""
    left, right = st.columns(2)
    functions = sorted({card.function for card in cards if card.function})
    function = left.selectbox("Function", [ANY, *functions], key="function")
    of_function = [card for card in cards if function in (ANY, card.function)]
    role = right.selectbox("Role", [ANY, *sorted({card.role for card in of_function if card.role})], key="role")
    about = st.text_area(
        "What should it be about? Search, or paste a job description",
        key="about",
        height=80,
        max_chars=8000,
        placeholder="e.g. how do I pick creators for a small brand",
    )
    if not (about or "").strip():
        return [card for card in of_function if role in (ANY, card.role)]
    with preparing() as progress:
        found = program().bank.search(about, 20, function=_chosen(function), role=_chosen(role), progress=progress)
    return [card for card, _ in found]


def _chosen(value: str | None) -> str:
    return "" if value in (ANY, None) else str(value)


def _settings_and_start(found: Sequence[Card]) -> None:
    """The settings, and the button that starts with the ticked cards or a draw."""
    one, two, three = st.columns(3)
    wanted = one.number_input("Questions", 1, 10, min(3, program().settings.questions), key="questions")
    mode = two.selectbox("Mode", list(MODES), format_func=lambda m: MODES[m], key="mode")
    clock = three.selectbox("Clock", list(CLOCKS), key="clock")
    interviewer = _interviewer()
    ticked = [card for card in found if st.session_state.get(f"pick-{card.id}")]
    picked = ticked or (_set(int(wanted)) if found else [])
    many = f"{len(picked)} question" + ("s" if len(picked) != 1 else "")
    if picked and not ticked:
        st.caption("From easier to harder, no two of them after the same thing:")
        st.markdown("\n".join(f"{number}. {plain(card.question)}" for number, card in enumerate(picked, 1)))
    if st.button(f"Start the interview ({many})", type="primary", width="stretch", disabled=not picked, key="start"):
        plan = program().plan(picked, mode=mode, clock=CLOCKS[clock], interviewer=interviewer)
        go(interview=program().session.start(plan).id)


def _interviewer() -> Player:
    """Who is to play, and where that sends what is typed."""
    made = program()
    if made.model is None:
        st.caption("The embedded interviewer plays: everything stays on this machine.")
        return "embedded"
    players: list[Player] = ["model", "embedded"]
    names = {
        "model": f"A language model: {', '.join(made.model_names)}",
        "embedded": "The embedded interviewer, on this machine",
    }
    first = players.index(made.interviewer)
    chosen = st.selectbox("Interviewer", players, first, format_func=lambda p: names[p], key="interviewer")
    if chosen == "model":
        st.caption(plain(f"What you type is sent to {' and '.join(made.model_names)}."))
    else:
        st.caption("Everything stays on this machine.")
    return chosen


def _set(wanted: int) -> list[Card]:
    """A set for what is chosen above; without a text it is drawn, and stays the same while the page is open."""
    about = (st.session_state.get("about") or "").strip()
    seed = None if about else st.session_state.setdefault("draw", fresh_draw())
    function, role = (_chosen(st.session_state.get(name)) for name in ("function", "role"))
    with preparing() as progress:
        return program().bank.pick(about, wanted, role=role, function=function, seed=seed, progress=progress)


def _rows(found: Sequence[Card]) -> None:
    if not found:
        st.info("No question fits. Try other words, or another role.")
        return
    st.subheader("Questions that fit" if len(found) > 1 else "The question that fits")
    st.caption(
        "Tick the ones you want, or leave it to the interviewer. “Depth” shows a recruiter how far a question goes."
    )
    shown = len(found) if st.session_state.get("all-rows") else SHOWN
    for card in found[:shown]:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.checkbox("Ask this one", key=f"pick-{card.id}", label_visibility="collapsed")
            with st.container():
                st.markdown(plain(card.question))
                st.caption(plain(" · ".join(part for part in (card.role, card.function, card.kind) if part)))
            if st.button("Open", key=f"card-{card.id}", help="Everything about this question"):
                go(card=card.id)
            if st.button("Depth", key=f"depth-{card.id}", help="Preview how deep this question goes"):
                go(preview=card.id)
    if len(found) > shown:
        st.button(f"Show all {len(found)}", key="all-rows-button", on_click=_show_all)


def _show_all() -> None:
    st.session_state["all-rows"] = True


def _earlier() -> None:
    st.subheader("Your interviews")
    for row in program().records.recent(8):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container():
                st.markdown(plain(row.question))
                st.caption(
                    f"{row.started:%d %B, %H:%M} · {row.answers} answers · {'finished' if row.closed else 'open'}"
                )
            if st.button("Debrief" if row.closed else "Go on", key=f"open-{row.id}"):
                go(interview=row.id)
