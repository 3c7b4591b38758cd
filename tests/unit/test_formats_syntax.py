"""YAML, JSON, CSV and Markdown: what may be left out, what is refused, and where the complaint points."""

from __future__ import annotations

import csv
import io

import pytest

from knowledge.card import Card, KeyPoint
from knowledge.errors import BadInput
from knowledge.formats import read_text, write

POINTS = '"key_points": [{"label": "a", "text": "b"}]'
YAML = "question: Why?\nkey_points:\n  - label: a\n    text: b\n"
HEAD = "card,part,id,label,text,probe,weight,answer\n"
LONG = HEAD + "c,question,,,Why?,,,\nc,key_point,k1,a,b,,,\n"
MD = "---\nid: c\nkind: technical\n---\n# Why?\n## Key points\n### k1 · a\nb\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.yaml", YAML),
        ("x.yaml", "- " + YAML.replace("\n", "\n  ")),
        ("x.yaml", "cards:\n- " + YAML.replace("\n", "\n  ")),
        ("x.yaml", "---\n" + YAML + "motivations:\nminefields: []\ntheme: ~\n...\n---\n"),
        ("x.yaml", f'{{"question": "Why?", {POINTS}}}'),
        ("x.json", f'{{"question": "Why?", {POINTS}}}'),
        ("x.json", f'[{{"question": "Why?", {POINTS}, "theme": null}}]'),
        ("x.json", f'{{"cards": [{{"question": "Why?", {POINTS}}}]}}'),
        ("x.csv", "question,key_points\nWhy?,a: b\n"),
        ("x.csv", "Question;Key Points;Theme\r\nWhy?;a: b;\r\n\r\n"),
        ("x.csv", 'question\tkey_points\n"Why?"\t"• a: b"\n'),
        ("x.csv", HEAD + "why,question,,,Why?,,,\nwhy,key point,,a,b,,,\n"),
        ("x.md", "# Why?\n\n## Key points\n\n### a\n\nb\n"),
        ("x.md", "# Why?\n\n## Sample answer\n\n- **a:** b\n"),
    ],
)
def test_ids_and_kind_may_be_left_out(name, text):
    point = KeyPoint(id="k1", label="a", text="b")
    assert read_text(text, name) == [Card(id="why", question="Why?", kind="technical", key_points=(point,))]


def test_a_free_id_is_found_beside_those_that_are_given():
    text = '{"question": "q", "key_points": [{"label": "a", "text": "b"}, {"id": "k1", "label": "c", "text": "d"}]}'
    assert [point.id for point in read_text(text, "x.json")[0].key_points] == ["k2", "k1"]


def test_yaml_text_stays_what_its_author_wrote():
    written = {"theme": "no", "role": "1:30", "function": "2024-01-01", "source": "0x1F"}
    text = YAML + "".join(f"{name}: {value}\n" for name, value in written.items())
    assert read_text(text, "x.yaml")[0].model_dump(include=set(written)) == written


def test_several_yaml_documents_are_several_cards():
    assert [card.id for card in read_text(YAML + "---\n" + YAML.replace("Why", "How"), "x.yml")] == ["why", "how"]


@pytest.mark.parametrize("cell", ["a: b\nc: d: e", "a: b | c: d: e", "1. a: b\n2. c: d: e", "• a: b\r\n• c: d: e"])
def test_a_cell_of_a_wide_table_holds_several_parts(cell):
    table = io.StringIO(newline="")
    csv.writer(table).writerows([["question", "key_points"], ["Why?", cell]])
    [card] = read_text(table.getvalue(), "x.csv")
    assert [(point.label, point.text) for point in card.key_points] == [("a", "b"), ("c", "d: e")]


