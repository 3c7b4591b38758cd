"""The browser's side of Greenroom: one page, whose address says what it shows.

/                     choose an interview
/?interview=ID        hold it, or read its debrief once it is over
/?card=CARD           everything about a question
/?preview=CARD        how deep a question goes, played through
/?edit=DRAFT          write a card
/?screen=cards        the user's own cards
/?screen=draft        draft a question with the language model
/?screen=settings     who plays the interviewer, and what that uses
"""

from __future__ import annotations

import logging
import secrets
from pathlib import Path

import streamlit as st

from knowledge.errors import GreenroomError, NotFound
from ui.components.words import plain
from ui.program import program
from ui.screens.card import card_screen
from ui.screens.cards import cards_screen
from ui.screens.choose import choose_screen
from ui.screens.debrief import debrief_screen
from ui.screens.draft import draft_screen
from ui.screens.edit import edit_screen
from ui.screens.interview import interview_screen
from ui.screens.preview import preview_screen
from ui.screens.settings import settings_screen

_LOG = logging.getLogger("greenroom")


def main() -> None:
    """Draw the page that the address asks for; the edge where errors become words."""
    assets = Path(__file__).parent / "assets"
    st.set_page_config(page_title="Greenroom", page_icon=str(assets / "icon.png"), layout="centered")
    st.html(assets / "page.css")
    try:
        _route()
    except NotFound as error:
        st.title("Not here")
        st.warning(plain(str(error)))
        _home()
    except GreenroomError as error:
        st.error(plain(str(error)))
        _home()
    except Exception as error:  # noqa: BLE001  the edge: a user never sees a traceback, a log never sees an answer
        reference = secrets.token_hex(4)
        _LOG.error("%s %s", reference, type(error).__name__)
        st.error(f"Something went wrong here, and it is our fault. What you sent is safe. Reference {reference}.")
        _home()


def _route() -> None:
    if card_id := st.query_params.get("card"):
        card_screen(program().bank.card(card_id))
    elif draft := st.query_params.get("edit"):
        edit_screen(program().drafts.load(draft))
    elif card_id := st.query_params.get("preview"):
        preview_screen(program().bank.card(card_id))
    elif interview_id := st.query_params.get("interview"):
        interview = program().resume(interview_id)
        if interview.closed and not interview.awaits_interviewer:
            debrief_screen(interview)
        else:
            interview_screen(interview)
    elif st.query_params.get("screen") == "cards":
        cards_screen()
    elif st.query_params.get("screen") == "draft":
        draft_screen()
    elif st.query_params.get("screen") == "settings":
        settings_screen()
    else:
        choose_screen()


def _home() -> None:
    if st.button("To the first screen", key="home-after-problem"):
        st.query_params.clear()
        st.rerun()


main()
