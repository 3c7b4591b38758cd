"""Going to another screen: the address says which."""

from __future__ import annotations

import streamlit as st


def go(**address: str) -> None:
    """Show the screen of this address; none given is the first."""
    st.query_params.from_dict(address)
    st.rerun()


def home_button(label: str = "All questions") -> None:
    """A button that leads to the first screen."""
    if st.button(label, key="home"):
        go()