@pytest.mark.parametrize(
    ("name", "text", "place", "problem"),
    [
        # YAML
        ("x.yaml", "a: &x [1]\nb: *x", "line 1", "the anchor '&x' is not allowed"),
        ("x.yaml", "a: *x", "line 1", "the alias '*x' is not allowed"),
        ("x.yaml", "!!python/object/apply:os.system ['id']", "line 1", "the tag 'tag:yaml.org,2002:python/"),
        ("x.yaml", YAML + "question: How?", "line 5", "the key 'question' stands twice"),
        ("x.yaml", "a:\n\tb: 1", "line 2, column 1", "this is not YAML: found character that cannot start"),
        ("x.yaml", "question: Why: how?", "line 1, column 14", "this is not YAML: mapping values are not"),
        ("x.yaml", "? [a]\n: b", "line 1", "a mapping or list stands where a key should"),
        ("x.yaml", "[" * 5000, "line 1", "it nests deeper than 20 levels"),
        ("x.yaml", "Just some prose.", "line 1", "this is text, not a card"),
        ("x.yaml", "name: x", "line 1", "this is not a question card: it has none of a card's fields"),
        ("x.yaml", YAML.replace("text", "txet"), "line 4, key_points[0].txet", "`txet` is not a field of a key point"),
        ("x.yaml", YAML + "kind: silly", "line 5, kind", "`kind` is 'silly'"),
        ("x.yaml", YAML + "minefields: x", "line 5, minefields", "`minefields` is text, not a list"),
        ("x.yaml", YAML + "    weight: .nan", "line 5, key_points[0].weight", "`weight` is '.nan'"),
        ("x.yaml", YAML + "    id: K 1", "line 5, key_points[0].id", "'K 1' cannot be an id"),
        ("x.yaml", YAML.replace("b\n", "\n"), "line 4, key_points[0].text", "the key point has no `text`"),
        ("x.yaml", YAML.replace("b\n", '""\n'), "line 4, key_points[0].text", "`text` of a key point is empty"),
        ("x.yaml", "question: Why?", "line 1, key_points", "the card has no key points"),
        ("x.yaml", "question: Why?\nkey_points: []", "line 2, key_points", "the card has no key points"),
        ("x.yaml", YAML + "cards: []", "line 1, question", "`question` stands beside `cards`"),
        ("x.yaml", "[]", "", "there is no card in it"),
        # JSON
        ("x.json", '{"question": "Why?",}', "line 1, column 21", "this is not JSON"),
        ("x.json", '{"a": 1}\n{"a": 2}', "line 2, column 1", "this is not JSON: extra data"),
        ("x.json", '{"a": [{"b": 1,\n"b": 2}]}', "line 2, a[0].b", "the key 'b' stands twice in the same object"),
        ("x.json", '{"a":\nNaN}', "line 2", "NaN is not a number in JSON"),
        ("x.json", "[-Infinity]", "line 1", "-Infinity is not a number in JSON"),
        ("x.json", "[" * 100_000, "", "the brackets nest too deeply"),
        ("x.json", "[" + "1" * 5000 + "]", "", "a number has far too many digits"),
        ("x.json", "[1]", "line 1, cards[0]", "this is a number, not a card"),
        ("x.json", '{"cards": 1}', "line 1, cards", "`cards` is a number, not a list"),
        ("x.json", f'[{{"question": 1,\n{POINTS}}}]', "line 1, cards[0].question", "`question` of a card is a number"),
        ("x.json", f'[{{{POINTS},\n"question": ""}}]', "line 2, cards[0].question", "`question` of a card is empty"),
        (
            "x.json",
            '[{"question": "q",\n"key_points": [\n{"label": "a",\n"text": ["b"]}]}]',
            "line 4, cards[0].key_points[0].text",
            "`text` of a key point is a list, not text",
        ),
        (
            "x.json",
            '{"question": "q", "key_points": [{"label": "a", "text": "b", "weight": true}]}',
            "line 1, key_points[0].weight",
            "`weight` is true or false",
        ),
        # CSV
        ("x.csv", "a,b\n1,2", "row 1", "the header is not that of a card table"),
        ("x.csv", "question,key_points\n", "", "there is no card in it"),
        ("x.csv", "question,topic,key_points\nq,t,a: b", "row 1", "`topic` is not a column of a card table"),
        ("x.csv", "question,question\na,b", "row 1", "2 columns are named 'question'"),
        ("x.csv", "question,key_points\nq\n", "row 2", "there are 1 cells, but the header has 2 columns"),
        ("x.csv", 'question,key_points\n"q,a: b\n', "row 2", "a quoted cell is not closed"),
        ("x.csv", 'question,key_points\n"q"x,a: b\n', "row 2", "the quotes do not match"),
        ("x.csv", f"question,key_points\nq,a: {'x' * 200_000}\n", "row 2", "a cell is longer than 131,072"),
        ("x.csv", "question,key_points\nq,a: b\np,c\n", "row 3, column key_points", "'c' has no label"),
        ("x.csv", "question,key_points\nq,a: b\np,\n", "row 3, column key_points", "the card has no key points"),
        ("x.csv", "question,kind,key_points\nq,x,a: b\n", "row 2, column kind", "`kind` is 'x'"),
        ("x.csv", LONG + ",theme,,,x,,,\n", "row 4", "the row names no card"),
        ("x.csv", LONG + "c,thme,,,x,,,\n", "row 4, column part", "`thme` is not a part of a card"),
        ("x.csv", LONG + "c,question,,,x,,,\n", "row 4", "`question` of this card is given twice"),
        ("x.csv", LONG + "c,minefield,,x,,,,\n", "row 4, column text", "the minefield has no `text`"),
        ("x.csv", LONG + "c,minefield,,x,y,z,,\n", "row 4, column probe", "`probe` is not a field of a minefield"),
        ("x.csv", LONG + "c,theme,,x,y,,,\n", "row 4, column label", "the part `theme` has nothing under `label`"),
        ("x.csv", LONG + "c,answer_reply,k1,,y,,,a1\n", "row 4, column answer", "the row belongs to no worked answer"),
        # Markdown
        ("x.md", MD + "## Key pionts\n", "line 9", "the heading 'Key pionts' is not one of a card"),
        ("x.md", MD + "##### x\n", "line 9", "the heading '##### x' is not expected here"),
        ("x.md", MD.replace("### k1", "x\n### k1"), "line 7", "'x' belongs to no part of the card"),
        ("x.md", MD.replace("kind: technical", "kind: x"), "line 3", "`kind` is 'x'"),
        ("x.md", MD.replace("kind: technical", 'theme: "x'), "line 3", "the quotes of '\"x' do not match"),
        ("x.md", MD.replace("\nb\n", "\n"), "line 7", "`text` of a key point is empty"),
        ("x.md", MD.replace("# Why?\n", ""), "line 1", "the card has no `question`"),
        ("x.md", "# Notes\n\nSome prose.\n", "", "this is not a question page"),
    ],
)
def test_a_complaint_says_what_and_where(name, text, place, problem):
    with pytest.raises(BadInput) as caught:
        read_text(text, name)
    assert caught.value.problem[: len(problem)] == problem
    assert (caught.value.file, caught.value.place) == (name, place)
    assert caught.value.mend


@pytest.mark.parametrize(
    ("name", "text", "mend"),
    [
        ("x.yaml", YAML.replace("label", "lable"), "Did you mean `label`?"),
        ("x.json", f'{{"question": "q", "roll": "x", {POINTS}}}', "Did you mean `role`?"),
        ("x.csv", "question,keypoints\nq,a: b\n", "Did you mean `key_points`?"),
        ("x.yaml", "a:\n\tb: 1", "Indent with spaces, not tabs"),
        ("x.yaml", "a: *b", "put it in quotes if it begins with '*'"),
    ],
)
def test_a_mend_names_what_was_meant(name, text, mend):
    with pytest.raises(BadInput) as caught:
        read_text(text, name)
    assert mend in caught.value.mend


def test_a_complaint_cannot_carry_control_characters_or_pages_of_text():
    with pytest.raises(BadInput) as caught:
        read_text('{"question": "q", "\\u001b[2J' + "x" * 10_000 + '": 1}', "x.json")
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 500


def test_one_card_is_written_as_one_mapping():
    [card] = read_text(YAML, "x.yaml")
    assert write([card], "yaml").startswith("id: why\nquestion: Why?\n")
