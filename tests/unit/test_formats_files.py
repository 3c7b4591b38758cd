"""Files and folders: who reads what, all or nothing, and what happens to the same card twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.card import Card, KeyPoint
from knowledge.errors import BadInput
from knowledge.formats import FORMATS, read_file, read_paths, read_text, write

CARD = Card(id="salt", question="Why salt?", kind="technical", key_points=(KeyPoint(id="k1", label="a", text="b"),))
PAGE = "Why salt?\n\nSample Answer\n• a: b\n"


def other(id: str) -> Card:
    return CARD.model_copy(update={"id": id})


def test_a_broken_card_keeps_its_whole_file_out_and_no_other(tmp_path):
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(write([CARD], "yaml"), "utf-8")
    bad.write_text(write([other("one"), other("two")], "yaml") + "- question: Why?\n", "utf-8")
    came = read_paths([bad, good])
    assert came.cards == (CARD,)
    assert [error.file for error in came.rejected] == [str(bad)]


def test_a_folder_is_walked_in_order_for_known_endings(tmp_path):
    for name in ("b/two.json", "a/one.yaml", "b/.hidden.json", ".git/x.json", "c.pages.TXT"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        text = PAGE if name.endswith("TXT") else write([other(Path(name).stem)], name.rpartition(".")[2])
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    came = read_paths([tmp_path])
    assert [card.id for card in came.cards] == ["why-salt", "one", "two"]
    assert came.rejected == ()


def test_a_missing_file_is_rejected_and_the_rest_is_read(tmp_path):
    (tmp_path / "x.txt").write_text(PAGE, "utf-8")
    came = read_paths([tmp_path / "none.yaml", tmp_path / "x.txt"])
    assert len(came.cards) == 1
    assert came.rejected[0].as_dict() == {
        "file": str(tmp_path / "none.yaml"),
        "place": "",
        "problem": "there is no such file",
        "mend": "Check the name and the folder",
    }


def test_the_same_card_in_two_files_counts_once_and_a_different_one_is_refused(tmp_path):
    paths = [tmp_path / name for name in ("1.yaml", "2.json", "3.csv")]
    paths[0].write_text(write([CARD], "yaml"), "utf-8")
    paths[1].write_text(write([CARD, other("pepper")], "json"), "utf-8")
    paths[2].write_text(write([other("new"), CARD.model_copy(update={"theme": "x"})], "csv"), "utf-8")
    came = read_paths(paths)
    assert [card.id for card in came.cards] == ["salt", "pepper"]
    [error] = came.rejected
    assert error.file == str(paths[2])
    assert str(paths[0]) in error.problem


@pytest.mark.parametrize("format", FORMATS)
def test_two_cards_of_one_id_in_a_file_are_an_error(format):
    ending = {"markdown": "md"}.get(format, format)
    text = write([CARD, other("pepper")], format).replace("pepper", "salt")
    with pytest.raises(BadInput):
        read_text(text, f"x.{ending}")


def test_an_unknown_format_is_named():
    with pytest.raises(BadInput, match=r"'yml' is not a format. Did you mean `yaml`\?"):
        write([CARD], "yml")


@pytest.mark.parametrize("text", ["", " \n ", "\ufeff"])
@pytest.mark.parametrize("name", ["x.yaml", "x.json", "x.csv", "x.md", "x.html", "x.txt", "x"])
def test_an_empty_file_is_empty_in_every_format(text, name):
    with pytest.raises(BadInput) as caught:
        read_text(text, name)
    assert (caught.value.file, caught.value.problem) == (name, "it is empty")


def test_a_tab_separated_table_is_a_table(tmp_path):
    path = tmp_path / "x.tsv"
    path.write_bytes(b"question\tkey_points\r\nWhy salt?\ta: b\r\n")
    assert read_file(path)[0].key_points == CARD.key_points


def test_the_parsers_are_loaded_only_when_needed():
    code = "import sys, knowledge.formats; sys.exit(bool({'yaml', 'bs4'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0
