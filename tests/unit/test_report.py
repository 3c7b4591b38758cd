"""A report is inert: no markup of a candidate or of a card is live in it."""

from __future__ import annotations

import json
import re

import pytest

from bot.debrief import debrief
from bot.report import inert, markdown
from tests.builders import a_card, held
from ui.components.words import plain

PAYLOADS = [
    "<script>alert(1)</script>", "![x](http://127.0.0.1/p.png)", "[click](javascript:alert(1))",
    "<img src=x onerror=alert(1)>", "**bold** _it_ `code` $x^2$",
    "# heading", "1. list", "- [ ] box", "| a | b |", "&lt;b&gt;", ":smile: :red[x]",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_markup_survives(payload):
    for made in (inert(payload), plain(payload)):
        assert not re.search(r"(?<!\\)[<\[\]`*_$!|#]", made.replace("&lt;", "").replace("&amp;", ""))


def test_hostile_text_in_a_card_and_in_an_answer_comes_out_inert(shared):
    lines = (shared / "data" / "hostile" / "markdown_html_payloads.jsonl").read_text("utf-8").splitlines()
    texts = [next(str(v) for k, v in json.loads(line).items() if k in ("payload", "text", "input")) for line in lines]
    for text in texts:
        one_line = " ".join(text.split())
        if not re.search(r"\w", one_line):
            continue
        card = a_card(question=one_line)
        report = markdown(debrief(held([f"k1 {one_line}", "/end"], cards=[card])))
        assert "<script" not in report
        assert not re.search(r"(?<!\\)!\[", report)
        assert not re.search(r"(?<!\\)\]\(", report)
        assert not re.search(r"<[a-zA-Z/!]", report)
