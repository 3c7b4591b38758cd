"""Text is made inert once, and what is inert stays as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text import one_line, paragraphs

ODD = st.text(
    alphabet=st.sampled_from("a b\n\r\t\v\f\0\x1b\x85\u2028\u2029\u200b\u200d\u202e\u00a0\ufeff\U000e0041\ud800é👩")
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("one\vtwo\fthree\x85four\u2028five\u2029six", "one\ntwo\nthree\nfour\nfive\nsix"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("  a   b\t c \n", "a b c"),
        ("a\0b\x1b[31mc", "ab[31mc"),
        ("", ""),
    ],
)
def test_lines_are_kept_whatever_ends_them(typed, kept):
    assert paragraphs(typed) == kept
    assert one_line(typed) == " ".join(kept.split())


@given(st.text() | ODD)
@pytest.mark.parametrize("made_inert", [one_line, paragraphs])
def test_what_is_inert_stays_as_it_is_and_hides_nothing(made_inert, text):
    once = made_inert(text)
    assert made_inert(once) == once
    assert once == once.strip()
    assert "\n\n\n" not in once
    assert "  " not in once
    hidden = {
        c for c in once if c not in "\n\u200c\u200d" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn"}
    }
    assert not hidden


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "S"])))
def test_what_can_be_seen_is_kept(text):
    assert one_line(text) == paragraphs(text) == text
