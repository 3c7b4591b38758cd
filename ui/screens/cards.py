"""The user's own cards: writing, importing and exporting them, and the bin."""

from __future__ import annotations

import streamlit as st

from knowledge.errors import BadInput
from knowledge.formats import ENDINGS, FORMATS, read_uploads, write
from knowledge.formats.template import csv_template, xlsx_template
from ui.components.navigate import go, home_button
from ui.components.words import plain
from ui.program import program

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def cards_screen() -> None:
    """What is the user's own, and what may be done with it."""
    st.title("Your cards")
    st.caption("They stand beside the shipped ones, in a folder of yours, and no upgrade touches them.")
    _undo()
    if st.button("Write a new card", type="primary", key="new-card"):
        go(edit=program().drafts.begin().name)
    _drafts()
    _own()
    _import()
    _bin()
    home_button()


def _undo() -> None:
    """Takes back the last deletion of this page."""
    name = st.session_state.get("undo")
    deleted = next((one for one in program().bank.mine.deleted() if one.name == name), None)
    if deleted:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"Deleted: {plain(deleted.card.question)}")
            st.button("Undo", key="undo-delete", on_click=_restore, args=(deleted.name,))


def _restore(name: str) -> None:
    try:
        program().bank.mine.restore(name)
        st.session_state.pop("trouble", None)
    except BadInput as error:
        st.session_state["trouble"] = str(error)


def _drafts() -> None:
    for draft in program().drafts.all():
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container():
                st.markdown(plain(draft.title))
                st.caption("A draft, not finished.")
            if st.button("Go on", key=f"draft-{draft.name}"):
                go(edit=draft.name)


def _own() -> None:
    own = program().bank.own()
    for problem in own.rejected:
        st.warning(plain(f"One of your own cards cannot be read. {problem}"))
    st.subheader(f"{len(own.cards)} of your own")
    for card in own.cards:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container():
                st.markdown(plain(card.question))
                st.caption(plain(" · ".join(part for part in (card.role, card.function, card.kind) if part)))
            if st.button("Open", key=f"own-{card.id}"):
                go(card=card.id)
    if own.cards:
        format = st.selectbox("Format", FORMATS, key="export-format")
        name = f"my-cards.{'md' if format == 'markdown' else format}"
        st.download_button("Export all of them", write(own.cards, format), name, key="export-all")


def _import() -> None:
    st.subheader("Import")
    st.caption(
        "Question pages as text or saved HTML, YAML, JSON, CSV, XLSX, Markdown. A file goes in whole or not at all."
    )
    with st.form("import-form", clear_on_submit=True, border=True):
        kinds = sorted(ending.removeprefix(".") for ending in ENDINGS)
        files = st.file_uploader("Files with cards", type=kinds, accept_multiple_files=True, key="import-files")
        if st.form_submit_button("Import", key="import-button"):
            _take([(file.name, file.getvalue()) for file in files or ()])
    with st.container(horizontal=True):
        st.download_button("Template, XLSX", _xlsx(), "greenroom-cards.xlsx", EXCEL, key="template-xlsx")
        st.download_button("Template, CSV", csv_template(), "greenroom-cards.csv", "text/csv", key="template-csv")
    for said in st.session_state.get("imported", ()):
        st.markdown(said)


@st.cache_data(show_spinner=False)
def _xlsx() -> bytes:
    return xlsx_template()


def _take(uploads: list[tuple[str, bytes]]) -> None:
    """Import what was dropped, and remember what came of it for the page."""
    bank = program().bank
    found = read_uploads(uploads)
    said = [f"- Rejected: {plain(str(error))}" for error in found.rejected]
    try:
        replaced = bank.mine.keep(found.cards)
    except BadInput as error:
        st.session_state["imported"] = [*said, f"- Nothing went in: {plain(str(error))}"]
        return
    for card in found.cards:
        notes = ["in place of your earlier one, which is in the bin"] if card.id in replaced else []
        notes += ["before the shipped card of that id"] if bank.is_shipped(card.id) else []
        note = f" ({', '.join(notes)})" if notes else ""
        said.append(f"- Went in: {plain(card.question)}{note}, from {plain(str(found.files[card.id]))}")
    st.session_state["imported"] = said or ["- No file was chosen."]


def _bin() -> None:
    if trouble := st.session_state.get("trouble"):
        st.warning(plain(trouble))
    deleted = program().bank.mine.deleted()
    if not deleted:
        return
    with st.expander(f"The bin: {len(deleted)}"):
        for one in deleted:
            with st.container(border=True, horizontal=True, vertical_alignment="center"):
                with st.container():
                    st.markdown(plain(one.card.question))
                    st.caption(f"{one.when:%d %B, %H:%M} UTC")
                st.button("Put it back", key=f"restore-{one.name}", on_click=_restore, args=(one.name,))
        sure = st.checkbox("I want these gone for good", key="bin-sure")
        if st.button("Empty the bin", key="empty-bin", disabled=not sure):
            program().bank.mine.empty_bin()
            st.rerun()
