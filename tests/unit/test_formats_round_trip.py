"""Whatever a card says, each format gives it back unchanged."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from knowledge.card import Card, KeyPoint, Minefield, Motivation, PointLabel, WorkedAnswer
from knowledge.errors import BadInput
from knowledge.formats import FORMATS, read_text, write
from knowledge.text import one_line, paragraphs

ENDINGS = {"yaml": "yaml", "json": "json", "csv": "csv", "markdown": "md"}

# What the syntaxes use for themselves turns up more often than chance would have it.
NASTY = r"""---|# x|'=1|''+x|=1+1|@a|- k1 · covered|> Probe: x|*Weight: 2*|null|~|yes|1:30|2024-01-01|a: b|a #b|&a|*a
!t|%x|{a}|[a]|"|'|\|\*|`|<b>|&amp;|k1 · x|1. x|2) x|+ x|===|http://a.b|www.a.b|a\|…|x: |: x|;|,|＝1|/|...|? a|NaN
0x1|1e3|- |#|@|é|😀|"""
nasty = st.sampled_from([*NASTY.replace("\n", "|").split("|"), "| x |", " | ", "a\tb", "\u2028", "\u0085", "\u200d"])
words = st.one_of(nasty, st.text(max_size=12), st.tuples(nasty, st.text(max_size=12), nasty).map(" ".join))


@st.composite
def cards(draw) -> Card:
    """Cards of every shape over a small pool of strings, which is much quicker than a string for every field."""
    pool = draw(st.lists(words, min_size=4, max_size=9))
    lines = itertools.cycle([line for text in pool if (line := one_line(text))] or ["x"])
    blocks = itertools.cycle([paragraphs("\n".join(pool)) or "x", paragraphs("\n\n".join(reversed(pool))) or "x"])
    seed = draw(st.randoms(use_true_random=False))

    def maybe() -> str:
        return seed.choice(["", next(lines)])

    def ids(most: int, least: int = 0) -> list[str]:
        return seed.sample(["k1", "m1", "f1", "a-b_c", "x", "n2", "null", "y"], seed.randint(least, most))

    def some(parts, value) -> dict:
        return {part.id: value() for part in parts if seed.random() < 0.5}

    def verdict() -> PointLabel:
        return PointLabel(verdict=seed.choice(["covered", "partial", "missing", "contradicted"]), quote=maybe())

    points = [
        KeyPoint(
            id=id,
            label=next(lines)[:160].strip(),
            text=next(lines),
            probe=maybe(),
            weight=seed.choice([1.0, seed.uniform(1e-9, 10), 5e-324, 10.0]),
        )
        for id in ids(3, least=1)
    ]
    motives = [Motivation(id=id, label=next(lines), text=next(lines)) for id in ids(2)]
    mines = [Minefield(id=id, label=next(lines), text=next(lines)) for id in ids(2)]
    answers = [
        WorkedAnswer(
            id=id,
            level=seed.choice(["novice", "solid", "expert"]),
            text=next(blocks),
            key_points=some(points, verdict),
            minefields=some(mines, lambda: seed.choice(["hit", "clear"])),
            motivations=some(motives, lambda: seed.choice(["shown", "partly", "not_shown"])),
            replies=some(points, lambda: next(lines)),
        )
        for id in ids(2)
    ]
    return Card(
        id=seed.choice(["q", "1", "null", "a_b-c", "0x1"]),
        question=next(lines),
        kind=seed.choice(["behavioural", "situational", "technical"]),
        key_points=tuple(points),
        motivations=tuple(motives),
        minefields=tuple(mines),
        answers=tuple(answers),
        **{name: maybe() for name in ("theme", "role", "function", "about_role", "source")},
    )


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(some=st.lists(cards(), min_size=1, max_size=2, unique_by=lambda card: card.id))
def test_what_is_written_is_read_back_unchanged(some):
    for format in FORMATS:
        assert read_text(write(some, format), f"cards.{ENDINGS[format]}") == some, format


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(card=cards())
def test_what_is_written_is_known_without_a_file_name(card):
    for format in FORMATS:
        assert read_text(write([card], format), "pasted") == [card], format


def told(text: str, name: str) -> list[Card] | BadInput:
    try:
        return read_text(text, name)
    except BadInput as error:
        return error


@pytest.mark.parametrize("ending", ["txt", "html", "yaml", "json", "csv", "md"])
@settings(max_examples=60, deadline=None)
@example(words="question: x\nkey_points:")
@example(words="Sample Answer\n• a: b")
@given(words=st.one_of(st.text(max_size=300), st.lists(nasty, max_size=30).map("\n".join)))
def test_no_text_brings_a_reader_down(ending, words):
    said = told(words, f"x.{ending}")
    if isinstance(said, BadInput):
        assert said.file == f"x.{ending}"
        assert said.problem
        assert said.mend
    else:
        assert said


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(some=cards(), at=st.integers(0, 10_000), put=st.one_of(nasty, st.sampled_from("\"'[]{},:\n#-&*\\")))
def test_a_damaged_file_is_read_or_refused_but_never_a_crash(format, some, at, put):
    whole = write([some], format)
    at %= len(whole)
    said = told(whole[:at] + put + whole[at + 1 :], f"x.{ENDINGS[format]}")
    assert isinstance(said, list) or said.mend


@settings(max_examples=25, deadline=None)
@given(some=cards())
def test_no_cell_of_a_written_table_is_a_formula(some):
    for row in csv.reader(io.StringIO(write([some], "csv"), newline="")):
        assert not [cell for cell in row if cell[:1] in set("=+-@\t\r＝＋－＠") - {""}]


def test_written_json_is_plain_json(card):
    assert json.loads(write([card], "json"))[0]["question"] == card.question


@pytest.fixture
def card() -> Card:
    return Card(id="x", question="Why?", kind="technical", key_points=(KeyPoint(id="k1", label="a", text="b"),))


@pytest.mark.parametrize(
    "said",
    [
        "![p](http://127.0.0.1:9/x.png)",
        "[a](http://127.0.0.1:9/)",
        "<img src=http://127.0.0.1:9/x.png>",
        "<script>alert(1)</script>",
        "http://127.0.0.1:9/",
        "a | b",
        "*bold* _it_ `code` ~~no~~ $x$",
    ],
)
def test_markdown_that_is_written_comes_alive_nowhere(card, said):
    lines = write([card.model_copy(update={"question": said})], "markdown").splitlines()
    shown = next(line for line in lines if line.startswith("# "))
    assert not re.search(r"(?<!\\)[<>\[\]`*_|~$]|(?<!\\)://", shown.removeprefix("# "))
