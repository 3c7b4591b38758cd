"""Who plays the interviewer, whether the language model answers, and what it uses."""

from __future__ import annotations

import streamlit as st

from bot.bootstrap import NO_MODEL
from ui.components.navigate import home_button
from ui.components.words import plain
from ui.program import program


def settings_screen() -> None:
    """What is set, as far as it may be shown: a key never is."""
    made = program()
    st.title("Settings")
    st.caption("Settings are read from the environment and from the file .env when Greenroom starts.")
    st.subheader("The interviewer")
    if made.model is None:
        st.markdown("The **embedded interviewer** plays: on this machine, with no key, and nothing leaves it.")
        st.caption(plain(NO_MODEL))
    else:
        _model()
    st.subheader("Prompts")
    st.caption(plain(f"A file of the same name in {made.settings.own_prompts} takes the place of a shipped one."))
    for prompt, name, place in made.prompts():
        st.markdown(f"**{name}** `{prompt.version}` · {plain(place)}  \n{plain(prompt.purpose)}")
    st.subheader("Your data")
    st.markdown(plain(f"Everything of yours is in {made.settings.home}."))
    home_button()


def _model() -> None:
    made = program()
    settings = made.settings
    st.markdown(f"A **language model** can play: {plain(', '.join(made.model_names))}.")
    facts = [
        "Key: " + ("set, and never shown" if settings.openai_api_key else "none"),
        "Server: " + ("your own, set by OPENAI_BASE_URL" if settings.openai_base_url else "the provider's"),
        f"A turn is {made.turn_words()}",
        f"Today: {made.today_words()}",
        f"Caps for an interview: {settings.interview_calls or 'no'} calls, {settings.interview_tokens or 'no'} tokens",
    ]
    st.markdown("\n".join(f"- {plain(fact)}" for fact in facts))
    if st.button("Ask the model whether it answers", key="check", help="Costs a few hundred tokens"):
        with st.spinner("Asking …"):
            st.session_state["checked"] = made.check_models()
    for line in st.session_state.get("checked", ()):
        st.markdown(plain(line))
