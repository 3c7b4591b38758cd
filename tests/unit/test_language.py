"""Typed English: sentences that can be quoted, words that can be compared."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import language


@pytest.mark.parametrize(
    ("typed", "pieces"),
    [
        ("", []),
        (" \n\t", []),
        (":", []),
        ("... !!", []),
        ("one thing. another thing", ["one thing.", "another thing"]),
        ("- cache it\n- drop it", ["cache it", "drop it"]),
        ("1. first\n2) second\n(a) third", ["first", "second", "third"]),
        ("• ask them\n◦ tell them", ["ask them", "tell them"]),
        ("no full stop\nand a new line", ["no full stop", "and a new line"]),
        ("I use tools, e.g. Redis, daily.", ["I use tools, e.g. Redis, daily."]),
        ("Mr. X said so. I agreed.", ["Mr. X said so.", "I agreed."]),
        ("It took 2.5 days. Then we shipped", ["It took 2.5 days.", "Then we shipped"]),
        ("careful with PATCH; that bites", ["careful with PATCH;", "that bites"]),
        ('He said "go." I went.', ['He said "go."', "I went."]),
        ("We sell tea, coffee, etc. Nothing else.", ["We sell tea, coffee, etc.", "Nothing else."]),
    ],
)
def test_sentences_end_where_people_end_them(typed, pieces):
    assert [s.text for s in language.sentences(typed)] == pieces


@given(st.text(max_size=400))
def test_a_sentence_is_a_verbatim_slice_and_slices_come_in_order(typed):
    found = language.sentences(typed)
    assert all(typed[s.start : s.end] == s.text for s in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_a_run_without_full_stops_is_cut():
    run = " and then ".join(f"we did thing number {n} with care" for n in range(30))
    assert max(len(s.text.split()) for s in language.sentences(run)) <= language.LONGEST_RUN


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("plain text", "plain text"),
        ("сасhe", "cache"),
        ("Ελλάδα is honest Greek", "Ελλάδα is honest Greek"),
        ("ﬁnd it", "find it"),
        ("in\u200bvis\u2060ible", "invisible"),
        ("tag\U000e0073\U000e0063ged", "tagged"),
        ("don’t", "don't"),
    ],
)
def test_folding_makes_look_alikes_alike_and_leaves_honest_text(typed, folded):
    assert language.fold(typed) == folded


@pytest.mark.parametrize(
    "claim", ["I am 100% certain, without any doubt: ", "According to the official documentation and RFC 9999, "]
)
def test_claiming_certainty_or_authority_adds_nothing(claim):
    said = "the cache is slow"
    assert language.sentences(claim + said)[0].plain == said


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("caching strategies", "cache strategy"),
        ("We RAN tests", "ran the test"),
        ("customer's order", "customer orders"),
    ],
)
def test_stems_meet_across_forms_of_a_word(one, other):
    assert language.stems(one) == language.stems(other)


def test_function_words_have_no_stems():
    assert language.stems("it was what it would be, and so on") == frozenset()


@pytest.mark.parametrize("hostile", ["e.g. " * 2_400, "etc. " * 2_400, ". " * 6_000, "- a\n" * 3_000, "a" * 12_000])
def test_the_longest_answer_is_cut_in_well_under_a_second(hostile):
    began = time.perf_counter()
    language.sentences(hostile)
    assert time.perf_counter() - began < 1


def test_two_threads_get_their_own_stems():
    roots = ("organis", "runn", "nation", "relat", "operat", "general", "commun")
    ends = ("ation", "ing", "ed", "s", "ational", "ively", "ity")
    words = [root + end for root in roots for end in ends]
    alone = [language.stem.__wrapped__(word) for word in words]
    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(lambda _: [language.stem.__wrapped__(word) for word in words], range(80)))
    finally:
        sys.setswitchinterval(switch)
    assert all(stems == alone for stems in together)
