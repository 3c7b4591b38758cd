"""A report is inert: no markup of a candidate or of a card is live in it."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.debrief import debrief
from bot.pace import Pace
from bot.report import STATE_WORDS, answer_pace, inert, markdown, of_100, score_words
from bot.score import Score
from knowledge.text import one_line
from tests.builders import BrokenJudge, Quoter, a_card, a_session, held, interviews, rows
from ui.components.words import plain

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PAYLOADS = [
    "<script>alert(1)</script>", "![x](http://127.0.0.1/p.png)", "[click](javascript:alert(1))", "<!-- x", "<br/>",
    "<img src=x onerror=alert(1)>", "<http://127.0.0.1/>", "http://127.0.0.1/x", "www.example.com",
    "[x]: http://127.0.0.1", "**bold** _it_ `code` ~~gone~~ $x^2$", "\\[x](y)", "\\<b>", "`<b>`", "```", "~~~",
    "# heading", "===", "---", "1. list", "1) list", "- [ ] box", "+ plus", "* star", "> quote",
    "| a | b |\n|---|---|\n| 1 | 2 |", "&lt;b&gt;", "&#60;b&#62;",
    ":smile: :red[x]", "    code", "a  \nb", "^[note]",
    "[^1]", "\\", "“quote” – dash",
]  # fmt: skip


def shape(text: str) -> list[str]:
    """What a Markdown reader makes of `text`, without the words: the kinds of its blocks and of what is in them."""
    found: list[str] = []
    for token in READER.parse(text):
        found.append(f"{token.type} {token.tag} {token.markup}")
        for child in token.children or ():
            found.append(f"  {child.type} {child.tag}")
    return found


def report_on(words: str, judge=None) -> str:
    """A report in which `words` stand wherever a card or a candidate can put them."""
    part = {"label": words[:160], "text": words}
    card = a_card(
        question=words,
        role=words,
        key_points=[{"id": f"k{n}", **part} for n in (1, 2)],
        motivations=[{"id": "m1", **part}],
        minefields=[{"id": "f1", **part}],
    )
    return markdown(debrief(held([f"so it was {words}", "/end"], cards=[card], session=a_session(judge or Quoter()))))


PLAIN = shape(report_on("words"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_reader_sees_the_words_and_nothing_else(payload):
    assert READER.renderInline(inert(payload)) == html.escape(" ".join(payload.split())).replace("&#x27;", "'")


@given(st.text(alphabet="ab <>[]()!*_`~#=+-.:/\\&;|\"'$^1\n", max_size=40))
def test_any_text_is_shown_as_typed_wherever_it_stands(text):
    words = " ".join(text.split())
    for before in ("", "x ", "- ", "1. ", "> ", "## "):
        assert (
            html.unescape(re.sub("<[^>]*>", "", READER.render(f"{before}x{inert(text)}"))).split()
            == (before.strip("-1.># ") + f" x{words}").split()
        )
    assert READER.renderInline(inert(text)).find("<") == -1


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_in_every_place_changes_nothing_about_the_shape_of_a_report(payload):
    assert shape(report_on(one_line(payload))) == PLAIN


def test_collected_payloads_change_nothing_about_the_shape_of_a_report(shared):
    hostile = shared / "data" / "hostile"
    texts = [
        row["text"] for name in ("markdown_html_payloads", "naughty_strings") for row in rows(hostile / f"{name}.jsonl")
    ]
    fit = [text for text in map(one_line, texts) if re.search(r"\w", text) and len(text) <= 1500]
    assert len(fit) > 400
    for text in fit:
        report = report_on(text)
        assert shape(report) == PLAIN, text
        assert not re.search(r"(?<!\\)(?:!\[|\]\()|<[a-zA-Z/!?]|(?<!\\)://", report), text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_markup_survives_on_the_screen_either(payload):
    for made in (inert(payload), plain(payload)):
        assert not re.search(r"(?<!\\)[<\[\]`*_$!|#]", made.replace("&lt;", "").replace("&amp;", ""))


@given(interviews())
def test_every_interview_has_a_report_that_says_what_it_is_and_holds_every_verdict(interview):
    result = debrief(interview)
    text = markdown(result)
    assert result.notice in text
    for question in result.questions:
        assert inert(question.question) in text
        for point in question.points:
            assert f"**{inert(point.label)}**: {STATE_WORDS[point.state]}." in text


def test_what_was_not_judged_is_said_to_be_so():
    text = report_on("words", BrokenJudge())
    assert "**Score: not judged**\n" in text
    assert text.count("not judged") == 5


@pytest.mark.parametrize(
    ("score", "words"),
    [((50, 50), "50"), ((49.6, 50.4), "50"), ((40, 60), "40 to 60"), ((0, 100), "0 to 100"), ((0, 0), "0")],
)
def test_a_score_is_one_number_or_the_two_that_it_lies_between(score, words):
    found = Score(low=float(score[0]), high=float(score[1]))
    assert (score_words(found), of_100(found)) == (words, f"{words} of 100")
    assert score_words(None) == of_100(None) == "not judged"


@pytest.mark.parametrize(
    ("pace", "words"),
    [
        (Pace(words=9), "9 words"),
        (Pace(seconds=30, words=60), "60 words · 30 s · 120 words a minute"),
        (Pace(first_word=10, seconds=40, words=60), "60 words · 40 s · first word after 10 s · 120 words a minute"),
        (Pace(seconds=0, words=60), "60 words · 0 s"),
    ],
)
def test_the_pace_of_an_answer_on_a_line(pace, words):
    assert answer_pace(pace) == words
