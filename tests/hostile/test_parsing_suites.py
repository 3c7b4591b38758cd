"""Parsing suites: whatever a file holds, it is read or refused in words, soon, and never anything else."""

from __future__ import annotations

import base64
import csv
import io
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from knowledge.card import Card, KeyPoint
from knowledge.errors import BadInput
from knowledge.formats import FORMATS, read_file, read_text, write

LONGEST = 2.0
"""Seconds for one file."""
LARGEST = 200
"""MB of memory for one file, the interpreter and its libraries included."""


def rows(shared, name):
    return [json.loads(line) for line in (shared / "data/hostile" / f"{name}.jsonl").read_text("utf-8").splitlines()]


def said_of(path) -> BadInput | list[Card]:
    """What came of a file, within the time that a file may take."""
    began = time.process_time()
    try:
        return read_file(path)
    except BadInput as error:
        return error
    finally:
        assert time.process_time() - began < LONGEST


@pytest.mark.parametrize("ending", ["json", "yaml", "csv", "txt", "md", "html"])
@pytest.mark.parametrize("suite", ["json_cases", "yaml_cases", "csv_cases"])
def test_every_case_is_read_or_refused(shared, tmp_path, suite, ending):
    path = tmp_path / f"case.{ending}"
    for row in rows(shared, suite):
        path.write_bytes(base64.b64decode(row["b64"]) if "b64" in row else row["yaml"].encode("utf-8", "surrogatepass"))
        said = said_of(path)
        if isinstance(said, BadInput):
            assert said.file == str(path), row["id"]
            assert said.problem, row["id"]
            assert said.mend, row["id"]
        else:
            assert said, row["id"]


def card_saying(text: str) -> Card:
    point = KeyPoint(id="k1", label=text[:100].strip() or "x", text=text, probe=text)
    return Card(id="c", question=text, theme=text, kind="technical", key_points=(point,))


@pytest.mark.parametrize(
    "suite", ["formula_injection", "naughty_strings", "prompt_injections", "markdown_html_payloads"]
)
def test_hostile_text_is_kept_as_text_and_comes_back_unchanged(shared, suite):
    cards = []
    for number, row in enumerate(rows(shared, suite)):
        said = next(row[name] for name in ("text", "payload", "input") if name in row)[:2_000]
        try:
            cards.append(card_saying(said).model_copy(update={"id": f"c{number}"}))
        except ValueError:  # nothing is left of it once it is inert
            continue
    assert cards
    for format in FORMATS:
        assert read_text(write(cards, format), f"x.{'md' if format == 'markdown' else format}") == cards


def test_no_cell_of_an_export_begins_a_formula(shared):
    for row in rows(shared, "formula_injection"):
        table = write([card_saying(row["text"])], "csv")
        cells = [cell for line in csv.reader(io.StringIO(table, newline="")) for cell in line]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))], row["id"]


ALIASES = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
PAGE = "Why?\nTheme: a\nSample Answer\n• a: b\n\n"
BOMBS = {
    "aliases.yaml": ALIASES,
    "deep.yaml": "[" * 4_900_000,
    "flow.yaml": "{a: " * 1_200_000,
    "list.yaml": "- a\n" * 1_200_000,
    "documents.yaml": "---\na: 1\n" * 500_000,
    "deep.json": '{"a":' * 900_000,
    "wide.json": "[" + "{}," * 1_600_000,
    "twice.json": "{" + "".join(f'"k{n}":1,' for n in range(240_000)) + '"k7":1}',
    "labels.json": '{"question":"q","key_points":[' + ",".join(['{"id":"k1","label":"a","text":"b"}'] * 60_000) + "]}",
    "last.json": "[" + '{"question":"q","key_points":[{"label":"a","text":"b"}]},' * 9_000 + '{"question":1}]',
    "text.json": '{"question":"' + "é " * 1_600_000 + '"}',
    "cells.csv": "question," + "," * 4_900_000,
    "rows.csv": "question,key_points\n" + "".join(f"q{n},a: b\n" for n in range(240_000)),
    "quote.csv": 'question,key_points\n"' + "x\n" * 2_400_000,
    "answers.csv": "card,part,id,label,text,probe,weight,answer\n"
    + "".join(f"c,answer,a{n},solid,x,,,\n" for n in range(60_000)),
    "tags.html": "<div>" * 990_000,
    "comments.html": "<p>" + "<!--" * 1_200_000,
    "brackets.html": "<a " * 1_600_000,
    "entities.html": "<p>" + "&amp;" * 990_000,
    "nested.html": "<ul>" + "<li>" * 9_000 + "</li>" * 9_000,
    "lines.txt": "\n" * 4_900_000 + "x",
    "line.txt": "About " * 800_000,
    "prose.txt": ("word " * 20 + "\n") * 45_000 + PAGE,
    "pages.txt": "".join(PAGE.replace("Why", f"Why {n}") for n in range(11_000)),
    "wrapped.txt": PAGE.rstrip() + "\n" + "on and\n" * 55_000,
    "headings.md": "---\nid: a\n---\n# q\n## Key points\n" + "### k\n" * 250_000,
    "escapes.md": "---\nid: a\n---\n# q\n## Key points\n### k1 · a\n" + "\\*" * 2_400_000,
}
CHILD = """
import resource, sys, time
from pathlib import Path
from knowledge.errors import BadInput
from knowledge.formats import read_file
for name in sys.argv[1:]:
    began = time.process_time()
    try:
        said = len(read_file(Path(name)))
    except BadInput as error:
        said = 0
        assert error.file == name and error.problem and error.mend and len(str(error)) < 700
    status = Path("/proc/self/status")
    # ru_maxrss would start from what the parent held when it forked.
    rows = status.read_text().splitlines() if status.exists() else []
    peak = [row.split()[1] for row in rows if row.startswith("VmHWM")]
    megabytes = int(peak[0]) // 1024 if peak else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(said, round(time.process_time() - began, 2), megabytes, Path(name).name, sep="\\t")
"""


def test_files_made_to_exhaust_are_refused_soon_and_in_little_memory(tmp_path):
    paths = []
    for name, text in BOMBS.items():
        (tmp_path / name).write_text(text, "utf-8")
        paths.append(str(tmp_path / name))
    (tmp_path / "huge.json").write_bytes(b"[" * 50_000_000)
    child = subprocess.run(
        [sys.executable, "-c", CHILD, *paths, str(tmp_path / "huge.json")],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    came = [line.split("\t") for line in child.stdout.splitlines()]
    assert len(came) == len(paths) + 1
    assert [row for row in came if int(row[0]) or float(row[1]) > LONGEST or int(row[2]) > LARGEST] == []
