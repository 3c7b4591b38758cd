"""A card's page: everything about it, how deep it goes, what is like it, and where it came from."""

from __future__ import annotations

import streamlit as st

from bot.preview import minutes
from knowledge.card import Card, Minefield, Motivation, WorkedAnswer
from knowledge.difficulty import difficulty
from knowledge.formats import write
from ui.components.coverage import SIGNS, heat_map
from ui.components.navigate import go, home_button
from ui.components.words import plain, quoted
from ui.program import preparing, program

HARD = ((0.42, "an easier one"), (0.47, "middling"), (1.01, "a hard one"))
"""Upper ends of difficulty, at about the thirds of the shipped bank, with words for them."""


def card_screen(card: Card) -> None:
    """Everything about `card`."""
    st.caption(plain(" · ".join(part for part in (card.role, card.function, card.kind, card.theme) if part)))
    st.markdown(f"### {plain(card.question)}")
    if card.about_role:
        st.caption(plain(card.about_role))
    _actions(card)
    depth, points, after, answers, like, about = st.tabs(
        ["Depth", "Key points", "What it is after", "Worked answers", "Similar", "About this card"]
    )
    with depth:
        _depth(card)
    with points:
        _points(card)
    with after:
        parts("Motivations", card.motivations)
        parts("Minefields", card.minefields)
    with answers:
        for answer in card.answers:
            _answer(card, answer)
        if not card.answers:
            st.info("This card has no worked answers yet.")
    with like:
        _similar(card)
    with about:
        _about(card)
    home_button()


def _actions(card: Card) -> None:
    own = program().bank.is_own(card.id)
    with st.container(horizontal=True):
        if st.button("Practise it", type="primary", key="practise"):
            go(interview=program().session.start(program().plan([card])).id)
        if st.button("Play it through", key="play", help="The worked answers, through the real interviewer"):
            go(preview=card.id)
        if st.button("Edit", key="edit", help=None if own else "Your version stands before the shipped card"):
            go(edit=program().drafts.begin(card).name)
        if st.button("Duplicate", key="duplicate"):
            go(edit=program().drafts.begin(card, copied=True).name)
        st.download_button("Export", write([card], "yaml"), f"{card.id}.yaml", "application/yaml", key="export")
        if own and st.button("Delete", key="delete-card"):
            st.session_state["deleting"] = card.id
    if own and st.session_state.get("deleting") == card.id:
        _ask_before_deleting(card)


def _ask_before_deleting(card: Card) -> None:
    then = " The shipped card will be there again." if program().bank.is_shipped(card.id) else ""
    st.warning(f"Delete this card of yours? It goes to the bin, and you can take it back.{then}")
    with st.container(horizontal=True):
        if st.button("Yes, delete it", key="delete-yes", type="primary"):
            st.session_state["deleting"] = ""
            st.session_state["undo"] = program().bank.mine.delete(card.id).name
            go(screen="cards")
        if st.button("No, keep it", key="delete-no"):
            st.session_state["deleting"] = ""
            st.rerun()


def _depth(card: Card) -> None:
    least, most = minutes(card, program().settings.follow_ups)
    hard = difficulty(card)
    words = next(words for end, words in HARD if hard < end)
    of_what = f" ({hard:.0%} of its points are left out by its worked answers)" if card.answers else ""
    points = f"{len(card.key_points)} key point{'s' if len(card.key_points) != 1 else ''}"
    st.markdown(f"About **{least} to {most} minutes**, {points}, {words}{plain(of_what)}.")
    if card.answers:
        rows = [(point.label, [_state(answer, point.id) for answer in card.answers]) for point in card.key_points]
        heat_map("heat-card", [answer.level for answer in card.answers], rows)
        st.caption("What each worked answer covers by itself, as its readers labelled it, before any follow-up.")


def _state(answer: WorkedAnswer, point: str) -> str:
    label = answer.key_points.get(point)
    return "not_judged" if label is None else {"missing": "not_raised"}.get(label.verdict, label.verdict)


def _points(card: Card) -> None:
    for point in card.key_points:
        with st.container(border=True):
            weight = f" · weight {point.weight:g}" if point.weight != 1 else ""
            st.markdown(f"**{plain(point.label)}**{weight}  \n{plain(point.text)}")
            if point.probe:
                st.caption(f"Asked on: {quoted(point.probe)}")


def parts(title: str, listed: tuple[Motivation, ...] | tuple[Minefield, ...]) -> None:
    """Motivations or minefields under a heading."""
    st.subheader(title)
    for part in listed:
        st.markdown(f"**{plain(part.label)}**  \n{plain(part.text)}")
    if not listed:
        st.caption("None are written down.")


def _answer(card: Card, answer: WorkedAnswer) -> None:
    with st.expander(f"The {answer.level} answer, {answer.words} words"):
        st.markdown(plain(answer.text))
        lines = []
        for point in card.key_points:
            sign, words = SIGNS[_state(answer, point.id)]
            label = answer.key_points.get(point.id)
            said = f": {quoted(label.quote)}" if label and label.quote else ""
            lines.append(f"- {sign} **{plain(point.label)}** ({words}){said}")
        hit = [mine.label for mine in card.minefields if answer.minefields.get(mine.id) == "hit"]
        st.markdown("\n".join(lines))
        if hit:
            st.caption(plain(f"Minefields: {', '.join(hit)}."))
        for point_id, reply in answer.replies.items():
            st.caption(f"Asked about {plain(card.key_point(point_id).label)}: {quoted(reply)}")


def _similar(card: Card) -> None:
    with preparing() as progress:
        found = program().bank.similar(card, 5, progress)
    for other, likeness in found:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container():
                st.markdown(plain(other.question))
                st.caption(plain(f"{other.role} · {other.kind} · likeness {likeness:.2f}"))
            if st.button("Open", key=f"similar-{other.id}"):
                go(card=other.id)


def _about(card: Card) -> None:
    bank = program().bank
    whose = "your own" if bank.is_own(card.id) else "shipped with Greenroom"
    if bank.is_own(card.id) and bank.is_shipped(card.id):
        whose = "your version of a card that is shipped with Greenroom"
    facts = {
        "Whose": whose,
        "Where it came from": card.source or "nothing was said",
        "Licence": card.licence or "nothing was said",
        "Id": card.id,
        "Worked answers": str(len(card.answers)),
    }
    st.markdown("\n".join(f"- **{name}**: {plain(value)}" for name, value in facts.items()))
