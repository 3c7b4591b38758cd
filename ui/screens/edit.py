"""Writing a card: every part in a field of its own, kept as it is typed, with what to mend shown beside it."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args

import streamlit as st

from knowledge.card import Card, Coverage, Hit, Kind, Level, Shown
from knowledge.drafts import Draft
from knowledge.errors import BadInput
from knowledge.lint import lint
from ui.components.navigate import go
from ui.components.words import plain
from ui.program import preparing, program

MUCH_ALIKE = 0.75
"""Likeness to another card from which its author is told: no two of the shipped bank are as alike."""
Fields = dict[str, Any]


def edit_screen(draft: Draft) -> None:
    """The editor. Whatever is typed is kept at once; a card is made of it only when its author says so."""
    st.title("Change a card" if draft.of else "Write a card")
    st.caption("What you type is kept as you go, also when you close the page. It becomes a card when you say so.")
    edited = replace(draft, card=copy.deepcopy(draft.card))
    _about(edited)
    _points(edited)
    _others(edited, "motivations", "Motivations", "What does the interviewer hope to learn by asking?")
    _others(edited, "minefields", "Minefields", "Which ways of answering count against the candidate?")
    _answers(edited)
    if edited.card != draft.card:
        program().drafts.save(edited)
    _finish(edited)


def _key(draft: Draft, *parts: str) -> str:
    return "-".join(("edit", draft.name, *parts))


def _line(draft: Draft, fields: Fields, field: str, label: str, *where: str, tall: int = 0, help: str = "") -> None:
    """One field of text, written back into `fields`."""
    key, value = _key(draft, *where, field), str(fields.get(field) or "")
    shown = help or None
    typed = (
        st.text_area(label, value, key=key, height=tall, max_chars=20_000, help=shown)
        if tall
        else st.text_input(label, value, key=key, max_chars=2_000, help=shown)
    )
    if typed or field in fields:
        fields[field] = typed


def _choice(draft: Draft, fields: Fields, field: str, label: str, options: Sequence[str], *where: str) -> str:
    """One of `options`, written back into `fields`; the first where nothing was chosen yet."""
    now = fields.get(field)
    place = options.index(now) if now in options else 0
    chosen = st.selectbox(label, options, place, key=_key(draft, *where, field))
    return str(chosen)


def _about(draft: Draft) -> None:
    card = draft.card
    _line(draft, card, "question", "The question, as it is said", tall=90)
    left, right = st.columns(2)
    with left:
        _line(draft, card, "role", "Role")
        _line(draft, card, "theme", "Theme")
    with right:
        _line(draft, card, "function", "Function")
        kinds = ("found from the question", *get_args(Kind))
        kind = _choice(draft, card, "kind", "Kind", kinds)
        card.pop("kind", None)
        if kind in get_args(Kind):
            card["kind"] = kind
    _line(draft, card, "about_role", "About the role, in a sentence")
    with st.expander("Where it came from"):
        _line(draft, card, "source", "Source")
        _line(draft, card, "licence", "Licence", help="On what terms it may be passed on, such as CC-BY-4.0")


def _points(draft: Draft) -> None:
    st.subheader("Key points")
    st.caption("What separates a good answer from a weak one. Eight to twelve serve an interview best.")
    for number, point in enumerate(draft.card.get("key_points", []), 1):
        with st.container(border=True):
            where = ("key_points", point["id"])
            left, right = st.columns([3, 1])
            with left:
                _line(draft, point, "label", f"Label of key point {number}", *where)
            with right:
                weight = st.number_input(
                    "Weight", 0.1, 10.0, float(point.get("weight", 1.0)), 0.5, key=_key(draft, *where, "weight")
                )
            point.pop("weight", None)
            if weight != 1:
                point["weight"] = weight
            _line(draft, point, "text", "What a good answer says of it", *where, tall=80)
            _line(draft, point, "probe", "A follow-up that does not give it away", *where)
            _remove(draft, "key_points", point["id"], f"Remove key point {number}")
    _add(draft, "key_points", "Add a key point")


def _others(draft: Draft, kind: str, title: str, caption: str) -> None:
    st.subheader(title)
    st.caption(caption)
    for number, part in enumerate(draft.card.get(kind, []), 1):
        with st.container(border=True):
            word = kind.removesuffix("s")
            _line(draft, part, "label", f"Label of {word} {number}", kind, part["id"])
            _line(draft, part, "text", f"Text of {word} {number}", kind, part["id"], tall=80)
            _remove(draft, kind, part["id"], f"Remove {word} {number}")
    _add(draft, kind, f"Add a {kind.removesuffix('s')}")


def _answers(draft: Draft) -> None:
    st.subheader("Worked answers")
    st.caption("Answers at three levels, labelled point by point: they show how deep the question goes.")
    for answer in draft.card.get("answers", []):
        level = answer.get("level", "solid")
        with st.expander(f"The {level} answer", expanded=not answer.get("text")):
            where = ("answers", answer["id"])
            answer["level"] = _choice(draft, answer, "level", "Level", get_args(Level), *where)
            _line(draft, answer, "text", "The answer", *where, tall=180)
            _labels(draft, answer)
            _remove(draft, "answers", answer["id"], f"Remove the {level} answer")
    _add(draft, "answers", "Add a worked answer")


def _labels(draft: Draft, answer: Fields) -> None:
    """The labels of one worked answer: a verdict and the words that decided it for each key point, and the rest."""
    where = ("answers", answer["id"])
    for point in draft.card.get("key_points", []):
        labels = answer.setdefault("key_points", {})
        label = labels.get(point["id"], {})
        left, right = st.columns([1, 2])
        with left:
            verdict = _choice(
                draft,
                label,
                "verdict",
                point.get("label") or point["id"],
                ("no label", *get_args(Coverage)),
                *where,
                point["id"],
            )
        with right:
            _line(draft, label, "quote", "Its words for that", *where, point["id"])
        labels.pop(point["id"], None)
        if verdict in get_args(Coverage):
            labels[point["id"]] = {"verdict": verdict, **({"quote": label["quote"]} if label.get("quote") else {})}
    for kind, others in (("minefields", get_args(Hit)), ("motivations", get_args(Shown))):
        for part in draft.card.get(kind, []):
            labels = answer.setdefault(kind, {})
            name = part.get("label") or part["id"]
            verdict = _choice(draft, labels, part["id"], name, ("no label", *others), *where, kind)
            labels.pop(part["id"], None)
            if verdict in others:
                labels[part["id"]] = verdict


def _add(draft: Draft, kind: str, label: str) -> None:
    st.button(label, key=_key(draft, "add", kind), on_click=_added, args=(draft.name, kind))


def _added(name: str, kind: str) -> None:
    drafts = program().drafts
    drafts.save(drafts.load(name).with_part(kind))


def _remove(draft: Draft, kind: str, id: str, label: str) -> None:
    st.button(label, key=_key(draft, "remove", kind, id), on_click=_removed, args=(draft.name, kind, id))


def _removed(name: str, kind: str, id: str) -> None:
    drafts = program().drafts
    drafts.save(drafts.load(name).without_part(kind, id))


def _finish(draft: Draft) -> None:
    bank = program().bank
    card: Card | None = None
    with st.sidebar:
        st.subheader("What to mend")
        try:
            card = draft.finished({card.id for card in bank.cards()})
        except BadInput as error:
            st.info(plain(f"Not a card yet. {error}"))
        if card:
            _advice(card)
    with st.container(horizontal=True):
        if st.button("Keep it among my cards", type="primary", key="keep-card", disabled=card is None) and card:
            bank.mine.keep([card])
            program().drafts.drop(draft.name)
            go(card=card.id)
        if st.button("Throw the draft away", key="drop-draft"):
            program().drafts.drop(draft.name)
            go(screen="cards")
        if st.button("Later", key="later", help="The draft stays under Your cards"):
            go(screen="cards")
    if card is None:
        st.caption("It can be kept once it is a card: a question, and at least one key point with a label and a text.")


def _advice(card: Card) -> None:
    advice = lint(card, program().encoder)
    lines = [f"- {plain(f'{one.place}: {one.problem}. {one.mend}')}" for one in advice]
    with preparing() as progress:
        for other, likeness in program().bank.similar(card, 3, progress):
            if likeness >= MUCH_ALIKE:
                lines.append(f"- {plain(f'Much like a card that there is ({likeness:.2f}): {other.question}')}")
    st.markdown("\n".join(lines) or "Nothing: it is a good card as far as a program can tell.")
